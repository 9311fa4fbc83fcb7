"""A plan as a picture: what opens, who goes where, and who stays too far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from territory import Territory

import desserte as ds

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def land() -> Territory:
    return Territory()


@pytest.fixture(scope="module")
def south(land: Territory) -> gpd.GeoDataFrame:
    return land.points.loc[land.study]


@pytest.fixture(scope="module")
def times(land: Territory, south: gpd.GeoDataFrame) -> ds.TravelTimes:
    return ds.travel_times(land.network, south, south, progress=False)


@pytest.fixture(scope="module")
def plan(land: Territory, south: gpd.GeoDataFrame, times: ds.TravelTimes) -> ds.Plan:
    there = ds.travel_times(land.network, south, land.houses, progress=False)
    people = south["population"].astype("float64")
    return ds.site(
        times, goal="max_coverage", new_sites=2, minutes=15, demand=people, existing=there
    )


@pytest.fixture(scope="module")
def figure(land: Territory, south: gpd.GeoDataFrame, plan: ds.Plan) -> Figure:
    return ds.plot.sites(plan, land.cells, south, existing=land.houses, network=land.network)


def lines(figure: Figure) -> list[str]:
    found = figure.axes[0].get_legend()
    assert found is not None
    return [text.get_text() for text in found.get_texts()]


def ways(figure: Figure) -> int:
    """How many lines lead from a commune to a site."""
    drawn: list[Any] = [c for c in figure.axes[0].collections if 4.05 < c.get_zorder() < 4.3]
    return sum(len(each.get_segments()) for each in drawn)


def test_the_title_names_the_sites_and_the_sentence_is_below(figure: Figure, plan: ds.Plan) -> None:
    names = plan.table.loc[plan.table["role"] == "new", "site_name"].tolist()
    assert figure.get_suptitle() == f"Où ouvrir\u202f: {names[0]} et {names[1]}"
    below = " ".join(figure.axes[0].get_title(loc="left").split())
    assert below == f"CROQUIS, routes inventées – {' '.join(plan.sentence().split())}"


def test_the_legend_says_how_many_go_to_each_site(figure: Figure, plan: ds.Plan) -> None:
    said = lines(figure)
    for row in plan.table[plan.table["role"] == "new"].to_dict("records"):
        count = int((plan.allocation["site"] == row["site"]).sum())
        people = f"{row['people']:,.0f}".replace(",", "\u202f")
        minutes = round(row["mean_minutes"])
        assert f"{row['site_name']}\n{count} communes, {people} pers., {minutes}\u202fmin" in said
    assert "au-delà de 15\u202fmin" in said
    assert "site à ouvrir (2)" in said


def test_every_commune_has_a_line_to_its_site_and_a_colour(
    figure: Figure, plan: ds.Plan, land: Territory
) -> None:
    assert ways(figure) == len(plan.allocation)
    filled = [c for c in figure.axes[0].collections if c.get_zorder() == 1]
    assert sum(len(c.get_paths()) for c in filled) == len(land.study)
    too_far = int((~plan.allocation["is_served"]).sum())
    hatched = sum(len(c.get_paths()) for c in filled if c.get_hatch())
    assert hatched == too_far > 0


def test_with_capacities_a_commune_may_go_two_ways(
    south: gpd.GeoDataFrame, times: ds.TravelTimes
) -> None:
    people = south["population"].astype("float64")
    plan = ds.site(
        times,
        goal="max_coverage",
        new_sites=6,
        minutes=20,
        demand=people,
        capacity=pd.Series(9000.0, index=times.destinations),
    )
    assert plan.allocation["origin"].duplicated().any()
    figure = ds.plot.sites(plan, south, south)
    assert ways(figure) == int(plan.allocation["site"].notna().sum())
    assert "site à ouvrir (6)" in lines(figure)


def test_a_plan_of_the_real_extract_is_drawn_in_english(
    network: ds.RoadNetwork, places: gpd.GeoDataFrame
) -> None:
    villages = places[places["population"] > 0]
    times = ds.travel_times(network, villages, villages, progress=False)
    plan = ds.site(times, goal="cover_all", minutes=25, demand=villages["population"])
    figure = ds.plot.sites(plan, villages, villages, network=network, language="en")
    assert figure.get_suptitle().startswith("Where to open: ")
    assert "site to open" in " ".join(lines(figure))


def test_what_cannot_be_drawn_is_refused_with_what_to_do(
    plan: ds.Plan, south: gpd.GeoDataFrame, land: Territory
) -> None:
    sites: Any = ds.plot.sites
    with pytest.raises(ds.IdError, match=r"candidates lacks 34 sites.*existing="):
        sites(plan, south, south)
    with pytest.raises(ds.IdError, match="communes lacks 1 commune"):
        sites(plan, south.iloc[1:], south, existing=land.houses)
    with pytest.raises(ds.InputError, match=r"plan is what ds.site gives, got a DataFrame"):
        sites(plan.table, south, south)
    with pytest.raises(ds.CrsError, match="candidates has no CRS"):
        sites(plan, south, south.set_crs(None, allow_override=True), existing=land.houses)
    with pytest.raises(ds.InputError, match="got a list"):
        sites(plan, [], south)
