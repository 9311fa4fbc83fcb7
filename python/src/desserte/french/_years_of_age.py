"""How many people are there of each year of age?

INSEE's TD_POP1B counts them by commune, sex and age up to 100: a row each, seven
million for the country, or a column each. Both become a column a year of age.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from desserte._lazy import np, pd
from desserte.errors import TableError
from desserte.french._ages import People, added_up, band
from desserte.french._layouts import plain
from desserte.french._tables import TextTable, read_chunks, read_rows
from desserte.french._values import commune_codes, numbers_of, texts_of

if TYPE_CHECKING:
    from desserte.french._ledger import Ledger

__all__ = ["by_year_of_age", "by_year_of_age_wide"]

_WIDE = re.compile(r"sexe(\d)_aged100(\d{3})")
_SEXES = {"1": "men", "2": "women"}
_WHOLE_COMMUNE = "COM"


def by_year_of_age(table: TextTable, ledger: Ledger) -> People:
    """A row a commune, a sex and a year of age, read part by part."""
    fields = table.found.fields
    sums: list[Any] = []
    names: dict[str, Any] = {}
    count = 0
    for part in read_chunks(table):
        count += len(part)
        rows = _communes_only(part, fields, ledger)
        numbers = numbers_of(rows[fields["nb"]], fields["nb"], table.name, ledger).to_frame("nb")
        keys = [rows[fields[key]].str.strip() for key in ("insee_code", "sexe", "aged100")]
        sums.append(added_up(numbers, keys))
        if "name" in fields:
            names |= dict(zip(keys[0], texts_of(rows[fields["name"]]), strict=True))
    ledger.rows(count)
    table.opened(ledger, rows=count)
    # A commune may lie across two parts.
    long = pd.concat(sums)
    long = added_up(long, [long.index.get_level_values(level) for level in range(3)])
    return _people(long["nb"], names, table.name)


def by_year_of_age_wide(table: TextTable, ledger: Ledger) -> People:
    """A row a commune, a column a sex and a year of age."""
    fields = table.found.fields
    columns = {c: m.groups() for c in table.found.columns if (m := _WIDE.fullmatch(plain(c)))}
    taken = [fields[key] for key in ("insee_code", "name", "level") if key in fields]
    rows = read_rows(table, [*taken, *columns])
    ledger.rows(len(rows))
    table.opened(ledger, rows=len(rows))
    rows = _communes_only(rows, fields, ledger)
    codes = rows[fields["insee_code"]].str.strip()
    people = [
        pd.DataFrame(
            {"nb": numbers_of(rows[column], column, table.name, ledger).to_numpy()}
        ).set_axis(pd.MultiIndex.from_arrays([codes, [sex] * len(rows), [age] * len(rows)]))
        for column, (sex, age) in columns.items()
    ]
    named = texts_of(rows[fields["name"]]) if "name" in fields else [None] * len(rows)
    return _people(pd.concat(people)["nb"], dict(zip(codes, named, strict=True)), table.name)


def _people(long: pd.Series, names: dict[str, Any], file: str) -> People:
    """Numbers by commune, sex and age as a table: totals, then a column a year of age."""
    codes, sexes, ages = (long.index.get_level_values(level) for level in range(3))
    commune_codes(pd.Series(codes.unique()), file)
    if unknown := sorted(set(sexes.unique()) - set(_SEXES)):
        raise TableError(f"{file} has a SEXE that is neither 1 nor 2: {', '.join(unknown)}")
    if unknown := [age for age in ages.unique() if not str(age).isdigit()]:
        raise TableError(
            f"{file} has an AGED100 that is no age: {', '.join(map(str, unknown[:5]))}"
        )
    frame = long.to_frame("nb")
    by_sex = _wide(added_up(frame, [codes, sexes]))
    years = ages.astype(int)
    by_age = _wide(added_up(frame, [codes, years])).sort_index(axis=1)
    oldest = max(by_age.columns)
    by_age.columns = [band(age, None if age == oldest else age) for age in by_age.columns]
    table = pd.DataFrame(index=by_age.index)
    table["name"] = [names.get(code) for code in table.index]
    table["population"] = by_age.sum(axis=1, skipna=False)
    for sex, word in _SEXES.items():
        if sex in by_sex:
            table[word] = by_sex[sex]
    return People(pd.concat([table, by_age], axis=1), None, [])


def _wide(sums: pd.DataFrame) -> pd.DataFrame:
    """The second key as columns; nobody where there is no row, unknown where the sum is."""
    numbers = sums["nb"]
    is_there = pd.Series(data=True, index=numbers.index).unstack().notna()
    return numbers.unstack().where(is_there, 0.0)


def _communes_only(rows: pd.DataFrame, fields: dict[str, str], ledger: Ledger) -> pd.DataFrame:
    """Without the municipal arrondissements, where the file names its levels."""
    if "level" not in fields:
        return rows
    is_commune = (rows[fields["level"]] == _WHOLE_COMMUNE).to_numpy()
    ledger.drop(int(np.sum(~is_commune)), "no whole commune")
    return rows[is_commune]
