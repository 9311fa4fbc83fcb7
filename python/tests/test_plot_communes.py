"""Figures by commune as pictures: their classes, their counts, and who has none."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from territory import Territory

import desserte as ds
from desserte.plot._classes import NO_DATA, classes_of

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def land() -> Territory:
    return Territory()


@pytest.fixture(scope="module")
def figure(land: Territory) -> Figure:
    return ds.plot.communes(
        land.before,
        land.cells,
        care=land.houses,
        sites=land.sites,
        isochrones=land.isochrones,
        study=land.study,
        network=land.network,
    )


@pytest.fixture(scope="module")
def pair(land: Territory) -> Figure:
    return ds.plot.before_after(
        land.before, land.after, land.points, sites=land.sites, study=land.study, title="Maisons"
    )


def test_isochrones_that_stop_where_the_extract_ends_are_said_to(
    land: Territory, figure: Figure
) -> None:
    said = "Le territoire s'arrête au bord de l'extrait de carte"
    ended = land.isochrones.copy()
    ended.attrs = {**land.isochrones.attrs, "at_edge": [0]}
    one = ds.plot.communes(land.before, land.cells, isochrones=ended)
    both = ds.plot.before_after(land.before, land.after, land.points, isochrones=ended)
    assert said in one.get_supxlabel()
    assert any(said in text.get_text() for text in both.texts)
    assert said in html.unescape(ds.explore(land.points, isochrones=ended).html)
    assert said not in figure.get_supxlabel()


def four(**columns: Any) -> gpd.GeoDataFrame:
    """Four squares in a row, by code."""
    squares = [shapely.box(4.5 + x / 10, 44.5, 4.6 + x / 10, 44.6) for x in range(4)]
    ids = pd.Index(["07001", "07002", "07003", "07004"], name="insee_code")
    return gpd.GeoDataFrame(columns, index=ids, geometry=squares, crs=4326)


def legend(figure: Figure) -> dict[str, str]:
    """Of each class its colour, by the first line of its label."""
    from matplotlib.colors import to_hex
    from matplotlib.patches import Patch

    found = figure.axes[0].get_legend()
    assert found is not None
    patches = [patch for patch in found.get_patches() if isinstance(patch, Patch)]
    labels = [text.get_text().splitlines()[0] for text in found.get_texts()]
    return dict(zip(labels, (to_hex(p.get_facecolor()) for p in patches), strict=False))


def lines(figure: Figure) -> list[str]:
    found = figure.axes[0].get_legend()
    assert found is not None
    return [text.get_text() for text in found.get_texts()]


def rows(figure: Figure) -> list[str]:
    """What is written in the table under two maps."""
    return [text.get_text() for text in figure.axes[2].texts]


def test_the_classes_are_those_of_the_field() -> None:
    said = [label.replace("\u202f", " ") for label in classes_of("minutes").labels("fr")]
    assert said == [
        "0 à 5 min",
        "5 à 10 min",
        "10 à 15 min",
        "15 à 20 min",
        "20 à 30 min",
        "30 à 45 min",
        "plus de 45 min",
    ]
    assert classes_of("apl").labels("fr") == [
        "moins de 1,5",
        "1,5 à 2,5",
        "2,5 à 4",
        "4 à 6",
        "6 et plus",
    ]


def test_a_bound_belongs_to_the_side_that_the_field_gives_it() -> None:
    minutes = classes_of("minutes").ranks(np.array([0, 5, 5.01, 45, 45.1, np.nan]))
    assert minutes.tolist() == [0, 0, 1, 5, 6, -1]
    # An APL of 2.5 is no longer under 2.5.
    assert classes_of("apl").ranks(np.array([0, 1.49, 1.5, 2.5, 6.0])).tolist() == [0, 0, 1, 2, 4]
    change = classes_of("change")
    names = [change.labels("fr")[rank] for rank in change.ranks(np.array([-20.0, 0.0, 6.0]))]
    assert [name.replace("\u202f", " ") for name in names] == [
        "plus de 15 min de moins",
        "inchangé (± 1 min)",
        "5 à 15 min de plus",
    ]


def grey(colour: str) -> float:
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize(
    ("measure", "count"), [("minutes", None), ("apl", None), ("share", None), ("minutes", 9)]
)
def test_dark_is_badly_served_in_grey_too(measure: str, count: int | None) -> None:
    found = classes_of(measure, None if count is None else list(range(1, count)))
    greys = [grey(colour) for colour in found.colours]
    if measure != "minutes":
        greys.reverse()
    assert all(near - far > 18 for near, far in itertools.pairwise(greys))


def as_seen(colour: str, blindness: Any) -> Any:
    """A colour without one sort of cones, by the matrices of Machado, Oliveira and Fernandes."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(blindness) @ linear, 0, 1)


DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]


@pytest.mark.parametrize("blindness", [DEUTERANOPIA, PROTANOPIA])
@pytest.mark.parametrize("measure", ["minutes", "apl", "change"])
def test_colours_are_told_apart_without_red_or_green_cones(measure: str, blindness: Any) -> None:
    seen = [as_seen(colour, blindness) for colour in classes_of(measure).colours]
    for one, other in itertools.combinations(seen, 2):
        assert np.abs(one - other).max() > 0.025


def test_every_commune_of_the_study_is_counted_once_with_its_people(
    figure: Figure, land: Territory
) -> None:
    said = [line.splitlines()[1] for line in lines(figure) if "\n" in line]
    communes = sum(int(line.split()[0]) for line in said if not line.startswith("aucune"))
    people = sum(int("".join(filter(str.isdigit, line.split(",")[1]))) for line in said)
    assert communes == len(land.study)
    assert people == land.points.loc[land.study, "population"].sum()


def test_the_map_says_that_the_study_ends_and_that_it_is_a_sketch(figure: Figure) -> None:
    said = " ".join([*lines(figure), figure.axes[0].get_title(loc="left")])
    assert "hors de l'étude, plus pâle" in said
    assert "CROQUIS, routes inventées" in said
    assert "isochrone 15\u202fmin" in said
    assert "nouveaux sites (2)" in said
    foot = figure.get_supxlabel()
    assert "CROQUIS" in foot
    assert "80 km/h" in foot
    named = [text.get_text() for text in figure.axes[0].texts]
    assert {"Les Assions", "Saint-André-de-Cruzières"} <= set(named)


def test_the_neighbours_houses_are_on_the_map(figure: Figure, land: Territory) -> None:
    [shown] = [line for line in lines(figure) if line.startswith("maison ou centre")]
    within = land.houses.sjoin(land.cells.loc[land.study], predicate="within")
    assert int(shown.split("(")[1].rstrip(")")) > len(within)


def test_discs_are_as_large_as_their_people(land: Territory) -> None:
    figure = ds.plot.communes(land.before, land.points)
    shown = {}
    for discs in figure.axes[0].collections:
        for spot, size in zip(discs.get_offsets(), discs.get_sizes(), strict=True):  # type: ignore[attr-defined, arg-type]
            shown[tuple(np.round(np.asarray(spot), 1))] = size
    people = np.sort(land.points["population"].fillna(0).to_numpy("float64"))[::-1]
    areas = np.sort(list(shown.values()))[::-1]
    assert areas[0] / areas[10] == pytest.approx(people[0] / people[10])


def test_who_has_no_figure_is_grey_hatched_and_told_why() -> None:
    squares = four(population=[10, 20, 30, 40])
    table = pd.DataFrame(
        {
            "origin": squares.index,
            "rank": 1,
            "minutes": [4.0, np.nan, np.nan, 50.0],
            "status": ["ok", "beyond_cutoff", "origin_off_network", "ok"],
        }
    )
    figure = ds.plot.communes(table, squares)
    colours = legend(figure)
    assert colours["trop loin, hors réseau"] == NO_DATA
    assert "trop loin, hors réseau\n2 communes, 50 hab." in lines(figure)
    hatched = [c for c in figure.axes[0].collections if c.get_hatch()]
    assert [len(c.get_paths()) for c in hatched] == [2]
    nothing = ds.plot.communes(pd.Series(np.nan, index=squares.index), squares)
    assert "pas de donnée\n4 communes, 100 hab." in lines(nothing)


def test_people_whom_nobody_counted_are_not_said_to_be_none() -> None:
    some_known = four(population=[100, None, 30, None])
    figure = ds.plot.communes([1, 2, 50, 50], some_known)
    said = figure.axes[0].get_title(loc="left")
    assert said == "4 communes, 130 habitants (2 sans population connue)."
    unknown = ds.plot.communes([1, 2, 50, 50], four(population=[None] * 4))
    assert unknown.axes[0].get_title(loc="left") == "4 communes."
    assert "plus de 45\u202fmin\n2 communes" in lines(unknown)


def test_the_same_class_has_the_same_colour_on_both_maps_and_changes_are_outlined() -> None:
    squares = four(name=["A", "B", "C", "D"])
    before = pd.Series([4.0, 12, 22, 50], index=squares.index)
    after = before.copy()
    after["07003"] = 12.0
    figure = ds.plot.before_after(before, after, squares)
    one, two = figure.axes[:2]
    assert one.get_xlim() == two.get_xlim()
    assert one.get_position().width == pytest.approx(two.get_position().width)
    colours = [
        {tuple(color) for c in axes.collections for color in np.round(c.get_facecolor(), 3)}  # type: ignore[arg-type]
        for axes in (one, two)
    ]
    assert colours[1] <= colours[0]
    # White under black, around one commune.
    assert len(two.collections) - len(one.collections) == 2 - 1


def test_the_table_says_who_moves_between_classes(pair: Figure, land: Territory) -> None:
    said = rows(pair)
    assert said[1:4] == ["Avant", "Après", "Écart"]
    start = said.index("0 à 5\u202fmin")
    counts = [said[start + 4 * row + 1 : start + 4 * row + 4] for row in range(7)]
    for side in (0, 1):
        assert sum(int(row[side].split(" · ")[0]) for row in counts) == len(land.study)
    gaps = [
        0 if row[2] == "=" else int(row[2].replace("\u202f", "").replace("−", "-"))
        for row in counts
    ]
    assert sum(gaps) == 0
    assert any(gaps)


def test_two_maps_are_as_wide_as_the_text_of_an_a4_sheet(pair: Figure) -> None:
    wide, high = pair.get_size_inches()
    assert wide <= 7.5
    assert high <= 10
    sizes = [float(text.get_fontsize()) for axes in pair.axes for text in axes.texts]
    assert min(sizes) >= 7


def test_nothing_written_leaves_the_sheet(pair: Figure) -> None:
    pair.draw_without_rendering()
    width, height = pair.bbox.size
    for text in pair.findobj(lambda thing: hasattr(thing, "get_window_extent")):
        if type(text).__name__ != "Text" or not text.get_text():  # type: ignore[attr-defined]
            continue
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text


def test_own_classes_replace_the_usual_ones() -> None:
    squares = four()
    figure = ds.plot.communes([5, 15, 25, 90], squares, classes=[0, 10, 30], language="en")
    assert [line.replace("\u202f", " ") for line in lines(figure)] == [
        "0 to 10 min\n1 commune",
        "10 to 30 min\n2 communes",
        "over 30 min\n1 commune",
    ]


@pytest.mark.parametrize(
    ("measure", "values", "title"),
    [
        ("apl", [0.4, 2.5, 3.0, 7.0], "Accessibilité potentielle localisée (APL) par commune"),
        ("share", [0.0, 0.4, 0.9, 1.0], "Part de la population couverte, par commune"),
        ("choices", [0, 1, 2, 9], "Fragilité de l'offre, par commune"),
        ("change", [-30, -2, 0, 12], "Évolution du temps d'accès, par commune"),
    ],
)
def test_other_figures_have_their_own_maps(
    measure: Any, values: list[float], title: str, tmp_path: Path
) -> None:
    figure = ds.plot.communes(values, four(), measure=measure)
    assert figure.get_suptitle() == title
    assert len([line for line in lines(figure) if line.endswith("1 commune")]) >= 2
    figure.savefig(tmp_path / "carte.png", dpi=50)


def test_losses_are_dotted_since_grey_prints_them_as_gains() -> None:
    figure = ds.plot.communes([-30, -2, 0, 12], four(), measure="change")
    assert [c.get_hatch() for c in figure.axes[0].collections if c.get_hatch()] == ["...."]


def test_a_departement_without_any_care_is_drawn(land: Territory) -> None:
    squares = four()
    figure = ds.plot.communes([np.nan] * 4, squares, care=land.houses.iloc[:0], sites=[])
    assert lines(figure)[-1] == "pas de donnée\n4 communes"


def test_a_series_is_put_beside_the_communes_by_id() -> None:
    squares = four(population=[1, 2, 3, 4])
    values = pd.Series([50.0, 4, 4, 4, 99], index=["07004", "07003", "07002", "07001", "07999"])
    assert "plus de 45\u202fmin\n1 commune, 4 hab." in lines(ds.plot.communes(values, squares))


def test_the_real_communes_of_ardeche_are_drawn(land: Territory, shared_data: Path) -> None:
    file = shared_data / "fr" / "communes" / "communes-07-ardeche.geojson"
    if not file.is_file():
        pytest.skip(f"{file.name} is absent")
    outlines = ds.read_communes(file)
    known = land.before.set_index("origin")["minutes"].reindex(outlines.index)
    figure = ds.plot.communes(known, outlines, study=[c for c in land.study if c in outlines.index])
    assert any(line.startswith("0 à 5") for line in lines(figure))


def test_andorra_is_drawn_with_its_own_streets(shared_data: Path) -> None:
    file = shared_data / "osm" / "andorra-2025.osm.pbf"
    if not file.is_file():
        pytest.skip(f"{file.name} is absent")
    network = ds.RoadNetwork.from_pbf(file, progress=False)
    places = ds.read_places(file, progress=False)
    villages = places[places["place"].isin(["town", "village"]) & places["name"].notna()]
    care = ds.read_care(file, progress=False)
    found = ds.nearest(network, villages, care[care["kind"] == "pharmacy"], progress=False)
    figure = ds.plot.communes(found, villages, care=care, network=network)
    assert "andorra-2025.osm.pbf" in figure.get_supxlabel()


def test_what_cannot_be_drawn_is_refused_with_what_to_do() -> None:
    squares, untyped = four(), ds.plot
    draw: Any = untyped.communes
    fine = pd.Series([1.0, 2, 3, 4], index=squares.index)
    with pytest.raises(ds.IdError, match="values lacks 1 commune: '07004'; give NaN"):
        draw(fine.iloc[:3], squares)
    with pytest.raises(ds.IdError, match=r"lacks 4 communes.*set_index"):
        draw(fine.reset_index(drop=True), squares)
    with pytest.raises(ds.IdError, match="values repeats"):
        draw(pd.concat([fine, fine]), squares)
    with pytest.raises(ds.InputError, match=r"0 or more.*'07001' \(-1\)"):
        draw([-1, 2, 3, 4], squares)
    with pytest.raises(ds.InputError, match="a part from 0 to 1"):
        draw([40, 50, 60, 70], squares, measure="share")
    with pytest.raises(ds.InputError, match="4 numbers"):
        draw([1, 2], squares)
    with pytest.raises(ds.InputError, match="no number in 1 commune"):
        draw(fine.astype(object).where(fine > 1, "loin"), squares)
    with pytest.raises(ds.InputError, match="communes is empty"):
        draw(fine.iloc[:0], squares.iloc[:0])
    with pytest.raises(ds.CrsError, match="communes has no CRS"):
        draw(fine, squares.set_crs(None, allow_override=True))
    mixed = squares.copy()
    mixed.loc["07001", "geometry"] = shapely.Point(4.5, 44.5)
    with pytest.raises(ds.InputError, match="holds Point, Polygon; give polygons alone"):
        draw(fine, mixed)
    with pytest.raises(ds.InputError, match="got a GeoSeries"):
        draw(fine, squares.geometry)
    with pytest.raises(ds.InputError, match="measure is one of"):
        draw(fine, squares, measure="kilometres")
    with pytest.raises(ds.InputError, match="rising"):
        draw(fine, squares, classes=[20, 10])
    with pytest.raises(ds.InputError, match="colours apart"):
        draw(fine, squares, classes=range(1, 20))
    with pytest.raises(ds.IdError, match="unknown study communes, 1 id: '26001'"):
        draw(fine, squares, study=["07001", "26001"])
    with pytest.raises(ds.InputError, match="isochrones is a table"):
        draw(fine, squares, isochrones=squares)
    with pytest.raises(ds.InputError, match="language"):
        draw(fine, squares, language="de")
    with pytest.raises(ds.InputError, match="of one map"):
        untyped.before_after(fine, fine, squares, measure="change")  # type: ignore[arg-type]
    with pytest.raises(ds.InputError, match="got a DataFrame, pick a column"):
        draw(fine.to_frame("minutes"), squares)


def test_drawing_needs_no_display_and_leaves_no_figure_open(land: Territory) -> None:
    import sys

    ds.plot.communes(land.before, land.points)
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )
