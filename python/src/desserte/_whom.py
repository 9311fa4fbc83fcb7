"""Whom does a column of people count, as one says it to an élu?

Everybody, by its name ``population`` or without one; those of an age and over, by a name such as
``65+``; else who the name says.
"""

from __future__ import annotations

import re

__all__ = ["age_of", "aside", "counted", "group"]

_AGE = re.compile(r"(\d+)\s*\+")
_EVERYBODY = (None, "population")


def age_of(name: object) -> str | None:
    """The age from which people are counted: 65 of ``65+``."""
    age = _AGE.fullmatch(str(name))
    return None if age is None else age[1]


def counted(noun: str, name: object, language: str) -> str:
    """So many of whom: habitants de 65 ans et plus, people aged 65 and over, people (women)."""
    if age := age_of(name):
        return f"{noun} de {_over(age)}" if language == "fr" else f"{noun} aged {age} and over"
    return f"{noun}{aside(name, language)}"


def group(name: object, language: str) -> str:
    """Who they are: 65 ans et plus, people aged 65 and over, habitants."""
    if language == "fr":
        age = age_of(name)
        return counted("habitants", name, language) if age is None else _over(age)
    return counted("people", name, language)


def aside(name: object, language: str) -> str:
    """Who they are, in brackets after what counts them; nothing where they are everybody."""
    if name in _EVERYBODY:
        return ""
    age = age_of(name)
    if age is None:
        return f" ({name})"
    return f" ({_over(age)})" if language == "fr" else f" (aged {age} and over)"


def _over(age: str) -> str:
    return f"{age} ans et plus"
