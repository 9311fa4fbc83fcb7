"""Can what will be found be written there?

Asked before anything long is begun: the form is that of the extension, and the folder is tried.
"""

from __future__ import annotations

import importlib.util
import tempfile
from typing import TYPE_CHECKING

import typer

from desserte._whole import file_to_write
from desserte.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["try_folder", "writable"]


def writable(path: Path, suffixes: Sequence[str]) -> Path:
    """A file that can be written, of one of these forms.

    Raises
    ------
    typer.BadParameter
        If the extension is none of them.
    OSError
        If the folder does not let itself be written in.
    """
    if path.suffix.lower() not in suffixes:
        forms = ", ".join(suffixes)
        raise typer.BadParameter(
            f"the extension of {path.name!r} is none of {forms}, which say what is written",
            param_hint="--output",
        )
    file_to_write("--output", path)
    try_folder(path.parent)
    if path.suffix.lower() == ".gpkg" and path.exists() and not _is_sqlite(path):
        raise InputError(f"{path.name} is there and is no GeoPackage; choose another name")
    if path.suffix.lower() == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise InputError(
            f'writing {path.name} needs pyarrow; install it with pip install "desserte[parquet]"'
        )
    return path


def try_folder(folder: Path, *, make: bool = False) -> None:
    """Writes in a folder and leaves nothing there, made before if asked.

    Raises
    ------
    OSError
        If the folder does not let itself be made or written in.
    """
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            f"cannot write in {folder}: {reason}; choose another folder with --output"
        ) from None


def _is_sqlite(path: Path) -> bool:
    """Whether layers can be added to a file."""
    with path.open("rb") as file:
        return file.read(15) == b"SQLite format 3"
