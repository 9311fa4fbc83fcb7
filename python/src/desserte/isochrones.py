"""Which ground, and which streets, are within so many minutes?

An isochrone is the ground one can stand on within the budget: travel along the
streets, then walk straight off the street, across no barrier: no shore, no wide
waterway, no motorway. The polygons of one origin are nested and valid as they come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from desserte._areas import Areas, Found, write_areas
from desserte._blocks import parquet_path
from desserte._checks import check_area, check_choice, check_length, check_limits, check_offroad
from desserte._frames import LONLAT, Places, in_crs
from desserte._lazy import gpd, np, pd, shapely
from desserte._progress import Progress, follow
from desserte._snaps import Snapped, ids_of, off_network, snap_places, warn_at_edge, warn_coarse
from desserte.times import named_ids

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    from desserte.network import RoadNetwork

__all__ = ["isochrones", "reached_streets"]

_DIRECTIONS = ("from", "to")
_ALL = "all"
_MARKED = 100
"""Up to so many origins the result says where they are, for the map that is drawn of it."""


@overload
def isochrones(
    network: RoadNetwork,
    origins: Places,
    *,
    minutes: float | Iterable[float],
    direction: Literal["from", "to"] = ...,
    shape: Literal["disc", "ring"] = ...,
    origins_are: Literal["separate", "merged"] = ...,
    offroad_metres: float = ...,
    resolution_metres: float = ...,
    min_hole_hectares: float = ...,
    min_island_hectares: float = ...,
    radius_metres: float = ...,
    origin_id: str | None = ...,
    to: None = ...,
    progress: Progress = ...,
) -> gpd.GeoDataFrame: ...
@overload
def isochrones(
    network: RoadNetwork,
    origins: Places,
    *,
    minutes: float | Iterable[float],
    direction: Literal["from", "to"] = ...,
    shape: Literal["disc", "ring"] = ...,
    origins_are: Literal["separate", "merged"] = ...,
    offroad_metres: float = ...,
    resolution_metres: float = ...,
    min_hole_hectares: float = ...,
    min_island_hectares: float = ...,
    radius_metres: float = ...,
    origin_id: str | None = ...,
    to: str | os.PathLike[str],
    progress: Progress = ...,
) -> Path: ...
def isochrones(
    network: RoadNetwork,
    origins: Places,
    *,
    minutes: float | Iterable[float],
    direction: Literal["from", "to"] = "from",
    shape: Literal["disc", "ring"] = "disc",
    origins_are: Literal["separate", "merged"] = "separate",
    offroad_metres: float = 300,
    resolution_metres: float = 100,
    min_hole_hectares: float = 1,
    min_island_hectares: float = 1,
    radius_metres: float = 1000,
    origin_id: str | None = None,
    to: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> gpd.GeoDataFrame | Path:
    """Draws the ground within some minutes of every origin.

    Parameters
    ----------
    network
        The streets to travel on.
    origins
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude, with ids 0 to n-1.
    minutes
        One limit or several, inclusive: above 0 and at most 1440, a day.
    direction
        "from": what is reached from the origin. "to": from where the origin is
        reached.
    shape
        "disc": all the ground within a limit. "ring": the ground beyond the
        limit before.
    origins_are
        "separate": a row an origin and a limit. "merged": a row a limit, for
        the ground within reach of any of them.
    offroad_metres
        How far one may walk off the street, above 0.
    resolution_metres
        The side of a cell of the time surface that the polygons outline, 1 or more. Ground
        narrower than a cell may fall between: a cell wider than the walk off the street, which
        is ``offroad_metres`` or what the least limit leaves time for (33 m in half a minute), is
        warned of. Finer is better: the end of a street, where time runs out, is narrower still.
    min_hole_hectares, min_island_hectares
        Smaller holes of a disc are filled, with what lies in them; smaller ground that is
        cut off from the rest is left out, unless an origin stands on it. Discs stay nested.
        One hectare, a cell of 100 m, is this project's judgement: a spot of that size is
        the grid's as much as the ground's. 0 keeps all.
    radius_metres
        How far from an origin to look for a street.
    origin_id
        A column that holds the ids, instead of the index.
    to
        The name of a ``.parquet`` file to write them to, instead of keeping them: a
        GeoParquet of the same columns, written origin after origin, that
        ``geopandas.read_parquet`` reads with the CRS and the ``attrs``; these are also the JSON
        ``desserte`` in the metadata of its schema. It appears once it is whole.
        Needs pyarrow: ``pip install "desserte[parquet]"``.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        ``origin`` ("all" if merged), ``origin_name`` if there was a ``name``,
        ``minutes`` and a MultiPolygon in the CRS of ``origins``, ordered by
        origin, then by minutes. An origin off the network has empty geometry,
        is listed in ``attrs["off_network"]``, and is warned about. So are, in
        ``attrs["at_edge"]``, those from which one comes to the edge of the map within the
        greatest limit: what lies beyond is not known. ``attrs["dropped"]`` counts the holes and
        islands that were too small, and their hectares, over all discs. Of up to a hundred
        origins ``attrs["origin_positions"]`` holds longitude and latitude.
    pathlib.Path
        With ``to``, the file: the memory of 64 origins at a time, however many there are.
        ``geopandas.read_parquet`` gives it the same attrs.

    Warns
    -----
    OffNetworkWarning, EdgeWarning
        If an origin has no street, or comes to the edge of the map; once, with the ids.
    ResolutionWarning
        If a cell is wider than ``offroad_metres``, or than the walk of the least limit.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.
    IsochroneError
        If the ground cannot be drawn at this resolution.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> areas = ds.isochrones(network, [(13.1708, 53.5270)], minutes=[5, 10])
    >>> areas["minutes"].tolist()
    [5.0, 10.0]
    >>> bool(areas.geometry[1].covers(areas.geometry[0]))
    True
    """
    check_choice("direction", direction, _DIRECTIONS)
    check_choice("shape", shape, ("disc", "ring"))
    check_choice("origins_are", origins_are, ("separate", "merged"))
    limits = check_limits(minutes)
    offroad = check_offroad(offroad_metres)
    resolution = check_length("resolution_metres", resolution_metres, least=1.0)
    hole = check_area("min_hole_hectares", min_hole_hectares)
    island = check_area("min_island_hectares", min_island_hectares)
    snapped = snap_places(
        network, origins, "origins", radius_metres=radius_metres, id_column=origin_id
    )
    path = None if to is None else parquet_path(to)
    is_merged = origins_are == "merged"
    found = Found()
    question = (limits, direction, is_merged, shape == "ring", offroad, resolution)
    asked = Areas(network._handle, *question, (hole, island), found)
    columns = {"origin": [_ALL]} if is_merged else named_ids("origin", snapped)
    attrs = _facts(
        snapped,
        network._attrs(
            minutes=limits,
            direction=direction,
            shape=shape,
            origins_are=origins_are,
            offroad_metres=offroad,
            resolution_metres=resolution,
            min_hole_hectares=hole,
            min_island_hectares=island,
            radius_metres=float(radius_metres),
        ),
    )
    with follow(progress) as watcher:
        if path is not None:
            known = (columns, lambda: {**attrs, **found.facts(snapped)})
            write_areas(path, asked, snapped, known, watcher)
        else:
            ground = asked.drawn(snapped.native, watcher)
    attrs |= found.facts(snapped)
    warn_at_edge(attrs["at_edge"], "origin", level=3)
    warn_coarse(network, limits, offroad, resolution, level=3)
    if path is not None:
        return path
    return _finish(_table(columns, limits, ground), snapped, attrs)


def reached_streets(
    network: RoadNetwork,
    origins: Places,
    *,
    max_minutes: float,
    direction: Literal["from", "to"] = "from",
    radius_metres: float = 1000,
    origin_id: str | None = None,
    progress: Progress = None,
) -> gpd.GeoDataFrame:
    """Gives the streets within some minutes of every origin, cut exactly where time runs out.

    Parameters
    ----------
    network
        The streets to travel on.
    origins
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude, with ids 0 to n-1.
    max_minutes
        The budget in minutes, inclusive: above 0 and at most 1440, a day.
    direction
        "from": what is reached from the origin. "to": from where the origin is
        reached.
    radius_metres
        How far from an origin to look for a street.
    origin_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a piece of street: ``origin``, ``origin_name`` if there was a
        ``name``, ``street`` (its number), ``minutes`` (at the end reached
        first), ``minutes_end`` (at the other) and the line, in the CRS of
        ``origins``. An origin off the network has no row, is listed in
        ``attrs["off_network"]``, and is warned about. So are, in ``attrs["at_edge"]``, those
        from which one comes to the edge of the map within the budget.

    Warns
    -----
    OffNetworkWarning, EdgeWarning
        If an origin has no street, or comes to the edge of the map; once, with the ids.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> streets = ds.reached_streets(network, [(13.1708, 53.5270)], max_minutes=5)
    >>> bool(streets["minutes_end"].max() <= 5)
    True
    """
    check_choice("direction", direction, _DIRECTIONS)
    [budget] = check_limits([max_minutes])
    snapped = snap_places(
        network, origins, "origins", radius_metres=radius_metres, id_column=origin_id
    )
    with follow(progress) as watcher:
        (rows, street, wkb, minutes), at_edge = network._handle.reached_streets(
            snapped.native, budget, direction, watcher
        )
    lines = shapely.from_wkb(wkb)
    ends = np.cumsum(shapely.get_num_points(lines))
    columns = named_ids("origin", snapped)
    table = gpd.GeoDataFrame(
        {
            **_taken(columns, rows),
            "street": street,
            "minutes": minutes[np.append(0, ends)[:-1]],
            "minutes_end": minutes[ends - 1],
        },
        geometry=lines,
        crs=LONLAT,
    )
    attrs = network._attrs(
        max_minutes=budget, direction=direction, radius_metres=float(radius_metres)
    )
    attrs = {**_facts(snapped, attrs), "at_edge": ids_of(snapped, at_edge)}
    warn_at_edge(attrs["at_edge"], "origin", level=3)
    return _finish(table, snapped, attrs)


def _table(columns: dict[str, Any], limits: list[float], ground: Any) -> gpd.GeoDataFrame:
    """A row an origin and a limit."""
    rows = np.arange(len(ground)) // len(limits)
    minutes = np.tile(limits, len(ground) // len(limits))
    return gpd.GeoDataFrame(
        {**_taken(columns, rows), "minutes": minutes}, geometry=ground, crs=LONLAT
    )


def _taken(columns: dict[str, Any], rows: Any) -> dict[str, Any]:
    """The ids and names of some origins; who has no name has none here."""
    return {name: pd.Series(ids).take(rows).array for name, ids in columns.items()}


def _finish(table: gpd.GeoDataFrame, snapped: Snapped, attrs: dict[str, Any]) -> gpd.GeoDataFrame:
    """The table in the CRS of the origins, with what it was made from."""
    table = in_crs(table, snapped.points.crs)
    table.attrs = attrs
    return table


def _facts(snapped: Snapped, attrs: dict[str, Any]) -> dict[str, Any]:
    """What the result was made from, and who is off the network; these are warned about."""
    points = snapped.points
    if len(points) <= _MARKED:
        attrs["origin_positions"] = np.column_stack([points.lon, points.lat]).tolist()
    return {**attrs, "off_network": off_network(snapped)}
