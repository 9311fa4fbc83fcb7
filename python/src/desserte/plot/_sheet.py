"""What does every map owe its reader, whatever is drawn on it?

A sheet of paper in true proportions: the ground in view, quiet streets and shores,
a scale, the north, a title and where all of it comes from.
"""

from __future__ import annotations

import importlib.util
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._frames import LONLAT
from desserte._lazy import gpd, np, pyproj, shapely
from desserte.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from desserte.network import RoadNetwork

__all__ = [
    "PAPER",
    "WATER",
    "Sheet",
    "band_colours",
    "blank",
    "draw_streets",
    "foot",
    "foot_of",
    "has_shores",
    "head",
    "legend",
    "pair",
    "pair_words",
    "plane_of",
    "refuse_no_matplotlib",
    "scale_and_north",
    "shores",
    "trim",
]

PAPER = "#fbfaf7"
WATER = "#8fb3cf"
_GREAT = ("motorway", "trunk", "primary", "secondary")
_WIDTH, _BESIDE, _ABOVE = 10.0, 2.5, 1.7
"""Inches: of the sheet, of the legend beside the map, of the words over and under it."""
_A4, _BETWEEN, _PAIR_ABOVE, _PAIR_FOOT = 7.4, 0.08, 0.66, 0.46
"""Inches of two maps: the text of an upright A4 sheet, between them, over and under them."""
_SLACK = 0.05
_SQUAT, _TALL = 0.62, 1.25
"""How high a map may be for its width."""


class Sheet(NamedTuple):
    """A sheet to draw on: positions are metres on ``plane``."""

    figure: Figure
    axes: Axes
    plane: pyproj.CRS


def plane_of(areas: gpd.GeoSeries) -> pyproj.CRS:
    """A plane of equal areas around some areas, on which shapes are true and the north is up."""
    west, south, east, north = areas.to_crs(LONLAT).total_bounds
    return pyproj.CRS.from_proj4(
        f"+proj=laea +lat_0={(south + north) / 2:.4f} +lon_0={(west + east) / 2:.4f} "
        "+datum=WGS84 +units=m +no_defs"
    )


def blank(bounds: Any, plane: pyproj.CRS) -> Sheet:
    """An empty sheet with some ground in view: west, south, east and north on the plane."""
    refuse_no_matplotlib()
    from matplotlib.figure import Figure

    west, south, east, north = _with_air(bounds)
    height = (_WIDTH - _BESIDE) * (north - south) / (east - west)
    figure = Figure(figsize=(_WIDTH, height + _ABOVE), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    _frame(axes, (west, south, east, north))
    return Sheet(figure, axes, plane)


def pair(bounds: Any, plane: pyproj.CRS, lines: int) -> tuple[Sheet, Sheet]:
    """Two empty maps of the same ground side by side, and axes of inches for a table below."""
    refuse_no_matplotlib()
    from matplotlib.figure import Figure

    west, south, east, north = _with_air(bounds)
    across = (_A4 - _BETWEEN) / 2
    high, table = across * (north - south) / (east - west), 0.165 * lines + 0.12
    inches = _PAIR_ABOVE + high + table + _PAIR_FOOT
    figure = Figure(figsize=(_A4, inches), facecolor="white")
    bottom = (table + _PAIR_FOOT) / inches
    sheets = []
    for left in (0.0, across + _BETWEEN):
        # A hair within the sheet, so that the frame is seen.
        place = (left / _A4 + 0.002, bottom, across / _A4 - 0.004, high / inches)
        axes = figure.add_axes(place)
        _frame(axes, (west, south, east, north))
        sheets.append(Sheet(figure, axes, plane))
    below = figure.add_axes((0.002, _PAIR_FOOT / inches, 0.996, (table - 0.12) / inches))
    below.set_axis_off()
    return sheets[0], sheets[1]


def pair_words(pair: tuple[Sheet, Sheet], title: str, below: str, foot: str) -> None:
    """Writes what stands over and under two maps."""
    figure = pair[0].figure
    inches = float(figure.get_size_inches()[1])
    figure.suptitle(
        textwrap.shorten(title, 82, placeholder="…"),
        x=0.002,
        y=1 - 0.06 / inches,
        ha="left",
        va="top",
        fontsize=12,
        fontweight="bold",
    )
    style: dict[str, Any] = {"ha": "left", "color": "0.25"}
    figure.text(0.002, 1 - 0.29 / inches, below, va="top", fontsize=8, **style)
    folded = "\n".join(textwrap.fill(line, 150) for line in foot.splitlines())
    figure.text(0.002, 0.03 / inches, folded, va="bottom", fontsize=6, **style)


def shores(network: RoadNetwork) -> gpd.GeoSeries:
    """The edges of water that one does not walk across, in degrees."""
    return gpd.GeoSeries(shapely.from_wkb(network._handle.shores()), crs=LONLAT)


def has_shores(network: RoadNetwork) -> bool:
    """Whether there is water that one does not walk across: not every extract holds any."""
    return len(network._handle.shores()) > 0


def draw_streets(sheet: Sheet, network: RoadNetwork, *, lesser: bool = True) -> None:
    """Draws the shores and the streets in view, the great roads heavier; or these alone."""
    from matplotlib.collections import LineCollection

    axes = sheet.axes
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    # A map of a region cannot show a lane as wide as a map of a village.
    fine = float(np.clip(12_000 / (east - west), 0.25, 1.0))
    view = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=sheet.plane)
    streets = network.streets()
    great = streets["highway"].isin([*_GREAT, *(f"{name}_link" for name in _GREAT)])
    layers: list[tuple[gpd.GeoSeries, dict[str, Any]]] = [
        (shores(network), {"color": WATER, "linewidth": 1.1 * fine + 0.3, "zorder": 2.0}),
        (
            streets.geometry[~great & lesser],
            {"color": "0.25", "linewidth": 0.7 * fine, "alpha": 0.45},
        ),
        (streets.geometry[great], {"color": "0.25", "linewidth": 1.2 * fine + 0.3, "alpha": 0.8}),
    ]
    for lines, style in layers:
        seen = _seen(lines, view).to_crs(sheet.plane)
        paths = [shapely.get_coordinates(line) for line in seen]
        axes.add_collection(LineCollection(paths, **{"zorder": 3.0, **style}), autolim=False)


def scale_and_north(axes: Axes, *, size: float = 10) -> None:
    """Draws a scale of a round length and an arrow to the north, in the lower left, on paper."""
    from matplotlib.patches import FancyBboxPatch
    from matplotlib.patheffects import withStroke

    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    width, height = east - west, north - south
    metres = max(m for m in _round_lengths() if m == _round_lengths()[0] or m <= width / 4)
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres} m"  # noqa: PLR2004 - a kilometre
    x, y = west + 0.035 * width, south + 0.035 * height
    halo: dict[str, Any] = {
        "path_effects": [withStroke(linewidth=3.5, foreground="white")],
        "zorder": 9,
    }
    axes.plot([x, x + metres], [y, y], color="black", linewidth=2.5, solid_capstyle="butt", **halo)
    axes.text(
        x + metres / 2, y + 0.012 * height, text, ha="center", va="bottom", fontsize=size, **halo
    )
    arrow = {"arrowstyle": "-|>", "color": "black", "shrinkA": 0, "mutation_scale": 1.4 * size}
    tip = (x + metres + 0.04 * width, y + 0.075 * height)
    axes.annotate("", tip, xytext=(tip[0], y), arrowprops=arrow, zorder=9)
    axes.text(*tip, "N", ha="center", va="bottom", fontsize=1.1 * size, fontweight="bold", **halo)
    # What lies below shows through, and is not read for a part of them.
    letter = 1.1 * size / 72 * axes.figure.dpi / axes.bbox.height * height
    air, high = 0.012 * width, tip[1] - y + letter
    paper: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.78}
    box = FancyBboxPatch(
        (x - air, y - air),
        tip[0] - x + 3 * air,
        high + 2 * air,
        boxstyle=f"round,pad=0,rounding_size={0.6 * air}",
        zorder=8.5,
        **paper,
    )
    axes.add_patch(box)


def trim(sheet: Sheet) -> None:
    """Settles where things are, so that names keep apart, and cuts off the paper left over."""
    figure = sheet.figure
    figure.draw_without_rendering()
    high = float(figure.get_size_inches()[1])
    given, used = (sheet.axes.get_position(original=is_given).height for is_given in (True, False))
    if (given - used) * high > _SLACK:
        figure.set_figheight(high - (given - used) * high)
        figure.draw_without_rendering()


def head(sheet: Sheet, title: str, below: str) -> None:
    """Writes the title and the line under it."""
    folded = textwrap.fill(title, 72)
    sheet.figure.suptitle(folded, x=0.012, ha="left", fontsize=14, fontweight="bold")
    below = textwrap.fill(below, 118)
    sheet.axes.set_title(below, loc="left", fontsize=9, color="0.25", pad=4)


def legend(sheet: Sheet, title: str, handles: list[Any] | None = None) -> None:
    """Sets the legend beside the map: these handles, or all that is drawn under a label."""
    sheet.axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0.0,
        frameon=False,
        fontsize=8.5,
        labelspacing=0.55,
        title=title,
        title_fontproperties={"weight": "bold", "size": 10},
        alignment="left",
    )


def foot(sheet: Sheet, text: str) -> None:
    """Writes what the map rests on."""
    foot_of(sheet.figure, text, letters=160)


def foot_of(figure: Figure, text: str, *, letters: int) -> None:
    """Writes what a picture rests on, in lines of so many letters."""
    folded = "\n".join(textwrap.fill(line, letters) for line in text.splitlines())
    figure.supxlabel(folded, fontsize=7, color="0.3", x=0.012, ha="left")


def band_colours(count: int) -> list[tuple[float, float, float]]:
    """Colours from near to far, told apart by everyone and in grey: far is dark."""
    from matplotlib import colormaps

    # The ends of the scale are as bright as the paper, and too dark for the streets on them.
    places = np.linspace(0.97, 0.28, count) if count > 1 else np.array([0.62])
    full = (colormaps["viridis"](at) for at in places)
    return [(0.8 * r + 0.2, 0.8 * g + 0.2, 0.8 * b + 0.2) for r, g, b, _ in full]


def _frame(axes: Axes, bounds: tuple[float, float, float, float]) -> None:
    """Some ground in view, at one scale both ways, in a quiet frame."""
    west, south, east, north = bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    axes.set_facecolor(PAPER)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set(color="0.6", linewidth=0.8)


def _with_air(bounds: Any) -> tuple[float, float, float, float]:
    """The same ground with some around it, neither a ribbon nor a tower."""
    west, south, east, north = map(float, bounds)
    x, y = (west + east) / 2, (south + north) / 2
    width, height = (max(1.1 * length, 1500.0) for length in (east - west, north - south))
    width = max(width, height / _TALL)
    height = max(height, width * _SQUAT)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _seen(lines: gpd.GeoSeries, view: gpd.GeoSeries) -> gpd.GeoSeries:
    """Those that may be in view."""
    west, south, east, north = view.to_crs(LONLAT).total_bounds
    return lines.cx[west:east, south:north]


def _round_lengths() -> list[int]:
    """Metres that read well on a scale."""
    return [step * 10**power for power in (2, 3, 4, 5) for step in (1, 2, 5)]


def refuse_no_matplotlib() -> None:
    """Says what to install."""
    if importlib.util.find_spec("matplotlib") is None:
        raise InputError(
            'drawing a map needs matplotlib; install it with pip install "desserte[maps]"'
        )
