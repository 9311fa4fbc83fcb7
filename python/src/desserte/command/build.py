"""How is the network of a territory made, once, for all questions?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desserte.command._network import bar, is_extract, present, profile_of
from desserte.command._options import BuildOutput, ProfileName, Quiet, RuralKmh, Season
from desserte.command._output import writable
from desserte.command._say import remark, say
from desserte.command._words import count, megabytes
from desserte.errors import InputError

__all__ = ["build"]


_Given = Annotated[
    list[Path],
    typer.Argument(
        metavar="EXTRAIT...",
        show_default=False,
        help="Un ou plusieurs extraits OpenStreetMap (.osm.pbf), qui peuvent se recouvrir.",
    ),
]
_Departure = Annotated[
    str | None,
    typer.Option(
        "--departure",
        metavar="MOMENT",
        show_default=False,
        help="Moment du départ, pour ce qui ne vaut qu'à certaines heures : 2025-10-07T10:00, un "
        "mardi de période scolaire à dix heures, si rien n'est dit.",
    ),
]
_Season = Annotated[
    Season, typer.Option("--season", help="winter ferme les cols et ce qui n'est pas déneigé.")
]
_Within = Annotated[
    str | None,
    typer.Option(
        "--within",
        metavar="COUCHE",
        show_default=False,
        help="Zones à garder (un département, un EPCI), dans toute projection.",
    ),
]
_BufferKm = Annotated[
    float,
    typer.Option(
        "--buffer-km", metavar="KM", min=0, help="Ce qu'on garde autour de --within, en km."
    ),
]
_Prepare = Annotated[
    bool,
    typer.Option(
        "--prepare/--no-prepare",
        help="Prépare les grandes questions : quelques secondes de plus, une fois.",
    ),
]


def build(
    extracts: _Given,
    output: BuildOutput,
    *,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    departure: _Departure = None,
    season: _Season = Season.normal,
    within: _Within = None,
    buffer_km: _BufferKm = 30,
    prepare: _Prepare = True,
    quiet: Quiet = False,
) -> None:
    """Construit et enregistre le réseau d'un territoire.

    Une fois enregistré, il s'ouvre en un instant et répond à toutes les questions.

    Exemple : desserte build ardeche.osm.pbf drome.osm.pbf --rural-kmh 90 -o sud.desserte

    Le réseau garde le profil (qui voyage, à quelle vitesse, quel jour) : un réseau par profil.
    """
    from desserte.command._layers import areas_of
    from desserte.network import RoadNetwork

    path = writable(output, (".desserte",))
    present(extracts)
    others = [file.name for file in extracts if not is_extract(file)]
    if others:
        raise InputError(f"extracts are .osm.pbf files, got {', '.join(others)}")
    rules = profile_of(profile, rural_kmh=rural_kmh, departure=departure, season=season.value)
    network = RoadNetwork.from_pbf(
        extracts,
        profile=rules,
        within=None if within is None else areas_of(within, "--within"),
        buffer_km=buffer_km,
        progress=bar(quiet=quiet),
    )
    if prepare:
        network.prepare(progress=bar(quiet=quiet))
    network.save(path)
    counts = network.manifest["counts"]
    say(
        f"{path} : {count(counts['streets'])} rues, {count(counts['street_km'])} km, "
        f"profil {rules.name}, {megabytes(path.stat().st_size)}."
    )
    if not prepare:
        remark("(non préparé : la première grande question sera plus longue)", quiet=quiet)
