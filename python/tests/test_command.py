"""The verbs of the command line: real runs, whose numbers are those of the package."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from terminal import EXTRACT, SKETCH, answer, desserte

import desserte as ds
from desserte.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

NARROW = "\u202f"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a saved network of the sketch, and its communes as a French spreadsheet."""
    made = tmp_path_factory.mktemp("command")
    known = communes_of_the_sketch()
    columns = ["insee_code", "name", "population", "65+", "lon", "lat"]
    french: dict[str, Any] = {"sep": ";", "decimal": ",", "encoding": "latin-1", "index": False}
    known[columns].to_csv(made / "communes.csv", **french)
    south = known[known.index.str.startswith("07") & (known["lat"] < 44.6)]
    south[columns].to_csv(made / "sud.csv", **french)
    answer("build", SKETCH, "-o", made / "sketch.desserte", "--rural-kmh", "90", "--quiet")
    return made


@pytest.fixture(scope="module")
def sketched() -> ds.RoadNetwork:
    profile = ds.Profile.car(rural_kmh=90)
    return ds.RoadNetwork.from_pbf(ds.demo_sketch(), profile=profile, progress=False)


def communes_of_the_sketch() -> gpd.GeoDataFrame:
    places = ds.read_places(ds.demo_sketch(), progress=False)
    known = places[places["insee_code"].notna() & places["population"].notna()]
    known = known.set_index("insee_code", drop=False)
    older = (known["population"].astype("float64") / 4).round()
    return known.assign(lon=known.geometry.x, lat=known.geometry.y, **{"65+": older})


def test_a_network_is_built_and_says_what_it_is(folder: Path, sketched: ds.RoadNetwork) -> None:
    opened = ds.RoadNetwork.load(folder / "sketch.desserte")
    assert opened.is_prepared
    assert opened.manifest == sketched.manifest
    told = answer("info", folder / "sketch.desserte")
    assert told.startswith("CROQUIS : les routes sont inventées")
    counts = opened.manifest["counts"]
    streets = f"{counts['streets']:,}".replace(",", NARROW)
    assert re.search(rf"^  rues +{streets}$", told, flags=re.MULTILINE)
    assert "90 km/h hors agglomération" in told
    assert opened.manifest["extracts"][0]["sha256"] in told
    assert "Lieux de soins" not in told


def test_an_extract_says_what_is_in_it_in_both_languages() -> None:
    care = ds.read_care(ds.demo_extract(), progress=False)
    french, english = answer("info", EXTRACT), answer("info", EXTRACT, "--language", "en")
    pharmacies = int((care["kind"] == "pharmacy").sum())
    assert f"pharmacies                {pharmacies}" in french
    assert f"pharmacy            {pharmacies}" in english
    assert "10/02/2016" in french
    assert "2016-02-10" in english
    assert "39 fragments trop petits" in french
    assert "39 fragments too small" in english
    assert "CROQUIS" not in french


def test_isochrones_are_those_of_the_package_in_every_form(
    tmp_path: Path, network: ds.RoadNetwork, care: gpd.GeoDataFrame
) -> None:
    hospitals = care[care["kind"] == "hospital"]
    asked = ds.isochrones(network, hospitals, minutes=[5, 10], direction="to", progress=False)
    options = ("--minutes", "5,10", "--direction", "to", "-q", "-o")
    read: dict[str, Any] = {
        ".geojson": gpd.read_file,
        ".gpkg": lambda path: gpd.read_file(path, layer="isochrones"),
        ".parquet": gpd.read_parquet,
    }
    for suffix, reader in read.items():
        path = tmp_path / f"zones{suffix}"
        out = answer("isochrones", EXTRACT, "@care:hospital", *options, path)
        assert f"{len(hospitals)} origines, {len(asked)} zones" in out
        found = reader(path)
        assert found["origin"].tolist() == asked["origin"].tolist()
        assert found["minutes"].tolist() == asked["minutes"].tolist()
        same = found.geometry.to_crs("EPSG:32633").area / asked.to_crs("EPSG:32633").area
        assert np.allclose(same, 1, atol=1e-3)
    assert "neubrandenburg.osm.pbf" in (tmp_path / "zones.geojson").read_text(encoding="utf-8")
    said = gpd.read_file(tmp_path / "zones.gpkg", layer="hypotheses_isochrones")
    assert "neubrandenburg.osm.pbf" in said["valeur"].tolist()
    assert read[".parquet"](tmp_path / "zones.parquet").attrs["manifest"] == network.manifest


def test_many_isochrones_are_written_as_they_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "zones.parquet"
    out = answer("isochrones", EXTRACT, "@places", "--minutes", "3", "-q", "-o", path)
    places = ds.read_places(ds.demo_extract(), progress=False)
    found = gpd.read_parquet(path)
    assert found["origin"].tolist() == places.index.tolist()
    assert len(places) > 64
    assert f"{len(places)} origines, {len(places)} zones" in out
    assert f"Écrit : {path}, {path.with_suffix('.hypotheses.txt')}" in out
    said = path.with_suffix(".hypotheses.txt").read_text(encoding="utf-8")
    assert "points – ORIGINES – ce qui en est pris : @places" in said


def test_a_geopackage_keeps_its_other_layers(tmp_path: Path) -> None:
    path = tmp_path / "study.gpkg"
    mine = gpd.GeoDataFrame({"name": ["mine"]}, geometry=gpd.points_from_xy([13.2], [53.5]))
    mine.set_crs("EPSG:4326").to_file(path, layer="mine")
    for minutes in ("5,10", "5"):
        answer("isochrones", EXTRACT, "@care:hospital", "--minutes", minutes, "-q", "-o", path)
    assert gpd.read_file(path, layer="mine")["name"].tolist() == ["mine"]
    # The second run took the place of the first.
    assert gpd.read_file(path, layer="isochrones")["minutes"].unique().tolist() == [5]


def test_times_are_those_of_the_package_in_every_form(
    tmp_path: Path, network: ds.RoadNetwork, care: gpd.GeoDataFrame
) -> None:
    hospitals, pharmacies = (care[care["kind"] == kind] for kind in ("hospital", "pharmacy"))
    asked = ds.travel_times(network, pharmacies, hospitals, max_minutes=8, progress=False)
    question = ("times", EXTRACT, "@care:pharmacy", "@care:hospital", "--max-minutes", "8", "-q")
    answer(*question, "-o", tmp_path / "dense.parquet")
    dense = pd.read_parquet(tmp_path / "dense.parquet")
    wanted = asked.to_frame()
    assert dense["destination"].astype(str).tolist() == wanted["destination"].tolist()
    assert np.allclose(dense["minutes"], wanted["minutes"], equal_nan=True)
    answer(*question, "-o", tmp_path / "sparse.csv", "--layout", "sparse")
    sparse = pd.read_csv(tmp_path / "sparse.csv")
    assert np.allclose(sparse["minutes"], wanted["minutes"].dropna(), atol=0.0051)
    assert decimals_of(tmp_path / "sparse.csv", "minutes") == 2
    answer(*question, "-o", tmp_path / "wide.xlsx", "--layout", "wide")
    wide = pd.read_excel(tmp_path / "wide.xlsx", index_col=0)
    assert wide.shape == (len(pharmacies), len(hospitals))
    assert np.allclose(wide, asked.minutes, equal_nan=True)
    said = (tmp_path / "dense.hypotheses.txt").read_text(encoding="utf-8")
    assert "temps le plus long cherché (min) : 8" in said


def decimals_of(path: Path, column: str) -> int:
    """The most decimals that a column of a CSV has."""
    cells = pd.read_csv(path, dtype=str)[column].dropna()
    return int(cells.str.partition(".")[2].str.len().max())


def test_the_nearest_is_shown_and_written(
    folder: Path, tmp_path: Path, sketched: ds.RoadNetwork
) -> None:
    care = ds.read_care(ds.demo_sketch(), progress=False)
    known = communes_of_the_sketch()
    wanted = ds.nearest(
        sketched, known, care[care["kind"].isin(["gp", "hospital"])], by="kind", progress=False
    )
    of_what = ("nearest", folder / "sketch.desserte", folder / "communes.csv")
    question = (*of_what, "@care:gp,hospital", "--by", "kind", "--extract", SKETCH)
    run = desserte(*question, "--french-csv", "-o", tmp_path / "near.csv")
    assert run.code == 0, run.err
    assert run.out.startswith("CROQUIS")
    median = wanted[wanted["kind"] == "hospital"]["minutes"].median()
    assert f"hôpitaux : 304 lieux, la moitié à {median:.0f} min ou moins" in run.out
    raw = (tmp_path / "near.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbforigin;origin_name;kind;rank;destination;")
    assert raw.count(b"\r\n") == len(wanted) + 1
    first = wanted.iloc[0]
    minutes = f"{round(float(first['minutes']), 2):g}".replace(".", ",")
    line = f"07005;Alba-la-Romaine;gp;1;{first['destination']};{first['destination_name']};"
    assert f"{line}{minutes};ok\r\n".encode() in raw
    found = pd.read_csv(tmp_path / "near.csv", sep=";", decimal=",", dtype={"origin": str})
    assert found["origin"].tolist() == wanted["origin"].tolist()
    assert np.allclose(found["minutes"], wanted["minutes"], atol=0.0051)
    shown = answer(*question)
    rows = [line for line in shown.splitlines() if "node/" in line]
    assert len(rows) == len(wanted)
    assert wanted.loc[wanted["minutes"].idxmax(), "origin_name"] in rows[0]


def test_the_nearest_is_drawn_where_its_origins_are(tmp_path: Path) -> None:
    path = tmp_path / "near.gpkg"
    answer("nearest", EXTRACT, "@villages", "@care:pharmacy", "-q", "-o", path)
    found = gpd.read_file(path, layer="nearest")
    places = ds.read_places(ds.demo_extract(), progress=False)
    assert found.geometry.geom_equals_exact(
        places.geometry.reindex(found["origin"]).reset_index(drop=True), 1e-9
    ).all()


def test_an_apl_is_that_of_the_package(
    folder: Path, tmp_path: Path, sketched: ds.RoadNetwork
) -> None:
    known = communes_of_the_sketch()
    care = ds.read_care(ds.demo_sketch(), progress=False)
    doctors = care[care["kind"] == "gp"]
    times = ds.travel_times(sketched, known, doctors, progress=False)
    people = known["population"].astype("float64")
    supply = pd.Series(5400.0, index=doctors.index)
    wanted = ds.apl(times, standardised_population=people, supply=supply)
    network = folder / "sketch.desserte"
    question = ("apl", network, folder / "communes.csv", "@care:gp", "--extract", SKETCH)
    path = tmp_path / "apl.csv"
    out = answer(*question, "--acts-per-gp", "5400", "-o", path)
    found = pd.read_csv(path, dtype={"id": str}).set_index("id")
    assert np.allclose(found["apl"].reindex(wanted.index), wanted, atol=0.00051)
    assert decimals_of(path, "apl") == 3
    answer(*question, "--acts-per-gp", "5400", "-o", path.with_suffix(".parquet"))
    exact = pd.read_parquet(path.with_suffix(".parquet")).set_index("id")
    assert np.allclose(exact["apl"].reindex(wanted.index), wanted, rtol=1e-12, atol=0)
    mean = f"{(wanted * people).sum() / people.sum():.2f}".replace(".", ",")
    assert f"APL moyenne {mean} consultations par an et par habitant" in out
    assert f"{(wanted < 2.5).sum()} lieux sous 2,5" in out
    said = path.with_suffix(".hypotheses.txt").read_text(encoding="utf-8")
    assert "population : colonne population, totale, sans poids par âge" in said
    assert "actes par an d'un médecin à temps plein : 5400" in said
    counted = answer(*question, "-o", path)
    assert "ETP pour 100 000 habitants" in counted
    per_head = pd.read_csv(path, dtype={"id": str}).set_index("id")["apl"]
    assert np.allclose(per_head, found["apl"] / 5400 * 100_000, rtol=1e-3, atol=0.05)


def test_ages_are_weighed_as_drees_does(folder: Path, tmp_path: Path) -> None:
    network = folder / "sketch.desserte"
    known = communes_of_the_sketch().head(6)
    doctors = known.assign(acts=[100, 2000, 4500, 9000, 5000, 5000])
    doctors[["insee_code", "lon", "lat", "acts"]].to_csv(tmp_path / "doctors.csv", index=False)
    bands = pd.DataFrame({"0-59": 400.0, "60-89": 200.0, "90+": 10.0}, index=known.index)
    aged = pd.concat([known[["insee_code", "name", "lon", "lat"]], bands], axis=1)
    aged.to_csv(tmp_path / "aged.csv", index=False)
    files = (tmp_path / "aged.csv", tmp_path / "doctors.csv")
    run = desserte("apl", network, *files, "--acts", "acts", "-q", "-o", tmp_path / "a.xlsx")
    assert run.code == 0
    [warned] = run.err.splitlines()
    assert warned.startswith("desserte: warning: 100% of the care within reach has nobody living")
    found = pd.read_excel(tmp_path / "a.xlsx", dtype={"identifiant": str})
    opened = ds.RoadNetwork.load(network)
    times = ds.travel_times(opened, known, known, progress=False)
    with pytest.warns(ds.EdgeWarning):
        wanted = ds.apl(
            times,
            standardised_population=ds.standardise(bands),
            supply=ds.activity(doctors["acts"]),
        )
    assert np.allclose(found["population standardisée"], ds.standardise(bands))
    assert np.allclose(found["APL"], wanted)


def test_sites_are_chosen_and_said(folder: Path, tmp_path: Path, sketched: ds.RoadNetwork) -> None:
    known = communes_of_the_sketch()
    south = known[known.index.str.startswith("07") & (known["lat"] < 44.6)]
    care = ds.read_care(ds.demo_sketch(), progress=False)
    houses = care[care["kind"] == "msp"]
    candidates, existing = (
        ds.travel_times(sketched, south, places, progress=False) for places in (south, houses)
    )
    question: dict[str, Any] = {"goal": "max_coverage", "new_sites": 2, "minutes": 15}
    plan = ds.site(candidates, demand=south["65+"], existing=existing, **question)
    people = folder / "sud.csv"
    of_what = ("site", folder / "sketch.desserte", people, people, "--extract", SKETCH)
    asked = (*of_what, "--existing", "@care:msp", "--minutes", "15", "--demand-column", "65+")
    out = answer(*asked, "--new", "2", "-o", tmp_path / "plan.gpkg")
    assert plan.sentence() in out
    sites = gpd.read_file(tmp_path / "plan.gpkg", layer="sites")
    new = sites[sites["role"] == "new"]
    assert new["site"].tolist() == plan.chosen
    assert np.allclose(new.geometry.x, south.loc[plan.chosen].geometry.x)
    allocation = gpd.read_file(tmp_path / "plan.gpkg", layer="allocation")
    assert allocation["people"].sum() == south["65+"].sum()
    forced = next(code for code in south.index if code not in plan.chosen)
    out = answer(*asked, "--new", "1", "--required", forced, "-o", tmp_path / "plan.csv")
    table = pd.read_csv(tmp_path / "plan.csv", dtype={"site": str})
    assert table.loc[table["role"] == "required", "site"].tolist() == [forced]
    assert (tmp_path / "plan.allocation.csv").is_file()


def test_help_is_french_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, time; begun = time.process_time()\n"
        "from desserte.__main__ import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        "heavy = ('pandas', 'numpy', 'geopandas', 'shapely', 'matplotlib', 'openpyxl', 'rich')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)\n"
        "print(time.process_time() - begun, file=sys.stderr)"
    )
    for verb in ([], ["isochrones"], ["site"]):
        run = subprocess.run(
            [sys.executable, "-c", code, *verb, "--help"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        loaded, seconds = run.stderr.split("\n")[:2]
        assert loaded == "[]"
        # A tenth on a quiet machine.
        assert float(seconds) < 1
        assert run.stdout.startswith("Utilisation : desserte")
        assert "[required]" not in run.stdout
        assert "default:" not in run.stdout
        assert "<" not in run.stdout.replace("<normal|winter>", "") or verb


def test_every_verb_has_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    for verb in (
        "demo",
        "build",
        "info",
        "isochrones",
        "times",
        "nearest",
        "apl",
        "site",
        "report",
    ):
        assert f"\n  {verb} " in listed
        assert main([verb, "--help"]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"Utilisation : desserte {verb}")
        assert "Affiche cette aide." in told
