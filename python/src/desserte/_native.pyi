"""The compiled half: arrays, bytes and handles in and out. Private; see the modules beside it."""

from collections.abc import Callable
from typing import Any, final

import numpy as np
import numpy.typing as npt

__all__ = [
    "Network",
    "Snaps",
    "Stretch",
    "__version__",
    "accessibility",
    "care_kinds",
    "catchments",
    "choices",
    "coverage",
    "criticality",
    "decay_weights",
    "nearest_among",
    "profile_names",
    "profile_summary",
    "profile_toml",
    "read_care",
    "read_places",
    "setting_range",
    "site",
    "site_model",
    "speed_sources",
    "time_to_nearest",
]

# Called about ten times a second with (phase, done, total): "reading" (bytes), "building" (steps),
# "searching" (places); and once at the end, with done == total, however short the call was. What it
# raises stops the work and reaches the caller.
_Progress = Callable[[str, int, int], None]

__version__: str

def profile_names() -> list[str]:
    """Names of the built-in profiles: ["bicycle", "car", "foot"]; those that exist so far."""

def setting_range(name: str) -> tuple[float, float]:
    """The least and the most that a number among the settings may be: (20.0, 130.0) for "rural_kmh"."""

def profile_toml(name: str, settings: str, rural_areas: list[tuple[bytes, float]]) -> str:
    """The rules and settings of a built-in profile, as TOML. Raises ProfileError.

    settings: JSON object of the settings to override, "{}" for none: {"rural_kmh": 90.0, "ferries": true}.
    rural_areas: WKB (multi)polygon in lon/lat degrees and km/h of each; of those that overlap the first decides."""

def profile_summary(toml: str) -> str:
    """JSON of the name and the settings of a profile: {"name": "car", "rural_kmh": 80.0, "ferries": false, ...}.

    Where it has areas also "rural_areas": {"count", "kmh": [80.0, 90.0], "sha256"}.
    Raises ProfileError where the text is not a profile."""

def speed_sources() -> list[tuple[str, str]]:
    """What may decide a speed, in English (as in tables) and in French."""

# Name of a decay, its numbers (of steps bound and weight in turn), and the limit beyond which nothing counts.
_Decay = tuple[str, list[float], float | None]

# Minutes of all cells, shape (n, m); or of those kept: where each row begins, columns, minutes, and how many columns.
# What takes them raises InputError where they, people or care cannot be.
_Minutes = (
    npt.NDArray[np.float32]
    | tuple[npt.NDArray[np.uintp], npt.NDArray[np.uint32], npt.NDArray[np.float32], int]
)

def time_to_nearest(minutes: _Minutes, k: int) -> npt.NDArray[np.float32]:
    """Minutes to the k-th nearest column of each row."""

def choices(minutes: _Minutes, within: float) -> npt.NDArray[np.uint32]:
    """How many columns each row has within a limit, inclusive."""

def coverage(
    minutes: _Minutes, demand: npt.NDArray[np.float64], within: list[float]
) -> npt.NDArray[np.float64]:
    """People of each group, shape (n, g), whose nearest column is within each limit; limit by limit."""

def accessibility(
    minutes: _Minutes, supply: npt.NDArray[np.float64], decay: _Decay
) -> npt.NDArray[np.float64]:
    """Supply of all columns, weighted by time."""

def catchments(
    minutes: _Minutes,
    demand: npt.NDArray[np.float64],
    supply: npt.NDArray[np.float64],
    decay: _Decay,
    variant: str,  # "two_step" | "three_step"
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Access of each row; ratio and weighted demand of each column, 0 where it has no supply."""

def criticality(
    minutes: _Minutes, demand: npt.NDArray[np.float64], within: float
) -> list[npt.NDArray[np.float64]]:
    """Four numbers a column: people, minutes, last choices, and who is left without a time."""

def nearest_among(
    minutes: _Minutes, among: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The position of the nearest column and its minutes, a row; -1 and NaN where there is none."""

# minutes, demand, roles (0 candidate, 1 required, 2 existing, 3 forbidden), capacity, goal, new_sites.
# The goal: its name, minutes within, minutes of not being served, a decay.
def site(
    question: dict[str, Any],
    effort: tuple[int, int, int, float | None, list[int]],  # seed, starts, steps, seconds, warm
) -> tuple[
    npt.NDArray[np.uint32], float, float, npt.NDArray[np.bool_], npt.NDArray[np.bool_], bool
]:
    """Chosen columns, value, bound, columns settled open and closed, whether Ctrl-C was pressed."""

def site_model(
    question: dict[str, Any], is_open: list[bool], is_closed: list[bool]
) -> tuple[
    tuple[
        npt.NDArray[np.float64],  # objective
        npt.NDArray[np.float64],  # lower ends
        npt.NDArray[np.float64],  # upper ends
        npt.NDArray[np.bool_],  # whether it is whole
    ],
    tuple[
        npt.NDArray[np.uint32], npt.NDArray[np.uint32]
    ],  # columns of the first numbers; open ones
    tuple[float, bool],  # offset, whether to maximise
    tuple[
        npt.NDArray[np.float64],  # lower ends of the rows
        npt.NDArray[np.float64],  # upper ends
        npt.NDArray[np.int64],  # starts
        npt.NDArray[np.uint32],  # terms
        npt.NDArray[np.float64],  # factors
    ],
]:
    """What is left to decide, as an integer program."""

def decay_weights(minutes: npt.NDArray[np.float32], decay: _Decay) -> npt.NDArray[np.float64]:
    """The weights of some minutes."""

@final
class Network:
    """Streets, graph and barriers of one traveller. Immutable; may be used from several threads."""

    @staticmethod
    def from_pbf(
        paths: list[str],
        profile: str,  # TOML text
        clip: bytes | None,  # WKB (multi)polygon, lon/lat degrees
        buffer_metres: float,
        progress: _Progress | None,
    ) -> Network: ...
    def prepare(self, progress: _Progress | None) -> None:
        """Makes the hierarchy, if it is not there."""

    def is_prepared(self) -> bool: ...
    @staticmethod
    def load(path: str) -> Network:
        """Opens what save wrote. Raises FileNotFoundError, SavedNetworkError."""

    def save(self, path: str) -> None:
        """Writes the network to a file, under its name at the very end. Raises SavedNetworkError."""

    def manifest(self) -> str:
        """JSON: {"version", "profile": {"name", "settings": {...}, "rules_sha256",
        "rural_areas" (where it has some): {"count", "kmh", "sha256"}},
        "extracts": [{"name", "bytes", "sha256", "data_date"}], "oddities": {...},
        "restrictions": {"applied", "not_binding", "via_way" (of those applied), "unmatched"},
        "counts": {"junctions", "streets", "snappable_streets", "street_km", "nodes", "arcs",
        "barrier_segments"}, "bounds": [w, s, e, n], "projection"}."""

    def projection(self) -> str:
        """PROJ string of the plane of this network."""

    def streets(self) -> tuple[list[str], list[bytes]]:
        """Class of the road ("highway") and WKB line, lon/lat, of every street, in the order of their numbers."""

    def barriers(self) -> list[bytes]:
        """WKB line, lon/lat, of every straight piece of what one does not walk across."""

    def shores(self) -> list[bytes]:
        """Those of the barriers that are the edge of water: WKB lines, lon/lat; none where the map holds no water."""

    def closed_ground(self) -> tuple[list[int], list[bytes]]:
        """Street and WKB line, lon/lat, of every stretch that one does not step off: tunnels, bridges, motorways, ferries."""

    def speeds(
        self,
    ) -> tuple[
        list[str],
        list[str],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        str,
    ]:
        """Class, speed source, kilometres, mean km/h as driven and of the lanes; the longest first.

        And totals, JSON: {"kilometres", "with_limit", "with_surface", "restricted" (kilometres),
        "cut_off": {"inhabited": [{"kilometres", "settlements", "names"}],
        "uninhabited": {"count", "kilometres"}, "fragments": {"count", "kilometres"}}}."""

    def snap(
        self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], radius_metres: float
    ) -> Snaps: ...
    def travel_times(
        self,
        rows: Snaps,
        columns: Snaps,
        max_minutes: float | None,
        direction: str,  # "from" | "to" | "both"
        kilometres: bool,
        progress: _Progress | None,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8], npt.NDArray[np.float32] | None]:
        """Minutes (n, m) with NaN, status (n, m), kilometres (n, m) or None."""

    def prepare_for(
        self,
        rows: Snaps,
        columns: Snaps,
        max_minutes: float | None,
        direction: str,
        progress: _Progress | None,
    ) -> None:
        """Makes the hierarchy where a question is large enough to pay for it."""

    def trips(
        self,
        starts: Snaps,
        ends: Snaps,
        max_minutes: float | None,
        direction: str,
        progress: _Progress | None,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
        """Minutes (n,) and status (n,), row by row."""

    def nearest(
        self,
        rows: Snaps,
        columns: Snaps,
        k: int,
        max_minutes: float | None,
        direction: str,
        progress: _Progress | None,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
        """Column (n, min(k, m)), nearest first, ties by column order; minutes; status.

        Where fewer columns are reached than asked for, the rest of the row is column -1, NaN and the
        reason of the row: that of the most favourable column (1 before 4 before 3 before 2)."""

    def isochrones(
        self,
        origins: Snaps,
        minutes: list[float],
        direction: str,  # "from" | "to"
        merged: bool,
        offroad_metres: float,
        resolution_metres: float,
        least: tuple[float, float],
        progress: _Progress | None,
    ) -> tuple[list[list[bytes]], tuple[int, float, int, float], npt.NDArray[np.uint32]]:
        """WKB multipolygons in lon/lat degrees, by origin then by limit; one row where merged. Empty where unreached.

        ``least`` is the hectares of the least hole and of the least island. Then the holes that
        were filled and their hectares, the islands left out and theirs; then the positions of the
        origins whose ground reaches the edge of the map.
        """

    def catchments(
        self,
        sites: Snaps,
        minutes: float,
        direction: str,  # "from" | "to"
        offroad_metres: float,
        resolution_metres: float,
        progress: _Progress | None,
    ) -> tuple[list[bytes], npt.NDArray[np.uint32]]:
        """WKB multipolygons in lon/lat degrees, by site, apart; then the positions of the sites at the edge of the map."""

    def time_surface(
        self,
        origins: Snaps,
        minutes: float,
        direction: str,  # "from" | "to"
        offroad_metres: float,
        resolution_metres: float,
        progress: _Progress | None,
    ) -> tuple[npt.NDArray[np.float32], tuple[float, float], npt.NDArray[np.uint32]]:
        """Minutes by row (from the north) and column, NaN beyond the limit; x and y of the first cell's centre; then
        the positions of the origins at the edge of the map."""

    def siting_surface(
        self,
        demand: Snaps,
        people: npt.NDArray[np.float64],
        existing: Snaps | None,
        within: float,
        direction: str,  # "from" | "to" | "both"
        unserved: float | None,
        progress: _Progress | None,
    ) -> tuple[
        npt.NDArray[np.int64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float32],
    ]:
        """Of each junction its OSM node, lon, lat, people newly within, person-minutes saved; of each
        place of demand the minutes to the nearest existing site, NaN without one. Raises InputError."""

    def reached_streets(
        self, origins: Snaps, minutes: float, direction: str, progress: _Progress | None
    ) -> tuple[
        tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[bytes], npt.NDArray[np.float64]],
        npt.NDArray[np.uint32],
    ]:
        """Pieces of streets: origin row, street, WKB line; and minutes at each point, line after line. Then the
        positions of the origins at the edge of the map."""

    def explain(self, start: Snaps, end: Snaps) -> tuple[int, float, list[Stretch]]:
        """Status, minutes (NaN without a path) and the stretches of the trip between the only row of each."""

@final
class Snaps:
    """Places on the streets of a network, in the order given."""

    def __len__(self) -> int: ...
    def part(self, first: int, last: int) -> Snaps:
        """The places from one position up to another."""

    def outcome(self) -> npt.NDArray[np.uint8]:
        """0 on the network, 1 no snappable street within the radius."""

    def street(self) -> npt.NDArray[np.int64]:
        """Street, -1 off the network."""

    def distance_metres(self) -> npt.NDArray[np.float64]:
        """Length of the access leg, NaN off the network."""

    def access_minutes(self) -> npt.NDArray[np.float64]: ...
    def crosses_barrier(self) -> npt.NDArray[np.bool_]: ...
    def lon(self) -> npt.NDArray[np.float64]:
        """Where the access leg meets the street, NaN off the network."""

    def lat(self) -> npt.NDArray[np.float64]: ...

@final
class Stretch:
    """One row of an explanation."""

    kind: str  # "access" | "street"
    way: int | None  # OSM way id
    name: str | None
    highway: str | None
    metres: float
    kmh: float
    speed_source: str
    seconds: float
    delay_seconds: float
    delay_cause: str | None
    line: bytes  # WKB, lon/lat

def read_places(
    paths: list[str], clip: bytes | None, buffer_metres: float, progress: _Progress | None
) -> tuple[
    list[str],  # place_id, "node/123"
    npt.NDArray[np.float64],  # lon
    npt.NDArray[np.float64],  # lat
    list[str | None],  # name
    list[str],  # place: "city" "town" "village" "hamlet" "isolated_dwelling" ...
    npt.NDArray[np.float64],  # population, NaN
    list[str | None],  # insee_code
    str,  # manifest, JSON: {"extracts": [...], "oddities": {...}, "version"}
]: ...
def read_care(
    paths: list[str], clip: bytes | None, buffer_metres: float, progress: _Progress | None
) -> tuple[
    list[str],  # care_id, "way/456"
    npt.NDArray[np.float64],  # lon
    npt.NDArray[np.float64],  # lat
    list[str | None],  # name
    list[str],  # kind, one of care_kinds()
    list[str | None],  # finess
    npt.NDArray[np.float64],  # capacity, NaN
    npt.NDArray[np.uint8],  # emergency: 0 no, 1 yes, 2 not said
    str,  # manifest
]: ...
def care_kinds() -> list[str]: ...
