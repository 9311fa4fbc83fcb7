"""How many minutes is it, for how many people, and who is worst off?

Means hide who is far: beside them stand the median, the 95th percentile and the list
of the places that are served worst. Who has no time is counted apart, and is farther
than all others in every percentile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from desserte import _native
from desserte._checks import check_count
from desserte._lazy import np, pd
from desserte.indicators._aligned import (
    Amounts,
    Minutes,
    Study,
    amounts,
    minutes_of,
    single_amounts,
)
from desserte.indicators._weighted import by_population, mean, quantiles

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["minutes_summary", "worst_served"]


def minutes_summary(
    times: Minutes,
    *,
    demand: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    k: int = 1,
    study: Study | None = None,
) -> pd.DataFrame:
    """Sums up the minutes of people to the nearest destination, or to the k-th.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    demand
        People: a Series by origin, or a DataFrame with a column an age band; an
        array is in the order of the origins.
    k
        1 for the nearest, 2 for the next.
    study
        The origins to count, as ids or a table indexed by them; all where None.

    Returns
    -------
    pandas.DataFrame
        A row a population: ``population``, ``total`` (people), ``mean`` (minutes, of those
        who have a time), ``median`` and ``p95`` (minutes within which half and 95 % of all
        the people are; ``NaN`` where so many have no time), ``longest``,
        ``without_time`` (people with a street but no time: no path, or beyond the cutoff),
        and ``off_network`` (people without a street).

    Raises
    ------
    IdError
        If an origin has no demand, or the study names an unknown one.
    InputError
        If people are negative or missing.

    Examples
    --------
    Two villages of 300 and 100 people, 12 and 25 minutes away.

    >>> table = ds.minutes_summary([[12.0], [25.0]], demand=[300, 100])
    >>> table[["mean", "median", "p95", "longest"]].values.tolist()
    [[15.25, 12.0, 25.0, 25.0]]
    """
    table = minutes_of(times)
    nearest = _native.time_to_nearest(table.cells, check_count("k", k)).astype("float64")
    people, extra = amounts(demand, table.origins, "demand", "origin")
    rows = table.rows_of(study)
    values, off = nearest[rows], table.off_network[rows]
    result = pd.DataFrame(
        _summary(name, values, group[rows], off) for name, group in by_population(demand, people)
    )
    result.attrs = {**table.attrs, "k": k, "extra_ids": extra, "study_origins": len(rows)}
    return result


def _summary(
    name: object,
    minutes: npt.NDArray[np.float64],
    people: npt.NDArray[np.float64],
    off: npt.NDArray[np.bool_],
) -> dict[str, object]:
    median, p95 = quantiles(minutes, people, (0.5, 0.95))
    known = ~np.isnan(minutes) & (people > 0)
    return {
        "population": name,
        "total": people.sum(),
        "mean": mean(minutes, people),
        "median": median,
        "p95": p95,
        "longest": minutes[known].max() if known.any() else np.nan,
        "without_time": people[np.isnan(minutes) & ~off].sum(),
        "off_network": people[off].sum(),
    }


def worst_served(
    times: Minutes, *, demand: Amounts, n: int = 10, study: Study | None = None
) -> pd.DataFrame:
    """Lists the places from which the nearest destination is farthest.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    demand
        People by origin; where nobody lives nobody is badly served.
    n
        How many places.
    study
        The origins to look at, as ids or a table indexed by them; all where None.

    Returns
    -------
    pandas.DataFrame
        ``rank`` (from 1), ``origin``, ``people``, ``minutes``, ``destination`` (the nearest) and
        ``status``: "ok", "off_network", or "no_time" (no path, or beyond the cutoff). Those
        without a time come first, then the longest minutes; of equals the place with more people.

    Raises
    ------
    IdError
        If an origin has no demand, or the study names an unknown one.
    InputError
        If people are negative or missing.

    Examples
    --------
    >>> ds.worst_served([[12.0], [25.0], [8.0]], demand=[300, 100, 50], n=2)
       rank  origin  people  minutes  destination status
    0     1       1   100.0     25.0            0     ok
    1     2       0   300.0     12.0            0     ok
    """
    count = check_count("n", n)
    table = minutes_of(times)
    people, extra = single_amounts(demand, table.origins, "demand", "origin")
    everywhere = np.ones(len(table.destinations), dtype=bool)
    columns, minutes = _native.nearest_among(table.cells, everywhere)
    rows = table.rows_of(study)
    rows = rows[people[rows] > 0]
    # The last key is the first to decide.
    farthest = np.where(np.isnan(minutes[rows]), np.inf, minutes[rows])
    rows = rows[np.lexsort((-people[rows], -farthest))][:count]
    has_time = np.where(np.isnan(minutes[rows]), "no_time", "ok").astype(object)
    result = pd.DataFrame(
        {
            "rank": np.arange(1, len(rows) + 1),
            "origin": table.origins.take(rows),
            "people": people[rows],
            "minutes": minutes[rows],
            "destination": labels(table.destinations, columns[rows]),
            "status": np.where(table.off_network[rows], "off_network", has_time),
        }
    )
    result.attrs = {**table.attrs, "extra_ids": extra}
    return result


def labels(ids: pd.Index, positions: npt.NDArray[np.int64]) -> pd.api.extensions.ExtensionArray:
    """The ids at some positions, missing where the position is -1."""
    array = pd.Series(ids).array
    if (positions < 0).any() and pd.api.types.is_integer_dtype(array.dtype):
        array = array.astype("Int64")
    return pd.Series(array).array.take(positions, allow_fill=bool((positions < 0).any()))
