"""Which people, which care and which minutes belong together?

The minutes of an indicator are a :class:`TravelTimes`, a :class:`SparseTravelTimes` or any
2-D array. Demand and
supply are put beside them by id, never by position, unless they are plain arrays;
and who is missing, negative or unknown is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from desserte._checks import some
from desserte._frames import repeated
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.sparse import SparseTravelTimes
from desserte.times import STATUS, SnapTables, TravelTimes, positions

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "TABLE",
    "Amounts",
    "MinuteTable",
    "Minutes",
    "NativeMinutes",
    "Study",
    "amounts",
    "minutes_of",
    "refuse_sparse",
    "single_amounts",
]

Minutes: TypeAlias = Union[TravelTimes, SparseTravelTimes, "npt.ArrayLike"]
"""Travel times, dense or sparse, or a 2-D array of minutes with ``NaN`` where there is none."""

Amounts: TypeAlias = Union["pd.Series", "npt.ArrayLike"]
"""People or care: a Series by id, or an array in the order of the times."""

Study: TypeAlias = Union["pd.DataFrame", Iterable[Any]]
"""Ids of origins, or a table whose index they are."""

TABLE = 2
"""The dimensions of a table."""


NativeMinutes: TypeAlias = Union[
    "npt.NDArray[np.float32]",
    "tuple[npt.NDArray[np.uintp], npt.NDArray[np.uint32], npt.NDArray[np.float32], int]",
]
"""All cells; or where each row begins, columns and minutes of those kept, and how many columns."""


@dataclass(frozen=True)
class MinuteTable:
    """Minutes as the engine wants them, and whose they are."""

    cells: NativeMinutes
    origins: pd.Index
    destinations: pd.Index
    max_minutes: float | None
    is_off: Callable[[], npt.NDArray[np.bool_]]
    attrs: dict[Any, Any]
    snaps: SnapTables | None = None

    @cached_property
    def off_network(self) -> npt.NDArray[np.bool_]:
        """Which origins have no street near, found when it is first asked."""
        return self.is_off()

    def refuse_beyond(self, name: str, minutes: float) -> None:
        """Refuses what asks for times that were cut off."""
        if self.max_minutes is not None and minutes > self.max_minutes:
            reach = f"{minutes:g} minutes" if math.isfinite(minutes) else "without end"
            raise InputError(
                f"{name} reaches {reach}, but the times end at max_minutes={self.max_minutes:g}; "
                "compute them further, or ask for less"
            )

    def rows_of(self, study: Study | None) -> npt.NDArray[np.int64]:
        """The rows of a study, in its order; all of them where it is None."""
        if isinstance(study, pd.DataFrame):
            study = study.index
        if isinstance(study, pd.Series):
            raise InputError(
                "study is a list of ids or a table indexed by them, got a Series; "
                "give its index, or its values as a list"
            )
        return positions(self.origins, study, "study origin")


def minutes_of(times: Any) -> MinuteTable:
    """The minutes of travel times or of an array."""
    if isinstance(times, SparseTravelTimes | TravelTimes):
        is_sparse = isinstance(times, SparseTravelTimes)
        return MinuteTable(
            cells=_kept(times) if is_sparse else _cells(times.minutes),
            origins=times.origins,
            destinations=times.destinations,
            max_minutes=times.max_minutes,
            is_off=lambda: _off_network(times),
            attrs=dict(times.attrs),
            snaps=times.snaps,
        )
    cells = _cells(times)
    return MinuteTable(
        cells=cells,
        origins=pd.RangeIndex(cells.shape[0]),
        destinations=pd.RangeIndex(cells.shape[1]),
        max_minutes=None,
        is_off=lambda: _without_any(cells),
        attrs={},
    )


def refuse_sparse(times: object) -> None:
    """Refuses pairs where all cells are looked at."""
    if isinstance(times, SparseTravelTimes):
        raise InputError('times is sparse; ask for them with layout="dense"')


def _kept(times: Any) -> NativeMinutes:
    """Where each row begins, and the columns and minutes of its cells."""
    rows, columns = np.asarray(times.rows), np.asarray(times.columns)
    if (rows[1:] < rows[:-1]).any():
        raise InputError("the pairs of times are not origin after origin; sort them by rows")
    if len(rows) and not 0 <= rows[0] <= rows[-1] < len(times.origins):
        raise InputError(f"times has pairs of origins that it has not, of {len(times.origins)}")
    # In the type of the rows, or they would all be converted.
    starts = np.searchsorted(rows, np.arange(len(times.origins), dtype=rows.dtype))
    return (
        np.append(starts, len(rows)).astype("uintp"),
        np.ascontiguousarray(columns, dtype="uint32"),
        np.ascontiguousarray(times.minutes, dtype="float32"),
        len(times.destinations),
    )


def _without_any(cells: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """The rows without a single time; of a table without columns all of them."""
    is_off = np.asarray(np.isnan(cells[:, :1]).all(axis=1))
    rows = np.flatnonzero(is_off)
    is_off[rows] = np.isnan(cells[rows]).all(axis=1)
    return is_off


def _off_network(times: TravelTimes | SparseTravelTimes) -> npt.NDArray[np.bool_]:
    if isinstance(times, SparseTravelTimes):
        return np.asarray(times.snaps.origins["outcome"] == "off_network", dtype=bool)
    is_off = np.zeros(len(times.origins), dtype=bool)
    # Who has a time to the first destination is on the network: few rows are left to look at.
    # Without a destination there is no cell to say so.
    rows = np.flatnonzero((times.status[:, :1] != 0).any(axis=1))
    off = times.status[rows] == STATUS.index("origin_off_network")
    is_off[rows] = off.any(axis=1)
    return is_off


def _cells(times: Any) -> npt.NDArray[np.float32]:
    if isinstance(times, pd.DataFrame):
        raise InputError(
            "times is TravelTimes or an array of minutes, got a DataFrame; "
            "give times.to_numpy(), whose ids are 0, 1, 2, ..."
        )
    try:
        cells: npt.NDArray[np.float32] = np.ascontiguousarray(times, dtype="float32")
    except (TypeError, ValueError):
        cells = np.empty(0, dtype="float32")
    if cells.ndim != TABLE or np.ndim(times) != TABLE:
        kind = type(times).__name__
        raise InputError(
            f"times is TravelTimes, SparseTravelTimes or a 2-D array of minutes, got a {kind}"
        )
    return cells


def amounts(
    values: Any, ids: pd.Index, name: str, side: str
) -> tuple[npt.NDArray[np.float64], int]:
    """One number of 0 or more for each id, and how many ids more there were.

    A DataFrame gives a column a group.
    """
    extra = 0
    if isinstance(values, pd.DataFrame):
        _refuse_texts(values, name)
    if isinstance(values, pd.Series | pd.DataFrame):
        values, extra = _by_id(values, ids, name, side)
    numbers = _numbers(values, name)
    if numbers.shape[:1] != (len(ids),):
        raise InputError(
            f"{name} has {len(numbers)} values for {len(ids)} {side}s; "
            "give one each, or a Series by id"
        )
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    rows = np.asarray(bad.any(axis=1)) if bad.ndim == TABLE else bad
    if rows.any():
        raise InputError(
            f"{name} is missing, negative or no number for {some(ids[rows].tolist(), side)}; "
            f"what is not known is not 0: leave it out{_of_the_times(side)}, or estimate it"
        )
    return numbers, extra


def single_amounts(
    values: Any, ids: pd.Index, name: str, side: str
) -> tuple[npt.NDArray[np.float64], int]:
    """The same of one group alone."""
    numbers, extra = amounts(values, ids, name, side)
    if numbers.ndim != 1:
        raise InputError(f"{name} is one number each, got shape {numbers.shape}")
    return numbers, extra


def _of_the_times(side: str) -> str:
    """Where the ids of a side are from, if the caller knows."""
    return " of the times" if side in ("origin", "destination") else ""


def _refuse_texts(values: pd.DataFrame, name: str) -> None:
    """Refuses columns that are names or codes: "07132" would be so many people."""
    if not values.columns.is_unique:
        raise InputError(f"{name} repeats {some(repeated(values.columns), 'column')}")
    texts = [column for column in values.columns if _is_text(values[column])]
    if texts:
        raise InputError(
            f"{name} has {some(texts, 'column')} of no numbers; "
            f'pick those to count, as in {name}[["population", "65+"]]'
        )


def _is_text(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return False
    known = column.dropna()
    return bool(known.map(lambda value: isinstance(value, str)).any()) or (
        not pd.api.types.is_object_dtype(column.dtype)
    )


def _numbers(values: Any, name: str) -> npt.NDArray[np.float64]:
    if isinstance(values, pd.Series):
        values = pd.to_numeric(values, errors="coerce").to_numpy("float64", na_value=np.nan)
    elif isinstance(values, pd.DataFrame):
        values = values.apply(pd.to_numeric, errors="coerce").to_numpy("float64", na_value=np.nan)
    try:
        numbers: npt.NDArray[np.float64] = np.ascontiguousarray(values, dtype="float64")
    except (TypeError, ValueError):
        numbers = np.empty(())
    if np.ndim(values) == 0 or numbers.ndim == 0:
        raise InputError(f"{name} is a Series by id or an array, got a {type(values).__name__}")
    return numbers


def _by_id(values: Any, ids: pd.Index, name: str, side: str) -> tuple[Any, int]:
    if not values.index.is_unique:
        raise IdError(f"{name} repeats {some(repeated(values.index), side)}; add them up first")
    found = values.index.get_indexer(ids)
    if (found < 0).any():
        missing = ids[found < 0].tolist()
        of_times = _of_the_times(side)
        raise IdError(f"{name} lacks {some(missing, side)}{of_times}{_hint(missing, values)}")
    return values.iloc[found], len(values) - len(ids)


def _hint(missing: list[Any], values: Any) -> str:
    """What most often went wrong with codes of communes."""
    known = {str(label) for label in values.index}
    shortened = {str(label).lstrip("0") for label in missing} | {str(label) for label in missing}
    if known & shortened:
        return "; codes are text with their leading zero on both sides, as in '07132'"
    return ""
