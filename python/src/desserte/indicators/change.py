"""Who gains and who loses, by how much, and who crosses a threshold?

Two Series of one figure, before and after: minutes, an APL, choices. Whether less is
better is for the caller to say. A trip that has become impossible is a loss, one that
has become possible a gain, whatever the minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Union

from desserte._checks import check_choice, some
from desserte._html import card, count
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.indicators import _words
from desserte.indicators._aligned import amounts
from desserte.indicators._weighted import by_population, figures, limits_of, mean, populations
from desserte.indicators.thresholds import warn_of_zoning
from desserte.times import positions

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from desserte.indicators._aligned import Amounts, Study

    _Numbers = npt.NDArray[np.float64]

__all__ = ["Comparison", "compare"]

# What both figures must have been asked alike.
_QUESTION = ("minutes", "k", "per", "decay", "variant", "max_minutes", "direction")
OUTCOMES = ("same", "gains", "loses", "no_figure")
_SAME, _GAINS, _LOSES, _NO_FIGURE = range(4)
# Sums of thousands of sites, taken in another order, differ by less.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """One figure before and after. Made by :func:`compare`.

    Attributes
    ----------
    table
        A row a place, indexed like ``before``: ``before``, ``after``, ``change``, ``outcome``
        ("gains", "loses", "same", "no_figure"), a column a threshold (``crosses_20``:
        "gains" where it comes to the good side, "loses" where it leaves it, else "same" or
        "no_figure"), and the people, a column a population.
    summary
        A row a population: ``population``, ``total``, ``gaining``, ``losing``, ``same``,
        ``no_figure`` (people), ``mean_before``, ``mean_after`` (of those who have both figures),
        and ``loss`` and ``gain``, the mean change of those who lose and of those who gain.
    crossings
        A row a population and threshold: ``population``, ``threshold``, ``before`` and ``after``
        (people on the good side), ``gaining`` and ``losing`` (people who come to it and who leave
        it), ``places_gaining`` and ``places_losing``.
    better
        "lower" or "higher".
    attrs
        ``extra_ids`` of ``after`` and ``demand``, ``measure``, ``study_places``,
        ``max_minutes`` (the cutoff of the minutes, None without one) and ``minutes`` (the limit
        of choices, None of other figures).
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    crossings: pd.DataFrame
    better: str
    attrs: dict[str, Any]

    def sentence(self, language: Literal["fr", "en"] = "fr", *, population: Any = None) -> str:
        """What an élu reads: how many people gain and lose, how much, and who crosses a threshold.

        Parameters
        ----------
        language
            "fr" or "en".
        population
            Whose; the first column of the people where None.

        Returns
        -------
        str
            People in whole numbers, the group named unless it is the population. "Communes" where
            the places have codes of communes. A mean is of those who have both figures; who has
            none before or after is counted beside it: beyond the cutoff of the times, or without
            a trip where there was no cutoff.

        Raises
        ------
        InputError
            If the language or the population is unknown.

        Examples
        --------
        >>> before, after = (pd.Series([m, 8.0], name="minutes") for m in (6.0, 19.0))
        >>> change = ds.compare(before, after, demand=[240, 90], better="lower", thresholds=[15])
        >>> change.sentence("en").split(". ")[0]
        '240 people in 1 place travel longer: 19 minutes instead of 6'
        """
        check_choice("language", language, ("fr", "en"))
        names = self.summary["population"].tolist()
        chosen = names[0] if population is None else population
        if chosen not in names:
            raise InputError(f"population is one of {', '.join(map(repr, names))}, got {chosen!r}")
        people = self.table[chosen].to_numpy()
        return _words.sentence(
            _words.Change(
                measure=self.attrs["measure"],
                group=None if chosen == "population" else chosen,
                communes=_words.are_communes(self.table.index),
                cutoff=self.attrs["max_minutes"],
                within=self.attrs["minutes"],
                sides={side: self._side(side, people) for side in ("loses", "gains")},
                far=self.better == "lower",
                unknown=float(people[(self.table["outcome"] == "no_figure").to_numpy()].sum()),
                crossings=[
                    (row["threshold"], row["losing"], row["gaining"])
                    for row in self.crossings.to_dict("records")
                    if row["population"] == chosen
                ],
            ),
            language,
        )

    def _side(self, outcome: str, people: _Numbers) -> _words.Side:
        chosen = (self.table["outcome"] == outcome).to_numpy() & (people > 0)
        before, after = (self.table[name].to_numpy() for name in ("before", "after"))
        both = chosen & ~np.isnan(before) & ~np.isnan(after)
        return _words.Side(
            people=float(people[chosen].sum()),
            places=int(chosen.sum()),
            before=mean(before[both], people[both]),
            after=mean(after[both], people[both]),
            unmatched=float(people[chosen & ~both].sum()),
            matched_places=int(both.sum()),
        )

    def __repr__(self) -> str:
        """How many places gain and lose, on one line."""
        places, gains, loses = self._facts()
        return f'Comparison({places} places, {gains} gain, {loses} lose, better="{self.better}")'

    def _facts(self) -> tuple[int, int, int]:
        outcome = self.table["outcome"]
        return len(outcome), int((outcome == "gains").sum()), int((outcome == "loses").sum())

    def _repr_html_(self) -> str:
        places, gains, loses = self._facts()
        rows = [
            ("places", count(places)),
            ("that gain", count(gains)),
            ("that lose", count(loses)),
            ("better", self.better),
        ]
        return card("Before and after", rows)


def compare(
    before: pd.Series,
    after: pd.Series,
    *,
    demand: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    better: Literal["lower", "higher"],
    thresholds: float | Iterable[float] = (),
    study: Study | None = None,
) -> Comparison:
    """Compares a figure of each place before and after: a doctor leaves, a practice opens.

    Parameters
    ----------
    before, after
        Minutes, an APL, choices: one figure by place, as ``time_to_nearest``, ``apl`` or
        ``choices`` give it of ``times`` and of ``times.without(...)``, ``times.join(...)`` or
        another supply. With ``better="lower"`` a ``NaN`` is farther than all minutes; with
        "higher" it is unknown.
    demand
        People by place: a Series, or a DataFrame with a column an age band.
    better
        "lower" for minutes, "higher" for an APL or choices.
    thresholds
        Figures to cross. The threshold itself is on the good side: within 20
        minutes, not under 2.5. Of minutes, none beyond the cutoff of the times.
    study
        The places to compare, as ids or a table indexed by them; all where None.

    Returns
    -------
    Comparison
        ``table`` by place, ``summary`` and ``crossings`` by population, ``sentence()``.

    Raises
    ------
    IdError
        If ``after`` or ``demand`` lacks a place of ``before``, or a place comes twice.
    InputError
        If people are negative or missing, the two Series answer different questions (of other
        names, limits, decays, cutoffs, ...), or a threshold is beyond the cutoff.

    Warns
    -----
    ThresholdWarning
        If a threshold of an APL is one of the official zoning, as in :func:`people_under`.

    Examples
    --------
    The doctor next door leaves; the next one is 19 minutes away.

    >>> times = [[6.0, 19.0], [8.0, 5.0]]
    >>> left = [[19.0], [5.0]]
    >>> change = ds.compare(
    ...     ds.time_to_nearest(times),
    ...     ds.time_to_nearest(left),
    ...     demand=[240, 90],
    ...     better="lower",
    ...     thresholds=[15],
    ... )
    >>> change.summary[["total", "gaining", "losing"]].values.tolist()
    [[330.0, 0.0, 240.0]]
    """
    check_choice("better", better, ("lower", "higher"))
    first, second, extra = _aligned(before, after)
    limits = limits_of(thresholds)
    cutoff = _cutoff(first, second) if better == "lower" else None
    _refuse_beyond(limits, cutoff)
    if _words.is_apl(first.name):
        warn_of_zoning(limits, first)
    people, extra_people = amounts(demand, first.index, "demand", "place")
    rows = _rows(first.index, study)
    groups = [(name, group[rows]) for name, group in by_population(demand, people)]
    sides = _settled(first.to_numpy()[rows], second.to_numpy()[rows])
    codes = _outcomes(*sides, better)
    columns = {
        "before": sides[0],
        "after": sides[1],
        "change": sides[1] - sides[0],
        "outcome": np.array(OUTCOMES, dtype=object)[codes],
    }
    crossings = []
    for limit in limits:
        good = [_is_good(values, limit, better) for values in sides]
        crossed = _crossed(good[0], good[1], codes)
        columns[f"crosses_{limit:g}"] = np.array(OUTCOMES, dtype=object)[crossed]
        crossings += [_crossing(name, limit, group, good, crossed) for name, group in groups]
    table = pd.DataFrame(columns, index=first.index[rows])
    _refuse_taken(populations(demand, people.shape), table)
    for name, group in groups:
        table[name] = group
    return Comparison(
        table=table,
        summary=pd.DataFrame([_summary(name, group, sides, codes) for name, group in groups]),
        crossings=pd.DataFrame(crossings, columns=_CROSSING),
        better=better,
        attrs={
            "measure": first.name,
            "extra_ids": {"after": extra, "demand": extra_people},
            "study_places": len(rows),
            "max_minutes": cutoff,
            "minutes": first.attrs.get("minutes"),
        },
    )


_CROSSING = [
    "population",
    "threshold",
    "before",
    "after",
    "gaining",
    "losing",
    "places_gaining",
    "places_losing",
]


def _aligned(before: Any, after: Any) -> tuple[pd.Series, pd.Series, int]:
    first, second = figures(before, "before"), figures(after, "after")
    if first.name != second.name and None not in (first.name, second.name):
        raise InputError(
            f"before is {first.name!r} and after {second.name!r}; compare one figure with itself"
        )
    _refuse_other_questions(first, second)
    found = second.index.get_indexer(first.index)
    if (found < 0).any():
        raise IdError(f"after lacks {some(first.index[found < 0].tolist(), 'place')} of before")
    return first, second.iloc[found], len(second) - len(first)


def _refuse_other_questions(first: pd.Series, second: pd.Series) -> None:
    """Refuses figures that were not asked alike: what differs would be no change."""
    pairs = [
        (name, first.attrs[name], second.attrs[name])
        for name in _QUESTION
        if name in first.attrs and name in second.attrs
    ]
    differ = [f"{name} {one!r} and {other!r}" for name, one, other in pairs if one != other]
    if differ:
        raise InputError(
            f"before and after answer different questions, by {', '.join(differ)}; "
            "ask both alike, so that the change is that of the care"
        )


def _cutoff(first: pd.Series, second: pd.Series) -> float | None:
    """The minutes beyond which nobody asked; None where all were asked for."""
    ends = [side.attrs.get("max_minutes") for side in (first, second)]
    return min((end for end in ends if end is not None), default=None)


def _refuse_beyond(limits: list[float], cutoff: float | None) -> None:
    beyond = [limit for limit in limits if cutoff is not None and limit > cutoff]
    if beyond:
        raise InputError(
            f"thresholds has {some(beyond, 'limit')} beyond max_minutes={cutoff:g} of the times, "
            "where nobody knows who crosses; compute them further, or ask for less"
        )


def _rows(index: pd.Index, study: Any) -> npt.NDArray[np.int64]:
    if isinstance(study, pd.Series):
        raise InputError("study is a list of ids or a table indexed by them, got a Series")
    return positions(
        index, study.index if isinstance(study, pd.DataFrame) else study, "study place"
    )


def _settled(before: _Numbers, after: _Numbers) -> tuple[_Numbers, _Numbers]:
    """The same figures, without differences that are only rounding."""
    return before, np.where(np.isclose(before, after, rtol=_ROUNDING, atol=0), before, after)


def _crossed(before: Any, after: Any, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    crossed = np.select([after > before, after < before], [_GAINS, _LOSES], _SAME)
    return np.where(codes == _NO_FIGURE, _NO_FIGURE, crossed)


def _outcomes(before: _Numbers, after: _Numbers, better: str) -> npt.NDArray[np.int64]:
    """The position in ``OUTCOMES`` of what each place meets."""
    if better == "lower":
        far = [np.where(np.isnan(values), np.inf, values) for values in (before, after)]
        gains, loses, unknown = (
            far[1] < far[0],
            far[1] > far[0],
            np.isinf(far[0]) & np.isinf(far[1]),
        )
    else:
        gains, loses, unknown = after > before, after < before, np.isnan(before) | np.isnan(after)
    codes: npt.NDArray[np.int64] = np.select(
        [unknown, gains, loses], [_NO_FIGURE, _GAINS, _LOSES], _SAME
    )
    return codes


def _is_good(values: _Numbers, limit: float, better: str) -> npt.NDArray[np.bool_]:
    # 20.1 is within 20.1 where the minutes are single numbers too, as in `coverage`.
    own = values.dtype.type(limit)
    is_good: npt.NDArray[np.bool_] = values <= own if better == "lower" else values >= own
    return is_good


def _crossing(
    name: object, limit: float, people: _Numbers, sides: list[Any], crossed: Any
) -> dict[str, object]:
    gains, loses = crossed == _GAINS, crossed == _LOSES
    return {
        "population": name,
        "threshold": limit,
        "before": people[sides[0]].sum(),
        "after": people[sides[1]].sum(),
        "gaining": people[gains].sum(),
        "losing": people[loses].sum(),
        "places_gaining": int(gains.sum()),
        "places_losing": int(loses.sum()),
    }


def _summary(
    name: object, people: _Numbers, sides: tuple[_Numbers, _Numbers], codes: npt.NDArray[np.int64]
) -> dict[str, object]:
    before, after = sides
    change = after - before
    both = np.where(np.isnan(change), 0.0, people)
    of = {outcome: people[codes == code].sum() for code, outcome in enumerate(OUTCOMES)}
    return {
        "population": name,
        "total": people.sum(),
        "gaining": of["gains"],
        "losing": of["loses"],
        "same": of["same"],
        "no_figure": of["no_figure"],
        "mean_before": mean(before, both),
        "mean_after": mean(after, both),
        "gain": mean(change, np.where(codes == _GAINS, people, 0.0)),
        "loss": mean(change, np.where(codes == _LOSES, people, 0.0)),
    }


def _refuse_taken(names: list[object], table: pd.DataFrame) -> None:
    taken = [name for name in names if name in table.columns]
    if taken:
        raise InputError(f"demand has {some(taken, 'column')} of the result; rename it first")
