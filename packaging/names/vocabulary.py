"""Writes the two word lists that training starts from: common English words, and words always written with a capital.

    python packaging/names/vocabulary.py WRITER.gguf TOKENIZER.json OUT

Both come from the vocabularies of the starter models (SmolLM2 and all-MiniLM, Apache-2.0): the writer's pieces stand
in the order of how common they are and know capitals, the searcher's tell which pieces are whole words.
"""

import json
import re
import sys
from pathlib import Path

import llama_cpp

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from lists import WORDS  # noqa: E402

from app.cloud.redact.own_words import folded  # noqa: E402

LONG, LONGER, LATE, RARE = 5, 7, 25_000, 8_000
"""Pieces of seven letters, or of five this late in the list, are whole words; a word rarer than this that is written
with a capital more often than not is a name first."""
FOREIGN_AT = 3_000


def main() -> None:
    writer, tokenizer, out = map(Path, sys.argv[1:])
    model = llama_cpp.Llama(str(writer), vocab_only=True, verbose=False)
    pieces = [model.detokenize([number]).decode("utf-8", "ignore") for number in range(model.n_vocab())]
    rank = {piece: place for place, piece in enumerate(pieces)}
    whole = set(json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"])
    small = [piece[1:] for piece in pieces if re.fullmatch(r" [a-z]+", piece)]
    words = []
    for word in small:
        place, capital = rank[f" {word}"], rank.get(f" {word.capitalize()}")
        known = word in whole or len(word) >= LONGER or (len(word) >= LONG and place > LATE)
        a_name = capital is not None and capital * 2 < place and place > RARE
        if known and not a_name and (len(word) > 1 or word in "ai"):
            words.append(word)
    words += [word for word in WORDS["everyday"].split() if word not in set(words)]
    foreign = (HERE.parents[1] / "assets" / "names" / "foreign.txt").read_text("utf-8").split()
    new = [
        word for word in dict.fromkeys(folded(word)[0] for word in foreign) if word not in set(words) and len(word) > 1
    ]
    words[FOREIGN_AT:FOREIGN_AT] = new
    large = [piece[1:] for piece in pieces if re.fullmatch(r" [A-Z][a-z]{2,}", piece)]
    proper = [word for word in large if word.lower() not in set(small) and word.lower() in whole]
    (out / "common.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    (out / "proper.txt").write_text("\n".join(proper) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
