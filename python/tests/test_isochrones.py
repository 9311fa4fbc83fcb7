"""Isochrones and reached streets: valid, nested, in the caller's terms."""

from __future__ import annotations

import itertools
import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds


@pytest.fixture(scope="module")
def discs(network: ds.RoadNetwork, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return ds.isochrones(network, villages.head(3), minutes=[15, 5, 10], progress=False)


def test_rows_are_ordered_by_origin_then_by_minutes(
    discs: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    assert list(discs.columns) == ["origin", "origin_name", "minutes", "geometry"]
    assert discs["origin"].tolist() == np.repeat(villages.index[:3], 3).tolist()
    assert discs["minutes"].tolist() == [5.0, 10.0, 15.0] * 3
    assert discs.crs == villages.crs


def test_discs_are_valid_and_nested(discs: gpd.GeoDataFrame) -> None:
    assert discs.is_valid.all()
    assert set(discs.geom_type) == {"MultiPolygon"}
    for _, nest in discs.groupby("origin"):
        inner, middle, outer = nest.geometry
        assert middle.covers(inner)
        assert outer.covers(middle)
        assert inner.area < middle.area < outer.area


def test_the_origin_lies_in_its_isochrone(
    discs: gpd.GeoDataFrame, villages: gpd.GeoDataFrame
) -> None:
    smallest = discs.drop_duplicates("origin").set_index("origin").geometry
    assert smallest.covers(villages.geometry.head(3)).all()


def test_rings_fill_the_discs_without_overlap(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, discs: gpd.GeoDataFrame
) -> None:
    rings = ds.isochrones(network, villages.head(3), minutes=[5, 10, 15], shape="ring")
    areas = shapely.area(rings.geometry.to_numpy()).reshape(3, 3)
    outermost = shapely.area(discs.geometry.to_numpy())[2::3]
    np.testing.assert_allclose(areas.sum(axis=1), outermost, rtol=1e-9)
    assert rings.geometry[0].equals(discs.geometry[0])
    assert shapely.intersection(rings.geometry[0], rings.geometry[1]).area == 0
    assert set(rings.geom_type) == {"MultiPolygon"}


def test_merged_isochrones_are_the_union(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, discs: gpd.GeoDataFrame
) -> None:
    merged = ds.isochrones(
        network, villages.head(3), minutes=[5, 10, 15], origins_are="merged", progress=False
    )
    assert merged["origin"].tolist() == ["all"] * 3
    union = shapely.union_all(discs.geometry[discs["minutes"] == 15])
    assert merged.geometry[2].symmetric_difference(union).area < 0.05 * union.area


def test_isochrones_come_back_in_the_crs_of_the_origins(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, discs: gpd.GeoDataFrame
) -> None:
    metric = ds.isochrones(network, villages.head(3).to_crs(25833), minutes=[5, 10, 15])
    assert metric.crs == 25833
    before, after = discs.geometry.to_numpy(), metric.to_crs(4326).geometry.to_numpy()
    moved = shapely.area(shapely.symmetric_difference(before, after))
    assert (moved < 0.001 * shapely.area(before)).all()


def test_an_origin_off_the_network_keeps_an_empty_row_and_is_warned_about(
    network: ds.RoadNetwork,
) -> None:
    with pytest.warns(
        ds.OffNetworkWarning, match="no street near enough to 1 origin: 1;"
    ) as caught:
        areas = ds.isochrones(network, [TOWN, OCEAN], minutes=10)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert areas.is_empty.tolist() == [False, True]
    assert areas.attrs["off_network"] == [1]


def test_a_single_limit_is_a_number(network: ds.RoadNetwork) -> None:
    assert ds.isochrones(network, [TOWN], minutes=10)["minutes"].tolist() == [10.0]


def test_the_result_carries_its_parameters(discs: gpd.GeoDataFrame) -> None:
    parameters = {name: discs.attrs[name] for name in ("minutes", "direction", "shape")}
    assert parameters == {"minutes": [5.0, 10.0, 15.0], "direction": "from", "shape": "disc"}
    assert discs.attrs["manifest"]["version"] == ds.__version__
    assert discs.attrs["off_network"] == []


def test_small_holes_and_islands_are_dropped_and_accounted_for(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    def drawn(hectares: float) -> gpd.GeoDataFrame:
        return ds.isochrones(
            network,
            villages.head(3),
            minutes=[5, 10, 15],
            min_hole_hectares=hectares,
            min_island_hectares=hectares,
        )

    whole, told = drawn(0), drawn(40)
    nothing = {"holes": 0, "hole_hectares": 0.0, "islands": 0, "island_hectares": 0.0}
    assert whole.attrs["dropped"] == nothing
    small = told.attrs["dropped"]
    assert small["holes"] > 0
    assert small["islands"] > 0
    hectares = [shapely.area(table.to_crs(25833).geometry).sum() / 1e4 for table in (whole, told)]
    assert hectares[1] - hectares[0] == pytest.approx(
        small["hole_hectares"] - small["island_hectares"], rel=2e-3
    )
    assert told.is_valid.all()
    for _, nest in told.groupby("origin"):
        assert all(b.covers(a) for a, b in itertools.pairwise(nest.geometry))
    rings = shapely.get_num_interior_rings(shapely.get_parts(told.geometry.to_numpy()))
    before = shapely.get_num_interior_rings(shapely.get_parts(whole.geometry.to_numpy()))
    assert rings.sum() <= before.sum() - small["holes"]


def test_an_origin_that_comes_to_the_edge_of_the_map_is_named_and_warned_about(
    network: ds.RoadNetwork,
) -> None:
    # The map ends some five kilometres from the town.
    assert ds.isochrones(network, [TOWN], minutes=[2, 3]).attrs["at_edge"] == []
    with pytest.warns(
        ds.EdgeWarning, match="around 1 origin: 'town' reaches the edge of the map"
    ) as caught:
        areas = ds.isochrones(network, named([TOWN], ["town"]), minutes=[2, 20])
    assert areas.attrs["at_edge"] == ["town"]
    assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(ds.EdgeWarning):
        merged = ds.isochrones(
            network, [TOWN, WULKENZIN], minutes=20, origins_are="merged", direction="to"
        )
    assert set(merged.attrs["at_edge"]) <= {0, 1}
    assert merged.attrs["at_edge"]


def named(points: list[tuple[float, float]], ids: list[str]) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(points), index=ids, crs=4326)


def test_everything_reachable_in_time_lies_in_the_isochrone(
    network: ds.RoadNetwork, places: gpd.GeoDataFrame
) -> None:
    times = ds.travel_times(network, [TOWN], places).minutes[0]
    # A minute inside the limit, so that the grain of the grid plays no part.
    inside = places[times <= 9]
    area = ds.isochrones(network, [TOWN], minutes=10).geometry[0]
    assert len(inside) > 0
    assert inside.within(area).all()


@pytest.mark.parametrize("direction", ["from", "to"])
def test_reached_streets_end_where_time_runs_out(network: ds.RoadNetwork, direction: str) -> None:
    streets = ds.reached_streets(network, [WULKENZIN], max_minutes=4, direction=direction)  # type: ignore[arg-type]
    assert {"origin", "street", "minutes", "minutes_end", "geometry"} <= set(streets.columns)
    assert set(streets.geom_type) == {"LineString"}
    assert (streets["minutes"] <= streets["minutes_end"]).all()
    assert streets["minutes_end"].max() <= 4
    assert set(streets["origin"]) == {0}


def test_a_larger_budget_reaches_no_less(network: ds.RoadNetwork) -> None:
    lengths = [
        ds.reached_streets(network, [WULKENZIN], max_minutes=minutes).to_crs(25833).length.sum()
        for minutes in (2, 4, 8)
    ]
    assert 0 < lengths[0] < lengths[1] < lengths[2]


def test_reached_streets_of_nowhere_are_none(network: ds.RoadNetwork) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        streets = ds.reached_streets(network, [OCEAN], max_minutes=5)
    assert len(streets) == 0
    assert streets.attrs["off_network"] == [0]
    assert [warning.category for warning in caught] == [ds.OffNetworkWarning]
