"""A network that was saved and opened: the same answers, and no half file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

UNTYPED: Any = ds


@pytest.fixture(scope="module")
def saved(network: ds.RoadNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "rural.desserte"
    network.save(path)
    return path


@pytest.fixture(scope="module")
def opened(saved: Path) -> ds.RoadNetwork:
    return ds.RoadNetwork.load(saved)


def test_a_loaded_network_shows_itself_as_the_one_that_was_built(
    network: ds.RoadNetwork, opened: ds.RoadNetwork
) -> None:
    assert opened.manifest == network.manifest
    assert repr(opened) == repr(network)
    assert opened._repr_html_() == network._repr_html_()


def test_a_loaded_network_gives_the_same_times_snaps_and_ground(
    network: ds.RoadNetwork, opened: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    built, loaded = (
        ds.travel_times(it, villages, villages, kilometres=True, progress=False)
        for it in (network, opened)
    )
    np.testing.assert_array_equal(built.minutes, loaded.minutes)
    np.testing.assert_array_equal(built.kilometres, loaded.kilometres)
    assert built.attrs == loaded.attrs
    pd.testing.assert_frame_equal(network.snap(villages), opened.snap(villages))
    assert opened.snap([TOWN, OCEAN])["outcome"].tolist() == ["ok", "off_network"]
    ground = [ds.isochrones(it, [TOWN], minutes=[5, 10]).geometry for it in (network, opened)]
    assert ground[0].geom_equals_exact(ground[1], 0).all()


def test_a_prepared_network_is_prepared_as_soon_as_it_is_loaded(
    extract: Path, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    fresh = ds.RoadNetwork.from_pbf(extract, progress=False)
    names = tmp_path / "fresh.desserte", tmp_path / "prepared.desserte"
    fresh.save(names[0])
    fresh.prepare(progress=False).save(names[1])
    plain, prepared = (ds.RoadNetwork.load(name) for name in names)
    assert prepared.is_prepared
    assert not plain.is_prepared
    built, loaded = (
        ds.travel_times(it, villages, villages, progress=False) for it in (plain, prepared)
    )
    np.testing.assert_array_equal(built.minutes, loaded.minutes)


def test_a_loaded_network_explains_the_same_trip(
    network: ds.RoadNetwork, opened: ds.RoadNetwork
) -> None:
    built, loaded = (ds.explain(it, WULKENZIN, TOWN) for it in (network, opened))
    pd.testing.assert_frame_equal(built, loaded)
    pd.testing.assert_frame_equal(network.speeds(), opened.speeds())
    assert network.speeds().attrs == opened.speeds().attrs


def test_names_are_text_or_paths(network: ds.RoadNetwork, saved: Path, tmp_path: Path) -> None:
    network.save(str(tmp_path / "réseau de l'Ardèche.desserte"))
    [path] = tmp_path.iterdir()
    assert path.read_bytes() == saved.read_bytes()
    assert repr(ds.RoadNetwork.load(str(path))) == repr(network)
    for senseless in (None, 3, ["a", "b"], b"a"):
        with pytest.raises(ds.InputError, match="path is a file name"):
            UNTYPED.RoadNetwork.load(senseless)
        with pytest.raises(ds.InputError, match="path is a file name"):
            UNTYPED.RoadNetwork.save(network, senseless)


def test_a_network_is_saved_over_the_file_it_was_loaded_from(
    saved: Path, tmp_path: Path, villages: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "rural.desserte"
    path.write_bytes(saved.read_bytes())
    network = ds.RoadNetwork.load(path)
    expected = ds.travel_times(network, villages, villages, progress=False).minutes
    network.save(path)
    again = ds.RoadNetwork.load(path)
    for it in (network, again):
        minutes = ds.travel_times(it, villages, villages, progress=False).minutes
        np.testing.assert_array_equal(minutes, expected)
    assert path.read_bytes() == saved.read_bytes()


def test_what_is_no_whole_saved_network_is_refused_with_what_to_do(
    saved: Path, extract: Path, tmp_path: Path
) -> None:
    whole = saved.read_bytes()
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    newer = whole[:12] + (99).to_bytes(4, sys.byteorder) + whole[16:]
    turned = whole[:8] + whole[11:7:-1] + whole[12:]
    for content, message in [
        (b"", "is not a saved network"),
        (extract.read_bytes(), "is not a saved network"),
        (whole[:middle], "is cut short: it has .* copy it again"),
        (damaged, "is damaged in the section .* copy it again"),
        (newer, "has format 99 .* update desserte"),
        (turned, "other byte order"),
    ]:
        path = tmp_path / "spoilt.desserte"
        path.write_bytes(content)
        with pytest.raises(ds.SavedNetworkError, match=message):
            ds.RoadNetwork.load(path)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        ds.RoadNetwork.load(tmp_path / "nowhere.desserte")


def test_a_name_that_cannot_be_written_is_refused(network: ds.RoadNetwork, tmp_path: Path) -> None:
    with pytest.raises(ds.SavedNetworkError, match=r"cannot be saved.*unchanged"):
        network.save(tmp_path / "no such folder" / "rural.desserte")
    with pytest.raises(ds.SavedNetworkError, match="is not a file"):
        network.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of Unix")
def test_a_full_disk_leaves_the_former_file(saved: Path, tmp_path: Path) -> None:
    code = """
import resource, sys
import desserte as ds
network = ds.RoadNetwork.load(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    network.save(sys.argv[2])
except ds.SavedNetworkError as error:
    print(error)
"""
    path = tmp_path / "rural.desserte"
    path.write_text("what was there")
    command = [sys.executable, "-c", code, str(saved), str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "unchanged: File too large" in told
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]
