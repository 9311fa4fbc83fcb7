"""How does one say to an élu what a plan does for people?

What changes, from what to what and for how many; then how much better any other choice of as
many sites can be, and only where that is proven.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Told", "sentence"]

_NARROW = "\u202f"
_AGE = re.compile(r"(\d+)\+")
_ARTICLES = ("Le ", "Les ")
# Beyond it nobody is convinced, and nothing is said.
_MOST_GAP = 0.05


@dataclass(frozen=True)
class Told:
    """What is to be said."""

    goal: str
    status: str
    names: Sequence[str]
    before: float
    after: float
    people: float
    """All people, whom shares are of."""
    limit: float | None
    gap: float
    population: object
    left_over: tuple[float, int]
    """People who cannot be served, and in how many places."""
    needed: float | None
    """The limit that would do."""


def sentence(told: Told, language: str) -> str:
    """The plan in words."""
    french = language == "fr"
    if told.status == "infeasible":
        return _infeasible(told, french=french)
    said = {
        "max_coverage": _coverage,
        "backup_coverage": _coverage,
        "min_mean_time": _minutes,
        "min_worst_time": _minutes,
        "cover_all": _all,
    }[told.goal](told, french=french)
    return f"{said}{_proof(told, french=french)}."


def _coverage(told: Told, *, french: bool) -> str:
    before, after = (100 * value / told.people for value in (told.before, told.after))
    gain = _people(told.after - told.before, french=french, sign=True)
    sign = f"{_NARROW}%" if french else "%"
    shares = [f"{_number(share, 0, french=french)}{sign}" for share in (before, after)]
    limit = "" if told.limit is None else _number(told.limit, 1, french=french)
    two = told.goal == "backup_coverage"
    if french:
        who = f"la part {_of_whom(told.population)}"
        reach = f" à moins de {limit} minutes" if limit else ", comptée selon le temps de trajet"
        reach = f" qui ont deux sites{reach}" if two else reach
        opening = f"Ouvrir {_at(told.names)}"
        return f"{opening} fait passer de {shares[0]} à {shares[1]} {who}{reach} ({gain})"
    reach = f"within {limit} minutes" if limit else "counted by travel time"
    reach = f"with two sites {reach}" if two else reach
    return (
        f"Opening {_list(told.names, 'and')} raises the share of {_whom(told.population)} "
        f"{reach} from {shares[0]} to {shares[1]} ({gain})"
    )


def _minutes(told: Told, *, french: bool) -> str:
    before, after = (_number(value, 1, french=french) for value in (told.before, told.after))
    worst = told.goal == "min_worst_time"
    if french:
        whose = _of_whom(told.population)
        trip = f"le trajet le plus long {whose}" if worst else f"le trajet moyen {whose}"
        open_at = f"Ouvrir {_at(told.names)}"
        if math.isnan(told.before):
            return f"{open_at} met {trip} à {after} minutes"
        return f"{open_at} fait passer de {before} à {after} minutes {trip}"
    trip = f"the {'longest' if worst else 'mean'} trip of {_whom(told.population)}"
    opening = f"Opening {_list(told.names, 'and')}"
    if math.isnan(told.before):
        return f"{opening} makes {trip} {after} minutes"
    return f"{opening} shortens {trip} from {before} to {after} minutes"


def _all(told: Told, *, french: bool) -> str:
    limit, several = _number(told.limit or 0, 1, french=french), len(told.names) != 1
    left = told.left_over[0]
    if french:
        rest = f", sauf {_people(left, french=True)} qu’aucun site ne dessert" if left else ""
        sites = "sites" if several else "site"
        at = f" ({_at(told.names)})" if told.names else ""
        takes = f"Il faut ouvrir {len(told.names)} {sites}{at}"
        return f"{takes} pour que tous soient à moins de {limit} minutes{rest}"
    rest = f", but for {_people(left, french=False)} whom no site can serve" if left else ""
    at = f" ({_list(told.names, 'and')})" if told.names else ""
    takes = f"It takes {len(told.names)} new site{'s' if several else ''}{at}"
    return f"{takes} for all to be within {limit} minutes{rest}"


def _infeasible(told: Told, *, french: bool) -> str:
    people, places = told.left_over
    limit = _number(told.limit or 0, 1, french=french)
    needed = "" if told.needed is None else _number(_raised(told.needed), 1, french=french)
    if french:
        raised = f"{_NARROW}; il faudrait porter la limite à {needed} minutes" if needed else ""
        where = f"{places} lieu{'x' if places > 1 else ''}"
        return (
            f"Aucun choix ne suffit : au mieux, {_people(people, french=True)} ({where}) "
            f"restent à plus de {limit} minutes{raised}."
        )
    raised = f"; the limit would have to rise to {needed} minutes" if needed else ""
    where = f"{places} place{'s' if places > 1 else ''}"
    return (
        f"No choice will do: at best {_people(people, french=False)} in {where} stay beyond "
        f"{limit} minutes{raised}."
    )


def _raised(minutes: float) -> float:
    """Tenths that are enough."""
    return math.ceil(round(minutes * 10, 4)) / 10


def _proof(told: Told, *, french: bool) -> str:
    """That no other choice of as many is better, or not by more than so much."""
    count, gap = len(told.names), 0.0 if told.status == "optimal" else told.gap
    if count == 0 or not gap <= _MOST_GAP:
        return ""
    if told.goal == "cover_all":
        if told.status != "optimal":
            return ""
        return f"{_NARROW}; moins ne suffit pas" if french else "; fewer will not do"
    percent = max(1, math.ceil(100 * gap - 1e-9))
    margin = (
        ""
        if gap == 0
        else (f" de plus de {percent}{_NARROW}%" if french else f" by more than {percent}%")
    )
    if french:
        others = {1: "aucun autre site", 2: "aucune autre paire"}
        other = others.get(count, f"aucun autre choix de {count} sites")
        return f"{_NARROW}; {other} ne fait mieux{margin}"
    others = {1: "no other site", 2: "no other pair"}
    return f"; {others.get(count, f'no other choice of {count} sites')} does better{margin}"


def _of_whom(population: object) -> str:
    """Whose share, in French."""
    if age := _AGE.fullmatch(str(population)):
        return f"des {age[1]} ans et plus"
    return (
        "des habitants" if population in (None, "population") else f"des habitants ({population})"
    )


def _whom(population: object) -> str:
    if age := _AGE.fullmatch(str(population)):
        return f"people aged {age[1]} and over"
    return "people" if population in (None, "population") else f"people ({population})"


def _people(count: float, *, french: bool, sign: bool = False) -> str:
    whole = round(count)
    text = f"{whole:+,}" if sign else f"{whole:,}"
    one = abs(whole) in ((0, 1) if french else (1,))
    if french:
        text = text.replace(",", _NARROW).replace("-", "\u2212")
        return f"{text} personne{'' if one else 's'}"
    return f"{text} {'person' if one else 'people'}"


def _list(names: Sequence[str], word: str) -> str:
    if len(names) < 2:  # noqa: PLR2004 - one name needs no word between
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def _at(names: Sequence[str]) -> str:
    """The places with their preposition: à Aubenas et au Teil."""
    if not any(name.startswith(_ARTICLES) for name in names):
        return f"à {_list(names, 'et')}"
    return _list([_at_one(name) for name in names], "et")


def _at_one(name: str) -> str:
    for article, preposition in zip(_ARTICLES, ("au ", "aux "), strict=True):
        if name.startswith(article):
            return preposition + name.removeprefix(article)
    return f"à {name}"


def _number(value: float, decimals: int, *, french: bool) -> str:
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if french else text
