"""Which arcs does a car drive, as a script of a hundred lines would read them?

Those who search with scipy or pandana bring a graph of their own. This is one
such as they make with osmium: every node of the ways, straight between them,
a speed by class or nine tenths of the posted limit, one-way streets; no bends,
delays, turn restrictions or barriers; the largest part that is strongly
connected. It is less than what the others read, which is in its favour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

KMH = {
    "motorway": 115, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 72,
    "primary_link": 40, "secondary": 65, "secondary_link": 40, "tertiary": 58, "tertiary_link": 40,
    "unclassified": 45, "residential": 27, "living_street": 12, "road": 30, "service": 15,
}  # fmt: skip
EARTH_METRES = 6_371_008.8
CLOSED = {"no", "private"}


@dataclass(frozen=True)
class Arcs:
    """A graph: where its nodes are, in degrees, and its arcs with their seconds."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]

    def matrix(self) -> csr_array:
        """Return the seconds as a sparse matrix; of parallel arcs the fastest."""
        size = len(self.lon)
        order = np.lexsort((self.seconds, self.head, self.tail))
        tail, head, seconds = self.tail[order], self.head[order], self.seconds[order]
        fresh = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))
        return csr_array((seconds[fresh], (tail[fresh], head[fresh])), shape=(size, size))

    def of_largest_part(self) -> Arcs:
        """Return the largest part that is strongly connected."""
        _, label = connected_components(self.matrix(), connection="strong")
        kept = label == np.argmax(np.bincount(label))
        rank = np.cumsum(kept) - 1
        inside = kept[self.tail] & kept[self.head]
        tail, head = rank[self.tail[inside]], rank[self.head[inside]]
        return Arcs(self.lon[kept], self.lat[kept], tail, head, self.seconds[inside])


def read(extract: Path) -> Arcs:
    """Read the arcs of an extract."""
    tails, heads, speeds, at = [], [], [], {}
    ways = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY)
    highways = osmium.filter.KeyFilter("highway").enable_for(osmium.osm.WAY)
    nodeless = osmium.filter.EntityFilter(osmium.osm.WAY)
    for way in ways.with_locations().with_filter(nodeless).with_filter(highways):
        kmh = speed(way.tags)
        if kmh is None:
            continue
        nodes = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
        at.update((ref, (lon, lat)) for ref, lon, lat in nodes)
        refs = [ref for ref, _, _ in nodes]
        forth, back = directions(way.tags)
        for allowed, line in ((forth, refs), (back, refs[::-1])):
            if allowed:
                tails += line[:-1]
                heads += line[1:]
                speeds += [kmh / 3.6] * (len(line) - 1)
    ids = np.array(sorted(at))
    lon, lat = np.array([at[node] for node in ids.tolist()]).T
    tail, head = np.searchsorted(ids, tails), np.searchsorted(ids, heads)
    metres = great_circle(lon[tail], lat[tail], lon[head], lat[head])
    seconds = np.maximum(metres / np.array(speeds), 0.001)
    return Arcs(lon, lat, tail, head, seconds).of_largest_part()


def speed(tags: osmium.osm.TagList) -> float | None:
    """Return the km/h of a way; None where no car drives."""
    kmh = KMH.get(tags["highway"])
    if kmh is None or tags.get("access") in CLOSED or tags.get("motor_vehicle") in CLOSED:
        return None
    posted = tags.get("maxspeed", "")
    return 0.9 * int(posted) if posted.isdecimal() and int(posted) > 0 else float(kmh)


def directions(tags: osmium.osm.TagList) -> tuple[bool, bool]:
    """Say whether a way is driven forwards and backwards."""
    oneway = tags.get("oneway", "")
    is_round = tags.get("junction") == "roundabout" or tags["highway"] == "motorway"
    if oneway in {"-1", "reverse"}:
        return False, True
    return True, not (oneway in {"yes", "true", "1"} or (is_round and oneway != "no"))


def great_circle(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    lon2: NDArray[np.float64],
    lat2: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return metres by haversine."""
    lon, lat, lon2, lat2 = (np.radians(angle) for angle in (lon, lat, lon2, lat2))
    half = np.sin((lat2 - lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_METRES * np.arcsin(np.sqrt(half))
