"""How does a result get into the workbook that everyone opens?

A sheet a table, laid out to be read and sorted, and a sheet of what they rest on: without
it a figure is copied into a report and nobody knows any more what it meant.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from desserte._assumptions import assumptions
from desserte._checks import check_choice
from desserte._lazy import gpd, np, pd, shapely
from desserte._whole import file_to_write, whole_file
from desserte.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ANSWERS", "HEADINGS", "to_excel"]

_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 1_048_576, 16_384, 32_767
_LONGEST_TITLE = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# Control characters, which the format of the file does not allow.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MEASURED, _NARROWEST, _WIDEST = 500, 8, 60
_SHEET = {"fr": "Hypothèses", "en": "Assumptions"}
_COLUMNS = {"fr": ("Au sujet de", "Ce qui est dit", "Valeur"), "en": ("About", "What", "Value")}
_TABLE = {"fr": "Tableau", "en": "Table"}

_FORMATS = (
    (re.compile(r"lon|lat|longitude|latitude"), "0.000000"),
    (re.compile(r"(.*_)?(minutes|kilometres|km|metres|kmh)(_.*)?|temps.*"), "0.0"),
    (re.compile(r"(.*_)?(share|part)(_.*)?"), "0.0%"),
    (re.compile(r"(.*_)?(year|rank|rang|id|street|code)"), "0"),
    (
        re.compile(
            r"(.*_)?(population|people|habitants|demand|covered|total)(_.*)?|\d+\+?|\d+-\d+"
        ),
        "#,##0",
    ),
)
HEADINGS = {
    "origin": "origine",
    "origin_name": "nom de l'origine",
    "destination": "destination",
    "destination_name": "nom de la destination",
    "minutes": "minutes",
    "kilometres": "kilomètres",
    "status": "résultat",
    "rank": "rang",
    "kind": "catégorie",
    "name": "nom",
    "site": "site",
    "site_name": "nom du site",
    "role": "rôle",
    "people": "habitants",
    "population": "population",
    "standardised_population": "population standardisée",
    "supply": "offre",
    "apl": "APL",
    "mean_minutes": "minutes en moyenne",
    "longest_minutes": "minutes au plus",
    "is_served": "desservi",
    "minutes_more": "minutes de trop",
    "reason": "raison",
    "covered": "habitants desservis",
    "off_network": "hors réseau",
    "share": "part",
    "total": "total",
    "insee_code": "code INSEE",
    "lon": "longitude",
    "lat": "latitude",
    "id": "identifiant",
}
ANSWERS = {
    "ok": "oui",
    "beyond_cutoff": "au-delà du temps cherché",
    "origin_off_network": "origine loin de toute rue",
    "destination_off_network": "destination loin de toute rue",
    "no_path": "aucune route",
    "off_network": "loin de toute rue",
    "no_time": "aucun temps",
    "beyond_limit": "au-delà du seuil",
    "too_few_sites": "trop peu de sites",
    "new": "nouveau",
    "required": "imposé",
    "existing": "existant",
}
_ANSWERED = {"status", "reason", "role"}


def to_excel(
    tables: pd.DataFrame | pd.Series | Mapping[str, pd.DataFrame | pd.Series],
    path: str | os.PathLike[str],
    *,
    language: Literal["fr", "en"] = "fr",
) -> Path:
    """Writes results to a workbook: a sheet each, and one of what they rest on.

    Parameters
    ----------
    tables
        A table or a Series, or several by the names of their sheets. These are cut to the 31
        characters that a workbook allows, and made unique.
    path
        The ``.xlsx`` file; what is there is replaced.
    language
        "fr" or "en": of the headings of known columns, of known answers such as those of
        ``status``, and of the sheet of hypotheses. Other columns keep their names.

    Returns
    -------
    pathlib.Path
        The file. Each sheet has a bold first line that stays in view, filters, and numbers with
        the decimals that they deserve: minutes to a tenth, shares in percent, people whole. The
        values are not rounded, only shown so. An index with a meaning is the first column.
        Points become ``lon`` and ``lat`` in degrees; other geometry is left out, as no cell
        holds it. The last sheet, "Hypothèses" or "Assumptions", has the extracts with date and
        hash, the profile, and the parameters of each table, from its ``attrs``.

    Raises
    ------
    InputError
        If there is no table, one is no table, or has more rows or columns than a sheet.
    FileNotFoundError
        If the folder is not there.

    Notes
    -----
    Text stays text: a name that begins with ``=`` is not computed when the file is opened.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> table = ds.nearest(network, [(13.1708, 53.5270)], [(13.2610, 53.5570)])
    >>> path = ds.to_excel({"le plus proche": table}, "nearest.xlsx")
    >>> import openpyxl
    >>> openpyxl.load_workbook(path).sheetnames
    ['le plus proche', 'Hypothèses']
    """
    check_choice("language", language, ("fr", "en"))
    target = file_to_write("path", path, ".xlsx")
    given = _by_name(tables, language)
    frames = {name: _flat(table, name) for name, table in given.items()}
    titles = _titles([*frames, _SHEET[language]])
    lines = assumptions({name: table.attrs for name, table in given.items()}, language)
    rests_on = pd.DataFrame(lines, columns=_COLUMNS[language])

    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "desserte"
    try:
        for title, frame in zip(titles, [*frames.values(), rests_on], strict=True):
            _fill(book.create_sheet(title), frame, language)
        # In memory, since an archive on a full disk complains once more when it is given up.
        made = io.BytesIO()
        book.save(made)
        with whole_file(target) as part:
            part.write_bytes(made.getbuffer())
    except BaseException:
        _abandon(book)
        raise
    return target


def _abandon(book: Any) -> None:
    """Closes what a workbook that failed has begun, or Python complains of it later."""
    for sheet in book.worksheets:
        with contextlib.suppress(Exception):
            sheet.close()


def _by_name(tables: Any, language: str) -> dict[str, Any]:
    """Tables by name, each of them one."""
    if isinstance(tables, pd.DataFrame | pd.Series):
        name = tables.name if isinstance(tables, pd.Series) else None
        tables = {str(name or _TABLE[language]): tables}
    if not isinstance(tables, Mapping) or not tables:
        raise InputError(
            f"tables is a DataFrame, a Series, or several by name, got {type(tables).__name__}"
            f"{' without any' if isinstance(tables, Mapping) else ''}"
        )
    strangers = {
        name: type(table).__name__
        for name, table in tables.items()
        if not isinstance(table, pd.DataFrame | pd.Series)
    }
    if strangers:
        name, kind = next(iter(strangers.items()))
        raise InputError(f"tables[{name!r}] is a DataFrame or a Series, got a {kind}")
    return {str(name): table for name, table in tables.items()}


def _flat(table: Any, name: str) -> pd.DataFrame:
    """The table as a sheet has it: no index, no geometry, names that are text."""
    frame = table.to_frame(table.name or name) if isinstance(table, pd.Series) else table
    if isinstance(frame, gpd.GeoDataFrame):
        frame = _without_geometry(frame)
    frame = _with_index(pd.DataFrame(frame))
    frame.columns = [
        " ".join(map(str, label)).strip() if isinstance(label, tuple) else str(label)
        for label in frame.columns
    ]
    rows, columns = len(frame) + 1, len(frame.columns)
    if rows > _MOST_ROWS or columns > _MOST_COLUMNS:
        raise InputError(
            f"{name!r} has {rows - 1} rows and {columns} columns, and a sheet holds "
            f"{_MOST_ROWS - 1} and {_MOST_COLUMNS}; keep fewer, or write Parquet or CSV"
        )
    return frame


def _without_geometry(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Points as degrees in two columns; no cell holds anything larger."""
    shapes = [
        name for name in table.columns if isinstance(table[name].dtype, gpd.array.GeometryDtype)
    ]
    kept = pd.DataFrame(table.drop(columns=shapes))
    if not shapes or table.active_geometry_name is None or "lon" in kept or "lat" in kept:
        return kept
    points = table.geometry
    if not len(points) or not points.dropna().geom_type.eq("Point").all():
        return kept
    if points.crs is not None and not points.crs.is_geographic:
        points = points.to_crs("EPSG:4326")
    xy = np.asarray(points.array)
    return kept.assign(lon=shapely.get_x(xy), lat=shapely.get_y(xy))


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """The index as the first columns, unless it only counts or is a column already."""
    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return frame
    if not isinstance(index, pd.MultiIndex) and any(
        index.equals(pd.Index(frame[name])) for name in frame.columns if frame[name].ndim == 1
    ):
        return frame.reset_index(drop=True)
    names = [name if name is not None else "id" for name in index.names]
    free = [name if name not in frame.columns else f"{name} (index)" for name in names]
    return frame.reset_index(names=free)


def _titles(names: list[str]) -> list[str]:
    """Names of sheets: 31 characters, without those that are not allowed, each once."""
    titles: list[str] = []
    taken = {"history"}
    for name in names:
        plain = _FORBIDDEN.sub("-", _UNWRITABLE.sub("", name)).strip().strip("'")
        title, number = (plain or "-")[:_LONGEST_TITLE], 1
        while title.casefold() in taken:
            number += 1
            mark = f" ({number})"
            title = f"{(plain or '-')[: _LONGEST_TITLE - len(mark)]}{mark}"
        taken.add(title.casefold())
        titles.append(title)
    return titles


def _fill(sheet: Any, frame: pd.DataFrame, language: str) -> None:
    """The first line, the rows, and what makes them easy to read."""
    from openpyxl.utils import get_column_letter

    headings = [HEADINGS.get(name, name) if language == "fr" else name for name in frame.columns]
    # Columns and panes come before the rows in a file that is written as it goes.
    for place, width in enumerate(_widths(frame, headings), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    if len(frame.columns):
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    sheet.append(list(_first_line(sheet, headings)))
    formats = [_format(name, frame.iloc[:, place]) for place, name in enumerate(frame.columns)]
    answers = [ANSWERS if language == "fr" and name in _ANSWERED else {} for name in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        cells = zip(row, formats, answers, strict=True)
        sheet.append([_cell(sheet, value, form, known) for value, form, known in cells])


def _first_line(sheet: Any, headings: list[str]) -> Iterator[Any]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.data_type = "s"
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFE3ECF4")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        yield cell


def _cell(sheet: Any, value: Any, number_format: str | None, answers: Mapping[str, str]) -> Any:
    """A value as a workbook knows it, with its format."""
    from openpyxl.cell import WriteOnlyCell

    plain = _plain(value)
    if plain is None:
        return None
    if isinstance(plain, str):
        cell = WriteOnlyCell(sheet, answers.get(plain, plain))
        # A name is no formula and no error, whatever it begins with.
        cell.data_type = "s"
        cell.quotePrefix = plain[:1] in ("=", "+", "-", "@")
        return cell
    if number_format is None or isinstance(plain, bool):
        return plain
    cell = WriteOnlyCell(sheet, plain)
    cell.number_format = number_format
    return cell


def _plain(value: Any) -> Any:
    """None, a bool, a number, a date without its zone, or text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else (None if math.isnan(value) else str(value))
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return _UNWRITABLE.sub("", str(value))[:_MOST_LETTERS]


def _format(name: str, column: pd.Series) -> str | None:
    """How the numbers of a column are shown; None where it has none."""
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return None
    for pattern, number_format in _FORMATS:
        if pattern.fullmatch(name.casefold()):
            return number_format
    return "#,##0" if pd.api.types.is_integer_dtype(column.dtype) else "0.00"


def _widths(frame: pd.DataFrame, headings: list[str]) -> Iterator[int]:
    """Wide enough for the first rows, and no wider than a page."""
    head = frame.head(_MEASURED)
    for place, heading in enumerate(headings):
        values = head.iloc[:, place]
        shown = (f"{v:.1f}" if isinstance(v, float) else str(v) for v in values)
        longest = max(map(len, shown), default=0)
        # A heading may break where it has a blank.
        words = max(map(len, heading.split()), default=0) + 4
        yield min(_WIDEST, max(_NARROWEST, words, longest + 2))
