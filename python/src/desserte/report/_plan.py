"""What if so many sites opened where they bring most?

The plan, the curve of the n-th site, and the other numbers of sites as scenarios: the parts of a
report that follow from one choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte.siting import frontier, site

if TYPE_CHECKING:
    from desserte._lazy import pd
    from desserte.siting import Plan
    from desserte.times import TravelTimes

__all__ = ["Planned", "planned"]

_MORE = 2
"""The curve goes so many sites beyond the choice; the scenarios one."""


class Planned(NamedTuple):
    """What :func:`desserte.report` takes under these names."""

    after: TravelTimes
    plan: Plan
    frontier: pd.DataFrame
    scenarios: dict[str, TravelTimes]


def planned(
    before: TravelTimes,
    candidates: TravelTimes,
    *,
    study: list[Any],
    people: pd.Series,
    new_sites: int,
    minutes: float,
) -> Planned:
    """Opens the candidates that bring most people of the study within some minutes."""
    asked: dict[str, Any] = {
        "goal": "max_coverage",
        "minutes": minutes,
        "demand": people,
        "existing": before.select(origins=study),
    }
    near = candidates.select(origins=study)
    plan = site(near, new_sites=new_sites, **asked)
    most = min(new_sites + _MORE, len(near.destinations))
    curve = frontier(near, up_to=most, **asked)

    def opening(sites: list[Any]) -> TravelTimes:
        return before.join(candidates.select(destinations=sites))

    names = _names(candidates)
    scenarios = {
        ", ".join(names[one] for one in sites): opening(sites)
        for sites in curve["chosen"].iloc[: new_sites + 1]
        if sites != plan.chosen
    }
    return Planned(opening(plan.chosen), plan, curve, scenarios)


def _names(times: TravelTimes) -> dict[Any, str]:
    """What each site is called: its name, or its id."""
    snaps = times.snaps.destinations
    names = snaps["name"] if "name" in snaps.columns else [None] * len(snaps)
    found = zip(times.destinations, names, strict=True)
    return {one: name if isinstance(name, str) else str(one) for one, name in found}
