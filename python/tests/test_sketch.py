"""The sketch of Sud-Ardèche and the Rhône valley: real places, invented roads, whole stories."""

from __future__ import annotations

import csv
import hashlib
import importlib
import sys
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

FIXTURES = REPOSITORY / "fixtures"
# The release that `fixtures/make.py` pins: another may compress otherwise.
PINNED_OSMIUM = "4.3.2"
NODE, WAY = osmium.osm.NODE, osmium.osm.WAY
Tags = list[dict[str, str]]
OF_NODES = {"traffic_signals", "crossing", "stop", "give_way"}


def module(name: str) -> Any:
    """A module of the scripts that draw the fixtures."""
    if str(FIXTURES) not in sys.path:
        sys.path.insert(0, str(FIXTURES))
    return importlib.import_module(name)


def table(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "sketch" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build(path: Path, **settings: Any) -> ds.RoadNetwork:
    return ds.RoadNetwork.from_pbf(path, profile=ds.Profile.car(**settings), progress=False)


def times(network: ds.RoadNetwork, rows: Any, columns: Any) -> Any:
    return ds.travel_times(network, rows, columns, progress=False).minutes


@pytest.fixture(scope="module")
def sketch() -> Path:
    return ds.demo_sketch()


@pytest.fixture(scope="module")
def sketched(sketch: Path) -> ds.RoadNetwork:
    return build(sketch)


@pytest.fixture(scope="module")
def communes(sketch: Path) -> gpd.GeoDataFrame:
    """The communes, by name."""
    everything = ds.read_places(sketch, progress=False)
    return everything[everything["insee_code"].notna()].set_index("name", drop=False)


@pytest.fixture(scope="module")
def hospitals(sketch: Path) -> gpd.GeoDataFrame:
    everything = ds.read_care(sketch, progress=False)
    return everything[everything["kind"] == "hospital"]


@pytest.fixture(scope="module")
def tags(sketch: Path) -> Tags:
    """The tags of every node and way that has some, nodes first."""
    filled = osmium.filter.EmptyTagFilter()
    found = osmium.FileProcessor(str(sketch), NODE | WAY).with_filter(filled)
    return [dict(element.tags) for element in found]


@pytest.fixture(scope="module")
def without(sketch: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write the sketch without the ways of some names."""

    def write(*names: str) -> Path:
        path: Path = tmp_path_factory.mktemp("sketch") / "cut.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for element in osmium.FileProcessor(str(sketch)):
                if not (isinstance(element, osmium.osm.Way) and element.tags.get("name") in names):
                    writer.add(element)
        return path

    return write


def test_the_same_tables_give_the_same_bytes(sketch: Path, tmp_path: Path) -> None:
    territory, writing = module("sketch.territory"), module("sketch.writing")
    drawn = territory.sketched()
    again = tmp_path / "again.osm.pbf"
    writing.write(again, drawn.nodes, drawn.ways, drawn.relations)
    if version("osmium") == PINNED_OSMIUM:
        assert digest(again) == digest(sketch)
    else:
        assert module("pbf").read(again).elements == module("pbf").read(sketch).elements


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_says_that_it_is_no_map(sketch: Path, tags: Tags) -> None:
    header = osmium.io.Reader(str(sketch)).header()
    assert (
        header.get("generator") == "desserte sketch: invented roads between real places, not a map"
    )
    roads = [of for of in tags if "highway" in of and of["highway"] not in OF_NODES]
    sources = {road["source"] for road in roads}
    assert sources == {"desserte sketch"}
    assert sketch.stat().st_size < 1_500_000


def test_every_commune_of_the_table_is_where_the_table_says(communes: gpd.GeoDataFrame) -> None:
    rows = table("communes.csv")
    by_code = communes.set_index("insee_code")
    assert sorted(by_code.index) == sorted(row["insee"] for row in rows)
    for row in rows:
        there = by_code.loc[row["insee"]]
        assert there["name"] == row["name"]
        assert there.geometry.x == pytest.approx(float(row["lon"]), abs=1e-6)
        assert there.geometry.y == pytest.approx(float(row["lat"]), abs=1e-6)
        if row["population"]:
            assert there["population"] == int(row["population"])


def test_nothing_is_odd_and_nothing_is_an_island(sketched: ds.RoadNetwork) -> None:
    assert set(sketched.manifest["oddities"].values()) == {0}
    nothing = {"count": 0, "kilometres": 0.0}
    cut_off = sketched.speeds().attrs["cut_off"]
    assert cut_off == {"inhabited": [], "uninhabited": nothing, "fragments": nothing}


def test_the_restrictions_bind(sketched: ds.RoadNetwork) -> None:
    counts = sketched.manifest["restrictions"]
    assert counts["applied"] > 50
    assert 0 < counts["via_way"] < counts["applied"] / 4
    assert counts["unmatched"] == 0


def test_it_is_tagged_as_the_country_is(sketched: ds.RoadNetwork, tags: Tags) -> None:
    sheet = sketched.speeds()
    assert 0.08 < sheet.attrs["share_with_limit"] < 0.13
    assert 0.2 < sheet.attrs["share_with_surface"] < 0.6
    counts = Counter(f"{key}={value}" for of in tags for key, value in of.items())
    for what, least in {
        "highway=traffic_signals": 30,
        "highway=crossing": 100,
        "highway=stop": 20,
        "highway=track": 50,
        "barrier=gate": 50,
        "barrier=bollard": 3,
        "railway=level_crossing": 20,
        "junction=roundabout": 20,
        "mountain_pass=yes": 3,
        "landuse=residential": 300,
        "waterway=river": 10,
    }.items():
        assert counts[what] >= least, what


def test_every_commune_reaches_every_hospital_and_is_reached(
    sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame, hospitals: gpd.GeoDataFrame
) -> None:
    assert len(communes) > 300
    assert len(hospitals) > 10
    there = times(sketched, communes, hospitals)
    back = times(sketched, hospitals, communes)
    assert np.isfinite(there).all()
    assert np.isfinite(back).all()
    assert np.nanmax(there) < 240


def test_the_trips_take_about_as_long_as_the_country_has_them(
    sketched: ds.RoadNetwork, communes: gpd.GeoDataFrame
) -> None:
    def minutes(start: str, end: str) -> float:
        return float(times(sketched, communes.loc[[start]], communes.loc[[end]])[0, 0])

    # Not measured on the ground: what a driver of the country would not be surprised at.
    assert 15 < minutes("Crépol", "Romans-sur-Isère") < 35
    assert 20 < minutes("Joyeuse", "Aubenas") < 45
    assert 30 < minutes("Crest", "Die") < 60
    assert 25 < minutes("Valence", "Montélimar") < 55
    assert minutes("Tournon-sur-Rhône", "Tain-l'Hermitage") < 12


def test_the_banks_are_joined_by_the_bridges_alone(
    without: Callable[..., Path], communes: gpd.GeoDataFrame
) -> None:
    names = [row["name"] for row in table("bridges.csv")]
    cut = build(without(*names))
    both = communes.loc[
        ["Tournon-sur-Rhône", "Le Teil", "Aubenas", "Tain-l'Hermitage", "Valence", "Die"]
    ]
    is_reached = np.isfinite(times(cut, both, both))
    west = np.array([True, True, True, False, False, False])
    assert (is_reached == (west[:, None] == west[None, :])).all()


@pytest.mark.parametrize(
    ("bridge", "banks"),
    [
        ("Pont de Tournon – Tain-l'Hermitage", ["Tournon-sur-Rhône", "Tain-l'Hermitage"]),
        ("Pont de Viviers", ["Viviers", "Châteauneuf-du-Rhône"]),
    ],
)
def test_where_a_bridge_is_closed_the_trip_is_longer(
    without: Callable[..., Path],
    sketched: ds.RoadNetwork,
    communes: gpd.GeoDataFrame,
    bridge: str,
    banks: list[str],
) -> None:
    start, end = communes.loc[banks[:1]], communes.loc[banks[1:]]
    longer = times(build(without(bridge)), start, end)[0, 0]
    assert longer > times(sketched, start, end)[0, 0] + 5
    assert np.isfinite(longer)


def test_winter_closes_passes_and_leaves_everyone_a_way(
    sketch: Path,
    sketched: ds.RoadNetwork,
    communes: gpd.GeoDataFrame,
    hospitals: gpd.GeoDataFrame,
) -> None:
    winter = times(build(sketch, season="winter"), communes, hospitals)
    summer = times(sketched, communes, hospitals)
    assert np.isfinite(winter).all()
    # Where a road is closed, those who passed its end wait there for nobody.
    assert (winter >= summer - 0.2).all()
    assert (winter > summer + 2).sum() > 10


def test_winding_roads_are_slower_than_straight_ones(
    sketch: Path, sketched: ds.RoadNetwork
) -> None:
    tertiary = osmium.filter.TagFilter(("highway", "tertiary"))
    ways = osmium.FileProcessor(str(sketch), NODE | WAY).with_locations().with_filter(tertiary)
    roads = [
        [(node.lon, node.lat) for node in way.nodes]
        for way in ways
        if isinstance(way, osmium.osm.Way)
    ]
    roads = [road for road in roads if len(road) > 3]
    lines = [np.array(road) * [79_154, 111_119] for road in roads]
    metres = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    straight = np.array([np.hypot(*(line[-1] - line[0])) for line in lines])
    long = metres > 800
    winding = np.flatnonzero(long & (metres > 1.6 * straight))[:40]
    plain = np.flatnonzero(long & (metres < 1.03 * straight))[:40]
    assert len(winding) == len(plain) == 40

    def kmh(which: Any) -> float:
        ends = [[roads[n][end] for n in which] for end in (1, -2)]
        trip = ds.trips(sketched, *ends, progress=False)
        return float((metres[which] / 1000 / (trip["minutes"] / 60)).median())

    assert kmh(winding) < 0.8 * kmh(plain)


def test_hundreds_of_care_points_stand_at_the_poles(sketch: Path) -> None:
    care = ds.read_care(sketch, progress=False)
    kinds = care["kind"].value_counts()
    for kind in ("gp", "pharmacy", "nurse", "physiotherapist", "ehpad", "msp", "hospital"):
        assert kinds[kind] >= 10, kind
    assert care.loc[care["kind"] == "hospital", "emergency"].sum() >= 5
    assert care["name"].notna().all()
