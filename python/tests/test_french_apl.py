"""The official APL: the workbook and its parameters, CSVs, years, and the shared figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from french import write

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

UNTYPED: Any = ds
GP = "APL aux médecins généralistes"
HEADER = [
    *("Code commune INSEE", "Commune", GP, f"{GP} de 65 ans et moins"),
    *(f"{GP} de 62 ans ou moins ", f"{GP} de 60 ans et moins"),
    *("Population standardisée 2022 pour la médecine générale", "Population totale 2022"),
]
UNIT = "En nombre de consultations/visites accessibles par habitant standardisé"
PARAMETERS = [
    ["Paramètres de l'indicateur d'APL aux médecins généralistes"],
    ["Champ de l'indicateur"],
    ["Omnipraticiens libéraux et salariés"],
    ["Comptabilisation de l'activité"],
    ["Nombre de consultations effectuées", "Nombre de consultations comptabilisées"],
    ["Moins de 250", 0],
    ["Plus de 6 000", 6000],
    ["Exceptions : pour les centres de santé, les bornes ne sont pas appliquées."],
    ["Décroissance de l'accessibilité avec la distance"],
    ["Temps de trajet entre communes", "Accessibilité"],
    ["Moins de  10 minutes", 1],
    ["Entre 10 et 15 minutes", 2 / 3],
    ["Entre 15 et 20 minutes", 1 / 3],
    ["Plus de 20 minutes", 0],
    ["Pondération de la population selon l'âge"],
    ["Tranche d'âge", "Poids en 2023", "Poids en 2024"],
    ["Moins de 5 ans", 1.11, 1.12],
    ["de 5 à 9 ans", 0.6, 0.61],
    ["Plus de 90 ans", 2.1, 2.18],
    ["Sources : DCIR"],
]


def workbook(folder: Path, header: list[str] = HEADER, **sheets: list[list[Any]]) -> Path:
    """A workbook as DREES lays it out; sheets are named by their year."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    parameters = book.create_sheet("Paramètres")
    for row in PARAMETERS:
        parameters.append(row)
    for name, rows in sheets.items():
        sheet = book.create_sheet(f"APL {name[1:]}")
        above = [
            "Indicateur d'APL",
            None,
            f"Millésime : {name[1:]}",
            *["Sources : SNIIR-AM 2019"] * 5,
        ]
        for line in above:
            sheet.append([line])
        sheet.append(header)
        sheet.append([None, None, UNIT, UNIT])
        for row in rows:
            sheet.append(row)
        sheet.append([None] * 12)
    book.save(folder / "drees.xlsx")
    return folder / "drees.xlsx"


ALBA = ["07001", "Alba", 3.0, 2.5, 2.0, 1.5, 410.5, 400]
AJACCIO = ["2A004", "Ajaccio", 3.9, 3.1, 3.0, 2.9, 75673.255, 73822]


def test_every_apl_bears_its_age_limit(tmp_path: Path) -> None:
    apl = ds.read_apl(workbook(tmp_path, y2023=[ALBA], y2024=[ALBA, AJACCIO]))
    assert list(apl.columns) == [
        *("insee_code", "name", "year", "apl_all_ages", "apl_up_to_65", "apl_up_to_62"),
        *("apl_up_to_60", "standardised_population", "population"),
    ]
    assert apl.loc["07001", apl.columns[3:]].tolist() == [3.0, 2.5, 2.0, 1.5, 410.5, 400]
    assert apl.index.tolist() == ["07001", "2A004"]
    assert apl.attrs["profession"] == "gp"
    assert apl.attrs["unit"] == UNIT
    assert (apl.attrs["year"], apl.attrs["years"]) == (2024, [2023, 2024])
    assert apl.attrs["population_year"] == 2022
    assert apl.attrs["columns"]["apl_up_to_62"] == f"{GP} de 62 ans ou moins "


def test_the_parameters_are_those_of_the_year(tmp_path: Path) -> None:
    path = workbook(tmp_path, y2023=[ALBA], y2024=[ALBA])
    parameters = ds.read_apl(path).attrs["parameters"]
    assert parameters["decay"] == {10: 1.0, 15: 2 / 3, 20: 1 / 3}
    assert parameters["age_weights"] == {"0-4": 1.12, "5-9": 0.61, "90+": 2.18}
    assert ["Plus de 6 000", 6000] in parameters["activity"]
    assert parameters["scope"] == "Omnipraticiens libéraux et salariés"
    earlier = ds.read_apl(path, year=2023)
    assert earlier.attrs["parameters"]["age_weights"]["90+"] == 2.1
    assert earlier["year"].tolist() == [2023]


def test_a_year_that_the_file_lacks_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, y2023=[ALBA], y2024=[ALBA])
    with pytest.raises(ds.InputError, match="no APL of 2015; it has 2023, 2024"):
        ds.read_apl(path, year=2015)
    for wrong in ("2023", 2023.0, True):
        with pytest.raises(ds.InputError, match="year is a whole number"):
            UNTYPED.read_apl(path, year=wrong)


def test_midwives_have_their_women(tmp_path: Path) -> None:
    header = [
        *("Code commune INSEE", "Commune", "APL aux sages-femmes"),
        *("Population féminine standardisée 2022 pour les sages-femmes",),
        *("Population totale 2022", "Population féminine 2022"),
    ]
    apl = ds.read_apl(workbook(tmp_path, header, y2024=[["07001", "Alba", 21.5, 205.0, 400, 210]]))
    assert apl.attrs["profession"] == "midwife"
    assert apl.loc["07001", apl.columns[3:]].tolist() == [21.5, 205.0, 400.0, 210.0]
    assert list(apl.columns[3:]) == [
        *("apl_all_ages", "standardised_population", "population", "women"),
    ]


def test_a_secret_cell_is_missing(tmp_path: Path) -> None:
    apl = ds.read_apl(workbook(tmp_path, y2024=[[*ALBA[:3], None, "nd", *ALBA[5:]]]))
    assert apl.loc["07001", ["apl_up_to_65", "apl_up_to_62"]].isna().all()
    assert len(apl.attrs["notes"]) == 2


def test_a_code_that_a_spreadsheet_took_for_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ds.IdError, match="lost their leading zero, in 1 row: '7001'"):
        ds.read_apl(workbook(tmp_path, y2024=[[7001, *ALBA[1:]]]))


def test_another_workbook_is_refused_with_its_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Budget", "Euros"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(ds.TableError, match="columns found: 'Budget', 'Euros'; columns expected"):
        ds.read_apl(tmp_path / "x.xlsx")
    with pytest.raises(ds.TableError, match=r"it looks like APL .*: read it with ds.read_apl"):
        ds.read_finess(workbook(tmp_path, y2024=[ALBA]))


def test_a_csv_holds_one_year_or_several(tmp_path: Path) -> None:
    lines = [
        "code_insee;commune;apl_generalistes;apl_generalistes_moins65;pop_standardisee;pop_totale;annee",
        "07001;Alba;3,1;2,5;410,5;400;2022",
        "07001;Alba;3,0;2,4;411,5;402;2023",
    ]
    apl = ds.read_apl(write(tmp_path / "x.csv", lines), year=2022)
    assert apl.loc["07001", ["apl_all_ages", "apl_up_to_65"]].tolist() == [3.1, 2.5]
    assert apl.attrs["rows"]["dropped"] == {"of another year": 1}
    assert ds.read_apl(tmp_path / "x.csv").attrs["year"] == 2023
    with pytest.raises(ds.InputError, match="reads one file"):
        ds.read_apl([tmp_path / "x.csv", tmp_path / "x.csv"])


@pytest.fixture(scope="module")
def official(request: pytest.FixtureRequest) -> pd.DataFrame:
    folder = request.getfixturevalue("shared_data")
    return ds.read_apl(folder / "fr/apl/apl_generalistes_2022_2023_DREES.xlsx", year=2022)


def test_the_shared_workbook_gives_the_published_means(official: pd.DataFrame) -> None:
    assert len(official) == 34_964
    assert official.attrs["years"] == [2022, 2023]

    def mean(table: pd.DataFrame) -> float:
        weights = table["standardised_population"]
        return float((table["apl_all_ages"] * weights).sum() / weights.sum())

    ardeche = official[official.index.str.startswith("07")]
    assert mean(official) == pytest.approx(3.79, abs=0.005), "published for 2022"
    assert mean(ardeche) == pytest.approx(3.09, abs=0.005)
    assert ardeche.loc[ardeche["apl_all_ages"] < 2.5, "population"].sum() == 91_858
    assert ardeche.loc[ardeche["apl_up_to_65"] < 2.5, "population"].sum() == 120_954


def test_the_shared_workbook_has_the_parameters_of_its_year(official: pd.DataFrame) -> None:
    parameters = official.attrs["parameters"]
    assert parameters["decay"] == pytest.approx({10: 1.0, 15: 2 / 3, 20: 1 / 3})
    assert len(parameters["age_weights"]) == 19
    assert parameters["age_weights"]["90+"] == 2.39
    assert ["Entre 251 et 3 600", 3600] in parameters["activity"]


def test_the_shared_csv_says_the_same_as_the_workbook(
    official: pd.DataFrame, shared_data: Path
) -> None:
    csv = ds.read_apl(shared_data / "fr/apl/apl_generalistes_2022.csv")
    assert len(csv) == 3316
    columns = ["apl_all_ages", "apl_up_to_65", "standardised_population", "population"]
    pd.testing.assert_frame_equal(csv[columns], official.loc[csv.index, columns])
