#!/usr/bin/env python3
"""Whose isochrones keep to whose own times, at points on streets?

    street_points.py [EXTRACT ...] [--origins 10] [--points 3000] [--minutes 15]

Definitions of an isochrone differ; that a street which is reached in time lies in it, and one
which is not does not, is common to all. Each peer is held to its own times: those of its matrix
to points on streets, or those of its nodes. Points within a minute of the limit are left out. A
peer that is not installed, or fails, is skipped with its reason. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import desserte as ds
import geopandas as gpd
import numpy as np
import shapely
import tools
from compare import HERE, PORTO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 1
COLUMNS = "| extract | peer | points | reached | left out | wrongly in | wrong |"


def main() -> int:
    """Judge every peer on every extract; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extracts", nargs="*", type=Path, default=[PORTO])
    parser.add_argument("--origins", type=int, default=10)
    parser.add_argument("--points", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--graphways", type=Path, help="what `cargo build` made of graphways/")
    asked = parser.parse_args()
    say(COLUMNS)
    say("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for extract in asked.extracts:
        places = street_points(extract, asked.origins + asked.points)
        origins, points = places[: asked.origins], places[asked.origins :]
        for name, peer in (("desserte", desserte), ("Valhalla", valhalla)):
            judge(extract, name, peer(extract, origins, points, asked.minutes))
        judge(extract, "graphways", graphways(asked, extract, origins))
    return 0


def street_points(extract: Path, count: int) -> Floats:
    """Draw points on streets that one may stop on, evenly by length."""
    network = ds.RoadNetwork.from_pbf(extract, progress=False)
    streets = network.streets()
    plane = streets.estimate_utm_crs()
    lines = streets.geometry.to_crs(plane)
    dice = np.random.default_rng(SEED)
    ends = np.cumsum(lines.length.to_numpy())
    drawn = dice.uniform(0.0, ends[-1], 2 * count)
    street = np.searchsorted(ends, drawn)
    spots = shapely.line_interpolate_point(lines.to_numpy()[street], ends[street] - drawn)
    spots = gpd.GeoSeries(spots, crs=plane).to_crs(4326)
    is_on = (network.snap(spots, radius_metres=1)["outcome"] == "ok").to_numpy()
    return np.column_stack([spots.x, spots.y])[is_on][:count]


def judge(extract: Path, name: str, rows: Iterator[tuple[int, ...]]) -> None:
    """Print what a peer's isochrones are against its own times."""
    try:
        judged, reached, missed, claimed = np.sum(list(rows), axis=0).tolist()
    except Exception as error:  # noqa: BLE001  A peer may raise anything.
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        say(f"| {extract.name} | {name} | skipped: {reason} | | | | |")
        return
    share = (missed + claimed) / max(judged, 1)
    counts = f"{judged:,} | {reached:,} | {missed:,} | {claimed:,}"
    say(f"| {extract.name} | {name} | {counts} | {share:.2%} |")


def counted(minutes: Floats, area: Any, points: Floats, limit: float) -> tuple[int, ...]:
    """Count the points judged, reached, left out and wrongly in."""
    shapely.prepare(area)
    is_in = shapely.contains_xy(area, *points.T)
    minutes = np.where(np.isnan(minutes), np.inf, minutes)
    is_far, is_reached = ~(np.abs(minutes - limit) <= 1.0), minutes < limit
    kinds = (
        is_far,
        is_far & is_reached,
        is_far & is_reached & ~is_in,
        is_far & ~is_reached & is_in,
    )
    return tuple(int(kind.sum()) for kind in kinds)


def desserte(
    extract: Path, origins: Floats, points: Floats, limit: float
) -> Iterator[tuple[int, ...]]:
    """Judge ours, at 100 m."""
    network = ds.RoadNetwork.from_pbf(extract, progress=False)
    for origin in origins:
        times = ds.travel_times(network, [origin], points, progress=False).minutes[0]
        area = ds.isochrones(network, [origin], minutes=limit, progress=False).geometry[0]
        yield counted(times, area, points, limit)


def valhalla(
    extract: Path, origins: Floats, points: Floats, limit: float
) -> Iterator[tuple[int, ...]]:
    """Judge Valhalla's, with what it does by default."""
    peer = tools.Valhalla()
    with tempfile.TemporaryDirectory() as folder:
        peer.build(extract, Path(folder))
        peer.load(Path(folder))
        for origin in origins:
            times = peer.matrix(origin[None, :], points)[0]
            asked = {"locations": peer.places(origin[None, :]), "costing": "auto"}
            asked |= {"polygons": True, "contours": [{"time": limit}]}
            found = gpd.GeoDataFrame.from_features(peer.actor.isochrone(asked)["features"])
            areas = found.geometry[found.geom_type.isin(["Polygon", "MultiPolygon"])]
            yield counted(times, shapely.union_all(shapely.make_valid(areas)), points, limit)


def graphways(
    asked: argparse.Namespace, extract: Path, origins: Floats
) -> Iterator[tuple[int, ...]]:
    """Judge graphways', at the nodes of its graph."""
    program = asked.graphways or HERE / "graphways" / "target" / "release" / "graphways-peer"
    if not Path(program).is_file():
        message = "its program is not built; see benches/README.md"
        raise FileNotFoundError(message)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{lon} {lat}\n" for lon, lat in origins.tolist())
        file.flush()
        command = [program, extract.resolve(), file.name, str(asked.minutes)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        yield tuple(int(field) for field in line.split(","))


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
