"""The time surface: what the isochrones outline, as an array on the network's plane."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
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
    assert [found.name for found in tmp_path.iterdir()] == ["minutes.tif"]


def test_an_origin_off_the_network_reaches_nothing(network: ds.RoadNetwork) -> None:
    with pytest.warns(ds.OffNetworkWarning):
        surface = ds.time_surface(network, [OCEAN], max_minutes=10, progress=False)
    assert surface.minutes.size == 0
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
        with pytest.warns(ds.ResolutionWarning, match=r"walks 33 m.*resolution_metres=50 or less"):
            ask(resolution_metres=51, progress=False)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ds.ResolutionWarning)
            ask(resolution_metres=50, progress=False)
