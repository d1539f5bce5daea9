"""Writes the lease of the pictures and tests as a real PDF: five pages, clause 14.2 on the fourth."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from scripted_house import LEASE_QUOTE, MAIL_QUOTE

from ui.window.fonts import load_fonts

_CLAUSES = (
    ("13", "Use of the premises", (
        "The tenant may not store goods that need a permit.",
        "The tenant keeps the common hallway free of goods and tells the landlord within five working days of any "
        "damage to it.",
        "Signs on the street front need the landlord’s written consent, which may not be refused without a reason.",
    )),
    ("14", "Term and ending", (
        "The term is five years from the start date. It continues from year to year unless ended under this clause.",
        f"{LEASE_QUOTE} {MAIL_QUOTE}",
        "Rent is due up to the last day of the notice period, whether or not the premises are still in use.",
        "On the last day the tenant hands over all keys and a list of the fixtures that remain.",
    )),
    ("15", "Deposit", (
        "The deposit of two months’ rent is returned within thirty days of handover, less the cost of repairs listed "
        "in writing.",
        "Interest on the deposit follows the statutory rate and is paid with it.",
    )),
    ("16", "Notices", (
        "Notices go to the address on the signature page until a party names another in writing.",
        "A notice sent by post counts from the third working day.",
    )),
)  # fmt: skip


def _page(start: int) -> str:
    parts = []
    for number, title, clauses in _CLAUSES:
        parts.append(f"<p style='font-weight:600'>{int(number) + start}. {title}</p>")
        parts += [f"<p>{int(number) + start}.{place} {text}</p>" for place, text in enumerate(clauses, start=1)]
    return "".join(parts)


def write_lease(path: Path) -> Path:
    """Write it and return its path. Needs a QApplication, for the fonts."""
    load_fonts()
    writer = QPdfWriter(str(path))
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(20, 20, 20, 20)
    )
    writer.setPageLayout(layout)
    document = QTextDocument()
    font = QFont("Inter", 12)
    font.setFeature(QFont.Tag("liga"), 0)  # Qt writes ligatures without their letters, and no search finds them
    document.setDefaultFont(font)
    document.setDefaultStyleSheet("p { margin: 0 0 9px 0; line-height: 105%; }")
    pages = [_page(start) for start in (-12, -8, -4, 0, 4)]
    joined = "".join(
        f"<div style='page-break-before:{'always' if number else 'auto'}'>{page}</div>"
        for number, page in enumerate(pages)
    )
    document.setHtml(joined)
    document.print_(writer)
    return path
