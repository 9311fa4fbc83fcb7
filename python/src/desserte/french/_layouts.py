"""Which French file is this?

A file is known by its columns, never by its name: names carry a date, columns
carry a meaning. Every layout that a reader knows stands in :data:`LAYOUTS`, so
that a file given to the wrong reader is told where it belongs.

A column is compared without its case, accents and spare blanks. Where a name
carries a year or an age (``P22_POP0014``), the layout holds a pattern.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desserte.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["LAYOUTS", "Found", "Layout", "plain", "recognise", "refuse_unknown"]

_SHOWN_COLUMNS = 12
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Layout:
    """The columns of one file of one producer.

    ``needs`` must all be there, ``takes`` may be; both map a field to the
    patterns of its column, the preferred one first. A column of ``lacks`` tells
    it from another layout.
    """

    name: str
    producer: str
    reader: str
    needs: Mapping[str, tuple[str, ...]]
    takes: Mapping[str, tuple[str, ...]]
    lacks: tuple[str, ...] = ()

    def fields(self, columns: Sequence[str]) -> dict[str, str] | None:
        """The column of each field; None where one that is needed is absent."""
        known = {plain(column): column for column in reversed(columns)}
        found: dict[str, str] = {}
        if any(_first((pattern,), known) for pattern in self.lacks):
            return None
        for field, patterns in {**self.needs, **self.takes}.items():
            column = _first(patterns, known)
            if column is not None:
                found[field] = column
            elif field in self.needs:
                return None
        return found


@dataclass(frozen=True)
class Found:
    """A layout met in a file: the column of each field, and all columns as they are written."""

    layout: Layout
    fields: dict[str, str]
    columns: tuple[str, ...]


def plain(name: object) -> str:
    """A name without case, accents, spare blanks and byte-order mark."""
    letters = unicodedata.normalize("NFKD", str(name).replace("\ufeff", "").casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def recognise(columns: Sequence[str], reader: str) -> Found | None:
    """The first layout of this reader that the columns fit."""
    for layout in LAYOUTS:
        if layout.reader == reader and (fields := layout.fields(columns)) is not None:
            return Found(layout, fields, tuple(columns))
    return None


def refuse_unknown(columns: Sequence[str], reader: str, file: str) -> TableError:
    """The error that names what was found, what was expected, and what the file looks like."""
    expected = "; ".join(
        f"{layout.name}: {', '.join(_spelt(layout.needs))}"
        for layout in LAYOUTS
        if layout.reader == reader
    )
    lines = [f"{file} is not laid out as any file that ds.{reader} knows"]
    others = [known for known in LAYOUTS if known.reader != reader and known.fields(columns)]
    if others:
        lines.append(f"it looks like {others[0].name}: read it with ds.{others[0].reader}")
    else:
        lines.append("take the file as its producer publishes it, columns unchanged")
    lines.append(f"columns found: {_shown(columns)}; columns expected: {expected}")
    return TableError("; ".join(lines))


def _first(patterns: tuple[str, ...], known: Mapping[str, str]) -> str | None:
    for pattern in patterns:
        names = [name for name in known if name == pattern or re.fullmatch(pattern, name)]
        if names:
            # Of several years, the latest.
            return known[max(names)]
    return None


def _spelt(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The needed columns as one reads them: a year is two or four digits, not a pattern."""
    plainer = (patterns[0] for patterns in needs.values())
    return [
        pattern.replace(r"\d{4}", "AAAA").replace(r"\d\d", "AA").replace(".*", "...")
        for pattern in plainer
    ]


def _shown(columns: Sequence[str]) -> str:
    names = [
        name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3] + "..."
        for name in (str(column).strip() for column in columns)
    ]
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return (", ".join(map(repr, names[:_SHOWN_COLUMNS])) or "none") + more


def _same(*fields: str) -> dict[str, tuple[str, ...]]:
    """Fields that bear the name of their column."""
    return {field: (field,) for field in fields}


_CODE = ("insee_com", "code_insee", "insee_code", "codgeo", "code_commune_insee", "code_commune")
_LON = ("lng", "lon", "longitude", "longitude_mairie", "longitude_centre")
_LAT = ("lat", "latitude", "latitude_mairie", "latitude_centre")

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "table of communes with positions",
        "INSEE, La Poste",
        "read_communes",
        {"insee_code": _CODE, "lon": _LON, "lat": _LAT},
        {
            "name": ("commune", "nom_standard", "nom_commune", "nom", "libelle", "libgeo"),
            "population": (r"population_\d{4}", "population"),
            "type": ("commune_type", "typecom"),
            "epci": ("epci_code", "code_epci"),
        },
    ),
    Layout(
        "chefs-lieux of ADMIN EXPRESS (CHFLIEU_COMMUNE)",
        "IGN",
        "read_communes",
        {
            "parent": ("id_com", "cleabs_de_la_commune", "code_insee_de_la_commune"),
            "point": ("<point>",),
        },
        {"name": ("nom", "nom_chflieu", "nom_officiel")},
    ),
    Layout(
        "communes of ADMIN EXPRESS (COMMUNE)",
        "IGN",
        "read_communes",
        {"insee_code": ("insee_com", "code_insee"), "area": ("<area>",)},
        {
            "id": ("id", "cleabs"),
            "name": ("nom", "nom_officiel", "nom_com"),
            "population": ("population",),
            "epci": ("siren_epci", "codes_siren_des_epci"),
        },
        # Of the delegated communes and the municipal arrondissements.
        lacks=("nature", "insee_arm", "insee_cad", r"code_insee_de_l.*"),
    ),
    Layout(
        "outlines of communes (code, nom)",
        "IGN",
        "read_communes",
        {"insee_code": ("code",), "area": ("<area>",)},
        {"name": ("nom",), "population": ("population",), "epci": ("codeepci", "epci")},
    ),
    Layout(
        "Insee, population by age of IRIS (base-ic-evol-struct-pop)",
        "INSEE",
        "read_population",
        {"iris": ("iris",), "insee_code": ("com",), "population": (r"p\d\d_pop",)},
        {"name": ("libcom",)},
    ),
    Layout(
        "Insee, population by age of communes (base-cc-evol-struct-pop)",
        "INSEE",
        "read_population",
        {
            "insee_code": ("codgeo",),
            "population": (r"p\d\d_pop",),
            "band": (r"p\d\d_pop0014", r"p\d\d_h0019"),
        },
        {"name": ("libgeo",)},
    ),
    Layout(
        "Insee, population by year of age (TD_POP1B)",
        "INSEE",
        "read_population",
        {"insee_code": ("codgeo",), **_same("sexe", "aged100", "nb")},
        {"name": ("libgeo",), "level": ("niveau",)},
    ),
    Layout(
        "Insee, population by year of age, a column each (BTX_TD_POP1B)",
        "INSEE",
        "read_population",
        {"insee_code": ("codgeo",), "first": (r"sexe\d_aged100\d{3}",)},
        {"name": ("libgeo",), "level": ("niveau",)},
    ),
    Layout(
        "SIRSé, indicators of communes",
        "FNORS, INSEE",
        "read_population",
        {"insee_code": ("code",), "population": (r"population municipale \d{4}",)},
        {"name": ("libelle",)},
    ),
    Layout(
        "FINESS, t-finess of Atlasanté",
        "Atlasanté",
        "read_finess",
        _same("finess", "etat", "type", "rs", "categ_code", "geoloc_4326_long", "geoloc_4326_lat"),
        _same("categ_lib", "ej_finess", "san_urg", "com_code", "date_extract_finess"),
    ),
    Layout(
        "FINESS, columns named and WGS84",
        "FINESS",
        "read_finess",
        _same("nofinesset", "rs", "categetab", "lat", "lon"),
        _same("nofinessej", "libcategetab", "date_maj"),
    ),
    Layout(
        "FINESS, one row an establishment, coordinates in metres",
        "FINESS",
        "read_finess",
        {
            **_same(
                "nofinesset", "departement", "commune", "coordxet", "coordyet", "sourcecoordet"
            ),
            "categetab": ("categetab", "categorie"),
            "rs": ("rs", "raisonsociale"),
        },
        {
            "nofinessej": ("nofinessej",),
            "libcategetab": ("libcategetab", "libellecategorie"),
            "date_maj": ("datemaj",),
        },
    ),
    # Without a header: these fields are by position, and the reader makes the columns.
    Layout(
        "FINESS, etalab: rows structureet and geolocalisation",
        "FINESS",
        "read_finess",
        {"structureet": ("<structureet>",)},
        {},
    ),
    Layout(
        "APL to a profession (DREES)",
        "DREES",
        "read_apl",
        {
            "insee_code": ("code commune insee", "code_insee"),
            "apl": (r"apl aux .*", r"apl_\w+"),
        },
        {
            "name": ("commune",),
            "standardised_population": (r"population .*standardisee.*", "pop_standardisee"),
            "population": (r"population totale \d{4}", "pop_totale"),
            "women": (r"population feminine \d{4}",),
            "year": ("annee",),
        },
    ),
    Layout(
        "official geographic code (COG), communes",
        "INSEE",
        "read_cog",
        _same("typecom", "com", "reg", "dep", "libelle", "comparent"),
        {},
    ),
    Layout(
        "BPE, geolocated",
        "INSEE",
        "read_bpe",
        {
            "typequ": ("typequ",),
            "insee_code": ("depcom",),
            "x": ("lambert_x",),
            "y": ("lambert_y",),
        },
        {
            "year": ("an",),
            **_same("nomrs", "qualite_xy", "epsg", "longitude", "latitude", "capacite"),
        },
    ),
    Layout(
        "RPPS, practitioners in free access (PS_LibreAcces)",
        "ANS",
        "read_rpps",
        {
            "practitioner": ("identification nationale pp",),
            "profession_code": ("code profession",),
            "skill_code": ("code savoir-faire",),
            "mode": ("code mode exercice",),
            "sector": ("code secteur d'activite",),
            "finess": ("numero finess site",),
            "insee_code": (r"code commune \(coord\. structure\)",),
        },
        {
            "siret": ("numero siret site",),
            "structure": ("identifiant technique de la structure",),
            "site_name": ("raison sociale site",),
            "postal_code": (r"code postal \(coord\. structure\)",),
            "activity": ("code genre activite",),
        },
    ),
    Layout(
        "Filosofi, 200 m cells",
        "INSEE",
        "read_filosofi",
        {
            "cell_id": ("idcar_200m", "idinspire"),
            "insee_code": ("lcog_geo", "depcom"),
            "population": ("ind",),
            "imputed": ("i_est_200", "i_est_cr"),
        },
        {},
    ),
)
"""Every layout that is read, in the order they are tried."""
