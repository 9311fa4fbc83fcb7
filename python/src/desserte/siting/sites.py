"""Which sites should be opened, of those that could be?

:func:`site` states the question, has the engine choose, and the solver decide what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import numbers
from desserte._lazy import np
from desserte.errors import InputError
from desserte.siting._question import asked
from desserte.siting._search import Effort, answer
from desserte.siting.plans import Plan, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.decay import Decay
    from desserte.indicators._aligned import Amounts, Minutes
    from desserte.sparse import SparseTravelTimes
    from desserte.times import TravelTimes

__all__ = ["effort_of", "site"]


def site(
    times: Minutes,
    *,
    goal: Literal[
        "min_mean_time", "max_coverage", "cover_all", "min_worst_time", "backup_coverage"
    ],
    new_sites: int | None = None,
    minutes: float | None = None,
    demand: Amounts | None = None,
    existing: TravelTimes | SparseTravelTimes | Iterable[Any] | None = None,
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    capacity: Amounts | None = None,
    unserved_minutes: float | None = None,
    decay: Decay | None = None,
    seed: int = 0,
    seconds: float | None = None,
    exact: bool | Literal["auto"] = "auto",
) -> Plan:
    """Chooses new sites, and says how much better any other choice can be at most.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where there is
        none. Origins are where people live, columns are candidate sites.
    goal
        "min_mean_time": all people together travel least (p-median). "max_coverage": most people
        have a site within ``minutes`` (MCLP). "backup_coverage": most people have two.
        "cover_all": everybody whom a site could serve has one within ``minutes``, with as few new
        sites as will do (LSCP). "min_worst_time": the longest trip is shortest (p-centre).
    new_sites
        How many are opened, required ones included, existing ones not. With "cover_all" the most
        that may be; as many as it takes where None.
    minutes
        The limit, inclusive. With "min_mean_time" everybody whom a site could serve within it must
        be; needed by the coverages, unknown to "min_worst_time".
    demand
        People by origin; each origin counts once where None. An origin without people asks
        for nothing.
    existing
        Sites that are open and stay so: a TravelTimes from the same origins, or ids of columns.
    required, forbidden
        Ids of columns that must be opened, and that must not.
    capacity
        The most people each site can serve, existing ones too, for "max_coverage" and
        "cover_all"; people of an origin may be shared among sites.
    unserved_minutes
        What it costs not to be served, with "min_mean_time": the cutoff of the times where None.
    decay
        With "max_coverage", in the place of ``minutes``: the part of the people that counts as
        covered, by the time to the nearest site (``ds.decay.linear(20)``).
    seed
        What random beginnings follow from. The same question and seed give the same plan, unless
        time runs out; of equal choices the one with the first candidates.
    seconds
        The best that is found by then is the plan. Ctrl-C likewise gives the best so far.
    exact
        "auto": the solver (HiGHS) decides what the engine leaves open where that is small, for at
        most ten seconds. True: always, until it is decided. False: never.

    Returns
    -------
    Plan
        ``chosen``, ``objective`` and ``bound``, ``status``, ``value_before``, tables and a
        ``sentence()``. An origin that no candidate can serve leaves the objective and is in
        ``uncovered``; it stays in the people that shares are of.

    Raises
    ------
    IdError
        If a site is unknown or named twice, or an origin has no demand.
    InputError
        If what is asked cannot be: more sites than candidates, a site both required and
        forbidden, no people, no limit for a goal that needs one, a limit beyond the cutoff of the
        times, capacities that cannot hold those who must be served.

    Examples
    --------
    Three villages, two sites. The second is near the two larger villages.

    >>> times = [[5, 12], [30, 9], [40, 14]]
    >>> plan = ds.site(times, goal="min_mean_time", new_sites=1, demand=[100, 300, 200])
    >>> plan.chosen, round(plan.objective, 2), plan.status
    ([1], 11.17, 'optimal')
    """
    question = asked(
        times,
        goal=goal,
        new_sites=new_sites,
        minutes=minutes,
        demand=demand,
        existing=existing,
        required=required,
        forbidden=forbidden,
        capacity=capacity,
        unserved_minutes=unserved_minutes,
        decay=decay,
    )
    effort = effort_of(seed, seconds, exact=exact)
    return plan_of(question, answer(question, effort), effort)


def effort_of(seed: int, seconds: float | None, *, exact: bool | Literal["auto"]) -> Effort:
    """How hard to look, checked."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise InputError(f"seed is a whole number, got {seed!r}")
    if not (isinstance(exact, bool) or exact == "auto"):
        raise InputError(f'exact is True, False or "auto", got {exact!r}')
    if seconds is not None:
        (number,) = numbers([seconds])
        if not (np.isfinite(number) and number > 0):
            raise InputError(f"seconds is a number above 0, got {seconds!r}")
    return Effort.now(int(seed), seconds, exact=exact)
