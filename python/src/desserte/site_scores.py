"""Which plot of ground has what its residents need, and what would break it?

A criterion is a time: from the plot to the nearest of some points, or from them to the
plot, by one network. On foot to the pharmacy, by car to the doctor, the ambulance that
comes. Limits say which plots pass; who is dominated by none needs no weights; and the
score is a judgement of whoever gives the weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from desserte import _score_words
from desserte._checks import check_choice, check_minutes, check_radius, numbers, some
from desserte._frames import in_crs, repeated, unpack
from desserte._html import card, count
from desserte._lazy import gpd, np, pd
from desserte.errors import IdError, InputError
from desserte.network import RoadNetwork
from desserte.times import DIRECTIONS, STATUS, TravelTimes
from desserte.travel_times import travel_times

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte._frames import Places
    from desserte._progress import Progress

__all__ = ["Criterion", "SiteScores", "score_sites"]

_BREAKS = ("plot", "criterion", "without", "minutes", "minutes_after", "limit")
_RESERVED = ("name", "passes", "pareto", "score", "geometry")


@dataclass(frozen=True, eq=False, repr=False)
class Criterion:
    """One need, and how far its nearest answer may be.

    Attributes
    ----------
    name
        What it is called in tables: "pharmacie à pied".
    network
        The streets and the traveller: ``Profile.foot(walking_kmh=3)`` for someone old.
    points
        Where the need is met, any of them: points in any CRS.
    max_minutes
        The limit that a plot has to keep, inclusive; None: a wish, which no plot fails.
    weight
        How much it counts in the score, 0 or more, beside the weights of the others.
    direction
        "from": from the plot to the point. "to": the ambulance comes, the family visits.
        "both": there and back, the sum.
    worthless_minutes
        The time at which it earns nothing any more; ``max_minutes`` where None.
    radius_metres
        How far from a plot or a point to look for a street.
    """

    name: str
    network: RoadNetwork
    points: Places
    max_minutes: float | None = field(default=None, kw_only=True)
    weight: float = field(default=1.0, kw_only=True)
    direction: Literal["from", "to", "both"] = field(default="from", kw_only=True)
    worthless_minutes: float | None = field(default=None, kw_only=True)
    radius_metres: float = field(default=1000, kw_only=True)

    def __post_init__(self) -> None:
        """Refuses what means nothing."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"the name of a criterion is a text, got {self.name!r}")
        if self.name in _RESERVED:
            raise InputError(
                f"a criterion cannot be called {self.name!r}, a column of the result has that name"
            )
        role = f"of criterion {self.name!r}"
        if not isinstance(self.network, RoadNetwork):
            kind = type(self.network).__name__
            raise InputError(f"network {role} is a RoadNetwork, got {kind}")
        check_choice(f"direction {role}", self.direction, DIRECTIONS)
        check_minutes(f"max_minutes {role}", self.max_minutes)
        check_minutes(f"worthless_minutes {role}", self.worthless_minutes)
        check_radius(self.radius_metres)
        (weight,) = numbers([self.weight])
        if not (math.isfinite(weight) and weight >= 0):
            raise InputError(f"weight {role} is a number, 0 or more, got {self.weight!r}")
        if self.max_minutes is None and self.worthless_minutes is None and weight > 0:
            raise InputError(
                f"criterion {self.name!r} has neither max_minutes nor worthless_minutes: say when "
                "it earns nothing, or give weight=0"
            )
        unpack(self.points, f"points {role}")

    def __repr__(self) -> str:
        """The need, its limit and its weight, on one line."""
        limit = "no limit" if self.max_minutes is None else f"at most {self.max_minutes:g} min"
        return f"Criterion({self.name!r}, {self.direction}, {limit}, weight {self.weight:g})"

    @property
    def _nothing_at(self) -> float:
        at = self.max_minutes if self.worthless_minutes is None else self.worthless_minutes
        return math.inf if at is None else float(at)


@dataclass(frozen=True, eq=False, repr=False)
class SiteScores:
    """How each plot meets each criterion. Made by :func:`score_sites`.

    Attributes
    ----------
    table
        A row a plot, with its id, in the CRS of the plots: ``name`` if they have it, a column a
        criterion (minutes to the nearest point, ``NaN`` where there is none), ``passes`` (all
        limits are kept), ``pareto`` (no other plot is at least as near in every criterion and
        nearer in one), ``score`` (0 to 100) and the point.
    nearest
        A row a plot and criterion: ``plot``, ``criterion``, ``point`` (the nearest; missing
        where there is none), ``point_name`` where the points have names, ``minutes``,
        ``status`` (see ``ds.STATUS``), ``limit`` and ``passes``.
    criteria
        Those asked for.
    attrs
        By criterion the manifest of its network and its parameters.
    """

    table: gpd.GeoDataFrame
    nearest: pd.DataFrame
    criteria: tuple[Criterion, ...]
    attrs: dict[str, Any]
    _times: dict[str, TravelTimes]
    _names: dict[str, dict[Any, Any]]

    def without(self, *, points: Iterable[Any]) -> SiteScores:
        """The scores once some points are gone: a doctor retires, a bridge is closed to a bank.

        Parameters
        ----------
        points
            Ids to leave out, of every criterion that has them. Those of none are ignored, and
            counted in ``attrs["ignored_points"]``.

        Returns
        -------
        SiteScores
            The same plots. A criterion without any point left has no minutes.

        Raises
        ------
        IdError
            If no criterion has any of the ids.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> near, far = (13.1708, 53.5270), (13.2610, 53.5570)
        >>> doctor = ds.Criterion("doctor", network, [near, far], max_minutes=15)
        >>> scores = ds.score_sites([near], criteria=[doctor])
        >>> bool(scores.without(points=[0]).table["doctor"][0] > scores.table["doctor"][0])
        True
        """
        gone = _ids(points)
        known = {id_ for times in self._times.values() for id_ in times.destinations}
        if gone and not gone & known:
            raise IdError(f"no criterion has {some(sorted(gone, key=str), 'point')}")
        left = {
            name: times.without(destinations=[id_ for id_ in times.destinations if id_ in gone])
            for name, times in self._times.items()
        }
        scores = _scores(self._plots(), self.criteria, left, self._names)
        scores.attrs["ignored_points"] = len(gone - known)
        return scores

    def breaks(self, *, by: str | None = None) -> pd.DataFrame:
        """What would make a plot fail that passes a criterion: point by point, or group by group.

        Parameters
        ----------
        by
            None: each point closes in turn. Or a column of the points of every criterion with a
            limit, such as the bank of the river: all that have the same value close at once.

        Returns
        -------
        pandas.DataFrame
            A row a plot, criterion and closure that breaks it, in the order of the plots:
            ``plot``, ``criterion``, ``without`` (the id of the point, or the value), ``minutes``,
            ``minutes_after`` (to the nearest that is left; ``NaN`` where none is) and ``limit``.

        Raises
        ------
        InputError
            If the points of a criterion with a limit lack the column, or a value of it.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> near, far = (13.1708, 53.5270), (13.2610, 53.5570)
        >>> doctor = ds.Criterion("doctor", network, [near, far], max_minutes=5)
        >>> ds.score_sites([near], criteria=[doctor]).breaks()[["criterion", "without"]]
          criterion without
        0    doctor       0
        """
        parts = []
        for criterion in self.criteria:
            if criterion.max_minutes is None:
                continue
            times, limit = self._times[criterion.name], _limit(criterion)
            values, minutes = _by_group(criterion, times, by)
            # Of all that may close, only what holds the nearest alone makes a difference.
            held, rows = minutes.argmin(axis=1), np.arange(len(minutes))
            best = minutes[rows, held]
            minutes[rows, held] = math.inf
            after = _least(minutes)
            broken = np.flatnonzero((best <= limit) & ~(after <= limit))
            columns = {
                "plot": times.origins.take(broken),
                "criterion": criterion.name,
                "without": pd.Series([values[at] for at in held[broken]], dtype=object).array,
                "minutes": best[broken],
                "minutes_after": np.where(np.isinf(after), math.nan, after)[broken],
                "limit": criterion.max_minutes,
            }
            parts.append(pd.DataFrame(columns, index=broken))
        table = pd.concat(parts) if parts else pd.DataFrame(columns=_BREAKS)
        table = table.sort_index(kind="stable").reset_index(drop=True)
        table.attrs = {**self.attrs, "by": by}
        return table

    def sheet(self, plot: Any, *, language: Literal["fr", "en"] = "fr") -> str:
        """What an élu reads of one plot: each criterion, its score, and what would break it.

        Parameters
        ----------
        plot
            Its id.
        language
            "fr" or "en".

        Returns
        -------
        str
            A line a criterion, and a line a point whose closing would break one.

        Raises
        ------
        IdError
            If there is no such plot.
        InputError
            If the language is unknown.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
        >>> doctor = ds.Criterion("médecin", network, [village], max_minutes=20)
        >>> sheet = ds.score_sites([town, village], criteria=[doctor]).sheet(1)
        >>> sheet.splitlines()[0]
        'Terrain 1 : convient, 100 points sur 100 ; aucun autre ne fait mieux sans perdre ailleurs.'
        """
        check_choice("language", language, ("fr", "en"))
        if plot not in self.table.index:
            raise IdError(f"there is no plot {plot!r}")
        breaks = self.breaks()
        return _score_words.sheet(
            plot,
            self.table.loc[plot],
            self.nearest[self.nearest["plot"] == plot].to_dict("records"),
            breaks[breaks["plot"] == plot].to_dict("records"),
            _score_words.Words(
                language,
                self._names,
                {criterion.name: criterion.direction for criterion in self.criteria},
            ),
        )

    def _plots(self) -> gpd.GeoDataFrame:
        kept = [name for name in ("name", "geometry") if name in self.table.columns]
        return self.table[kept]

    def _facts(self) -> tuple[int, int, int]:
        passes, pareto = int(self.table["passes"].sum()), int(self.table["pareto"].sum())
        return len(self.table), passes, pareto

    def __repr__(self) -> str:
        """How many plots pass, on one line."""
        plots, passes, pareto = self._facts()
        return (
            f"SiteScores({plots} plots, {len(self.criteria)} criteria, {passes} pass, "
            f"{pareto} not dominated)"
        )

    def _repr_html_(self) -> str:
        plots, passes, pareto = self._facts()
        rows = [
            ("plots", count(plots)),
            ("criteria", count(len(self.criteria))),
            ("plots that pass", count(passes)),
            ("plots that none dominates", count(pareto)),
        ]
        return card("Plots by criteria", rows)


def score_sites(
    plots: Places,
    *,
    criteria: Iterable[Criterion],
    plot_id: str | None = None,
    progress: Progress = None,
) -> SiteScores:
    """Judges plots of ground by the times to what their residents need, each by its own network.

    Parameters
    ----------
    plots
        Points in any CRS, with unique ids in their index; or an (n, 2) array of longitude and
        latitude.
    criteria
        The needs, each :class:`Criterion` with a name of its own.
    plot_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    SiteScores
        ``table`` has a row a plot: minutes by criterion, ``passes``, ``pareto`` and ``score``.
        ``nearest``, ``breaks()``, ``without()`` and ``sheet()`` say by which points, and what if
        they close.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows or the criterion.

    Notes
    -----
    The limits decide who passes, and nobody else does. ``pareto`` compares the minutes of all
    criteria, those without weight too; plots that are alike are dominated together or not at all;
    no time is later than any; a plot off the network of every criterion is never among them.
    A plot that passes is dominated by one that passes, or by none.

    The score is a judgement: of the engine, that a mark falls evenly from 1 at the door to 0 at
    ``worthless_minutes``, and is 0 where there is no trip; of whoever gives the weights, how marks
    are to be averaged. It is 100 times that mean, and it makes no plot pass. Minutes of an early
    limit fall faster: change limits and weights, and see whether the order stays.

    Examples
    --------
    A residence in the village or in town? On foot at 3 km/h, and the ambulance from town.

    >>> extract = ds.demo_extract()
    >>> car = ds.RoadNetwork.from_pbf(extract, progress=False)
    >>> slow = ds.Profile.foot(walking_kmh=3)
    >>> foot = ds.RoadNetwork.from_pbf(extract, profile=slow, progress=False)
    >>> care = ds.read_care(extract, progress=False)
    >>> chemists, hospitals = (care[care["kind"] == kind] for kind in ("pharmacy", "hospital"))
    >>> scores = ds.score_sites(
    ...     [(13.1708, 53.5270), (13.2610, 53.5570)],
    ...     criteria=[
    ...         ds.Criterion("pharmacy", foot, chemists, max_minutes=20, weight=2),
    ...         ds.Criterion("ambulance", car, hospitals, max_minutes=30, direction="to"),
    ...     ],
    ... )
    >>> scores.table[["passes", "pareto"]].values.tolist()
    [[False, False], [True, True]]
    """
    chosen = _criteria(criteria)
    unpack(plots, "plots", id_column=plot_id)
    times = {
        criterion.name: travel_times(
            criterion.network,
            plots,
            criterion.points,
            direction=criterion.direction,
            radius_metres=criterion.radius_metres,
            origin_id=plot_id,
            progress=progress,
        )
        for criterion in chosen
    }
    names = {criterion.name: _names_of(criterion) for criterion in chosen}
    return _scores(_table_of(plots, plot_id), chosen, times, names)


def _criteria(criteria: Any) -> tuple[Criterion, ...]:
    """The criteria, each with a name of its own, one of which counts."""
    if isinstance(criteria, Criterion) or not isinstance(criteria, Iterable):
        raise InputError(f"criteria is a list of Criterion, got a {type(criteria).__name__}")
    chosen = tuple(criteria)
    strangers = [criterion for criterion in chosen if not isinstance(criterion, Criterion)]
    if strangers:
        kinds = ", ".join(sorted({type(stranger).__name__ for stranger in strangers}))
        raise InputError(f"criteria is a list of Criterion, got {kinds} among them")
    if not chosen:
        raise InputError("criteria is empty; give at least one Criterion")
    names = pd.Index([criterion.name for criterion in chosen])
    if not names.is_unique:
        raise InputError(f"criteria repeats {some(repeated(names), 'name')}; give each its own")
    if not any(criterion.weight > 0 for criterion in chosen):
        raise InputError("the weight of every criterion is 0; give one that counts in the score")
    return chosen


def _table_of(plots: Any, plot_id: str | None) -> gpd.GeoDataFrame:
    """The plots by id, with their names and points only."""
    points = unpack(plots, "plots", id_column=plot_id)
    geometry = gpd.points_from_xy(points.lon, points.lat)
    columns = {} if points.names is None else {"name": points.names}
    table = gpd.GeoDataFrame(columns, geometry=geometry, index=points.ids, crs="EPSG:4326")
    if isinstance(plots, gpd.GeoDataFrame | gpd.GeoSeries):
        # As they came, to the last digit.
        table = table.set_geometry(plots.geometry.to_numpy(), crs=plots.crs)
    return in_crs(table, points.crs)


def _names_of(criterion: Criterion) -> dict[Any, Any]:
    points = unpack(criterion.points, f"points of criterion {criterion.name!r}")
    names = points.names
    return {} if names is None else dict(zip(points.ids, names, strict=True))


def _ids(points: Any) -> set[Any]:
    if isinstance(points, str) or not isinstance(points, Iterable):
        raise InputError(f"points is a list of ids, got {points!r}")
    try:
        return set(points)
    except TypeError as error:
        raise InputError(f"points is a list of ids: {error}") from error


def _filled(times: TravelTimes) -> npt.NDArray[np.float64]:
    """Minutes, infinite where there is no time."""
    return np.where(np.isnan(times.minutes), math.inf, times.minutes).astype("float64")


def _least(minutes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    least: npt.NDArray[np.float64] = minutes.min(axis=1, initial=math.inf)
    return least


def _by_group(
    criterion: Criterion, times: TravelTimes, by: str | None
) -> tuple[list[Any], npt.NDArray[np.float64]]:
    """What closes together, by name, and the minutes from each plot to the nearest of each."""
    minutes = _filled(times)
    if by is None:
        # One more that is never near, so that there always is another.
        return times.destinations.tolist(), _widened(minutes)
    columns = getattr(criterion.points, "columns", ())
    if by not in columns:
        raise InputError(f"the points of criterion {criterion.name!r} have no column {by!r}")
    values = criterion.points.loc[times.destinations, by]  # type: ignore[union-attr]
    if values.isna().any():
        missing = some(values.index[values.isna()].tolist(), "point")
        raise InputError(f"criterion {criterion.name!r} has no {by!r} for {missing}")
    codes, names = pd.factorize(values)
    grouped = np.full((len(names), len(minutes)), math.inf)
    np.minimum.at(grouped, codes, minutes.T)
    return names.tolist(), _widened(grouped.T)


def _widened(minutes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.hstack([minutes, np.full((len(minutes), 1), math.inf)])


def _limit(criterion: Criterion) -> float:
    """The limit as minutes are told, so that what takes exactly as long is within."""
    given = criterion.max_minutes
    return math.inf if given is None else float(np.float32(given))


def _scores(
    plots: gpd.GeoDataFrame,
    criteria: tuple[Criterion, ...],
    times: dict[str, TravelTimes],
    names: dict[str, dict[Any, Any]],
) -> SiteScores:
    """The tables, from the times."""
    best = np.column_stack([_least(_filled(times[criterion.name])) for criterion in criteria])
    limits = np.array([_limit(criterion) for criterion in criteria])
    is_wish = np.isinf(limits)
    kept = (best <= limits) & np.isfinite(best)
    is_anywhere = np.isfinite(best).any(axis=1)
    passes = (kept | is_wish).all(axis=1) & is_anywhere
    marks = _marks(best, np.array([criterion._nothing_at for criterion in criteria]))
    weights = np.array([float(criterion.weight) for criterion in criteria])
    score = np.where(is_anywhere, 100 * (marks @ weights) / weights.sum(), math.nan)
    minutes = np.where(np.isinf(best), math.nan, best)
    table = plots.copy()
    geometry = table.pop("geometry")
    for position, criterion in enumerate(criteria):
        table[criterion.name] = minutes[:, position]
    table["passes"], table["pareto"], table["score"] = passes, _not_dominated(best), score
    table = gpd.GeoDataFrame(table, geometry=geometry.array, crs=plots.crs)
    attrs = {
        criterion.name: {
            **times[criterion.name].attrs,
            "max_minutes": criterion.max_minutes,
            "worthless_minutes": criterion.worthless_minutes,
            "weight": float(criterion.weight),
        }
        for criterion in criteria
    }
    table.attrs = {"criteria": attrs}
    nearest = pd.concat(
        [
            _nearest(criterion, times[criterion.name], names[criterion.name])
            for criterion in criteria
        ]
    )
    nearest = nearest.sort_index(kind="stable").reset_index(drop=True)
    return SiteScores(table, nearest, criteria, {"criteria": attrs}, times, names)


def _marks(
    best: npt.NDArray[np.float64], nothing_at: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """1 at the door, 0 at the worthless time, beyond it, and without a trip."""
    # Where nothing is worthless the weight is 0.
    shares = np.divide(best, nothing_at, out=np.ones_like(best), where=np.isfinite(best))
    marks: npt.NDArray[np.float64] = np.clip(1 - shares, 0, 1)
    return marks


def _not_dominated(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which rows no other row dominates: as low in every column, and lower in one.

    Infinity is as high as itself and higher than all else. Equal rows stand and fall together. A
    row without a finite value is never among them.
    """
    # Of rows in the order of a dictionary only an earlier one can dominate a later one, and what
    # a dominated row dominates is dominated by one that is not.
    distinct, of_row = np.unique(values, axis=0, return_inverse=True)
    is_best = np.array(np.isfinite(distinct).any(axis=1), dtype=bool)
    front = np.empty((0, values.shape[1]))
    for position in np.flatnonzero(is_best):
        row = distinct[position]
        is_best[position] = not (front <= row).all(axis=1).any()
        if is_best[position]:
            front = np.vstack([front, row])
    found: npt.NDArray[np.bool_] = is_best[of_row.ravel()]
    return found


def _nearest(criterion: Criterion, times: TravelTimes, names: dict[Any, Any]) -> pd.DataFrame:
    """The nearest point of each plot; the index is the position of the plot."""
    minutes, status = _filled(times), times.status
    n, m = minutes.shape
    column = minutes.argmin(axis=1) if m else np.zeros(n, dtype="int64")
    best = _least(minutes)
    is_reached = np.isfinite(best)
    # Without a cutoff the later of the reasons is the more hopeful one.
    reasons = status.max(axis=1, initial=0) if m else np.full(n, STATUS.index("no_path"))
    reasons = np.where(is_reached, 0, reasons)
    point = np.full(n, None, dtype=object)
    ids = times.destinations.astype(object)
    point[is_reached] = ids.to_numpy()[column[is_reached]]
    limit = criterion.max_minutes
    table = pd.DataFrame(
        {
            "plot": times.origins,
            "criterion": criterion.name,
            "point": point,
            "minutes": np.where(is_reached, best, math.nan),
            "status": np.array(STATUS, dtype=object)[reasons],
            "limit": math.nan if limit is None else float(limit),
            "passes": (is_reached & (best <= _limit(criterion))) | (limit is None),
        },
        index=np.arange(n),
    )
    if names:
        table.insert(3, "point_name", [names.get(id_) for id_ in point])
    return table
