"""How are numbers and names said, in French or in English?

French has a comma in its numbers, and narrow spaces that do not break between thousands
and before a sign.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KINDS", "columns", "count", "decimals", "megabytes", "minutes", "percent"]

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
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    first = len(widths) - numbers
    return [
        "  ".join(
            cell.ljust(width) if at < first else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
