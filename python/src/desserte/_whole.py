"""How does a file bear its name only once it is whole?

It is written under another name beside it, one that no other writer has, and
renamed when everything is on the disk. Whoever fails or is killed before leaves
what bore the name as it was.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from desserte.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["file_to_write", "whole_file"]


def file_to_write(name: str, value: str | os.PathLike[str], suffix: str = "") -> Path:
    """A file that can be written: in a folder that is there, and no folder itself."""
    try:
        path = Path(os.fsdecode(value))
    except TypeError:
        raise InputError(f"{name} is the name of a file, got {value!r}") from None
    if not path.name or not path.name.endswith(suffix):
        ends = f" whose name ends in {suffix}" if suffix else ""
        raise InputError(f"{name} is a file{ends}, got {str(path)!r}")
    if path.is_dir():
        raise InputError(f"{name} is a file, and {str(path)!r} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r} to write {path.name} in")
    return path


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Lends a name to write to, and gives the file its own if all went well.

    Through a link, the file that it leads to is written.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        reason = f"{path.name} was not written, what bore its name is unchanged"
        said = error.strerror or str(error)
        raise OSError(error.errno, f"{reason}: {said}", str(path)) from error
    finally:
        part.unlink(missing_ok=True)
