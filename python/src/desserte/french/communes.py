"""Where are the communes?

A commune has a point to travel from: its chef-lieu where IGN gives one, the
position of a table of communes otherwise. It also has an outline, for maps. The
files hold one or the other; given both layers of ADMIN EXPRESS, each commune
gets its chef-lieu, or a point within its outline where it has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._checks import Paths, some
from desserte._frames import LONLAT
from desserte._lazy import gpd, pd
from desserte.errors import IdError, InputError, TableError
from desserte.french._files import sources
from desserte.french._layers import Layer, layers_of
from desserte.french._ledger import Ledger
from desserte.french._positions import in_degrees, points_of
from desserte.french._tables import TextTable, read_rows, tables_of
from desserte.french._values import (
    by_id,
    check_departements,
    commune_codes,
    departement_of,
    numbers_of,
    texts_of,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_communes"]

_READER = "read_communes"
_COLUMNS = ("insee_code", "name", "departement", "population", "epci", "position", "geometry")
_WHOLE_COMMUNES = "COM"


@dataclass(frozen=True)
class _Part:
    """The communes of one file: points or outlines, or the chefs-lieux that belong to some."""

    table: gpd.GeoDataFrame
    is_chef_lieu: bool = False


def read_communes(path: Paths, *, departements: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Reads communes with their positions or their outlines.

    Which of these a file is, is seen from its columns: a table of communes with
    positions (INSEE and La Poste, as data portals publish it); the layers
    ``COMMUNE`` and ``CHFLIEU_COMMUNE`` of IGN's ADMIN EXPRESS, as shapefiles,
    GeoPackage or GeoJSON; outlines with ``code`` and ``nom``. Give the two
    layers of ADMIN EXPRESS together and chefs-lieux become the positions.

    Parameters
    ----------
    path
        One file, or several; a ZIP with one in it.
    departements
        Codes of the départements to keep, as text: ``["07", "26"]``; all where None.

    Returns
    -------
    geopandas.GeoDataFrame
        In EPSG:4326, a row a commune, indexed by ``insee_code``, which is a
        column too: ``insee_code``, ``name``, ``departement``, ``population``
        (whole, missing where the file has none; ``attrs["population_year"]``
        says of which year, where the file does), ``epci``, ``position`` and
        ``geometry``. ``position`` says what the geometry is: "table" (a point of
        the table), "chef_lieu", "inside" (a point within the outline, for want
        of a chef-lieu) or "outline" (a polygon: travel times want points).
        Associated and delegated communes and municipal arrondissements are left
        out. ``attrs`` says which files, and how many rows were read, kept and
        dropped, and why: a table with a row a postal code gives one commune.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of a file of communes. Names the file it
        looks like.
    IdError
        If a code is of no commune, has lost its leading zero, or stands for two.
    CrsError
        If coordinates are no degrees though the file says so.
    InputError
        If a département is not in the files.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = '''insee_com,commune,lat,lng,population_2021
    ... 07132,Lalouvesc,45.12,4.53,380
    ... 26332,Saint-Vallier,45.18,4.82,3900'''
    >>> _ = Path("communes.csv").write_text(table)
    >>> communes = ds.read_communes("communes.csv", departements=["07"])
    >>> communes.loc["07132", ["name", "departement"]].tolist()
    ['Lalouvesc', '07']
    >>> communes.attrs["rows"]["dropped"]
    {'of another département': 1}
    """
    wanted = check_departements(departements)
    ledger = Ledger(_READER)
    given = sources(path, _READER)
    of_maps = [source for source in given if source.form == "geometry"]
    others = [source for source in given if source.form != "geometry"]
    parts = [_of_layer(layer, ledger) for layer in layers_of(of_maps, _READER)]
    parts += [_of_table(table, ledger) for table in tables_of(others, _READER)]
    communes = _joined(parts, ledger)
    years = communes.attrs.get("population_year")
    communes = _of_departements(communes, wanted, ledger)
    communes = by_id(communes[list(_COLUMNS)].copy(), "insee_code")
    communes.attrs = ledger.attrs(population_year=years)
    return communes


def _of_table(table: TextTable, ledger: Ledger) -> _Part:
    fields = table.found.fields
    rows = read_rows(table)
    ledger.rows(len(rows))
    year = _year(fields.get("population"))
    table.opened(ledger, year=year, rows=len(rows))
    if "type" in fields:
        is_whole = rows[fields["type"]].isin([_WHOLE_COMMUNES])
        for kind, count in rows.loc[~is_whole, fields["type"]].value_counts(dropna=False).items():
            ledger.drop(int(count), f"no whole commune ({kind})")
        rows = rows[is_whole].reset_index(drop=True)
    codes = commune_codes(rows[fields["insee_code"]], table.name)
    lon = numbers_of(rows[fields["lon"]], fields["lon"], table.name)
    lat = numbers_of(rows[fields["lat"]], fields["lat"], table.name)
    communes = gpd.GeoDataFrame(
        {
            "insee_code": codes,
            **_facts(rows, fields, table.name),
            "position": "table",
        },
        geometry=points_of(lon, lat, codes, table.name, ledger),
        crs=LONLAT,
    )
    communes.attrs["population_year"] = year
    return _Part(_once(communes, table.name, ledger))


def _once(communes: gpd.GeoDataFrame, file: str, ledger: Ledger) -> gpd.GeoDataFrame:
    """One row a commune: tables of postal codes repeat those that have several."""
    facts = communes.drop(columns="geometry").assign(wkb=communes.geometry.to_wkb())
    same = facts.duplicated()
    ledger.drop(int(same.sum()), "the same commune again (another postal code)")
    kept = communes[~same.to_numpy()]
    twice = kept["insee_code"][kept["insee_code"].duplicated()].unique().tolist()
    if twice:
        raise IdError(f"{file} says different things of the same commune, in {some(twice, 'id')}")
    return kept


def _of_layer(layer: Layer, ledger: Ledger) -> _Part:
    fields, rows = layer.found.fields, layer.table
    ledger.rows(len(rows))
    ledger.opened(layer.source, layer.found.layout, layer=layer.name, rows=len(rows))
    rows = in_degrees(rows, layer.file)
    if "point" in fields:
        return _Part(rows.rename(columns={fields["parent"]: "parent"}), is_chef_lieu=True)
    communes = gpd.GeoDataFrame(
        {
            "insee_code": commune_codes(rows[fields["insee_code"]], layer.file).to_numpy(),
            **_facts(rows, fields, layer.file),
            "position": "outline",
        },
        geometry=rows.geometry.to_numpy(),
        crs=LONLAT,
    )
    communes["id"] = rows[fields["id"]].to_numpy() if "id" in fields else None
    return _Part(_once(communes, layer.file, ledger))


def _facts(rows: Any, fields: dict[str, str], file: str) -> dict[str, Any]:
    """Name, population and EPCI, missing where the file has no such column."""
    people = fields.get("population")
    counts = None if people is None else whole(numbers_of(rows[people], people, file))
    return {
        "name": texts_of(rows[fields["name"]]).to_numpy() if "name" in fields else None,
        "population": pd.array([pd.NA] * len(rows), dtype="Int64") if counts is None else counts,
        "epci": texts_of(rows[fields["epci"]]).to_numpy() if "epci" in fields else None,
    }


def _joined(parts: list[_Part], ledger: Ledger) -> gpd.GeoDataFrame:
    """The communes of all files together, with their chefs-lieux where these are given."""
    of_communes = [part.table for part in parts if not part.is_chef_lieu]
    if not of_communes:
        raise TableError(
            "chefs-lieux alone (CHFLIEU_COMMUNE) bear no code of a commune; "
            "give ds.read_communes the layer COMMUNE too, as [communes, chefs_lieux]"
        )
    years = {part.attrs.get("population_year") for part in of_communes} - {None}
    communes = gpd.GeoDataFrame(pd.concat(of_communes, ignore_index=True), crs=LONLAT)
    communes = _once(communes, "one of the files", ledger).reset_index(drop=True)
    seats = [part.table[["parent", "geometry"]] for part in parts if part.is_chef_lieu]
    if seats:
        communes = _placed(communes, pd.concat(seats, ignore_index=True), ledger)
    communes.attrs = {"population_year": years.pop() if len(years) == 1 else None}
    return communes


def _placed(communes: gpd.GeoDataFrame, seats: gpd.GeoDataFrame, ledger: Ledger) -> Any:
    """Communes at their chef-lieu; within their outline where they have none."""
    seats = seats.drop_duplicates("parent").set_index("parent").geometry
    by_code = communes["insee_code"].isin(seats.index)
    by_id = communes["id"].isin(seats.index) if "id" in communes else by_code & False
    if not (by_code | by_id).any():
        raise TableError(
            "no chef-lieu belongs to any of the communes; are the two layers of one issue "
            "of ADMIN EXPRESS?"
        )
    keys = communes["insee_code"].where(by_code, communes.get("id"))
    found = seats.reindex(keys).to_numpy()
    has_seat = pd.notna(found)
    inside = communes.geometry.representative_point()
    communes = communes.set_geometry(
        gpd.GeoSeries(found, index=communes.index, crs=LONLAT).where(has_seat, inside)
    )
    communes["position"] = pd.Series(has_seat, index=communes.index).map(
        {True: "chef_lieu", False: "inside"}
    )
    # A chef-lieu is a part of its commune, no row of its own.
    ledger.drop(len(seats), "chef-lieu, joined to its commune")
    ledger.note(int((~has_seat).sum()), "commune without a chef-lieu, at a point of its outline")
    return communes


def _of_departements(
    communes: gpd.GeoDataFrame, wanted: list[str] | None, ledger: Ledger
) -> gpd.GeoDataFrame:
    communes["departement"] = departement_of(communes["insee_code"].to_numpy())
    if wanted is None:
        return communes
    absent = sorted(set(wanted) - set(communes["departement"]))
    if absent:
        raise InputError(f"the files have no commune of the départements {', '.join(absent)}")
    is_wanted = communes["departement"].isin(wanted)
    ledger.drop(int((~is_wanted).sum()), "of another département")
    return communes[is_wanted].copy()


def _year(column: str | None) -> int | None:
    """The year at the end of the name of a column."""
    tail = (column or "")[-4:]
    return int(tail) if tail.isdigit() else None
