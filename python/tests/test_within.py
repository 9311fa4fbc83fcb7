"""People on the ground of isochrones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scene import WULKENZIN

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


def at_vertices(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A person on every corner of some areas."""
    corners = np.unique(shapely.get_coordinates(areas.geometry.to_numpy()), axis=0)
    return gpd.GeoDataFrame(
        {"people": [1] * len(corners)}, geometry=shapely.points(corners), crs=areas.crs
    )


def test_who_lives_on_the_border_of_two_rings_counts_in_that_of_the_smaller_limit() -> None:
    inner, outer = SQUARES
    table = {"origin": ["a", "a", "b", "b"], "minutes": [20.0, 10.0, 10.0, 20.0]}
    rings = [outer.difference(inner), inner, inner, outer.difference(inner)]
    areas = gpd.GeoDataFrame(table, geometry=rings, crs=2154)
    # Of the seven corners four are the inner square's; each origin counts for itself.
    found = ds.within(areas, at_vertices(areas), columns="people")
    assert found["people"].tolist() == [3, 4, 4, 3]
    discs = areas.assign(geometry=[outer, inner, inner, outer])
    assert ds.within(discs, at_vertices(areas), columns="people")["people"].tolist() == [7, 4, 4, 7]


def test_who_lives_on_the_border_of_two_catchments_counts_in_that_of_the_first_site() -> None:
    table = {"site": ["second", "first"], "max_minutes": [10.0, 10.0]}
    halves = [shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)]
    areas = gpd.GeoDataFrame(table, geometry=halves, crs=2154)
    found = ds.within(areas, at_vertices(areas), columns="people")
    assert found["people"].tolist() == [4, 2]


def test_nobody_on_a_corner_of_real_rings_or_catchments_counts_twice_or_not_at_all(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    minutes = [5, 10, 15]
    rings = ds.isochrones(network, villages.head(1), minutes=minutes, shape="ring", progress=False)
    discs = ds.isochrones(network, villages.head(1), minutes=minutes, progress=False)
    people = at_vertices(rings)
    of_rings = ds.within(rings, people, columns="people")["people"].to_numpy()
    assert of_rings.sum() == len(people)
    of_discs = ds.within(discs, people, columns="people")["people"].to_numpy()
    np.testing.assert_array_equal(of_rings.cumsum(), of_discs)
    areas = ds.catchments(network, villages, max_minutes=12, progress=False)
    people = at_vertices(areas)
    assert ds.within(areas, people, columns="people")["people"].sum() == len(people)


def test_a_cell_counts_where_its_middle_lies_in_its_own_metres(areas: gpd.GeoDataFrame) -> None:
    moved = areas.scale(1000, 1000, origin=(0, 0)).translate(7e5, 6.5e6)
    # A commune 40 km high whose middle lies 3 m within; taken in degrees, it is 11 m further south.
    commune = shapely.Point(7.005e5, 6.5e6 + 3).buffer(2e4, cap_style="square")
    people = gpd.GeoDataFrame({"people": [5]}, geometry=[commune], crs=2154)
    for crs in (2154, 4326):
        ground = areas.set_geometry(moved).to_crs(crs)
        assert ds.within(ground, people, columns="people")["people"].tolist() == [5, 5]


@pytest.mark.parametrize("name", ["minutes", "origin"])
def test_a_column_called_as_one_of_the_isochrones_is_refused(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame, name: str
) -> None:
    named = people.rename(columns={"population": name})
    with pytest.raises(ds.InputError, match=f"columns names '{name}', which the isochrones have"):
        ds.within(areas, named, columns=[name, "over_75"])


def test_nobody_lives_on_a_street(network: ds.RoadNetwork, people: gpd.GeoDataFrame) -> None:
    streets = ds.reached_streets(network, [WULKENZIN], max_minutes=2, progress=False)
    with pytest.raises(ds.InputError, match=r"LineString instead of areas in .* rows: 0, 1"):
        ds.within(streets, people.to_crs(4326), columns="population")


def test_people_who_are_all_elsewhere_are_said_to_be(
    areas: gpd.GeoDataFrame, people: gpd.GeoDataFrame
) -> None:
    wrong = people.set_crs(3857, allow_override=True)
    with pytest.warns(UserWarning, match="nobody is counted.*is WGS 84 / Pseudo-Merc") as caught:
        found = ds.within(areas, wrong, columns="population")
    assert found["population"].tolist() == [0, 0]
    assert [warning.filename for warning in caught] == [__file__]
    # Who is there, but beyond the limits, is no wrong CRS.
    near = people.loc[["edge"]].translate(2, 0)
    assert ds.within(areas, people.loc[["edge"]].set_geometry(near), columns="population")[
        "population"
    ].tolist() == [0, 0]


@pytest.mark.parametrize("wrong", [-1, np.nan, "many", True])
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
