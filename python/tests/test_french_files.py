"""What every reader owes: its origin told, nothing lost, the wrong file named, no silent zero."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from french import base_cc_header, base_cc_row, joined, write

import desserte as ds
from desserte.french._ages import partition
from desserte.french._layouts import LAYOUTS, recognise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READERS: list[Callable[[Any], Any]] = [
    *(ds.read_communes, ds.read_population, ds.read_finess, ds.read_apl),
    *(ds.read_cog, ds.read_bpe, ds.read_rpps, ds.read_filosofi),
]
COMMUNES = ["insee_com,commune,lat,lng", "07132,Lalouvesc,45.12,4.53"]
CELL = "CRS3035RES200mN2440000E3930000"
CELLS = "idcar_200m,i_est_200,lcog_geo,ind,ind_0_3,ind_4_5,ind_6_10,ind_11_17,ind_18_24"
CELLS += ",ind_25_39,ind_40_54,ind_55_64,ind_65_79,ind_80p,ind_inc"
COG = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"


def ids(reader: Callable[[Any], Any]) -> str:
    return str(reader.__name__)


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_a_missing_file_is_a_missing_file(reader: Callable[[Any], Any], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reader(tmp_path / "absent.csv")


@pytest.mark.parametrize("reader", READERS, ids=ids)
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe" * 50, b"a;b\n1;2\n", b"<html>", b"PK\x03\x04"]
)
def test_what_is_no_table_is_a_typed_error(
    reader: Callable[[Any], Any], content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ds.TableError, match=r"x\.csv"):
        reader(tmp_path / "x.csv")


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_a_broken_map_or_archive_is_a_typed_error(
    reader: Callable[[Any], Any], tmp_path: Path
) -> None:
    (tmp_path / "x.geojson").write_bytes(b'{"type": "Feat')
    (tmp_path / "x.7z").write_bytes(b"7z\xbc\xaf\x27\x1c and so on")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("image.png", "no table")
    for name, words in (
        ("x.geojson", "x.geojson"),
        ("x.7z", "unpack it"),
        ("x.zip", "holds no table"),
    ):
        with pytest.raises(ds.TableError, match=words):
            reader(tmp_path / name)
    with pytest.raises(ds.TableError, match="is a folder"):
        reader(tmp_path)


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_an_archive_that_was_not_wholly_downloaded_is_to_be_downloaded_again(
    reader: Callable[[Any], Any], tmp_path: Path
) -> None:
    whole = tmp_path / "whole.zip"
    lines = "".join(f"{number * number};{number}\n" for number in range(5000))
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("communes.csv", f"a;b\n{lines}")
    content = whole.read_bytes()
    middle = len(content) // 2
    (tmp_path / "cut.zip").write_bytes(content[:middle])
    holed = content[:middle] + bytes(200) + content[middle + 200 :]
    (tmp_path / "holed.xlsx").write_bytes(holed)
    with pytest.raises(
        ds.TableError, match=r"cut\.zip is a ZIP archive that is cut short; download it again"
    ):
        reader(tmp_path / "cut.zip")
    with pytest.raises(ds.TableError, match=r"holed\.xlsx is damaged.*; download it again"):
        reader(tmp_path / "holed.xlsx")
    # Deflate64, which Windows writes for large files, and which Python does not read.
    local, listed = content.find(b"PK\x03\x04") + 8, content.find(b"PK\x01\x02") + 10
    packed = bytearray(content)
    packed[local] = packed[listed] = 9
    (tmp_path / "packed.zip").write_bytes(packed)
    with pytest.raises(ds.TableError, match=r"packed\.zip is packed .*; unpack it"):
        reader(tmp_path / "packed.zip")


@pytest.mark.parametrize("reader", READERS[1:], ids=ids)
def test_the_wrong_file_is_told_where_it_belongs(
    reader: Callable[[Any], Any], tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", COMMUNES)
    words = (
        rf"x\.csv is not laid out as any file that ds\.{reader.__name__} knows; it looks like "
        r"table of communes with positions: read it with ds\.read_communes; columns found: "
        r"'insee_com', 'commune', 'lat', 'lng'; columns expected: "
    )
    with pytest.raises(ds.TableError, match=words):
        reader(path)


def test_the_origin_of_a_table_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", COMMUNES)
    (source,) = ds.read_communes(path).attrs["sources"]
    assert source["file"] == "x.csv"
    assert source["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source["layout"] == "table of communes with positions"
    assert source["rows"] == 1


def test_a_row_with_too_many_fields_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", [*COMMUNES, "07133,Mars, la belle,45,4.3"])
    with pytest.raises(ds.TableError, match=r"more fields than columns in 1 line: 3; is a sep"):
        ds.read_communes(path)
    path = write(tmp_path / "x.csv", [*COMMUNES, "07133,Mars, la belle, et la haute,45,4.3"])
    with pytest.raises(ds.TableError, match=r"is not a table throughout: .*line 3, saw 6"):
        ds.read_communes(path)


def test_a_header_without_rows_gives_an_empty_table(tmp_path: Path) -> None:
    communes = ds.read_communes(write(tmp_path / "x.csv", COMMUNES[:1]))
    assert len(communes) == 0
    assert communes.attrs["rows"]["read"] == 0


def test_attrs_survive_what_pandas_does_with_them(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv", [joined(base_cc_header()), joined(base_cc_row("07001", [1.0] * 7))]
    )
    people = ds.read_population(path)
    doubled = pd.concat([people, people])
    assert doubled.attrs["sources"] == people.attrs["sources"]


def test_a_layout_is_that_of_one_reader() -> None:
    for layout in LAYOUTS:
        columns = [
            patterns[0].replace(r"\d\d", "22").replace(r"\d{4}", "2022").replace("\\", "")
            for patterns in layout.needs.values()
        ]
        columns = [
            c.replace("apl aux .*", "apl aux infirmieres").replace("d{3}", "012") for c in columns
        ]
        columns = [c.replace("sexed", "sexe1") for c in columns]
        found = recognise(columns, layout.reader)
        assert found is not None, layout.name
        assert found.layout.name == layout.name


def test_the_finest_cut_of_all_ages_is_the_partition() -> None:
    insee = ["0-14", "15-29", "30+", "0-19", "20-64", "65+"]
    assert partition(insee) == ["0-14", "15-29", "30+"]
    assert partition(["0-17", "65+"]) == []
    assert partition(["population", "name"]) == []
    assert partition(["0", "1", "2+", "0-1"]) == ["0", "1", "2+"]


# --- the official geographic code -------------------------------------------------------------


def cog_row(kind: str, code: str, name: str, of: str = "", where: str = "84,26") -> str:
    region, departement = where.split(",")
    return joined([kind, code, region, departement, "", "", 0, "", "", name, "", of], ",")


def test_a_former_commune_leads_to_the_commune_of_today(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        [
            COG,
            cog_row("COM", "26210", "Valherbasse"),
            cog_row("COMD", "26204", "Miribel", "26210", ","),
            cog_row("COMD", "26210", "Montrigaud", "26210", ","),
            cog_row("COM", "75056", "Paris", where="11,75"),
            cog_row("ARM", "75101", "Paris 1er", "75056", "11,75"),
        ],
    )
    cog = ds.read_cog(path)
    assert cog.loc["26204", "current_code"] == "26210"
    assert cog.loc["26204", ["departement", "region"]].tolist() == ["26", "84"]
    assert cog.loc["26210", "name"] == "Valherbasse"
    assert cog.loc["75101", ["current_code", "parent"]].tolist() == ["75101", "75056"]
    assert cog.attrs["rows"]["dropped"] == {"a part under the code of its commune": 1}


def test_a_part_without_its_commune_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", [COG, cog_row("COMD", "26204", "Miribel", "26210", ",")])
    with pytest.raises(ds.IdError, match=r"is not in the file, in 1 code: '26204'"):
        ds.read_cog(path)


# --- the cells of Filosofi --------------------------------------------------------------------


def cells(folder: Path, *rows: str, header: str = CELLS) -> Path:
    return write(folder / "x.csv", [header, *rows])


def cell(commune: str, name: str = CELL, imputed: int = 0) -> str:
    return f"{name},{imputed},{commune},20.5,1,1,1,2,1,3,4,3,3,1.5,0"


def test_cells_are_points_at_their_middle_with_bands(tmp_path: Path) -> None:
    table = ds.read_filosofi(cells(tmp_path, cell("07132", imputed=1), cell("2A004", CELL + "00")))
    assert table["insee_code"].tolist() == ["07132", "2A004"]
    middle = table.to_crs("EPSG:3035").geometry.iloc[0]
    assert (middle.x, middle.y) == pytest.approx((3930100, 2440100), abs=0.01)
    assert table["imputed"].tolist() == [True, False]
    assert table.attrs["bands"][0] == "0-3"
    assert table[table.attrs["bands"]].iloc[0].sum() == 20.5
    assert table["unknown_age"].tolist() == [0.0, 0.0]


def test_older_issues_capitalise_their_columns(tmp_path: Path) -> None:
    header = CELLS.replace("idcar", "Idcar").replace("i_est", "I_est").replace(",ind", ",Ind")
    table = ds.read_filosofi(cells(tmp_path, cell("07132"), header=header))
    assert table.loc[CELL, "65-79"] == 3.0


def test_a_cell_in_two_communes_is_of_the_first(tmp_path: Path) -> None:
    table = ds.read_filosofi(cells(tmp_path, cell("0713207133")))
    assert table["insee_code"].tolist() == ["07132"]
    assert table.attrs["notes"] == {"cell in several communes, given to the first": 1}
    with pytest.raises(ds.IdError, match=r"not of five characters each, in 1 row: '713207133'"):
        ds.read_filosofi(cells(tmp_path, cell("713207133")))


def test_cells_are_chosen_by_departement_and_known_by_their_id(tmp_path: Path) -> None:
    path = cells(tmp_path, cell("07132"), cell("26001", CELL + "00"))
    assert ds.read_filosofi(path, departements=["07"])["departement"].tolist() == ["07"]
    with pytest.raises(ds.InputError, match=r"no cell of the départements 48"):
        ds.read_filosofi(path, departements=["48"])
    with pytest.raises(ds.IdError, match=r"ids that are of no cell, in 1 id: 'carreau'"):
        ds.read_filosofi(cells(tmp_path, cell("07132", "carreau")))


def test_a_census_is_spread_over_the_cells_and_the_gap_is_the_care_home(tmp_path: Path) -> None:
    table = ds.read_filosofi(cells(tmp_path, cell("07132"), cell("07132", CELL + "0")))
    people = ds.spread(pd.Series({"07132": 5.0}), over=table, by="insee_code", weight="80+")
    assert people.tolist() == [2.5, 2.5]
    assert people.attrs["gap"]["difference"] == 2.0
