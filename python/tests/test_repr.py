"""What a result says of itself: one line in a terminal, one small card in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from scene import TOWN, WULKENZIN

import desserte as ds
from desserte._html import card

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = [
    pytest.param(lambda network: network, id="network"),
    pytest.param(lambda network: ds.travel_times(network, [TOWN], [WULKENZIN, TOWN]), id="times"),
    pytest.param(lambda _: ds.Profile.car(), id="profile"),
    pytest.param(lambda _: ds.compare_times([[9.0, 20.0]], [[8.0, 21.0]]), id="comparison"),
    pytest.param(
        lambda _: ds.site([[9.0, 20.0]], goal="min_mean_time", new_sites=1), id="plan of sites"
    ),
]


@pytest.mark.parametrize("make", SHOWN)
def test_repr_is_one_line_without_an_address(
    network: ds.RoadNetwork, make: Callable[[ds.RoadNetwork], object]
) -> None:
    text = repr(make(network))
    assert "\n" not in text
    assert " at 0x" not in text
    assert len(text) < 160


@pytest.mark.parametrize("make", SHOWN)
def test_the_card_is_one_plain_table(
    network: ds.RoadNetwork, make: Callable[[ds.RoadNetwork], object]
) -> None:
    html = make(network)._repr_html_()  # type: ignore[attr-defined]
    tree = ET.fromstring(html)
    assert len(tree.findall(".//table")) == 1
    assert all(len(row) == 2 for row in tree.iter("tr"))
    for word in ("script", "http", "src=", "<style", "#fff", "background:white"):
        assert word not in html


def test_the_card_escapes_what_it_shows() -> None:
    html = card("a < b", [("<script>", "R&D")])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "R&amp;D" in html


def test_the_card_of_the_network_has_the_facts_of_its_repr(network: ds.RoadNetwork) -> None:
    html = network._repr_html_()
    for fact in ("neubrandenburg.osm.pbf", "car", " km)", "junctions", "turn restrictions"):
        assert fact in html


def test_the_card_of_the_times_is_this_one(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, [TOWN], [TOWN])
    cells = [cell.text for cell in ET.fromstring(times._repr_html_()).iter("td")]
    assert cells == [
        "origins x destinations",
        "1 x 1",
        "pairs with a time",
        "1 reached",
        "median",
        "0.0 min",
        "direction",
        "from",
        "cutoff",
        "no cutoff",
    ]


def test_times_without_any_pair_reached_still_show(network: ds.RoadNetwork) -> None:
    times = ds.travel_times(network, [TOWN], [(0.0, 0.0)])
    assert repr(times) == "TravelTimes(1 x 1, 0 reached, from, no cutoff)"
    assert "nan" not in times._repr_html_()
