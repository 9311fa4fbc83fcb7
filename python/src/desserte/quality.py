"""How far are isochrones from their own definition?

    python -m desserte.quality EXTRACT...

The definition: the ground one can stand on within the budget, by a street and then straight off
it, at most so many metres, across no barrier. For any point it can be worked out the slow way,
and here it is, on nothing but the times inside streets: by NumPy and GEOS, without the grid,
the surface and the outlines that are judged. Points are drawn evenly, from a seed, in the box of
what is reached and a kilometre around; those within a minute of the limit are left out. Then a
thousand isochrones are looked at by GEOS: valid, nested, the same twice.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._frames import LONLAT
from desserte._lazy import gpd, np, pd, pyproj, shapely
from desserte.errors import EdgeWarning
from desserte.isochrones import isochrones
from desserte.network import RoadNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Judged", "Soundness", "judge", "main", "soundness"]

GATES = {100.0: 0.005, 200.0: 0.015}
"""The share of points that may lie on the wrong side, by resolution."""

OFFROAD = 300.0
_AROUND = 1000.0
_MARGIN = 1.0
"""Minutes: nearer to the limit, either side is right."""
_PART = 40.0
"""Metres: streets are looked at in parts as short as this."""
_UNDERFOOT = 0.02
"""Metres: how near to the street a barrier is no barrier."""
_ON_LINE = 3e-7
"""Degrees: what a cut, rounded to a ten-millionth, may lie off its street, and some more."""
_CHUNK = 1000
_ROUND = 24


class Judged(NamedTuple):
    """What one origin's isochrone is against its definition, at one resolution."""

    resolution: float
    points: int
    reached: int
    missed: int
    claimed: int
    wrong: gpd.GeoDataFrame


class Soundness(NamedTuple):
    """What GEOS says of many isochrones."""

    isochrones: int
    invalid: int
    not_nested: int
    different: int


class _Streets(NamedTuple):
    """Straight parts of reached streets that one may step off: ends on the plane, seconds there."""

    ends: Any
    seconds: Any
    tree: Any


class _Ground(NamedTuple):
    """What does not change with the origin."""

    network: RoadNetwork
    plane: pyproj.CRS
    barriers: Any
    closed: dict[int, Any]
    pace: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Judges the isochrones of some extracts; the exit status says whether they are as promised."""
    asked = _parser().parse_args(arguments)
    titles = ("extract", "cell", "origins", "points", "reached", "left out", "wrongly in", "wrong")
    _say(f"| {' | '.join(titles)} |")
    _say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    wrong, sound, is_good = [], [], True
    for path in asked.extracts:
        network = RoadNetwork.from_pbf(path, progress=False)
        found = judge(
            network,
            origins=asked.origins,
            points=asked.points,
            minutes=asked.minutes,
            resolutions=asked.resolution,
            seed=asked.seed,
        )
        for resolution in asked.resolution:
            rows = [one for one in found if one.resolution == resolution]
            share = _print_row(path.name, resolution, rows)
            is_good &= share <= GATES.get(resolution, 1.0)
            wrong += [one.wrong.assign(extract=path.name, resolution=resolution) for one in rows]
        if asked.sound:
            sound.append((path.name, soundness(network, origins=asked.sound, seed=asked.seed)))
    if sound:
        _say("\n| extract | isochrones | invalid | not nested | another when asked again |")
        _say("| --- | ---: | ---: | ---: | ---: |")
    for name, counts in sound:
        _say(f"| {name} | " + " | ".join(f"{count:,}" for count in counts) + " |")
        is_good &= not any(counts[1:])
    if asked.wrong is not None:
        pd.concat(wrong).to_file(asked.wrong, driver="GeoJSON")
    return 0 if is_good else 1


def judge(
    network: RoadNetwork,
    *,
    origins: int = 20,
    points: int = 20_000,
    minutes: float = 15.0,
    resolutions: Sequence[float] = (100.0, 200.0),
    seed: int = 1,
) -> list[Judged]:
    """Compares isochrones with their definition, worked out point by point.

    Parameters
    ----------
    network
        The streets.
    origins
        How many places to draw isochrones around, in the middle of streets drawn from the seed.
    points
        How many points to judge around each.
    minutes
        The limit.
    resolutions
        The sides of the cells, in metres.
    seed
        Of origins and points.

    Returns
    -------
    list of Judged
        By origin, then by resolution: how many points are further than a minute from the limit,
        how many of them are reached by the definition, how many of those the isochrone leaves out
        (``missed``), how many it holds that are not (``claimed``), and these points with their
        ``minutes`` by the definition (up to a minute beyond the limit; missing: more).
    """
    ground, dice = _ground(network), np.random.default_rng(seed)
    places = _places(network, origins, dice)
    found = []
    for row in range(len(places)):
        place = places.iloc[[row]]
        streets = _reached(ground, place, minutes + _MARGIN)
        areas = [
            _drawn(network, place, minutes=minutes, resolution_metres=metres)
            for metres in resolutions
        ]
        areas = [area.to_crs(ground.plane).geometry.iloc[0] for area in areas]
        spots = _points(streets, points, dice)
        truth = _minutes(ground, streets, spots, (minutes + _MARGIN) * 60) / 60
        is_far = ~(np.abs(truth - minutes) <= _MARGIN)
        is_reached = truth < minutes
        for metres, area in zip(resolutions, areas, strict=True):
            shapely.prepare(area)
            is_in = shapely.contains_xy(area, *spots.T)
            missed, claimed = is_far & is_reached & ~is_in, is_far & ~is_reached & is_in
            wrong = gpd.GeoDataFrame(
                {
                    "minutes": np.where(np.isfinite(truth), truth, np.nan),
                    "is_in": is_in,
                    "origin": row,
                },
                geometry=gpd.points_from_xy(*spots.T),
                crs=ground.plane,
            )[missed | claimed].to_crs(LONLAT)
            counts = (is_far, is_far & is_reached, missed, claimed)
            judged, reached, left, held = (int(each.sum()) for each in counts)
            found.append(Judged(metres, judged, reached, left, held, wrong))
    return found


def soundness(
    network: RoadNetwork,
    *,
    origins: int = 1000,
    minutes: Sequence[float] = (10.0, 20.0, 30.0),
    seed: int = 1,
) -> Soundness:
    """Counts isochrones that are invalid for GEOS, not nested, or others when asked again.

    Parameters
    ----------
    network
        The streets.
    origins
        How many places to draw isochrones around.
    minutes
        The limits, shortest first.
    seed
        Of the origins.

    Returns
    -------
    Soundness
        How many isochrones there are, and how many are invalid, not covered by the next, or
        different to the byte.
    """
    places = _places(network, origins, np.random.default_rng(seed))
    areas, again = (
        _drawn(network, places, minutes=list(minutes)).geometry.to_numpy() for _ in range(2)
    )
    nests = areas.reshape(len(places), len(minutes))
    covers = shapely.covers(nests[:, 1:], nests[:, :-1]) | shapely.is_empty(nests[:, :-1])
    return Soundness(
        len(areas),
        int((~shapely.is_valid(areas)).sum()),
        int((~covers).sum()),
        int((shapely.to_wkb(areas) != shapely.to_wkb(again)).sum()),
    )


def _drawn(network: RoadNetwork, places: gpd.GeoSeries, **asked: Any) -> gpd.GeoDataFrame:
    """Isochrones; whether they end where the map does is not judged, so not warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EdgeWarning)
        return isochrones(network, places, progress=False, **asked)


def _ground(network: RoadNetwork) -> _Ground:
    plane = pyproj.CRS.from_user_input(network._handle.projection())
    numbers, lines = network._handle.closed_ground()
    by_street = pd.Series(shapely.from_wkb(lines)).groupby(numbers).apply(list) if numbers else {}
    kmh = network.manifest["profile"]["settings"]["walking_kmh"]
    return _Ground(
        network,
        plane,
        shapely.STRtree(_on_plane(network._handle.barriers(), plane)),
        {street: shapely.union_all(parts) for street, parts in by_street.items()},
        3.6 / kmh,
    )


def _on_plane(wkb: list[bytes], plane: pyproj.CRS) -> Any:
    return gpd.GeoSeries(shapely.from_wkb(wkb), crs=LONLAT).to_crs(plane).to_numpy()


def _places(network: RoadNetwork, count: int, dice: Any) -> gpd.GeoSeries:
    """Places on streets that one may arrive on, each on another street while there are enough."""
    streets = network.streets().geometry
    order = dice.permutation(len(streets))[: 3 * count]
    # In the middle of a street as it is measured in degrees; anywhere would do.
    middles = shapely.line_interpolate_point(streets.iloc[order].array, 0.5, normalized=True)
    spots = gpd.GeoSeries(middles, crs=LONLAT)
    is_on = network.snap(spots, radius_metres=1)["outcome"] == "ok"
    return spots[is_on.to_numpy()].head(count).reset_index(drop=True)


def _reached(ground: _Ground, place: gpd.GeoSeries, minutes: float) -> _Streets:
    """The streets within some minutes, in short straight parts, where one may step off."""
    from desserte._snaps import snap_places

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        snapped = snap_places(ground.network, place, "origins", radius_metres=1000)
    (_, streets, wkb, times), _ = ground.network._handle.reached_streets(
        snapped.native, minutes, "from", None
    )
    at, piece = shapely.get_coordinates(_on_plane(wkb, ground.plane), return_index=True)
    is_one = piece[1:] == piece[:-1]
    ends = np.stack([at[:-1], at[1:]], axis=1)[is_one]
    seconds = 60 * np.stack([times[:-1], times[1:]], axis=1)[is_one]
    degrees = shapely.get_coordinates(shapely.from_wkb(wkb))
    middles = shapely.points((degrees[:-1] + degrees[1:])[is_one] / 2)
    is_open = _is_open(ground.closed, streets[piece[:-1][is_one]], middles)
    ends, seconds = _parts(ends[is_open], seconds[is_open])
    return _Streets(ends, seconds, shapely.STRtree(shapely.linestrings(ends)))


def _is_open(closed: dict[int, Any], streets: Any, middles: Any) -> Any:
    """Which straight parts, by their middles, lie on no tunnel, bridge, motorway or ferry.

    In degrees: a street is cut on the straight line there, and a long tunnel bends on the plane.
    """
    is_open = np.ones(len(streets), dtype=bool)
    for row in np.flatnonzero(np.isin(streets, list(closed))):
        distance = shapely.distance(closed[int(streets[row])], middles[row])
        is_open[row] = distance > _ON_LINE
    return is_open


def _parts(ends: Any, seconds: Any) -> tuple[Any, Any]:
    """The same, none longer than a few metres; time is linear along them."""
    counts = np.maximum(np.ceil(np.hypot(*(ends[:, 1] - ends[:, 0]).T) / _PART), 1).astype(int)
    of = np.repeat(np.arange(len(ends)), counts)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    low, high = rank / counts[of], (rank + 1) / counts[of]

    def cut(values: Any) -> Any:
        start, step = values[of, 0], values[of, 1] - values[of, 0]
        shape = (-1,) + (1,) * (values.ndim - 2)
        return np.stack([start + step * share.reshape(shape) for share in (low, high)], axis=1)

    return cut(ends), cut(seconds)


def _points(streets: _Streets, count: int, dice: Any) -> Any:
    """Points in the box of the streets, of the ground beside them and of a kilometre more."""
    around = OFFROAD + _AROUND
    flat = streets.ends.reshape(-1, 2)
    return dice.uniform(flat.min(axis=0) - around, flat.max(axis=0) + around, size=(count, 2))


def _minutes(ground: _Ground, streets: _Streets, spots: Any, limit: float) -> Any:
    """Seconds to each point by the definition; infinite beyond the limit."""
    chunks = range(0, len(spots), _CHUNK)
    return np.concatenate(
        [_of_chunk(ground, streets, spots[first : first + _CHUNK], limit) for first in chunks]
    )


def _of_chunk(ground: _Ground, streets: _Streets, spots: Any, limit: float) -> Any:
    points = shapely.points(spots)
    row, part = streets.tree.query(points, predicate="dwithin", distance=OFFROAD)
    where, seconds = _best_step(ground, streets, part, spots[row])
    found = np.full(len(spots), np.inf)
    np.minimum.at(found, row, seconds)
    found[found > limit] = np.inf
    # What stands in the way makes no point sooner.
    beset, _ = ground.barriers.query(points, predicate="dwithin", distance=OFFROAD)
    is_beset = np.zeros(len(spots), dtype=bool)
    is_beset[beset] = True
    is_beset &= np.isfinite(found)
    for spot, ways in _ways(ground, streets, (row, part, where), spots, np.flatnonzero(is_beset)):
        found[spot] = _soonest_seen(ground, spots[spot], ways, limit)
    return found


def _best_step(ground: _Ground, streets: _Streets, part: Any, spots: Any) -> tuple[Any, Any]:
    """Where along each part one steps off to be soonest at a point, in metres, and when that is."""
    start, seconds = streets.ends[part, 0], streets.seconds[part]
    step = streets.ends[part, 1] - start
    length = np.maximum(np.hypot(*step.T), 1e-9)
    off = spots - start
    along = np.einsum("ij,ij->i", off, step) / length
    height = np.abs(off[:, 0] * step[:, 1] - off[:, 1] * step[:, 0]) / length
    slope = (seconds[:, 1] - seconds[:, 0]) / length
    # Where walking on and driving on gain as much: Snell's law.
    root = np.sqrt(np.maximum(ground.pace**2 - slope**2, 1e-12))
    best = along - np.clip(height * slope / root, -1e6, 1e6)
    room = np.sqrt(np.maximum(OFFROAD**2 - height**2, 0.0))
    where = np.clip(np.clip(best, along - room, along + room), 0.0, length)
    return where, _time(ground, streets, part, spots, where)


def _time(ground: _Ground, streets: _Streets, part: Any, spots: Any, where: Any) -> Any:
    """Seconds to a point by stepping off at a place; infinite where that is too far to walk."""
    place, own = _place(streets, part, where)
    walked = np.hypot(*(spots - place).T)
    return np.where(walked <= OFFROAD + 1e-6, own + ground.pace * walked, np.inf)


def _place(streets: _Streets, part: Any, where: Any) -> tuple[Any, Any]:
    ends, seconds = streets.ends[part], streets.seconds[part]
    length = np.maximum(np.hypot(*(ends[:, 1] - ends[:, 0]).T), 1e-9)
    share = where / length
    place = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * share[:, None]
    return place, seconds[:, 0] + (seconds[:, 1] - seconds[:, 0]) * share


def _ways(
    ground: _Ground, streets: _Streets, known: tuple[Any, Any, Any], spots: Any, wanted: Any
) -> Iterator[tuple[int, tuple[Any, Any]]]:
    """For each point wanted, the places to step off for it and their seconds, the soonest first."""
    row, part, best = known
    order = np.argsort(row, kind="stable")
    firsts = np.searchsorted(row[order], [wanted, wanted + 1])
    for spot, first, last in zip(wanted.tolist(), *firsts.tolist(), strict=True):
        mine = order[first:last]
        near = part[mine]
        length = np.hypot(*(streets.ends[near, 1] - streets.ends[near, 0]).T)
        # The best of each part, and places a few metres apart: the best may be hidden.
        grid = [length * share for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        every, where = np.tile(near, 6), np.concatenate([best[mine], *grid])
        seconds = _time(ground, streets, every, spots[spot], where)
        soonest = np.argsort(seconds, kind="stable")
        yield spot, (_place(streets, every[soonest], where[soonest])[0], seconds[soonest])


def _soonest_seen(ground: _Ground, spot: Any, ways: tuple[Any, Any], limit: float) -> float:
    """The seconds of the first way that crosses nothing, infinite if there is none in time."""
    places, seconds = ways
    for first in range(0, int(np.searchsorted(seconds, limit, side="right")), _ROUND):
        some = places[first : first + _ROUND]
        walked = np.maximum(np.hypot(*(spot - some).T), 1e-9)
        # What lies under one's feet on the street is no barrier.
        begun = some + (spot - some) * np.minimum(_UNDERFOOT / walked, 1.0)[:, None]
        legs = shapely.linestrings(np.stack([begun, np.broadcast_to(spot, begun.shape)], axis=1))
        is_seen = np.ones(len(some), dtype=bool)
        is_seen[ground.barriers.query(legs, predicate="intersects")[0]] = False
        if is_seen.any():
            return float(min(seconds[first + int(np.argmax(is_seen))], np.inf))
    return float("inf")


def _print_row(name: str, resolution: float, rows: list[Judged]) -> float:
    points, reached, missed, claimed = (sum(row[field] for row in rows) for field in range(1, 5))
    share = (missed + claimed) / max(points, 1)
    _say(
        f"| {name} | {resolution:g} m | {len(rows)} | {points:,} | {reached:,} | {missed:,} | "
        f"{claimed:,} | {share:.3%} |"
    )
    return share


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m desserte.quality",
        description="Compares isochrones with their definition, worked out point by point.",
    )
    parser.add_argument("extracts", nargs="+", type=Path, metavar="EXTRACT", help="an .osm.pbf")
    parser.add_argument("--origins", type=int, default=20, help="how many places to ask from")
    parser.add_argument("--points", type=int, default=20_000, help="points around each of them")
    parser.add_argument("--minutes", type=float, default=15.0, help="the limit")
    parser.add_argument(
        "--resolution", type=float, nargs="+", default=[100.0, 200.0], help="metres of a cell"
    )
    parser.add_argument("--seed", type=int, default=1, help="draws other places and points")
    parser.add_argument(
        "--sound", type=int, default=1000, help="how many places to look at with GEOS; 0 for none"
    )
    parser.add_argument("--wrong", type=Path, help="a GeoJSON for the points on the wrong side")
    return parser


if __name__ == "__main__":
    sys.exit(main())
