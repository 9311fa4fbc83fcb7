"""What do the verbs that ask about points have in common?

They open the network, read the points, refuse an output that cannot be written before any of
it, and say at the end what was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from desserte._checks import check_limits
from desserte.command._network import extracts_among, network_of
from desserte.command._output import writable
from desserte.command._points import Asked, Layer, points_of
from desserte.command._say import remark, say
from desserte.command._words import decimals
from desserte.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desserte.network import RoadNetwork

__all__ = [
    "Scene",
    "ids_named",
    "limits",
    "minutes_or_none",
    "number_column",
    "output_of",
    "placed",
    "told",
    "write",
]


@dataclass(frozen=True)
class Scene:
    """The network of a question, and where its points may come from."""

    networks: Sequence[Path]
    extracts: Sequence[Path] | None
    profile: str | None
    rural_kmh: str | None
    crs: str | None
    quiet: bool
    layers: dict[str, Layer] = field(default_factory=dict, init=False)
    """What was read for it, by its role."""

    def network(self) -> RoadNetwork:
        """The streets; that they are invented is said before anything else."""
        from desserte.plot._words import is_sketch

        network = network_of(
            self.networks, profile=self.profile, rural_kmh=self.rural_kmh, quiet=self.quiet
        )
        if is_sketch(network.manifest):
            say("CROQUIS : les routes sont inventées, aucun temps ne vaut pour le pays.")
        for role, layer in self.layers.items():
            _tell_elsewhere(role, layer, network.manifest["bounds"], quiet=self.quiet)
        return network

    def points(
        self,
        text: str,
        role: str,
        *,
        id: str | None = None,  # noqa: A002 - the name of the option
        name: str | None = None,
    ) -> Layer:
        """The points of a layer, or of the extract."""
        known = [*(self.extracts or ()), *extracts_among(self.networks)]
        asked = Asked(text, role, id, name, self.crs, known, self.quiet)
        self.layers[role] = points_of(asked)
        return self.layers[role]


def _tell_elsewhere(role: str, layer: Layer, bounds: Sequence[float], *, quiet: bool) -> None:
    """Says of points that are all off the map that they are: none of them will have a time."""
    west, south, east, north = bounds
    # What is no point is refused later, by the package.
    at = layer.points.geometry.to_crs("EPSG:4326").bounds
    is_near = (at["minx"] <= east) & (at["maxx"] >= west)
    if (is_near & (at["miny"] <= north) & (at["maxy"] >= south)).any():
        return
    lon, lat, *box = (decimals(value, 2) for value in (*at.iloc[0, :2], *bounds))
    remark(
        f"{role} : aucun lieu dans le cadre de la carte (longitude {box[0]} à {box[2]}, latitude "
        f"{box[1]} à {box[3]}), le premier est à {lon} et {lat} ; vérifiez --crs et l'extrait",
        quiet=quiet,
    )


def limits(text: str) -> list[float]:
    """Minutes between commas: 10,20,30."""
    try:
        return check_limits([float(part) for part in text.replace(";", ",").split(",")])
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--minutes") from None
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no list of minutes, as in 10,20,30", param_hint="--minutes"
        ) from None


def minutes_or_none(value: float | None, option: str) -> float | None:
    """One limit, or none."""
    if value is None:
        return None
    try:
        return check_limits([value])[0]
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def output_of(path: Path | None, forms: Sequence[str], *, french_csv: bool) -> Path | None:
    """The file to write, tried before anything long; French CSV is CSV."""
    if french_csv and (path is None or path.suffix.lower() != ".csv"):
        raise typer.BadParameter("it is for an output that ends in .csv", param_hint="--french-csv")
    return None if path is None else writable(path, forms)


def number_column(layer: Layer, column: str, role: str, option: str) -> Any:
    """A column of numbers of 0 or more, by id; what is none is refused with its ids."""
    from desserte._checks import some
    from desserte._lazy import np, pd
    from desserte.command._rows import refuse_absent

    refuse_absent(layer.points, column, role, option)
    found = pd.to_numeric(layer.points[column], errors="coerce").astype("float64")
    bad = ~(np.isfinite(found) & (found >= 0))
    if bad.any():
        raise InputError(
            f"{role} has no number of 0 or more in the column {column!r}, in "
            f"{some(found.index[bad].tolist())}; complete these rows, or leave them out"
        )
    return found.rename(column)


def ids_named(text: str | None, layer: Layer, option: str) -> list[Any]:
    """The ids that a list between commas names, as the layer has them."""
    from desserte._checks import some
    from desserte.errors import IdError

    known = {str(one): one for one in layer.points.index}
    named = [part.strip() for part in (text or "").split(",") if part.strip()]
    unknown = [name for name in named if name not in known]
    if unknown:
        raise IdError(f"{option} names unknown sites, {some(unknown, 'id')}")
    return [known[name] for name in named]


def placed(table: Any, ids: Any, layer: Layer, path: Path) -> Any:
    """A table with the places of its rows: as they were drawn on a map, as points elsewhere."""
    from desserte._lazy import gpd

    is_map = path.suffix.lower() in (".geojson", ".gpkg", ".parquet")
    shapes = layer.shapes if is_map else layer.points.geometry
    shapes = shapes.set_axis(layer.points.index)
    made = gpd.GeoDataFrame(table, geometry=shapes.reindex(ids).to_numpy(), crs=layer.points.crs)
    made.attrs = dict(table.attrs)
    return made


def told(layers: dict[str, Layer]) -> dict[str, Any]:
    """The sources of the points, for the hypotheses."""
    return {role: layer.source for role, layer in layers.items() if layer.source}


def write(path: Path, tables: dict[str, Any], *, french_csv: bool, quiet: bool) -> None:
    """Writes the tables and says where."""
    from desserte.command import _write

    written = _write.write(path, tables, french_csv=french_csv)
    say(f"Écrit : {', '.join(map(str, written))}")
    where = {
        ".xlsx": "dans la feuille « Hypothèses »",
        ".gpkg": f"dans la table hypotheses_{next(iter(tables))}",
        ".geojson": "dans la description du fichier",
        ".parquet": "dans les métadonnées du fichier",
        ".csv": f"dans {path.with_suffix('.hypotheses.txt').name}",
    }
    remark(f"(hypothèses : {where[path.suffix.lower()]})", quiet=quiet)
