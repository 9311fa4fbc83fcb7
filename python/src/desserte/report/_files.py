"""Which files does the report rest on, of which day, and exactly which?

A name and a date can be those of two files; the SHA-256 is that of one.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from desserte._checks import file_names
from desserte.french._files import fingerprint

__all__ = ["Source", "source_files", "source_of"]


class Source(NamedTuple):
    """A file that figures come from."""

    name: str
    date: str | None
    sha256: str


def source_files(paths: Any) -> list[Path]:
    """The files of a list, each of which is there."""
    given = list(paths) if isinstance(paths, list | tuple | set) else paths
    if given is None or given == []:
        return []
    files = [Path(os.fspath(name)) for name in file_names(given)]
    for path in files:
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {str(path)!r} among sources")
    return files


def source_of(path: Path) -> Source:
    """Its name, the day it was last written, and what it holds to the last bit."""
    sha256, _ = fingerprint(path)
    day = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.utc).date().isoformat()
    return Source(path.name, day, sha256)
