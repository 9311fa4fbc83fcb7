"""Poles: services within steps of one another, against the closure of a matrix of distances."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
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


def test_poles_are_what_steps_join() -> None:
    care = scattered()
    plane = care.to_crs(care.estimate_utm_crs()).geometry
    x, y = plane.x.to_numpy(), plane.y.to_numpy()
    joined = np.hypot(x[:, None] - x, y[:, None] - y) <= 400
    for _ in range(8):  # 2^8 steps
        joined = joined.astype(int) @ joined.astype(int) > 0
    groups = {tuple(care.index[row]) for row in joined}
    expected = {group for group in groups if care.loc[list(group), "kind"].nunique() >= 2}
    poles = ds.poles(care, within_metres=400)
    assert {tuple(members) for members in poles["members"]} == expected
    assert 3 < len(poles) < 60, "the scene has both poles and services alone"
    assert poles["kinds"].is_monotonic_decreasing
    for pole, row in poles.iterrows():
        members = plane[row["members"]]
        sums = [members.distance(point).sum() for point in members]
        assert pole == members.index[int(np.argmin(sums))], "the middle is one of them"
        assert row.geometry == care.geometry[pole]
        assert row["longest_metres"] == pytest.approx(
            max(members.distance(point).max() for point in members)
        )


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
