"""How many people are on the ground within so many minutes?

The minutes of the people within an isochrone are not asked for one by one: who lives
on the ground counts, whole, with the limits of that ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import gpd, np, pd, shapely
from desserte.errors import CrsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        An area counts whole where its centroid lies, so that nobody counts twice in the rings
        of one origin.
    columns
        The columns of people to add up: one, or a band of age each.

    Returns
    -------
    pandas.DataFrame
        A row an isochrone, in their order and with their index: ``origin``, ``origin_name``,
        ``minutes`` (``site``, ``site_name``, ``max_minutes`` of a catchment) as they have them,
        and the sum of each column. A disc counts all within
        its limit, a ring those beyond the limit before. ``attrs["total"]`` holds the sum of
        each column over the whole population, ``attrs["without_position"]`` how many rows
        have no geometry and are in no area.

    Raises
    ------
    CrsError
        If one of the tables has no CRS.
    InputError
        If a column is missing, or holds what is no number, negative or missing; the message
        names the rows.

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
    counts = {name: _counts(population, name) for name in names}
    points = population.geometry.to_crs(isochrones.crs)
    is_lost = points.isna() | points.is_empty
    at = shapely.centroid(points[~is_lost].to_numpy())
    areas, people = _pairs(isochrones.geometry.to_numpy(), at)
    kept = [name for name in _KEPT if name in isochrones.columns]
    result = pd.DataFrame(isochrones[kept])
    for name, values in counts.items():
        found = values[~is_lost.to_numpy()][people]
        result[name] = np.bincount(areas, weights=found, minlength=len(isochrones))
    result.attrs = {
        **isochrones.attrs,
        "total": {name: float(values.sum()) for name, values in counts.items()},
        "without_position": int(is_lost.sum()),
    }
    return result


def _pairs(areas: Any, points: Any) -> Any:
    """Which point is on which area; the edge is within."""
    return shapely.STRtree(points).query(areas, predicate="intersects")


def _refuse_other_tables(role: str, table: object) -> None:
    if not isinstance(table, gpd.GeoDataFrame):
        raise InputError(f"{role} is a GeoDataFrame, got a {type(table).__name__}")
    if table.crs is None:
        raise CrsError(f"{role} has no CRS; say which with {role}.set_crs(...)")


def _counts(population: gpd.GeoDataFrame, name: str) -> Any:
    """A column of people, none of them negative or missing."""
    if name not in population.columns:
        known = ", ".join(map(repr, population.columns))
        raise InputError(f"population has no column {name!r}; it has {known}")
    values = pd.to_numeric(population[name], errors="coerce").to_numpy(dtype=float)
    wrong = population.index[~(np.isfinite(values) & (values >= 0))]
    if len(wrong):
        raise InputError(
            f"the {name!r} of population is no number of people in {some(wrong, 'row')}; "
            "leave them out, or say how many live there"
        )
    return values
