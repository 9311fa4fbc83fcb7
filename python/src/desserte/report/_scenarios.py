"""Which of the scenarios brings most, and what does one site more still bring?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte.indicators import compare, coverage, minutes_summary, time_to_nearest

if TYPE_CHECKING:
    from desserte.report._asked import Asked
    from desserte.report._say import Say

__all__ = ["Curve", "Scenario", "curve_of", "scenarios"]


class Scenario(NamedTuple):
    """A line of the comparison."""

    name: str
    covered: str
    gain: str
    mean: str
    change: str
    places: str


class Curve(NamedTuple):
    """What each site more brings: the lines of its table."""

    rows: list[tuple[str, str, str, str]]


def scenarios(asked: Asked, say: Say) -> list[Scenario]:
    """Each scenario beside what there is, the one of the page first."""
    sides: dict[str, Any] = {}
    if asked.after is not None:
        sides[say("scenario_ours")] = asked.after
    sides |= asked.scenarios
    if not asked.scenarios:
        return []
    demand = asked.demand[asked.key]
    first = _figures(asked, asked.before)
    lines = [
        Scenario(say("scenario_before"), say.people(first[0]), "", say.minutes(first[1]), "", "")
    ]
    for name, times in sides.items():
        covered, mean = _figures(asked, times)
        change = compare(
            time_to_nearest(asked.before),
            time_to_nearest(times),
            demand=demand,
            better="lower",
            thresholds=asked.far,
            study=asked.study,
        )
        crossing = change.crossings.iloc[0]
        lines.append(
            Scenario(
                name,
                say.people(covered),
                say.signed(covered - first[0]),
                say.minutes(mean),
                say.signed(mean - first[1]),
                say.signed(int(crossing["places_gaining"]) - int(crossing["places_losing"])),
            )
        )
    return lines


def _figures(asked: Asked, times: Any) -> tuple[float, float]:
    about: dict[str, Any] = {"demand": asked.demand[asked.key], "study": asked.study}
    covered = coverage(times, minutes=asked.near, **about)["covered"].iloc[0]
    return float(covered), float(minutes_summary(times, **about)["mean"].iloc[0])


def curve_of(asked: Asked, say: Say) -> Curve | None:
    """The n-th site, what it adds, and where the sites then are."""
    table = asked.frontier
    if table is None:
        return None
    is_counted = table.attrs.get("objective_unit") in ("people", "origins")
    shown = say.people if is_counted else say.minutes
    names = asked.communes["name"].to_dict()
    rows = [
        (
            str(row.new_sites),
            shown(row.objective),
            say.signed(row.gain),
            ", ".join(str(names.get(one, one)) for one in row.chosen),
        )
        for row in table.itertuples()
    ]
    return Curve(rows)
