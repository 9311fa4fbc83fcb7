"""How many people are on the ground within so many minutes?

The minutes of the people within an isochrone are not asked for one by one: who lives
on the ground counts, whole, with the limits of that ground.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import gpd, np, pd, shapely
from desserte.errors import CrsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from desserte._lazy import pyproj

__all__ = ["within"]

_KEPT = ("origin", "origin_name", "minutes", "site", "site_name", "max_minutes")


def within(
    isochrones: gpd.GeoDataFrame, population: gpd.GeoDataFrame, *, columns: str | Sequence[str]
) -> pd.DataFrame:
    """Counts the people on the ground of each isochrone.

    Parameters
    ----------
    isochrones
        Areas, as :func:`desserte.isochrones` gives them, discs or rings, or the catchments of
        :func:`desserte.catchments`.
    population
        Where people live, in any CRS: points, or small areas such as the cells of a grid.
        An area counts whole where its centroid lies: taken in the CRS of the population if that
        is in metres, as the cells of a grid are, else in that of the isochrones. In degrees the
        centroid of a commune 10 km high is a metre off.
    columns
        The columns of people to add up: one, or a band of age each. None is called as a column
        that the result has from the isochrones.

    Returns
    -------
    pandas.DataFrame
        A row an isochrone, in their order and with their index: ``origin``, ``origin_name``,
        ``minutes`` (``site``, ``site_name``, ``max_minutes`` of a catchment) as they have them,
        and the sum of each column. A disc counts all within its limit and on its border. A ring
        counts those beyond the limit before: who is on the border of two rings of one origin is
        in that of the smaller limit, and on the border of two catchments in that of the site
        given first, so that nobody counts twice. ``attrs["total"]`` holds the sum of
        each column over the whole population, ``attrs["without_position"]`` how many rows
        have no geometry and are in no area.

    Warns
    -----
    UserWarning
        If all the people are further from the isochrones than these are wide, as they are in a
        wrong CRS.

    Raises
    ------
    CrsError
        If one of the tables has no CRS.
    InputError
        If the isochrones are no areas; if a column is missing, bears the name of one of theirs,
        or holds what is no number (a boolean is none), negative or missing; the message names
        the rows.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places = ds.read_places(ds.demo_extract())
    >>> villages = places[places["population"].notna()]
    >>> areas = ds.isochrones(network, [(13.1708, 53.5270)], minutes=[5, 10])
    >>> people = ds.within(areas, villages, columns="population")
    >>> bool(people["population"].is_monotonic_increasing)
    True
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    for role, table in (("isochrones", isochrones), ("population", population)):
        _refuse_other_tables(role, table)
    _refuse_no_areas(isochrones)
    kept = [name for name in _KEPT if name in isochrones.columns]
    _refuse_keys(names, kept)
    counts = {name: _counts(population, name) for name in names}
    at, is_lost = _spots(population, isochrones.crs)
    _warn_far(isochrones, population, at)
    areas, people = _pairs(isochrones, at)
    result = pd.DataFrame(isochrones[kept])
    for name, values in counts.items():
        found = values[~is_lost][people]
        result[name] = np.bincount(areas, weights=found, minlength=len(isochrones))
    result.attrs = {
        **isochrones.attrs,
        "total": {name: float(values.sum()) for name, values in counts.items()},
        "without_position": int(is_lost.sum()),
    }
    return result


def _spots(population: gpd.GeoDataFrame, crs: pyproj.CRS) -> tuple[Any, npt.NDArray[np.bool_]]:
    """Where each row counts, in the CRS of the isochrones, and which rows have no position."""
    shapes = population.geometry
    is_lost = (shapes.isna() | shapes.is_empty).to_numpy()
    shapes = shapes[~is_lost]
    # The cells of a grid are squares in their own metres, in degrees they are not.
    if shapes.crs.is_projected:
        centres = gpd.GeoSeries(shapely.centroid(shapes.to_numpy()), crs=shapes.crs)
        return centres.to_crs(crs).to_numpy(), is_lost
    return shapely.centroid(shapes.to_crs(crs).to_numpy()), is_lost


def _pairs(isochrones: gpd.GeoDataFrame, points: Any) -> tuple[Any, Any]:
    """Which area counts which point: the edge is within, but of one ring or catchment alone."""
    ground, tree = isochrones.geometry.to_numpy(), shapely.STRtree(points)
    areas, people = tree.query(ground, predicate="intersects")
    inside = tree.query(ground, predicate="contains_properly")
    known = pd.MultiIndex.from_arrays(inside)
    is_edge = ~pd.MultiIndex.from_arrays([areas, people]).isin(known)
    if not is_edge.any():
        return areas, people
    hits = pd.DataFrame({"area": areas, "point": people, "is_edge": is_edge})
    hits = hits[hits["point"].isin(people[is_edge])].rename_axis("hit").reset_index()
    both = hits[hits["is_edge"]].merge(hits, on="point", suffixes=("", "_before"))
    group, order = _groups(isochrones)
    one, before = both["area"].to_numpy(), both["area_before"].to_numpy()
    is_tie = (group[one] == group[before]) & (order[before] < order[one])
    one, before = one[is_tie], before[is_tie]
    # Discs hold one another: who is on the edge of two is in both.
    couples, which = np.unique(np.column_stack([before, one]), axis=0, return_inverse=True)
    are_apart = ~shapely.relate_pattern(ground[couples[:, 0]], ground[couples[:, 1]], "T********")
    is_counted = np.ones(len(areas), dtype=bool)
    is_counted[both["hit"].to_numpy()[is_tie][are_apart[which.ravel()]]] = False
    return areas[is_counted], people[is_counted]


def _groups(isochrones: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Of which origin each area is, or of all together; and its rank, the least limit first."""
    count = len(isochrones)
    origins = isochrones.get("origin")
    group = np.zeros(count, dtype=int) if origins is None else pd.factorize(origins)[0]
    order = np.empty(count, dtype=int)
    limits = isochrones["minutes"].to_numpy() if "minutes" in isochrones.columns else group * 0
    order[np.argsort(limits, kind="stable")] = np.arange(count)
    return group, order


def _warn_far(isochrones: gpd.GeoDataFrame, population: gpd.GeoDataFrame, points: Any) -> None:
    """Warns where all the people are so far from the areas that a CRS must be wrong."""
    west, south, east, north = isochrones.total_bounds
    if len(points) == 0 or not np.isfinite([west, south, east, north]).all():
        return
    around = max(east - west, north - south)
    x, y = shapely.get_x(points), shapely.get_y(points)
    is_near = (np.abs(x - (west + east) / 2) <= 1.5 * around) & (
        np.abs(y - (south + north) / 2) <= 1.5 * around
    )
    if not is_near.any():
        warnings.warn(
            "nobody is counted: every row of population is further from the isochrones than these "
            f"are wide; is {population.crs.name} the CRS that its positions were measured in?",
            UserWarning,
            stacklevel=3,
        )


def _refuse_other_tables(role: str, table: object) -> None:
    if not isinstance(table, gpd.GeoDataFrame):
        raise InputError(f"{role} is a GeoDataFrame, got a {type(table).__name__}")
    if table.crs is None:
        raise CrsError(f"{role} has no CRS; say which with {role}.set_crs(...)")


def _refuse_no_areas(isochrones: gpd.GeoDataFrame) -> None:
    kinds = isochrones.geometry.geom_type
    strangers = (isochrones.geometry.notna() & ~kinds.isin(["Polygon", "MultiPolygon"])).to_numpy()
    if strangers.any():
        found = ", ".join(sorted(set(kinds[strangers])))
        raise InputError(
            f"isochrones holds {found} instead of areas in {some(isochrones.index[strangers])}; "
            "nobody lives on a line: take the ground that ds.isochrones gives"
        )


def _refuse_keys(names: list[str], kept: list[str]) -> None:
    taken = [name for name in names if name in kept]
    if taken:
        raise InputError(
            f"columns names {', '.join(map(repr, taken))}, which the isochrones have too; give the "
            "people another name with population.rename(columns=...)"
        )


def _counts(population: gpd.GeoDataFrame, name: str) -> Any:
    """A column of people, none of them negative or missing."""
    if name not in population.columns:
        known = ", ".join(map(repr, population.columns))
        raise InputError(f"population has no column {name!r}; it has {known}")
    column = population[name]
    # True is no person, though it adds up as one.
    is_truth = column.map(lambda value: isinstance(value, bool | np.bool_)).to_numpy(dtype=bool)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    values = np.where(is_truth, np.nan, values)
    wrong = population.index[~(np.isfinite(values) & (values >= 0))]
    if len(wrong):
        raise InputError(
            f"the {name!r} of population is no number of people in {some(wrong, 'row')}; "
            "leave them out, or say how many live there"
        )
    return values
