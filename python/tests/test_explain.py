"""The trip, stretch by stretch: its sum is the entry of the travel times."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from scene import OCEAN, REPOSITORY, TOWN, WULKENZIN
from shapely.geometry import Point

import desserte as ds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_stretches_add_up_to_the_entry_of_the_times(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    times = ds.travel_times(network, villages.head(3), pharmacies.head(3))
    for i in range(3):
        for j in range(3):
            trip = ds.explain(network, villages.iloc[[i]], pharmacies.iloc[[j]])
            total = (trip["seconds"] + trip["delay_seconds"]).sum() / 60
            assert trip.attrs["minutes"] == pytest.approx(times.minutes[i, j], abs=1e-4)
            assert total == pytest.approx(times.minutes[i, j], abs=1e-2)


def test_the_other_direction_is_the_other_entry(network: ds.RoadNetwork) -> None:
    arriving = ds.explain(network, TOWN, WULKENZIN, direction="to")
    expected = ds.travel_times(network, [WULKENZIN], [TOWN]).minutes[0, 0]
    assert arriving.attrs["minutes"] == pytest.approx(expected, abs=1e-4)


def test_a_row_says_what_road_how_long_how_fast_and_why(network: ds.RoadNetwork) -> None:
    trip = ds.explain(network, WULKENZIN, TOWN)
    assert list(trip.columns) == [
        "kind",
        "name",
        "highway",
        "way",
        "metres",
        "kmh",
        "speed_source",
        "seconds",
        "delay_seconds",
        "delay_cause",
        "geometry",
    ]
    assert trip["kind"].iloc[0] == trip["kind"].iloc[-1] == "access"
    streets = trip[trip["kind"] == "street"]
    assert streets["way"].notna().all()
    assert streets["speed_source"].str.len().min() > 0
    computed = streets["metres"] / streets["kmh"] * 3.6
    assert computed.sum() == pytest.approx(streets["seconds"].sum(), rel=0.01)


def test_the_stretches_join_end_to_end(network: ds.RoadNetwork) -> None:
    trip = ds.explain(network, WULKENZIN, TOWN).to_crs(25833)
    ends = [(line.coords[0], line.coords[-1]) for line in trip.geometry]
    for (_, end), (start, _) in pairwise(ends):
        assert Point(end).distance(Point(start)) < 1.0


@pytest.mark.parametrize(
    "place",
    [
        Point,
        lambda lon, lat: (lon, lat),
        lambda lon, lat: [lon, lat],
        lambda lon, lat: gpd.GeoSeries([Point(lon, lat)], index=["home"], crs=4326),
        lambda lon, lat: gpd.GeoDataFrame(geometry=[Point(lon, lat)], crs=4326).to_crs(25833),
    ],
)
def test_a_place_may_be_a_point_a_pair_or_a_table_of_one_row(
    network: ds.RoadNetwork, place: Callable[[float, float], object]
) -> None:
    expected = ds.explain(network, WULKENZIN, TOWN).attrs["minutes"]
    trip = ds.explain(network, place(*WULKENZIN), TOWN)
    assert trip.attrs["minutes"] == pytest.approx(expected, abs=0.01)


def test_the_trip_comes_in_the_crs_of_the_origin(network: ds.RoadNetwork) -> None:
    home = gpd.GeoSeries([Point(WULKENZIN)], crs=4326).to_crs(25833)
    assert ds.explain(network, home, TOWN).crs == 25833
    assert ds.explain(network, home, OCEAN).crs == 25833


@pytest.mark.parametrize(
    ("origin", "destination", "direction", "status"),
    [
        (OCEAN, TOWN, "from", "origin_off_network"),
        (TOWN, OCEAN, "from", "destination_off_network"),
        (OCEAN, TOWN, "to", "origin_off_network"),
    ],
)
def test_without_a_trip_the_table_is_empty_and_says_why(
    network: ds.RoadNetwork,
    origin: tuple[float, float],
    destination: tuple[float, float],
    direction: str,
    status: str,
) -> None:
    trip = ds.explain(network, origin, destination, direction=direction)  # type: ignore[arg-type]
    assert len(trip) == 0
    assert trip.attrs["minutes"] is None
    assert trip.attrs["status"] == status


def test_several_rows_or_a_bare_row_are_refused(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    with pytest.raises(ds.InputError, match=r"^origin is a single place, got 8 rows$"):
        ds.explain(network, villages, TOWN)
    with pytest.raises(ds.InputError, match=r"keep the table with .loc\[\[id\]\]$"):
        ds.explain(network, villages.iloc[0], TOWN)


def test_there_and_back_is_two_trips(network: ds.RoadNetwork) -> None:
    with pytest.raises(ds.InputError, match=r'^direction is one of "from", "to", got \'both\'$'):
        ds.explain(network, TOWN, WULKENZIN, direction="both")  # type: ignore[arg-type]


def test_the_wait_for_a_ferry_is_a_delay_before_the_crossing(tmp_path: Path) -> None:
    path = tmp_path / "boarding.toml"
    rules = ds.Profile.car(ferries=True).toml
    path.write_text(rules.replace("ferry_wait_minutes = 20.0", "ferry_wait_minutes = 10.0"))
    lines = REPOSITORY / "fixtures" / "networks" / "ferry_lines.osm.pbf"
    profile = ds.Profile.from_toml(path)
    network = ds.RoadNetwork.from_pbf(lines, profile=profile, progress=False)
    # From the Bourg, along the quay, over the water by way of a landing, to the Moulin.
    trip = ds.explain(network, (4.3962278, 44.5), (4.3937130, 44.5539940))
    crossing = trip[trip["highway"] == "ferry"]
    assert crossing["seconds"].tolist() == [360, 360, 900]
    assert crossing["delay_seconds"].tolist() == [600, 0, 0]
    assert crossing["delay_cause"].tolist() == ["ferry", None, None]
    assert set(crossing["speed_source"]) == {"ferry duration"}
    kmh = network.speeds().set_index("highway")["kmh"]["ferry"]
    assert kmh == pytest.approx(9 / (47 / 60), rel=1e-3)
