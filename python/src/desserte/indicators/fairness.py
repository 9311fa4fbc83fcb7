"""Are the figures much alike for all people, and for the old as for all?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from desserte._lazy import np, pd
from desserte.errors import InputError
from desserte.indicators._aligned import amounts
from desserte.indicators._weighted import by_population, figures, gini, mean, quantiles

if TYPE_CHECKING:
    from desserte.indicators._aligned import Amounts

__all__ = ["equity"]


def equity(
    values: pd.Series,
    *,
    weights: Union[Amounts, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
) -> pd.DataFrame:
    """Measures how unequal a figure is among people.

    Parameters
    ----------
    values
        A figure by place, 0 or more: minutes, an APL. ``NaN`` where there is none.
    weights
        People by place: a Series, or a DataFrame with a column a group, of which the first is
        the one that the others are compared with: ``[["population", "65+"]]``.

    Returns
    -------
    pandas.DataFrame
        A row a population: ``population``, ``total`` (people), ``mean``, ``d10``, ``median``,
        ``d90`` (figures that a tenth, a half, nine tenths of the people have, or less),
        ``d90_to_d10`` (``NaN`` where the first decile is 0), ``gini`` (0 where all have the same),
        ``to_first`` (the mean by that of the first population) and ``no_figure`` (people of
        places without one, who are left out of all these).

    Raises
    ------
    IdError
        If a place has no weight.
    InputError
        If values or weights are negative, or weights missing.

    References
    ----------
    Gini, C. (1912). *Variabilità e mutabilità*. Bologna: Cuppini.

    Examples
    --------
    One person walks one minute, another three.

    >>> table = ds.equity(pd.Series([1.0, 3.0]), weights=[1, 1])
    >>> table[["mean", "d10", "d90", "d90_to_d10", "gini"]].values.tolist()
    [[2.0, 1.0, 3.0, 3.0, 0.25]]
    """
    series = figures(values, "values")
    numbers = series.to_numpy()
    if (numbers < 0).any():
        where = series.index[numbers < 0][0]
        raise InputError(f"values is negative for {where!r}; a Gini means nothing there")
    people, extra = amounts(weights, series.index, "weights", "place")
    rows: list[dict[str, Any]] = []
    known = ~np.isnan(numbers)
    for name, group in by_population(weights, people):
        d10, median, d90 = quantiles(numbers[known], group[known], (0.1, 0.5, 0.9))
        average = mean(numbers, group)
        first = rows[0]["mean"] if rows else average
        row = {
            "population": name,
            "total": group.sum(),
            "mean": average,
            "d10": d10,
            "median": median,
            "d90": d90,
            "d90_to_d10": d90 / d10 if d10 > 0 else np.nan,
            "gini": gini(numbers, group),
            "to_first": average / first if first else np.nan,
            "no_figure": group[~known].sum(),
        }
        rows.append(row)
    result = pd.DataFrame(rows)
    result.attrs = {**series.attrs, "extra_ids": extra}
    return result
