"""What the tests share: the shipped extract, its network, and the folders of the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of the small networks and their cases."""
    folder = REPOSITORY / "fixtures"
    if not folder.is_dir():
        pytest.skip(f"no fixtures beside this test: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the extracts that are not in the repository."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared data: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def extract() -> Path:
    return ds.demo_extract()


@pytest.fixture(scope="session")
def network(extract: Path) -> ds.RoadNetwork:
    return ds.RoadNetwork.from_pbf(extract, progress=False)


@pytest.fixture(scope="session")
def places(extract: Path) -> gpd.GeoDataFrame:
    return ds.read_places(extract, progress=False)


@pytest.fixture(scope="session")
def care(extract: Path) -> gpd.GeoDataFrame:
    return ds.read_care(extract, progress=False)


@pytest.fixture(scope="session")
def villages(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Eight villages, as points."""
    return places[(places["place"] == "village") & places["name"].notna()].head(8)


@pytest.fixture(scope="session")
def pharmacies(care: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return care[care["kind"] == "pharmacy"].head(6)
