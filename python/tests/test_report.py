"""The report: every figure is one of the functions, every line one of the communes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import meeting
import numpy as np
import pandas as pd
import pytest
from meeting import plain, question

import desserte as ds
from desserte.report._asked import Given, asked
from desserte.report._communes import index_lines, served
from desserte.report._say import Say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "rapport.html"
    assert ds.report(path, **question()) == path
    return path.read_text(encoding="utf-8")


def rows(table: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    return {plain(row[0]): [plain(cell) for cell in row[1:]] for row in table}


def test_people_within_the_limits_are_those_of_coverage(page: str) -> None:
    table = rows(meeting.tables_of(page)[0])
    sides = [ds.coverage(times, demand=meeting.people()) for times in both()]
    for minutes in (10, 15, 20, 30):
        cells = table[f"à {minutes} min ou moins"]
        for group, at in (("population", 0), ("65+", 3)):
            found = [
                side[(side["population"] == group) & (side["minutes"] == minutes)].iloc[0]
                for side in sides
            ]
            for cell, row in zip(cells[at : at + 2], found, strict=True):
                assert cell == f"{row['covered']:,.0f} ({row['share']:.0%})".replace(
                    ",", " "
                ).replace("%", " %")
            gain = found[1]["covered"] - found[0]["covered"]
            assert cells[at + 2] == ("0" if gain == 0 else f"{gain:+.0f}")


def both() -> list[ds.TravelTimes]:
    return [meeting.before(), meeting.after()]


def test_minutes_are_those_of_the_summary_in_whole_minutes(page: str) -> None:
    table = rows(meeting.tables_of(page)[0])
    names = {
        "Temps moyen pondéré (min)": "mean",
        "Temps médian (min)": "median",
        "95e centile (min)": "p95",
        "Temps le plus long (min)": "longest",
    }
    sides = [
        ds.minutes_summary(times, demand=meeting.people()).set_index("population")
        for times in both()
    ]
    for label, column in names.items():
        expected = []
        for group in ("population", "65+"):
            first, second = (side.loc[group, column] for side in sides)
            change = second - first
            expected += [f"{first:.0f}", f"{second:.0f}", f"{change:+.0f}" if change else "0"]
        assert table[label] == expected


def test_choices_are_those_of_fragility_and_deciles_those_of_equity(page: str) -> None:
    table = rows(meeting.tables_of(page)[0])
    sides = [ds.fragility(times, demand=meeting.people(), minutes=20) for times in both()]
    for label, column in (
        ("Sans aucun choix à 20 min", "none"),
        ("Un seul choix à 20 min", "one"),
        ("Deux choix ou plus à 20 min", "several"),
    ):
        assert table[label][3:5] == [f"{side[column].iloc[1]:.0f}" for side in sides]
    spread = ds.equity(ds.time_to_nearest(meeting.before()), weights=meeting.people())
    assert table["Inégalité des temps (D90/D10)"][
        0
    ] == f"{spread['d90_to_d10'].iloc[0]:.1f}".replace(".", ",")


def test_a_commune_has_one_line_by_name_with_its_minutes_its_pole_and_its_rank(page: str) -> None:
    table = meeting.tables_of(page)[-1]
    assert [plain(cell) for cell in table[0]] == [
        "Commune",
        "Habitants",
        "65 ans et plus",
        "Avant (min)",
        "Après (min)",
        "Pôle le plus proche",
        "Dép.",
        "Rang",
    ]
    assert [[plain(cell) for cell in row] for row in table[1:]] == [
        ["Amont", "1 000", "300", "8", "8", "Amont", "07", "4"],
        ["Bourg", "500", "200", "18", "9", "Bourg", "07", "3"],
        ["Combe", "300", "80", "26", "12", "Bourg", "07", "2"],
        ["Désaigues", "200", "20", "32", "31", "Bourg", "07", "1"],
    ]
    assert page.count('class="far"') == 1


def test_the_worst_served_are_those_of_the_function(page: str) -> None:
    table = next(t for t in meeting.tables_of(page) if t[0][:2] == ["Rang", "Commune"])
    people = meeting.people()["65+"]
    worst = ds.worst_served(meeting.after(), demand=people, n=3)
    names = meeting.communes()["name"]
    assert [row[:4] for row in table[1:]] == [
        [str(row.rank), names[row.origin], f"{row.people:.0f}", f"{row.minutes:.0f}"]
        for row in worst.itertuples()
    ]


def test_what_closes_is_not_drawn_and_that_is_said(tmp_path: Path) -> None:
    path = ds.report(
        tmp_path / "rapport.html",
        **question(
            before=meeting.after(),
            after=meeting.times(meeting.SITE, destinations=["site"]),
        ),
    )
    assert "Le lieu de soins qui ferme n’est pas dessiné." in path.read_text(encoding="utf-8")


def test_a_person_is_not_named_and_a_house_is() -> None:
    far = {"doctor": (5.5, 44.9)}
    options = dict.fromkeys(Given.__dataclass_fields__)
    for kind, called in (("gp", "Généraliste"), ("msp", "Dr Martin")):
        care = meeting.care().assign(kind=kind)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(meeting, "SPOTS", {**meeting.SPOTS, **far})
            given: dict[str, Any] = {
                **options,
                "minutes": [15],
                "key_minutes": 15,
                "far_minutes": 20,
                "notes": (),
                "language": "fr",
                **question(before=meeting.before(), after=None, care=care),
            }
        put = asked(Given(**given))

        assert {line.pole for line in index_lines(served(put), Say("fr"))} == {called}


def test_cells_make_up_communes(tmp_path: Path) -> None:
    of = pd.Series(["07001", "07001", "26004", "26004"], index=meeting.CODES)
    path = ds.report(tmp_path / "rapport.html", **question(by=of))
    text = path.read_text(encoding="utf-8")
    index = {row[0]: row for row in meeting.tables_of(text)[-1][1:]}
    minutes = ds.time_to_nearest(meeting.before()).astype("float64")
    mean = ds.aggregate(minutes, by=of, weights=meeting.people()["population"])
    assert index["Amont"][3] == f"{mean['07001']:.0f}"
    assert index["Amont"][2] == "500", "people of 65 and over of both places"
    assert "la moyenne de ses lieux" in text


def test_areas_of_another_projection_make_the_same_page(page: str, tmp_path: Path) -> None:
    areas = meeting.communes().to_crs(2154)
    areas = areas.set_geometry(areas.geometry.buffer(3000, cap_style="square"))
    path = ds.report(tmp_path / "rapport.html", **question(communes=areas))
    text = path.read_text(encoding="utf-8")
    assert meeting.tables_of(text)[-1] == meeting.tables_of(page)[-1]
    assert meeting.tables_of(text)[0] == meeting.tables_of(page)[0]


def test_a_departement_is_that_of_the_file_where_it_says(tmp_path: Path) -> None:
    care = meeting.care().assign(departement="2B", insee_code="07003")
    path = ds.report(tmp_path / "rapport.html", **question(after=None, care=care))
    index = meeting.tables_of(path.read_text(encoding="utf-8"))[-1]
    assert [row[4:6] for row in index[1:]] == [["Combe", "2B"]] * 4


def test_sparse_times_make_the_same_figures(tmp_path: Path) -> None:
    network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    places = ds.read_places(ds.demo_extract(), progress=False)
    villages = places[places["population"] > 0].head(6)
    care = ds.read_care(ds.demo_extract(), progress=False)
    texts = []
    for layout in ("dense", "sparse"):
        times = ds.travel_times(
            network,
            villages,
            care[care["kind"] == "pharmacy"],
            max_minutes=30,
            layout=layout,
            progress=False,
        )
        path = ds.report(
            tmp_path / f"{layout}.html",
            title="Pharmacies",
            before=times,
            demand=villages["population"].astype("float64"),
            communes=villages,
            care=care,
        )
        texts.append(meeting.tables_of(path.read_text(encoding="utf-8")))
    assert texts[0] == texts[1]


def test_the_study_counts_and_its_neighbours_do_not(tmp_path: Path) -> None:
    study = ["07001", "07002"]
    path = ds.report(tmp_path / "rapport.html", **question(study=study))
    text = path.read_text(encoding="utf-8")
    assert [row[0] for row in meeting.tables_of(text)[-1][1:]] == ["Amont", "Bourg"]
    table = rows(meeting.tables_of(text)[0])
    found = ds.coverage(meeting.before(), demand=meeting.people(), minutes=15, study=study)
    covered = f"{found['covered'].iloc[0]:,.0f}".replace(",", " ")
    assert table["à 15 min ou moins"][0].startswith(f"{covered} (")
    assert table["Population étudiée"][0] == "1 500"


def test_scenarios_are_compared_with_what_there_is(tmp_path: Path) -> None:
    other = meeting.times(meeting.DOCTOR, [40.0, 40.0, 5.0, 18.0], destinations=["doctor", "other"])
    path = ds.report(
        tmp_path / "rapport.html", **question(scenarios={"À Combe": other, "Rien": both()[0]})
    )
    tables = meeting.tables_of(path.read_text(encoding="utf-8"))
    table = rows(next(t for t in tables if t[0][0] == "Scénario"))
    people = meeting.people()["65+"]
    before = ds.coverage(meeting.before(), demand=people, minutes=15)["covered"].iloc[0]
    for name, times in (("Ce projet", meeting.after()), ("À Combe", other)):
        covered = ds.coverage(times, demand=people, minutes=15)["covered"].iloc[0]
        mean = ds.minutes_summary(times, demand=people)["mean"].iloc[0]
        crossing = ds.compare(
            ds.time_to_nearest(meeting.before()),
            ds.time_to_nearest(times),
            demand=people,
            better="lower",
            thresholds=20,
        ).crossings.iloc[0]
        assert table[name][:3] == [f"{covered:.0f}", f"{covered - before:+.0f}", f"{mean:.0f}"]
        assert table[name][4] == f"{crossing['places_gaining']:+d}"
    assert table["Rien"][1:] == ["0", "15", "0", "0"]


def test_the_curve_is_that_of_the_frontier_and_the_plan_speaks(tmp_path: Path) -> None:
    candidates = meeting.times(
        meeting.SITE, [40.0, 40.0, 5.0, 10.0], destinations=["site", "other"]
    )
    options: dict[str, Any] = {
        "goal": "max_coverage",
        "minutes": 15,
        "demand": meeting.people()["65+"],
        "existing": meeting.before(),
    }
    plan = ds.site(candidates, new_sites=1, **options)
    curve = ds.frontier(candidates, up_to=2, **options)
    path = ds.report(tmp_path / "rapport.html", **question(plan=plan, frontier=curve))
    text = path.read_text(encoding="utf-8")
    assert plan.sentence().replace("'", "&#39;") in text
    table = next(t for t in meeting.tables_of(text) if t[0][0] == "Sites")
    assert [row[1:3] for row in table[1:]] == [
        [f"{row.objective:.0f}", f"{row.gain:+.0f}"] for row in curve.itertuples()
    ]
    assert text.count("<img") == 2


def test_an_apl_is_averaged_and_counted_as_drees_does(tmp_path: Path) -> None:
    people, standard = meeting.people(), meeting.people()["population"] * 1.1
    with pytest.warns(ds.EdgeWarning):
        values = [
            ds.apl(
                times,
                standardised_population=standard,
                supply=pd.Series(4000.0, index=times.destinations),
            )
            for times in both()
        ]
    for side in values:
        side.attrs["age_limit"] = 65
    path = ds.report(
        tmp_path / "rapport.html",
        **question(apl_before=values[0], apl_after=values[1], standardised_population=standard),
    )
    text = path.read_text(encoding="utf-8")
    table = rows(meeting.tables_of(text)[1])
    together = pd.Series("all", index=meeting.CODES)
    means = [ds.aggregate(v, by=together, weights=standard).iloc[0] for v in values]
    shown = table["APL moyenne (consultations par an et par habitant)"]
    assert shown[:2] == [f"{mean:.1f}".replace(".", ",") for mean in means]
    under = [
        ds.people_under(v, population=people["population"], thresholds=2.5).iloc[0] for v in values
    ]
    assert table["Habitants de communes sous 2,5"][:2] == [
        f"{row['under']:,.0f}".replace(",", " ") for row in under
    ]
    assert "jusqu’à 65 ans" in text
    assert "paliers de la DREES" in text
    assert "toucher le bord des données" in text, "the page repeats the warning"


def test_files_are_named_with_their_date_and_their_hash(tmp_path: Path) -> None:
    file = tmp_path / "population.csv"
    file.write_text("07001;1000", encoding="utf-8")
    manifest = {
        "version": "1.2.3",
        "profile": {"name": "car", "settings": {"rural_kmh": 90, "walking_kmh": 4.0}},
        "extracts": [{"name": "ardeche.osm.pbf", "data_date": "2026-11-01", "sha256": "ab" * 32}],
    }
    known = meeting.times(meeting.DOCTOR, destinations=["doctor"], manifest=manifest)
    path = ds.report(
        tmp_path / "rapport.html",
        **question(before=known, after=None, sources=[file], population_year=2022),
    )
    text = path.read_text(encoding="utf-8")
    table = next(t for t in meeting.tables_of(text) if t[0][0] == "Fichier")
    assert table[1] == ["ardeche.osm.pbf", "01/11/2026", "ab" * 32]
    assert table[2][0] == "population.csv"
    assert table[2][2] == hashlib.sha256(b"07001;1000").hexdigest()
    words = plain(meeting.words_of(text))
    for fact in ("90 km/h hors agglomération", "4 km/h", "données de 2022", "desserte 1.2.3"):
        assert fact in words


def test_ten_trips_are_to_be_driven_and_those_that_are_given_are_kept(
    page: str, tmp_path: Path
) -> None:
    table = next(t for t in meeting.tables_of(page) if t[0][0] == "Départ")
    assert [row[:3] for row in table[1:]] == [
        ["Combe", "Bourg (07)", "12"],
        ["Désaigues", "Bourg (07)", "31"],
    ], "nobody drives a trip within a village"
    assert all(row[3:] == ["", ""] for row in table[1:])
    driven = pd.DataFrame(
        {"start": ["A"], "end": ["B"], "computed": [12.4], "reference": [np.nan], "driven": [14.0]}
    )
    path = ds.report(tmp_path / "rapport.html", **question(trips=driven))
    tables = meeting.tables_of(path.read_text(encoding="utf-8"))
    table = next(t for t in tables if t[0][0] == "Départ")
    assert table[1:] == [["A", "B", "12", "", "14"]]


def test_the_same_question_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [ds.report(tmp_path / f"{at}.html", **question(network=None)) for at in (1, 2)]
    assert files[0].read_bytes() == files[1].read_bytes()
    dated = ds.report(tmp_path / "3.html", **question(made_on="2026-11-22"))
    assert "Établi le 22/11/2026" in dated.read_text(encoding="utf-8")


def test_what_was_not_asked_is_left_out_and_said(page: str) -> None:
    words = plain(meeting.words_of(page))
    assert "Aucun autre scénario n’a été fourni" in words
    assert "L’APL n’a pas été fournie" in words
    assert "Comparaison des scénarios" not in words
