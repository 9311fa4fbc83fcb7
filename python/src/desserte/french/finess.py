"""Which establishments give care, where, and of which kind?

FINESS is published in several layouts: *etalab*, two types of rows without a
header, in Lambert 93 or the projection of an overseas département; the table
of Atlasanté, in degrees; tables made from them. What is told is the same.

A *maison de santé* is a legal site there, not a number of doctors, and private
practices are not in FINESS at all: count neither as supply of an APL.
"""

from __future__ import annotations

import csv
from typing import Any

from desserte._checks import Paths, some
from desserte._frames import LONLAT
from desserte._lazy import gpd, pd
from desserte.errors import IdError, TableError
from desserte.french._kinds import kind_table
from desserte.french._ledger import Ledger
from desserte.french._positions import FINESS_CRS, points_of, projected
from desserte.french._tables import TextTable, read_rows, text_tables
from desserte.french._values import COMMUNE, by_id, numbers_of, refuse_repeated, texts_of

__all__ = ["read_finess"]

_READER = "read_finess"
_NUMBER = r"(?:\d\d|2[AB])\w{7}"
# The rows of etalab have no header. Positions, counted from 0, of what is read.
_STRUCTURE = {
    "finess": 1,
    "finess_legal": 2,
    "name": 3,
    "commune": 12,
    "dep": 13,
    "category_code": 18,
    "category": 19,
}
_POSITION = {"finess": 1, "x": 2, "y": 3, "crs": 4}
_MOST_FIELDS = 60
# FINESS writes overseas départements with a letter.
_OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9E": "975", "9F": "976"}
_YES_NO = {"OUI": True, "TRUE": True, "NON": False, "FALSE": False}


def read_finess(path: Paths) -> gpd.GeoDataFrame:
    """Reads the care establishments of FINESS.

    Which of these a file is, is seen from its columns: the geolocated stock
    *etalab* (rows ``structureet`` and ``geolocalisation``); ``t-finess`` of
    Atlasanté; a table with a row an establishment, in degrees (``lat``,
    ``lon``) or in metres (``coordxet``, ``coordyet``, ``sourcecoordet``).

    Parameters
    ----------
    path
        One file, or several; a ZIP with one in it.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, a row an establishment, indexed by ``finess``, which
        is a column too: ``finess``, ``finess_legal`` (of its legal entity),
        ``name``, ``category_code`` and ``category`` as FINESS has them, ``kind``
        (one of ``ds.KINDS``; "other" is what is none of them, and often no
        care), ``departement`` and ``insee_code`` (missing where the file has no
        commune), ``capacity`` (missing: no geolocated file has it),
        ``emergency`` (missing where the file does not say) and ``geometry``,
        empty where FINESS has no position. ``attrs`` says which files and of
        which date, how many rows were read, kept and dropped, and why; its
        ``notes`` count what has no position, and what shares it with others:
        often the town hall.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of a file of FINESS establishments.
    IdError
        If a FINESS number is none, or comes twice.
    CrsError
        If coordinates are no degrees though the file says so.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = '''nofinesset,rs,categetab,libcategetab,lat,lon
    ... 070000013,CH DES VALS D'ARDECHE,355,Centre Hospitalier,44.7318,4.5873
    ... 070004999,PHARMACIE DU PONT,620,Pharmacie d'Officine,44.7350,4.5990'''
    >>> _ = Path("finess.csv").write_text(table)
    >>> finess = ds.read_finess("finess.csv")
    >>> finess.loc["070000013", ["kind", "departement"]].tolist()
    ['hospital', '07']
    >>> finess["kind"].value_counts().to_dict()
    {'hospital': 1, 'pharmacy': 1}
    """
    ledger = Ledger(_READER)
    tables = [_read(table, ledger) for table in text_tables(path, _READER)]
    rows = pd.concat(tables, ignore_index=True)
    same = rows.duplicated()
    ledger.drop(int(same.sum()), "the same row again")
    rows = rows[~same].reset_index(drop=True)
    refuse_repeated(rows["finess"], "establishment", "one of the files")
    known = kind_table("finess").set_index("code")["kind"]
    shared = rows.duplicated(["lon", "lat"], keep=False) & rows["lon"].notna()
    ledger.note(int(shared.sum()), "position shared with other establishments")
    dates = sorted(rows["date"].dropna().unique())
    finess = gpd.GeoDataFrame(
        {
            **{name: rows[name] for name in ("finess", "finess_legal", "name")},
            **{name: rows[name] for name in ("category_code", "category")},
            "kind": rows["category_code"].map(known).fillna("other").astype(object),
            "departement": rows["departement"],
            "insee_code": rows["insee_code"],
            "capacity": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "emergency": rows["emergency"],
        },
        geometry=points_of(rows["lon"], rows["lat"], rows["finess"], "FINESS", ledger),
        crs=LONLAT,
    )
    finess = by_id(finess, "finess")
    finess.attrs = ledger.attrs(date=dates[-1] if dates else None)
    return finess


def _read(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    """The rows of one file under the names that all of them have here."""
    fields = table.found.fields
    if "structureet" in fields:
        rows = _etalab(table, ledger)
    elif "etat" in fields:
        rows = _atlasante(table, ledger)
    else:
        rows = _named(table, ledger)
    rows["finess"] = _numbers(rows["finess"], table.name)
    rows["category_code"] = texts_of(rows["category_code"])
    if "departement" not in rows:
        rows["departement"] = rows["finess"].map(_departement_of_number)
    rows["insee_code"] = _insee_codes(rows, ledger)
    wanted = [
        *("finess", "finess_legal", "name", "category_code", "category", "departement"),
        *("insee_code", "emergency", "lon", "lat", "date"),
    ]
    for name in wanted:
        if name not in rows:
            rows[name] = (
                pd.array([pd.NA] * len(rows), dtype="boolean") if name == "emergency" else None
            )
    return rows[wanted]


def _etalab(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    """Rows of two types: the establishment, and its position."""
    rows, date = _two_types(table)
    kinds = rows[0]
    ledger.rows(len(rows))
    table.opened(ledger, date=date, rows=len(rows))
    is_place, is_position = kinds == "structureet", kinds == "geolocalisation"
    for kind, count in kinds[~is_place & ~is_position].value_counts(dropna=False).items():
        ledger.drop(int(count), f"row of another type ({kind})")
    places = rows.loc[is_place, list(_STRUCTURE.values())].set_axis(list(_STRUCTURE), axis=1)
    spots = rows.loc[is_position, list(_POSITION.values())].set_axis(list(_POSITION), axis=1)
    ledger.drop(int(is_position.sum()), "position, joined to its establishment")
    strangers = ~spots["finess"].isin(places["finess"])
    ledger.note(int(strangers.sum()), "position of an establishment that is not in the file")
    spots = spots[~strangers].drop_duplicates("finess")
    places = places.merge(spots, on="finess", how="left").reset_index(drop=True)
    _refuse_shifted(places, table.name)
    places["lon"], places["lat"] = _from_metres(places, table, ledger)
    places["departement"] = _departements(places["dep"])
    places["date"] = date
    return places


def _two_types(table: TextTable) -> tuple[pd.DataFrame, str | None]:
    """All rows, a column a position; and the date of the first line."""
    with table.source.open() as file:
        first = file.readline().decode(table.encoding).strip().split(";")
    is_titled = first[0] == "finess"
    try:
        with table.source.open() as file:
            rows = pd.read_csv(
                file,
                encoding=table.encoding,
                sep=";",
                header=None,
                names=range(_MOST_FIELDS),
                skiprows=1 if is_titled else 0,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                # A lone quotation mark in a name would swallow the rows that follow.
                quoting=csv.QUOTE_NONE,
            )
    except pd.errors.ParserError as error:
        raise TableError(f"{table.name} is no FINESS table throughout: {error}") from error
    rows = rows.apply(lambda column: column.str.strip('"') if column.notna().any() else column)
    return rows, (first[-1] or None) if is_titled else None


def _refuse_shifted(places: pd.DataFrame, file: str) -> None:
    """Without a header the meaning is in the position: refuses rows where it cannot be."""
    bad = ~places["category_code"].astype("string").str.fullmatch(r"\d{3}").fillna(value=False)
    if bad.any():
        raise TableError(
            f"{file} has rows structureet whose 19th field is no category of three digits, in "
            f"{some(places.loc[bad.to_numpy(dtype=bool), 'finess'].tolist())}; "
            "take the stock cs1100507 (géolocalisé) as it was published"
        )


def _atlasante(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    fields = table.found.fields
    rows = read_rows(table)
    ledger.rows(len(rows))
    dates = (
        texts_of(rows[fields["date_extract_finess"]]).dropna()
        if "date_extract_finess" in fields
        else None
    )
    date = max(dates) if dates is not None and len(dates) else None
    table.opened(ledger, date=date, rows=len(rows))
    is_current = rows[fields["etat"]].str.strip() == "ACTUEL"
    ledger.drop(int((~is_current).sum()), "no longer open (etat is not ACTUEL)")
    is_place = rows[fields["type"]].str.strip() == "ET"
    ledger.drop(int((is_current & ~is_place).sum()), "a legal entity (type is not ET)")
    rows = rows[is_current & is_place].reset_index(drop=True)
    return pd.DataFrame(
        {
            "finess": rows[fields["finess"]],
            "finess_legal": _optional(rows, fields, "ej_finess"),
            "name": texts_of(rows[fields["rs"]]),
            "category_code": rows[fields["categ_code"]],
            "category": _optional(rows, fields, "categ_lib"),
            "emergency": _yes_no(rows, fields),
            "insee_code": _optional(rows, fields, "com_code"),
            "lon": numbers_of(rows[fields["geoloc_4326_long"]], "geoloc_4326_long", table.name),
            "lat": numbers_of(rows[fields["geoloc_4326_lat"]], "geoloc_4326_lat", table.name),
            "date": date,
        }
    )


def _named(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    """A row an establishment, with a header; positions in degrees or in metres."""
    fields = table.found.fields
    rows = read_rows(table)
    ledger.rows(len(rows))
    table.opened(ledger, rows=len(rows))
    found = pd.DataFrame(
        {
            "finess": rows[fields["nofinesset"]],
            "finess_legal": _optional(rows, fields, "nofinessej"),
            "name": texts_of(rows[fields["rs"]]),
            "category_code": rows[fields["categetab"]],
            "category": _optional(rows, fields, "libcategetab"),
            "date": _optional(rows, fields, "date_maj"),
        }
    )
    if "coordxet" in fields:
        for name, field in {"x": "coordxet", "y": "coordyet", "crs": "sourcecoordet"}.items():
            found[name] = rows[fields[field]]
        found["commune"], found["dep"] = rows[fields["commune"]], rows[fields["departement"]]
        found["departement"] = _departements(found["dep"])
        found["lon"], found["lat"] = _from_metres(found, table, ledger)
        return found
    for name in ("lon", "lat"):
        found[name] = numbers_of(rows[fields[name]], name, table.name)
    return found


def _from_metres(rows: pd.DataFrame, table: TextTable, ledger: Ledger) -> tuple[Any, Any]:
    """Degrees, by the projection that each row names; missing, and counted, where it is unknown."""
    named = rows["crs"].astype("string").str.split(",").str[-1].str.strip()
    crs = named.map(FINESS_CRS)
    for name, count in named[crs.isna() & named.notna()].value_counts().items():
        ledger.note(int(count), f"position in an unknown projection ({name})")
    x = numbers_of(rows["x"], "coordxet", table.name)
    y = numbers_of(rows["y"], "coordyet", table.name)
    return projected(x, y, crs)


def _numbers(column: pd.Series, file: str) -> pd.Series:
    numbers = texts_of(column)
    sound = numbers.astype("string").str.fullmatch(_NUMBER).fillna(value=False).astype(bool)
    if not sound.all():
        bad = numbers[~sound].tolist()
        raise IdError(
            f"{file} has FINESS numbers that are none (nine characters), in {some(bad)}; "
            "did a spreadsheet take their leading zero?"
        )
    return numbers


def _departements(column: pd.Series) -> pd.Series:
    code = texts_of(column)
    return code.map(lambda dep: _OVERSEAS.get(dep, dep) if dep else None)


def _departement_of_number(number: str) -> str:
    """The département that numbered an establishment: 07..., 2A..., 9701... overseas."""
    if number.startswith("97"):
        return f"97{number[3]}"
    # Mayotte was numbered before it was a département.
    return "976" if number.startswith("98") else number[:2]


def _insee_codes(rows: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Codes of communes: as the file has them, or département and commune put together."""
    if "commune" in rows:
        commune = texts_of(rows["commune"])
        # Overseas the third digit is of both: 971 and 105 are 97105.
        dep = rows["departement"].str[:2]
        codes = dep + commune.where(commune.str.len() == 3, None)  # noqa: PLR2004 - as INSEE counts
    elif "insee_code" in rows:
        codes = texts_of(rows["insee_code"])
    else:
        return pd.Series([None] * len(rows), index=rows.index, dtype=object)
    is_one = codes.astype("string").str.fullmatch(COMMUNE).fillna(value=False).astype(bool)
    ledger.note(int((~is_one).sum()), "without a code of a commune")
    return codes.astype(object).where(is_one, None)


def _optional(rows: pd.DataFrame, fields: dict[str, str], name: str) -> Any:
    return texts_of(rows[fields[name]]) if name in fields else None


def _yes_no(rows: pd.DataFrame, fields: dict[str, str]) -> Any:
    """Whether it takes emergencies, missing where the file does not say."""
    words = rows[fields["san_urg"]] if "san_urg" in fields else pd.Series([None] * len(rows))
    answers = [
        _YES_NO.get(word.strip().upper()) if isinstance(word, str) else None for word in words
    ]
    return pd.array(answers, dtype="boolean")
