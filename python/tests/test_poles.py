"""Poles: services within steps of one another, against the closure of a matrix of distances."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import pytest

import desserte as ds

UNTYPED: Any = ds


def scattered(count: int = 160) -> gpd.GeoDataFrame:
    chance = np.random.default_rng(5)
    kinds = chance.choice(["gp", "pharmacy", "nurse"], count)
    at = gpd.points_from_xy(
        830_000 + chance.random(count) * 6000, 6_380_000 + chance.random(count) * 6000
    )
    ids = [f"node/{number}" for number in range(count)]
    return gpd.GeoDataFrame({"kind": kinds}, geometry=at, index=ids, crs="EPSG:2154")


def on_the_ground(care: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Metres between all of them along geodesics."""
    places = care.to_crs("EPSG:4326").geometry
    lon, lat = places.x.to_numpy(), places.y.to_numpy()
    n = len(care)
    ends = [np.repeat(side, n) for side in (lon, lat)] + [np.tile(side, n) for side in (lon, lat)]
    metres: npt.NDArray[np.float64] = np.asarray(pyproj.Geod(ellps="WGS84").inv(*ends)[2])
    return metres.reshape(n, n)


def test_poles_are_what_steps_join() -> None:
    care = scattered()
    metres = on_the_ground(care)
    joined = metres <= 400
    for _ in range(8):  # 2^8 steps
        joined = joined.astype(int) @ joined.astype(int) > 0
    groups = {tuple(care.index[row]) for row in joined}
    expected = {group for group in groups if care.loc[list(group), "kind"].nunique() >= 2}
    poles = ds.poles(care, within_metres=400)
    assert {tuple(members) for members in poles["members"]} == expected
    assert 3 < len(poles) < 60, "the scene has both poles and services alone"
    assert poles["kinds"].is_monotonic_decreasing
    for pole, row in poles.iterrows():
        at = care.index.get_indexer(row["members"])
        between = metres[np.ix_(at, at)]
        middle = int(np.argmin(between.sum(axis=1)))
        assert pole == row["members"][middle], "the middle is one of them"
        assert row.geometry == care.geometry[pole]
        assert row["longest_metres"] == pytest.approx(between.max(), abs=0.01)


def test_a_walk_is_as_long_overseas_as_beside_the_metropole() -> None:
    at = [(4.59, 44.73), (4.5905, 44.7302), (55.45, -20.88), (55.4534, -20.88), (-61.0, 14.6)]
    care = gpd.GeoDataFrame(
        {"kind": ["gp", "pharmacy", "gp", "pharmacy", "gp"]},
        geometry=gpd.points_from_xy(*zip(*at, strict=True)),
        index=list("abcde"),
        crs="EPSG:4326",
    )
    together, alone = ds.poles(care), ds.poles(care.loc[["c", "d"]])
    assert together["members"].tolist() == [["a", "b"], ["c", "d"]]
    geodesics = on_the_ground(care)
    expected = [geodesics[0, 1], geodesics[2, 3]]
    assert together["longest_metres"].tolist() == pytest.approx(expected, abs=0.01)
    assert alone["longest_metres"].tolist() == together["longest_metres"].tolist()[1:]
    assert ds.poles(care, within_metres=expected[1] - 0.1)["members"].tolist() == [["a", "b"]]


def test_poles_serve_as_destinations(network: ds.RoadNetwork, care: gpd.GeoDataFrame) -> None:
    poles = ds.poles(care, least=3)
    assert poles.crs == care.crs
    assert set(poles.index) <= set(care.index)
    assert "name" in poles.columns
    times = ds.travel_times(network, poles, poles, progress=False)
    assert times.destinations.tolist() == poles.index.tolist()


def test_what_makes_no_pole_is_an_empty_table() -> None:
    care = scattered(5)
    assert len(ds.poles(care, within_metres=1)) == 0
    assert len(ds.poles(care.iloc[:0])) == 0
    assert ds.poles(care, within_metres=1, least=1)["services"].tolist() == [1] * 5


def test_services_that_cannot_be_are_refused() -> None:
    care = scattered(5)
    with pytest.raises(ds.InputError, match="services is a GeoDataFrame of points"):
        UNTYPED.poles(pd.DataFrame(care))
    with pytest.raises(ds.CrsError, match="services has no CRS"):
        ds.poles(care.set_crs(None, allow_override=True))
    with pytest.raises(ds.InputError, match="services has no column 'sort'; it has 'kind'"):
        ds.poles(care, by="sort")
    with pytest.raises(ds.IdError, match="services repeats ids"):
        ds.poles(care.set_index(pd.Index(["a"] * 5)))
    with pytest.raises(ds.InputError, match="services has no point for 'node/0'"):
        ds.poles(care.set_geometry(care.buffer(5)))
    with pytest.raises(ds.InputError, match="within_metres is a number"):
        ds.poles(care, within_metres=-1)
    care.loc["node/2", "kind"] = None
    with pytest.raises(ds.InputError, match="services has no 'kind' for 'node/2'"):
        ds.poles(care)
