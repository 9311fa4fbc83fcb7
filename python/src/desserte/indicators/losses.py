"""Which site would be missed most, and who is nearer to the neighbours?

:func:`criticality` closes each site in turn. :func:`closer_outside` asks whether a
perimeter follows the times: who has a site of others nearer than any of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte import _native
from desserte._checks import check_choice, check_limits
from desserte._lazy import np, pd
from desserte.errors import InputError
from desserte.indicators._aligned import Amounts, Minutes, minutes_of, single_amounts
from desserte.indicators.summary import labels
from desserte.times import positions

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["closer_outside", "criticality"]


def criticality(
    times: Minutes,
    *,
    demand: Amounts,
    remove: Literal["destinations"] = "destinations",
    minutes: float = 20,
) -> pd.DataFrame:
    """Removes each destination in turn, and says who loses what.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    demand
        People by origin.
    remove
        What is removed: "destinations", one at a time.
    minutes
        The limit of a choice, inclusive.

    Returns
    -------
    pandas.DataFrame
        A row a destination, the most missed first: ``destination``, ``people`` (whose nearest it
        is), ``person_minutes`` (that they would travel longer, each way, those who have another),
        ``last_choice`` (people who have no other within the limit), ``without_time`` (people
        who have no time to any other), ``rank_minutes`` (by ``without_time``, then
        ``person_minutes``) and ``rank_last_choice``; equals have the same rank.

    Raises
    ------
    IdError
        If an origin has no demand.
    InputError
        If people are negative or missing, or the limit is beyond the cutoff of the times.

    References
    ----------
    Church, R. L., Scaparra, M. P. and Middleton, R. S. (2004). Identifying critical
    infrastructure: the median and covering facility interdiction problems. *Annals of the
    Association of American Geographers* 94(3), 491-502. Here one site is removed at a time.

    Examples
    --------
    100 people have the second doctor 13 minutes farther, and beyond 20 minutes.

    >>> table = ds.criticality([[12.0, 25.0], [30.0, 5.0]], demand=[100, 40], minutes=20)
    >>> table[["destination", "people", "person_minutes", "last_choice"]].values.tolist()
    [[0.0, 100.0, 1300.0, 100.0], [1.0, 40.0, 1000.0, 40.0]]
    """
    check_choice("remove", remove, ("destinations",))
    table = minutes_of(times)
    (limit,) = check_limits([minutes])
    table.refuse_beyond("minutes", limit)
    people, extra = single_amounts(demand, table.origins, "demand", "origin")
    nearest, longer, last, stranded = _native.criticality(table.cells, people, limit)
    result = pd.DataFrame(
        {
            "destination": table.destinations,
            "people": nearest,
            "person_minutes": longer,
            "last_choice": last,
            "without_time": stranded,
        }
    )
    # Who has no time any more loses more than any minutes.
    order = np.lexsort((-longer, -stranded))
    result["rank_minutes"] = _ranks(list(zip(-stranded, -longer, strict=True)))
    result["rank_last_choice"] = _ranks(list(-last))
    result = result.iloc[order].reset_index(drop=True)
    result.attrs = {**table.attrs, "minutes": limit, "extra_ids": extra}
    return result


def closer_outside(times: Minutes, *, inside: Iterable[Any], demand: Amounts) -> pd.DataFrame:
    """Finds the places of a perimeter that have a site outside it nearer than any of its own.

    Parameters
    ----------
    times
        Times from the communes of the perimeter (``times.select(origins=...)``) to the sites or
        poles inside and around it; or an array of minutes.
    inside
        Ids of the destinations that belong to the perimeter.
    demand
        People by origin.

    Returns
    -------
    pandas.DataFrame
        A row an origin that is nearer to the outside, most people first: ``origin``, ``people``,
        ``inside`` and ``outside`` (the nearest destination of each; missing where no time leads
        to one), ``minutes_inside`` (``NaN`` where there is none), ``minutes_outside`` and
        ``nearer_by`` (minutes; ``NaN`` likewise). ``attrs`` has ``people`` of all origins,
        ``people_closer_outside``, and ``people_without_time`` to either.

    Raises
    ------
    IdError
        If an id of ``inside`` is unknown or repeated, or an origin has no demand.
    InputError
        If all destinations are inside or none is, or people are negative or missing.

    Examples
    --------
    >>> table = ds.closer_outside([[12, 9], [5, 20]], inside=[0], demand=[300, 100])
    >>> table[["origin", "people", "minutes_inside", "minutes_outside"]].values.tolist()
    [[0.0, 300.0, 12.0, 9.0]]
    """
    table = minutes_of(times)
    is_inside = np.zeros(len(table.destinations), dtype=bool)
    is_inside[positions(table.destinations, inside, "inside destination")] = True
    if is_inside.all() or not is_inside.any():
        many = "all" if len(is_inside) and is_inside.all() else "none"
        raise InputError(f"inside names {many} of the destinations; there is nothing to compare")
    people, extra = single_amounts(demand, table.origins, "demand", "origin")
    own, own_minutes = _native.nearest_among(table.cells, is_inside)
    other, other_minutes = _native.nearest_among(table.cells, ~is_inside)
    closer = (other_minutes < own_minutes) | ((other >= 0) & (own < 0))
    rows = np.flatnonzero(closer)
    rows = rows[np.argsort(-people[rows], kind="stable")]
    result = pd.DataFrame(
        {
            "origin": table.origins.take(rows),
            "people": people[rows],
            "inside": labels(table.destinations, own[rows]),
            "minutes_inside": own_minutes[rows],
            "outside": labels(table.destinations, other[rows]),
            "minutes_outside": other_minutes[rows],
            "nearer_by": own_minutes[rows] - other_minutes[rows],
        }
    )
    result.attrs = {
        **table.attrs,
        "people": float(people.sum()),
        "people_closer_outside": float(people[rows].sum()),
        "people_without_time": float(people[(own < 0) & (other < 0)].sum()),
        "extra_ids": extra,
    }
    return result


def _ranks(keys: list[Any]) -> list[int]:
    """The place of each key among all, from 1; equals share theirs."""
    first: dict[Any, int] = {}
    for place, key in enumerate(sorted(keys), start=1):
        first.setdefault(key, place)
    return [first[key] for key in keys]
