"""``desserte report``: the page that the function writes, from a line at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import meeting
import pandas as pd
import pytest
from terminal import SKETCH, answer, desserte

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def communes() -> gpd.GeoDataFrame:
    """Those of a corner of the sketch, with the older people of each."""
    places = ds.read_places(ds.demo_sketch(), progress=False)
    known = places[places["insee_code"].notna() & places["population"].notna()]
    known = known.cx[4.0:4.75, 44.2:44.6]
    older = (known["population"].astype("float64") / 4).round()
    return known.assign(**{"65+": older}).set_index("insee_code", drop=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, communes: gpd.GeoDataFrame) -> Path:
    made = tmp_path_factory.mktemp("report")
    columns = ["insee_code", "name", "population", "65+", "geometry"]
    communes[columns].to_file(made / "communes.geojson", index=False)
    return made


def page_of(*arguments: object) -> str:
    *_, path = arguments
    told = answer("report", *arguments)
    assert f"Écrit : {path}" in told
    text: str = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    return text


def test_two_sites_are_chosen_as_ds_site_chooses_them(
    folder: Path, communes: gpd.GeoDataFrame
) -> None:
    text = page_of(
        SKETCH,
        folder / "communes.geojson",
        "@care:msp",
        "--departement=07",
        "--new=2",
        "--demand-column=65+",
        "--year=2021",
        "--title=Deux maisons",
        "-q",
        "-o",
        folder / "rapport.html",
    )
    network = ds.RoadNetwork.from_pbf(ds.demo_sketch(), progress=False)
    care = ds.read_care(ds.demo_sketch(), progress=False)
    study = communes[communes.index.str.startswith("07")]
    about: dict[str, Any] = {"demand": study["65+"], "minutes": 15}
    plan = ds.site(
        ds.travel_times(network, study, study, progress=False),
        goal="max_coverage",
        new_sites=2,
        existing=ds.travel_times(network, study, care[care["kind"] == "msp"], progress=False),
        **about,
    )
    names = sorted(communes.loc[plan.chosen, "name"])
    gain = f"{plan.objective - plan.value_before:+,.0f}".replace(",", "\u202f")
    sentence = meeting.words_of(text).split("Chiffres clés")[-2]
    for word in (*names, gain, "65 ans et plus", "d’une maison de santé"):
        assert word.replace("'", "&#39;") in text, word
    assert "Ouvrir à" in text
    assert sentence
    index = meeting.tables_of(text)[-1]
    assert len(index) == 1 + len(study)
    assert "données de 2021" in text
    assert "communes.geojson" in [row[0] for t in meeting.tables_of(text) for row in t]


def test_without_a_change_it_says_what_is(folder: Path) -> None:
    path = folder / "etat.html"
    text = page_of(
        SKETCH, folder / "communes.geojson", "@care:gp", "--title=État", "-q", "-o", path
    )
    assert "sont à moins de 15 minutes d’un généraliste" in text
    assert "Un seul état est décrit" in text


def test_a_practice_closes_and_another_site_opens(folder: Path, communes: gpd.GeoDataFrame) -> None:
    care = ds.read_care(ds.demo_sketch(), progress=False)
    houses = care[care["kind"] == "msp"]
    near = houses.cx[4.0:4.75, 44.2:44.6].index
    site = gpd.GeoDataFrame(
        {"id": ["neuf"], "name": ["Le Bouchet"]}, geometry=communes.geometry.head(1).to_numpy()
    ).set_crs(4326)
    site.to_file(folder / "site.geojson")
    text = page_of(
        SKETCH,
        folder / "communes.geojson",
        "@care:msp",
        f"--close={near[0]}",
        "--sites",
        folder / "site.geojson",
        "--title=Départ",
        "--language=en",
        "-q",
        "-o",
        folder / "closed.html",
    )
    assert "This project" in text
    assert f"{len(houses)} care points after, {len(houses)} before" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--departement=99"], "COMMUNES has none whose code begins with 99"),
        (["--close=nowhere"], "--close names unknown sites"),
        (["--demand-column=absent"], "'absent'"),
        (["--sites=absent.csv"], "there is no file 'absent.csv'"),
        (["--new=5000"], "new_sites"),
    ],
)
def test_what_is_refused_is_told_in_a_line(
    arguments: list[str], said: str, folder: Path, tmp_path: Path
) -> None:
    run = desserte(
        "report",
        SKETCH,
        folder / "communes.geojson",
        "@care:msp",
        "--title=Essai",
        "-q",
        *arguments,
        "-o",
        tmp_path / "rapport.html",
    )
    assert run.code == 1
    assert said in run.err
    assert "Traceback" not in run.err
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_html_and_has_a_title(folder: Path, tmp_path: Path) -> None:
    asked = ("report", SKETCH, folder / "communes.geojson", "@care:msp")
    for more, said in (
        (["--title=Essai", "-o", tmp_path / "rapport.pdf"], ".html"),
        ([], "--title"),
    ):
        run = desserte(*asked, *more)
        assert run.code == 2
        assert said in run.err


def test_a_commune_without_people_counts_only_in_the_study(
    folder: Path, communes: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    of = communes[["insee_code", "name", "population", "geometry"]].copy()
    of["population"] = of["population"].astype("float64")
    outside = of.index[~of.index.str.startswith("07")][0]
    of.loc[outside, "population"] = pd.NA
    of.to_file(tmp_path / "gaps.geojson", index=False)
    asked = (SKETCH, tmp_path / "gaps.geojson", "@care:msp", "--title=Essai", "-q")
    text = page_of(*asked, "--departement=07", "-o", tmp_path / "rapport.html")
    assert "communes" in text
    run = desserte("report", *asked, "-o", tmp_path / "tous.html")
    assert run.code == 1
    assert str(outside) in run.err
    assert folder.is_dir()
