"""Why 27 when the other says 22: our minutes beside those of another tool.

A planner holds another table of the same trips: INSEE's, a neighbour's engine, a
stopwatch. :func:`compare_times` says how well the two agree, whether they differ
by one share everywhere or at some distances only, and which pairs to take to
``ds.explain``. It judges neither: which of the two is right is seen on the road.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._checks import check_count
from desserte._frames import LONLAT
from desserte._html import card, count
from desserte._lazy import gpd, np, pd, pyproj
from desserte._pairs import Grid, Minutes, Rows, align_minutes, unpack_minutes
from desserte.errors import InputError
from desserte.times import TravelTimes

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["TimesComparison", "compare_times"]

# desserte: one's own town, the next one, the canton, the large town, the prefecture, beyond.
_KM_CLASSES = (0.0, 5.0, 10.0, 20.0, 40.0, 80.0, math.inf)
# desserte: the thresholds that French studies of care quote, and beyond them the half hours.
_MINUTE_CLASSES = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 90.0, math.inf)
_LOW, _MEDIAN, _HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, eq=False, repr=False)
class TimesComparison:
    """How two tables of minutes of the same pairs differ. Made by :func:`compare_times`.

    A ratio is minutes over reference, so 1.2 is a fifth longer than the other says;
    a difference is minutes less reference. What cannot be said is ``NaN``.

    Attributes
    ----------
    pairs
        How many pairs have a time in both, and are compared.
    only_times, only_reference, neither
        How many have a time in the times alone, in the reference alone, in
        none. They are in no figure below.
    zero_reference
        How many of the compared pairs have 0 minutes in the reference. They
        have a difference and no ratio.
    r
        Pearson's correlation of the minutes; ``NaN`` for fewer than two pairs,
        or where one side has the same minutes everywhere. Both grow with
        distance, so it is close to 1 even for tools that disagree.
    median_ratio, p10, p90
        Of the ratios, interpolated between neighbours. A narrow p10 to p90 is
        a matter of calibration, a wide one of roads.
    mean_absolute_minutes
        Mean of the differences without their sign, in minutes.
    speed_factor
        A suggestion: with ``ds.Profile.car(speed_factor=...)`` at this value the
        median ratio would be 1, were the whole trip a drive at the speeds of the
        rules. It is the factor of the times' own profile, 1 where they carry
        none, times ``median_ratio``. Delays at junctions, bends and access legs
        do not follow it, so compare again after building with it. ``NaN``
        where the median is 0 or unknown.
    worst
        The pairs with the greatest difference in minutes, greatest first:
        ``origin``, ``destination`` (with ``origin_name`` and ``destination_name``
        if the times have them; ``row`` for a Series with one id a row),
        ``minutes``, ``reference``, ``ratio``, ``difference``. Rows given one by
        one keep their index.
    by_distance
        A row a class of distance, empty ones included: ``pairs``,
        ``median_ratio``, ``p10``, ``p90``, ``median_difference``. The name of
        its index says what distance is: "road_km", along the ways of the times
        where they hold kilometres; else "crow_fly_km" between the spots on the
        streets, where they are a TravelTimes; else "reference_minutes", the
        reference itself. One of them for all pairs. A class holds its lower
        bound. The bounds (5, 10, 20, 40, 80 km; 5, 10, 15, 20, 30, 60, 90
        minutes) are this package's judgement and no standard.
    attrs
        The manifest and the parameters of the times; those of the reference
        under "reference" if it has any; and under "ignored_origins",
        "ignored_destinations", "ignored_pairs" or "ignored_rows" how many ids
        the reference has more.
    """

    pairs: int
    only_times: int
    only_reference: int
    neither: int
    zero_reference: int
    r: float
    median_ratio: float
    p10: float
    p90: float
    mean_absolute_minutes: float
    speed_factor: float
    worst: pd.DataFrame
    by_distance: pd.DataFrame
    attrs: dict[str, Any]

    def __repr__(self) -> str:
        """How many pairs, how well they agree, and by how much they differ, on one line."""
        return (
            f"TimesComparison({count(self.pairs)} pairs, r {_shown(self.r, '.3f')}, "
            f"median ratio {_shown(self.median_ratio, '.2f')}, {self._spread()}, "
            f"mean {_shown(self.mean_absolute_minutes, '.1f', ' min')} apart)"
        )

    def _spread(self) -> str:
        return f"p10 {_shown(self.p10, '.2f')}, p90 {_shown(self.p90, '.2f')}"

    def _repr_html_(self) -> str:
        rows = [
            ("pairs compared", count(self.pairs)),
            ("a time in the times alone", count(self.only_times)),
            ("a time in the reference alone", count(self.only_reference)),
            ("no time in either", count(self.neither)),
            ("correlation r", _shown(self.r, ".3f")),
            ("median ratio, times / reference", _shown(self.median_ratio, ".2f")),
            ("ratios", self._spread()),
            ("mean absolute difference", _shown(self.mean_absolute_minutes, ".1f", " min")),
            ("suggested speed_factor", _shown(self.speed_factor, ".2f")),
        ]
        return card("Times beside a reference", rows)


def compare_times(times: Minutes, reference: Minutes, *, worst: int = 10) -> TimesComparison:
    """Compares minutes with another tool's minutes for the same pairs.

    A TravelTimes, a table and a Series are aligned by id, whatever their order:
    what the reference lacks is refused, what it has more is ignored and counted.
    An array is taken by position and must have the exact shape.

    Parameters
    ----------
    times
        A TravelTimes; the table of :func:`trips`, or any with the columns
        ``origin``, ``destination`` and ``minutes``; a wide table, origins in
        rows and destinations in columns; an array of that shape, with ids from
        0; or a Series of minutes with an id a row. ``NaN`` where there is no time.
    reference
        The other minutes, in any of these forms, whichever the times have; or
        a Series with the index of the table of trips. Check that they are minutes
        and in the same direction: where both carry a ``direction``, it is checked.
    worst
        How many of the worst pairs to list.

    Returns
    -------
    TimesComparison
        Correlation, ratios, differences in minutes, the worst pairs, and a row
        a class of distance.

    Raises
    ------
    InputError
        If minutes are negative, infinite or no numbers, or an array has another
        shape. The message names the pairs.
    IdError
        If ids are missing in the reference, or repeated.

    Examples
    --------
    Four trips, three of which take us a tenth longer.

    >>> ours = [[11.0, 22.0], [33.0, 40.0]]
    >>> theirs = [[10.0, 20.0], [30.0, 40.0]]
    >>> comparison = ds.compare_times(ours, theirs, worst=1)
    >>> comparison
    TimesComparison(4 pairs, r 0.995, median ratio 1.10, p10 1.03, p90 1.10, mean 1.5 min apart)
    >>> comparison.worst
       origin  destination  minutes  reference  ratio  difference
    0       1            0     33.0       30.0    1.1         3.0
    >>> round(comparison.speed_factor, 2)
    1.1
    """
    shown = check_count("worst", worst)
    _refuse_other_direction(times, reference)
    pairs = unpack_minutes(times, "times")
    theirs, ignored = align_minutes(reference, pairs)
    ours = pairs.minutes.ravel()
    has_ours, has_theirs = ~np.isnan(ours), ~np.isnan(theirs)
    taken = np.flatnonzero(has_ours & has_theirs)
    compared = _compared(ours[taken], theirs[taken])
    low, median, high = (float(compared["ratio"].quantile(q)) for q in (_LOW, _MEDIAN, _HIGH))
    attrs = {**_attrs(times), **ignored}
    return TimesComparison(
        pairs=len(taken),
        only_times=int((has_ours & ~has_theirs).sum()),
        only_reference=int((~has_ours & has_theirs).sum()),
        neither=int((~has_ours & ~has_theirs).sum()),
        zero_reference=int((compared["reference"] == 0).sum()),
        r=_correlation(compared),
        median_ratio=median,
        p10=low,
        p90=high,
        mean_absolute_minutes=float(compared["difference"].abs().mean()),
        speed_factor=_factor(attrs) * median if median > 0 else math.nan,
        worst=_worst(compared, pairs, taken, shown),
        by_distance=_by_distance(compared, _distance(times, pairs, taken, compared["reference"])),
        attrs={**attrs, "reference": _attrs(reference)} if _attrs(reference) else attrs,
    )


def _compared(minutes: npt.NDArray[np.float64], reference: npt.NDArray[np.float64]) -> pd.DataFrame:
    table = pd.DataFrame({"minutes": minutes, "reference": reference})
    # No ratio to nothing: NaN, which every quantile leaves out.
    table["ratio"] = table["minutes"] / table["reference"].where(table["reference"] > 0)
    table["difference"] = table["minutes"] - table["reference"]
    return table


def _correlation(compared: pd.DataFrame) -> float:
    both = compared[["minutes", "reference"]]
    # Of constant minutes rounding would make up a correlation.
    if len(both) < 2 or (both.nunique() < 2).any():  # noqa: PLR2004 - two pairs, two values
        return math.nan
    return float(both["minutes"].corr(both["reference"]))


def _worst(
    compared: pd.DataFrame, pairs: Grid | Rows, taken: npt.NDArray[np.int64], shown: int
) -> pd.DataFrame:
    order = compared["difference"].abs().nlargest(shown).index.to_numpy()
    table = pairs.columns(taken[order])
    for name in compared.columns:
        table[name] = compared[name].to_numpy()[order]
    return table


def _by_distance(compared: pd.DataFrame, distance: pd.Series) -> pd.DataFrame:
    bounds = _MINUTE_CLASSES if distance.name == "reference_minutes" else _KM_CLASSES
    classes = pd.cut(distance, bounds, right=False)
    groups = compared.groupby(classes, observed=False)
    table = pd.DataFrame(
        {
            "pairs": groups.size(),
            "median_ratio": groups["ratio"].quantile(_MEDIAN),
            "p10": groups["ratio"].quantile(_LOW),
            "p90": groups["ratio"].quantile(_HIGH),
            "median_difference": groups["difference"].median(),
        }
    )
    table.index = pd.IntervalIndex(classes.cat.categories, name=distance.name)
    return table


def _distance(
    times: Minutes, pairs: Grid | Rows, taken: npt.NDArray[np.int64], reference: pd.Series
) -> pd.Series:
    """How far apart the compared pairs are; the name says by what measure, one for all."""
    if pairs.kilometres is not None:
        return pd.Series(pairs.kilometres.ravel()[taken], name="road_km")
    if isinstance(times, TravelTimes):
        rows, columns = np.divmod(taken, len(times.destinations))
        metres = _crow_fly(times.snaps.origins, times.snaps.destinations, rows, columns)
        return pd.Series(metres / 1000.0, name="crow_fly_km")
    return reference.rename("reference_minutes")


def _crow_fly(
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    first, last = origins.geometry.to_crs(LONLAT), destinations.geometry.to_crs(LONLAT)
    # A pair with a time has both its spots; the others have no geometry.
    x1, y1 = first.x.to_numpy()[rows], first.y.to_numpy()[rows]
    x2, y2 = last.x.to_numpy()[columns], last.y.to_numpy()[columns]
    metres: npt.NDArray[np.float64] = np.asarray(pyproj.Geod(ellps="WGS84").inv(x1, y1, x2, y2)[2])
    return metres


def _attrs(table: object) -> dict[str, Any]:
    return dict(getattr(table, "attrs", {}))


def _factor(attrs: dict[str, Any]) -> float:
    """The speed factor that the times were made with; 1 where they do not say."""
    profile = attrs.get("manifest", {}).get("profile", {})
    return float(profile.get("settings", {}).get("speed_factor", 1.0))


def _refuse_other_direction(times: Minutes, reference: Minutes) -> None:
    ours, theirs = _attrs(times).get("direction"), _attrs(reference).get("direction")
    if ours is not None and theirs is not None and ours != theirs:
        raise InputError(f"times has direction {ours!r} and reference {theirs!r}")


def _shown(value: float, form: str, unit: str = "") -> str:
    return "none" if math.isnan(value) else f"{value:{form}}{unit}"
