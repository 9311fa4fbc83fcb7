"""How do lines travel in a page: whole numbers, from point to point?

Degrees times 100 000 are a metre or less; steps between them are small numbers. Streets are joined,
straightened by less than a pixel, and the small ones left out where they would weigh too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._frames import LONLAT
from desserte._lazy import gpd, np, shapely

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.network import RoadNetwork

__all__ = ["SCALE", "Sort", "area_steps", "line_steps", "plane_around", "point_steps", "streets_of"]

SCALE = 100_000
_SORTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("great", ("motorway", "trunk", "primary", "secondary"), 0),
    ("middle", ("tertiary",), 0),
    ("lesser", ("unclassified", "residential", "living_street", "road"), 11),
    ("least", ("service", "track", "path", "pedestrian", "footway"), 13),
)
"""Classes of roads, and how near one must be to see them."""
_MOST_POINTS = 130_000
"""Of all streets of a page: a megabyte, or less."""
_FINEST, _COARSEST, _PIXELS = 2.0, 12.0, 10_000
"""Metres by which a street may be straightened, and the pixels of a map seen closely."""


class Sort(NamedTuple):
    """Streets that are drawn alike, and from which zoom on."""

    name: str
    from_zoom: int
    lines: list[list[int]]


def streets_of(network: RoadNetwork, bounds: Any) -> tuple[list[Sort], list[str]]:
    """The streets within some degrees, the great ones first, and the sorts left out."""
    west, south, east, north = bounds
    streets = network.streets().cx[west:east, south:north]
    plane = plane_around(bounds)
    metres = np.hypot(*np.ptp(np.array(_corners(bounds, plane)), axis=0))
    tolerance = float(np.clip(metres / _PIXELS, _FINEST, _COARSEST))
    taken = 0
    kept: list[Sort] = []
    left_out: list[str] = []
    base = streets["highway"].str.removesuffix("_link")
    for name, highways, zoom in _SORTS:
        chosen = streets.geometry[base.isin(highways)]
        if chosen.empty:
            continue
        lines = _joined(chosen, plane, tolerance)
        taken += int(shapely.get_num_coordinates(lines).sum())
        if kept and (taken > _MOST_POINTS or left_out):
            left_out.append(name)
        else:
            kept.append(Sort(name, zoom, line_steps(lines)))
    return kept, left_out


def plane_around(bounds: Any) -> Any:
    """Metres around some degrees."""
    from desserte.plot._sheet import plane_of

    return plane_of(gpd.GeoSeries([shapely.box(*bounds)], crs=LONLAT))


def line_steps(lines: npt.NDArray[Any]) -> list[list[int]]:
    """Each line: its first point, and the steps from there, in hundred-thousandths of a degree."""
    points, whose = shapely.get_coordinates(lines, return_index=True)
    whole = np.rint(points * SCALE).astype("int64")
    is_first = np.ones(len(whole), dtype=bool)
    is_first[1:] = whose[1:] != whose[:-1]
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype="int64"))
    steps[is_first] = whole[is_first]
    moves = is_first | steps.any(axis=1)
    steps, starts = steps[moves], np.flatnonzero(is_first[moves])
    return [part.ravel().tolist() for part in np.split(steps, starts[1:])] if len(starts) else []


def area_steps(areas: npt.NDArray[Any]) -> list[list[list[list[int]]]]:
    """Each area: its polygons, each a list of rings."""
    return [
        [
            line_steps(np.array([part.exterior, *part.interiors], dtype=object))
            for part in shapely.get_parts(area)
            if part.geom_type == "Polygon" and not part.is_empty
        ]
        for area in areas
    ]


def point_steps(points: npt.NDArray[np.float64]) -> list[int]:
    """Points one after the other, as one line of steps."""
    whole = np.rint(points * SCALE).astype("int64")
    steps: list[int] = (
        np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype="int64")).ravel().tolist()
    )
    return steps


def _joined(streets: gpd.GeoSeries, plane: Any, tolerance: float) -> npt.NDArray[Any]:
    """Streets that go on in each other made one, and straightened."""
    on_plane = streets.to_crs(plane).to_numpy()
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(on_plane))))
    straight = gpd.GeoSeries(shapely.simplify(merged, tolerance), crs=plane)
    return np.asarray(straight.to_crs(LONLAT).to_numpy())


def _corners(bounds: Any, plane: Any) -> Any:
    west, south, east, north = (
        gpd.GeoSeries([shapely.box(*bounds)], crs=LONLAT).to_crs(plane).total_bounds
    )
    return [(west, south), (east, north)]
