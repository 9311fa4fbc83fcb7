"""Every row of ``fixtures/rules``, drawn as a road and asked of the installed package.

The Rust tests ask the profile what the tags of a row mean. Here the row is a road
in an extract, and what it means is seen from outside, as a planner would: whether
a trip takes it, or has to go round, or may end there only, and what ``explain``
says of its speed, its source and the wait at a node.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import ANY

import numpy as np
import pytest
from drawing import Drawing
from scene import REPOSITORY

import desserte as ds

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

MODES = ("car", "foot", "bicycle")
# Which of the turns from the south, to the west as the relation says, north and east, are made.
TURNS: dict[tuple[bool, ...], str] = {
    (True, True, True): "none",
    (False, True, True): "no",
    (True, False, False): "only",
}
# Fewer rows than these were asked only if a table shrank, or is no longer read.
LEAST_ASKED = {
    "car": {"ways": 250, "speeds": 190, "nodes": 43, "waits": 19, "turns": 20},
    "foot": {"ways": 45, "speeds": 26, "nodes": 9, "waits": 2, "turns": 0},
    "bicycle": {"ways": 42, "speeds": 34, "nodes": 5, "waits": 2, "turns": 3},
}
# Rows that cannot be seen from outside, or not by this test; each says why where it is left out.
LEFT_OUT = {
    "car": {"private ferries": 1, "ferries by duration": 1, "restricted waits": 2},
    "foot": {"private ferries": 0, "ferries by duration": 0, "restricted waits": 0},
    "bicycle": {"private ferries": 0, "ferries by duration": 0, "restricted waits": 0},
}
SETTINGS = ("rural_kmh", "season", "ferries")
# Exactly on their streets, so that a place beside the one that is tried does not count.
RADIUS_METRES = 20.0
PLAIN = {"highway": "unclassified"}


@dataclass(frozen=True)
class Row:
    """A row of a table, the settings it is asked under, and where it was drawn."""

    kind: str
    group: dict[str, Any]
    said: dict[str, Any]
    drawn: dict[str, Any]

    @property
    def settings(self) -> tuple[tuple[str, Any], ...]:
        """What the profile must be told."""
        return tuple((name, self.group[name]) for name in SETTINGS if name in self.group)

    def access(self, direction: str) -> str:
        """What a way is to one who drives in a direction."""
        return str(self.said.get(direction) or self.said["both"])

    def told(self, expected: object, found: object) -> str:
        """The report of a failure."""
        return f"{self.said['why']}: expected {expected}, found {found}; {self.said['tags']}"


class Times(NamedTuple):
    """The minutes of some trips, NaN without one, and of the way round a gap."""

    minutes: list[float]
    round_about: float

    def are_direct(self) -> list[bool]:
        """Which of the trips need not go round."""
        return [minutes < 0.9 * self.round_about for minutes in self.minutes]


class Town:
    """The extract of a mode: all its rows, each on ground of its own, and a ring with a gap."""

    def __init__(self, mode: str, folder: Path) -> None:
        table = tomllib.loads(
            (REPOSITORY / "fixtures" / "rules" / f"{mode}.toml").read_text(encoding="utf-8")
        )
        drawing = Drawing(PLAIN)
        self.mode, self.path = mode, folder / f"{mode}.osm.pbf"
        self.gap = drawing.ring(None)
        self.rows = [
            Row(kind, group, said, _draw(drawing, kind, group, said))
            for group in table["group"]
            for kind in ("ways", "nodes", "restrictions")
            for said in group.get(kind, [])
        ]
        drawing.write(self.path)
        self._networks: dict[Any, ds.RoadNetwork] = {}

    def of(self, kind: str) -> list[Row]:
        """The rows of a kind."""
        return [row for row in self.rows if row.kind == kind]

    def asked(self, **counts: int) -> None:
        """Fails if fewer rows were asked than there are."""
        for what, number in counts.items():
            assert number >= LEAST_ASKED[self.mode][what], f"only {number} {what}"

    def left_out(self, what: str, number: int) -> None:
        """Fails if other rows were left out than those known."""
        assert number == LEFT_OUT[self.mode][what], f"{number} {what} are not asked"

    def network(self, row: Row) -> ds.RoadNetwork:
        """The network for the settings of a row. Speeds are asked without bends and delays."""
        key = (row.kind == "ways", row.settings)
        if key not in self._networks:
            profile = _profile(self.mode, dict(row.settings), self.path, plain=key[0])
            self._networks[key] = ds.RoadNetwork.from_pbf(
                self.path, profile=profile, progress=False
            )
        return self._networks[key]

    def minutes(self, rows: list[Row], trips: list[tuple[str, str]]) -> list[Times]:
        """For every row, the minutes of some trips between its spots, and of the way round."""
        found: dict[int, Times] = {}
        for network in {id(self.network(row)): self.network(row) for row in rows}.values():
            asked = [row for row in rows if self.network(row) is network]
            pairs = [(row.drawn[a], row.drawn[b]) for row in asked for a, b in trips]
            pairs.append((self.gap["p"], self.gap["q"]))
            starts, ends = [start for start, _ in pairs], [end for _, end in pairs]
            table = ds.trips(network, starts, ends, radius_metres=RADIUS_METRES, progress=False)
            *minutes, round_about = table["minutes"]
            by_row = np.array(minutes).reshape(len(asked), len(trips))
            found |= {
                id(row): Times(list(each), round_about)
                for row, each in zip(asked, by_row, strict=True)
            }
        return [found[id(row)] for row in rows]


@pytest.fixture(scope="module", params=MODES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Town:
    pytest.importorskip("osmium", reason="osmium writes the extract: pip install osmium")
    if not (REPOSITORY / "fixtures" / "rules").is_dir():
        pytest.skip("no tables of rules beside this test")
    return Town(request.param, tmp_path_factory.mktemp("rules"))


def test_a_way_is_passed_as_its_row_says(town: Town) -> None:
    rows = town.of("ways")
    trips = [("p", "q"), ("p", "middle"), ("q", "p"), ("q", "middle")]
    wrong, unseen = [], 0
    for row, times in zip(rows, town.minutes(rows, trips), strict=True):
        direct = times.are_direct()
        for direction, (across, into) in {"forward": direct[:2], "backward": direct[2:]}.items():
            expected = row.access(direction)
            found = "public" if across else "restricted" if into else "closed"
            if expected == "restricted" and "route" in row.said["tags"]:
                # Nobody begins or ends a trip on a ferry, so a private one is seen by none.
                unseen += direction == "forward"
                expected = "closed"
            if found != expected:
                wrong.append(row.told(f"{direction} {expected}", found))
    assert not wrong, "\n".join([f"{len(wrong)} of {len(rows)}", *wrong])
    town.asked(ways=len(rows))
    town.left_out("private ferries", unseen)


def test_a_way_is_as_fast_as_its_row_says(town: Town) -> None:
    wrong, asked, ferries = [], 0, 0
    for row in town.of("ways"):
        if row.said.get("source") == "ferry duration":
            # Its speed follows from the time it takes, which is asked below.
            ferries += 1
            continue
        for direction in ("forward", "backward"):
            kmh = row.said.get(f"{direction}_kmh") or row.said.get("kmh")
            if kmh is None or row.access(direction) == "closed":
                continue
            asked += 1
            expected = (pytest.approx(kmh, rel=2e-3), row.said.get("source", ANY))
            found: Any = _speed(town, row, direction)
            if found != expected:
                wrong.append(row.told((direction, *expected), found))
    assert not wrong, "\n".join([f"{len(wrong)} of {asked}", *wrong])
    town.asked(speeds=asked)
    town.left_out("ferries by duration", ferries)


def test_a_ferry_takes_the_time_its_row_says(town: Town) -> None:
    rows = [row for row in town.of("ways") if row.said.get("source") == "ferry duration"]
    for row in rows:
        hours, minutes = row.said["tags"]["duration"].split(":")
        own = _own(town, row, "forward")
        assert own["seconds"].sum() == pytest.approx(int(hours) * 3600 + int(minutes) * 60)


def test_a_node_lets_pass_whom_its_row_says(town: Town) -> None:
    rows = town.of("nodes")
    trips = [("p", "q"), ("q", "p"), ("p", "stub"), ("stub", "p")]
    wrong = []
    for row, times in zip(rows, town.minutes(rows, trips), strict=True):
        across, back, behind, out = times.are_direct()
        found = "open" if across else "restricted" if behind else "closed"
        if found != row.said["passage"] or back != across or out != behind:
            wrong.append(row.told(row.said["passage"], (found, times)))
    assert not wrong, "\n".join([f"{len(wrong)} of {len(rows)}", *wrong])
    town.asked(nodes=len(rows))


def test_a_node_costs_the_wait_its_row_says(town: Town) -> None:
    wrong, asked, restricted = [], 0, 0
    for row in town.of("nodes"):
        if "delay" not in row.said:
            continue
        if row.said["passage"] != "open":
            # Nobody passes through it: asked below of those who live behind.
            restricted += 1
            continue
        asked += 1
        found = [_waits(town, row, *ends) for ends in (("p", "q"), ("q", "p"))]
        expected = _expected_waits(row.said["delay"])
        if found != expected:
            wrong.append(row.told(row.said["delay"], found))
    assert not wrong, "\n".join([f"{len(wrong)} of {asked}", *wrong])
    town.asked(waits=asked)
    town.left_out("restricted waits", restricted)


@pytest.mark.parametrize("town", ["car"], indirect=True)
def test_a_gate_that_only_residents_pass_costs_the_wait_its_row_says(town: Town) -> None:
    rows = [row for row in town.of("nodes") if row.said["passage"] == "restricted"]
    stated = [row for row in rows if "delay" in row.said]
    for row in stated:
        expected = _expected_waits(row.said["delay"])
        assert [_waits(town, row, *ends) for ends in (("p", "stub"), ("stub", "p"))] == expected


@pytest.mark.parametrize("town", ["car"], indirect=True)
def test_a_ferry_names_the_source_its_row_says(town: Town) -> None:
    for row in town.of("ways"):
        if row.said.get("source") == "ferry duration":
            assert set(_own(town, row, "forward")["speed_source"]) == {"ferry duration"}


def test_a_turn_is_made_by_whom_its_row_says(town: Town) -> None:
    rows = town.of("restrictions")
    trips = [("south", "west"), ("south", "north"), ("south", "east"), ("east", "west")]
    wrong = []
    for row, times in zip(rows, town.minutes(rows, trips), strict=True):
        *turns, straight = times.minutes
        # All four are 200 m; to the end of an arm and back is a kilometre more.
        found = TURNS.get(tuple(minutes < 2 * straight for minutes in turns))
        if found != row.said["turn"]:
            wrong.append(row.told(row.said["turn"], (found, times)))
    assert not wrong, "\n".join([f"{len(wrong)} of {len(rows)}", *wrong])
    town.asked(turns=len(rows))


def _expected_waits(delay: str) -> list[list[str]]:
    """The causes for one who drives forward, and for one who drives backward.

    A sign without a direction binds both by its row, and in a network those for
    whom a junction comes next: here the stub's, which is met driving backward.
    """
    if delay in {"stop", "give way"}:
        return [[], [delay]]
    cause = delay.removesuffix(" forward").removesuffix(" backward")
    said = [cause] if cause else []
    return [[] if delay.endswith(" backward") else said, [] if delay.endswith(" forward") else said]


def _draw(drawing: Drawing, kind: str, group: dict[str, Any], said: dict[str, Any]) -> Any:
    if kind == "restrictions":
        return drawing.crossing({"type": "restriction", **said["tags"]})
    if kind == "nodes":
        return drawing.ring(PLAIN, node=said["tags"])
    return drawing.town(said["tags"]) if group.get("in_town") else drawing.ring(said["tags"])


def _profile(mode: str, settings: dict[str, Any], path: Path, *, plain: bool) -> ds.Profile:
    """The built-in profile with the settings of a group."""
    season = {"season": settings.get("season", "normal")}
    if mode == "car":
        profile = ds.Profile.car(**settings)
    else:
        profile = ds.Profile.foot(**season) if mode == "foot" else ds.Profile.bicycle(**season)
    # What a constructor does not offer stands in the text.
    changes = {"ferries = false": "ferries = true"} if settings.get("ferries") else {}
    if plain:
        changes |= {"bends = true": "bends = false", "delays = true": "delays = false"}
        changes |= {"ferry_wait_minutes = 20.0": "ferry_wait_minutes = 0.0"}
    text = profile.toml
    for usual, other in changes.items():
        text = re.sub(f"(?m)^{re.escape(usual)}$", other, text)
        assert f"\n{other}\n" in text, other
    own = path.with_suffix(".toml")
    own.write_text(text, encoding="utf-8")
    return ds.Profile.from_toml(own)


def _speed(town: Town, row: Row, direction: str) -> tuple[float, str]:
    """How fast the way of a row is driven, and what says so."""
    own = _own(town, row, direction)
    if own.empty:
        return float("nan"), "not taken"
    kmh = own["metres"].sum() / own["seconds"].sum() * 3.6
    return float(kmh), ", ".join(own["speed_source"].unique())


def _own(town: Town, row: Row, direction: str) -> gpd.GeoDataFrame:
    """The stretches of the way of a row on a trip through it, or into it where that is all."""
    start, end = ("p", "q") if direction == "forward" else ("q", "p")
    trip = _trip(town, row, start, end if row.access(direction) == "public" else "middle")
    return trip[trip["way"] == row.drawn["way"]]


def _waits(town: Town, row: Row, start: str, end: str) -> list[str]:
    trip = _trip(town, row, start, end)
    causes: list[str] = trip.loc[trip["delay_seconds"] > 0, "delay_cause"].tolist()
    return causes


def _trip(town: Town, row: Row, start: str, end: str) -> gpd.GeoDataFrame:
    spots = row.drawn[start], row.drawn[end]
    return ds.explain(town.network(row), *spots, radius_metres=RADIUS_METRES)
