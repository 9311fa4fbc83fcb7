"""How is it said to an élu, in French or in English?

Titles, legends and sources: short sentences put together from a result's ``attrs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FAMILIES", "LANGUAGES", "family_of", "listed", "number", "of_place"]

LANGUAGES = ("fr", "en")

FAMILIES = {
    "doctor": (
        ("gp", "doctor_unspecified", "specialist"),
        {"fr": "médecin", "en": "doctor"},
    ),
    "pharmacy": (("pharmacy",), {"fr": "pharmacie", "en": "pharmacy"}),
    "hospital": (
        ("hospital", "emergency", "smur"),
        {"fr": "hôpital, urgences", "en": "hospital, emergencies"},
    ),
    "centre": (
        ("msp", "health_centre"),
        {"fr": "maison ou centre de santé", "en": "health centre"},
    ),
    "home": (
        ("ehpad", "senior_residence", "home_care"),
        {"fr": "EHPAD, résidence seniors", "en": "care home, senior residence"},
    ),
    "other": ((), {"fr": "autre lieu de soins", "en": "other care"}),
    "care": ((), {"fr": "lieu de soins", "en": "care"}),
}
"""The symbols of a map: the kinds of ``ds.KINDS`` that share one, and what it is called."""

_PROFILES = {
    "car": {"fr": "voiture", "en": "car"},
    "foot": {"fr": "à pied", "en": "on foot"},
    "bicycle": {"fr": "vélo", "en": "bicycle"},
}
_CONTRACTED = {"Le ": "du ", "Les ": "des "}
_VOWELS = "aeiouyàâäéèêëîïôöûüh"


def family_of(kind: object) -> str:
    """The symbol of a kind of care point."""
    families = (name for name, (kinds, _) in FAMILIES.items() if kind in kinds)
    return next(families, "other")


def number(value: float, language: str) -> str:
    """30, 7,5 or 7.5."""
    text = f"{value:g}"
    return text.replace(".", ",") if language == "fr" else text


def amount(value: float, language: str) -> str:
    """12 345 or 12,345; decimals only of small numbers."""
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1  # noqa: PLR2004 - three digits say enough
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if language == "fr" else text


def listed(values: Sequence[str], language: str) -> str:
    """10, 20 et 30."""
    *first, last = values
    return f"{', '.join(first)} {'et' if language == 'fr' else 'and'} {last}" if first else last


def of_place(name: str, language: str) -> str:
    """De Privas, d'Aubenas, du Cheylard, des Vans; of any in English."""
    if language == "en":
        return f"of {name}"
    for article, contracted in _CONTRACTED.items():
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"d'{name}" if name[:1].lower() in _VOWELS else f"de {name}"


def date(stamp: Any, language: str) -> str:
    """31/12/2026, 2026-12-31, or that nobody knows."""
    if not stamp:
        return "date inconnue" if language == "fr" else "date unknown"
    day = str(stamp)[:10]
    return "/".join(reversed(day.split("-"))) if language == "fr" else day


def traveller(manifest: dict[str, Any] | None, language: str) -> str:
    """En voiture, à pied, à vélo, or the name of the profile."""
    name = (manifest or {}).get("profile", {}).get("name", "")
    known = {
        "fr": {"car": "en voiture", "foot": "à pied", "bicycle": "à vélo", "": ""},
        "en": {"car": "by car", "foot": "on foot", "bicycle": "by bicycle", "": ""},
    }[language]
    return known.get(name, f"«\u202f{name}\u202f»" if language == "fr" else f"“{name}”")


def sources(manifest: dict[str, Any] | None, language: str) -> str:
    """Whose data, of which day, and what computed on them."""
    is_french = language == "fr"
    whose = _whose(manifest, language)
    lead = "Sources\u202f: " if is_french else "Sources: "
    if manifest is None:
        return f"{lead}{whose}"
    extracts = ", ".join(
        f"{extract['name']} {'du' if is_french and extract['data_date'] else '–'} "
        f"{date(extract['data_date'], language)}"
        for extract in manifest["extracts"]
    )
    made = f"{'calcul' if is_french else 'computed by'} desserte {manifest['version']}"
    stop = "\u202f;" if is_french else ";"
    return f"{lead}{whose}, {extracts}{stop} {made}."


def basis(
    manifest: dict[str, Any] | None, language: str, *more: str, isochrones: Any = None
) -> str:
    """What a picture rests on: assumptions, if there are any, sources; and where ground stops."""
    assumed = ", ".join(part for part in (conditions(manifest, language), *more) if part)
    lead = "Hypothèses\u202f: " if language == "fr" else "Assumptions: "
    lines = [f"{lead}{assumed}."] if assumed else []
    stops = edge(isochrones, language)
    return "\n".join([*([stops] if stops else []), *lines, sources(manifest, language)])


def edge(iso: Any, language: str) -> str:
    """That isochrones stop where the extract does, if some do; else nothing."""
    if not getattr(iso, "attrs", {}).get("at_edge"):
        return ""
    return {
        "fr": "Le territoire s'arrête au bord de l'extrait de carte\u202f: au-delà, rien n'est "
        "connu, ni dessiné.",
        "en": "The ground stops where the extract of the map ends: beyond, nothing is known or "
        "drawn.",
    }[language]


def profile(name: object, language: str) -> str:
    """The name of a profile as one says it: voiture, à pied, vélo; others as they are."""
    return _PROFILES.get(str(name), {}).get(language, str(name))


def is_sketch(manifest: dict[str, Any] | None) -> bool:
    """Whether the roads are those of the sketched territory: its files say so in their names."""
    return any("sketch" in extract["name"] for extract in (manifest or {}).get("extracts", ()))


def _whose(manifest: dict[str, Any] | None, language: str) -> str:
    """Who is to be named for the roads."""
    if is_sketch(manifest):
        return {
            "fr": "CROQUIS, routes inventées\u202f; communes © GeoNames (CC BY 4.0), INSEE",
            "en": "SKETCH, invented roads; communes © GeoNames (CC BY 4.0), INSEE",
        }[language]
    return {
        "fr": "© les contributeurs d'OpenStreetMap (ODbL)",
        "en": "© OpenStreetMap contributors (ODbL)",
    }[language]


def conditions(manifest: dict[str, Any] | None, language: str) -> str:
    """What the profile assumes of the trip."""
    if manifest is None:
        return ""
    rules = manifest["profile"]
    settings = rules.get("settings", {})
    said_profile = profile(rules["name"], language)
    said = [
        f"profil «\u202f{said_profile}\u202f»" if language == "fr" else f"profile “{said_profile}”"
    ]
    if "rural_kmh" in settings and rules["name"] == "car":
        kmh = number(settings["rural_kmh"], language)
        said.append(
            f"{kmh} km/h hors agglomération sans panneau"
            if language == "fr"
            else f"{kmh} km/h on rural roads without a sign"
        )
    if settings.get("departure"):
        day, _, hour = str(settings["departure"]).partition("T")
        said.append(
            f"départ le {date(day, language)} à {hour.replace(':', ' h ')}"
            if language == "fr"
            else f"departure {day} {hour}"
        )
    said.append("temps théoriques, sans embouteillage" if language == "fr" else "no congestion")
    return ", ".join(said)
