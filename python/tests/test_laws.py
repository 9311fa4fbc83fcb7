"""What holds for any places: ids, order and CRS come back, and directions agree."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import OCEAN

import desserte as ds

# The network is shared and does not change: no example can spoil it for the next.
LAW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SPOT = st.tuples(st.floats(13.12, 13.40), st.floats(53.45, 53.61)) | st.just(OCEAN)


@st.composite
def tables(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """One to five points with ids of one kind, in one of three CRS."""
    spots = draw(st.lists(SPOT, min_size=1, max_size=5))
    kind = draw(st.sampled_from([st.integers(-(10**9), 10**9), st.text("ab/12é", min_size=1)]))
    ids = draw(st.lists(kind, min_size=len(spots), max_size=len(spots), unique=True))
    table = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*zip(*spots, strict=True)), index=ids, crs=4326
    )
    # Two that cover the globe: OCEAN is far from any zone of the place.
    return table.to_crs(draw(st.sampled_from([4326, 4087, 3857])))


@LAW
@given(origins=tables(), destinations=tables())
def test_ids_and_order_come_back_as_given(
    network: ds.RoadNetwork, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> None:
    times = ds.travel_times(network, origins, destinations)
    assert times.origins.tolist() == origins.index.tolist()
    assert times.destinations.tolist() == destinations.index.tolist()
    frame = times.to_frame()
    assert frame["origin"].drop_duplicates().tolist() == origins.index.tolist()
    near = ds.nearest(network, origins, destinations, k=2)
    assert near["origin"].drop_duplicates().tolist() == origins.index.tolist()
    found = near["destination"].dropna()
    assert set(found) <= set(destinations.index)


@LAW
@given(points=tables())
def test_snaps_keep_index_and_crs(network: ds.RoadNetwork, points: gpd.GeoDataFrame) -> None:
    snaps = network.snap(points)
    assert snaps.index.tolist() == points.index.tolist()
    assert snaps.crs == points.crs
    is_off = snaps["outcome"] == "off_network"
    assert snaps["distance_metres"].isna().equals(is_off)
    assert (snaps["distance_metres"].dropna() <= 1000).all()


@LAW
@given(origins=tables(), destinations=tables())
def test_directions_agree(
    network: ds.RoadNetwork, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame
) -> None:
    def ask(first: Any, second: Any, direction: Any) -> ds.TravelTimes:
        return ds.travel_times(network, first, second, direction=direction)

    there, back = ask(origins, destinations, "from"), ask(origins, destinations, "to")
    np.testing.assert_array_equal(back.minutes, ask(destinations, origins, "from").minutes.T)
    both = ask(origins, destinations, "both")
    np.testing.assert_allclose(both.minutes, there.minutes + back.minutes, rtol=1e-5)


@LAW
@given(origins=tables(), destinations=tables(), cutoff=st.floats(0.1, 60))
def test_a_status_of_ok_is_a_time_and_nothing_else_is(
    network: ds.RoadNetwork,
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    cutoff: float,
) -> None:
    times = ds.travel_times(network, origins, destinations, max_minutes=cutoff)
    np.testing.assert_array_equal(times.status == 0, ~np.isnan(times.minutes))
    assert (times.minutes[times.status == 0] <= cutoff * (1 + 1e-6)).all()
    whole = ds.travel_times(network, origins, destinations)
    # A cutoff hides a time: it never makes one, nor changes another reason.
    np.testing.assert_array_equal(times.status != 1, (whole.status != 0) | (times.status == 0))


@LAW
@given(origins=tables(), destinations=tables(), k=st.integers(1, 6))
def test_the_nearest_are_the_head_of_the_sorted_times(
    network: ds.RoadNetwork, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame, k: int
) -> None:
    near = ds.nearest(network, origins, destinations, k=k)
    times = ds.travel_times(network, origins, destinations)
    kept = min(k, len(destinations))
    expected = np.sort(times.minutes, axis=1)[:, :kept]
    np.testing.assert_array_equal(near["minutes"].to_numpy().reshape(-1, kept), expected)


@LAW
@given(origins=tables(), limits=st.lists(st.sampled_from([2, 4, 8]), min_size=1, unique=True))
@pytest.mark.filterwarnings("ignore::desserte.OffNetworkWarning")
def test_isochrones_have_a_row_an_origin_and_a_limit(
    network: ds.RoadNetwork, origins: gpd.GeoDataFrame, limits: list[int]
) -> None:
    areas = ds.isochrones(network, origins, minutes=limits)
    assert areas.crs == origins.crs
    assert areas["origin"].tolist() == np.repeat(origins.index, len(limits)).tolist()
    assert areas["minutes"].tolist() == sorted(map(float, limits)) * len(origins)
    off = set(areas.attrs["off_network"])
    assert (areas.is_empty == areas["origin"].isin(off)).all()
