"""The sample library is what its sources say, holds every promised answer, and nothing that reads like an answer to
the questions nothing answers."""

import email
import email.policy
import importlib.util
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import docx
import pypdfium2
import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "assets" / "sample-library"
SCRIPTS = ROOT / "packaging" / "sample_library"
FILES = sorted(path for path in LIBRARY.iterdir())
QUESTIONS = json.loads((ROOT / "assets" / "sample-questions.json").read_text(encoding="utf-8"))["questions"]
ANSWERED = [question for question in QUESTIONS if question["answers"]]


def script(name: str) -> ModuleType:
    """One of the scripts that make the library; they lie outside every package."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


def pdf_pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return pages


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def text_of(path: Path) -> str:
    """The words of a file, by the plainest means there are."""
    match path.suffix:
        case ".pdf":
            return " ".join(pdf_pages(path.read_bytes()))
        case ".docx":
            document = docx.Document(str(path))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            return " ".join([paragraph.text for paragraph in document.paragraphs] + cells)
        case ".eml":
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body()
            assert body is not None
            return f"{message['subject']} {body.get_content()}"
        case ".flac":
            return (SCRIPTS / "sources" / f"{path.stem}.call.txt").read_text(encoding="utf-8")
        case ".html":
            return re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
        case _:
            return path.read_text(encoding="utf-8")


def test_there_are_fourteen_short_files_of_seven_kinds() -> None:
    assert len(FILES) == 14
    assert {path.suffix for path in FILES} == {".pdf", ".docx", ".md", ".txt", ".html", ".eml", ".flac"}
    assert sum(path.stat().st_size for path in FILES) < 1_700_000


@pytest.mark.parametrize("name", [path.name for path in FILES if path.suffix in (".pdf", ".docx")])
def test_made_files_are_exactly_what_their_sources_give(name: str) -> None:
    source = (SCRIPTS / "sources" / f"{name}.txt").read_text(encoding="utf-8")
    title = source.splitlines()[0].removeprefix("# ")
    if name.endswith(".pdf"):
        made = script("sheet_pdf").write_pdf(source, title)
    else:
        made = script("letter_docx").write_docx(source, title)
    kept = (LIBRARY / name).read_bytes()
    if name.endswith(".docx"):  # compressed bytes follow the version of zlib, what is inside does not
        made, kept = members(made), members(kept)
    assert made == kept, f"run packaging/sample_library/make.py: {name} differs"


def test_pdf_pages_hold_their_text_in_order_and_open_without_complaint() -> None:
    pages = pdf_pages((LIBRARY / "Office lease.pdf").read_bytes())
    assert len(pages) == 4
    source = (SCRIPTS / "sources" / "Office lease.pdf.txt").read_text(encoding="utf-8")
    read = re.sub(r"Page \d of \d", " ", " ".join(pages))
    assert read.split() == re.sub(r"^#+ ", "", source, flags=re.MULTILINE).split()


def test_word_files_have_no_trace_of_when_or_where_they_were_made() -> None:
    for path in FILES:
        if path.suffix == ".docx":
            core = docx.Document(io.BytesIO(path.read_bytes())).core_properties
            assert (core.author, core.created.year) == ("Indoors sample library", 2026)


@pytest.mark.parametrize("question", ANSWERED, ids=lambda question: question["question"])
def test_the_answer_stands_in_the_named_file_only(question: dict[str, object]) -> None:
    answers = [str(answer) for answer in question["answers"]]  # type: ignore[attr-defined]  # JSON
    text = " ".join(text_of(LIBRARY / str(question["file"])).split())
    assert all(answer in text for answer in answers)
    if "page" in question:
        page = pdf_pages((LIBRARY / str(question["file"])).read_bytes())[int(str(question["page"])) - 1]
        assert answers[0] in " ".join(page.split())


def test_five_questions_have_no_answer_and_one_answer_is_spoken() -> None:
    assert sum(not question["answers"] for question in QUESTIONS) == 5
    assert any(str(question["file"]).endswith(".flac") and question["between_s"] for question in ANSWERED)


def test_everybody_is_made_up() -> None:
    for path in FILES:
        text = text_of(path)
        assert all(number.startswith("01632 960") for number in re.findall(r"\b0\d{4} \d{3} \d{3}\b", text)), path.name
        assert all(host.endswith(".example") for host in re.findall(r"@([\w.-]+\w)", text)), path.name


def test_the_recording_is_small_mono_16_khz_speech() -> None:
    with soundfile.SoundFile(LIBRARY / "Call with Dana.flac") as sound:
        assert (sound.samplerate, sound.channels, sound.subtype) == (16_000, 1, "PCM_16")
        assert 60 <= sound.frames / sound.samplerate <= 95
