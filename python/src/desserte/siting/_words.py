"""How does one say to an élu what a plan does for people?

What changes, from what to what and for how many; then how much better any other choice of as
many sites can be, and only where that is proven.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desserte._whom import group

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Told", "sentence"]

_NARROW = "\u202f"
_ARTICLE = re.compile(r"(le|les) ", re.IGNORECASE)
# In French the plural begins there.
_SEVERAL = 2
# Beyond it nobody is convinced, and nothing is said.
_MOST_GAP = 0.05


@dataclass(frozen=True)
class Told:
    """What is to be said."""

    goal: str
    status: str
    names: Sequence[str]
    required: Sequence[str]
    """Those of the names that were not for choice."""
    before: float
    after: float
    people: float
    """All people, whom shares are of."""
    limit: float | None
    gap: float
    population: object
    is_counted: bool
    """Whether there is a demand: without, places are counted and not people."""
    left_over: tuple[float, int]
    """People who cannot be served, and in how many places."""
    needed: float | None
    """The limit that would do."""
    is_proven: bool = True
    """Whether it is shown that no choice will do, where none was found."""
    holds_few: bool = False
    """Whether sites have capacities."""


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
    gain = _counted(told, told.after - told.before, french=french, sign=True)
    sign = f"{_NARROW}%" if french else "%"
    shares = [
        f"{_share(value, told.people, french=french)}{sign}" for value in (told.before, told.after)
    ]
    two = told.goal == "backup_coverage"
    if french:
        who = f"la part {_of_whom(told)}"
        reach = ", comptée selon le temps de trajet"
        reach = reach if told.limit is None else f" à moins de {_time(told.limit, french=True)}"
        reach = f" qui ont deux sites{reach}" if two else reach
        opening = f"Ouvrir {_at(told.names)}"
        return f"{opening} fait passer de {shares[0]} à {shares[1]} {who}{reach} ({gain})"
    reach = "counted by travel time"
    reach = reach if told.limit is None else f"within {_time(told.limit, french=False)}"
    reach = f"with two sites {reach}" if two else reach
    return (
        f"Opening {_list(told.names, 'and')} raises the share of {_whom(told)} "
        f"{reach} from {shares[0]} to {shares[1]} ({gain})"
    )


def _minutes(told: Told, *, french: bool) -> str:
    before, after = _number(told.before, 1, french=french), _time(told.after, french=french)
    worst = told.goal == "min_worst_time"
    if french:
        trip = f"le trajet {'le plus long' if worst else 'moyen'} {_of_whom(told)}"
        open_at = f"Ouvrir {_at(told.names)}"
        if math.isnan(told.before):
            return f"{open_at} met {trip} à {after}"
        return f"{open_at} fait passer de {before} à {after} {trip}"
    trip = f"the {'longest' if worst else 'mean'} trip of {_whom(told)}"
    opening = f"Opening {_list(told.names, 'and')}"
    if math.isnan(told.before):
        return f"{opening} makes {trip} {after}"
    return f"{opening} shortens {trip} from {before} to {after}"


def _all(told: Told, *, french: bool) -> str:
    limit, count = _time(told.limit or 0, french=french), len(told.names)
    left = told.left_over[0]
    rest = _counted(told, left, french=french)
    if french:
        rest = f", sauf {rest} qu’aucun site ne dessert" if left else ""
        aim = f"pour que tous soient à moins de {limit}{rest}"
        if count == 0:
            return f"Il n’y a pas de site à ouvrir {aim}"
        return f"Il faut ouvrir {count} site{_s(count)} ({_at(told.names)}) {aim}"
    rest = f", but for {rest} whom no site can serve" if left else ""
    aim = f"for all to be within {limit}{rest}"
    if count == 0:
        return f"It takes no new site {aim}"
    several = "" if count == 1 else "s"
    return f"It takes {count} new site{several} ({_list(told.names, 'and')}) {aim}"


def _infeasible(told: Told, *, french: bool) -> str:
    needed = "" if told.needed is None else _time(_raised(told.needed), french=french)
    limit = None if told.limit is None else _time(told.limit, french=french)
    left = _counted(told, told.left_over[0], french=french)
    places = told.left_over[1]
    where = "" if not told.is_counted else f" ({places} lieu{_s(places, 'x')})"
    if french:
        no_choice = "Aucun choix ne suffit" if told.is_proven else "Aucun choix trouvé ne suffit"
        raised = f"{_NARROW}; il faudrait porter la limite à {needed}" if needed else ""
        stay = "reste" if abs(round(told.left_over[0])) < _SEVERAL else "restent"
        beyond = f"{stay} à plus de {limit}" if limit else f"{stay} sans aucun trajet"
        beyond = f"{stay} sans place à moins de {limit}" if told.holds_few else beyond
        return f"{no_choice} : au mieux, {left}{where} {beyond}{raised}."
    no_choice = "No choice will do" if told.is_proven else "No choice was found that will do"
    raised = f"; the limit would have to rise to {needed}" if needed else ""
    where = f" in {places} place{'s' if places > 1 else ''}" if told.is_counted else ""
    beyond = f"stay beyond {limit}" if limit else "have no trip at all"
    beyond = f"find no room within {limit}" if told.holds_few else beyond
    return f"{no_choice}: at best {left}{where} {beyond}{raised}."


def _raised(minutes: float) -> float:
    """Tenths that are enough."""
    return math.ceil(round(minutes * 10, 4)) / 10


def _proof(told: Told, *, french: bool) -> str:
    """That no other choice of as many is better, or not by more than so much."""
    count, gap = len(told.names), 0.0 if told.status == "optimal" else told.gap
    if count == len(told.required) or not gap <= _MOST_GAP:
        return ""
    kept = _list(told.required, "et" if french else "and")
    if told.goal == "cover_all":
        if told.status != "optimal":
            return ""
        kept = f" avec {kept}," if kept and french else f" with {kept}," if kept else ""
        return f"{_NARROW};{kept} moins ne suffit pas" if french else f";{kept} fewer will not do"
    percent = max(1, math.ceil(100 * gap - 1e-9))
    margin = f" de plus de {percent}{_NARROW}%" if french else f" by more than {percent}%"
    margin = "" if gap == 0 else margin
    if french:
        others = {1: "aucun autre site", 2: "aucune autre paire"}
        other = others.get(count, f"aucun autre choix de {count} sites")
        other = f"avec {kept}, aucun autre choix" if kept else other
        return f"{_NARROW}; {other} ne fait mieux{margin}"
    others = {1: "no other site", 2: "no other pair"}
    other = others.get(count, f"no other choice of {count} sites")
    other = f"with {kept}, no other choice" if kept else other
    return f"; {other} does better{margin}"


def _of_whom(told: Told) -> str:
    """Whose share, in French."""
    if not told.is_counted:
        return "des lieux"
    return f"des {group(told.population, 'fr')}"


def _whom(told: Told) -> str:
    if not told.is_counted:
        return "places"
    return group(told.population, "en")


def _counted(told: Told, count: float, *, french: bool, sign: bool = False) -> str:
    """So many people, or places where nobody was counted."""
    whole = round(count)
    text = f"{whole:+,}" if sign else f"{whole:,}"
    if french:
        text = text.replace(",", _NARROW).replace("-", "\u2212")
        return f"{text} personne{_s(whole)}" if told.is_counted else f"{text} lieu{_s(whole, 'x')}"
    one, several = ("person", "people") if told.is_counted else ("place", "places")
    return f"{text} {one if abs(whole) == 1 else several}"


def _s(count: float, ending: str = "s") -> str:
    """The French plural."""
    return ending if abs(count) >= _SEVERAL else ""


def _share(part: float, whole: float, *, french: bool) -> str:
    """A percentage that says 0 or 100 only of nobody and of all."""
    share = 100 * part / whole
    if round(share) in (0, 100) and 0 < part < whole:
        return _number(min(max(share, 0.1), 99.9), 1, french=french)
    return _number(share, 0, french=french)


def _list(names: Sequence[str], word: str) -> str:
    if len(names) < 2:  # noqa: PLR2004 - one name needs no word between
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def _at(names: Sequence[str]) -> str:
    """The places with their preposition: à Aubenas et au Teil."""
    if not any(_ARTICLE.match(name) for name in names):
        return f"à {_list(names, 'et')}"
    return _list([_at_one(name) for name in names], "et")


def _at_one(name: str) -> str:
    article = _ARTICLE.match(name)
    if article is None:
        return f"à {name}"
    return f"{'au' if article[1].lower() == 'le' else 'aux'} {name[article.end() :]}"


def _time(minutes: float, *, french: bool) -> str:
    """Minutes with their word: "15 minutes", "0,5 minute"."""
    text = _number(minutes, 1, french=french)
    is_one = float(text.replace(",", ".")) < _SEVERAL if french else text == "1"
    return f"{text} minute{'' if is_one else 's'}"


def _number(value: float, decimals: int, *, french: bool) -> str:
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if french else text
