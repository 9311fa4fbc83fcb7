"""Who practises, as what, and at which sites?

The *Annuaire santé* lists the activities of every practitioner in France, two
million rows without a position or an age. One person may have several sites:
counted whole at each, a doctor would be two. No name of a person is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import pd
from desserte.errors import InputError
from desserte.french._kinds import kind_table
from desserte.french._ledger import Ledger
from desserte.french._tables import TextTable, read_chunks, text_tables
from desserte.french._values import COMMUNE, by_id, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from desserte._checks import Paths

__all__ = ["read_rpps"]

_READER = "read_rpps"
_COLUMNS = {
    "practitioner": "practitioner_id",
    "profession_code": "profession_code",
    "skill_code": "skill_code",
    "mode": "mode",
    "sector": "sector",
    "finess": "finess",
    "siret": "siret",
    "structure": "structure",
    "site_name": "site_name",
    "postal_code": "postal_code",
    "insee_code": "insee_code",
}
# Practices (alone, in a group, in a company); health centres, whose staff is salaried.
_PRACTICES = ("SA07", "SA08", "SA09")
_CENTRES = ("SA05", *_PRACTICES)
_SITE = ("finess", "siret", "structure")


def read_rpps(path: Paths, *, professions: Iterable[str] | None = None) -> pd.DataFrame:
    """Reads the practitioners of the Annuaire santé, a row a person and a site.

    Parameters
    ----------
    path
        ``PS_LibreAcces_Personne_activite_....txt``, or the ZIP with it. It is read
        some rows at a time.
    professions
        Kinds (``["gp", "nurse"]``); where None, those that the table of the package
        knows: doctors, pharmacists, dentists, midwives, nurses,
        physiotherapists, speech therapists.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``activity_id``, which is a column too: the number of the
        person and of the site ("10001234567/2"). ``activity_id``,
        ``practitioner_id``, ``kind``, ``profession_code``, ``skill_code``,
        ``mode`` and ``sector`` (ANS codes), ``ambulatory``, ``share``, ``finess``,
        ``siret``, ``structure``, ``site_name``, ``postal_code`` and ``insee_code``
        (missing where the file has none, or none that is sound). ``ambulatory``
        is whether it is care in town: independent in a practice (SA07 to SA09),
        or salaried in a health centre (SA05) or practice. ``share`` is one over the
        ambulatory sites of the person, ``NaN`` elsewhere, so that the shares of a
        kind add up to persons. ``attrs`` says which files, and how many rows were
        read, kept and dropped, and why.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of the free access file.
    InputError
        If a profession is none that the RPPS tells.

    Examples
    --------
    A doctor with two practices is half a doctor at each.

    >>> columns = ["Identification nationale PP", "Code profession", "Code savoir-faire"]
    >>> columns += ["Code mode exercice", "Code secteur d'activité", "Numéro FINESS site"]
    >>> columns += ["Numéro SIRET site", "Code commune (coord. structure)"]
    >>> doctor = ["10001234567", "10", "SM54", "L", "SA07", None]
    >>> rows = [[*doctor, "12345678900011", "07132"], [*doctor, "12345678900029", "07186"]]
    >>> pd.DataFrame(rows, columns=columns).to_csv("rpps.txt", sep="|", index=False)
    >>> gps = ds.read_rpps("rpps.txt", professions=["gp"])
    >>> gps.groupby("insee_code")["share"].sum().to_dict()
    {'07132': 0.5, '07186': 0.5}
    """
    wanted = _checked(professions)
    ledger = Ledger(_READER)
    parts = [part for table in text_tables(path, _READER) for part in _read(table, wanted, ledger)]
    rows = _once(pd.concat(parts, ignore_index=True), ledger)
    rows["ambulatory"] = _ambulatory(rows)
    sites = rows["ambulatory"].groupby(_person(rows)).transform("sum")
    rows["share"] = (1.0 / sites.where(rows["ambulatory"])).astype("float64")
    count = rows.groupby("practitioner_id").cumcount() + 1
    rows.insert(0, "activity_id", rows["practitioner_id"] + "/" + count.astype(str))
    first = ["activity_id", "practitioner_id", "kind", "profession_code", "skill_code"]
    first += ["mode", "sector", "ambulatory", "share"]
    rows = by_id(rows[[*first, *(name for name in rows if name not in first)]], "activity_id")
    rows.attrs = ledger.attrs()
    return rows


def _read(table: TextTable, wanted: list[str] | None, ledger: Ledger) -> Iterator[pd.DataFrame]:
    """The activities of one file, some at a time."""
    fields = table.found.fields
    count = 0
    for part in read_chunks(table):
        count += len(part)
        kinds = _kinds(part[fields["profession_code"]], part[fields["skill_code"]])
        is_wanted = kinds.notna() if wanted is None else kinds.isin(wanted)
        ledger.drop(int((~is_wanted).sum()), "of another profession")
        rows = pd.DataFrame(
            {
                name: texts_of(part.loc[is_wanted, fields[field]]) if field in fields else None
                for field, name in _COLUMNS.items()
            },
            index=part.index[is_wanted],
        )
        rows.insert(1, "kind", kinds[is_wanted])
        is_code = rows["insee_code"].astype("string").str.fullmatch(COMMUNE).fillna(value=False)
        ledger.note(int((~is_code).sum()), "without a sound code of a commune")
        rows["insee_code"] = rows["insee_code"].where(is_code.astype(bool), None)
        yield rows
    ledger.rows(count)
    table.opened(ledger, rows=count)


def _kinds(professions: pd.Series, skills: pd.Series) -> pd.Series:
    """The kind of each row; a doctor's is decided by the skill."""
    table = kind_table("rpps")
    plain = table[table["skills"].isna()].set_index("code")["kind"]
    kinds = professions.str.strip().map(plain).astype(object)
    for _, row in table[table["skills"].notna()].iterrows():
        has_skill = skills.str.strip().isin(row["skills"].split())
        kinds[(professions.str.strip() == row["code"]) & has_skill] = row["kind"]
    return kinds


def _once(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """One row a person, a kind and a site: other skills and duties repeat it."""
    has_site = rows[list(_SITE)].notna().any(axis=1)
    keys = [*_SITE, "practitioner_id", "kind", "mode", "insee_code"]
    again = has_site & rows.duplicated(keys)
    again |= ~has_site & rows.duplicated([*keys, "postal_code", "sector"])
    ledger.drop(int(again.sum()), "the same person at the same site again (another skill or duty)")
    return rows[~again].reset_index(drop=True)


def _ambulatory(rows: pd.DataFrame) -> pd.Series:
    independent = (rows["mode"] == "L") & rows["sector"].isin(_PRACTICES)
    return independent | ((rows["mode"] == "S") & rows["sector"].isin(_CENTRES))


def _person(rows: pd.DataFrame) -> list[Any]:
    return [rows["practitioner_id"], rows["kind"]]


def _checked(professions: Iterable[str] | None) -> list[str] | None:
    if professions is None:
        return None
    wanted = [professions] if isinstance(professions, str) else list(professions)
    known = sorted(set(kind_table("rpps")["kind"]))
    strangers = [kind for kind in wanted if kind not in known]
    if strangers or not wanted:
        raise InputError(
            f"professions are some of {', '.join(known)}, got {some(strangers, 'other')}"
        )
    return wanted
