"""Which points are marked on a map, by which symbol, and which of them are named?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from desserte._frames import LONLAT, Places, Points, unpack
from desserte._lazy import gpd, np
from desserte.plot import _words
from desserte.plot._names import write_names

if TYPE_CHECKING:
    from desserte.plot._sheet import Sheet

__all__ = [
    "SYMBOLS",
    "Mark",
    "any_of",
    "care_marks",
    "draw_marks",
    "is_seen",
    "name_marks",
    "on_plane",
    "site_marks",
]

SYMBOLS = {
    "doctor": ("P", "#d55e00"),
    "pharmacy": ("D", "#009e73"),
    "hospital": ("s", "#0072b2"),
    "centre": ("^", "#cc79a7"),
    "home": ("h", "#e69f00"),
    "other": ("v", "0.35"),
    "care": ("P", "#d55e00"),
}
_NAMED = 12


class Mark(NamedTuple):
    """Points that share a symbol, on the plane of the map."""

    label: str
    style: dict[str, Any]
    at: Any
    names: list[Any] | None


def any_of(places: Places | None) -> TypeGuard[Places]:
    """Whether there is any to mark: a département without care is no error."""
    return places is not None and np.shape(places)[:1] != (0,)


def care_marks(
    care: Places | None, sheet: Sheet, language: str, *, size: float = 46, edge: str = "white"
) -> list[Mark]:
    """The care points in view, by symbol; the first is drawn last, over the others."""
    if not any_of(care):
        return []
    points = unpack(care, "care", unique=False)
    at = on_plane(points, sheet)
    in_view = is_seen(at, sheet)
    kinds = care["kind"] if isinstance(care, gpd.GeoDataFrame) and "kind" in care else None
    families = np.array(
        ["care"] * len(at) if kinds is None else [_words.family_of(kind) for kind in kinds]
    )
    marks = []
    for family in reversed(_words.FAMILIES):
        chosen = np.flatnonzero(in_view & (families == family))
        if len(chosen):
            label = f"{_words.FAMILIES[family][1][language]} ({len(chosen)})"
            marker, colour = SYMBOLS[family]
            style = {"marker": marker, "color": colour, "edgecolors": edge, "s": size}
            if edge != "white":
                style["linewidths"] = 0.5
            names = None if points.names is None else [points.names[row] for row in chosen]
            marks.append(Mark(label, style, at[chosen], names))
    return marks


def site_marks(
    sites: Places | None, sheet: Sheet, language: str, *, size: float = 260
) -> list[Mark]:
    """The sites that would open, as stars."""
    if not any_of(sites):
        return []
    points = unpack(sites, "sites", unique=False)
    at = on_plane(points, sheet)
    seen = np.flatnonzero(is_seen(at, sheet))
    one, many = (
        ("nouveau site", "nouveaux sites") if language == "fr" else ("new site", "new sites")
    )
    label = f"{one if len(seen) == 1 else many} ({len(seen)})"
    style = {"marker": "*", "color": "#d7191c", "edgecolors": "white", "s": size}
    names = None if points.names is None else [points.names[row] for row in seen]
    return [Mark(label, style, at[seen], names)] if len(seen) else []


def on_plane(points: Points, sheet: Sheet) -> Any:
    """Positions in metres on the plane of the map."""
    spots = gpd.points_from_xy(points.lon, points.lat, crs=LONLAT).to_crs(sheet.plane)
    return np.column_stack([spots.x, spots.y])


def draw_marks(sheet: Sheet, marks: list[Mark]) -> None:
    """Draws each symbol; the last lies on top."""
    for rank, mark in enumerate(marks):
        x, y = mark.at.T
        style = {"zorder": 5 + rank / 100, "linewidths": 0.9, **mark.style}
        sheet.axes.scatter(x, y, label=mark.label, **style)


def name_marks(sheet: Sheet, marks: list[Mark], *, size: float = 8.5) -> None:
    """Names the points of the marks, the most telling first, while they are few."""
    named: list[Any] = []
    for mark in marks:
        if mark.names is not None and len(named) + len(mark.names) <= _NAMED:
            named += zip(mark.names, map(tuple, mark.at), strict=True)
    spots = [tuple(spot) for mark in marks for spot in mark.at]
    write_names(sheet.axes, sheet.figure.dpi, named, spots, size=size)


def is_seen(at: Any, sheet: Sheet) -> Any:
    """Which positions are within the map."""
    (west, east), (south, north) = sheet.axes.get_xlim(), sheet.axes.get_ylim()
    return (at[:, 0] > west) & (at[:, 0] < east) & (at[:, 1] > south) & (at[:, 1] < north)
