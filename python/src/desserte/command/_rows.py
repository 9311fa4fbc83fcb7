"""Where are the points of this table: which columns, which separator, which decimals?

A CSV comes with semicolons or commas, a decimal comma or point, UTF-8 or the encoding of an
older Windows. What is seen is read; what cannot be told apart is refused with its lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import gpd, np, pd, pyproj
from desserte.command._words import count
from desserte.errors import CrsError, IdError, InputError, TableError
from desserte.french._layouts import Found, Layout, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desserte.french._files import Source
    from desserte.french._tables import TextTable

__all__ = ["first_of", "located", "read", "refuse_absent", "typed"]

_LON = ("lon", "lng", "long", "longitude", "x_wgs84", "longitude_wgs84")
_LAT = ("lat", "latitude", "y_wgs84", "latitude_wgs84")
_X, _Y = ("x", "coord_x", "x_l93", "x_lambert93"), ("y", "coord_y", "y_l93", "y_lambert93")
_SEPARATORS = (";", ",", "\t", "|")
_LINE = "<line>"
_SHOWN = 12


def read(
    source: Source, crs: str | None, *, id_column: str | None, remark: Callable[[str], None]
) -> gpd.GeoDataFrame:
    """The points of a text or of a workbook, with all their columns."""
    if source.form == "workbook":
        rows = _of_workbook(source)
    else:
        known = _of_reader(source, remark, is_named=id_column is not None)
        if known is not None:
            return known
        rows = _of_text(source)
    lines = rows.pop(_LINE)
    # A line that ends in separators has columns without a name.
    nameless = [name for name in rows.columns if name.startswith("#") and rows[name].isna().all()]
    rows = rows.drop(columns=nameless)
    return located(typed(rows, keep=id_column), source.name, crs, lines)


def located(
    rows: pd.DataFrame, file: str, crs: str | None, lines: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Rows at the positions that their columns say."""
    x, y, system = _columns(rows, file, crs)
    lines = pd.Series(range(1, len(rows) + 1)) if lines is None else lines
    xy = [_numbers(rows[column], column, file, lines) for column in (x, y)]
    for column, values in zip((x, y), xy, strict=True):
        absent = np.isnan(values)
        if absent.any():
            raise InputError(
                f"{file} has no {column!r} in {some(lines[absent].tolist(), 'line')}; "
                "leave these lines out, or complete them"
            )
    points = gpd.points_from_xy(*xy)
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=points, crs=system)


def typed(rows: pd.DataFrame, keep: str | None = None) -> pd.DataFrame:
    """Columns of numbers as numbers; codes with a leading zero stay text, and so do ids."""
    kept = {keep, first_of(rows, ("insee_code", "code_insee", "insee_com", "codgeo", "finess"))}
    return rows.assign(
        **{
            column: _as_numbers(rows[column])
            for column in rows.columns
            if column not in kept and plain(column) != "id"
        }
    )


def first_of(table: pd.DataFrame, names: Sequence[str]) -> str | None:
    """The column that bears the first of some names, however it is written."""
    known = {plain(column): column for column in reversed(list(table.columns))}
    return next((known[name] for name in names if name in known), None)


def refuse_absent(table: pd.DataFrame, column: str, role: str, option: str) -> None:
    """Refuses the name of a column that is not there, and says which are."""
    if column not in table.columns:
        there = [str(name) for name in table.columns if name != "geometry"]
        raise InputError(f"{role} has no column {column!r} for {option}; it has {_shown(there)}")


def _columns(rows: pd.DataFrame, file: str, crs: str | None) -> tuple[str, str, Any]:
    """The columns of the positions, and what they are measured in."""
    lon, lat, x, y = (first_of(rows, names) for names in (_LON, _LAT, _X, _Y))
    if x is not None and y is not None and (crs is not None or lon is None or lat is None):
        if crs is None:
            raise CrsError(
                f"{file} has {x!r} and {y!r}; say what they are measured in with --crs, "
                "EPSG:2154 for Lambert 93"
            )
        return x, y, _crs(crs)
    if lon is None or lat is None:
        raise TableError(
            f"{file} has no columns of positions: lon and lat, longitude and latitude, or x and y "
            f"with --crs; it has {_shown(list(map(str, rows.columns)))}"
        )
    return lon, lat, "EPSG:4326" if crs is None else _crs(crs)


def _crs(text: str) -> Any:
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(f"--crs {text!r} is no CRS; EPSG:2154 is Lambert 93") from error


def _numbers(column: pd.Series, name: str, file: str, lines: pd.Series) -> Any:
    """Numbers; the lines of what is none are told."""
    found = _plain_numbers(column)
    bad = (found.isna() & column.notna()).to_numpy()
    if bad.any():
        raise TableError(
            f"{file} has text that is no number in the column {name!r}, in "
            f"{some(lines[bad].tolist(), 'line')} ({column[bad].iloc[0]!r})"
        )
    return found.to_numpy("float64", na_value=np.nan)


def _plain_numbers(column: pd.Series) -> pd.Series:
    """Numbers of text with either decimal sign and blanks between the thousands."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    text = column.astype("string").str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    return pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce")


def _as_numbers(column: pd.Series) -> pd.Series:
    """A column of numbers, if every cell that says something says one."""
    if pd.api.types.is_numeric_dtype(column.dtype) or not len(column.dropna()):
        return column
    text = column.dropna().astype("string")
    if text.str.fullmatch(r"0\d+").any():
        return column
    numbers = _plain_numbers(column)
    return column if (numbers.isna() & column.notna()).any() else numbers.astype("float64")


def _of_reader(
    source: Source, remark: Callable[[str], None], *, is_named: bool
) -> gpd.GeoDataFrame | None:
    """The establishments or communes of a file that France publishes; None if it is none."""
    from desserte.french import read_finess
    from desserte.french._tables import TextTable, find_header

    if isinstance(find_header(source, "read_finess"), TextTable):
        return _with_position(read_finess(source.path), source.name, remark)
    table = find_header(source, "read_communes")
    return _communes(source, table) if isinstance(table, TextTable) and not is_named else None


def _communes(source: Source, table: TextTable) -> gpd.GeoDataFrame | None:
    """The communes of a table that has a row a postal code, or names positions in its own way."""
    from desserte.french import read_communes
    from desserte.french._tables import read_rows

    rows = read_rows(table, list(table.names))
    code = table.found.fields["insee_code"]
    if _has(table.names, _LON, _LAT) and rows[code].is_unique:
        return None
    try:
        communes = read_communes(source.path)
    except IdError:
        # Several rows a commune are no communes: practices, hamlets, cells.
        return None
    more = typed(rows.drop_duplicates(code).set_index(code)).reindex(communes.index)
    return communes.join(more[[name for name in more.columns if name not in communes.columns]])


def _with_position(
    finess: gpd.GeoDataFrame, file: str, remark: Callable[[str], None]
) -> gpd.GeoDataFrame:
    absent = finess.geometry.isna() | finess.geometry.is_empty
    if absent.any():
        remark(f"{file}, établissements sans position laissés de côté : {count(absent.sum())}")
    return finess[~absent]


def _of_text(source: Source) -> pd.DataFrame:
    """All cells as text, with the lines they stand in."""
    from desserte.french._tables import TextTable, read_rows

    with source.open() as file:
        if b"\x00" in file.read(1 << 16):
            raise TableError(
                f"{source.name} is no text in UTF-8 or latin-1 (UTF-16, or no text at all); "
                "save it as CSV UTF-8"
            )
    encoding, damaged = source.encoding()
    header = next(iter(source.head(encoding)), "")
    separator, names = _split(header, source.name)
    found = Found(Layout("points", "", "", {}, {}), {}, names)
    rows = read_rows(TextTable(source, found, encoding, separator, 0, names, damaged), list(names))
    if damaged:
        raise TableError(
            f"{source.name} has {damaged} letters that were damaged by a wrong encoding before "
            "(Ã©); take the file as it was first saved"
        )
    return rows[list(names)].assign(**{_LINE: range(2, len(rows) + 2)})


def _split(header: str, file: str) -> tuple[str, tuple[str, ...]]:
    """The separator by which the header names a position, and its columns."""
    from desserte.french._tables import _cells, _unique

    cut = {separator: tuple(_unique(_cells(header, separator))) for separator in _SEPARATORS}
    fitting = [
        (separator, names)
        for separator, names in cut.items()
        if any(_has(names, *pair) for pair in ((_LON, _LAT), (_X, _Y)))
    ]
    if len(fitting) == 1:
        return fitting[0]
    widest = max(cut.values(), key=len)
    raise TableError(
        f"{file} has no columns of positions in its first line: lon and lat, longitude and "
        f"latitude, or x and y with --crs, between ; or , ; it has {_shown(list(widest))}"
    )


def _has(names: Sequence[str], first: Sequence[str], second: Sequence[str]) -> bool:
    known = {plain(name) for name in names}
    return bool(known & set(first)) and bool(known & set(second))


def _of_workbook(source: Source) -> pd.DataFrame:
    """The first sheet of a workbook, its first line the header."""
    try:
        rows = pd.read_excel(source.path, dtype=object)
    except (ValueError, KeyError, OSError) as error:
        raise TableError(f"{source.name} is no workbook that can be read: {error}") from error
    rows.columns = list(map(str, rows.columns))
    return rows.assign(**{_LINE: range(2, len(rows) + 2)})


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (", ".join(map(repr, names[:_SHOWN])) or "none") + more
