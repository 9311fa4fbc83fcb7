"""How are more isochrones drawn than memory holds?

In blocks of origins, each written to a GeoParquet file before the next is drawn.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._blocks import column_of, progress_of_block, write_tables
from desserte._frames import LONLAT, in_crs
from desserte._lazy import gpd, np, pa, pd, pyproj, shapely
from desserte._snaps import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from desserte._native import Network, Snaps
    from desserte._progress import Watcher
    from desserte._snaps import Snapped

__all__ = ["ORIGINS", "Areas", "Found", "write_areas"]

ORIGINS = 64
"""Origins drawn at a time."""


_DROPPED = ("holes", "hole_hectares", "islands", "island_hectares")


@dataclass
class Found:
    """What is known once all is drawn: what was too small, and the ranks of those at the edge."""

    dropped: list[float] = field(default_factory=lambda: [0, 0.0, 0, 0.0])
    at_edge: list[int] = field(default_factory=list)

    def facts(self, origins: Snapped) -> dict[str, Any]:
        """The same as attrs: to the square metre, which the order of a sum does not reach."""
        dropped = zip(_DROPPED, self.dropped, strict=True)
        return {
            "at_edge": ids_of(origins, self.at_edge),
            "dropped": {name: round(value, 4) for name, value in dropped},
        }


class Areas(NamedTuple):
    """A question about the ground within some limits."""

    network: Network
    limits: list[float]
    direction: str
    is_merged: bool
    is_ring: bool
    offroad: float
    resolution: float
    least: tuple[float, float]
    found: Found

    def drawn(self, origins: Snaps, watcher: Watcher | None, first: int = 0) -> Any:
        """The ground in degrees: by origin, or once for all of them; then by limit.

        ``first`` is the rank of the first of the origins among all that are asked for.
        """
        rows, dropped, at_edge = self.network.isochrones(
            origins,
            self.limits,
            self.direction,
            self.is_merged,
            self.offroad,
            self.resolution,
            self.least,
            watcher,
        )
        self.found.dropped = [a + b for a, b in zip(self.found.dropped, dropped, strict=True)]
        self.found.at_edge += [first + int(rank) for rank in at_edge]
        discs = (
            np.array([_multipolygon(area) for area in shapely.from_wkb(row)], dtype=object)
            for row in rows
        )
        ground = [_rings(row) if self.is_ring else row for row in discs]
        return np.concatenate(ground) if ground else np.array([], dtype=object)


class _Form(NamedTuple):
    """What is the same in all tables of a file."""

    limits: list[float]
    ids: dict[str, pa.Array]
    crs: Any

    def table(self, first: int, ground: Any) -> pa.Table:
        """The ground of some origins, the first of which has this rank."""
        rows = first + np.arange(len(ground)) // len(self.limits)
        columns = {name: values.take(pa.array(rows)) for name, values in self.ids.items()}
        columns["minutes"] = pa.array(np.tile(self.limits, len(ground) // len(self.limits)))
        areas = in_crs(gpd.GeoSeries(ground, crs=LONLAT), self.crs)
        columns["geometry"] = pa.array(shapely.to_wkb(areas.to_numpy()), pa.binary())
        return pa.table(columns)


def write_areas(
    path: Path,
    asked: Areas,
    origins: Snapped,
    known: tuple[dict[str, Any], Callable[[], dict[str, Any]]],
    watcher: Watcher | None,
) -> None:
    """Writes isochrones block by block.

    Known are the columns of the origins and, once all is drawn, the attrs.
    """
    columns, attrs = known
    ids = {name: column_of(name, values) for name, values in columns.items()}
    crs = origins.points.crs or LONLAT
    form = _Form(asked.limits, ids, crs)
    blocks = _blocks(asked, origins.native, watcher)
    tables = (form.table(*block) for block in blocks)
    write_tables(path, tables, lambda: _metadata(ids, crs, attrs()))


def _blocks(asked: Areas, origins: Snaps, watcher: Watcher | None) -> Iterator[tuple[int, Any]]:
    """The rank of the first origin of a block, and the ground of all its origins."""
    n = len(origins)
    height = max(1, n) if asked.is_merged else ORIGINS
    for first in range(0, max(1, n), height):
        part = origins.part(first, first + height)
        yield first, asked.drawn(part, progress_of_block(first, part, n, watcher), first)


def _metadata(ids: dict[str, Any], crs: Any, attrs: dict[str, Any]) -> dict[bytes, bytes]:
    """What says that the file is GeoParquet, in which CRS, and what it was made from."""
    geometry = {
        "encoding": "WKB",
        "geometry_types": ["MultiPolygon"],
        "crs": pyproj.CRS.from_user_input(crs).to_json_dict(),
    }
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    # As pandas describes such a table, so that it comes back with its attrs.
    table = pd.DataFrame({name: values.to_pandas() for name, values in ids.items()})
    table = table.assign(minutes=0.0, geometry=b"")
    table.attrs = attrs
    known = pa.Schema.from_pandas(table, preserve_index=False).metadata
    return {
        **known,
        b"geo": json.dumps(geo).encode(),
        b"desserte": json.dumps(attrs, ensure_ascii=False).encode(),
    }


def _multipolygon(area: Any) -> Any:
    """A MultiPolygon, whatever the number of parts."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(area) if not part.is_empty])


def _rings(discs: Any) -> Any:
    """Each disc without the one before."""
    beyond = [shapely.difference(outer, inner) for inner, outer in itertools.pairwise(discs)]
    return np.array([discs[0], *map(_multipolygon, beyond)], dtype=object)
