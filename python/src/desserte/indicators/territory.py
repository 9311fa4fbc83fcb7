"""What is the mean of each EPCI, territory or département?

A figure by commune becomes one by territory as a mean weighted by people: for an
APL the standardised population, by which it was divided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desserte._checks import some
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import single_amounts
from desserte.indicators._weighted import figures

if TYPE_CHECKING:
    from desserte.indicators._aligned import Amounts

__all__ = ["aggregate"]


def aggregate(values: pd.Series, *, by: pd.Series, weights: Amounts) -> pd.Series:
    """Averages figures of communes over the territories that they make.

    Parameters
    ----------
    values
        A figure by commune: an APL, minutes. ``NaN`` where there is none.
    by
        The territory of each commune, by commune.
    weights
        People by commune, 0 or more: for an APL the standardised population.

    Returns
    -------
    pandas.Series
        Indexed by territory, sorted, named like ``values``. A commune without a figure
        takes no part; ``NaN`` where no weight is left. ``attrs`` are those of ``values``, with
        ``left_out`` (what communes without a figure weigh, by territory) and ``extra_ids`` of
        ``by`` and ``weights``.

    Raises
    ------
    IdError
        If a commune has no territory or no weight, or ``by`` repeats one.
    InputError
        If a figure is no finite number, a commune comes twice, or weights are negative or
        missing.

    References
    ----------
    DREES, *L'accessibilité potentielle localisée*: the APL of a département is the mean of
    those of its communes, by standardised population.

    Arrêté du 13 novembre 2017, annexe: that of a territory (TVS) is their mean by population.

    Examples
    --------
    >>> apl = pd.Series({"07001": 2.0, "07002": 4.0})
    >>> epci = pd.Series({"07001": "A", "07002": "A"})
    >>> ds.aggregate(apl, by=epci, weights=pd.Series({"07001": 300.0, "07002": 100.0})).tolist()
    [2.5]
    """
    series = figures(values, "values")
    if not isinstance(by, pd.Series):
        raise InputError(f"by is a Series indexed by commune, got a {type(by).__name__}")
    if not by.index.is_unique:
        raise IdError("by repeats communes")
    people, extra = single_amounts(weights, series.index, "weights", "commune")
    territory = by.reindex(series.index)
    if territory.isna().any():
        lacking = series.index[territory.isna()].tolist()
        raise IdError(f"by has no territory for {some(lacking, 'commune')}")
    known = series.notna().to_numpy()
    counted = np.where(known, people, 0.0)
    table = pd.DataFrame(
        {
            "sum": counted * np.where(known, series.to_numpy("float64"), 0.0),
            "weight": counted,
            "left_out": people - counted,
        }
    )
    sums = table.groupby(territory.to_numpy()).sum()
    result = (sums["sum"] / sums["weight"]).where(sums["weight"] > 0).rename(series.name)
    result.attrs = {
        **series.attrs,
        "left_out": sums["left_out"][sums["left_out"] > 0].to_dict(),
        "extra_ids": {"by": len(by) - len(series), "weights": extra},
    }
    return result
