"""The map that one moves: what it tells, in a real browser, without any network."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from browser import opened
from territory import Territory

import desserte as ds
from desserte.interactive import _lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser import Opened

pytest.importorskip("jinja2")

NASTY = "</script><script>alert('a')</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def land() -> Territory:
    return Territory()


@pytest.fixture(scope="module")
def map_(land: Territory) -> ds.InteractiveMap:
    return ds.explore(
        land.cells,
        values=land.before,
        after=land.after,
        isochrones=land.isochrones,
        care=land.houses,
        sites=land.sites,
        study=land.study,
        network=land.network,
        title="Accès à une maison de santé",
    )


@pytest.fixture(scope="module")
def shown(map_: ds.InteractiveMap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    path = map_.save(tmp_path_factory.mktemp("carte") / "carte.html")
    with opened(path) as seen:
        seen.page.wait_for_selector("[data-ready]")
        yield seen
        # Whatever was done with it: nothing went wrong, and nothing was asked for.
        # That the tests read the colours is what Chromium remarks.
        assert [said for said in seen.complaints if "getImageData" not in said] == []
        assert seen.strangers(path) == []


def data_of(made: ds.InteractiveMap) -> Any:
    found = re.search(r'class="dm-data">(.*?)</script>', made.fragment, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def squares(names: list[str]) -> gpd.GeoDataFrame:
    boxes = [shapely.box(4.5 + x / 10, 44.5, 4.6 + x / 10, 44.6) for x in range(len(names))]
    return gpd.GeoDataFrame({"name": names}, geometry=boxes, crs=4326)


def spot(page: Any, area: gpd.GeoDataFrame) -> tuple[float, float]:
    """Where on the screen a point within an area is, once the map is moved there."""
    inside = area.geometry.representative_point().iloc[0]
    x, y = page.evaluate(
        """([lon, lat]) => {
            const root = document.querySelector('.desserte-map');
            root.desserteMap.setView([lat, lon], undefined, {animate: false});
            const at = root.desserteMap.latLngToContainerPoint([lat, lon]);
            const box = root.querySelector('.dm-ground').getBoundingClientRect();
            return [box.left + at.x + 1, box.top + at.y + 1];
        }""",
        [inside.x, inside.y],
    )
    return x, y


def colour(page: Any, area: gpd.GeoDataFrame) -> list[int]:
    """The colour of the ground there."""
    found: list[int] = page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector('.leaflet-dm-communes-pane canvas');
            const box = canvas.getBoundingClientRect();
            const scale = canvas.width / box.width;
            const at = [(x - box.left) * scale, (y - box.top) * scale];
            return Array.from(canvas.getContext('2d').getImageData(...at, 1, 1).data);
        }""",
        list(spot(page, area)),
    )
    return found


def test_leaflet_is_the_one_that_was_published() -> None:
    folder = Path(ds.__file__).with_name("data") / "leaflet"
    told = (folder / "ORIGIN.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| `([\w.]+)` \| (\d+) \| `([0-9a-f]{64})` \|", told)
    assert [row[0] for row in rows] == ["leaflet.js", "leaflet.css", "LICENSE"]
    for name, size, digest in rows:
        content = (folder / name).read_bytes()
        assert len(content) == int(size)
        assert hashlib.sha256(content).hexdigest() == digest


def test_it_opens_without_a_complaint_or_a_request(shown: Opened) -> None:
    assert shown.page.title() == "Accès à une maison de santé"
    assert shown.page.locator("html").get_attribute("lang") == "fr"
    assert shown.page.locator(".dm-ground canvas").count() >= 2
    assert "CROQUIS" in shown.page.locator(".dm-summary").inner_text()
    assert "80 km/h" in shown.page.locator(".dm-credits").inner_text()
    assert shown.requests == shown.requests[:1]


def test_the_list_tells_a_commune_by_the_keyboard_alone(shown: Opened, land: Territory) -> None:
    page = shown.page
    page.locator("select").focus()
    page.keyboard.type("Berrias-et-Casteljau")
    page.locator(".dm-told").filter(has_text="Berrias-et-Casteljau").wait_for()
    said = page.locator(".dm-told").inner_text()
    row = land.points[land.points["name"] == "Berrias-et-Casteljau"]
    minutes = [
        round(float(table.set_index("origin").loc[row.index[0], "minutes"]))
        for table in (land.before, land.after)
    ]
    assert f"Avant\u202f: {minutes[0]}\u202fmin" in said
    assert f"Après\u202f: {minutes[1]}\u202fmin" in said
    assert "Saint-André-de-Cruzières" in said
    assert minutes[1] < minutes[0]
    page.keyboard.press("ArrowDown")
    assert "Berrias-et-Casteljau" not in page.locator(".dm-told").inner_text()


def test_the_switch_is_reached_and_turned_by_the_keyboard(shown: Opened) -> None:
    page = shown.page
    page.get_by_label("Avant").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Après").is_checked()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_label("Avant").is_checked()
    box = page.locator(".dm-ground").bounding_box()
    before = page.locator(".leaflet-map-pane").evaluate("pane => pane.style.transform")
    page.locator(".dm-ground").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    assert page.locator(".leaflet-map-pane").evaluate("pane => pane.style.transform") != before
    assert box is not None


def test_to_point_at_a_commune_is_to_be_told_its_figures(shown: Opened, land: Territory) -> None:
    page = shown.page
    page.locator("select").select_option("")
    far = land.cells[land.cells["name"] == "Berrias-et-Casteljau"]
    page.mouse.move(*spot(page, far))
    said = page.locator(".leaflet-tooltip").filter(has_text="Berrias-et-Casteljau").inner_text()
    assert "min" in said
    told = page.locator(".dm-told").inner_text()
    assert told.startswith("Berrias-et-Casteljau")
    assert "habitants" in told


def test_the_switch_changes_the_colour_and_the_counts(shown: Opened, land: Territory) -> None:
    page = shown.page
    page.get_by_label("Avant").check()
    far = land.cells[land.cells["name"] == "Berrias-et-Casteljau"]
    first, counts = colour(page, far), page.locator(".dm-key tbody").inner_text()
    page.get_by_label("Après").check()
    page.wait_for_timeout(100)
    second = colour(page, far)
    assert first != second
    assert sum(second[:3]) > sum(first[:3])  # Better served is brighter.
    assert page.locator(".dm-key tbody").inner_text() != counts
    page.get_by_label("Avant").check()
    page.wait_for_timeout(100)
    assert colour(page, far) == first


def test_the_ground_of_new_sites_is_shown_where_they_are_open(
    shown: Opened, map_: ds.InteractiveMap
) -> None:
    page, band = shown.page, data_of(map_)["band"]
    drawn = f"""root => {{
        let count = 0;
        root.desserteMap.eachLayer(layer => {{ count += layer.options.color === "{band}"; }});
        return count;
    }}"""
    root = page.locator("[data-ready]")
    page.get_by_label("Avant").check()
    assert root.evaluate(drawn) == 0
    page.get_by_label("Après").check()
    count = root.evaluate(drawn)
    assert count > 0
    page.get_by_label("isochrone").first.uncheck()
    assert root.evaluate(drawn) < count
    page.get_by_label("isochrone").first.check()
    page.get_by_label("Avant").check()


def test_the_counts_of_the_legend_are_those_of_the_pictures(shown: Opened, land: Territory) -> None:
    page = shown.page
    page.get_by_label("Avant").check()
    cells = page.locator(".dm-key tbody td").all_inner_texts()
    assert sum(int(cell) for cell in cells[::2]) == len(land.study)
    people = sum(int(cell.replace("\u202f", "")) for cell in cells[1::2])
    assert people == land.points.loc[land.study, "population"].sum()


def test_layers_are_hidden_and_shown(shown: Opened) -> None:
    page = shown.page
    marks = page.locator(".leaflet-dm-marks-pane path")
    count = marks.count()
    page.get_by_label("maison ou centre de santé").uncheck()
    assert marks.count() < count
    page.get_by_label("maison ou centre de santé").check()
    assert marks.count() == count
    page.get_by_label("routes").uncheck()
    page.get_by_label("routes").check()


def test_nearer_the_small_streets_appear(shown: Opened) -> None:
    page = shown.page
    drawn = "() => Object.keys(document.querySelector('.desserte-map').desserteMap._layers).length"
    before = page.evaluate(drawn)
    go = """zoom => {
        document.querySelector('.desserte-map').desserteMap.setZoom(zoom, {animate: false});
    }"""
    page.evaluate(go, 14)
    assert page.evaluate(drawn) > before
    page.evaluate(go, 9)
    assert page.evaluate(drawn) == before


def test_words_stand_out_from_what_is_behind(shown: Opened) -> None:
    page = shown.page
    pairs = page.evaluate(
        """() => ['.dm-title', '.dm-summary', '.dm-told p', '.dm-credits p', '.dm-key td',
                  '.dm-key thead th', '.dm-layers label', '.dm-choose']
            .map(name => document.querySelector(name))
            .map(element => {
                let behind = element;
                while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') {
                    behind = behind.parentElement;
                }
                return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
            })"""
    )
    for text, behind in pairs:
        assert contrast(text, behind) >= 4.5


def contrast(one: str, other: str) -> float:
    """As the accessibility guidelines count it."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_everything_that_one_can_use_has_a_name(shown: Opened) -> None:
    nameless = shown.page.evaluate(
        """() => [...document.querySelectorAll('input, select, [role], .dm-ground a')]
            .filter(each => !(each.labels && each.labels.length) && !each.getAttribute('aria-label')
                && !each.title && each.getAttribute('role') !== 'status'
                && !each.closest('.leaflet-tooltip-pane'))
            .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


def test_a_commune_named_like_a_script_does_not_run(tmp_path: Path) -> None:
    places = squares([NASTY, "Vans", "Étables"])
    care = gpd.GeoDataFrame(
        {"name": [NASTY], "kind": ["gp"]}, geometry=[shapely.Point(4.55, 44.55)], crs=4326
    )
    table = pd.DataFrame(
        {"origin": [0, 1, 2], "minutes": 5.0, "status": "ok", "destination_name": NASTY}
    )
    made = ds.explore(places, values=table, care=care, sites=care, title=NASTY)
    assert NASTY not in made.html
    path = made.save(tmp_path / "x.html")
    with opened(path) as seen:
        page = seen.page
        page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
        page.wait_for_selector("[data-ready]")
        page.locator("select").select_option(index=1)
        page.mouse.move(*spot(page, places.head(1)))
        page.wait_for_timeout(200)
        assert NASTY in page.locator(".dm-told").inner_text()
        assert page.title() == NASTY
        assert page.locator("img").count() == 0
        # The names are in the order of the alphabet, accents aside.
        assert page.locator("option").all_inner_texts()[2:] == ["Étables", "Vans"]
        assert seen.complaints == []
        assert seen.strangers(path) == []


def test_several_maps_live_on_one_page(land: Territory, tmp_path: Path) -> None:
    places = squares(["Un", "Deux"])
    one = ds.explore(places, values=[3.0, 50.0], after=[3.0, 8.0], title="Premier")
    two = ds.explore(land.points, values=land.before, after=land.after, title="Second")
    path = tmp_path / "deux.html"
    head = '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Deux</title>'
    loader = "<script>window.L = 'mine'; window.define = () => {}; define.amd = true;</script>"
    text = f"{head}{loader}{one.fragment}{two.fragment}{one.fragment}"
    path.write_text(text, encoding="utf-8")
    with opened(path) as seen:
        page = seen.page
        assert page.locator("[data-ready]").count() == 3
        first, second, third = page.locator(".desserte-map").all()
        first.get_by_label("Après").check()
        assert second.get_by_label("Avant").is_checked()
        assert third.get_by_label("Avant").is_checked()
        assert page.evaluate("window.L") == "mine"
        assert seen.complaints == []
        assert seen.strangers(path) == []


def test_a_notebook_shows_it_in_a_frame(map_: ds.InteractiveMap, tmp_path: Path) -> None:
    frame = map_._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert html.unescape(frame.split('srcdoc="')[1].split('" title=')[0]) == map_.html
    path = tmp_path / "carnet.html"
    path.write_text(f"<!DOCTYPE html><title>x</title>{frame}", encoding="utf-8")
    with opened(path) as seen:
        inside = seen.page.frame_locator("iframe")
        inside.locator("[data-ready]").wait_for(timeout=20_000)
        assert inside.locator(".dm-title").inner_text() == "Accès à une maison de santé"
        assert seen.complaints == []


def test_a_map_of_the_sketch_weighs_less_than_two_and_a_half_megabytes(
    map_: ds.InteractiveMap,
) -> None:
    assert map_.attrs["bytes"] == len(map_.html.encode()) < 2_500_000
    assert map_.attrs["streets_left_out"] == []
    assert "url(" not in map_.html.split("<script>")[0]
    assert re.search(r"<(link|img|iframe|script)\b[^>]*\b(src|href)\b", map_.html) is None


def test_the_streets_of_a_page_are_those_of_the_network(land: Territory) -> None:
    sorts, left_out = _lines.streets_of(land.network, (3.9, 44.2, 4.9, 44.8))
    assert [sort.name for sort in sorts][:2] == ["great", "middle"]
    assert left_out == []
    steps = sorts[0].lines[0]
    assert 3.5 < steps[0] / _lines.SCALE < 5.5
    assert 44 < steps[1] / _lines.SCALE < 45.5
    assert max(abs(step) for step in steps[2:]) < 50_000


def test_lines_come_back_from_their_steps_to_a_metre() -> None:
    lines = [shapely.LineString([(4.1, 44.2), (4.15, 44.25), (4.15, 44.25), (-4.1, 44.3)])]
    [steps] = _lines.line_steps(pd.Series(lines).to_numpy())
    x = [sum(steps[0 : 2 * at + 1 : 2]) / _lines.SCALE for at in range(len(steps) // 2)]
    y = [sum(steps[1 : 2 * at + 2 : 2]) / _lines.SCALE for at in range(len(steps) // 2)]
    assert x == pytest.approx([4.1, 4.15, -4.1])
    assert y == pytest.approx([44.2, 44.25, 44.3])


def test_small_streets_are_left_out_where_they_weigh_too_much(
    land: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_lines, "_MOST_POINTS", 12_000)
    made = ds.explore(land.points, network=land.network)
    assert made.attrs["streets_left_out"][-1] == "least"
    assert "Routes non dessinées, trop nombreuses\u202f: " in made.html
    assert "chemins et voies de service" in made.html


def test_it_is_made_of_whatever_there_is(land: Territory, tmp_path: Path) -> None:
    for number, asked in enumerate(
        (
            {"isochrones": land.isochrones},
            {"network": land.network},
            {"care": land.houses},
            {"sites": land.sites, "language": "en"},
            {"communes": land.points, "care": land.houses.iloc[:0]},
            {"communes": land.cells, "values": land.before, "language": "en"},
        )
    ):
        untyped: Any = asked
        path = ds.explore(**untyped).save(tmp_path / f"{number}.html")
        with opened(path) as seen:
            seen.page.wait_for_selector("[data-ready]")
            assert seen.complaints == [], asked
            assert seen.strangers(path) == []


def test_the_summary_says_how_the_colours_are_read() -> None:
    places = squares(["A", "B"])
    assert "Foncé\u202f: mal desservi. Hors de l'étude\u202f: plus pâle." in html.unescape(
        ds.explore(places, values=[1, 2], study=[0]).fragment
    )
    changed = ds.explore(places, values=[-9, 9], measure="change", language="en").fragment
    assert "Blue: time gained; orange: time lost." in changed
    assert "paler" not in changed


def test_who_has_no_figure_is_told_why() -> None:
    table = pd.DataFrame(
        {
            "origin": [0, 1],
            "minutes": [float("nan"), float("nan")],
            "status": ["no_path", "beyond_cutoff"],
        }
    )
    data = data_of(ds.explore(squares(["A", "B"]), values=table))
    assert data["sides"][0]["said"] == ["sans route", "trop loin"]
    assert data["sides"][0]["ranks"] == [-1, -1]


def test_people_whom_nobody_counted_are_not_said_to_be_none() -> None:
    places = squares(["A", "B"]).assign(population=[1200, None])
    data = data_of(ds.explore(places, values=[1, 2]))
    assert data["communes"]["people"] == ["1\u202f200 habitants", "population inconnue"]
    data = data_of(ds.explore(places.assign(population=None), values=[1, 2]))
    assert data["communes"]["people"] is None


def test_crossed_outlines_and_the_parts_of_one_are_shown(tmp_path: Path) -> None:
    bow = shapely.Polygon([(4.5, 44.5), (4.6, 44.6), (4.6, 44.5), (4.5, 44.6)])
    two = shapely.MultiPolygon(
        [shapely.box(4.7, 44.5, 4.75, 44.6), shapely.box(4.8, 44.5, 4.9, 44.6)]
    )
    places = gpd.GeoDataFrame({"name": ["Noeud", "Deux"]}, geometry=[bow, two], crs=4326)
    made = ds.explore(places.to_crs(2154), values=[1, 2])
    assert [len(shape) for shape in data_of(made)["communes"]["shapes"]] == [2, 2]
    with opened(made.save(tmp_path / "x.html")) as seen:
        seen.page.wait_for_selector("[data-ready]")
        assert seen.complaints == []


def test_it_is_kept_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ds.explore(squares(["A"]), values=[4])
    assert repr(made) == """InteractiveMap("Temps d'accès par commune", 1 commune, 0.2 MB)"""
    path = tmp_path / "carte.html"
    path.write_text("before", encoding="utf-8")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match=r"carte.html was not written"):
        made.save(path)
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "before"
    assert made.save(path) == path
    assert [file.name for file in tmp_path.iterdir()] == ["carte.html"]
    with pytest.raises(ds.InputError, match=r"whose name ends in .html"):
        made.save(tmp_path / "carte.png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        made.save(tmp_path / "nowhere" / "carte.html")


def test_what_cannot_be_shown_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, land: Territory
) -> None:
    places, untyped = squares(["A", "B"]), ds
    explore: Any = untyped.explore
    with pytest.raises(ds.InputError, match="nothing to show"):
        explore()
    with pytest.raises(ds.InputError, match="values are of communes"):
        explore(values=[1, 2])
    with pytest.raises(ds.InputError, match="after is beside values"):
        explore(places, after=[1, 2])
    with pytest.raises(ds.IdError, match="after lacks 1 commune: 1"):
        explore(places, values=[1, 2], after=pd.Series([1.0], index=[0]))
    with pytest.raises(ds.CrsError, match="care has no CRS"):
        explore(places, care=land.houses.set_crs(None, allow_override=True))
    with pytest.raises(ds.InputError, match="isochrones is a table"):
        explore(isochrones=[1])
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ds.InputError, match=r"pip install \"desserte\[maps\]\""):
        explore(places)
