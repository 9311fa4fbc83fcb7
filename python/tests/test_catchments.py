"""Catchments: a partition of the isochrone of all sites, by who is soonest there."""

from __future__ import annotations

import itertools
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds

MINUTES = 12


@pytest.fixture(scope="module")
def areas(network: ds.RoadNetwork, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return ds.catchments(network, villages, max_minutes=MINUTES, progress=False)


def test_there_is_a_row_a_site_in_their_order_and_crs(
    areas: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    assert list(areas.columns) == ["site", "site_name", "max_minutes", "area_km2", "geometry"]
    assert areas["site"].tolist() == villages.index.tolist()
    assert areas["site_name"].tolist() == villages["name"].tolist()
    assert set(areas["max_minutes"]) == {MINUTES}
    assert areas.crs == villages.crs
    assert set(areas.geom_type) == {"MultiPolygon"}


def test_areas_are_those_of_an_equal_area_projection(areas: gpd.GeoDataFrame) -> None:
    expected = areas.to_crs(3035).area.to_numpy() / 1e6
    np.testing.assert_allclose(areas["area_km2"], expected, rtol=1e-4)
    assert areas["area_km2"].min() > 0


@pytest.mark.parametrize("crs", [4326, 25833])
def test_catchments_are_valid_and_share_no_ground(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, crs: int
) -> None:
    areas = ds.catchments(network, villages.to_crs(crs), max_minutes=MINUTES)
    assert areas.is_valid.all()
    for a, b in itertools.combinations(areas.geometry, 2):
        # Interiors are apart; borders may touch.
        assert not shapely.relate_pattern(a, b, "T********")


@pytest.mark.parametrize("direction", ["from", "to"])
def test_their_union_is_the_isochrone_of_all_sites(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, direction: Literal["from", "to"]
) -> None:
    areas = ds.catchments(network, villages, max_minutes=MINUTES, direction=direction)
    merged = ds.isochrones(
        network,
        villages,
        minutes=MINUTES,
        direction=direction,
        origins_are="merged",
        min_hole_hectares=0,
        min_island_hectares=0,
    )
    whole = merged.geometry[0]
    assert areas.union_all().symmetric_difference(whole).area < 1e-9 * whole.area
    assert shapely.area(areas.geometry.to_numpy()).sum() == pytest.approx(whole.area, rel=1e-9)


def test_streets_belong_to_the_site_that_the_times_say(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, areas: gpd.GeoDataFrame
) -> None:
    rng = np.random.default_rng(5)
    west, south, east, north = network.manifest["bounds"]
    scattered = rng.uniform((west, south), (east, north), (3000, 2))
    snaps = network.snap(scattered)
    spots = snaps[snaps["outcome"] == "ok"].geometry
    minutes = ds.travel_times(network, spots, villages).minutes
    ranked = np.sort(minutes, axis=1)
    # Walking over to another street may be sooner than the matrix; hardly by four minutes.
    is_clear = (ranked[:, 0] < MINUTES - 1) & (ranked[:, 1] - ranked[:, 0] > 0.5)
    best = np.nanargmin(np.where(np.isnan(minutes), np.inf, minutes), axis=1)
    inside = shapely.contains_xy(
        areas.geometry.to_numpy()[best], shapely.get_x(spots), shapely.get_y(spots)
    )
    assert is_clear.sum() > 300
    share = inside[is_clear].mean()
    assert share > 0.98
    far_ahead = is_clear & (ranked[:, 1] - ranked[:, 0] > 4)
    assert inside[far_ahead].mean() > 0.995


def test_a_single_site_has_its_whole_isochrone(network: ds.RoadNetwork) -> None:
    area = ds.catchments(network, [WULKENZIN], max_minutes=8).geometry[0]
    disc = ds.isochrones(
        network,
        [WULKENZIN],
        minutes=8,
        direction="to",
        min_hole_hectares=0,
        min_island_hectares=0,
    ).geometry[0]
    assert area.equals_exact(disc, 0.0)


def test_a_second_site_at_the_same_place_is_empty(network: ds.RoadNetwork) -> None:
    areas = ds.catchments(network, [WULKENZIN, WULKENZIN], max_minutes=5)
    assert areas.is_empty.tolist() == [False, True]
    assert areas["area_km2"].tolist()[1] == 0.0


def test_a_site_off_the_network_is_empty_named_and_warned_about(network: ds.RoadNetwork) -> None:
    with pytest.warns(ds.OffNetworkWarning, match="no street near enough to 1 site: 1;") as caught:
        areas = ds.catchments(network, [WULKENZIN, OCEAN], max_minutes=3)
    assert [warning.filename for warning in caught] == [__file__]
    assert areas.is_empty.tolist() == [False, True]
    assert areas.attrs["off_network"] == [1]
    with pytest.warns(ds.OffNetworkWarning):
        alone = ds.catchments(network, [OCEAN], max_minutes=3)
    assert alone.is_empty.all()
    assert set(alone.geom_type) == {"MultiPolygon"}


def test_a_catchment_that_reaches_the_edge_of_the_map_is_named(network: ds.RoadNetwork) -> None:
    with pytest.warns(ds.EdgeWarning, match="around 1 site: 0 reaches the edge"):
        areas = ds.catchments(network, [TOWN], max_minutes=20)
    assert areas.attrs["at_edge"] == [0]


def test_the_result_carries_its_parameters(areas: gpd.GeoDataFrame) -> None:
    told = {name: areas.attrs[name] for name in ("max_minutes", "direction", "offroad_metres")}
    assert told == {"max_minutes": 12.0, "direction": "to", "offroad_metres": 300.0}
    assert areas.attrs["manifest"]["version"] == ds.__version__
    assert areas.attrs["off_network"] == []


def test_everybody_within_reach_lives_in_one_catchment(
    network: ds.RoadNetwork, areas: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    rng = np.random.default_rng(8)
    west, south, east, north = network.manifest["bounds"]
    at = rng.uniform((west, south), (east, north), (2000, 2))
    people = gpd.GeoDataFrame({"people": [10] * len(at)}, geometry=shapely.points(at), crs=4326)
    counts = ds.within(areas, people, columns="people")
    assert isinstance(counts, pd.DataFrame)
    assert list(counts.columns) == ["site", "site_name", "max_minutes", "people"]
    whole = ds.isochrones(
        network,
        villages,
        minutes=MINUTES,
        direction="to",
        origins_are="merged",
        min_hole_hectares=0,
        min_island_hectares=0,
    )
    together = ds.within(whole, people, columns="people")["people"].sum()
    assert counts["people"].sum() == together > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"max_minutes": 0}, "minutes is a number above 0 and at most 1440"),
        ({"max_minutes": 10_000}, "minutes is a number above 0 and at most 1440"),
        ({"max_minutes": 10, "direction": "both"}, 'direction is one of "from", "to", got'),
        ({"max_minutes": 10, "resolution_metres": 0.5}, "resolution_metres is a number, 1 or more"),
        ({"max_minutes": 10, "offroad_metres": -1}, "offroad_metres is a number above 0, got -1"),
        ({"max_minutes": 10, "site_id": "nom"}, "nom"),
    ],
)
def test_what_means_nothing_is_refused(
    network: ds.RoadNetwork, arguments: dict[str, object], said: str
) -> None:
    with pytest.raises(ds.DesserteError, match=said):
        ds.catchments(network, [TOWN], **arguments)  # type: ignore[arg-type]


def test_half_a_minute_is_little_ground_and_a_grid_of_a_metre_is_refused(
    network: ds.RoadNetwork,
) -> None:
    with pytest.warns(ds.ResolutionWarning, match="walks 33 m"):
        area = ds.catchments(network, [WULKENZIN], max_minutes=0.5)["area_km2"][0]
    assert 0 <= area < 1
    with pytest.raises(ds.IsochroneError, match="GiB, use a coarser resolution"):
        ds.catchments(network, [TOWN], max_minutes=1440, resolution_metres=1)
