"""Places and care points, as the extract has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path


def test_places_are_indexed_by_an_id_that_is_a_column_too(places: gpd.GeoDataFrame) -> None:
    columns = ["place_id", "name", "place", "population", "insee_code", "geometry"]
    assert list(places.columns) == columns
    assert places.crs == 4326
    assert places.index.is_unique
    assert places.index.tolist() == places["place_id"].tolist()
    # Both ways of sorting work: the index does not bear the name of the column.
    assert len(places.sort_values("place_id")) == len(places)


def test_care_points_are_indexed_by_an_id_that_is_a_column_too(care: gpd.GeoDataFrame) -> None:
    columns = ["care_id", "name", "kind", "finess", "capacity", "emergency", "geometry"]
    assert list(care.columns) == columns
    assert care.crs == 4326
    assert care.index.is_unique
    assert set(care["kind"]) <= set(ds.KINDS)
    assert {"pharmacy", "hospital"} <= set(care["kind"])


def test_a_known_village_is_where_it_is(places: gpd.GeoDataFrame) -> None:
    wulkenzin = places.loc["node/240055878"]
    assert wulkenzin["name"] == "Wulkenzin"
    assert wulkenzin["place"] == "village"
    assert wulkenzin["population"] == 1643
    assert wulkenzin.geometry.distance(gpd.points_from_xy([13.165], [53.528])[0]) < 0.02


def test_an_unknown_population_is_missing_and_not_zero(places: gpd.GeoDataFrame) -> None:
    assert places["population"].dtype == pd.Int64Dtype()
    assert places["population"].isna().any()
    assert (places["population"].dropna() > 0).all()


def test_an_unsaid_emergency_is_missing(care: gpd.GeoDataFrame) -> None:
    assert care["emergency"].dtype == pd.BooleanDtype()
    assert care["emergency"].isna().any()


def test_all_care_points_are_points(care: gpd.GeoDataFrame) -> None:
    assert set(care.geom_type) == {"Point"}
    assert any(care["care_id"].str.startswith("way/"))
    assert np.isfinite(care.total_bounds).all()


def test_the_files_are_in_the_manifest(places: gpd.GeoDataFrame, care: gpd.GeoDataFrame) -> None:
    for table in (places, care):
        [extract] = table.attrs["manifest"]["extracts"]
        assert extract["name"] == "neubrandenburg.osm.pbf"


@pytest.mark.parametrize("read", [ds.read_places, ds.read_care])
def test_reading_within_an_area_keeps_what_lies_in_it(extract: Path, read: object) -> None:
    west_half = gpd.GeoSeries([box(13.0, 53.0, 13.26, 54.0)], crs=4326)
    everything = read(extract, progress=False)  # type: ignore[operator]
    kept = read(extract, within=west_half.to_crs(25833), buffer_km=0, progress=False)  # type: ignore[operator]
    assert 0 < len(kept) < len(everything)
    assert kept.total_bounds[2] <= 13.2601


def test_an_area_without_places_gives_an_empty_table(extract: Path) -> None:
    elsewhere = gpd.GeoSeries([box(4.0, 44.0, 5.0, 45.0)], crs=4326)
    assert len(ds.read_places(extract, within=elsewhere, buffer_km=0, progress=False)) == 0


def test_places_and_care_can_be_written_and_asked_about(
    network: ds.RoadNetwork, places: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "places.gpkg"
    places.to_file(path)
    back = gpd.read_file(path)
    times = ds.travel_times(network, back.head(2), places.head(2), origin_id="place_id")
    assert times.origins.tolist() == places["place_id"].head(2).tolist()
