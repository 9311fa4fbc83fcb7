"""FINESS: etalab with its two types of rows, t-finess, tables with a header, the shared extract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pyproj
import pytest
from french import position, structure, write
from scene import REPOSITORY

import desserte as ds
from desserte.french._kinds import kind_table

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "finess;etalab;96;2025-09-04"
# Privas, and its metres: worked out with pyproj, of which the test below is independent.
PRIVAS = (4.5990, 44.7350)
OVERSEAS = {
    "9A": ("105", "UTM_N20", 4559, (-61.7262, 15.9985), "971", "97105"),
    "9C": ("302", "UTM_N22", 2972, (-52.3260, 4.9380), "973", "97302"),
    "9D": ("411", "UTM_S40", 2975, (55.4500, -20.8800), "974", "97411"),
    "9F": ("611", "UTM_S38", 4471, (45.2270, -12.7800), "976", "97611"),
}


def metres(lon: float, lat: float, epsg: int = 2154) -> tuple[float, float]:
    x, y = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    return round(x, 1), round(y, 1)


def etalab(folder: Path, *rows: str, encoding: str = "utf-8", title: str = TITLE) -> Path:
    return write(folder / "x.csv", [title, *rows], encoding)


def test_the_two_types_of_rows_become_one(tmp_path: Path) -> None:
    path = etalab(
        tmp_path,
        structure("070000013", "186", "07", "355", "CH D'ARDÈCHE"),
        structure("2A0000154", "004", "2A", "620"),
        position("070000013", *metres(*PRIVAS)),
    )
    finess = ds.read_finess(path)
    assert list(finess.columns) == [
        *("finess", "finess_legal", "name", "category_code", "category", "kind"),
        *("departement", "insee_code", "capacity", "emergency", "geometry"),
    ]
    assert finess.index.tolist() == ["070000013", "2A0000154"]
    assert finess["insee_code"].tolist() == ["07186", "2A004"]
    assert finess["kind"].tolist() == ["hospital", "pharmacy"]
    assert finess["name"].tolist() == ["CH D'ARDÈCHE", "PHARMACIE DU PONT"]
    assert finess["capacity"].isna().all()
    assert finess["emergency"].isna().all()
    point = finess.geometry["070000013"]
    assert (point.x, point.y) == pytest.approx(PRIVAS, abs=2e-6)
    assert finess.geometry.isna().tolist() == [False, True]
    assert finess.attrs["date"] == "2025-09-04"
    assert finess.attrs["rows"] == {
        "read": 3,
        "kept": 2,
        "dropped": {"position, joined to its establishment": 1},
    }
    assert finess.attrs["notes"] == {"without a position": 1}


@pytest.mark.parametrize("departement", OVERSEAS)
def test_overseas_has_its_own_projections_and_codes(tmp_path: Path, departement: str) -> None:
    commune, crs, epsg, place, code, insee_code = OVERSEAS[departement]
    path = etalab(
        tmp_path,
        structure("970400001", commune, departement, "620"),
        position("970400001", *metres(*place, epsg), crs),
    )
    finess = ds.read_finess(path).iloc[0]
    assert (finess["departement"], finess["insee_code"]) == (code, insee_code)
    assert (finess.geometry.x, finess.geometry.y) == pytest.approx(place, abs=2e-6)


def test_an_unknown_projection_leaves_no_position_and_is_told(tmp_path: Path) -> None:
    row, spot = structure("070000013", "186", "07", "355"), position("070000013", 1, 2, "MARS_1")
    finess = ds.read_finess(etalab(tmp_path, row, spot))
    assert finess.geometry.isna().all()
    assert finess.attrs["notes"]["position in an unknown projection (MARS_1)"] == 1


def test_older_issues_name_lambert_93_and_are_in_latin_1(tmp_path: Path) -> None:
    row = structure("070000013", "186", "07", "355", "HÔPITAL DE L'ŒUVRE \"LES PINS")
    spot = position("070000013", *metres(*PRIVAS), "LAMBERT_93")
    other = structure("070000021", "110", "07", "355", "CH DE JOYEUSE")
    finess = ds.read_finess(etalab(tmp_path, row, spot, other, encoding="cp1252"))
    assert finess["name"].tolist() == ["HÔPITAL DE L'ŒUVRE \"LES PINS", "CH DE JOYEUSE"]
    assert finess.geometry["070000013"].x == pytest.approx(PRIVAS[0], abs=2e-6)
    assert finess.attrs["sources"][0]["encoding"] == "cp1252"


def test_the_file_of_legal_entities_is_refused(tmp_path: Path) -> None:
    row = structure("070000013", "186", "07", "355").replace("structureet", "structureej")
    with pytest.raises(ds.TableError, match="columns found: '<structureej>'"):
        ds.read_finess(etalab(tmp_path, row, title=row))


def test_rows_that_are_shifted_are_refused(tmp_path: Path) -> None:
    row = structure("070000013", "186", "07", "355").replace(";186;", ";;186;")
    with pytest.raises(ds.TableError, match=r"19th field is no category .* in 1 row: '070000013'"):
        ds.read_finess(etalab(tmp_path, row))


T_FINESS = (
    "finess,etat,type,rs,categ_code,categ_lib,ej_finess,san_urg,com_code,"
    "geoloc_4326_long,geoloc_4326_lat,date_extract_finess"
)


def test_of_t_finess_open_establishments_are_kept(tmp_path: Path) -> None:
    lines = [
        T_FINESS,
        (
            '"070780358","ACTUEL","ET","CH D\'ARDECHE, SITE DE PRIVAS","355","Centre Hospitalier",'
            '"070002878","OUI","07186","4.599","44.735","2026-05-04"'
        ),
        "070000021,ACTUEL,ET,PHARMACIE,620,Pharmacie,070002879,NON,7110,4.24,44.48,2026-05-04",
        "070000039,FERME,ET,EHPAD,500,EHPAD,070002880,,07186,4.6,44.7,2026-05-04",
        "070002878,ACTUEL,EJ,CH D'ARDECHE,355,,,,07186,4.599,44.735,2026-05-04",
        "070000047,ACTUEL,ET,MSP,603,Maison de santé,,,,,,2026-05-04",
    ]
    finess = ds.read_finess(write(tmp_path / "x.csv", lines))
    assert finess.index.tolist() == ["070780358", "070000021", "070000047"]
    assert finess["emergency"].tolist() == [True, False, pd.NA]
    assert finess["name"].iloc[0] == "CH D'ARDECHE, SITE DE PRIVAS"
    assert finess["insee_code"].tolist() == ["07186", None, None]
    assert finess["kind"].tolist() == ["hospital", "pharmacy", "msp"]
    assert finess.attrs["date"] == "2026-05-04"
    assert finess.attrs["rows"]["dropped"] == {
        "no longer open (etat is not ACTUEL)": 1,
        "a legal entity (type is not ET)": 1,
    }
    assert finess.attrs["notes"] == {"without a code of a commune": 2, "without a position": 1}


def test_a_table_in_metres_with_a_header_is_read(tmp_path: Path) -> None:
    x, y = metres(*PRIVAS)
    lines = [
        (
            "nofinesset;nofinessej;RaisonSociale;Commune;Departement;Categorie;LibelleCategorie;"
            "coordxet;coordyet;sourcecoordet;datemaj"
        ),
        (
            "070000013;070002878;CH;186;07;355;Centre Hospitalier;"
            f"{x};{y};1,ATLASANTE,96,BAN,L93_METROPOLE;2025-09-04"
        ),
    ]
    finess = ds.read_finess(write(tmp_path / "x.csv", lines))
    assert finess["insee_code"].tolist() == ["07186"]
    assert finess.geometry.x.iloc[0] == pytest.approx(PRIVAS[0], abs=2e-6)


NAMED = "nofinesset,rs,categetab,libcategetab,lat,lon"


def test_metres_in_columns_of_degrees_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", [NAMED, "070000013,CH,355,CH,6405000.5,826000.1"])
    with pytest.raises(ds.CrsError, match="FINESS has coordinates that are no degrees"):
        ds.read_finess(path)


def test_numbers_that_lost_a_zero_or_come_twice_are_refused(tmp_path: Path) -> None:
    row = "070000013,CH,355,CH,44.7,4.6"
    with pytest.raises(ds.IdError, match=r"FINESS numbers that are none .*'70000013'; did a"):
        ds.read_finess(write(tmp_path / "x.csv", [NAMED, row.replace("0700", "700")]))
    with pytest.raises(ds.IdError, match="several rows for the same establishment, in 1 id"):
        ds.read_finess(write(tmp_path / "x.csv", [NAMED, row, row.replace("4.6", "4.7")]))
    same = ds.read_finess(write(tmp_path / "x.csv", [NAMED, row, row]))
    assert same.attrs["rows"]["dropped"] == {"the same row again": 1}


def test_a_category_has_the_same_kind_as_on_the_map() -> None:
    source = REPOSITORY / "crates/desserte/src/osm/care.rs"
    if not source.is_file():
        pytest.skip(f"no engine beside this test: {source} is absent")
    rows = re.findall(r'\("(\d{3})", CareKind::(\w+)\)', source.read_text(encoding="utf-8"))
    ours = kind_table("finess").set_index("code")["kind"]
    assert len(rows) > 20
    for code, word in rows:
        assert ours[code] == re.sub(r"(?<!^)([A-Z])", r"_\1", word).lower(), code


def test_every_kind_of_the_tables_is_a_kind() -> None:
    for name in ("finess", "bpe", "rpps"):
        assert set(kind_table(name)["kind"].dropna()) <= set(ds.KINDS)


def test_the_shared_extract_gives_the_known_counts(shared_data: Path) -> None:
    finess = ds.read_finess(shared_data / "fr/finess/finess_07.csv")
    counts = finess["kind"].value_counts()
    assert counts[["ehpad", "pharmacy", "msp"]].tolist() == [65, 101, 17]
    assert set(finess["departement"]) == {"07"}
    assert finess["insee_code"].isna().all()
    assert finess.geometry.notna().all()
    files = sorted((shared_data / "fr/finess").glob("*.csv"))
    several = ds.read_finess(files)
    assert len(several) == 8409
    assert len(several.attrs["sources"]) == 11
    assert several.attrs["notes"] == {"position shared with other establishments": 2982}
