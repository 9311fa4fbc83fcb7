"""Bad input gets a clear error of the right kind: never a crash, never a wrong answer.

The damaged files are made here, from the shipped extract.
"""

from __future__ import annotations

import gzip
import random
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scene import TOWN, WULKENZIN
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box

import desserte as ds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What a caller without a type checker may write.
UNTYPED: Any = ds

# --- files -----------------------------------------------------------------------------------

READERS = [
    pytest.param(lambda path: ds.RoadNetwork.from_pbf(path, progress=False), id="network"),
    pytest.param(lambda path: ds.read_places(path, progress=False), id="places"),
    pytest.param(lambda path: ds.read_care(path, progress=False), id="care"),
]


def _varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _blob(kind: bytes, block: bytes, *, raw_size: int | None = None) -> bytes:
    """A block of a PBF file: its length, its header, its deflated content."""
    size = len(block) if raw_size is None else raw_size
    blob = _varint(2 << 3) + _varint(size) + _field(3, zlib.compress(block))
    header = _field(1, kind) + _varint(3 << 3) + _varint(len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _header(*features: bytes) -> bytes:
    return _blob(b"OSMHeader", b"".join(_field(4, feature) for feature in features))


PLAIN = _header(b"OsmSchema-V0.6", b"DenseNodes")

FILES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "one_byte": lambda _: b"\x00",
    "cut_in_a_block": lambda pbf: pbf[: len(pbf) // 2],
    "cut_in_the_header": lambda pbf: pbf[:17],
    "cut_by_one_byte": lambda pbf: pbf[:-1],
    "xml": lambda _: b"<?xml version='1.0'?><osm version='0.6'></osm>",
    "zip": lambda _: b"PK\x03\x04" + bytes(200),
    "gzip": gzip.compress,
    "random": lambda _: random.Random(2).randbytes(100_000),
    "zeros": lambda _: bytes(10_000),
    "huge_length": lambda pbf: b"\xff\xff\xff\xff" + pbf[4:],
    "unknown_feature": lambda _: _header(b"OsmSchema-V0.6", b"LocationsFromTheFuture"),
    "no_header": lambda _: _blob(b"OSMData", b""),
    "lies_about_its_size": lambda _: PLAIN + _blob(b"OSMData", bytes(10), raw_size=1 << 40),
    "inflates_without_end": lambda _: PLAIN + _blob(b"OSMData", bytes(200_000_000)),
    "not_deflated": lambda _: (
        PLAIN + _blob(b"OSMData", bytes(50)).replace(b"\x78\x9c", b"\x00\x00")
    ),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("read", READERS)
def test_a_file_that_is_no_sound_pbf_is_refused(
    tmp_path: Path, extract: Path, read: Callable[[Path], Any], name: str
) -> None:
    path = tmp_path / f"{name}.osm.pbf"
    path.write_bytes(FILES[name](extract.read_bytes()))
    with pytest.raises(ds.OsmError) as caught:
        read(path)
    assert name in str(caught.value), "the message names the file"
    assert isinstance(caught.value, ValueError)


def test_flipped_bytes_never_crash(tmp_path: Path, extract: Path) -> None:
    sound, dice = extract.read_bytes(), random.Random(2)
    for trial in range(40):
        damaged = bytearray(sound)
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        path = tmp_path / f"{trial}.osm.pbf"
        path.write_bytes(damaged)
        try:
            ds.RoadNetwork.from_pbf(path, progress=False)
        except ds.DesserteError:
            continue


@pytest.mark.parametrize("read", READERS)
def test_a_missing_file_is_a_missing_file(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.osm\.pbf"):
        read(tmp_path / "absent.osm.pbf")


@pytest.mark.parametrize("read", READERS)
def test_a_directory_is_no_file(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    with pytest.raises((ds.OsmError, IsADirectoryError)):
        read(tmp_path)


def test_one_bad_file_among_good_ones_is_named(tmp_path: Path, extract: Path) -> None:
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"not a map")
    with pytest.raises(ds.OsmError, match=r"bad\.osm\.pbf"):
        ds.RoadNetwork.from_pbf([extract, bad], progress=False)


def test_an_extract_without_streets_makes_no_network(tmp_path: Path) -> None:
    path = tmp_path / "blank.osm.pbf"
    path.write_bytes(PLAIN)
    with pytest.raises(ds.NetworkError):
        ds.RoadNetwork.from_pbf(path, progress=False)
    assert len(ds.read_places(path, progress=False)) == 0
    assert len(ds.read_care(path, progress=False)) == 0


def test_a_clip_that_leaves_nothing_makes_no_network(extract: Path) -> None:
    elsewhere = gpd.GeoSeries([box(4.0, 44.0, 5.0, 45.0)], crs=4326)
    with pytest.raises(ds.NetworkError):
        ds.RoadNetwork.from_pbf(extract, within=elsewhere, buffer_km=0, progress=False)


def test_a_zip_of_the_extract_is_no_extract(tmp_path: Path, extract: Path) -> None:
    path = tmp_path / "extract.osm.pbf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(extract)
    with pytest.raises(ds.OsmError):
        ds.RoadNetwork.from_pbf(path, progress=False)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], r"^paths is empty; give at least one \.osm\.pbf file$"),
        (3, "^paths is a file name or several, got 3$"),
        (["a.osm.pbf", None], "^paths holds what is no file name, 1 row: None$"),
    ],
)
def test_paths_are_file_names(paths: Any, message: str) -> None:
    with pytest.raises(ds.InputError, match=message):
        ds.RoadNetwork.from_pbf(paths)


# --- areas -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "error", "message"),
    [
        (
            box(0, 0, 1, 1),
            ds.InputError,
            "^within is a GeoDataFrame or GeoSeries of areas, got Pol",
        ),
        (gpd.GeoSeries([box(0, 0, 1, 1)]), ds.CrsError, "^within has no CRS; say which it is"),
        (gpd.GeoSeries([], crs=4326), ds.InputError, "^within is empty$"),
        (
            gpd.GeoSeries([Point(0, 0)], crs=4326),
            ds.InputError,
            "^within holds what is no area, 1 r",
        ),
        (gpd.GeoSeries([None], crs=4326), ds.InputError, "^within has no position in 1 row: 0$"),
        (
            gpd.GeoSeries([Polygon([(0, 0), (1, 1), (0, 0)])], crs=4326),
            ds.InputError,
            "^within covers no ground$",
        ),
    ],
)
def test_areas_are_polygons_with_a_crs(
    extract: Path, within: Any, error: type[Exception], message: str
) -> None:
    for read in (ds.RoadNetwork.from_pbf, ds.read_places, ds.read_care):
        with pytest.raises(error, match=message):
            read(extract, within=within)


@pytest.mark.parametrize("buffer_km", [-1, np.nan, np.inf, "wide", None])
def test_the_buffer_is_a_length(extract: Path, buffer_km: Any) -> None:
    with pytest.raises(ds.InputError, match=r"^buffer_km is a number, 0 or more, got "):
        ds.RoadNetwork.from_pbf(extract, buffer_km=buffer_km)


# --- places ----------------------------------------------------------------------------------


def _series(*geometries: Any, index: Any = None, crs: Any = 4326) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(geometries), index=index, crs=crs)


HERE = Point(TOWN)
MANY = [f"village {i}" for i in range(9)]

PLACES: dict[str, tuple[Any, type[Exception], str]] = {
    "empty_table": (_series(), ds.InputError, r"^origins is empty$"),
    "empty_list": ([], ds.InputError, r"^origins is empty$"),
    "empty_array": (np.empty((0, 2)), ds.InputError, r"^origins is empty$"),
    "no_crs": (_series(HERE, crs=None), ds.CrsError, r"^origins has no CRS; say which it is"),
    "no_position": (
        _series(HERE, None, Point(), index=["a", "b", "c"]),
        ds.InputError,
        r"^origins has no position in 2 rows: 'b', 'c'$",
    ),
    "polygons": (
        _series(HERE, box(13, 53, 14, 54), index=["a", "b"]),
        ds.InputError,
        r"^origins holds Polygon instead of points in 1 row: 'b'; take \.representative_point",
    ),
    "lines_and_multipoints": (
        _series(LineString([(13, 53), (14, 54)]), MultiPoint([TOWN])),
        ds.InputError,
        r"^origins holds LineString, MultiPoint instead of points in 2 rows: 0, 1;",
    ),
    "repeated_ids": (
        _series(*[HERE] * 18, index=MANY * 2),
        ds.IdError,
        (
            r"^origins repeats 9 ids: 'village 0', 'village 1', 'village 2', 'village 3', "
            r"'village 4', \.\.\.$"
        ),
    ),
    "missing_id": (
        _series(HERE, HERE, index=["a", None]),
        ds.IdError,
        r"^origins has no id in 1 row: 1 \(counted from 0\)$",
    ),
    "two_levels": (
        _series(HERE, index=pd.MultiIndex.from_tuples([("07", "001")])),
        ds.IdError,
        r"^origins has an index of several levels; name one column as its id$",
    ),
    "nan": (
        [TOWN, (np.nan, 53.5), (13.2, np.inf)],
        ds.InputError,
        r"^origins has a coordinate that is not a number in 2 rows: 1, 2$",
    ),
    "swapped_off_the_globe": (
        [(53.5, 113.2), (53.6, 113.3)],
        ds.InputError,
        r"^origins has longitude and latitude swapped, it seems, in 2 rows: 0, 1$",
    ),
    "swapped_on_the_globe": (
        _series(HERE, Point(TOWN[1], TOWN[0]), index=["a", "b"]),
        ds.InputError,
        (
            r"^origins has longitude and latitude swapped, it seems, in 1 row: 'b'; "
            r"exchanged, they lie in the network$"
        ),
    ),
    "metres": (
        [(380_000.0, 5_930_000.0)],
        ds.InputError,
        r"^origins is not in degrees of longitude and latitude in 1 row: 0; positions in metres",
    ),
    "wrong_crs": (
        _series(Point(1e12, 1e12), index=["a"], crs=32633),
        ds.CrsError,
        r"^origins has positions that its CRS \(WGS 84 / UTM zone 33N\) does not cover, in 1 row",
    ),
    "crs_of_a_building_site": (
        _series(HERE, crs='LOCAL_CS["site",UNIT["metre",1]]'),
        ds.CrsError,
        r"^origins has a CRS \(site\) that does not lead to longitude and latitude$",
    ),
    "three_columns": (
        np.zeros((2, 3)),
        ds.InputError,
        (
            r"^origins is a GeoDataFrame, a GeoSeries or an \(n, 2\) array of lon, lat, "
            r"got an array of shape \(2, 3\)$"
        ),
    ),
    "one_pair": (TOWN, ds.InputError, r"got a pair; wrap it: \[\(13\.261, 53\.557\)\]$"),
    "one_point": (HERE, ds.InputError, r"got a point; wrap it: \[\(13\.\d+, 53\.\d+\)\]$"),
    "points_in_a_list": (
        [HERE, HERE],
        ds.InputError,
        r"got shapes without a CRS; say which: gpd\.GeoSeries\(origins, crs=4326\)$",
    ),
    "words": (["here"], ds.InputError, r"^origins is a GeoDataFrame, .* got list$"),
    "none": (None, ds.InputError, r"^origins is a GeoDataFrame, "),
    "plain_table": (
        pd.DataFrame({"lon": [13.2], "lat": [53.5]}),
        ds.InputError,
        r"^origins is a GeoDataFrame, .* got a DataFrame without geometry$",
    ),
    "no_geometry": (
        gpd.GeoDataFrame({"name": ["a"]}),
        ds.InputError,
        r"^origins has no geometry column; name it with \.set_geometry\(\)$",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_places_that_are_none_are_refused_by_row(network: ds.RoadNetwork, name: str) -> None:
    origins, error, message = PLACES[name]
    questions: list[Callable[[], object]] = [
        lambda: ds.travel_times(network, origins, [TOWN]),
        lambda: ds.nearest(network, origins, [TOWN]),
        lambda: ds.isochrones(network, origins, minutes=10),
        lambda: ds.reached_streets(network, origins, max_minutes=10),
    ]
    for question in questions:
        with pytest.raises(error, match=message) as caught:
            question()
        assert isinstance(caught.value, ds.DesserteError)
        assert isinstance(caught.value, ValueError)


def test_the_message_names_the_side(network: ds.RoadNetwork) -> None:
    questions: list[tuple[Callable[[], object], str]] = [
        (lambda: ds.travel_times(network, [TOWN], []), "destinations"),
        (lambda: ds.nearest(network, [TOWN], []), "destinations"),
        (lambda: ds.trips(network, [], [TOWN]), "starts"),
        (lambda: ds.trips(network, [TOWN], []), "ends"),
        (lambda: network.snap([]), "points"),
    ]
    for question, side in questions:
        with pytest.raises(ds.InputError, match=rf"^{side} is empty$"):
            question()


def test_an_id_column_must_exist(network: ds.RoadNetwork) -> None:
    table = gpd.GeoDataFrame({"code": ["07001"]}, geometry=[HERE], crs=4326)
    with pytest.raises(ds.InputError, match=r"^origins has no column 'insee'; it has 'code', 'geo"):
        ds.travel_times(network, table, [TOWN], origin_id="insee")
    with pytest.raises(ds.InputError, match=r"^origins has no column 'insee': it is a GeoSeries$"):
        ds.travel_times(network, table.geometry, [TOWN], origin_id="insee")
    with pytest.raises(
        ds.InputError, match=r"^destinations is an array and has no column 'insee'$"
    ):
        ds.travel_times(network, table, [TOWN], destination_id="insee")


# --- numbers and words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "minutes",
    [0, -5, np.nan, np.inf, 1441, 10_000, "ten", None, [], [10, -1], [[5]], True, {10: 1}],
)
def test_limits_are_minutes_of_a_day(network: ds.RoadNetwork, minutes: Any) -> None:
    with pytest.raises(ds.InputError, match=r"^minutes is "):
        ds.isochrones(network, [TOWN], minutes=minutes)


def test_limits_do_not_repeat(network: ds.RoadNetwork) -> None:
    with pytest.raises(ds.InputError, match=r"^minutes repeats 1 limit: 10\.0$"):
        ds.isochrones(network, [TOWN], minutes=[10, 20, 10])


@pytest.mark.parametrize("minutes", [0, -5, np.nan, np.inf, 1441, "ten", [10], True])
def test_the_cutoff_is_minutes_of_a_day(network: ds.RoadNetwork, minutes: Any) -> None:
    for question in (UNTYPED.travel_times, UNTYPED.trips, UNTYPED.nearest):
        with pytest.raises(
            ds.InputError, match=r"^max_minutes is a number above 0 and at most 1440"
        ):
            question(network, [TOWN], [TOWN], max_minutes=minutes)


@pytest.mark.parametrize("radius", [-1, np.nan, np.inf, "near", None])
def test_the_radius_is_a_length(network: ds.RoadNetwork, radius: Any) -> None:
    with pytest.raises(ds.SnapError, match=r"^radius_metres is a number, 0 or more, got "):
        network.snap([TOWN], radius_metres=radius)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("offroad_metres", "above 0"),
        ("resolution_metres", "1 or more"),
        ("min_hole_hectares", "0 or more"),
        ("min_island_hectares", "0 or more"),
    ],
)
@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "fine", None])
def test_the_lengths_and_areas_of_an_isochrone_are_such(
    network: ds.RoadNetwork, name: str, meant: str, value: Any
) -> None:
    with pytest.raises(ds.InputError, match=rf"^{name} is a number,? {meant}, got "):
        ds.isochrones(network, [TOWN], minutes=10, **{name: value})


def test_an_absurdly_fine_isochrone_is_refused_or_drawn_but_never_kills(
    network: ds.RoadNetwork,
) -> None:
    with pytest.raises(ds.DesserteError):
        ds.isochrones(network, [TOWN], minutes=1440, resolution_metres=0.001)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            lambda network: UNTYPED.travel_times(network, [TOWN], [TOWN], direction="too"),
            r'^direction is one of "from", "to", "both", got \'too\'$',
        ),
        (
            lambda network: UNTYPED.isochrones(network, [TOWN], minutes=5, direction="both"),
            r'^direction is one of "from", "to", got \'both\'$',
        ),
        (
            lambda network: UNTYPED.isochrones(network, [TOWN], minutes=5, shape="donut"),
            r'^shape is one of "disc", "ring", got \'donut\'$',
        ),
        (
            lambda network: UNTYPED.isochrones(network, [TOWN], minutes=5, origins_are=None),
            r'^origins_are is one of "separate", "merged", got None$',
        ),
        (
            lambda _: UNTYPED.travel_times("network.bin", [TOWN], [TOWN]),
            r"^network is a RoadNetwork, got str; build one with RoadNetwork\.from_pbf$",
        ),
        (
            lambda network: UNTYPED.travel_times(network, [TOWN], [WULKENZIN], progress="yes"),
            r"^progress is True, False, None or a function, got 'yes'$",
        ),
    ],
)
def test_a_word_that_is_none_is_refused_with_those_there_are(
    network: ds.RoadNetwork, question: Callable[[ds.RoadNetwork], object], message: str
) -> None:
    with pytest.raises(ds.InputError, match=message):
        question(network)
