"""The first minute: the demonstration, from the command to the files."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest

import desserte as ds
from desserte.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "new" / "folder"


@pytest.fixture(scope="module")
def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desserte", "demo", "--output", str(folder)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=_utf8()
    )


def _utf8() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONIOENCODING": "utf-8"}


def test_the_demo_runs_without_a_word_of_complaint(run: subprocess.CompletedProcess[str]) -> None:
    assert run.returncode == 0
    # matplotlib says so once, where it is new.
    lines = [line for line in run.stderr.splitlines() if "font cache" not in line]
    assert lines == []


def test_the_table_is_french_and_begins_with_the_worst_served(
    run: subprocess.CompletedProcess[str],
) -> None:
    lines = run.stdout.splitlines()
    assert lines[0].split() == [
        "commune",
        "ou",
        "hameau",
        "habitants",
        "médecin",
        "pharmacie",
        "hôpital",
    ]
    rows = lines[2 : lines.index("")]
    assert len(rows) > 40
    minutes = [int(row.split(" min")[0].split()[-1]) for row in rows if "—" not in row]
    assert minutes == sorted(minutes, reverse=True)
    assert any("Wulkenzin" in row and "1 643" in row for row in rows)


def test_the_table_ends_with_what_it_rests_on(run: subprocess.CompletedProcess[str]) -> None:
    assert "Hypothèses : temps théoriques en voiture" in run.stdout
    assert "© les contributeurs d'OpenStreetMap (ODbL), neubrandenburg.osm.pbf" in run.stdout
    assert f"desserte {ds.__version__}" in run.stdout
    assert "https://download.geofabrik.de/europe/france/rhone-alpes.html" in run.stdout


def test_the_files_are_written_where_it_says(
    run: subprocess.CompletedProcess[str], folder: Path
) -> None:
    for name in ("villages.geojson", "soins.geojson", "isochrones.geojson", "temps.txt"):
        assert str(folder / name) in run.stdout
        assert (folder / name).stat().st_size > 500


def test_the_layers_open_in_a_gis(run: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert run.returncode == 0
    villages = gpd.read_file(folder / "villages.geojson")
    areas = gpd.read_file(folder / "isochrones.geojson")
    assert len(areas) == 3 * len(villages)
    assert areas.is_valid.all()
    assert {"name", "médecin", "pharmacie", "hôpital", "médecin_statut"} <= set(villages.columns)
    raw = json.loads((folder / "villages.geojson").read_text(encoding="utf-8"))
    assert raw["type"] == "FeatureCollection"


def test_the_map_is_a_picture(run: subprocess.CompletedProcess[str], folder: Path) -> None:
    pytest.importorskip("matplotlib")
    assert run.returncode == 0
    picture = (folder / "carte.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 50_000


def test_it_ends_with_a_report_that_says_it_is_a_sketch(
    run: subprocess.CompletedProcess[str], folder: Path
) -> None:
    pytest.importorskip("jinja2")
    assert str(folder / "rapport.html") in run.stdout
    assert "CROQUIS : ses communes sont réelles" in run.stdout
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    assert page.index("CROQUIS") < page.index("<h1>")
    assert "Ouvrir à " in page
    assert "65 ans et plus à moins de 15 minutes d’une maison de santé" in page


def test_a_folder_that_cannot_be_written_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file, not a folder", encoding="utf-8")
    assert main(["demo", "--output", str(in_the_way / "output")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"desserte: cannot write in {in_the_way / 'output'}: ")
    assert printed.err.endswith("choose another folder with --output\n")
    assert in_the_way.read_text(encoding="utf-8") == "a file, not a folder"


def test_the_lines_for_ones_own_departement_run(
    run: subprocess.CompletedProcess[str], capsys: pytest.CaptureFixture[str]
) -> None:
    snippet = "\n".join(
        line.strip()
        for line in run.stdout[run.stdout.index("  import desserte") :].splitlines()
        if line.startswith("  ")
    )
    exec(snippet.replace('"ardeche.osm.pbf"', "ds.demo_extract()"), {})
    assert "Apotheke" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"desserte {ds.__version__}\n"


def test_without_a_command_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Utilisation : desserte" in capsys.readouterr().err
