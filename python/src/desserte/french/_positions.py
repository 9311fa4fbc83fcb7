"""Where in the world are these coordinates?

French files hold degrees, Lambert 93, or the projection of an overseas
département, and say which in a column or not at all. Everything becomes
longitude and latitude; what says to be degrees and is metres, or has the two
exchanged, is refused with the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import LONLAT
from desserte._lazy import gpd, np, pd, pyproj
from desserte.errors import CrsError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.french._ledger import Ledger

__all__ = ["FINESS_CRS", "in_degrees", "in_france", "points_of", "projected"]

FINESS_CRS: dict[str, str] = {
    "L93_METROPOLE": "EPSG:2154",
    "LAMBERT_93": "EPSG:2154",
    "UTM_N20": "EPSG:4559",
    "UTM_N21": "EPSG:4467",
    "UTM_N22": "EPSG:2972",
    "UTM_S38": "EPSG:4471",
    "UTM_S40": "EPSG:2975",
}
"""The projections that FINESS names at the end of ``sourcecoordet``."""

# West, south, east, north, a margin included: France in Europe, the Antilles, Guyane, Réunion,
# Mayotte, Saint-Pierre-et-Miquelon, New Caledonia, Polynesia, Wallis and Futuna.
_FRANCE = (
    (-5.5, 41.2, 9.8, 51.3),
    (-63.3, 14.2, -60.7, 18.3),
    (-54.8, 2.0, -51.4, 6.0),
    (55.0, -21.6, 56.0, -20.7),
    (44.8, -13.2, 45.5, -12.4),
    (-56.6, 46.6, -56.0, 47.3),
    (158.0, -23.5, 172.5, -17.5),
    (-155.5, -28.5, -134.0, -7.5),
    (-178.6, -14.6, -175.8, -12.9),
)


def in_france(lon: Any, lat: Any) -> npt.NDArray[np.bool_]:
    """Whether positions lie in France, overseas included, give or take a few kilometres."""
    lon, lat = np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64")
    inside = np.zeros(lon.shape, dtype=bool)
    for west, south, east, north in _FRANCE:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def points_of(lon: pd.Series, lat: pd.Series, ids: Any, file: str, ledger: Ledger) -> Any:
    """Points in EPSG:4326, missing where there is no position.

    Raises
    ------
    CrsError
        If the numbers are no degrees: metres of a projection.
    InputError
        If longitude and latitude are exchanged.
    """
    x, y = lon.to_numpy(dtype="float64"), lat.to_numpy(dtype="float64")
    # A position at nought is an empty cell that somebody filled.
    absent = np.isnan(x) | np.isnan(y) | ((x == 0) & (y == 0))
    metres = ~absent & ((np.abs(x) > 180) | (np.abs(y) > 180))  # noqa: PLR2004 - the globe
    if metres.any():
        raise CrsError(
            f"{file} has coordinates that are no degrees in {some(_at(ids, metres))}, as "
            f"{_pair(x, y, metres)}; metres, of Lambert 93 perhaps, stand where degrees should: "
            "take the file as it was published, or convert it first"
        )
    swapped = ~absent & ~in_france(x, y) & in_france(y, x)
    if swapped.any():
        raise InputError(
            f"{file} has longitude and latitude exchanged, it seems, in "
            f"{some(_at(ids, swapped))}, as {_pair(x, y, swapped)}"
        )
    outside = ~absent & ~in_france(x, y)
    ledger.note(int(outside.sum()), "position outside France, kept as it is")
    ledger.note(int(absent.sum()), "without a position")
    points = np.asarray(gpd.points_from_xy(x, y), dtype=object)
    points[absent] = None
    return points


def projected(x: pd.Series, y: pd.Series, crs: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Degrees from metres, each row in the projection that it names; NaN where it names none."""
    lon, lat = (pd.Series(np.nan, index=x.index, dtype="float64") for _ in range(2))
    for name in crs.dropna().unique():
        rows = (crs == name) & x.notna() & y.notna()
        to_degrees = pyproj.Transformer.from_crs(name, LONLAT, always_xy=True)
        found = np.array(to_degrees.transform(x[rows].to_numpy(), y[rows].to_numpy()))
        lon[rows], lat[rows] = np.where(np.isfinite(found), found, np.nan)
    return lon, lat


def in_degrees(table: gpd.GeoDataFrame, file: str) -> gpd.GeoDataFrame:
    """A layer in EPSG:4326; its CRS must be there, and be the one of its numbers.

    Raises
    ------
    CrsError
        If it has no CRS, or one that its coordinates cannot be in.
    """
    if table.crs is None:
        raise CrsError(f"{file} has no CRS; is its .prj file missing?")
    bounds = table.total_bounds
    if table.crs.is_geographic and np.isfinite(bounds).all() and (np.abs(bounds) > 180).any():  # noqa: PLR2004 - the globe
        raise CrsError(
            f"{file} says that it is in degrees ({table.crs.name}) and holds metres, as "
            f"{bounds[0]:.0f}, {bounds[1]:.0f}; Lambert 93, perhaps: set its CRS to EPSG:2154"
        )
    return table.to_crs(LONLAT)


def _at(ids: Any, where: npt.NDArray[np.bool_]) -> list[Any]:
    return list(pd.Series(ids).to_numpy()[where])


def _pair(x: Any, y: Any, where: Any) -> str:
    first = int(np.flatnonzero(where)[0])
    return f"{x[first]:g}, {y[first]:g}"
