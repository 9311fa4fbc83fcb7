"""How does a map become a page that needs nothing beside it?

Leaflet, a style, a script and the data, in one file or in a part of one. What comes from tables is
escaped, in markup by the templates and in data here.
"""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from desserte._native import __version__
from desserte.errors import InputError

__all__ = ["fragment", "page", "refuse_no_jinja"]

_DATA = Path(__file__).resolve().parent.parent / "data"
_FETCHED = re.compile(r"[\w-]+: url\([^)]*\);")
_SOURCE_MAP = "//# sourceMappingURL=leaflet.js.map"


def fragment(data: dict[str, Any], **shown: Any) -> str:
    """A part of a page: a division with its style, its data and its script."""
    from markupsafe import Markup

    text: str = _template("fragment.html").render(
        **shown,
        data=Markup(_as_json(data)),  # noqa: S704 - escaped as JSON in a page is
        leaflet_css=Markup(_style()),  # noqa: S704 - our own file
        leaflet_js=Markup(_leaflet()),  # noqa: S704 - our own file
        map_css=Markup(_read("map/map.css")),  # noqa: S704 - our own file
        map_js=Markup(_read("map/map.js")),  # noqa: S704 - our own file
    )
    return text


def page(part: str, title: str, language: str) -> str:
    """A whole page around one part."""
    from markupsafe import Markup

    around = {"title": title, "language": language, "version": __version__}
    text: str = _template("page.html").render(fragment=Markup(part), **around)  # noqa: S704 - made above
    return text


def refuse_no_jinja() -> None:
    """Says what to install."""
    if importlib.util.find_spec("jinja2") is None:
        raise InputError(
            'an interactive map needs jinja2; install it with pip install "desserte[maps]"'
        )


def _template(name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_DATA / "map")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)


def _as_json(data: dict[str, Any]) -> str:
    """JSON that no browser takes for markup: a name may hold ``</script>``."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _leaflet() -> str:
    """Leaflet under a name of its own: a page may have another one, or a loader of modules."""
    library = _read("leaflet/leaflet.js").replace(_SOURCE_MAP, "")
    licence = _read("leaflet/LICENSE").strip()
    return (
        f"/* Leaflet 1.9.4\n\n{licence}\n*/\n"
        "if (!window.desserteLeaflet) {\n(function (define, module, exports) {\n"
        f"{library}\n"
        "}).call(window);\nwindow.desserteLeaflet = window.L.noConflict();\n}"
    )


def _style() -> str:
    """The style of Leaflet without the images, which nothing here shows."""
    return _FETCHED.sub("", _read("leaflet/leaflet.css"))


def _read(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")
