"""What is a page told: shapes, classes, and every sentence that it may show?

Nothing is computed in the browser but where things are on the screen: classes, counts and words
are those of the pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._frames import LONLAT, _polygons, unpack
from desserte._lazy import gpd, np, shapely
from desserte.errors import InputError
from desserte.interactive import _lines
from desserte.plot import _words
from desserte.plot._classes import NO_DATA, Classes
from desserte.plot._communes import Communes, Figures, why_not
from desserte.plot._key import BAND, SIDES, Key
from desserte.plot._marks import SYMBOLS, any_of
from desserte.plot._sheet import shores

if TYPE_CHECKING:
    from desserte.network import RoadNetwork

__all__ = ["Asked", "bounds_of", "care_left_out", "data_of", "layers_of"]

_AIR = 0.2
"""How much further than the communes the streets are drawn."""
_NEAR_DEGREES = 0.01
_DASHES = (None, "7 4", "3 4", "1 4")
_GREYS = {
    "great": {"color": "#3a3a3a", "weight": 1.8, "opacity": 0.75},
    "middle": {"color": "#3a3a3a", "weight": 1.0, "opacity": 0.6},
    "lesser": {"color": "#555", "weight": 0.7, "opacity": 0.5},
    "least": {"color": "#777", "weight": 0.6, "opacity": 0.4},
}
_WATER = {"color": "#8fb3cf", "weight": 1.4, "opacity": 0.9}


@dataclass(frozen=True)
class Asked:
    """What there is to show, checked."""

    communes: Communes | None
    classes: Classes
    sides: list[Figures]
    isochrones: gpd.GeoDataFrame | None
    care: Any
    sites: Any
    network: RoadNetwork | None
    title: str
    language: str

    @property
    def key(self) -> Key | None:
        """The legend; None where no figure is shown."""
        if self.communes is None or not self.sides:
            return None
        ranks = [self.classes.ranks(side.numbers) for side in self.sides]
        statuses = [side.statuses for side in self.sides]
        return Key(self.classes, self.communes, ranks, statuses, self.language)


def data_of(asked: Asked, words: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """All that the script of the page reads, and which sorts of streets were left out."""
    bounds = bounds_of(asked)
    streets, left_out = _streets(asked)
    west, south, east, north = bounds
    return {
        "scale": _lines.SCALE,
        "words": words,
        "bounds": [[south, west], [north, east]],
        "colours": asked.classes.colours,
        "no_data": NO_DATA,
        "band": BAND,
        "borders": "#bbb" if asked.classes.measure == "change" or not asked.sides else "#fff",
        "sides": _sides(asked),
        "communes": _communes(asked),
        "streets": streets,
        "bands": _bands(asked),
        "marks": [*_care(asked), *_sites(asked)],
    }, left_out


def layers_of(data: dict[str, Any], asked: Asked) -> list[dict[str, str]]:
    """The layers that one may hide, with a small drawing of each."""
    layers = []
    for at, band in enumerate(data["bands"]):
        style = (
            f"fill:none;stroke:{BAND};stroke-width:2;stroke-dasharray:{band['dashes'] or 'none'}"
        )
        layers.append(_layer(f"band-{at}", "M-10 0H10", style, band["label"]))
    for mark in reversed(data["marks"]):
        corners = "L".join(f"{8 * x:g} {8 * y:g}" for x, y in mark["corners"])
        style = f"fill:{mark['colour']};stroke:{mark['edge']};stroke-width:1"
        layers.append(_layer(mark["name"], f"M{corners}z", style, mark["label"]))
    if data["streets"]:
        label = "routes" if asked.language == "fr" else "roads"
        layers.append(_layer("streets", "M-10 4L-2 -3L10 -5", "fill:none;stroke:#3a3a3a", label))
    return layers


def bounds_of(asked: Asked) -> tuple[float, float, float, float]:
    """West, south, east and north of what the map opens on."""
    if asked.communes is not None:
        shapes = asked.communes.shapes[asked.communes.studied]
    elif asked.isochrones is not None:
        shapes = asked.isochrones.geometry
    elif asked.network is not None and not any_of(asked.sites) and not any_of(asked.care):
        return tuple(asked.network.manifest["bounds"])
    else:
        spots = [
            unpack(each, "sites", unique=False)
            for each in (asked.sites, asked.care)
            if any_of(each)
        ]
        shapes = gpd.GeoSeries(
            [
                shapely.Point(*spot)
                for points in spots
                for spot in zip(points.lon, points.lat, strict=True)
            ],
            crs=LONLAT,
        )
    west, south, east, north = (float(x) for x in shapes.to_crs(LONLAT).total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        raise InputError("there is no ground to show: the shapes are empty")
    # One commune as a point has no width.
    air = _NEAR_DEGREES
    return west - air, south - air, east + air, north + air


def _layer(name: str, icon: str, style: str, label: str) -> dict[str, str]:
    return {"name": name, "icon": icon, "style": style, "label": label}


def _sides(asked: Asked) -> list[dict[str, Any]]:
    """Before, and after: classes, sentences and counts."""
    key = asked.key
    if key is None:
        return []
    lines, language = key.lines(), asked.language
    sides = []
    for at, (side, ranks) in enumerate(zip(asked.sides, key.ranks, strict=True)):
        counts = []
        for line in lines:
            people = [] if line.people is None else [_whole(line.people[at], language)]
            counts.append([_whole(line.counts[at], language), *people])
        sides.append(
            {
                "name": SIDES[language][at],
                "ranks": ranks.tolist(),
                "said": [
                    why_not(status, language)
                    if np.isnan(value)
                    else asked.classes.said(value, language)
                    for value, status in zip(side.numbers, side.statuses, strict=True)
                ],
                "nearest": side.nearest,
                "counts": counts,
            }
        )
    return sides


def _communes(asked: Asked) -> dict[str, Any]:
    communes = asked.communes
    if communes is None:
        return {"shapes": [], "are_points": False}
    shapes = communes.shapes.to_crs(LONLAT)
    people = communes.people
    data: dict[str, Any] = {
        "are_points": communes.are_points,
        "names": communes.names,
        "studied": communes.studied.astype(int).tolist(),
        "people": None
        if people is None
        else [_inhabitants(count, asked.language) for count in people.tolist()],
    }
    if communes.are_points:
        spots = shapely.get_coordinates(shapes.to_numpy())
        weight = np.ones(len(spots)) if people is None else np.nan_to_num(people)
        most = max(float(weight.max()), 1.0)
        radii = np.sqrt(weight / most) * (22 if people is not None else 7)
        return {
            **data,
            "shapes": [_lines.point_steps(spot[None, :]) for spot in spots],
            "radii": np.round(radii, 1).tolist(),
        }
    return {**data, "shapes": _lines.area_steps(_simple(shapes).to_numpy())}


def _inhabitants(count: float, language: str) -> str:
    if np.isnan(count):
        return "population inconnue" if language == "fr" else "population unknown"
    words = "habitants" if language == "fr" else "inhabitants"
    return f"{_whole(count, language)} {words if count > 1 else words.removesuffix('s')}"


def _simple(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Outlines straightened together, so that neighbours still touch."""
    plane = _lines.plane_around(shapes.total_bounds)
    on_plane = shapes.to_crs(plane)
    west, south, east, north = on_plane.total_bounds
    tolerance = float(np.clip(np.hypot(east - west, north - south) / 10_000, 1.0, 15.0))
    if not hasattr(shapely, "coverage_simplify"):
        return shapes
    mended = [shapely.MultiPolygon(_polygons(area)) for area in shapely.make_valid(on_plane)]
    simple = shapely.coverage_simplify(mended, tolerance)
    return gpd.GeoSeries(simple, crs=plane).to_crs(LONLAT)


def care_left_out(data: dict[str, Any], asked: Asked) -> int:
    """How many care points are beyond the map."""
    told = sum(len(mark["names"]) for mark in data["marks"] if not mark["are_named"])
    return 0 if asked.care is None else len(asked.care) - told


def _view(asked: Asked) -> tuple[float, float, float, float]:
    """The ground that is told of: all communes, of the study or not, and some around."""
    west, south, east, north = bounds_of(asked)
    if asked.communes is not None:
        west, south, east, north = asked.communes.shapes.to_crs(LONLAT).total_bounds
    wide, high = max(east - west, 0.02), max(north - south, 0.02)
    return west - _AIR * wide, south - _AIR * high, east + _AIR * wide, north + _AIR * high


def _streets(asked: Asked) -> tuple[list[dict[str, Any]], list[str]]:
    if asked.network is None:
        return [], []
    view = _view(asked)
    found, left_out = _lines.streets_of(asked.network, view)
    seen = shores(asked.network).cx[view[0] : view[2], view[1] : view[3]]
    sorts = [
        {"style": _GREYS[sort.name], "from_zoom": sort.from_zoom, "lines": sort.lines}
        for sort in found
    ]
    if len(seen):
        lines = _lines.line_steps(shapely.simplify(seen.to_numpy(), 1e-4))
        sorts.insert(0, {"style": _WATER, "from_zoom": 0, "lines": lines})
    return sorts, left_out


def _bands(asked: Asked) -> list[dict[str, Any]]:
    bands = asked.isochrones
    if bands is None:
        return []
    shown = []
    for rank, limit in enumerate(sorted(set(bands["minutes"].tolist()))):
        ground = gpd.GeoSeries(
            [bands.geometry[bands["minutes"] == limit].union_all()], crs=bands.crs
        )
        edges = shapely.simplify(ground.to_crs(LONLAT).boundary.to_numpy(), 1e-4)
        shown.append(
            {
                "label": f"isochrone {_words.number(limit, asked.language)}\u202fmin",
                "lines": _lines.line_steps(shapely.get_parts(edges)),
                "dashes": _DASHES[min(rank, len(_DASHES) - 1)],
            }
        )
    return shown


def _care(asked: Asked) -> list[dict[str, Any]]:
    """The care points near the map by symbol; the first is drawn last, over the others."""
    if not any_of(asked.care):
        return []
    points = unpack(asked.care, "care", unique=False)
    at = np.column_stack([points.lon, points.lat])
    west, south, east, north = _view(asked)
    is_near = ((at >= (west, south)) & (at <= (east, north))).all(axis=1)
    is_table = isinstance(asked.care, gpd.GeoDataFrame) and "kind" in asked.care
    kinds = asked.care["kind"] if is_table else []
    families = np.array(
        [_words.family_of(kind) for kind in kinds] if is_table else ["care"] * len(at)
    )
    marks = []
    for family in reversed(_words.FAMILIES):
        chosen = np.flatnonzero(is_near & (families == family))
        if len(chosen):
            shape, colour = SYMBOLS[family]
            label = f"{_words.FAMILIES[family][1][asked.language]} ({len(chosen)})"
            colour = "#595959" if colour == "0.35" else colour
            marks.append(
                {
                    "name": f"care-{family}",
                    "label": label,
                    "colour": colour,
                    "edge": "#1c1c1c",
                    "corners": _CORNERS[shape],
                    "growth": 1,
                    "points": _lines.point_steps(at[chosen]),
                    "names": [_text(points.names, row) for row in chosen.tolist()],
                    "are_named": False,
                }
            )
    return marks


def _sites(asked: Asked) -> list[dict[str, Any]]:
    if not any_of(asked.sites):
        return []
    points = unpack(asked.sites, "sites", unique=False)
    count = len(points)
    words = {"fr": ("nouveau site", "nouveaux sites"), "en": ("new site", "new sites")}
    return [
        {
            "name": "sites",
            "label": f"{words[asked.language][count > 1]} ({count})",
            "colour": "#d7191c",
            "edge": "#ffffff",
            "corners": _CORNERS["*"],
            "growth": 2.2,
            "points": _lines.point_steps(np.column_stack([points.lon, points.lat])),
            "names": [_text(points.names, row) for row in range(count)],
            "are_named": True,
        }
    ]


def _text(names: list[Any] | None, row: int) -> str:
    name = None if names is None else names[row]
    return name if isinstance(name, str) else ""


def _whole(number: float, language: str) -> str:
    return _words.amount(round(number), language)


_CORNERS: dict[str, list[list[float]]] = {
    "s": [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
    "D": [[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]],
    "^": [[0, -1], [1, 0.8], [-1, 0.8]],
    "v": [[0, 1], [-1, -0.8], [1, -0.8]],
    "h": [[0, -1], [0.87, -0.5], [0.87, 0.5], [0, 1], [-0.87, 0.5], [-0.87, -0.5]],
    "P": [
        [-0.35, -1],
        [0.35, -1],
        [0.35, -0.35],
        [1, -0.35],
        [1, 0.35],
        [0.35, 0.35],
        [0.35, 1],
        [-0.35, 1],
        [-0.35, 0.35],
        [-1, 0.35],
        [-1, -0.35],
        [-0.35, -0.35],
    ],
    "*": [
        [0, -1],
        [0.24, -0.32],
        [0.95, -0.31],
        [0.38, 0.12],
        [0.59, 0.81],
        [0, 0.4],
        [-0.59, 0.81],
        [-0.38, 0.12],
        [-0.95, -0.31],
        [-0.24, -0.32],
    ],
}
"""The corners of the symbols of the pictures, in radii, y downwards."""
