"""Does a choice hold in winter, at peak hours, with slower roads?

Each scenario is a table of times. The best sites are chosen for each of them, and a choice is
weighed in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import some
from desserte._lazy import pd
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import minutes_of
from desserte.siting.sites import site

if TYPE_CHECKING:
    from desserte.indicators._aligned import Amounts, Minutes
    from desserte.siting.plans import Plan

__all__ = ["robustness"]


def robustness(
    scenarios: Mapping[Any, Minutes],
    *,
    goal: Literal[
        "min_mean_time", "max_coverage", "cover_all", "min_worst_time", "backup_coverage"
    ],
    new_sites: int,
    minutes: float | None = None,
    demand: Amounts | None = None,
    existing: Iterable[Any] | None = None,
    required: Iterable[Any] = (),
    forbidden: Iterable[Any] = (),
    chosen: Iterable[Any] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Counts the scenarios in which each site is among the best.

    Parameters
    ----------
    scenarios
        Travel times by the name of the scenario, of the same origins and the same sites.
    goal, new_sites, minutes, demand, required, forbidden, seed
        As for :func:`site`, for every scenario.
    existing
        Ids of columns that are open in all of them.
    chosen
        The choice to weigh, ids of columns; the best of the first scenario where None.

    Returns
    -------
    pandas.DataFrame
        A row a site that is chosen or is best somewhere, the most frequent first: ``site``,
        ``scenarios`` (in which it is among the best) and ``share`` of them, ``is_chosen``.
        ``attrs["scenarios"]`` is a table by scenario: ``best`` (the objective of its own best
        sites), ``chosen`` (that of the choice there) and ``sites``. Where several sets are as
        good, the first counts.

    Raises
    ------
    IdError
        If the scenarios differ in their origins or sites.
    InputError
        As for :func:`site`, or if there is no scenario, or nothing to weigh.

    Examples
    --------
    The pass to the first site is closed in winter.

    >>> summer, winter = [[5, 12], [9, 30]], [[5, 12], [45, 30]]
    >>> table = ds.robustness(
    ...     {"summer": summer, "winter": winter}, goal="min_mean_time", new_sites=1
    ... )
    >>> table[["site", "share", "is_chosen"]].values.tolist()
    [[0, 0.5, True], [1, 0.5, False]]
    """
    if not isinstance(scenarios, Mapping) or not scenarios:
        raise InputError('scenarios is times by name, as in {"summer": times, "winter": others}')
    asked: dict[str, Any] = {
        "goal": goal,
        "new_sites": new_sites,
        "minutes": minutes,
        "demand": demand,
        "existing": existing,
        "forbidden": forbidden,
        "seed": seed,
    }
    _refuse_strangers(scenarios)
    best = {name: site(times, required=required, **asked) for name, times in scenarios.items()}
    ours = next(iter(best.values())).chosen if chosen is None else list(chosen)
    if not ours:
        raise InputError(
            f"nothing is chosen that could be weighed: {_nothing(best, chosen)}; "
            "give chosen=, more new_sites, or a wider limit"
        )
    asked["new_sites"] = len(ours)
    held = {name: site(times, required=ours, **asked) for name, times in scenarios.items()}
    counts: dict[Any, int] = dict.fromkeys(ours, 0)
    for plan in best.values():
        for one in plan.chosen:
            counts[one] = counts.get(one, 0) + 1
    table = pd.DataFrame({"site": list(counts), "scenarios": list(counts.values())})
    table["share"] = table["scenarios"] / len(best)
    table["is_chosen"] = [one in set(ours) for one in counts]
    table = table.sort_values("scenarios", ascending=False, kind="stable").reset_index(drop=True)
    table.attrs = {"goal": goal, "scenarios": _by_scenario(best, held)}
    return table


def _refuse_strangers(scenarios: Mapping[Any, Minutes]) -> None:
    """Refuses scenarios of other origins or other sites than the first has."""
    tables = {name: minutes_of(times) for name, times in scenarios.items()}
    first = next(iter(tables))
    for name, table in tables.items():
        for side in ("origins", "destinations"):
            ids, known = getattr(table, side), getattr(tables[first], side)
            strangers = ids.symmetric_difference(known, sort=False)
            if len(strangers):
                raise IdError(
                    f"scenarios {first!r} and {name!r} differ in "
                    f"{some(strangers.tolist(), side.removesuffix('s'))}; give both the same"
                )


def _nothing(best: dict[Any, Plan], chosen: Iterable[Any] | None) -> str:
    if chosen is not None:
        return "chosen is empty"
    name, plan = next(iter(best.items()))
    return f"in scenario {name!r}, the plan is {plan.status}"


def _by_scenario(best: dict[Any, Plan], held: dict[Any, Plan]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "best": [plan.objective for plan in best.values()],
            "chosen": [plan.objective for plan in held.values()],
            "sites": [plan.chosen for plan in best.values()],
        },
        index=pd.Index(list(best), name="scenario"),
    )
