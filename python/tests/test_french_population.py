"""People by commune and age: each layout of INSEE, SIRSé, and what is refused."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from french import base_cc_header, base_cc_row, joined, write

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

ALBA = [40.0, 30.0, 55.0, 80.0, 100.0, 60.5, 15.0]
BANDS = ["0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+"]


def base_cc(folder: Path, *codes: str, decimal: str = ".") -> Path:
    lines = [joined(base_cc_header())]
    lines += [joined(base_cc_row(code, ALBA)).replace(".", decimal) for code in codes]
    return write(folder / "x.csv", lines)


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_bands_of_the_communes_are_kept(tmp_path: Path, decimal: str) -> None:
    people = ds.read_population(base_cc(tmp_path, "07001", "2B033", decimal=decimal))
    assert people.index.tolist() == ["07001", "2B033"]
    assert people["departement"].tolist() == ["07", "2B"]
    assert people.loc["07001", BANDS].tolist() == ALBA
    assert people.loc["07001", "population"] == 380.5
    assert (people["women"] + people["men"] == people["population"]).all()
    assert people.attrs["bands"] == BANDS
    assert people.attrs["year"] == 2022
    assert people.attrs["years"] == [2016, 2022]


def test_sixty_five_and_over_is_that_of_both_sexes_and_overlaps(tmp_path: Path) -> None:
    people = ds.read_population(base_cc(tmp_path, "07001"))
    assert people.attrs["overlapping"] == ["0-19", "20-64", "65+"]
    assert people.loc["07001", "65+"] == 75.5
    assert people[people.attrs["bands"]].sum(axis=1).tolist() == [380.5]


def test_the_latest_year_is_read(tmp_path: Path) -> None:
    row = base_cc_row("07001", ALBA, old=2.0)
    path = write(tmp_path / "x.csv", [joined(base_cc_header((16, 22))), joined(row)])
    people = ds.read_population(path)
    assert people.attrs["year"] == 2022
    assert people.loc["07001", "population"] == 761.0


def test_empty_and_secret_cells_are_missing_and_never_nought(tmp_path: Path) -> None:
    header, row = base_cc_header((22,)), base_cc_row("07001", ALBA)
    row = row[: len(header)]
    row[3], row[4] = None, "s"
    people = ds.read_population(write(tmp_path / "x.csv", [joined(header), joined(row)]))
    assert people.loc["07001", ["15-29", "30-44"]].isna().all()
    assert people.attrs["notes"] == {
        "P22_POP1529: empty or secret, missing and not 0": 1,
        "P22_POP3044: empty or secret, missing and not 0": 1,
    }


def test_text_among_the_numbers_is_refused(tmp_path: Path) -> None:
    header, row = base_cc_header((22,)), base_cc_row("07001", ALBA)
    row[1] = "beaucoup"
    path = write(tmp_path / "x.csv", [joined(header), joined(row[: len(header)])])
    with pytest.raises(ds.TableError, match="no number in the column 'P22_POP', in 1 row: 'beau"):
        ds.read_population(path)


def test_thousands_are_written_with_blanks(tmp_path: Path) -> None:
    header, row = base_cc_header((22,)), base_cc_row("07001", [number * 1000 for number in ALBA])
    row = ["380 500,0" if cell == 380500.0 else cell for cell in row[: len(header)]]
    people = ds.read_population(write(tmp_path / "x.csv", [joined(header), joined(row)]))
    assert people.loc["07001", "population"] == 380500.0
    row = ["380\u202f500,0" if cell == "380 500,0" else cell for cell in row]
    people = ds.read_population(write(tmp_path / "x.csv", [joined(header), joined(row)]))
    assert people.loc["07001", "population"] == 380500.0


def test_bands_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    header, row = base_cc_header((22,)), base_cc_row("07001", ALBA)
    row[2] = 400.0
    path = write(tmp_path / "x.csv", [joined(header), joined(row[: len(header)])])
    with pytest.raises(
        ds.TableError, match="do not add up to the population in 1 commune: '07001'"
    ):
        ds.read_population(path)


def test_iris_are_added_up_by_commune(tmp_path: Path) -> None:
    bands = ["0002", "0305", "0610", "1117", "1824", "2539", "4054", "5564", "6579", "80P"]
    others = ["0014", "1529", "3044", "4559", "6074", "75P", "0019", "2064", "65P"]
    columns = [f"P21_POP{band}" for band in [*bands, *others]]
    header = ["IRIS", "COM", "TYP_IRIS", "P21_POP", *columns, "P21_POPH", "P21_POPF"]
    first = [10.0, *[1.0] * 10, 3.0, 1.0, 1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 2.0, 5.0, 5.0]
    lines = [joined(["070010101", "07001", "H", *first])]
    lines += [joined(["070010102", "07001", "H", *(2 * value for value in first)])]
    lines += [joined(["070020000", "07002", "Z", *first])]
    people = ds.read_population(write(tmp_path / "x.csv", [joined(header), *lines]))
    assert people.loc["07001", ["population", "0-2", "65+", "80+"]].tolist() == [30, 3, 6, 3]
    assert people.attrs["bands"][0] == "0-2"
    assert people.attrs["bands"][-1] == "80+"
    assert people.attrs["rows"]["read"] == 3
    gap = joined(["070010103", "07001", "H", *[None, *first[1:]]])
    people = ds.read_population(write(tmp_path / "x.csv", [joined(header), *lines, gap]))
    assert np.isnan(people.loc["07001", "population"]), "one unknown part makes the sum unknown"


def td_pop1b(folder: Path, codes: dict[str, str]) -> Path:
    lines = ["NIVEAU;CODGEO;LIBGEO;SEXE;AGED100;NB"]
    for code, level in codes.items():
        for sex in "12":
            lines += [f"{level};{code};Alba;{sex};{age:03};{age / 100}" for age in range(101)]
    return write(folder / "x.csv", lines)


def test_years_of_age_are_columns(tmp_path: Path) -> None:
    path = td_pop1b(tmp_path, {"07001": "COM", "13201": "ARM"})
    people = ds.read_population(path)
    assert people.index.tolist() == ["07001"]
    assert people["name"].tolist() == ["Alba"]
    assert people.loc["07001", ["0", "65", "100+"]].tolist() == [0.0, 1.3, 2.0]
    assert people.loc["07001", "population"] == pytest.approx(101.0)
    assert people.loc["07001", "women"] == pytest.approx(50.5)
    assert len(people.attrs["bands"]) == 101
    assert people.attrs["rows"]["dropped"] == {"no whole commune": 202}
    assert "year" not in people.attrs


def test_an_age_without_a_row_is_nobody_and_an_empty_one_is_unknown(tmp_path: Path) -> None:
    lines = ["CODGEO;LIBGEO;SEXE;AGED100;NB", "07001;Alba;1;000;3", "07001;Alba;1;001;4"]
    lines += ["07002;Berg;2;000;5", "07003;Cros;1;000;", "07003;Cros;2;000;6", "07003;Cros;2;001;1"]
    people = ds.read_population(write(tmp_path / "x.csv", lines))
    assert people.loc["07002", ["0", "1+"]].tolist() == [5, 0]
    assert people.loc["07001", "women"] == 0
    assert np.isnan(people.loc["07003", "0"])
    assert np.isnan(people.loc["07003", "population"])


def test_years_of_age_may_be_a_column_each(tmp_path: Path) -> None:
    ages = range(101)
    header = ["CODGEO", "LIBGEO", *(f"SEXE{s}_AGED100{age:03}" for s in "12" for age in ages)]
    row = ["07001", "Alba", *(age / 100 for _ in "12" for age in ages)]
    wide = ds.read_population(write(tmp_path / "wide.csv", [joined(header), joined(row)]))
    long = ds.read_population(td_pop1b(tmp_path, {"07001": "COM"}))
    assert wide.columns.tolist() == long.columns.tolist()
    np.testing.assert_allclose(wide.iloc[0, 3:].astype(float), long.iloc[0, 3:].astype(float))


def test_a_city_that_is_there_whole_is_not_counted_by_arrondissement_too(tmp_path: Path) -> None:
    people = ds.read_population(base_cc(tmp_path, "69123", "69381", "69389", "07001"))
    assert people.index.tolist() == ["69123", "07001"]
    assert list(people.attrs["rows"]["dropped"].values()) == [2]
    alone = ds.read_population(base_cc(tmp_path, "69381", "69389"))
    assert len(alone) == 2


def test_a_zip_of_insee_holds_its_description_too(tmp_path: Path) -> None:
    path = base_cc(tmp_path, "07001")
    with zipfile.ZipFile(tmp_path / "base.zip", "w") as archive:
        archive.writestr("meta_base-cc.csv", "COD_VAR;LIB_VAR\nP22_POP;Population en 2022\n")
        archive.write(path, "base-cc.CSV")
    people = ds.read_population(tmp_path / "base.zip")
    assert people.attrs["sources"][0]["file"] == "base.zip/base-cc.CSV"
    assert people.loc["07001", "population"] == 380.5


def sirse(folder: Path, *rows: str) -> Path:
    header = (
        "Code;Libellé;Population des moins de 18 ans 2016;Population des 65 ans ou plus 2016;"
        "Population des 65 ans ou plus 2011;Population municipale 2016"
    )
    above = ["SIRSé; ; ; ", "Référentiel géographique : France par commune; ; ; "]
    return write(folder / "x.csv", [*above, header, *rows])


def test_a_table_of_sirse_has_three_bands_of_its_own_year(tmp_path: Path) -> None:
    people = ds.read_population(sirse(tmp_path, "07001;Alba;30;45;99;150"))
    assert people.attrs["bands"] == ["0-17", "18-64", "65+"]
    assert people.loc["07001", ["0-17", "18-64", "65+"]].tolist() == [30, 75, 45]
    assert people.attrs["year"] == 2016


def test_files_of_different_years_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first = sirse(tmp_path / "a", "07002;Berg;30;45;99;150")
    with pytest.raises(ds.TableError, match=r"different years \(2016, 2022\)"):
        ds.read_population([first, base_cc(tmp_path, "07001")])


def test_the_shared_table_has_its_own_total(shared_data: Path) -> None:
    people = ds.read_population(shared_data / "fr/communes/population_65plus_2016.csv")
    assert len(people) == 3317
    assert people.attrs["bands"] == ["0-17", "18-64", "65+"]
    assert people["population"].sum() == 5_390_629
    assert (people[["0-17", "18-64", "65+"]] >= 0).all(axis=None)
    ardeche = people[people["departement"] == "07"]
    assert ardeche["65+"].sum() / ardeche["population"].sum() == pytest.approx(0.24, abs=0.02)
