"""BPE, RPPS and their placing: years of codes, sites of persons, positions, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
from french import joined, write
from shapely.geometry import Point, box

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

UNTYPED: Any = ds
PRIVAS = (4.5990, 44.7350)
BPE = "AN;DEPCOM;NOMRS;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY;EPSG"


def metres(lon: float, lat: float, epsg: int = 2154) -> tuple[float, float]:
    x, y = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    return round(x, 1), round(y, 1)


def bpe(folder: Path, *services: tuple[int, str, str], epsg: int = 2154) -> Path:
    """Services by year, commune and type, all at one place."""
    x, y = metres(*(PRIVAS if epsg == 2154 else (55.45, -20.88)), epsg)
    rows = [
        f"{year};{commune};ÉTABLISSEMENT;{code};{x};{y};Bonne;EPSG:{epsg}"
        for year, commune, code in services
    ]
    return write(folder / "x.csv", [BPE, *rows], "cp1252")


def test_a_code_means_what_it_meant_in_its_year(tmp_path: Path) -> None:
    types = ["D201", "D221", "D232", "D233", "D301", "D113"]
    before = ds.read_bpe(bpe(tmp_path, *((2023, "07186", code) for code in types)))
    assert before["kind"].tolist() == [
        "gp",
        "dentist",
        "nurse",
        "physiotherapist",
        "pharmacy",
        "msp",
    ]
    assert before.attrs["year"] == 2023
    since = ["D265", "D277", "D281", "D307", "D201", "D113"]
    after = ds.read_bpe(bpe(tmp_path, *((2024, "07186", code) for code in since)))
    assert after["kind"].fillna("?").tolist() == ["gp", "dentist", "nurse", "pharmacy", "?", "msp"]
    assert after.attrs["notes"] == {"of a type whose kind is not known": 1}


def test_a_kind_that_the_year_does_not_tell_is_refused_and_not_empty(tmp_path: Path) -> None:
    path = bpe(tmp_path, (2024, "07186", "D265"), (2024, "07186", "D307"))
    assert ds.read_bpe(path, kinds=["pharmacy"])["type_code"].tolist() == ["D307"]
    with pytest.raises(ds.InputError, match=r"no type of the BPE of 2024 is known to be physio"):
        ds.read_bpe(path, kinds=["pharmacy", "physiotherapist"])
    with pytest.raises(ds.InputError, match=r"kinds are some of ds.KINDS, got 1 other: 'doctors'"):
        ds.read_bpe(path, kinds=["doctors"])


def test_services_have_ids_positions_and_text_codes(tmp_path: Path) -> None:
    path = bpe(tmp_path, (2023, "07186", "D301"), (2023, "07186", "D301"), (2023, "2A004", "D301"))
    services = ds.read_bpe(path)
    assert services.index.tolist() == ["07186/D301/1", "07186/D301/2", "2A004/D301/1"]
    assert services["departement"].tolist() == ["07", "07", "2A"]
    assert services["name"].unique().tolist() == ["ÉTABLISSEMENT"]
    assert services.geometry.x.to_numpy() == pytest.approx([PRIVAS[0]] * 3, abs=2e-6)
    overseas = ds.read_bpe(bpe(tmp_path, (2023, "97411", "D301"), epsg=2975))
    assert overseas.geometry.y.iloc[0] == pytest.approx(-20.88, abs=2e-6)
    assert overseas["departement"].tolist() == ["974"]


def test_other_domains_are_left_out_and_years_are_not_mixed(tmp_path: Path) -> None:
    services = ds.read_bpe(bpe(tmp_path, (2023, "07186", "B203"), (2023, "07186", "D301")))
    assert services.attrs["rows"] == {
        "read": 2,
        "kept": 1,
        "dropped": {"of another domain than health and social care": 1},
    }
    with pytest.raises(ds.TableError, match=r"several years, 2 years: 2023, 2024"):
        ds.read_bpe(bpe(tmp_path, (2023, "07186", "D301"), (2024, "07186", "D307")))


def test_the_parquet_says_the_same_or_asks_for_its_reader(tmp_path: Path) -> None:
    csv = bpe(tmp_path, (2024, "07186", "D307"), (2024, "07186", "B203"))
    expected = ds.read_bpe(csv)
    (tmp_path / "bpe.parquet").write_bytes(b"PAR1 and no table")
    try:
        import pyarrow as pa  # noqa: F401 - whether it is there
    except ImportError:
        with pytest.raises(ds.TableError, match=r"is a Parquet file, which needs pyarrow: pip"):
            ds.read_bpe(tmp_path / "bpe.parquet")
        return
    table = pd.read_csv(csv, sep=";", encoding="cp1252", dtype={"DEPCOM": str})
    table.to_parquet(tmp_path / "bpe.parquet")
    found = ds.read_bpe(tmp_path / "bpe.parquet")
    assert found.index.tolist() == expected.index.tolist()
    assert found.geometry.x.tolist() == expected.geometry.x.tolist()


RPPS = [
    *("Type d'identifiant PP", "Identifiant PP", "Identification nationale PP"),
    *("Nom d'exercice", "Code profession", "Libellé profession", "Code savoir-faire"),
    *("Code mode exercice", "Numéro SIRET site", "Numéro FINESS site"),
    *("Identifiant technique de la structure", "Raison sociale site"),
    *("Code postal (coord. structure)", "Code commune (coord. structure)"),
    *("Code secteur d'activité", "Code genre activité"),
]


def activity(person: str, what: str, how: str, site: str = "", commune: str = "07132") -> str:
    """A row with its trailing bar: profession and skill, mode and sector, and the site.

    A site of nine characters is a FINESS number.
    """
    profession, skill = (*what.split(), "")[:2]
    mode, sector = how.split()
    siret, finess = ("", site) if len(site) == 9 else (site, "")
    cells = ["8", person, f"8{person}", "MARTIN", profession, "Libellé", skill, mode]
    cells += [siret, finess, "", "CABINET", "07520", commune, sector, "GENR01"]
    return joined(cells, "|") + "|"


def rpps(folder: Path, *rows: str) -> Path:
    return write(folder / "x.txt", [joined(RPPS, "|") + "|", *rows])


def test_the_sites_of_a_person_add_up_to_the_person(tmp_path: Path) -> None:
    table = ds.read_rpps(
        rpps(
            tmp_path,
            activity("1", "10 SM54", "L SA07", "11111111100011"),
            activity("1", "10 SM54", "L SA08", "11111111100029", "07186"),
            activity("1", "10 SM54", "S SA01", "070000013", "07186"),
            activity("2", "10 SM26", "S SA05", "22222222200011", "2A004"),
            activity("3", "60", "L SA07", "33333333300011"),
        )
    )
    assert table.index.tolist() == ["81/1", "81/2", "81/3", "82/1", "83/1"]
    assert table["kind"].tolist() == ["gp", "gp", "gp", "gp", "nurse"]
    assert table["ambulatory"].tolist() == [True, True, False, True, True]
    assert table["share"].fillna(-1).tolist() == [0.5, 0.5, -1, 1, 1]
    assert table.groupby("kind")["share"].sum().to_dict() == {"gp": 2.0, "nurse": 1.0}
    assert "MARTIN" not in table.to_string(), "no name of a person is read"


def test_other_skills_at_the_same_site_are_one_activity(tmp_path: Path) -> None:
    row = activity("1", "10 SM54", "L SA07", "11111111100011")
    table = ds.read_rpps(rpps(tmp_path, row, row.replace("SM54", "SM26")))
    assert len(table) == 1
    assert list(table.attrs["rows"]["dropped"].values()) == [1]


def test_professions_are_chosen_by_kind(tmp_path: Path) -> None:
    path = rpps(
        tmp_path,
        activity("1", "10 SM54", "L SA07", "11111111100011"),
        activity("2", "10 SM05", "L SA07", "22222222200011"),
        activity("3", "95", "L SA07", "33333333300011"),
        activity("4", "21", "L SA33", "44444444400011"),
    )
    assert ds.read_rpps(path, professions=["gp"])["practitioner_id"].tolist() == ["81"]
    everyone = ds.read_rpps(path)
    assert everyone["kind"].tolist() == ["gp", "specialist", "other"], "a pharmacist is no pharmacy"
    assert everyone.attrs["rows"]["dropped"] == {"of another profession": 1}
    with pytest.raises(ds.InputError, match=r"professions are some of dentist, gp"):
        ds.read_rpps(path, professions=["ehpad"])


def test_practitioners_are_placed_by_site_else_by_commune(tmp_path: Path) -> None:
    table = ds.read_rpps(
        rpps(
            tmp_path,
            activity("1", "10 SM54", "S SA05", "070000013"),
            activity("2", "10 SM54", "L SA07", "22222222200011"),
            activity("3", "10 SM54", "S SA05", "070000021"),
            activity("4", "10 SM54", "L SA07", "44444444400011", ""),
        )
    )
    finess = gpd.GeoDataFrame(
        {"finess": ["070000013", "070000021"]}, geometry=[Point(1, 2), None], crs=4326
    )
    communes = gpd.GeoDataFrame({"insee_code": ["07132"]}, geometry=[Point(3, 4)], crs=4326)
    placed = ds.place_practitioners(table, finess=finess, communes=communes.to_crs(2154))
    assert placed["placed_by"].tolist() == ["finess", "commune", "commune", "none"]
    assert placed.index.equals(table.index)
    assert placed.geometry.x.iloc[0] == 1
    assert placed.geometry.x.iloc[1] == pytest.approx(3)
    assert placed.geometry.isna().tolist() == [False, False, False, True]
    assert placed.attrs["placed"] == {"finess": 1, "commune": 2, "none": 1}
    assert placed.attrs["reader"] == "read_rpps"


def test_outlines_and_repeated_ids_place_nobody() -> None:
    table = pd.DataFrame({"finess": [None], "insee_code": ["07132"]})
    finess = gpd.GeoDataFrame({"finess": ["070000013"]}, geometry=[Point(1, 2)], crs=4326)
    outline = gpd.GeoDataFrame({"insee_code": ["07132"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(ds.InputError, match=r"communes holds no points in 1 row: '07132'; take"):
        ds.place_practitioners(table, finess=finess, communes=outline)
    twice = pd.concat([finess, finess])
    with pytest.raises(ds.IdError, match=r"finess repeats 1 id: '070000013'"):
        ds.place_practitioners(table, finess=twice, communes=outline)
    with pytest.raises(ds.InputError, match=r"rpps has no column insee_code; it has 'finess'"):
        ds.place_practitioners(table[["finess"]], finess=finess, communes=outline)
    with pytest.raises(ds.InputError, match=r"communes is a GeoDataFrame of points, got a DataF"):
        UNTYPED.place_practitioners(table, finess=finess, communes=table)
