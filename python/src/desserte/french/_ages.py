"""Which of these age bands, and which of these rows, add up to everyone?

A band is named by its ages, both included: "0-14", "75-89", "90+", "7". INSEE
gives several cuts of the same people side by side (0-14, 15-29, ... and 0-19,
20-64, 65+), so that the sum of all columns counts everyone twice. One cut, the
finest, is the partition; what is left overlaps it. Cities with arrondissements
may stand twice too, whole and in parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._lazy import pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.french._ledger import Ledger

__all__ = ["People", "added_up", "ages_of", "band", "partition", "whole_cities"]

_BAND = re.compile(r"(\d+)(?:-(\d+)|(\+))?")
# Of cities that INSEE gives whole, by arrondissement, or both.
_ARRONDISSEMENTS = {"75056": r"751\d\d", "13055": r"132\d\d", "69123": r"6938\d"}


@dataclass
class People:
    """People of one file: by commune its name, the population, and a column an age band."""

    table: pd.DataFrame
    year: int | None
    years: list[int]


def band(first: int, last: int | None) -> str:
    """The name of a band: "0-14", "90+" without a last age, "7" for one year."""
    if last is None:
        return f"{first}+"
    return str(first) if first == last else f"{first}-{last}"


def ages_of(name: str) -> tuple[int, int | None] | None:
    """First and last age of a band; None where the name is of no band."""
    match = _BAND.fullmatch(name)
    if match is None:
        return None
    first, last, is_open = match.groups()
    if is_open:
        return int(first), None
    return int(first), int(last or first)


def partition(names: Iterable[str]) -> list[str]:
    """The finest cut of all ages among some bands, youngest first; empty where there is none."""
    starts: dict[int, list[tuple[str, int | None]]] = {}
    for name in names:
        ages = ages_of(name)
        if ages is not None:
            starts.setdefault(ages[0], []).append((name, ages[1]))
    # From the oldest age down: the best cut from each age to the end of life.
    best: dict[int, list[str]] = {}
    for first in sorted(starts, reverse=True):
        for name, last in starts[first]:
            rest = [] if last is None else best.get(last + 1)
            if rest is not None and len(rest) + 1 > len(best.get(first, [])):
                best[first] = [name, *rest]
    return best.get(0, [])


def added_up(numbers: pd.DataFrame, keys: Any) -> pd.DataFrame:
    """Sums of the rows of each key, in the order they come; one unknown part makes it unknown."""
    groups = numbers.groupby(keys, sort=False)
    return groups.sum().where(groups.count().eq(groups.size(), axis=0))


def whole_cities(table: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Without the arrondissements of cities that are there as a whole."""
    codes = pd.Series(table.index, dtype=object).astype(str)
    twice = pd.Series(data=False, index=codes.index)
    for city, parts in _ARRONDISSEMENTS.items():
        if (codes == city).any():
            twice |= codes.str.fullmatch(parts)
    ledger.drop(int(twice.sum()), "arrondissement of a city that is there as a whole")
    return table[~twice.to_numpy()].copy()
