#!/usr/bin/env python3
"""What does the best plan cost desserte, and spopt with its default solver, on the same questions?

    siting.py [--sides 100,300] [--only coverage,cover] [--output FOLDER]

Villages at random with heavy-tailed people, every village a candidate. Asked are the p-median, the
maximal covering, covering all and the p-centre. CPU seconds of this process and of those it
started (spopt's solver is a program of its own), the figures of both, and whether they are the
same. `--only` asks the questions whose names begin so. Without spopt its columns are left out,
with the reason. Appends to the lines of the day.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import desserte as ds
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import record  # noqa: E402  The recorder of the other benches stands one folder up.

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    # What it is called, how we answer it, and how the peer puts it.
    Question: TypeAlias = tuple[str, Callable[[], Any], Callable[[Any], Any]]

LIMIT = 8.0
# A p-centre by an integer program takes spopt minutes beyond this.
CENTRE_UP_TO = 100


def main() -> int:
    """Ask both everything; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sides", default="100,300")
    parser.add_argument("--counts", default="5,10,20")
    parser.add_argument("--only", default="", help="beginnings of the names of questions")
    parser.add_argument("--alone", action="store_true", help="do not ask the peer")
    parser.add_argument("--output", type=Path, default=HERE.parent / "recorded")
    asked = parser.parse_args()
    peer = None if asked.alone else spopt()
    lines, only = [], tuple(asked.only.split(","))
    for side in map(int, asked.sides.split(",")):
        times, people = territory(side)
        to_ask = [
            question
            for count in map(int, asked.counts.split(","))
            for question in questions(times, people, count)
        ]
        for question in [*to_ask, covering(times)]:
            if question[0].startswith(only):
                lines += compared(*question, (people, peer))
    rows = (("villages at random", figure, unit, f"{value:.6f}") for figure, unit, value in lines)
    record.append(rows, asked.output)
    return 0


def spopt() -> Any:
    """The peer, or None with the reason."""
    try:
        import pulp
        import spopt as package
        from spopt import locate
    except ImportError as error:
        say(f"spopt skipped: {error}\n")
        return None
    say(f"spopt {package.__version__}, {pulp.LpSolverDefault.name}\n")
    return locate, pulp


def territory(side: int) -> tuple[Any, Any]:
    """Minutes between villages, and their people."""
    dice = np.random.default_rng(side)
    places = dice.uniform(0, 60, (side, 2))
    minutes = 1.3 * np.linalg.norm(places[:, None] - places[None], axis=2)
    return minutes.astype("float32"), np.round(20 * (1 + dice.pareto(1.1, side)))


def questions(times: Any, people: Any, count: int) -> list[Question]:
    """The questions with a number of sites."""
    side, whole = len(people), times.astype("float64")
    asked: dict[str, tuple[Any, Any]] = {
        "p-median": (
            lambda: ds.site(
                times, goal="min_mean_time", new_sites=count, demand=people, exact=True
            ),
            lambda locate: locate.PMedian.from_cost_matrix(whole, people, p_facilities=count),
        ),
        "coverage": (
            lambda: ds.site(
                times,
                goal="max_coverage",
                new_sites=count,
                minutes=LIMIT,
                demand=people,
                exact=True,
            ),
            lambda locate: locate.MCLP.from_cost_matrix(whole, people, LIMIT, p_facilities=count),
        ),
    }
    if side <= CENTRE_UP_TO:
        asked["p-centre"] = (
            lambda: ds.site(times, goal="min_worst_time", new_sites=count, exact=True),
            lambda locate: locate.PCenter.from_cost_matrix(whole, p_facilities=count),
        )
    return [
        (f"{name} {side} x {side}, {count} sites", ours, theirs)
        for name, (ours, theirs) in asked.items()
    ]


def covering(times: Any) -> Question:
    """Covering all."""
    side, whole = len(times), times.astype("float64")
    return (
        f"cover all {side} x {side}",
        lambda: ds.site(times, goal="cover_all", minutes=LIMIT, exact=True),
        lambda locate: locate.LSCP.from_cost_matrix(whole, LIMIT),
    )


def compared(
    name: str, ours: Callable[[], Any], theirs: Callable[[Any], Any], about: tuple[Any, Any]
) -> list[tuple[str, str, float]]:
    """Ask one question of both."""
    people, peer = about
    ours()  # What is imported at the first question is no part of the second.
    seconds, plan = spent(ours)
    lines = [(f"desserte: {name}", "CPU s", seconds)]
    text = f"{name}: {seconds:.3f} s, {plan.objective:.6g} {plan.objective_unit}, {plan.status}"
    if peer is not None:
        locate, pulp = peer
        took, model = spent(lambda: solved(theirs(locate), pulp))
        value = model.problem.objective.value()
        if name.startswith("p-median"):
            value /= people.sum()
        lines += [
            (f"spopt: {name}", "CPU s", took),
            (f"spopt / desserte: {name}", "ratio", took / seconds),
        ]
        agree = "the same" if np.isclose(value, plan.objective, rtol=1e-5) else "NOT the same"
        text += f"; spopt {took:.2f} s ({took / seconds:.0f} times), {value:.6g}, {agree}"
    say(text + "\n")
    return lines


def solved(model: Any, pulp: Any) -> Any:
    """The model of the peer, solved by the solver that it takes where none is named."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver = pulp.LpSolverDefault.copy()
        solver.msg = False
        return model.solve(solver)


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process and of those it started, and the answer."""
    start = time.process_time() + children()
    answer = work()
    return time.process_time() + children() - start, answer


def children() -> float:
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def say(text: str) -> None:
    """Write to the terminal."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
