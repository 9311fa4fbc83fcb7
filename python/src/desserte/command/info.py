"""What is in this network, or in this extract, and how good is its map?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desserte.command._network import bar, extracts_among, network_of
from desserte.command._options import Language, ProfileName, Quiet, RuralKmh, Tongue
from desserte.command._say import say
from desserte.command._words import KINDS, columns, count, decimals, megabytes, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desserte.network import RoadNetwork

__all__ = ["info"]

_TITLES = {
    "extracts": ("Extraits", "Extracts"),
    "profile": ("Profil", "Profile"),
    "counts": ("Contenu", "Contents"),
    "speeds": ("Ce qui dit la vitesse", "What says the speed"),
    "cut_off": ("Ce qu'aucune route ne relie au reste", "What no road joins to the rest"),
    "places": ("Lieux", "Places"),
    "care": ("Lieux de soins", "Care points"),
}
_COUNTS = (
    ("streets", "rues", "streets"),
    ("street_km", "kilomètres", "kilometres"),
    ("junctions", "carrefours", "junctions"),
    ("arcs", "arcs (sens de circulation)", "arcs (directed)"),
)
_PLACES = {
    "city": "grandes villes",
    "town": "villes et bourgs",
    "village": "villages",
    "hamlet": "hameaux",
    "isolated_dwelling": "lieux isolés",
    "suburb": "quartiers",
    "neighbourhood": "îlots de quartier",
}


def info(
    network: Annotated[
        list[Path],
        typer.Argument(
            metavar="RÉSEAU...",
            show_default=False,
            help="Un réseau enregistré (.desserte), ou un ou plusieurs extraits (.osm.pbf).",
        ),
    ],
    *,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    language: Language = Tongue.fr,
    quiet: Quiet = False,
) -> None:
    """Dit ce que contient un réseau ou un extrait.

    Et ce que vaut sa carte : extraits, date et empreinte ; profil ; longueur des rues et ce qui
    dit leur vitesse ; ce qui est coupé du reste ; lieux et lieux de soins d'un extrait.

    Exemple : desserte info ardeche.osm.pbf
    """
    from desserte.places import read_care, read_places

    opened = network_of(network, profile=profile, rural_kmh=rural_kmh, quiet=quiet)
    told = language.value
    lines = [*_network(opened, told)]
    extracts = extracts_among(network)
    if extracts:
        places = read_places(extracts, progress=bar(quiet=quiet))["place"]
        care = read_care(extracts, progress=bar(quiet=quiet))["kind"]
        lines += _tally("places", places, _PLACES, told)
        lines += _tally("care", care, KINDS, told)
    say("\n".join(lines))


def _network(network: RoadNetwork, language: str) -> Iterator[str]:
    """All that the network knows of itself."""
    from desserte.plot._words import conditions, is_sketch

    manifest = network.manifest
    if is_sketch(manifest):
        yield {
            "fr": "CROQUIS : les routes sont inventées, aucun temps ne vaut pour le pays.",
            "en": "SKETCH: the roads are invented, no time holds for the country.",
        }[language]
    yield from _section("extracts", _extracts(manifest, language), language)
    yield from _section("profile", [conditions(manifest, language)], language)
    yield from _section("counts", _counts(manifest, language), language)
    sheet = network.speeds()
    yield from _section("speeds", _speeds(sheet.attrs, language), language)
    yield from _section("cut_off", _cut_off(sheet.attrs["cut_off"], language), language)


def _section(name: str, lines: list[str], language: str) -> Iterator[str]:
    yield _TITLES[name][0 if language == "fr" else 1]
    yield from (f"  {line}" for line in lines)


def _extracts(manifest: dict[str, Any], language: str) -> list[str]:
    from desserte.plot._words import date

    known = [
        f"{extract['name']}, {date(extract['data_date'], language)}, "
        f"{megabytes(extract['bytes'], language)}, sha256 {extract['sha256']}"
        for extract in manifest["extracts"]
    ]
    version = "calculé par" if language == "fr" else "computed by"
    return [*known, f"{version} desserte {manifest['version']}"]


def _counts(manifest: dict[str, Any], language: str) -> list[str]:
    counts = manifest["counts"]
    rows = [
        [french if language == "fr" else english, count(counts[name], language)]
        for name, french, english in _COUNTS
    ]
    restrictions = "interdictions de tourner" if language == "fr" else "turn restrictions"
    rows.append([restrictions, count(manifest["restrictions"]["applied"], language)])
    odd = sum(manifest["oddities"].values())
    rows.append(["anomalies de la carte" if language == "fr" else "oddities", count(odd, language)])
    west, south, east, north = (decimals(value, 3, language) for value in manifest["bounds"])
    between = (
        f"longitude {west} à {east}, latitude {south} à {north}"
        if language == "fr"
        else f"longitude {west} to {east}, latitude {south} to {north}"
    )
    return [*columns(rows), between]


def _speeds(attrs: dict[str, Any], language: str) -> list[str]:
    """What decides the speed of so many kilometres."""
    from desserte import _native

    words = dict(_native.speed_sources())
    rows = [
        [
            words[source] if language == "fr" else source,
            f"{count(share * attrs['kilometres'], language)} km",
            percent(share, language),
        ]
        for source, share in attrs["share_by_source"].items()
    ]
    limit, surface = (
        percent(attrs[f"share_with_{what}"], language) for what in ("limit", "surface")
    )
    told = (
        f"la carte connaît la limite de {limit} des kilomètres, le revêtement de {surface}"
        if language == "fr"
        else f"the map has a limit for {limit} of the kilometres, a surface for {surface}"
    )
    return [*columns(rows, numbers=2), told]


def _cut_off(cut_off: dict[str, Any], language: str) -> list[str]:
    is_french = language == "fr"
    lines = []
    for part in cut_off["inhabited"]:
        names = ", ".join(part["names"]) or "—"
        lines.append(
            f"{decimals(part['kilometres'], 1, language)} km, "
            f"{'lieux habités' if is_french else 'settlements'} {part['settlements']} ({names})"
        )
    if not lines:
        lines.append("aucun lieu habité" if is_french else "no settlement")
    parts = (
        ("uninhabited", "parties sans habitants", "parts without settlements"),
        ("fragments", "fragments trop petits pour y arriver", "fragments too small to arrive on"),
    )
    for name, french, english in parts:
        found = cut_off[name]
        if found["count"]:
            lines.append(
                f"{count(found['count'], language)} {french if is_french else english} "
                f"({count(found['kilometres'], language)} km)"
            )
    return lines


def _tally(name: str, column: Any, words: dict[str, str], language: str) -> Iterator[str]:
    """How many of each there are, the most frequent first."""
    rows = [
        [words.get(value, value) if language == "fr" else value, count(number, language)]
        for value, number in column.value_counts().items()
    ]
    nothing = "aucun" if language == "fr" else "none"
    yield from _section(name, columns(rows) if rows else [nothing], language)
