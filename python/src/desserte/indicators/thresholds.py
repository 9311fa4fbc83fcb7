"""How many people live under a threshold?

Thresholds of an APL are those of a text, for one age limit of the doctors and one
kind of territory. Applied to another APL they mean something else, and that is said.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Union

from desserte._lazy import np, pd
from desserte.errors import InputError, ThresholdWarning
from desserte.indicators._aligned import amounts
from desserte.indicators._weighted import by_population, figures, limits_of
from desserte.indicators._words import are_communes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.indicators._aligned import Amounts

__all__ = ["ZONING", "people_under", "warn_of_zoning"]

ZONING = {
    2.5: "arrêté of 13 November 2017",
    2.71: "arrêté of 9 May 2025 (ZIP)",
    3.98: "arrêté of 9 May 2025 (ZAC)",
}
"""Thresholds of the zoning of doctors: of territories (TVS), on the APL of doctors up to 65."""

_ZONING_AGE = 65
# DREES counts communes under 2.5 itself; under the others nobody does.
_OF_TERRITORIES = {2.71, 3.98}


def people_under(
    values: pd.Series,
    *,
    population: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    thresholds: float | Iterable[float],
    age_limit: int | None = None,
) -> pd.DataFrame:
    """Counts the people whose figure is under a threshold.

    A commune under 2.5 is a *commune sous-dense (DREES)*. It is no ZIP: zones are drawn by
    territory, on the APL of doctors up to 65, and by the ARS.

    Parameters
    ----------
    values
        A figure by place: an APL. ``NaN`` where there is none.
    population
        People by place: the total population, not the standardised one. A Series, or a
        DataFrame with a column an age band.
    thresholds
        One or several; under is less than.
    age_limit
        The age up to which doctors count in ``values``. None: ``values.attrs["age_limit"]``, or
        what its name says, as in ``apl_up_to_65``; else unknown.

    Returns
    -------
    pandas.DataFrame
        A row a population and threshold: ``population``, ``threshold``, ``under`` (people),
        ``total``, ``share`` (of the total; ``NaN`` without any), ``places`` (how many are
        under) and ``no_figure`` (people of places without one, who stay in the total).
        ``attrs["age_limit"]`` is the one found.

    Raises
    ------
    IdError
        If a place has no population.
    InputError
        If people are negative or missing, or a threshold is no number above 0.

    Warns
    -----
    ThresholdWarning
        If a threshold is one of the official zoning, but the doctors of ``values`` are not
        those up to 65, or not known to be; if it is one for territories alone (2.71, 3.98) and
        the places are communes; or if the people look standardised.

    References
    ----------
    Arrêté du 13 novembre 2017 relatif à la méthodologie applicable à la profession de médecin
    pour la détermination des zones (article L. 1434-4 du code de la santé publique): 2.5.

    Arrêté du 9 mai 2025, which changes it: 2.71 (ZIP) and 3.98 (ZAC), on the APL of 2023.

    Examples
    --------
    >>> apl = pd.Series({"07001": 2.1, "07002": 4.0}, name="apl_up_to_65")
    >>> people = pd.Series({"07001": 300, "07002": 100})
    >>> ds.people_under(apl, population=people, thresholds=2.5)[["under", "share", "places"]]
       under  share  places
    0  300.0   0.75       1
    """
    series = figures(values, "values")
    limits = limits_of(thresholds, least=0)
    if not limits:
        raise InputError(f"thresholds is a number above 0, or several, got {thresholds!r}")
    people, extra = amounts(population, series.index, "population", "place")
    age = warn_of_zoning(limits, series, age_limit)
    _warn_of_standardised(population)
    rows = [
        _row(name, limit, series.to_numpy(), group)
        for name, group in by_population(population, people)
        for limit in limits
    ]
    result = pd.DataFrame(rows)
    result.attrs = {**series.attrs, "age_limit": age, "extra_ids": extra}
    return result


def _row(name: object, limit: float, values: object, people: object) -> dict[str, object]:
    figures_, group = np.asarray(values), np.asarray(people)
    # As single a number as the figures are: 2.1 is not under 2.1.
    is_under = figures_ < figures_.dtype.type(limit)
    total = float(group.sum())
    under = float(group[is_under].sum())
    return {
        "population": name,
        "threshold": limit,
        "under": under,
        "total": total,
        "share": under / total if total > 0 else float("nan"),
        "places": int(is_under.sum()),
        "no_figure": float(group[np.isnan(figures_)].sum()),
    }


def _age_limit(values: pd.Series, given: int | None) -> int | str | None:
    if given is not None:
        return given
    if "age_limit" in values.attrs:
        limit: int | str | None = values.attrs["age_limit"]
        return limit
    found = re.search(r"up_to_(\d\d)$", str(values.name))
    if found:
        return int(found[1])
    return "all ages" if str(values.name).endswith("all_ages") else None


def _warn_of_standardised(population: object) -> None:
    if getattr(population, "name", None) == "standardised_population":
        warnings.warn(
            "people under a threshold are counted in the total population; "
            "the standardised one is for means",
            ThresholdWarning,
            stacklevel=3,
        )


def warn_of_zoning(
    limits: list[float], values: pd.Series, age_limit: int | None = None
) -> int | str | None:
    """Warns of thresholds of the zoning on figures that are not its own; the age of these."""
    age = _age_limit(values, age_limit)
    official = [limit for limit in limits if limit in ZONING]
    texts = "; ".join(f"{limit:g}, {ZONING[limit]}" for limit in official)
    if official and age != _ZONING_AGE:
        counted = "doctors of unknown ages" if age is None else f"doctors of {age}"
        counted = f"doctors up to {age}" if isinstance(age, int) else counted
        warnings.warn(
            f"a threshold of the zoning is for territories (TVS) and doctors up to 65 ({texts}), "
            f"but these figures count {counted}: say age_limit=65, or in their "
            'attrs["age_limit"], if they are up to 65; else call a commune under it '
            "sous-dense, never ZIP",
            ThresholdWarning,
            stacklevel=3,
        )
    elif set(official) & _OF_TERRITORIES and are_communes(values.index):
        warnings.warn(
            f"a threshold of the zoning ({texts}) is for territories (TVS), "
            "but these are communes: aggregate them by territory first",
            ThresholdWarning,
            stacklevel=3,
        )
    return age
