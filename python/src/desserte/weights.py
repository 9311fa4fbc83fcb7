"""How much care does each age need, beside the mean?

Weights by age band, as published, with their year and source. They are national:
a département keeps them as they are, else it would lose what its own ages ask for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DREES_GP_2024"]

DREES_GP_2024: Mapping[str, float] = MappingProxyType(
    {
        "0-4": 1.12,
        "5-9": 0.61,
        "10-14": 0.58,
        "15-19": 0.60,
        "20-24": 0.78,
        "25-29": 0.79,
        "30-34": 0.82,
        "35-39": 0.86,
        "40-44": 0.91,
        "45-49": 0.90,
        "50-54": 1.02,
        "55-59": 1.13,
        "60-64": 1.14,
        "65-69": 1.21,
        "70-74": 1.39,
        "75-79": 1.59,
        "80-84": 1.57,
        "85-89": 1.81,
        "90+": 2.18,
    }
)
"""Consumption of general practitioners' care by age, the mean of France being 1.

Source: DREES, APL aux médecins généralistes 2024, sheet ``Paramètres``, as quoted in open
reuses of it. Where the workbook is at hand, those of its year are
``ds.read_apl(path).attrs["parameters"]["age_weights"]``.
"""
