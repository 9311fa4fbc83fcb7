"""The time surface: what the isochrones outline, as an array on the network's plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from scene import OCEAN

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def home(villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return villages.head(1)


@pytest.fixture(scope="module")
def surface(network: ds.RoadNetwork, home: gpd.GeoDataFrame) -> ds.TimeSurface:
    return ds.time_surface(network, home, max_minutes=15, progress=False)


def centres(surface: ds.TimeSurface) -> gpd.GeoSeries:
    """The centre of every cell, row after row."""
    a, _, west, _, e, north = surface.transform
    rows, columns = np.indices(surface.minutes.shape)
    x, y = west + a * (columns.ravel() + 0.5), north + e * (rows.ravel() + 0.5)
    return gpd.GeoSeries(gpd.points_from_xy(x, y), crs=surface.crs)


def test_what_is_within_the_limit_is_what_the_isochrone_holds(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame, surface: ds.TimeSurface
) -> None:
    for minutes in (5, 15):
        area = ds.isochrones(
            network, home, minutes=minutes, min_hole_hectares=0, min_island_hectares=0
        ).to_crs(surface.crs)
        inside = shapely.contains(area.geometry[0], centres(surface).to_numpy())
        # A node that is reached at the very limit lies a tenth of a metre within.
        np.testing.assert_array_equal(inside, (surface.minutes <= minutes).ravel())


def test_no_cell_is_later_than_a_trip_there(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame, surface: ds.TimeSurface
) -> None:
    reached = np.flatnonzero(np.isfinite(surface.minutes.ravel()))[::7]
    points = centres(surface).iloc[reached].to_crs(4326)
    times = ds.travel_times(network, home, points, radius_metres=300, progress=False)
    snaps = network.snap(points, radius_metres=300)
    may_walk = (snaps["outcome"] == "ok") & ~snaps["crosses_barrier"].astype(bool)
    found, trips = surface.minutes.ravel()[reached], times.minutes[0]
    compared = may_walk.to_numpy() & np.isfinite(trips)
    assert compared.sum() > 100
    # Positions in degrees are rounded to a centimetre, times to a millisecond.
    assert (found[compared] <= trips[compared] + 1e-3).all()


def test_towards_a_place_is_another_surface(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame, surface: ds.TimeSurface
) -> None:
    back = ds.time_surface(network, home, max_minutes=15, direction="to", progress=False)
    assert np.nanmin(back.minutes) == np.nanmin(surface.minutes)
    assert not np.array_equal(back.minutes, surface.minutes, equal_nan=True)
    assert back.attrs["direction"] == "to"


def test_of_several_origins_the_soonest_counts(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, surface: ds.TimeSurface
) -> None:
    both = ds.time_surface(network, villages.head(2), max_minutes=15, progress=False)
    cells = dict(zip(map(str, centres(both)), both.minutes.ravel(), strict=True))
    alone = zip(map(str, centres(surface)), surface.minutes.ravel(), strict=True)
    assert all(cells[centre] <= minutes for centre, minutes in alone if np.isfinite(minutes))


def test_a_geotiff_holds_the_same_minutes(surface: ds.TimeSurface, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    path = surface.to_geotiff(tmp_path / "minutes.tif")
    with rasterio.open(path) as file:
        np.testing.assert_array_equal(file.read(1), surface.minutes)
        assert tuple(file.transform)[:6] == surface.transform
        assert "Stereographic" in file.crs.to_wkt()
        assert "desserte, oblique stereographic around 53.5327, 13.2859" in file.crs.to_wkt()
    assert [found.name for found in tmp_path.iterdir()] == ["minutes.tif"]
    with pytest.raises(ds.InputError, match=r"ends in \.tif or \.tiff, got '.*a\.xyz'"):
        surface.to_geotiff(tmp_path / "a.xyz")


def test_the_named_plane_is_the_one_of_the_network(
    network: ds.RoadNetwork, surface: ds.TimeSurface
) -> None:
    own = pyproj.CRS.from_user_input(network._handle.projection())
    assert surface.crs == own
    there = [pyproj.Transformer.from_crs(4326, crs, always_xy=True) for crs in (own, surface.crs)]
    assert there[0].transform(13.1, 53.6) == there[1].transform(13.1, 53.6)


def test_an_origin_off_the_network_reaches_nothing(network: ds.RoadNetwork, tmp_path: Path) -> None:
    with pytest.warns(ds.OffNetworkWarning):
        surface = ds.time_surface(network, [OCEAN], max_minutes=10, progress=False)
    assert surface.minutes.size == 0
    with pytest.raises(ds.InputError, match="the surface is empty, nothing was reached"):
        surface.to_geotiff(tmp_path / "none.tif")
    assert surface.attrs["off_network"] == [0]


def test_a_grid_too_fine_is_refused_with_the_memory_it_would_take(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame
) -> None:
    with pytest.raises(ds.IsochroneError, match="GiB, use a coarser resolution"):
        ds.time_surface(network, home, max_minutes=60, resolution_metres=1, progress=False)


def test_the_line_that_is_shown_says_how_large_it_is(surface: ds.TimeSurface) -> None:
    rows, columns = surface.minutes.shape
    assert repr(surface).startswith(f"TimeSurface({rows} x {columns} cells of 100 m, ")
    assert repr(surface).endswith(" within 15 min)")


def test_who_comes_to_the_edge_of_the_map_is_told_by_the_surface_and_the_streets(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame
) -> None:
    questions = (ds.time_surface, ds.reached_streets)
    for ask in questions:
        assert ask(network, home, max_minutes=2, progress=False).attrs["at_edge"] == []
        with pytest.warns(ds.EdgeWarning, match="reaches the edge of the map"):
            far = ask(network, home, max_minutes=30, progress=False)
        assert far.attrs["at_edge"] == home.index.tolist()


def test_cells_wider_than_the_walk_are_warned_of(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame
) -> None:
    questions = (
        lambda **how: ds.time_surface(network, home, max_minutes=0.5, **how),
        lambda **how: ds.catchments(network, home, max_minutes=0.5, **how),
        lambda **how: ds.isochrones(network, home, minutes=[0.5, 10], **how),
    )
    for ask in questions:
        # In half a minute one walks 33 m.
        with pytest.warns(ds.ResolutionWarning, match=r"walks 33 m.*resolution_metres=30 or less"):
            ask(resolution_metres=34, progress=False)
        ask(resolution_metres=33, progress=False)


def test_cells_wider_than_what_one_may_walk_off_the_street_are_warned_of(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame
) -> None:
    questions = (
        lambda **how: ds.time_surface(network, home, max_minutes=10, progress=False, **how),
        lambda **how: ds.catchments(network, home, max_minutes=10, progress=False, **how),
        lambda **how: ds.isochrones(network, home, minutes=10, progress=False, **how),
    )
    for ask in questions:
        with pytest.warns(ds.ResolutionWarning, match="at most 300 m off.*=300 or less") as caught:
            ask(resolution_metres=400)
        assert {warning.filename for warning in caught} == {__file__}
        with pytest.warns(ds.ResolutionWarning, match="at most 25 m off.*=20 or less"):
            ask(offroad_metres=25)
        ask(offroad_metres=25, resolution_metres=25)
        ask(resolution_metres=300)


def test_what_is_advised_loses_few_streets_and_what_is_warned_of_many(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame
) -> None:
    streets = ds.reached_streets(network, home, max_minutes=10, progress=False).to_crs(25833)

    def lost(**how: Any) -> float:
        area = ds.isochrones(network, home, minutes=10, progress=False, **how).to_crs(25833)
        return float(streets.difference(area.geometry[0]).length.sum() / streets.length.sum())

    assert lost(offroad_metres=20, resolution_metres=20) < 0.05
    with pytest.warns(ds.ResolutionWarning):
        assert lost(offroad_metres=20) > 0.3
    with pytest.warns(ds.ResolutionWarning):
        assert lost(resolution_metres=1000) > 2 * lost(resolution_metres=300)


def test_streets_alone_are_no_ground(network: ds.RoadNetwork, home: gpd.GeoDataFrame) -> None:
    questions = (
        lambda: ds.time_surface(network, home, max_minutes=10, offroad_metres=0),
        lambda: ds.catchments(network, home, max_minutes=10, offroad_metres=0),
        lambda: ds.isochrones(network, home, minutes=10, offroad_metres=0),
    )
    for ask in questions:
        with pytest.raises(ds.InputError, match=r"above 0, got 0: .* ds\.reached_streets$"):
            ask()
