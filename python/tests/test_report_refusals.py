"""What cannot be reported, and what others may write into a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import meeting
import numpy as np
import pandas as pd
import pytest
from meeting import plain, question

import desserte as ds

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")


def refused(kind: type[Exception], match: str, tmp_path: Path, **changes: Any) -> None:
    path = tmp_path / "rapport.html"
    path.write_text("what was there", encoding="utf-8")
    with pytest.raises(kind, match=match):
        ds.report(path, **question(**changes))
    assert path.read_text(encoding="utf-8") == "what was there"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("kind", "match", "changes"),
    [
        (ds.InputError, "before has no destination", {"before": [], "after": None}),
        (ds.InputError, "before is a TravelTimes", {"before": [[1.0]]}),
        (ds.InputError, "demand is missing.*1 origin: '07002'", {"demand": "nan"}),
        (ds.IdError, "demand lacks 3 origins", {"demand": "short"}),
        (ds.InputError, "demand is a Series or a DataFrame", {"demand": [1, 2, 3, 4]}),
        (ds.IdError, "unknown study origins, 1 id: '99999'", {"study": ["99999"]}),
        (ds.InputError, "study names no origin", {"study": []}),
        (ds.InputError, "nobody of '65\\+' lives in the study", {"demand": "nobody"}),
        (ds.InputError, "communes lacks 1 column: 'population'", {"communes": "poor"}),
        (ds.IdError, "the study is in 1 commune: '26004', which", {"communes": "few"}),
        (ds.InputError, "after and before differ in max_minutes", {"after": "cut"}),
        (ds.IdError, "after lacks 1 origin: '26004'", {"after": "fewer"}),
        (ds.InputError, "apl_before is a Series", {"apl_before": [1.0]}),
        (ds.InputError, "scenarios is times by name", {"scenarios": [1]}),
        (ds.InputError, "plan is what ds.site gives", {"plan": "Bourg"}),
        (ds.InputError, "trips lacks 2 columns: 'end', 'computed'", {"trips": "half"}),
        (ds.InputError, "care has no column 'kind'", {"care": "kindless"}),
        (ds.InputError, "title is a text", {"title": " "}),
        (ds.InputError, "made_on is a day", {"made_on": "Thursday"}),
        (ds.InputError, "population_year is a whole number", {"population_year": "2021"}),
        (ds.InputError, "network is a RoadNetwork", {"network": "ardeche.osm.pbf"}),
        (ds.InputError, "language is one of", {"language": "de"}),
        (ds.InputError, "notes is a list of sentences", {"notes": "one"}),
        (FileNotFoundError, "among sources", {"sources": ["nowhere.csv"]}),
    ],
)
def test_what_cannot_be_reported_is_refused_and_the_file_is_as_it_was(
    kind: type[Exception], match: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    [(name, value)] = list(changes.items())[:1]
    given = {**changes, name: _bad(name, value)}
    refused(kind, match, tmp_path, **given)


def _bad(name: str, value: Any) -> Any:
    people, communes = meeting.people(), meeting.communes()
    if value == []:
        return meeting.times(destinations=[]) if name == "before" else []
    if not isinstance(value, str):
        return value
    return {
        "nan": people.assign(**{"65+": [300.0, np.nan, 80.0, 20.0]}),
        "short": people.head(1),
        "nobody": people.assign(**{"65+": 0.0}),
        "poor": communes.drop(columns="population"),
        "few": communes.head(3),
        "cut": meeting.times(meeting.DOCTOR, destinations=["doctor"], max_minutes=60),
        "fewer": meeting.after().select(origins=meeting.CODES[:3]),
        "half": pd.DataFrame({"start": ["A"]}),
        "kindless": gpd.GeoDataFrame(geometry=meeting.points(["doctor"])),
    }.get(value, value)


def test_limits_beyond_the_times_say_what_to_do(tmp_path: Path) -> None:
    short = meeting.times([8.0, 18.0, np.nan, np.nan], destinations=["doctor"], max_minutes=20)
    refused(ds.InputError, "the times end at max_minutes=20", tmp_path, before=short, after=None)
    path = ds.report(
        tmp_path / "court.html", **question(before=short, after=None, minutes=[10, 20])
    )
    words = plain(meeting.words_of(path.read_text(encoding="utf-8")))
    assert "20 minutes ; au-delà, aucun temps" in words
    assert "2 communes sont à plus de 20 minutes" in words


def test_a_file_goes_where_a_file_can_go(tmp_path: Path) -> None:
    with pytest.raises(ds.InputError, match=r"whose name ends in \.html"):
        ds.report(tmp_path / "rapport.pdf", **question())
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        ds.report(tmp_path / "nowhere" / "rapport.html", **question())


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that nobody can write in")
def test_a_folder_that_nobody_can_write_in_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r"rapport\.html was not written"):
        ds.report("/proc/self/rapport.html", **question())


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_a_missing_extra_says_what_to_install(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == missing else find(name, *a)
    )
    with pytest.raises(ds.InputError, match=rf'{missing}.*pip install "desserte\[maps\]"'):
        ds.report(tmp_path / "rapport.html", **question())


def test_names_of_others_are_text_and_not_markup(tmp_path: Path) -> None:
    hostile = '<script>alert("é")</script>'
    names = [hostile, "</style><b>", "{{ 7 * 7 }}", "L'Île & co"]
    path = ds.report(
        tmp_path / "rapport.html",
        **question(
            title=hostile,
            communes=meeting.communes(names),
            care=meeting.care(hostile).assign(kind="msp"),
            notes=[hostile],
            demand=meeting.people().rename(columns={"65+": "<i>ans</i>"}),
            scenarios={hostile: meeting.after()},
        ),
    )
    text = path.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "</style><b>" not in text
    assert "<i>ans" not in text
    assert "{{ 7 * 7 }}" in text
