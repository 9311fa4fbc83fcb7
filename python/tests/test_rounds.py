"""Home visits: the best base against sums by hand, and rounds against every order there is."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from test_indicators import holed

import desserte as ds

if TYPE_CHECKING:
    import geopandas as gpd

UNTYPED: Any = ds
NAN = math.nan


def test_bases_are_ranked_by_the_hours_of_all_visits() -> None:
    minutes, visits = holed(8, 37), np.random.default_rng(1).integers(0, 20, 37).astype("float64")
    table = ds.best_base(minutes, visits=visits).set_index("base")
    for base, row in table.iterrows():
        times = minutes[int(str(base))].astype("float64")
        there = ~np.isnan(times)
        assert row["hours"] == pytest.approx((times[there] @ visits[there]) / 60)
        assert row["visits"] == visits[there].sum()
        assert row["visits"] + row["visits_unreached"] == visits.sum()
        if base == 7:
            assert row[["mean_minutes", "longest_minutes"]].isna().all(), "it reaches nobody"
        else:
            assert row["longest_minutes"] == times[there & (visits > 0)].max()
    assert table.index[-1] == 7
    assert table["visits_unreached"].is_monotonic_increasing


def test_a_base_adds_up_kilometres_there_and_back(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    question = (network, villages, villages)
    times = ds.travel_times(*question, direction="both", kilometres=True, progress=False)
    table = ds.best_base(times, visits=[411 / 8] * 8)
    best = times.origins.get_loc(table.loc[0, "base"])
    assert times.kilometres is not None
    assert table.loc[0, "kilometres"] == pytest.approx(times.kilometres[best].sum() * 411 / 8)
    assert table.loc[0, "hours"] == pytest.approx(
        np.nansum(times.minutes, axis=1).min() * 411 / 480
    )
    with pytest.raises(ds.InputError, match='times goes one way, direction="from"'):
        ds.best_base(ds.travel_times(*question, progress=False), visits=[1] * 8)


def test_a_round_adds_up_its_kilometres(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    four = villages.iloc[:4]
    times = ds.travel_times(network, four, four, kilometres=True, progress=False)
    table = ds.tour(times, start=four.index[0])
    assert times.kilometres is not None
    at = times.origins.get_indexer([four.index[0], *table["stop"]])
    driven = [float(times.kilometres[leg]) for leg in itertools.pairwise(at)]
    assert table["kilometres"].tolist() == pytest.approx(driven)
    assert table.attrs["kilometres"] == pytest.approx(sum(driven))
    assert table.attrs["manifest"] == times.attrs["manifest"]
    assert ds.tour(times.minutes, start=0)["kilometres"].isna().all()


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_the_stops_is_quicker(seed: int) -> None:
    chance = np.random.default_rng(seed)
    minutes = chance.random((7, 7)).astype("float32") * 40
    minutes[chance.random((7, 7)) < 0.15] = NAN
    between = np.where(np.isnan(minutes), np.inf, minutes.astype("float64"))
    rounds = [(3, *order, 3) for order in itertools.permutations([0, 1, 2, 4, 5, 6])]
    totals = [sum(between[leg] for leg in itertools.pairwise(stops)) for stops in rounds]
    table = ds.tour(minutes, start=3, service_minutes=pd.Series(range(7), dtype="float64"))
    assert table.attrs["travel_minutes"] == pytest.approx(min(totals))
    assert table.attrs["total_minutes"] == pytest.approx(min(totals) + 18)
    assert sorted(table["stop"]) == list(range(7))
    assert table["stop"].iloc[-1] == 3
    legs = itertools.pairwise([3, *table["stop"]])
    assert table["travel_minutes"].tolist() == pytest.approx([between[leg] for leg in legs])
    assert (table["arrives"] + table["service_minutes"]).tolist() == table["leaves"].tolist()


def test_fifteen_stops_on_a_ring_are_met_in_their_order() -> None:
    angle = np.random.default_rng(2).permutation(16) / 16 * 2 * np.pi
    at = np.exp(1j * angle)
    table = ds.tour(np.abs(at[:, None] - at), start=0)
    order = angle[[0, *table["stop"]]]
    steps = np.abs(np.exp(1j * order[1:]) - np.exp(1j * order[:-1]))
    np.testing.assert_allclose(steps, 2 * np.sin(np.pi / 16), rtol=1e-6)


def test_rounds_that_cannot_be_are_refused() -> None:
    square = np.ones((17, 17))
    with pytest.raises(ds.InputError, match="a round has 1 to 15 stops, got 16; name them"):
        ds.tour(square, start=0)
    with pytest.raises(ds.InputError, match="a round has 1 to 15 stops, got 0"):
        ds.tour(square, start=0, stops=[])
    with pytest.raises(ds.IdError, match="the start 3 is among the stops"):
        ds.tour(square, start=3, stops=[1, 3])
    with pytest.raises(ds.IdError, match="unknown starts, 1 id: 40"):
        ds.tour(square, start=40, stops=[1])
    with pytest.raises(ds.InputError, match=r"start is the id of one place, got \[0\]"):
        ds.tour(square, start=[0], stops=[1])
    with pytest.raises(ds.InputError, match="service_minutes is a number, 0 or more"):
        ds.tour(square, start=0, stops=[1], service_minutes=-5)
    with pytest.raises(ds.IdError, match="service_minutes lacks 1 stop: 2"):
        ds.tour(square, start=0, stops=[1, 2], service_minutes=pd.Series({1: 5.0}))
    island = np.ones((3, 3))
    island[:, 2] = NAN
    with pytest.raises(ds.InputError, match="no order of the stops leads to 1 stop: 2 and back"):
        ds.tour(island, start=0)
    with pytest.raises(ds.InputError, match="no order of the stops leads to all stops and back"):
        ds.tour(island.T, start=0)
