"""What the command line refuses: in a line, before any work, and with the right exit code."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drawing import Drawing
from terminal import EXTRACT, SKETCH, desserte

import desserte as ds
from desserte.__main__ import main
from desserte.command import _app
from desserte.command.demo import demo

if TYPE_CHECKING:
    from collections.abc import Callable

ISOCHRONES = ("isochrones", EXTRACT, "@care:hospital", "--minutes", "5", "-o")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a file in the way and a table of two points."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("in the way", encoding="utf-8")
    Path("ok.csv").write_text("id;lon;lat\na;13,26;53,55\nb;13,17;53,52\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Asks for what is refused, and gives the last line of what is told."""

    def ask(*arguments: object, code: int = 1) -> str:
        assert main([*map(str, arguments)]) == code
        told = capsys.readouterr()
        assert told.out == ""
        assert "Traceback" not in told.err
        if code == 1:
            [line] = told.err.splitlines()
            assert line.startswith("desserte: ")
        else:
            assert told.err.startswith("Usage: desserte")
        return told.err.splitlines()[-1]

    return ask


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["isochrone"], "No such command 'isochrone'"),
        (["info", EXTRACT, "--foo"], "No such option: --foo"),
        (["info"], "Missing argument 'RÉSEAU...'"),
        (["isochrones", EXTRACT, "ok.csv", "-o", "a.gpkg"], "Missing option '--minutes'"),
        ([*ISOCHRONES, "a.shp"], "extension of 'a.shp' is none of .geojson, .gpkg, .parquet"),
        ([*ISOCHRONES, "a"], "extension of 'a' is none of"),
        (["isochrones", EXTRACT, "ok.csv", "-o", "a.gpkg", "--minutes", "-5"], "above 0"),
        (["isochrones", EXTRACT, "ok.csv", "-o", "a.gpkg", "--minutes", "ten"], "'ten' is no list"),
        ([*ISOCHRONES, "a.gpkg", "--french-csv"], "output that ends in .csv"),
        (["nearest", EXTRACT, "ok.csv", "ok.csv", "--max-minutes", "-1"], "--max-minutes"),
        (["nearest", EXTRACT, "ok.csv", "ok.csv", "--k", "0"], "--k"),
        (
            ["times", EXTRACT, "ok.csv", "ok.csv", "-o", "t.geojson"],
            "none of .csv, .parquet, .xlsx",
        ),
        (["site", EXTRACT, "ok.csv", "ok.csv", "--minutes", "5"], "how many sites are to open"),
        (["site", EXTRACT, "ok.csv", "ok.csv", "--new", "1"], "max_coverage needs its limit"),
        (["build", EXTRACT, "-o", "a.zip"], "is none of .desserte"),
        (["apl", EXTRACT, "ok.csv", "ok.csv", "--acts", "a", "--supply", "b"], "not both"),
        (["apl", EXTRACT, "ok.csv", "ok.csv"], "no column 'population'"),
        (["nearest", EXTRACT, "@villages", "@care", "--id", "zz"], "--id: ORIGINES is @villages"),
        (
            ["times", EXTRACT, "ok.csv", "@care", "-o", "t.csv", "--destination-id", "finess"],
            "DESTINATIONS is @care, whose ids are those of the map, and has no column 'finess'",
        ),
    ],
)
@pytest.mark.usefixtures("place")
def test_a_command_line_that_means_nothing_ends_with_2(
    refused: Callable[..., str], arguments: list[str], message: str
) -> None:
    assert message in refused(*arguments, code=2)
    assert not Path("a.gpkg").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["info", "no.osm.pbf"], "there is no file 'no.osm.pbf'"),
        (["info", "."], "'.' is a folder; give the file"),
        (["info", "ok.csv"], "ok.csv is not a saved network"),
        (["info", EXTRACT, "ok.csv"], "the network is one saved file, or extracts alone"),
        (["isochrones", "no.desserte", "ok.csv", "--minutes", "5", "-o", "a.gpkg"], "no.desserte"),
        (["isochrones", EXTRACT, "no.csv", "--minutes", "5", "-o", "a.gpkg"], "no file 'no.csv'"),
        ([*ISOCHRONES, "file/a.gpkg"], "there is no folder 'file' to write a.gpkg in"),
        ([*ISOCHRONES, "no/a.gpkg"], "there is no folder 'no'"),
        (["nearest", EXTRACT, "ok.csv", "@care", "--by", "zz"], "has no column 'zz'"),
        (["nearest", EXTRACT, "ok.csv", "@care", "--id", "zz"], "ORIGINES has no column 'zz'"),
        (["nearest", EXTRACT, "ok.csv", "@care:smur"], "no care point of smur"),
        (
            [
                "site",
                EXTRACT,
                "ok.csv",
                "ok.csv",
                "--new",
                "1",
                "--minutes",
                "5",
                "--required",
                "c,a",
            ],
            "--required names unknown sites, 1 id: 'c'",
        ),
        (
            [
                "site",
                EXTRACT,
                "ok.csv",
                "ok.csv",
                "--new",
                "1",
                "--minutes",
                "5",
                "--existing",
                "ok.csv",
            ],
            "share 2 ids: 'a', 'b'",
        ),
        (
            [
                "site",
                EXTRACT,
                "ok.csv",
                "ok.csv",
                "--new",
                "1",
                "--minutes",
                "5",
                "--demand-column",
                "id",
            ],
            "no number of 0 or more in the column 'id', in 2 rows: 'a', 'b'",
        ),
        (["site", EXTRACT, "ok.csv", "ok.csv", "--new", "9", "--minutes", "5"], "new_sites"),
        (["info", EXTRACT, "--profile", "boat"], "there is no profile 'boat'"),
        (["info", EXTRACT, "--profile", "foot", "--rural-kmh", "90"], "leave --rural-kmh out"),
        (["info", EXTRACT, "--profile", "no.toml"], "no.toml"),
        (["info", EXTRACT, "--rural-kmh", "900"], "rural_kmh is a number from 20 to 130"),
        (["info", EXTRACT, "--rural-kmh", "no.gpkg"], "no file 'no.gpkg' for --rural-kmh"),
        (["build", EXTRACT, "-o", "a.desserte", "--departure", "noon"], "noon"),
        (["build", EXTRACT, "-o", "a.desserte", "--within", "ok.csv"], "is a layer of areas"),
        (["build", "ok.csv", "-o", "a.desserte"], "extracts are .osm.pbf files, got ok.csv"),
    ],
)
@pytest.mark.usefixtures("place")
def test_files_and_data_that_are_to_blame_end_with_1(
    refused: Callable[..., str], arguments: list[str], message: str
) -> None:
    before = sorted(Path.cwd().iterdir())
    assert message in refused(*arguments)
    assert sorted(Path.cwd().iterdir()) == before


def test_points_that_are_all_off_the_map_are_told_so(place: Path) -> None:
    # Degrees, taken for metres.
    (place / "far.csv").write_text("id;x;y\na;13,26;53,55\nb;13,17;53,52\n", encoding="utf-8")
    asked = ("nearest", EXTRACT, "far.csv", "@care:hospital", "--crs", "EPSG:2154")
    run = desserte(*asked, cwd=place)
    assert run.code == 0, run.err
    assert "aucun lieu n'a de temps" in run.out
    [line] = run.err.splitlines()
    assert line == (
        "ORIGINES : aucun lieu dans le cadre de la carte (longitude 13,09 à 13,48, latitude 53,42 "
        "à 53,65), le premier est à -1,36 et -5,98 ; vérifiez --crs et l'extrait"
    )
    near = desserte("nearest", EXTRACT, "ok.csv", "@care:hospital", cwd=place)
    assert near.err == ""


def test_an_extract_that_is_cut_short_is_told_in_a_line(place: Path) -> None:
    whole = Path(EXTRACT).read_bytes()
    (place / "cut.osm.pbf").write_bytes(whole[: len(whole) // 2])
    run = desserte("info", "cut.osm.pbf", cwd=place)
    assert run.code == 1
    [line] = run.err.splitlines()
    assert line.startswith("desserte: cut.osm.pbf is cut short: the block at byte ")


def test_a_departement_without_any_care_point_is_told_so(
    place: Path, refused: Callable[..., str]
) -> None:
    path = village_without_care(place)
    told = refused("nearest", path, "@places", "@care")
    assert "bare.osm.pbf has no care point at all; give a file of them" in told


def village_without_care(folder: Path) -> Path:
    """Roads and a village, as the tests of the rules draw them."""
    drawing = Drawing({"highway": "tertiary"})
    drawing.ring({"highway": "tertiary"}, node={"place": "village", "name": "Seul"})
    path = folder / "bare.osm.pbf"
    drawing.write(path)
    return path


def test_a_file_that_is_no_geopackage_is_left_alone(
    place: Path, refused: Callable[..., str]
) -> None:
    (place / "notes.gpkg").write_text("my notes", encoding="utf-8")
    assert "notes.gpkg is there and is no GeoPackage" in refused(*ISOCHRONES, "notes.gpkg")
    assert (place / "notes.gpkg").read_text(encoding="utf-8") == "my notes"


def test_a_saved_network_keeps_its_profile(place: Path) -> None:
    assert main(["build", EXTRACT, "-o", "a.desserte", "--profile", "foot", "--no-prepare"]) == 0
    opened = ds.RoadNetwork.load(place / "a.desserte")
    assert opened.manifest["profile"]["name"] == "foot"
    assert not opened.is_prepared


@pytest.mark.usefixtures("place")
def test_another_profile_of_a_saved_network_is_refused(
    refused: Callable[..., str], network: ds.RoadNetwork
) -> None:
    network.save("a.desserte")
    told = refused("nearest", "a.desserte", "ok.csv", "ok.csv", "--profile", "foot")
    assert "a.desserte keeps the profile it was built with" in told
    told = refused("nearest", "a.desserte", "@places", "ok.csv")
    assert "name it with --extract" in told


@pytest.mark.parametrize("name", ["z.gpkg", "z.geojson", "z.parquet", "z.csv", "z.xlsx"])
def test_a_full_disk_is_told_and_leaves_what_was_there(place: Path, name: str) -> None:
    (place / name).write_bytes(b"SQLite format 3\x00" if name.endswith("gpkg") else b"before")
    before = (place / name).read_bytes()
    ended = subprocess.run(
        [sys.executable, "-m", "desserte", *ISOCHRONES[:-1], "-q", "-o", name],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        # A file of a kilobyte is the largest that may be written.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
    )
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (place / name).read_bytes() == before
    assert not list(place.glob(".*part*"))


def test_ctrl_c_ends_with_130(place: Path) -> None:
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "desserte",
            "isochrones",
            SKETCH,
            "@places",
            "--minutes",
            "60",
            "--resolution-metres",
            "20",
            "-o",
            "z.parquet",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place,
    )
    # Until it is about its work: the sketch is announced when its network is built.
    assert running.stdout is not None
    assert "CROQUIS" in running.stdout.readline()
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    assert not (place / "z.parquet").exists()


def test_whoever_stops_reading_stops_the_program_without_a_word() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "desserte", "info", EXTRACT, "-q"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _app._one_line
        warnings.warn("the times end\n  at the edge", ds.EdgeWarning, stacklevel=1)
    assert capsys.readouterr().err == "desserte: warning: the times end at the edge\n"


def test_a_bug_shows_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a bug")

    broken.__name__ = "info"
    monkeypatch.setattr(_app, "VERBS", (broken, demo))
    with pytest.raises(RuntimeError, match="a bug"):
        main(["info"])


def test_letters_that_a_terminal_lacks_do_not_end_the_run() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "desserte", "info", EXTRACT, "-q"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert "7\u00a0646" in ended.stdout.decode("cp1252")
