"""Places and areas as the compiled half wants them: the one place where GeoPandas is unpacked.

A GeoDataFrame or GeoSeries in any CRS, or an array of longitudes and latitudes,
becomes :class:`Points`: ids, degrees, names, and the CRS to give back. Whatever
is wrong is reported for all rows at once, with the ids as the caller has them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from desserte import _native
from desserte._checks import numbers, some
from desserte._lazy import gpd, np, pd, pyproj, shapely
from desserte.errors import CrsError, IdError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "LONLAT",
    "Areas",
    "Place",
    "Places",
    "Points",
    "clip_wkb",
    "in_crs",
    "refuse_swapped",
    "repeated",
    "rural_areas",
    "unpack",
    "unpack_one",
]

Places: TypeAlias = Union["gpd.GeoDataFrame", "gpd.GeoSeries", "npt.ArrayLike"]
"""Points in any CRS, or an (n, 2) array of longitude and latitude in degrees."""

Place: TypeAlias = Union[
    "gpd.GeoDataFrame", "gpd.GeoSeries", "shapely.Point", tuple[float, float], Sequence[float]
]
"""A table of one row, or one point in longitude and latitude."""

Areas: TypeAlias = Union["gpd.GeoDataFrame", "gpd.GeoSeries"]
"""Polygons in any CRS."""

LONLAT = "EPSG:4326"
_PAIR = 2
_FAR_DEGREES = 1.0


@dataclass(frozen=True)
class Points:
    """Places, checked: ids, positions and names in the order given."""

    ids: pd.Index
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    crs: Any
    names: list[Any] | None

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)


def unpack(
    places: Places, role: str, *, id_column: str | None = None, unique: bool = True
) -> Points:
    """Checks places and takes them apart.

    ``role`` is the name of the argument, for the messages. Ids are the index of
    the table, or a column of it; an array has 0, 1, 2 and so on.
    """
    if isinstance(places, gpd.GeoDataFrame | gpd.GeoSeries):
        points = _of_table(places, role, id_column)
    else:
        points = _of_array(places, role, id_column)
    _refuse_bad_ids(points.ids, role, unique=unique)
    _refuse_off_the_globe(points, role)
    return points


def unpack_one(place: Place, role: str) -> Points:
    """The same for a single place: a table of one row, a point, or a pair of degrees."""
    if isinstance(place, shapely.Point):
        place = (np.nan, np.nan) if place.is_empty else (place.x, place.y)
    if isinstance(place, pd.Series) and not isinstance(place, gpd.GeoSeries):
        raise InputError(f"{role} is a row without its table; keep the table with .loc[[id]]")
    if not isinstance(place, gpd.GeoDataFrame | gpd.GeoSeries):
        place = _pairs([place], role)
    if len(place) != 1:
        raise InputError(f"{role} is a single place, got {len(place)} rows")
    return unpack(place, role)


def refuse_swapped(points: Points, role: str, bounds: Sequence[float]) -> None:
    """Refuses places far from a network that would lie in it with lon and lat exchanged."""
    west, south, east, north = bounds
    lon, lat, far = points.lon, points.lat, _FAR_DEGREES
    is_far = (lon < west - far) | (lon > east + far) | (lat < south - far) | (lat > north + far)
    fits_swapped = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    swapped = is_far & fits_swapped
    if swapped.any():
        raise InputError(
            f"{role} has longitude and latitude swapped, it seems, in "
            f"{some(points.ids[swapped])}; exchanged, they lie in the network",
        )


def clip_wkb(within: Areas | None) -> bytes | None:
    """The union of some areas in longitude and latitude, as WKB."""
    if within is None:
        return None
    if not isinstance(within, gpd.GeoDataFrame | gpd.GeoSeries):
        raise InputError(f"within is a GeoDataFrame or GeoSeries of areas, got {_kind(within)}")
    union = shapely.union_all(_valid_areas(within, "within"))
    parts = _polygons(union)
    if not parts or not np.isfinite(shapely.bounds(union)).all():
        raise InputError("within covers no ground")
    wkb: bytes = shapely.to_wkb(shapely.MultiPolygon(parts))
    return wkb


def rural_areas(areas: gpd.GeoDataFrame) -> list[tuple[bytes, float]]:
    """Areas with a limit of their own, in the order given: WKB in degrees, and km/h."""
    role = "rural_kmh"
    expected = f"{role} is a number, or a GeoDataFrame of areas with a column kmh"
    if not isinstance(areas, gpd.GeoDataFrame):
        raise InputError(f"{expected}; got a {_kind(areas)}")
    if "kmh" not in areas.columns:
        raise InputError(f"{expected}; this one has {', '.join(map(repr, areas.columns))}")
    _refuse_crossed(areas, role)
    valid = _valid_areas(areas, role)
    kmh = np.array(numbers(areas["kmh"]))
    low, high = _native.setting_range(role)
    bad = ~((kmh >= low) & (kmh <= high))
    if bad.any():
        found = ", ".join(repr(value) for value in areas["kmh"][bad].head().tolist())
        raise InputError(
            f"{role} has a kmh that is no limit from {low:g} to {high:g} in "
            f"{some(areas.index[bad])} ({found})"
        )
    _refuse_areas_off_the_globe(valid, areas.index, role)
    ground = [_polygons(area) for area in valid]
    flat = np.array([not parts for parts in ground])
    if flat.any():
        raise InputError(f"{role} covers no ground in {some(areas.index[flat])}")
    wkb = (shapely.to_wkb(shapely.MultiPolygon(parts)) for parts in ground)
    return list(zip(wkb, kmh.tolist(), strict=True))


def in_crs(table: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """A table in degrees, in the CRS that the caller came with; its ``attrs`` are kept."""
    return table if crs is None or table.crs == crs else table.to_crs(crs)


def _of_table(places: gpd.GeoDataFrame | gpd.GeoSeries, role: str, id_column: str | None) -> Points:
    geometry = _geometry(places, role)
    ids = _ids(places, role, id_column)
    kinds = geometry.geom_type
    strangers = (kinds != "Point").to_numpy()
    if strangers.any():
        found = ", ".join(sorted(set(kinds[strangers])))
        raise InputError(
            f"{role} holds {found} instead of points in {some(ids[strangers])}; "
            "take .representative_point() of the geometry first",
        )
    xy = shapely.get_coordinates(geometry.to_numpy())
    _refuse_not_finite(xy, ids, role)
    if geometry.crs != LONLAT:
        xy = shapely.get_coordinates(_to_degrees(geometry, role).to_numpy())
        lost = ~np.isfinite(xy).all(axis=1)
        if lost.any():
            raise CrsError(
                f"{role} has positions that its CRS ({geometry.crs.name}) does not cover, "
                f"in {some(ids[lost])}; is this the CRS they were measured in?",
            )
    has_names = isinstance(places, gpd.GeoDataFrame) and "name" in places.columns
    names = list(places["name"]) if has_names else None
    return _points(ids, xy, geometry.crs, names)


def _of_array(places: Any, role: str, id_column: str | None) -> Points:
    if id_column is not None:
        raise InputError(f"{role} is an array and has no column {id_column!r}")
    xy = _pairs(places, role)
    if len(xy) == 0:
        raise InputError(f"{role} is empty")
    ids = pd.RangeIndex(len(xy))
    _refuse_not_finite(xy, ids, role)
    return _points(ids, xy, None, None)


def _geometry(places: gpd.GeoDataFrame | gpd.GeoSeries, role: str) -> gpd.GeoSeries:
    """The geometries of a table, none of them missing, with their CRS."""
    try:
        geometry = places.geometry
    except AttributeError as error:
        raise InputError(f"{role} has no geometry column; name it with .set_geometry()") from error
    if len(geometry) == 0:
        raise InputError(f"{role} is empty")
    if geometry.crs is None:
        raise CrsError(f"{role} has no CRS; say which it is with .set_crs()")
    absent = (geometry.isna() | geometry.is_empty).to_numpy()
    if absent.any():
        raise InputError(f"{role} has no position in {some(geometry.index[absent])}")
    return geometry


def _valid_areas(areas: gpd.GeoDataFrame | gpd.GeoSeries, role: str) -> npt.NDArray[Any]:
    """The areas of a table in degrees, mended where they cross themselves."""
    geometry = _geometry(areas, role)
    strangers = ~geometry.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    if strangers.any():
        raise InputError(f"{role} holds what is no area, {some(geometry.index[strangers])}")
    valid: npt.NDArray[Any] = shapely.make_valid(_to_degrees(geometry, role).to_numpy())
    return valid


def _refuse_crossed(areas: gpd.GeoDataFrame, role: str) -> None:
    """Refuses areas whose border crosses itself: which side of it is meant, nobody can say."""
    geometry = _geometry(areas, role)
    why = shapely.is_valid_reason(geometry.to_numpy())
    crossed = np.array([reason.startswith("Self-intersection") for reason in why])
    if crossed.any():
        raise InputError(
            f"{role} has areas whose border crosses itself in {some(geometry.index[crossed])} "
            f"({why[crossed][0]}); draw them anew, or mend them with .make_valid()"
        )


def _polygons(area: Any) -> list[Any]:
    """The polygons of a geometry, without the lines that mending may leave."""
    parts = shapely.get_parts(shapely.get_parts(area))
    return [part for part in parts if part.geom_type == "Polygon"]


def _refuse_areas_off_the_globe(areas: npt.NDArray[Any], ids: pd.Index, role: str) -> None:
    west, south, east, north = shapely.bounds(areas).T
    on = (west >= -180.0) & (east <= 180.0) & (south >= -90.0) & (north <= 90.0)  # noqa: PLR2004 - the globe
    if not on.all():
        raise CrsError(
            f"{role} has areas off the globe in {some(ids[~on])}; "
            "is this the CRS they were drawn in?",
        )


def _to_degrees(geometry: gpd.GeoSeries, role: str) -> gpd.GeoSeries:
    try:
        return geometry.to_crs(LONLAT)
    except pyproj.exceptions.ProjError as error:
        raise CrsError(
            f"{role} has a CRS ({geometry.crs.name}) that does not lead to longitude and latitude"
        ) from error


def _ids(places: gpd.GeoDataFrame | gpd.GeoSeries, role: str, id_column: str | None) -> pd.Index:
    if id_column is None:
        return places.index
    if not isinstance(places, gpd.GeoDataFrame):
        raise InputError(f"{role} has no column {id_column!r}: it is a GeoSeries")
    if id_column not in places.columns:
        columns = ", ".join(map(repr, places.columns))
        raise InputError(f"{role} has no column {id_column!r}; it has {columns}")
    return pd.Index(places[id_column])


def _refuse_bad_ids(ids: pd.Index, role: str, *, unique: bool) -> None:
    if isinstance(ids, pd.MultiIndex):
        raise IdError(f"{role} has an index of several levels; name one column as its id")
    missing = ids.isna()
    if missing.any():
        raise IdError(
            f"{role} has no id in {some(np.flatnonzero(missing).tolist())} (counted from 0)"
        )
    if unique and not ids.is_unique:
        raise IdError(f"{role} repeats {some(repeated(ids), 'id')}")


def repeated(ids: pd.Index) -> list[Hashable]:
    """The ids that occur more than once, each once."""
    return list(ids[ids.duplicated()].unique())


def _refuse_not_finite(xy: npt.NDArray[np.float64], ids: pd.Index, role: str) -> None:
    bad = ~np.isfinite(xy).all(axis=1)
    if bad.any():
        raise InputError(f"{role} has a coordinate that is not a number in {some(ids[bad])}")


def _refuse_off_the_globe(points: Points, role: str) -> None:
    lon, lat = np.abs(points.lon), np.abs(points.lat)
    off = (lon > 180.0) | (lat > 90.0)  # noqa: PLR2004 - the globe, in degrees
    if not off.any():
        return
    where = some(points.ids[off])
    if ((lat[off] <= 180.0) & (lon[off] <= 90.0)).all():  # noqa: PLR2004 - the globe, exchanged
        raise InputError(f"{role} has longitude and latitude swapped, it seems, in {where}")
    raise InputError(
        f"{role} is not in degrees of longitude and latitude in {where}; "
        "positions in metres come in a GeoDataFrame with their CRS",
    )


def _pairs(places: Any, role: str) -> npt.NDArray[np.float64]:
    """An (n, 2) array of floats."""
    expected = f"{role} is a GeoDataFrame, a GeoSeries or an (n, 2) array of lon, lat"
    if isinstance(places, shapely.Point) and not places.is_empty:
        raise InputError(f"{expected}, got a point; wrap it: [({places.x:.10g}, {places.y:.10g})]")
    if _are_shapes(places):
        raise InputError(
            f"{expected}, got shapes without a CRS; say which: gpd.GeoSeries({role}, crs=4326)"
        )
    if isinstance(places, pd.DataFrame | pd.Series):
        raise InputError(f"{expected}, got a {_kind(places)} without geometry")
    try:
        xy = np.asarray(places, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{expected}, got {_kind(places)}") from error
    if xy.size == 0:
        return xy.reshape(0, _PAIR)
    if xy.shape == (_PAIR,):
        raise InputError(f"{expected}, got a pair; wrap it: [({xy[0]:.10g}, {xy[1]:.10g})]")
    if xy.ndim != _PAIR or xy.shape[1] != _PAIR:
        raise InputError(f"{expected}, got an array of shape {xy.shape}")
    return xy


def _are_shapes(places: Any) -> bool:
    """Whether these are geometries in a list or an array, or one alone."""
    if isinstance(places, list | tuple | np.ndarray) and len(places):
        return isinstance(places[0], shapely.Geometry)
    return isinstance(places, shapely.Geometry)


def _points(
    ids: pd.Index, xy: npt.NDArray[np.float64], crs: Any, names: list[Any] | None
) -> Points:
    lon, lat = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    return Points(ids, lon, lat, crs, names)


def _kind(value: object) -> str:
    return type(value).__name__
