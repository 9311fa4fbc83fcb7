"""With which parameters did DREES compute?

The sheet ``Paramètres`` of a workbook is written for people: a title, then a table
of two or three columns, several times over. What a computation needs is read:
weights by time, weights by age for a year, and how activity was counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from desserte.french._ages import band
from desserte.french._layouts import plain

__all__ = ["parameters_of"]

_LESS = re.compile(r"moins de\s+(\d+) minutes")
_BETWEEN = re.compile(r"entre (\d+) et (\d+) minutes")
_AGES = (
    (re.compile(r"moins de (\d+) ans"), lambda first: band(0, int(first) - 1)),
    (re.compile(r"(?:de )?(\d+) a (\d+) ans"), lambda first, last: band(int(first), int(last))),
    (
        re.compile(r"(?:plus de (\d+) ans|(\d+) ans (?:et|ou) plus)"),
        lambda a, b: band(int(a or b), None),
    ),
)
_YEAR = re.compile(r"\b(20\d\d)\b")

Row = Sequence[Any]


def parameters_of(rows: Iterable[Row], year: int) -> dict[str, Any] | None:
    """Weights by time and by age, activity and scope; None where the sheet has none of them."""
    decay: dict[int, float] = {}
    weights: dict[str, float] = {}
    activity: list[list[Any]] = []
    scope: str | None = None
    column, section = 1, ""
    for row in rows:
        cells = [cell for cell in row if cell is not None]
        label = plain(cells[0]) if cells else ""
        if len(cells) == 1:
            scope = str(cells[0]).strip() if section.startswith("champ") and not scope else scope
            section = label
        elif label.startswith("tranche d'age"):
            column = _column_of(row, year)
        elif (bound := _minutes(label)) is not None:
            decay[bound] = float(cells[1])
        elif (name := _ages(label)) is not None and _is_number(row, column):
            weights[name] = float(row[column])
        elif section.startswith("comptabilisation"):
            activity.append([str(cells[0]).strip(), cells[1]])
    if not decay and not weights:
        return None
    return {"decay": decay, "age_weights": weights, "activity": activity, "scope": scope}


def _column_of(row: Row, year: int) -> int:
    """Where the weights of a year stand; in the only column where it is not named."""
    for place, cell in enumerate(row):
        match = _YEAR.search(str(cell)) if place else None
        if match and int(match[1]) == year:
            return place
    return 1


def _minutes(label: str) -> int | None:
    """The time below which a weight holds; nothing for what lies beyond the last."""
    if match := _LESS.fullmatch(label):
        return int(match[1])
    if match := _BETWEEN.fullmatch(label):
        return int(match[2])
    return None


def _ages(label: str) -> str | None:
    for pattern, name in _AGES:
        if match := pattern.fullmatch(label):
            return str(name(*match.groups()))
    return None


def _is_number(row: Row, column: int) -> bool:
    return len(row) > column and isinstance(row[column], int | float)
