"""Isochrones against their definition: the judge is right, and so are they."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawing import Drawing
from scene import REPOSITORY

import desserte as ds
from desserte import quality

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def river() -> ds.RoadNetwork:
    path = REPOSITORY / "fixtures" / "networks" / "two_banks.osm.pbf"
    return ds.RoadNetwork.from_pbf(path, progress=False)


@pytest.mark.parametrize(("resolution", "gate"), quality.GATES.items())
def test_isochrones_of_the_rural_extract_keep_to_their_definition(
    network: ds.RoadNetwork, resolution: float, gate: float
) -> None:
    rows = quality.judge(network, origins=3, points=4000, resolutions=[resolution])
    assert len(rows) == 3
    assert all(row.reached > 200 for row in rows)
    wrong = sum(row.missed + row.claimed for row in rows)
    assert wrong <= gate * sum(row.points for row in rows)
    assert wrong == sum(len(row.wrong) for row in rows)


def test_isochrones_beside_a_river_keep_to_their_definition(river: ds.RoadNetwork) -> None:
    rows = quality.judge(river, origins=4, points=4000, minutes=8, resolutions=[50])
    assert sum(row.missed + row.claimed for row in rows) <= 0.002 * sum(r.points for r in rows)


def test_the_definition_worked_out_by_hand(river: ds.RoadNetwork) -> None:
    ground = quality._ground(river)
    start = 0.0
    # A street of 1000 m northward on the left bank, reached at its south and driven in 100 s.
    at = np.array([[[0.0, 1000.0], [0.0, 2000.0]]])
    ends, seconds = quality._parts(at, np.array([[start, 100.0]]))
    origin = shapely.points(4.4, 44.5)
    shift = np.array(quality._on_plane([shapely.to_wkb(origin)], ground.plane)[0].coords[0])
    streets = quality._Streets(
        ends + shift, seconds, shapely.STRtree(shapely.linestrings(ends + shift))
    )
    spots = np.array(
        [[-100.0, 1000.0], [0.0, 2100.0], [100.0, 1500.0], [200.0, 1500.0], [280.0, 1500.0]]
    )
    found = quality._minutes(ground, streets, spots + shift, 1000.0)
    # Walking takes 0.9 s a metre; at 0.1 s a metre of driving one goes nearly all the way first.
    assert found[0] == pytest.approx(90.0, abs=0.2)
    assert found[1] == pytest.approx(190.0, abs=0.5)
    assert found[2] == pytest.approx(50.0 + 90.0 * np.sqrt(1 - 1 / 81), abs=0.5)
    # In the river, and behind it.
    assert np.isinf(found[3:]).all()


def test_nobody_steps_off_in_a_long_straight_tunnel(tmp_path: Path) -> None:
    drawing = Drawing({"highway": "secondary"})
    # Aslant: what is straight in degrees bends on the plane.
    spots = [(-6.60, 62.00), (-6.60, 62.02), (-6.40, 62.10), (-6.40, 62.12)]
    nodes = [drawing._node(spot) for spot in spots]
    drawing._way(nodes[:2], drawing.plain)
    drawing._way(nodes[1:3], {**drawing.plain, "tunnel": "yes"})
    drawing._way(nodes[2:], drawing.plain)
    drawing.write(tmp_path / "fjord.osm.pbf")
    ground = quality._ground(ds.RoadNetwork.from_pbf(tmp_path / "fjord.osm.pbf", progress=False))
    place = gpd.GeoSeries([shapely.Point(-6.60, 62.01)], crs="EPSG:4326")
    [mouth] = quality._on_plane([shapely.to_wkb(shapely.Point(spots[1]))], ground.plane)
    for minutes in (4.0, 5.5, 7.0):
        # Within that time one is in the tunnel, and nowhere behind it.
        south = shapely.points(quality._reached(ground, place, minutes).ends)
        assert shapely.distance(south, mouth).max() < 2500
        assert (shapely.get_y(south) <= mouth.y + 0.1).all()


def test_an_isochrone_that_claims_too_much_is_found_out(
    river: ds.RoadNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def larger(*question: object, **how: object) -> object:
        areas = ds.isochrones(*question, **how)  # type: ignore[call-overload]
        plane = areas.estimate_utm_crs()
        return areas.set_geometry(areas.to_crs(plane).buffer(400).to_crs(areas.crs))

    monkeypatch.setattr(quality, "isochrones", larger)
    [row] = quality.judge(river, origins=1, points=4000, minutes=8, resolutions=[100])
    assert row.claimed > 50
    assert row.missed == 0


def test_isochrones_are_valid_nested_and_the_same_twice(network: ds.RoadNetwork) -> None:
    counts = quality.soundness(network, origins=20, minutes=[3, 6, 12])
    assert counts == quality.Soundness(60, 0, 0, 0)


def test_the_command_prints_a_table_and_keeps_the_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = REPOSITORY / "fixtures" / "networks" / "two_banks.osm.pbf"
    few = ["--origins", "2", "--points", "500", "--sound", "3", "--minutes", "6"]
    assert quality.main([str(extract), *few, "--wrong", str(tmp_path / "wrong.geojson")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("| two_banks.osm.pbf | 100 m | 2 | ")
    assert lines[-1] == "| two_banks.osm.pbf | 9 | 0 | 0 | 0 |"
    assert (tmp_path / "wrong.geojson").is_file()
