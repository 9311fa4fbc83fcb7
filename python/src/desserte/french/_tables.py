"""Which rows and columns does this file hold?

The header is looked for: producers write titles above it, and separate their
columns by semicolons, commas, bars or tabulators. Of the columns only those of
the layout are read, as text; what they mean is for the readers to say.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import pd
from desserte.errors import TableError
from desserte.french._files import Source, sources
from desserte.french._layers import map_columns
from desserte.french._layouts import Found, recognise, refuse_unknown
from desserte.french._parquet import parquet_columns
from desserte.french._workbook import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desserte.french._ledger import Ledger

__all__ = ["TextTable", "read_chunks", "read_rows", "tables_of", "text_tables"]

_SEPARATORS = (";", ",", "|", "\t")
_PREAMBLE = 25
_BEYOND = "<beyond the last column>"
_CHUNK = 100_000


@dataclass(frozen=True)
class TextTable:
    """A table of text whose header is found: what is needed to read its rows."""

    source: Source
    found: Found
    encoding: str
    separator: str
    header_line: int
    names: tuple[str, ...]
    damaged: int

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.source.name

    def opened(self, ledger: Ledger, **facts: Any) -> None:
        """Notes in the ledger where the rows come from."""
        encoding = self.encoding.removesuffix("-sig")
        ledger.opened(
            self.source,
            self.found.layout,
            encoding=encoding,
            separator=self.separator,
            **facts,
        )
        ledger.note(self.damaged, "letters damaged before, by a wrong encoding")


def text_tables(paths: Any, reader: str) -> list[TextTable]:
    """The tables of this reader's layouts in some files of text."""
    return tables_of(sources(paths, reader), reader)


def tables_of(given: Sequence[Source], reader: str) -> list[TextTable]:
    """The same for sources that are known; of an archive, those that the reader knows.

    Raises
    ------
    TableError
        If a file has none of this reader's layouts.
    """
    found = [(source, find_header(source, reader)) for source in given]
    tables = [table for _, table in found if isinstance(table, TextTable)]
    for path in {source.path for source in given}:
        if not any(table.source.path == path for table in tables):
            columns = next(c for s, c in found if s.path == path and not isinstance(c, TextTable))
            raise refuse_unknown(columns, reader, path.name)
    return tables


def find_header(source: Source, reader: str) -> TextTable | tuple[str, ...]:
    """The table with its header; or, where no line is one, the columns that come nearest."""
    if source.form == "geometry":
        return map_columns(source)
    if source.form == "workbook":
        return columns_of(source)
    if source.form == "parquet":
        return parquet_columns(source)
    encoding, damaged = source.encoding()
    widest: tuple[str, ...] = ()
    for line, text in enumerate(source.head(encoding)[:_PREAMBLE]):
        for separator in _SEPARATORS:
            cells = _as_columns(_cells(text, separator))
            found = recognise(cells, reader)
            if found is not None:
                names = tuple(_unique(cells))
                return TextTable(source, found, encoding, separator, line, names, damaged)
            widest = max(widest, tuple(cells), key=_named)
    return widest


def read_rows(table: TextTable, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """All rows of a table as text, missing where a cell is empty; all columns, or these."""
    return pd.concat(read_chunks(table, columns), ignore_index=True)


def read_chunks(
    table: TextTable,
    columns: Sequence[str] | None = None,
) -> Iterator[pd.DataFrame]:
    """The same, some rows at a time, for files that do not fit."""
    # All columns are read: where some are chosen, pandas passes over the surplus fields of a row.
    wanted = sorted(set(columns if columns is not None else table.found.fields.values()))
    try:
        with table.source.open() as file:
            parts = pd.read_csv(
                file,
                encoding=table.encoding,
                sep=table.separator,
                skiprows=table.header_line + 1,
                names=[*table.names, _BEYOND],
                header=None,
                index_col=False,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                chunksize=_CHUNK,
                skip_blank_lines=True,
            )
            for part in parts:
                _refuse_beyond(part, table)
                yield part[wanted]
    except pd.errors.EmptyDataError:
        yield pd.DataFrame(columns=wanted, dtype=object)
    except pd.errors.ParserError as error:
        raise TableError(
            f"{table.name} is not a table throughout: {str(error).strip().lower()}; "
            "is it cut short, or edited by hand? download it again"
        ) from error


def _refuse_beyond(part: pd.DataFrame, table: TextTable) -> None:
    """Refuses rows with more fields than the header: a stray separator shifts their meaning."""
    beyond = part[_BEYOND].notna()
    if beyond.any():
        # Counted as an editor does, if no cell holds a line break.
        lines = [row + table.header_line + 2 for row in part.index[beyond]]
        raise TableError(
            f"{table.name} has more fields than columns in {some(lines, 'line')}; "
            "is a separator within a name? take the file as it was published"
        )


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _as_columns(cells: list[str]) -> list[str]:
    """The columns that a line names; FINESS begins its rows without, by their type."""
    is_finess = cells[:1] in (["structureet"], ["geolocalisation"], ["structureej"])
    return [f"<{cells[0]}>"] if is_finess else cells


def _named(cells: Sequence[str]) -> int:
    """How many columns a line could name."""
    return sum(bool(cell.strip()) for cell in cells)


def _unique(names: Sequence[str]) -> Iterator[str]:
    """Names as they are, the empty and the repeated ones told apart by their place."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        fresh = name if name and name not in seen else f"{name}#{place}"
        seen.add(fresh)
        yield fresh
