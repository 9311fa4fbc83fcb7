"""What would one more site give, were it at this junction, or this, or any?

No list of candidates: the people newly covered and the person-minutes saved at every
junction of the network, as points or on a grid. Where the ground is worth looking for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Union, overload

from desserte._checks import check_choice, check_length, check_limits, check_minutes, some
from desserte._frames import LONLAT, in_crs
from desserte._lazy import gpd, np, pyproj
from desserte._progress import Progress, follow
from desserte._raster import plane_of, write_geotiff
from desserte._snaps import Snapped, snap_places
from desserte.errors import InputError, OffNetworkWarning
from desserte.times import DIRECTIONS

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import numpy.typing as npt

    from desserte._frames import Places
    from desserte._lazy import pd
    from desserte.network import RoadNetwork

__all__ = ["SitingGrid", "siting_surface"]

_MOST_CELLS = 50_000_000
_FIGURES = ("new_people", "person_minutes_saved")


@dataclass(frozen=True, repr=False)
class SitingGrid:
    """What the best junction of each cell would give; row 0 is the northernmost.

    Attributes
    ----------
    new_people
        Float64 of shape (rows, columns): the most people newly covered by a site at a junction
        of the cell, NaN where there is no junction.
    person_minutes_saved
        The same for the person-minutes; it may be another junction of the cell.
    transform
        The six numbers a, b, c, d, e, f that take column and row to x and y of the cell's
        corner, as in :class:`TimeSurface`.
    crs
        The network's own plane.
    attrs
        Those of the table.
    """

    new_people: npt.NDArray[np.float64]
    person_minutes_saved: npt.NDArray[np.float64]
    transform: tuple[float, float, float, float, float, float]
    crs: pyproj.CRS
    attrs: dict[str, Any] = field(default_factory=dict)

    def to_geotiff(self, path: str | os.PathLike[str]) -> Path:
        """Writes a GeoTIFF of two bands, people and person-minutes, with NaN for no data.

        Parameters
        ----------
        path
            The file to write, "….tif" or "….tiff"; one of that name is replaced once the new one
            is whole.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InputError
            If rasterio is not installed, if the name is of another kind of file, or if the grid
            has no cell.
        FileNotFoundError
            If there is no such folder.
        """
        if self.new_people.size == 0:
            raise InputError("the grid has no cell to write; no junction is on the map")
        bands = {name: getattr(self, name) for name in _FIGURES}
        return write_geotiff(path, bands, self.transform, self.crs)

    def __repr__(self) -> str:
        """The size of the grid and the most that a cell gives, on one line."""
        rows, columns = self.new_people.shape
        most = float(np.nanmax(self.new_people)) if np.isfinite(self.new_people).any() else 0.0
        return (
            f"SitingGrid({rows} x {columns} cells of {self.transform[0]:g} m, "
            f"at most {most:g} people more)"
        )


@overload
def siting_surface(
    network: RoadNetwork,
    *,
    demand: Places,
    existing: Places | None = ...,
    minutes: float = ...,
    direction: Literal["from", "to", "both"] = ...,
    people: str | pd.Series | npt.ArrayLike = ...,
    unserved_minutes: float | None = ...,
    layout: Literal["points"] = ...,
    resolution_metres: float = ...,
    radius_metres: float = ...,
    demand_id: str | None = ...,
    progress: Progress = ...,
) -> gpd.GeoDataFrame: ...
@overload
def siting_surface(
    network: RoadNetwork,
    *,
    demand: Places,
    existing: Places | None = ...,
    minutes: float = ...,
    direction: Literal["from", "to", "both"] = ...,
    people: str | pd.Series | npt.ArrayLike = ...,
    unserved_minutes: float | None = ...,
    layout: Literal["grid"],
    resolution_metres: float = ...,
    radius_metres: float = ...,
    demand_id: str | None = ...,
    progress: Progress = ...,
) -> SitingGrid: ...
def siting_surface(
    network: RoadNetwork,
    *,
    demand: Places,
    existing: Places | None = None,
    minutes: float = 15,
    direction: Literal["from", "to", "both"] = "from",
    people: Union[str, pd.Series, npt.ArrayLike] = "population",  # noqa: UP007  # pandas is not imported yet
    unserved_minutes: float | None = None,
    layout: Literal["points", "grid"] = "points",
    resolution_metres: float = 500,
    radius_metres: float = 1000,
    demand_id: str | None = None,
    progress: Progress = None,
) -> gpd.GeoDataFrame | SitingGrid:
    """Tells what one more site would give at every junction of a network.

    Exact: the minutes are those of :func:`travel_times` to a site at the coordinates of the
    junction, access legs of the demand included. So no candidate at a junction is better than
    the best row. A candidate inside a street may be nearer to those who come from both sides
    than either of its ends is: put some beside the best junctions, and let ``ds.site`` decide.

    Parameters
    ----------
    network
        The streets to travel on; prepared at the first call.
    demand
        Where people live: points in any CRS, with unique ids in their index.
    existing
        The sites there are, which stay; None where there is none.
    minutes
        The limit within which people are covered, inclusive.
    direction
        "from": they go to the site. "to": the site comes to them. "both": there and back, the
        sum.
    people
        How many live there: a column of ``demand``, a Series by its ids, or an array in its
        order.
    unserved_minutes
        What a trip is taken to last for those who can reach no existing site. None: they save
        nothing, whatever opens.
    layout
        "points": a row a junction. "grid": the best junction of each cell, as arrays.
    resolution_metres
        The side of a cell.
    radius_metres
        How far from a place to look for a street.
    demand_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a junction where a public street may be snapped to, in the CRS of ``demand``:
        ``new_people`` (within ``minutes`` of a site there, and of none that exists),
        ``person_minutes_saved`` (by all whose trip is shorter, each way as ``direction`` says;
        ``NaN`` without existing sites and ``unserved_minutes``: there is nothing to save from),
        ``node`` (of OpenStreetMap) and the point. ``attrs`` has the manifest, the question,
        ``people`` (all), ``people_covered`` (by what exists), ``people_off_network`` (who gain
        nothing here), ``off_network`` (their ids) and ``population`` (the name of ``people``).
    SitingGrid
        With ``layout="grid"``.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.

    Examples
    --------
    A practice in town; where would a second one reach most people who are too far from it?

    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> villages = places[places["population"].notna()]
    >>> there = [(13.2610, 53.5570)]
    >>> ground = ds.siting_surface(network, demand=villages, existing=there, minutes=10)
    >>> best = ground.loc[[ground["new_people"].idxmax()]]
    >>> far = ds.time_to_nearest(ds.travel_times(network, villages, there)) > 10
    >>> near = ds.time_to_nearest(ds.travel_times(network, villages, best)) <= 10
    >>> bool(best["new_people"].iloc[0] == villages.loc[far & near, "population"].sum())
    True
    """
    check_choice("direction", direction, DIRECTIONS)
    check_choice("layout", layout, ("points", "grid"))
    (limit,) = _one_limit(minutes)
    unserved = check_minutes("unserved_minutes", unserved_minutes)
    side = check_length("resolution_metres", resolution_metres, least=1.0)
    places = snap_places(
        network, demand, "demand", radius_metres=radius_metres, id_column=demand_id
    )
    amounts = _people(people, demand, places)
    sites = _existing(network, existing, radius_metres)
    with follow(progress) as watcher:
        node, lon, lat, new, saved, before = network._handle.siting_surface(
            places.native,
            amounts,
            None if sites is None else sites.native,
            limit,
            direction,
            unserved,
            watcher,
        )
    if sites is None and unserved is None:
        saved = np.full(len(saved), np.nan)
    is_off = places.is_off()
    attrs = network._attrs(
        minutes=limit,
        direction=direction,
        unserved_minutes=unserved,
        radius_metres=float(radius_metres),
        existing=0 if sites is None else len(sites.points),
        population=people if isinstance(people, str) else getattr(people, "name", None),
        people=float(amounts.sum()),
        people_covered=float(amounts[before <= limit].sum()),
        people_off_network=float(amounts[is_off].sum()),
        off_network=places.points.ids[is_off].tolist(),
    )
    if layout == "grid":
        return _grid(network, (lon, lat), {"new_people": new, _FIGURES[1]: saved}, side, attrs)
    table = gpd.GeoDataFrame(
        {"new_people": new, "person_minutes_saved": saved, "node": node},
        geometry=gpd.points_from_xy(lon, lat),
        crs=LONLAT,
    )
    table = in_crs(table, places.points.crs)
    table.attrs = attrs
    return table


def _one_limit(minutes: float) -> list[float]:
    limits = check_limits(minutes)
    if len(limits) > 1:
        raise InputError(f"minutes is one limit, got {limits!r}; ask once for each")
    return limits


def _people(people: Any, demand: Any, places: Snapped) -> npt.NDArray[np.float64]:
    """How many live at each place."""
    from desserte.indicators._aligned import amounts

    if isinstance(people, str):
        columns = getattr(demand, "columns", ())
        if people not in columns:
            had = f"it has {', '.join(map(repr, columns))}" if len(columns) else "it has no columns"
            raise InputError(
                f"demand has no column {people!r} of people; {had}: name one with people=, "
                "or give people as a Series or an array"
            )
        people = demand[people].to_numpy()
    numbers, _ = amounts(people, places.points.ids, "people", "place")
    if numbers.ndim != 1:
        raise InputError(f"people is one number each, got shape {numbers.shape}")
    return numbers


def _existing(network: RoadNetwork, existing: Any, radius: float) -> Snapped | None:
    """The sites that are there, if there are any; one without a street serves nobody."""
    if existing is None or (hasattr(existing, "__len__") and len(existing) == 0):
        return None
    sites = snap_places(network, existing, "existing", radius_metres=radius)
    off = sites.points.ids[sites.is_off()]
    if len(off):
        warnings.warn(
            f"no street near enough to {some(off, 'existing site')}; it serves nobody here "
            "(enlarge radius_metres)",
            OffNetworkWarning,
            stacklevel=3,
        )
    return sites


def _grid(
    network: RoadNetwork,
    position: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    figures: dict[str, npt.NDArray[np.float64]],
    side: float,
    attrs: dict[str, Any],
) -> SitingGrid:
    """The most of each figure in each cell of the network's plane."""
    crs = plane_of(network._handle.projection())
    to_plane = pyproj.Transformer.from_crs(LONLAT, crs, always_xy=True)
    x, y = (np.floor(np.asarray(axis) / side) for axis in to_plane.transform(*position))
    west, north = (x.min(), y.max()) if len(x) else (0.0, -1.0)
    columns, rows = (x - west).astype("int64"), (north - y).astype("int64")
    shape = (int(rows.max()) + 1, int(columns.max()) + 1) if len(x) else (0, 0)
    if shape[0] * shape[1] > _MOST_CELLS:
        raise InputError(
            f"a grid of {shape[0]} x {shape[1]} cells of {side:g} m is too large; "
            "give a coarser resolution_metres"
        )
    cells = {}
    for name, values in figures.items():
        cells[name] = np.full(shape, np.nan)
        np.fmax.at(cells[name], (rows, columns), values)
    transform = (side, 0.0, float(west) * side, 0.0, -side, (float(north) + 1) * side)
    return SitingGrid(
        **cells, transform=transform, crs=crs, attrs={**attrs, "resolution_metres": side}
    )
