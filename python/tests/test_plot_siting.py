"""One site more, as pictures: what is drawn is what the tables say."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import desserte as ds

pytest.importorskip("matplotlib")

MINUTES = np.array([[5, 40, 30], [40, 9, 30], [40, 14, 8]], dtype="float32")
PEOPLE = [100.0, 300.0, 200.0]


@pytest.fixture(scope="module")
def surface(
    network: ds.RoadNetwork, places: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    inhabited = places[places["population"] > 0]
    doctors = care[care["kind"] == "gp"]
    return ds.siting_surface(
        network, demand=inhabited, existing=doctors, minutes=10, progress=False
    )


def labels(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_every_junction_that_gives_anything_is_a_dot(
    network: ds.RoadNetwork, surface: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> None:
    doctors = care[care["kind"] == "gp"]
    figure = ds.plot.siting_surface(surface, existing=doctors, network=network)
    axes: Any = figure.axes[0]
    dots = [c for c in axes.collections if c.get_label()[:1].isdigit()]
    assert sum(len(c.get_offsets()) for c in dots) == (surface["new_people"] > 0).sum()
    rings = next(c for c in axes.collections if "meilleurs" in c.get_label())
    assert len(rings.get_offsets()) == 3
    most = f"{surface['new_people'].max():,.0f}".replace(",", "\u202f")
    assert any(most in text for text in labels(axes)), "the legend has the greatest figure"
    assert (
        figure.get_suptitle()
        == "Si un site ouvrait là\u202f: habitants de plus à 10 minutes au plus"
    )
    assert "site existant (1)" in labels(axes)
    assert "neubrandenburg.osm.pbf" in figure.get_supxlabel()


def test_it_speaks_english_and_of_minutes(surface: gpd.GeoDataFrame) -> None:
    figure = ds.plot.siting_surface(surface, column="person_minutes_saved", language="en")
    assert figure.get_suptitle() == "If a site opened there: person-minutes saved"
    axes: Any = figure.axes[0]
    assert axes.get_legend().get_title().get_text() == "Person-minutes saved"


def test_the_map_says_whose_gain_it_is(network: ds.RoadNetwork, places: gpd.GeoDataFrame) -> None:
    inhabited = places[places["population"] > 0].assign(**{"65+": 10.0})
    question: dict[str, Any] = {"demand": inhabited, "minutes": 10, "progress": False}
    older = ds.siting_surface(network, people="65+", **question)
    figure = ds.plot.siting_surface(older)
    assert figure.get_suptitle() == (
        "Si un site ouvrait là\u202f: habitants de plus (65 ans et plus) à 10 minutes\nau plus"
    )
    axes: Any = figure.axes[0]
    assert axes.get_legend().get_title().get_text() == "Habitants de plus\n(65 ans et plus)"
    named = ds.siting_surface(network, people=inhabited["65+"], **question)
    english = ds.plot.siting_surface(named, language="en").get_suptitle()
    assert english == "If a site opened there: more people (aged 65 and over) within 10 minutes"


def test_a_surface_without_gain_or_of_another_kind_is_refused(surface: gpd.GeoDataFrame) -> None:
    with pytest.raises(ds.InputError, match="no junction has new_people above 0"):
        ds.plot.siting_surface(surface.assign(new_people=0.0))
    with pytest.raises(ds.InputError, match="as points, with a column 'new_people'"):
        ds.plot.siting_surface(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326))
    with pytest.raises(ds.InputError, match="language"):
        ds.plot.siting_surface(surface, language="de")  # type: ignore[arg-type]


def test_the_frontier_begins_with_what_there_is_and_says_what_each_site_brings() -> None:
    table = ds.frontier(
        MINUTES, goal="max_coverage", up_to=2, demand=PEOPLE, minutes=10, existing=[0]
    )
    axes: Any = ds.plot.frontier(table).axes[0]
    [curve] = [line for line in axes.lines if line.get_marker() == "o"]
    assert curve.get_xdata().tolist() == [0, 1, 2]
    assert curve.get_ydata().tolist() == [100, 400, 600]
    assert [text.get_text() for text in axes.texts] == ["+300", "+200"]
    assert axes.get_ylabel() == "habitants à 10 min au plus"


def test_the_frontier_says_who_is_counted_and_what_the_times_rest_on(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    few = villages.head(6)
    older = pd.Series(10.0, index=few.index, name="65+")
    times = ds.travel_times(network, few, few, progress=False)
    table = ds.frontier(times, goal="max_coverage", up_to=2, demand=older, minutes=10)
    figure = ds.plot.frontier(table)
    axes: Any = figure.axes[0]
    assert axes.get_ylabel() == "65 ans et plus à 10 min au plus"
    below = figure.get_supxlabel()
    assert below.startswith("Hypothèses\u202f: profil «")
    assert "neubrandenburg.osm.pbf" in below
    plain = ds.frontier(MINUTES, goal="min_mean_time", up_to=2, demand=PEOPLE)
    assert not ds.plot.frontier(plain).get_supxlabel()


def test_a_mean_falls_with_every_site() -> None:
    table = ds.frontier(MINUTES, goal="min_mean_time", up_to=2, demand=PEOPLE, existing=[0])
    axes: Any = ds.plot.frontier(table, language="en").axes[0]
    assert axes.get_ylabel() == "minutes on average"
    assert all(text.get_text().startswith("−") for text in axes.texts)
    with pytest.raises(ds.InputError, match=r"what ds\.frontier gives, got a list"):
        ds.plot.frontier([1, 2])
