"""What kind of thing a question asks for (a date, a sum, a name …) and where a sentence holds one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.evidence.terms import STOPWORDS, fold, words


class AnswerKind(StrEnum):
    """Kinds of answer words that can be recognised without understanding the sentence."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    FREQUENCY = "frequency"
    DATE = "date"
    YEAR = "year"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"
    REASON = "reason"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a question asks for; `unit` are the stems of the counted or named thing ("how many *points*")."""

    kind: AnswerKind
    unit: frozenset[str]


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|"
    r"billion|trillion|dozen|half|twice|once|single|couple|zero|both)"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|"
    r"eigh|nine)teenth|(?:twenty|thirty)[\s-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"twentieth|thirtieth)"
)
_FIGURE = r"\d+(?:,\d+)*(?:[.:]\d+)?(?:\s?[½¼¾⅓⅔])?|[½¼¾]"
_AMOUNT = rf"(?:(?:{_FIGURE})(?:\s(?:hundred|thousand|million|billion|trillion))?|{_SMALL}(?:[\s-]{_SMALL})*)"
_CENTURY = r"(?:\d{1,2}(?:st|nd|rd|th)[\s-]centur(?:y|ies)|\d{3,4}s)"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})(?!\d|,\d)"
_UNIT_OF_TIME = r"(?:second|minute|hour|day|night|week|fortnight|month|quarter|year|decade|centur(?:y|ie))s?"
_DATE = (
    rf"(?:{_DAY},?\s)?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})(?:\sand\s\d{{1,2}})?(?:\sof)?\s{_MONTH}\.?"
    rf"(?:,?\s{_YEAR})?|\d{{1,2}}\sand\s\d{{1,2}}\s{_MONTH}(?:,?\s{_YEAR})?"
    rf"|(?:{_DAY},?\s)?{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s{_YEAR})?|{_MONTH}\.?,?\s{_YEAR}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d{{2}})(?!\d)"
)
_CLOCK = (
    r"\d{1,2}:\d{2}\s?(?:[ap]\.?m\.?)?|\d{1,2}\.\d{2}\s?[ap]\.?m\.?(?!\w)|\d{1,2}\s?[ap]\.?m\.?(?!\w)|noon|midnight"
)
_CAPITAL = r"[A-ZÀ-ÞŁŚŻ][\w'’.-]*"
_JOINS = r"of\sthe|of|the|de|la|le|von|van|der|den|du|da|di|and"
_NAME = rf"{_CAPITAL}(?:(?:\s|-)(?:{_JOINS})?\s?(?={_CAPITAL}){_CAPITAL}|\s\d+)*"

_PATTERNS: dict[AnswerKind, re.Pattern[str]] = {
    AnswerKind.MONEY: re.compile(
        rf"(?:(?:US|A|C)?[$€£¥]|(?:EUR|USD|GBP|CHF)\s)\s?{_AMOUNT}(?:\s?(?:m|bn|k))?(?:\sper\s\w+)?|"
        rf"{_AMOUNT}\s?(?:euros?|dollars?|pounds?|cents?|pence|francs?|yen|€|EUR|USD|GBP|CHF)(?!\w)",
        re.IGNORECASE,
    ),
    AnswerKind.PERCENT: re.compile(rf"{_AMOUNT}\s?(?:%|per\s?cent(?:age)?)", re.IGNORECASE),
    AnswerKind.DURATION: re.compile(
        rf"{_AMOUNT}(?:\s\(\d+\))?(?:\sto\s|–|-|\sor\s)?(?:{_AMOUNT})?[\s-](?:full\s|calendar\s|working\s|"
        rf"consecutive\s)?"
        rf"{_UNIT_OF_TIME}(?!\w)",
        re.IGNORECASE,
    ),
    AnswerKind.FREQUENCY: re.compile(
        rf"\b(?:every|each|per|once (?:a|an|every|in)|twice (?:a|an|every)|(?:{_AMOUNT}) times?(?: (?:a|an|every|in))?)"
        rf"\s(?:other\s|second\s|(?:{_AMOUNT})\s)?(?:{_UNIT_OF_TIME}|{_DAY}|\w+ings?|\w+s)\b|"
        rf"\b(?:daily|weekly|fortnightly|monthly|quarterly|yearly|annually|hourly|once|twice)\b|\b{_AMOUNT}\stimes\b",
        re.IGNORECASE,
    ),
    AnswerKind.DATE: re.compile(rf"(?:{_DATE})|{_CENTURY}|{_YEAR}|(?:{_CLOCK})|{_DAY}s?|(?<!\w){_MONTH}(?!\w)"),
    AnswerKind.YEAR: re.compile(rf"(?<![\d,.$€£])(?:{_YEAR})|{_CENTURY}"),
    AnswerKind.NUMBER: re.compile(rf"(?<![\w])(?:\+?\d{{3,}}(?:[ -]\d{{2,}})+|{_AMOUNT})(?![\w])", re.IGNORECASE),
    AnswerKind.NAME: re.compile(_NAME),
}
_PATTERNS[AnswerKind.PERSON] = _PATTERNS[AnswerKind.PLACE] = _PATTERNS[AnswerKind.NAME]

# The number of a clause or list item, before the capital of its first word.
_CLAUSE = re.compile(r"\d+(?:\.\d+)*[.)]?\s+[A-Z]")

# Words between "which" and the thing asked for; a verb there means that something else is asked for.
_SUCH = r"(?:(?!(?:do|does|did|has|have|had|can|could|will|would|should)\b)\w+ ){0,2}"

_RULES: tuple[tuple[AnswerKind, str], ...] = (
    (AnswerKind.PERCENT, r"\b(?:what|which) (?:percent|per cent|percentage|proportion|share)\b|\bhow many percent\b"),
    (AnswerKind.FREQUENCY, r"\bhow (?:often|frequently)\b"),
    (AnswerKind.DURATION, r"\bhow much (?:notice|time|longer|warning)\b|"
     r"\bhow long\b(?! is the (?:\w+ )?(?:river|wall|bridge|line|coast))|"
     r"\bhow many (?:more )?(?:days|weeks|months|years|hours|minutes|seconds|nights|decades|centuries)\b|"
     r"\b(?:notice|cooling|warranty|guarantee|trial|probation\w*) period\b"),
    (AnswerKind.MONEY, r"\bhow much (?:money|does|did|do|is|was|are|were|must|will|would|rent|has|had|should|can)\b.*"
     r"\b(?:cost|costs|pay|paid|rent|worth|price|deposit|fee|earn|spend|spent|charge[ds]?|owe[ds]?|due|donate\w*|"
     r"salary|budget|raise[ds]?|sell|sold|buy|insure\w*|loan|invoice|bill)\b|\bhow much money\b|"
     r"\bwhat (?:does|do|did|will|would) (?:[\w'’]+ ){1,6}(?:cost|charge|earn)\b|"
     r"\bwhat (?:is|was|are|were|will|will be) the (?:\w+ ){0,3}(?:price|cost|rent|fee|salary|deposit|budget|"
     r"amount due|fine)\b"),
    (AnswerKind.YEAR, r"\b(?:what|which) (?:year|decade|century)\b"),
    (AnswerKind.DATE, r"\b(?:on|to|for|by|until|from) (?:what|which) (?:days?|dates?)\b|"
     r"(?:^|[,;] )(?:(?:and|since|until|from|by|so|but|exactly) )*when\b|\b(?:what|"
     r"which) (?:date|day|month|time|weekday)\b|\bby what (?:date|time)\b|"
     r"\bhow (?:soon|early|late)\b|\bdeadline\b"),
    (AnswerKind.NUMBER, r"\bhow old\b|\bwhat age\b|\bhow (?:many|much|far|tall|high|wide|deep|heavy|large|big|"
     r"fast|hot|warm|long)\b|"
     r"\b(?:what|which) (?:is |was |are )?(?:(?:\w+ ){0,3}(?:number|score|temperature|distance|height|weight|"
     r"width|depth|population|quantity|size|total|record|yard|yardage|speed|gauge|count))\b|\b(?:phone|account|invoice|"
     r"flight|room|seat) number\b"),
    (AnswerKind.PERSON, r"(?:^|[,;] |\b(?:and|by|to|of|with|for|from|did|was) )who(?:m|se)?\b|\bwhat (?:was|"
     r"is) the name of the (?:man|woman|person|player|author|king|"
     r"queen|scientist|actor|actress|singer|tenant|landlord|doctor|teacher)\b|\b(?:what|which) " + _SUCH +
     r"(?:person|man|woman|player|author|"
     r"king|queen|actor|actress|singer|president|leader|scientist|poet|general|ruler|philosopher|mathematician|writer|"
     r"composer|emperor|tenant|landlord|doctor|colleague|member|quarterback|coach|officer)\b"),
    (AnswerKind.PLACE, r"\bwhere\b|\b(?:what|which) " + _SUCH + r"(?:city|town|country|state|place|location|county|"
     r"region|village|"
     r"island|street|address|river|province|district|area|colony|continent|stadium|room|venue)\b"),
    (AnswerKind.NAME, r"\b(?:what|which) " + _SUCH + r"(?:team|company|group|organi[sz]ation|party|school|"
     r"university|college|"
     r"church|newspaper|magazine|book|film|movie|song|album|show|series|network|channel|award|war|battle|treaty|"
     r"act|law|"
     r"language|religion|nationality|nation|people|dynasty|tribe|museum|theat(?:er|re)|building|bank|club|firm|"
     r"brand|model|satellite|"
     r"bowl|league|division|hospital|airline|supplier|insurer|court|agency|ministry|department)\b|"
     r"\bwhat (?:is|was|are|were) the (?:\w+ )?names?\b|\bnamed\b|\bcalled\b"),
    (AnswerKind.REASON, r"\bwhy\b|\bwhat (?:caused|causes|led)\b|\bfor what (?:reason|purpose)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(rule, re.IGNORECASE)) for kind, rule in _RULES)
_COUNTED = re.compile(r"\bhow (?:many|much)\s+((?:[\w'-]+\s*){1,4})", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:what|which)\s+((?:[\w'-]+\s*){1,4})", re.IGNORECASE)
_ENDS_UNIT = re.compile(
    r"^(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should|must|may|in|on|of|at|for|to|by|"
    r"from|the|a)$"
)


def expectation(question: str) -> Expectation:
    """What the question asks for; OTHER when nothing tells."""
    kind = next((kind for kind, rule in _COMPILED if rule.search(question)), AnswerKind.OTHER)
    return Expectation(kind, _unit(question))


def _unit(question: str) -> frozenset[str]:
    match = _COUNTED.search(question) or _NAMED.search(question)
    stems: list[str] = []
    for word in words(match.group(1)) if match else ():
        if _ENDS_UNIT.match(fold(word.text)):
            break
        if fold(word.text) not in STOPWORDS:
            stems.append(word.stem)
    return frozenset(stems)


def spans(sentence: str, kind: AnswerKind) -> list[tuple[int, int]]:
    """Character ranges of `sentence` that could be an answer of that kind; empty for REASON and OTHER."""
    pattern = _PATTERNS.get(kind)
    if kind is AnswerKind.MONEY and sentence.startswith("|") and not _PATTERNS[kind].search(sentence):
        # A table tells its currency once, outside its cells.
        pattern = _PATTERNS[AnswerKind.NUMBER]
    if pattern is None:
        return []
    found: list[tuple[int, int]] = []
    for match in pattern.finditer(sentence):
        start, end = match.span()
        if pattern is _PATTERNS[AnswerKind.NAME]:
            start, end = _trim_name(sentence, start, end)
            if not any(char.isalpha() for char in sentence[start:end]):
                continue
        else:
            end = start + len(sentence[start:end].rstrip(".,; "))
        if end > start and not (start == 0 and _CLAUSE.match(sentence)):
            found.append((start, end))
    return found


def _trim_name(sentence: str, start: int, end: int) -> tuple[int, int]:
    end = start + len(sentence[start:end].rstrip(".'’-"))
    while start < end:
        first = re.match(r"[\w'’-]+\W*", sentence[start:end])
        if first is None or fold(first.group().strip(" .'’-")) not in STOPWORDS:
            break
        start += first.end()
    return start, end


def new_spans(sentence: str, expected: Expectation, question_stems: frozenset[str]) -> list[tuple[int, int]]:
    """The spans of the expected kind that say something the question does not already hold."""
    kept = []
    for start, end in spans(sentence, expected.kind):
        stems = {w.stem for w in words(sentence[start:end])}
        if stems - question_stems:
            kept.append((start, end))
    return kept
