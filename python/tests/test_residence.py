"""A senior residence in the Drôme near the care poles of the Ardèche, on the sketched territory.

Real communes, rivers and bridges; roads, doctors and pharmacies are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

# The quay at the foot of the bridge, the station, a village up the river, one in the hills.
PLOTS = {
    "quai": (4.8466, 45.0705),
    "gare": (4.8560, 45.0668),
    "Érôme": (4.8162, 45.1228),
    "Chantemerle": (4.8970, 45.1160),
}
ARDECHE = "07"


@pytest.fixture(scope="module")
def sketch() -> Path:
    return ds.demo_sketch()


@pytest.fixture(scope="module")
def driven(sketch: Path) -> ds.RoadNetwork:
    return ds.RoadNetwork.from_pbf(sketch, progress=False)


@pytest.fixture(scope="module")
def walked(sketch: Path) -> ds.RoadNetwork:
    """Someone old: 3 km/h."""
    slow = ds.Profile.foot(walking_kmh=3)
    return ds.RoadNetwork.from_pbf(sketch, profile=slow, progress=False)


@pytest.fixture(scope="module")
def communes(sketch: Path) -> gpd.GeoDataFrame:
    places = ds.read_places(sketch, progress=False)
    return places[places["insee_code"].notna()]


@pytest.fixture(scope="module")
def care(sketch: Path, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Care points, with the département of the commune they are nearest to."""
    points = ds.read_care(sketch, progress=False)
    codes = communes[["insee_code", "geometry"]].to_crs(2154)
    joined = points.to_crs(2154)[["geometry"]].sjoin_nearest(codes)
    nearest = joined[~joined.index.duplicated()]["insee_code"]
    return points.assign(departement=nearest.str[:2])


@pytest.fixture(scope="module")
def plots() -> gpd.GeoDataFrame:
    names = list(PLOTS)
    spots = gpd.points_from_xy(*zip(*PLOTS.values(), strict=True))
    table = gpd.GeoDataFrame({"name": names}, geometry=spots, index=names, crs=4326)
    return table.to_crs(2154)


@pytest.fixture(scope="module")
def scores(
    plots: gpd.GeoDataFrame,
    driven: ds.RoadNetwork,
    walked: ds.RoadNetwork,
    care: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
) -> ds.SiteScores:
    kinds = {kind: care[care["kind"] == kind] for kind in ("pharmacy", "gp", "hospital")}
    valence = communes[communes["name"] == "Valence"]
    criteria = [
        ds.Criterion("pharmacie à pied", walked, kinds["pharmacy"], max_minutes=20, weight=2),
        ds.Criterion("médecin", driven, kinds["gp"], max_minutes=10),
        ds.Criterion("hôpital", driven, kinds["hospital"], max_minutes=10, direction="to"),
        ds.Criterion("familles de Valence", driven, valence, worthless_minutes=60, direction="to"),
    ]
    return ds.score_sites(plots, criteria=criteria, progress=False)


def test_the_hospital_of_the_residence_is_on_the_other_bank(
    scores: ds.SiteScores, care: gpd.GeoDataFrame
) -> None:
    nearest = scores.nearest.set_index(["plot", "criterion"])
    hospital = nearest.loc[("quai", "hôpital")]
    assert hospital["point_name"] == "Hôpital de Tournon-sur-Rhône"
    assert care.loc[hospital["point"], "departement"] == ARDECHE
    assert scores.table["passes"].to_dict() == {
        "quai": True,
        "gare": True,
        "Érôme": False,
        "Chantemerle": False,
    }
    assert scores.table.loc["Érôme", "pharmacie à pied"] > 20, "the village has no pharmacy"
    assert scores.table.loc["gare", "score"] == scores.table["score"].max()
    assert scores.table["pareto"].any()


def test_without_the_other_bank_no_plot_has_a_hospital_near(
    scores: ds.SiteScores, care: gpd.GeoDataFrame, plots: gpd.GeoDataFrame, driven: ds.RoadNetwork
) -> None:
    by_bank = scores.breaks(by="departement")
    lost = by_bank[by_bank["without"] == ARDECHE].set_index(["plot", "criterion"])
    assert {("quai", "hôpital"), ("gare", "hôpital")} <= set(lost.index)
    drome = care[(care["kind"] == "hospital") & (care["departement"] != ARDECHE)]
    times = ds.travel_times(driven, plots, drome, direction="to", progress=False)
    after = ds.time_to_nearest(times)
    for plot in ("quai", "gare"):
        assert lost.loc[(plot, "hôpital"), "minutes_after"] == after[plot]
    # A study of one département alone would have judged so.
    alone = scores.without(points=care.index[care["departement"] == ARDECHE])
    assert alone.attrs["ignored_points"] > 0, "nurses and dentists are of no criterion"
    assert not alone.table["passes"].any()
    assert (alone.table["score"] <= scores.table["score"]).all()
    np.testing.assert_array_equal(alone.table["hôpital"], after)


def test_what_an_elu_reads(scores: ds.SiteScores) -> None:
    lines = scores.sheet("gare").splitlines()
    assert lines[0].startswith("Terrain gare (gare) : convient, ")
    assert lines[3].startswith("- hôpital : ")
    assert lines[3].endswith("depuis Hôpital de Tournon-sur-Rhône (limite 10).")
    fragile = [line for line in lines if line.startswith("Fragile")]
    assert any("sans Hôpital de Tournon-sur-Rhône, hôpital : " in line for line in fragile)
    assert not any("médecin" in line for line in fragile), "no single doctor is indispensable"


def test_where_on_either_bank_a_practice_would_reach_most_of_those_who_are_far(
    driven: ds.RoadNetwork, care: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
) -> None:
    people = communes[communes["population"].notna()]
    doctors = care[care["kind"] == "msp"]
    ground = ds.siting_surface(driven, demand=people, existing=doctors, minutes=15, progress=False)
    best = ground.loc[[ground["new_people"].idxmax()]]
    before = ds.time_to_nearest(ds.travel_times(driven, people, doctors, progress=False))
    after = ds.time_to_nearest(ds.travel_times(driven, people, best, progress=False))
    new = people.loc[(before > 15) & (after <= 15), "population"].sum()
    assert best["new_people"].iloc[0] == new > 0
    assert ground.attrs["people_covered"] == people.loc[before <= 15, "population"].sum()
    # The best of all communes as candidates is no better.
    candidates = ds.travel_times(driven, people, communes, progress=False).minutes
    far = (before > 15).to_numpy()
    covered = people["population"].to_numpy()[far] @ (candidates[far] <= 15)
    assert covered.max() <= new
