"""What cannot be asked of a plan is refused with what to change; what takes long can be stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scene import TOWN, WULKENZIN

import desserte as ds

# What a caller without a type checker may write.
UNTYPED: Any = ds
TIMES = [[5.0, 12.0, 20.0], [30.0, 9.0, 25.0], [40.0, 14.0, 8.0]]
MEAN: dict[str, Any] = {"goal": "min_mean_time", "new_sites": 1}
COVER: dict[str, Any] = {"goal": "max_coverage", "new_sites": 1, "minutes": 15}

REFUSED = [
    (MEAN | {"goal": "cheapest"}, 'goal is one of "min_mean_time"'),
    (MEAN | {"new_sites": None}, "needs new_sites, the number of sites to open"),
    (MEAN | {"new_sites": 4}, "new_sites is 4, but there are 3 candidates; open fewer"),
    (MEAN | {"new_sites": 0}, "new_sites is a whole number, 1 or more, got 0"),
    (MEAN | {"new_sites": 3, "existing": [0]}, "but there are 2 candidates"),
    (MEAN | {"existing": [0, 1, 2]}, "no candidate site: all columns are existing or forbidden"),
    (MEAN | {"required": [0, 1]}, "2 sites are required, and they count among the new ones"),
    (MEAN | {"required": [1], "forbidden": [1]}, "1 site: 1: both required and forbidden"),
    (MEAN | {"existing": [1], "required": [1]}, "1 site: 1: both existing and required"),
    (MEAN | {"required": [7]}, "unknown required sites, 1 id: 7"),
    (MEAN | {"forbidden": [1, 1]}, "forbidden sites repeats 1 id: 1"),
    (MEAN | {"demand": [0, 0, 0]}, "demand is 0 for every origin; give the people"),
    (MEAN | {"demand": [1, np.nan, 1]}, "demand is missing, negative or no number for 1 origin: 1"),
    (MEAN | {"demand": [1, 2]}, "demand has 2 values for 3 origins"),
    (MEAN | {"demand": np.ones((3, 2))}, "demand is one number each"),
    (MEAN | {"demand": pd.Series([1.0], index=[0])}, "demand lacks 2 origins: 1, 2"),
    (MEAN | {"unserved_minutes": 20}, "a trip of 40 minutes is in the table; count at least"),
    (MEAN | {"unserved_minutes": -1}, "unserved_minutes is a number above 0, got -1"),
    (MEAN | {"minutes": 15, "unserved_minutes": 60}, "without minutes; leave it out"),
    (MEAN | {"capacity": [9, 9, 9]}, 'has no capacities; ask for "max_coverage"'),
    (MEAN | {"decay": ds.decay.linear(9)}, 'decay is for goal="max_coverage"'),
    (COVER | {"minutes": None}, "needs a limit; give minutes=, as in minutes=15"),
    (COVER | {"goal": "cover_all", "minutes": None}, 'goal="cover_all" needs a limit'),
    (COVER | {"goal": "backup_coverage", "minutes": None}, "needs a limit"),
    (COVER | {"minutes": -3}, "minutes is a number above 0 and at most 1440"),
    (COVER | {"goal": "min_worst_time"}, "finds the limit itself; leave minutes out"),
    (COVER | {"decay": ds.decay.linear(9)}, "in the place of minutes; leave one of them out"),
    (COVER | {"capacity": [9, -1, 9]}, "capacity is missing, negative or no number for 1 site: 1"),
    (COVER | {"goal": "cover_all", "capacity": [1, 1, 1], "demand": [5, 5, 5]}, "of 3, and 15"),
    (COVER | {"seed": 0.5}, "seed is a whole number, got 0.5"),
    (COVER | {"seconds": 0}, "seconds is a number above 0, got 0"),
    (COVER | {"exact": "yes"}, "exact is True, False or \"auto\", got 'yes'"),
]


@pytest.mark.parametrize(("asked", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_cannot_be_asked_is_refused_with_what_to_change(
    asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(ds.InputError) as raised:
        UNTYPED.site(TIMES, **asked)
    assert told in str(raised.value)


def test_holes_must_be_given_a_cost() -> None:
    times = [[5.0, np.nan], [9.0, 7.0]]
    with pytest.raises(ds.InputError, match=r"^1 origin: 0: .*give unserved_minutes="):
        ds.site(times, **MEAN)
    assert ds.site(times, unserved_minutes=60, **MEAN).chosen == [0]
    assert ds.site(times, **(MEAN | {"existing": [0]})).chosen == [1]


def test_times_without_any_time_are_refused() -> None:
    with pytest.raises(ds.InputError, match="no candidate has a time to any origin with demand"):
        ds.site(np.full((3, 2), np.nan), **COVER)
    with pytest.raises(ds.InputError, match="2-D array"):
        ds.site([1.0, 2.0], **COVER)


def test_nothing_is_asked_beyond_the_cutoff_of_the_times(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, [TOWN, WULKENZIN], [TOWN, WULKENZIN], max_minutes=20)
    for options in (
        COVER | {"minutes": 30},
        COVER | {"minutes": None, "decay": ds.decay.linear(30)},
    ):
        with pytest.raises(ds.InputError, match="but the times end at max_minutes=20"):
            ds.site(times, **options)


def test_existing_sites_with_their_own_times_go_with_the_candidates(
    network: ds.RoadNetwork,
) -> None:
    import geopandas as gpd

    def at(name: str, place: tuple[float, float]) -> gpd.GeoSeries:
        return gpd.GeoSeries.from_xy([place[0]], [place[1]], index=[name], crs=4326)

    origins = [TOWN, WULKENZIN]
    here = ds.travel_times(network, origins, at("here", WULKENZIN))
    there = ds.travel_times(network, origins, at("there", TOWN))
    plan = ds.site(here, goal="min_mean_time", new_sites=1, existing=there, demand=[100, 10])
    assert plan.chosen == ["here"]
    assert plan.table["site"].tolist() == ["here", "there"]
    assert plan.objective < plan.value_before
    options: dict[str, Any] = {"origins": origins, "destinations": at("there", TOWN)}
    sparse = ds.travel_times(network, layout="sparse", **options)
    with pytest.raises(ds.InputError, match="take both with the same layout"):
        ds.site(here, existing=sparse, **MEAN)
    with pytest.raises(ds.IdError, match="destinations of both times"):
        ds.site(here, existing=here, **MEAN)
    with pytest.raises(ds.InputError, match="capacity is a Series by site"):
        ds.site(here, existing=there, capacity=[1, 2], **COVER)


def test_sparse_times_give_the_same_plan(
    network: ds.RoadNetwork, villages: Any, pharmacies: Any
) -> None:
    for options in (COVER, MEAN, COVER | {"goal": "backup_coverage", "new_sites": 2}):
        plans = []
        for layout in ("dense", "sparse"):
            times = UNTYPED.travel_times(
                network, villages, pharmacies, max_minutes=25, layout=layout, progress=False
            )
            plans.append(ds.site(times, **options))
        dense, sparse = plans
        assert (dense.chosen, dense.objective) == (sparse.chosen, sparse.objective)
        pd.testing.assert_frame_equal(dense.table, sparse.table)
        pd.testing.assert_frame_equal(dense.allocation, sparse.allocation)


def test_a_plan_is_found_in_the_seconds_that_are_given() -> None:
    dice = np.random.default_rng(1)
    times = dice.uniform(0, 60, (400, 400)).astype("float32")
    started = time.monotonic()
    plan = ds.site(times, goal="min_mean_time", new_sites=12, seconds=0.3, exact=True)
    # Tables take their own time; the point is that it does not go on for minutes.
    assert time.monotonic() - started < 20
    assert plan.status in ("feasible", "optimal")
    assert len(plan.chosen) == 12
    assert plan.bound <= plan.objective


def test_time_that_is_over_is_over_for_the_solver_too() -> None:
    times = np.random.default_rng(1).uniform(0, 60, (120, 120)).astype("float32")
    for options in (MEAN, COVER | {"minutes": 3, "goal": "backup_coverage"}):
        started = time.monotonic()
        plan = ds.site(times, seconds=1e-3, **(options | {"new_sites": 8}))
        # Ten seconds are what the solver has where no time is named.
        assert time.monotonic() - started < 8
        assert (plan.status, len(plan.chosen)) == ("feasible", 8)
    worst = ds.site(times, goal="min_worst_time", new_sites=8, seconds=1e-3)
    assert (worst.status, len(worst.chosen)) == ("feasible", 8)


@pytest.mark.parametrize("exact", [True, "auto"])
def test_no_program_is_written_for_a_solver_without_time(
    exact: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("desserte.siting._solver.program", written)
    times = np.random.default_rng(1).uniform(0, 60, (120, 120)).astype("float32")
    plan = ds.site(times, seconds=1e-6, exact=exact, **(MEAN | {"new_sites": 8}))
    assert plan.status == "feasible"


@pytest.mark.parametrize("goal", ["cover_all", "min_worst_time"])
def test_a_number_of_sites_is_whole_however_the_solver_rounds(
    goal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desserte.siting import _search, _solver

    times = np.random.default_rng(4).uniform(0, 60, (40, 25)).astype("float32")
    people = np.ones(40)
    asked = {"goal": goal, "demand": people, "exact": True}
    asked |= {"minutes": 12.0} if goal == "cover_all" else {"new_sites": 5}
    best = ds.site(times, **asked)
    assert best.status == "optimal"
    look, solve = _search._heuristic, _solver.solve

    def look_badly(*question: Any) -> Any:
        """A cover has a site too many and no bound, and the shortest longest trip no choice."""
        found = look(*question)
        if question[0].goal == "min_worst_time":
            return replace(found, chosen=[], value=np.inf)
        more = next(site for site in range(25) if site not in found.chosen)
        return replace(found, chosen=[*found.chosen, more], value=found.value + 1, bound=0.0)

    def solve_with_a_rest(*program: Any, **options: Any) -> Any:
        found = solve(*program, **options)
        return replace(found, value=found.value + 4e-8, bound=found.bound + 3e-8)

    monkeypatch.setattr(_search, "_heuristic", look_badly)
    monkeypatch.setattr(_solver, "solve", solve_with_a_rest)
    plan = ds.site(times, **asked)
    assert (plan.status, plan.objective) == ("optimal", best.objective)
    assert len(plan.chosen) == len(best.chosen)


LONG_CALL = """
import numpy as np
import desserte as ds

times = np.random.default_rng(2).uniform(0, 60, (300, 300)).astype("float32")
ds.site(times[:5, :5], goal="min_mean_time", new_sites=2, exact=True)
print("ready", flush=True)
plan = ds.site(times, goal="min_mean_time", new_sites=20, exact=True)
print(plan.status, len(plan.chosen), plan.attrs["was_interrupted"], plan.gap < 1, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_gives_the_best_so_far() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LONG_CALL], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(4.0)
            os.kill(process.pid, signal.SIGINT)
            assert process.stdout.readline() == "feasible 20 True True\n"
        finally:
            process.kill()
