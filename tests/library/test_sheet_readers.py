"""Spreadsheets and tables kept as text: every value at its sheet and row, as a person sees it, under its head row."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from office_desk import open_document, package, place, relations, text_of
from old_office import xls

from app.errors import FileTrouble
from app.library.readers import sheets
from app.library.readers.cell_rows import table_sections
from app.library.readers.csv_tables import read_csv
from app.library.readers.sheets import read_sheets
from app.library.split import split
from app.values import CellsAnchor, TroubleKind


def book(path: Path, rows: dict[str, Sequence[Sequence[Any]]], *, first: int = 0) -> Path:
    """An xlsx with these rows in each sheet from row `first` on; pairs (value, format) have that number format."""
    with xlsxwriter.Workbook(str(path)) as made:
        made.set_properties({"title": "Household", "author": "Ida Lund", "created": datetime(2025, 6, 1, 8)})
        for name, lines in rows.items():
            sheet = made.add_worksheet(name)
            for number, line in enumerate(lines, first):
                for column, value in enumerate(line):
                    shown, form = value if isinstance(value, tuple) else (value, None)
                    if shown is not None:
                        sheet.write(number, column, shown, made.add_format({"num_format": form}) if form else None)
    return path


def test_values_are_shown_as_people_see_them(tmp_path: Path) -> None:
    values = [
        (5.0, "5"), (0.1 + 0.2, "0.3"), (12345678901234567890.0, "1.23456789012346e+19"), (1e15, "1000000000000000"),
        (True, "TRUE"), ((date(2026, 3, 4), "d mmm yy"), "2026-03-04"), ("two\nlines", "two lines"),
        ((datetime(2026, 3, 4, 9, 30), "dd.mm.yy hh:mm"), "2026-03-04 09:30"), ((time(7, 5), "hh:mm"), "07:05"),
        ((timedelta(hours=30), "[h]:mm:ss"), "30:00:00"), ((0.075, "0.0%"), "7.5%"), (-2.5, "-2.5"),
    ]  # fmt: skip
    content = read_sheets(book(tmp_path / "a.xlsx", {"S": [[value] for value, _ in values]}))
    assert text_of(content).split("\n")[:-1] == [f"| {shown} |" for _, shown in values]
    assert (content.title, content.author) == ("Household", "Ida Lund")
    assert content.written_at is not None


def test_rows_keep_their_numbers_and_tables_their_titles_and_heads(tmp_path: Path) -> None:
    rows = [
        ["Dues of 2025"], [], ["Port", None, "Fee"], ["Oslo", None, 40], [], ["Bergen", None, 35],
        [], ["Crew"], ["Name", "Wage"], ["Anna", 1200],
    ]  # fmt: skip
    content = read_sheets(book(tmp_path / "a.xlsx", {"Empty": [], "Money": rows}, first=3))
    (section,) = content.sections
    assert (section.sheet, section.number) == ("Money", 4)
    assert place(content, "| Oslo |  | 40 |") == (CellsAnchor("Money", 7, 7), "Money › Dues of 2025 › Port | Fee")
    assert place(content, "| Bergen |  | 35 |")[0] == CellsAnchor("Money", 9, 9)
    assert place(content, "| Anna | 1200 |") == (CellsAnchor("Money", 13, 13), "Money › Crew › Name | Wage")


def test_every_passage_of_a_long_sheet_stands_under_the_head_row(tmp_path: Path) -> None:
    rows = [["Port", "Note"], *([f"Town{n}", f"words for the town number {n}"] for n in range(9000))]
    content = read_sheets(book(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert len(content.sections) > 3
    assert {piece.heading for each in content.sections for piece in split(each)} == {"Port | Note"}
    assert place(content, "| Town8123 |")[0] == CellsAnchor("Sheet1", 8125, 8125)


def test_values_far_down_are_found_without_the_void_between(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("Far")
        sheet.write(0, 0, "top")
        sheet.write(200_000, 3, "bottom")
    content = read_sheets(tmp_path / "a.xlsx")
    assert place(content, "bottom")[0] == CellsAnchor("Far", 200_001, 200_001)
    assert sum(len(section.text) for section in content.sections) < 100


def test_files_that_would_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "one")
        sheet.write(1_048_575, 16_383, "two")
    with pytest.raises(FileTrouble, match=r"Too large .17,179,869,184 cells") as refusal:
        read_sheets(tmp_path / "a.xlsx")
    assert refusal.value.kind is TroubleKind.TOO_LARGE
    row = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
    row += 'office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
    bomb = open_document(tmp_path / "a.ods", "spreadsheet", f'<table:table table:name="B">{row}</table:table>')
    with pytest.raises(FileTrouble, match=r"Too large .17,179,869,184 cells"):
        read_sheets(bomb)
    monkeypatch.setattr(sheets, "MOST_CHARS", 40)
    with pytest.raises(FileTrouble, match="Too large"):
        read_sheets(book(tmp_path / "b.xlsx", {"S": [["some words in a cell"]] * 9}))


def test_an_opendocument_sheet(tmp_path: Path) -> None:
    def cell(kind: str, shown: str, value: str = "", times: int = 1) -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" {value} table:number-columns-repeated="{times}">'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )

    share = cell("percentage", "12.5%", 'office:value="0.125"')
    rows = (
        f"<table:table-row>{cell('string', 'Item')}{cell('string', 'Share')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row><table:table-row>'
        f"{cell('string', 'Rope')}{share}</table:table-row>"
    )
    path = open_document(tmp_path / "a.ods", "spreadsheet", f'<table:table table:name="A &amp; B">{rows}</table:table>')
    content = read_sheets(path)
    assert (content.title, content.author) == ("Boat papers", "Ida Lund")
    assert place(content, "| Rope | 12.5% |")[0] == CellsAnchor("A & B", 5, 5)


def test_an_old_excel_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(xls("Büro", {(0, 0): "Item", (0, 1): "Price", (6, 0): "Lämp", (6, 1): 12.5, (7, 0): 0.125}))
    content = read_sheets(path)
    assert place(content, "| Lämp | 12.5 |")[0] == CellsAnchor("Büro", 7, 7)
    assert place(content, "| 12.5% |")[0] == CellsAnchor("Büro", 8, 8)
    path.write_bytes(xls("Far", {(0, 0): "one", (65_535, 65_535): "two"}))
    with pytest.raises(FileTrouble, match=r"Too large .4,294,967,296 cells"):
        read_sheets(path)


def test_a_binary_workbook(tmp_path: Path) -> None:
    def record(kind: int, body: bytes) -> bytes:
        packed = bytes((kind & 0x7F | 0x80, kind >> 7)) if kind > 0x7F else bytes((kind,))
        return packed + bytes((len(body),)) + body

    def words(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(column: int, style: int, value: float) -> bytes:
        return record(5, struct.pack("<IId", column, style, value))

    def sheet(*rows: tuple[int, bytes]) -> bytes:
        cells = b"".join(record(0, struct.pack("<I13x", row)) + inner for row, inner in rows)
        dimension = record(148, struct.pack("<IIII", 0, rows[-1][0], 0, 3))
        return record(129, b"") + dimension + record(145, b"") + cells + record(146, b"") + record(130, b"")

    book = record(143, b"") + record(156, struct.pack("<II", 0, 1) + words("s1") + words("Yields")) + record(144, b"")
    styles = (
        record(44, struct.pack("<H", 170) + words("0%"))
        + record(47, struct.pack("<HH12x", 0, 170))
        + record(617, struct.pack("<I", 2))
    )
    styles += b"".join(record(47, struct.pack("<HH12x", 0, form)) for form in (0, 170)) + record(618, b"")
    parts = {
        "_rels/.rels": relations(("1", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": record(131, b"") + book + record(132, b""),
        "xl/_rels/workbook.bin.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.bin"), ("t", "styles", "styles.bin")
        ),
        "xl/styles.bin": styles,
    }
    near = sheet((2, cell(0, 0, 1987.0) + cell(1, 1, 0.25)))
    content = read_sheets(package(tmp_path / "a.xlsb", {**parts, "xl/worksheets/sheet1.bin": near}))
    assert place(content, "| 1987 | 25% |")[0] == CellsAnchor("Yields", 3, 3)
    far = sheet((0, cell(0, 0, 1.0)), (1_048_575, cell(16_383, 0, 1.0)))
    with pytest.raises(FileTrouble, match=r"Too large .17,179,869,184 cells"):
        read_sheets(package(tmp_path / "b.xlsb", {**parts, "xl/worksheets/sheet1.bin": far}))


def test_what_web_sites_call_xls(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("<html><table><tr><td>Rope</td><td>12</td></tr></table></html>")
    assert "| Rope | 12 |" in text_of(read_sheets(tmp_path / "a.xls"))
    (tmp_path / "b.xls").write_text("Item\tPrice\nRope\t12\n")
    assert place(read_sheets(tmp_path / "b.xls"), "| Rope | 12 |")[0] == CellsAnchor("", 2, 2)


def test_refusals_of_spreadsheets(tmp_path: Path) -> None:
    whole = book(tmp_path / "whole.xlsx", {"S": [["words"]]}).read_bytes()
    old = xls("S", {(0, 0): "words"})
    circle = bytearray(old)
    circle[-512:-508] = bytes(4)  # the first sector is followed by itself
    files = {
        "cut.xlsx": (whole[: len(whole) // 2], "ends too early", TroubleKind.DAMAGED),
        "cut.xls": (old[:900], "ends too early", TroubleKind.DAMAGED),
        "circle.xls": (bytes(circle), "ends too early", TroubleKind.DAMAGED),
        "locked.xls": (xls("S", {(0, 0): "words"}, locked=True), "Locked with a password", TroubleKind.LOCKED),
        "empty.xls": (xls("S", {}), "No words", TroubleKind.EMPTY),
        "empty.xlsx": (book(tmp_path / "e.xlsx", {"S": []}).read_bytes(), "No words", TroubleKind.EMPTY),
        "other.xlsx": (package(tmp_path / "o.zip", {"a.txt": "hello"}).read_bytes(), "ends too early|Not a", None),
    }
    for name, (data, reason, kind) in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileTrouble, match=reason) as refusal:
            read_sheets(tmp_path / name)
        assert kind is None or refusal.value.kind is kind, name


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 90_000_000)
    with pytest.raises(FileTrouble, match="Far larger"):
        read_sheets(tmp_path / "a.xlsx")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_in_every_usual_shape(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["Name", "Note", "Fee"], ["Jörg", f'"a{separator} ""b""\r\nsecond line"', "1.5"], [], ["Zoë", "x", "2"]]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))
    content = read_csv(path)
    assert text_of(content).startswith("| Name | Note | Fee |\n")
    shown = " ".join(f'a{separator} "b" second line'.split())
    assert place(content, f"| Jörg | {shown} | 1.5 |")[0] == CellsAnchor("", 2, 2)
    assert place(content, "| Zoë | x | 2 |") == (CellsAnchor("", 4, 4), "Name | Note | Fee")


def test_csv_with_a_quote_never_closed_keeps_its_rows(tmp_path: Path) -> None:
    lines = [f'{n},"pipe number {n}' if n == 100 else f"{n},pipe number {n}" for n in range(1000)]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert place(read_csv(tmp_path / "a.csv"), "pipe number 777")[0] == CellsAnchor("", 778, 778)


def test_csv_that_names_its_separator_and_ragged_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=;\na;b;c\n1;2\n;;;\n3;4;5;6\n")
    assert text_of(read_csv(tmp_path / "a.csv")) == "| a | b | c |\n| 1 | 2 |\n\n| 3 | 4 | 5 | 6 |\n"
    (tmp_path / "b.csv").write_text(" , ,\n")
    with pytest.raises(FileTrouble, match="No words"):
        read_csv(tmp_path / "b.csv")


def test_head_rows_are_told_from_rows_of_values() -> None:
    def heading(rows: list[list[str]]) -> str:
        (section,) = table_sections(rows)
        return section.headings[-1][1]

    assert heading([["Year", "2024", "2025"], ["Rent", "900", "950"]]) == "Year | 2024 | 2025"
    assert heading([["Anna", "42,50"], ["Ben", "17,10"]]) == ""
    assert heading([["1", "2"], ["3", "4"]]) == ""
    assert heading([["only a note"]]) == ""
    people = [["Name", "Town"], ["Anna", "Oslo"], [], ["Ben", "Bergen"], ["Cy", "Moss"]]
    assert heading(people) == "Name | Town", "an empty row does not end a table"
