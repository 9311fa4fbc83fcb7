"""Where do services stand together, a short walk from one another?

A pole is found from the data: services each of which has another one near enough to
walk to, so that one trip serves several needs. Poles are destinations like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desserte._checks import check_count, check_length
from desserte._lazy import gpd, np, pd, pyproj, shapely
from desserte.errors import CrsError, IdError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    _Numbers = npt.NDArray[np.float64]

__all__ = ["poles"]

# Of latitude, at the equator; nowhere is it less.
_LEAST_METRES_A_DEGREE = 110_500.0


def poles(
    services: gpd.GeoDataFrame,
    *,
    within_metres: float = 500,
    by: str = "kind",
    least: int = 2,
) -> gpd.GeoDataFrame:
    """Groups services that stand within a short walk of one another.

    Parameters
    ----------
    services
        Points in any CRS, with unique ids in their index: care points of ``read_care`` or
        ``read_finess``.
    within_metres
        The longest step from one service to the next, as the crow flies, inclusive. A pole may
        be longer than one step, as a village street is.
    by
        The column that says what a service is.
    least
        How many different values of ``by`` make a pole.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a pole, most kinds first: ``kinds`` (how many), ``services`` (how many),
        ``members`` (their ids), ``longest_metres`` (between two of them), ``name`` if the
        services have it. The geometry, in the CRS given, and the id in the index are those of
        the service that is nearest to all the others.

    Raises
    ------
    CrsError
        If the services have no CRS.
    IdError
        If an id comes twice.
    InputError
        If a geometry is no point, or a service lacks the column.

    Examples
    --------
    A doctor and a pharmacy in the same street, and a doctor alone in the hills.

    >>> care = gpd.GeoDataFrame(
    ...     {"kind": ["gp", "pharmacy", "gp"]},
    ...     geometry=gpd.points_from_xy([4.2590, 4.2601, 4.3100], [44.4822, 44.4825, 44.5000]),
    ...     index=["a", "b", "c"],
    ...     crs=4326,
    ... )
    >>> ds.poles(care)["members"].tolist()
    [['a', 'b']]
    """
    reach, wanted = check_length("within_metres", within_metres), check_count("least", least)
    kinds = _kinds(services, by)
    lonlat, spots = _spots(services)
    groups = _together(lonlat, spots, reach)
    rows = [_pole(services, kinds, spots, group) for group in groups]
    table = pd.DataFrame(rows, columns=["at", "kinds", "services", "members", "longest_metres"])
    table = table[table["kinds"] >= wanted]
    table = table.sort_values(["kinds", "services", "at"], ascending=[False, False, True])
    at = table.pop("at").to_numpy(dtype="int64")
    result = gpd.GeoDataFrame(
        table.set_index(services.index[at]), geometry=services.geometry.array[at], crs=services.crs
    )
    if "name" in services.columns:
        result.insert(0, "name", services["name"].array[at])
    result.attrs = {"within_metres": reach, "by": by, "least": wanted}
    return result


def _kinds(services: gpd.GeoDataFrame, by: str) -> npt.NDArray[np.object_]:
    if not isinstance(services, gpd.GeoDataFrame):
        raise InputError(f"services is a GeoDataFrame of points, got a {type(services).__name__}")
    if services.crs is None:
        raise CrsError("services has no CRS; say which with services.set_crs(...)")
    if not services.index.is_unique:
        raise IdError("services repeats ids; give each its own")
    if by not in services.columns:
        columns = ", ".join(map(repr, services.columns))
        raise InputError(f"services has no column {by!r}; it has {columns}")
    if services[by].isna().any():
        raise InputError(f"services has no {by!r} for {services.index[services[by].isna()][0]!r}")
    is_point = (services.geom_type == "Point") & ~services.geometry.is_empty
    if not is_point.all():
        raise InputError(f"services has no point for {services.index[~is_point][0]!r}")
    kinds: npt.NDArray[np.object_] = services[by].to_numpy(dtype=object)
    return kinds


def _spots(services: gpd.GeoDataFrame) -> tuple[_Numbers, _Numbers]:
    """Longitude and latitude of each, and where it is in space, in metres.

    In space a straight line is as long as a walk, wherever on earth: one plane for all would
    stretch what is far from its middle.
    """
    degrees = np.asarray(services.geometry.to_crs("EPSG:4326").array)
    lonlat = np.column_stack([shapely.get_x(degrees), shapely.get_y(degrees)])
    to_space = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    at = to_space.transform(lonlat[:, 0], lonlat[:, 1], np.zeros(len(lonlat)))
    return lonlat, np.column_stack(at)


def _near(lonlat: _Numbers, spots: _Numbers, reach: float) -> npt.NDArray[np.int64]:
    """The pairs that are at most so many metres apart."""
    lon, lat = lonlat.T
    # A little more than the reach, and at the poles all round: who is too far is left out below.
    high = reach / _LEAST_METRES_A_DEGREE
    wide = high / np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + high, 90))), 1e-6)
    boxes = shapely.box(lon - wide, lat - high, lon + wide, lat + high)
    one, other = shapely.STRtree(shapely.points(lon, lat)).query(boxes)
    is_near = np.linalg.norm(spots[one] - spots[other], axis=1) <= reach
    return np.column_stack([one[is_near], other[is_near]])


def _together(lonlat: _Numbers, spots: _Numbers, reach: float) -> list[npt.NDArray[np.int64]]:
    """The positions of those that steps of at most ``reach`` join, group by group."""
    pairs = _near(lonlat, spots, reach)
    parent = np.arange(len(spots))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, other in pairs:
        a, b = root(one), root(other)
        parent[max(a, b)] = min(a, b)
    roots = np.array([root(at) for at in range(len(spots))], dtype="int64")
    return [np.flatnonzero(roots == first) for first in np.unique(roots)]


def _pole(
    services: gpd.GeoDataFrame,
    kinds: npt.NDArray[np.object_],
    spots: _Numbers,
    group: npt.NDArray[np.int64],
) -> tuple[int, int, int, list[object], float]:
    gaps = np.linalg.norm(spots[group, None] - spots[group], axis=2)
    middle = int(group[np.argmin(gaps.sum(axis=1))])
    members = services.index[group].tolist()
    return middle, len(set(kinds[group])), len(group), members, float(gaps.max())
