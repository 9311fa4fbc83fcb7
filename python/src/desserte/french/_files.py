"""What is in this file, and which file was it?

A planner holds what the producer publishes: a CSV in one of three encodings, a
workbook, a shapefile, a table in columns, or a ZIP with one of these beside its
description. Each becomes one or several :class:`Source`, told apart by their
first bytes, with what a result must say of its origin: the name of the file and
the hash of its bytes.
"""

from __future__ import annotations

import codecs
import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from desserte._checks import Paths, file_names
from desserte.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Source", "fingerprint", "sources"]

_BLOCK = 1 << 20
_HEAD = 1 << 16
_ZIP = b"PK\x03\x04"
_AGAIN = "download it again"
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_GEOMETRY = {".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gml"}
# What stands in a text that was read in one encoding and written in another.
_DAMAGED = ("\ufffd", "Ã©", "Ã¨", "Ã´", "Ã‰")


@dataclass(frozen=True)
class Source:
    """One table in one file: where it is, what it is, and its fingerprint."""

    path: Path
    member: str | None
    form: str  # "text", "workbook", "parquet" or "geometry"
    sha256: str

    @property
    def name(self) -> str:
        """The name of the file, and of the member of an archive."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    def open(self) -> IO[bytes]:
        """The bytes of the table."""
        if self.member is None:
            return self.path.open("rb")
        return zipfile.ZipFile(self.path).open(self.member)

    def layer_path(self) -> str:
        """The name by which GDAL opens it."""
        if self.member is None:
            return str(self.path)
        return f"/vsizip/{self.path}/{self.member}"

    def encoding(self) -> tuple[str, int]:
        """How its text is encoded, and how many blocks of it were damaged before.

        UTF-8 where every byte agrees; else Windows-1252, which holds ISO-8859-1;
        else ISO-8859-1 itself, which takes any byte.
        """
        if _decodes(self, "utf-8"):
            return "utf-8-sig", _damaged(self)
        return ("cp1252" if _decodes(self, "cp1252") else "latin-1"), 0

    def head(self, encoding: str) -> list[str]:
        """Its first lines, without their ends."""
        with self.open() as file:
            raw = file.read(_HEAD)
        text = raw.decode(encoding, errors="replace")
        lines = text.splitlines()
        # The last line may be cut short; alone, it is all there is.
        return lines[:-1] if len(raw) == _HEAD and len(lines) > 1 else lines


def sources(paths: Paths, reader: str) -> list[Source]:
    """The tables in some files; an archive gives all that may be one.

    Which of them a reader takes is decided by their columns.
    """
    return [source for name in file_names(paths) for source in _of_file(Path(name), reader)]


def _of_file(path: Path, reader: str) -> list[Source]:
    if path.is_dir():
        raise TableError(f"{path} is a folder; give ds.{reader} the file")
    sha256, head = fingerprint(path)
    if not head:
        raise TableError(f"{path.name} is empty; download it again")
    if head.startswith(_SEVEN_ZIP):
        raise TableError(f"{path.name} is a 7z archive; unpack it, and give ds.{reader} its file")
    if head.startswith(_ZIP):
        if not zipfile.is_zipfile(path):
            raise TableError(f"{path.name} is a ZIP archive that is cut short; {_AGAIN}")
        return _of_archive(path, sha256, reader)
    return [Source(path, None, _form(path.suffix, head), sha256)]


def _of_archive(path: Path, sha256: str, reader: str) -> list[Source]:
    with _archive(path) as archive:
        members = [info.filename for info in archive.infolist() if info.file_size]
        if "[Content_Types].xml" in members:
            return [Source(path, None, "workbook", sha256)]
        shapes = [name for name in members if Path(name).suffix.lower() in _GEOMETRY - {".json"}]
        tables = shapes or [
            name for name in members if Path(name).suffix.lower() in {".csv", ".txt", ".tsv"}
        ]
    if not tables:
        raise TableError(f"{path.name} holds no table that ds.{reader} could read: {members[:5]}")
    form = "geometry" if shapes else "text"
    return [Source(path, name, form, sha256) for name in tables]


def _archive(path: Path) -> zipfile.ZipFile:
    """An archive every byte of which agrees with its checksums."""
    try:
        archive = zipfile.ZipFile(path)
        damaged = archive.testzip()
    except (NotImplementedError, RuntimeError) as error:
        message = f"{path.name} is packed in a way that is not read here ({error}); unpack it"
        raise TableError(message) from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise TableError(f"{path.name} is damaged ({error}); {_AGAIN}") from None
    if damaged is not None:
        raise TableError(f"{path.name} is damaged, in {damaged}; {_AGAIN}")
    return archive


def _form(suffix: str, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"SQLite format 3") or suffix.lower() in _GEOMETRY:
        return "geometry"
    # A shapefile begins with 9994, big-endian; a GeoJSON file with its brace.
    if head.startswith(b"\x00\x00\x27\x0a") or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return "geometry"
    return "text"


def fingerprint(path: Path) -> tuple[str, bytes]:
    """The hash of a file and its first bytes."""
    digest = hashlib.sha256()
    head = b""
    with path.open("rb") as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            head = head or block[:_HEAD]
            digest.update(block)
    return digest.hexdigest(), head


def _text(source: Source, encoding: str) -> Iterator[str]:
    """The text in blocks, none of them cut within a character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open() as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _decodes(source: Source, encoding: str) -> bool:
    try:
        for _ in _text(source, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _damaged(source: Source) -> int:
    """How many signs of a wrong encoding stand in the text."""
    return sum(text.count(sign) for text in _text(source, "utf-8") for sign in _DAMAGED)
