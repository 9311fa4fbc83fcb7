"""The stories of planners on the sketched territory: real communes, invented roads and doctors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

HAUTE_HERBASSE = ["26107", "26068", "26310", "26298", "26210"]


@pytest.fixture(scope="module")
def sketch() -> Path:
    return ds.demo_sketch()


@pytest.fixture(scope="module")
def sketched(sketch: Path) -> ds.RoadNetwork:
    return ds.RoadNetwork.from_pbf(sketch, progress=False)


@pytest.fixture(scope="module")
def communes(sketch: Path) -> gpd.GeoDataFrame:
    """Those whose population the map states, by code."""
    places = ds.read_places(sketch, progress=False)
    known = places[places["insee_code"].notna() & places["population"].notna()]
    return known.set_index("insee_code", drop=False)


@pytest.fixture(scope="module")
def people(communes: gpd.GeoDataFrame) -> pd.Series:
    return communes["population"].astype("float64")


@pytest.fixture(scope="module")
def to_doctors(
    sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame, sketch: Path
) -> ds.TravelTimes:
    care = ds.read_care(sketch, progress=False)
    doctors = care[care["kind"] == "gp"]
    return ds.travel_times(sketched, communes, doctors, progress=False)


def test_the_coordinator_of_haute_herbasse_makes_411_visits_a_year(
    sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame, people: pd.Series
) -> None:
    area = communes.loc[HAUTE_HERBASSE]
    times = ds.travel_times(
        sketched, communes, area, direction="both", kilometres=True, progress=False
    )
    visits = 411 * people[HAUTE_HERBASSE] / people[HAUTE_HERBASSE].sum()
    table = ds.best_base(times, visits=visits).set_index("base")
    assert table["visits"].iloc[0] == pytest.approx(411)
    assert set(table.index[:4]) <= set(HAUTE_HERBASSE), "the best bases are where the visits are"
    assert table["hours"].is_monotonic_increasing
    for base in HAUTE_HERBASSE:
        row = times.to_wide().loc[base]
        assert table.loc[base, "hours"] == pytest.approx((row * visits).sum() / 60, rel=1e-6)
    pace = table["kilometres"] / table["hours"]
    assert pace.between(20, 90).all(), "kilometres an hour by road"
    guide = (REPOSITORY / "docs" / "guide.md").read_text(encoding="utf-8")
    for base in HAUTE_HERBASSE:
        hours, kilometres = table.loc[base, "hours"], table.loc[base, "kilometres"]
        name = communes.loc[base, "name"]
        assert f"| {name} | {hours:.0f} | {kilometres:,.0f} |" in guide, "the figures of the guide"


def test_the_last_doctor_of_a_valley_leaves(to_doctors: ds.TravelTimes, people: pd.Series) -> None:
    missed = ds.criticality(to_doctors, demand=people, minutes=15)
    first = missed[missed["rank_last_choice"] == 1].iloc[0]
    change = ds.compare(
        ds.time_to_nearest(to_doctors),
        ds.time_to_nearest(to_doctors.without(destinations=[first["destination"]])),
        demand=people,
        better="lower",
        thresholds=15,
    )
    lost = change.crossings.loc[0, "losing"]
    assert lost == pytest.approx(first["last_choice"])
    assert lost > 0
    whole = f"{round(lost):,}".replace(",", "\u202f")
    words = f"{whole}\u202fhabitants passent au-delà de 15\u202fminutes."
    assert change.sentence().endswith(words)
    assert "commune" in change.sentence()
    assert change.sentence("en").endswith(f"{round(lost):,} people end up beyond 15 minutes.")
    choices = [
        ds.choices(times, minutes=15)
        for times in (to_doctors, to_doctors.without(destinations=[first["destination"]]))
    ]
    fewer = ds.compare(*choices, demand=people, better="higher", thresholds=1)
    assert fewer.crossings.loc[0, "losing"] == lost, "the last choice is the last within the limit"


def test_nobody_of_the_sketch_is_left_out_of_the_summary(
    to_doctors: ds.TravelTimes, people: pd.Series
) -> None:
    row = ds.minutes_summary(to_doctors, demand=people).loc[0]
    assert row["total"] == people.sum()
    assert row["median"] <= row["p95"] <= row["longest"]
    worst = ds.worst_served(to_doctors, demand=people, n=3)
    assert worst.loc[0, "minutes"] == row["longest"]
    inside = to_doctors.destinations[: len(to_doctors.destinations) // 2]
    outside = ds.closer_outside(to_doctors, inside=inside, demand=people)
    assert 0 < outside.attrs["people_closer_outside"] < people.sum()
