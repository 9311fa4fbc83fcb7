"""Long calls say how far they are, and stop when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from scene import TOWN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd


def test_a_function_is_told_the_phases_of_a_build(extract: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    ds.RoadNetwork.from_pbf(extract, progress=lambda *call: calls.append(call))
    assert {phase for phase, _, _ in calls} <= {"reading", "building"}
    assert calls
    assert all(0 <= done <= total for _, done, total in calls)


def test_a_function_is_told_the_places_of_a_search(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    calls: list[tuple[str, int, int]] = []
    ds.travel_times(network, villages, villages, progress=lambda *call: calls.append(call))
    assert {phase for phase, _, _ in calls} == {"searching"}
    assert calls[-1][1] == calls[-1][2], "the last call says that all is done"


def test_an_error_of_the_function_stops_the_call_and_reaches_the_caller(extract: Path) -> None:
    def stop(phase: str, *_: int) -> None:
        raise RuntimeError(phase)

    with pytest.raises(RuntimeError, match=r"^(reading|building)$"):
        ds.RoadNetwork.from_pbf(extract, progress=stop)


def test_a_bar_that_was_asked_for_shows(extract: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ds.RoadNetwork.from_pbf(extract, progress=True)
    printed = capsys.readouterr()
    assert "reading" in printed.err or "building" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("progress", [None, False])
def test_no_bar_shows_where_nobody_watches(
    extract: Path, capsys: pytest.CaptureFixture[str], *, progress: bool | None
) -> None:
    ds.RoadNetwork.from_pbf(extract, progress=progress)
    printed = capsys.readouterr()
    assert printed.err == printed.out == ""


LONG_CALL = """
import signal
import numpy as np
import desserte as ds

# Whoever runs the tests in the background may have switched it off.
signal.signal(signal.SIGINT, signal.default_int_handler)

network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
west, south, east, north = network.manifest["bounds"]
dice = np.random.default_rng(2)
cells = np.column_stack([dice.uniform(west, east, 60_000), dice.uniform(south, north, 60_000)])
print("ready", flush=True)
try:
    # Hours of work, were it left alone.
    ds.isochrones(network, cells, minutes=[10, 20, 30], resolution_metres=20, progress=False)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_stops_a_long_call_within_a_second() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LONG_CALL], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(2.0)
            os.kill(process.pid, signal.SIGINT)
            sent = time.monotonic()
            assert process.stdout.readline() == "stopped\n"
            assert time.monotonic() - sent < 1.0
        finally:
            process.kill()


def test_a_short_question_needs_no_bar(network: ds.RoadNetwork) -> None:
    trip = ds.trips(network, [TOWN], [WULKENZIN], progress=False)
    assert trip["status"].tolist() == ["ok"]
