"""What does a plan do, for whom, and how far from the best can it be?

A :class:`Plan` has the sites, the figure before and after, the bound that no other choice
passes, and tables: who goes where, what each site serves, and who cannot be served.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._html import card
from desserte._lazy import np
from desserte.siting import _words
from desserte.siting._search import answer, is_gain, required_limit
from desserte.siting._ways import Left, Ways

if TYPE_CHECKING:
    from desserte._lazy import pd
    from desserte.siting._question import Question
    from desserte.siting._search import Answer, Effort

__all__ = ["Plan", "plan_of"]

_SHOWN = 8


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Sites to open, and what is known of every other choice. Made by :func:`site`.

    Attributes
    ----------
    chosen
        Ids of the sites to open, required ones included, in the order of the candidates.
        Empty where ``status`` is "infeasible".
    objective
        What the goal is measured in, with the plan: mean minutes, people, minutes of the
        longest trip, or new sites. ``NaN`` where infeasible.
    objective_unit
        "minutes", "people" ("origins" without a demand) or "sites".
    bound
        No choice of as many sites is better than this.
    gap
        How much better any other can be at most, as a part of the objective.
    status
        "optimal" (the gap is 0 but for rounding), "feasible", or "infeasible": no choice keeps
        the limit, or, where ``attrs["is_proven"]`` is False, none was found.
    value_before
        The objective with the existing sites alone; ``NaN`` where it has no meaning.
    person_minutes
        Minutes of all people together, each way, of those who have a time.
    table
        A row an open site: ``site``, ``site_name`` if there is one, ``role`` ("new", "required",
        "existing"), ``people`` who go there, ``mean_minutes``, ``longest_minutes``.
    allocation
        A row an origin with demand: ``origin``, ``site`` (the nearest that is open, equals by
        column; missing where there is none), ``minutes``, ``people``, ``is_served`` (within the
        limit, if there is one). With capacities a row a pair, as people are shared.
    uncovered
        Origins that no candidate can serve, and with "infeasible" those that stay unserved:
        ``origin``, ``people``, ``site`` (the nearest of all), ``minutes``, ``minutes_more`` (by
        how much the limit would have to rise for it; ``NaN`` without a time) and ``reason``
        ("off_network", "no_time", "beyond_limit", "too_few_sites").
    attrs
        The parameters of the question and of the times, ``people`` (all of them), ``extra_ids`` of
        the demand, ``was_interrupted``; where infeasible, ``is_proven`` and ``minutes_needed``
        (None where no limit would do, and with capacities).
    """

    chosen: list[Any]
    objective: float
    objective_unit: str
    bound: float
    gap: float
    status: str
    value_before: float
    person_minutes: float
    attrs: dict[str, Any]
    _ways: Ways
    _left: Left

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an open site: who goes there, and how far."""
        return self._ways.table()

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """A row an origin with demand: where it goes; with capacities a row a pair."""
        return self._ways.allocation()

    @cached_property
    def uncovered(self) -> pd.DataFrame:
        """The origins that cannot be served, and why."""
        return self._ways.uncovered(self._left)

    def sentence(self, language: Literal["fr", "en"] = "fr") -> str:
        """What an élu reads: the sites, the figure before and after, and what is proven.

        Parameters
        ----------
        language
            "fr" or "en".

        Returns
        -------
        str
            People in whole numbers; shares are of all people with demand. That no other choice
            is better, or not by more than some percent of the objective, is said only where the
            bound proves it.

        Raises
        ------
        InputError
            If the language is unknown.

        Examples
        --------
        >>> plan = ds.site(
        ...     [[5, 12], [30, 9], [40, 14]],
        ...     goal="max_coverage",
        ...     new_sites=1,
        ...     minutes=15,
        ...     demand=[100, 300, 200],
        ... )
        >>> plan.sentence("en")
        'Opening 1 raises the share of people within 15 minutes from 0% to 100% (+600 people); no other site does better.'
        """  # noqa: E501 - a sentence is one line
        check_choice("language", language, ("fr", "en"))
        table = self.table[self.table["role"] != "existing"]
        names = table["site_name" if "site_name" in table else "site"].astype(str)
        return _words.sentence(
            _words.Told(
                goal=self.attrs["goal"],
                status=self.status,
                names=names.tolist(),
                required=names[table["role"] == "required"].tolist(),
                before=self.value_before,
                after=self.objective,
                people=self.attrs["people"],
                limit=self.attrs["minutes"],
                gap=self.gap,
                population=self.attrs["population"],
                is_counted=self._ways.question.is_counted,
                left_over=(float(self._left.people.sum()), len(self._left.rows)),
                needed=self.attrs.get("minutes_needed"),
                is_proven=self.attrs.get("is_proven", True),
                holds_few=self._ways.question.capacity is not None,
            ),
            language,
        )

    def __repr__(self) -> str:
        """The goal, how many sites, the figure and what is proven, on one line."""
        goal, sites, figure, proven = self._facts()
        return f"Plan({goal}, {sites}, {figure}, {proven})"

    def _facts(self) -> tuple[str, str, str, str]:
        many = "" if len(self.chosen) == 1 else "s"
        gap = "" if self.status != "feasible" else f", gap {100 * self.gap:.2g} %"
        return (
            self.attrs["goal"],
            f"{len(self.chosen)} new site{many}",
            f"{self.objective:.6g} {self.objective_unit}",
            f"{self.status}{gap}",
        )

    def _repr_html_(self) -> str:
        goal, sites, figure, proven = self._facts()
        rows = [
            ("goal", goal),
            ("open", sites),
            ("which", _few(self.chosen)),
            ("objective", figure),
            ("before", f"{self.value_before:.6g} {self.objective_unit}"),
            ("proven", proven),
        ]
        return card("Plan", rows)


def _few(ids: list[Any]) -> str:
    return ", ".join(map(str, ids[:_SHOWN])) + (", ..." if len(ids) > _SHOWN else "")


def plan_of(question: Question, found: Answer, effort: Effort) -> Plan:
    """The plan that an answer of the engine stands for."""
    is_infeasible = found.status == "infeasible"
    ways = Ways(question, [] if is_infeasible else found.chosen)
    attrs = {
        **question.table.attrs,
        "goal": question.goal,
        "minutes": question.limit,
        "new_sites": question.new_sites,
        "population": question.population,
        "people": float(question.people.sum()),
        "extra_ids": question.extra_ids,
        "seed": effort.seed,
        "was_interrupted": found.was_interrupted,
    }
    if is_infeasible:
        left, needed = _left_over(question, ways, effort)
        attrs |= {"minutes_needed": needed, "is_proven": found.is_refuted(question)}
    else:
        left = ways.left(np.where(ways.servable, 0.0, question.people))
    objective, bound = _figures(question, found, ways)
    return Plan(
        chosen=question.table.destinations[ways.chosen].tolist(),
        objective=objective,
        objective_unit=_unit(question),
        bound=bound,
        gap=_gap(objective, bound, found.status),
        status=found.status,
        value_before=ways.figure(ways.existing),
        person_minutes=ways.trips.person_minutes(),
        attrs=attrs,
        _ways=ways,
        _left=left,
    )


def _unit(question: Question) -> str:
    if question.goal in ("min_mean_time", "min_worst_time"):
        return "minutes"
    if question.goal == "cover_all":
        return "sites"
    return "people" if question.is_counted else "origins"


def _figures(question: Question, found: Answer, ways: Ways) -> tuple[float, float]:
    """What the sites are worth, and what no choice passes, in the units of the goal."""
    if found.status == "infeasible":
        return float("nan"), float("nan")
    if question.goal == "cover_all" or question.capacity is not None:
        objective = found.value
    else:
        # As the tables say it: what the engine and the solver add up is rounded.
        objective = ways.figure(ways.is_open)
    if found.status == "optimal" or not np.isfinite(objective):
        return objective, objective
    counted = float(question.people[ways.servable].sum())
    bound = found.bound / counted if question.goal == "min_mean_time" else found.bound
    return objective, (max if is_gain(question) else min)(bound, objective)


def _gap(objective: float, bound: float, status: str) -> float:
    if status == "optimal":
        return 0.0
    if np.isnan(objective) or objective == bound:
        return float(objective - bound)
    return abs(objective - bound) / abs(objective) if objective else float("inf")


def _left_over(question: Question, ways: Ways, effort: Effort) -> tuple[Left, float | None]:
    """Whom the best attempt leaves unserved, and the limit within which as many sites would do."""
    limit = question.limit if question.limit is not None else question.longest()
    attempt = question.asking("max_coverage", limit=limit)
    served = Ways(attempt, answer(attempt, effort).chosen)
    left = ways.left(served.unserved(), "too_few_sites")
    if question.limit is None or question.capacity is not None:
        return left, None
    needed = required_limit(question, ways.servable, effort)
    return left, float(needed.value) if np.isfinite(needed.value) else None
