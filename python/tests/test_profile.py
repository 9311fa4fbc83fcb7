"""Profiles: settings, text, and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scene import TOWN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path


def test_the_settings_of_the_car_are_read_back() -> None:
    profile = ds.Profile.car(rural_kmh=90, ferries=True, speed_factor=0.9, walking_kmh=5)
    settings = profile.settings
    assert profile.name == "car"
    assert {
        name: settings[name] for name in ("rural_kmh", "ferries", "speed_factor", "walking_kmh")
    } == {
        "rural_kmh": 90.0,
        "ferries": True,
        "speed_factor": 0.9,
        "walking_kmh": 5.0,
    }


def test_the_default_settings_are_those_of_the_named_profile(extract: Path) -> None:
    by_name = ds.RoadNetwork.from_pbf(extract, profile="car", progress=False)
    by_object = ds.RoadNetwork.from_pbf(extract, profile=ds.Profile.car(), progress=False)
    assert by_name.manifest == by_object.manifest


def test_equal_settings_make_equal_profiles() -> None:
    assert ds.Profile.car(rural_kmh=90) == ds.Profile.car(rural_kmh=90.0)
    assert ds.Profile.car(rural_kmh=90) != ds.Profile.car()
    assert len({ds.Profile.car(), ds.Profile.car()}) == 1


def test_a_profile_goes_through_a_file(tmp_path: Path) -> None:
    profile = ds.Profile.car(rural_kmh=90)
    path = tmp_path / "ardeche.toml"
    path.write_text(profile.toml, encoding="utf-8")
    assert ds.Profile.from_toml(path) == profile


def test_repr_shows_the_settings_on_one_line() -> None:
    expected = (
        "Profile(car, rural_kmh=90, departure=2025-10-07T10:00, season=normal, "
        "ferries=False, ferry_wait_minutes=20, speed_factor=1, walking_kmh=4)"
    )
    assert repr(ds.Profile.car(rural_kmh=90)) == expected


def test_half_the_speed_takes_nearly_twice_the_time(extract: Path) -> None:
    minutes = []
    for factor in (1.0, 0.5):
        profile = ds.Profile.car(speed_factor=factor)
        network = ds.RoadNetwork.from_pbf(extract, profile=profile, progress=False)
        snaps = network.snap([WULKENZIN, TOWN])
        trip = ds.trips(network, [WULKENZIN], [TOWN], progress=False)
        minutes.append(trip["minutes"][0] - snaps["access_minutes"].sum())
    # Not quite: slow cars brake less for bends, and lights do not turn green any later.
    assert 1.7 * minutes[0] < minutes[1] < 2 * minutes[0]


def test_an_unknown_profile_is_refused_with_the_names_there_are(extract: Path) -> None:
    with pytest.raises(ds.ProfileError, match=r"there is no profile 'plane'; there are: .*car"):
        ds.RoadNetwork.from_pbf(extract, profile="plane")


@pytest.mark.parametrize("value", [0, -80, np.nan, np.inf, 900, "fast", None, True, [80]])
def test_a_setting_out_of_range_is_refused_by_name(value: object) -> None:
    with pytest.raises(ds.ProfileError, match=r"^rural_kmh is a number from 20 to 130, got "):
        ds.Profile.car(rural_kmh=value)


@pytest.mark.parametrize("setting", [{"rural_kmh": 19.9}, {"speed_factor": 3.1}])
def test_a_number_and_a_text_of_rules_have_one_range(
    tmp_path: Path, setting: dict[str, float]
) -> None:
    [(name, value)] = setting.items()
    with pytest.raises(ds.ProfileError, match=rf"^{name} is a number from .*, got {value}$"):
        ds.Profile.car(**setting)  # type: ignore[arg-type]
    path = tmp_path / "mine.toml"
    rules = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", ds.Profile.car().toml)
    path.write_text(rules, encoding="utf-8")
    with pytest.raises(ds.ProfileError, match=rf"mine\.toml: line \d+: `settings\.{name}` of the"):
        ds.Profile.from_toml(path)


def test_a_misspelt_season_is_refused_with_the_nearest_word() -> None:
    with pytest.raises(
        ds.ProfileError, match=r"'normal', 'winter', got 'wintr'; did you mean 'win"
    ):
        ds.Profile.car(season="wintr")  # type: ignore[arg-type]
    with pytest.raises(ds.ProfileError, match=r"one of 'normal', 'winter', got None$"):
        ds.Profile.foot(season=None)  # type: ignore[arg-type]


def test_ferries_are_yes_or_no() -> None:
    with pytest.raises(ds.ProfileError, match=r"^ferries is True or False, got 'no'$"):
        ds.Profile.car(ferries="no")  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"name = ", b"\xff\xfe\x00", b"[settings]\nwheels = 4\n"])
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes(content)
    with pytest.raises(ds.ProfileError):
        ds.Profile.from_toml(path)


def test_what_is_wrong_in_a_file_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    rules = ds.Profile.car().toml
    path.write_text(rules.replace("signals = 8.0", "signals = -8.0"), encoding="utf-8")
    line = rules[: rules.index("signals = 8.0")].count("\n") + 1
    expected = rf"mine\.toml: line {line}: `delays\.signals` of the profile is -8, give a number"
    with pytest.raises(ds.ProfileError, match=expected):
        ds.Profile.from_toml(path)
    path.write_text(rules.replace("rural_kmh", "rural_kph"), encoding="utf-8")
    with pytest.raises(
        ds.ProfileError, match=r"mine\.toml: line 6 of the profile: the key `rural_k"
    ):
        ds.Profile.from_toml(path)


def test_a_missing_profile_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ds.Profile.from_toml(tmp_path / "absent.toml")
