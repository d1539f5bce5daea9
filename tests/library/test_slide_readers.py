"""Presentations of every age: each slide a section with its title, tables, charts and notes, at its own number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pptx
import pytest
from office_desk import open_document, package, place, relations, text_of
from old_office import ppt
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from app.errors import FileTrouble
from app.library.readers.slides import read_slides
from app.values import SlideAnchor, TroubleKind

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


def show(path: Path) -> Path:
    """Three slides: a title with bullets and notes; pictures only (no words); a group, a table and a chart."""
    deck = pptx.Presentation()
    deck.core_properties.title, deck.core_properties.author = "PowerPoint Presentation", "Ida Lund"
    first: Any = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Harbour dues"
    first.placeholders[1].text = "Paid\vin May\nRaised in June"
    first.notes_slide.notes_text_frame.text = "Mention the mayor."
    deck.slides.add_slide(deck.slide_layouts[6])
    third: Any = deck.slides.add_slide(deck.slide_layouts[6])
    inner = third.shapes.add_group_shape().shapes.add_group_shape().shapes.add_textbox(*BOX)
    inner.text_frame.text = "Deep inside the group."
    table = third.shapes.add_table(2, 2, *BOX).table
    for at, words in enumerate(("Port", "Fee", "Oslo", "40")):
        table.cell(at // 2, at % 2).text = words
    data: Any = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Revenue", (4.3, 2.5))
    chart = third.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales by coast"
    deck.save(str(path))
    return path


def test_a_presentation(tmp_path: Path) -> None:
    content = read_slides(show(tmp_path / "a.pptx"))
    assert [(section.kind, section.number) for section in content.sections] == [("slide", 1), ("slide", 3)]
    first, third = (section.text for section in content.sections)
    assert first == "Harbour dues\n\n- Paid in May\n- Raised in June\n\nMention the mayor.\n\n"
    assert [line for line in third.split("\n") if line] == [
        "Deep inside the group.", "| Port | Fee |", "| Oslo | 40 |", "Sales by coast", "Revenue: North 4.3, South 2.5",
    ]  # fmt: skip
    at = first.index("Raised in June")
    assert place(content, "Raised in June") == (SlideAnchor(1, at, at + 14), "Harbour dues")
    assert (content.title, content.author, content.pages) == ("Harbour dues", "Ida Lund", 3)
    assert [each.name for each in content.enclosed] == [], "the table behind a chart is not a document"


def test_diagrams_comments_and_hidden_shapes(tmp_path: Path) -> None:
    a, p = 'xmlns:a="urn:a"', 'xmlns:p="urn:p" xmlns:r="urn:r"'
    words = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    hidden = f'<p:sp><p:nvSpPr><p:cNvPr hidden="1"/></p:nvSpPr><p:txBody>{words.format("unseen")}</p:txBody></p:sp>'
    numbered = f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="sldNum"/></p:nvPr></p:nvSpPr>{words.format("page 7")}</p:sp>'
    points = "".join(
        f"<dgm:pt {kind}><dgm:t>{words.format(each)}</dgm:t></dgm:pt>"
        for kind, each in (("", "Plan"), ("", "Build"), ('type="pres"', "ghost"))
    )
    listed = '<p:sldIdLst><p:sldId id="256" r:id="s1"/></p:sldIdLst>'
    path = package(
        tmp_path / "a.pptx",
        {
            "_rels/.rels": relations(("1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {p}>{listed}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(("s1", "slide", "slides/slide7.xml")),
            "ppt/slides/slide7.xml": f"<p:sld {p} {a}><p:cSld><p:spTree>{hidden}{numbered}<p:graphicFrame>"
            '<a:graphicData><dgm:relIds xmlns:dgm="urn:d" r:dm="d1"/></a:graphicData>'
            "</p:graphicFrame></p:spTree></p:cSld></p:sld>",
            "ppt/slides/_rels/slide7.xml.rels": relations(
                ("d1", "diagramData", "../diagrams/data1.xml"), ("c1", "comments", "../comments/comment1.xml")
            ),
            "ppt/diagrams/data1.xml": f'<dgm:dataModel xmlns:dgm="urn:d" {a}><dgm:ptLst>{points}</dgm:ptLst>'
            "</dgm:dataModel>",
            "ppt/comments/comment1.xml": f"<p:cmLst {p}><p:cm><p:text>Too long?</p:text></p:cm></p:cmLst>",
        },
    )
    assert text_of(read_slides(path)).split() == ["-", "Plan", "-", "Build", "Too", "long?"]


def test_an_old_presentation_as_it_was_last_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.ppt"
    path.write_bytes(ppt([("Winds", "North\rWest"), ("", ""), ("Tides", "High at six")], notes="Ask the pilot."))
    content = read_slides(path)
    assert [(section.number, section.text) for section in content.sections] == [
        (1, "Winds\n\n- North\n- West\n\n"),
        (3, "Tides\n\nHigh at six\n\nAsk the pilot.\n\n"),
    ]
    assert place(content, "High at six") == (SlideAnchor(3, 7, 18), "Tides")
    assert (content.title, content.pages) == ("Winds", 3)


def test_an_opendocument_presentation(tmp_path: Path) -> None:
    page = (
        "<draw:page><draw:frame><draw:text-box><text:p>Below the title</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Sails</text:p></draw:text-box></draw:frame>'
        '<draw:frame presentation:class="page-number"><draw:text-box><text:p>2</text:p></draw:text-box></draw:frame>'
        "<presentation:notes><draw:frame><draw:text-box><text:p>Show the cloth.</text:p></draw:text-box></draw:frame>"
        "</presentation:notes></draw:page>"
    )
    content = read_slides(open_document(tmp_path / "a.odp", "presentation", "<draw:page/>" + page))
    assert [(each.number, each.text) for each in content.sections] == [
        (2, "Sails\n\nBelow the title\n\nShow the cloth.\n\n")
    ]
    assert place(content, "Show the cloth.")[1] == "Sails"


def test_a_damaged_slide_costs_only_itself(tmp_path: Path) -> None:
    import zipfile

    whole = show(tmp_path / "a.pptx")
    with zipfile.ZipFile(whole) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["ppt/slides/slide1.xml"] = b"<p:sld"
    content = read_slides(package(tmp_path / "b.pptx", parts))
    assert [section.number for section in content.sections] == [3]


def test_refusals_of_presentations(tmp_path: Path) -> None:
    whole = show(tmp_path / "whole.pptx").read_bytes()
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(str(tmp_path / "empty.pptx"))
    files = {
        "cut.pptx": (whole[:-400], "ends too early", TroubleKind.DAMAGED),
        "cut.ppt": (ppt([("Winds", "North")])[:2000], "ends too early", TroubleKind.DAMAGED),
        "locked.ppt": (ppt([("Winds", "North")], locked=True), "Locked with a password", TroubleKind.LOCKED),
        "empty.ppt": (ppt([("", "")]), "No words", TroubleKind.EMPTY),
        "empty.pptx": ((tmp_path / "empty.pptx").read_bytes(), "No words|Pictures", None),
    }
    for name, (data, reason, kind) in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FileTrouble, match=reason) as refusal:
            read_slides(tmp_path / name)
        assert kind is None or refusal.value.kind is kind, name
