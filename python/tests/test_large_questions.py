"""More pairs than memory holds: kept if near enough, or written to a file; the same times."""

import json
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import desserte as ds
from desserte import _blocks


@pytest.fixture(scope="module")
def villages(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    sea = gpd.GeoDataFrame({"name": ["Sea"]}, geometry=gpd.points_from_xy([0], [0]), crs=4326)
    sea.index = ["sea"]
    return pd.concat([places[["name", "geometry"]], sea])


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks even for a few villages."""
    monkeypatch.setattr(_blocks, "CELLS", 1)


@pytest.mark.parametrize("direction", ["from", "to", "both"])
@pytest.mark.parametrize("max_minutes", [None, 12])
def test_sparse_has_the_pairs_of_dense_that_have_a_time(
    network: ds.RoadNetwork,
    villages: gpd.GeoDataFrame,
    care: gpd.GeoDataFrame,
    direction: Literal["from", "to", "both"],
    max_minutes: float | None,
) -> None:
    def ask(layout: Literal["dense", "sparse"]) -> pd.DataFrame:
        times = ds.travel_times(
            network,
            villages,
            care,
            direction=direction,
            max_minutes=max_minutes,
            kilometres=True,
            layout=layout,
        )
        return times.to_frame()

    dense, sparse = ask("dense"), ask("sparse")
    reached = dense[dense["status"] == "ok"].drop(columns="status").reset_index(drop=True)
    pd.testing.assert_frame_equal(sparse, reached)
    assert 0 < len(sparse) < len(dense)


def test_sparse_without_a_destination_is_sparse_of_the_others(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> None:
    closed = care.index[::3]
    left = ds.travel_times(network, villages, care, layout="sparse", max_minutes=15)
    others = ds.travel_times(
        network, villages, care.drop(index=closed), layout="sparse", max_minutes=15
    )
    pd.testing.assert_frame_equal(left.without(destinations=closed).to_frame(), others.to_frame())
    with pytest.raises(ds.IdError, match="nowhere"):
        left.without(destinations=["nowhere"])


def test_sparse_says_what_it_is(network: ds.RoadNetwork, villages: gpd.GeoDataFrame) -> None:
    times = ds.travel_times(network, villages, villages, layout="sparse", max_minutes=5)
    n = len(villages)
    assert repr(times) == f"SparseTravelTimes({n} x {n}, {len(times)} pairs, from, at most 5 min)"
    assert "pairs with a time" in times._repr_html_()
    assert times.attrs["max_minutes"] == 5
    assert times.attrs["manifest"] == network.manifest
    with pytest.raises(ValueError, match="read-only"):
        times.minutes[0] = 1


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_a_file_holds_what_a_table_would(
    network: ds.RoadNetwork,
    villages: gpd.GeoDataFrame,
    care: gpd.GeoDataFrame,
    tmp_path: Path,
    layout: Literal["dense", "sparse"],
) -> None:
    def ask(to: Path | None) -> Any:
        return ds.travel_times(
            network, villages, care, max_minutes=12, kilometres=True, layout=layout, to=to
        )

    path = ask(tmp_path / "times.parquet")
    assert path == tmp_path / "times.parquet"
    kept = ask(None).to_frame()
    written = pd.read_parquet(path)
    coded = [column for column in written if isinstance(written[column].dtype, pd.CategoricalDtype)]
    plain = written.astype(dict.fromkeys(coded, object))
    expected = kept.astype(dict.fromkeys(coded, object))
    pd.testing.assert_frame_equal(plain, expected[list(plain.columns)], check_like=False)
    facts = json.loads(pq.read_schema(path).metadata[b"desserte"])
    assert facts["manifest"] == network.manifest
    assert facts["max_minutes"] == 12
    assert [file.name for file in tmp_path.iterdir()] == ["times.parquet"]


def test_a_file_that_cannot_be_written_is_refused_before_any_search(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    def ask(to: Path) -> None:
        ds.travel_times(network, villages, villages, to=to)

    with pytest.raises(ds.InputError, match=r"ends in \.parquet, got .*times\.csv"):
        ask(tmp_path / "times.csv")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        ask(tmp_path / "nowhere" / "times.parquet")
    folder = tmp_path / "folder.parquet"
    folder.mkdir()
    with pytest.raises(ds.InputError, match="is a folder"):
        ask(folder)
    with pytest.raises(ds.InputError, match="to is the name of a file, got 3"):
        ask(cast("Path", 3))
    with pytest.raises(ds.InputError, match="layout"):
        ds.travel_times(network, villages, villages, layout="triangular")  # type: ignore[call-overload]


def test_ids_of_several_kinds_are_refused_and_the_former_file_stays(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "times.parquet"
    ds.travel_times(network, villages, villages, to=path)
    before = path.read_bytes()
    mixed = villages.head(2).set_axis([1, "two"])
    with pytest.raises(ds.InputError, match="values of origin are of several kinds"):
        ds.travel_times(network, mixed, villages, to=path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["times.parquet"]


def test_ids_that_no_file_holds_are_refused(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    odd = villages.head(2).assign(code=[(1, 2), (3, "four")])
    with pytest.raises(ds.InputError, match="make them all text"):
        ds.travel_times(network, odd, villages, to=tmp_path / "t.parquet", origin_id="code")


def test_a_column_of_names_may_be_empty(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    nameless = villages.head(3).assign(name=None)
    path = ds.travel_times(network, nameless, villages, to=tmp_path / "times.parquet")
    table = pd.read_parquet(path)
    assert table["origin_name"].isna().all()
    assert len(table) == 3 * len(villages)


def test_two_who_write_one_name_leave_one_whole_file(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "times.parquet"
    sizes = (9, 14)

    def write(count: int) -> None:
        ds.travel_times(network, villages.head(count), villages, to=path)

    for _ in range(4):
        with ThreadPoolExecutor() as both:
            list(both.map(write, sizes))
        assert len(pd.read_parquet(path)) in {count * len(villages) for count in sizes}
        assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_link_stays_and_its_file_is_written(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    link, file = tmp_path / "link.parquet", tmp_path / "times.parquet"
    link.symlink_to(file)
    ds.travel_times(network, villages.head(2), villages, to=link)
    assert link.is_symlink()
    assert len(pd.read_parquet(file)) == 2 * len(villages)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_full_disk_leaves_the_former_file(tmp_path: Path) -> None:
    program = """
        import resource, signal, sys
        import desserte as ds
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        places = ds.read_places(ds.demo_extract(), progress=False)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        try:
            ds.travel_times(network, places, places, to=sys.argv[1])
        except OSError as error:
            print(error)
    """
    path = tmp_path / "times.parquet"
    path.write_bytes(b"the former file")
    command = [sys.executable, "-c", textwrap.dedent(program), str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "times.parquet was not written, what bore its name is unchanged" in said
    assert path.read_bytes() == b"the former file"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says how much memory is held")
@pytest.mark.parametrize("how", ["sparse", "written"])
def test_memory_is_bounded_as_stated(how: str, tmp_path: Path) -> None:
    program = """
        import sys
        import numpy as np
        import desserte as ds
        def held(what):
            with open("/proc/self/status") as lines:
                return next(1024 * int(line.split()[1]) for line in lines if line.startswith(what))
        network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False).prepare(progress=False)
        west, south, east, north = network.manifest["bounds"]
        chance = np.random.default_rng(0)
        lon, lat = chance.uniform(west, east, 4000), chance.uniform(south, north, 4000)
        where = np.column_stack([lon, lat])
        asked = {"layout": "sparse"} if sys.argv[1] == "sparse" else {"to": sys.argv[2]}
        ds.travel_times(network, where[:2], where[:2], **asked)
        before = held("VmRSS")
        times = ds.travel_times(network, where, where, max_minutes=40, **asked)
        peak = held("VmHWM")
        kept = 12 * len(times) if sys.argv[1] == "sparse" else 0
        print(kept, peak - before - kept)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), how, str(tmp_path / "t.parquet")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept, beside = map(int, said.split())
    assert beside < 200e6 + kept / 8, said
    assert how == "written" or kept > 50e6, "there is something to keep"


def test_an_interrupted_file_leaves_the_former_one(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "times.parquet"
    path.write_bytes(b"the former file")
    calls = []

    def stop(phase: str, done: int, total: int) -> None:
        calls.append((phase, done, total))
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ds.travel_times(network, villages, villages, to=path, progress=stop)
    assert path.read_bytes() == b"the former file"
    assert [file.name for file in tmp_path.iterdir()] == ["times.parquet"]


def test_progress_of_blocks_is_that_of_the_whole_question(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    seen = []
    ds.travel_times(
        network, villages, villages, layout="sparse", progress=lambda *step: seen.append(step)
    )
    searching = [(done, total) for phase, done, total in seen if phase == "searching"]
    assert searching == sorted(searching)
    assert searching[-1] == (len(villages), len(villages))


def test_a_process_that_is_killed_leaves_no_half_file(tmp_path: Path) -> None:
    program = """
        import os, signal, sys
        import desserte as ds
        from desserte import _blocks
        _blocks.CELLS = 1
        network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        places = ds.read_places(ds.demo_extract(), progress=False)
        calls = []
        def die(*step):
            calls.append(step)
            if len(calls) == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        ds.travel_times(network, places, places, to=sys.argv[1], progress=die)
    """
    path = tmp_path / "times.parquet"
    path.write_bytes(b"the former file")
    command = [sys.executable, "-c", textwrap.dedent(program), str(path)]
    killed = subprocess.run(command, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert path.read_bytes() == b"the former file"


def test_preparing_changes_no_time(villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame) -> None:
    network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    assert not network.is_prepared
    plain = ds.travel_times(network, villages, care, max_minutes=20)
    first = ds.nearest(network, villages, care, k=3, by="kind")
    assert network.prepare(progress=False) is network
    assert network.is_prepared
    swept = ds.travel_times(network, villages, care, max_minutes=20)
    np.testing.assert_array_equal(plain.minutes, swept.minutes)
    np.testing.assert_array_equal(plain.status, swept.status)
    pd.testing.assert_frame_equal(first, ds.nearest(network, villages, care, k=3, by="kind"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to such a limit")
@pytest.mark.parametrize("more", ["", "direction='both', kilometres=True"])
def test_a_matrix_that_memory_does_not_hold_is_refused_before_any_search(more: str) -> None:
    program = f"""
        import resource
        import numpy as np
        import desserte as ds
        network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        places = np.tile([[13.2610, 53.5570], [13.1708, 53.5270]], (15_000, 1))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        steps = []
        def follow(*step):
            steps.append(step)
        try:
            ds.travel_times(network, places, places, max_minutes=1, progress=follow, {more})
        except ds.InputError as error:
            print(error)
        assert not any(phase == "searching" for phase, *_ in steps), steps
        print(ds.travel_times(network, places[:20], places[:20], {more}).minutes.shape)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    asked = subprocess.run(command, check=False, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    assert "30000 origins and 30000 destinations make a matrix too large" in asked.stdout
    assert 'layout="sparse"' in asked.stdout
    assert 'to="times.parquet"' in asked.stdout
    assert asked.stdout.endswith("(20, 20)\n")
