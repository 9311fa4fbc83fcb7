"""How far is the nearest care, how many choices are there, and for how many people?

Counts that need no model: the time to the nearest or the next, the number of
sites within a limit (0, 1, 2 or more: fragility), and the people within the limits
by which care is planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from desserte import _native
from desserte._checks import check_count, check_limits
from desserte._lazy import np, pd
from desserte.indicators._aligned import Amounts, Minutes, Study, amounts, minutes_of
from desserte.indicators._weighted import by_population, populations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.indicators._aligned import MinuteTable

__all__ = ["choices", "coverage", "fragility", "time_to_nearest"]


def time_to_nearest(times: Minutes, *, k: int = 1) -> pd.Series:
    """The minutes from each origin to the nearest destination, or to the k-th.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    k
        1 for the nearest, 2 for the next: what is left if the nearest closes.

    Returns
    -------
    pandas.Series
        ``minutes``, float32, indexed by origin; ``NaN`` where fewer than ``k``
        destinations have a time.

    Raises
    ------
    InputError
        If ``k`` is no whole number of 1 or more, or a time is negative or infinite.

    Examples
    --------
    >>> minutes = [[12, 18], [5, float("nan")]]
    >>> ds.time_to_nearest(minutes).tolist(), ds.time_to_nearest(minutes, k=2).tolist()
    ([12.0, 5.0], [18.0, nan])
    """
    table = minutes_of(times)
    nearest = _native.time_to_nearest(table.cells, check_count("k", k))
    return _series(nearest, table, "minutes", {"k": k})


def choices(times: Minutes, *, minutes: float = 20) -> pd.Series:
    """How many destinations each origin has within some minutes.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    minutes
        The limit, inclusive.

    Returns
    -------
    pandas.Series
        ``choices``, whole numbers indexed by origin. 0 for an origin off the network
        too; ``attrs["off_network"]`` counts those.

    Raises
    ------
    InputError
        If the limit is no time, or beyond the cutoff of the times.

    References
    ----------
    Hogan, K. and ReVelle, C. (1986). Concepts and applications of backup coverage.
    *Management Science* 32(11), 1434-1444.

    Examples
    --------
    A village that depends on one doctor, and one that has the choice.

    >>> ds.choices([[12, 25], [5, 20]], minutes=20).tolist()
    [1, 2]
    """
    table = minutes_of(times)
    (limit,) = check_limits([minutes])
    table.refuse_beyond("minutes", limit)
    counts = _native.choices(table.cells, limit).astype("int64")
    return _series(counts, table, "choices", {"minutes": limit})


def coverage(
    times: Minutes,
    *,
    demand: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    minutes: float | Iterable[float] = (10, 15, 20, 30),
    study: Study | None = None,
) -> pd.DataFrame:
    """Counts the people who have a destination within some minutes.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    demand
        People: a Series by origin, or a DataFrame with a column an age band; an
        array is in the order of the origins.
    minutes
        One limit or several, inclusive.
    study
        The origins to count, as ids or a table indexed by them; all where None.

    Returns
    -------
    pandas.DataFrame
        A row a population and limit: ``population`` (the name of the column),
        ``minutes``, ``covered`` and ``total`` (people), ``share`` (of the total; ``NaN``
        without any), ``off_network`` (people whose place has no street near, who
        stay in the total; of an array, whose row has no time at all).
        ``attrs["extra_ids"]`` counts the ids of ``demand`` that the times do not have.

    Raises
    ------
    IdError
        If an origin has no demand, or the study names an unknown one.
    InputError
        If people are negative or missing, or a limit is beyond the cutoff of the times.

    References
    ----------
    Church, R. and ReVelle, C. (1974). The maximal covering location problem. *Papers of the
    Regional Science Association* 32, 101-118: who is covered is who has a site within a limit.

    Examples
    --------
    Two villages of 300 and 100 people; the second has no road.

    >>> people = pd.Series([300, 100], name="all")
    >>> table = ds.coverage([[12.0], [float("nan")]], demand=people, minutes=[10, 15])
    >>> table[["minutes", "covered", "share", "off_network"]].values.tolist()
    [[10.0, 0.0, 0.0, 100.0], [15.0, 300.0, 0.75, 100.0]]
    """
    table = minutes_of(times)
    limits = check_limits(minutes)
    table.refuse_beyond("minutes", limits[-1])
    people, extra = amounts(demand, table.origins, "demand", "origin")
    names = populations(demand, people.shape)
    groups = np.zeros((len(people), len(names)))
    rows = table.rows_of(study)
    # Who is not of the study counts as nobody.
    groups[rows] = people.reshape(groups.shape)[rows]
    covered = _native.coverage(table.cells, groups, limits).reshape(len(limits), len(names))
    total, off = groups.sum(axis=0), groups[table.off_network].sum(axis=0)
    result = pd.DataFrame(
        {
            "population": np.repeat(np.array(names, dtype=object), len(limits)),
            "minutes": np.tile(limits, len(names)),
            "covered": covered.T.ravel(),
            "total": np.repeat(total, len(limits)),
        }
    )
    result["share"] = (result["covered"] / result["total"]).where(result["total"] > 0)
    result["off_network"] = np.repeat(off, len(limits))
    result.attrs = {**table.attrs, "extra_ids": extra, "study_origins": len(rows)}
    return result


def fragility(
    times: Minutes,
    *,
    demand: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    minutes: float = 20,
    study: Study | None = None,
) -> pd.DataFrame:
    """Counts the people who have none, one, or several destinations within some minutes.

    Who has one depends on it: a doctor who leaves is their last.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    demand
        People: a Series by origin, or a DataFrame with a column an age band; an
        array is in the order of the origins.
    minutes
        The limit, inclusive.
    study
        The origins to count, as ids or a table indexed by them; all where None.

    Returns
    -------
    pandas.DataFrame
        A row a population: ``population``, ``minutes``, ``total``, ``none``, ``one`` and
        ``several`` (people who have 0, 1, 2 or more), ``off_network`` (people whose place has no
        street near; of an array, whose row has no time at all), which add up to the total, and
        ``share_one`` (of the total; ``NaN`` without any).

    Raises
    ------
    IdError
        If an origin has no demand, or the study names an unknown one.
    InputError
        If people are negative or missing, or the limit is beyond the cutoff of the times.

    References
    ----------
    Hogan, K. and ReVelle, C. (1986). Concepts and applications of backup coverage.
    *Management Science* 32(11), 1434-1444.

    Examples
    --------
    A village that depends on one doctor, and one that has the choice.

    >>> table = ds.fragility([[12, 25], [5, 20]], demand=[300, 100], minutes=20)
    >>> table[["none", "one", "several", "share_one"]].values.tolist()
    [[0.0, 300.0, 100.0, 0.75]]
    """
    table = minutes_of(times)
    (limit,) = check_limits([minutes])
    table.refuse_beyond("minutes", limit)
    people, extra = amounts(demand, table.origins, "demand", "origin")
    rows = table.rows_of(study)
    counts, off = _native.choices(table.cells, limit)[rows], table.off_network[rows]
    kinds = {
        "none": (counts == 0) & ~off,
        "one": counts == 1,
        "several": counts > 1,
        "off_network": off,
    }
    result = pd.DataFrame(
        {
            "population": name,
            "minutes": limit,
            "total": group[rows].sum(),
            **{kind: group[rows][is_kind].sum() for kind, is_kind in kinds.items()},
        }
        for name, group in by_population(demand, people)
    )
    result["share_one"] = (result["one"] / result["total"]).where(result["total"] > 0)
    result.attrs = {**table.attrs, "extra_ids": extra, "study_origins": len(rows)}
    return result


def _series(values: object, table: MinuteTable, name: str, about: dict[str, object]) -> pd.Series:
    result = pd.Series(values, index=table.origins, name=name)
    result.attrs = {**table.attrs, **about, "off_network": int(table.off_network.sum())}
    return result
