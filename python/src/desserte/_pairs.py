"""Minutes of pairs, in whatever form they come: the one place where tables of times are unpacked.

A :class:`Grid` has minutes from all its origins to all its destinations,
:class:`Rows` those of pairs given one by one. The minutes of another table are
brought into the order of the first by id; an array has no ids and is taken by
position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from desserte._checks import some
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.times import TravelTimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

__all__ = ["Grid", "Minutes", "Rows", "align_minutes", "unpack_minutes"]

Minutes: TypeAlias = Union["TravelTimes", "pd.DataFrame", "pd.Series", "npt.ArrayLike"]
"""Minutes of pairs: a result of this package, a table, or an array."""

_SIDES = ["origin", "destination"]
_NAMES = ("origin_name", "destination_name")
_WAY_OUT = "give them NaN there, or leave them out of times"


@dataclass(frozen=True)
class Grid:
    """Minutes from all origins to all destinations: ``minutes`` has the shape (n, m)."""

    origins: pd.Index
    destinations: pd.Index
    minutes: npt.NDArray[np.float64]
    kilometres: npt.NDArray[np.float64] | None = None
    names: tuple[Any, Any] = (None, None)

    def columns(self, taken: npt.NDArray[np.int64]) -> pd.DataFrame:
        """The ids of some pairs, by their position in the flattened array, and their names."""
        rows, columns = np.divmod(taken, max(len(self.destinations), 1))
        table = {}
        for side, ids, names, at in zip(
            _SIDES, (self.origins, self.destinations), self.names, (rows, columns), strict=True
        ):
            table[side] = ids.take(at)
            if names is not None:
                table[f"{side}_name"] = pd.Series(names).array.take(at)
        return pd.DataFrame(table)

    def pairs(self) -> pd.MultiIndex:
        """The ids of all pairs, row after row."""
        return pd.MultiIndex.from_product([self.origins, self.destinations], names=_SIDES)


@dataclass(frozen=True)
class Rows:
    """Minutes of pairs given one by one: ``labels`` is the index of their table.

    ``ids`` has the columns ``origin`` and ``destination``; it is None where the
    minutes came without, as a Series.
    """

    labels: pd.Index
    ids: pd.DataFrame | None
    minutes: npt.NDArray[np.float64]
    kilometres: npt.NDArray[np.float64] | None = None

    def columns(self, taken: npt.NDArray[np.int64]) -> pd.DataFrame:
        """The ids and names of some rows, under their labels."""
        if self.ids is not None:
            return self.ids.iloc[taken]
        return pd.DataFrame({"row": self.labels.take(taken)}, index=self.labels.take(taken))

    def pairs(self) -> pd.MultiIndex | None:
        """The ids of all rows, if they have any."""
        return None if self.ids is None else pd.MultiIndex.from_frame(self.ids[_SIDES])


def unpack_minutes(table: Minutes, role: str) -> Grid | Rows:
    """Checks minutes of pairs and takes them apart; ``role`` is the name of the argument."""
    if isinstance(table, TravelTimes):
        pairs: Grid | Rows = _of_times(table)
    elif isinstance(table, pd.Series):
        pairs = _of_series(table, role)
    elif not isinstance(table, pd.DataFrame):
        pairs = _of_array(table, role)
    else:
        pairs = _long(table, role) if set(_SIDES) <= set(table.columns) else _wide(table, role)
    _refuse_unsound(pairs.minutes.ravel(), pairs, role)
    return pairs


def align_minutes(
    reference: Minutes, like: Grid | Rows
) -> tuple[npt.NDArray[np.float64], dict[str, int]]:
    """The minutes of ``reference`` for the pairs of ``like``, flat, and how many ids it has more.

    An array must have the shape of ``like``. Anything else is aligned by id.
    """
    if not isinstance(reference, TravelTimes | pd.DataFrame | pd.Series):
        array = _array(reference, "reference")
        if array.shape != like.minutes.shape:
            raise InputError(
                f"reference is an array of shape {array.shape} and times of shape "
                f"{like.minutes.shape}; an array is taken by position, a table by its ids"
            )
        _refuse_unsound(array.ravel(), like, "reference")
        return array.ravel(), {}
    other = unpack_minutes(reference, "reference")
    return _from_grid(other, like) if isinstance(other, Grid) else _from_rows(other, like)


def _from_grid(other: Grid, like: Grid | Rows) -> tuple[npt.NDArray[np.float64], dict[str, int]]:
    if isinstance(like, Grid):
        rows = _find(other.origins, like.origins, "origin")
        columns = _find(other.destinations, like.destinations, "destination")
        minutes = other.minutes[np.ix_(rows, columns)].ravel()
    elif like.ids is not None:
        rows = _find(other.origins, pd.Index(like.ids["origin"]), "origin")
        columns = _find(other.destinations, pd.Index(like.ids["destination"]), "destination")
        minutes = other.minutes[rows, columns]
    else:
        raise InputError(_NO_PAIRS)
    return minutes, _ignored(
        origins=len(other.origins) - len(np.unique(rows)),
        destinations=len(other.destinations) - len(np.unique(columns)),
    )


def _from_rows(other: Rows, like: Grid | Rows) -> tuple[npt.NDArray[np.float64], dict[str, int]]:
    theirs, ours = other.pairs(), like.pairs()
    if theirs is not None and ours is not None:
        at, what = _lookup(theirs, ours, "pair"), "pairs"
    elif theirs is None and isinstance(like, Rows):
        _refuse_repeated(like.labels, "times", "row")
        at, what = _lookup(other.labels, like.labels, "row"), "rows"
    elif theirs is None:
        raise InputError(
            "reference is a Series with one id a row, and times has origins and destinations; "
            "give it an index of two levels, origin and destination"
        )
    else:
        raise InputError(_NO_PAIRS)
    return other.minutes[at], _ignored(**{what: len(other.minutes) - len(np.unique(at))})


_NO_PAIRS = (
    "times is a Series with one id a row, and reference names origins and destinations; "
    "give the table that ds.trips made instead of its column"
)


def _lookup(ids: pd.Index, wanted: pd.Index, what: str) -> npt.NDArray[np.int64]:
    repeats = "; where trips repeat, give one column of minutes with the index of the table"
    _refuse_repeated(ids, "reference", what, repeats if what == "pair" else "")
    return _find(ids, wanted, what)


def _find(ids: pd.Index, wanted: pd.Index, what: str) -> npt.NDArray[np.int64]:
    positions: npt.NDArray[np.int64] = ids.get_indexer(wanted)
    missing = wanted[positions < 0].unique()
    if len(missing):
        raise IdError(f"reference lacks {some(_named(missing), what)}; {_WAY_OUT}")
    return positions


def _ignored(**counts: int) -> dict[str, int]:
    return {f"ignored_{what}": number for what, number in counts.items() if number}


def _of_times(times: TravelTimes) -> Grid:
    lengths = None if times.kilometres is None else times.kilometres.astype(np.float64)
    names = [side["name"] if "name" in side.columns else None for side in times.snaps]
    minutes = times.minutes.astype(np.float64)
    return Grid(times.origins, times.destinations, minutes, lengths, (names[0], names[1]))


def _of_series(table: pd.Series, role: str) -> Rows:
    minutes = _floats(table, role)
    if not isinstance(table.index, pd.MultiIndex):
        _refuse_missing(table.index, role, "row")
        return Rows(table.index, None, minutes)
    if table.index.nlevels != len(_SIDES):
        raise InputError(
            f"{role} has an index of {table.index.nlevels} levels; it has one id a row, "
            "or the levels origin and destination"
        )
    ids = table.index.to_frame(index=False, name=_SIDES)
    for side in _SIDES:
        _refuse_missing(pd.Index(ids[side]), role, side)
    ids.index = pd.RangeIndex(len(ids))
    return Rows(table.index, ids, minutes)


def _of_array(table: npt.ArrayLike, role: str) -> Grid:
    minutes = _array(table, role)
    if minutes.ndim != 2:  # noqa: PLR2004 - origins and destinations
        raise InputError(
            f"{role} is a TravelTimes, a table of trips, a Series, or an array of origins x "
            f"destinations, got an array of shape {minutes.shape}"
        )
    n, m = minutes.shape
    return Grid(pd.RangeIndex(n), pd.RangeIndex(m), minutes)


def _array(values: npt.ArrayLike, role: str) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise InputError(f"{role} is no array of minutes: its rows differ in length") from error
    return _floats(array, role)


def _wide(table: pd.DataFrame, role: str) -> Grid:
    strangers = [name for name in table.columns if not _is_number(table[[name]].dtypes.iloc[0])]
    if strangers or isinstance(table.index, pd.MultiIndex):
        _refuse_text(table, strangers, role)
        raise InputError(
            f"{role} is neither long, with the columns origin, destination and minutes, nor wide, "
            f"minutes with origins in rows and destinations in columns; it has "
            f"{some(list(table.columns), 'column')}"
        )
    for ids, what in ((table.index, "origin"), (table.columns, "destination")):
        _refuse_missing(ids, role, what)
        _refuse_repeated(ids, role, what)
    minutes = table.to_numpy(dtype=np.float64, na_value=np.nan)
    return Grid(table.index, table.columns, minutes)


def _refuse_text(table: pd.DataFrame, strangers: list[Any], role: str) -> None:
    """Refuses columns of minutes that were read as text: "12,5" is no number yet."""
    texts = [name for name in strangers if _reads_as_number(table[name])]
    if texts and len(texts) == len(strangers):
        found = table[texts[0]].dropna().iloc[0]
        raise InputError(
            f"{role} holds text instead of numbers of minutes in {some(texts, 'column')} "
            f"({found!r}); convert it with pd.to_numeric, a decimal comma with "
            '.str.replace(",", ".") before'
        )


def _reads_as_number(column: pd.Series) -> bool:
    """Whether all that a column holds are numbers, written as text."""
    held = column.dropna()
    is_text = len(held) > 0 and all(isinstance(value, str) for value in held)
    numbers = pd.to_numeric(held.str.replace(",", "."), errors="coerce") if is_text else held
    return is_text and bool(numbers.notna().all())


def _long(table: pd.DataFrame, role: str) -> Rows:
    if "minutes" not in table.columns or not table.columns.is_unique:
        columns = ", ".join(map(repr, table.columns))
        raise InputError(f"{role} has no column 'minutes' of its own; it has {columns}")
    for side in _SIDES:
        _refuse_missing(pd.Index(table[side]), role, side)
    kept = [*_SIDES, *(name for name in _NAMES if name in table.columns)]
    order = [name for name in ("origin", _NAMES[0], "destination", _NAMES[1]) if name in kept]
    minutes = _floats(table["minutes"], role)
    return Rows(table.index, table[order], minutes, _lengths(table, minutes, role))


def _lengths(
    table: pd.DataFrame, minutes: npt.NDArray[np.float64], role: str
) -> npt.NDArray[np.float64] | None:
    """The column ``kilometres`` of a long table, if it has one; every time has its length."""
    if "kilometres" not in table.columns:
        return None
    lengths = _floats(table["kilometres"], role)
    bad = ~(np.isfinite(lengths) & (lengths >= 0)) & ~np.isnan(minutes)
    if bad.any():
        where = some(_named(table.index[bad]))
        raise InputError(f"{role} has kilometres that are no length in {where}")
    return lengths


def _floats(values: Any, role: str) -> npt.NDArray[np.float64]:
    """Numbers as float64, a missing one as NaN."""
    if not _is_number(values.dtype):
        raise InputError(
            f"{role} holds {values.dtype} instead of numbers of minutes; "
            "convert it, with pd.to_numeric for a column of text"
        )
    if isinstance(values, pd.Series):
        floats: npt.NDArray[np.float64] = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return floats
    return np.asarray(values, dtype=np.float64)


def _is_number(dtype: Any) -> bool:
    # A time span counts nanoseconds, and True is no minute.
    return bool(pd.api.types.is_integer_dtype(dtype) or pd.api.types.is_float_dtype(dtype))


def _refuse_unsound(minutes: npt.NDArray[np.float64], pairs: Grid | Rows, role: str) -> None:
    bad = (minutes < 0) | np.isinf(minutes)
    if not bad.any():
        return
    ids = pairs.columns(np.flatnonzero(bad))
    sides = [name for name in _SIDES if name in ids]
    named = list(ids[sides].itertuples(index=False, name=None)) if sides else list(ids["row"])
    where = some(_named(named), "pair" if sides else "row")
    raise InputError(
        f"{role} has minutes below 0 or infinite in {where}; a pair without a time has NaN"
    )


def _refuse_missing(ids: pd.Index, role: str, what: str) -> None:
    missing = ids.isna()
    if missing.any():
        where = some(np.flatnonzero(missing).tolist())
        raise IdError(f"{role} has no {what} id in {where} (counted from 0)")


def _refuse_repeated(ids: pd.Index, role: str, what: str, hint: str = "") -> None:
    if not ids.is_unique:
        repeated = ids[ids.duplicated()].unique()
        raise IdError(f"{role} repeats {some(_named(repeated), what)}{hint}")


def _named(ids: Sequence[Any]) -> list[Any]:
    """Ids as a message shows them: plain values, and tuples of plain values."""
    return [
        tuple(part.item() if hasattr(part, "item") else part for part in value)
        if isinstance(value, tuple)
        else value
        for value in ids
    ]
