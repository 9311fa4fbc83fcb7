"""Into which class does a commune fall, and which colour has it?

The breaks are fixed, those that the field uses, so that two maps can be laid side by side.
Dark is badly served, whether more is worse (minutes) or better (the APL, a share), in colours
that everyone can tell apart, and in grey. Pictures, pages and reports take them from here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._checks import check_choice, numbers, some
from desserte._lazy import np
from desserte.errors import InputError
from desserte.plot import _words

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MEASURES", "NO_DATA", "Classes", "classes_of", "hatch_of", "refuse_strange"]

NO_DATA = "#cfcfcf"
"""Grey, and hatched where a picture can be: no class has it."""

# Viridis from its bright end to its dark one, a little paler so that names read on it, and taken
# where grey falls by equal steps: a council prints in grey.
_NEAR_TO_FAR = (
    "#f5e835",
    "#aedf4a",
    "#72d06f",
    "#47bd87",
    "#35a496",
    "#40849a",
    "#4f6397",
    "#59448a",
    "#5a2973",
)
# Blue is gained, orange is lost: the pair that hardly anyone confuses.
_GAIN_TO_LOSS = (
    "#08519c",
    "#4a94cb",
    "#a9cfe6",
    "#f4f3ef",
    "#fdc37f",
    "#e0782a",
    "#8c3a00",
)
_NARROW = "\u202f"


class _Measure(NamedTuple):
    """What is measured: its usual breaks, and how they are said."""

    breaks: tuple[float, ...]
    unit: str
    more_is_worse: bool
    titles: dict[str, str]


MEASURES = {
    "minutes": _Measure(
        (5, 10, 15, 20, 30, 45),
        "min",
        more_is_worse=True,
        titles={"fr": "Temps d'accès (min)", "en": "Travel time (min)"},
    ),
    "apl": _Measure(
        (1.5, 2.5, 4, 6),
        "",
        more_is_worse=False,
        titles={
            "fr": "APL (consultations accessibles par an et par habitant)",
            "en": "APL (consultations within reach, a year and inhabitant)",
        },
    ),
    "share": _Measure(
        (0.2, 0.4, 0.6, 0.8),
        "%",
        more_is_worse=False,
        titles={"fr": "Part de la population couverte", "en": "Share of the people covered"},
    ),
    "choices": _Measure(
        (1, 2),
        "",
        more_is_worse=False,
        titles={"fr": "Choix à portée", "en": "Choices within reach"},
    ),
    "change": _Measure(
        (-15, -5, -1, 1, 5, 15),
        "min",
        more_is_worse=True,
        titles={"fr": "Évolution du temps d'accès (min)", "en": "Change of travel time (min)"},
    ),
}
"""Minutes, the APL, a share from 0 to 1, a count of choices, minutes more or less."""


class Classes(NamedTuple):
    """Classes of one measure, the lowest first: their inner bounds and their colours."""

    measure: str
    bounds: tuple[float, ...]
    colours: tuple[str, ...]

    def ranks(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """The class of each value, counted from 0; -1 where there is no value.

        As many minutes as the bound are within it; an APL of 2.5 is no longer under 2.5.
        """
        side = "left" if MEASURES[self.measure].more_is_worse else "right"
        found = np.searchsorted(self.bounds, values, side=side)  # type: ignore[call-overload]
        return np.where(np.isnan(values), -1, found)

    def labels(self, language: str) -> list[str]:
        """What each class is called in a legend."""
        if self.measure == "change":
            return _changes(self.bounds, language)
        if self.measure == "choices" and self.bounds == MEASURES["choices"].breaks:
            return {
                "fr": ["aucun", "un seul", "deux ou plus"],
                "en": ["none", "one", "two or more"],
            }[language]
        return _levels(self, language)

    def title(self, language: str) -> str:
        """What is measured."""
        return MEASURES[self.measure].titles[language]

    def said(self, value: float, language: str) -> str:
        """One value as it is told: minutes are whole, an APL has one decimal."""
        if np.isnan(value):
            return "—"
        if self.measure == "minutes":
            return f"{value:.0f}{_NARROW}min"
        if self.measure == "change":
            return f"{_signed(round(value))}{_NARROW}min"
        if self.measure == "share":
            return _percent(value, language)
        digits = 0 if self.measure == "choices" else 1
        return f"{value:.{digits}f}".replace(".", "," if language == "fr" else ".")


def classes_of(measure: str, classes: Sequence[float] | None = None) -> Classes:
    """The classes of a measure: the usual ones, or those between bounds of the caller's own."""
    check_choice("measure", measure, MEASURES)
    bounds = MEASURES[measure].breaks if classes is None else _checked(measure, classes)
    count = len(bounds) + 1
    if measure == "change":
        return Classes(measure, bounds, _between(_GAIN_TO_LOSS, count))
    colours = _between(_NEAR_TO_FAR, count)
    is_worse = MEASURES[measure].more_is_worse
    return Classes(measure, bounds, colours if is_worse else colours[::-1])


def hatch_of(classes: Classes, rank: int) -> str | None:
    """Who has no class is hatched; so is who loses, since grey prints gain and loss alike."""
    if rank < 0:
        return "////"
    is_loss = classes.measure == "change" and rank > 0 and classes.bounds[rank - 1] >= 0
    return "...." if is_loss else None


def refuse_strange(values: npt.NDArray[np.float64], ids: Any, name: str, measure: str) -> None:
    """Refuses what no such measure can be: minutes under 0, a share of 140, an infinite APL."""
    least = -np.inf if measure == "change" else 0.0
    most = 1.0 if measure == "share" else np.inf
    known = ~np.isnan(values)
    bad = known & ~((values >= least) & (values <= most + 1e-9) & np.isfinite(values))
    if bad.any():
        ranges = {"share": "a part from 0 to 1", "change": "a number of minutes, more or less"}
        wanted = ranges.get(measure, "a number of 0 or more")
        found = ", ".join(f"{value:g}" for value in values[bad][:5])
        raise InputError(
            f'{name} is {wanted} for measure="{measure}", which it is not in '
            f"{some(ids[bad].tolist(), 'commune')} ({found}); where nothing is known, give NaN"
        )


def _checked(measure: str, classes: Any) -> tuple[float, ...]:
    """The inner bounds that a caller gave; the 0 at which everything begins is none."""
    is_some = isinstance(classes, Sequence | np.ndarray) and not isinstance(classes, str)
    bounds = numbers(classes) if is_some else []
    if bounds and bounds[0] == 0 and measure in ("minutes", "apl", "share"):
        bounds = bounds[1:]
    rises = all(low < high for low, high in itertools.pairwise(bounds))
    if not (bounds and np.isfinite(bounds).all() and rises):
        raise InputError(
            f"classes is the bounds between classes, rising, as in [10, 20, 30], got {classes!r}"
        )
    if len(bounds) >= len(_NEAR_TO_FAR):
        raise InputError(
            f"classes makes {len(bounds) + 1} classes; nobody tells more than "
            f"{len(_NEAR_TO_FAR)} colours apart, give fewer bounds"
        )
    return tuple(bounds)


def _between(anchors: Sequence[str], count: int) -> tuple[str, ...]:
    """As many colours, equally far apart on a scale."""
    parts = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in anchors], dtype=float)
    at = np.linspace(0, len(anchors) - 1, count)
    mixed = (np.interp(at, range(len(anchors)), channel) for channel in parts.T)
    rows = np.column_stack([np.rint(channel) for channel in mixed]).astype(int)
    return tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in rows)


def _levels(classes: Classes, language: str) -> list[str]:
    measure, is_french = MEASURES[classes.measure], language == "fr"
    is_share = classes.measure == "share"
    said = [_words.number(100 * b if is_share else b, language) for b in classes.bounds]
    unit = _unit(measure.unit, language)
    to = "à" if is_french else "to"
    inner = [f"{low} {to} {high}{unit}" for low, high in itertools.pairwise(said)]
    if measure.more_is_worse:
        over = "plus de" if is_french else "over"
        return [f"0 {to} {said[0]}{unit}", *inner, f"{over} {said[-1]}{unit}"]
    under = "moins de" if is_french else "under"
    last = f"{said[-1]}{unit} {'et plus' if is_french else 'and over'}"
    return [f"{under} {said[0]}{unit}", *inner, last]


def _changes(bounds: Sequence[float], language: str) -> list[str]:
    """5 à 15 min de moins, inchangé, 5 à 15 min de plus."""
    ends = [-np.inf, *bounds, np.inf]
    return [_change(low, high, language) for low, high in itertools.pairwise(ends)]


def _change(low: float, high: float, language: str) -> str:
    is_french, unit = language == "fr", f"{_NARROW}min"
    if low < 0 < high:
        within = _words.number(max(-low, high), language)
        if np.isinf(low) or np.isinf(high):
            return "autre" if is_french else "other"
        return f"{'inchangé' if is_french else 'unchanged'} (± {within}{unit})"
    near, far = sorted((abs(low), abs(high)))
    is_less = high <= 0
    words = {"fr": ("de plus", "de moins"), "en": ("more", "less")}[language]
    way = words[is_less]
    first = _words.number(near, language)
    if np.isinf(far):
        over = "plus de" if is_french else "over"
        return f"{over} {first}{unit} {way}"
    return f"{first} {'à' if is_french else 'to'} {_words.number(far, language)}{unit} {way}"


def _unit(unit: str, language: str) -> str:
    if not unit:
        return ""
    return "%" if unit == "%" and language == "en" else f"{_NARROW}{unit}"


def _percent(part: float, language: str) -> str:
    return f"{100 * part:.0f}{_unit('%', language)}"


def _signed(value: int) -> str:
    return f"{value:+d}".replace("-", "\u2212") if value else "0"
