"""Which words stand around the map, and what does it rest on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte.plot import _words
from desserte.plot._choropleth import below, manifest_of, title_of, year_of

if TYPE_CHECKING:
    from desserte.interactive._payload import Asked

__all__ = ["left_out", "told_of"]

_WORDS = {
    "fr": {
        "situation": "Situation",
        "commune": "Commune",
        "communes": "Communes",
        "people": "Habitants",
        "class": "Classe",
        "choose": "Choisir dans la liste…",
        "hint": "Survolez une commune, ou choisissez-la dans la liste.",
        "hint_bare": "Déplacez la carte, agrandissez-la ; survolez un symbole pour lire son nom.",
        "ground": "Carte\u202f: ",
        "colon": "\u202f: ",
        "zoom_in": "Agrandir",
        "zoom_out": "Réduire",
        "no_script": "Cette carte demande JavaScript.",
        "map": "Carte",
    },
    "en": {
        "situation": "Situation",
        "commune": "Commune",
        "communes": "Communes",
        "people": "People",
        "class": "Class",
        "choose": "Choose from the list…",
        "hint": "Point at a commune, or choose it from the list.",
        "hint_bare": "Move the map, enlarge it; point at a symbol to read its name.",
        "ground": "Map: ",
        "colon": ": ",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "no_script": "This map needs JavaScript.",
        "map": "Map",
    },
}
_VALUES = {
    "minutes": {"fr": "Temps d'accès", "en": "Travel time"},
    "apl": {"fr": "APL", "en": "APL"},
    "share": {"fr": "Part couverte", "en": "Share covered"},
    "choices": {"fr": "Choix à portée", "en": "Choices within reach"},
    "change": {"fr": "Évolution", "en": "Change"},
}
_READ = {
    "level": {"fr": "Foncé\u202f: mal desservi.", "en": "Dark: badly served."},
    "change": {
        "fr": "Bleu\u202f: du temps gagné\u202f; orange\u202f: du temps perdu.",
        "en": "Blue: time gained; orange: time lost.",
    },
}
_SORTS = {
    "middle": {"fr": "départementales mineures", "en": "lesser through roads"},
    "lesser": {"fr": "voies communales et rues", "en": "local roads and streets"},
    "least": {"fr": "chemins et voies de service", "en": "tracks and service roads"},
}


def told_of(asked: Asked, communes: Any) -> dict[str, Any]:
    """What the templates write."""
    language, key = asked.language, asked.key
    words = dict(_WORDS[language])
    manifest = manifest_of(asked.sides[0].attrs if asked.sides else {}, asked.network)
    words["value"] = _VALUES[asked.classes.measure][language]
    has_figures = key is not None
    if asked.communes is None:
        words["hint"] = words["hint_bare"]
    usual = title_of(asked.classes.measure, manifest, language) if has_figures else words["map"]
    names = [] if asked.communes is None else asked.communes.names
    return {
        "words": words,
        "title": asked.title or usual,
        "summary": _summary(asked, manifest),
        "measure": asked.classes.title(language),
        "sides": [side for side, _ in zip(_sides(language), asked.sides, strict=False)],
        "choices": [
            {"row": row, "name": name}
            for row, name in sorted(enumerate(names), key=lambda pair: _alphabetical(pair[1]))
        ],
        "keys": [] if key is None else [_row(line, language) for line in key.lines()],
        "has_people": asked.communes is not None and asked.communes.people is not None,
        "credits": [
            *_words.basis(
                manifest, language, year_of(communes, language), isochrones=asked.isochrones
            ).splitlines(),
            "Leaflet 1.9.4 (BSD-2-Clause).",
        ],
    }


def left_out(sorts: list[str], language: str) -> str:
    """Which streets the map has not."""
    names = _words.listed([_SORTS[sort][language] for sort in sorts], language)
    lead = "Routes non dessinées, trop nombreuses" if language == "fr" else "Not drawn, too many"
    return f"{lead}{_WORDS[language]['colon']}{names}."


def _sides(language: str) -> tuple[str, str]:
    from desserte.plot._key import SIDES

    return SIDES[language]


def _summary(asked: Asked, manifest: dict[str, Any] | None) -> str:
    """Who is on the map, and how it is read: the text in place of the picture."""
    is_french = asked.language == "fr"
    if asked.communes is None:
        sketched = "CROQUIS, routes inventées." if is_french else "SKETCH, invented roads."
        return sketched if _words.is_sketch(manifest) else ""
    said = below(asked.communes, manifest, asked.language)
    if asked.sides:
        sign = _READ["change" if asked.classes.measure == "change" else "level"]
        said += f" {sign[asked.language]}"
    if not asked.communes.studied.all():
        said += " Hors de l'étude\u202f: plus pâle." if is_french else " Beyond the study: paler."
    return said


def _row(line: Any, language: str) -> dict[str, Any]:
    people = "" if line.people is None else _words.amount(round(line.people[0]), language)
    return {
        "label": line.label,
        "colour": line.colour,
        "is_class": line.hatch != "////",
        "count": _words.amount(line.counts[0], language),
        "people": people,
    }


def _alphabetical(name: str) -> str:
    """Étables between Espeluche and Eurre: letters without their accents."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
