#!/usr/bin/env python3
"""What do indicators cost a planner, over a country and over the cells of a territory?

    indicators.py

All communes of France to as many practices as there are, of which forty million
pairs lie within half an hour; and 50,000 cells to 500 care points, where one
practice opens or closes. Times are made up, evenly spread: what indicators cost
does not depend on the roads. CPU seconds by way of Python, the best of five, and
the peak memory of the process. Appends to the lines of the day, as `record.py` does.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import desserte as ds
import geopandas as gpd
import numpy as np
import pandas as pd
import record
from desserte.times import SnapTables

if TYPE_CHECKING:
    from collections.abc import Callable

COMMUNES, PRACTICES, PAIRS_A_ROW = 34_900, 25_000, 1_146
CELLS, SITES = 50_000, 500
REACH = 40.0


def main() -> int:
    """Measure, append and show; return the exit status."""
    # Nothing here lies anywhere, so that no edge can be judged.
    warnings.simplefilter("ignore", ds.EdgeWarning)
    lines = [*country(), *cells()]
    record.append(lines)
    for line in lines:
        sys.stdout.write(f"{line[0]}: {line[1]}, {line[3]:.4g} {line[2]}\n")
    return 0


def country() -> list[tuple[str, str, str, float]]:
    """The APL of all communes."""
    name = f"{COMMUNES} x {PRACTICES}, {COMMUNES * PAIRS_A_ROW} pairs"
    chance = np.random.default_rng(0)
    first = np.arange(COMMUNES) * (PRACTICES - PAIRS_A_ROW) // COMMUNES
    times = ds.SparseTravelTimes(
        rows=np.repeat(np.arange(COMMUNES, dtype="uint32"), PAIRS_A_ROW),
        columns=(first[:, None] + np.arange(PAIRS_A_ROW)).astype("uint32").ravel(),
        minutes=chance.random(COMMUNES * PAIRS_A_ROW, dtype="float32") * np.float32(REACH),
        kilometres=None,
        origins=pd.RangeIndex(COMMUNES),
        destinations=pd.RangeIndex(PRACTICES),
        max_minutes=REACH,
        direction="from",
        snaps=SnapTables(anywhere(COMMUNES), anywhere(PRACTICES)),
        attrs={},
    )
    people = pd.Series(chance.integers(100, 4_000, COMMUNES).astype(float))
    care = pd.Series(np.ones(PRACTICES))
    seconds = best(lambda: ds.apl(times, standardised_population=people, supply=care))
    return [
        (name, "APL", "CPU s", seconds),
        (name, "peak memory with the times", "MB", held("VmHWM")),
    ]


def anywhere(count: int) -> gpd.GeoDataFrame:
    """So many places, all of them on a street."""
    return gpd.GeoDataFrame(
        {"outcome": "ok"}, index=range(count), geometry=[None] * count, crs=4326
    )


def cells() -> list[tuple[str, str, str, float]]:
    """A practice that opens or closes, and what goes with it."""
    name = f"{CELLS} x {SITES}"
    chance = np.random.default_rng(1)
    minutes = chance.random((CELLS, SITES), dtype="float32") * np.float32(REACH)
    people, care = np.full(CELLS, 40.0), np.ones(SITES)
    one = np.ascontiguousarray(minutes[:, [SITES // 2]])
    asked: dict[str, Callable[[], Any]] = {
        "APL of all sites": lambda: ds.apl(minutes, standardised_population=people, supply=care),
        "APL of the one that opens or closes": lambda: ds.apl(
            one, standardised_population=people, supply=[1.0]
        ),
        "time to nearest": lambda: ds.time_to_nearest(minutes),
        "each site removed in turn": lambda: ds.criticality(minutes, demand=people, minutes=20),
    }
    return [(name, figure, "CPU ms", 1e3 * best(ask)) for figure, ask in asked.items()]


def best(ask: Callable[[], Any]) -> float:
    """The CPU seconds of the best of five rounds."""
    rounds = []
    for _ in range(5):
        begun = time.process_time()
        ask()
        rounds.append(time.process_time() - begun)
    return min(rounds)


def held(what: str) -> float:
    """Memory of this process, in megabytes, as the kernel counts it; NaN where it does not say."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    lines = status.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith(what))


if __name__ == "__main__":
    sys.exit(main())
