"""Which ground is within so many minutes of these places?"""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from desserte._areas import ORIGINS
from desserte.command._ask import Scene, limits, output_of, told, write
from desserte.command._network import bar
from desserte.command._options import (
    Crs,
    Direction,
    Extracts,
    FrenchCsv,
    Id,
    Name,
    Networks,
    Origins,
    ProfileName,
    Quiet,
    RadiusMetres,
    RuralKmh,
)
from desserte.command._say import say
from desserte.command._words import counted
from desserte.command._write import FORMS, write_beside

__all__ = ["isochrones"]


class _Shape(str, Enum):
    disc = "disc"
    ring = "ring"


_Minutes = Annotated[
    str, typer.Option("--minutes", metavar="MIN,MIN", show_default=False, help="Limites, 10,20,30.")
]
_Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FICHIER",
        show_default=False,
        help="Fichier à écrire ; son extension dit sa forme : .geojson, .gpkg (la couche "
        "s'ajoute au fichier), .parquet, .csv (WKT), .xlsx (sans les formes).",
    ),
]
_Direction = Annotated[
    Direction,
    typer.Option(
        "--direction", help="from : où l'on arrive en partant du point ; to : d'où on y arrive."
    ),
]
_ShapeOption = Annotated[
    _Shape, typer.Option("--shape", help="disc : tout ; ring : au-delà de la limite d'avant.")
]
_Merged = Annotated[
    bool, typer.Option("--merged", help="Une zone par limite, pour tous les points ensemble.")
]
_Offroad = Annotated[
    float, typer.Option("--offroad-metres", metavar="M", min=1, help="Marche hors de la rue.")
]
_Resolution = Annotated[
    float, typer.Option("--resolution-metres", metavar="M", min=1, help="Maille du dessin.")
]


def isochrones(
    network: Networks,
    origins: Origins,
    *,
    minutes: _Minutes,
    output: _Output,
    direction: _Direction = Direction.from_,
    shape: _ShapeOption = _Shape.disc,
    merged: _Merged = False,
    offroad_metres: _Offroad = 300,
    resolution_metres: _Resolution = 100,
    radius_metres: RadiusMetres = 1000,
    id: Id = None,  # noqa: A002 - the name of the option
    name: Name = None,
    crs: Crs = None,
    extract: Extracts = None,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    french_csv: FrenchCsv = False,
    quiet: Quiet = False,
) -> None:
    """Dessine les zones à moins de tant de minutes.

    Exemple : desserte isochrones ardeche.osm.pbf @care:msp --minutes 10,20,30 --direction to
    -o zones.gpkg
    """
    asked = limits(minutes)
    path = output_of(output, FORMS, french_csv=french_csv)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    layer = scene.points(origins, "ORIGINES", id=id, name=name)
    import desserte as ds

    # More than are drawn at a time are written as they are drawn.
    is_streamed = path is not None and path.suffix.lower() == ".parquet" and len(layer) > ORIGINS
    question: dict[str, Any] = {
        "direction": direction.value,
        "shape": shape.value,
        "origins_are": "merged" if merged else "separate",
        "offroad_metres": offroad_metres,
        "resolution_metres": resolution_metres,
        "radius_metres": radius_metres,
        "to": path if is_streamed else None,
        "progress": bar(quiet=quiet),
    }
    made: Any = ds.isochrones(scene.network(), layer.points, minutes=asked, **question)
    attrs = _attrs_of(made) if is_streamed else made.attrs
    attrs["sources"] = told({"ORIGINES": layer})
    _summary(attrs, layer)
    if is_streamed:
        say(f"Écrit : {path}, {write_beside(output, {'isochrones': attrs})}")
    elif path is not None:
        write(path, {"isochrones": made}, french_csv=french_csv, quiet=quiet)


def _attrs_of(path: Path) -> dict[str, Any]:
    """What a file says of itself that was written as it was drawn."""
    import pyarrow.parquet as pq

    attrs: dict[str, Any] = json.loads(pq.read_schema(path).metadata[b"desserte"])
    return attrs


def _summary(attrs: dict[str, Any], layer: Any) -> None:
    """How many there are, and for how many the answer is not whole."""
    many = 1 if attrs["origins_are"] == "merged" else len(layer)
    zones = counted(many * len(attrs["minutes"]), "zone")
    facts = [f"{counted(len(layer), 'origine')}, {zones}"]
    off, at_edge = len(attrs["off_network"]), len(attrs["at_edge"])
    if off:
        facts.append(counted(off, "origine loin de toute rue"))
    if at_edge:
        facts.append(
            f"le bord de la carte est atteint depuis {counted(at_edge, 'origine')}, "
            "au-delà rien n'est connu"
        )
    say(" ; ".join(facts) + ".")
