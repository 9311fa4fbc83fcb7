"""Every indicator of pairs within the cutoff is that of the whole matrix, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scene import OCEAN, TOWN, WULKENZIN
from test_indicators import holed

import desserte as ds
from desserte.times import SnapTables

if TYPE_CHECKING:
    from collections.abc import Callable

UNTYPED: Any = ds
STEPS = ds.decay.DREES_GP


def kept(minutes: npt.NDArray[np.float32], cutoff: float | None = None) -> ds.SparseTravelTimes:
    """The cells that have a time; whose row has none is off the network."""
    rows, columns = np.nonzero(~np.isnan(minutes))
    ids = [pd.RangeIndex(length) for length in minutes.shape]
    sides = [
        gpd.GeoDataFrame({"outcome": ["ok"] * len(side)}, geometry=[None] * len(side), index=side)
        for side in ids
    ]
    sides[0].loc[np.isnan(minutes).all(axis=1), "outcome"] = "off_network"
    return ds.SparseTravelTimes(
        rows=rows.astype("uint32"),
        columns=columns.astype("uint32"),
        minutes=minutes[rows, columns],
        kilometres=None,
        origins=ids[0],
        destinations=ids[1],
        max_minutes=cutoff,
        direction="from",
        snaps=SnapTables(*sides),
        attrs={},
    )


def chance(seed: int, length: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).random(length) * 900


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "nearest": ds.time_to_nearest,
    "third nearest": lambda times: ds.time_to_nearest(times, k=3),
    "choices": lambda times: ds.choices(times, minutes=11),
    "fragility": lambda times: ds.fragility(times, demand=chance(6, 211), minutes=2).loc[0],
    "accessibility": lambda times: ds.accessibility(
        times, supply=chance(1, 37), decay=ds.decay.gaussian(9)
    ),
    "two steps": lambda times: ds.floating_catchment(
        times, demand=chance(2, 211), supply=chance(3, 37), decay=STEPS
    ),
    "three steps": lambda times: ds.floating_catchment(
        times, demand=chance(2, 211), supply=chance(3, 37), decay=STEPS, variant="three_step"
    ),
    "APL of a study": lambda times: ds.apl(
        times, standardised_population=chance(2, 211), supply=chance(3, 37), study=range(20)
    ),
    "APL as METRIC has it": lambda times: ds.apl(
        times,
        standardised_population=chance(2, 211),
        supply=chance(3, 37),
        within_commune_minutes=0,
    ),
    "choices left": lambda times: ds.criticality(times, demand=chance(2, 211)).set_index(
        "destination"
    )["last_choice"],
    "worst": lambda times: ds.worst_served(times, demand=chance(2, 211))["origin"],
    "outside": lambda times: ds.closer_outside(times, inside=range(12), demand=chance(2, 211))[
        "minutes_outside"
    ],
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_pairs_answer_as_the_whole_matrix_does(name: str) -> None:
    minutes = holed()
    minutes[41] = math.nan
    of_pairs, of_matrix = (QUESTIONS[name](times) for times in (kept(minutes), minutes))
    pd.testing.assert_series_equal(of_pairs, of_matrix, rtol=1e-12)


def test_who_is_off_the_network_is_told_apart_from_who_is_too_far(
    network: ds.RoadNetwork,
) -> None:
    question = (network, [WULKENZIN, OCEAN, TOWN], [TOWN])
    for layout in ("dense", "sparse"):
        times = UNTYPED.travel_times(*question, layout=layout, max_minutes=5)
        table = ds.coverage(times, demand=[10, 20, 30], minutes=5)
        assert table.loc[0, ["covered", "total", "off_network"]].tolist() == [30, 60, 20], layout


def test_a_limit_beyond_the_cutoff_of_the_pairs_is_refused() -> None:
    with pytest.raises(ds.InputError, match=r"reaches 20 minutes, but .* max_minutes=15"):
        ds.apl(kept(holed(), 15.0), standardised_population=chance(1, 211), supply=chance(2, 37))


def test_pairs_that_cannot_be_are_refused() -> None:
    times = kept(np.array([[1.0, 2.0], [3.0, 4.0]], dtype="float32"))
    turned = replace(times, rows=times.rows[::-1].copy())
    with pytest.raises(ds.InputError, match="not origin after origin"):
        ds.choices(turned)
    with pytest.raises(ds.InputError, match="pairs of origins that it has not, of 2"):
        ds.choices(replace(times, rows=times.rows + np.uint32(1)))
    with pytest.raises(ds.InputError, match="row 0 has a time to column 2, but there are 2"):
        ds.choices(replace(times, columns=times.columns + np.uint32(1)))
    with pytest.raises(ds.InputError, match="-3 minutes in row 1, column 0"):
        ds.choices(replace(times, minutes=np.array([1, 2, -3, 4], dtype="float32")))


def test_no_pair_at_all_is_an_answer() -> None:
    nothing = kept(np.full((3, 2), math.nan, dtype="float32"))
    assert ds.choices(nothing).tolist() == [0, 0, 0]
    assert ds.apl(nothing, standardised_population=[1, 2, 3], supply=[5, 5]).isna().all()
    own = ds.apl(
        nothing, standardised_population=[1, 2, 3], supply=[5, 5], within_commune_minutes=0
    )
    assert own.tolist() == pytest.approx([5.0, 2.5, math.nan], nan_ok=True)


def test_joined_pairs_are_those_of_both_matrices(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    parts = (pharmacies.iloc[:4], pharmacies.iloc[4:])
    dense, sparse = (
        [
            UNTYPED.travel_times(
                network, origins, part, layout=layout, max_minutes=14, kilometres=True
            )
            for part, origins in zip(parts, (villages, villages.iloc[::-1]), strict=True)
        ]
        for layout in ("dense", "sparse")
    )
    whole, joined = dense[0].join(dense[1]).to_frame(), sparse[0].join(sparse[1]).to_frame()
    reached = whole[whole["status"] == "ok"].drop(columns="status").reset_index(drop=True)
    pd.testing.assert_frame_equal(joined, reached)
    with pytest.raises(ds.IdError, match="destinations of both times"):
        sparse[0].join(sparse[0])
    with pytest.raises(ds.InputError, match="other is a SparseTravelTimes, got TravelTimes"):
        sparse[0].join(dense[1])
