"""Our minutes beside another tool's: figures worked out by hand, ids, laws, refusals."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds

# What a caller without a type checker may write.
UNTYPED: Any = ds

# Five villages and the hospital: ratios 1.1, 1.2, 1.0, 0.5 and 1.3.
TRIPS = pd.DataFrame(
    {
        "origin": ["a", "b", "c", "d", "e"],
        "origin_name": ["Alba", "Berg", "Cros", "Dun", "Eyr"],
        "destination": ["h"] * 5,
        "minutes": [11.0, 24.0, 30.0, 2.0, 52.0],
        "status": ["ok"] * 5,
    },
    index=[10, 11, 12, 13, 14],
)
THEIRS = pd.Series([10.0, 20.0, 30.0, 4.0, 40.0], index=TRIPS.index)
LONG = TRIPS[["origin", "destination"]].assign(minutes=THEIRS).reset_index(drop=True)
WIDE = LONG.pivot_table(index="origin", columns="destination", values="minutes")


@pytest.fixture(scope="module")
def times(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> ds.TravelTimes:
    return ds.travel_times(network, villages, pharmacies, progress=False)


def figures(comparison: ds.TimesComparison) -> list[float]:
    names = (
        *("pairs", "only_times", "only_reference", "neither", "zero_reference", "r"),
        *("median_ratio", "p10", "p90", "mean_absolute_minutes", "speed_factor"),
    )
    return [float(getattr(comparison, name)) for name in names]


# --- the figures -----------------------------------------------------------------------------


def test_the_figures_are_those_worked_out_by_hand() -> None:
    comparison = ds.compare_times(TRIPS, THEIRS)
    assert comparison.pairs == 5
    # Ratios in order: 0.5, 1.0, 1.1, 1.2, 1.3; the tenth lies at 0.4 of the first step.
    assert comparison.median_ratio == pytest.approx(1.1)
    assert comparison.p10 == pytest.approx(0.7)
    assert comparison.p90 == pytest.approx(1.26)
    # Differences 1, 4, 0, -2, 12.
    assert comparison.mean_absolute_minutes == pytest.approx(19 / 5)
    assert comparison.speed_factor == pytest.approx(1.1)
    # Around the means 23.8 and 20.8: products 1102.8, squares 1472.8 and 852.8.
    assert comparison.r == pytest.approx(1102.8 / math.sqrt(1472.8 * 852.8))


def test_the_worst_pairs_are_those_most_minutes_apart() -> None:
    worst = ds.compare_times(TRIPS, THEIRS, worst=3).worst
    assert list(worst.columns) == [
        *("origin", "origin_name", "destination"),
        *("minutes", "reference", "ratio", "difference"),
    ]
    assert worst["origin_name"].tolist() == ["Eyr", "Berg", "Dun"]
    assert worst["difference"].tolist() == [12.0, 4.0, -2.0]
    assert worst["ratio"].tolist() == [1.3, 1.2, 0.5]
    assert worst.index.tolist() == [14, 11, 13], "the rows can be found in the table of trips"
    assert len(ds.compare_times(TRIPS, THEIRS).worst) == 5


def test_classes_of_the_reference_hold_their_lower_bound() -> None:
    table = ds.compare_times(TRIPS, THEIRS).by_distance
    assert table.index.name == "reference_minutes"
    assert table["pairs"].tolist() == [1, 0, 1, 0, 1, 2, 0, 0]
    within = {interval.left: row for interval, row in table.iterrows()}
    assert within[30.0]["median_ratio"] == pytest.approx(1.15)
    assert within[30.0]["p90"] == pytest.approx(1.27)
    assert within[30.0]["median_difference"] == 6.0
    assert np.isnan(within[5.0]["median_ratio"])


def test_classes_are_road_kilometres_where_the_times_have_them(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame, pharmacies: gpd.GeoDataFrame
) -> None:
    times = ds.travel_times(network, villages, pharmacies, kilometres=True)
    by_road = ds.compare_times(times, times).by_distance
    assert by_road.index.name == "road_km"
    assert times.kilometres is not None
    expected = np.histogram(times.kilometres, [0, 5, 10, 20, 40, 80, np.inf])[0]
    assert by_road["pairs"].tolist() == expected.tolist()
    assert (expected > 0).sum() > 1
    again = ds.compare_times(times.to_frame(), times).by_distance
    pd.testing.assert_frame_equal(again, by_road)


def test_classes_are_crow_fly_kilometres_between_the_snaps_otherwise(times: ds.TravelTimes) -> None:
    by_air = ds.compare_times(times, times.minutes).by_distance
    assert by_air.index.name == "crow_fly_km"
    first = times.snaps.origins.to_crs(25833).geometry
    last = times.snaps.destinations.to_crs(25833).geometry
    metres = np.array([[a.distance(b) for b in last] for a in first])
    # UTM is 0.04 % off at most, and no pair lies that near a bound.
    expected = np.histogram(metres / 1000, [0, 5, 10, 20, 40, 80, np.inf])[0]
    assert by_air["pairs"].tolist() == expected.tolist()


def test_a_class_counts_pairs_with_a_length_of_zero() -> None:
    table = TRIPS.assign(kilometres=[0.0, 5.0, 9.99, 80.0, 100.0])
    by_road = ds.compare_times(table, THEIRS).by_distance
    assert by_road["pairs"].tolist() == [1, 2, 0, 0, 0, 2]


# --- pairs that cannot be compared -----------------------------------------------------------


def test_pairs_without_a_time_are_counted_apart_by_where_they_lack_it() -> None:
    nan = np.nan
    ours = [[1.0, nan, nan], [nan, 5.0, 6.0]]
    theirs = [[nan, 2.0, nan], [4.0, nan, 6.0]]
    comparison = ds.compare_times(ours, theirs)
    assert (comparison.pairs, comparison.neither) == (1, 1)
    assert (comparison.only_times, comparison.only_reference) == (2, 2)
    assert comparison.worst["destination"].tolist() == [2]


def test_without_any_comparable_pair_nothing_is_said() -> None:
    comparison = ds.compare_times([[1.0, np.nan]], [[np.nan, 2.0]])
    assert comparison.pairs == 0
    assert np.isnan(figures(comparison)[5:]).all()
    assert len(comparison.worst) == 0
    assert comparison.by_distance["pairs"].sum() == 0
    assert repr(comparison) == (
        "TimesComparison(0 pairs, r none, median ratio none, p10 none, p90 none, mean none apart)"
    )
    assert "nan" not in comparison._repr_html_()


def test_zero_minutes_in_the_reference_have_a_difference_and_no_ratio() -> None:
    comparison = ds.compare_times([[0.0, 3.0, 20.0]], [[0.0, 0.0, 10.0]])
    assert comparison.zero_reference == 2
    assert comparison.median_ratio == comparison.p10 == comparison.p90 == 2.0
    assert comparison.mean_absolute_minutes == pytest.approx(13 / 3)
    assert comparison.worst["ratio"].isna().tolist() == [False, True, True]


def test_zero_minutes_in_the_times_suggest_no_factor() -> None:
    comparison = ds.compare_times([[0.0, 0.0, 1.0]], [[5.0, 5.0, 5.0]])
    assert comparison.median_ratio == 0.0
    assert math.isnan(comparison.speed_factor)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([[7.0]], [[8.0]]),
        ([[0.1, 0.1, 0.1]], [[1.0, 2.0, 3.0]]),
        ([[1.0, 2.0, 3.0]], [[0.1, 0.1, 0.1]]),
    ],
    ids=["one pair", "constant times", "constant reference"],
)
def test_there_is_no_correlation_with_what_does_not_vary(
    ours: list[list[float]], theirs: list[list[float]]
) -> None:
    comparison = ds.compare_times(ours, theirs)
    assert math.isnan(comparison.r)
    assert comparison.median_ratio > 0


# --- alignment -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        THEIRS.iloc[::-1],
        LONG.iloc[[4, 2, 0, 1, 3]],
        WIDE.iloc[::-1],
        LONG.set_index(["origin", "destination"])["minutes"].iloc[::-1],
        THEIRS.to_numpy(),
        THEIRS.astype("Int64"),
    ],
    ids=["series", "long", "wide", "series of pairs", "array", "nullable"],
)
def test_trips_compare_with_any_form_whatever_its_order(reference: object) -> None:
    comparison = UNTYPED.compare_times(TRIPS, reference)
    assert figures(comparison) == figures(ds.compare_times(TRIPS, THEIRS))
    assert comparison.attrs == {}


def test_times_compare_with_any_form_whatever_its_order(times: ds.TravelTimes) -> None:
    rng = np.random.default_rng(7)
    shuffled = times.select(
        origins=rng.permutation(times.origins), destinations=rng.permutation(times.destinations)
    )
    frame = shuffled.to_frame()
    forms = [
        shuffled,
        shuffled.to_wide(),
        frame,
        frame.set_index(["origin", "destination"])["minutes"],
        times.minutes,
    ]
    for reference in forms:
        comparison = ds.compare_times(times, reference)
        assert comparison.pairs == times.minutes.size
        assert comparison.r == pytest.approx(1.0)
        assert comparison.p10 == comparison.p90 == 1.0
        assert comparison.mean_absolute_minutes == 0.0


def test_trips_compare_with_travel_times_of_the_same_ids(
    network: ds.RoadNetwork, times: ds.TravelTimes, villages: gpd.GeoDataFrame
) -> None:
    ends = gpd.GeoSeries(
        times.snaps.destinations.geometry.iloc[[2] * len(villages)].to_numpy(),
        index=[times.destinations[2]] * len(villages),
        crs=4326,
    )
    trips = ds.trips(network, villages, ends)
    comparison = ds.compare_times(trips, times)
    assert comparison.pairs == len(villages)
    # From the pharmacy itself one walks to the street.
    assert comparison.mean_absolute_minutes < 1
    assert comparison.attrs["ignored_destinations"] == len(times.destinations) - 1
    assert "ignored_origins" not in comparison.attrs


def test_what_the_reference_has_more_is_counted() -> None:
    more = pd.concat([LONG, LONG.assign(destination="z")]).iloc[::-1]
    assert ds.compare_times(TRIPS, more).attrs == {"ignored_pairs": 5}
    longer = pd.concat([THEIRS, pd.Series([1.0], index=[99])])
    assert ds.compare_times(TRIPS, longer).attrs == {"ignored_rows": 1}
    wider = WIDE.assign(x=1.0)
    comparison = ds.compare_times(WIDE, wider)
    assert comparison.attrs == {"ignored_destinations": 1}
    assert comparison.median_ratio == 1.0


def test_trips_may_repeat_where_the_reference_says_each_pair_once() -> None:
    twice = pd.concat([TRIPS, TRIPS])
    assert ds.compare_times(twice, LONG).pairs == 10
    with pytest.raises(ds.IdError, match=r"^reference repeats 5 pairs: \('a', 'h'\), .*one column"):
        ds.compare_times(TRIPS, pd.concat([LONG, LONG]))
    with pytest.raises(ds.IdError, match=r"^times repeats 5 rows: 10, 11, 12, 13, 14$"):
        ds.compare_times(twice, THEIRS)


def test_a_column_of_minutes_compares_with_another_row_by_row() -> None:
    comparison = ds.compare_times(TRIPS["minutes"], THEIRS.iloc[::-1], worst=1)
    assert comparison.worst["row"].tolist() == [14]
    assert comparison.median_ratio == pytest.approx(1.1)


# --- what it carries, and how it shows -------------------------------------------------------


def test_it_carries_the_manifest_and_the_question(times: ds.TravelTimes) -> None:
    comparison = ds.compare_times(times, times)
    assert comparison.attrs["manifest"] == times.attrs["manifest"]
    assert comparison.attrs["direction"] == "from"
    assert comparison.attrs["reference"] == times.attrs


def test_the_factor_goes_on_from_that_of_the_profile(extract: Any, times: ds.TravelTimes) -> None:
    slow = ds.RoadNetwork.from_pbf(
        extract, profile=ds.Profile.car(speed_factor=0.5), progress=False
    )
    spots = times.snaps.origins.geometry, times.snaps.destinations.geometry
    halved = ds.travel_times(slow, *spots)
    comparison = ds.compare_times(halved, halved.minutes * np.float32(0.8))
    assert comparison.median_ratio == pytest.approx(1.25)
    assert comparison.speed_factor == pytest.approx(0.625)


def test_building_with_the_factor_brings_the_median_to_one(
    extract: Any, network: ds.RoadNetwork, times: ds.TravelTimes
) -> None:
    spots = times.snaps.origins.geometry, times.snaps.destinations.geometry
    at_once = ds.travel_times(network, *spots)
    reference = at_once.to_wide() * 1.2
    factor = ds.compare_times(at_once, reference).speed_factor
    assert factor == pytest.approx(1 / 1.2)
    profile = ds.Profile.car(speed_factor=factor)
    slower = ds.travel_times(ds.RoadNetwork.from_pbf(extract, profile=profile), *spots)
    # Not quite one: delays, bends and access legs are as they were.
    assert 0.95 < ds.compare_times(slower, reference).median_ratio < 1.0


def test_it_does_not_change() -> None:
    comparison = ds.compare_times(TRIPS, THEIRS)
    with pytest.raises(AttributeError):
        comparison.r = 1.0  # type: ignore[misc]
    assert list(TRIPS.columns)[-1] == "status", "the caller's table is as it was"


def test_its_line_is_this_one() -> None:
    assert repr(ds.compare_times(TRIPS, THEIRS)) == (
        "TimesComparison(5 pairs, r 0.984, median ratio 1.10, p10 0.70, p90 1.26, "
        "mean 3.8 min apart)"
    )


def test_its_card_is_this_one() -> None:
    cells = [
        c.text for c in ET.fromstring(ds.compare_times(TRIPS, THEIRS)._repr_html_()).iter("td")
    ]
    assert dict(zip(cells[::2], cells[1::2], strict=True)) == {
        "pairs compared": "5",
        "a time in the times alone": "0",
        "a time in the reference alone": "0",
        "no time in either": "0",
        "correlation r": "0.984",
        "median ratio, times / reference": "1.10",
        "ratios": "p10 0.70, p90 1.26",
        "mean absolute difference": "3.8 min",
        "suggested speed_factor": "1.10",
    }


# --- refusals --------------------------------------------------------------------------------


UNSOUND = "; a pair without a time has NaN"
LACKS = "; give them NaN there, or leave them out of times"
NO_PAIRS = (
    "times is a Series with one id a row, and reference names origins and destinations; "
    "give the table that ds.trips made instead of its column"
)
NO_NUMBERS = "instead of numbers of minutes; convert it, with pd.to_numeric for a column of text"

REFUSED: dict[str, tuple[Any, Any, str]] = {
    "negative_and_infinite": (
        TRIPS,
        LONG.assign(minutes=[-1.0, 2.0, math.inf, 3.0, 4.0]),
        f"reference has minutes below 0 or infinite in 2 pairs: ('a', 'h'), ('c', 'h'){UNSOUND}",
    ),
    "negative_in_an_array": (
        TRIPS,
        [1.0, 2.0, -3.0, 4.0, 5.0],
        f"reference has minutes below 0 or infinite in 1 pair: ('c', 'h'){UNSOUND}",
    ),
    "infinite_in_a_row": (
        TRIPS["minutes"],
        THEIRS.replace(4.0, math.inf),
        f"reference has minutes below 0 or infinite in 1 row: 13{UNSOUND}",
    ),
    "negative_times": (
        WIDE * -1.0,
        WIDE,
        (
            "times has minutes below 0 or infinite in 5 pairs: ('a', 'h'), ('b', 'h'), "
            f"('c', 'h'), ('d', 'h'), ('e', 'h'){UNSOUND}"
        ),
    ),
    "missing_pairs": (
        TRIPS,
        LONG.iloc[2:],
        f"reference lacks 2 pairs: ('a', 'h'), ('b', 'h'){LACKS}",
    ),
    "missing_origins": (
        pd.concat([WIDE, WIDE.iloc[:1].rename(index={"a": "f"})]),
        WIDE.rename(index=str.upper),
        f"reference lacks 6 origins: 'a', 'b', 'c', 'd', 'e', ...{LACKS}",
    ),
    "missing_destination": (
        TRIPS,
        WIDE.rename(columns={"h": "i"}),
        f"reference lacks 1 destination: 'h'{LACKS}",
    ),
    "missing_row": (TRIPS, THEIRS.iloc[1:], f"reference lacks 1 row: 10{LACKS}"),
    "another_shape": (
        TRIPS,
        THEIRS.to_numpy()[:, None],
        (
            "reference is an array of shape (5, 1) and times of shape (5,); "
            "an array is taken by position, a table by its ids"
        ),
    ),
    "rows_for_a_grid": (
        WIDE,
        THEIRS,
        (
            "reference is a Series with one id a row, and times has origins and destinations; "
            "give it an index of two levels, origin and destination"
        ),
    ),
    "pairs_for_rows": (TRIPS["minutes"], LONG, NO_PAIRS),
    "a_grid_for_rows": (TRIPS["minutes"], WIDE, NO_PAIRS),
    "text": (TRIPS, THEIRS.astype(str).astype(object), f"reference holds object {NO_NUMBERS}"),
    "a_table_of_text": (
        TRIPS,
        WIDE.astype(str).astype(object),
        (
            "reference holds text instead of numbers of minutes in 1 column: 'h' "
            f"({str(WIDE['h'].iloc[0])!r}); convert it with pd.to_numeric, a decimal comma with "
            '.str.replace(",", ".") before'
        ),
    ),
    "a_table_of_decimal_commas": (
        TRIPS,
        WIDE.astype(str).apply(lambda column: column.str.replace(".", ",")).astype(object),
        (
            "reference holds text instead of numbers of minutes in 1 column: 'h' "
            f"({str(WIDE['h'].iloc[0]).replace('.', ',')!r}); convert it with pd.to_numeric, a "
            'decimal comma with .str.replace(",", ".") before'
        ),
    ),
    "true_and_false": (TRIPS, THEIRS > 1, f"reference holds bool {NO_NUMBERS}"),
    "time_spans": (
        TRIPS,
        pd.to_timedelta(THEIRS, unit="min").astype("timedelta64[ns]"),
        f"reference holds timedelta64[ns] {NO_NUMBERS}",
    ),
    "nothing": (None, THEIRS, f"times holds object {NO_NUMBERS}"),
    "no_minutes": (
        TRIPS,
        LONG.rename(columns={"minutes": "duree"}),
        "reference has no column 'minutes' of its own; it has 'origin', 'destination', 'duree'",
    ),
    "neither_long_nor_wide": (
        TRIPS,
        LONG.rename(columns={"origin": "from"}),
        (
            "reference is neither long, with the columns origin, destination and minutes, nor "
            "wide, minutes with origins in rows and destinations in columns; it has "
            "3 columns: 'from', 'destination', 'minutes'"
        ),
    ),
    "an_id_that_is_none": (
        TRIPS,
        LONG.assign(origin=["a", None, "c", "d", "e"]),
        "reference has no origin id in 1 row: 1 (counted from 0)",
    ),
    "repeated_origin": (
        TRIPS,
        pd.concat([WIDE, WIDE.iloc[:1]]),
        "reference repeats 1 origin: 'a'",
    ),
    "three_levels": (
        TRIPS,
        TRIPS.set_index(["origin", "destination", "status"])["minutes"],
        (
            "reference has an index of 3 levels; it has one id a row, "
            "or the levels origin and destination"
        ),
    ),
    "no_lengths": (
        TRIPS.assign(kilometres=[1.0, 2.0, np.nan, 4.0, -5.0]),
        THEIRS,
        "times has kilometres that are no length in 2 rows: 12, 14",
    ),
    "one_dimension": (
        [1.0, 2.0],
        [1.0, 2.0],
        (
            "times is a TravelTimes, a table of trips, a Series, or an array of origins x "
            "destinations, got an array of shape (2,)"
        ),
    ),
    "ragged": (
        [[1.0], [2.0, 3.0]],
        [[1.0]],
        "times is no array of minutes: its rows differ in length",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compared_is_refused(name: str) -> None:
    times, reference, message = REFUSED[name]
    with pytest.raises(ds.InputError) as caught:
        ds.compare_times(times, reference)
    assert str(caught.value) == message
    is_about_ids = any(word in message for word in ("lacks", "repeats", "no origin id"))
    assert isinstance(caught.value, ds.IdError) == is_about_ids


def test_another_direction_is_another_question(network: ds.RoadNetwork) -> None:
    there = ds.travel_times(network, [TOWN], [WULKENZIN, OCEAN])
    back = ds.travel_times(network, [TOWN], [WULKENZIN, OCEAN], direction="to")
    with pytest.raises(ds.InputError, match=r"^times has direction 'from' and reference 'to'$"):
        ds.compare_times(there, back)


@pytest.mark.parametrize("worst", [0, -1, 2.5, True, "ten"])
def test_the_number_of_worst_pairs_is_a_count(worst: Any) -> None:
    with pytest.raises(ds.InputError, match=r"^worst is a whole number, 1 or more"):
        ds.compare_times(TRIPS, THEIRS, worst=worst)


# --- laws ------------------------------------------------------------------------------------

LAW = settings(max_examples=25, deadline=None, derandomize=True)
MINUTES = st.floats(0.5, 300)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """A wide table of two to five origins and one to four destinations, some without a time."""
    n, m = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    cells = draw(st.lists(MINUTES | st.just(math.nan), min_size=n * m, max_size=n * m))
    return pd.DataFrame(
        np.array(cells).reshape(n, m),
        index=[f"o{i}" for i in range(n)],
        columns=[f"d{i}" for i in range(m)],
    )


@LAW
@given(table=tables())
def test_minutes_agree_with_themselves(table: pd.DataFrame) -> None:
    same = ds.compare_times(table, table)
    assert same.pairs == table.notna().sum().sum()
    assert same.only_times == same.only_reference == 0
    assert math.isnan(same.r) or same.r == pytest.approx(1.0)
    if same.pairs:
        assert same.median_ratio == same.p10 == same.p90 == same.speed_factor == 1.0
        assert same.mean_absolute_minutes == 0.0


@LAW
@given(table=tables(), other=tables(), share=st.floats(0.2, 5))
def test_scaling_the_reference_scales_the_ratios(
    table: pd.DataFrame, other: pd.DataFrame, share: float
) -> None:
    reference = other.reindex_like(table)
    plain = ds.compare_times(table, reference)
    scaled = ds.compare_times(table, reference * share)
    for name in ("median_ratio", "p10", "p90", "speed_factor"):
        assert getattr(scaled, name) * share == pytest.approx(getattr(plain, name), nan_ok=True)
    assert scaled.r == pytest.approx(plain.r, nan_ok=True, abs=1e-6)
    assert figures(scaled)[:5] == figures(plain)[:5]


def _series(wide: pd.DataFrame) -> pd.Series:
    """A row a pair, those without a time too."""
    pairs = pd.MultiIndex.from_product([wide.index, wide.columns])
    return pd.Series(wide.to_numpy().ravel(), index=pairs)


@LAW
@given(table=tables(), other=tables(), dice=st.randoms())
def test_the_order_of_the_ids_changes_nothing(
    table: pd.DataFrame, other: pd.DataFrame, dice: Any
) -> None:
    reference = other.reindex_like(table)
    rows, columns = list(table.index), list(table.columns)
    dice.shuffle(rows)
    dice.shuffle(columns)
    plain = ds.compare_times(table, reference)
    for ours, theirs in [
        (table, reference.loc[rows, columns]),
        (table.loc[rows, columns], reference),
        (table, _series(reference.loc[rows, columns])),
    ]:
        moved = ds.compare_times(ours, theirs)
        assert figures(moved) == pytest.approx(figures(plain), nan_ok=True)
        pd.testing.assert_frame_equal(moved.by_distance, plain.by_distance)


@LAW
@given(table=tables(), other=tables())
def test_exchanging_the_two_inverts_the_ratio_and_keeps_the_distance(
    table: pd.DataFrame, other: pd.DataFrame
) -> None:
    reference = other.reindex_like(table)
    one, two = ds.compare_times(table, reference), ds.compare_times(reference, table)
    assert one.only_times == two.only_reference
    assert one.mean_absolute_minutes == pytest.approx(two.mean_absolute_minutes, nan_ok=True)
    if one.pairs % 2:
        assert one.median_ratio == pytest.approx(1 / two.median_ratio)
