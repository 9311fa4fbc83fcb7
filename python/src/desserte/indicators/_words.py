"""How does one say to an élu what a change means for people?

A sentence for those who lose, one for those who gain, one a threshold. French has a
comma in its numbers, a narrow space that does not break between thousands and between a number
and what it counts, and another that does not break before a colon.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._whom import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Change", "Side", "are_communes", "is_apl", "sentence"]

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
            "[passe/passent] au-delà de {limit}",
            "[passe/passent] à {limit} ou moins",
        ),
        "apl": (
            "[voit son/voient leur] APL baisser",
            "[voit son/voient leur] APL monter",
            "[passe/passent] sous {limit}",
            "[n’est/ne sont] plus sous {limit}",
        ),
        "choices": (
            "[a/ont] moins de choix{within}",
            "[a/ont] plus de choix{within}",
            "[n’a/n’ont] plus le choix entre {limit}",
            "[a/ont] désormais le choix entre {limit} au moins",
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
            "[ends/end] up beyond {limit}",
            "[comes/come] within {limit}",
        ),
        "apl": (
            "[sees/see] their APL fall",
            "[sees/see] their APL rise",
            "[falls/fall] under {limit}",
            "[is/are] no longer under {limit}",
        ),
        "choices": (
            "[has/have] fewer choices{within}",
            "[has/have] more choices{within}",
            "no longer [has/have] a choice of {limit}",
            "now [has/have] a choice of at least {limit}",
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
# Who has no time on one side: all of those who lose or gain, then some of them. Beyond a cutoff
# nobody knows whether there is a trip.
_UNMATCHED: dict[str, dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "fr": {
        "without": (
            ("[n’a/n’ont] plus aucun trajet", "[a/ont] désormais un trajet"),
            ("qui [n’a/n’ont] plus aucun trajet", "qui [n’avait/n’avaient] aucun trajet"),
        ),
        "beyond": (
            (
                "[est/sont] désormais à plus de {cutoff}",
                "[n’est plus/ne sont plus] à plus de {cutoff}",
            ),
            ("désormais à plus de {cutoff}", "qui [était/étaient] à plus de {cutoff}"),
        ),
    },
    "en": {
        "without": (
            ("[has/have] no trip any more", "now [has/have] a trip"),
            ("of whom [has/have] no trip any more", "of whom had no trip"),
        ),
        "beyond": (
            ("[is/are] now beyond {cutoff}", "[is/are] no longer beyond {cutoff}"),
            ("of whom [is/are] now beyond {cutoff}", "of whom [was/were] beyond {cutoff}"),
        ),
    },
}
# Who has no figure; of minutes, who has no trip or none known, before and after.
_STILL = {
    "fr": (
        "sans chiffre",
        "[n’a/n’ont] aucun trajet, avant comme après",
        "[est/sont] à plus de {cutoff}, avant comme après",
    ),
    "en": (
        "without a figure",
        "[has/have] no trip, before and after",
        "[is/are] beyond {cutoff}, before and after",
    ),
}
_DECIMALS = {"minutes": 1}
_MOST_DECIMALS = 9


@dataclass(frozen=True)
class Side:
    """Those who lose, or those who gain."""

    people: float
    places: int
    before: float
    after: float
    unmatched: float
    """People of them who had no figure before, or have none after."""

    matched_places: int
    """Places whose people have both figures."""


@dataclass(frozen=True)
class Change:
    """What is to be said."""

    measure: object
    group: object
    communes: bool
    cutoff: float | None
    """The minutes beyond which nobody asked."""

    within: float | None
    """The minutes within which choices were counted."""

    sides: dict[str, Side]
    unknown: float
    """People without a figure: of an APL before or after, of minutes before and after."""

    far: bool
    """Whether no figure is farther than all others."""

    crossings: list[tuple[float, float, float]]
    """Threshold, people who lose it, people who gain it."""


def are_communes(ids: Iterable[Any]) -> bool:
    """Whether all ids are codes of communes."""
    texts = list(ids)
    return bool(texts) and all(isinstance(i, str) and _COMMUNE.fullmatch(i) for i in texts)


def is_apl(measure: object) -> bool:
    """Whether a figure is an APL, by its name: ``apl``, ``apl_up_to_65``."""
    return isinstance(measure, str) and (measure == "apl" or measure.startswith("apl_"))


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
    if not parts:
        parts = ["Rien ne change." if language == "fr" else "Nothing changes."]
    if change.unknown > 0:
        parts.append(f"{_who(change.unknown, change.group, language, _unknown(change, language))}.")
    return " ".join(parts)


def _of_side(change: Change, side: Side, position: int, language: str) -> str:
    places = _places(side.places, language, communes=change.communes)
    if math.isnan(side.before) and side.unmatched > 0:
        phrase = _unmatched(change, language)[0][position]
        return f"{_who(side.people, change.group, language, f'{places} {phrase}')}."
    phrase = f"{places} {_phrases(change, language)[position]}"
    text = _who(side.people, change.group, language, phrase)
    if side.unmatched > 0:
        gone = _CHOICE.sub(
            _form(side.unmatched, language), _unmatched(change, language)[1][position]
        )
        of_them = f"{_count(side.unmatched, language)} {gone}"
        text += f", dont {of_them}" if language == "fr" else f", {of_them}"
        text += _others(side.people - side.unmatched, language)
    if not math.isnan(side.before):
        text += ("\u00a0: " if language == "fr" else ": ") + _means(change, side, language)
    return f"{text}."


def _means(change: Change, side: Side, language: str) -> str:
    after, before = _apart(change, side, language)
    if change.measure == "minutes":
        after = _minutes(after, language)
    instead, mean = (
        ("au lieu de", " en moyenne") if language == "fr" else ("instead of", " on average")
    )
    return f"{after} {instead} {before}{mean if side.matched_places > 1 else ''}"


def _apart(change: Change, side: Side, language: str) -> tuple[str, str]:
    """After and before, with as many decimals as it takes to see that they differ."""
    least = _DECIMALS.get(str(change.measure), 2)
    said = [
        (_number(side.after, language, decimals), _number(side.before, language, decimals))
        for decimals in range(least, _MOST_DECIMALS)
    ]
    return next((both for both in said if both[0] != both[1]), said[0])


def _others(people: float, language: str) -> str:
    """Those of whom the mean is, after those who have none."""
    if language == "fr":
        many = f"les {_count(people, language)} autres"
        return f"{_NARROW}; pour {'l’autre' if _is_one(people, language) else many}"
    many = f"the other {_count(people, language)}"
    return f"; of {'the other' if _is_one(people, language) else many}"


def _unknown(change: Change, language: str) -> str:
    """What is to be said of those who have no figure on either side that tells."""
    if not change.far:
        return _STILL[language][0]
    if change.cutoff is None:
        return _STILL[language][1]
    said = _minutes(_number(change.cutoff, language), language)
    return _STILL[language][2].replace("{cutoff}", said)


def _crossing(change: Change, limit: float, position: int, language: str) -> str:
    if change.measure == "choices" and limit == 1:
        return _LAST_CHOICE[language][position]
    said = _number(limit, language)
    if change.measure == "minutes":
        said = _minutes(said, language)
    return _phrases(change, language)[2 + position].replace("{limit}", said)


def _phrases(change: Change, language: str) -> tuple[str, ...]:
    of_language = _PHRASES[language]
    measure = "apl" if is_apl(change.measure) else str(change.measure)
    within = ""
    if change.within is not None:
        limit = _minutes(_number(change.within, language), language)
        within = f" à {limit} au plus" if language == "fr" else f" within {limit}"
    phrases = of_language.get(measure, of_language[""])
    return tuple(phrase.replace("{within}", within) for phrase in phrases)


def _unmatched(change: Change, language: str) -> tuple[tuple[str, ...], ...]:
    of_language = _UNMATCHED[language]
    if change.cutoff is None:
        return of_language["without"]
    said = _minutes(_number(change.cutoff, language), language)
    return tuple(
        tuple(phrase.replace("{cutoff}", said) for phrase in pair) for pair in of_language["beyond"]
    )


def _who(people: float, group: object, language: str, phrase: str) -> str:
    """So many people and what they do, in whole people."""
    of_one, of_many = ("habitant", "habitants") if language == "fr" else ("person", "people")
    noun = of_one if _is_one(people, language) else of_many
    space = _NARROW if language == "fr" else " "
    who = f"{_count(people, language)}{space}{counted(noun, group, language)}"
    text = f"{who} {_CHOICE.sub(_form(people, language), phrase)}"
    return text[0].upper() + text[1:]


def _form(people: float, language: str) -> Any:
    """Which of two forms of a word so many people take."""
    return lambda words: words[1] if _is_one(people, language) else words[2]


def _is_part(people: float) -> bool:
    return people > 0 and round(people) == 0


def _is_one(people: float, language: str) -> bool:
    # In French nought is singular.
    return _is_part(people) or round(people) in ((0, 1) if language == "fr" else (1,))


def _count(people: float, language: str) -> str:
    """So many people; less than half of one is not nobody."""
    if _is_part(people):
        return "moins d’un" if language == "fr" else "less than one"
    return _thousands(round(people), language)


def _places(count: int, language: str, *, communes: bool) -> str:
    several = count != 1
    if communes:
        noun = "communes" if several else "commune"
    elif language == "fr":
        noun = "lieux" if several else "lieu"
    else:
        noun = "places" if several else "place"
    number = _thousands(count, language)
    return f"({number}{_NARROW}{noun})" if language == "fr" else f"in {number} {noun}"


def _minutes(number: str, language: str) -> str:
    """So many minutes: in French one and a half is singular, in English only one is."""
    if language == "fr":
        several = abs(float(number.replace(",", "."))) >= 2  # noqa: PLR2004  # two are several
        return f"{number}{_NARROW}minute{'s' if several else ''}"
    return f"{number} minute{'' if number == '1' else 's'}"


def _thousands(count: int, language: str) -> str:
    return f"{count:,}".replace(",", _NARROW) if language == "fr" else f"{count:,}"


def _number(value: float, language: str, decimals: int = 2) -> str:
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if language == "fr" else text
