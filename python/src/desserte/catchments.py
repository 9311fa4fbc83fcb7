"""Which ground is nearest in time to each site?

The territory of each doctor, pharmacy or hospital, if everybody went to the one that is
soonest reached: the isochrone of all sites together, parted between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice, check_length, check_limits, check_offroad
from desserte._frames import LONLAT, Places, in_crs
from desserte._lazy import gpd, np, pyproj, shapely
from desserte._progress import Progress, follow
from desserte._snaps import ids_of, off_network, snap_places, warn_at_edge, warn_coarse
from desserte.times import named_ids

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.network import RoadNetwork

__all__ = ["catchments"]


def catchments(
    network: RoadNetwork,
    sites: Places,
    *,
    max_minutes: float,
    direction: Literal["from", "to"] = "to",
    offroad_metres: float = 300,
    resolution_metres: float = 100,
    radius_metres: float = 1000,
    site_id: str | None = None,
    progress: Progress = None,
) -> gpd.GeoDataFrame:
    """Draws the ground that is nearer in time to each site than to any other.

    Catchments share no more than their borders, and together are the ground within
    ``max_minutes`` of any site. They are measured on a grid: a border between two sites is
    exact to about half of ``resolution_metres``.

    Parameters
    ----------
    network
        The streets to travel on.
    sites
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude, with ids 0 to n-1.
    max_minutes
        The budget in minutes, inclusive, above 0 and at most 1440, a day: what is further from
        all sites is nobody's.
    direction
        "to": the trips go to the site, as patients do. "from": they leave the site, as a
        nurse or an ambulance does.
    offroad_metres
        How far one may walk off the street, above 0.
    resolution_metres
        The side of a cell of the time surface that the catchments are drawn on, 1 or more: at
        most the walk off the street, or streets fall between.
    radius_metres
        How far from a site to look for a street.
    site_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a site, in their order: ``site``, ``site_name`` if there was a ``name``,
        ``max_minutes``, ``area_km2`` (on the ellipsoid) and a MultiPolygon in the CRS of
        ``sites``. Of two sites equally near, the ground is that of the one given first; a
        second site at the same place has an empty catchment. So has a site off the network,
        which is listed in ``attrs["off_network"]``, and is warned about. So are, in
        ``attrs["at_edge"]``, the sites whose catchment reaches the edge of the map: a site
        beyond it might be nearer.

    Warns
    -----
    OffNetworkWarning, EdgeWarning
        If a site has no street, or its ground reaches the edge of the map; once, with the ids.
    ResolutionWarning
        If a cell is wider than ``offroad_metres``, or than the walk of ``max_minutes``.

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
    >>> sites = [(13.2610, 53.5570), (13.1708, 53.5270)]
    >>> areas = ds.catchments(network, sites, max_minutes=10)
    >>> areas["site"].tolist()
    [0, 1]
    >>> bool(areas.geometry[0].intersection(areas.geometry[1]).area == 0)
    True
    """
    check_choice("direction", direction, ("from", "to"))
    [budget] = check_limits([max_minutes])
    offroad = check_offroad(offroad_metres)
    resolution = check_length("resolution_metres", resolution_metres, least=1.0)
    snapped = snap_places(network, sites, "sites", radius_metres=radius_metres, id_column=site_id)
    with follow(progress) as watcher:
        wkb, edge = network._handle.catchments(
            snapped.native, budget, direction, offroad, resolution, watcher
        )
    ground = shapely.from_wkb(wkb)
    table = gpd.GeoDataFrame(
        {
            **{name: np.asarray(ids) for name, ids in named_ids("site", snapped).items()},
            "max_minutes": np.full(len(ground), budget),
            "area_km2": _square_kilometres(ground),
        },
        geometry=ground,
        crs=LONLAT,
    )
    table = in_crs(table, snapped.points.crs)
    reaching = ids_of(snapped, edge)
    warn_at_edge(reaching, "site", level=3)
    warn_coarse(network, [budget], offroad, resolution, level=3)
    table.attrs = {
        **network._attrs(
            max_minutes=budget,
            direction=direction,
            offroad_metres=offroad,
            resolution_metres=resolution,
            radius_metres=float(radius_metres),
        ),
        "at_edge": reaching,
        "off_network": off_network(snapped, "site", level=3),
    }
    return table


def _square_kilometres(areas: Any) -> npt.NDArray[np.float64]:
    """What areas in degrees measure on the ellipsoid; exteriors turn left, holes right."""
    ellipsoid = pyproj.Geod(ellps="WGS84")
    return (
        np.array(
            [
                sum(ellipsoid.geometry_area_perimeter(part)[0] for part in shapely.get_parts(area))
                for area in areas
            ],
            dtype=float,
        )
        / 1e6
    )
