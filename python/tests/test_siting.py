"""Is a plan the best there is, by every goal, and is what it says of other choices true?

Small territories are tried choice by choice, by the definition of each goal.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

import desserte as ds

Numbers = npt.NDArray[np.float64]
UNSERVED = 90.0
LIMIT = 15.0


class Territory:
    """Villages and candidate sites at random, with holes, few people and roles."""

    def __init__(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        columns = int(dice.integers(10, 61))
        rows = int(dice.integers(15, 45))
        villages, sites = dice.uniform(0, 60, (rows, 2)), dice.uniform(0, 60, (columns, 2))
        far = np.linalg.norm(villages[:, None] - sites[None], axis=2).round(1)
        far[dice.uniform(size=far.shape) < 0.1] = np.nan
        self.times = far.astype("float32")
        self.people = np.round(20 * dice.pareto(1.2, rows)) * (dice.uniform(size=rows) > 0.1)
        self.people[0] = 10.0
        order = dice.permutation(columns)
        self.existing, self.required, self.forbidden = order[:1], order[1:2], order[2:4]
        self.free = np.sort(order[4:])
        self.new_sites = 3 if columns <= 32 else 2
        self.decay = ds.decay.linear(25)

    def ask(self, goal: str, **options: Any) -> ds.Plan:
        options_of: dict[str, dict[str, Any]] = {
            "min_mean_time": {"unserved_minutes": UNSERVED},
            "limited": {"minutes": 40.0},
            "fading": {"decay": self.decay},
            "min_worst_time": {},
        }
        given = options_of.get(goal, {"minutes": LIMIT})
        name: Any = {"limited": "min_mean_time", "fading": "max_coverage"}.get(goal, goal)
        return ds.site(
            self.times,
            goal=name,
            new_sites=None if goal == "cover_all" else self.new_sites,
            demand=self.people,
            existing=self.existing.tolist(),
            required=self.required.tolist(),
            forbidden=self.forbidden.tolist(),
            **given,
            **options,
        )

    def choices(self, count: int) -> npt.NDArray[np.int64]:
        """Every choice of so many new sites, a row each; the open site is in all."""
        free = list(itertools.combinations(self.free, count - 1))
        kept = [[*self.existing, *self.required]] * len(free)
        return np.hstack([kept, np.array(free, dtype="int64").reshape(len(free), count - 1)])

    def best(self, goal: str) -> float:
        """The best figure of all choices, by the definition of the goal."""
        if goal == "cover_all":
            return self._fewest()
        figures = self.figures(goal, self.choices(self.new_sites))
        return float(figures.max() if goal in GAINS else figures.min())

    def figures(self, goal: str, choices: npt.NDArray[np.int64]) -> Numbers:
        """The figure of each choice."""
        times = np.where(np.isnan(self.times), np.inf, self.times.astype("float64"))
        allowed = np.delete(times, self.forbidden, axis=1)
        nearest, people = times[:, choices].min(axis=2), self.people[:, None]
        if goal == "max_coverage":
            return np.asarray((people * (nearest <= LIMIT)).sum(axis=0))
        if goal == "backup_coverage":
            near = (times[:, choices] <= LIMIT).sum(axis=2)
            return np.asarray((people * (near >= 2)).sum(axis=0))
        if goal == "fading":
            return np.asarray((people * np.maximum(0, 1 - nearest / 25)).sum(axis=0))
        limit = 40.0 if goal == "limited" else np.inf
        counted = (self.people > 0) & (allowed.min(axis=1) <= limit) & np.isfinite(allowed).any(1)
        nearest, people = nearest[counted], people[counted]
        if goal == "min_worst_time":
            return np.asarray(nearest.max(axis=0))
        if goal == "limited":
            mean = (people * nearest).sum(axis=0) / people.sum()
            return np.where((nearest <= limit).all(axis=0), mean, np.inf)
        return np.asarray((people * np.minimum(nearest, UNSERVED)).sum(axis=0) / people.sum())

    def _fewest(self) -> float:
        """The fewest sites that cover all, found by a program of its own."""
        import highspy

        near = np.nan_to_num(self.times, nan=np.inf) <= LIMIT
        near[:, self.forbidden] = False
        open_sites = [*self.existing, *self.required]
        rows = near[(self.people > 0) & near.any(axis=1) & ~near[:, open_sites].any(axis=1)]
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.silent()
        opened = [solver.addBinary(obj=1) for _ in range(near.shape[1])]
        for row in rows:
            solver.addConstr(sum(opened[at] for at in np.flatnonzero(row)) >= 1)
        solver.run()
        opened_count: int = round(solver.getObjectiveValue())
        return len(self.required) + opened_count


GAINS = ("max_coverage", "backup_coverage", "fading")
GOALS = (*GAINS, "min_mean_time", "limited", "min_worst_time", "cover_all")


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_of_200_territories_is_met_as_well_as_can_be(goal: str) -> None:
    for seed in range(200):
        territory = Territory(seed)
        plan, best = territory.ask(goal, exact=True), territory.best(goal)
        if np.isinf(best):
            assert (plan.status, plan.chosen) == ("infeasible", []), seed
            continue
        assert plan.status == "optimal", seed
        assert plan.objective == pytest.approx(best, rel=1e-6, abs=1e-9), seed
        assert set(plan.chosen) >= set(territory.required.tolist())
        assert not set(plan.chosen) & {*territory.forbidden, *territory.existing}
        if goal != "cover_all":
            assert len(plan.chosen) == territory.new_sites
            own = np.array([[*territory.existing, *plan.chosen]])
            assert territory.figures(goal, own)[0] == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("goal", GOALS)
def test_no_bound_is_past_the_best(goal: str) -> None:
    for seed in range(200, 260):
        territory = Territory(seed)
        plan, best = territory.ask(goal, exact=False), territory.best(goal)
        if np.isinf(best):
            assert plan.status == "infeasible"
            continue
        sign = 1.0 if goal in GAINS else -1.0
        slack = 1e-9 * max(1.0, abs(best))
        assert sign * plan.bound >= sign * best - slack, seed
        assert sign * plan.objective <= sign * best + slack, seed
        assert plan.gap >= 0


def test_a_village_is_shared_by_two_sites_that_hold_few() -> None:
    times = [[5.0, 6.0], [7.0, np.nan]]
    plan = ds.site(
        times, goal="max_coverage", new_sites=2, minutes=10, demand=[100, 50], capacity=[60, 30]
    )
    assert (plan.objective, plan.status) == (90.0, "optimal")
    assert plan.allocation["people"].sum() == pytest.approx(90)
    assert plan.table["people"].tolist() == pytest.approx([60, 30])
    assert (plan.allocation.loc[plan.allocation["site"] == 1, "origin"] == 0).all()


def test_capacities_that_do_for_all_are_met_with_as_few_sites_as_can_be() -> None:
    dice = np.random.default_rng(4)
    for _ in range(20):
        times, people = dice.uniform(0, 30, (8, 7)).round(1), dice.integers(1, 40, 8)
        holds = dice.integers(30, 120, 7)
        within = (times <= 18).any(axis=1)
        whole = ds.site(
            times, goal="max_coverage", new_sites=7, minutes=18, demand=people, capacity=holds
        )
        if whole.objective < people[within].sum():
            with pytest.raises(ds.InputError, match="all sites together have a capacity of"):
                ds.site(times, goal="cover_all", minutes=18, demand=people, capacity=holds)
            continue
        plan = ds.site(times, goal="cover_all", minutes=18, demand=people, capacity=holds)
        served = plan.allocation.groupby("origin")["people"].sum()
        assert served.sum() == pytest.approx(people[within].sum())
        assert (plan.table["people"].to_numpy() <= holds[plan.chosen] + 1e-6).all()
        fewer = itertools.combinations(range(7), len(plan.chosen) - 1)
        for some in fewer:
            most = (
                ds.site(
                    times[:, list(some)],
                    goal="max_coverage",
                    new_sites=len(some),
                    minutes=18,
                    demand=people,
                    capacity=holds[list(some)],
                )
                if some and np.isfinite(times[:, list(some)]).any()
                else None
            )
            assert most is None or most.objective < people[within].sum() - 1e-6


def test_an_impossible_limit_names_who_is_left_and_the_limit_that_would_do() -> None:
    times = [[5.0, 40.0, 40.0], [40.0, 9.0, 18.0], [40.0, 40.0, 6.0], [40.0, 40.0, 40.0]]
    people = [100, 300, 200, 7]
    for goal in ("cover_all", "min_mean_time"):
        plan = ds.site(times, goal=goal, new_sites=2, minutes=15, demand=people)
        assert (plan.status, plan.chosen) == ("infeasible", [])
        assert np.isnan(plan.objective)
        left = plan.uncovered.set_index("origin")
        assert left["reason"].to_dict() == {0: "too_few_sites", 3: "beyond_limit"}
        assert left.loc[3, "minutes_more"] == 25
        assert plan.attrs["minutes_needed"] == 18
        assert plan.sentence() == (
            "Aucun choix ne suffit : au mieux, 107 personnes (2 lieux) restent à plus de "
            "15 minutes\u202f; il faudrait porter la limite à 18 minutes."
        )
        assert "would have to rise to 18 minutes" in plan.sentence("en")
    wider = ds.site(times, goal="cover_all", new_sites=2, minutes=18, demand=people)
    assert (wider.status, wider.chosen) == ("optimal", [0, 2])
    assert wider.uncovered["origin"].tolist() == [3]


def test_who_no_site_can_serve_leaves_the_objective_and_is_listed() -> None:
    times = [[5.0, 12.0], [np.nan, np.nan], [9.0, np.nan]]
    plan = ds.site(
        times, goal="min_mean_time", new_sites=1, demand=[100, 50, 100], unserved_minutes=60
    )
    assert (plan.chosen, plan.objective, plan.person_minutes) == ([0], 7.0, 1400.0)
    left = plan.uncovered.iloc[0]
    assert (left["origin"], left["people"], left["reason"]) == (1, 50.0, "no_time")
    assert plan.attrs["people"] == 250


def test_equal_choices_are_settled_by_the_order_of_the_candidates() -> None:
    times = np.tile([9.0, 5.0, 5.0, 5.0], (6, 1))
    for seed in range(5):
        assert ds.site(times, goal="min_mean_time", new_sites=2, seed=seed).chosen == [0, 1]
        assert ds.site(times, goal="max_coverage", minutes=6, new_sites=1, seed=seed).chosen == [1]
        assert ds.site(times, goal="min_worst_time", new_sites=1, seed=seed).chosen == [1]
        assert ds.site(times, goal="cover_all", minutes=6, seed=seed).chosen == [1]


def test_the_same_seed_gives_the_same_plan() -> None:
    territory = Territory(11)
    for goal in GOALS:
        first, second = (territory.ask(goal, exact=False, seed=7) for _ in range(2))
        assert (first.chosen, first.bound) == (second.chosen, second.bound)


def test_a_plan_says_what_it_does_before_and_after() -> None:
    times, people = [[5, 12], [30, 9], [40, 14]], pd.Series([100, 1240, 693], name="65+")
    plan = ds.site(times, goal="max_coverage", new_sites=1, minutes=15, demand=people, existing=[0])
    assert (plan.value_before, plan.objective, plan.objective_unit) == (100.0, 2033.0, "people")
    assert plan.table["role"].tolist() == ["new", "existing"]
    assert plan.sentence() == (
        "Ouvrir à 1 fait passer de 5\u202f% à 100\u202f% la part des 65 ans et plus à moins de "
        "15 minutes (+1\u202f933 personnes)\u202f; aucun autre site ne fait mieux."
    )
    mean = ds.site(times, goal="min_mean_time", new_sites=1, demand=people, existing=[0])
    assert mean.sentence().startswith(
        "Ouvrir à 1 fait passer de 32,2 à 10,5 minutes le trajet moyen des 65 ans et plus"
    )
    assert mean.person_minutes == pytest.approx(mean.objective * people.sum())
    with pytest.raises(ds.InputError, match='language is one of "fr", "en"'):
        plan.sentence("de")  # type: ignore[arg-type]


def test_a_proof_is_claimed_only_where_there_is_one() -> None:
    territory = next(one for seed in range(99) if (one := Territory(seed)).new_sites == 3)
    kept = territory.ask("min_mean_time")
    # The required site was not for choice: nothing is said of choices without it.
    assert kept.sentence().endswith(
        f"avec {territory.required[0]}, aucun autre choix ne fait mieux."
    )
    assert "; with " in kept.sentence("en")
    territory.required = np.array([], dtype="int64")
    plan = territory.ask("min_mean_time")
    assert plan.sentence().endswith("aucun autre choix de 3 sites ne fait mieux.")
    from dataclasses import replace

    unproven = replace(plan, status="feasible", gap=0.2)
    assert "aucun" not in unproven.sentence()
    near = replace(plan, status="feasible", gap=0.0021)
    assert near.sentence().endswith("ne fait mieux de plus de 1\u202f%.")
    wider = replace(plan, status="feasible", gap=0.0301)
    assert wider.sentence("en").endswith("no other choice of 3 sites does better by more than 4%.")


def test_the_objective_is_what_the_tables_say_of_it() -> None:
    # A town so large that the engine's own sums forget the hamlet.
    times, people = [[0.0, 9.0], [7.0, 0.0]], [2.5e9, 0.001]
    plan = ds.site(times, goal="min_mean_time", new_sites=2, minutes=10, demand=people)
    assert (plan.objective, plan.bound, plan.person_minutes) == (0.0, 0.0, 0.0)
    for seed in range(30):
        territory = Territory(seed)
        territory.people = np.round((1 + np.random.default_rng(seed).pareto(0.25, 99)), 3)
        territory.people = territory.people[: len(territory.times)]
        plan = territory.ask("limited", exact=False)
        if plan.status != "infeasible":
            total = float(plan.allocation["people"] @ plan.allocation["minutes"].fillna(0))
            counted = plan.allocation["is_served"].to_numpy()
            served = float(plan.allocation["people"].to_numpy()[counted].sum())
            left = plan.uncovered.set_index("origin")["people"]
            out = plan.allocation[plan.allocation["origin"].isin(left.index)]
            total -= float(out["people"] @ out["minutes"].fillna(0))
            assert plan.objective == pytest.approx(total / served, rel=1e-12)
            assert plan.bound <= plan.objective


def test_tables_made_later_are_of_the_question_that_was_asked() -> None:
    times, people = np.array([[5.0, 12.0], [30.0, 9.0]], dtype="float32"), np.array([100.0, 300.0])
    plan = ds.site(times, goal="max_coverage", new_sites=1, minutes=15, demand=people)
    times[:], people[:] = 99.0, 0.0
    assert plan.table["people"].tolist() == [400.0]
    assert plan.allocation["minutes"].tolist() == [12.0, 9.0]


def test_a_longest_trip_that_no_choice_shortens_names_who_is_cut_off() -> None:
    island = [[5.0, np.nan], [np.nan, 6.0], [9.0, np.nan]]
    plan = ds.site(island, goal="min_worst_time", new_sites=1, demand=[100, 1, 20])
    assert (plan.status, plan.chosen) == ("infeasible", [])
    assert plan.uncovered[["origin", "people", "reason"]].to_numpy().tolist() == [
        [1, 1.0, "too_few_sites"]
    ]
    assert plan.sentence() == (
        "Aucun choix ne suffit : au mieux, 1 personne (1 lieu) reste sans aucun trajet."
    )
    curve = ds.frontier(island, goal="min_worst_time", up_to=2, demand=None)
    assert curve["status"].tolist() == ["infeasible", "optimal"]


def test_capacities_that_are_too_small_together_say_who_finds_no_room() -> None:
    times = [[5.0, 6.0], [7.0, 8.0]]
    options: dict[str, Any] = {"minutes": 10, "demand": [100, 100], "capacity": [110, 110]}
    plan = ds.site(times, goal="cover_all", new_sites=1, **options)
    assert (plan.status, plan.attrs["minutes_needed"]) == ("infeasible", None)
    assert plan.uncovered["people"].sum() == pytest.approx(90)
    assert plan.sentence() == (
        "Aucun choix ne suffit : au mieux, 90 personnes (1 lieu) restent sans place à moins de "
        "10 minutes."
    )
    assert ds.site(times, goal="cover_all", new_sites=2, **options).status == "optimal"


def test_a_sentence_counts_as_french_does() -> None:
    times, people = [[0.5, 40.0], [40.0, 0.2], [40.0, 40.0]], [9900, 99, 1]
    plan = ds.site(times, goal="max_coverage", new_sites=1, minutes=1, demand=people, existing=[1])
    # Nobody says "all" of 9 999 in 10 000, and one minute has no plural.
    assert plan.sentence() == (
        "Ouvrir à 0 fait passer de 1\u202f% à 99,9\u202f% la part des habitants à moins de "
        "1 minute (+9\u202f900 personnes)\u202f; aucun autre site ne fait mieux."
    )
    none = ds.site([[1.0, 1.5]], goal="cover_all", minutes=2, existing=[1])
    assert (
        none.sentence()
        == "Il n’y a pas de site à ouvrir pour que tous soient à moins de 2 minutes."
    )
    assert none.sentence("en") == "It takes no new site for all to be within 2 minutes."
    uncounted = ds.site(times, goal="max_coverage", new_sites=1, minutes=1.5)
    assert "la part des lieux à moins de 1,5 minute (+1 lieu)" in uncounted.sentence()
    assert "share of places within 1.5 minutes" in uncounted.sentence("en")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Le Teil"], "au Teil"),
        (["les Vans", "Aubenas"], "aux Vans et à Aubenas"),
        (["Lamastre", "Le Cheylard", "Les Vans"], "à Lamastre, au Cheylard et aux Vans"),
        (["La Voulte", "Leyrac"], "à La Voulte et Leyrac"),
    ],
)
def test_an_article_joins_its_preposition(names: list[str], said: str) -> None:
    from desserte.siting._words import _at

    assert _at(names) == said


def test_each_further_site_of_a_frontier_brings_what_it_says() -> None:
    territory = Territory(20)
    table = ds.frontier(
        territory.times,
        goal="max_coverage",
        up_to=5,
        demand=territory.people,
        minutes=LIMIT,
        existing=territory.existing.tolist(),
    )
    assert table["new_sites"].tolist() == [1, 2, 3, 4, 5]
    assert (table["gain"] >= 0).all()
    total = table.attrs["value_before"] + table["gain"].sum()
    assert total == pytest.approx(table["objective"].iloc[-1])
    for count, chosen in zip(table["new_sites"], table["chosen"], strict=True):
        assert len(chosen) == count
    times = ds.frontier(territory.times, goal="min_worst_time", up_to=3, demand=territory.people)
    assert np.isnan(times["gain"].iloc[0])
    assert (times["gain"].iloc[1:] >= 0).all()


def test_a_choice_is_weighed_in_every_scenario() -> None:
    territory = Territory(8)
    slower = {f"{share} %": territory.times * np.float32(1 + share / 100) for share in (0, 20, 40)}
    table = ds.robustness(
        slower, goal="max_coverage", new_sites=2, minutes=LIMIT, demand=territory.people
    )
    by_scenario = table.attrs["scenarios"]
    assert (by_scenario["best"] >= by_scenario["chosen"]).all()
    assert by_scenario.loc["0 %", "best"] == by_scenario.loc["0 %", "chosen"]
    assert table["scenarios"].sum() == 6
    for name, sites in by_scenario["sites"].items():
        again = ds.site(
            slower[name], goal="max_coverage", new_sites=2, minutes=LIMIT, demand=territory.people
        )
        assert again.chosen == sites


def test_scenarios_that_cannot_be_compared_are_refused() -> None:
    near, far = [[5.0, 10.0], [10.0, 5.0]], [[5.0, 40.0], [40.0, 5.0]]
    ask: dict[str, Any] = {"goal": "cover_all", "new_sites": 1, "minutes": 15}
    with pytest.raises(ds.InputError, match="in scenario 'peak', the plan is infeasible"):
        ds.robustness({"peak": far, "today": near}, **ask)
    with pytest.raises(ds.InputError, match="chosen is empty"):
        ds.robustness({"today": near}, chosen=[], **ask)
    with pytest.raises(ds.IdError, match="'today' and 'peak' differ in 1 destination: 2"):
        ds.robustness({"today": near, "peak": [[5.0, 9.0, 1.0], [9.0, 5.0, 1.0]]}, **ask)
    table = ds.robustness({"today": near, "peak": far}, **ask)
    assert table["share"].tolist() == [0.5]
    with pytest.raises(ds.InputError, match="up_to is 3, but there are 2 candidates"):
        ds.frontier(near, goal="min_worst_time", up_to=3, demand=None)
