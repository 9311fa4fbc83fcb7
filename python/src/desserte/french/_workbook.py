"""Which sheets does this workbook hold, and where do their tables begin?

DREES writes a title, the sources and the units above and below the header of a
sheet, and the parameters of the method in a sheet of their own. openpyxl reads
one sheet at a time; only those that are asked for are read whole. Opening takes
as long as reading, since all texts of the book come first: it is done once.
"""

from __future__ import annotations

import itertools
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte.errors import TableError
from desserte.french._layouts import Found, recognise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desserte.french._files import Source

__all__ = ["Sheet", "columns_of", "opened", "rows_of", "sheets"]

_PREAMBLE = 25


@dataclass(frozen=True)
class Sheet:
    """The head of one sheet; ``found`` is None where no line is a header that the reader knows."""

    name: str
    found: Found | None
    header_line: int
    above: list[tuple[Any, ...]]
    below: tuple[Any, ...]


def sheets(book: Any, reader: str) -> list[Sheet]:
    """All sheets of an open workbook, with their heads."""
    return [_sheet(sheet, reader) for sheet in book.worksheets]


def rows_of(book: Any, name: str, first: int = 0) -> list[tuple[Any, ...]]:
    """The rows of a sheet from one on, counted from 0, but for the empty ones."""
    rows = book[name].iter_rows(min_row=first + 1, values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def columns_of(source: Source) -> tuple[str, ...]:
    """The line that looks most like a header, to name the columns of a foreign workbook."""
    widest: tuple[str, ...] = ()
    with opened(source) as book:
        for sheet in book.worksheets:
            for row in itertools.islice(sheet.iter_rows(values_only=True), _PREAMBLE):
                names = tuple(cell for cell in row if isinstance(cell, str))
                widest = max(widest, names, key=len)
    return widest


def _sheet(sheet: Any, reader: str) -> Sheet:
    head = list(itertools.islice(sheet.iter_rows(values_only=True), _PREAMBLE))
    for line, row in enumerate(head):
        names = [str(cell) for cell in row if cell is not None]
        found = recognise(names, reader)
        if found is not None:
            below = head[line + 1] if line + 1 < len(head) else ()
            return Sheet(sheet.title, found, line, head[:line], below)
    return Sheet(sheet.title, None, 0, head, ())


@contextmanager
def opened(source: Source) -> Iterator[Any]:
    """The workbook, cells as values; closed afterwards."""
    import openpyxl

    with source.open() as file, warnings.catch_warnings():
        # Styles and data validations that openpyxl does not know change no value.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except Exception as error:
            raise TableError(f"{source.name} cannot be opened as a workbook: {error}") from error
        try:
            yield book
        finally:
            book.close()
