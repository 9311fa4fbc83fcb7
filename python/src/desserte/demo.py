"""The first minute: from the extract of a rural area to a table, GeoJSON and a map.

The extract ships in the package. Everything here uses the public functions, as
anyone would with the extract of their own département; the French words are
those an élu reads.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._lazy import gpd, np, pd
from desserte.errors import EdgeWarning

if TYPE_CHECKING:
    from desserte.network import RoadNetwork

__all__ = [
    "NEEDS",
    "Demo",
    "demo_extract",
    "demo_sketch",
    "hypotheses",
    "run",
    "table_text",
    "write",
]

NEEDS = {
    "médecin": ("gp", "doctor_unspecified", "specialist"),
    "pharmacie": ("pharmacy",),
    "hôpital": ("hospital",),
}
"""What everyone needs, and the kinds of care point that answer it."""

LIMITS = (10, 20, 30)

_WHY_NOT = {
    "beyond_cutoff": "trop loin",
    "origin_off_network": "hors réseau",
    "destination_off_network": "hors réseau",
    "no_path": "sans route",
    "none": "aucun",
}


def demo_extract() -> Path:
    """The rural extract that ships with the package.

    A thinly doctored plain around Neubrandenburg, in the north-east of Germany.
    © OpenStreetMap contributors, ODbL 1.0.

    Returns
    -------
    pathlib.Path
        An ``.osm.pbf`` file.

    Examples
    --------
    >>> ds.demo_extract().name
    'neubrandenburg.osm.pbf'
    """
    return Path(__file__).with_name("data") / "neubrandenburg.osm.pbf"


def demo_sketch() -> Path:
    """The sketched territory that ships with the package: Sud-Ardèche and the Rhône valley.

    A sketch, not a map: the communes are where they are and as populous as they are, by
    GeoNames (CC BY 4.0) and INSEE (Licence Ouverte 2.0); every road, hamlet and care point is
    invented. No time computed on it says anything about the country.

    Returns
    -------
    pathlib.Path
        An ``.osm.pbf`` file, whose name says that it is a sketch.

    Examples
    --------
    >>> ds.demo_sketch().name
    'sud-ardeche-sketch.osm.pbf'
    """
    return Path(__file__).with_name("data") / "sud-ardeche-sketch.osm.pbf"


@dataclass(frozen=True)
class Demo:
    """What the demonstration computes: villages with their minutes, care points, isochrones."""

    network: RoadNetwork
    villages: gpd.GeoDataFrame
    care: gpd.GeoDataFrame
    isochrones: gpd.GeoDataFrame


def run(extract: Path) -> Demo:
    """Every village and hamlet of an extract: its nearest care, and its isochrones."""
    from desserte.isochrones import isochrones
    from desserte.network import RoadNetwork
    from desserte.places import read_care, read_places

    network = RoadNetwork.from_pbf(extract)
    places = read_places(extract)
    villages = _once(places[places["place"].isin(["village", "hamlet"])])
    care = read_care(extract)
    need_of = {kind: need for need, kinds in NEEDS.items() for kind in kinds}
    care = care.assign(need=care["kind"].map(need_of)).dropna(subset="need")
    with warnings.catch_warnings():
        # The text says so, in the language of the rest.
        warnings.simplefilter("ignore", EdgeWarning)
        areas = isochrones(network, villages, minutes=LIMITS)
    return Demo(network, _with_minutes(network, villages, care), care, areas)


def _once(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leaves out the outline of a village that the map also has as a point of the same name."""
    is_point = places["place_id"].str.startswith("node/")
    is_twice = ~is_point & places["name"].isin(places.loc[is_point, "name"].dropna())
    return places[~is_twice]


def _with_minutes(
    network: RoadNetwork, villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The villages, worst served first, with the nearest of each need: minutes, reason, name."""
    from desserte.nearest import nearest

    found = nearest(network, villages, care, by="need") if len(care) else None
    served = villages.copy()
    for need in NEEDS:
        rows = None if found is None else found[found["need"] == need].set_index("origin")
        if rows is None or rows.empty:
            served[need], served[f"{need}_statut"] = np.nan, "none"
            continue
        served[need] = rows["minutes"].reindex(served.index).astype(float).round(1)
        served[f"{need}_statut"] = rows["status"].reindex(served.index)
        served[f"{need}_nom"] = rows["destination_name"].reindex(served.index)
    served = served.sort_values(list(NEEDS), ascending=False, na_position="first", kind="stable")
    served.attrs = network._attrs()
    return served


def table_text(demo: Demo) -> str:
    """The villages and their minutes to read, worst served first, with what they rest on."""
    villages = demo.villages
    titles = ["commune ou hameau", "habitants", *NEEDS]
    lines = [
        [
            _name(row),
            "" if pd.isna(row["population"]) else f"{row['population']:,}".replace(",", " "),
            *(_minutes(row[need], row[f"{need}_statut"]) for need in NEEDS),
        ]
        for _, row in villages.iterrows()
    ]
    widths = [max(map(len, column)) for column in zip(titles, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    body = [_line(cells, widths) for cells in [titles, rule, *lines]]
    return "\n".join([*body, "", *_summary(demo), "", *_speeds(demo), "", hypotheses(demo)])


def hypotheses(demo: Demo) -> str:
    """What the minutes mean and where the data come from, in one paragraph."""
    from desserte.plot import _words

    manifest = demo.network.manifest
    profile = manifest["profile"]
    sources = ", ".join(
        f"{extract['name']} du {_date(extract['data_date'])}" for extract in manifest["extracts"]
    )
    return (
        "Hypothèses : temps théoriques en voiture, heures creuses, marche d'accès comprise ; "
        f"profil « {_words.profile(profile['name'], 'fr')} », "
        f"{profile['settings']['rural_kmh']:g} km/h hors agglomération sans panneau.\n"
        "Un cabinet proche ne dit pas qu'il prend de nouveaux patients ; la carte libre ne "
        "connaît pas tous les médecins.\n"
        f"Sources : © les contributeurs d'OpenStreetMap (ODbL), {sources} ; "
        f"calcul desserte {manifest['version']}."
    )


def write(demo: Demo, folder: Path) -> list[Path]:
    """Writes the villages, the care points, the isochrones and, if matplotlib is there, the map."""
    layers = {
        "villages.geojson": demo.villages,
        "soins.geojson": demo.care,
        "isochrones.geojson": demo.isochrones,
    }
    written = []
    for name, layer in layers.items():
        path = folder / name
        # Seven decimals are a centimetre: finer would only make the file larger.
        layer.to_file(path, driver="GeoJSON", index=False, COORDINATE_PRECISION=7)
        written.append(path)
    table = folder / "temps.txt"
    table.write_text(table_text(demo) + "\n", encoding="utf-8")
    return [*written, table]


def _summary(demo: Demo) -> list[str]:
    """Two sentences: how many, the median, the share within a quarter of an hour of a doctor."""
    villages, need = demo.villages, next(iter(NEEDS))
    minutes = villages[need].dropna()
    if minutes.empty:
        return ["Aucun village n'a de médecin à portée de route."]
    near = int((minutes <= 10).sum())  # noqa: PLR2004 - said in the sentence
    median = f"{minutes.median():.0f}"
    edge = len(demo.isochrones.attrs["at_edge"])
    return [
        f"{len(villages)} villages et hameaux, dont {near} à 10 min ou moins d'un médecin ;",
        f"la moitié est à {median} min ou moins.",
        f"L'isochrone de {LIMITS[-1]} min de {edge} d'entre eux atteint le bord de la carte ;",
        "au-delà, rien n'est connu.",
    ]


def _speeds(demo: Demo) -> list[str]:
    """What says how fast the roads are driven, and the share of their kilometres."""
    sheet = demo.network.speeds()
    total, words = sheet.attrs["kilometres"], dict(_native.speed_sources())
    cells = [
        [
            words[source],
            f"{share * total:.0f} km",
            f"{share:.1%}".replace(".", ",").replace("%", " %"),
        ]
        for source, share in sheet.attrs["share_by_source"].items()
    ]
    titles = ["vitesse d'après", "longueur", "part"]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    return [_line(row, widths) for row in [titles, ["-" * width for width in widths], *cells]]


def _name(row: Any) -> str:
    return str(row["place_id"] if pd.isna(row["name"]) else row["name"])


def _minutes(minutes: float, status: str) -> str:
    return f"— ({_WHY_NOT[status]})" if pd.isna(minutes) else f"{minutes:.0f} min"


def _line(cells: list[str], widths: list[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])


def _date(stamp: str | None) -> str:
    """31/12/2026, or what there is."""
    if not stamp:
        return "date inconnue"
    year, month, day = stamp[:10].split("-")
    return f"{day}/{month}/{year}"
