"""What does the next site still bring?

The best of one site, of two, of three: each a plan of its own, since the best pair need not
hold the best single site.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice, check_count
from desserte._lazy import np, pd
from desserte.siting._question import asked
from desserte.siting._search import answer
from desserte.siting.plans import Plan, plan_of
from desserte.siting.sites import effort_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.indicators._aligned import Amounts, Minutes
    from desserte.sparse import SparseTravelTimes
    from desserte.times import TravelTimes

__all__ = ["frontier"]

_GOALS = ("min_mean_time", "max_coverage", "min_worst_time", "backup_coverage")


def frontier(
    times: Minutes,
    *,
    goal: Literal["min_mean_time", "max_coverage", "min_worst_time", "backup_coverage"],
    up_to: int,
    demand: Amounts | None,
    minutes: float | None = None,
    existing: TravelTimes | SparseTravelTimes | Iterable[Any] | None = None,
) -> pd.DataFrame:
    """Chooses one new site, two, and so on, and says what each more brings.

    Parameters
    ----------
    times, goal, demand, minutes, existing
        As for :func:`site`.
    up_to
        The most sites to open.

    Returns
    -------
    pandas.DataFrame
        A row a number of sites: ``new_sites``, ``objective``, ``gain`` (what it is better by than
        with one site fewer, the first than with the existing ones alone; ``NaN`` where these
        have no figure), ``share`` (of all people; of coverages only), ``bound``, ``gap``,
        ``status`` and ``chosen``, a list of ids. ``attrs`` has ``value_before`` and
        ``objective_unit``.

    Raises
    ------
    InputError
        As for :func:`site`; "cover_all" has no frontier.

    Examples
    --------
    The second site adds less than the first.

    >>> times = [[5, 40, 30], [40, 9, 30], [40, 14, 8]]
    >>> table = ds.frontier(
    ...     times, goal="max_coverage", up_to=2, demand=[100, 300, 200], minutes=15
    ... )
    >>> table[["new_sites", "objective", "gain"]].values.tolist()
    [[1.0, 500.0, 500.0], [2.0, 600.0, 100.0]]
    """
    check_choice("goal", goal, _GOALS)
    most = check_count("up_to", up_to)
    question = asked(
        times,
        goal=goal,
        new_sites=most,
        minutes=minutes,
        demand=demand,
        existing=existing,
        required=(),
        forbidden=(),
        capacity=None,
        unserved_minutes=None,
        decay=None,
        called="up_to",
    )
    effort = effort_of(0, None, exact="auto")
    plans: list[Plan] = []
    warm: list[int] = []
    for count in range(1, most + 1):
        of_count = replace(question, new_sites=count)
        found = answer(of_count, effort, warm=warm)
        plans.append(plan_of(of_count, found, effort))
        warm = found.chosen
    table = pd.DataFrame(
        {
            "new_sites": range(1, most + 1),
            "objective": [plan.objective for plan in plans],
            "bound": [plan.bound for plan in plans],
            "gap": [plan.gap for plan in plans],
            "status": [plan.status for plan in plans],
            "chosen": [plan.chosen for plan in plans],
        }
    )
    before = plans[0].value_before
    gains = np.diff(table["objective"].to_numpy(), prepend=before)
    is_gain = goal in ("max_coverage", "backup_coverage")
    table.insert(2, "gain", gains if is_gain else -gains)
    if is_gain:
        table.insert(3, "share", table["objective"] / question.people.sum())
    table.attrs = {**plans[0].attrs, "value_before": before}
    table.attrs |= {"objective_unit": plans[0].objective_unit, "new_sites": most}
    return table
