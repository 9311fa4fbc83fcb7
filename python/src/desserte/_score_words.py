"""How does one read to an élu what a plot of ground has, and what would break it?

A line a criterion and a line a closing that matters, in French or English.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

__all__ = ["Words", "sheet"]


@dataclass(frozen=True)
class Words:
    """The language, and what the criteria and their points are called."""

    language: str
    names: dict[str, dict[Any, Any]]
    """Names of points, by criterion and id."""
    directions: dict[str, str]

    def point(self, criterion: str, point: Any) -> str:
        """A point by its name, or its id where it has none."""
        name = self.names[criterion].get(point)
        return str(name) if isinstance(name, str) and name else str(point)

    def minutes(self, value: float) -> str:
        """A time to the tenth: "6,2 minutes"."""
        text = f"{value:.1f}".removesuffix(".0")
        if self.language == "en":
            return f"{text} minute{'' if text == '1' else 's'}"
        # In French the plural begins at two.
        return f"{text.replace('.', ',')} minute{'s' if float(text) >= 2 else ''}"  # noqa: PLR2004 - two are several

    def limit(self, value: float) -> str:
        """A limit as it was given."""
        text = f"{value:g}"
        return text.replace(".", ",") if self.language == "fr" else text


_VERDICTS = {
    "fr": ("ne convient pas", "convient"),
    "en": ("fails", "passes"),
}
_PARETO = {
    "fr": (
        "un autre fait mieux sans rien perdre",
        "aucun autre ne fait mieux sans perdre ailleurs",
    ),
    "en": (
        "another does better and loses nothing",
        "no other does better without losing elsewhere",
    ),
}
_WAYS = {
    "fr": {"from": "jusqu’à", "to": "depuis", "both": "aller et retour,"},
    "en": {"from": "to", "to": "from", "both": "there and back,"},
}


def sheet(
    plot: Any,
    row: Any,
    needs: list[dict[str, Any]],
    breaks: list[dict[str, Any]],
    words: Words,
) -> str:
    """The sheet of one plot."""
    lines = [_head(plot, row, words)]
    lines += [f"- {_need(need, words)}" for need in needs]
    lines += [_fragile(broken, words) for broken in breaks]
    return "\n".join(lines)


def _head(plot: Any, row: Any, words: Words) -> str:
    name = row.get("name")
    called = f"{plot} ({name})" if isinstance(name, str) and name else f"{plot}"
    french = words.language == "fr"
    title = f"Terrain {called} : " if french else f"Plot {called}: "
    if math.isnan(row["score"]):
        return f"{title}{'hors réseau' if french else 'off the network'}."
    points = f"{row['score']:.0f} points sur 100" if french else f"{row['score']:.0f} points of 100"
    verdict = _VERDICTS[words.language][bool(row["passes"])]
    best = _PARETO[words.language][bool(row["pareto"])]
    return f"{title}{verdict}, {points}{' ;' if french else ';'} {best}."


def _need(need: dict[str, Any], words: Words) -> str:
    french = words.language == "fr"
    criterion, limit = need["criterion"], need["limit"]
    title = f"{criterion} : " if french else f"{criterion}: "
    if math.isnan(need["minutes"]):
        return f"{title}{'aucun trajet' if french else 'no trip'}."
    way = _WAYS[words.language][words.directions[criterion]]
    said = f"{title}{words.minutes(need['minutes'])} {way} {words.point(criterion, need['point'])}"
    if math.isnan(limit):
        return f"{said}."
    kept = (
        ("limite {} dépassée", "limite {}") if french else ("beyond the limit of {}", "limit {}")
    )[bool(need["passes"])]
    return f"{said} ({kept.format(words.limit(limit))})."


def _fragile(broken: dict[str, Any], words: Words) -> str:
    french = words.language == "fr"
    criterion = broken["criterion"]
    gone = words.point(criterion, broken["without"])
    start = (
        f"Fragile : sans {gone}, {criterion} : "
        if french
        else f"Fragile: without {gone}, {criterion}: "
    )
    if math.isnan(broken["minutes_after"]):
        return f"{start}{'plus aucun trajet' if french else 'no trip any more'}."
    before, after = words.minutes(broken["minutes"]), words.minutes(broken["minutes_after"])
    limit = words.limit(broken["limit"])
    if french:
        return f"{start}{after} au lieu de {before} (limite {limit})."
    return f"{start}{after} instead of {before} (limit {limit})."
