"""How is what was found written, in the form of its extension?

GeoJSON, GeoPackage, Parquet, CSV, XLSX. Each carries what it rests on: a workbook a sheet, a
GeoPackage a table beside each layer, GeoJSON its ``description``, Parquet its metadata. A CSV
has no place for it that a spreadsheet would not take for data, so it gets a text beside it.
"""

from __future__ import annotations

import errno
import shutil
import warnings
from typing import TYPE_CHECKING, Any

from desserte._assumptions import assumptions, readable
from desserte._lazy import gpd, np, pd, shapely
from desserte._whole import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["FORMS", "TABLES", "hypotheses_text", "write", "write_beside"]

FORMS = (".geojson", ".gpkg", ".parquet", ".csv", ".xlsx")
TABLES = (".csv", ".parquet", ".xlsx")
"""For what has no place on a map."""

_DEGREES, _MINUTES, _PEOPLE, _OTHERS = 7, 2, 3, 6
"""Decimals in text; whoever wants all of them has Parquet and GeoPackage."""
_DECIMALS = {
    **dict.fromkeys(("lon", "lat"), _DEGREES),
    **dict.fromkeys(("apl", "people", "population", "standardised_population"), _PEOPLE),
}


def write(
    path: Path, tables: dict[str, Any], *, language: str = "fr", french_csv: bool = False
) -> list[Path]:
    """Writes tables by name, the first of them under the name of the file; gives the files."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from desserte.excel import to_excel

        return [to_excel(tables, path, language="en" if language == "en" else "fr")]
    if suffix == ".gpkg":
        _geopackage(path, tables, language)
        return [path]
    (first, table), *others = tables.items()
    # What one file cannot hold beside the first lies beside it.
    files = {path: (first, table)}
    files |= {path.with_suffix(f".{name}{path.suffix}"): (name, more) for name, more in others}
    writers: dict[str, Callable[[Path, str, Any], None]] = {
        ".csv": lambda part, _, found: _csv(part, found, is_french=french_csv),
        ".parquet": lambda part, _, found: _parquet(part, found),
        ".geojson": lambda part, name, found: _geojson(part, name, found, language),
    }
    for file, (name, found) in files.items():
        with whole_file(file) as part:
            writers[suffix](part, name, found)
    if suffix != ".csv":
        return list(files)
    return [*files, write_beside(path, {name: table.attrs for name, table in tables.items()})]


def write_beside(path: Path, attrs: dict[str, dict[str, Any]], language: str = "fr") -> Path:
    """Writes what some tables rest on to a text beside a file that has no place for it."""
    beside = path.with_suffix(".hypotheses.txt")
    with whole_file(beside) as part:
        part.write_text(hypotheses_text(attrs, language) + "\n", encoding="utf-8")
    return beside


def hypotheses_text(attrs: dict[str, dict[str, Any]], language: str) -> str:
    """What some tables rest on, a line each."""
    lines = assumptions(attrs, language)
    return "\n".join(f"{about} : {said} : {value}" for about, said, value in lines)


def _csv(part: Path, table: Any, *, is_french: bool) -> None:
    """A table of text: as everyone reads it, or as a French spreadsheet opens it."""
    forms: dict[str, Any] = {"sep": ",", "encoding": "utf-8"}
    if is_french:
        forms = {"sep": ";", "decimal": ",", "encoding": "utf-8-sig", "lineterminator": "\r\n"}
    frame = _rounded(_spelt_out(table))
    frame.to_csv(part, index=False, **forms)


def _parquet(part: Path, table: Any) -> None:
    """All digits, and the attrs in the metadata, where pandas finds them again."""
    kept = table.copy(deep=False)
    kept.attrs = readable(table.attrs)
    kept.to_parquet(part, index=False)


def _geojson(part: Path, name: str, table: Any, language: str) -> None:
    """Degrees to the centimetre, as the standard has it."""
    _to_layer(
        part,
        _rounded(table.to_crs("EPSG:4326")),
        driver="GeoJSON",
        layer=name,
        RFC7946="YES",
        DESCRIPTION=hypotheses_text({name: table.attrs}, language),
    )


def _geopackage(path: Path, tables: dict[str, Any], language: str) -> None:
    """Layers beside those that the file has already; one of the same name is replaced."""
    with whole_file(path) as part:
        if path.exists():
            shutil.copyfile(path, part)
        for name, table in tables.items():
            _to_layer(part, table, driver="GPKG", layer=name)
            about = {"fr": ("sujet", "hypothese", "valeur"), "en": ("about", "what", "value")}
            lines = assumptions({name: table.attrs}, language)
            rests_on = pd.DataFrame(lines, columns=about[language])
            _to_layer(part, rests_on, driver="GPKG", layer=f"hypotheses_{name}")


def _to_layer(part: Path, table: Any, *, driver: str, layer: str, **options: Any) -> None:
    import pyogrio

    plain = table.copy(deep=False)
    for name in plain.columns:
        if isinstance(plain[name].dtype, pd.CategoricalDtype):
            plain[name] = plain[name].astype(object)
    with warnings.catch_warnings():
        # The file has its own name once it is whole.
        warnings.filterwarnings("ignore", message=".*extension.*", category=RuntimeWarning)
        try:
            pyogrio.write_dataframe(plain, part, driver=driver, layer=layer, **options)
        except (RuntimeError, ValueError) as error:
            # GDAL does not tell a full disk from a file that is no GeoPackage.
            raise OSError(errno.EIO, f"the layer {layer!r} cannot be written ({error})") from error


def _spelt_out(table: Any) -> pd.DataFrame:
    """The table with its points as two columns of degrees, or its areas as text (WKT)."""
    if not isinstance(table, gpd.GeoDataFrame):
        return pd.DataFrame(table)
    kept = pd.DataFrame(table.drop(columns=table.active_geometry_name))
    shapes = table.geometry.to_crs("EPSG:4326")
    if (shapes.dropna().geom_type == "Point").all():
        xy = np.asarray(shapes.array)
        return kept.assign(lon=shapely.get_x(xy), lat=shapely.get_y(xy))
    return kept.assign(wkt=shapes.to_wkt(rounding_precision=_DEGREES))


def _rounded(table: Any) -> Any:
    """Figures without the digits that nobody measured: a second, a centimetre."""
    decimals = {
        name: _decimals(str(name), table[name].dtype)
        for name in table.columns
        if pd.api.types.is_float_dtype(table[name].dtype)
    }
    # Single precision rounded is 12.3400001 when it is written.
    exact = table.astype(dict.fromkeys(decimals, "float64")).round(decimals)
    # People are read from text as numbers: 1533 of them, not 1533.0.
    whole = [name for name in decimals if (exact[name].dropna() % 1 == 0).all()]
    return exact.astype(dict.fromkeys(whole, "Int64"))


def _decimals(column: str, dtype: Any) -> int:
    # What is kept in single precision are minutes and kilometres, whatever their heading.
    is_measure = dtype == np.float32 or "minutes" in column or "kilometres" in column
    return _DECIMALS.get(column, _MINUTES if is_measure else _OTHERS)
