"""Communes: tables with positions, the layers of ADMIN EXPRESS, outlines, refusals."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from french import write
from shapely.geometry import Point, box

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "insee_com,commune,code_postal,commune_type,lat,lng,population_2015,population_2021"
LALOUVESC = "07132,Lalouvesc,07520,COM,45.12,4.53,400,380"
AJACCIO = "2A004,Ajaccio,20000,COM,41.92,8.73,68000,73000"
SAINT_DENIS = "97411,Saint-Denis,97400,COM,-20.88,55.45,147000,154000"
UNTYPED: Any = ds


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    return write(folder / "anything.dat", [header, *rows])


def admin_express(folder: Path) -> tuple[Path, Path]:
    """Two communes in Lambert 93; the second has no chef-lieu."""
    areas = gpd.GeoDataFrame(
        {
            "ID": ["COMMUNE_1", "COMMUNE_2"],
            "NOM": ["Alba", "Berg"],
            "INSEE_COM": ["07001", "07002"],
            "POPULATION": [120, 80],
            "SIREN_EPCI": ["200071413", "200071413"],
        },
        geometry=[box(820000, 6390000, 822000, 6392000), box(822000, 6390000, 824000, 6392000)],
        crs="EPSG:2154",
    )
    seats = gpd.GeoDataFrame(
        {"ID": ["CHFLIEU_1"], "NOM": ["Alba"], "ID_COM": ["COMMUNE_1"]},
        geometry=[Point(820100, 6390100)],
        crs="EPSG:2154",
    )
    areas.to_file(folder / "COMMUNE.shp")
    seats.to_file(folder / "CHFLIEU_COMMUNE.shp")
    return folder / "COMMUNE.shp", folder / "CHFLIEU_COMMUNE.shp"


def test_a_table_gives_points_with_codes_as_text(tmp_path: Path) -> None:
    communes = ds.read_communes(table(tmp_path, LALOUVESC, AJACCIO, SAINT_DENIS))
    assert communes.index.tolist() == ["07132", "2A004", "97411"]
    assert communes["insee_code"].tolist() == communes.index.tolist()
    assert communes["departement"].tolist() == ["07", "2A", "974"]
    assert communes["population"].tolist() == [380, 73000, 154000], "of the latest year"
    assert communes.attrs["population_year"] == 2021
    assert communes.crs == "EPSG:4326"
    assert (communes.geometry.x["07132"], communes.geometry.y["07132"]) == (4.53, 45.12)
    assert set(communes["position"]) == {"table"}


def test_a_commune_with_two_postal_codes_is_one_commune(tmp_path: Path) -> None:
    again = LALOUVESC.replace("07520", "07521")
    communes = ds.read_communes(table(tmp_path, LALOUVESC, again, AJACCIO))
    assert len(communes) == 2
    rows = communes.attrs["rows"]
    assert (rows["read"], rows["kept"]) == (3, 2)
    assert rows["dropped"] == {"the same commune again (another postal code)": 1}


def test_two_rows_that_disagree_about_a_commune_are_refused(tmp_path: Path) -> None:
    other = LALOUVESC.replace("45.12", "45.13")
    with pytest.raises(ds.IdError, match="different things of the same commune, in 1 id: '07132'"):
        ds.read_communes(table(tmp_path, LALOUVESC, other))


def test_what_is_no_whole_commune_is_left_out_and_counted(tmp_path: Path) -> None:
    delegated = LALOUVESC.replace("07132", "07133").replace("COM", "COMD")
    communes = ds.read_communes(table(tmp_path, LALOUVESC, delegated))
    assert communes.index.tolist() == ["07132"]
    assert communes.attrs["rows"]["dropped"] == {"no whole commune (COMD)": 1}


def test_departements_are_chosen_by_code(tmp_path: Path) -> None:
    path = table(tmp_path, LALOUVESC, AJACCIO, SAINT_DENIS)
    assert ds.read_communes(path, departements=["2A", "974"]).index.tolist() == ["2A004", "97411"]
    assert ds.read_communes(path, departements="07").index.tolist() == ["07132"]
    with pytest.raises(ds.InputError, match="no commune of the départements 26"):
        ds.read_communes(path, departements=["07", "26"])
    for wrong in ([7], ["7"], ["97"], []):
        with pytest.raises(ds.InputError, match=r"départements|departements"):
            UNTYPED.read_communes(path, departements=wrong)


def test_a_code_that_lost_its_leading_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ds.IdError, match="lost their leading zero, in 1 row: '7132'; a spreadsheet"
    ):
        ds.read_communes(table(tmp_path, LALOUVESC.replace("07132", "7132"), AJACCIO))
    with pytest.raises(ds.IdError, match="codes that are of no commune, in 1 row: 'Privas'"):
        ds.read_communes(table(tmp_path, LALOUVESC.replace("07132", "Privas")))


def test_metres_that_stand_where_degrees_should_are_refused(tmp_path: Path) -> None:
    lambert = LALOUVESC.replace("45.12,4.53", "6449250.2,820111.5")
    with pytest.raises(ds.CrsError, match=r"no degrees in 1 row: '07132', as 820112, 6.44925e"):
        ds.read_communes(table(tmp_path, lambert))


def test_exchanged_longitude_and_latitude_are_refused(tmp_path: Path) -> None:
    swapped = LALOUVESC.replace("45.12,4.53", "4.53,45.12")
    with pytest.raises(ds.InputError, match="exchanged, it seems, in 1 row: '07132'"):
        ds.read_communes(table(tmp_path, swapped))


def test_a_commune_without_a_position_is_kept_and_counted(tmp_path: Path) -> None:
    communes = ds.read_communes(table(tmp_path, LALOUVESC, AJACCIO.replace("41.92,8.73", ",")))
    assert communes.geometry.isna().tolist() == [False, True]
    assert communes.attrs["notes"] == {"without a position": 1}
    nought = AJACCIO.replace("41.92,8.73", "0,0")
    assert ds.read_communes(table(tmp_path, nought)).geometry.isna().all()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encoding_and_separator_are_found(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [HEADER, LALOUVESC.replace("Lalouvesc", "Bézaudun-sur-Bîne")]
    lines = [line.replace(",", separator) for line in lines]
    communes = ds.read_communes(write(tmp_path / "c.csv", lines, encoding))
    assert communes["name"].tolist() == ["Bézaudun-sur-Bîne"]
    assert communes.attrs["sources"][0]["encoding"] == encoding.removesuffix("-sig")


def test_letters_that_were_damaged_before_are_counted(tmp_path: Path) -> None:
    damaged = "Bézaudun".encode().decode("cp1252")
    path = table(tmp_path, LALOUVESC.replace("Lalouvesc", damaged))
    assert ds.read_communes(path).attrs["notes"] == {
        "letters damaged before, by a wrong encoding": 1
    }


def test_outlines_come_in_degrees_as_polygons(tmp_path: Path) -> None:
    areas, _ = admin_express(tmp_path)
    communes = ds.read_communes(areas)
    assert set(communes["position"]) == {"outline"}
    assert communes.geometry.geom_type.unique().tolist() == ["Polygon"]
    assert communes["population"].tolist() == [120, 80]
    assert communes["epci"].tolist() == ["200071413"] * 2
    west, south, east, north = communes.total_bounds
    assert 4 < west < east < 5
    assert 44 < south < north < 45


def test_chefs_lieux_become_the_positions_and_their_want_is_told(tmp_path: Path) -> None:
    areas, seats = admin_express(tmp_path)
    outlines = ds.read_communes(areas)
    communes = ds.read_communes([areas, seats])
    assert communes["position"].tolist() == ["chef_lieu", "inside"]
    assert communes.geometry.geom_type.tolist() == ["Point", "Point"]
    in_metres = communes.to_crs("EPSG:2154").geometry
    assert in_metres["07001"].distance(Point(820100, 6390100)) < 0.01
    assert outlines.geometry["07002"].contains(communes.geometry["07002"])
    assert communes.attrs["notes"] == {
        "commune without a chef-lieu, at a point of its outline": 1,
    }
    assert communes.attrs["rows"]["kept"] == 2


def test_a_geopackage_gives_both_layers_at_once(tmp_path: Path) -> None:
    areas, seats = admin_express(tmp_path)
    both = tmp_path / "ADE.gpkg"
    gpd.read_file(areas).to_file(both, layer="commune")
    gpd.read_file(seats).to_file(both, layer="chflieu_commune")
    arrondissements = gpd.read_file(areas).assign(INSEE_ARM="13201")
    arrondissements.to_file(both, layer="arrondissement_municipal")
    expected = ds.read_communes([areas, seats])
    found = ds.read_communes(both)
    assert found["position"].tolist() == ["chef_lieu", "inside"]
    assert shapely.equals_exact(found.geometry, expected.geometry, tolerance=1e-9).all()


def test_chefs_lieux_alone_are_refused(tmp_path: Path) -> None:
    _, seats = admin_express(tmp_path)
    with pytest.raises(ds.TableError, match=r"give ds.read_communes the layer COMMUNE too"):
        ds.read_communes(seats)


def test_lambert_coordinates_declared_as_degrees_are_refused(tmp_path: Path) -> None:
    areas, _ = admin_express(tmp_path)
    wrong = gpd.read_file(areas).set_crs("EPSG:4326", allow_override=True)
    wrong.to_file(tmp_path / "wrong.gpkg")
    with pytest.raises(ds.CrsError, match=r"says that it is in degrees .* and holds metres"):
        ds.read_communes(tmp_path / "wrong.gpkg")


def test_a_shapefile_without_its_projection_is_refused(tmp_path: Path) -> None:
    areas, _ = admin_express(tmp_path)
    areas.with_suffix(".prj").unlink()
    with pytest.raises(ds.CrsError, match=r"has no CRS; is its \.prj file missing"):
        ds.read_communes(areas)


def test_a_zip_is_opened(tmp_path: Path) -> None:
    path = table(tmp_path, LALOUVESC)
    with zipfile.ZipFile(tmp_path / "communes.zip", "w") as archive:
        archive.write(path, "communes.csv")
        archive.writestr("lisez-moi.txt", "Tout sur les communes\n")
    communes = ds.read_communes(tmp_path / "communes.zip")
    assert communes.index.tolist() == ["07132"]
    assert communes.attrs["sources"][0]["file"] == "communes.zip/communes.csv"


def test_the_shared_tables_are_read_whole(shared_data: Path) -> None:
    communes = ds.read_communes(shared_data / "fr/communes/communes_2024.csv")
    assert len(communes) == 3316, "36 of the 3,352 rows are second postal codes"
    assert communes["departement"].nunique() == 11
    assert communes.loc["07186", "name"] == "Privas"
    assert communes["population"].notna().all()
    ardeche = shared_data / "fr/communes/communes-07-ardeche.geojson"
    outlines = ds.read_communes(ardeche)
    assert len(outlines) == 339
    inside = communes.geometry.reindex(outlines.index).within(outlines.geometry)
    here = communes["departement"].reindex(outlines.index).eq("07")
    # The outlines are of 2018 and simplified: a commune that merged since has its point elsewhere.
    assert inside[here].mean() > 0.98, "positions lie in the outlines of the same code"
    assert isinstance(communes, gpd.GeoDataFrame)
    assert isinstance(communes.index, pd.Index)
