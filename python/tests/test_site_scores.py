"""Plots by criteria: limits, scores, the Pareto set by its definition, and what breaks them."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene import OCEAN, TOWN, WULKENZIN

import desserte as ds
from desserte._score_words import Words
from desserte.site_scores import _not_dominated

if TYPE_CHECKING:
    from pathlib import Path

UNTYPED: Any = ds


@pytest.fixture(scope="module")
def afoot(extract: Path) -> ds.RoadNetwork:
    old = ds.Profile.foot(walking_kmh=3)
    return ds.RoadNetwork.from_pbf(extract, profile=old, progress=False)


@pytest.fixture(scope="module")
def needs(
    network: ds.RoadNetwork, afoot: ds.RoadNetwork, care: gpd.GeoDataFrame
) -> list[ds.Criterion]:
    kinds = {kind: care[care["kind"] == kind] for kind in ("pharmacy", "gp", "hospital")}
    kinds["pharmacy"] = kinds["pharmacy"].assign(
        bank=np.where(kinds["pharmacy"].geometry.x < TOWN[0], "west", "east")
    )
    return [
        ds.Criterion("pharmacie à pied", afoot, kinds["pharmacy"], max_minutes=30, weight=2),
        ds.Criterion("médecin", network, kinds["gp"], worthless_minutes=20),
        ds.Criterion("urgences", network, kinds["hospital"], max_minutes=15, direction="to"),
    ]


@pytest.fixture(scope="module")
def scores(villages: gpd.GeoDataFrame, needs: list[ds.Criterion]) -> ds.SiteScores:
    town = gpd.GeoDataFrame(
        {"name": ["Markt"]}, geometry=gpd.points_from_xy(*zip(TOWN)), index=["town"], crs=4326
    )
    plots = pd.concat([town, villages[["name", "geometry"]]]).to_crs(25833)
    return ds.score_sites(plots, criteria=needs, progress=False)


def test_a_column_is_the_time_to_the_nearest_and_the_score_is_the_mean_of_marks(
    scores: ds.SiteScores, needs: list[ds.Criterion]
) -> None:
    table = scores.table
    assert table.crs.to_epsg() == 25833
    marks = np.zeros((len(table), 3))
    keeps = np.ones((len(table), 3), dtype=bool)
    for at, need in enumerate(needs):
        times = ds.travel_times(
            need.network, table, need.points, direction=need.direction, progress=False
        )
        nearest = ds.time_to_nearest(times).astype("float64")
        np.testing.assert_array_equal(table[need.name], nearest)
        worthless = need.worthless_minutes or need.max_minutes
        assert worthless is not None
        marks[:, at] = (1 - nearest / worthless).clip(lower=0)
        if need.max_minutes is not None:
            keeps[:, at] = nearest <= need.max_minutes
    np.testing.assert_allclose(table["score"], 100 * marks @ [2, 1, 1] / 4)
    np.testing.assert_array_equal(table["passes"], keeps.all(axis=1))
    assert table.loc["town", "passes"]
    assert 0 < table["passes"].sum() < len(table)
    assert repr(scores).startswith(f"SiteScores({len(table)} plots, 3 criteria, ")
    assert "plots that pass" in scores._repr_html_()
    urgent = table.attrs["criteria"]["urgences"]
    assert (urgent["direction"], urgent["max_minutes"], urgent["weight"]) == ("to", 15, 1)


LEVEL = st.sampled_from([0.0, 1.0, 1.5, 2.0, math.inf])


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(LEVEL, min_size=width, max_size=width), min_size=1, max_size=25)
)


@given(TABLES)
def test_the_pareto_set_is_what_the_definition_says(rows: list[list[float]]) -> None:
    values = np.array(rows)
    expected = [
        any(math.isfinite(value) for value in row)
        and not any(
            all(a <= b for a, b in zip(other, row, strict=True)) and other != row for other in rows
        )
        for row in rows
    ]
    assert _not_dominated(values).tolist() == expected


def test_a_plot_that_passes_is_dominated_by_one_that_passes_or_by_none(
    scores: ds.SiteScores, needs: list[ds.Criterion]
) -> None:
    table = scores.table
    minutes = table[[need.name for need in needs]].fillna(math.inf).to_numpy()
    for a, b in itertools.permutations(range(len(table)), 2):
        if (minutes[a] <= minutes[b]).all() and table["passes"].iloc[b]:
            assert table["passes"].iloc[a]
    assert table["pareto"].any()


def test_what_breaks_a_plot_is_what_closing_it_shows(
    scores: ds.SiteScores, needs: list[ds.Criterion]
) -> None:
    limits = {need.name: need.max_minutes for need in needs if need.max_minutes is not None}
    expected = set()
    for name, limit in limits.items():
        points = scores._times[name].destinations
        for point in points:
            left = scores.without(points=[point]).table
            lost = (scores.table[name] <= limit) & ~(left[name] <= limit)
            expected |= {(plot, name, point) for plot in scores.table.index[lost]}
    table = scores.breaks()
    assert set(zip(table["plot"], table["criterion"], table["without"], strict=True)) == expected
    assert expected, "the scene has something that breaks"
    for row in table.to_dict("records"):
        left = scores.without(points=[row["without"]]).table
        after = left.loc[row["plot"], row["criterion"]]
        assert row["minutes_after"] == pytest.approx(after, nan_ok=True)
        assert row["minutes"] == scores.table.loc[row["plot"], row["criterion"]]
        assert row["limit"] == limits[row["criterion"]]


def test_a_whole_bank_closes_at_once(needs: list[ds.Criterion]) -> None:
    chemists = needs[:1]
    scores = ds.score_sites([TOWN, WULKENZIN], criteria=chemists, progress=False)
    points = needs[0].points
    assert isinstance(points, gpd.GeoDataFrame)
    table = scores.breaks(by="bank")
    for bank, members in points.groupby("bank"):
        left = scores.without(points=members.index).table["pharmacie à pied"]
        broken = (scores.table["pharmacie à pied"] <= 30) & ~(left <= 30)
        rows = table[table["without"] == bank]
        assert rows["plot"].tolist() == broken[broken].index.tolist()
        np.testing.assert_array_equal(rows["minutes_after"], left[broken])
    everything = scores.without(points=points.index)
    assert everything.table["pharmacie à pied"].isna().all()
    assert not everything.table["passes"].any()
    assert everything.nearest["status"].tolist() == ["no_path"] * 2
    assert len(everything.breaks()) == 0
    with pytest.raises(ds.InputError, match="criterion 'pharmacie à pied' have no column 'side'"):
        scores.breaks(by="side")
    with pytest.raises(ds.IdError, match="no criterion has 1 point: 'nowhere'"):
        scores.without(points=["nowhere"])
    for wrong in ("nowhere", 3, [["a"]]):
        with pytest.raises(ds.InputError, match="points is a list of ids"):
            UNTYPED.SiteScores.without(scores, points=wrong)


def test_a_wish_fails_nobody_and_a_plot_off_the_network_fails_all(
    network: ds.RoadNetwork,
) -> None:
    wish = ds.Criterion("marché", network, [TOWN], worthless_minutes=5)
    scores = ds.score_sites([TOWN, WULKENZIN, OCEAN], criteria=[wish], progress=False)
    assert scores.table["passes"].tolist() == [True, True, False]
    assert scores.table["pareto"].tolist() == [True, False, False]
    assert scores.table["score"].tolist()[:2] == [100, 0]
    assert math.isnan(scores.table["score"].iloc[2])
    assert scores.nearest["status"].tolist() == ["ok", "ok", "origin_off_network"]
    assert scores.nearest["point"].tolist() == [0, 0, None]
    sea = ds.Criterion("île", network, [OCEAN], max_minutes=60)
    nowhere = ds.score_sites([TOWN], criteria=[wish, sea], progress=False)
    assert nowhere.table[["passes", "pareto", "score"]].to_numpy().tolist() == [[False, True, 50]]
    assert nowhere.nearest["status"].tolist() == ["ok", "destination_off_network"]
    assert nowhere.sheet(0).splitlines()[2] == "- île : aucun trajet."
    assert scores.sheet(2) == "Terrain 2 : hors réseau.\n- marché : aucun trajet."


def test_plots_alike_stand_together(network: ds.RoadNetwork) -> None:
    need = ds.Criterion("médecin", network, [WULKENZIN], max_minutes=20)
    scores = ds.score_sites([WULKENZIN, TOWN, WULKENZIN], criteria=[need], progress=False)
    assert scores.table["pareto"].tolist() == [True, False, True]


def test_the_sheet_says_what_there_is_and_what_breaks_it(network: ds.RoadNetwork) -> None:
    doctors = gpd.GeoDataFrame(
        {"name": ["Dr Roux", "Dr Blanc"]},
        geometry=gpd.points_from_xy(*zip(WULKENZIN, TOWN, strict=True)),
        index=["r", "b"],
        crs=4326,
    )
    need = ds.Criterion("médecin", network, doctors, max_minutes=5, direction="to")
    home = gpd.GeoDataFrame(
        {"name": ["Les Vignes"]}, geometry=gpd.points_from_xy(*zip(WULKENZIN)), index=[7], crs=4326
    )
    scores = ds.score_sites(home, criteria=[need], progress=False)
    after = ds.travel_times(network, home, [TOWN], direction="to", progress=False).minutes[0, 0]
    told = f"{after:.1f}"
    assert scores.sheet(7).splitlines() == [
        (
            "Terrain 7 (Les Vignes) : convient, 100 points sur 100 ; "
            "aucun autre ne fait mieux sans perdre ailleurs."
        ),
        "- médecin : 0 minute depuis Dr Roux (limite 5).",
        (
            f"Fragile : sans Dr Roux, médecin : {told.replace('.', ',')} minutes au lieu de "
            "0 minute (limite 5)."
        ),
    ]
    assert scores.sheet(7, language="en").splitlines() == [
        (
            "Plot 7 (Les Vignes): passes, 100 points of 100; "
            "no other does better without losing elsewhere."
        ),
        "- médecin: 0 minutes from Dr Roux (limit 5).",
        f"Fragile: without Dr Roux, médecin: {told} minutes instead of 0 minutes (limit 5).",
    ]
    alone = scores.without(points=["b"])
    assert alone.sheet(7).splitlines()[-1].endswith("sans Dr Roux, médecin : plus aucun trajet.")
    far = scores.without(points=["r"]).sheet(7).splitlines()
    assert far[0].startswith("Terrain 7 (Les Vignes) : ne convient pas, 0 points")
    assert far[1].endswith("depuis Dr Blanc (limite 5 dépassée).")
    with pytest.raises(ds.IdError, match="there is no plot 8"):
        scores.sheet(8)
    with pytest.raises(ds.InputError, match='language is one of "fr", "en"'):
        UNTYPED.SiteScores.sheet(scores, 7, language="de")


@pytest.mark.parametrize(
    ("minutes", "french", "english"),
    [
        (0.96, "1 minute", "1 minute"),
        (1.94, "1,9 minute", "1.9 minutes"),
        (1.96, "2 minutes", "2 minutes"),
    ],
)
def test_a_plural_goes_by_what_is_shown(minutes: float, french: str, english: str) -> None:
    for language, told in (("fr", french), ("en", english)):
        assert Words(language, {}, {}).minutes(minutes) == told


def test_criteria_that_cannot_be_are_refused(network: ds.RoadNetwork) -> None:
    def refused(match: str, *first: Any, error: Any = ds.InputError, **more: Any) -> None:
        arguments = first or ("médecin", network, [TOWN])
        with pytest.raises(error, match=match):
            UNTYPED.Criterion(*arguments, **{"max_minutes": 10, **more})

    refused("the name of a criterion is a text, got ''", "", network, [TOWN])
    refused("a criterion cannot be called 'score'", "score", network, [TOWN])
    refused("network of criterion 'a' is a RoadNetwork, got str", "a", "b.pbf", [TOWN])
    refused("points of criterion 'a' is empty", "a", network, [])
    refused("points of criterion 'a' has a coordinate", "a", network, [(math.nan, 1.0)])
    refused("direction of criterion 'médecin' is one of", direction="inbound")
    refused("weight of criterion 'médecin' is a number, 0 or more, got -1", weight=-1)
    refused("weight of criterion 'médecin' is a number", weight=math.nan)
    refused("max_minutes of criterion 'médecin' is a number above 0", max_minutes=math.nan)
    refused("worthless_minutes of criterion 'médecin'", worthless_minutes=0)
    refused("has neither max_minutes nor worthless_minutes", max_minutes=None)
    refused("radius_metres", error=ds.SnapError, radius_metres=-1)

    need = ds.Criterion("médecin", network, [TOWN], max_minutes=10)
    assert repr(need) == "Criterion('médecin', from, at most 10 min, weight 1)"
    with pytest.raises(ds.InputError, match="criteria repeats 1 name: 'médecin'"):
        ds.score_sites([TOWN], criteria=[need, need])
    with pytest.raises(ds.InputError, match="criteria is empty"):
        ds.score_sites([TOWN], criteria=[])
    with pytest.raises(ds.InputError, match="criteria is a list of Criterion, got a Criterion"):
        UNTYPED.score_sites([TOWN], criteria=need)
    with pytest.raises(ds.InputError, match="got str among them"):
        UNTYPED.score_sites([TOWN], criteria=[need, "médecin"])
    with pytest.raises(ds.InputError, match="plots is empty"):
        ds.score_sites([], criteria=[need])
    free = ds.Criterion("vue", network, [TOWN], weight=0)
    with pytest.raises(ds.InputError, match="the weight of every criterion is 0"):
        ds.score_sites([TOWN], criteria=[free])
    twice = gpd.GeoSeries.from_xy([13.2, 13.3], [53.5, 53.5], index=["a", "a"], crs=4326)
    with pytest.raises(ds.IdError, match="plots repeats 1 id: 'a'"):
        ds.score_sites(twice, criteria=[need])
