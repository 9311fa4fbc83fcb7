"""How many minutes to every point of the ground?

The surface under the isochrones: a time for every cell of the network's grid, as an
array that goes into any map or model that takes rasters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice, check_length, check_limits, check_offroad
from desserte._lazy import np
from desserte._progress import Progress, follow
from desserte._raster import plane_of, write_geotiff
from desserte._snaps import ids_of, off_network, snap_places, warn_at_edge, warn_coarse
from desserte.errors import InputError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import numpy.typing as npt

    from desserte._frames import Places
    from desserte._lazy import pyproj
    from desserte.network import RoadNetwork

__all__ = ["TimeSurface", "time_surface"]


@dataclass(frozen=True, repr=False)
class TimeSurface:
    """Minutes on a grid; row 0 is the northernmost, column 0 the westernmost.

    Attributes
    ----------
    minutes
        Float32 of shape (rows, columns): the time at the centre of each cell, NaN where one
        cannot stand within ``max_minutes``.
    transform
        The six numbers a, b, c, d, e, f that take column and row to x and y of the cell's
        corner: ``x = a * column + b * row + c``, ``y = d * column + e * row + f``, in metres;
        the order of ``affine.Affine`` and of rasterio.
    crs
        The network's own plane, an oblique stereographic projection that is named for its
        centre.
    attrs
        The network's manifest and the parameters of the question.
    """

    minutes: npt.NDArray[np.float32]
    transform: tuple[float, float, float, float, float, float]
    crs: pyproj.CRS
    attrs: dict[str, Any] = field(default_factory=dict)

    def to_geotiff(self, path: str | os.PathLike[str]) -> Path:
        """Writes the minutes as a GeoTIFF of one band, with NaN for no data.

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
            If rasterio is not installed, if the name is of another kind of file, or if the
            surface is empty: nothing was reached.
        FileNotFoundError
            If there is no such folder.
        """
        if self.minutes.size == 0:
            raise InputError("the surface is empty, nothing was reached: there is no cell to write")
        return write_geotiff(path, {"minutes": self.minutes}, self.transform, self.crs)

    def __repr__(self) -> str:
        """The size of the grid and how far it goes, on one line."""
        rows, columns = self.minutes.shape
        reached = int(np.isfinite(self.minutes).sum())
        return (
            f"TimeSurface({rows} x {columns} cells of {self.transform[0]:g} m, "
            f"{reached} within {self.attrs.get('max_minutes', float('nan')):g} min)"
        )


def time_surface(
    network: RoadNetwork,
    origins: Places,
    *,
    max_minutes: float,
    direction: Literal["from", "to"] = "from",
    offroad_metres: float = 300,
    resolution_metres: float = 100,
    radius_metres: float = 1000,
    origin_id: str | None = None,
    progress: Progress = None,
) -> TimeSurface:
    """Gives the minutes to every cell of a grid from the origin that is soonest there.

    Parameters
    ----------
    network
        The streets to travel on.
    origins
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude.
    max_minutes
        The latest time worth knowing, inclusive: above 0 and at most 1440, a day.
    direction
        "from": from an origin to the cell. "to": from the cell to an origin.
    offroad_metres
        How far one may walk off the street, above 0, in a straight line that crosses no water or
        motorway. 300 m is this project's judgement: beyond it, one would look for a path.
    resolution_metres
        The side of a cell, 1 or more: at most the walk off the street, or streets fall between.
    radius_metres
        How far from an origin to look for a street.
    origin_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    TimeSurface
        ``minutes``, ``transform``, ``crs`` and ``attrs``; ``attrs["off_network"]`` lists
        the origins that have no street. Without a single one that has, the array is empty.
        ``attrs["at_edge"]`` lists those from which one comes to the edge of the map within
        ``max_minutes``: what lies beyond is not known.

    Warns
    -----
    OffNetworkWarning, EdgeWarning
        If an origin has no street, or comes to the edge of the map; once, with the ids.
    ResolutionWarning
        If a cell is wider than ``offroad_metres``, or than the walk of ``max_minutes``.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.
    IsochroneError
        If the grid would be too large; the message says how much memory it would take.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> surface = ds.time_surface(network, [(13.1708, 53.5270)], max_minutes=10)
    >>> bool(np.nanmax(surface.minutes) <= 10)
    True
    """
    check_choice("direction", direction, ("from", "to"))
    [budget] = check_limits([max_minutes])
    offroad = check_offroad(offroad_metres)
    resolution = check_length("resolution_metres", resolution_metres, least=1.0)
    snapped = snap_places(
        network, origins, "origins", radius_metres=radius_metres, id_column=origin_id
    )
    with follow(progress) as watcher:
        minutes, (west, north), at_edge = network._handle.time_surface(
            snapped.native, budget, direction, offroad, resolution, watcher
        )
    warn_coarse(network, [budget], offroad, resolution, level=3)
    half = resolution / 2
    attrs = network._attrs(
        max_minutes=budget,
        direction=direction,
        offroad_metres=offroad,
        resolution_metres=resolution,
        radius_metres=float(radius_metres),
    )
    attrs["off_network"] = off_network(snapped, level=3)
    attrs["at_edge"] = ids_of(snapped, at_edge)
    warn_at_edge(attrs["at_edge"], "origin", level=3)
    return TimeSurface(
        minutes=minutes,
        transform=(resolution, 0.0, west - half, 0.0, -resolution, north + half),
        crs=plane_of(network._handle.projection()),
        attrs=attrs,
    )
