"""More isochrones than memory holds, written to a file: the same ones."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

import desserte as ds
from desserte import _areas

if TYPE_CHECKING:
    from pathlib import Path

pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks even for a few villages."""
    monkeypatch.setattr(_areas, "ORIGINS", 3)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"shape": "ring", "direction": "to"},
        {"origins_are": "merged", "minutes": 4},
    ],
)
@pytest.mark.parametrize("crs", [4326, 25833])
def test_the_file_holds_what_the_table_would(
    network: ds.RoadNetwork,
    villages: gpd.GeoDataFrame,
    tmp_path: Path,
    how: dict[str, Any],
    crs: int,
) -> None:
    question = {"minutes": [3, 6], **how, "progress": False}
    origins = villages.to_crs(crs)
    origins.loc["sea", "geometry"] = origins.geometry.iloc[0].__class__(0, 0)
    with pytest.warns(ds.OffNetworkWarning):
        kept = ds.isochrones(network, origins, **question)
    with pytest.warns(ds.OffNetworkWarning) as caught:
        path = ds.isochrones(network, origins, **question, to=tmp_path / "areas.parquet")
    assert caught[0].filename == __file__
    read = gpd.read_parquet(path)
    assert_geodataframe_equal(read, kept)
    # The sea has no name.
    assert how.get("origins_are") == "merged" or read["origin_name"].isna().sum() == 2
    assert (read.geometry.to_wkb() == kept.geometry.to_wkb()).all()
    assert read.crs == crs
    assert read.attrs == kept.attrs
    assert [file.name for file in tmp_path.iterdir()] == ["areas.parquet"]


def test_the_file_says_that_it_is_geoparquet_and_what_it_was_made_from(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = ds.isochrones(network, villages, minutes=[5], to=tmp_path / "a.parquet")
    metadata = pq.read_schema(path).metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.0.0"
    assert geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["geometry_types"] == ["MultiPolygon"]
    facts = json.loads(metadata[b"desserte"])
    assert facts["manifest"] == network.manifest
    assert (facts["minutes"], facts["offroad_metres"]) == ([5.0], 300.0)


def test_progress_is_that_of_all_origins(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    seen: list[Any] = []
    to = tmp_path / "a.parquet"
    ds.isochrones(network, villages, minutes=5, to=to, progress=lambda *step: seen.append(step))
    searching = [(done, total) for phase, done, total in seen if phase == "searching"]
    assert searching == sorted(searching)
    assert searching[-1] == (len(villages), len(villages))


def test_an_interruption_or_a_full_disk_leaves_the_former_file(
    network: ds.RoadNetwork,
    villages: gpd.GeoDataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "areas.parquet"
    path.write_bytes(b"the former file")

    def stop(_phase: str, done: int, _total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ds.isochrones(network, villages, minutes=5, to=path, progress=stop)

    whole, written = pq.ParquetWriter.write_table, []

    def fill(self: Any, table: Any) -> None:
        written.append(table)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(self, table)

    monkeypatch.setattr(pq.ParquetWriter, "write_table", fill)
    with pytest.raises(OSError, match="No space left"):
        ds.isochrones(network, villages, minutes=5, to=path)
    assert path.read_bytes() == b"the former file"
    assert [file.name for file in tmp_path.iterdir()] == ["areas.parquet"]


def test_a_file_that_cannot_be_is_refused_before_any_search(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    with pytest.raises(ds.InputError, match=r"ends in \.parquet, got .*areas\.gpkg"):
        ds.isochrones(network, villages, minutes=5, to=tmp_path / "areas.gpkg")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        ds.isochrones(network, villages, minutes=5, to=tmp_path / "no" / "areas.parquet")
    mixed = villages.head(2).set_axis([1, "two"])
    with pytest.raises(ds.InputError, match="values of origin are of several kinds"):
        ds.isochrones(network, mixed, minutes=5, to=tmp_path / "areas.parquet")
    assert list(tmp_path.iterdir()) == []
