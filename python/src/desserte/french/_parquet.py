"""What does this Parquet file hold?

INSEE publishes some tables in columns only. pyarrow reads them; it is large, and
wanted for these files alone, so it is asked for when it is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._lazy import pd
from desserte.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desserte.french._files import Source

__all__ = ["parquet_columns", "parquet_rows"]


def parquet_columns(source: Source) -> tuple[str, ...]:
    """Its columns."""
    parquet = _pyarrow(source)
    with source.open() as file:
        return tuple(parquet.ParquetFile(file).schema_arrow.names)


def parquet_rows(source: Source, columns: Sequence[str]) -> Any:
    """These columns of all rows, as they are stored."""
    _pyarrow(source)
    with source.open() as file:
        return pd.read_parquet(file, columns=sorted(set(columns)))


def _pyarrow(source: Source) -> Any:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise TableError(
            f"{source.name} is a Parquet file, which needs pyarrow: pip install pyarrow, "
            "or take the CSV of the same page"
        ) from error
    return parquet
