"""The siting surface: what the matrix says of a site at each junction, as points and as a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from scene import OCEAN, TOWN

import desserte as ds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNTYPED: Any = ds


@pytest.fixture(scope="module")
def inhabited(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = places[places["population"].notna()].head(40)
    assert len(known) > 5
    return known.to_crs("EPSG:25833")


@pytest.mark.parametrize("direction", ["from", "to", "both"])
def test_a_row_says_what_travel_times_to_its_point_say(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame, direction: Any
) -> None:
    there = [TOWN]
    ground = ds.siting_surface(
        network, demand=inhabited, existing=there, minutes=10, direction=direction, progress=False
    )
    assert ground.crs == inhabited.crs
    rows = ground.iloc[:: len(ground) // 200]
    people = inhabited["population"].to_numpy()
    ask: Callable[[Any], Any] = lambda to: ds.travel_times(  # noqa: E731 - asked twice
        network, inhabited, to, direction=direction, progress=False
    ).minutes.astype("float64")
    before, after = ask(there), ask(rows)
    new = (before > 10) & (after <= 10)
    np.testing.assert_allclose(rows["new_people"], people @ new)
    saved = np.nan_to_num(np.maximum(before - after, 0))
    np.testing.assert_allclose(rows["person_minutes_saved"], people @ saved, rtol=1e-5, atol=1e-2)
    assert rows["new_people"].max() > 0
    assert ground.attrs["people_covered"] == people[before[:, 0] <= 10].sum()


def test_no_list_of_junctions_has_a_better_site(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame
) -> None:
    ground = ds.siting_surface(network, demand=inhabited, minutes=8, progress=False)
    chance = np.random.default_rng(1)
    candidates = ground.iloc[chance.integers(0, len(ground), 60)]
    times = ds.travel_times(network, inhabited, candidates, progress=False)
    covered = inhabited["population"].to_numpy() @ (times.minutes <= 8)
    assert covered.max() <= ground["new_people"].max()
    np.testing.assert_allclose(covered, candidates["new_people"])


def test_the_grid_has_the_best_junction_of_each_cell(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame
) -> None:
    question: dict[str, Any] = {"demand": inhabited, "existing": [TOWN], "progress": False}
    ground = ds.siting_surface(network, **question)
    grid = ds.siting_surface(network, layout="grid", resolution_metres=1000, **question)
    a, _, west, _, e, north = grid.transform
    assert west % 1000 == 0
    assert north % 1000 == 0
    plane = ground.to_crs(grid.crs).geometry
    column = np.floor((plane.x - west) / a).astype(int)
    row = np.floor((plane.y - north) / e).astype(int)
    best = ground.groupby([row, column])[["new_people", "person_minutes_saved"]].max()
    for name in best:
        cells = getattr(grid, name)
        assert np.isfinite(cells).sum() == len(best)
        found = cells[tuple(best.index.to_frame().to_numpy().T)]
        np.testing.assert_array_equal(found, best[name])
    assert grid.crs == pyproj.CRS.from_user_input(network._handle.projection())
    assert grid.attrs["people"] == ground.attrs["people"]
    assert repr(grid).startswith(f"SitingGrid({cells.shape[0]} x {cells.shape[1]} cells of 1000 m")


def test_people_come_from_a_column_a_series_or_an_array(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame
) -> None:
    old = pd.Series(np.arange(len(inhabited)), index=inhabited.index)[::-1]
    tables = [
        ds.siting_surface(network, demand=demand, people=people, minutes=5, progress=False)
        for demand, people in (
            (inhabited.assign(old=old), "old"),
            (inhabited, old),
            (inhabited, old[::-1].to_numpy()),
        )
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(pd.DataFrame(tables[0]), pd.DataFrame(table))
    assert tables[0].attrs["people"] == old.sum()


def test_without_sites_there_is_nothing_to_save_from_unless_one_says_so(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame
) -> None:
    ask: Any = lambda **more: ds.siting_surface(  # noqa: E731 - asked thrice
        network, demand=inhabited, progress=False, **more
    )
    assert ask()["person_minutes_saved"].isna().all()
    assert ask(existing=inhabited.head(0))["new_people"].equals(ask()["new_people"])
    hour = ask(unserved_minutes=60)
    best = hour.loc[[hour["person_minutes_saved"].idxmax()]]
    times = ds.travel_times(network, inhabited, best, progress=False).minutes[:, 0]
    people = inhabited["population"].to_numpy()
    assert best["person_minutes_saved"].iloc[0] == pytest.approx(people @ (60 - times), rel=1e-6)


def test_who_is_off_the_network_is_counted_and_a_site_there_is_warned_about(
    network: ds.RoadNetwork,
) -> None:
    demand = gpd.GeoSeries.from_xy(
        [TOWN[0], OCEAN[0]], [TOWN[1], OCEAN[1]], index=["town", "sea"], crs=4326
    )
    with pytest.warns(ds.OffNetworkWarning, match="1 existing site: 0; it serves nobody"):
        ground = ds.siting_surface(
            network, demand=demand, people=[10, 3], existing=[OCEAN], progress=False
        )
    assert ground.attrs["off_network"] == ["sea"]
    assert ground.attrs["people_off_network"] == 3
    assert ground.attrs["people_covered"] == 0
    assert ground["new_people"].max() == 10
    assert (ground["person_minutes_saved"] == 0).all()


def test_what_cannot_be_is_refused(network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame) -> None:
    def refused(match: str, **question: Any) -> None:
        with pytest.raises(ds.InputError, match=match):
            UNTYPED.siting_surface(network, **{"demand": inhabited, "progress": False, **question})

    refused("demand has no column 'old' of people; it has 'place_id'", people="old")
    refused("demand has no column 'population' of people; it has no columns", demand=[TOWN])
    refused("people is missing, negative or no number for 1 place: 0", demand=[TOWN], people=[-1])
    refused("people has 2 values for 1 places", demand=[TOWN], people=[1, 2])
    refused("people is missing", people=pd.Series(np.nan, index=inhabited.index))
    refused("people lacks", people=pd.Series([1.0], index=["nowhere"]))
    refused("minutes is one limit", minutes=[10, 20])
    refused("minutes is a number above 0", minutes=float("nan"))
    refused('direction is one of "from", "to", "both"', direction="there")
    refused('layout is one of "points", "grid"', layout="raster")
    refused("unserved_minutes is a number above 0", unserved_minutes=0)
    refused("resolution_metres is a number, 1 or more", resolution_metres=0.5)
    refused("is too large; give a coarser resolution_metres", layout="grid", resolution_metres=1)
    with pytest.raises(ds.InputError, match="network is a RoadNetwork, got str"):
        UNTYPED.siting_surface("a.pbf", demand=inhabited)


def test_a_geotiff_holds_both_figures_of_the_grid(
    network: ds.RoadNetwork, inhabited: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    rasterio = pytest.importorskip("rasterio", reason="rasterio writes GeoTIFF")
    grid = ds.siting_surface(
        network, demand=inhabited, existing=[TOWN], layout="grid", progress=False
    )
    with rasterio.open(grid.to_geotiff(tmp_path / "people.tif")) as file:
        assert file.descriptions == ("new_people", "person_minutes_saved")
        assert tuple(file.transform)[:6] == grid.transform
        np.testing.assert_array_equal(file.read(1), grid.new_people)
        np.testing.assert_array_equal(file.read(2), grid.person_minutes_saved)
