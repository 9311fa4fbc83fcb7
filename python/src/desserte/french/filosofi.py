"""Where within a commune do people live, 200 metres by 200?

INSEE counts the people of tax households by cell and age. Those who live in an
EHPAD are in no tax household: the oldest are too few. So the cells say where
people are, and a census how many: see ``ds.spread``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import LONLAT
from desserte._lazy import gpd, pd
from desserte.errors import IdError, InputError
from desserte.french._ages import band, partition
from desserte.french._layouts import plain
from desserte.french._ledger import Ledger
from desserte.french._positions import points_of, projected
from desserte.french._tables import TextTable, read_chunks, text_tables
from desserte.french._values import (
    by_id,
    check_departements,
    commune_codes,
    departement_of,
    numbers_of,
    refuse_repeated,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte._checks import Paths

__all__ = ["read_filosofi"]

_READER = "read_filosofi"
_BAND = re.compile(r"ind_(\d+)(?:_(\d+)|p)")
_CELL = r"CRS(\d+)RES(\d+)mN(\d+)E(\d+)"
_UNKNOWN_AGE = "ind_inc"
_CODE_LENGTH = 5


def read_filosofi(path: Paths, *, departements: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Reads the cells of 200 m of Filosofi: people by age.

    Parameters
    ----------
    path
        ``carreaux_200m_met.csv``, or the ZIP with it and those overseas.
    departements
        Codes of the départements to keep, as text: ``["07", "26"]``; all where
        None, which are 2.3 million cells.

    Returns
    -------
    geopandas.GeoDataFrame
        The centres of the cells in EPSG:4326, indexed by ``cell_id``, which is a
        column too: ``cell_id``, ``insee_code`` (the first commune where a cell lies
        in several), ``departement``, ``population``, then a column an age band:
        "0-3", "80+", and ``unknown_age``; decimals, as INSEE has them;
        ``imputed``, whether the figures are estimates since fewer than 11
        households live there, as they are in most cells of the country;
        ``geometry``. ``attrs["bands"]`` lists the bands. ``attrs`` says too which
        files, and how many rows were read, kept and dropped, and why.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of the cells.
    IdError
        If a cell is none or comes twice, or its commune lost its leading zero.
    InputError
        If a département is not in the files.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = '''idcar_200m,i_est_200,lcog_geo,ind,ind_0_3,ind_65_79,ind_80p
    ... CRS3035RES200mN2440000E3930000,1,0713207133,12.5,1,4,2'''
    >>> _ = Path("carreaux.csv").write_text(table)
    >>> cells = ds.read_filosofi("carreaux.csv", departements=["07"])
    >>> cells["insee_code"].tolist(), cells["80+"].tolist()
    (['07132'], [2.0])
    >>> cells.attrs["notes"]
    {'cell in several communes, given to the first': 1}
    """
    wanted = check_departements(departements)
    ledger = Ledger(_READER)
    parts = [part for table in text_tables(path, _READER) for part in _read(table, wanted, ledger)]
    rows = pd.concat(parts, ignore_index=True)
    if absent := sorted(set(wanted or ()) - set(rows["departement"])):
        raise InputError(f"the files have no cell of the départements {', '.join(absent)}")
    refuse_repeated(rows["cell_id"], "cell", "one of the files")
    lon, lat = _centres(rows["cell_id"])
    bands = partition(column for column in rows.columns)
    cells = gpd.GeoDataFrame(
        rows, geometry=points_of(lon, lat, rows["cell_id"], "Filosofi", ledger), crs=LONLAT
    )
    cells = by_id(cells, "cell_id")
    cells.attrs = ledger.attrs(bands=bands)
    return cells


def _read(table: TextTable, wanted: list[str] | None, ledger: Ledger) -> Iterable[pd.DataFrame]:
    """The cells of one file, some at a time."""
    fields = table.found.fields
    bands = {column: name for column in table.found.columns if (name := _band(column))}
    columns = [*fields.values(), *bands]
    count = 0
    for part in read_chunks(table, columns):
        count += len(part)
        codes = _first_commune(part[fields["insee_code"]], table.name, ledger)
        departements = pd.Series(departement_of(codes), index=part.index)
        is_wanted = departements.isin(wanted) if wanted else departements.notna()
        ledger.drop(int((~is_wanted).sum()), "of another département")
        rows = part[is_wanted]
        cells = pd.DataFrame({"cell_id": texts_of(rows[fields["cell_id"]])})
        cells["insee_code"], cells["departement"] = codes[is_wanted], departements[is_wanted]
        for column, name in {fields["population"]: "population", **bands}.items():
            cells[name] = numbers_of(rows[column], column, table.name, ledger)
        cells["imputed"] = _flags(rows[fields["imputed"]])
        yield cells
    ledger.rows(count)
    table.opened(ledger, rows=count)


def _band(column: str) -> str | None:
    """The band of a column: ind_0_3 is "0-3", ind_80p is "80+"."""
    name = plain(column)
    if name == _UNKNOWN_AGE:
        return "unknown_age"
    match = _BAND.fullmatch(name)
    return band(int(match[1]), int(match[2]) if match[2] else None) if match else None


def _first_commune(column: pd.Series, file: str, ledger: Ledger) -> pd.Series:
    """The first of the codes, which stand one after the other without a sign between."""
    codes = texts_of(column)
    lengths = codes.astype("string").str.len().fillna(0)
    broken = lengths % _CODE_LENGTH != 0
    if broken.any():
        raise IdError(
            f"{file} has codes of communes that are not of five characters each, in "
            f"{some(codes[broken.astype(bool)].tolist())}; did a spreadsheet take their zero?"
        )
    ledger.note(int((lengths > _CODE_LENGTH).sum()), "cell in several communes, given to the first")
    return commune_codes(codes.str[:_CODE_LENGTH], file)


def _centres(ids: pd.Series) -> tuple[Any, Any]:
    """Longitude and latitude of the middle of cells, whose id holds their lower left corner."""
    read = ids.astype("string").str.extract(f"^{_CELL}$")
    if read[0].isna().any():
        bad = ids[read[0].isna().to_numpy(dtype=bool)].tolist()
        raise IdError(f"the files have ids that are of no cell, in {some(bad, 'id')}")
    half = read[1].astype(float) / 2
    x, y = read[3].astype(float) + half, read[2].astype(float) + half
    return projected(x, y, "EPSG:" + read[0].astype(object))


def _flags(column: pd.Series) -> Any:
    """1 and 0 as true and false, missing where there is neither."""
    words = column.str.strip().str.removesuffix(".0")
    return pd.array(words.map({"1": True, "0": False}).astype(object), dtype="boolean")
