"""Are the fixtures complete, as listed, and consistent with one another."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
NETWORKS = FIXTURES / "networks"
EXTRACT = ROOT / "python/src/desserte/data/neubrandenburg.osm.pbf"

# Degrees of longitude and latitude of one hundred metres, as `fixtures/README.md` states them.
GRID_ORIGIN = (4.4, 44.5)
GRID_STEP = (0.0012574, 0.0008999)

REASONS = {"beyond_cutoff", "origin_off_network", "destination_off_network", "no_path"}
CASE_KEYS = {"title", "network", "places", "trips"}
TRIP_KEYS = {"from", "to", "seconds", "reason", "tolerance", "max_minutes", "radius_metres", "why"}

CASES = sorted((FIXTURES / "cases").glob("*.toml"))
DRAWINGS = sorted(NETWORKS.glob("*.osm"))
ROADS = [path for path in DRAWINGS if 'generator="roads.py"' in path.read_text(encoding="utf-8")]
TOWNS = [path for path in DRAWINGS if path not in ROADS]


def read_case(path: Path) -> dict[str, Any]:
    """Read a case file."""
    case: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return case


def test_every_fixture_has_the_checksum_that_is_listed() -> None:
    command = [sys.executable, str(FIXTURES / "make.py"), "--check"]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


def test_the_rural_extract_fits_in_the_wheel() -> None:
    assert 0 < EXTRACT.stat().st_size <= 1_500_000


def test_there_are_cases_and_every_network_serves_one() -> None:
    used = {read_case(path)["network"] for path in CASES}
    assert used == {drawing.name + ".pbf" for drawing in DRAWINGS}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_names_a_network_and_places_that_exist(path: Path) -> None:
    case = read_case(path)
    assert case.keys() - {"profile", "speed_kmh", "settings"} == CASE_KEYS
    assert (NETWORKS / case["network"]).is_file()
    # A time worked out by hand is one of metres over one speed; the default car has bounds.
    assert (case.get("profile"), case.get("speed_kmh")) in {(None, 36), ("car", None)}
    ids = [place["id"] for place in case["places"]]
    assert len(ids) == len(set(ids))
    named = {trip[end] for trip in case["trips"] for end in ("from", "to")}
    assert named == set(ids)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_trip_has_a_time_or_a_reason_and_says_why(path: Path) -> None:
    for trip in read_case(path)["trips"]:
        assert trip.keys() <= TRIP_KEYS
        assert ("seconds" in trip) != ("reason" in trip)
        expected = trip.get("seconds", 0.0)
        if isinstance(expected, dict):
            assert expected.keys() == {"at_least", "at_most", "source"}
            assert 0.0 < expected["at_least"] < expected["at_most"]
            assert expected["source"]
        else:
            assert expected >= 0.0
        assert trip.get("reason", "no_path") in REASONS
        assert trip["why"]


@pytest.mark.parametrize("path", TOWNS, ids=lambda path: path.stem)
def test_a_town_is_drawn_on_the_grid(path: Path) -> None:
    nodes = ET.parse(path).getroot().findall("node")
    assert 4 <= len(nodes) <= 60
    for node in nodes:
        assert metres_off_grid(float(node.attrib["lon"]), float(node.attrib["lat"])) < 0.02


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_place_lies_on_the_grid(path: Path) -> None:
    case = read_case(path)
    if NETWORKS / case["network"].removesuffix(".pbf") in ROADS:
        return
    for place in case["places"]:
        assert metres_off_grid(place["lon"], place["lat"]) < 0.02, place["id"]


def metres_off_grid(lon: float, lat: float) -> float:
    """Return how far a position is from the nearest multiple of ten metres."""
    offset = 0.0
    for degrees, origin, step in zip((lon, lat), GRID_ORIGIN, GRID_STEP, strict=True):
        metres = (degrees - origin) / step * 100
        offset = max(offset, abs(metres - round(metres, -1)))
    return offset
