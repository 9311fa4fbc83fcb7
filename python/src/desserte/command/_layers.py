"""What is in this layer, whatever its format?

GeoJSON, GeoPackage, shapefiles and all else that GDAL opens, and Parquet. Of a file with
several layers one is named as ``file.gpkg#layer``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import gpd, pd
from desserte.errors import InputError, TableError

if TYPE_CHECKING:
    from desserte.french._files import Source

__all__ = ["areas_of", "layer_of", "parquet_of", "split_layer"]


def split_layer(text: str) -> tuple[Path, str | None]:
    """The file and the layer that ``file.gpkg#layer`` names; a file that is there is one."""
    name, mark, layer = text.rpartition("#")
    if not mark or Path(text).exists():
        return Path(text), None
    return Path(name), layer


def areas_of(text: str, option: str) -> gpd.GeoDataFrame:
    """The areas of a file, with their columns."""
    from desserte.french._files import sources

    path, layer = split_layer(text)
    if not path.exists():
        raise FileNotFoundError(f"there is no file {str(path)!r} for {option}")
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the file in it for {option}")
    [source, *others] = sources(path, "read_communes")
    if others or source.form not in ("geometry", "parquet"):
        raise InputError(
            f"{option} is a layer of areas (GeoJSON, GeoPackage, shapefile, GeoParquet), "
            f"got {path.name}"
        )
    table = parquet_of(source) if source.form == "parquet" else layer_of(source, layer)
    if not isinstance(table, gpd.GeoDataFrame):
        raise InputError(f"{path.name} has no geometry; {option} is a layer of areas")
    return table


def layer_of(source: Source, layer: str | None) -> Any:
    """A layer that GDAL reads: the one named, or the only one."""
    import pyogrio

    path = source.layer_path()
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        # Tables without geometry say what a result rests on; they are no places.
        drawn = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        if layer is None and len(drawn) > 1:
            raise InputError(
                f"{source.name} has {some(drawn, 'layer')}; name one, as in "
                f"{source.path.name}#{drawn[0]}"
            )
        if layer is not None and layer not in names:
            raise InputError(f"{source.name} has no layer {layer!r}; it has {some(names, 'layer')}")
        return gpd.read_file(path, layer=layer or (drawn or names)[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, IndexError) as error:
        raise TableError(
            f"{source.name} is not a layer that can be read, or is damaged: {error}"
        ) from error


def parquet_of(source: Source) -> Any:
    """A table in columns, with its geometry if it has one."""
    from desserte.french._parquet import parquet_columns

    parquet_columns(source)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        is_geo = b"geo" in (pq.read_schema(source.path).metadata or {})
        return gpd.read_parquet(source.path) if is_geo else pd.read_parquet(source.path)
    except (pa.ArrowInvalid, ValueError) as error:
        raise TableError(f"{source.name} is damaged, or no Parquet: {error}") from error
