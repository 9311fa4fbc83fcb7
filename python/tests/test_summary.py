"""Means, percentiles, inequality, thresholds, the worst served: against counts in NumPy."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scene import OCEAN, TOWN, WULKENZIN
from test_indicators import holed

import desserte as ds

UNTYPED: Any = ds
NAN = math.nan


def drawn(seed: int = 4, length: int = 211) -> npt.NDArray[np.float64]:
    """Whole people, some places without any."""
    chance = np.random.default_rng(seed)
    people = chance.integers(0, 60, length).astype("float64")
    people[chance.random(length) < 0.2] = 0
    return people


def each(values: npt.NDArray[Any], people: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The figure of every single person, NaN as the greatest."""
    return np.sort(np.repeat(values.astype("float64"), people.astype(int)))


def test_a_summary_is_that_of_all_people_one_by_one() -> None:
    minutes, bands = holed(), pd.DataFrame({"0-64": drawn(1), "65+": drawn(2)})
    table = ds.minutes_summary(minutes, demand=bands, k=20).set_index("population")
    nearest = np.sort(minutes, axis=1)[:, 19]
    for name, people in bands.items():
        persons, row = each(nearest, people.to_numpy()), table.loc[name]
        n = len(persons)
        assert row["total"] == n
        assert row["mean"] == pytest.approx(np.nanmean(persons))
        assert row["median"] == persons[math.ceil(0.5 * n) - 1]
        assert row["p95"] == persons[math.ceil(0.95 * n) - 1]
        assert row["longest"] == np.nanmax(persons)
        off = np.isnan(minutes).all(axis=1)
        assert row["off_network"] == people[off].sum()
        assert row["without_time"] == np.isnan(persons).sum() - people[off].sum()


def test_a_percentile_among_those_without_a_time_is_no_number() -> None:
    table = ds.minutes_summary([[12.0], [NAN]], demand=[60, 40]).loc[0]
    assert table["median"] == 12
    assert math.isnan(table["p95"])
    nobody = ds.minutes_summary([[12.0]], demand=[0]).loc[0]
    assert nobody[["mean", "median", "longest"]].isna().all()


def test_the_worst_served_come_first_and_say_why(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, [TOWN, WULKENZIN, OCEAN, TOWN], [TOWN], progress=False)
    table = ds.worst_served(times, demand=[10, 20, 5, 30], n=3)
    assert table["origin"].tolist() == [2, 1, 3]
    assert table["status"].tolist() == ["off_network", "ok", "ok"]
    assert table["destination"].isna().tolist() == [True, False, False]
    near = ds.worst_served(times, demand=[10, 20, 5, 30], study=[0, 3])
    assert near["origin"].tolist() == [3, 0], "of places as far the one with more people"
    assert ds.worst_served([[5.0], [NAN], [9.0]], demand=[1, 0, 1])["origin"].tolist() == [2, 0]
    short = ds.travel_times(network, [WULKENZIN], [TOWN], max_minutes=1, progress=False)
    assert ds.worst_served(short, demand=[1])["status"].tolist() == ["no_time"]


def test_inequality_is_that_of_all_people_one_by_one() -> None:
    values = pd.Series(np.random.default_rng(8).random(211) * 30)
    values[9] = NAN
    bands = pd.DataFrame({"all": drawn(1), "65+": drawn(2)})
    table = ds.equity(values, weights=bands).set_index("population")
    for name, people in bands.items():
        persons, row = each(values.to_numpy(), people.to_numpy()), table.loc[name]
        persons = persons[~np.isnan(persons)]
        n = len(persons)
        gaps = np.abs(persons[:, None] - persons).mean()
        assert row["gini"] == pytest.approx(gaps / (2 * persons.mean()))
        deciles = persons[math.ceil(0.1 * n) - 1], persons[math.ceil(0.9 * n) - 1]
        assert (row["d10"], row["d90"]) == deciles
        assert row["d90_to_d10"] == deciles[1] / deciles[0]
        assert row["no_figure"] == people[9]
    assert table.loc["all", "to_first"] == 1
    assert table.loc["65+", "to_first"] == table.loc["65+", "mean"] / table.loc["all", "mean"]


def test_alike_for_all_is_a_gini_of_nought_and_all_for_one_nearly_one() -> None:
    people = drawn() + 1
    alike = ds.equity(pd.Series(np.full(211, 7.0)), weights=people).loc[0]
    assert alike["gini"] == pytest.approx(0, abs=1e-12)
    assert alike["d90_to_d10"] == 1
    one = ds.equity(pd.Series([0.0] * 999 + [5.0]), weights=[1] * 1000).loc[0]
    assert one["gini"] == pytest.approx(0.999)
    assert math.isnan(one["d90_to_d10"])
    assert math.isnan(ds.equity(pd.Series([0.0]), weights=[3]).loc[0, "gini"])
    with pytest.raises(ds.InputError, match="values is negative for 'b'"):
        ds.equity(pd.Series({"a": 1.0, "b": -1.0}), weights=[1, 1])


APL = pd.Series({"a": 2.5, "b": 2.49, "c": NAN}, name="apl_up_to_65")
PEOPLE = pd.Series({"c": 7.0, "b": 20.0, "a": 100.0, "d": 1.0}, name="population")


def test_under_a_threshold_is_less_and_who_has_no_figure_stays_in_the_total() -> None:
    table = ds.people_under(APL, population=PEOPLE, thresholds=[2.5, 3])
    assert table["under"].tolist() == [20, 120]
    assert table["total"].tolist() == [127, 127]
    assert table["share"].tolist() == [20 / 127, 120 / 127]
    assert table["places"].tolist() == [1, 2]
    assert table["no_figure"].tolist() == [7, 7]
    assert table.attrs["age_limit"] == 65
    with pytest.raises(ds.InputError, match="thresholds is a number above 0"):
        ds.people_under(APL, population=PEOPLE, thresholds=[])


@pytest.mark.parametrize(
    ("name", "age_limit", "told"),
    [("apl_all_ages", None, "doctors of all ages"), ("apl", None, "unknown"), ("apl", 62, "62")],
)
def test_a_threshold_of_the_zoning_is_only_for_doctors_up_to_65(
    name: str, age_limit: int | None, told: str
) -> None:
    values = APL.rename(name)
    with pytest.warns(ds.ThresholdWarning, match=f"2.71, arrêté of 9 May 2025.*{told}"):
        ds.people_under(values, population=PEOPLE, thresholds=2.71, age_limit=age_limit)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds.people_under(values, population=PEOPLE, thresholds=2.71, age_limit=65)
        ds.people_under(APL, population=PEOPLE, thresholds=2.71)
        ds.people_under(values, population=PEOPLE, thresholds=3, age_limit=age_limit)


def test_thresholds_of_territories_are_not_for_communes() -> None:
    values = pd.Series({"07001": 2.1}, name="apl_up_to_65")
    people = pd.Series({"07001": 300})
    with pytest.warns(
        ds.ThresholdWarning, match=r"territories \(TVS\), but these are communes"
    ) as caught:
        ds.people_under(values, population=people, thresholds=[2.71, 3.98])
    assert caught[0].filename == __file__, "the line that asked is to blame"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds.people_under(values, population=people, thresholds=2.5)


def test_people_under_a_threshold_are_not_standardised() -> None:
    people = PEOPLE.rename("standardised_population")
    with pytest.warns(ds.ThresholdWarning, match="counted in the total population"):
        ds.people_under(APL, population=people, thresholds=3)


def test_figures_that_are_none_are_refused() -> None:
    with pytest.raises(ds.InputError, match="values is a Series indexed by place, got a list"):
        UNTYPED.equity([1.0], weights=[1])
    with pytest.raises(ds.InputError, match="values is no finite number for 'b'"):
        ds.equity(pd.Series({"a": "1", "b": "many"}), weights=[1, 1])
    with pytest.raises(ds.InputError, match="values repeats places"):
        ds.equity(pd.Series([1.0, 2.0], index=["a", "a"]), weights=[1, 1])
    with pytest.raises(ds.IdError, match="weights lacks 1 place: 'b'"):
        ds.equity(pd.Series({"a": 1.0, "b": 2.0}), weights=pd.Series({"a": 1}))
