"""Which arguments and options do several verbs share?

One word for one thing: an option is spelt and explained here, once.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "BothDirections",
    "BothWays",
    "BuildOutput",
    "Crs",
    "DestinationId",
    "DestinationName",
    "Destinations",
    "Direction",
    "Extracts",
    "FrenchCsv",
    "Id",
    "Language",
    "MaxMinutes",
    "Name",
    "Networks",
    "Origins",
    "Output",
    "ProfileName",
    "Quiet",
    "RadiusMetres",
    "RuralKmh",
    "Season",
    "Tongue",
]


class Tongue(str, Enum):
    """The languages of what is found."""

    fr = "fr"
    en = "en"


class Season(str, Enum):
    """The seasons of a profile."""

    normal = "normal"
    winter = "winter"


class Direction(str, Enum):
    """Which way the trips go."""

    from_ = "from"
    to = "to"


class BothWays(str, Enum):
    """Which way the trips go, there and back included."""

    from_ = "from"
    to = "to"
    both = "both"


Networks = Annotated[
    list[Path],
    typer.Argument(
        metavar="RÉSEAU...",
        show_default=False,
        help="Un réseau enregistré (.desserte), ou un ou plusieurs extraits OpenStreetMap "
        "(.osm.pbf), lus à chaque fois.",
    ),
]
Extracts = Annotated[
    list[Path] | None,
    typer.Option(
        "--extract",
        metavar="FICHIER",
        show_default=False,
        help="L'extrait (.osm.pbf) d'où viennent @places, @villages, @communes et @care, quand "
        "le réseau est enregistré ; répétable.",
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="PROFIL",
        show_default=False,
        help="car, foot, bicycle, ou un fichier .toml ; car si rien n'est dit.",
    ),
]
RuralKmh = Annotated[
    str | None,
    typer.Option(
        "--rural-kmh",
        metavar="KMH",
        show_default=False,
        help="Limite hors agglomération là où aucun panneau ne la dit : un nombre (90 là où le "
        "département l'a choisi), ou une couche de zones avec une colonne kmh ; 80 si rien "
        "n'est dit.",
    ),
]
Id = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="COLONNE",
        show_default=False,
        help="Colonne des identifiants (insee_code, id, finess... reconnues d'elles-mêmes).",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="COLONNE",
        show_default=False,
        help="Colonne des noms (name, nom, libelle... reconnues d'elles-mêmes).",
    ),
]
DestinationId = Annotated[
    str | None,
    typer.Option(
        "--destination-id", metavar="COLONNE", show_default=False, help="De même, destinations."
    ),
]
DestinationName = Annotated[
    str | None,
    typer.Option(
        "--destination-name", metavar="COLONNE", show_default=False, help="De même, destinations."
    ),
]
Crs = Annotated[
    str | None,
    typer.Option(
        "--crs",
        metavar="EPSG:CODE",
        show_default=False,
        help="Projection des colonnes x et y d'un CSV, par exemple EPSG:2154 (Lambert 93).",
    ),
]
Language = Annotated[
    Tongue, typer.Option("--language", help="Langue de ce qui est écrit : français ou anglais.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Ni barre de progression ni remarques.")]
BuildOutput = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FICHIER",
        show_default=False,
        help="Le réseau à écrire, par exemple ardeche.desserte.",
    ),
]
_POINTS = (
    "points d'un GeoJSON, GeoPackage (fichier.gpkg#couche), Parquet, CSV (lon et lat, ou x et y "
    "avec --crs) ou classeur, fichier de communes, fichier FINESS (finess.csv:hospital,msp), "
    "plusieurs entre virgules ; ou @places, @villages, @communes, @care, @care:gp,pharmacy "
    "pris dans l'extrait."
)
Origins = Annotated[
    str, typer.Argument(metavar="ORIGINES", show_default=False, help=f"D'où l'on part : {_POINTS}")
]
Destinations = Annotated[
    str,
    typer.Argument(
        metavar="DESTINATIONS", show_default=False, help="Où l'on va : de même, fichier ou @mot."
    ),
]
BothDirections = Annotated[
    BothWays,
    typer.Option(
        "--direction", help="from : on part des origines ; to : on y arrive ; both : les deux."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FICHIER",
        show_default=False,
        help="Fichier à écrire ; son extension dit sa forme : .geojson, .gpkg (la couche "
        "s'ajoute au fichier), .parquet, .csv, .xlsx. CSV et GeoJSON sont arrondis (minutes à deux "
        "décimales, APL à trois), les autres gardent tout.",
    ),
]
FrenchCsv = Annotated[
    bool,
    typer.Option(
        "--french-csv", help="CSV pour un tableur français : point-virgule, virgule décimale."
    ),
]
MaxMinutes = Annotated[
    float | None,
    typer.Option(
        "--max-minutes",
        metavar="MIN",
        show_default=False,
        help="Temps au-delà duquel on ne cherche plus ; sans limite si rien n'est dit.",
    ),
]
RadiusMetres = Annotated[
    float,
    typer.Option(
        "--radius-metres", metavar="M", min=0, help="Jusqu'où chercher la rue la plus proche."
    ),
]
