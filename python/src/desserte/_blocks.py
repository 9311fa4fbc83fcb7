"""How are more times computed than memory holds?

In blocks of rows, each an ordinary matrix that is used up before the next is
made: its pairs are kept, or written to a file.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import np, pa
from desserte._whole import file_to_write, whole_file
from desserte.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from desserte._native import Network, Snaps
    from desserte._progress import Watcher
    from desserte._snaps import Snapped

__all__ = [
    "Asked",
    "Growing",
    "Pairs",
    "column_of",
    "pairs",
    "parquet_path",
    "progress_of_block",
    "write_parquet",
    "write_tables",
]

CELLS = 1 << 21
"""Cells of the matrix held at a time: with their pairs and what is written, some 200 MB."""


class Asked(NamedTuple):
    """A question that is answered in blocks."""

    network: Network
    rows: Snapped
    columns: Snapped
    cutoff: float | None
    direction: str
    kilometres: bool


class Pairs(NamedTuple):
    """Some cells of a matrix: their rows and columns, and what is in them."""

    rows: npt.NDArray[np.integer[Any]]
    columns: npt.NDArray[np.integer[Any]]
    minutes: npt.NDArray[np.float32]
    status: npt.NDArray[np.uint8]
    kilometres: npt.NDArray[np.float32] | None


class Growing:
    """A column that grows in place: joined from parts, it would be there twice."""

    def __init__(self, dtype: str) -> None:
        self._room = np.empty(0, dtype)
        self._length = 0

    def add(self, part: npt.NDArray[Any]) -> None:
        """Adds a part at the end."""
        end = self._length + len(part)
        if end > len(self._room):
            self._room.resize(max(end, len(self._room) * 9 // 8), refcheck=False)
        self._room[self._length : end] = part
        self._length = end

    def whole(self) -> npt.NDArray[Any]:
        """All parts; nothing more can be added."""
        self._room.resize(self._length, refcheck=False)
        return self._room


def pairs(asked: Asked, watcher: Watcher | None, *, reached_only: bool) -> Iterator[Pairs]:
    """The cells of the matrix, block by block: all of them, or those that have a time."""
    n, m = len(asked.rows.points), len(asked.columns.points)
    height = max(1, CELLS // max(m, 1))
    question = (asked.cutoff, asked.direction)
    if not asked.kilometres:
        asked.network.prepare_for(asked.rows.native, asked.columns.native, *question, watcher)
    for first in range(0, n, height):
        part = asked.rows.native.part(first, first + height)
        minutes, status, kilometres = asked.network.travel_times(
            part,
            asked.columns.native,
            *question,
            asked.kilometres,
            progress_of_block(first, part, n, watcher),
        )
        row, column = _places(status, reached_only=reached_only)
        yield Pairs(
            row + np.uint32(first),
            column,
            minutes[row, column],
            status[row, column],
            None if kilometres is None else kilometres[row, column],
        )


def _places(
    status: npt.NDArray[np.uint8], *, reached_only: bool
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Row and column of the cells, in half the memory that NumPy would take."""
    n, m = status.shape
    if not reached_only:
        row, column = np.arange(n, dtype="uint32"), np.arange(m, dtype="uint32")
        return np.repeat(row, m), np.tile(column, n)
    cells = np.flatnonzero(status == 0)
    row = (cells // max(m, 1)).astype("uint32")
    cells -= row * np.int64(m)
    return row, cells.astype("uint32")


def progress_of_block(first: int, part: Snaps, n: int, watcher: Watcher | None) -> Watcher | None:
    """Shows the progress of a block as that of the whole question, counted in rows."""
    if watcher is None:
        return None

    def show(phase: str, done: int, total: int) -> None:
        share = done / total if total else 1.0
        watcher(phase, first + round(share * len(part)), n)

    return show


def parquet_path(to: str | os.PathLike[str]) -> Path:
    """The file to write, if it can be one."""
    path = file_to_write("to", to, ".parquet")
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError(
            f'writing {path.name} needs pyarrow; install it with pip install "desserte[parquet]"'
        )
    return path


def write_parquet(
    path: Path,
    blocks: Iterator[Pairs],
    sides: dict[str, tuple[str, Any]],
    status_names: tuple[str, ...] | None,
    attrs: dict[str, Any],
) -> None:
    """Writes the pairs of all blocks.

    ``sides`` has, for each column of ids or names, whether it follows the "rows" or the
    "columns" of the pairs, and its values.
    """
    values = {
        name: (side, column_of(name, values).dictionary_encode())
        for name, (side, values) in sides.items()
    }
    facts = {b"desserte": json.dumps(attrs, ensure_ascii=False).encode()}
    tables = (_table(block, values, status_names) for block in blocks)
    write_tables(path, (table.replace_schema_metadata(facts) for table in tables))


def write_tables(
    path: Path,
    tables: Iterator[pa.Table],
    facts: Callable[[], dict[bytes, bytes]] | None = None,
) -> None:
    """Writes tables of one schema one after the other, into a file that is whole or not there.

    ``facts`` are asked for when all tables are written, and are then the metadata of the file.
    """
    import pyarrow.parquet as pq

    with whole_file(path) as part, contextlib.ExitStack() as stack:
        writer = None
        for table in tables:
            if writer is None:
                # A schema stored as it is now would hide what is known at the end.
                made = pq.ParquetWriter(part, table.schema, store_schema=facts is None)
                writer = stack.enter_context(made)
            writer.write_table(table.cast(writer.schema))
        if writer is not None and facts is not None:
            writer.add_key_value_metadata(facts())


def column_of(name: str, values: Any) -> pa.Array:
    """The values of a column; none where there is none."""
    try:
        column = pa.array(values, from_pandas=True)
        # A column without any value has no kind, and a file wants one.
        column = column.cast(pa.string()) if pa.types.is_null(column.type) else column
        column.dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"the values of {name} are of several kinds, or of one that a file cannot hold; "
            f"make them all text ({error})"
        ) from error
    return column


def _table(
    block: Pairs,
    values: dict[str, tuple[str, pa.DictionaryArray]],
    status_names: tuple[str, ...] | None,
) -> pa.Table:
    columns = {
        name: array.take(pa.array(block.rows if side == "rows" else block.columns))
        for name, (side, array) in values.items()
    }
    columns["minutes"] = pa.array(block.minutes, from_pandas=True)
    if status_names is not None:
        codes = block.status.astype(np.int32)
        columns["status"] = pa.DictionaryArray.from_arrays(codes, pa.array(status_names))
    if block.kilometres is not None:
        columns["kilometres"] = pa.array(block.kilometres, from_pandas=True)
    return pa.table(columns)
