"""Totals of communes over their cells: shares, the gap, what cannot be placed, refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import desserte as ds

UNTYPED: Any = ds
CELLS = pd.DataFrame(
    {
        "insee_code": ["07001", "07001", "07002", "07003", "07003"],
        "people": [60.0, 40.0, 10.0, 0.0, 0.0],
    },
    index=["a", "b", "c", "d", "e"],
)
TOTALS = pd.Series({"07001": 120.0, "07002": 9.0, "07003": 5.0}, name="65+")


def spread(totals: pd.Series = TOTALS, over: pd.DataFrame = CELLS) -> pd.Series:
    return ds.spread(totals, over=over, by="insee_code", weight="people")


def test_a_cell_gets_the_share_that_it_has_of_its_commune() -> None:
    people = spread()
    assert people.index.tolist() == CELLS.index.tolist()
    assert people.tolist() == [72.0, 48.0, 9.0, 2.5, 2.5]
    assert people.name == "65+"
    assert people.attrs["shared_alike"] == 1, "where all weights are 0, each cell has as much"


def test_the_gap_between_census_and_grid_is_told() -> None:
    gap = spread().attrs["gap"]
    assert (gap["totals"], gap["weights"], gap["difference"]) == (134.0, 110.0, 24.0)
    assert gap["share"] == pytest.approx(24 / 134)
    assert list(gap["largest"].items()) == [("07001", 20.0), ("07003", 5.0), ("07002", -1.0)]


def test_a_total_without_a_place_is_told_and_not_lost_in_silence() -> None:
    more = pd.concat([TOTALS, pd.Series({"07009": 30.0, "07010": 0.0})])
    people = spread(more)
    assert people.sum() == TOTALS.sum()
    assert people.attrs["unplaced"] == {"communes": 1, "codes": ["07009"], "total": 30.0}
    assert spread().attrs["unplaced"] == {"communes": 0, "codes": [], "total": 0.0}


def test_the_order_of_totals_and_cells_changes_nothing() -> None:
    shuffled = spread(TOTALS.iloc[::-1], CELLS.iloc[[3, 0, 4, 2, 1]])
    pd.testing.assert_series_equal(shuffled.sort_index(), spread().sort_index())


@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1e6)), min_size=1, max_size=40),
    st.lists(st.floats(0, 1e6), min_size=5, max_size=5),
)
def test_what_is_spread_adds_up_to_the_total(
    cells: list[tuple[int, float]], totals: list[float]
) -> None:
    over = pd.DataFrame(cells, columns=["insee_code", "people"])
    people = spread(pd.Series(totals), over)
    assert (people >= 0).all()
    assert people.sum() + people.attrs["unplaced"]["total"] == pytest.approx(sum(totals))
    by_commune = people.groupby(over["insee_code"].to_numpy()).sum()
    np.testing.assert_allclose(by_commune, [totals[code] for code in by_commune.index], atol=1e-6)


def test_a_place_of_a_commune_without_a_total_is_refused() -> None:
    with pytest.raises(ds.IdError, match=r"totals lacks 1 commune: '07003' of the places$"):
        spread(TOTALS.drop("07003"))
    with pytest.raises(ds.IdError, match="codes of communes are text on both sides"):
        spread(over=CELLS.assign(insee_code=CELLS["insee_code"].astype(int)))


def test_secret_and_negative_figures_are_refused() -> None:
    with pytest.raises(ds.InputError, match=r"totals is missing, .* in 1 row: '07002'; a secret"):
        spread(TOTALS.where(TOTALS != 9.0))
    with pytest.raises(ds.InputError, match=r"over\['people'\] is missing, negative .* 1 row: 'c'"):
        spread(over=CELLS.assign(people=[60, 40, -1, 0, 0]))
    with pytest.raises(ds.InputError, match=r"over.* 1 row: 'b'"):
        spread(over=CELLS.assign(people=[60, math.inf, 1, 0, 0]))


def test_what_is_no_table_or_lacks_its_columns_is_refused() -> None:
    with pytest.raises(ds.InputError, match=r"totals is a Series .*, got a dict"):
        UNTYPED.spread({"07001": 1}, over=CELLS, by="insee_code", weight="people")
    with pytest.raises(ds.InputError, match="over is a table of cells or hamlets, got a Series"):
        UNTYPED.spread(TOTALS, over=TOTALS, by="insee_code", weight="people")
    with pytest.raises(ds.InputError, match="over has no column 'ind' for weight; it has 'insee_"):
        ds.spread(TOTALS, over=CELLS, by="insee_code", weight="ind")
    with pytest.raises(ds.IdError, match="over has no insee_code in 1 row: 'a'"):
        spread(over=CELLS.assign(insee_code=[None, "07001", "07002", "07003", "07003"]))
    with pytest.raises(ds.IdError, match="totals repeats 1 commune: '07001'"):
        spread(pd.Series([1.0, 2.0], index=["07001", "07001"]))
