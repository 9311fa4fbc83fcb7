"""The card that a notebook shows: one small table, the facts of ``repr`` with their units.

Inline style only, no script, no network; it takes its colours from the page,
so that it reads on dark and on light.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["card", "count"]

_BOX = (
    "display:inline-block;border:1px solid currentColor;border-radius:4px;"
    "padding:0.4em 0.8em;font-size:90%;color:inherit;background:transparent"
)
_CELL = (
    "text-align:left;padding:0.1em 0.8em 0.1em 0;border:none;background:transparent;color:inherit"
)


def card(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """One table of names and values under a title."""
    lines = "".join(
        f'<tr style="background:transparent"><td style="{_CELL};opacity:0.7">{escape(name)}</td>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return (
        f'<div style="{_BOX}"><strong>{escape(title)}</strong>'
        f'<table style="border:none;margin:0.3em 0 0 0">{lines}</table></div>'
    )


def count(number: float) -> str:
    """A number with its thousands apart: 184 203."""
    return f"{number:,.0f}".replace(",", " ")
