"""Where in their commune do these people live?

A census counts a commune, a cell or a hamlet is where people live. The total of
each commune is shared out over its cells, by the people the cells have already
or by any other weight. Filosofi counts tax households, without those who live in
an EHPAD: what its cells lack of the census is the gap, and is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import repeated
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["spread"]

_WORST = 5


def spread(totals: pd.Series, *, over: pd.DataFrame, by: str, weight: str) -> pd.Series:
    """Spreads totals of communes over the cells or hamlets within them.

    A place gets the share of its commune's total that it has of the commune's
    weights. Where all weights of a commune are 0, its places share alike.

    Parameters
    ----------
    totals
        People, or anything that adds up, by the code of the commune.
    over
        The cells or hamlets, a row each.
    by
        The column of ``over`` with the code of the commune.
    weight
        The column of ``over`` by which to share, 0 or more: the people of a
        cell as the grid has them, dwellings, or a column of ones.

    Returns
    -------
    pandas.Series
        Indexed like ``over``; the sum is that of ``totals``, but for what is
        unplaced. ``attrs["gap"]`` compares ``totals`` and weights of the communes
        that have both: ``totals``, ``weights``, ``difference`` (totals less
        weights), ``share`` (of the totals; ``NaN`` without any), and ``largest``, the
        five communes with the greatest difference. It means something where the
        weights count the same people. ``attrs["unplaced"]`` says of how many communes
        the total has no place to go, ``codes`` of the first five, and their
        ``total``; ``attrs["shared_alike"]`` how many communes have weights of 0.

    Raises
    ------
    InputError
        If a column is absent, or totals or weights are negative or missing.
    IdError
        If a place has no commune, or one without a total, or a total comes twice.

    Examples
    --------
    A commune of 120 people in two hamlets, which a grid counts as 60 and 40.

    >>> hamlets = gpd.GeoDataFrame({"insee_code": ["07132", "07132"], "people": [60, 40]})
    >>> census = pd.Series({"07132": 120.0})
    >>> people = ds.spread(census, over=hamlets, by="insee_code", weight="people")
    >>> people.tolist()
    [72.0, 48.0]
    >>> gap = people.attrs["gap"]
    >>> gap["difference"], round(gap["share"], 3)
    (20.0, 0.167)
    """
    totals = _checked_totals(totals)
    codes, weights = _checked_places(over, by, weight)
    _refuse_strangers(codes, totals)
    sums = weights.groupby(codes.to_numpy()).sum()
    counts = codes.groupby(codes.to_numpy()).size()
    of_sum = codes.map(sums).to_numpy(dtype="float64")
    of_count = codes.map(counts).to_numpy(dtype="float64")
    # Weights as shares first: a total times a tiny weight may leave the range of a float.
    shares = np.where(of_sum > 0, weights / np.where(of_sum > 0, of_sum, 1.0), 1.0 / of_count)
    people = codes.map(totals).to_numpy(dtype="float64") * shares
    result = pd.Series(people, index=over.index, name=totals.name)
    placed = totals.index.isin(sums.index)
    result.attrs = {
        "by": by,
        "weight": weight,
        "gap": _gap(totals[placed], sums),
        "unplaced": _unplaced(totals[~placed & (totals > 0).to_numpy()]),
        "shared_alike": int((sums == 0).sum()),
    }
    return result


def _checked_totals(totals: Any) -> pd.Series:
    if not isinstance(totals, pd.Series):
        raise InputError(
            f"totals is a Series indexed by the code of the commune, got a {type(totals).__name__}"
        )
    if not totals.index.is_unique:
        raise IdError(f"totals repeats {some(repeated(totals.index), 'commune')}")
    return pd.Series(_counts(totals, "totals", totals.index), index=totals.index, name=totals.name)


def _checked_places(over: Any, by: str, weight: str) -> tuple[pd.Series, pd.Series]:
    """Code and weight of each place."""
    if not isinstance(over, pd.DataFrame):
        raise InputError(f"over is a table of cells or hamlets, got a {type(over).__name__}")
    for name, column in (("by", by), ("weight", weight)):
        if column not in over.columns:
            columns = ", ".join(map(repr, over.columns))
            raise InputError(f"over has no column {column!r} for {name}; it has {columns}")
    codes = over[by].reset_index(drop=True)
    if codes.isna().any():
        raise IdError(f"over has no {by} in {some(over.index[over[by].isna()].tolist())}")
    return codes, pd.Series(_counts(over[weight], f"over[{weight!r}]", over.index))


def _counts(values: pd.Series, name: str, ids: pd.Index) -> npt.NDArray[np.float64]:
    """Numbers of 0 or more."""
    numbers: npt.NDArray[np.float64] = pd.to_numeric(values, errors="coerce").to_numpy(
        dtype="float64", na_value=np.nan
    )
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        raise InputError(
            f"{name} is missing, negative or no number in {some(ids[bad].tolist())}; "
            "a secret figure is not 0: leave its commune out, or estimate it"
        )
    return numbers


def _refuse_strangers(codes: pd.Series, totals: pd.Series) -> None:
    strangers = codes[~codes.isin(totals.index)].unique().tolist()
    if not strangers:
        return
    is_text = all(isinstance(code, str) for code in totals.index)
    hint = ""
    if is_text != all(isinstance(code, str) for code in strangers):
        hint = "; codes of communes are text on both sides, as in '07132'"
    raise IdError(f"totals lacks {some(strangers, 'commune')} of the places{hint}")


def _gap(totals: pd.Series, weights: pd.Series) -> dict[str, Any]:
    """How totals and weights of the same communes differ."""
    difference = totals - weights.reindex(totals.index)
    worst = difference[difference.abs().nlargest(_WORST).index]
    total, weighed = float(totals.sum()), float(weights.sum())
    return {
        "totals": total,
        "weights": weighed,
        "difference": total - weighed,
        "share": (total - weighed) / total if total > 0 else float("nan"),
        "largest": {code: float(value) for code, value in worst.items()},
    }


def _unplaced(totals: pd.Series) -> dict[str, Any]:
    """Totals of communes without a place."""
    return {
        "communes": len(totals),
        "codes": totals.index[:_WORST].tolist(),
        "total": float(totals.sum()),
    }
