"""Are the plain arguments sound: minutes, lengths, words, file names?

Each check gives back the value as the compiled half wants it, or says what is
wrong with it. Tables and geometries are checked in ``_frames.py``.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from desserte.errors import InputError, SnapError

__all__ = [
    "SHOWN",
    "Paths",
    "check_area",
    "check_choice",
    "check_count",
    "check_length",
    "check_limits",
    "check_minutes",
    "check_offroad",
    "check_radius",
    "file_name",
    "file_names",
    "numbers",
    "some",
]

Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""One file, or several."""

MINUTES_IN_A_DAY = 1440.0
_EARTH_HALFWAY_ROUND = 20_100_000.0
SHOWN = 5
"""As many offenders are named."""


def some(values: Sequence[Any], what: str = "row") -> str:
    """The count of the offenders and the first five: ``7 rows: 12, 31, 40, 41, 58, ...``."""
    plain = (value.item() if hasattr(value, "item") else value for value in values[:SHOWN])
    shown = ", ".join(map(repr, plain))
    plural = "" if len(values) == 1 else "s"
    return f"{len(values)} {what}{plural}: {shown}{', ...' if len(values) > SHOWN else ''}"


def check_minutes(name: str, value: float | None) -> float | None:
    """A time above 0 and up to a day, or None for no limit."""
    return None if value is None else _minutes(name, value)


def check_limits(minutes: float | Iterable[float]) -> list[float]:
    """One or several limits, shortest first."""
    if isinstance(minutes, str | Mapping):
        raise InputError(f"minutes is a number or several, as in [10, 20], got {minutes!r}")
    given = list(minutes) if isinstance(minutes, Iterable) else [minutes]
    if not given:
        raise InputError("minutes is empty; give at least one limit, as in minutes=[10, 20, 30]")
    limits = sorted(_minutes("minutes", value) for value in given)
    repeated = sorted({a for a, b in itertools.pairwise(limits) if a == b})
    if repeated:
        raise InputError(f"minutes repeats {some(repeated, 'limit')}")
    return limits


def check_length(name: str, value: float, *, least: float = 0.0) -> float:
    """A length in the unit of the parameter, ``least`` or more and not beyond the earth."""
    number = _number(value)
    if not least <= number <= _EARTH_HALFWAY_ROUND:
        raise InputError(f"{name} is a number, {least:g} or more, got {value!r}")
    return number


def check_offroad(value: float) -> float:
    """The walk off the street in metres: above 0, since streets alone are no ground."""
    number = _number(value)
    if number == 0.0:
        raise InputError(
            "offroad_metres is above 0, got 0: who never leaves the street stands on no ground; "
            "take some metres, or draw the streets themselves with ds.reached_streets"
        )
    if not 0.0 < number <= _EARTH_HALFWAY_ROUND:
        raise InputError(f"offroad_metres is a number above 0, got {value!r}")
    return number


def check_area(name: str, value: float) -> float:
    """An area in the unit of the parameter, 0 or more and finite."""
    number = _number(value)
    if not 0.0 <= number < math.inf:
        raise InputError(f"{name} is a number, 0 or more, got {value!r}")
    return number


def check_radius(value: float) -> float:
    """The distance in metres within which a street is looked for."""
    number = _number(value)
    if not 0.0 <= number <= _EARTH_HALFWAY_ROUND:
        raise SnapError(f"radius_metres is a number, 0 or more, got {value!r}")
    return number


def check_count(name: str, value: int) -> int:
    """A whole number, 1 or more."""
    number = _number(value)
    if not (number >= 1 and number == math.floor(number)):
        raise InputError(f"{name} is a whole number, 1 or more, got {value!r}")
    return int(number)


def check_choice(name: str, value: str, allowed: Collection[str]) -> str:
    """One of the words that the parameter knows."""
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(f'"{word}"' for word in allowed)
        raise InputError(f"{name} is one of {words}, got {value!r}")
    return value


def file_name(path: str | os.PathLike[str]) -> str:
    """The name of one file, as text. Whether it exists is seen when it is read."""
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"path is a file name, got {path!r}")
    return os.fspath(path)


def file_names(paths: Paths) -> list[str]:
    """The names of one or several files, as text. Whether they exist is seen when they are read."""
    given = [paths] if isinstance(paths, str | os.PathLike) else paths
    if not isinstance(given, Iterable):
        raise InputError(f"paths is a file name or several, got {paths!r}")
    names = list(given)
    strangers = [name for name in names if not isinstance(name, str | os.PathLike)]
    if strangers:
        raise InputError(f"paths holds what is no file name, {some(strangers)}")
    if not names:
        raise InputError("paths is empty; give at least one .osm.pbf file")
    return [os.fspath(name) for name in names]


def numbers(values: Iterable[Any]) -> list[float]:
    """The values as floats; NaN where one is no number."""
    return [_number(value) for value in values]


def _minutes(name: str, value: float) -> float:
    number = _number(value)
    if not 0.0 < number <= MINUTES_IN_A_DAY:
        raise InputError(f"{name} is a number above 0 and at most 1440 (a day), got {value!r}")
    return number


def _number(value: object) -> float:
    """The value as a float; NaN, which no range holds, where it is no number."""
    if isinstance(value, bool | str | bytes):
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]  # whatever has __float__ will do
    except (TypeError, ValueError, OverflowError):
        return math.nan
