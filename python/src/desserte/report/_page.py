"""How do the blocks make one page, that needs nothing but itself?

A template a block, in ``data/report``; every text that comes from outside is escaped by jinja2.
Pictures are within, and nothing may be fetched: the page says so to the browser itself.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desserte.errors import InputError
from desserte.plot._words import is_sketch
from desserte.report import _caveats, _communes, _figures, _hypotheses, _maps, _scenarios
from desserte.report._say import Say
from desserte.report._sentence import key_sentence

if TYPE_CHECKING:
    from desserte.report._asked import Asked

__all__ = ["page", "refuse_no_extras"]

_FOLDER = Path(__file__).parents[1] / "data" / "report"


def refuse_no_extras() -> None:
    """Says what to install, before anything is computed."""
    missing = [name for name in ("jinja2", "matplotlib") if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"a report needs {' and '.join(missing)}; install what is missing with "
            'pip install "desserte[maps]"'
        )


def page(asked: Asked) -> str:
    """The whole page, as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    shelf = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    text: str = shelf.get_template("page.html").render(**_blocks(asked))
    return text


def _blocks(asked: Asked) -> dict[str, Any]:
    """What each block of the page is made from."""
    say = Say(asked.language)
    served = _communes.served(asked)
    figures = _figures.figures(asked, say)
    return {
        "say": say,
        "asked": asked,
        "style": (_FOLDER / "style.css").read_text(encoding="utf-8"),
        "is_sketch": is_sketch(asked.manifest),
        "is_after": asked.after is not None,
        "territory": _territory(served, say),
        "key": key_sentence(asked, served, say),
        "figures": figures,
        "maps": _maps.maps(asked, served, say),
        "worst": _communes.worst_lines(served, say),
        "scenarios": _scenarios.scenarios(asked, say),
        "curve": _scenarios.curve_of(asked, say),
        "sheet": _hypotheses.hypotheses(asked, served, say),
        "caveats": _caveats.caveats(asked, figures, say),
        "index": _communes.index_lines(served, say),
        "has_departements": served.homes["departement"].notna().any(),
        "groups": [say.group(name) for name in asked.demand if name != "population"],
    }


def _territory(served: _communes.Served, say: Say) -> str:
    """How many communes and people the page is about."""
    return say("territory", count=len(served.table), people=say.people(served.people.sum()))
