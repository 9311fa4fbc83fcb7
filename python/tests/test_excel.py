"""Workbooks: what a planner opens, sorts and copies from, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def test_a_result_is_laid_out_to_be_read(
    tmp_path: Path, network: ds.RoadNetwork, villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> None:
    found = ds.nearest(network, villages, care, by="kind", progress=False)
    path = ds.to_excel({"le plus proche": found}, tmp_path / "near.xlsx")
    sheet = openpyxl.load_workbook(path)["le plus proche"]
    assert [cell.value for cell in sheet[1]] == [
        "origine",
        "nom de l'origine",
        "catégorie",
        "rang",
        "destination",
        "nom de la destination",
        "minutes",
        "résultat",
    ]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:H{len(found) + 1}"
    assert sheet.max_row == len(found) + 1
    minutes = [row[6] for row in sheet.iter_rows(min_row=2)]
    assert np.allclose([cell.value for cell in minutes], found["minutes"])
    assert {cell.number_format for cell in minutes} == {"0.0"}
    assert {row[7].value for row in sheet.iter_rows(min_row=2)} == {"oui"}
    assert all(8 <= column.width <= 60 for column in sheet.column_dimensions.values())


def test_the_last_sheet_says_what_the_others_rest_on(
    tmp_path: Path, network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    areas = ds.isochrones(network, villages.head(2), minutes=[5], progress=False)
    times = ds.travel_times(network, villages, villages, max_minutes=30, progress=False).to_frame()
    path = ds.to_excel({"zones": areas, "temps": times}, tmp_path / "both.xlsx")
    said = cells(path, "Hypothèses")
    [extract] = network.manifest["extracts"]
    assert ["Extrait OpenStreetMap", "empreinte (SHA-256)", extract["sha256"]] in said
    assert ["Extrait OpenStreetMap", "date des données", extract["data_date"]] in said
    assert ["Profil", "nom", "voiture (car)"] in said
    assert ["Profil", "limite hors agglomération sans panneau (km/h)", "80"] in said
    assert ["Logiciel", "desserte, version", ds.__version__] in said
    assert ["Tableau « zones »", "seuil (min)", "5"] in said
    assert ["Tableau « temps »", "temps le plus long cherché (min)", "30"] in said
    # Both were made with the same network: told once.
    assert sum(row[2] == extract["sha256"] for row in said) == 1
    english = ds.to_excel(times, tmp_path / "one.xlsx", language="en")
    assert openpyxl.load_workbook(english).sheetnames == ["Table", "Assumptions"]
    assert ["Table “Table”", "longest time looked for (min)", "30"] in cells(english, "Assumptions")
    assert cells(english, "Table")[0] == [*times.columns]


def test_a_sketch_is_called_one(tmp_path: Path) -> None:
    sketched = ds.RoadNetwork.from_pbf(ds.demo_sketch(), progress=False)
    path = ds.to_excel({"vitesses": sketched.speeds()}, tmp_path / "sketch.xlsx")
    assert cells(path, "Hypothèses")[1][2].startswith("CROQUIS : les routes")


def test_a_name_is_no_formula_and_no_error(tmp_path: Path) -> None:
    texts = ['=HYPERLINK("http://x")', "+33 4", "-", "@SUM(A1)", "#N/A", "a\x0bb", "07132", ""]
    table = pd.DataFrame({"name": texts, "minutes": [1.25, np.nan, np.inf, 3, 4, 5, 6, 7]})
    path = ds.to_excel(table, tmp_path / "names.xlsx")
    sheet = openpyxl.load_workbook(path)["Tableau"]
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[0].data_type for row in rows[:-1]} == {"s"}
    assert [row[0].value for row in rows[:-1]] == [*texts[:5], "ab", "07132"]
    assert [row[0].quotePrefix for row in rows[:4]] == [True] * 4
    assert [row[1].value for row in rows[:4]] == [1.25, None, "inf", 3]


def test_points_become_degrees_and_areas_are_left_out(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame(
        {"name": ["Privas", None]},
        geometry=gpd.points_from_xy([823_900, 819_000], [6_404_700, 6_402_000]),
        crs="EPSG:2154",
        index=["07186", "07019"],
    )
    areas = points.set_geometry(points.buffer(100))
    path = ds.to_excel({"points": points, "areas": areas}, tmp_path / "places.xlsx")
    assert cells(path, "areas")[0] == ["identifiant", "nom"]
    heading, first, second = cells(path, "points")
    assert heading == ["identifiant", "nom", "longitude", "latitude"]
    assert first[:2] == ["07186", "Privas"]
    lonlat = points.to_crs("EPSG:4326").geometry
    assert np.allclose([first[2:], second[2:]], np.column_stack([lonlat.x, lonlat.y]))
    assert second[1] is None


def test_figures_have_the_decimals_that_they_deserve(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"population": [1533], "65+": [383.25], "share": [0.25], "apl": [2.71], "rank": [1]}
    )
    sheet = openpyxl.load_workbook(ds.to_excel(table, tmp_path / "f.xlsx"))["Tableau"]
    formats = [cell.number_format for cell in sheet[2]]
    assert formats == ["#,##0", "#,##0", "0.0%", "0.00", "0"]
    assert [cell.value for cell in sheet[2]] == [1533, 383.25, 0.25, 2.71, 1]


def test_sheets_have_names_that_a_workbook_allows(tmp_path: Path) -> None:
    one = pd.DataFrame({"a": [1]})
    long = "temps d'accès aux médecins généralistes"
    names = [long, f"{long} du sud", "a/b:c", "A-B-C", "hypothèses", "History", "'x'"]
    book = openpyxl.load_workbook(ds.to_excel(dict.fromkeys(names, one), tmp_path / "n.xlsx"))
    assert book.sheetnames == [
        "temps d'accès aux médecins géné",
        "temps d'accès aux médecins  (2)",
        "a-b-c",
        "A-B-C (2)",
        "hypothèses",
        "History (2)",
        "x",
        "Hypothèses (2)",
    ]


def test_a_series_and_an_index_of_several_levels_are_tables_too(tmp_path: Path) -> None:
    served = pd.Series([1.5, 2.5], index=pd.Index(["07132", "07186"]), name="apl")
    path = ds.to_excel(served, tmp_path / "s.xlsx")
    assert cells(path, "apl") == [["identifiant", "APL"], ["07132", 1.5], ["07186", 2.5]]
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["kind", None])
    levels = pd.DataFrame({("x", "y"): [1, 2]}, index=index)
    path = ds.to_excel(levels, tmp_path / "l.xlsx")
    assert cells(path, "Tableau")[0] == ["catégorie", "identifiant", "x y"]


def test_what_is_no_parameter_is_left_out(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1]})
    table.attrs = {
        "array": np.zeros(5),
        "frame": table.copy(),
        "ids": [f"c{number}" for number in range(40)],
        "nested": {"deep": {"x": np.float64(1.5), "gone": np.zeros(2)}},
        "seconds": None,
        "is_exact": True,
    }
    said = cells(ds.to_excel({"t": table}, tmp_path / "a.xlsx"), "Hypothèses")
    assert said[1:] == [
        ["Tableau « t »", "identifiants", "40 : c0, c1, c2, c3, c4, ..."],
        ["Tableau « t »", "nested – deep – x", "1,5"],
        ["Tableau « t »", "seconds", "—"],
        ["Tableau « t »", "is_exact", "oui"],
    ]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({}, "without any"),
        ([1, 2], "got list"),
        ({"a": [1]}, r"tables\['a'\] is a DataFrame or a Series, got a list"),
        (
            {"cells": pd.DataFrame({"a": np.zeros(1_048_576)})},
            "'cells' has 1048576 rows and 1 columns, and a sheet holds 1048575 and 16384",
        ),
    ],
)
def test_what_no_workbook_holds_is_refused(tmp_path: Path, tables: Any, message: str) -> None:
    with pytest.raises(ds.InputError, match=message):
        ds.to_excel(tables, tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, path = pd.DataFrame({"a": [1]}), tmp_path / "x.xlsx"
    with pytest.raises(ds.InputError, match=r"whose name ends in \.xlsx, got 'x\.csv'"):
        ds.to_excel(table, "x.csv")
    with pytest.raises(ds.InputError, match="language"):
        ds.to_excel(table, path, language="de")  # type: ignore[arg-type]
    ds.to_excel(table, path)
    before = path.read_bytes()

    def full(part: Path, _: object) -> None:
        part.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(OSError, match="what bore its name is unchanged"):
        ds.to_excel(table, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.xlsx"]
