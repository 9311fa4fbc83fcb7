"""Which services does INSEE find in each commune, and where?

The *base permanente des équipements* has practitioners, pharmacies and
establishments with a position each. INSEE renumbered the professions in 2024: a
code means what it meant in the year of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import LONLAT
from desserte._lazy import gpd, pd
from desserte.errors import InputError, TableError
from desserte.french._files import sources
from desserte.french._kinds import kind_table
from desserte.french._layouts import Found, recognise, refuse_unknown
from desserte.french._ledger import Ledger
from desserte.french._parquet import parquet_columns, parquet_rows
from desserte.french._positions import points_of, projected
from desserte.french._tables import TextTable, read_chunks, tables_of
from desserte.french._values import (
    by_id,
    commune_codes,
    departement_of,
    numbers_of,
    texts_of,
    whole,
)
from desserte.places import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte._checks import Paths
    from desserte.french._files import Source

__all__ = ["read_bpe"]

_READER = "read_bpe"
# Health and social care; schools, shops and the rest are other domains.
_DOMAIN = "D"
_RENUMBERED = 2024
_LAMBERT = "EPSG:2154"


def read_bpe(path: Paths, *, kinds: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Reads health and social care of the geolocated BPE.

    Parameters
    ----------
    path
        The geolocated file, CSV or Parquet (which needs pyarrow), or its ZIP.
        Not the counts by commune, where secret cells are empty.
    kinds
        Some of ``ds.KINDS``; all of domain D where None.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, a row a service, indexed by ``bpe_id``, which is a
        column too and of this file only: the BPE has no ids, so it is commune,
        type and count ("07186/D307/2"). ``bpe_id``, ``name``, ``type_code``
        (TYPEQU), ``type``, ``kind`` (missing where the type is none that this
        version knows in that year), ``departement``, ``insee_code``,
        ``capacity``, ``quality`` (of the position, in INSEE's words) and
        ``geometry``. ``attrs`` has the ``year``, which files, and how many rows were
        read, kept and dropped, and why.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of the geolocated BPE, or years are mixed.
    IdError
        If a code is of no commune, or has lost its leading zero.
    InputError
        If a kind does not exist, or the BPE of that year does not tell it.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = '''AN;DEPCOM;NOMRS;TYPEQU;LAMBERT_X;LAMBERT_Y
    ... 2023;07186;PHARMACIE DU PONT;D301;826000.5;6405000.2
    ... 2023;07186;BOULANGERIE;B203;826010.5;6405010.2'''
    >>> _ = Path("bpe.csv").write_text(table)
    >>> bpe = ds.read_bpe("bpe.csv")
    >>> bpe["kind"].to_dict()
    {'07186/D301/1': 'pharmacy'}
    >>> bpe.attrs["rows"]["dropped"]
    {'of another domain than health and social care': 1}
    """
    wanted = _checked(kinds)
    ledger = Ledger(_READER)
    given = sources(path, _READER)
    stored = [source for source in given if source.form == "parquet"]
    parts = [_of_parquet(source, ledger) for source in stored]
    texts = [source for source in given if source.form != "parquet"]
    parts += [_of_text(table, ledger) for table in tables_of(texts, _READER)]
    rows = pd.concat(parts, ignore_index=True)
    year = _year(rows)
    rows["kind"], rows["type"] = _kinds(rows["type_code"], year)
    if wanted is not None:
        _refuse_untold(wanted, year)
        is_wanted = rows["kind"].isin(wanted)
        ledger.drop(int((~is_wanted).sum()), "of another kind")
        rows = rows[is_wanted].reset_index(drop=True)
    ledger.note(int(rows["kind"].isna().sum()), "of a type whose kind is not known")
    services = gpd.GeoDataFrame(
        rows,
        geometry=points_of(rows["lon"], rows["lat"], rows["bpe_id"], "the BPE", ledger),
        crs=LONLAT,
    )
    columns = ["bpe_id", "name", "type_code", "type", "kind", "departement", "insee_code"]
    services = by_id(services[[*columns, "capacity", "quality", "geometry"]], "bpe_id")
    services.attrs = ledger.attrs(year=year)
    return services


def _of_text(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    fields = table.found.fields
    counts: list[int] = []
    parts = [_cared(part, fields, counts, ledger) for part in read_chunks(table)]
    ledger.rows(sum(counts))
    table.opened(ledger, rows=sum(counts))
    return _services(pd.concat(parts, ignore_index=True), table.found, table.name, ledger)


def _of_parquet(source: Source, ledger: Ledger) -> pd.DataFrame:
    columns = parquet_columns(source)
    found = recognise(columns, _READER)
    if found is None:
        raise refuse_unknown(columns, _READER, source.name)
    counts: list[int] = []
    rows = parquet_rows(source, list(found.fields.values()))
    rows = _cared(rows, found.fields, counts, ledger).reset_index(drop=True)
    ledger.rows(sum(counts))
    ledger.opened(source, found.layout, rows=sum(counts))
    return _services(rows, found, source.name, ledger)


def _cared(rows: Any, fields: dict[str, str], counts: list[int], ledger: Ledger) -> pd.DataFrame:
    """The rows of health and social care."""
    counts.append(len(rows))
    is_care = rows[fields["typequ"]].astype("string").str.startswith(_DOMAIN).fillna(value=False)
    is_care = is_care.to_numpy(dtype=bool)
    ledger.drop(int((~is_care).sum()), "of another domain than health and social care")
    return rows[is_care]


def _services(rows: pd.DataFrame, found: Found, file: str, ledger: Ledger) -> pd.DataFrame:
    fields = found.fields
    codes = commune_codes(rows[fields["insee_code"]], file)
    types = texts_of(rows[fields["typequ"]])
    places = codes + "/" + types
    services = pd.DataFrame({"insee_code": codes, "type_code": types})
    services["bpe_id"] = places + "/" + (places.groupby(places).cumcount() + 1).astype(str)
    services["departement"] = departement_of(codes)
    services["name"] = texts_of(rows[fields["nomrs"]]) if "nomrs" in fields else None
    services["quality"] = texts_of(rows[fields["qualite_xy"]]) if "qualite_xy" in fields else None
    capacity = rows[fields["capacite"]] if "capacite" in fields else pd.Series([None] * len(rows))
    services["capacity"] = whole(numbers_of(capacity, "CAPACITE", file))
    services["an"] = numbers_of(rows[fields["year"]], "AN", file) if "year" in fields else None
    services["lon"], services["lat"] = _degrees(rows, services, found, file, ledger)
    return services


def _degrees(
    rows: pd.DataFrame, services: pd.DataFrame, found: Found, file: str, ledger: Ledger
) -> tuple[Any, Any]:
    """Positions: degrees where the file has them, else metres in the projection that it names."""
    fields = found.fields
    if "longitude" in fields and "latitude" in fields:
        return tuple(
            numbers_of(rows[fields[name]], name, file) for name in ("longitude", "latitude")
        )
    x, y = (numbers_of(rows[fields[name]], fields[name], file) for name in ("x", "y"))
    if "epsg" in fields:
        named = texts_of(rows[fields["epsg"]]).astype("string").str.extract(r"(\d{4,5})")[0]
        crs = ("EPSG:" + named).astype(object)
    else:
        is_europe = services["departement"].str.len() == len("07")
        crs = pd.Series(_LAMBERT, index=services.index, dtype=object).where(is_europe)
        ledger.note(
            int((~is_europe).sum()), "overseas, in a projection that the file does not name"
        )
    return projected(x, y, crs.where(crs.notna(), None))


def _year(rows: pd.DataFrame) -> int:
    """The year of the BPE: of its column AN; without one, by the codes that only one has."""
    years = sorted({int(value) for value in rows["an"].dropna()})
    if len(years) > 1:
        raise TableError(f"the BPE is of several years, {some(years, 'year')}; give one")
    if years:
        return years[0]
    known = kind_table("bpe")
    recent = known.loc[known["from"].notna(), "code"]
    return _RENUMBERED if rows["type_code"].isin(recent).any() else _RENUMBERED - 1


def _of_year(year: int) -> Any:
    """The codes of a year."""
    known = kind_table("bpe")
    first, last = (pd.to_numeric(known[name]) for name in ("from", "to"))
    return known[~(first > year) & ~(last < year)].set_index("code")


def _kinds(types: pd.Series, year: int) -> tuple[Any, Any]:
    known = _of_year(year)
    return tuple(types.map(known[name]).astype(object).to_numpy() for name in ("kind", "label"))


def _checked(kinds: Iterable[str] | None) -> list[str] | None:
    if kinds is None:
        return None
    wanted = [kinds] if isinstance(kinds, str) else list(kinds)
    strangers = [kind for kind in wanted if kind not in KINDS]
    if strangers or not wanted:
        raise InputError(f"kinds are some of ds.KINDS, got {some(strangers, 'other')}")
    return wanted


def _refuse_untold(kinds: list[str], year: int) -> None:
    """Refuses kinds without a code of the year: none found would read as none there."""
    untold = sorted(set(kinds) - set(_of_year(year)["kind"].dropna()))
    if untold:
        raise InputError(
            f"no type of the BPE of {year} is known to be {', '.join(untold)}; read all kinds, "
            "and choose by type_code with INSEE's list of types beside you"
        )
