"""How many people, how many minutes, before and after?

Every figure is one of the public functions: ``coverage``, ``minutes_summary``, ``fragility``,
``equity``, ``apl``, ``people_under``. Here they are put beside one another and rounded, which is
the last thing done: a difference is that of the figures, not of what is shown of them.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import pd
from desserte.errors import ThresholdWarning
from desserte.indicators import (
    aggregate,
    coverage,
    equity,
    fragility,
    minutes_summary,
    people_under,
    time_to_nearest,
)
from desserte.indicators._edge import MOST_AT_EDGE, MOST_UNSHARED

if TYPE_CHECKING:
    from collections.abc import Callable

    from desserte.report._asked import Asked, Times
    from desserte.report._say import Say

__all__ = [
    "TWO_AND_A_HALF",
    "Access",
    "Figures",
    "Row",
    "Table",
    "access_of",
    "figures",
    "measures",
]

TWO_AND_A_HALF = 2.5
"""Consultations a year under which DREES calls a commune *sous-dense*."""

_BESIDE = 2
"""As many groups of people stand side by side on a sheet of paper."""


class Row(NamedTuple):
    """A line of a table: what it is, and by group of people before, after and the difference."""

    label: str
    cells: list[list[str]]
    is_first: bool = False


class Table(NamedTuple):
    """Some groups of people side by side."""

    groups: list[str]
    rows: list[Row]


class Figures(NamedTuple):
    """What stands on the page, and what the data made doubtful."""

    tables: list[Table]
    access: Table | None
    age: str
    """Of which ages the practitioners of the APL are."""
    is_at_edge: bool


class Access(NamedTuple):
    """The APL of one side: the mean, and who is under 2.5."""

    mean: float
    under: float
    places: float
    age: int | str | None


class _Line(NamedTuple):
    """One measure: its words, the column that has it, how it and its difference are written."""

    label: str
    column: str
    show: Callable[[float], str]
    differ: Callable[[float], str]
    is_first: bool = False


def figures(asked: Asked, say: Say) -> Figures:
    """The tables of the page."""
    sides = [measures(asked, asked.before)]
    if asked.after is not None:
        sides.append(measures(asked, asked.after))
    names = list(asked.demand.columns)
    lines = _lines(asked, say, sides)
    tables = [
        Table(
            [say.group(name) for name in some],
            [
                Row(
                    line.label,
                    [_cells(line, [side.loc[name] for side in sides], say) for name in some],
                    line.is_first,
                )
                for line in lines
            ],
        )
        for some in (names[at : at + _BESIDE] for at in range(0, len(names), _BESIDE))
    ]
    access, age, is_at_edge = _access(asked, say)
    return Figures(tables, access, age, is_at_edge)


def measures(asked: Asked, times: Times) -> pd.DataFrame:
    """All measures of some times: a row a group of people."""
    about: dict[str, Any] = {"demand": asked.demand, "study": asked.study}
    within = coverage(times, minutes=asked.limits, **about)
    wide = within.pivot(index="population", columns="minutes", values=["covered", "share"])
    wide.columns = [f"{name}_{minutes:g}" for name, minutes in wide.columns]
    by_group = "population"
    spent = minutes_summary(times, **about).set_index(by_group)
    choice = fragility(times, minutes=asked.far, **about).set_index(by_group)
    nearest = time_to_nearest(times).astype("float64").loc[asked.study]
    spread = equity(nearest, weights=asked.demand.loc[asked.study]).set_index(by_group)
    # Who lives beside the care makes any ratio: it says something from a minute on.
    spread["d90_to_d10"] = spread["d90_to_d10"].where(spread["d10"] >= 1)
    return pd.concat(
        [
            wide,
            spent,
            choice[["none", "one", "several", "share_one"]],
            spread[["d10", "d90", "d90_to_d10"]],
        ],
        axis=1,
    ).loc[list(asked.demand.columns)]


def _lines(asked: Asked, say: Say, sides: list[pd.DataFrame]) -> list[_Line]:
    """What is shown: measures that say nothing are left out."""
    far = say.number(asked.far)
    lines = [_Line(say("row_total"), "total", say.people, say.signed, is_first=True)]
    lines += [
        _Line(
            say("row_within", minutes=say.number(limit)),
            f"covered_{limit:g}",
            say.people,
            say.signed,
            at == 0,
        )
        for at, limit in enumerate(asked.limits)
    ]
    lines += [
        _Line(say(f"row_{name}"), name, say.minutes, say.signed, name == "mean")
        for name in ("mean", "median", "p95", "longest")
    ]
    lines += [
        _Line(say(f"row_{name}", far=far), name, say.people, say.signed, name == "none")
        for name in ("none", "one", "several")
    ]
    lines += [
        _Line(say(f"row_{name}"), name, say.people, say.signed)
        for name in ("without_time", "off_network")
        if any((side[name] > 0).any() for side in sides)
    ]
    return [*lines, _Line(say("row_d90_to_d10"), "d90_to_d10", say.figure, say.signed_figure)]


def _cells(line: _Line, sides: list[pd.Series], say: Say) -> list[str]:
    """Before, after and the difference; or the one figure that there is."""
    values = [float(side[line.column]) for side in sides]
    shown = [line.show(value) for value in values]
    if line.column.startswith("covered_"):
        shares = [float(side[line.column.replace("covered", "share")]) for side in sides]
        shown = [f"{text} ({say.share(share)})" for text, share in zip(shown, shares, strict=True)]
    return shown if len(values) == 1 else [*shown, line.differ(values[1] - values[0])]


def _access(asked: Asked, say: Say) -> tuple[Table | None, str, bool]:
    """The APL: its mean, and who lives in a commune under 2.5."""
    found = access_of(asked)
    if not found:
        return None, "", False
    limit = say.figure(TWO_AND_A_HALF)
    lines = [
        _Line(say("row_apl_mean"), "mean", say.figure, say.signed_figure),
        _Line(say("row_apl_under", limit=limit), "under", say.people, say.signed),
        _Line(say("row_apl_places", limit=limit), "places", say.people, say.signed),
    ]
    sides = [pd.Series(side._asdict()) for side in found]
    rows = [Row(line.label, [_cells(line, sides, say)]) for line in lines]
    return Table([], rows), _age(found[0].age, say), any(map(_is_at_edge, asked.access))


def access_of(asked: Asked) -> list[Access]:
    """The APL of each side, averaged and counted as DREES does."""
    return [_of_side(asked, values) for values in asked.access]


def _of_side(asked: Asked, values: pd.Series) -> Access:
    weights, people = asked.standardised, asked.everyone
    together = pd.Series("all", index=values.index)
    mean = float(aggregate(values, by=together, weights=weights).iloc[0])
    if not asked.is_communes:
        values = aggregate(values, by=asked.commune_of, weights=weights)
        people = people.groupby(asked.commune_of).sum()
    with warnings.catch_warnings():
        # The page says so itself: "sous-dense", and of which ages the practitioners are.
        warnings.simplefilter("ignore", ThresholdWarning)
        table = people_under(values, population=people, thresholds=TWO_AND_A_HALF)
    under = table.iloc[0]
    return Access(mean, float(under["under"]), float(under["places"]), table.attrs["age_limit"])


def _age(limit: int | str | None, say: Say) -> str:
    """Of which ages the practitioners are."""
    if isinstance(limit, int):
        return say("age_up_to", age=limit)
    return say("age_unknown" if limit is None else "age_all")


def _is_at_edge(values: pd.Series) -> bool:
    """Whether ``ds.apl`` warned: the data seem to end too near."""
    edge = values.attrs.get("edge", {})
    is_edge = any(edge.get(f"{what}_at_edge", 0) > MOST_AT_EDGE for what in ("care", "people"))
    return bool(is_edge or edge.get("care_unshared", 0) >= MOST_UNSHARED)
