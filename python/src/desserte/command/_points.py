"""Which points does the question start from, and go to?

Those of a file, whoever made it, or those of the extract itself: ``@places``, ``@villages``,
``@communes`` and ``@care``. What is read keeps its columns; its ids are known by their names,
or named; and it is told where the points come from, for the hypotheses of the result. Of care
points some kinds are named as of the extract: ``finess.csv:hospital,msp``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from desserte._checks import some
from desserte._frames import repeated
from desserte._lazy import gpd, pd
from desserte.command import _rows
from desserte.command._extract import from_extract, of_kinds
from desserte.command._layers import layer_of, parquet_of, split_layer
from desserte.command._network import is_extract
from desserte.command._say import remark
from desserte.command._words import counted
from desserte.errors import CrsError, IdError, InputError
from desserte.french._layouts import plain
from desserte.french._values import COMMUNE
from desserte.places import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desserte.french._files import Source

__all__ = ["Asked", "Layer", "points_of"]

_CODES = ("insee_code", "code_insee", "insee_com", "codgeo")
_IDS = ("id", "finess", "nofinesset", "place_id", "care_id", "site", "origin")
_ID_OPTIONS = {
    "DESTINATIONS": "--destination-id",
    "CANDIDATS": "--candidate-id",
    "OFFRE": "--supply-id",
}
_NAMES = ("name", "nom", "libelle", "libgeo", "label", "commune", "nom_commune", "rs")


@dataclass(frozen=True)
class Asked:
    """What the command line says of one layer: where it is, and which columns mean what."""

    text: str
    role: str
    """The word of the help, for remarks and refusals."""
    id: str | None = None
    name: str | None = None
    crs: str | None = None
    extracts: Sequence[Path] = ()
    """Where places and care points are taken from."""
    quiet: bool = False

    @property
    def id_option(self) -> str:
        """The option that names its column of ids."""
        return _ID_OPTIONS.get(self.role, "--id")

    def remark(self, text: str) -> None:
        """What is worth knowing of this layer."""
        remark(f"{self.role} : {text}", quiet=self.quiet)


@dataclass(frozen=True)
class Layer:
    """Points with ids and all columns of their file, the shapes they were drawn as, the source."""

    points: gpd.GeoDataFrame
    shapes: gpd.GeoSeries
    source: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.points)


def points_of(asked: Asked) -> Layer:
    """The points that an argument names."""
    if asked.text.startswith("@"):
        if asked.id is not None:
            raise typer.BadParameter(
                f"{asked.role} is {asked.text}, whose ids are those of the map, and has no column "
                f"{asked.id!r}; leave the option out",
                param_hint=asked.id_option,
            )
        table, source = from_extract(asked.text, asked.role, asked.extracts, quiet=asked.quiet)
        return Layer(_named(table, asked), table.geometry, source)
    layers = [_of_one(replace(asked, text=text)) for text in _files(asked.text)]
    return layers[0] if len(layers) == 1 else _together(layers, asked)


def _files(text: str) -> list[str]:
    """The files between commas, as the two banks of a river have one each."""
    if split_layer(text)[0].exists():
        return [text]
    files: list[str] = []
    for piece in text.split(","):
        if files and piece in KINDS:
            files[-1] += f",{piece}"
        else:
            files.append(piece)
    return files


def _kinds(text: str) -> tuple[str, list[str]]:
    """The file of ``finess.csv:hospital,msp``, and the kinds."""
    file, mark, tail = text.rpartition(":")
    kinds = tail.split(",")
    return (file, kinds) if mark and all(kind in KINDS for kind in kinds) else (text, [])


def _of_one(asked: Asked) -> Layer:
    """The points of one file."""
    file, kinds = _kinds(asked.text)
    table, source = _of_file(replace(asked, text=file))
    if kinds:
        _rows.refuse_absent(table, "kind", source["file"], f":{','.join(kinds)}")
        table, source["what"] = of_kinds(table, kinds, source["file"]), ", ".join(kinds)
    if len(table) == 0:
        raise InputError(f"{source['file']} has no row; {asked.role} needs one at least")
    table = _with_ids(_named(table, asked), asked, source["file"])
    shapes = table.geometry
    return Layer(_as_points(table, asked, source), shapes, source)


def _together(layers: list[Layer], asked: Asked) -> Layer:
    """The points of several files, in the CRS of the first."""
    crs = layers[0].points.crs
    points = pd.concat([layer.points.to_crs(crs) for layer in layers])
    shapes = pd.concat([layer.shapes.to_crs(crs) for layer in layers])
    if not points.index.is_unique:
        raise IdError(
            f"the files of {asked.role} share {some(repeated(points.index), 'id')}; name a column "
            f"of ids with {asked.id_option} that tells all their rows apart"
        )
    source = {str(place): layer.source for place, layer in enumerate(layers, 1)}
    return Layer(points, shapes, source)


def _of_file(asked: Asked) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """The rows of a file with their geometry, and what the file is."""
    from desserte.french._files import sources

    path, layer = split_layer(asked.text)
    if not path.exists():
        raise FileNotFoundError(
            f"there is no file {asked.text!r} for {asked.role}; "
            "places of the extract are @places, @villages, @communes and @care"
        )
    if is_extract(path):
        raise InputError(
            f"{path.name} is an extract; for its places give @places or @villages, for its "
            "care points @care or @care:gp,pharmacy"
        )
    if path.is_dir():
        raise InputError(f"{asked.text} is a folder; give the file in it for {asked.role}")
    found = sources(path, "read_communes")
    if len(found) > 1:
        names = [source.name for source in found]
        raise InputError(f"{path.name} holds {some(names, 'file')}; unpack the one to read")
    [source] = found
    known = {"file": source.name, "sha256": source.sha256}
    if source.form == "geometry":
        return _checked(layer_of(source, layer), source), known
    if source.form == "parquet":
        table = parquet_of(source)
        if isinstance(table, gpd.GeoDataFrame):
            return _checked(table, source), known
        return _rows.located(_rows.typed(table), source.name, asked.crs), known
    return _rows.read(source, asked.crs, id_column=asked.id, remark=asked.remark), known


def _checked(table: Any, source: Source) -> gpd.GeoDataFrame:
    if not isinstance(table, gpd.GeoDataFrame):
        raise InputError(f"{source.name} has no geometry; points are wanted")
    if table.crs is None:
        raise CrsError(f"{source.name} has no CRS; save it with one, EPSG:2154 for Lambert 93")
    absent = table.geometry.isna() | table.geometry.is_empty
    if absent.any():
        rows = [row + 1 for row in absent.to_numpy().nonzero()[0].tolist()]
        raise InputError(
            f"{source.name} has no position in {some(rows)} (counted from 1); "
            "leave these out, or complete them"
        )
    return table.reset_index(drop=True)


def _named(table: gpd.GeoDataFrame, asked: Asked) -> gpd.GeoDataFrame:
    """The table with its names in ``name``: the column asked for, or the first that is one."""
    if asked.name is not None:
        _rows.refuse_absent(table, asked.name, asked.role, "--name")
    column = asked.name or _rows.first_of(table, _NAMES)
    if column is None or column == "name":
        return table
    kept = table.rename(columns={"name": "name_of_file"}) if "name" in table else table
    return (
        kept.rename(columns={column: "name"})
        if column != asked.id
        else kept.assign(name=kept[column])
    )


def _with_ids(table: gpd.GeoDataFrame, asked: Asked, file: str) -> gpd.GeoDataFrame:
    """The table by its ids, which are there once each."""
    if asked.id is not None:
        _rows.refuse_absent(table, asked.id, asked.role, asked.id_option)
    column = asked.id or _rows.first_of(table, _IDS) or _code_of(table)
    if column is None:
        asked.remark(
            f"{file} n'a pas de colonne d'identifiants sans répétition, les lignes sont numérotées "
            f"de 1 à {len(table)} ({asked.id_option} COLONNE pour en nommer une)"
        )
        return table.set_index(pd.RangeIndex(1, len(table) + 1))
    ids = pd.Index(table[column].to_numpy())
    absent = ids.isna()
    if absent.any():
        rows = [row + 1 for row in absent.nonzero()[0].tolist()]
        raise IdError(f"{file} has no {column} in {some(rows)} (counted from 1)")
    if not ids.is_unique:
        raise IdError(
            f"{file} repeats {some(repeated(ids), 'id')} in the column {column!r}; "
            f"leave the rows of too many out, or name another column with {asked.id_option}"
        )
    return table.set_index(ids)


def _code_of(table: gpd.GeoDataFrame) -> str | None:
    """The column of the codes of communes, where each has one row: practices may share one."""
    column = _rows.first_of(table, (*_CODES, "code"))
    if column is None or not table[column].is_unique:
        return None
    # A column of that name may hold anything.
    is_insee = table[column].astype("string").str.fullmatch(COMMUNE).fillna(value=False).all()
    return column if is_insee or plain(column) != "code" else None


def _as_points(table: gpd.GeoDataFrame, asked: Asked, source: dict[str, Any]) -> gpd.GeoDataFrame:
    """Points as they are; areas at a point within them, which is told."""
    kinds = table.geometry.geom_type
    areas = kinds.isin(["Polygon", "MultiPolygon"])
    if not areas.any():
        # Of several points in one, which is meant nobody can say: the package refuses them.
        is_one = (kinds == "MultiPoint") & (table.geometry.count_coordinates() == 1)
        single = table.geometry.where(~is_one, table.geometry.representative_point())
        return table.set_geometry(single)
    source["points"] = f"{int(areas.sum())} areas, each at a point within it"
    asked.remark(
        f"{source['file']} contient {counted(areas.sum(), 'surface')} ; les trajets se mesurent "
        "d'un point à l'intérieur de chacune"
    )
    within = table.geometry.representative_point()
    return table.set_geometry(table.geometry.where(~areas, within))
