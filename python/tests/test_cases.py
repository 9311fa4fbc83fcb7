"""Every trip of ``fixtures/cases``, timed by hand, asked through the Python face.

The Rust tests run the same files: see ``fixtures/README.md`` for the format.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = sorted((REPOSITORY / "fixtures" / "cases").glob("*.toml"))


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads(request.param.read_text(encoding="utf-8"))
    return content


@pytest.fixture
def traveller(case: dict[str, Any], tmp_path: Path) -> ds.Profile:
    """The default car; or one whose minutes are metres over nine tenths of the limit."""
    settings = {} if case.get("profile") == "car" else {"bends": False, "delays": False}
    settings |= case.get("settings", {})
    rules = ds.Profile.car().toml
    for key, value in settings.items():
        # The settings come first in the file: `season` stands elsewhere too.
        written = f'"{value}"' if isinstance(value, str) else str(value).lower()
        rules, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {written}", rules, count=1)
        assert count == 1, key
    if "profile" not in case:
        assert rules.count("in_share = 0.8") == 1
        rules = rules.replace("in_share = 0.8", "in_share = 0.9")
    path = tmp_path / "traveller.toml"
    path.write_text(rules, encoding="utf-8")
    return ds.Profile.from_toml(path)


@pytest.fixture
def town(case: dict[str, Any], traveller: ds.Profile) -> ds.RoadNetwork:
    path = REPOSITORY / "fixtures" / "networks" / case["network"]
    return ds.RoadNetwork.from_pbf(path, profile=traveller, progress=False)


def test_there_are_cases() -> None:
    assert len(CASES) >= 20


def test_every_trip_takes_the_time_computed_by_hand(
    case: dict[str, Any], town: ds.RoadNetwork
) -> None:
    places = _places(case)
    wrong = []
    for trip in case["trips"]:
        ends = places.loc[[trip["from"]]], places.loc[[trip["to"]]]
        times = ds.travel_times(town, *ends, **_options(trip), progress=False)
        minutes, reason = float(times.minutes[0, 0]), ds.STATUS[times.status[0, 0]]
        if not _agrees(trip, minutes, reason):
            wrong.append(
                f"{trip['from']} to {trip['to']}: {minutes * 60:.1f} s, {reason}; "
                f"expected {trip.get('seconds', trip.get('reason'))}: {trip['why']}"
            )
    assert not wrong, "\n".join([case["title"], *wrong])


def test_one_matrix_says_what_its_trips_say(case: dict[str, Any], town: ds.RoadNetwork) -> None:
    places = _places(case)
    times = ds.travel_times(town, places, places, progress=False)
    back = ds.travel_times(town, places, places, direction="to", progress=False)
    np.testing.assert_array_equal(back.minutes, times.minutes.T)
    for trip in case["trips"]:
        if _options(trip):
            continue
        part = times.select(origins=[trip["from"]], destinations=[trip["to"]])
        assert _agrees(trip, float(part.minutes[0, 0]), ds.STATUS[part.status[0, 0]]), trip["why"]


def test_explanations_add_up_and_name_the_speed_of_the_case(
    case: dict[str, Any], town: ds.RoadNetwork
) -> None:
    places = _places(case)
    for trip in case["trips"]:
        if "seconds" not in trip or "max_minutes" in trip:
            continue
        ends = places.loc[[trip["from"]]], places.loc[[trip["to"]]]
        explained = ds.explain(town, *ends, **_options(trip))
        total = (explained["seconds"] + explained["delay_seconds"]).sum()
        assert explained.attrs["minutes"] * 60 == pytest.approx(total, abs=0.05)
        assert _is_as_expected(trip, total)
        if "speed_kmh" not in case:
            continue
        driven = explained[(explained["kind"] == "street") & (explained["highway"] != "ferry")]
        np.testing.assert_allclose(driven["kmh"], case["speed_kmh"], rtol=1e-3)


def _places(case: dict[str, Any]) -> gpd.GeoDataFrame:
    places = case["places"]
    spots = gpd.points_from_xy([p["lon"] for p in places], [p["lat"] for p in places])
    return gpd.GeoDataFrame(geometry=spots, index=[p["id"] for p in places], crs=4326)


def _options(trip: dict[str, Any]) -> dict[str, Any]:
    return {name: trip[name] for name in ("max_minutes", "radius_metres") if name in trip}


def _agrees(trip: dict[str, Any], minutes: float, reason: str) -> bool:
    if "reason" in trip:
        return reason == trip["reason"] and bool(np.isnan(minutes))
    return reason == "ok" and _is_as_expected(trip, minutes * 60)


def _is_as_expected(trip: dict[str, Any], seconds: float) -> bool:
    expected = trip["seconds"]
    if isinstance(expected, dict):
        assert expected["source"], "who says so?"
        return bool(expected["at_least"] <= seconds <= expected["at_most"])
    return bool(abs(seconds - expected) <= trip.get("tolerance", 0.2))
