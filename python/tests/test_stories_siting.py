"""A *maison de santé* for Sud-Ardèche, on the sketched territory: real communes, invented roads.

Two new sites, the existing ones kept, for people of 65 and over: a quarter of the inhabitants,
since the sketch knows no ages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

SOUTH_OF = 44.75


@pytest.fixture(scope="module")
def sketch() -> Path:
    return ds.demo_sketch()


@pytest.fixture(scope="module")
def sketched(sketch: Path) -> ds.RoadNetwork:
    return ds.RoadNetwork.from_pbf(sketch, progress=False)


@pytest.fixture(scope="module")
def communes(sketch: Path) -> gpd.GeoDataFrame:
    """Those of Sud-Ardèche, by code."""
    places = ds.read_places(sketch, progress=False)
    known = places[places["insee_code"].notna() & places["population"].notna()]
    known = known.set_index("insee_code", drop=False)
    return known[known.index.str.startswith("07") & (known.geometry.y < SOUTH_OF)]


@pytest.fixture(scope="module")
def older(communes: gpd.GeoDataFrame) -> pd.Series:
    return (communes["population"].astype("float64") / 4).round().rename("65+")


@pytest.fixture(scope="module")
def candidates(sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame) -> ds.TravelTimes:
    """From every commune to the village of every other, where a house could be opened."""
    return ds.travel_times(sketched, communes, communes, progress=False)


@pytest.fixture(scope="module")
def existing(sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame, sketch: Path) -> ds.TravelTimes:
    care = ds.read_care(sketch, progress=False)
    return ds.travel_times(sketched, communes, care[care["kind"] == "msp"], progress=False)


@pytest.fixture(scope="module")
def plan(candidates: ds.TravelTimes, existing: ds.TravelTimes, older: pd.Series) -> ds.Plan:
    return ds.site(
        candidates, goal="max_coverage", new_sites=2, minutes=15, demand=older, existing=existing
    )


def test_two_houses_bring_more_people_of_65_within_a_quarter_of_an_hour(
    plan: ds.Plan, candidates: ds.TravelTimes, existing: ds.TravelTimes, older: pd.Series
) -> None:
    assert plan.status == "optimal"
    before = ds.coverage(existing, demand=older, minutes=15)["covered"].iloc[0]
    chosen = candidates.select(destinations=plan.chosen)
    after = ds.coverage(existing.join(chosen), demand=older, minutes=15)["covered"].iloc[0]
    assert (plan.value_before, plan.objective) == (before, after)
    assert before < after
    new = plan.table[plan.table["role"] == "new"]
    assert len(new) == 2
    assert (plan.table["role"] == "existing").sum() == len(existing.destinations)
    assert plan.allocation["people"].sum() == older.sum()


def test_the_sentence_is_one_that_an_elu_can_read(plan: ds.Plan, older: pd.Series) -> None:
    names = plan.table.loc[plan.table["role"] == "new", "site_name"].tolist()
    gain = f"{plan.objective - plan.value_before:+,.0f}".replace(",", "\u202f")
    shares = [f"{100 * part / older.sum():.0f}" for part in (plan.value_before, plan.objective)]
    assert plan.sentence() == (
        f"Ouvrir à {names[0]} et {names[1]} fait passer de {shares[0]}\u202f% à {shares[1]}\u202f% "
        f"la part des 65 ans et plus à moins de 15 minutes ({gain} personnes)\u202f; "
        "aucune autre paire ne fait mieux."
    )


def test_no_other_pair_brings_more(
    plan: ds.Plan, candidates: ds.TravelTimes, existing: ds.TravelTimes, older: pd.Series
) -> None:
    within = candidates.minutes <= 15
    covered = np.asarray((existing.minutes <= 15).any(axis=1))
    best = 0.0
    for first in range(within.shape[1]):
        either = covered[:, None] | within[:, [first]] | within
        best = max(best, float((older.to_numpy() @ either).max()))
    assert plan.objective == best


def test_the_curve_of_the_nth_house_flattens(
    candidates: ds.TravelTimes, existing: ds.TravelTimes, older: pd.Series, plan: ds.Plan
) -> None:
    curve = ds.frontier(
        candidates, goal="max_coverage", up_to=5, demand=older, minutes=15, existing=existing
    )
    assert curve.loc[1, "objective"] == plan.objective
    assert curve["gain"].is_monotonic_decreasing
    assert (curve["status"] == "optimal").all()


def test_the_choice_is_weighed_with_slower_roads(
    candidates: ds.TravelTimes, communes: gpd.GeoDataFrame, sketch: Path, older: pd.Series
) -> None:
    slow = ds.RoadNetwork.from_pbf(sketch, profile=ds.Profile.car(speed_factor=0.8), progress=False)
    times = ds.travel_times(slow, communes, communes, progress=False)
    table = ds.robustness(
        {"today": candidates, "20 % slower": times},
        goal="max_coverage",
        new_sites=2,
        minutes=15,
        demand=older,
    )
    scenarios = table.attrs["scenarios"]
    assert scenarios.loc["20 % slower", "best"] < scenarios.loc["today", "best"]
    assert (scenarios["best"] >= scenarios["chosen"]).all()
    assert table["share"].between(0, 1).all()


def test_nobody_of_the_south_is_more_than_half_an_hour_from_a_house(
    candidates: ds.TravelTimes, existing: ds.TravelTimes, older: pd.Series
) -> None:
    options: Any = {"demand": older, "existing": existing}
    all_of_them = ds.site(candidates, goal="cover_all", minutes=15, **options)
    assert all_of_them.status == "optimal"
    count = len(all_of_them.chosen)
    few = ds.site(candidates, goal="cover_all", minutes=15, new_sites=count - 1, **options)
    assert few.status == "infeasible"
    assert few.attrs["minutes_needed"] > 15
    worst = ds.site(candidates, goal="min_worst_time", new_sites=count, **options)
    assert worst.objective <= 15
