"""Real extracts, whole: mountains, islands, a city, a border, a country of tracks.

They are too large for the repository; where the folder is absent the tests say
so and are skipped.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import desserte as ds

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "osm"
EXTRACTS = {
    "andorra": ["andorra-2025"],
    "faroe": ["faroe-2018"],
    "porto": ["porto"],
    "monaco": ["monaco-2016"],
    "liberia": ["liberia-guinea-2017"],
    "andorra and monaco": ["andorra-2025", "monaco-2016"],
}
MOST_ISOCHRONES = 40

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real extracts in {FOLDER}")


class Region:
    """A network with places and care points; points of its streets where the map has none."""

    def __init__(self, names: list[str]) -> None:
        self.paths = [FOLDER / f"{name}.osm.pbf" for name in names]
        self.network = ds.RoadNetwork.from_pbf(self.paths, progress=False)
        self.places = ds.read_places(self.paths, progress=False)
        self.care = ds.read_care(self.paths, progress=False)
        if self.care.empty:
            streets = self.network.streets().geometry
            some = streets.iloc[:: max(1, len(streets) // 40)]
            spread = gpd.GeoSeries(shapely.line_interpolate_point(some, 0.5, normalized=True))
            self.care = self.places = gpd.GeoDataFrame(geometry=spread, crs=streets.crs)


@pytest.fixture(scope="module", params=EXTRACTS)
def region(request: pytest.FixtureRequest) -> Region:
    return Region(EXTRACTS[request.param])


def test_every_pair_has_a_time_or_a_reason(region: Region) -> None:
    times = ds.travel_times(region.network, region.places, region.care, progress=False)
    is_timed = ~np.isnan(times.minutes)
    assert is_timed.any()
    assert (is_timed == (times.status == 0)).all()
    assert (times.minutes[is_timed] >= 0).all()
    assert not (times.status == 1).any(), "without a cutoff nothing is beyond it"


def test_a_cutoff_tells_too_far_from_no_way(region: Region) -> None:
    whole = ds.travel_times(region.network, region.places, region.care, progress=False)
    cut = ds.travel_times(
        region.network, region.places, region.care, max_minutes=10, progress=False
    )
    far = whole.minutes > 10
    near = whole.minutes < 9.99  # Just inside, whatever float32 makes of it.
    assert (cut.status[far] == 1).all()
    assert (cut.minutes[near] == whole.minutes[near]).all()
    assert (cut.status[whole.status > 0] == whole.status[whole.status > 0]).all()


def test_isochrones_are_valid_and_nested(region: Region) -> None:
    step = max(1, len(region.places) // MOST_ISOCHRONES)
    some = region.places.iloc[::step]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ds.OffNetworkWarning)
        ground = ds.isochrones(region.network, some, minutes=[5, 10, 20], progress=False)
    assert ground.geometry.is_valid.all()
    for _, discs in ground.groupby("origin", sort=False):
        inner, middle, outer = discs.sort_values("minutes").geometry
        # GEOS says that nothing covers an empty shape, not even another one.
        assert inner.is_empty or middle.covers(inner)
        assert middle.is_empty or outer.covers(middle)


def test_the_same_question_has_the_same_answer(region: Region) -> None:
    one = region.places.iloc[[len(region.places) // 2]]
    again = [
        ds.isochrones(region.network, one, minutes=[10], progress=False).to_wkb() for _ in range(2)
    ]
    assert again[0].equals(again[1])


def test_andorra_reaches_its_hospitals() -> None:
    andorra = Region(["andorra-2025"])
    villages = andorra.places[andorra.places["place"] == "village"]
    hospitals = andorra.care[andorra.care["kind"] == "hospital"]
    times = ds.travel_times(andorra.network, villages, hospitals, progress=False)
    assert np.isfinite(times.minutes).mean() >= 0.95


def test_an_inhabited_island_has_its_own_streets() -> None:
    faroe = Region(["faroe-2018"])
    # Nólsoy: an island of one village, reached by ferry alone.
    village = faroe.places[faroe.places["name"] == "Nólsoy"]
    capital = faroe.places[faroe.places["name"] == "Tórshavn"]
    snaps = faroe.network.snap(village)
    assert (snaps["distance_metres"] < 200).all()
    times = ds.travel_times(faroe.network, village, capital, progress=False)
    assert set(times.status.ravel()) == {4}
