"""Isochrones as a picture: what a map owes its reader is on it, and true."""

from __future__ import annotations

import importlib.util
import itertools
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scene import OCEAN, WULKENZIN

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def home(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return places[places["name"] == "Wulkenzin"].head(1)


@pytest.fixture(scope="module")
def areas(network: ds.RoadNetwork, home: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return ds.isochrones(network, home, minutes=[5, 7.5, 10], progress=False)


@pytest.fixture(scope="module")
def figure(network: ds.RoadNetwork, areas: gpd.GeoDataFrame, care: gpd.GeoDataFrame) -> Figure:
    return ds.plot.isochrones(areas, care=care, network=network)


def words(figure: Figure) -> str:
    """All that is written on a sheet, in one line."""
    axes = figure.axes[0]
    legend = axes.get_legend()
    assert legend is not None
    texts = [figure.get_suptitle(), figure.get_supxlabel(), axes.get_title(loc="left")]
    texts += [text.get_text() for text in (*axes.texts, *legend.get_texts())]
    return " ".join(" ".join(texts).split())


def test_the_map_says_what_it_shows_in_french(figure: Figure) -> None:
    said = words(figure)
    assert "À 5, 7,5 et 10 minutes au plus de Wulkenzin, en voiture" in said
    assert "Trajets depuis le lieu marqué ; 300 m de marche au plus hors de la route" in said
    assert "0 à 5 min 5 à 7,5 min 7,5 à 10 min au-delà de 10 min" in said
    assert "pharmacie (" in said


def test_the_map_owes_its_reader_scale_north_and_sources(figure: Figure) -> None:
    said = words(figure)
    assert "© les contributeurs d'OpenStreetMap (ODbL), neubrandenburg.osm.pbf du" in said
    assert "10/02/2016" in said
    assert f"desserte {ds.__version__}" in said
    assert "profil « voiture », 80 km/h hors agglomération" in said
    assert "départ le 07/10/2025 à 10 h 00" in said
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "N" in texts
    assert any(text.endswith((" km", " m")) for text in texts)


def test_ground_that_stops_where_the_extract_ends_is_said_to(
    network: ds.RoadNetwork, home: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, figure: Figure
) -> None:
    said = "Le territoire s'arrête au bord de l'extrait de carte : au-delà, rien n'est connu"
    assert areas.attrs["at_edge"]
    assert said in words(figure)
    near = ds.isochrones(network, home, minutes=[2], progress=False)
    assert not near.attrs["at_edge"]
    assert said not in words(ds.plot.isochrones(near))


@dataclass
class Dry:
    """The streets of a network on whose map there is no water."""

    network: ds.RoadNetwork
    _handle: Any = field(default_factory=lambda: SimpleNamespace(shores=list))

    def streets(self) -> gpd.GeoDataFrame:
        return self.network.streets()


def test_no_shore_is_told_of_where_the_extract_holds_no_water(
    network: ds.RoadNetwork, areas: gpd.GeoDataFrame
) -> None:
    untyped: Any = ds
    shore = shapely.to_wkb(shapely.LineString([(13.1, 53.5), (13.2, 53.6)]))
    wet = Dry(network, SimpleNamespace(shores=lambda: [shore]))
    said = words(untyped.plot.isochrones(areas, network=wet))
    assert "sans franchir d'eau ni d'autoroute." in said
    assert "rive, non franchie à pied" in said
    said = words(untyped.plot.isochrones(areas, network=Dry(network)))
    assert "sans franchir d'autoroute ; l'extrait ne contient aucun plan ni cours d'eau." in said
    assert "rive" not in said
    said = words(untyped.plot.isochrones(areas, network=Dry(network), language="en"))
    assert "across no motorway; the extract holds no water." in said


def test_the_profiles_that_come_with_the_package_have_their_french_names() -> None:
    from desserte.plot._words import profile

    assert [profile(name, "fr") for name in ("car", "foot", "bicycle", "samu")] == [
        "voiture",
        "à pied",
        "vélo",
        "samu",
    ]


def test_the_scale_is_as_long_as_it_says(figure: Figure) -> None:
    axes = figure.axes[0]
    [bar] = axes.get_lines()
    [said] = [text.get_text() for text in axes.texts if text.get_text().endswith((" km", " m"))]
    length, unit = said.split()
    start, end = np.asarray(bar.get_xdata(), dtype=float)
    assert end - start == pytest.approx(float(length) * (1000 if unit == "km" else 1))
    assert axes.get_aspect() == 1.0


def test_english_is_english(network: ds.RoadNetwork, areas: gpd.GeoDataFrame) -> None:
    said = words(ds.plot.isochrones(areas, network=network, language="en"))
    assert "Within 5, 7.5 and 10 minutes of Wulkenzin, by car" in said
    assert "© OpenStreetMap contributors (ODbL)" in said
    assert "Trips from the place marked; at most 300 m on foot off the road" in said
    assert "The ground stops where the extract of the map ends" in said
    assert "profile “car”" in said
    assert "minutes au plus" not in said


def test_far_is_darker_than_near() -> None:
    from desserte.plot._sheet import band_colours

    for count in (1, 2, 5, 12):
        light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in band_colours(count)]
        steps = [near - far for near, far in itertools.pairwise(light)]
        assert all(step > 0.02 for step in steps)


def test_a_map_of_many_origins_is_one_map(
    network: ds.RoadNetwork, villages: gpd.GeoDataFrame
) -> None:
    rings = ds.isochrones(
        network, villages.to_crs(25833), minutes=[3, 6], shape="ring", direction="to"
    )
    figure = ds.plot.isochrones(rings)
    said = words(figure)
    assert "d'un des lieux marqués" in said
    assert "Trajets vers les lieux marqués ; 300 m" in said
    assert "rive" not in said  # Without the network there is none to show.
    [circles] = [marks for marks in figure.axes[0].collections if marks.get_label() == "arrivée"]
    assert len(circles.get_offsets()) == len(villages)  # type: ignore[arg-type]


def test_a_place_is_named_as_one_speaks() -> None:
    from desserte.plot._words import of_place

    spoken = {
        "Privas": "de Privas",
        "Aubenas": "d'Aubenas",
        "Étables": "d'Étables",
        "Hauterives": "d'Hauterives",
        "Le Cheylard": "du Cheylard",
        "Les Vans": "des Vans",
        "La Voulte-sur-Rhône": "de La Voulte-sur-Rhône",
    }
    assert {name: of_place(name, "fr") for name in spoken} == spoken


def test_the_picture_can_be_kept(figure: Figure, tmp_path: Path) -> None:
    figure.savefig(tmp_path / "carte.png", dpi=60)
    assert (tmp_path / "carte.png").read_bytes().startswith(b"\x89PNG")


def test_isochrones_of_another_origin_are_drawn_without_their_facts(
    areas: gpd.GeoDataFrame,
) -> None:
    bare = gpd.GeoDataFrame(areas[["minutes"]], geometry=areas.geometry, crs=areas.crs)
    bare.attrs = {}
    assert "À 5, 7,5 et 10 minutes au plus" in words(ds.plot.isochrones(bare))


def test_what_cannot_be_drawn_is_refused_with_what_to_do(
    network: ds.RoadNetwork, areas: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    untyped: Any = ds
    with pytest.warns(ds.OffNetworkWarning):
        nothing = ds.isochrones(network, [OCEAN], minutes=5, progress=False)
    with pytest.raises(ds.InputError, match="no ground in these isochrones"):
        ds.plot.isochrones(nothing)
    with pytest.raises(ds.InputError, match="language"):
        untyped.plot.isochrones(areas, language="de")
    with pytest.raises(ds.InputError, match="got a list"):
        untyped.plot.isochrones([])
    with pytest.raises(ds.InputError, match="without a column 'minutes'"):
        ds.plot.isochrones(areas[["geometry"]])
    catchments = ds.catchments(network, [WULKENZIN], max_minutes=5, progress=False)
    with pytest.raises(ds.InputError, match=r"these are catchments, .* iso\.plot\(column="):
        ds.plot.isochrones(catchments)
    with pytest.raises(ds.CrsError, match="iso has no CRS"):
        ds.plot.isochrones(areas.set_crs(None, allow_override=True))
    with pytest.raises(ds.CrsError, match="care has no CRS"):
        ds.plot.isochrones(areas, care=gpd.GeoSeries.from_xy([WULKENZIN[0]], [WULKENZIN[1]]))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ds.InputError, match=r"pip install \"desserte\[maps\]\""):
        ds.plot.isochrones(areas)
