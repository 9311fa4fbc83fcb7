"""How much care does each place have within reach, shared with all others who reach it?

:func:`accessibility` sums what is within reach, :func:`floating_catchment` divides
each supply among those who reach it first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte import _native
from desserte._checks import SHOWN, check_choice
from desserte._lazy import np, pd
from desserte.decay import Decay
from desserte.errors import InputError
from desserte.indicators._aligned import Amounts, Minutes, Study, minutes_of, single_amounts
from desserte.indicators._edge import Question, edge_of, warn_at_the_edge

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.indicators._aligned import MinuteTable

__all__ = ["accessibility", "floating_catchment"]


def accessibility(times: Minutes, *, supply: Amounts, decay: Decay) -> pd.Series:
    """Sums the supply within reach of each origin, nearer supply weighing more.

    With ``ds.decay.binary`` these are cumulative opportunities, else a gravity
    measure (Hansen 1959). Nobody else's need is counted.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
    supply
        Care by destination, 0 or more.
    decay
        A weight for every time, of ``ds.decay``.

    Returns
    -------
    pandas.Series
        ``accessibility``, in the unit of the supply, indexed by origin; 0 where
        nothing is within reach, ``NaN`` off the network: of an array, where the row has no
        time at all. ``attrs`` has the decay, ``off_network`` (how many places) and
        ``extra_ids``, how many ids of ``supply`` the times do not have.

    Raises
    ------
    IdError
        If a destination has no supply.
    InputError
        If supply is negative or missing, or the decay reaches beyond the cutoff of the times.

    Examples
    --------
    >>> ds.accessibility([[5, 15]], supply=[2, 3], decay=ds.decay.binary(20)).tolist()
    [5.0]
    >>> ds.accessibility([[5, 15]], supply=[2, 3], decay=ds.decay.linear(20)).tolist()
    [2.25]
    """
    table = minutes_of(times)
    _check_decay(decay, table)
    care, extra = single_amounts(supply, table.destinations, "supply", "destination")
    access = _native.accessibility(table.cells, care, decay._words())
    off = table.off_network
    result = pd.Series(_known(access, off), index=table.origins, name="accessibility")
    result.attrs = {
        **table.attrs,
        "decay": str(decay),
        "off_network": int(off.sum()),
        "extra_ids": extra,
    }
    return result


def floating_catchment(
    times: Minutes,
    *,
    demand: Amounts,
    supply: Amounts,
    decay: Decay,
    variant: Literal["two_step", "three_step"] = "two_step",
    study: Study | None = None,
) -> pd.Series:
    """Shares each supply among the people who reach it, and sums the shares of each origin.

    Demand times access, over all origins, adds up to the supply that anybody reaches.

    Parameters
    ----------
    times
        Travel times, dense or sparse, or an (n, m) array of minutes with ``NaN`` where
        there is none.
        They reach beyond the study: supply as far as the decay does, and the
        people who share it as far again.
    demand
        People by origin, 0 or more.
    supply
        Care by destination, 0 or more.
    decay
        A weight for every time, of ``ds.decay``.
    variant
        "two_step": each origin asks all sites within its reach in full (Luo and Qi
        2009). "three_step": it divides its demand among those that have supply, by their
        weights (Wan, Zou and Sternberg 2012).
    study
        The origins to answer for, as ids or a table indexed by them; all where None.
        The demand of the others counts all the same.

    Returns
    -------
    pandas.Series
        ``access``, supply per head of demand, indexed by origin; 0 where nothing
        is within reach, ``NaN`` off the network: of an array, where the row has no time at
        all. ``attrs`` has the decay, the variant, ``off_network`` (places of the study) and
        ``people_off_network``, ``unreached`` (supply within nobody's reach: ``destinations``,
        ``ids`` of the first five, ``supply``), ``extra_ids`` of ``demand`` and ``supply``, and
        ``edge``: shares of the care within reach with nobody on one side (``care_at_edge``)
        and of the people with no care on one side (``people_at_edge``), ``NaN`` of an array,
        which has no positions; and of the care that only the study reaches
        (``care_unshared``), ``NaN`` without a study.

    Raises
    ------
    IdError
        If an origin has no demand, a destination no supply, or the study names an
        unknown origin.
    InputError
        If demand or supply are negative or missing, or the decay reaches beyond the
        cutoff of the times.

    Warns
    -----
    EdgeWarning
        If more than a tenth of that care or of those people are at the edge of the data, or the
        study shares less than a tenth of its care. Of an array without a study nobody can tell.

    References
    ----------
    Luo, W. and Qi, Y. (2009). An enhanced two-step floating catchment area (E2SFCA)
    method. *Health & Place* 15(4), 1100-1107.

    Wan, N., Zou, B. and Sternberg, T. (2012). A three-step floating catchment area
    method for analyzing spatial access to health services. *International Journal of
    Geographical Information Science* 26(6), 1073-1089. Its weight of choice is here
    the decay itself.

    Examples
    --------
    Two villages share one practice of 900 consultations.

    >>> minutes = [[5], [12]]
    >>> access = ds.floating_catchment(
    ...     minutes, demand=[200, 150], supply=[900], decay=ds.decay.steps({10: 1, 15: 2 / 3})
    ... )
    >>> access.round(6).tolist()
    [3.0, 2.0]
    """
    table = minutes_of(times)
    return shared(
        table, {"demand": demand, "supply": supply}, decay=decay, variant=variant, study=study
    )


def shared(
    table: MinuteTable,
    sides: dict[str, Any],
    *,
    decay: Decay,
    variant: str,
    study: Study | None,
) -> pd.Series:
    """What :func:`floating_catchment` answers, of minutes at hand.

    ``sides`` has demand, then supply, under the names that the caller has for them.
    """
    check_choice("variant", variant, ("two_step", "three_step"))
    _check_decay(decay, table)
    (of_rows, demand), (of_columns, supply) = sides.items()
    people, extra_demand = single_amounts(demand, table.origins, of_rows, "origin")
    care, extra_supply = single_amounts(supply, table.destinations, of_columns, "destination")
    access, _, weighted = _native.catchments(table.cells, people, care, decay._words(), variant)
    rows = table.rows_of(study)
    asked = Question(people, care, rows, study is not None, weighted > 0)
    edge = edge_of(table, decay, asked)
    warn_at_the_edge(edge, decay, stacklevel=4)
    off = table.off_network[rows]
    result = pd.Series(_known(access[rows], off), index=table.origins[rows], name="access")
    unreached = (weighted == 0) & (care > 0)
    result.attrs = {
        **table.attrs,
        "decay": str(decay),
        "variant": variant,
        "unreached": {
            "destinations": int(unreached.sum()),
            "ids": table.destinations[unreached][:SHOWN].tolist(),
            "supply": float(care[unreached].sum()),
        },
        "edge": edge,
        "off_network": int(off.sum()),
        "people_off_network": float(people[rows][off].sum()),
        "extra_ids": {of_rows: extra_demand, of_columns: extra_supply},
    }
    return result


def _known(access: npt.NDArray[np.float64], off: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """No figure, and not 0, for whom no street leads anywhere."""
    return np.where(off, np.nan, access)


def _check_decay(decay: Any, table: MinuteTable) -> None:
    if not isinstance(decay, Decay):
        raise InputError(f"decay is one of ds.decay, as in ds.decay.DREES_GP, got {decay!r}")
    table.refuse_beyond(f"decay {decay}", decay.reach)
