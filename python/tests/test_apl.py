"""Floating catchments and the APL: by hand, against NumPy, and beside the figures of DREES."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from test_indicators import holed

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

UNTYPED: Any = ds
NAN = math.nan
MINUTES = np.array([[0.0, 12.0, 18.0], [12.0, 0.0, 9.0], [18.0, 9.0, 0.0]])
PEOPLE = [1000.0, 500.0, 300.0]
ACTS = [5000.0, 2500.0, 0.0]


def brute_force(
    minutes: npt.NDArray[np.float32],
    demand: npt.NDArray[np.float64],
    supply: npt.NDArray[np.float64],
    *,
    three_steps: bool,
) -> npt.NDArray[np.float64]:
    """The textbook formula, on whole matrices; NaN for a row without a time."""
    w = np.select([minutes < 10, minutes < 15, minutes < 20], [1, 2 / 3, 1 / 3], 0.0)
    if three_steps:
        sums = w[:, supply > 0].sum(axis=1, keepdims=True)
        w = w * np.divide(w, sums, out=np.zeros_like(w), where=sums > 0)
    weighted = demand @ w
    ratios = np.divide(supply, weighted, out=np.zeros_like(supply), where=weighted > 0)
    access: npt.NDArray[np.float64] = w @ ratios
    return np.where(np.isnan(minutes).all(axis=1), NAN, access)


def test_the_apl_is_that_worked_out_by_hand() -> None:
    apl = ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS)
    assert apl.tolist() == pytest.approx([4.624736, 4.030127, 2.867336], abs=1e-6)
    assert apl @ PEOPLE == pytest.approx(7500, rel=1e-12)
    alone = ds.apl(MINUTES, standardised_population=PEOPLE, supply=[5000, 0, 0])
    assert alone.tolist() == pytest.approx([3.488372, 2.325581, 1.162791], abs=1e-6)


@pytest.mark.parametrize("variant", ["two_step", "three_step"])
def test_catchments_agree_with_whole_matrices(variant: Any) -> None:
    minutes, chance = holed(), np.random.default_rng(2)
    demand, supply = chance.random(211) * 900, chance.random(37) * 6000
    supply[3] = 0
    access = ds.floating_catchment(
        minutes, demand=demand, supply=supply, decay=ds.decay.DREES_GP, variant=variant
    )
    expected = brute_force(minutes, demand, supply, three_steps=variant == "three_step")
    np.testing.assert_allclose(access, expected, rtol=1e-12)
    assert access.fillna(0) @ demand == pytest.approx(supply.sum(), rel=1e-9)


@pytest.mark.parametrize("variant", ["two_step", "three_step"])
def test_a_site_retired_by_its_supply_is_a_site_left_out(variant: Any) -> None:
    minutes, chance = holed(), np.random.default_rng(8)
    demand, supply = chance.random(211) * 900, chance.random(37) * 6000
    asked: Any = {"demand": demand, "decay": ds.decay.DREES_GP, "variant": variant}
    supply[[4, 20]] = 0
    retired = ds.floating_catchment(minutes, supply=supply, **asked)
    left = np.delete(minutes, [4, 20], axis=1)
    gone = ds.floating_catchment(left, supply=np.delete(supply, [4, 20]), **asked)
    np.testing.assert_allclose(retired, gone, rtol=1e-12)


def test_accessibility_agrees_with_whole_matrices() -> None:
    minutes, supply = holed(), np.random.default_rng(3).random(37)
    access = ds.accessibility(minutes, supply=supply, decay=ds.decay.gaussian(8))
    w = np.nan_to_num(np.exp(-(minutes.astype("float64") ** 2) / 128))
    expected = np.where(np.isnan(minutes).all(axis=1), NAN, w @ supply)
    np.testing.assert_allclose(access, expected, rtol=1e-12)
    assert access.attrs["off_network"] == 1


def test_times_that_differ_there_and_back_count_from_origin_to_destination() -> None:
    access = ds.floating_catchment(
        [[5, 30], [12, 5]], demand=[1, 1], supply=[1, 1], decay=ds.decay.DREES_GP
    )
    assert access.tolist() == pytest.approx([0.6, 0.4 + 1.0])


def test_care_that_nobody_reaches_is_reported_and_nobody_gets_it() -> None:
    supply = pd.Series({0: 10.0, 1: 70.0, 2: 0.0, 9: 5.0})
    access = ds.floating_catchment(
        [[5, 40, NAN]], demand=[2], supply=supply, decay=ds.decay.DREES_GP
    )
    assert access.tolist() == [5.0]
    assert access.attrs["unreached"] == {"destinations": 1, "ids": [1], "supply": 70.0}
    assert access.attrs["extra_ids"] == {"demand": 0, "supply": 1}


def test_a_row_without_a_time_has_no_figure_and_asks_for_none() -> None:
    with_hole = ds.apl([[5.0], [NAN], [50.0]], standardised_population=[10, 90, 3], supply=[50])
    assert with_hole.tolist() == pytest.approx([5.0, NAN, 0.0], nan_ok=True)
    assert with_hole.attrs["off_network"] == 1
    assert with_hole.attrs["people_off_network"] == 90
    under = ds.people_under(with_hole, population=[10, 90, 3], thresholds=2.4).loc[0]
    assert under[["under", "no_figure", "places"]].tolist() == [3, 90, 1]
    at_home = ds.apl(
        [[5.0, NAN], [NAN, NAN]],
        standardised_population=[10, 90],
        supply=[50, 9],
        within_commune_minutes=0,
    )
    assert at_home[1] == pytest.approx(0.1), "its own practice needs no street"


def test_a_place_off_the_network_has_no_figure_and_one_far_from_all_has_none_of_it(
    network: ds.RoadNetwork,
) -> None:
    places = [(13.1708, 53.5270), (13.2610, 53.5570), (0.0, 0.0)]
    times = ds.travel_times(network, places, [(13.2610, 53.5570)], progress=False)
    assert times.minutes[0, 0] > 5
    asked: Any = {"supply": [50.0], "decay": ds.decay.binary(5)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ds.EdgeWarning)
        access = ds.floating_catchment(times, demand=[4, 5, 6], **asked)
    for figures in (access, ds.accessibility(times, **asked)):
        assert figures[0] == 0
        assert figures[1] > 0
        assert math.isnan(figures[2])
        assert figures.attrs["off_network"] == 1
    assert access.attrs["people_off_network"] == 6


def test_a_study_shares_with_its_neighbours() -> None:
    apl = ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS, study=[2, 0])
    assert apl.index.tolist() == [2, 0]
    assert apl.tolist() == pytest.approx([2.867336, 4.624736], abs=1e-6)


def test_a_study_that_ends_where_the_times_end_is_warned_of() -> None:
    with pytest.warns(ds.EdgeWarning, match="100% of the care .* no origin outside the study"):
        ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS, study=[0, 1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        apl = ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS, study=[0])
        assert apl.attrs["edge"]["care_unshared"] == 0
        whole = ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS)
    assert all(math.isnan(share) for share in whole.attrs["edge"].values()), "nobody can tell"
    # One neighbour at one site is no sign that all neighbours are there.
    minutes = np.full((21, 20), NAN)
    minutes[:20], minutes[20, 0] = 5.0, 5.0
    with pytest.warns(ds.EdgeWarning, match="95% of the care") as caught:
        ds.apl(minutes, standardised_population=[1] * 21, supply=[1] * 20, study=range(20))
    assert caught[0].filename == __file__, "the line that asked is to blame"


def test_full_time_equivalents_come_per_hundred_thousand() -> None:
    apl = ds.apl(MINUTES, standardised_population=PEOPLE, supply=[1, 1, 0], per=100_000)
    plain = ds.apl(MINUTES, standardised_population=PEOPLE, supply=[1, 1, 0])
    np.testing.assert_allclose(apl, 1e5 * plain)
    with pytest.raises(ds.InputError, match="per is a number above 0"):
        ds.apl(MINUTES, standardised_population=PEOPLE, supply=ACTS, per=0)


def test_minutes_within_a_commune_are_replaced_only_where_asked() -> None:
    minutes = MINUTES + 11 * np.eye(3)
    real = ds.apl(minutes, standardised_population=PEOPLE, supply=ACTS)
    drees = ds.apl(minutes, standardised_population=PEOPLE, supply=ACTS, within_commune_minutes=0)
    assert drees.tolist() == pytest.approx([4.624736, 4.030127, 2.867336], abs=1e-6)
    assert real.attrs["within_commune_minutes"] is None
    assert abs(real - drees).max() > 0.1
    with pytest.raises(ds.InputError, match="within_commune_minutes is a number, 0 or more"):
        ds.apl(minutes, standardised_population=PEOPLE, supply=ACTS, within_commune_minutes=-1)


def test_misspelt_and_mismatched_arguments_are_refused() -> None:
    with pytest.raises(ds.InputError, match='variant is one of "two_step", "three_step"'):
        UNTYPED.floating_catchment(
            MINUTES, demand=PEOPLE, supply=ACTS, decay=ds.decay.DREES_GP, variant="2SFCA"
        )
    with pytest.raises(ds.InputError, match="standardised_population has 2 values for 3 origins"):
        ds.apl(MINUTES, standardised_population=[1, 2], supply=ACTS)
    with pytest.raises(ds.IdError, match="supply lacks 1 destination: 2"):
        ds.apl(MINUTES, standardised_population=PEOPLE, supply=pd.Series([1.0, 2.0]))
    with pytest.raises(ds.InputError, match="too few to share it among"):
        ds.floating_catchment([[14.7]], demand=[1], supply=[9000], decay=ds.decay.exponential(0.02))


def test_acts_count_as_the_rules_say() -> None:
    acts = pd.Series({"a": 0.0, "b": 250, "c": 251, "d": 3601, "e": 6001})
    counted = ds.activity(acts)
    assert counted.to_dict() == {"a": 0, "b": 0, "c": 3600, "d": 3601, "e": 6000}
    assert counted.attrs["rules_year"] == 2023
    assert counted.attrs["rules_source"].startswith("DREES")
    full_time = ds.activity(acts, rules={"max_acts": 5400}, acts_per_gp=5400)
    assert full_time.tolist() == pytest.approx([0, 250 / 5400, 251 / 5400, 3601 / 5400, 1])
    assert "rules_source" not in full_time.attrs
    people = ds.standardise(pd.DataFrame({"0+": [1000.0]}))
    apl = ds.apl([[5.0] * 5], standardised_population=people, supply=counted.to_numpy())
    assert apl.attrs["weights_year"] == 2024
    assert apl.attrs["weights_source"] == ds.weights.DREES_GP_2024.source
    with pytest.raises(ds.InputError, match="rules is a number for some of none_up_to, min_acts"):
        ds.activity(acts, rules={"cap": 3})
    with pytest.raises(ds.InputError, match="rules are numbers, 0 or more, none above max_acts"):
        ds.activity(acts, rules={"min_acts": 7, "max_acts": 3})
    with pytest.raises(ds.InputError, match="acts_per_gp is a number above 0, or None, got 0"):
        ds.activity(acts, acts_per_gp=0)
    with pytest.raises(ds.InputError, match=r"acts is missing, negative .* 1 practitioner: 'b'"):
        ds.activity(acts.where(acts != 250))
    with pytest.raises(ds.IdError, match="acts repeats 1 practitioner: 'a'"):
        ds.activity(pd.concat([acts, acts[:1]]))


def test_wide_bands_weigh_the_mean_of_their_years() -> None:
    filosofi = ["0-3", "4-5", "6-10", "11-17", "18-24", "25-39", "40-54", "55-64", "65-79", "80+"]
    people = pd.DataFrame(np.ones((1, 11)), columns=[*filosofi, "unknown_age"])
    weights = ds.standardise(people).attrs["weights"]
    known = [1.120, 0.865, 0.604, 0.589, 0.729, 0.823, 0.943, 1.135, 1.397, 1.853, 1]
    assert list(weights.values()) == pytest.approx(known, abs=6e-4)


def test_nobody_is_counted_in_two_bands() -> None:
    people = pd.DataFrame(
        {"0-64": [100.0], "65+": [30.0], "0-29": [40.0], "30-64": [60.0], "population": [130.0]}
    )
    standardised = ds.standardise(people)
    assert list(standardised.attrs["weights"]) == ["0-29", "30-64", "65+"]
    flat = ds.standardise(people, weights={"0-19": 1.0, "20+": 1.0})
    assert flat.tolist() == pytest.approx([130.0])


def test_ages_that_are_not_covered_are_refused() -> None:
    with pytest.raises(ds.InputError, match=r"no age bands that cover all ages.*'0-64', '75\+'"):
        ds.standardise(pd.DataFrame({"0-64": [1.0], "75+": [1.0]}))
    with pytest.raises(ds.InputError, match="weights do not cover all ages: '65-69'"):
        ds.standardise(pd.DataFrame({"0+": [1.0]}), weights={"65-69": 1.2})
    with pytest.raises(ds.InputError, match=r"weights is negative or no number in 1 band: '0\+'"):
        ds.standardise(pd.DataFrame({"0+": [1.0]}), weights={"0+": NAN})
    for weights in ({0: 1.0}, [1.0, 2.0]):
        with pytest.raises(ds.InputError, match="weights is a weight by age band"):
            UNTYPED.standardise(pd.DataFrame({"0+": [1.0]}), weights=weights)
    twice = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["0-14", "0-14", "15+"])
    with pytest.raises(ds.InputError, match="population_by_age repeats 1 column: '0-14'"):
        ds.standardise(twice)
    with pytest.raises(ds.InputError, match=r"population_by_age is missing, .* 1 place: 0"):
        ds.standardise(pd.DataFrame({"0-14": ["x"], "15+": ["3"]}))
    with pytest.raises(ds.InputError, match=r"population_by_age is missing, .* 1 place: 'x'"):
        ds.standardise(pd.DataFrame({"0+": [1.0, NAN]}, index=["y", "x"]))


def test_territories_are_means_by_weight_and_say_what_is_left_out() -> None:
    values = pd.Series({"a": 2.0, "b": 4.0, "c": NAN, "d": NAN}, name="apl")
    by = pd.Series({"d": "two", "c": "one", "b": "one", "a": "one"})
    means = ds.aggregate(values, by=by, weights=pd.Series({"a": 3, "b": 1, "c": 7, "d": 1}))
    assert means.index.tolist() == ["one", "two"]
    assert means["one"] == 2.5
    assert math.isnan(means["two"])
    assert means.attrs["left_out"] == {"one": 7.0, "two": 1.0}
    with pytest.raises(ds.IdError, match="by has no territory for 1 commune: 'd'"):
        ds.aggregate(values, by=by.drop("d"), weights=[1, 1, 1, 1])
    values.attrs = {"per": 1}
    known = ds.aggregate(values, by=pd.concat([by, pd.Series({"e": "two"})]), weights=[1] * 4)
    assert known.attrs["per"] == 1
    assert known.attrs["extra_ids"] == {"by": 1, "weights": 0}
    for wrong in (math.inf, "x"):
        odd = values.astype(object)
        odd["b"] = wrong
        with pytest.raises(ds.InputError, match="values is no finite number for 'b'"):
            ds.aggregate(odd, by=by, weights=[1] * 4)
    with pytest.raises(ds.InputError, match=r"weights is one number each, got shape \(4, 2\)"):
        ds.aggregate(values, by=by, weights=np.ones((4, 2)))
    with pytest.raises(ds.IdError, match=r"weights lacks 1 commune: 'd'$"):
        ds.aggregate(values, by=by, weights=pd.Series({"a": 1, "b": 1, "c": 1}))


@pytest.fixture(scope="module")
def drees(shared_data: Path) -> pd.DataFrame:
    pytest.importorskip("openpyxl")
    path = shared_data / "fr/apl/apl_generalistes_2022_2023_DREES.xlsx"
    if not path.is_file():
        pytest.skip(f"no workbook of DREES: {path} is absent")
    return ds.read_apl(path, year=2022)


def test_the_steps_of_the_workbook_are_those_of_the_package(drees: pd.DataFrame) -> None:
    decay = ds.decay.steps(drees.attrs["parameters"]["decay"])
    times = np.arange(0, 30, 0.25)
    np.testing.assert_allclose(decay(times), ds.decay.DREES_GP(times), atol=0.01)
    weights = drees.attrs["parameters"]["age_weights"]
    of_package = [ds.weights.DREES_GP_2024[band] for band in weights]
    assert list(weights) == list(ds.weights.DREES_GP_2024)
    assert list(weights.values()) == pytest.approx(of_package, abs=0.25), "of other years"


def test_the_rules_of_activity_are_those_of_the_workbook(drees: pd.DataFrame) -> None:
    rows = dict(drees.attrs["parameters"]["activity"][1:])
    rules = ds.weights.DREES_GP_ACTS_2023
    assert rows["Moins de 250"] == 0
    assert rules["none_up_to"] == 250
    assert rows["Entre 251 et 3 600"] == rules["min_acts"]
    assert rows["Plus de 6 000"] == rules["max_acts"]


def test_official_figures_add_up_to_those_of_the_departement(drees: pd.DataFrame) -> None:
    south = drees[drees["insee_code"].str[:2].isin(["07", "26"])]
    departement, people = south["insee_code"].str[:2], south["standardised_population"]
    all_ages = ds.aggregate(south["apl_all_ages"], by=departement, weights=people)
    up_to_65 = ds.aggregate(south["apl_up_to_65"], by=departement, weights=people)
    assert all_ages["07"] == pytest.approx(3.09, abs=0.005)
    assert up_to_65["07"] == pytest.approx(2.65, abs=0.005)
    assert np.average(south["apl_all_ages"], weights=people) == pytest.approx(3.38, abs=0.005)


def test_crow_fly_minutes_and_real_doctors_follow_the_official_apl(
    drees: pd.DataFrame, shared_data: Path
) -> None:
    """Checks the machinery, not the roads: readers, ids, shares and means on real tables.

    Minutes are distances at 50 km/h by a way 1.3 times as long as the crow flies, conventions
    that are not fitted to anything; doctors are of 2019, the figures of 2022, and every doctor
    sees as many people. What must hold: all that is handed out is there, and where DREES finds
    much we find much, in every département: n communes with their ids mixed up would correlate
    beyond 3/sqrt(n) once in a thousand times. It says nothing of how good the minutes are.
    """
    communes = ds.read_communes(shared_data / "fr/communes/communes_2024.csv")
    path = shared_data / "fr/gp/gp_liberaux_2019.csv"
    table = pd.read_csv(path, sep=";", skiprows=2, dtype={"Code": str}, index_col="Code")
    doctors = pd.to_numeric(table.iloc[:, -1], errors="coerce").dropna()
    both = communes.index.intersection(drees.index).intersection(doctors.index)
    print(  # noqa: T201  # the count belongs to the result
        f"{len(both)} communes are in all three tables: {len(communes)} with a position, "
        f"{len(drees)} with an APL, {len(doctors)} with a count of doctors"
    )
    assert len(both) > 0.95 * len(doctors), "codes that changed, not codes that were misread"
    people = drees.loc[both, "standardised_population"]
    practices = doctors[both][doctors[both] > 0]
    plane = communes.to_crs("EPSG:2154").geometry
    at, to = (np.array([side.x, side.y]) for side in (plane[both], plane[practices.index]))
    metres = np.hypot(*(at[:, :, None] - to[:, None, :]))
    apl = ds.apl(
        1.3 * metres / 1000 / 50 * 60,
        standardised_population=people.to_numpy(),
        supply=5000 * practices.to_numpy(),
    )
    ours = pd.Series(apl.to_numpy(), index=both)
    unreached = apl.attrs["unreached"]["supply"]
    assert ours @ people == pytest.approx(5000 * practices.sum() - unreached, rel=1e-9)
    departement = pd.Series(both.str[:2], index=both)
    means = ds.aggregate(ours, by=departement, weights=people)
    of_all = np.average(means, weights=people.groupby(departement).sum()[means.index])
    assert of_all == pytest.approx(np.average(ours, weights=people), rel=1e-12)
    official = drees.loc[both, "apl_all_ages"]
    correlations = {
        name: np.corrcoef(ours[here], official[here])[0, 1]
        for name, here in departement.groupby(departement).groups.items()
    }
    found = ", ".join(f"{name} {r:.2f}" for name, r in correlations.items())
    print("correlation with the official APL:", found)  # noqa: T201
    floors = 3 / np.sqrt(departement.value_counts())
    assert [name for name, r in correlations.items() if r < floors[name]] == []
    mixed_up = np.corrcoef(ours, official.sample(frac=1, random_state=1))[0, 1]
    assert abs(mixed_up) < 0.1
