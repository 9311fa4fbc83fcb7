"""Which layers does this map file hold?

A GeoPackage has several layers, a shapefile or a GeoJSON file one. pyogrio reads
them; a layer is known by its columns, and by whether it holds points or areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._lazy import gpd
from desserte.errors import TableError
from desserte.french._layouts import Found, recognise, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desserte.french._files import Source

__all__ = ["Layer", "layers_of", "map_columns"]


@dataclass(frozen=True)
class Layer:
    """One layer whose columns a reader knows."""

    source: Source
    name: str
    found: Found
    table: gpd.GeoDataFrame

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.source.name


def layers_of(given: Sequence[Source], reader: str) -> list[Layer]:
    """The layers of some map files that this reader knows.

    Raises
    ------
    TableError
        If a file cannot be opened, or has no such layer.
    """
    found = [(source, layer) for source in given for layer in _known(source, reader)]
    layers = [layer for _, layer in found if isinstance(layer, Layer)]
    for path in {source.path for source in given}:
        if not any(layer.source.path == path for layer in layers):
            columns = [c for s, c in found if s.path == path and not isinstance(c, Layer)]
            raise refuse_unknown(max(columns, key=len, default=[]), reader, path.name)
    return layers


def map_columns(source: Source) -> tuple[str, ...]:
    """The columns of the first layer, to name those of a foreign map file."""
    import pyogrio

    try:
        layer, kind = pyogrio.list_layers(source.layer_path())[0]
        fields = pyogrio.read_info(source.layer_path(), layer=layer)["fields"]
    except (pyogrio.errors.DataSourceError, IndexError):
        return ()
    return (*map(str, fields), _shape(kind))


def _known(source: Source, reader: str) -> Iterator[Layer | list[str]]:
    """Each layer; its columns alone where the reader does not know them."""
    import pyogrio

    path = source.layer_path()
    try:
        names = pyogrio.list_layers(path)
    except pyogrio.errors.DataSourceError as error:
        raise TableError(f"{source.name} cannot be opened as a map: {error}") from error
    for name, kind in names:
        columns = [*pyogrio.read_info(path, layer=name)["fields"], _shape(kind)]
        found = recognise(columns, reader)
        if found is None:
            yield columns
        else:
            yield Layer(source, str(name), found, _read(path, name))


def _read(path: str, name: str) -> Any:
    return gpd.read_file(path, layer=name, engine="pyogrio")


def _shape(kind: str | None) -> str:
    """Points or areas, as a column that a layout may need."""
    word = (kind or "").casefold()
    if "point" in word:
        return "<point>"
    return "<area>" if "polygon" in word or word in {"", "unknown"} else "<line>"
