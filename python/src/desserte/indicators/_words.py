"""How does one say to an élu what a change means for people?

A sentence for those who lose, one for those who gain, one a threshold. French has a
comma in its numbers, and a narrow space that does not break between thousands.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Change", "Side", "are_communes", "sentence"]

_COMMUNE = re.compile(r"(\d{2}|2[AB])\d{3}")
_NARROW = "\u202f"
_CHOICE = re.compile(r"\[([^/]*)/([^]]*)\]")

# What is lost and gained, then a threshold left and reached: of each measure in each language.
# "[is/are]": of one, and of several.
_PHRASES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "fr": {
        "minutes": (
            "[met/mettent] plus longtemps",
            "[met/mettent] moins longtemps",
            "[passe/passent] au-delà de {limit} minutes",
            "[passe/passent] à {limit} minutes ou moins",
        ),
        "apl": (
            "[voit son/voient leur] APL baisser",
            "[voit son/voient leur] APL monter",
            "[passe/passent] sous {limit}",
            "[n’est/ne sont] plus sous {limit}",
        ),
        "choices": (
            "[a/ont] moins de choix",
            "[a/ont] plus de choix",
            "[n’a/n’ont] plus {limit} choix",
            "[a/ont] désormais {limit} choix au moins",
        ),
        "": (
            "[est moins bien servi/sont moins bien servis]",
            "[est mieux servi/sont mieux servis]",
            "[passe/passent] du mauvais côté de {limit}",
            "[passe/passent] du bon côté de {limit}",
        ),
    },
    "en": {
        "minutes": (
            "[travels/travel] longer",
            "[travels/travel] less",
            "[ends/end] up beyond {limit} minutes",
            "[comes/come] within {limit} minutes",
        ),
        "apl": (
            "[sees/see] their APL fall",
            "[sees/see] their APL rise",
            "[falls/fall] under {limit}",
            "[is/are] no longer under {limit}",
        ),
        "choices": (
            "[has/have] fewer choices",
            "[has/have] more choices",
            "no longer [has/have] {limit} choices",
            "now [has/have] at least {limit} choices",
        ),
        "": (
            "[is/are] served less well",
            "[is/are] served better",
            "[ends/end] up on the wrong side of {limit}",
            "[comes/come] to the good side of {limit}",
        ),
    },
}
_LAST_CHOICE = {
    "fr": ("[n’a/n’ont] plus aucun choix", "[a/ont] désormais au moins un choix"),
    "en": ("no longer [has/have] any choice", "now [has/have] at least one choice"),
}
_WITHOUT = {
    "fr": ("qui [n’a/n’ont] plus de trajet", "qui [n’en avait/n’en avaient] pas"),
    "en": ("without a trip any more", "who had none before"),
}
_DECIMALS = {"minutes": 1}


@dataclass(frozen=True)
class Side:
    """Those who lose, or those who gain."""

    people: float
    places: int
    before: float
    after: float
    unmatched: float
    """People of them who had no figure before, or have none after."""


@dataclass(frozen=True)
class Change:
    """What is to be said."""

    measure: object
    group: object
    communes: bool
    sides: dict[str, Side]
    crossings: list[tuple[float, float, float]]
    """Threshold, people who lose it, people who gain it."""


def are_communes(ids: Iterable[Any]) -> bool:
    """Whether all ids are codes of communes."""
    texts = list(ids)
    return bool(texts) and all(isinstance(i, str) and _COMMUNE.fullmatch(i) for i in texts)


def sentence(change: Change, language: str) -> str:
    """The change in words."""
    parts = [
        _of_side(change, change.sides[side], position, language)
        for position, side in enumerate(("loses", "gains"))
        if change.sides[side].people > 0
    ]
    parts += [
        f"{_who(people, change.group, language, _crossing(change, limit, position, language))}."
        for limit, losing, gaining in change.crossings
        for position, people in enumerate((losing, gaining))
        if people > 0
    ]
    if parts:
        return " ".join(parts)
    return "Rien ne change." if language == "fr" else "Nothing changes."


def _of_side(change: Change, side: Side, position: int, language: str) -> str:
    where = _places(side.places, language, communes=change.communes)
    phrase = f"{where} {_phrases(change, language)[position]}"
    text = _who(side.people, change.group, language, phrase)
    if not math.isnan(side.before):
        decimals = _DECIMALS.get(str(change.measure), 2)
        after = _number(side.after, language, decimals)
        before = _number(side.before, language, decimals)
        unit = " minutes" if change.measure == "minutes" else ""
        colon, instead, mean = (
            (" : ", "au lieu de", " en moyenne")
            if language == "fr"
            else (": ", "instead of", " on average")
        )
        text += f"{colon}{after}{unit} {instead} {before}{mean if side.places > 1 else ''}"
    if side.unmatched > 0:
        who = _who(side.unmatched, None, language, _WITHOUT[language][position])
        text += f", dont {who}" if language == "fr" else f", {who}"
    return f"{text}."


def _crossing(change: Change, limit: float, position: int, language: str) -> str:
    if change.measure == "choices" and limit == 1:
        return _LAST_CHOICE[language][position]
    return _phrases(change, language)[2 + position].format(limit=_number(limit, language))


def _phrases(change: Change, language: str) -> tuple[str, str, str, str]:
    of_language = _PHRASES[language]
    return of_language.get(str(change.measure), of_language[""])


def _who(count: float, group: object, language: str, phrase: str) -> str:
    """So many people and what they do, in whole people."""
    people = round(count)
    # In French nought is singular.
    one = people in ((0, 1) if language == "fr" else (1,))
    of_one, of_many = ("habitant", "habitants") if language == "fr" else ("person", "people")
    who = f"{_thousands(people, language)} {of_one if one else of_many}"
    named = who if group is None else f"{who} ({group})"
    return f"{named} {_CHOICE.sub(lambda words: words[1] if one else words[2], phrase)}"


def _places(count: int, language: str, *, communes: bool) -> str:
    several = count != 1
    if communes:
        noun = "communes" if several else "commune"
    elif language == "fr":
        noun = "lieux" if several else "lieu"
    else:
        noun = "places" if several else "place"
    number = _thousands(count, language)
    return f"({number} {noun})" if language == "fr" else f"in {number} {noun}"


def _thousands(count: int, language: str) -> str:
    return f"{count:,}".replace(",", _NARROW) if language == "fr" else f"{count:,}"


def _number(value: float, language: str, decimals: int = 2) -> str:
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if language == "fr" else text
