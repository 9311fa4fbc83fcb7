"""What is the accessibility of each commune, as DREES computes it?

The *accessibilité potentielle localisée* is a two-step floating catchment with the
steps of DREES, over a population in which each age counts by the care it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desserte import weights as _weights
from desserte._checks import numbers, some
from desserte._frames import repeated
from desserte._lazy import np, pd
from desserte.decay import DREES_GP, Decay
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import (
    Amounts,
    Minutes,
    MinuteTable,
    Study,
    amounts,
    minutes_of,
    single_amounts,
)
from desserte.indicators.catchment import shared

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.indicators._aligned import Amounts, Minutes, MinuteTable, Study

__all__ = ["activity", "apl", "standardise"]

# A band without a last age counts as one of five years where it is averaged with others.
_YEARS_OF_OPEN_BAND = 5
# What an APL keeps of what it was made from.
_ORIGINS = ("weights_year", "weights_source", "rules_year", "rules_source", "acts_per_gp")


def standardise(
    population_by_age: pd.DataFrame, *, weights: Mapping[str, float] = _weights.DREES_GP_2024
) -> pd.Series:
    """Counts people by the care their age needs, the mean of France being 1.

    Parameters
    ----------
    population_by_age
        People, a row a place and a column an age band ("0-14", "90+"), as
        :func:`read_population` and :func:`read_filosofi` give them. Of several cuts of the
        same people the finest counts, once; other columns are left alone. People of
        ``unknown_age`` weigh 1.
    weights
        Weight by age band; ``read_apl(path).attrs["parameters"]["age_weights"]`` has
        those of a workbook. Used as they are, never normalised again.

    Returns
    -------
    pandas.Series
        ``standardised_population``, indexed like the table. ``attrs["weights"]`` has the
        weight of each band: a band wider than those of ``weights`` gets their mean by
        year of age, in which the oldest counts for five years; ``weights_year`` and
        ``weights_source`` say where they are from, if ``weights`` do.

    Raises
    ------
    InputError
        If the bands do not cover all ages or one comes twice, or people or weights are negative
        or missing.

    References
    ----------
    DREES, *L'accessibilité potentielle localisée*, sheet ``Paramètres``: the *population
    standardisée* counts each age by its consumption of care, beside the mean.

    Examples
    --------
    >>> people = pd.DataFrame({"0-59": [1000], "60-89": [400], "90+": [10]}, index=["07132"])
    >>> standardised = ds.standardise(people)
    >>> {band: round(weight, 3) for band, weight in standardised.attrs["weights"].items()}
    {'0-59': 0.843, '60-89': 1.452, '90+': 2.18}
    >>> standardised.round(1).tolist()
    [1445.8]
    """
    from desserte.french._ages import partition

    if not isinstance(population_by_age, pd.DataFrame):
        raise InputError(
            "population_by_age is a table with a column an age band, "
            f"got a {type(population_by_age).__name__}"
        )
    columns = [column for column in population_by_age.columns if isinstance(column, str)]
    bands = partition(columns)
    if not bands:
        raise InputError(
            "population_by_age has no age bands that cover all ages, "
            f'as "0-14", "15-29", ..., "90+"; it has {", ".join(map(repr, columns))}'
        )
    of_band = _weights_of(bands, weights)
    if "unknown_age" in columns:
        of_band["unknown_age"] = 1.0
    counted = population_by_age[list(of_band)]
    if not counted.columns.is_unique:
        raise InputError(f"population_by_age repeats {some(repeated(counted.columns), 'column')}")
    people, _ = amounts(
        counted.apply(pd.to_numeric, errors="coerce").to_numpy("float64", na_value=np.nan),
        population_by_age.index,
        "population_by_age",
        "place",
    )
    result = pd.Series(
        people @ np.array(list(of_band.values())),
        index=population_by_age.index,
        name="standardised_population",
    )
    result.attrs = {"weights": of_band, **_origin_of(weights, "weights")}
    return result


def activity(
    acts: Amounts,
    *,
    rules: Mapping[str, float] = _weights.DREES_GP_ACTS_2023,
    acts_per_gp: float | None = None,
) -> pd.Series:
    """Counts the acts of general practitioners as DREES does, for the supply of an APL.

    Who hardly works is not counted, who works little counts as a practitioner whom one may
    ask for more, and who works very much counts as one who can do no more.

    Parameters
    ----------
    acts
        Consultations, visits and teleconsultations in a year, a practitioner each, 0 or more.
    rules
        ``none_up_to``, ``min_acts`` and ``max_acts``, one or several of them: acts that count as
        none, and between which bounds the others are put.
    acts_per_gp
        What a full-time practitioner does in a year, for full-time equivalents: 5,400 by
        the ARS of Bourgogne-Franche-Comté (2018), 5,100 the mean of Pays de la Loire (2012).
        DREES names none. None: the result is acts.

    Returns
    -------
    pandas.Series
        ``activity`` in acts a year, or in full-time equivalents, indexed like ``acts``.
        ``attrs`` has the ``rules``, their year and source, and ``acts_per_gp``. Several
        practitioners of a place are added up afterwards.

    Raises
    ------
    InputError
        If acts are negative or missing, or a rule is unknown, no number, or against another.

    References
    ----------
    DREES, *L'accessibilité potentielle localisée*, sheet ``Paramètres``: *comptabilisation de
    l'activité*.

    Examples
    --------
    >>> ds.activity([120, 2000, 4500, 9000]).tolist()
    [0.0, 3600.0, 4500.0, 6000.0]
    >>> ds.activity([5400, 2000], acts_per_gp=5400).round(3).tolist()
    [1.0, 0.667]
    """
    none_up_to, least, most = _rules(rules)
    ids = acts.index if isinstance(acts, pd.Series) else pd.RangeIndex(np.size(acts))
    if not ids.is_unique:
        raise IdError(f"acts repeats {some(repeated(ids), 'practitioner')}; give each its own id")
    done, _ = single_amounts(acts, ids, "acts", "practitioner")
    full_time = 1.0
    if acts_per_gp is not None:
        (full_time,) = numbers([acts_per_gp])
        if not 0 < full_time < np.inf:
            raise InputError(f"acts_per_gp is a number above 0, or None, got {acts_per_gp!r}")
    counted = np.where(done <= none_up_to, 0.0, np.clip(done, least, most))
    result = pd.Series(counted / full_time, index=ids, name="activity")
    result.attrs = {
        "rules": dict(rules),
        **_origin_of(rules, "rules"),
        "acts_per_gp": acts_per_gp,
    }
    return result


def _rules(rules: Any) -> tuple[float, float, float]:
    usual = {"none_up_to": 0.0, "min_acts": 0.0, "max_acts": np.inf}
    if not isinstance(rules, Mapping) or not set(rules) <= set(usual):
        raise InputError(f"rules is a number for some of {', '.join(usual)}, got {rules!r}")
    none_up_to, least, most = numbers({**usual, **rules}.values())
    if not (0 <= none_up_to <= most and 0 <= least <= most):
        raise InputError(f"rules are numbers, 0 or more, none above max_acts, got {dict(rules)!r}")
    return none_up_to, least, most


def _origin_of(published: object, name: str) -> dict[str, Any]:
    """Year and source of figures that have them."""
    found = {about: getattr(published, about, None) for about in ("year", "source")}
    return {f"{name}_{about}": value for about, value in found.items() if value is not None}


def apl(
    times: Minutes,
    *,
    standardised_population: Amounts,
    supply: Amounts,
    decay: Decay = DREES_GP,
    per: float = 1,
    study: Study | None = None,
    within_commune_minutes: float | None = None,
) -> pd.Series:
    """Computes the APL: care per standardised inhabitant, shared with all who reach it.

    An APL has the age limit of the practitioners counted in ``supply``: with all of
    them it is another figure than with those up to 65, by which zones are drawn.

    Parameters
    ----------
    times
        Travel times from communes (or cells) to practices, dense or sparse, or an array of
        minutes.
        Around the study they reach as far as the decay for supply, and twice as far for people.
    standardised_population
        People by origin, weighted by age: :func:`standardise`. People under a threshold
        are counted in the total population instead.
    supply
        Activity by destination: consultations a year of general practitioners
        (:func:`activity`), full-time equivalents of other professions.
    decay
        A weight for every time; ``ds.decay.DREES_GP`` and ``DREES_GP_2012`` are those of DREES.
    per
        1 for consultations a year and inhabitant; 100_000 for full-time equivalents
        per 100,000 inhabitants.
    study
        The origins to answer for; all where None. The others count all the same.
    within_commune_minutes
        What a trip takes within a commune, where an origin and a destination have the
        same id. None: what ``times`` says. 0 is the convention of DREES, and is for
        reproducing its figures alone.

    Returns
    -------
    pandas.Series
        ``apl``, indexed by origin; 0 where nothing is within reach, ``NaN`` off the network.
        ``attrs`` as :func:`floating_catchment`, and ``per``, ``within_commune_minutes``, and
        where the weights of age and the rules of activity are from, if the Series given say so.

    Raises
    ------
    IdError
        If an origin has no population, a destination no supply, or the study names
        an unknown origin.
    InputError
        If an amount is negative or missing, the decay reaches beyond the cutoff of the
        times, or no origin is a destination and ``within_commune_minutes`` is given.

    Warns
    -----
    EdgeWarning
        If the data seem to end too near the study, as of :func:`floating_catchment`.

    References
    ----------
    Barlet, M., Coldefy, M., Collin, C. and Lucas-Gabrielli, V. (2012). *L'accessibilité
    potentielle localisée (APL) : une nouvelle mesure de l'accessibilité aux soins
    appliquée aux médecins généralistes libéraux en France*. IRDES, DT 51.

    DREES, *L'accessibilité potentielle localisée (APL)*, method agreed upon in 2015: steps of
    10, 15 and 20 minutes, consultations a year and standardised inhabitant. Its definition is
    in the annex of the arrêté of 13 November 2017.

    Examples
    --------
    Three communes, two of which have a practice.

    >>> minutes = [[0, 12], [12, 0], [18, 9]]
    >>> apl = ds.apl(minutes, standardised_population=[1000, 500, 300], supply=[5000, 2500])
    >>> apl.round(6).tolist()
    [4.624736, 4.030127, 2.867336]
    """
    (factor,) = numbers([per])
    if not (np.isfinite(factor) and factor > 0):
        raise InputError(f"per is a number above 0, as in per=100_000, got {per!r}")
    table = minutes_of(times)
    if within_commune_minutes is not None:
        table = _within_communes(table, within_commune_minutes)
    sides = {"standardised_population": standardised_population, "supply": supply}
    access = shared(table, sides, decay=decay, variant="two_step", study=study)
    result = (access * factor).rename("apl")
    known = {**getattr(supply, "attrs", {}), **getattr(standardised_population, "attrs", {})}
    result.attrs = {
        **access.attrs,
        **{name: known[name] for name in _ORIGINS if name in known},
        "per": per,
        "within_commune_minutes": within_commune_minutes,
    }
    return result


def _weights_of(bands: list[str], weights: Mapping[str, float]) -> dict[str, float]:
    """The weight of each band: the mean of those of its years of age."""
    from desserte.french._ages import ages_of, partition

    if not isinstance(weights, Mapping) or not all(isinstance(name, str) for name in weights):
        raise InputError(
            f'weights is a weight by age band, as in {{"0-14": 0.77, ...}}, got {weights!r}; '
            "see ds.weights.DREES_GP_2024"
        )
    names = partition(weights)
    if not names:
        raise InputError(
            f"weights do not cover all ages: {', '.join(map(repr, weights))}; "
            "see ds.weights.DREES_GP_2024"
        )
    by_year: list[float] = []
    for name in names:
        first, last = ages_of(name) or (0, None)
        years = _YEARS_OF_OPEN_BAND if last is None else last - first + 1
        by_year += numbers([weights[name]]) * years
    wrong = [name for name in names if not 0 <= numbers([weights[name]])[0] < np.inf]
    if wrong:
        raise InputError(f"weights is negative or no number in {some(wrong, 'band')}")
    means = {}
    for name in bands:
        first, last = ages_of(name) or (0, None)
        years_of_band = by_year[first : None if last is None else last + 1]
        # Beyond the last year all are as old as the oldest band.
        means[name] = float(np.mean(years_of_band or by_year[-1:]))
    return means


def _within_communes(table: MinuteTable, minutes: float) -> MinuteTable:
    """The same minutes, but for trips that stay where they are."""
    (value,) = numbers([minutes])
    if not 0 <= value < np.inf:
        raise InputError(f"within_commune_minutes is a number, 0 or more, got {minutes!r}")
    columns = table.destinations.get_indexer(table.origins)
    rows = np.flatnonzero(columns >= 0)
    if rows.size == 0:
        raise InputError(
            "within_commune_minutes needs origins and destinations with the ids of communes; "
            "no origin has the id of a destination"
        )
    at_home = np.zeros(len(table.origins), dtype=bool)
    at_home[rows] = True

    def is_off() -> npt.NDArray[np.bool_]:
        # Who has a practice at home has a figure without any street.
        return table.off_network & ~at_home

    if isinstance(table.cells, tuple):
        return replace(
            table, is_off=is_off, cells=_with_pairs(table.cells, rows, columns[rows], value)
        )
    cells = table.cells.copy()
    cells[rows, columns[rows]] = value
    return replace(table, cells=cells, is_off=is_off)


def _with_pairs(
    cells: tuple[Any, Any, Any, int],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    minutes: float,
) -> tuple[Any, Any, Any, int]:
    """The cells of a sparse table, and one of each row at so many minutes, kept or not before."""
    offsets, of_cells, times, width = cells
    own = np.full(len(offsets) - 1, width, dtype="uint32")
    own[rows] = columns
    lengths = np.diff(offsets.astype("int64"))
    others = of_cells != np.repeat(own, lengths)
    kept = np.add.reduceat(np.append(others, False), offsets[:-1].astype("int64"), dtype="int64")
    # An empty row has no slice to sum; `reduceat` gives the cell where it would begin.
    kept[lengths == 0] = 0
    ends = np.cumsum(kept)[rows]
    added = np.zeros(len(lengths), dtype="int64")
    added[rows] = 1
    return (
        np.concatenate([[0], np.cumsum(kept + added)]).astype("uintp"),
        np.insert(of_cells[others], ends, columns.astype("uint32")),
        np.insert(times[others], ends, np.float32(minutes)),
        width,
    )
