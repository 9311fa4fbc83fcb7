#!/usr/bin/env python3
"""What do the questions cost one peer, in a process of its own?

    one.py PEER EXTRACT PLACES PATIENCE     PLACES: 2000 lines of longitude and latitude

Prints a line of JSON a figure: what was asked, the CPU seconds of this process
and of those it started (building, preparing and saving once; else the best of five rounds, none
begun after four seconds),
the peak of memory so far, and a number to judge the answer by. What would take
longer than PATIENCE seconds, by what a smaller matrix took, is not asked; the line says so.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tools

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, LONG = 5, 4.0
ORIGINS, CARE = slice(0, 300), slice(1_000, 1_050)
SIDES = (20, 200, 1_000)


def main() -> int:
    """Ask one peer everything; return the exit status."""
    name, extract, places, patience = sys.argv[1:]
    at = np.loadtxt(places)
    try:
        peer = tools.PEERS[name]()
    except ImportError as error:
        print_line("peer", missing=f"{error}")
        return 0
    print_line("peer", release=tools.release(name))
    with tempfile.TemporaryDirectory() as folder:
        raised(peer, Path(extract), Path(folder))
        matrices(peer, at, float(patience))
        small(peer, at, float(patience))
    return 0


def raised(peer: Any, extract: Path, folder: Path) -> None:
    """Build, prepare, save and load the network."""
    spend("build", lambda: peer.build(extract, folder))
    if hasattr(peer, "prepare"):
        spend("prepare", peer.prepare)
    if hasattr(peer, "save"):
        spend("save", lambda: peer.save(folder))
    if hasattr(peer, "load"):
        best("load", lambda: peer.load(folder))


def matrices(peer: Any, at: np.ndarray, patience: float) -> None:
    """Ask for square matrices, as large as patience allows."""
    last, least = SIDES[0], 0.0
    for side in SIDES:
        name = f"{side} x {side}"
        expected = least * (side / last) ** (2 if peer.grows_with == tools.PAIRS else 1)
        if expected > patience:
            print_line(name, skipped=f"about {expected:,.0f} s")
            continue
        # Rows and columns are other places, and none is asked of itself.
        rows, columns = at[:side], at[-side:]
        seconds, found = best(name, lambda r=rows, c=columns: peer.matrix(r, c), say=False)
        minutes = peer.minutes(found) if hasattr(peer, "minutes") else found
        last, least = side, seconds
        median = float(np.nanmedian(minutes)) if np.isfinite(minutes).any() else None
        told = {"answer": median, "share": float(np.isfinite(minutes).mean())}
        print_line(name, seconds=seconds, **told)
    peer.pair_cost = least / last**2


def small(peer: Any, at: np.ndarray, patience: float) -> None:
    """Ask for the nearest three, one place to a thousand, a field and isochrones."""
    one = at[:1]
    if peer.grows_with == tools.SEARCHES or 1_000 * peer.pair_cost < patience:
        ask = lambda: peer.matrix(one, at[-1_000:], 30.0)  # noqa: E731
        tried("one to 1000", lambda: best("one to 1000", ask))
    else:
        print_line("one to 1000", skipped=f"about {1_000 * peer.pair_cost:,.0f} s")
    questions = {
        "nearest": ("nearest 3", lambda: peer.nearest(at[ORIGINS], at[CARE], 3)),
        "reached_nodes": ("nodes", lambda: peer.reached_nodes(one)),
        "field": ("field", lambda: peer.field(one)),
        "isochrone": ("isochrone", lambda: peer.isochrone(one)),
    }
    if hasattr(peer, "nodes_from_rust"):
        tried("nodes", lambda: print_line("nodes", seconds=peer.nodes_from_rust(one)))
    for method, (what, work) in questions.items():
        if hasattr(peer, method):
            tried(what, lambda what=what, work=work: best(what, work))


def tried(what: str, work: Callable[[], Any]) -> None:
    """Ask one question; one that fails harms no other."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  A peer may raise anything.
        print_line(what, skipped=f"{type(error).__name__}: {error}"[:120])


def spend(what: str, work: Callable[[], Any]) -> float:
    """Do a thing once, and say what it cost."""
    start = cpu()
    work()
    seconds = cpu() - start
    print_line(what, seconds=seconds)
    return seconds


def best(what: str, work: Callable[[], Any], *, say: bool = True) -> tuple[float, Any]:
    """Do a thing several times; return the least it cost, and its answer."""
    least, spent, found = float("inf"), 0.0, None
    for _ in range(ROUNDS):
        start = cpu()
        found = work()
        seconds = cpu() - start
        least, spent = min(least, seconds), spent + seconds
        if spent > LONG:
            break
    if say:
        print_line(what, seconds=least)
    return least, found


def cpu() -> float:
    """Return the CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(of.ru_utime + of.ru_stime for of in used)


def megabytes() -> float:
    """Return the peak of memory, of this process or of the greatest it started."""
    # Resource usage would count what the parent held when it started this process.
    own = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(int(own[1]) if own else 0, children) / 1024


def print_line(what: str, **told: Any) -> None:
    """Print a figure."""
    sys.stdout.write(json.dumps({"what": what, "megabytes": megabytes()} | told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
