"""Do figures warn where people or care end too near the study: on a plain, and on real communes?"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from test_sparse import kept

import desserte as ds
from desserte.times import SnapTables

if TYPE_CHECKING:
    from pathlib import Path

KMH = 50.0
DETOUR = 1.3


def crow_fly(origins: gpd.GeoSeries, destinations: gpd.GeoSeries) -> ds.TravelTimes:
    """Minutes at 50 km/h by ways 1.3 times as long as the crow flies, up to 20."""
    metric = [side.to_crs("EPSG:2154") for side in (origins, destinations)]
    at, to = (np.array(side.x + 1j * side.y) for side in metric)
    minutes = (DETOUR * np.abs(at[:, None] - to) / 1000 / KMH * 60).astype("float32")
    minutes[minutes > 20] = np.nan
    snaps = [
        gpd.GeoDataFrame({"outcome": "ok"}, index=side.index, geometry=side)
        for side in (origins, destinations)
    ]
    return ds.TravelTimes(
        minutes=minutes,
        status=np.where(np.isnan(minutes), 1, 0).astype("uint8"),
        kilometres=None,
        origins=origins.index,
        destinations=destinations.index,
        max_minutes=20,
        direction="from",
        snaps=SnapTables(*snaps),
        attrs={},
    )


def plain(step: float, crs: str = "EPSG:2154") -> gpd.GeoSeries:
    """Villages on a lattice of 120 km, not quite in their places; ids are positions."""
    chance = np.random.default_rng(3)
    x, y = (side.ravel() for side in np.meshgrid(*[np.arange(0, 120_000, step)] * 2))
    shake = (chance.random((2, len(x))) - 0.5) * step * 0.8
    points = gpd.points_from_xy(x + shake[0] + 780_000, y + shake[1] + 6_340_000, crs="EPSG:2154")
    return gpd.GeoSeries(points).to_crs(crs)


def middle(places: gpd.GeoSeries, metres: float) -> npt.NDArray[np.bool_]:
    """Who is within so many metres of the middle, in both directions."""
    at = places.to_crs("EPSG:2154")
    inside: npt.NDArray[np.bool_] = np.maximum(abs(at.x - 840_000), abs(at.y - 6_400_000)) <= metres
    return np.asarray(inside)


def asked(
    people: gpd.GeoSeries, care: gpd.GeoSeries, study: Any, of: Any = (None, None)
) -> tuple[pd.Series, list[str]]:
    """The APL of so many people and so much care, one each if not said, and what is warned of."""
    times = crow_fly(people, care)
    population, acts = (
        np.ones(len(side)) if amounts is None else amounts
        for side, amounts in zip((people, care), of, strict=True)
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        apl = ds.apl(times, standardised_population=population, supply=acts, study=study)
    return apl, [str(one.message) for one in caught if one.category is ds.EdgeWarning]


@pytest.mark.parametrize("step", [800.0, 4000.0])
@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:4326"])
def test_data_that_reach_are_not_warned_of(step: float, crs: str) -> None:
    people, care = plain(step, crs), plain(6000, "EPSG:4326")
    study = people.index[middle(people, 20_000)]
    people = people[middle(people, 20_000 + 26_000)]
    apl, told = asked(people, care[middle(care, 20_000 + 13_000)], study)
    assert told == []
    assert apl.attrs["edge"]["care_at_edge"] < 0.05
    assert apl.attrs["edge"]["people_at_edge"] < 0.05


@pytest.mark.parametrize("step", [800.0, 4000.0])
def test_people_that_end_too_soon_are_warned_of(step: float) -> None:
    people, care = plain(step), plain(6000)
    inside = middle(people, 20_000)
    study = people.index[inside]
    for named in (study, None):
        _, told = asked(people[inside], care, named)
        assert len(told) == 1
        assert "nobody living on one side of it" in told[0]
        assert "are all people 40 minutes around among the origins? Where the sea" in told[0]
    # One neighbour, and all of them on one side.
    near, far = np.flatnonzero(~inside)[[0, -1]]
    east = people.to_crs("EPSG:2154").x.to_numpy() > 860_000
    for more in ([near], [far], np.flatnonzero(~inside & east)):
        chosen = np.union1d(np.flatnonzero(inside), more)
        _, told = asked(people.iloc[chosen], care, study)
        assert len(told) == 1
        assert "nobody living on one side of it" in told[0]


def test_care_that_ends_too_soon_is_warned_of() -> None:
    people, care = plain(4000), plain(6000)
    study = people.index[middle(people, 20_000)]
    apl, told = asked(people, care[middle(care, 20_000)], study)
    assert len(told) == 1
    assert "have no care on one side of them" in told[0]
    assert "is all care 20 minutes around among the destinations?" in told[0]
    assert apl.attrs["edge"]["care_at_edge"] == 0


def test_one_site_alone_is_asked_of_without_a_warning() -> None:
    people, care = plain(4000), plain(6000)
    site = care[middle(care, 5000)].iloc[:1]
    apl, told = asked(people, site, None)
    assert told == []
    assert apl.attrs["edge"]["care_at_edge"] == 0
    assert math.isnan(apl.attrs["edge"]["people_at_edge"])


def test_without_positions_or_an_end_of_the_decay_nobody_can_tell() -> None:
    people, care = plain(8000), plain(12_000)
    times = crow_fly(people, care)
    alike: Any = {"demand": np.ones(len(people)), "supply": np.ones(len(care))}
    gaussian = ds.floating_catchment(times.minutes, decay=ds.decay.gaussian(8), **alike)
    sparse = ds.floating_catchment(kept(times.minutes), decay=ds.decay.binary(20), **alike)
    for access in (gaussian, sparse):
        assert all(math.isnan(share) for share in access.attrs["edge"].values())


@pytest.fixture(scope="module")
def ardeche(shared_data: Path) -> tuple[gpd.GeoSeries, pd.Series, pd.Series]:
    """Communes of Ardèche and around: points, standardised people, practices, in 2022 and 2019."""
    pytest.importorskip("openpyxl")
    folder = shared_data / "fr"
    book = folder / "apl/apl_generalistes_2022_2023_DREES.xlsx"
    doctors = folder / "gp/gp_liberaux_2019.csv"
    missing = [path for path in (book, doctors) if not path.is_file()]
    if missing:
        pytest.skip(f"no tables of communes: {missing[0]} is absent")
    communes = ds.read_communes(folder / "communes/communes_2024.csv")
    drees = ds.read_apl(book, year=2022)
    table = pd.read_csv(doctors, sep=";", skiprows=2, dtype={"Code": str}, index_col="Code")
    practices = pd.to_numeric(table.iloc[:, -1], errors="coerce").dropna()
    both = communes.index.intersection(drees.index).intersection(practices.index)
    people = drees.loc[both, "standardised_population"].astype("float64")
    return communes.geometry[both], people, practices[both]


def test_the_four_wrong_ways_to_ask_of_ardeche_are_warned_of(ardeche: Any) -> None:
    places, people, practices = ardeche
    care = places[practices > 0]
    of = places.index.str[:2]
    study = places.index[of == "07"]
    neighbour = [*study, places.index[of == "26"][0]]
    ways = {
        "as it should be": (places, care, study),
        "with Haute-Loire alone": (places[of.isin(["07", "43"])], care, study),
        "with one commune more": (places[neighbour], care, study),
        "alone, without a study": (places[study], care, None),
        "its own care alone": (places, care[care.index.str[:2] == "07"], study),
    }
    means, told = {}, {}
    for name, (origins, sites, named) in ways.items():
        apl, told[name] = asked(
            origins, sites, named, (people[origins.index], practices[sites.index])
        )
        means[name] = float(np.average(apl[study], weights=people[study]))
    assert [name for name, words in told.items() if not words] == ["as it should be"]
    true = means.pop("as it should be")
    assert all(abs(mean / true - 1) > 0.2 for mean in means.values()), "they are wrong indeed"
