"""How many people live in each commune, and of what age?

INSEE publishes the same census three ways: bands of age by commune, the same by
IRIS (whose sums give 65 and over), and years of age. FNORS adds SIRSé. Every age
band that the file holds is kept as a column, and ``attrs["bands"]`` says which
of them add up to everyone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from desserte._checks import Paths, some
from desserte._lazy import pd
from desserte.errors import TableError
from desserte.french._ages import People, added_up, ages_of, band, partition, whole_cities
from desserte.french._layouts import plain
from desserte.french._ledger import Ledger
from desserte.french._tables import TextTable, read_rows, text_tables
from desserte.french._values import (
    by_id,
    commune_codes,
    departement_of,
    numbers_of,
    refuse_repeated,
    texts_of,
)
from desserte.french._years_of_age import by_year_of_age, by_year_of_age_wide

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_population"]

_READER = "read_population"
_CENSUS = re.compile(r"p(\d\d)_(pop|h|f)(\d{2})(\d{2}|p)")
_TOTAL = re.compile(r"p(\d\d)_(pop|poph|popf)")
_UNDER = re.compile(r"population des moins de (\d+) ans (\d{4})")
_OVER = re.compile(r"population des (\d+) ans (?:ou|et) plus (\d{4})")
_MUNICIPAL = re.compile(r"population municipale (\d{4})")
_TOTALS = {"pop": "population", "poph": "men", "popf": "women"}
# INSEE's decimals, and whole people rounded band by band: more than this is another mistake.
_ROUNDING_PEOPLE = 15.0
_ROUNDING_SHARE = 0.01


def read_population(path: Paths) -> pd.DataFrame:
    """Reads people by commune and age band.

    Which of these a file is, is seen from its columns: INSEE's ``base-cc``
    (bands by commune) and ``base-ic`` (by IRIS, added up by commune),
    ``TD_POP1B`` (years of age, in either of its forms), or a table of SIRSé.

    Parameters
    ----------
    path
        One file, or several of the same layout and year; a ZIP with one in it.

    Returns
    -------
    pandas.DataFrame
        A row a commune, indexed by ``insee_code``, which is a column too:
        ``insee_code``, ``name``, ``departement``, ``population`` (the *population
        municipale*), ``women`` and ``men`` where the file has them, then a column
        an age band: "0-14", "75-89", "90+", both ages included. People are
        decimals where INSEE's are; ``NaN`` where the cell is empty or secret.
        ``attrs["bands"]`` lists the bands that add up to everyone,
        ``attrs["overlapping"]`` the others, which count the same people again;
        ``attrs["year"]`` is that of the census (absent for ``TD_POP1B``, which
        does not say), ``attrs["years"]`` all that the file holds, of which the
        latest is read. ``attrs`` says too which files, and how many rows were
        read, kept and dropped, and why. Paris, Lyon and Marseille come whole
        where the file has them so.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of a file of population, or the files are
        of different years, or bands do not add up to the population.
    IdError
        If a code is of no commune, has lost its leading zero, or comes twice.

    Examples
    --------
    >>> bands = {"0014": 40, "1529": 30, "3044": 55, "4559": 80, "6074": 100, "7589": 60.5}
    >>> bands["90P"] = 15
    >>> row = {"CODGEO": "07132", "P22_POP": 380.5} | {f"P22_POP{b}": n for b, n in bands.items()}
    >>> pd.DataFrame([row]).to_csv("base-cc.csv", sep=";", decimal=",", index=False)
    >>> people = ds.read_population("base-cc.csv")
    >>> float(people.loc["07132", "75-89"])
    60.5
    >>> people.attrs["year"], people.attrs["bands"][-2:]
    (2022, ['75-89', '90+'])
    """
    ledger = Ledger(_READER)
    parts = [_read(table, ledger) for table in text_tables(path, _READER)]
    years = {part.year for part in parts}
    if len(years) > 1:
        raise TableError(f"the files are of different years ({_listed(years)}); give one year")
    table = whole_cities(pd.concat([part.table for part in parts]), ledger)
    ids = pd.Series(table.index)
    refuse_repeated(ids, "commune", "one of the files")
    bands = [column for column in table.columns if ages_of(column) is not None]
    cut = partition(bands)
    _refuse_gap(table, cut)
    table.insert(0, "insee_code", table.index.to_numpy())
    table.insert(2, "departement", departement_of(ids))
    first = ["insee_code", "name", "departement", "population"]
    sexes = [column for column in ("women", "men") if column in table]
    table = table[[*first, *sexes, *cut, *(column for column in bands if column not in cut)]]
    table = by_id(table, "insee_code")
    table.attrs = ledger.attrs(
        year=parts[0].year,
        years=sorted({year for part in parts for year in part.years}),
        bands=cut,
        overlapping=[column for column in bands if column not in cut],
    )
    return table


def _read(table: TextTable, ledger: Ledger) -> People:
    fields = table.found.fields
    reads: tuple[tuple[str, Callable[[TextTable, Ledger], People]], ...] = (
        ("iris", _of_iris),
        ("aged100", by_year_of_age),
        ("first", by_year_of_age_wide),
        ("band", _of_communes),
    )
    for known, read in reads:
        if known in fields:
            return read(table, ledger)
    return _of_sirse(table, ledger)


def _of_communes(table: TextTable, ledger: Ledger) -> People:
    people, rows, columns, year, years = _census(table, ledger)
    people.index = pd.Index(commune_codes(rows[table.found.fields["insee_code"]], table.name))
    people.insert(0, "name", _names(table, rows))
    return People(_both_sexes(people, columns), year, years)


def _of_iris(table: TextTable, ledger: Ledger) -> People:
    """The IRIS of a commune, added up."""
    people, rows, columns, year, years = _census(table, ledger)
    codes = commune_codes(rows[table.found.fields["insee_code"]], table.name)
    added = added_up(people, codes.to_numpy())
    names = pd.Series(_names(table, rows)).groupby(codes.to_numpy(), sort=False).first()
    added.insert(0, "name", names)
    return People(_both_sexes(added, columns), year, years)


def _census(
    table: TextTable, ledger: Ledger
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, tuple[str, str]], int, list[int]]:
    """The latest year of a census file: numbers by sex and band, in the order of the file."""
    matches = {column: _census_column(column) for column in table.found.columns}
    years = sorted({2000 + int(match[0]) for match in matches.values() if match})
    year = years[-1]
    columns = {
        column: (match[1], match[2])
        for column, match in matches.items()
        if match and 2000 + int(match[0]) == year
    }
    taken = {table.found.fields[key] for key in ("insee_code", "name") if key in table.found.fields}
    rows = read_rows(table, [*taken, *columns])
    ledger.rows(len(rows))
    table.opened(ledger, year=year, rows=len(rows))
    people = pd.DataFrame(
        {column: numbers_of(rows[column], column, table.name, ledger) for column in columns}
    )
    return people, rows, columns, year, years


def _census_column(column: str) -> tuple[str, str, str] | None:
    """Year, sex ("pop", "h", "f") and band of a column; the band is empty for a total."""
    name = plain(column)
    if match := _TOTAL.fullmatch(name):
        return match[1], match[2], ""
    if match := _CENSUS.fullmatch(name):
        year, sex, first, last = match.groups()
        return year, sex, band(int(first), None if last == "p" else int(last))
    return None


def _both_sexes(people: pd.DataFrame, columns: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Totals and bands of women and men together, by their names.

    The file of the communes gives some bands by sex alone (65 and over): they
    are added up.
    """
    by_sex: dict[tuple[str, str], str] = {key: column for column, key in columns.items()}
    table = people[["name"]].copy()
    for (sex, ages), column in by_sex.items():
        if not ages:
            table[_TOTALS[sex]] = people[column]
        elif sex == "pop":
            table[ages] = people[column]
    for (sex, ages), column in by_sex.items():
        if sex == "h" and ages and ages not in table and ("f", ages) in by_sex:
            table[ages] = people[column] + people[by_sex["f", ages]]
    return table


def _of_sirse(table: TextTable, ledger: Ledger) -> People:
    """Some ages of one year; what is left between the youngest and the oldest, by difference.

    Columns of another year than the total's are not read: shares over another
    population would be wrong.
    """
    fields = table.found.fields
    total = _MUNICIPAL.fullmatch(plain(fields["population"]))
    year = int(total[1]) if total else 0
    columns = {c: ages for c in table.found.columns if (ages := _sirse_band(c, year))}
    rows = read_rows(table, [*fields.values(), *columns])
    ledger.rows(len(rows))
    table.opened(ledger, year=year, rows=len(rows))
    people = pd.DataFrame({"name": _names(table, rows)}, index=rows.index)
    for column, name in {fields["population"]: "population", **columns}.items():
        people[name] = numbers_of(rows[column], column, table.name, ledger)
    people.index = pd.Index(commune_codes(rows[fields["insee_code"]], table.name))
    return People(_with_middle(people), year, [year])


def _sirse_band(column: str, year: int) -> str | None:
    """The band of a column of SIRSé of this year."""
    name = plain(column)
    if (match := _UNDER.fullmatch(name)) and int(match[2]) == year:
        return band(0, int(match[1]) - 1)
    if (match := _OVER.fullmatch(name)) and int(match[2]) == year:
        return band(int(match[1]), None)
    return None


def _with_middle(people: pd.DataFrame) -> pd.DataFrame:
    """The band between the youngest and the oldest, by difference."""
    known = [ages for column in people.columns if (ages := ages_of(column))]
    youngest = [last for first, last in known if first == 0 and last is not None]
    oldest = [first for first, last in known if last is None]
    if len(known) == 2 and youngest and oldest and youngest[0] + 1 < oldest[0]:  # noqa: PLR2004 - the two ends
        ends = people[band(0, youngest[0])] + people[band(oldest[0], None)]
        people[band(youngest[0] + 1, oldest[0] - 1)] = people["population"] - ends
    return people


def _names(table: TextTable, rows: pd.DataFrame) -> Any:
    """Names of the communes, missing where the file has none."""
    column = table.found.fields.get("name")
    return [None] * len(rows) if column is None else texts_of(rows[column]).to_numpy()


def _refuse_gap(table: pd.DataFrame, cut: list[str]) -> None:
    """Refuses bands that do not add up to the population, rounding aside."""
    if not cut:
        return
    gap = (table[cut].sum(axis=1, skipna=False) - table["population"]).abs()
    wrong = gap > _ROUNDING_PEOPLE + _ROUNDING_SHARE * table["population"]
    if wrong.any():
        raise TableError(
            f"the age bands do not add up to the population in "
            f"{some(table.index[wrong].tolist(), 'commune')}; is this the file as published?"
        )


def _listed(years: set[int | None]) -> str:
    return ", ".join(sorted("unknown" if year is None else str(year) for year in years))
