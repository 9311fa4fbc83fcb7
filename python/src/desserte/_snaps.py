"""Places on the streets of a network: unpacked, checked, snapped, and shown as a table.

Every question begins here, so that the same place lies on the same street
whatever is asked about it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._checks import check_radius, some
from desserte._frames import (
    LONLAT,
    Place,
    Places,
    Points,
    in_crs,
    refuse_swapped,
    unpack,
    unpack_one,
)
from desserte._lazy import gpd, np, pd
from desserte.errors import EdgeWarning, InputError, OffNetworkWarning, ResolutionWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from desserte.network import RoadNetwork

__all__ = [
    "OUTCOMES",
    "Snapped",
    "ids_of",
    "off_network",
    "snap_one",
    "snap_places",
    "warn_at_edge",
    "warn_coarse",
]

OUTCOMES = ("ok", "off_network")


@dataclass(frozen=True)
class Snapped:
    """Places and where they meet the streets, in the order given."""

    points: Points
    native: _native.Snaps

    def is_off(self) -> npt.NDArray[np.bool_]:
        """Which of them have no street within the radius."""
        is_off: npt.NDArray[np.bool_] = self.native.outcome() != 0
        return is_off

    def subset(self, network: RoadNetwork, chosen: npt.NDArray[np.bool_], radius: float) -> Snapped:
        """Some of them; a place snaps to the same spot whatever the others are."""
        ids, lon, lat = self.points.ids[chosen], self.points.lon[chosen], self.points.lat[chosen]
        names = self.points.names
        kept = None if names is None else [n for n, keep in zip(names, chosen, strict=True) if keep]
        points = Points(ids, lon, lat, self.points.crs, kept)
        return Snapped(points, network._handle.snap(lon, lat, radius))

    def table(self) -> gpd.GeoDataFrame:
        """The snaps by id, in the CRS of the places; the geometry is the spot on the street."""
        is_off = self.is_off()
        spots = gpd.points_from_xy(self.native.lon(), self.native.lat(), crs=LONLAT)
        spots[is_off] = None
        columns = {
            "distance_metres": self.native.distance_metres(),
            "access_minutes": self.native.access_minutes(),
            "street": pd.array(self.native.street(), dtype="Int64"),
            "outcome": np.where(is_off, OUTCOMES[1], OUTCOMES[0]),
            "crosses_barrier": self.native.crosses_barrier(),
        }
        if self.points.names is not None:
            columns = {"name": self.points.names, **columns}
        table = gpd.GeoDataFrame(columns, geometry=spots, index=self.points.ids)
        table.loc[is_off, "street"] = pd.NA
        return in_crs(table, self.points.crs)


def snap_places(
    network: RoadNetwork,
    places: Places,
    role: str,
    *,
    radius_metres: float,
    id_column: str | None = None,
    unique: bool = True,
) -> Snapped:
    """Unpacks, checks and snaps the places of an argument named ``role``."""
    _refuse_no_network(network)
    radius = check_radius(radius_metres)
    return _snap(network, unpack(places, role, id_column=id_column, unique=unique), role, radius)


def snap_one(network: RoadNetwork, place: Place, role: str, *, radius_metres: float) -> Snapped:
    """The same for a single place."""
    _refuse_no_network(network)
    radius = check_radius(radius_metres)
    return _snap(network, unpack_one(place, role), role, radius)


def off_network(snapped: Snapped, role: str = "origin", *, level: int = 4) -> list[Any]:
    """The ids of the places off the network, with one warning about them all.

    ``level`` is how many calls above this one the caller's own is, itself included.
    """
    ids = list(snapped.points.ids[snapped.is_off()].tolist())
    if ids:
        warnings.warn(
            f"no street near enough to {some(ids, role)}; nothing is drawn around them "
            '(see attrs["off_network"], or enlarge radius_metres)',
            OffNetworkWarning,
            stacklevel=level,
        )
    return ids


def ids_of(snapped: Snapped, ranks: npt.ArrayLike) -> list[Any]:
    """The ids of some places."""
    return list(snapped.points.ids[np.asarray(ranks, dtype=int)].tolist())


def warn_at_edge(ids: list[Any], role: str, *, level: int) -> None:
    """Warns, once, of places whose ground reaches the edge of the map."""
    if ids:
        warnings.warn(
            f"the ground around {some(ids, role)} reaches the edge of the map; what lies beyond is "
            'not known and not drawn (see attrs["at_edge"], or read extracts of the land around)',
            EdgeWarning,
            stacklevel=level,
        )


def warn_coarse(
    network: RoadNetwork, limits: Sequence[float], offroad: float, resolution: float, *, level: int
) -> None:
    """Warns where a cell is wider than the walk off a street, so that ground falls between nodes.

    That walk is at most ``offroad``, and what the least of the limits leaves time for.
    """
    kmh = network._manifest["profile"]["settings"].get("walking_kmh", 4.0)
    walk = min(limits) * kmh * 1000 / 60
    widest = min(walk, offroad)
    # A millimetre of rounding is no reason to warn, and no cell is finer than a metre.
    if resolution <= max(widest + 1e-3, 1.0):
        return
    why = (
        f"one walks at most {offroad:g} m off the street"
        if offroad <= walk
        else f"in {min(limits):g} min one walks {walk:.0f} m"
    )
    warnings.warn(
        f"{why}, and a cell is {resolution:g} m wide: streets may fall between two cells and not "
        f"be drawn; take resolution_metres={_round_down(widest)} or less",
        ResolutionWarning,
        stacklevel=level,
    )


def _round_down(metres: float) -> int:
    """The first digit and zeros: 300 for 333, 30 for 33; 1 at least."""
    whole = max(1, int(metres + 1e-3))
    step: int = 10 ** (len(str(whole)) - 1)
    return whole - whole % step


def _snap(network: RoadNetwork, points: Points, role: str, radius: float) -> Snapped:
    refuse_swapped(points, role, network._manifest["bounds"])
    return Snapped(points, network._handle.snap(points.lon, points.lat, radius))


def _refuse_no_network(network: object) -> None:
    if not isinstance(getattr(network, "_handle", None), _native.Network):
        kind = type(network).__name__
        raise InputError(
            f"network is a RoadNetwork, got {kind}; build one with RoadNetwork.from_pbf"
        )
