"""Tells tasks that fish for more than one fact: verbatim text, secrets, everything, letters, orders to us."""

from __future__ import annotations

import re
import unicodedata

_VERBATIM = "it asks for the text itself, and only single facts are looked up."
_SECRET = "it asks for a password, a key or another secret."
_ALL = "it asks for everything, and only single facts are looked up."
_SPELLED = "it asks for text letter by letter."
_ORDER = "it tries to give orders to the writer on this computer."
_AWAY = "it names an address or a program."

_TOLD = r"(?:^|[.;:,!?]\s*|\b(?:and|then|please|now|also|just|instead|to|must|should|you)\s+)"
"""Where an order begins: "copy the …", not "what did the court copy"."""
_SOME = r"(?:(?:the|all|every|each|this|that|a|an|any|its|of|whole|full|entire|first|last|next|raw|me|us|out|back)\s+)*"
_TEXT = (
    r"(?:text|words?|wording|sentences?|passages?|paragraphs?|lines?|pages?|documents?|files?|sections?|clauses?|"
    r"contents?|context|input|prompt|messages?|letter|notes?|above|below|it|this|that|conversation|contract|e-?mails?)"
)
_THINGS = (
    r"(?:names?|people|persons?|facts?|numbers?|dates?|details?|values?|words?|files?|documents?|passages?|entries|items?|"
    r"information|data|contents?|text|addresses|e-?mails?|contacts|clients?|patients?|customers?|employees?|staff)"
)

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(rule, re.IGNORECASE))
    for why, rule in (
        (_SECRET,
         r"\b(?:pass ?words?|pass ?phrases?|pass ?codes?|passwd|pwd|credentials?|log ?in details|"
         r"(?:api|private|secret|access|encryption|recovery|ssh|pgp|gpg) keys?|seed (?:phrase|words)|mnemonic|"
         r"pin(?: ?(?:code|number))|(?:the|my|his|her|their) (?:pin|puk|tan|otp|secrets?)|one[- ]time code|2fa|cvv|cvc|"
         r"(?:auth\w*|security) (?:code|token|question|answer)|(?:access|session|bearer|refresh|api) tokens?|"
         r"(?:card|account|social security|insurance|passport|tax|identity|id|routing) (?:number|no\.?|#)|"
         r"(?:number|no\.?) of (?:the |my |his |her |their )?(?:credit |debit |bank )?(?:card|account|passport)|"
         r"iban|swift code|ssn|sort code|passw[oö]rt\w*|kennwort\w*|zugangsdaten|mots? de passe|contraseñas?)\b"),
        (_VERBATIM,
         r"\bverbatim\b|\bword[- ]for[- ]word\b|\b(?:as|exactly as) (?:it is )?(?:written|it stands|it appears)\b|"
         r"\b(?:exact|precise|original|literal) (?:text|words|wording|sentences?|passages?|lines?)\b|wörtlich|"
         r"textuellement|mot à mot|palabra por palabra|"
         r"\b(?:full|entire|whole|complete|raw|actual|surrounding) " + _TEXT + r"\b|"
         + _TOLD + r"(?:quote|cite|copy|paste|excerpt|re-?print|print|transcribe|reproduce|recite|repeat|output|"
         r"extract|return|echo|show|give|write down|include) " + _SOME + _TEXT + r"\b|"
         r"\b(?:the|each|every|which|what) (?:sentence|passage|paragraph|line|clause)s? (?:that|which|where|containing|"
         r"about|around|before|after|with|from|of|in)\b|" + _TOLD +
         r"(?:summari[sz]e|describe|paraphrase|rephrase|translate|rewrite|quote|copy|paste|recite)\b"),
        (_ALL,
         r"\b(?:everything|every (?:one )?" + _THINGS + r"|all (?:of )?(?:the |its |their |my |his |her )?(?:\w+ )?"
         + _THINGS + r"|as (?:much|many) (?:\w+ )?as (?:you can|possible)|dump|whole library|"
         r"other (?:files?|documents?|passages?)|(?:anything|any) (?:other|further|more|else|"
         r"personal|private|sensitive|interesting)|"
         r"personal (?:data|details|information)|sensitive (?:data|details|information)|confidential|alles|"
         r"sämtliche\w*|tout(?:es)? les|todo lo)\b|" + _TOLD + r"(?:list|enumerate|collect|gather) (?!one\b)"),
        (_SPELLED,
         r"\b(?:letter by letter|(?:first|last|second|third|next|nth|\d+(?:st|nd|rd|th)|each|every|what|which) "
         r"(?:letters?|characters?|syllables?|vowels?|consonants?|words?|tokens?|digits?|half) (?:of|in|from)|"
         r"(?:initials?|letters?|characters?) (?:of|in) (?:the |a |his |her |their )?(?:\w+ )?(?:name|word|text|"
         r"sentence|passage|line|code)s?|acrostic|ascii|utf-?\d*|code ?points?|base ?\d+|hexadecimal|morse|"
         r"rot ?13|md5|sha-?\d+|"
         r"backwards|anagrams?|(?:starts?|begins?|ends?|starting|beginning|ending) with "
         r"(?:the |a |an )?(?:letter\b|[\"'“‘]\w\b|[b-hj-z]\b))|"
         + _TOLD + r"(?:spell|encode|decode|encrypt|reverse|hash)\b"),
        (_ORDER,
         r"\b(?:ignore|disregard|override|bypass) (?:\w+ ){0,3}(?:rules?|instructions?|prompt|orders|above|previous|"
         r"safety|limits?|grammar|format)\b|\b(?:jailbreak|developer mode|system prompt|role ?play|act as|you are now|"
         r"do not abstain|never abstain|(?:new|previous|prior|your) (?:rules|instructions|prompt|orders))\b|"
         r"(?:^|\s)(?:system|user|assistant)\s*:|<\|?/?\w+\|?>|\[/?inst\]|```|\{\{|\}\}|#{3,}"),
        (_AWAY,
         r"https?:|ftp:|file:|data:|javascript:|\bwww\.|\b(?:execute|eval|exec|subprocess|curl|wget|sudo|drop table|"
         r"rm -rf)\b|\bimport os\b|__\w+__|\bos\.\w+\(|[{}<>\\`|]|\$\(|" + _TOLD +
         r"(?:upload|send|post|e-?mail|transmit|forward|fetch|download|visit|open|click|connect|call|run|delete|remove)\b"),
    )
)  # fmt: skip
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a", "!": "i"})
_LEET_WORD = re.compile(r"\S*[^\W\d_]\S*")
_SQUASHED = re.compile(
    r"password|passphrase|passcode|apikey|privatekey|secretkey|verbatim|wordforword|seedphrase|credentials|systemprompt"
)
"""Looked for with everything but letters taken out: "p-a-s-s-w-o-r-d"."""
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def plain_text(text: str) -> str | None:
    """A provider's words in one plain form and on one line; None when they hold signs meant to be misread: unseen,
    turning the direction, private, or letters of several alphabets in one word."""
    text = unicodedata.normalize("NFKC", text)
    for char in text:
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cf", "Co", "Cs", "Cn") and char not in "\n\t":
            return None
    if any(sum(map(unicodedata.combining, word)) and _piled(word) for word in text.split()):
        return None
    plain = " ".join(text.split())
    return None if any(_mixed(word) for word in re.findall(r"[^\W\d_]+", plain)) else plain


def _piled(word: str) -> bool:
    """Whether more than two marks stand on one letter."""
    run = 0
    for char in word:
        run = run + 1 if unicodedata.combining(char) else 0
        if run > 2:
            return True
    return False


def _mixed(word: str) -> bool:
    """Whether a word takes look-alike letters from several alphabets."""
    names = {unicodedata.name(char, "").split(" ")[0] for char in word}
    return len(names & set(_SCRIPTS)) > 1


def asks_too_much(text: str) -> str:
    """Why a task's wording is refused, to follow "was not followed:"; empty for an ordinary question of one fact."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    leet = _LEET_WORD.sub(lambda word: word.group().translate(_LEET), folded)
    for one in dict.fromkeys((text, folded, leet)):
        for why, rule in _RULES:
            if rule.search(one):
                return why
    if re.search(r"(?:\b\w\b[\W_]+){5,}\w\b", folded):
        return _SPELLED
    squashed = _SQUASHED.search(re.sub(r"[\W_]+", "", leet.casefold()))
    return "" if squashed is None else _VERBATIM if squashed.group() in ("verbatim", "wordforword") else _SECRET
