"""The picture of the demonstration: a map one can show at a council meeting.

Streets in light grey, villages coloured by their minutes to the nearest doctor
on a scale that everyone can tell apart, care points by symbol, and what a map
owes its reader: a title, a legend, a scale, the north, sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte.demo import NEEDS, Demo, hypotheses
from desserte.plot._names import write_names
from desserte.plot._sheet import scale_and_north

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from desserte._lazy import gpd

__all__ = ["draw"]

_BOUNDS = (0, 5, 10, 15, 20, 30, 45)
_SYMBOLS = {"médecin": ("P", "#d55e00"), "pharmacie": ("D", "#009e73"), "hôpital": ("s", "#0072b2")}
_WIDE = ("motorway", "trunk", "primary", "secondary")
_LABELLED = 12


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
    scale_and_north(axes)
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
    spots = list(zip(villages.geometry.x, villages.geometry.y, strict=True))
    worst = zip(villages["name"].head(_LABELLED), spots, strict=False)
    write_names(axes, dpi, worst, spots)


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
