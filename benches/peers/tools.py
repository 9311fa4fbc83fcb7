"""How is each peer asked the same questions?

A class a peer, each importing its package when it is made, so that a missing
one says so and harms no other. Places are rows of longitude and latitude;
finding them on the network is part of every answer, as it is for a caller.
An answer is minutes, NaN where there is none. A question that a peer has no
words for is a method that it lacks. All run on one thread where they can be
told to; `one.py` sets the environment.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LIMITS = [10, 20, 30]
FIGURES = Path(__file__).resolve().parents[2] / "target" / "release" / "figures"
# What a matrix costs a peer grows with its pairs, or with the searches it makes.
PAIRS, SEARCHES = "pairs", "searches"


class Desserte:
    """Ours, by its public functions."""

    package = "desserte"
    grows_with = SEARCHES

    def __init__(self) -> None:
        import desserte

        self.ds = desserte
        # Each answer is what a notebook gets: frames and reasons included.
        self.quiet = {"progress": False}
        # Places off the network are an outcome, and warned of once.
        import warnings

        warnings.simplefilter("ignore", desserte.OffNetworkWarning)
        if hasattr(desserte.RoadNetwork, "prepare"):
            self.prepare = self.prepared
        if hasattr(desserte.RoadNetwork, "save"):
            self.save = lambda folder: self.network.save(folder / "network")
            self.load = self.loaded

    def build(self, extract: Path, _folder: Path) -> None:
        """Read the extract and build the car's network."""
        self.extract = extract
        self.network = self.ds.RoadNetwork.from_pbf(extract, profile="car", **self.quiet)

    def prepared(self) -> None:
        """Make the hierarchy."""
        self.network.prepare()

    def loaded(self, folder: Path) -> None:
        """Open the saved network."""
        self.network = self.ds.RoadNetwork.load(folder / "network")

    def matrix(self, rows: Floats, columns: Floats, most: float | None = None) -> Floats:
        """Return the minutes from each row to each column."""
        found = self.ds.travel_times(self.network, rows, columns, max_minutes=most, **self.quiet)
        return found.minutes

    def nearest(self, rows: Floats, columns: Floats, k: int) -> Floats:
        """Return the minutes to the nearest k columns."""
        found = self.ds.nearest(self.network, rows, columns, k=k, **self.quiet)
        return found["minutes"].to_numpy().reshape(len(rows), k)

    def field(self, place: Floats) -> int:
        """Return how many pieces of streets are within half an hour, each with its shape."""
        return len(self.ds.reached_streets(self.network, place, max_minutes=30, **self.quiet))

    def nodes_from_rust(self, place: Floats) -> float:
        """Return the CPU seconds of the search alone, which Python has no name for."""
        question = [str(degrees) for degrees in place[0]]
        told = subprocess.check_output([FIGURES, "--field", *question, self.extract], text=True)
        return float(told)

    def isochrone(self, place: Floats) -> int:
        """Return how many polygons there are."""
        return len(self.ds.isochrones(self.network, place, minutes=LIMITS, **self.quiet))


class Scipy:
    """`scipy.sparse.csgraph.dijkstra` on the graph of `reading.py`."""

    package = "scipy"
    grows_with = SEARCHES

    def __init__(self) -> None:
        from scipy.sparse import csgraph, load_npz, save_npz
        from scipy.spatial import KDTree

        self.csgraph, self.load_npz, self.save_npz, self.tree_of = (
            csgraph,
            load_npz,
            save_npz,
            KDTree,
        )

    def build(self, extract: Path, _folder: Path) -> None:
        """Read the graph with osmium, in Python."""
        import reading

        arcs = reading.read(extract)
        self.graph, self.at = arcs.matrix(), np.column_stack([arcs.lon, arcs.lat])
        self.index()

    def index(self) -> None:
        """Make what finds the nearest node, and the graph backwards."""
        self.scale = np.array([np.cos(np.radians(self.at[:, 1].mean())), 1.0])
        self.tree = self.tree_of(self.at * self.scale)
        self.backwards = self.graph.T.tocsr()

    def save(self, folder: Path) -> None:
        """Keep the graph."""
        self.save_npz(folder / "graph.npz", self.graph, compressed=False)
        np.save(folder / "at.npy", self.at)

    def load(self, folder: Path) -> None:
        """Read the graph again."""
        self.graph, self.at = self.load_npz(folder / "graph.npz"), np.load(folder / "at.npy")
        self.index()

    def nodes(self, places: Floats) -> NDArray[np.int64]:
        """Return the node nearest to each place."""
        return self.tree.query(places * self.scale)[1]

    def matrix(self, rows: Floats, columns: Floats, most: float | None = None) -> Floats:
        """Return the minutes, one search a row."""
        return self.searched(self.graph, rows, columns, most)

    def searched(self, graph: Any, rows: Floats, columns: Floats, most: float | None) -> Floats:
        """Search from each row, and look the columns up."""
        limit, ends = np.inf if most is None else 60 * most, self.nodes(columns)
        found = np.empty((len(rows), len(columns)))
        # A block at a time: the answer to every node would not fit.
        starts = self.nodes(rows)
        for first in range(0, len(rows), 50):
            block = slice(first, first + 50)
            seconds = self.csgraph.dijkstra(graph, indices=starts[block], limit=limit)
            found[block] = seconds[:, ends] / 60
        return np.where(np.isfinite(found), found, np.nan)

    def nearest(self, rows: Floats, columns: Floats, k: int) -> Floats:
        """Return the nearest k minutes, by searches backwards from the columns, which are fewer."""
        return np.sort(self.searched(self.backwards, columns, rows, None).T, axis=1)[:, :k]

    def reached_nodes(self, place: Floats) -> int:
        """Return how many nodes are within half an hour."""
        seconds = self.csgraph.dijkstra(self.graph, indices=self.nodes(place)[0], limit=1800)
        return int(np.isfinite(seconds).sum())


class Pandana:
    """pandana on the graph of `reading.py`; its hierarchy is part of its network."""

    package = "pandana"
    grows_with = PAIRS

    def __init__(self) -> None:
        import pandana

        self.pandana = pandana

    def build(self, extract: Path, _folder: Path) -> None:
        """Read the graph with osmium, in Python."""
        import pandas as pd
        import reading

        self.arcs = reading.read(extract)
        self.series = pd.Series

    def prepare(self) -> None:
        """Make the network, which contracts it."""
        series, arcs = self.series, self.arcs
        ends = [series(ids) for ids in (arcs.tail, arcs.head)]
        weights = series(arcs.seconds, name="seconds").to_frame()
        where = [series(degrees) for degrees in (arcs.lon, arcs.lat)]
        self.network = self.pandana.Network(*where, *ends, weights, twoway=False)

    def nodes(self, places: Floats) -> NDArray[np.int64]:
        """Return the node nearest to each place."""
        found = self.network.get_node_ids(self.series(places[:, 0]), self.series(places[:, 1]))
        return found.to_numpy()

    def matrix(self, rows: Floats, columns: Floats, most: float | None = None) -> Floats:
        """Return the minutes, pair by pair."""
        starts, ends = self.nodes(rows), self.nodes(columns)
        pairs = np.repeat(starts, len(ends)), np.tile(ends, len(starts))
        found = np.array(self.network.shortest_path_lengths(*pairs)) / 60
        # What it does not reach is some four million seconds away.
        is_far = found > (7 * 24 * 60 if most is None else most)
        return np.where(is_far, np.nan, found).reshape(len(rows), -1)

    def nearest(self, rows: Floats, columns: Floats, k: int) -> Floats:
        """Return the nearest k minutes; they are found for every node, within half a day."""
        farthest, lon, lat = 43_200.0, self.series(columns[:, 0]), self.series(columns[:, 1])
        self.network.set_pois("care", farthest, k, lon, lat)
        found = self.network.nearest_pois(farthest, "care", num_pois=k)
        return found.loc[self.nodes(rows)].to_numpy() / 60


class Routx:
    """routx: A* from point to point on lengths weighed by class; it has no times and no matrix."""

    package = "routx"
    grows_with = PAIRS

    def __init__(self) -> None:
        import routx

        self.routx = routx

    def build(self, extract: Path, _folder: Path) -> None:
        """Read the extract."""
        self.graph = self.routx.Graph()
        self.graph.add_from_osm_file(extract, self.routx.OsmProfile.CAR)
        self.tree = self.routx.KDTree.build(self.graph)

    def save(self, folder: Path) -> None:
        """Keep the graph."""
        self.graph.write_to_file(folder / "graph", self.routx.GraphFormat.BINARY)

    def load(self, folder: Path) -> None:
        """Read the graph again."""
        self.graph = self.routx.Graph()
        self.graph.read_from_file(folder / "graph", self.routx.GraphFormat.BINARY)
        self.tree = self.routx.KDTree.build(self.graph)

    def matrix(self, rows: Floats, columns: Floats, _most: float | None = None) -> Floats:
        """Find a route for each pair; the answer is weighed kilometres, not minutes."""
        starts, ends = (
            [self.tree.find_nearest_node(lat, lon).id for lon, lat in places.tolist()]
            for places in (rows, columns)
        )
        return np.array([[self.weighed(start, end) for end in ends] for start in starts])

    def weighed(self, start: int, end: int) -> float:
        """Return the weighed kilometres of a route, NaN where there is none."""
        route = self.graph.find_route(start, end)
        if start != end and not len(route):
            return float("nan")
        return sum(self.graph.get_edge(*pair) for pair in itertools.pairwise(route))


class Osrm:
    """OSRM, in this process, by its hierarchy (CH)."""

    package = "osrm-bindings"
    grows_with = PAIRS
    algorithm = "CH"
    steps: ClassVar = (("osrm-contract",),)

    def __init__(self) -> None:
        import osrm

        self.osrm, self.home = osrm, Path(osrm.__file__).parent

    def run(self, tool: str, *arguments: Any) -> None:
        """Run one of its tools on one thread."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([self.home / "bin" / tool, "-t", "1", *arguments], check=True, **quiet)

    def build(self, extract: Path, folder: Path) -> None:
        """Extract the car's network."""
        self.at = folder / "of.osrm"
        profile = self.home / "share" / "profiles" / "car.lua"
        self.run("osrm-extract", "-p", profile, "-o", self.at, extract.resolve())

    def prepare(self) -> None:
        """Run what its algorithm needs."""
        for (tool,) in self.steps:
            self.run(tool, self.at)

    def load(self, _folder: Path) -> None:
        """Open what was prepared."""
        self.engine = self.osrm.OSRM(
            algorithm=self.algorithm,
            storage_config=str(self.at),
            use_shared_memory=False,
            max_locations_distance_table=10_000,
        )

    def matrix(self, rows: Floats, columns: Floats, _most: float | None = None) -> Any:
        """Return its table as it comes; an array of it costs more than some tables do."""
        places = [tuple(place) for place in np.vstack([rows, columns]).tolist()]
        asked = self.osrm.TableParameters(
            coordinates=places,
            sources=list(range(len(rows))),
            destinations=list(range(len(rows), len(places))),
            annotations=["duration"],
            generate_hints=False,
        )
        return self.engine.Table(asked)["durations"]

    def minutes(self, table: Any) -> Floats:
        """Return a table as an array."""
        seconds = [[np.nan if s is None else s for s in list(row)] for row in list(table)]
        return np.array(seconds, dtype=float) / 60

    def nearest(self, rows: Floats, columns: Floats, k: int) -> Floats:
        """Return the nearest k minutes of the whole table."""
        return np.sort(self.minutes(self.matrix(rows, columns)), axis=1)[:, :k]


class OsrmMld(Osrm):
    """OSRM by its partition (MLD)."""

    algorithm = "MLD"
    steps = (("osrm-partition",), ("osrm-customize",))


class Valhalla:
    """Valhalla, in this process."""

    package = "pyvalhalla"
    grows_with = PAIRS

    def __init__(self) -> None:
        import valhalla

        self.valhalla = valhalla

    def build(self, extract: Path, folder: Path) -> None:
        """Build its tiles; it prepares nothing."""
        import json

        tiles, self.settings = folder / "tiles", folder / "valhalla.json"
        tiles.mkdir(exist_ok=True)
        config = self.valhalla.get_config(tile_extract="", tile_dir=str(tiles))
        config["mjolnir"]["concurrency"] = 1
        config["service_limits"]["auto"]["max_matrix_location_pairs"] = 10**8
        config["service_limits"]["auto"]["max_locations"] = 10**5
        self.settings.write_text(json.dumps(config))
        tool = Path(self.valhalla.PYVALHALLA_DIR) / "bin" / "valhalla_build_tiles"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([tool, "-c", self.settings, extract.resolve()], check=True, **quiet)

    def load(self, _folder: Path) -> None:
        """Open the tiles."""
        self.actor = self.valhalla.Actor(str(self.settings))

    def places(self, rows: Floats) -> list[dict[str, float]]:
        """Return places as it takes them."""
        return [{"lon": lon, "lat": lat} for lon, lat in rows.tolist()]

    def matrix(self, rows: Floats, columns: Floats, _most: float | None = None) -> Floats:
        """Return its matrix."""
        asked = {"sources": self.places(rows), "targets": self.places(columns)}
        asked |= {"costing": "auto", "verbose": False}
        found = self.actor.matrix(asked)["sources_to_targets"]["durations"]
        return np.array(found, dtype=float) / 60

    def nearest(self, rows: Floats, columns: Floats, k: int) -> Floats:
        """Return the nearest k minutes of the whole matrix."""
        return np.sort(self.matrix(rows, columns), axis=1)[:, :k]

    def isochrone(self, place: Floats) -> int:
        """Return how many polygons there are."""
        asked = {"locations": self.places(place), "costing": "auto", "polygons": True}
        asked["contours"] = [{"time": limit} for limit in LIMITS]
        return len(self.actor.isochrone(asked)["features"])


PEERS = {
    "desserte": Desserte,
    "scipy": Scipy,
    "pandana": Pandana,
    "routx": Routx,
    "osrm-ch": Osrm,
    "osrm-mld": OsrmMld,
    "valhalla": Valhalla,
}


def release(name: str) -> str:
    """Return the release of the package that a peer is."""
    return version(PEERS[name].package)


def threads() -> dict[str, str]:
    """Return the environment of a process on one thread."""
    names = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return os.environ | dict.fromkeys(names, "1")
