"""Makes the font files beside it from the published packages, so that anyone can check where each one comes from.

Run once by hand, never at build or start: `python cut_fonts.py FOLDER`, where FOLDER holds the unpacked packages
inter-ui 4.1.1, @fontsource/source-serif-4 5.3.1 and @fontsource/jetbrains-mono 5.3.0 (each `<name>/package/...`).
Needs fonttools with brotli. Web compression is undone (Qt reads woff2 on Linux only), scripts we can set are kept,
and the serif, whose parts are published per script, is joined again under its own name, because "Source" is a
reserved font name that a changed file may not carry.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found, unused-ignore]  # a tool of the maker, not of Indoors
from fontTools.merge import Merger  # type: ignore[import-not-found, unused-ignore]  # same
from fontTools.ttLib import TTFont  # type: ignore[import-not-found, unused-ignore]  # same

HERE = Path(__file__).parent
SCRIPTS = ["U+0020-024F", "U+02B0-036F", "U+0370-03FF", "U+0400-052F", "U+1E00-1EFF", "U+2000-20CF", "U+2100-21FF",
           "U+2200-22FF", "U+2460-24FF", "U+25A0-25FF", "U+FB00-FB06", "U+FFFD"]  # fmt: skip
INTER = {"Regular": "Regular", "Italic": "Italic", "Medium": "Medium", "SemiBold": "SemiBold"}
SERIF = {"400-normal": ("Regular", 400), "400-italic": ("Italic", 400), "600-normal": ("SemiBold", 600)}
SERIF_PARTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "vietnamese")


def cut(source: Path, target: Path) -> None:
    """Undo the web compression and keep the scripts above, with every layout feature for them."""
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "calt", "liga"])
    options.hinting = False
    options.name_IDs = ["*"]
    font = subset.load_font(str(source), options)
    font.flavor = None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(",".join(SCRIPTS)))
    cutter.subset(font)
    font.save(target)


def rename(font: TTFont, style: str, weight: int) -> None:
    """Give the joined serif its own name; the notices of its makers stay."""
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "Indoors Serif" if record.nameID == 16 or weight == 400 else f"Indoors Serif {style}"
        elif record.nameID in (2, 17):
            record.string = style if record.nameID == 17 or weight == 400 else "Regular"
        elif record.nameID in (3, 4, 6):
            record.string = f"IndoorsSerif-{style}" if record.nameID == 6 else f"Indoors Serif {style}"
    if weight != 400:
        font["name"].setName("Indoors Serif", 16, 3, 1, 0x409)
        font["name"].setName(style, 17, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def join_serif(folder: Path, cut_name: str, style: str, weight: int) -> None:
    """One file from the parts published per script."""
    with tempfile.TemporaryDirectory() as place:
        parts = []
        for part in SERIF_PARTS:
            font = TTFont(folder / f"source-serif-4-{part}-{cut_name}.woff2")
            font.flavor = None
            parts.append(str(Path(place) / f"{part}.ttf"))
            font.save(parts[-1])
        joined = Merger().merge(parts)
    rename(joined, style, weight)
    joined.save(HERE / f"IndoorsSerif-{style}.ttf")


def main(packages: Path) -> None:
    """Write all eight files beside this script."""
    for style in INTER:
        cut(packages / f"inter-ui-4.1.1/package/web/Inter-{style}.woff2", HERE / f"Inter-{style}.ttf")
    serif = packages / "fontsource-source-serif-4-5.3.1/package/files"
    for cut_name, (style, weight) in SERIF.items():
        join_serif(serif, cut_name, style, weight)
    mono = packages / "fontsource-jetbrains-mono-5.3.0/package/files/jetbrains-mono-latin-400-normal.woff2"
    cut(mono, HERE / "JetBrainsMono-Regular.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
