"""People on the ground of isochrones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import desserte as ds

SQUARES = [shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2)]


@pytest.fixture
def areas() -> gpd.GeoDataFrame:
    table = {"origin": ["a", "a"], "minutes": [10.0, 20.0]}
    return gpd.GeoDataFrame(table, geometry=SQUARES, crs=2154)


@pytest.fixture
def people() -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([0.5, 1.5, 1.0, 9.0], [0.5, 1.5, 0.5, 9.0])
    table = {"population": [10, 20, 3, 400], "over_75": [1.0, 2.5, 0.0, 40.0]}
    return gpd.GeoDataFrame(table, geometry=points, crs=2154, index=["p", "q", "edge", "far"])


def test_people_are_added_up_by_column_and_the_edge_is_within(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame
) -> None:
    found = ds.within(areas, people, columns=["population", "over_75"])
    assert found["population"].tolist() == [13, 33]
    assert found["over_75"].tolist() == [1.0, 3.5]
    assert found[["origin", "minutes"]].equals(areas[["origin", "minutes"]])
    assert found.attrs["total"] == {"population": 433.0, "over_75": 43.5}


def test_areas_count_whole_where_their_centroid_lies_in_any_crs(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame
) -> None:
    cells = people.set_geometry(people.buffer(0.9, cap_style="square")).to_crs(4326)
    found = ds.within(areas, cells, columns="population")
    assert found["population"].tolist()[1] == 33


def test_a_row_without_a_position_is_counted_apart(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame
) -> None:
    people.loc["q", "geometry"] = None
    people.loc["p", "geometry"] = shapely.Point()
    found = ds.within(areas, people, columns="population")
    assert found["population"].tolist() == [3, 3]
    assert found.attrs["without_position"] == 2


def test_rings_share_out_what_discs_hold(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> None:
    people = places.assign(people=1.0)
    origins, minutes = villages.head(2), [5, 10, 15]
    discs = ds.isochrones(network, origins, minutes=minutes, progress=False)
    rings = ds.isochrones(network, origins, minutes=minutes, shape="ring", progress=False)
    of_discs = ds.within(discs, people, columns="people")["people"].to_numpy().reshape(2, 3)
    of_rings = ds.within(rings, people, columns="people")["people"].to_numpy().reshape(2, 3)
    np.testing.assert_array_equal(of_rings.cumsum(axis=1), of_discs)
    assert (of_discs[:, -1] > of_discs[:, 0]).all()


@pytest.mark.parametrize("wrong", [-1, np.nan, "many"])
def test_what_is_no_number_of_people_is_refused_by_its_row(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame, wrong: object
) -> None:
    people["population"] = people["population"].astype(object)
    people.loc["q", "population"] = wrong
    with pytest.raises(ds.InputError, match=r"'population' of population is no number.*q"):
        ds.within(areas, people, columns="population")


def test_a_column_that_is_not_there_and_tables_that_say_too_little_are_refused(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame
) -> None:
    with pytest.raises(ds.InputError, match="no column 'men'; it has 'population'"):
        ds.within(areas, people, columns="men")
    with pytest.raises(ds.CrsError, match="population has no CRS"):
        ds.within(areas, people.set_crs(None, allow_override=True), columns="population")
    with pytest.raises(ds.InputError, match="isochrones is a GeoDataFrame, got a list"):
        ds.within([], people, columns="population")
