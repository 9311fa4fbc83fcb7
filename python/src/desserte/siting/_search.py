"""How is a choice found, and how is it shown that none is better?

The engine finds a choice and a bound in milliseconds. Where they differ and what is left is
small, or the caller insists, the solver decides. A limit to keep is found by halving.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from desserte import _native
from desserte._lazy import np
from desserte.siting import _solver
from desserte.siting._question import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from desserte.siting._question import Question

__all__ = ["Answer", "Effort", "answer", "is_gain", "required_limit"]

_STARTS, _STEPS = 48, 600
# Where the solver has the last word and its time, more beginnings cost more than they save it;
# and of a coverage it has the bound of the prices itself, sooner than many steps find it.
_FEW_STARTS, _FEW_STEPS = 8, 150
# So many terms are solved unasked, and for so long.
_SMALL, _PATIENCE_SECONDS = 250_000, 10.0
_ROUNDING = 1e-9
_WHOLE = 1e-6


@dataclass(frozen=True)
class Effort:
    """How hard to look."""

    seed: int
    seconds: float | None
    exact: bool | Literal["auto"]
    end: float | None = None

    @classmethod
    def now(cls, seed: int, seconds: float | None, *, exact: bool | Literal["auto"]) -> Effort:
        """With the time running from here."""
        end = None if seconds is None else time.monotonic() + seconds
        return cls(seed, seconds, exact, end)

    def patient(self) -> Effort:
        """For several programs together no longer than for one."""
        if self.exact != "auto":
            return self
        end = time.monotonic() + _PATIENCE_SECONDS
        return replace(self, end=end if self.end is None else min(end, self.end))

    @property
    def is_decided(self) -> bool:
        """Whether the solver decides what the engine leaves open, however long it takes."""
        return self.exact is True and self.end is None

    def left(self) -> float | None:
        """Seconds that are left."""
        return None if self.end is None else max(self.end - time.monotonic(), 0.0)


@dataclass(frozen=True)
class Answer:
    """Columns to open, in the units of the engine: person-minutes, people, minutes or sites."""

    status: str
    chosen: list[int]
    value: float
    bound: float
    is_open: npt.NDArray[np.bool_]
    is_closed: npt.NDArray[np.bool_]
    was_interrupted: bool = False

    def is_refuted(self, question: Question) -> bool:
        """Whether it is shown that no choice will do, and not only that none was found."""
        if question.goal == "cover_all" and question.new_sites is not None:
            return self.bound > question.new_sites
        return not np.isfinite(self.bound)

    @property
    def is_settled(self) -> bool:
        """Whether no choice is better, but for rounding."""
        if not np.isfinite([self.value, self.bound]).all():
            return self.value == self.bound
        return abs(self.value - self.bound) <= _ROUNDING * max(1.0, abs(self.value))


def is_gain(question: Question) -> bool:
    """Whether the objective is to be large."""
    return question.goal in ("max_coverage", "backup_coverage")


def answer(question: Question, effort: Effort, *, warm: Sequence[int] = ()) -> Answer:
    """The best choice that the effort finds."""
    found = _heuristic(question, effort, warm)
    is_over = found.was_interrupted or effort.left() == 0
    if not found.is_settled and not is_over and effort.exact is not False:
        decide = _shortest_limit if question.goal == "min_worst_time" else _decided
        found = decide(question, found, effort)
    most = question.new_sites
    if question.goal == "cover_all" and most is not None and found.value > most:
        return replace(found, status="infeasible")
    if not np.isfinite(found.value):
        return replace(found, status="infeasible")
    return replace(found, status="optimal" if found.is_settled else "feasible")


def _heuristic(question: Question, effort: Effort, warm: Sequence[int]) -> Answer:
    required = set(np.flatnonzero(question.roles == REQUIRED).tolist())
    begin = [int(site) for site in warm if site not in required]
    starts = _FEW_STARTS if effort.is_decided else _STARTS
    steps = _FEW_STEPS if effort.is_decided and is_gain(question) else _STEPS
    words = (effort.seed % 2**64, starts, steps, effort.left(), begin)
    chosen, value, bound, is_open, is_closed, was_interrupted = _native.site(
        question.words(), words
    )
    return Answer("", chosen.tolist(), value, bound, is_open, is_closed, was_interrupted)


def _decided(question: Question, found: Answer, effort: Effort) -> Answer:
    """What the solver makes of what is left."""
    asked = _solver.program(question, found.is_open, found.is_closed)
    seconds = effort.left()
    if effort.exact == "auto":
        if asked.size > _SMALL:
            return found
        seconds = _PATIENCE_SECONDS if seconds is None else min(seconds, _PATIENCE_SECONDS)
    begin = found.chosen if np.isfinite(found.value) else []
    solved = _solver.solve(asked, begin=begin, seconds=seconds, seed=effort.seed)
    return _better(question, found, solved)


def _better(question: Question, found: Answer, solved: _solver.Solution) -> Answer:
    """The answer with what the solver found, in the units of the engine."""
    stopped = found.was_interrupted or solved.was_interrupted
    if solved.status == "infeasible":
        # What is settled leaves no better choice; where there was none at all, there is none.
        return replace(found, bound=found.value, was_interrupted=stopped)
    value, bound = solved.value, solved.bound
    least, most = (max, min) if is_gain(question) else (min, max)
    is_better = value > found.value if is_gain(question) else value < found.value
    margin = _ROUNDING * max(1.0, abs(value) if np.isfinite(value) else 1.0)
    chosen, best = found.chosen, found.value
    if is_better and (not np.isfinite(best) or abs(value - best) > margin):
        chosen, best = solved.chosen, value
    # No choice but the one found is beyond what is left; and never is a bound past it.
    known = most(found.bound, least(bound, best)) if np.isfinite(bound) else found.bound
    if solved.status == "optimal":
        known = best
    if question.goal == "cover_all" and len(chosen):
        # Sites are whole, and so is the least number of them.
        best = float(len(chosen))
        known = min(float(np.ceil(known - _WHOLE)), best)
    return replace(found, chosen=chosen, value=best, bound=known, was_interrupted=stopped)


def _shortest_limit(question: Question, found: Answer, effort: Effort) -> Answer:
    """Halves the times between which the shortest limit lies."""
    cells = question.table.cells
    times = cells[2] if isinstance(cells, tuple) else cells.ravel()
    between = (times >= np.float32(found.bound)) & (times <= np.float32(found.value))
    limits = np.unique(times[between])
    # Limits before `low` are refuted, the one at `high` is kept; where none is, it is beyond all.
    low, high = 0, len(limits) - int(np.isfinite(found.value))
    count, best = question.new_sites or 0, found
    effort = effort.patient()
    while low < high:
        left = effort.left()
        if left is not None and left <= 0:
            break
        middle = (low + high) // 2
        limit = float(limits[middle])
        cover = question.asking("cover_all", limit=limit, new_sites=None)
        tried = _heuristic(cover, effort, ())
        if tried.value > count >= tried.bound and not tried.is_settled:
            tried = _decided(cover, tried, effort)
        if tried.was_interrupted:
            return replace(best, was_interrupted=True)
        if tried.value <= count:
            high = middle
            best = replace(best, chosen=_filled(question, tried.chosen), value=limit)
        elif tried.bound > count:
            low = middle + 1
        else:
            break
    least = float(limits[low]) if low < len(limits) else np.inf
    return replace(best, bound=min(least, best.value) if len(limits) else best.bound)


def _filled(question: Question, chosen: list[int]) -> list[int]:
    """The choice with the first of the other candidates, until there are as many as asked for."""
    others = [int(at) for at in np.flatnonzero(question.roles == 0) if at not in set(chosen)]
    return sorted([*chosen, *others[: (question.new_sites or 0) - len(chosen)]])


def required_limit(question: Question, rows: Any, effort: Effort) -> Answer:
    """The shortest limit within which so many sites would serve those rows."""
    people = np.where(rows, question.people, 0.0)
    worst = question.asking("min_worst_time", people=people, limit=None, capacity=None)
    return answer(worst, effort)
