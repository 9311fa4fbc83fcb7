"""The data-quality sheet of a network: kilometres by class and by what decided the speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scene import REPOSITORY

import desserte as ds
from desserte import _native

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def sheet(network: ds.RoadNetwork) -> pd.DataFrame:
    return network.speeds()


def test_the_kilometres_sum_to_the_length_of_the_network(
    network: ds.RoadNetwork, sheet: pd.DataFrame
) -> None:
    length = network.manifest["counts"]["street_km"]
    assert sheet["kilometres"].sum() == pytest.approx(length)
    assert sheet.attrs["kilometres"] == pytest.approx(length)
    assert sheet["share"].sum() == pytest.approx(1)
    assert sum(sheet.attrs["share_by_source"].values()) == pytest.approx(1)
    assert sheet["kilometres"].is_monotonic_decreasing


def test_nothing_is_driven_faster_than_its_lane(sheet: pd.DataFrame) -> None:
    long = sheet[sheet["kilometres"] > 1]
    assert len(long) > 5
    assert (long["kmh"] <= long["lane_kmh"] * 1.001).all()
    assert (long["kmh"] > 3).all()


def test_the_sources_are_those_of_the_explanations(sheet: pd.DataFrame) -> None:
    words = dict(_native.speed_sources())
    assert set(sheet["speed_source"]) <= set(words)
    assert "curvature" not in set(sheet["speed_source"])
    assert words["posted limit"] == "limite affichée"


def test_the_attrs_say_what_the_map_lacks(network: ds.RoadNetwork, sheet: pd.DataFrame) -> None:
    attrs = sheet.attrs
    assert attrs["manifest"] == network.manifest
    # A cap of the class may undercut a sign, which is there all the same.
    assert attrs["share_by_source"]["posted limit"] < attrs["share_with_limit"] < 1
    assert 0 < attrs["share_with_surface"] < 1
    assert 0 <= attrs["share_restricted"] < 1
    assert set(attrs["cut_off"]) == {"inhabited", "uninhabited", "fragments"}


def test_an_island_is_cut_off_with_its_people() -> None:
    path = REPOSITORY / "fixtures" / "networks" / "lake_island.osm.pbf"
    cut_off = ds.RoadNetwork.from_pbf(path, progress=False).speeds().attrs["cut_off"]
    [island] = cut_off["inhabited"]
    assert island["kilometres"] == pytest.approx(6.0, rel=2e-3)
    assert (island["settlements"], island["names"]) == (1, ["La Ferme"])
    assert cut_off["uninhabited"] == cut_off["fragments"] == {"count": 0, "kilometres": 0.0}


def test_walkers_have_their_sheet_too(extract: object) -> None:
    network = ds.RoadNetwork.from_pbf(extract, profile="foot", progress=False)  # type: ignore[arg-type]
    sources = set(network.speeds()["speed_source"])
    assert "posted limit" not in sources
    assert sources
