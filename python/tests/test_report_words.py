"""The words of the report: the sentence says what changes, in French and in English."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import meeting
import numpy as np
import pandas as pd
import pytest
from meeting import plain, question

import desserte as ds
from desserte.report._asked import Given, asked
from desserte.report._communes import served
from desserte.report._say import Say
from desserte.report._sentence import Key, key_sentence

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

NARROW = "\u202f"
WORDS = Path(ds.__file__).parent / "data" / "report"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "rapport.html"
    assert ds.report(path, **question()) == path
    return path.read_text(encoding="utf-8")


def sentence(language: str = "fr", **changes: Any) -> str:
    """The key sentence alone."""
    return told(language, **changes).sentence


def told(language: str = "fr", **changes: Any) -> Key:
    """The key sentence and what stands under it."""
    defaults = dict.fromkeys(Given.__dataclass_fields__)
    options: dict[str, Any] = {
        **defaults,
        "minutes": (10, 15, 20, 30),
        "key_minutes": 15,
        "far_minutes": 20,
        "notes": (),
        "language": language,
        **question(**changes),
    }
    put = asked(Given(**options))
    return key_sentence(put, served(put), Say(language))


def test_the_sentence_is_what_coverage_and_the_index_say() -> None:
    assert plain(sentence()) == (
        "Ouvrir à Bourg fait passer de 50 % à 97 % la part des 65 ans et plus à moins de "
        "15 minutes d’un généraliste (+280 personnes) ; 1 commune reste à plus de 20 minutes."
    )
    assert sentence("en") == (
        "Opening Bourg raises the share of those aged 65 and over within 15 minutes of a general "
        "practitioner from 50% to 97% (+280 people); 1 commune stays beyond 20 minutes."
    )


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (0.0, "0 %", "0%"),
        (1.0, "100 %", "100%"),
        (1 - 1e-15, "100 %", "100%"),
        (0.996864, "99,7 %", "99.7%"),
        (0.99999, "99,9 %", "99.9%"),
        (0.00001, "0,1 %", "0.1%"),
        (0.994, "99 %", "99%"),
        (float("nan"), "—", "—"),
    ],
)
def test_a_share_says_all_or_nobody_only_of_them(share: float, french: str, english: str) -> None:
    assert plain(Say("fr").share(share)) == french
    assert Say("en").share(share) == english


def test_without_an_after_the_sentence_says_how_things_are() -> None:
    assert plain(sentence(after=None)) == (
        "50 % des 65 ans et plus (300 personnes) sont à moins de 15 minutes d’un généraliste ; "
        "2 communes sont à plus de 20 minutes."
    )


def test_what_changes_nothing_is_said_to_change_nothing() -> None:
    said = plain(sentence(after=meeting.before()))
    assert said.startswith("Ce projet ne change aucun temps de trajet : 50 % des 65 ans et plus")


def test_care_that_is_added_where_there_is_some_shows_in_the_apl() -> None:
    apl = pd.Series([2.0, 1.0, 1.0, 1.0], index=meeting.CODES, name="apl")
    people = meeting.people()["population"]
    said = plain(
        sentence(
            after=meeting.before(),
            apl_before=apl,
            apl_after=apl * 2,
            standardised_population=people,
        )
    )
    means = [f"{np.average(values, weights=people):.1f}" for values in (apl, apl * 2)]
    assert "l’APL moyenne passe de {} à {}".format(*(m.replace(".", ",") for m in means)) in said


def test_a_practice_that_closes_takes_people_away() -> None:
    said = plain(sentence(before=meeting.after(), after=meeting.before()))
    assert said == (
        "Fermer 1 site à Bourg fait reculer de 97 % à 50 % la part des 65 ans et plus à moins de "
        "15 minutes d’un généraliste (-280 personnes) ; 1 commune passe à plus de 20 minutes "
        "(2 en tout)."
    )


def test_a_commune_without_a_street_is_not_far_but_unknown() -> None:
    times = meeting.before()
    status = times.status.copy()
    status[3] = ds.STATUS.index("origin_off_network")
    minutes = times.minutes.copy()
    minutes[3] = np.nan
    lost = replace(times, minutes=minutes, status=status)
    key = told(before=lost, after=None)
    assert plain(key.sentence).endswith("1 commune est à plus de 20 minutes.")
    assert plain(key.details[-1]) == "Loin de toute rue, sans temps de trajet : Désaigues."
    no_path = replace(times, minutes=minutes)
    assert sentence(before=no_path, after=None).count("2 communes sont") == 1


def test_who_is_far_only_since_then_is_counted_once() -> None:
    near = meeting.times([5.0, 6.0, 7.0, 8.0], destinations=["doctor"])
    far = meeting.times([5.0, 6.0, 7.0, 28.0], destinations=["doctor"])
    said = plain(sentence(before=near, after=far))
    assert said.endswith("; 1 commune passe à plus de 20 minutes.")


def test_a_few_people_more_do_not_make_another_share() -> None:
    people = meeting.people()
    people.loc["07003", "65+"] = 1
    people.loc["07001", "65+"] = 1000
    site = meeting.times(meeting.DOCTOR, [40.0, 40.0, 12.0, 40.0], destinations=["doctor", "site"])
    said = plain(sentence(after=site, demand=people))
    assert said.startswith("Ouvrir à Bourg rapproche 1 personne de plus à moins de 15 minutes")


def test_minutes_that_change_within_the_limit_are_told() -> None:
    faster = meeting.times([7.0, 18.0, 25.0, 32.0], destinations=["doctor"])
    said = plain(sentence(after=faster))
    assert "ne change pas la part des 65 ans et plus" in said
    assert "le temps de trajet change dans 2 communes" in said


def test_when_nobody_is_far_the_sentence_says_so() -> None:
    near = meeting.times([5.0] * 4, destinations=["doctor"])
    assert plain(sentence(after=near)).endswith("plus aucune commune n’est à plus de 20 minutes.")
    assert plain(sentence(before=near, after=None)).endswith(
        "aucune commune n’est à plus de 20 minutes."
    )


def test_the_first_practice_of_a_territory_starts_from_nought(tmp_path: Path) -> None:
    nothing = meeting.times(destinations=[])
    opened = meeting.times(meeting.SITE, destinations=["site"])
    changes: dict[str, Any] = {"before": nothing, "after": opened, "care": None}
    said = plain(sentence(**changes))
    assert said.startswith("Ouvrir à Bourg fait passer de 0 % à 47 % la part des 65 ans et plus")
    path = ds.report(tmp_path / "rapport.html", **question(**changes))
    assert "Aucun lieu de soins n’est connu avant le projet" in path.read_text(encoding="utf-8")


def test_both_languages_say_the_same_things() -> None:
    french, english = (
        json.loads((WORDS / f"words.{language}.json").read_text(encoding="utf-8"))
        for language in ("fr", "en")
    )
    assert french.keys() == english.keys()
    for key, text in french.items():
        assert type(text) is type(english[key]), key
        if isinstance(text, str):
            assert fields(text) == fields(english[key]), key
        else:
            assert len(text) == len(english[key]), key
    assert set(french["kind_names"]) == set(ds.KINDS) == set(english["kind_names"])
    assert set(ds.KINDS) - {"other"} <= set(french["kinds"])


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_page_is_english_where_it_is_asked(tmp_path: Path) -> None:
    path = ds.report(tmp_path / "report.html", language="en", **question(title="A practice"))
    text = path.read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    words = meeting.words_of(text)
    for french in ("Chiffres", "Habitants", "Écart", "généraliste"):
        assert french not in words
    assert "1,000 (50%)" in words


def test_french_is_set_as_french_is(page: str) -> None:
    said = Say("fr")
    assert said.people(12345.4) == f"12{NARROW}345"
    assert (said.signed(-3.2), said.signed(0.2), said.signed(0)) == ("−3", f"≈{NARROW}0", "0")
    assert said.set("« l'an » : 3 % ; oui ?") == (
        f"«{NARROW}l’an{NARROW}»{NARROW}: 3{NARROW}%{NARROW}; oui{NARROW}?"
    )
    words = meeting.words_of(page)
    own = words[: words.index("Explorer")]
    for wrong in (" ;", " :", " %", "d'", "{", "[", "nan", "None"):
        assert wrong not in own, wrong
