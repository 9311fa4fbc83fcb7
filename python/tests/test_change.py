"""Before and after, the site that is missed most, the neighbours' site: against counts in NumPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_indicators import holed

import desserte as ds

UNTYPED: Any = ds
NAN = math.nan
NARROW, FIRM = "\u202f", "\u00a0"


def test_gains_and_losses_are_those_counted_by_hand() -> None:
    chance = np.random.default_rng(3)
    before, after = (
        pd.Series(np.where(chance.random(300) < 0.2, NAN, chance.integers(1, 40, 300)))
        for _ in range(2)
    )
    bands = pd.DataFrame({"all": chance.random(300), "65+": chance.random(300)})
    change = ds.compare(before, after, demand=bands, better="lower", thresholds=[10, 20])
    far = before.fillna(np.inf), after.fillna(np.inf)
    for row in change.summary.to_dict("records"):
        people = bands[row["population"]]
        assert row["gaining"] == pytest.approx(people[far[1] < far[0]].sum())
        assert row["losing"] == pytest.approx(people[far[1] > far[0]].sum())
        assert row["no_figure"] == pytest.approx(people[np.isinf(far[0]) & np.isinf(far[1])].sum())
        parts = row["gaining"] + row["losing"] + row["same"] + row["no_figure"]
        assert parts == pytest.approx(row["total"])
        both = before.notna() & after.notna()
        weights = people[both]
        assert row["mean_before"] == pytest.approx(np.average(before[both], weights=weights))
        assert row["mean_after"] == pytest.approx(np.average(after[both], weights=weights))
        worse = both & (after > before)
        loss = np.average((after - before)[worse], weights=people[worse])
        assert row["loss"] == pytest.approx(loss)
    for row in change.crossings.to_dict("records"):
        people, limit = bands[row["population"]], row["threshold"]
        assert row["before"] == pytest.approx(people[before <= limit].sum())
        assert row["losing"] == pytest.approx(people[(before <= limit) & ~(after <= limit)].sum())
        assert row["after"] - row["before"] == pytest.approx(row["gaining"] - row["losing"])
        assert row["places_gaining"] == (~(before <= limit) & (after <= limit)).sum()


def test_turning_before_and_after_turns_gains_and_losses() -> None:
    chance = np.random.default_rng(4)
    one, other = (pd.Series(chance.random(50), name="apl") for _ in range(2))
    people = chance.random(50)
    forth = ds.compare(one, other, demand=people, better="higher", thresholds=0.5).summary.loc[0]
    back = ds.compare(other, one, demand=people, better="higher", thresholds=0.5).summary.loc[0]
    assert forth["gaining"] == back["losing"]
    assert forth["gain"] == pytest.approx(-back["loss"])
    still = ds.compare(one, one, demand=people, better="higher")
    assert still.summary.loc[0, "same"] == pytest.approx(people.sum())
    assert still.sentence() == "Rien ne change."
    assert still.sentence("en") == "Nothing changes."


def test_the_threshold_is_on_the_good_side() -> None:
    minutes = ds.compare(
        pd.Series([20.0]), pd.Series([20.5]), demand=[1], better="lower", thresholds=20
    )
    assert minutes.table["crosses_20"].tolist() == ["loses"]
    apl = ds.compare(
        pd.Series([2.4]), pd.Series([2.5]), demand=[1], better="higher", thresholds=2.5
    )
    assert apl.table["crosses_2.5"].tolist() == ["gains"]


def test_a_difference_that_is_only_rounding_is_none() -> None:
    change = ds.compare(
        pd.Series([2.5, 0.0]),
        pd.Series([2.5 - 1e-15, 1e-3]),
        demand=[1, 1],
        better="higher",
        thresholds=2.5,
    )
    assert change.table["outcome"].tolist() == ["same", "gains"]
    assert change.table["crosses_2.5"].tolist() == ["same", "same"]


def test_a_figure_that_is_unknown_is_no_loss() -> None:
    change = ds.compare(
        pd.Series([2.4, NAN]), pd.Series([NAN, 3.0]), demand=[5, 6], better="higher", thresholds=1
    )
    assert change.table["outcome"].tolist() == ["no_figure"] * 2
    assert change.table["crosses_1"].tolist() == ["no_figure"] * 2
    assert change.summary.loc[0, "no_figure"] == 11


def test_places_go_by_id_and_the_study_is_what_counts() -> None:
    before = pd.Series({"07001": 5.0, "07002": 9.0}, name="minutes")
    after = pd.Series({"26001": 1.0, "07002": 9.0, "07001": 7.0}, name="minutes")
    people = pd.Series({"07002": 10, "07001": 30, "x": 4}, name="population")
    change = ds.compare(before, after, demand=people, better="lower", study=["07001"])
    assert change.summary.loc[0, ["total", "losing"]].tolist() == [30, 30]
    assert change.attrs["extra_ids"] == {"after": 1, "demand": 1}
    assert repr(change) == 'Comparison(1 places, 0 gain, 1 lose, better="lower")'
    assert ">lower</td>" in change._repr_html_()
    with pytest.raises(ds.IdError, match="after lacks 1 place: '07001' of before"):
        ds.compare(before, after.drop("07001"), demand=people, better="lower")
    with pytest.raises(ds.IdError, match="demand lacks 1 place: '07002'"):
        ds.compare(before, after, demand=people.drop("07002"), better="lower")
    with pytest.raises(ds.InputError, match="before is 'minutes' and after 'apl'"):
        ds.compare(before, after.rename("apl"), demand=people, better="lower")
    with pytest.raises(ds.InputError, match='better is one of "lower", "higher"'):
        UNTYPED.compare(before, after, demand=people, better="less")
    with pytest.raises(ds.InputError, match="thresholds is a number, or several that differ"):
        ds.compare(before, after, demand=people, better="lower", thresholds=[20, 20])
    with pytest.raises(ds.InputError, match="demand has 1 column: 'change' of the result"):
        ds.compare(before, after, demand=people.rename("change"), better="lower")


def test_the_last_doctor_of_a_valley_leaves_in_words() -> None:
    ids = ["07200", "07201", "07202", "07203"]
    minutes = pd.DataFrame({"valley": [4, 9, 15, 30], "town": [26, 31, 37, 8]}, index=ids)
    people = pd.DataFrame({"population": [1200, 310.4, 90, 5000], "65+": [400, 120, 50, 900]}, ids)
    before, after = (
        pd.Series(ds.time_to_nearest(table.to_numpy()).to_numpy(), index=ids, name="minutes")
        for table in (minutes, minutes[["town"]])
    )
    change = ds.compare(before, after, demand=people, better="lower", thresholds=20)
    assert change.sentence() == (
        f"1{NARROW}600{NARROW}habitants (3{NARROW}communes) mettent plus longtemps{FIRM}: "
        f"27,6{NARROW}minutes au lieu de 5,6 en moyenne. "
        f"1{NARROW}600{NARROW}habitants passent au-delà de 20{NARROW}minutes."
    )
    assert change.sentence("en", population="65+") == (
        "570 people aged 65 and over in 3 communes travel longer: 28 minutes instead of 6 on "
        "average. 570 people aged 65 and over end up beyond 20 minutes."
    )
    gone = ds.compare(before, after.where(after < 30), demand=people, better="lower")
    assert spaced(gone.sentence()) == (
        "1 600 habitants (3 communes) mettent plus longtemps, dont 400 qui n’ont plus aucun "
        "trajet ; pour les 1 200 autres : 26 minutes au lieu de 4."
    )
    choices = ds.compare(
        pd.Series([1.0, 2.0], name="choices"),
        pd.Series([0.0, 1.0], name="choices"),
        demand=[1, 80],
        better="higher",
        thresholds=1,
    )
    assert spaced(choices.sentence()).endswith(" 1 habitant n’a plus aucun choix.")
    assert choices.sentence("en").endswith("1 person no longer has any choice.")
    with pytest.raises(ds.InputError, match='language is one of "fr", "en"'):
        UNTYPED.compare(before, after, demand=people, better="lower").sentence("de")
    with pytest.raises(ds.InputError, match="population is one of 'population', '65\\+', got '75"):
        change.sentence(population="75+")


def spaced(text: str) -> str:
    """With plain spaces, for reading."""
    return text.replace(NARROW, " ").replace(FIRM, " ")


def said(before: list[float], after: list[float], people: Any, **asked: Any) -> tuple[str, str]:
    """The change of some communes in French and in English, with plain spaces."""
    ids = [f"07{number:03}" for number in range(1, len(before) + 1)]
    name, attrs = asked.pop("name", "minutes"), asked.pop("attrs", {})
    sides = [pd.Series(values, index=ids, name=name) for values in (before, after)]
    for side in sides:
        side.attrs = dict(attrs)
    group = pd.Series(people, index=ids, name=asked.pop("group", None))
    better = "lower" if name == "minutes" else "higher"
    change = ds.compare(*sides, demand=group, better=asked.pop("better", better), **asked)
    return spaced(change.sentence()), change.sentence("en")


def test_who_has_no_trip_is_told_from_who_is_beyond_the_cutoff() -> None:
    cut: Any = {"attrs": {"max_minutes": 20.0}}
    one, other = ([5.0, 6.0], [NAN, 8.0]), ([10, 20],)
    assert said(*one, *other) == (
        (
            "30 habitants (2 communes) mettent plus longtemps, dont 10 qui n’ont plus aucun "
            "trajet ; pour les 20 autres : 8 minutes au lieu de 6."
        ),
        (
            "30 people in 2 communes travel longer, 10 of whom have no trip any more; "
            "of the other 20: 8 minutes instead of 6."
        ),
    )
    assert said(*one, *other, **cut) == (
        (
            "30 habitants (2 communes) mettent plus longtemps, dont 10 désormais à plus de 20 "
            "minutes ; pour les 20 autres : 8 minutes au lieu de 6."
        ),
        (
            "30 people in 2 communes travel longer, 10 of whom are now beyond 20 minutes; "
            "of the other 20: 8 minutes instead of 6."
        ),
    )
    assert said(*one[::-1], *other)[0] == (
        "30 habitants (2 communes) mettent moins longtemps, dont 10 qui n’avaient aucun trajet ; "
        "pour les 20 autres : 6 minutes au lieu de 8."
    )
    assert said([5.0], [NAN], [10])[0] == "10 habitants (1 commune) n’ont plus aucun trajet."
    assert said([NAN], [5.0], [1])[0] == "1 habitant (1 commune) a désormais un trajet."
    assert said([5.0], [NAN], [10], **cut) == (
        "10 habitants (1 commune) sont désormais à plus de 20 minutes.",
        "10 people in 1 commune are now beyond 20 minutes.",
    )
    assert said([NAN], [5.0], [10], **cut)[0] == (
        "10 habitants (1 commune) ne sont plus à plus de 20 minutes."
    )


def test_sentences_agree_in_number_and_show_what_differs() -> None:
    assert said([0.4], [1.5], [100]) == (
        "100 habitants (1 commune) mettent plus longtemps : 1,5 minute au lieu de 0,4.",
        "100 people in 1 commune travel longer: 1.5 minutes instead of 0.4.",
    )
    assert said([0.4], [1.0], [100], thresholds=[0.5])[1] == (
        "100 people in 1 commune travel longer: 1 minute instead of 0.4. "
        "100 people end up beyond 0.5 minutes."
    )
    assert "7,44 minutes au lieu de 7,42." in said([7.42], [7.44], [9])[0]
    assert "2,499 au lieu de 2,501." in said([2.501], [2.499], [9], name="apl")[0]
    assert said([5.0], [9.0], [0.3], thresholds=[6]) == (
        (
            "Moins d’un habitant (1 commune) met plus longtemps : 9 minutes au lieu de 5. "
            "Moins d’un habitant passe au-delà de 6 minutes."
        ),
        (
            "Less than one person in 1 commune travels longer: 9 minutes instead of 5. "
            "Less than one person ends up beyond 6 minutes."
        ),
    )


def test_sentences_name_the_group_the_figure_and_what_is_unknown() -> None:
    older = said([5.0], [9.0], [30], group="65+")
    assert older[0].startswith("30 habitants de 65 ans et plus (1 commune) mettent ")
    assert older[1].startswith("30 people aged 65 and over in 1 commune travel ")
    assert said([5.0], [9.0], [0.3], group="80+")[0].startswith(
        "Moins d’un habitant de 80 ans et plus (1 commune) met "
    )
    assert said([5.0], [9.0], [30], group="women")[0].startswith("30 habitants (women) (1 commune)")
    assert said([5.0], [9.0], [30], group="population")[0].startswith("30 habitants (1 commune) ")
    up_to_65 = said([3.0], [2.0], [30], name="apl_up_to_65")
    assert up_to_65[0] == "30 habitants (1 commune) voient leur APL baisser : 2 au lieu de 3."
    within: Any = {"name": "choices", "attrs": {"minutes": 20.0}, "thresholds": [1, 2]}
    assert said([2, 3], [1, 2], [10, 1], **within) == (
        (
            "11 habitants (2 communes) ont moins de choix à 20 minutes au plus : "
            "1,09 au lieu de 2,09 en moyenne. 10 habitants n’ont plus le choix entre 2."
        ),
        (
            "11 people in 2 communes have fewer choices within 20 minutes: "
            "1.09 instead of 2.09 on average. 10 people no longer have a choice of 2."
        ),
    )
    assert said([NAN, 1], [3, 1], [500, 10], name="apl") == (
        "Rien ne change. 500 habitants sans chiffre.",
        "Nothing changes. 500 people without a figure.",
    )


def test_nobody_crosses_what_lies_beyond_the_cutoff() -> None:
    sides = [pd.Series([5.0, NAN], name="minutes") for _ in range(2)]
    for side, cutoff in zip(sides, (20.0, 20.0), strict=True):
        side.attrs["max_minutes"] = cutoff
    with pytest.raises(ds.InputError, match=r"1 limit: 30.0 beyond max_minutes=20 of the times"):
        ds.compare(*sides, demand=[1, 2], better="lower", thresholds=[20, 30])
    change = ds.compare(*sides, demand=[1, 2], better="lower", thresholds=20)
    assert change.attrs["max_minutes"] == 20
    assert spaced(change.sentence()) == (
        "Rien ne change. 2 habitants sont à plus de 20 minutes, avant comme après."
    )
    assert said([5.0, NAN], [5.0, NAN], [3, 1])[0] == (
        "Rien ne change. 1 habitant n’a aucun trajet, avant comme après."
    )
    sides[1].attrs["max_minutes"] = 30.0
    with pytest.raises(ds.InputError, match=r"different questions, by max_minutes 20.0 and 30.0;"):
        ds.compare(*sides, demand=[1, 2], better="lower", thresholds=20)


def test_figures_that_were_asked_otherwise_are_not_compared() -> None:
    minutes = [[15.0, 25.0]]
    apl: Any = {"standardised_population": [3], "supply": [1, 2]}
    steps, bound = ds.decay.DREES_GP, ds.decay.binary(30)
    pairs = {
        "minutes 30.0 and 20.0": [ds.choices(minutes, minutes=limit) for limit in (30, 20)],
        "k 1 and 2": [ds.time_to_nearest(minutes, k=k) for k in (1, 2)],
        "per 1 and 100000": [ds.apl(minutes, **apl, per=per) for per in (1, 100_000)],
        "decay 'steps": [ds.apl(minutes, **apl, decay=decay) for decay in (steps, bound)],
    }
    for differs, (before, after) in pairs.items():
        with pytest.raises(ds.InputError, match=f"different questions, by {differs}"):
            ds.compare(before, after, demand=[1], better="higher")


def test_a_limit_is_as_single_as_the_minutes_are() -> None:
    times = np.array([[20.1], [5.0]], dtype="float32")
    nearest = ds.time_to_nearest(times)
    change = ds.compare(nearest, nearest, demand=[100, 10], better="lower", thresholds=20.1)
    covered = ds.coverage(times, demand=[100, 10], minutes=20.1)["covered"].tolist()
    assert change.crossings["before"].tolist() == covered == [110.0]


def test_thresholds_of_the_zoning_are_warned_of_before_and_after() -> None:
    sides = [pd.Series({"07001": value}, name="apl_all_ages") for value in (3.0, 2.0)]
    with pytest.warns(ds.ThresholdWarning, match="these figures count doctors of all ages"):
        ds.compare(*sides, demand=[1], better="higher", thresholds=2.71)


def test_thresholds_that_read_alike_are_refused() -> None:
    one = pd.Series([5.0])
    with pytest.raises(ds.InputError, match="several that differ, to six digits"):
        ds.compare(one, one, demand=[1], better="lower", thresholds=[20, 20.0000001])


def test_a_practice_opens_and_another_closes() -> None:
    """By joining or leaving out columns, and by the access to the one site alone."""
    minutes = holed()
    chance = np.random.default_rng(9)
    people, acts = chance.random(211) * 900, chance.random(37) * 5000
    whole = ds.apl(minutes, standardised_population=people, supply=acts)
    less = ds.apl(
        np.delete(minutes, 5, axis=1),
        standardised_population=people,
        supply=np.delete(acts, 5),
    )
    alone = ds.apl(minutes[:, [5]], standardised_population=people, supply=acts[[5]])
    # Who has no time to the one site has none of it; the array alone cannot tell that from a
    # place off the network.
    np.testing.assert_allclose(less + alone.fillna(0), whole, rtol=1e-9, atol=1e-12)
    retired = acts.copy()
    retired[5] = 0
    after = ds.apl(minutes, standardised_population=people, supply=retired)
    np.testing.assert_allclose(after, less, rtol=1e-9, atol=1e-12)


def test_what_a_site_is_missed_for_is_what_closing_it_shows() -> None:
    minutes, people = holed(), np.random.default_rng(7).random(211)
    table = ds.criticality(minutes, demand=people, minutes=4).set_index("destination")
    whole = ds.time_to_nearest(minutes).to_numpy("float64")
    choices = ds.choices(minutes, minutes=4)
    for site in range(37):
        left = np.delete(minutes, site, axis=1)
        longer = np.nansum(people * (ds.time_to_nearest(left).to_numpy("float64") - whole))
        assert table.loc[site, "person_minutes"] == pytest.approx(longer)
        last = people[(choices > 0) & (ds.choices(left, minutes=4) == 0)].sum()
        assert table.loc[site, "last_choice"] == pytest.approx(last)
    assert table["people"].sum() == pytest.approx(people[~np.isnan(whole)].sum())
    assert table["person_minutes"].is_monotonic_decreasing
    assert table["rank_minutes"].tolist() == list(range(1, 38))
    by_choice = table.sort_values("rank_last_choice")["last_choice"]
    assert by_choice.is_monotonic_decreasing


def test_who_is_left_without_a_time_comes_before_any_minutes() -> None:
    table = ds.criticality([[5.0, NAN], [9.0, 2.0]], demand=[1, 1000], minutes=20)
    assert table["destination"].tolist() == [0, 1]
    assert table["without_time"].tolist() == [1, 0]
    assert table["person_minutes"].tolist() == [0, 7000]
    with pytest.raises(ds.InputError, match='remove is one of "destinations"'):
        UNTYPED.criticality([[5.0]], demand=[1], remove="bridges")


def test_who_is_nearer_to_the_neighbours_is_counted() -> None:
    minutes, people = holed(), np.random.default_rng(7).random(211)
    inside = range(5)
    table = ds.closer_outside(minutes, inside=inside, demand=people)
    own = np.fmin.reduce(minutes[:, :5], axis=1)
    others = np.fmin.reduce(minutes[:, 5:], axis=1)
    closer = np.flatnonzero((others < own) | (np.isnan(own) & ~np.isnan(others)))
    assert sorted(table["origin"]) == closer.tolist()
    assert table["people"].is_monotonic_decreasing
    assert table.attrs["people_closer_outside"] == pytest.approx(people[closer].sum())
    assert table.attrs["people_without_time"] == pytest.approx(people[7])
    for row in table.to_dict("records"):
        assert minutes[row["origin"], row["outside"]] == others[row["origin"]]
    with pytest.raises(ds.InputError, match="inside names all of the destinations"):
        ds.closer_outside([[1.0]], inside=[0], demand=[1])
    with pytest.raises(ds.InputError, match="inside names none of the destinations"):
        ds.closer_outside([[1.0]], inside=[], demand=[1])
    with pytest.raises(ds.IdError, match="unknown inside destinations, 1 id: 9"):
        ds.closer_outside([[1.0, 2.0]], inside=[9], demand=[1])
