"""How many people live under a threshold?

Thresholds of an APL are those of a text, for one age limit of the doctors and one
kind of territory. Applied to another APL they mean something else, and that is said.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Union

from desserte._checks import numbers
from desserte._lazy import np, pd
from desserte.errors import InputError, ThresholdWarning
from desserte.indicators._aligned import amounts
from desserte.indicators._weighted import by_population, figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.indicators._aligned import Amounts

__all__ = ["ZONING", "people_under"]

ZONING = {
    2.5: "arrêté of 13 November 2017",
    2.71: "arrêté of 9 May 2025 (ZIP)",
    3.98: "arrêté of 9 May 2025 (ZAC)",
}
"""Thresholds of the zoning of doctors: of territories (TVS), on the APL of doctors up to 65."""

_ZONING_AGE = 65


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
        those up to 65, or not known to be, or the people look standardised.

    Examples
    --------
    >>> apl = pd.Series({"07001": 2.1, "07002": 4.0}, name="apl_up_to_65")
    >>> people = pd.Series({"07001": 300, "07002": 100})
    >>> ds.people_under(apl, population=people, thresholds=2.5)[["under", "share", "places"]]
       under  share  places
    0  300.0   0.75       1
    """
    series = figures(values, "values")
    limits = numbers(thresholds if np.iterable(thresholds) else [thresholds])
    if not limits or not all(0 < limit < np.inf for limit in limits):
        raise InputError(f"thresholds is a number above 0, or several, got {thresholds!r}")
    people, extra = amounts(population, series.index, "population", "place")
    age = _age_limit(series, age_limit)
    _warn(limits, age, population)
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
    is_under = figures_ < limit
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


def _warn(limits: list[float], age: int | str | None, population: object) -> None:
    if getattr(population, "name", None) == "standardised_population":
        warnings.warn(
            "people under a threshold are counted in the total population; "
            "the standardised one is for means",
            ThresholdWarning,
            stacklevel=3,
        )
    official = [limit for limit in limits if limit in ZONING]
    if not official or age == _ZONING_AGE:
        return
    counted = "doctors of unknown ages" if age is None else f"doctors of {age}"
    counted = f"doctors up to {age}" if isinstance(age, int) else counted
    texts = "; ".join(f"{limit:g}, {ZONING[limit]}" for limit in official)
    warnings.warn(
        f"a threshold of the zoning is for territories (TVS) and doctors up to 65 ({texts}), "
        f"but these figures count {counted}: say age_limit=65 if they are, else call a commune "
        "under it sous-dense, never ZIP",
        ThresholdWarning,
        stacklevel=3,
    )
