"""Makes the files of the sample library that are not plain text from the sources beside this script.

Run from anywhere: `python packaging/sample_library/make.py [--call]`. The text files of the library are their own
sources. `--call` also speaks the recording again, which needs flite and is not the same bytes with another flite.
"""

from __future__ import annotations

import sys
from pathlib import Path

from call_audio import write_call
from letter_docx import write_docx
from sheet_pdf import write_pdf

SOURCES = Path(__file__).resolve().parent / "sources"
LIBRARY = SOURCES.parents[2] / "assets" / "sample-library"


def made(source: Path) -> tuple[str, bytes]:
    """(file name, bytes) of the library file that a source such as `Lease.pdf.txt` describes."""
    name = source.name.removesuffix(".txt")
    text = source.read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("# ")
    match Path(name).suffix:
        case ".pdf":
            return name, write_pdf(text, title)
        case ".docx":
            return name, write_docx(text, title)
        case ".call":
            return name.removesuffix(".call") + ".flac", write_call(text)
        case other:
            raise SystemExit(f"{source.name}: nothing here makes {other}")


def main() -> None:
    """Write every made file and say its size."""
    for source in sorted(SOURCES.glob("*.txt")):
        if source.name.endswith(".call.txt") and "--call" not in sys.argv[1:]:
            continue
        name, content = made(source)
        (LIBRARY / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
