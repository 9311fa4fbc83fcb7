"""The network: built, identified, snapped to."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from scene import OCEAN, TOWN, WULKENZIN
from shapely.geometry import box

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manifest_says_what_the_network_was_made_from(network: ds.RoadNetwork) -> None:
    manifest = network.manifest
    assert manifest["version"] == ds.__version__
    assert manifest["profile"]["name"] == "car"
    [extract] = manifest["extracts"]
    assert extract["name"] == "neubrandenburg.osm.pbf"
    assert re.fullmatch("[0-9a-f]{64}", extract["sha256"])
    assert manifest["counts"]["streets"] > 500


def test_a_changed_manifest_changes_nothing(network: ds.RoadNetwork) -> None:
    network.manifest["counts"].clear()
    assert network.manifest["counts"]


def test_repr_identifies_on_one_line(network: ds.RoadNetwork) -> None:
    date = r"(\d{4}-\d\d-\d\d|date unknown)"
    pattern = rf"RoadNetwork\(car, [\d ]+ nodes, [\d ]+ arcs, neubrandenburg\.osm\.pbf, {date}\)"
    assert re.fullmatch(pattern, repr(network))


def test_a_file_given_twice_makes_the_same_network(extract: Path, network: ds.RoadNetwork) -> None:
    twice = ds.RoadNetwork.from_pbf([extract, str(extract)], progress=False)
    assert twice.manifest["counts"] == network.manifest["counts"]


def test_a_network_is_clipped_to_areas_in_any_crs(extract: Path, network: ds.RoadNetwork) -> None:
    around_town = gpd.GeoSeries([box(13.20, 53.52, 13.32, 53.60)], crs=4326)
    clipped = ds.RoadNetwork.from_pbf(extract, within=around_town, buffer_km=0, progress=False)
    metric = gpd.GeoDataFrame(geometry=around_town.to_crs(25833))
    clipped_too = ds.RoadNetwork.from_pbf(extract, within=metric, buffer_km=0, progress=False)
    counts = clipped.manifest["counts"]
    assert counts["streets"] < network.manifest["counts"]["streets"]
    assert counts["streets"] == pytest.approx(clipped_too.manifest["counts"]["streets"], rel=0.02)
    assert clipped.snap([TOWN])["outcome"].tolist() == ["ok"]


def test_a_buffer_keeps_more_streets(extract: Path) -> None:
    town = gpd.GeoSeries([box(13.25, 53.55, 13.27, 53.57)], crs=4326)
    streets = [
        ds.RoadNetwork.from_pbf(extract, within=town, buffer_km=km, progress=False).manifest
        for km in (0, 5)
    ]
    assert streets[0]["counts"]["streets"] < streets[1]["counts"]["streets"]


def test_snaps_come_back_with_the_index_and_the_crs_of_the_points(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    points = villages.to_crs(25833)
    snaps = network.snap(points)
    assert snaps.index.equals(points.index)
    assert snaps.crs == points.crs
    assert (snaps["outcome"] == "ok").all()
    assert {"distance_metres", "street", "outcome", "crosses_barrier"} <= set(snaps.columns)
    # The spot on the street is as far as the leg is long.
    assert np.allclose(
        snaps.distance(points.geometry), snaps["distance_metres"], rtol=0.01, atol=0.5
    )


def test_a_point_off_the_network_has_no_distance_and_says_so(network: ds.RoadNetwork) -> None:
    snaps = network.snap([TOWN, OCEAN])
    assert snaps["outcome"].tolist() == ["ok", "off_network"]
    assert np.isnan(snaps["distance_metres"][1])
    assert snaps["street"].isna().tolist() == [False, True]
    assert snaps.geometry[1] is None


def test_the_radius_decides_who_is_off_the_network(network: ds.RoadNetwork) -> None:
    near = network.snap([WULKENZIN])["distance_metres"][0]
    assert network.snap([WULKENZIN], radius_metres=near + 1)["outcome"][0] == "ok"
    assert network.snap([WULKENZIN], radius_metres=near / 2)["outcome"][0] == "off_network"


def test_a_place_snaps_alike_whatever_the_other_points_are(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    together = network.snap(villages)
    alone = [network.snap(villages.iloc[[i]])["street"].iloc[0] for i in range(len(villages))]
    assert together["street"].tolist() == alone


def test_streets_are_lines_with_their_class(network: ds.RoadNetwork) -> None:
    streets = network.streets()
    assert len(streets) == network.manifest["counts"]["streets"]
    assert set(streets.geom_type) == {"LineString"}
    assert "residential" in set(streets["highway"])
    assert streets.crs == 4326


def test_several_threads_may_ask_at_once(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    expected = ds.travel_times(network, villages, villages, progress=False).minutes
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(
            lambda _: ds.travel_times(network, villages, villages, progress=False).minutes, range(8)
        )
        for answer in answers:
            np.testing.assert_array_equal(answer, expected)
