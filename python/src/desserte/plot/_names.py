"""Where on a map may a name be written?

Beside its spot, where it covers neither another spot nor another name; or nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

__all__ = ["write_names"]

_Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""

_Spot: TypeAlias = tuple[float, float]


def write_names(
    axes: Axes,
    dpi: float,
    named: Iterable[tuple[object, _Spot]],
    spots: Sequence[_Spot],
    *,
    size: float = 8.5,
) -> None:
    """Writes each name beside its spot; the sheet must have been laid out."""
    from matplotlib.patheffects import withStroke

    to_points = axes.transData.transform
    scale = 72 / dpi
    dots = (to_points(spot) * scale for spot in spots)
    taken = [*_margins(axes, dpi), *((x - 5, y - 5, x + 5, y + 5) for x, y in dots)]
    for name, spot in named:
        dot = to_points(spot) * scale
        place = _free(name, dot, taken, size) if isinstance(name, str) else None
        if place is None:
            continue
        taken.append(place[1])
        axes.annotate(
            str(name),
            spot,
            xytext=place[0],
            textcoords="offset points",
            fontsize=size,
            zorder=8,
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
        (left, bottom, left + 0.36 * (right - left), bottom + 0.15 * (top - bottom)),
    ]


def _free(
    name: str, dot: Any, taken: list[_Box], size: float
) -> tuple[tuple[float, float], _Box] | None:
    """The first offset around a dot, in points, at which a name covers nothing, and its box."""
    width, height = 0.58 * size * len(name), 1.06 * size
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
