"""What is the mean, the median, the inequality of figures that stand for people?

A figure by commune stands for as many people as live there. Quantiles are figures
that occur: the least that so large a part of the people has, or less.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from desserte._checks import numbers
from desserte._lazy import np, pd
from desserte.errors import InputError
from desserte.indicators._aligned import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    _Numbers = npt.NDArray[np.float64]

__all__ = ["by_population", "figures", "gini", "limits_of", "mean", "populations", "quantiles"]


def figures(values: object, name: str) -> pd.Series:
    """A Series of figures by place, each place once; ``NaN`` where there is none.

    Single numbers stay single: the limit of 20.1 minutes is theirs, not that of doubles.
    """
    if not isinstance(values, pd.Series):
        raise InputError(f"{name} is a Series indexed by place, got a {type(values).__name__}")
    if not values.index.is_unique:
        raise InputError(f"{name} repeats places; aggregate them first")
    cells = pd.to_numeric(values, errors="coerce").to_numpy("float64", na_value=np.nan)
    lost = np.isnan(cells) & values.notna().to_numpy()
    if lost.any() or np.isinf(cells).any():
        wrong = values.index[lost | np.isinf(cells)]
        raise InputError(f"{name} is no finite number for {wrong[0]!r}; NaN is for no figure")
    kept = "float32" if values.dtype == "float32" else "float64"
    result = pd.Series(cells.astype(kept), index=values.index, name=values.name)
    result.attrs = dict(values.attrs)
    return result


def limits_of(thresholds: object, *, least: float = -math.inf) -> list[float]:
    """One or several thresholds, as they are given; no two that read alike."""
    given = thresholds if isinstance(thresholds, Iterable) else [thresholds]
    limits = numbers(given)
    if not all(least < limit < math.inf for limit in limits):
        above = "" if math.isinf(least) else f" above {least:g}"
        raise InputError(
            f"thresholds is a number{above}, or several that differ, got {thresholds!r}"
        )
    if len({f"{limit:g}" for limit in limits}) < len(limits):
        raise InputError(
            f"thresholds is a number, or several that differ, to six digits, got {thresholds!r}"
        )
    return limits


def populations(demand: object, shape: tuple[int, ...]) -> list[object]:
    """What the groups of people are called, of a Series, a table or an array of this shape."""
    if isinstance(demand, pd.DataFrame):
        return list(demand.columns)
    if len(shape) > TABLE:
        raise InputError(f"demand is a number an origin, or a column a group, got shape {shape}")
    if len(shape) == TABLE:
        return list(range(shape[1]))
    name = getattr(demand, "name", None)
    return ["population" if name is None else name]


def by_population(demand: object, people: _Numbers) -> list[tuple[object, _Numbers]]:
    """Each group of people under its name."""
    names = populations(demand, people.shape)
    return list(zip(names, people.reshape(len(people), len(names)).T, strict=True))


def mean(values: _Numbers, weights: _Numbers) -> float:
    """The mean of the values that are there; ``NaN`` where they weigh nothing."""
    known = ~np.isnan(values)
    weight = weights[known].sum()
    return float(values[known] @ weights[known] / weight) if weight > 0 else float("nan")


def quantiles(values: _Numbers, weights: _Numbers, shares: Sequence[float]) -> list[float]:
    """The least value that such a share of the weight has, or less; ``NaN`` is beyond all."""
    order = np.argsort(values, kind="stable")  # NaN last
    reached = np.cumsum(weights[order])
    if len(reached) == 0 or reached[-1] <= 0:
        return [float("nan")] * len(shares)
    # A share that is met but for rounding is met.
    wanted = np.asarray(shares) * reached[-1] * (1 - 1e-12)
    at = np.searchsorted(reached, wanted)
    return [float(value) for value in values[order][at]]


def gini(values: _Numbers, weights: _Numbers) -> float:
    """The coefficient of Gini of the values that are there; ``NaN`` where all of them are 0."""
    known = ~np.isnan(values) & (weights > 0)
    order = np.argsort(values[known])
    values, weights = values[known][order], weights[known][order]
    total = float(values @ weights)
    if total <= 0:
        return float("nan")
    # Twice the area under the curve of Lorenz, trapezium by trapezium.
    have = np.cumsum(values * weights)
    below = have + np.concatenate([[0.0], have[:-1]])
    return float(1 - weights @ below / (weights.sum() * total))
