"""What does DREES say the accessibility of each commune is?

The official *accessibilité potentielle localisée*, by commune and profession.
Every APL has an age limit of its practitioners: with all of them, or without
those who will retire soon. They are different figures, and each column bears
its limit in its name. The parameters of the method, which DREES prints in the
same workbook, come along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from desserte._checks import Paths, file_names
from desserte._lazy import pd
from desserte.errors import InputError
from desserte.french._files import Source, sources
from desserte.french._layouts import Found, plain, refuse_unknown
from desserte.french._ledger import Ledger
from desserte.french._parameters import parameters_of
from desserte.french._tables import TextTable, find_header, read_rows
from desserte.french._values import by_id, commune_codes, numbers_of, refuse_repeated, texts_of
from desserte.french._workbook import Sheet, columns_of, opened, rows_of, sheets

__all__ = ["read_apl"]

_READER = "read_apl"
_APL = re.compile(
    r"apl (?:aux|a la|au) (.+?)(?: (?:ages? )?de (moins de )?(\d\d) ans(?: (?:et|ou) moins)?)?"
)
_APL_CSV = re.compile(r"apl_(\w+?)(?:_moins_?(\d\d))?")
_YEAR = re.compile(r"\b(20\d\d)\b")
_PROFESSIONS = {
    "medecins generalistes": "gp",
    "generalistes": "gp",
    "infirmieres": "nurse",
    "infirmiers": "nurse",
    "masseurs-kinesitherapeutes": "physiotherapist",
    "kinesitherapeutes": "physiotherapist",
    "sages-femmes": "midwife",
    "chirurgiens-dentistes": "dentist",
    "dentistes": "dentist",
}
_ALL_AGES = "apl_all_ages"


@dataclass(frozen=True)
class _Issue:
    """One year of a file: its rows as text, and what its head says."""

    found: Found
    rows: pd.DataFrame
    year: int | None
    years: list[int]
    unit: str | None
    parameters: dict[str, Any] | None
    file: str


def read_apl(path: Paths, *, year: int | None = None) -> pd.DataFrame:
    """Reads the APL that DREES publishes, with its populations and parameters.

    Parameters
    ----------
    path
        The workbook of a profession (sheets ``Paramètres``, ``APL 2022``, ...), or a
        CSV with ``code_insee``, ``apl_...``, ``pop_standardisee``, ``annee``.
    year
        Which year; the latest in the file where None.

    Returns
    -------
    pandas.DataFrame
        A row a commune, indexed by ``insee_code``, which is a column too:
        ``insee_code``, ``name``, ``year``; an APL a column, its age limit in its
        name: ``apl_all_ages``, ``apl_up_to_65``, ``apl_up_to_62``,
        ``apl_up_to_60`` as far as the file has them; ``standardised_population``,
        by which an APL is averaged, and ``population`` (people of all ages, not
        Insee's *population totale*), in which people under a threshold are
        counted. Midwives have ``women`` too. Paris, Lyon and Marseille come by
        arrondissement, Mayotte not at all. ``attrs`` has ``profession``, ``unit``,
        ``year``, ``years`` (all in the file), ``population_year``, ``columns`` (the
        heading of each column as DREES words it) and ``parameters`` where the
        workbook has them: ``decay`` ({minutes below which: weight}, for
        ``ds.decay.steps``), ``age_weights`` ({band: weight} of the year), ``activity``
        and ``scope``.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    TableError
        If the columns are not those of an APL.
    IdError
        If a code is of no commune, has lost its leading zero, or comes twice.
    InputError
        If the file does not have the year.

    Examples
    --------
    >>> columns = ["code_insee", "commune", "apl_generalistes", "apl_generalistes_moins65"]
    >>> columns += ["pop_standardisee", "pop_totale", "annee"]
    >>> row = ["07132", "Lalouvesc", 2.31, 1.84, 431.2, 380, 2023]
    >>> pd.DataFrame([row], columns=columns).to_csv("apl.csv", index=False)
    >>> apl = ds.read_apl("apl.csv")
    >>> apl.loc["07132", ["apl_all_ages", "apl_up_to_65"]].tolist()
    [2.31, 1.84]
    >>> apl.attrs["profession"], apl.attrs["year"]
    ('gp', 2023)
    """
    if len(file_names(path)) != 1:
        raise InputError("ds.read_apl reads one file, a profession; read several one by one")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise InputError(f"year is a whole number, as in year=2023, got {year!r}")
    ledger = Ledger(_READER)
    (source, *_) = sources(path, _READER)
    of_form = _of_workbook if source.form == "workbook" else _of_text
    return _table(of_form(source, year, ledger), ledger)


def _of_workbook(source: Source, year: int | None, ledger: Ledger) -> _Issue:
    with opened(source) as book:
        found = sheets(book, _READER)
        by_year = {_year_of(sheet): sheet for sheet in found if sheet.found is not None}
        if not by_year:
            raise refuse_unknown(columns_of(source), _READER, source.name)
        chosen = _choose(year, sorted(by_year), source.name)
        sheet = by_year[chosen]
        rows = rows_of(book, sheet.name, sheet.header_line + 1)
        others = [rows_of(book, other.name) for other in found if other.found is None]
    issue = _of_sheet(sheet, rows, source.name)
    ledger.rows(len(issue.rows))
    ledger.opened(source, issue.found.layout, sheet=sheet.name, year=chosen, rows=len(issue.rows))
    parameters = next((p for rows in others if (p := parameters_of(rows, chosen))), None)
    return replace(issue, year=chosen, years=sorted(by_year), parameters=parameters)


def _of_sheet(sheet: Sheet, rows: list[tuple[Any, ...]], file: str) -> _Issue:
    """The rows below the header, of which the first may hold the units."""
    if sheet.found is None:
        raise refuse_unknown((), _READER, file)
    columns = sheet.found.columns
    units = rows[0] if rows and rows[0][0] is None else None
    # Beyond the last heading the cells are empty: the header says how wide the table is.
    body = [row[: len(columns)] for row in rows[1 if units else 0 :]]
    table = pd.DataFrame(body, columns=list(columns), dtype=object)
    return _Issue(sheet.found, table, None, [], _unit(sheet.found, units), None, file)


def _of_text(source: Source, year: int | None, ledger: Ledger) -> _Issue:
    table = find_header(source, _READER)
    if not isinstance(table, TextTable):
        raise refuse_unknown(table, _READER, source.name)
    fields = table.found.fields
    apls = [column for column in table.found.columns if _age_limit(column)]
    rows = read_rows(table, [*fields.values(), *apls])
    ledger.rows(len(rows))
    table.opened(ledger, rows=len(rows))
    if "year" not in fields:
        if year is not None:
            raise InputError(f"{source.name} has no column annee: leave year out")
        return _Issue(table.found, rows, None, [], None, None, source.name)
    of_row = numbers_of(rows[fields["year"]], fields["year"], source.name)
    years = sorted({int(value) for value in of_row.dropna()})
    chosen = _choose(year, years, source.name)
    is_chosen = of_row == chosen
    ledger.drop(int((~is_chosen).sum()), "of another year")
    rows = rows[is_chosen].reset_index(drop=True)
    return _Issue(table.found, rows, chosen, years, None, None, source.name)


def _table(issue: _Issue, ledger: Ledger) -> pd.DataFrame:
    fields, rows, file = issue.found.fields, issue.rows, issue.file
    codes = commune_codes(rows[fields["insee_code"]], file)
    refuse_repeated(codes, "commune", file)
    columns = {
        "insee_code": codes,
        "name": texts_of(rows[fields["name"]]) if "name" in fields else None,
    }
    table = pd.DataFrame({**columns, "year": pd.array([issue.year] * len(rows), dtype="Int64")})
    headings: dict[str, str] = {}
    for column in issue.found.columns:
        limit = _age_limit(column)
        if limit is not None:
            headings[limit[1]] = column
    for name in ("standardised_population", "population", "women"):
        if name in fields:
            headings[name] = fields[name]
    for name, column in headings.items():
        table[name] = numbers_of(rows[column], column, file, ledger)
    professions = {limit[0] for column in issue.found.columns if (limit := _age_limit(column))}
    table = by_id(table, "insee_code")
    counted = fields.get("population", "")
    table.attrs = ledger.attrs(
        profession=professions.pop() if len(professions) == 1 else None,
        unit=issue.unit,
        year=issue.year,
        years=issue.years,
        population_year=int(match[1]) if (match := _YEAR.search(counted)) else None,
        columns=headings,
        parameters=issue.parameters,
    )
    return table


def _age_limit(column: str) -> tuple[str, str] | None:
    """Profession and name of a column of APL: "apl_all_ages", "apl_up_to_65".

    DREES words one limit in several ways: "de moins de 65 ans", "de 65 ans ou
    moins"; its own reading aid says of the first "65 ans ou moins".
    """
    name = plain(column)
    if match := _APL.fullmatch(name):
        profession, _, limit = match.groups()
    elif match := _APL_CSV.fullmatch(name):
        profession, limit = match.groups()
    else:
        return None
    known = _PROFESSIONS.get(profession, profession)
    return known, _ALL_AGES if limit is None else f"apl_up_to_{limit}"


def _choose(year: int | None, years: list[int], file: str) -> int:
    if not years:
        raise InputError(f"{file} says of no row which year it is")
    if year is None:
        return years[-1]
    if year not in years:
        raise InputError(f"{file} has no APL of {year}; it has {', '.join(map(str, years))}")
    return year


def _year_of(sheet: Sheet) -> int:
    """The year of a sheet: its *millésime*, or that of its title, or of its name."""
    said = [str(cell) for row in sheet.above for cell in row if cell is not None]
    said.sort(key=lambda text: not plain(text).startswith("millesime"))
    years = [match[1] for text in [*said, sheet.name] if (match := _YEAR.search(text))]
    return int(years[0]) if years else 0


def _unit(found: Found, units: tuple[Any, ...] | None) -> str | None:
    """The unit that stands under the first APL."""
    place = next((i for i, column in enumerate(found.columns) if _age_limit(column)), None)
    if units is None or place is None or place >= len(units) or units[place] is None:
        return None
    return str(units[place])
