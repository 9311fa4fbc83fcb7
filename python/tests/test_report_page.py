"""The report in a browser and on paper: nothing is fetched, nothing complains, it can be read."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import meeting
import pytest
from browser import opened

import desserte as ds
from desserte._demo_report import prepare, write_report

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

MOST_PAGES = 2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight communes, with all that a report can hold."""
    known = prepare()
    study = known.study[:8]
    apl = ds.time_to_nearest(known.before).astype("float64").rename("apl")
    return ds.report(
        tmp_path_factory.mktemp("small") / "rapport.html",
        title="Deux maisons de santé",
        study=study,
        communes=known.communes,
        care=known.care,
        demand=known.demand,
        network=known.network,
        before=known.before,
        apl_before=apl,
        apl_after=apl,
        standardised_population=known.demand["population"],
        population_year=2021,
        **known.choice._asdict(),
    )


def test_it_opens_without_a_network_and_without_a_complaint(demo: Path) -> None:
    with opened(demo) as seen:
        assert seen.page.title().startswith("Deux maisons de santé")
        seen.page.wait_for_timeout(300)
        assert seen.complaints == []
        assert seen.strangers(demo) == []
        assert seen.page.locator("script[src], link, iframe, img:not([src^='data:'])").count() == 0


def test_it_says_that_it_is_a_sketch_before_anything_else(demo: Path) -> None:
    with opened(demo) as seen:
        assert seen.page.locator("header > .sketch").inner_text().startswith("CROQUIS")
        words = seen.page.locator("#caveats").inner_text()
        assert "sont inventés" in words
        assert "un habitant sur quatre" in words


def test_a_commune_is_told_and_the_situation_is_switched(demo: Path) -> None:
    with opened(demo) as seen:
        living = seen.page.locator(".living")
        living.scroll_into_view_if_needed()
        living.locator("select").select_option(label="Les Vans")
        line = seen.page.locator("#index tr", has_text="Les Vans").locator("td")
        before, after = (line.nth(at).inner_text() for at in (2, 3))
        assert f"{before}\u202fmin" in living.inner_text()
        living.get_by_label("Après", exact=True).check()
        assert f"{after}\u202fmin" in living.inner_text()
        assert before != after


def test_to_point_at_a_commune_is_to_read_its_minutes(demo: Path) -> None:
    with opened(demo) as seen:
        seen.page.locator(".living").scroll_into_view_if_needed()
        x, y = seen.page.evaluate(
            """() => {
                const root = document.querySelector('.desserte-map');
                const aubenas = [44.6205, 4.3901];
                root.desserteMap.setView(aubenas, undefined, {animate: false});
                root.scrollIntoView();
                const at = root.desserteMap.latLngToContainerPoint(aubenas);
                const box = root.querySelector('.dm-ground').getBoundingClientRect();
                return [box.left + at.x, box.top + at.y];
            }"""
        )
        seen.page.mouse.move(x, y)
        line = seen.page.locator("#index tr", has_text="Aubenas").first.locator("td")
        told = seen.page.locator(".leaflet-tooltip", has_text="Aubenas").inner_text()
        assert f"{line.nth(2).inner_text()}\u202fmin" in told


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_screen(width: int, demo: Path) -> None:
    with opened(demo, width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def pages(path: Path) -> int:
    """How many sheets of A4 it takes."""
    with opened(path) as seen:
        made: bytes = seen.page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594" in made or b"/MediaBox [0 0 595" in made
    return made.count(b"/Type /Page\n")


def test_a_small_territory_is_two_sheets_of_paper(small: Path) -> None:
    assert 1 <= pages(small) <= MOST_PAGES


def test_the_index_of_a_large_one_flows_on(demo: Path) -> None:
    assert MOST_PAGES < pages(demo) <= MOST_PAGES + 3


def test_paper_has_the_two_maps_and_not_the_one_that_moves(demo: Path) -> None:
    with opened(demo) as seen:
        for medium, living in (("screen", True), ("print", False)):
            seen.page.emulate_media(media=medium)
            assert seen.page.locator(".living").is_visible() == living
            assert seen.page.locator(".still img").is_visible()
            assert seen.page.locator("nav").is_visible() == living
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".sign").is_visible()


def test_one_gets_about_with_the_keyboard(demo: Path) -> None:
    with opened(demo) as seen:
        seen.page.keyboard.press("Tab")
        skip = seen.page.evaluate("document.activeElement.className")
        assert skip == "skip"
        assert seen.page.locator(".skip").is_visible()
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("location.hash") == "#content"


def test_pictures_have_words_and_tables_have_headers(demo: Path) -> None:
    with opened(demo) as seen:
        page = seen.page
        assert page.locator("html").get_attribute("lang") == "fr"
        for picture in page.locator("main img").all():
            assert len(picture.get_attribute("alt") or "") > 40
        assert page.locator("main table th:not([scope])").count() == 0
        headings: list[Any] = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])"
        )
        assert headings[0] == 1
        assert headings.count(1) == 1
        steps = itertools.pairwise(headings)
        assert all(second - first <= 1 for first, second in steps)


def test_a_page_of_hostile_names_runs_nothing(tmp_path: Path) -> None:
    hostile = "</script><script>document.title = 'caught'</script>"
    names = [hostile, "'\"><img src=x onerror=\"document.title='caught'\">", "a", "b"]
    path = ds.report(
        tmp_path / "rapport.html",
        title="Noms",
        before=meeting.before(),
        after=meeting.after(),
        demand=meeting.people(),
        communes=meeting.communes(names),
        care=meeting.care(hostile).assign(kind="msp"),
    )
    with opened(path) as seen:
        seen.page.wait_for_timeout(200)
        assert seen.page.title() == "Noms"
        assert seen.complaints == []
        assert seen.strangers(path) == []
