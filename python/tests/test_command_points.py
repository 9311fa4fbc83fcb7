"""Points for the command line: whoever made the file, in whichever form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPoint, box
from terminal import EXTRACT, SKETCH

import desserte as ds
from desserte.command._points import Asked, Layer, points_of

if TYPE_CHECKING:
    from pathlib import Path

LON, LAT = [4.598462, 4.728791], [44.555371, 44.944051]


def read(text: object, **options: Any) -> Layer:
    return points_of(Asked(str(text), "ORIGINES", **options))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id;name;lon;lat\na;Alba;4.598462;44.555371\nb;Été;4.728791;44.944051\n", "utf-8"),
        ("id;nom;lon;lat\r\na;Alba;4,598462;44,555371\r\nb;Été;4,728791;44,944051\r\n", "cp1252"),
        (
            "\ufeffid,Nom,Longitude,Latitude\na,Alba,4.598462,44.555371\nb,Été,4.728791,44.944051",
            "utf-8",
        ),
        (
            'ID,libellé,lng,lat\na,Alba,"4,598462","44,555371"\nb,Été,"4,728791","44,944051"\n',
            "latin-1",
        ),
        (
            "id\tname\tlon\tlat\na\tAlba\t4.598462\t44.555371\nb\tÉté\t4.728791\t44.944051\n",
            "utf-8",
        ),
    ],
    ids=["points", "excel", "bom", "quoted commas", "tabulators"],
)
def test_a_table_is_read_as_it_was_saved(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes(text.encode(encoding))
    points = read(path).points
    assert points.index.tolist() == ["a", "b"]
    assert points["name"].tolist() == ["Alba", "Été"]
    assert np.allclose(points.geometry.x, LON)
    assert np.allclose(points.geometry.y, LAT)
    assert points.crs == "EPSG:4326"


def test_metres_are_read_with_their_crs(tmp_path: Path) -> None:
    path = tmp_path / "lambert.csv"
    path.write_text("code;X;Y\n1;823900,5;6404700\n", encoding="utf-8")
    points = read(path, crs="EPSG:2154", id="code").points
    assert points.crs == "EPSG:2154"
    assert points.geometry.x.tolist() == [823900.5]
    with pytest.raises(ds.CrsError, match=r"say what they are measured in with --crs"):
        read(path)
    with pytest.raises(ds.CrsError, match="'EPSG:1' is no CRS"):
        read(path, crs="EPSG:1")


def test_every_form_of_a_layer_is_read(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["Alba", "Été"], "65+": [10, 20]},
        geometry=gpd.points_from_xy(LON, LAT),
        crs="EPSG:4326",
    )
    table.to_file(tmp_path / "p.geojson", driver="GeoJSON")
    table.to_crs("EPSG:2154").to_file(tmp_path / "p.gpkg", layer="ours")
    table.to_parquet(tmp_path / "p.parquet")
    plain = pd.DataFrame(table.drop(columns="geometry")).assign(lon=LON, lat=LAT)
    plain.to_parquet(tmp_path / "plain.parquet")
    plain.to_excel(tmp_path / "p.xlsx", index=False)
    for name in ("p.geojson", "p.gpkg", "p.gpkg#ours", "p.parquet", "plain.parquet", "p.xlsx"):
        layer = read(tmp_path / name)
        assert layer.points.index.tolist() == ["a", "b"], name
        assert np.allclose(layer.points.to_crs("EPSG:4326").geometry.x, LON, atol=1e-6)
        assert layer.points["65+"].tolist() == [10, 20]
        assert layer.source["file"] == name.split("#")[0]
        assert len(layer.source["sha256"]) == 64
    with pytest.raises(ds.InputError, match="has no layer 'theirs'; it has 1 layer: 'ours'"):
        read(tmp_path / "p.gpkg#theirs")


def test_areas_stand_for_a_point_within_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = gpd.GeoSeries(gpd.points_from_xy(LON, LAT), crs="EPSG:4326").to_crs("EPSG:2154")
    areas = gpd.GeoDataFrame({"code": ["07005", "07007"]}, geometry=points.buffer(1000))
    areas.to_file(tmp_path / "areas.gpkg")
    layer = read(tmp_path / "areas.gpkg", id="code")
    assert layer.points.geometry.within(layer.shapes.set_axis(layer.points.index)).all()
    assert (layer.shapes.geom_type == "Polygon").all()
    assert "areas.gpkg contient 2 surfaces" in capsys.readouterr().err
    read(tmp_path / "areas.gpkg", id="code", quiet=True)
    assert capsys.readouterr().err == ""


def test_points_that_are_called_several_are_points(tmp_path: Path) -> None:
    points = [MultiPoint([(lon, lat)]) for lon, lat in zip(LON, LAT, strict=True)]
    table = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=points, crs="EPSG:4326")
    table.to_file(tmp_path / "p.gpkg")
    assert np.allclose(read(tmp_path / "p.gpkg").points.geometry.x, LON)


def test_codes_keep_their_zero_and_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "insee_code;lon;lat;population;epci\n07005;4,5;44,5;1 533;0742\n26001;5;44;12,5;2600\n",
        encoding="utf-8",
    )
    points = read(path).points
    assert points.index.tolist() == ["07005", "26001"]
    assert points["population"].tolist() == [1533.0, 12.5]
    assert points["epci"].tolist() == ["0742", "2600"]


def test_a_table_without_ids_is_numbered_as_a_reader_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.csv"
    path.write_text("insee_code;lon;lat\n07005;4,5;44,5\n07005;4,6;44,5\n", encoding="utf-8")
    # Two practices of a commune: its code is no id of theirs.
    assert read(path).points.index.tolist() == [1, 2]
    assert "les lignes sont numérotées de 1 à 2" in capsys.readouterr().err


def test_finess_and_tables_of_communes_are_known_by_their_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finess = tmp_path / "finess.csv"
    finess.write_text(
        "nofinesset,rs,categetab,libcategetab,lat,lon\n"
        "070000013,CH DES VALS,355,Centre Hospitalier,44.7318,4.5873\n"
        "070004999,PHARMACIE DU PONT,620,Pharmacie d'Officine,,\n",
        encoding="utf-8",
    )
    points = read(finess).points
    assert points["kind"].tolist() == ["hospital"]
    assert points.index.tolist() == ["070000013"]
    assert "établissements sans position laissés de côté : 1" in capsys.readouterr().err
    assert len(read(f"{finess}:hospital,ehpad").points) == 1
    with pytest.raises(ds.InputError, match=r"no care point of ehpad; it has hospital \(1\)"):
        read(f"{finess}:ehpad")
    postal = tmp_path / "communes.csv"
    postal.write_text(
        "insee_com,commune,code_postal,lat,lng,65+\n"
        "07132,Lalouvesc,07520,45.12,4.53,100\n07132,Lalouvesc,07521,45.12,4.53,100\n"
        "26332,Saint-Vallier,26240,45.18,4.82,900\n",
        encoding="utf-8",
    )
    communes = read(postal).points
    assert communes.index.tolist() == ["07132", "26332"]
    assert communes["65+"].tolist() == [100, 900]
    assert communes["name"].tolist() == ["Lalouvesc", "Saint-Vallier"]
    with pytest.raises(ds.InputError, match=r"communes\.csv has no column 'kind' for :gp"):
        read(f"{postal}:gp")


def test_several_files_are_one_layer(tmp_path: Path) -> None:
    banks = {"07": ("07132", 4.53), "26": ("26332", 4.82)}
    for name, (code, lon) in banks.items():
        area = gpd.GeoSeries([box(lon, 45.1, lon + 0.01, 45.11)], crs="EPSG:4326")
        table = gpd.GeoDataFrame({"code": [code], "nom": [name]}, geometry=area)
        table.to_file(tmp_path / f"{name}.geojson", driver="GeoJSON")
    both = read(f"{tmp_path / '07.geojson'},{tmp_path / '26.geojson'}", quiet=True)
    assert both.points.index.tolist() == ["07132", "26332"]
    assert both.points["name"].tolist() == ["07", "26"]
    assert (both.points.geom_type == "Point").all()
    assert [part["file"] for part in both.source.values()] == ["07.geojson", "26.geojson"]
    with pytest.raises(ds.IdError, match="the files of ORIGINES share 1 id: '07132'"):
        read(f"{tmp_path / '07.geojson'},{tmp_path / '07.geojson'}", quiet=True)
    with pytest.raises(FileNotFoundError, match=r"no file 'no\.csv'"):
        read(f"{tmp_path / '07.geojson'},no.csv", quiet=True)


def test_the_files_of_two_departements_are_read_as_they_were_published(shared_data: Path) -> None:
    folder = shared_data / "fr" / "finess"
    care = read(f"{folder / 'finess_07.csv'},{folder / 'finess_26.csv'}").points
    wanted = [ds.read_finess(folder / f"finess_{code}.csv") for code in ("07", "26")]
    assert len(care) == sum(table.geometry.notna().sum() for table in wanted)
    assert set(care["departement"]) == {"07", "26"}
    chosen = read(
        f"{folder / 'finess_07.csv'}:hospital,msp,{folder / 'finess_26.csv'}:hospital"
    ).points
    is_wanted = (care["kind"] == "hospital") | (
        (care["kind"] == "msp") & (care["departement"] == "07")
    )
    assert chosen.index.tolist() == care.index[is_wanted].tolist()


def test_the_extract_gives_its_own_places(care: gpd.GeoDataFrame) -> None:
    extract = {"extracts": [ds.demo_extract()], "quiet": True}
    assert len(read("@care", **extract)) == len(care)
    chosen = read("@care:gp,pharmacy", **extract).points
    assert sorted(set(chosen["kind"])) == ["gp", "pharmacy"]
    assert set(read("@villages", **extract).points["place"]) == {"village", "hamlet"}
    communes = read("@communes", extracts=[ds.demo_sketch()], quiet=True).points
    assert communes.loc["07005", "name"] == "Alba-la-Romaine"
    assert EXTRACT != SKETCH


def test_a_commune_without_people_is_left_aside_and_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    communes = read("@communes", extracts=[ds.demo_sketch()], quiet=False).points
    assert communes["population"].notna().all()
    # Parts of Valherbasse, each with its code still.
    assert not communes["name"].isin(["Miribel", "Saint-Bonnet-de-Valclérieux"]).any()
    said = capsys.readouterr().err
    assert "@communes laisse de côté 2 sans population\u202f: " in said
    assert "Miribel" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "id;lon;lat\na;4,5;44,6\nb;x;44,6\nc;4,y;44\n",
            "no number in the column 'lon', in 2 lines: 3, 4 \\('x'\\)",
        ),
        ("id;lon;lat\na;4,5;44,6\nb;;44,6\n", "has no 'lon' in 1 line: 3"),
        ("id;lon;lat\na;4,5;44,6;1\n", "more fields than columns in 1 line: 2"),
        ("id;lon;lat\na;4,5;44,6\na;4,6;44,6\n", "repeats 1 id: 'a' in the column 'id'"),
        ("id;lon;lat\n;4,5;44,6\n", r"has no id in 1 row: 1 \(counted from 1\)"),
        ("ident;longi;latt\n1;2;3\n", "no columns of positions .* it has 'ident', 'longi', 'latt'"),
        ("id;lon;lat\n", "has no row"),
        ("", "is empty"),
        ('id;lon;lat\na;"4,5;44,6\n', "is not a table throughout"),
        ("id;name;lon;lat\na;Ã©tÃ©;4;44\n", "damaged by a wrong encoding"),
    ],
)
def test_a_table_that_cannot_be_told_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ds.InputError, match=message) as refused:
        read(path)
    assert "bad.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("nowhere.csv", FileNotFoundError, "no file 'nowhere.csv' for ORIGINES"),
        ("/", ds.InputError, "/ is a folder"),
        (EXTRACT, ds.InputError, "is an extract; for its places give @places"),
        ("@places", ds.InputError, "name it with --extract"),
        ("@palces", ds.InputError, "did you mean @places"),
        ("@places:gp", ds.InputError, "is none of @places"),
    ],
)
def test_what_is_no_layer_is_refused(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read(text)


def test_kinds_that_nobody_has_are_refused() -> None:
    extracts = [ds.demo_extract()]
    with pytest.raises(ds.InputError, match="does not know 1 kind: 'doctor'; there are gp, "):
        read("@care:doctor", extracts=extracts)
    with pytest.raises(ds.InputError, match=r"no care point of smur; it has pharmacy \(23\), "):
        read("@care:smur", extracts=extracts)


def test_columns_that_are_not_there_are_refused_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("id;lon;lat\na;4,5;44,6\n", encoding="utf-8")
    for option in ("id", "name"):
        with pytest.raises(ds.InputError, match=f"no column 'zz' for --{option}; it has 'id', "):
            read(path, **{option: "zz"})


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes("id;lon;lat\na;4,5;44,6\n".encode("utf-16"))
    with pytest.raises(ds.TableError, match="save it as CSV UTF-8"):
        read(path)
    damaged = tmp_path / "d.gpkg"
    damaged.write_bytes(b"SQLite format 3\x00 and no more")
    with pytest.raises(ds.TableError, match="is not a layer that can be read, or is damaged"):
        read(damaged)
