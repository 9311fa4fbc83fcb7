"""Do the data reach as far as the question?

What a study can count on is shared with people who live twice as far away as the
decay reaches, and it has care as far as the decay reaches. Where the data end sooner the
figures are wrong, most of all at the border, and nothing in a single figure shows it.

Where positions are known, a site that the study reaches and that has no people on one
side stands at the edge of the demand, and people who have no care on one side live
at the edge of the supply. A coast looks like that too, so this is a reason to look and not an
error. Without positions there is only the share of care that nobody from outside reaches.
"""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._lazy import gpd, np, shapely
from desserte.errors import EdgeWarning

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.decay import Decay
    from desserte.indicators._aligned import MinuteTable

    _Numbers = npt.NDArray[np.float64]

__all__ = ["Question", "edge_of", "warn_at_the_edge"]

MOST_AT_EDGE = 0.1
"""More of the care or of the people at the edge are warned of: coasts and chance make some."""

MOST_UNSHARED = 0.9
"""So much of the care that only the study reaches is warned of, where there is a study."""

_SIDES = 8
_EMPTY_SIDES = 3
# Fewer do not surround anybody, nor are they meant to: what does the one new doctor add?
_LEAST_SITES = 2 * _SIDES
# Cells of the grid that a reach is long: communes and cells of 200 m then look alike.
_CELLS = 4
_SAMPLE_ROWS, _SAMPLE_PAIRS = 100, 20_000
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Question:
    """Who asks for what, and for which rows the answer is."""

    people: _Numbers
    care: _Numbers
    rows: npt.NDArray[np.int64]
    is_study: bool
    reached: npt.NDArray[np.bool_]
    """Which destinations anybody reaches, of the study or not."""


def edge_of(table: MinuteTable, decay: Decay, asked: Question) -> dict[str, float]:
    """The shares of care and of people at the edge of the data; ``NaN`` where it is unknown."""
    reached, unshared = asked.reached & (asked.care > 0), float("nan")
    if asked.is_study:
        inside = np.zeros(len(table.origins))
        inside[asked.rows] = 1
        reached = _reached(table, inside, decay) & (asked.care > 0)
        only = reached & ~_reached(table, 1 - inside, decay)
        unshared = _share(only, reached, asked.care)
    of_care, of_people = _at_edges(table, decay, asked, reached)
    return {"care_unshared": unshared, "care_at_edge": of_care, "people_at_edge": of_people}


def warn_at_the_edge(edge: dict[str, float], decay: Decay, stacklevel: int) -> None:
    """Warns where the data seem to end too soon, and says what to check."""
    twice, once = f"{2 * decay.reach:g} minutes around", f"{decay.reach:g} minutes around"
    found = []
    if edge["care_at_edge"] > MOST_AT_EDGE:
        found.append(
            f"{edge['care_at_edge']:.0%} of the care within reach has nobody living on one side of "
            f"it, so that the figures may be too high: are all people {twice} among the origins?"
        )
    elif edge["care_unshared"] >= MOST_UNSHARED:
        found.append(
            f"{edge['care_unshared']:.0%} of the care that the study reaches is reached by no "
            "origin outside the study, so that the figures may be too high: "
            f"are all people {twice} among the origins?"
        )
    if edge["people_at_edge"] > MOST_AT_EDGE:
        found.append(
            f"{edge['people_at_edge']:.0%} of the people have no care on one side of them, so "
            f"that the figures may be too low: is all care {once} among the destinations?"
        )
    if found:
        words = "; ".join(found)
        warnings.warn(
            f"{words} Where the sea is there, or an uncrossed border, all is well",
            EdgeWarning,
            stacklevel=stacklevel,
        )


def _reached(table: MinuteTable, people: _Numbers, decay: Decay) -> npt.NDArray[np.bool_]:
    """Which destinations any of the people reach."""
    alike = np.ones(len(table.destinations))
    _, _, asked = _native.catchments(table.cells, people, alike, decay._words(), "two_step")
    return asked > 0


def _share(some: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_], weights: _Numbers) -> float:
    total = weights[of].sum()
    return float(weights[some & of].sum() / total) if total > 0 else float("nan")


def _at_edges(
    table: MinuteTable, decay: Decay, asked: Question, reached: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """The share of the care without people on one side, and of the people without care."""
    unknown = float("nan"), float("nan")
    places = _positions(table)
    if places is None or not np.isfinite(decay.reach):
        return unknown
    origins, destinations = places
    metres = _metres(table, origins, destinations, decay.reach)
    if not metres > 0:
        return unknown
    homes = origins[asked.people > 0]
    # Sites are fewer: one looks for them as far again.
    lonely_sites = _is_lonely(destinations, homes, metres)
    of_care = _share(lonely_sites, reached, asked.care)
    sites = destinations[asked.care > 0]
    if len(sites) < _LEAST_SITES:
        return of_care, float("nan")
    at = origins[asked.rows]
    lonely_homes = _is_lonely(at, sites, 2 * metres)
    return of_care, _share(lonely_homes, ~np.isnan(at), asked.people[asked.rows])


def _positions(table: MinuteTable) -> tuple[Any, Any] | None:
    """Where origins and destinations are, as complex metres on one rough plane; NaN if nowhere."""
    if table.snaps is None:
        return None
    sides = [side.geometry for side in table.snaps]
    if any(side.crs is None for side in sides):
        return None
    same = sides[0].crs == sides[1].crs
    if not (same and sides[0].crs.is_projected):
        sides = [side if side.crs.is_geographic else side.to_crs("EPSG:4326") for side in sides]
        return _flattened([_xy(side) for side in sides])
    return _xy(sides[0]), _xy(sides[1])


def _xy(points: gpd.GeoSeries) -> Any:
    array = np.asarray(points.array)
    return shapely.get_x(array) + 1j * shapely.get_y(array)


def _flattened(degrees: list[Any]) -> tuple[Any, Any]:
    """Metres of degrees, true beside the middle of the origins, and good enough for directions."""
    known = degrees[0].real[~np.isnan(degrees[0])]
    middle = float(np.median(known)) if len(known) else 0.0
    first, second = (
        ((at.real - middle) * np.cos(np.radians(at.imag)) + 1j * at.imag) * _METRES_A_DEGREE
        for at in degrees
    )
    return first, second


def _metres(table: MinuteTable, origins: Any, destinations: Any, reach: float) -> float:
    """How far one comes in the minutes of a reach, as the crow flies, by some of the trips."""
    rows, columns, minutes = _some_trips(table)
    far = (minutes > reach / 2) & (minutes <= reach)
    far = far if far.any() else (minutes > 0) & (minutes <= reach)
    flown = np.abs(origins[rows[far]] - destinations[columns[far]]) / minutes[far]
    flown = flown[~np.isnan(flown)]
    return float(np.median(flown) * reach) if len(flown) else float("nan")


def _some_trips(table: MinuteTable) -> tuple[Any, Any, Any]:
    """Rows, columns and minutes of some cells."""
    if isinstance(table.cells, tuple):
        offsets, kept, minutes, _ = table.cells
        at = np.linspace(0, len(minutes) - 1, min(len(minutes), _SAMPLE_PAIRS)).astype("int64")
        rows = np.searchsorted(offsets, at.astype(offsets.dtype), side="right") - 1
        return rows, kept[at], minutes[at]
    count = len(table.origins)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _SAMPLE_ROWS)).astype("int64"))
    cells = table.cells[chosen]
    rows, columns = np.nonzero(~np.isnan(cells))
    return chosen[rows], columns, cells[rows, columns]


def _is_lonely(at: Any, others: Any, metres: float) -> npt.NDArray[np.bool_]:
    """Who has none of the others on one side within so many metres."""
    cell = metres / _CELLS
    spots, of_spot = np.unique(_cell(at, cell), return_inverse=True)
    taken = np.unique(_cell(others, cell))
    has = np.zeros((len(spots), _SIDES), dtype=bool)
    span = range(-_CELLS, _CELLS + 1)
    for x, y in itertools.product(span, span):
        if 0 < abs(complex(x, y)) <= _CELLS:
            side = round(np.angle(complex(x, y)) / (2 * np.pi) * _SIDES) % _SIDES
            has[:, side] |= np.isin(spots + complex(x, y), taken)
    empty = ~has
    lonely = np.zeros(len(spots), dtype=bool)
    for side in range(_SIDES):
        lonely |= empty[:, [(side + k) % _SIDES for k in range(_EMPTY_SIDES)]].all(axis=1)
    is_lonely: npt.NDArray[np.bool_] = lonely[of_spot] & ~np.isnan(at)
    return is_lonely


def _cell(at: Any, size: float) -> Any:
    """The corner of the cell of a grid, of those that are anywhere."""
    return np.floor(at.real / size) + 1j * np.floor(at.imag / size)
