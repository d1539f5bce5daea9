"""Opens the zip packages that modern office files are: refused when bomb-like, cut or locked, parts read as XML."""

from __future__ import annotations

import errno
import io
import posixpath
import struct
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError
from zlib import error as ZlibError

from lxml import etree

from app.errors import FileTrouble
from app.library.kinds import Enclosed
from app.library.readers.office_lock import OLE_START, unlocked
from app.library.readers.refusals import damaged
from app.values import TroubleKind

_MOST_UNPACKED_BYTES = 400_000_000
_MOST_RATIO = 200
_RATIO_FROM_BYTES = 50_000_000
_MOST_ENCLOSED = 200
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg")
_WRONG = (
    etree.XMLSyntaxError,
    ParseError,
    zipfile.BadZipFile,
    ZlibError,
    struct.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    NotImplementedError,  # a packing method zipfile does not know
)
"""What broken packages make zipfile, lxml and the readers raise."""


class Damage:
    """Turns what a broken file makes parsers raise, inside this block, into the one plain refusal."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        # A place that cannot be is a system error without a cause in the system; what a library in Rust raises over
        # a mistake of its own has no other name to catch it by.
        nowhere = isinstance(error, OSError) and error.errno in (None, errno.EINVAL)
        if isinstance(error, _WRONG) or nowhere or type(error).__name__ == "PanicException":
            raise damaged() from error


def tag(element: Any) -> str:
    """An element's name without its namespace, which differs between the two OOXML variants; "" for comments."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its name without namespace, or ""."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


class Package:
    """A zip of XML parts. A context manager; nothing is unpacked to disk."""

    def __init__(self, path: Path, *, password: str = "", raw: bytes | None = None) -> None:
        """`raw` is the content where it was unlocked already. Raises FileTrouble (locked, damaged, bomb-like)."""
        if raw is None:
            with path.open("rb") as file:
                raw = unlocked(path, password) if file.read(8) == OLE_START else None
        self._source = path if raw is None else raw
        try:
            self._zip = zipfile.ZipFile(self._source if isinstance(self._source, Path) else io.BytesIO(self._source))
        except _WRONG as error:
            raise damaged() from error
        parts = self._zip.infolist()
        check_sizes(parts)
        self.names = {part.filename: part for part in parts}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def raw(self, name: str) -> bytes:
        """The bytes of a part. Raises KeyError when there is none."""
        return self._zip.read(name)

    def xml(self, name: str) -> Any:
        """The root of an XML part: no entities, no network. Raises KeyError, etree.XMLSyntaxError."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True)
        return etree.fromstring(self.raw(name), parser)

    def optional(self, name: str) -> Any:
        """The root of an XML part that the file can do without: None when it is absent or broken."""
        try:
            with Damage():
                return self.xml(name)
        except FileTrouble:
            return None

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """{id: (last word of the kind, part)} of the parts that part `name` refers to inside the package."""
        folder, _, base = name.rpartition("/")
        root = self.optional(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        for each in root if root is not None else ():
            if not tag(each) or each.get("TargetMode") == "External":
                continue
            target = unquote(each.get("Target") or "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[each.get("Id") or ""] = ((each.get("Type") or "").rpartition("/")[2], part)
        return found

    def main_part(self) -> str:
        """The part the package is about, by its own word; "" when it says none."""
        return next((part for kind, part in self.related("").values() if kind == "officeDocument"), "")

    def about(self) -> tuple[str, str, float | None]:
        """(title, author, when it was last changed) by the core properties."""
        title = author = ""
        created: float | None = None
        modified: float | None = None
        parts = [part for kind, part in self.related("").values() if kind == "core-properties"]
        root = self.optional(next(iter(parts), "docProps/core.xml"))
        for each in root if root is not None else ():
            said = " ".join((each.text or "").split())
            match tag(each):
                case "title":
                    title = said
                case "creator":
                    author = said
                case "created":
                    created = moment(said)
                case "modified":
                    modified = moment(said)
        return title[:300], author[:300], modified or created

    def enclosed(self, name: str) -> tuple[Enclosed, ...]:
        """Whole files laid into part `name` (not the tables behind its charts, nor objects of other programs). Their
        bytes can be had after this package was closed."""
        found: list[Enclosed] = []
        for kind, part in self.related(name).values():
            if kind == "package" and part in self.names and len(found) < _MOST_ENCLOSED:
                size = self.names[part].file_size
                found.append(Enclosed(posixpath.basename(part), size, partial(_member, self._source, part)))
        return tuple(found)

    def about_odf(self) -> tuple[str, str, float | None]:
        """(title, author, when it was last changed) by the meta part of an OpenDocument file."""
        said: dict[str, str] = {}
        root = self.optional("meta.xml")
        for each in root.iter() if root is not None else ():
            said.setdefault(tag(each), " ".join((each.text or "").split()))
        author = said.get("initial-creator") or said.get("creator", "")
        when = moment(said.get("date", "")) or moment(said.get("creation-date", ""))
        return said.get("title", "")[:300], author[:300], when

    def odf_locked(self) -> bool:
        """Whether an OpenDocument file is encrypted, by its list of parts."""
        root = self.optional("META-INF/manifest.xml")
        return root is not None and any(tag(each) == "encryption-data" for each in root.iter())

    @property
    def pictures(self) -> bool:
        """Whether a picture is among the parts."""
        return any(name.lower().endswith(_PICTURES) for name in self.names)


def _member(source: Path | bytes, name: str) -> bytes:
    with Damage(), zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source)) as packed:
        return packed.read(name)
    raise damaged()  # never: Damage lets nothing pass in silence


def check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a package that unpacks to far more than anybody's document."""
    unpacked = sum(part.file_size for part in parts)
    size = sum(part.compress_size for part in parts) or 1
    if unpacked > _MOST_UNPACKED_BYTES or (unpacked > _RATIO_FROM_BYTES and unpacked / size > _MOST_RATIO):
        raise FileTrouble(
            "Far larger than it looks, so it was not unpacked", hint="Save it again.", kind=TroubleKind.TOO_LARGE
        )


def moment(said: str) -> float | None:
    """Seconds since 1970 of a W3C date; without a zone it counts as UTC. None for what is no date."""
    try:
        when = datetime.fromisoformat(said)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
