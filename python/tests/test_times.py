"""Travel times and trips: shapes, reasons, directions, ids."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    import geopandas as gpd


@pytest.fixture(scope="module")
def times(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> ds.TravelTimes:
    return ds.travel_times(network, villages, pharmacies, kilometres=True, progress=False)


def test_times_have_the_shape_the_types_and_the_ids_of_the_question(
    times: ds.TravelTimes, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    assert times.minutes.shape == times.status.shape == (len(villages), len(pharmacies))
    assert times.minutes.dtype == np.float32
    assert times.status.dtype == np.uint8
    assert times.kilometres is not None
    assert times.kilometres.dtype == np.float32
    assert times.origins.equals(villages.index)
    assert times.destinations.equals(pharmacies.index)
    assert times.max_minutes is None


def test_a_plain_of_twenty_kilometres_is_crossed_in_minutes(times: ds.TravelTimes) -> None:
    assert (times.status == 0).all()
    assert times.kilometres is not None
    assert times.minutes.min() > 0
    assert times.minutes.max() < 60
    speeds = times.kilometres / (times.minutes / 60)
    assert speeds.max() < 130


def test_times_do_not_change(times: ds.TravelTimes) -> None:
    with pytest.raises(ValueError, match="read-only"):
        times.minutes[0, 0] = 0
    with pytest.raises(AttributeError):
        times.direction = "to"  # type: ignore[misc]


def test_every_reason_has_its_name(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, [WULKENZIN, OCEAN], [TOWN, OCEAN], max_minutes=1)
    names = np.array(ds.STATUS)[times.status]
    assert names.tolist() == [
        ["beyond_cutoff", "destination_off_network"],
        ["origin_off_network", "origin_off_network"],
    ]
    assert np.isnan(times.minutes).all()


def test_the_cutoff_hides_times_and_changes_none(
    network: ds.RoadNetwork,
    times: ds.TravelTimes,
    villages: gpd.GeoDataFrame,
    pharmacies: gpd.GeoDataFrame,
) -> None:
    cutoff = float(np.median(times.minutes))
    cut = ds.travel_times(network, villages, pharmacies, max_minutes=cutoff)
    inside = times.minutes <= np.float32(cutoff)
    np.testing.assert_array_equal(cut.minutes[inside], times.minutes[inside])
    assert np.isnan(cut.minutes[~inside]).all()
    assert (cut.status[~inside] == 1).all()
    assert cut.max_minutes == cutoff


def test_arriving_is_leaving_transposed(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    arriving = ds.travel_times(network, villages, pharmacies, direction="to")
    leaving = ds.travel_times(network, pharmacies, villages)
    np.testing.assert_array_equal(arriving.minutes, leaving.minutes.T)


def test_there_and_back_is_the_sum_of_both(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    there, back, both = (
        ds.travel_times(network, villages, pharmacies, direction=way).minutes
        for way in ("from", "to", "both")
    )
    np.testing.assert_allclose(both, there + back, rtol=1e-5)


def test_the_same_coordinates_are_no_trip(network: ds.RoadNetwork) -> None:
    assert ds.travel_times(network, [TOWN], [TOWN]).minutes[0, 0] == 0


def test_any_crs_and_an_id_column_give_the_same_times(
    network: ds.RoadNetwork,
    times: ds.TravelTimes,
    villages: gpd.GeoDataFrame,
    pharmacies: gpd.GeoDataFrame,
) -> None:
    moved = villages.to_crs(25833).reset_index(drop=True)
    again = ds.travel_times(network, moved, pharmacies.geometry, origin_id="place_id")
    assert again.origins.tolist() == times.origins.tolist()
    np.testing.assert_allclose(again.minutes, times.minutes, atol=0.01)
    assert again.snaps.origins.crs == moved.crs


def test_an_array_has_ids_from_zero(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, np.array([TOWN, WULKENZIN]), [TOWN])
    assert times.origins.tolist() == [0, 1]
    assert times.destinations.tolist() == [0]


def test_select_follows_the_order_asked_for(times: ds.TravelTimes) -> None:
    some = times.select(origins=times.origins[[2, 0]], destinations=[times.destinations[1]])
    np.testing.assert_array_equal(some.minutes, times.minutes[[2, 0]][:, [1]])
    assert some.origins.tolist() == times.origins[[2, 0]].tolist()
    assert some.kilometres is not None
    assert some.kilometres.shape == (2, 1)
    assert some.snaps.origins.index.equals(some.origins)
    assert times.select().minutes.shape == times.minutes.shape


def test_without_closes_destinations(times: ds.TravelTimes) -> None:
    closed = times.destinations[1]
    left = times.without(destinations=[closed])
    assert closed not in left.destinations
    np.testing.assert_array_equal(left.minutes, np.delete(times.minutes, 1, axis=1))


def test_join_matches_origins_by_id(times: ds.TravelTimes) -> None:
    first = times.select(destinations=times.destinations[:2])
    second = times.select(origins=times.origins[::-1], destinations=times.destinations[2:])
    joined = first.join(second)
    np.testing.assert_array_equal(joined.minutes, times.minutes)
    assert joined.destinations.equals(times.destinations)
    assert joined.snaps.destinations["distance_metres"].equals(
        times.snaps.destinations["distance_metres"]
    )


def test_join_counts_the_origins_it_leaves_out(times: ds.TravelTimes) -> None:
    few = times.select(origins=times.origins[:2], destinations=times.destinations[:2])
    joined = few.join(times.select(destinations=times.destinations[2:]))
    assert joined.attrs["ignored_origins"] == len(times.origins) - 2


def test_join_refuses_times_of_another_question(
    network: ds.RoadNetwork, times: ds.TravelTimes, villages: gpd.GeoDataFrame
) -> None:
    with pytest.raises(ds.IdError, match=r"^destinations of both times: 6 ids: "):
        times.join(times)
    other = ds.travel_times(network, villages, [TOWN], direction="to")
    with pytest.raises(ds.InputError, match=r"^the times differ in direction: 'from' and 'to'$"):
        times.join(other)
    fewer = ds.travel_times(network, villages.head(2), [TOWN])
    with pytest.raises(ds.IdError, match=r"^unknown origins, 6 ids: "):
        times.join(fewer)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["nowhere"], "^unknown origins, 1 id: 'nowhere'$"),
        ("node/1", "^origins is a list of ids, got 'node/1'$"),
        (["a", "a"], "^origins repeats 1 id: 'a'$"),
        ([True, False], "^origins is a list of ids, got True and False; index the ids with them$"),
    ],
)
def test_select_refuses_ids_it_does_not_know(
    times: ds.TravelTimes, wanted: object, message: str
) -> None:
    with pytest.raises(ds.InputError, match=message):
        times.select(origins=wanted)  # type: ignore[arg-type]


def test_the_long_frame_has_a_row_a_pair_with_names(times: ds.TravelTimes) -> None:
    frame = times.to_frame()
    assert list(frame.columns) == [
        "origin",
        "origin_name",
        "destination",
        "destination_name",
        "minutes",
        "status",
        "kilometres",
    ]
    assert len(frame) == times.minutes.size
    np.testing.assert_array_equal(frame["minutes"], times.minutes.ravel())
    assert frame["origin"].iloc[6] == times.origins[1]
    assert set(frame["status"]) == {"ok"}


def test_the_wide_frame_is_the_matrix_with_its_ids(times: ds.TravelTimes) -> None:
    wide = times.to_wide()
    assert wide.index.equals(times.origins)
    assert wide.columns.equals(times.destinations)
    np.testing.assert_array_equal(wide.to_numpy(), times.minutes)


def test_results_carry_the_manifest_and_the_parameters_as_plain_values(
    network: ds.RoadNetwork, times: ds.TravelTimes
) -> None:
    assert times.attrs["manifest"] == network.manifest
    assert times.attrs["direction"] == "from"
    assert times.attrs["radius_metres"] == 1000.0
    # Parquet and GeoPackage keep attrs as JSON.
    assert json.loads(json.dumps(times.to_frame().attrs)) == times.attrs


def test_repr_gives_shape_reach_direction_and_cutoff(times: ds.TravelTimes) -> None:
    assert repr(times) == "TravelTimes(8 x 6, 48 reached, from, no cutoff)"


def test_trips_are_the_diagonal_of_the_times(
    network: ds.RoadNetwork,
    times: ds.TravelTimes,
    villages: gpd.GeoDataFrame,
    pharmacies: gpd.GeoDataFrame,
) -> None:
    table = ds.trips(network, villages.head(6), pharmacies)
    assert list(table.columns) == [
        "origin",
        "origin_name",
        "destination",
        "destination_name",
        "minutes",
        "status",
    ]
    np.testing.assert_array_equal(table["minutes"], np.diag(times.minutes))
    assert table["origin"].tolist() == villages.index[:6].tolist()


def test_a_village_may_have_several_trips(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    home = villages.iloc[[0, 0, 0]]
    table = ds.trips(network, home, pharmacies.head(3))
    assert table["origin"].tolist() == [villages.index[0]] * 3
    assert isinstance(table, pd.DataFrame)


def test_trips_run_the_other_way_too(network: ds.RoadNetwork) -> None:
    there = ds.trips(network, [TOWN], [WULKENZIN], direction="to")
    back = ds.trips(network, [WULKENZIN], [TOWN])
    assert there["minutes"].tolist() == back["minutes"].tolist()


def test_trips_refuse_sides_of_different_length(network: ds.RoadNetwork) -> None:
    with pytest.raises(ds.InputError, match=r"^2 starts and 1 ends do not pair up$"):
        ds.trips(network, [TOWN, WULKENZIN], [TOWN])


def test_the_tables_of_snaps_travel_with_the_times(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    times = ds.travel_times(network, villages, pharmacies)
    again = pickle.loads(pickle.dumps(times))
    for table, copy in zip(times.snaps, again.snaps, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    np.testing.assert_array_equal(times.minutes, again.minutes)
