"""The nearest care, and the care basket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    import geopandas as gpd


@pytest.mark.parametrize("direction", ["from", "to", "both"])
def test_the_nearest_are_the_smallest_of_the_times(
    network: ds.RoadNetwork,
    villages: gpd.GeoDataFrame,
    pharmacies: gpd.GeoDataFrame,
    direction: Literal["from", "to", "both"],
) -> None:
    table = ds.nearest(network, villages, pharmacies, k=3, direction=direction)
    times = ds.travel_times(network, villages, pharmacies, direction=direction)
    np.testing.assert_array_equal(
        table["minutes"].to_numpy().reshape(len(villages), 3),
        np.sort(times.minutes, axis=1)[:, :3],
    )
    wide = times.to_wide()
    for row in table.itertuples():
        assert wide.loc[row.origin, row.destination] == row.minutes


def test_the_table_names_ids_ranks_and_reasons(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    table = ds.nearest(network, villages, pharmacies, k=2)
    assert list(table.columns) == [
        "origin",
        "origin_name",
        "rank",
        "destination",
        "destination_name",
        "minutes",
        "status",
    ]
    assert table["origin"].tolist() == np.repeat(villages.index, 2).tolist()
    assert table["rank"].tolist() == [1, 2] * len(villages)
    assert table.attrs["k"] == 2


def test_there_are_never_more_rows_than_destinations(network: ds.RoadNetwork) -> None:
    table = ds.nearest(network, [TOWN], [TOWN, WULKENZIN], k=9)
    assert table["rank"].tolist() == [1, 2]
    assert table["destination"].tolist() == [0, 1]


def test_equally_near_ones_come_in_their_order(network: ds.RoadNetwork) -> None:
    table = ds.nearest(network, [WULKENZIN], [TOWN, TOWN, TOWN], k=3)
    assert table["destination"].tolist() == [0, 1, 2]


def test_ranks_that_reach_nothing_have_no_destination_and_a_reason(
    network: ds.RoadNetwork,
) -> None:
    table = ds.nearest(network, [WULKENZIN, OCEAN], [WULKENZIN, TOWN], k=2, max_minutes=1)
    assert table["destination"].isna().tolist() == [False, True, True, True]
    assert table["status"].tolist() == [
        "ok",
        "beyond_cutoff",
        "origin_off_network",
        "origin_off_network",
    ]
    assert table["minutes"].isna().tolist() == [False, True, True, True]


def test_the_basket_has_a_block_a_kind_in_sorted_order(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> None:
    chosen = care[care["kind"].isin(["pharmacy", "hospital"])]
    table = ds.nearest(network, villages, chosen, k=2, by="kind")
    assert table["kind"].head(4).tolist() == ["hospital", "hospital", "pharmacy", "pharmacy"]
    assert table["rank"].head(4).tolist() == [1, 2, 1, 2]
    for kind in ("hospital", "pharmacy"):
        alone = ds.nearest(network, villages, chosen[chosen["kind"] == kind], k=2)
        block = table[table["kind"] == kind]
        assert block["destination"].tolist() == alone["destination"].tolist()
        np.testing.assert_array_equal(block["minutes"], alone["minutes"])


def test_the_basket_needs_its_column(network: ds.RoadNetwork, care: gpd.GeoDataFrame) -> None:
    with pytest.raises(
        ds.InputError, match=r"^destinations has no column 'sort'; it has 'care_id',"
    ):
        ds.nearest(network, [TOWN], care, by="sort")
    with pytest.raises(ds.InputError, match=r"^destinations has no column 'kind': it is not a Geo"):
        ds.nearest(network, [TOWN], [TOWN], by="kind")
    with pytest.raises(ds.InputError, match=r"^by='minutes' is the name of a column of the result"):
        ds.nearest(network, [TOWN], care, by="minutes")
    holed = care.assign(kind=care["kind"].where(care.index != care.index[3]))
    with pytest.raises(
        ds.InputError, match=rf"^destinations has no 'kind' in 1 row: '{care.index[3]}'"
    ):
        ds.nearest(network, [TOWN], holed, by="kind")


@pytest.mark.parametrize("k", [0, -1, 1.5, np.nan, "two", True, None])
def test_k_is_a_whole_number(network: ds.RoadNetwork, k: object) -> None:
    with pytest.raises(ds.InputError, match=r"^k is a whole number, 1 or more, got "):
        ds.nearest(network, [TOWN], [TOWN], k=k)  # type: ignore[arg-type]
