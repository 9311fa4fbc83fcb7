"""How are numbers and names said, in French or in English?

French has a comma in its numbers, and narrow spaces that do not break between thousands
and before a sign.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "KINDS",
    "columns",
    "count",
    "counted",
    "decimals",
    "megabytes",
    "minutes",
    "percent",
    "print_table",
]

_NARROW = "\u202f"
_MILLION = 1_000_000
_SMALL = 9.95

KINDS = {
    "gp": "médecins généralistes",
    "specialist": "médecins spécialistes",
    "doctor_unspecified": "médecins, sans précision",
    "nurse": "infirmiers",
    "physiotherapist": "kinésithérapeutes",
    "midwife": "sages-femmes",
    "dentist": "dentistes",
    "speech_therapist": "orthophonistes",
    "pharmacy": "pharmacies",
    "laboratory": "laboratoires",
    "health_centre": "centres de santé",
    "msp": "maisons de santé",
    "hospital": "hôpitaux",
    "emergency": "urgences",
    "smur": "SMUR",
    "ehpad": "EHPAD",
    "senior_residence": "résidences seniors",
    "home_care": "soins à domicile",
    "other": "autres",
}
"""The kinds of ``ds.KINDS``, in French."""


def count(number: float, language: str = "fr") -> str:
    """A whole number with its thousands apart: 20 896, or 20,896."""
    return decimals(number, 0, language)


def counted(number: float, words: str) -> str:
    """So many of something, in French: 1 origine, 2 origines loin de toute rue."""
    first, *rest = words.split(" ")
    plural = first if first[-1] in "sx" else f"{first}{'x' if first.endswith('eu') else 's'}"
    noun = plural if abs(number) >= 2 else first  # noqa: PLR2004 - from two on
    return " ".join([count(number), noun, *rest])


def decimals(number: float, places: int, language: str = "fr") -> str:
    """A number with so many decimals, or a dash where there is none."""
    if math.isnan(number):
        return "—"
    text = f"{number:,.{places}f}"
    return text if language == "en" else text.replace(",", _NARROW).replace(".", ",")


def minutes(number: float, language: str = "fr") -> str:
    """A time to read: without decimals, which it does not have, from ten minutes on."""
    return f"{decimals(number, 1 if number < _SMALL else 0, language)} min"


def percent(share: float, language: str = "fr") -> str:
    """A share: 18,5 %, or 18.5%."""
    return f"{decimals(100 * share, 1, language)}{_NARROW + '%' if language == 'fr' else '%'}"


def megabytes(size: float, language: str = "fr") -> str:
    """The size of a file: 1,2 Mo, or 1.2 MB."""
    return f"{decimals(size / _MILLION, 1, language)} {'Mo' if language == 'fr' else 'MB'}"


def columns(rows: Sequence[Sequence[str]], *, numbers: int = 1) -> list[str]:
    """Rows in columns: the last ones, as many as hold numbers, end together."""
    width = len(rows[0])
    return _aligned(rows, [place >= width - numbers for place in range(width)])


def print_table(table: Any) -> None:
    """Prints a table to read: numbers with the decimals that they deserve."""
    from desserte._lazy import pd
    from desserte.command._say import say
    from desserte.excel import ANSWERS, HEADINGS

    if not len(table):
        return
    rows = [[HEADINGS.get(str(name), str(name)) for name in table.columns]]
    cells = {name: _shown(table[name], ANSWERS) for name in table.columns}
    rows += [list(row) for row in zip(*cells.values(), strict=True)]
    of_numbers = [pd.api.types.is_numeric_dtype(table[name].dtype) for name in table.columns]
    head, *body = _aligned(rows, of_numbers)
    say("\n".join([head, "-" * max(map(len, [head, *body])), *body, ""]))


def _shown(column: Any, answers: dict[str, str]) -> list[str]:
    from desserte._lazy import pd

    if pd.api.types.is_bool_dtype(column.dtype):
        return ["oui" if value else "non" for value in column]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return ["—" if pd.isna(value) else answers.get(str(value), str(value)) for value in column]
    whole = pd.api.types.is_integer_dtype(column.dtype) or (column.dropna() % 1 == 0).all()
    places = 0 if whole else 1 if "minutes" in str(column.name) else 2
    return ["—" if pd.isna(value) else decimals(float(value), places) for value in column]


def _aligned(rows: Sequence[Sequence[str]], of_numbers: Sequence[bool]) -> list[str]:
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, of_numbers, strict=True)
        ).rstrip()
        for row in rows
    ]
