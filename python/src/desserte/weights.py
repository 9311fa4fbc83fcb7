"""How much care does each age need, beside the mean, and how much does each doctor count?

Figures as published, with their year and source, which results keep. Weights by age band are
national: a département keeps them as they are, else it would lose what its own ages ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["DREES_GP_2024", "DREES_GP_ACTS_2023", "Published"]


class Published(Mapping[str, float]):
    """Figures by name, and where they are from. It does not change.

    Attributes
    ----------
    year
        Of which year they are.
    source
        Who published them, and where.
    """

    def __init__(self, figures: Mapping[str, float], *, year: int, source: str) -> None:
        """Keeps the figures with their year and source."""
        self._figures = dict(figures)
        self.year = year
        self.source = source

    def __getitem__(self, name: str) -> float:
        """The figure of a name."""
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in order."""
        return iter(self._figures)

    def __len__(self) -> int:
        """How many figures there are."""
        return len(self._figures)

    def __repr__(self) -> str:
        """The source, on one line."""
        return f"Published({len(self)} figures, {self.year}, {self.source})"


DREES_GP_2024 = Published(
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
    },
    year=2024,
    source="DREES, APL aux médecins généralistes 2024, sheet Paramètres",
)
"""Consumption of general practitioners' care by age, the mean of France being 1.

Source: DREES, APL aux médecins généralistes 2024, sheet ``Paramètres``, as quoted in open
reuses of it. Where the workbook is at hand, those of its year are
``ds.read_apl(path).attrs["parameters"]["age_weights"]``.
"""

DREES_GP_ACTS_2023 = Published(
    {"none_up_to": 250, "min_acts": 3600, "max_acts": 6000},
    year=2023,
    source="DREES, APL aux médecins généralistes 2022 et 2023, sheet Paramètres",
)
"""How many of the acts of a general practitioner in a year DREES counts.

Consultations, visits and teleconsultations: under 250 none, from 251 to 3,600 as 3,600, up to
6,000 as they are, beyond as 6,000. Of 250 itself the sheet says nothing; it is none here.
The rows of a workbook are ``ds.read_apl(path).attrs["parameters"]["activity"]``.
"""
