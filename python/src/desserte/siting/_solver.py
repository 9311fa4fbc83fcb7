"""What is the best choice among those that are left?

The engine hands over what it could not settle as an integer program; HiGHS solves it,
beginning with the choice that the engine found. It is met in this file alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._lazy import np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from desserte.siting._question import Question

__all__ = ["Program", "Solution", "program", "solve"]

_BEAT_SECONDS = 0.05
# Up to so many terms, parts of sites are tried first; the best choice of parts is often whole.
_RELAXED = 50_000
_WHOLE = 1e-6


@dataclass(frozen=True)
class Program:
    """Numbers to choose and rules on their sums, as the engine gives them."""

    numbers: tuple[Any, Any, Any, Any]
    sites: npt.NDArray[np.uint32]
    open: npt.NDArray[np.uint32]
    offset: float
    is_gain: bool
    rows: tuple[Any, Any, Any, Any, Any]

    @property
    def size(self) -> int:
        """How many terms the rules have."""
        return len(self.rows[4])


@dataclass(frozen=True)
class Solution:
    """What the solver found: columns to open, what they are worth, and what no other exceeds."""

    status: str
    chosen: list[int]
    value: float
    bound: float
    was_interrupted: bool
    numbers: npt.NDArray[np.float64]


def program(question: Question, is_open: Any, is_closed: Any) -> Program:
    """What is left to decide."""
    words = question.words()
    numbers, (sites, opened), (offset, is_gain), rows = _native.site_model(
        words, list(is_open), list(is_closed)
    )
    return Program(numbers, sites, opened, offset, is_gain, rows)


def solve(asked: Program, *, begin: Sequence[int], seconds: float | None, seed: int) -> Solution:
    """Solves a program; the best so far where the time is up or Ctrl-C is pressed."""
    import highspy

    if len(asked.numbers[0]) == 0:
        return _nothing_left(asked)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in _options(seconds, seed).items():
        solver.setOptionValue(name, value)
    if asked.size <= _RELAXED and asked.numbers[3].any():
        solver.passModel(_model(highspy, asked, is_relaxed=True))
        solver.run()
        parts = _solution(highspy, solver, asked, was_interrupted=False)
        if parts.status == "optimal" and _is_whole(asked, parts):
            return replace(parts, bound=parts.value)
    solver.passModel(_model(highspy, asked))
    starting = highspy.HighsSolution()
    starting.col_value = _starting(asked, begin).tolist()
    if len(begin):
        solver.setSolution(
            len(asked.sites),
            np.arange(len(asked.sites), dtype="int32"),
            np.asarray(starting.col_value)[: len(asked.sites)],
        )
    was_interrupted = _run(solver)
    return _solution(highspy, solver, asked, was_interrupted=was_interrupted)


def _options(seconds: float | None, seed: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "threads": 1,
        "random_seed": seed % 2**31,
        "mip_rel_gap": 1e-9,
        "mip_abs_gap": 1e-9,
    }
    if seconds is not None:
        options["time_limit"] = max(seconds, 0.0)
    return options


def _is_whole(asked: Program, solved: Solution) -> bool:
    """Whether all numbers are whole that must be."""
    must = solved.numbers[asked.numbers[3]]
    return bool((np.abs(must - np.round(must)) <= _WHOLE).all())


def _model(highspy: Any, asked: Program, *, is_relaxed: bool = False) -> Any:
    objective, lower, upper, is_whole = asked.numbers
    least, most, starts, terms, factors = asked.rows
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(objective), len(least)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = objective, lower, upper
    lp.row_lower_, lp.row_upper_ = least, most
    lp.offset_ = asked.offset
    lp.sense_ = highspy.ObjSense.kMaximize if asked.is_gain else highspy.ObjSense.kMinimize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = starts.astype("int32")
    lp.a_matrix_.index_ = terms.astype("int32")
    lp.a_matrix_.value_ = factors
    if is_whole.any() and not is_relaxed:
        whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole if is_one else part for is_one in is_whole]
    return lp


def _starting(asked: Program, begin: Sequence[int]) -> npt.NDArray[np.float64]:
    numbers = np.zeros(len(asked.numbers[0]))
    numbers[: len(asked.sites)] = np.isin(asked.sites, np.asarray(begin, dtype="int64"))
    return numbers


def _run(solver: Any) -> bool:
    """Runs the solver in a thread of its own, so that Ctrl-C is heard; whether it was."""
    stopped = False

    def listen(event: Any) -> None:
        if stopped:
            event.interrupt()

    solver.cbMipInterrupt += listen
    solver.startSolve()
    is_over = False
    while not is_over:
        try:
            is_over, _ = solver.wait(_BEAT_SECONDS)
        except KeyboardInterrupt:  # noqa: PERF203 - the first of several may be heard
            stopped = True
    solver.cbMipInterrupt -= listen
    return stopped


def _solution(highspy: Any, solver: Any, asked: Program, *, was_interrupted: bool) -> Solution:
    status = solver.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Solution("infeasible", [], np.nan, np.nan, was_interrupted, np.zeros(0))
    info = solver.getInfo()
    worst = -np.inf if asked.is_gain else np.inf
    is_linear = not asked.numbers[3].any()
    numbers = np.asarray(solver.getSolution().col_value, dtype="float64")
    has_one = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not has_one:
        return Solution("nothing", [], worst, info.mip_dual_bound, was_interrupted, np.zeros(0))
    picked = asked.sites[numbers[: len(asked.sites)] > 0.5]  # noqa: PLR2004 - either 0 or 1
    value = float(info.objective_function_value)
    return Solution(
        "optimal" if status == highspy.HighsModelStatus.kOptimal else "feasible",
        sorted(int(site) for site in np.concatenate([asked.open, picked])),
        value,
        value if is_linear else float(info.mip_dual_bound),
        was_interrupted,
        numbers,
    )


def _nothing_left(asked: Program) -> Solution:
    least, most, *_ = asked.rows
    is_kept = bool(((least <= 0) & (most >= 0)).all())
    chosen = sorted(int(site) for site in asked.open)
    value = asked.offset if is_kept else float("nan")
    status = "optimal" if is_kept else "infeasible"
    return Solution(status, chosen, value, value, was_interrupted=False, numbers=np.zeros(0))


def transport(
    worth: npt.NDArray[np.float64],
    people: tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]],
    capacity: tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]],
    most: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """How many of each pair, so that no place gives and no site takes more than it has."""
    pairs = np.arange(len(worth))
    terms, sizes, ends = [], [], []
    for of_pair, amounts in (people, capacity):
        order = np.argsort(of_pair, kind="stable")
        ids, counts = np.unique(of_pair, return_counts=True)
        terms.append(pairs[order])
        sizes.append(counts)
        ends.append(amounts[ids])
    rows = np.concatenate(ends)
    starts = np.concatenate([[0], np.cumsum(np.concatenate(sizes))])
    asked = Program(
        numbers=(worth, np.zeros(len(worth)), most, np.zeros(len(worth), dtype=bool)),
        sites=np.zeros(0, dtype="uint32"),
        open=np.zeros(0, dtype="uint32"),
        offset=0.0,
        is_gain=True,
        rows=(np.zeros(len(rows)), rows, starts, np.concatenate(terms), np.ones(2 * len(worth))),
    )
    return solve(asked, begin=(), seconds=None, seed=0).numbers
