"""How are numbers and words said to an élu, in French or in English?

The words are data, a file a language, so that they can be read and mended as text. Here are the
forms of one and of several, thousands, shares, minutes, and the spaces of French typography.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from desserte._whom import age_of
from desserte.plot import _words as map_words

__all__ = ["Say"]

_FOLDER = Path(__file__).parents[1] / "data" / "report"
_NARROW = "\u202f"
_CHOICE = re.compile(r"\[([^]|]*)\|([^]]*)\]")
_SIGNS = str.maketrans({"'": "’"})
# A space before these does not break, and is narrow.
_BEFORE = re.compile(r" (?=[;:!?»%])")
_AFTER = re.compile(r"(?<=«) ")
_NONE = "—"
_NEARLY_NONE = 1e-9
"""A share this near to nought or one is a sum of floats, and no person."""


class Say:
    """The words of one language: ``say("key", count=3, who="...")``, and its numbers."""

    def __init__(self, language: str) -> None:
        """Reads the words."""
        self.language = language
        text = (_FOLDER / f"words.{language}.json").read_text(encoding="utf-8")
        self.words: dict[str, Any] = json.loads(text)

    @property
    def is_french(self) -> bool:
        """Whether the page is in French."""
        return self.language == "fr"

    def __call__(self, key: str, **values: Any) -> str:
        """The words of a key; ``[of one|of several]`` by the count."""
        text: str = self.words[key]
        if "count" in values:
            one = self._is_one(values["count"])
            text = _CHOICE.sub(lambda forms: forms[1] if one else forms[2], text)
            values["count"] = self.people(values["count"])
        return self.set(text).format(**values)

    def all(self, key: str) -> list[str]:
        """The words of a key that holds several."""
        return [self.set(text) for text in self.words[key]]

    def set(self, text: str) -> str:
        """The same with the spaces and apostrophes of the language."""
        if not self.is_french:
            return text.translate(_SIGNS)
        return _AFTER.sub(_NARROW, _BEFORE.sub(_NARROW, text)).translate(_SIGNS)

    def people(self, count: float) -> str:
        """So many, in whole people: 12 345."""
        if _is_missing(count):
            return _NONE
        return self._thousands(f"{round(count):,}")

    def signed(self, count: float) -> str:
        """So many more or fewer, with its sign."""
        if _is_missing(count):
            return _NONE
        whole = round(count)
        if whole == 0:
            return "0" if count == 0 else "≈ 0".replace(" ", _NARROW)
        return self._thousands(f"{whole:+,}").replace("-", "−")

    def minutes(self, minutes: float) -> str:
        """Whole minutes: more would not be true."""
        return _NONE if _is_missing(minutes) else f"{minutes:.0f}"

    def share(self, share: float) -> str:
        """Whole percents: 61 %; nought and a hundred only of nobody and of all, else 99,7 %."""
        if _is_missing(share):
            return _NONE
        percent, decimals = 100 * share, 0
        if round(percent) in (0, 100) and _NEARLY_NONE < share < 1 - _NEARLY_NONE:
            percent, decimals = min(max(percent, 0.1), 99.9), 1
        text = self._comma(f"{percent:.{decimals}f}")
        return f"{text}{_NARROW}%" if self.is_french else f"{text}%"

    def points(self, change: float) -> str:
        """The difference of two shares, in points."""
        return f"{self.signed(100 * change)}{_NARROW}pts" if not _is_missing(change) else _NONE

    def figure(self, value: float, decimals: int = 1) -> str:
        """A number that is neither people nor minutes: an APL, a ratio."""
        if _is_missing(value):
            return _NONE
        return self._comma(f"{value:,.{decimals}f}")

    def signed_figure(self, value: float, decimals: int = 1) -> str:
        """The difference of two of these."""
        if _is_missing(value):
            return _NONE
        if value != 0 and round(value, decimals) == 0:
            return f"≈{_NARROW}0"
        text = "0" if value == 0 else f"{value:+,.{decimals}f}"
        return self._comma(text).replace("-", "−")

    def number(self, value: float) -> str:
        """A number of a setting, as it is: 30, 7,5."""
        return map_words.number(value, self.language)

    def date(self, stamp: Any) -> str:
        """31/12/2026."""
        return map_words.date(stamp, self.language)

    def group(self, name: object) -> str:
        """The people of a column: habitants, 65 ans et plus."""
        if age := age_of(name):
            return self("group_age", age=age)
        return self("group_everyone") if name in (None, "population") else str(name)

    def of_group(self, name: object) -> str:
        """Of whom a share is, in the place of what they are called."""
        if age := age_of(name):
            return self("of_group_age", age=age)
        if name in (None, "population"):
            return self("of_everyone")
        return self("of_group", name=name)

    def listed(self, names: list[str], most: int) -> str:
        """Ardèche, Drôme et 3 autres."""
        rest = len(names) - most
        # The last one takes no more room than to say that there is one.
        if rest > 1:
            return f"{', '.join(names[:most])} {self('and_others', count=rest)}"
        return map_words.listed(names, self.language) if names else ""

    def _is_one(self, count: float) -> bool:
        # In French nought is singular.
        return round(count) in ((0, 1) if self.is_french else (1,))

    def _thousands(self, text: str) -> str:
        return text.replace(",", _NARROW) if self.is_french else text

    def _comma(self, text: str) -> str:
        return text.replace(",", _NARROW).replace(".", ",") if self.is_french else text


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
