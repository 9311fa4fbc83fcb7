"""Roads drawn for a test, each on ground of its own, and the extract they make.

A row of ``fixtures/rules`` is asked from outside, by trips, so each has its own
network beside which nothing else lies. A way or a node stands on the short side of
a ring, and whoever may not pass there has the long way round:

    W ─────────── A ── tried ── B ─────────── E        A to B 300 m
    │             p             q             │        p and q 100 m beside it
    ├─ stub       ─────── round ───────       │        the way round 26 km
    └─────────────────────────────────────────┘

At a cross-roads of four long arms a turn is tried instead.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scene import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Drawing", "Spot"]

Spot = tuple[float, float]
"""Longitude and latitude."""

# Degrees of a hundred metres at the origin, as `fixtures/README.md` has them.
_ORIGIN = (4.4, 44.5)
_STEP = (0.0012574, 0.0008999)
# Grounds stand in rows of twelve: no road is nearer than 500 m to that of another ground.
_IN_A_ROW, _PITCH = 12, (13_200.0, 2_000.0)
_HALF, _HIGH = 6_000.0, 800.0


@dataclass
class Drawing:
    """An extract in the making. ``plain`` are the tags of roads that everyone may use."""

    plain: Mapping[str, str]
    elements: list[Any] = field(default_factory=list)
    grounds: int = 0

    def ring(
        self, tags: Mapping[str, str] | None, *, node: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """A ring whose short side has some tags, or a node with some in its middle; or a gap.

        Gives the way tried, the spots p and q before and behind it, its middle, and
        the end of a stub that lies behind another such node.
        """
        at = self._ground()
        a, b = self._node(at(0, 0)), self._node(at(300, 0))
        corners = [(-_HALF, 0), (-_HALF, _HIGH), (_HALF + 300, _HIGH), (_HALF + 300, 0)]
        west, *rest = [self._node(at(x, y)) for x, y in corners]
        self._way([a, west, *rest, b], self.plain)
        middle = [] if node is None else [self._node(at(150, 0), node)]
        way = None if tags is None else self._way([a, *middle, b], tags)
        if node is not None:
            barrier = self._node(at(-_HALF, -200), node)
            self._way([west, barrier, self._node(at(-_HALF, -400))], self.plain)
        spots = {"p": (-100, 0), "q": (400, 0), "middle": (150, 0), "stub": (-_HALF, -300)}
        return {"way": way, **{name: at(*spot) for name, spot in spots.items()}}

    def town(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """A ring whose short side lies among houses."""
        ring = self.ring(tags)
        at = self._ground(again=True)
        corners = [(-50, -60), (350, -60), (350, 60), (-50, 60)]
        nodes = [self._node(at(x, y)) for x, y in corners]
        self._way([*nodes, nodes[0]], {"landuse": "residential"})
        return ring

    def crossing(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """A cross-roads where a relation with some tags leads from the south to the west."""
        at = self._ground()
        heart = self._node(at(0, 0))
        ends = {"south": (0, -600), "west": (-_HALF, 0), "north": (0, 600), "east": (_HALF, 0)}
        arms = {
            name: self._way([heart, self._node(at(*end))], self.plain) for name, end in ends.items()
        }
        members = (("w", arms["south"], "from"), ("n", heart, "via"), ("w", arms["west"], "to"))
        self._add("r", tags, members=members)
        spots = {"south": (0, -100), "west": (-100, 0), "north": (0, 100), "east": (100, 0)}
        return {name: at(*spot) for name, spot in spots.items()}

    def write(self, path: Path) -> None:
        """Writes the extract, as the fixtures are written."""
        folder = str(REPOSITORY / "fixtures")
        if folder not in sys.path:
            sys.path.append(folder)
        pbf, osmium = importlib.import_module("pbf"), importlib.import_module("osmium")
        elements = [pbf.Element(**each) for each in self.elements]
        lon, lat = zip(*(each.position for each in elements if each.kind == "n"), strict=True)
        box = osmium.osm.Box(min(lon), min(lat), max(lon), max(lat))
        pbf.write(path, elements, box, None)

    def _ground(self, *, again: bool = False) -> Any:
        """The grid of the next ground, or of the last one: metres to a spot."""
        self.grounds += not again
        row, column = divmod(self.grounds - 1, _IN_A_ROW)

        def at(x: float, y: float) -> Spot:
            metres = x + column * _PITCH[0], y + row * _PITCH[1]
            lon, lat = (
                origin + step * m / 100
                for origin, step, m in zip(_ORIGIN, _STEP, metres, strict=True)
            )
            return lon, lat

        return at

    def _node(self, spot: Spot, tags: Mapping[str, str] | None = None) -> int:
        return self._add("n", tags or {}, position=spot)

    def _way(self, nodes: Iterable[int], tags: Mapping[str, str]) -> int:
        return self._add("w", tags, nodes=tuple(nodes))

    def _add(self, kind: str, tags: Mapping[str, str], **own: Any) -> int:
        number = len(self.elements) + 1
        self.elements.append({"kind": kind, "id": number, "version": 1, "tags": tags, **own})
        return number
