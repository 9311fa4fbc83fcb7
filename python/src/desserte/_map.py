"""The picture of the demonstration: a map one can show at a council meeting.

Streets in light grey, villages coloured by their minutes to the nearest doctor
on a scale that everyone can tell apart, care points by symbol, and what a map
owes its reader: a title, a legend, a scale, the north, sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from desserte.demo import NEEDS, Demo, hypotheses

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from desserte._lazy import gpd

__all__ = ["draw"]

_BOUNDS = (0, 5, 10, 15, 20, 30, 45)
_SYMBOLS = {"médecin": ("P", "#d55e00"), "pharmacie": ("D", "#009e73"), "hôpital": ("s", "#0072b2")}
_WIDE = ("motorway", "trunk", "primary", "secondary")
_LABELLED = 12

_Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


def draw(demo: Demo, path: Path) -> None:
    """Draws the map into a PNG file."""
    from matplotlib.figure import Figure

    plane = demo.villages.estimate_utm_crs()
    villages, care = demo.villages.to_crs(plane), demo.care.to_crs(plane)
    figure = Figure(figsize=(11, 10), layout="constrained")
    axes = figure.add_subplot()
    _streets(axes, demo.network.streets().to_crs(plane))
    _care(axes, care)
    _villages(axes, villages)
    _frame(axes, villages, care)
    _scale_and_north(axes)
    axes.set_title("Temps d'accès au médecin le plus proche, en voiture", fontsize=15, loc="left")
    axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.0), ncols=4, fontsize=9, frameon=False)
    figure.supxlabel(hypotheses(demo), fontsize=7, color="0.35", x=0.01, ha="left")
    figure.draw_without_rendering()  # Settles where things are, so that names can be kept apart.
    _names(axes, villages, figure.dpi)
    figure.savefig(path, dpi=130)


def _streets(axes: Axes, streets: gpd.GeoDataFrame) -> None:
    is_wide = streets["highway"].isin([*_WIDE, *(f"{name}_link" for name in _WIDE)])
    streets[~is_wide].plot(ax=axes, color="0.88", linewidth=0.5, zorder=1)
    streets[is_wide].plot(ax=axes, color="0.72", linewidth=1.3, zorder=2)


def _care(axes: Axes, care: gpd.GeoDataFrame) -> None:
    # The first need is drawn last: in town, doctors must not vanish under pharmacies.
    for need in reversed(NEEDS):
        points = care[care["need"] == need].geometry
        marker, colour = _SYMBOLS[need]
        label = f"{need} ({len(points)})"
        style: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.7, "zorder": 3}
        axes.scatter(points.x, points.y, s=60, marker=marker, color=colour, label=label, **style)


def _villages(axes: Axes, villages: gpd.GeoDataFrame) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm

    need = next(iter(NEEDS))
    minutes = villages[need]
    # Dark is far: the eye goes to the worst served, in colour as in grey.
    scale = colormaps["viridis_r"]
    norm = BoundaryNorm(_BOUNDS, scale.N, extend="max")
    spots = villages.geometry
    style: dict[str, Any] = {"edgecolors": "black", "linewidths": 0.6, "s": 95, "zorder": 4}
    is_timed = minutes.notna()
    dots = axes.scatter(
        spots[is_timed].x, spots[is_timed].y, c=minutes[is_timed], cmap=scale, norm=norm, **style
    )
    if not is_timed.all():
        lost = spots[~is_timed]
        axes.scatter(lost.x, lost.y, color="0.6", label="sans temps de trajet", **style)
    figure = axes.get_figure()
    assert figure is not None  # noqa: S101 - the axes were made by a figure
    bar = figure.colorbar(dots, ax=axes, shrink=0.6, ticks=_BOUNDS, pad=0.02)
    bar.set_label("minutes jusqu'au médecin le plus proche (foncé : loin)")


def _names(axes: Axes, villages: gpd.GeoDataFrame, dpi: float) -> None:
    """Names the worst served, each where it covers neither a village nor another name."""
    from matplotlib.patheffects import withStroke

    to_points = axes.transData.transform
    dots = [to_points((spot.x, spot.y)) * 72 / dpi for spot in villages.geometry]
    taken = [*_margins(axes, dpi), *((x - 5, y - 5, x + 5, y + 5) for x, y in dots)]
    worst = villages.head(_LABELLED)
    for name, spot, dot in zip(worst["name"], worst.geometry, dots, strict=False):
        place = _free(str(name), dot, taken) if isinstance(name, str) else None
        if place is None:
            continue
        taken.append(place[1])
        axes.annotate(
            name,
            (spot.x, spot.y),
            xytext=place[0],
            textcoords="offset points",
            fontsize=8.5,
            zorder=5,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def _margins(axes: Axes, dpi: float) -> list[_Box]:
    """Where no name may go: beyond the frame, and over the scale and the north."""
    extent, scale = axes.get_window_extent(), 72 / dpi
    left, bottom, right, top = (x * scale for x in (extent.x0, extent.y0, extent.x1, extent.y1))
    far = 1e4
    return [
        (-far, -far, left, far),
        (right, -far, far, far),
        (-far, -far, far, bottom),
        (-far, top, far, far),
        (left, bottom, left + 0.36 * (right - left), bottom + 0.12 * (top - bottom)),
    ]


def _free(name: str, dot: Any, taken: list[_Box]) -> tuple[tuple[float, float], _Box] | None:
    """The first offset around a dot, in points, at which a name covers nothing, and its box."""
    width, height = 4.9 * len(name), 9.0
    x, y = dot
    offsets = [
        (7.0, 4.0),
        (7.0, -11.0),
        (-7.0 - width, 4.0),
        (-7.0 - width, -11.0),
        (-width / 2, 9.0),
        (-width / 2, -16.0),
    ]
    for dx, dy in offsets:
        box = (x + dx, y + dy, x + dx + width, y + dy + height)
        if not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in taken
        ):
            return (dx, dy), box
    return None


def _frame(axes: Axes, villages: gpd.GeoDataFrame, care: gpd.GeoDataFrame) -> None:
    """The villages and their care in view, a little air around."""
    bounds = [villages.total_bounds, *([care.total_bounds] if len(care) else [])]
    west, south = (min(b[i] for b in bounds) for i in (0, 1))
    east, north = (max(b[i] for b in bounds) for i in (2, 3))
    air = 0.06 * max(east - west, north - south, 2000.0)
    axes.set_xlim(west - air, east + air)
    axes.set_ylim(south - air, north + air)
    axes.set_aspect("equal")
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.set_xticks([])
    axes.set_yticks([])


def _scale_and_north(axes: Axes) -> None:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    width, height = east - west, north - south
    kilometres = max(k for k in (1, 2, 5, 10, 20, 50, 100) if k == 1 or k * 1000 <= width / 4)
    x, y = west + 0.04 * width, south + 0.04 * height
    axes.plot([x, x + kilometres * 1000], [y, y], color="black", linewidth=3, zorder=6)
    axes.text(x + kilometres * 500, y + 0.01 * height, f"{kilometres} km", ha="center", zorder=6)
    axes.annotate(
        "N",
        (x + kilometres * 1000 + 0.04 * width, y + 0.06 * height),
        xytext=(x + kilometres * 1000 + 0.04 * width, y - 0.01 * height),
        ha="center",
        fontsize=13,
        arrowprops={"arrowstyle": "-|>", "color": "black"},
        zorder=6,
    )
