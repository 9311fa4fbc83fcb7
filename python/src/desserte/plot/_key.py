"""How is a map of communes read: which colour is which class, and how many live in it?"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import np
from desserte.plot import _words
from desserte.plot._classes import NO_DATA, hatch_of
from desserte.plot._communes import why_not
from desserte.plot._sheet import legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from desserte.plot._classes import Classes
    from desserte.plot._communes import Communes
    from desserte.plot._marks import Mark
    from desserte.plot._sheet import Sheet

__all__ = ["BAND", "SIDES", "Key", "Line", "below", "beside", "dashes", "lines_below"]

SIDES = {"fr": ("Avant", "Après"), "en": ("Before", "After")}
BAND = "#7a0019"
"""Of isochrones: dark, and no border of a commune."""
_LINE = 0.165
"""Inches of a line of the table."""
_COLUMNS = (2.55, 3.65, 4.75)
"""Where the figures of a line end, in inches."""
_DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (2, 2)), (0, (1, 2)))
"""Of isochrones, the shortest first."""


class Line(NamedTuple):
    """A class in the legend: communes and people of the study, in each of the situations."""

    label: str
    colour: str
    hatch: str | None
    counts: list[int]
    people: list[float] | None


class Key(NamedTuple):
    """What a legend tells: of each situation the classes, and why some have none."""

    classes: Classes
    communes: Communes
    ranks: Sequence[npt.NDArray[np.int64]]
    statuses: Sequence[list[str]]
    language: str

    def lines(self) -> list[Line]:
        """A line a class; who has none is last, and only there if there is someone."""
        labels = [*self.classes.labels(self.language), self._without()]
        colours = [*self.classes.colours, NO_DATA]
        lines = []
        for rank, label, colour in zip(
            [*range(len(self.classes.colours)), -1], labels, colours, strict=True
        ):
            among = [(ranks == rank) & self.communes.studied for ranks in self.ranks]
            counts = [int(rows.sum()) for rows in among]
            people = self.communes.people
            living = None if people is None else [float(np.nansum(people[rows])) for rows in among]
            if rank >= 0 or any(counts):
                hatch = hatch_of(self.classes, rank)
                lines.append(Line(label, colour, hatch, counts, living))
        return lines

    def _without(self) -> str:
        """Pas de donnée, or the reasons where they are known."""
        reasons = [
            why_not(statuses[row], self.language)
            for ranks, statuses in zip(self.ranks, self.statuses, strict=True)
            for row in np.flatnonzero((ranks < 0) & self.communes.studied)
        ]
        return ", ".join(dict.fromkeys(reasons)) or why_not("", self.language)


def dashes(rank: int) -> Any:
    """The line of an isochrone, the shortest whole."""
    return _DASHES[min(rank, len(_DASHES) - 1)]


def beside(sheet: Sheet, key: Key, limits: list[float], marks: list[Mark]) -> None:
    """Sets the legend beside the map."""
    from matplotlib.patches import Patch

    keys: list[Any] = [
        Patch(
            facecolor=line.colour,
            hatch=line.hatch,
            edgecolor="0.55",
            linewidth=0.4,
            label=f"{line.label}\n{_counted(line, key.language)}",
        )
        for line in key.lines()
    ]
    handles = [*keys, *_others(sheet, key, limits, marks)]
    legend(sheet, textwrap.fill(key.classes.title(key.language), 28), handles)


def lines_below(classes: Classes, care: Any, bands: Any) -> int:
    """How many lines the table or the symbols beside it may take."""
    kinds = care["kind"] if hasattr(care, "columns") and "kind" in care.columns else []
    families = len({_words.family_of(kind) for kind in kinds}) or 1
    limits = 0 if bands is None else bands["minutes"].nunique()
    return max(len(classes.colours) + 3, 3 + limits + families)


def below(pair: tuple[Sheet, Sheet], key: Key, limits: list[float], marks: list[Mark]) -> None:
    """Sets a table of the classes, before and after, and the symbols beside it."""
    from matplotlib.patches import Patch

    figure = pair[0].figure
    axes = figure.axes[2]
    box, (wide, high) = axes.get_position(), figure.get_size_inches()
    axes.set(xlim=(0, box.width * wide), ylim=(-box.height * high, 0))
    _table(axes, key)
    words = "change de classe" if key.language == "fr" else "changes class"
    changed = Patch(facecolor="none", edgecolor="black", linewidth=1.6, label=words)
    axes.legend(
        handles=[changed, *_others(pair[1], key, limits, marks)],
        loc="upper left",
        bbox_to_anchor=(5.05, 0.0),
        bbox_transform=axes.transData,
        borderaxespad=0.0,
        borderpad=0.0,
        frameon=False,
        fontsize=7.5,
        labelspacing=0.45,
    )


def _table(axes: Any, key: Key) -> None:
    from matplotlib.patches import Rectangle

    is_french, has_people = key.language == "fr", key.communes.people is not None
    _write(axes, 0.0, 0, textwrap.shorten(key.classes.title(key.language), 70), weight="bold")
    heads = (*SIDES[key.language], "Écart" if is_french else "Change")
    for head, x in zip(heads, _COLUMNS, strict=True):
        _write(axes, x, 1, head, ha="right", weight="bold")
    unit = "communes · habitants" if is_french else "communes · people"
    _write(axes, 0.0, 1, unit if has_people else "communes", color="0.3")
    for row, line in enumerate(key.lines(), 2):
        swatch: dict[str, Any] = {"facecolor": line.colour, "hatch": line.hatch}
        corner = (0, 0.01 - row * _LINE - 0.125)
        axes.add_patch(Rectangle(corner, 0.26, 0.125, edgecolor="0.4", linewidth=0.4, **swatch))
        _write(axes, 0.34, row, line.label)
        for side, x in enumerate(_COLUMNS[:2]):
            people = "" if line.people is None else f" · {_whole(line.people[side], key.language)}"
            _write(axes, x, row, f"{line.counts[side]}{people}", ha="right")
        _write(axes, _COLUMNS[2], row, _gap(line, key.language), ha="right")


def _others(sheet: Sheet, key: Key, limits: list[float], marks: list[Mark]) -> list[Any]:
    """The lines of isochrones, that some communes are paler, and the symbols."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    keys: list[Any] = []
    for rank, limit in enumerate(limits):
        label = f"isochrone {_words.number(limit, key.language)}\u202fmin"
        style: dict[str, Any] = {"color": BAND, "linewidth": 1.0, "linestyle": dashes(rank)}
        keys.append(Line2D([], [], label=label, **style))
    if not key.communes.studied.all():
        is_french = key.language == "fr"
        words = "hors de l'étude, plus pâle" if is_french else "beyond the study, paler"
        keys.append(Patch(facecolor="#e9e7ef", edgecolor="0.55", linewidth=0.4, label=words))
    handles, labels = sheet.axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    return [*keys, *(by_label[mark.label] for mark in marks)]


def _write(axes: Any, x: float, line: int, text: str, **style: Any) -> None:
    axes.text(x, -line * _LINE - 0.1, text, va="baseline", fontsize=7.5, **style)


def _counted(line: Line, language: str) -> str:
    """12 communes, 3 456 hab."""
    is_french, count = language == "fr", line.counts[0]
    if count == 0:
        return "aucune commune" if is_french else "no commune"
    text = f"{_words.amount(count, language)} commune{'' if count == 1 else 's'}"
    if line.people is None:
        return text
    return f"{text}, {_whole(line.people[0], language)} {'hab.' if is_french else 'people'}"


def _whole(people: float, language: str) -> str:
    return _words.amount(round(people), language)


def _gap(line: Line, language: str) -> str:
    """What the second situation has more, in people where they are known."""
    first, second = (round(value) for value in line.people or line.counts)
    if first == second:
        return "="
    sign = "+" if second > first else "−"
    return f"{sign}{_words.amount(abs(second - first), language)}"
