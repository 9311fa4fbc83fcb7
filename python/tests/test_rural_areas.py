"""Areas with a limit of their own: two banks of a river, and tables that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scene import TOWN, WULKENZIN
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

# The demonstration has no Rhône: a meridian between Wulkenzin and the town stands for it.
RIVER = 13.2
WEST, EAST = box(12.0, 53.0, RIVER, 54.0), box(RIVER, 53.0, 14.0, 54.0)


def banks(kmh: Any = (90, 80), geometry: Any = (WEST, EAST), crs: Any = 4326) -> gpd.GeoDataFrame:
    names = ["Ardèche", "Drôme", "c", "d", "e", "f", "g"][: len(geometry)]
    return gpd.GeoDataFrame({"kmh": list(kmh)}, geometry=list(geometry), crs=crs, index=names)


def build(extract: Path, rural_kmh: Any) -> ds.RoadNetwork:
    profile = ds.Profile.car(rural_kmh=rural_kmh)
    return ds.RoadNetwork.from_pbf(extract, profile=profile, progress=False)


def minutes(network: ds.RoadNetwork, start: Any, end: Any) -> float:
    return float(ds.trips(network, [start], [end], progress=False)["minutes"].iloc[0])


def test_each_bank_is_driven_by_its_own_limit(extract: Path, network: ds.RoadNetwork) -> None:
    fast, both = build(extract, 90), build(extract, banks())
    everywhere = {"plain": network.speeds(), "fast": fast.speeds(), "both": both.speeds()}
    kmh = {
        name: sheet["kilometres"].sum() / (sheet["kilometres"] / sheet["lane_kmh"]).sum()
        for name, sheet in everywhere.items()
    }
    assert kmh["plain"] < kmh["both"] < kmh["fast"]
    # Within the town, east of the river, nothing changes; across it the trip lies between.
    near = (TOWN[0] + 0.02, TOWN[1])
    assert minutes(both, near, TOWN) == minutes(network, near, TOWN)
    times = [minutes(each, WULKENZIN, TOWN) for each in (fast, both, network)]
    assert times == sorted(times)


def test_areas_that_say_what_the_number_says_change_nothing(
    extract: Path, network: ds.RoadNetwork
) -> None:
    same = build(extract, banks(kmh=(80, 80)))
    assert same.manifest["counts"] == network.manifest["counts"]
    assert minutes(same, WULKENZIN, TOWN) == minutes(network, WULKENZIN, TOWN)


def test_the_areas_may_come_in_any_crs(extract: Path) -> None:
    degrees, metres = build(extract, banks()), build(extract, banks().to_crs(25833))
    assert minutes(metres, WULKENZIN, TOWN) == minutes(degrees, WULKENZIN, TOWN)


def test_the_manifest_names_the_areas(extract: Path, network: ds.RoadNetwork) -> None:
    named = build(extract, banks()).manifest["profile"]["rural_areas"]
    assert (named["count"], named["kmh"]) == (2, [80.0, 90.0])
    assert len(named["sha256"]) == 64
    assert "rural_areas" not in network.manifest["profile"]


def test_equal_areas_make_equal_profiles_and_another_order_another() -> None:
    profile = ds.Profile.car(rural_kmh=banks())
    assert profile == ds.Profile.car(rural_kmh=banks(kmh=(90.0, 80.0)))
    assert profile != ds.Profile.car()
    assert profile != ds.Profile.car(rural_kmh=banks().iloc[::-1])
    assert len({profile, ds.Profile.car(rural_kmh=banks())}) == 1


def test_a_profile_with_areas_goes_through_a_file(tmp_path: Path) -> None:
    holed = Polygon(WEST.exterior.coords, [box(12.5, 53.2, 12.7, 53.4).exterior.coords])
    profile = ds.Profile.car(rural_kmh=banks(geometry=(MultiPolygon([holed]), EAST)))
    path = tmp_path / "banks.toml"
    path.write_text(profile.toml, encoding="utf-8")
    assert ds.Profile.from_toml(path) == profile


def test_the_repr_says_how_many_areas_there_are_and_their_limits() -> None:
    profile = ds.Profile.car(rural_kmh=banks())
    assert repr(profile).startswith("Profile(car, rural_kmh=80, rural_areas=2 (80, 90), departure=")
    assert "rural areas" in profile._repr_html_()
    assert "rural_areas" not in repr(ds.Profile.car())


def test_an_area_that_crosses_itself_is_refused_with_its_row() -> None:
    bow_tie = Polygon([(12, 53), (13, 54), (13, 53), (12, 54)])
    crossed = banks(geometry=(WEST, bow_tie))
    message = r"^rural_kmh has areas whose border crosses itself in 1 row: 'Drôme' \(Self-inters"
    with pytest.raises(ds.InputError, match=message):
        ds.Profile.car(rural_kmh=crossed)
    mended = crossed.set_geometry(crossed.make_valid())
    assert ds.Profile.car(rural_kmh=mended).settings["rural_areas"]["count"] == 2


BAD_KMH = [np.nan, -80, 0, 19.9, 130.1, np.inf, None, "fast", True]


@pytest.mark.parametrize("value", BAD_KMH)
def test_a_limit_that_no_road_has_is_refused_with_its_row(value: object) -> None:
    message = r"^rural_kmh has a kmh that is no limit from 20 to 130 in 1 row: 'Drôme' \("
    with pytest.raises(ds.InputError, match=message):
        ds.Profile.car(rural_kmh=banks(kmh=(90, value)))


def test_the_first_five_bad_rows_are_named() -> None:
    many = banks(kmh=[np.nan] * 7, geometry=[EAST] * 7)
    with pytest.raises(
        ds.InputError, match=r"in 7 rows: 'Ardèche', 'Drôme', 'c', 'd', 'e', \.\.\."
    ):
        ds.Profile.car(rural_kmh=many)


REFUSED: dict[str, tuple[Any, type[ds.DesserteError], str]] = {
    "no kmh": (banks().rename(columns={"kmh": "vma"}), ds.InputError, "'vma', 'geometry'$"),
    "no geometry": (pd.DataFrame({"kmh": [90]}), ds.InputError, "got a DataFrame$"),
    "a series": (banks().geometry, ds.InputError, "got a GeoSeries$"),
    "no crs": (banks(crs=None), ds.CrsError, "^rural_kmh has no CRS"),
    "no row": (banks().iloc[:0], ds.InputError, "^rural_kmh is empty$"),
    "a point": (
        banks(geometry=(WEST, Point(13, 53))),
        ds.InputError,
        "^rural_kmh holds what is no area, 1 row: 'Drôme'$",
    ),
    "a line": (
        banks(geometry=(LineString([(13, 53), (14, 54)]), EAST)),
        ds.InputError,
        "^rural_kmh holds what is no area, 1 row: 'Ardèche'$",
    ),
    "a collection": (banks(geometry=(GeometryCollection([WEST]), EAST)), ds.InputError, "no area"),
    "missing": (banks(geometry=(None, EAST)), ds.InputError, "in 1 row: 'Ardèche'$"),
    "empty": (banks(geometry=(WEST, Polygon())), ds.InputError, "in 1 row: 'Drôme'$"),
    "flat": (
        banks(geometry=(WEST, Polygon([(13, 53), (14, 54), (13, 53)]))),
        ds.InputError,
        "^rural_kmh covers no ground in 1 row: 'Drôme'$",
    ),
    "metres said to be degrees": (
        banks(geometry=(WEST, box(7e5, 6.4e6, 8e5, 6.5e6))),
        ds.CrsError,
        "^rural_kmh has areas off the globe in 1 row: 'Drôme'; is this the CRS",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_says_no_limits_is_refused(name: str) -> None:
    table, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message) as caught:
        ds.Profile.car(rural_kmh=table)
    assert isinstance(caught.value, ValueError)


def test_an_area_smaller_than_the_grid_of_the_map_is_refused() -> None:
    speck = box(13.0, 53.0, 13.0 + 1e-9, 53.0 + 1e-9)
    with pytest.raises(ds.ProfileError, match=r"rural_areas\[1\]\.polygons"):
        ds.Profile.car(rural_kmh=banks(geometry=(WEST, speck)))
