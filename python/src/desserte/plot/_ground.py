"""How are communes drawn: outlines filled, or discs as large as their people?

Each has the colour of its class, paler beyond the study; those without a figure are grey and
hatched, so that no printer makes a class of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import gpd, np, shapely
from desserte.plot import _sheet
from desserte.plot._classes import NO_DATA, hatch_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.plot._classes import Classes
    from desserte.plot._communes import Communes

__all__ = ["Fill", "bounds_of", "disc_areas", "draw", "fills_of", "outline", "outline_study"]

_PALE = 0.62
"""How much of the paper is in a colour beyond the study."""
_SHARE_OF_MAP = 0.09
"""The part of a map that its discs may cover."""
_LEAST_DISC, _PLAIN_DISC = 9.0, 46.0
"""Square points."""


class Fill(NamedTuple):
    """Which communes are filled alike."""

    rows: npt.NDArray[np.int64]
    colour: str
    hatch: str | None
    edge: str = "white"


def bounds_of(on_plane: gpd.GeoSeries, communes: Communes) -> Any:
    """The ground of the study."""
    return on_plane[communes.studied].total_bounds


def fills_of(classes: Classes, ranks: npt.NDArray[np.int64], communes: Communes) -> list[Fill]:
    """Every class, paler beyond the study, and who has none."""
    colours = [*classes.colours, NO_DATA]
    # On a map of changes most are nearly white.
    edge = "0.75" if classes.measure == "change" else "white"
    fills = []
    for rank, colour in zip([*range(len(classes.colours)), -1], colours, strict=True):
        hatch = hatch_of(classes, rank)
        for among, shown in ((~communes.studied, paler(colour)), (communes.studied, colour)):
            rows = np.flatnonzero((ranks == rank) & among)
            if len(rows):
                fills.append(Fill(rows, shown, hatch, edge))
    return fills


def draw(
    sheet: _sheet.Sheet, on_plane: gpd.GeoSeries, communes: Communes, fills: list[Fill]
) -> None:
    """Fills the communes."""
    areas = disc_areas(sheet, on_plane, communes) if communes.are_points else None
    for fill in fills:
        if len(fill.rows) == 0:
            continue
        shapes = on_plane.iloc[fill.rows]
        if areas is None:
            style: dict[str, Any] = {"edgecolor": fill.edge, "linewidth": 0.35, "zorder": 1}
            if fill.hatch:
                style |= {"hatch": fill.hatch, "edgecolor": "0.55"}
            shapes.plot(ax=sheet.axes, color=fill.colour, aspect=None, autolim=False, **style)
        else:
            # The largest first: the small ones lie on them.
            order = np.argsort(-areas[fill.rows], kind="stable")
            rows = fill.rows[order]
            style = {"edgecolors": "0.2", "linewidths": 0.5, "zorder": 4, "hatch": fill.hatch}
            x, y = shapely.get_coordinates(on_plane.iloc[rows].to_numpy()).T
            sheet.axes.scatter(x, y, s=areas[rows], c=fill.colour, **style)


def disc_areas(
    sheet: _sheet.Sheet, on_plane: gpd.GeoSeries, communes: Communes
) -> npt.NDArray[np.float64]:
    """Square points a disc: as the people, so that a look tells where they live."""
    count = len(communes.ids)
    people = np.zeros(count) if communes.people is None else np.nan_to_num(communes.people)
    if not people[communes.studied].sum() > 0:
        return np.full(count, _PLAIN_DISC)
    (west, east), (south, north) = sheet.axes.get_xlim(), sheet.axes.get_ylim()
    metres = shapely.get_coordinates(on_plane.to_numpy())
    is_seen = (metres > (west, south)).all(axis=1) & (metres < (east, north)).all(axis=1)
    seen = people[is_seen].sum()
    box = sheet.axes.get_position()
    wide, high = sheet.figure.get_size_inches()
    ground = 72.0**2 * wide * high * box.width * box.height
    areas = people * _SHARE_OF_MAP * ground / max(seen, 1.0)
    return np.asarray(np.maximum(areas, _LEAST_DISC))


def outline_study(sheet: _sheet.Sheet, on_plane: gpd.GeoSeries, communes: Communes) -> None:
    """Draws the limit of the study, where there is ground beyond it."""
    if communes.studied.all() or communes.are_points:
        return
    # Borders that were rounded apart leave slivers, which a metre closes.
    whole = shapely.union_all(on_plane[communes.studied].buffer(1.0).to_numpy())
    edge = gpd.GeoSeries([whole], crs=on_plane.crs).boundary
    edge.plot(ax=sheet.axes, color="0.35", linewidth=0.8, aspect=None, autolim=False, zorder=3.5)


def outline(
    sheet: _sheet.Sheet,
    on_plane: gpd.GeoSeries,
    communes: Communes,
    rows: npt.NDArray[np.int64],
) -> None:
    """Draws a heavy line around some communes."""
    if len(rows) == 0:
        return
    if communes.are_points:
        areas = disc_areas(sheet, on_plane, communes)[rows]
        x, y = shapely.get_coordinates(on_plane.iloc[rows].to_numpy()).T
        ring: dict[str, Any] = {"facecolors": "none", "edgecolors": "black", "linewidths": 1.7}
        sheet.axes.scatter(x, y, s=areas + 14, zorder=4.5, **ring)
        return
    edges = on_plane.iloc[rows].boundary
    for colour, width in (("white", 2.8), ("black", 1.6)):
        style = {"color": colour, "linewidth": width, "zorder": 3.6}
        edges.plot(ax=sheet.axes, aspect=None, autolim=False, **style)


def paler(colour: str) -> str:
    """The same colour with much of the paper in it."""
    parts = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, _sheet.PAPER)]
    mixed = (round((1 - _PALE) * one + _PALE * paper) for one, paper in zip(*parts, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
