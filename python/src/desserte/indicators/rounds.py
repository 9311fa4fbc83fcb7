"""From where is it least travel to visit people at home, and in which order?

:func:`best_base` adds up the trips of a year, each there and back. :func:`tour` puts the
stops of one round in the order that takes least time; of so few stops every order is
weighed, by the shortest way to have been at each set of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from desserte._checks import numbers, some
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import (
    Amounts,
    Minutes,
    amounts,
    minutes_of,
    refuse_sparse,
    single_amounts,
)
from desserte.times import TravelTimes, positions

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    _Numbers = npt.NDArray[np.float64]

__all__ = ["best_base", "tour"]

MOST_STOPS = 15
_MINUTES_IN_AN_HOUR = 60


def best_base(times: TravelTimes | npt.ArrayLike, *, visits: Amounts) -> pd.DataFrame:
    """Adds up the hours and kilometres of home visits from each possible base.

    Every visit is a trip of its own, there and back. Where a commune is one point, visits
    within the commune of the base cost nothing, which favours the most populous: give hamlets
    or cells as destinations, with the visits spread over them (:func:`desserte.spread`).

    Parameters
    ----------
    times
        Travel times with ``direction="both"`` from the bases to the places visited, with
        ``kilometres=True`` where those are wanted; or an array of minutes there and back.
    visits
        Visits a year by destination.

    Returns
    -------
    pandas.DataFrame
        A row a base, the best first: ``base``, ``hours`` and ``kilometres`` a year (``NaN`` where
        the times have none), ``mean_minutes`` and ``longest_minutes`` of a trip there and back,
        ``visits`` made and ``visits_unreached``. Bases that reach fewer visits come last.

    Raises
    ------
    IdError
        If a destination has no visits.
    InputError
        If the times are of one way, or sparse, or visits are negative or missing.

    Examples
    --------
    Two bases and two hamlets, of 300 and 111 visits.

    >>> table = ds.best_base([[20, 60], [50, 10]], visits=[300, 111])
    >>> table[["base", "hours"]].values.tolist()
    [[0.0, 211.0], [1.0, 268.5]]
    """
    refuse_sparse(times)
    if isinstance(times, TravelTimes) and times.direction != "both":
        raise InputError(
            f'times goes one way, direction="{times.direction}"; ask for them with direction="both"'
        )
    table = minutes_of(times)
    count, extra = single_amounts(visits, table.destinations, "visits", "destination")
    minutes = np.asarray(table.cells, dtype="float64")
    reached = ~np.isnan(minutes) & (count > 0)
    travelled = np.where(reached, minutes, 0.0) @ count
    made = reached @ count
    lengths = getattr(times, "kilometres", None)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = travelled / made
    result = pd.DataFrame(
        {
            "base": table.origins,
            "hours": travelled / _MINUTES_IN_AN_HOUR,
            "kilometres": np.nan if lengths is None else np.where(reached, lengths, 0.0) @ count,
            "mean_minutes": average,
            "longest_minutes": np.where(reached, minutes, -np.inf).max(axis=1, initial=-np.inf),
            "visits": made,
            "visits_unreached": count.sum() - made,
        }
    )
    result["longest_minutes"] = result["longest_minutes"].where(made > 0)
    result = result.sort_values(["visits_unreached", "hours"], kind="stable", ignore_index=True)
    result.attrs = {**table.attrs, "extra_ids": extra}
    return result


def tour(
    times: Minutes,
    *,
    start: Any,
    stops: Iterable[Any] | None = None,
    service_minutes: float | pd.Series = 0,
) -> pd.DataFrame:
    """Orders the stops of a round so that it takes the least time.

    Parameters
    ----------
    times
        Times between all of the places, each of them an origin and a destination: those of
        ``direction="from"``, dense, with ``kilometres=True`` where those are wanted; or a square
        array.
    start
        The id of the place where the round begins and ends.
    stops
        Ids of 1 to 15 places to visit; all others where None.
    service_minutes
        Minutes spent at each stop: a number, or a Series by id.

    Returns
    -------
    pandas.DataFrame
        A row a stop in their order, then the way back: ``stop``, ``travel_minutes`` (from the one
        before), ``kilometres`` (likewise; ``NaN`` where the times have none), ``arrives``,
        ``service_minutes`` and ``leaves``, in minutes since the start. ``attrs`` are those of the
        times, with ``travel_minutes``, ``total_minutes`` and ``kilometres``. No other order takes
        less travel; of equals it is always the same one.

    Raises
    ------
    IdError
        If a place is unknown, or a stop comes twice or has no service time.
    InputError
        If there is no stop or more than 15, the times are not of this form, or no order
        leads to all stops and back.

    Complexity
    ----------
    n² 2ⁿ for n stops: a second for 15.

    References
    ----------
    Held, M. and Karp, R. M. (1962). A dynamic programming approach to sequencing
    problems. *Journal of SIAM* 10(1), 196-210.

    Examples
    --------
    A one-way valley: up by the second hamlet, down by the first.

    >>> table = ds.tour([[0, 20, 5], [5, 0, 20], [20, 5, 0]], start=0, service_minutes=30)
    >>> table["stop"].tolist(), table.attrs["total_minutes"]
    ([2, 1, 0], 75.0)
    """
    ids, (rows, columns) = _places(times, start, stops)
    minutes, kilometres = _between(times, rows, columns)
    stay = _stays(service_minutes, ids[1:])
    order = _quickest(minutes, ids)
    at = [0, *order, 0]
    legs = list(itertools.pairwise(at))
    travel = np.array([minutes[leg] for leg in legs])
    driven = np.array([kilometres[leg] for leg in legs])
    service = np.append(stay[np.array(order) - 1], 0.0)
    leaves = np.cumsum(travel + service)
    result = pd.DataFrame(
        {
            "stop": ids.take(at[1:]),
            "travel_minutes": travel,
            "kilometres": driven,
            "arrives": leaves - service,
            "service_minutes": service,
            "leaves": leaves,
        }
    )
    result.attrs = {
        **(times.attrs if isinstance(times, TravelTimes) else {}),
        "travel_minutes": float(travel.sum()),
        "total_minutes": float(leaves[-1]),
        "kilometres": float(driven.sum()),
    }
    return result


def _places(times: Any, start: Any, stops: Any) -> tuple[pd.Index, tuple[Any, Any]]:
    """The start and the stops, and which rows and columns are theirs."""
    refuse_sparse(times)
    if isinstance(times, TravelTimes) and times.direction != "from":
        raise InputError(f'a round needs direction="from", got times of "{times.direction}"')
    table = minutes_of(times)
    if not isinstance(start, Hashable):
        raise InputError(f"start is the id of one place, got {start!r}")
    first = positions(table.origins, [start], "start")
    if stops is None:
        others = np.delete(np.arange(len(table.origins)), first)
    else:
        others = positions(table.origins, stops, "stop")
    if not 1 <= len(others) <= MOST_STOPS:
        raise InputError(f"a round has 1 to {MOST_STOPS} stops, got {len(others)}; name them")
    if first[0] in others:
        raise IdError(f"the start {start!r} is among the stops; leave it out")
    rows = np.concatenate([first, others])
    ids = table.origins.take(rows)
    columns = positions(table.destinations, ids, "destination")
    return ids, (rows, columns)


def _between(times: Any, rows: Any, columns: Any) -> tuple[_Numbers, _Numbers]:
    """The minutes, infinite where there are none, and the kilometres between some places."""
    cells = np.ix_(rows, columns)
    minutes = np.asarray(minutes_of(times).cells, dtype="float64")[cells]
    lengths = getattr(times, "kilometres", None)
    kilometres = np.full(minutes.shape, np.nan) if lengths is None else lengths[cells]
    return np.where(np.isnan(minutes), np.inf, minutes), kilometres.astype("float64")


def _stays(service: Any, stops: pd.Index) -> npt.NDArray[np.float64]:
    if isinstance(service, pd.Series):
        return amounts(service, stops, "service_minutes", "stop")[0]
    (value,) = numbers([service])
    if not 0 <= value < np.inf:
        raise InputError(f"service_minutes is a number, 0 or more, or a Series, got {service!r}")
    return np.full(len(stops), value)


def _quickest(minutes: npt.NDArray[np.float64], ids: pd.Index) -> list[int]:
    """The order of the stops, from 1, of the quickest round from 0."""
    n = len(minutes) - 1
    between, out, home = minutes[1:, 1:], minutes[0, 1:], minutes[1:, 0]
    # The least travel to have been at each set of stops, by the last of them.
    least = np.full((1 << n, n), np.inf)
    came_from = np.zeros((1 << n, n), dtype="int8")
    bits = 1 << np.arange(n)
    least[bits, np.arange(n)] = out
    for been in range(1, 1 << n):
        next_ones = np.flatnonzero((been & bits) == 0)
        by_last = least[been][:, None] + between[:, next_ones]
        last = by_last.argmin(axis=0)
        reached = been | bits[next_ones]
        least[reached, next_ones] = by_last[last, np.arange(len(next_ones))]
        came_from[reached, next_ones] = last
    been, ends = (1 << n) - 1, least[-1] + home
    at = int(ends.argmin())
    if np.isinf(ends[at]):
        off = np.flatnonzero(np.isinf(out) & np.isinf(between + _nowhere(n)).all(axis=0)) + 1
        what = some(ids[off].tolist(), "stop") if len(off) else "all stops"
        raise InputError(f"no order of the stops leads to {what} and back: there are no times")
    order = []
    while been:
        order.append(at + 1)
        been, at = been & ~int(bits[at]), int(came_from[been, at])
    return order[::-1]


def _nowhere(n: int) -> npt.NDArray[np.float64]:
    """Infinite from a place to itself, else nothing."""
    return np.where(np.eye(n, dtype=bool), np.inf, 0.0)
