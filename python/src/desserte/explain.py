"""Where do the minutes of this trip come from?

A time that someone must defend is shown stretch by stretch: how long, how fast,
and what says so. The stretches add up to the entry of the travel times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from desserte._checks import check_choice
from desserte._frames import LONLAT, Place, in_crs
from desserte._lazy import gpd, pd, shapely
from desserte._snaps import snap_one
from desserte.times import STATUS

if TYPE_CHECKING:
    from desserte import _native
    from desserte.network import RoadNetwork

__all__ = ["explain"]

_NUMBERS = ("metres", "kmh", "seconds", "delay_seconds")


def explain(
    network: RoadNetwork,
    origin: Place,
    destination: Place,
    *,
    direction: Literal["from", "to"] = "from",
    radius_metres: float = 1000,
) -> gpd.GeoDataFrame:
    """Shows the fastest trip between two places, stretch by stretch.

    Parameters
    ----------
    network
        The streets to travel on.
    origin, destination
        A GeoDataFrame or GeoSeries of one row in any CRS, a shapely Point in
        longitude and latitude, or a pair (lon, lat).
    direction
        "from": from the origin to the destination. "to": the other way. There
        and back is two trips, hence two calls.
    radius_metres
        How far from a place to look for a street.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a stretch, in the order of travel, in the CRS of ``origin``:
        ``kind`` ("access" on foot, "street"), ``name``, ``highway``, ``way``
        (the OpenStreetMap way; missing on an access leg), ``metres``, ``kmh``
        (as driven), ``speed_source`` (what says so, with "curvature" where
        bends, braking and accelerating take more than a twentieth of it),
        ``seconds``, ``delay_seconds`` at the end of the stretch, ``delay_cause``
        (signals, stop, roundabout entry, ...; "ferry" is the wait before a
        crossing) and the line.
        ``attrs["minutes"]`` is the time of the trip, the entry of
        :func:`travel_times`, and the sum of ``seconds`` and ``delay_seconds``.
        Without a trip the table is empty, ``attrs["minutes"]`` is None and
        ``attrs["status"]`` says why.

    Raises
    ------
    InputError, CrsError, IdError
        If a place is not what it should be.
    SnapError
        If the radius is not a length.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> trip = ds.explain(network, (13.1708, 53.5270), (13.2610, 53.5570))
    >>> trip["kind"].iloc[[0, 1, -1]].tolist()
    ['access', 'street', 'access']
    >>> total = (trip["seconds"] + trip["delay_seconds"]).sum() / 60
    >>> bool(abs(total - trip.attrs["minutes"]) < 0.01)
    True
    """
    check_choice("direction", direction, ("from", "to"))
    row = snap_one(network, origin, "origin", radius_metres=radius_metres)
    column = snap_one(network, destination, "destination", radius_metres=radius_metres)
    start, end = (row, column) if direction == "from" else (column, row)
    code, minutes, stretches = network._handle.explain(start.native, end.native)
    table = in_crs(_table(stretches), row.points.crs)
    table.attrs = network._attrs(
        minutes=minutes if code == 0 else None,
        status=_status(code, direction),
        direction=direction,
        radius_metres=float(radius_metres),
    )
    return table


def _table(stretches: list[_native.Stretch]) -> gpd.GeoDataFrame:
    text = {
        column: pd.Series([getattr(stretch, column) for stretch in stretches], dtype=object)
        for column in ("kind", "name", "highway", "speed_source", "delay_cause")
    }
    numbers = {
        column: pd.Series([getattr(stretch, column) for stretch in stretches], dtype=float)
        for column in _NUMBERS
    }
    columns = {
        "kind": text["kind"],
        "name": text["name"],
        "highway": text["highway"],
        "way": pd.array([stretch.way for stretch in stretches], dtype="Int64"),
        "metres": numbers["metres"],
        "kmh": numbers["kmh"],
        "speed_source": text["speed_source"],
        "seconds": numbers["seconds"],
        "delay_seconds": numbers["delay_seconds"],
        "delay_cause": text["delay_cause"],
    }
    lines = shapely.from_wkb([stretch.line for stretch in stretches])
    return gpd.GeoDataFrame(columns, geometry=lines, crs=LONLAT)


def _status(code: int, direction: str) -> str:
    """The reason, named after the caller's origin and destination rather than the trip's ends."""
    exchanged = {2: 3, 3: 2} if direction == "to" else {}
    return STATUS[exchanged.get(code, code)]
