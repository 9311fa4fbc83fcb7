"""Nearest, choices, coverage, decay: against counts in NumPy, by id, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

import desserte as ds

UNTYPED: Any = ds
NAN = math.nan
MINUTES = np.array([[12.0, 25.0, NAN], [5.0, 20.0, 20.1], [NAN, NAN, NAN]])
PEOPLE = pd.Series([300.0, 100.0, 50.0], name="all")


def holed(rows: int = 211, columns: int = 37) -> npt.NDArray[np.float32]:
    """Minutes, a quarter of them missing, and a row that nobody leaves."""
    chance = np.random.default_rng(6)
    minutes = (chance.integers(0, 2_400_000, (rows, columns)) / 60_000).astype("float32")
    minutes[chance.random((rows, columns)) < 0.25] = NAN
    minutes[7] = NAN
    return minutes


@pytest.fixture(scope="module")
def times(network: ds.RoadNetwork) -> ds.TravelTimes:
    """Two villages and a place at sea, to two places of the town, within 30 minutes."""
    origins = [(13.1708, 53.5270), (13.2610, 53.5570), (0.0, 0.0)]
    to = [(13.2610, 53.5570), (13.2700, 53.5600)]
    return ds.travel_times(network, origins, to, max_minutes=30, progress=False)


def test_the_kth_nearest_is_that_of_the_sorted_row() -> None:
    minutes = holed()
    in_order = np.sort(minutes, axis=1)  # NaN last
    for k in (1, 2, 5, 37):
        np.testing.assert_array_equal(ds.time_to_nearest(minutes, k=k), in_order[:, k - 1])
    assert ds.time_to_nearest(minutes, k=38).isna().all(), "there are only 37"


def test_choices_and_coverage_count_inclusively() -> None:
    minutes = holed()
    people = np.random.default_rng(1).random((211, 3)) * 1000
    np.testing.assert_array_equal(ds.choices(minutes, minutes=10), (minutes <= 10).sum(axis=1))
    table = ds.coverage(minutes, demand=people, minutes=[5, 20])
    for (population, limit), row in table.set_index(["population", "minutes"]).iterrows():
        inside = (minutes <= limit).any(axis=1)
        assert row["covered"] == pytest.approx(people[inside, population].sum(), rel=1e-12)
        assert row["total"] == pytest.approx(people[:, population].sum(), rel=1e-12)
    assert ds.choices(MINUTES, minutes=20.1).tolist() == [1, 3, 0], "20.1 is within 20.1"


def test_people_with_no_choice_one_or_several_are_counted() -> None:
    minutes = holed()
    bands = pd.DataFrame(np.random.default_rng(2).random((211, 2)), columns=["all", "65+"])
    study = range(5, 60)
    table = ds.fragility(minutes, demand=bands, minutes=1.5, study=study).set_index("population")
    within = (minutes <= 1.5).sum(axis=1)
    for name, row in table.iterrows():
        people = bands[name][study]
        for count, column in enumerate(("none", "one")):
            on_network = people[(within[study] == count) & (people.index != 7)]
            assert row[column] == pytest.approx(on_network.sum())
            assert row[column] > 0
        assert row["several"] == pytest.approx(people[within[study] > 1].sum())
        assert row["off_network"] == people[7]
        parts = row[["none", "one", "several", "off_network"]].sum()
        assert row["total"] == pytest.approx(parts)
        assert row["share_one"] == pytest.approx(row["one"] / row["total"])
    assert table.attrs["study_origins"] == 55


def test_who_is_off_the_network_stays_in_the_total() -> None:
    table = ds.coverage(MINUTES, demand=PEOPLE, minutes=[10, 15])
    assert table["population"].tolist() == ["all", "all"]
    assert table["covered"].tolist() == [100.0, 400.0]
    assert table["total"].tolist() == [450.0, 450.0]
    assert table["share"].round(6).tolist() == [0.222222, 0.888889]
    assert table["off_network"].tolist() == [50.0, 50.0]


def test_travel_times_say_who_is_off_the_network(times: ds.TravelTimes) -> None:
    people = pd.Series([10.0, 20.0, 40.0, 99.0], index=[2, 1, 0, 77])
    table = ds.coverage(times, demand=people, minutes=30)
    assert table.loc[0, ["covered", "total", "off_network"]].tolist() == [60.0, 70.0, 10.0]
    assert table.attrs["extra_ids"] == 1
    assert set(times.attrs) < set(table.attrs), "the manifest comes along"
    assert ds.choices(times, minutes=30).tolist() == [2, 2, 0]
    assert ds.choices(times, minutes=30).attrs["off_network"] == 1


def test_a_study_counts_its_own_people_only() -> None:
    table = ds.coverage(MINUTES, demand=PEOPLE, minutes=15, study=[1, 2])
    assert table.loc[0, ["covered", "total"]].tolist() == [100.0, 150.0]
    whole = ds.coverage(MINUTES, demand=PEOPLE, minutes=15, study=PEOPLE.to_frame().loc[[1, 2]])
    pd.testing.assert_frame_equal(table, whole)
    with pytest.raises(ds.IdError, match=r"unknown study origins, 1 id: 9"):
        ds.coverage(MINUTES, demand=PEOPLE, minutes=15, study=[1, 9])
    with pytest.raises(ds.InputError, match="study is a list of ids or a table"):
        ds.coverage(MINUTES, demand=PEOPLE, minutes=15, study=PEOPLE > 60)


def test_bands_of_age_are_counted_each_with_its_share() -> None:
    bands = pd.DataFrame({"0-74": [10.0, 5.0, 1.0], "75+": [0.0, 0.0, 0.0]})
    table = ds.coverage(MINUTES, demand=bands, minutes=15).set_index("population")
    assert table.loc["0-74", "covered"] == 15.0
    assert math.isnan(table.loc["75+", "share"]), "a share of nobody is no number"


def test_demand_goes_by_id_and_never_by_position() -> None:
    turned = ds.coverage(MINUTES, demand=PEOPLE.iloc[::-1], minutes=15)
    pd.testing.assert_frame_equal(turned, ds.coverage(MINUTES, demand=PEOPLE, minutes=15))
    with pytest.raises(ds.IdError, match=r"demand lacks 1 origin: 2 of the times$"):
        ds.coverage(MINUTES, demand=PEOPLE.drop(2))
    with pytest.raises(ds.IdError, match="demand repeats 1 origin: 0"):
        ds.coverage(MINUTES, demand=pd.Series([1, 2, 3, 4], index=[0, 0, 1, 2]))
    with pytest.raises(ds.InputError, match="demand has 2 values for 3 origins"):
        ds.coverage(MINUTES, demand=[1.0, 2.0])


def test_columns_of_names_and_codes_are_no_people() -> None:
    table = pd.DataFrame({"insee_code": ["07001"] * 3, "population": [1, 2, 3], "name": ["x"] * 3})
    with pytest.raises(
        ds.InputError, match=r"demand has 2 columns: 'insee_code', 'name' of no numbers; pick those"
    ):
        ds.coverage(MINUTES, demand=table)
    twice = pd.DataFrame(np.ones((3, 2)), columns=["65+", "65+"])
    with pytest.raises(ds.InputError, match=r"demand repeats 1 column: '65\+'"):
        ds.coverage(MINUTES, demand=twice)


def test_codes_that_lost_their_leading_zero_are_pointed_out(network: ds.RoadNetwork) -> None:
    import geopandas as gpd

    points = gpd.points_from_xy([13.1708, 13.2610], [53.5270, 53.5570])
    communes = gpd.GeoSeries(points, index=["07132", "07186"], crs="EPSG:4326")
    times = ds.travel_times(network, communes, communes, progress=False)
    with pytest.raises(ds.IdError, match=r"lacks 2 origins: '07132', '07186' .*leading zero"):
        ds.coverage(times, demand=pd.Series([1, 2], index=[7132, 7186]))


@pytest.mark.parametrize("bad", [-1.0, NAN, math.inf, None, "many"])
def test_people_that_cannot_be_are_refused_by_id(bad: Any) -> None:
    people = pd.Series([300.0, 100.0, 50.0], dtype=object)
    people[1] = bad
    with pytest.raises(ds.InputError, match=r"demand is missing, .* for 1 origin: 1"):
        ds.coverage(MINUTES, demand=people)


def test_a_limit_beyond_the_cutoff_is_refused(times: ds.TravelTimes) -> None:
    with pytest.raises(ds.InputError, match=r"reaches 31 minutes, but .* max_minutes=30"):
        ds.choices(times, minutes=31)
    with pytest.raises(ds.InputError, match="reaches 45 minutes"):
        ds.coverage(times, demand=[1, 1, 1], minutes=[15, 45])
    with pytest.raises(ds.InputError, match=r"exponential\(10\) reaches without end"):
        ds.accessibility(times, supply=[1, 1], decay=ds.decay.exponential(10))
    access = ds.accessibility(times, supply=[1, 1], decay=ds.decay.binary(30))
    assert access.tolist() == pytest.approx([2, 2, NAN], nan_ok=True)


def test_what_is_no_table_of_minutes_is_refused() -> None:
    with pytest.raises(
        ds.InputError, match=r"times is TravelTimes, .* or a 2-D array .* got a list"
    ):
        ds.choices([1.0, 2.0])
    with pytest.raises(ds.InputError, match="got a DataFrame"):
        UNTYPED.choices(pd.DataFrame(MINUTES))
    with pytest.raises(ds.InputError, match="-1 minutes in row 0, column 1; a time is 0 or more"):
        ds.choices([[1.0, -1.0]])
    with pytest.raises(ds.InputError, match="inf minutes in row 0, column 0"):
        ds.time_to_nearest([[math.inf]])
    with pytest.raises(ds.InputError, match="k is a whole number"):
        ds.time_to_nearest(MINUTES, k=0)


def test_nowhere_to_go_is_an_answer() -> None:
    nowhere = np.empty((2, 0))
    assert ds.time_to_nearest(nowhere).isna().all()
    assert ds.choices(nowhere).tolist() == [0, 0]
    assert ds.coverage(nowhere, demand=[3, 4], minutes=10)["covered"].tolist() == [0.0]
    assert ds.coverage(np.empty((0, 3)), demand=[], minutes=10)["total"].tolist() == [0.0]


def test_every_decay_is_its_formula() -> None:
    t = np.linspace(0, 60, 241).astype("float32")
    exact = t.astype("float64")
    formulas = {
        ds.decay.binary(20): (t <= 20).astype(float),
        ds.decay.linear(20): np.clip(1 - exact / 20, 0, None),
        ds.decay.exponential(9, up_to=40): np.where(t <= 40, np.exp(-exact / 9), 0),
        ds.decay.gaussian(9): np.exp(-(exact**2) / 162),
        ds.decay.logistic(20, scale_minutes=4): 1 / (1 + np.exp((exact - 20) / 4)),
        ds.decay.power(1.5, near_minutes=2): np.where(t < 2, 1, np.maximum(exact, 2) / 2) ** -1.5,
        ds.decay.DREES_GP: np.select([t < 10, t < 15, t < 20], [1, 2 / 3, 1 / 3], 0),
        ds.decay.DREES_GP_2012: np.select([t < 5, t < 10, t < 15], [1, 0.3, 0.1], 0),
    }
    for decay, expected in formulas.items():
        np.testing.assert_allclose(decay(t), expected, rtol=1e-12, atol=1e-15, err_msg=str(decay))


def test_a_decay_that_means_nothing_is_refused() -> None:
    with pytest.raises(ds.InputError, match="step 1 ends at 10 minutes, not after the one before"):
        ds.decay.steps({15: 1, 10: 0.5})
    with pytest.raises(ds.InputError, match="a weight of the steps is -1"):
        ds.decay.steps({15: -1})
    with pytest.raises(ds.InputError, match="the last bound of the steps is 0"):
        ds.decay.steps({})
    with pytest.raises(ds.InputError, match="the limit of a binary decay is NaN"):
        UNTYPED.decay.binary("20")
    with pytest.raises(ds.InputError, match="the limit of a decay is -5"):
        ds.decay.gaussian(10, up_to=-5)
    with pytest.raises(ds.InputError, match=r"decay is one of ds\.decay"):
        UNTYPED.accessibility(MINUTES, supply=[1, 1, 1], decay=math.exp)
