"""What does this result rest on, in lines that someone can read and sign?

Results carry in ``attrs`` the extracts, the profile and the parameters they were made with.
Here they become lines of three cells: what it is about, what is said, and its value. Tables
and arrays among them are left out: they are results, and not what results rest on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from desserte._lazy import np, pd

__all__ = ["Line", "assumptions", "readable"]

Line = tuple[str, str, str]
"""What it is about, what is said, and its value."""

_MOST = 12
"""Longer lists are told by their length and their first values."""
_FIRST = 5
_DEEP = 4
# Where the origins are is drawn, and read by nobody.
_NOT_TOLD = {"manifest", "origin_positions"}

_ABOUT = {
    "extract": ("Extrait OpenStreetMap", "OpenStreetMap extract"),
    "profile": ("Profil", "Profile"),
    "software": ("Logiciel", "Software"),
    "table": ("Tableau « {} »", "Table “{}”"),
    "caution": ("À savoir", "To bear in mind"),
}
_WORDS = {
    "name": ("nom", "name"),
    "data_date": ("date des données", "date of the data"),
    "sha256": ("empreinte (SHA-256)", "fingerprint (SHA-256)"),
    "bytes": ("octets", "bytes"),
    "version": ("desserte, version", "desserte, version"),
    "rules_sha256": ("empreinte des règles (SHA-256)", "fingerprint of the rules (SHA-256)"),
    "rural_kmh": ("limite hors agglomération sans panneau (km/h)", "rural limit, no sign (km/h)"),
    "walking_kmh": ("marche d'accès (km/h)", "access on foot (km/h)"),
    "speed_factor": ("facteur appliqué aux vitesses", "factor on all speeds"),
    "departure": ("départ", "departure"),
    "season": ("saison", "season"),
    "bends": ("ralentit dans les virages", "slows down in bends"),
    "delays": ("attend aux carrefours", "waits at junctions"),
    "ferries": ("prend les bacs", "takes ferries"),
    "ferry_wait_minutes": ("attente au bac (min)", "wait for a ferry (min)"),
    "minutes": ("seuil (min)", "limit (min)"),
    "max_minutes": ("temps le plus long cherché (min)", "longest time looked for (min)"),
    "direction": ("sens du trajet", "direction of the trip"),
    "radius_metres": ("distance à la rue la plus proche (m)", "reach of the nearest street (m)"),
    "offroad_metres": ("marche hors de la rue (m)", "walk off the street (m)"),
    "resolution_metres": ("maille (m)", "cell (m)"),
    "min_hole_hectares": ("trous comblés en dessous de (ha)", "holes filled below (ha)"),
    "min_island_hectares": ("îlots omis en dessous de (ha)", "islands left out below (ha)"),
    "off_network": ("points loin de toute rue", "points far from any street"),
    "at_edge": ("atteignent le bord de la carte", "reach the edge of the map"),
    "shape": ("forme", "shape"),
    "origins_are": ("origines", "origins"),
    "k": ("lieux cherchés par origine", "places looked for by origin"),
    "by": ("par valeur de", "by value of"),
    "goal": ("objectif", "goal"),
    "new_sites": ("nouveaux sites", "new sites"),
    "population": ("population", "population"),
    "people": ("habitants comptés", "people counted"),
    "seed": ("graine du hasard", "seed"),
    "status": ("résultat", "status"),
    "weights_source": ("source des poids par âge", "source of the weights of age"),
    "weights_year": ("année des poids par âge", "year of the weights of age"),
    "rules_source": ("source des règles d'activité", "source of the rules of activity"),
    "rules_year": ("année des règles d'activité", "year of the rules of activity"),
    "acts_per_gp": ("actes par an d'un médecin à temps plein", "acts a year of a full-time GP"),
    "per": ("pour tant d'habitants", "per so many inhabitants"),
    "within_commune_minutes": (
        "trajet dans la commune (min)",
        "trip within the commune (min)",
    ),
    "variant": ("variante", "variant"),
    "decay": ("décroissance avec le temps", "decay with time"),
    "file": ("fichier", "file"),
    "files": ("fichier", "file"),
    "rows": ("lignes", "rows"),
    "notes": ("remarque", "note"),
    "dropped": ("trop petit pour être dessiné", "too small to be drawn"),
    "holes": ("trous comblés", "holes filled"),
    "hole_hectares": ("trous comblés (ha)", "holes filled (ha)"),
    "islands": ("îlots omis", "islands left out"),
    "island_hectares": ("îlots omis (ha)", "islands left out (ha)"),
    "unreached": ("lieux que personne n'atteint", "places that nobody reaches"),
    "destinations": ("lieux", "places"),
    "ids": ("identifiants", "ids"),
    "supply": ("offre", "supply"),
    "edge": ("au bord des données (part)", "at the edge of the data (share)"),
    "care_unshared": ("offre non partagée", "care not shared"),
    "care_at_edge": ("offre", "care"),
    "people_at_edge": ("habitants", "people"),
    "people_off_network": ("habitants loin de toute rue", "people far from any street"),
    "extra_ids": ("lignes sans emploi", "rows without use"),
    "standardised_population": ("population", "population"),
    "what": ("ce qui en est pris", "what is taken"),
    "points": ("points", "points"),
    "unit": ("unité", "unit"),
    "sources": ("points", "points"),
    "layout": ("forme", "layout"),
    "was_interrupted": ("recherche interrompue", "search interrupted"),
}
_VALUES = {
    "direction": {
        "from": ("on part du point", "one leaves the point"),
        "to": ("on arrive au point", "one arrives at the point"),
        "both": ("aller et retour", "there and back"),
    },
    "season": {"normal": ("normale", "normal"), "winter": ("hiver", "winter")},
    "name": {
        "car": ("voiture (car)", "car"),
        "foot": ("à pied (foot)", "foot"),
        "bicycle": ("vélo (bicycle)", "bicycle"),
    },
    "shape": {"disc": ("disque", "disc"), "ring": ("anneau", "ring")},
    "origins_are": {"separate": ("séparées", "separate"), "merged": ("réunies", "merged")},
    "status": {
        "optimal": ("optimal : prouvé", "optimal: proven"),
        "feasible": ("le meilleur trouvé", "the best found"),
        "infeasible": ("impossible", "infeasible"),
    },
}
_SKETCH = (
    "CROQUIS : les routes et les lieux de soins sont inventés ; aucun temps ne vaut pour le pays",
    "SKETCH: roads and care points are invented; no time holds for the country",
)
_THEORY = (
    "temps théoriques, sans embouteillage ; un cabinet proche ne dit pas qu'il prend des patients",
    "theoretical times, without congestion; a practice nearby may not take new patients",
)


def assumptions(tables: Mapping[str, Mapping[str, Any]], language: str) -> list[Line]:
    """The lines of some results, by their names; what several rest on is told once."""
    at = 0 if language == "fr" else 1
    manifests = _distinct([attrs["manifest"] for attrs in tables.values() if attrs.get("manifest")])
    # Places and times of one extract say the same of it.
    lines = list(dict.fromkeys(line for made in manifests for line in _of_manifest(made, at)))
    for name, attrs in tables.items():
        about = _ABOUT["table"][at].format(name)
        known = {key: value for key, value in attrs.items() if key not in _NOT_TOLD}
        lines += [(about, said, value) for said, value in _flat(known, at)]
    return lines


def readable(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Attrs as JSON knows them: without the tables and arrays, which are no parameters."""
    return {str(key): _plain(value) for key, value in attrs.items() if _is_told(value)}


def _distinct(manifests: list[Any]) -> list[Any]:
    """Each once, in their order."""
    return list({json.dumps(manifest, sort_keys=True): manifest for manifest in manifests}.values())


def _of_manifest(manifest: Mapping[str, Any], at: int) -> Iterator[Line]:
    from desserte.plot._words import is_sketch

    caution = _ABOUT["caution"][at]
    if is_sketch(dict(manifest)):
        yield caution, ("attention", "caution")[at], _SKETCH[at]
    else:
        yield _ABOUT["extract"][at], "©", _WHOSE[at]
    if "profile" in manifest:
        yield caution, ("ce que valent les temps", "what the times are")[at], _THEORY[at]
    for extract in manifest.get("extracts", ()):
        told = {key: extract.get(key) for key in ("name", "data_date", "sha256")}
        # The name of a file is no name of a profile.
        yield _ABOUT["extract"][at], _WORDS["file"][at], str(told.pop("name"))
        yield from ((_ABOUT["extract"][at], said, value) for said, value in _flat(told, at))
    profile = manifest.get("profile", {})
    of_profile = {"name": profile.get("name"), **profile.get("settings", {})}
    if profile:
        of_profile["rules_sha256"] = profile.get("rules_sha256")
        yield from ((_ABOUT["profile"][at], said, value) for said, value in _flat(of_profile, at))
    yield _ABOUT["software"][at], _WORDS["version"][at], str(manifest.get("version"))


_WHOSE = (
    "les contributeurs d'OpenStreetMap, licence ODbL",
    "OpenStreetMap contributors, ODbL",
)


def _flat(attrs: Mapping[str, Any], at: int, depth: int = 0) -> Iterator[tuple[str, str]]:
    """What is said, and its value; nested parameters under the words of both."""
    for key, value in attrs.items():
        if not _is_told(value):
            continue
        word = _WORDS[key][at] if key in _WORDS else str(key)
        if isinstance(value, Mapping):
            if depth < _DEEP:
                parts = _flat(value, at, depth + 1)
                yield from ((f"{word} – {said}", told) for said, told in parts)
        elif isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value):
            numbered = {str(place + 1): part for place, part in enumerate(value[:_MOST])}
            if depth < _DEEP:
                parts = _flat(numbered, at, depth + 1)
                yield from ((f"{word} {said}", told) for said, told in parts)
        else:
            yield word, _value(str(key), value, at)


def _value(key: str, value: Any, at: int) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        values = list(value)
        shown = [_value(key, one, at) for one in values[: _FIRST if len(values) > _MOST else None]]
        if len(values) > _MOST:
            return f"{len(values)} : {', '.join(shown)}, ..."
        return ", ".join(shown) or ("aucun", "none")[at]
    value = _plain(value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ("sans limite", "no limit")[at] if key == "max_minutes" else "—"
    if isinstance(value, bool):
        return (("non", "no"), ("oui", "yes"))[value][at]
    if isinstance(value, float):
        text = f"{value:.6g}"
        return text.replace(".", ",") if at == 0 else text
    return _VALUES.get(key, {}).get(str(value), (str(value),) * 2)[at]


def _is_told(value: Any) -> bool:
    """Whether it is a parameter: a word, a number, or a few of them."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str | int | float) for key in value)
    if isinstance(value, list | tuple | set | frozenset):
        return all(_is_told(part) for part in value)
    return (
        value is None or value is pd.NA or isinstance(value, str | int | float | date | np.generic)
    )


def _plain(value: Any) -> Any:
    """The value as Python, and JSON, have it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items() if _is_told(part)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, date) else value
