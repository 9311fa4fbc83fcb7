"""What is the mean of each EPCI, territory or département?

A figure by commune becomes one by territory as a mean weighted by people: for an
APL the standardised population, by which it was divided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desserte._checks import some
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import amounts

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
        takes no part; ``attrs["left_out"]`` says what they weigh, by territory.
        ``NaN`` where no weight is left.

    Raises
    ------
    IdError
        If a commune has no territory or no weight.
    InputError
        If weights are negative or missing.

    Examples
    --------
    >>> apl = pd.Series({"07001": 2.0, "07002": 4.0})
    >>> epci = pd.Series({"07001": "A", "07002": "A"})
    >>> ds.aggregate(apl, by=epci, weights=pd.Series({"07001": 300.0, "07002": 100.0})).tolist()
    [2.5]
    """
    if not isinstance(values, pd.Series) or not isinstance(by, pd.Series):
        raise InputError("values and by are Series indexed by commune")
    for name, series in (("values", values), ("by", by)):
        if not series.index.is_unique:
            raise IdError(f"{name} repeats communes")
    people, _ = amounts(weights, values.index, "weights", "commune")
    territory = by.reindex(values.index)
    if territory.isna().any():
        lacking = values.index[territory.isna()].tolist()
        raise IdError(f"by has no territory for {some(lacking, 'commune')}")
    figures = values.to_numpy(dtype="float64", na_value=np.nan)
    counted = np.where(np.isnan(figures), 0.0, people)
    table = pd.DataFrame(
        {
            "sum": counted * np.nan_to_num(figures, nan=0.0),
            "weight": counted,
            "left_out": people - counted,
        }
    )
    sums = table.groupby(territory.to_numpy()).sum()
    result = (sums["sum"] / sums["weight"]).where(sums["weight"] > 0).rename(values.name)
    result.attrs = {"left_out": sums["left_out"][sums["left_out"] > 0].to_dict()}
    return result
