"""What does a plan do, for whom, and how far from the best can it be?

A :class:`Plan` has the sites, the figure before and after, the bound that no other choice
passes, and tables: who goes where, what each site serves, and who cannot be served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._html import card
from desserte._lazy import np, pd
from desserte.siting import _solver, _words
from desserte.siting._question import CANDIDATE, EXISTING, REQUIRED
from desserte.siting._search import answer, required_limit

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.siting._question import Question
    from desserte.siting._search import Answer, Effort

__all__ = ["Plan", "plan_of"]

_NOBODY = 1e-6
_SHOWN = 8
# The site and its backup.
_BOTH = 2


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
        "optimal" (the gap is 0 but for rounding), "feasible", or "infeasible" (no choice keeps
        the limit; with ``exact=False``, none was found).
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
        the demand, ``minutes_needed`` where infeasible, ``was_interrupted``.
    """

    chosen: list[Any]
    objective: float
    objective_unit: str
    bound: float
    gap: float
    status: str
    value_before: float
    person_minutes: float
    table: pd.DataFrame
    allocation: pd.DataFrame
    uncovered: pd.DataFrame
    attrs: dict[str, Any]

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
        is_new = self.table["role"] != "existing"
        column = "site_name" if "site_name" in self.table else "site"
        names = [str(name) for name in self.table.loc[is_new, column]]
        left = self.uncovered
        return _words.sentence(
            _words.Told(
                goal=self.attrs["goal"],
                status=self.status,
                names=names,
                before=self.value_before,
                after=self.objective,
                people=self.attrs["people"],
                limit=self.attrs["minutes"],
                gap=self.gap,
                population=self.attrs["population"],
                left_over=(float(left["people"].sum()), len(left)),
                needed=self.attrs.get("minutes_needed"),
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
    ways = _Ways(question, [] if is_infeasible else found.chosen)
    weight = ways.weight()
    objective, bound = (_in_units(question, value, weight) for value in (found.value, found.bound))
    allocation = ways.allocation()
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
    uncovered = ways.uncovered(ways.servable, "")
    if is_infeasible:
        uncovered, needed = _left_over(question, ways, effort)
        attrs["minutes_needed"] = needed
        objective = bound = np.nan
    return Plan(
        chosen=[] if is_infeasible else question.table.destinations[found.chosen].tolist(),
        objective=objective,
        objective_unit=_unit(question),
        bound=bound,
        gap=_gap(objective, bound, found.status),
        status=found.status,
        value_before=ways.before(weight),
        person_minutes=float((allocation["people"] * allocation["minutes"]).sum()),
        table=ways.table(allocation),
        allocation=allocation,
        uncovered=uncovered,
        attrs=attrs,
    )


def _unit(question: Question) -> str:
    if question.goal in ("min_mean_time", "min_worst_time"):
        return "minutes"
    if question.goal == "cover_all":
        return "sites"
    return "people" if question.is_counted else "origins"


def _in_units(question: Question, value: float, weight: float) -> float:
    """Mean minutes of person-minutes; all else is as the engine counts it."""
    return value / weight if question.goal == "min_mean_time" and weight > 0 else value


def _gap(objective: float, bound: float, status: str) -> float:
    if status == "optimal":
        return 0.0
    if np.isnan(objective) or objective == bound:
        return float(objective - bound)
    return abs(objective - bound) / abs(objective) if objective else float("inf")


class _Ways:
    """Who goes where, once some sites are open."""

    def __init__(self, question: Question, chosen: list[int]) -> None:
        """Finds the nearest of the open sites, of those open before, and of all."""
        self.question, self.chosen = question, chosen
        self.is_open = question.among(EXISTING)
        self.existing = self.is_open.copy()
        self.is_open[chosen] = True
        self.allowed = question.among(CANDIDATE, REQUIRED, EXISTING)
        self.columns, self.minutes = question.nearest(self.is_open)
        self.best, self.least = question.nearest(self.allowed)
        self.inhabited = question.people > 0
        if question.goal == "backup_coverage":
            self.servable = question.within(self.allowed) >= _BOTH
        else:
            self.servable = self._is_within(self.least)

    def _is_within(self, minutes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        limit = self.question.limit
        # As the minutes are kept, so that 20.1 is within 20.1.
        return ~np.isnan(minutes) if limit is None else minutes <= np.float64(np.float32(limit))

    def weight(self) -> float:
        """The people whom the objective counts."""
        return float(self.question.people[self.servable].sum())

    def before(self, weight: float) -> float:
        """The objective with the sites that were open before."""
        question, people = self.question, self.question.people
        if question.goal in ("backup_coverage", "max_coverage"):
            return self._covered_before()
        _, minutes = question.nearest(self.existing)
        counted = self.servable & self.inhabited
        if question.goal == "cover_all" or not counted.any() or not self.existing.any():
            return float("nan")
        if question.goal == "min_mean_time":
            missing = np.nan if question.unserved is None else question.unserved
            spent = people * np.where(np.isnan(minutes), missing, minutes)
            return float(spent[counted].sum() / weight)
        return float(minutes[counted].max())

    def _covered_before(self) -> float:
        question, people = self.question, self.question.people
        if question.goal == "backup_coverage":
            return float(people[question.within(self.existing) >= _BOTH].sum())
        if question.capacity is not None:
            return float(self._shared(self.existing)["people"].sum())
        _, minutes = question.nearest(self.existing)
        if question.decay is not None:
            return float(people @ question.decay(minutes))
        return float(people[self._is_within(minutes)].sum())

    def allocation(self) -> pd.DataFrame:
        """A row an origin with demand; with capacities a row a pair."""
        question = self.question
        if question.capacity is not None and self.is_open.any():
            return self._named(self._shared(self.is_open))
        rows = np.flatnonzero(self.inhabited)
        frame = pd.DataFrame(
            {
                "row": rows,
                "column": self.columns[rows],
                "minutes": self.minutes[rows],
                "people": question.people[rows],
                "is_served": self._is_within(self.minutes)[rows],
            }
        )
        return self._named(frame)

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        table, (origin_names, site_names) = self.question.table, self.question.names
        rows, columns = frame["row"].to_numpy(), frame["column"].to_numpy()
        named: dict[str, Any] = {"origin": table.origins.take(rows)}
        if origin_names is not None:
            named["origin_name"] = [origin_names[row] for row in rows]
        named["site"] = _labels(table.destinations, columns)
        if site_names is not None:
            named["site_name"] = [None if at < 0 else site_names[at] for at in columns]
        return pd.DataFrame({**named, **frame.drop(columns=["row", "column"]).to_dict("series")})

    def _shared(self, is_open: npt.NDArray[np.bool_]) -> pd.DataFrame:
        """Who is served where by sites that hold only so many: most people, then fewest minutes."""
        question = self.question
        pairs = _pairs(question, is_open)
        people, capacity = question.people, question.capacity
        if capacity is None or len(pairs) == 0:
            return pairs.assign(people=0.0, is_served=True)
        rows, columns = pairs["row"].to_numpy(), pairs["column"].to_numpy()
        longest = max(float(pairs["minutes"].max()), 1.0)
        worth = 1 - 1e-4 * pairs["minutes"].to_numpy() / longest
        served = _solver.transport(
            worth, (rows, people), (columns, capacity), np.minimum(people[rows], capacity[columns])
        )
        pairs = pairs.assign(people=served, is_served=True)
        return pairs[pairs["people"] > _NOBODY].reset_index(drop=True)

    def table(self, allocation: pd.DataFrame) -> pd.DataFrame:
        """A row an open site: the new ones first."""
        question = self.question
        columns = [*self.chosen, *np.flatnonzero(self.existing).tolist()]
        roles = {CANDIDATE: "new", REQUIRED: "required", EXISTING: "existing"}
        ids = question.table.destinations[columns]
        frame: dict[str, Any] = {"site": ids}
        if question.names[1] is not None:
            frame["site_name"] = [question.names[1][column] for column in columns]
        frame["role"] = [roles[int(question.roles[column])] for column in columns]
        # Of whom it is the nearest, within the limit or not; with capacities, whom it serves.
        going = allocation[allocation["site"].notna()]
        spent = (going["people"] * going["minutes"]).groupby(going["site"]).sum()
        people = going.groupby("site")["people"].sum()
        longest = going.groupby("site")["minutes"].max()
        frame["people"] = people.reindex(ids).fillna(0.0).to_numpy("float64")
        frame["mean_minutes"] = (spent / people).reindex(ids).to_numpy("float64")
        frame["longest_minutes"] = longest.reindex(ids).to_numpy("float64")
        return pd.DataFrame(frame)

    def uncovered(self, is_fine: npt.NDArray[np.bool_], otherwise: str) -> pd.DataFrame:
        """The origins with demand that are not fine, and why."""
        question = self.question
        rows = np.flatnonzero(self.inhabited & ~is_fine)
        has_time = ~np.isnan(self.least[rows])
        limit = np.nan if question.limit is None else question.limit
        if question.reasons is None:
            unreached = np.full(len(rows), "no_time", dtype=object)
        else:
            unreached = question.reasons[rows]
        reasons = np.where(has_time, "beyond_limit", unreached)
        if otherwise:
            reasons = np.where(self.servable[rows], otherwise, reasons)
        frame = pd.DataFrame(
            {
                "row": rows,
                "column": self.best[rows],
                "people": question.people[rows],
                "minutes": self.least[rows],
                "minutes_more": np.maximum(self.least[rows] - limit, 0.0),
                "reason": reasons,
            }
        )
        return self._named(frame)


def _pairs(question: Question, among: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The pairs of an inhabited origin and some site within the limit."""
    limit = np.float32(question.limit)
    if isinstance(question.table.cells, tuple):
        starts, of_cells, minutes, _ = question.table.cells
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts.astype("int64")))
        columns = of_cells.astype("int64")
    else:
        cells = question.table.cells
        rows, columns = np.indices(cells.shape).reshape(2, -1)
        minutes = cells.ravel()
    kept = among[columns] & (minutes <= limit) & (question.people[rows] > 0)
    return pd.DataFrame(
        {"row": rows[kept], "column": columns[kept], "minutes": minutes[kept].astype("float64")}
    )


def _labels(ids: pd.Index, columns: npt.NDArray[np.int64]) -> Any:
    """The ids of some columns, missing where there is none."""
    from desserte.indicators.summary import labels

    return labels(ids, columns)


def _left_over(
    question: Question, ways: _Ways, effort: Effort
) -> tuple[pd.DataFrame, float | None]:
    """Whom the best attempt leaves unserved, and the limit within which as many sites would do."""
    attempt = answer(question.asking("max_coverage", capacity=None), effort)
    served = _Ways(question, attempt.chosen)
    table = ways.uncovered(served._is_within(served.minutes), "too_few_sites")
    needed = required_limit(question, ways.servable, effort)
    return table, float(needed.value) if np.isfinite(needed.value) else None
