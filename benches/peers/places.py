#!/usr/bin/env python3
"""Which places do all peers hear of? Some of an extract, drawn from a seed, each on a road.

    places.py EXTRACT COUNT > PLACES

They are nodes of the graph of `reading.py`, which one can leave and come back
to, off motorways and their links as far as a node tells. Printed are lines of
longitude and latitude.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import reading

SEED = 7
FAST = 22.0


def main() -> int:
    """Print the places; return the exit status."""
    extract, count = Path(sys.argv[1]), int(sys.argv[2])
    arcs = reading.read(extract)
    metres = reading.great_circle(
        arcs.lon[arcs.tail], arcs.lat[arcs.tail], arcs.lon[arcs.head], arcs.lat[arcs.head]
    )
    fastest = np.zeros(len(arcs.lon))
    np.maximum.at(fastest, arcs.tail, metres / arcs.seconds)
    slow = np.flatnonzero(fastest < FAST)
    drawn = np.random.default_rng(SEED).choice(slow, count, replace=len(slow) < count)
    lines = zip(arcs.lon[drawn].tolist(), arcs.lat[drawn].tolist(), strict=True)
    sys.stdout.write("".join(f"{lon:.7f} {lat:.7f}\n" for lon, lat in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
