"""Who goes to which of the open sites, and what is that worth?

Plain arrays by row and column of the times. Ids, names and tables are put to them when
somebody looks: they take longer than the choice itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._lazy import np, pd
from desserte.siting import _solver
from desserte.siting._question import CANDIDATE, EXISTING, REQUIRED

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.siting._question import Question

__all__ = ["Left", "Trips", "Ways"]

_NOBODY = 1e-6
# The site and its backup.
_BOTH = 2
_ROLES = {CANDIDATE: "new", REQUIRED: "required", EXISTING: "existing"}


@dataclass(frozen=True)
class Trips:
    """Rows, the columns they go to (-1: nowhere), minutes, people, and whether they are served."""

    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.float64]
    people: npt.NDArray[np.float64]
    is_served: npt.NDArray[np.bool_]

    def person_minutes(self) -> float:
        """The minutes of all together, of those who have a time."""
        has_time = ~np.isnan(self.minutes)
        return float(self.people[has_time] @ self.minutes[has_time])


@dataclass(frozen=True)
class Left:
    """Rows that are not served, their people, and why."""

    rows: npt.NDArray[np.int64]
    people: npt.NDArray[np.float64]
    reasons: npt.NDArray[np.object_]


class Ways:
    """Who goes where, once some sites are open."""

    def __init__(self, question: Question, chosen: list[int]) -> None:
        """Finds the nearest of the open sites and of all."""
        self.question, self.chosen = question, chosen
        self.existing = question.among(EXISTING)
        self.is_open = self.existing.copy()
        self.is_open[chosen] = True
        allowed = question.among(CANDIDATE, REQUIRED, EXISTING)
        self.best, self.least = question.nearest(allowed)
        self.inhabited = question.people > 0
        if question.goal == "backup_coverage":
            self.servable = question.within(allowed) >= _BOTH
        else:
            self.servable = self._is_within(self.least)
        self.trips = self._trips(self.is_open)

    def _is_within(self, minutes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        limit = self.question.limit
        # As the minutes are kept, so that 20.1 is within 20.1.
        return ~np.isnan(minutes) if limit is None else minutes <= np.float64(np.float32(limit))

    def _trips(self, is_open: npt.NDArray[np.bool_]) -> Trips:
        """A trip a row with people; with capacities one a pair."""
        if self.question.capacity is not None and is_open.any():
            return self._shared(is_open)
        columns, minutes = self.question.nearest(is_open)
        rows = np.flatnonzero(self.inhabited)
        served = self._is_within(minutes)[rows]
        return Trips(rows, columns[rows], minutes[rows], self.question.people[rows], served)

    def _shared(self, is_open: npt.NDArray[np.bool_]) -> Trips:
        """Who is served where by sites that hold only so many: most people, then fewest minutes."""
        people, capacity = self.question.people, self.question.capacity
        rows, columns, minutes = _pairs(self.question, is_open)
        if capacity is None or len(rows) == 0:
            return Trips(rows, columns, minutes, np.zeros(0), np.zeros(0, dtype=bool))
        worth = 1 - 1e-4 * minutes / max(float(minutes.max()), 1.0)
        most = np.minimum(people[rows], capacity[columns])
        served = _solver.transport(worth, (rows, people), (columns, capacity), most)
        kept = served > _NOBODY
        all_are = np.ones(int(kept.sum()), dtype=bool)
        return Trips(rows[kept], columns[kept], minutes[kept], served[kept], all_are)

    def figure(self, is_open: npt.NDArray[np.bool_]) -> float:
        """The objective with some sites open, by its definition; NaN where it has no meaning."""
        question, people = self.question, self.question.people
        if question.goal == "backup_coverage":
            return float(people[question.within(is_open) >= _BOTH].sum())
        if question.goal == "max_coverage":
            return self._covered(is_open)
        _, minutes = question.nearest(is_open)
        counted = self.servable & self.inhabited
        if question.goal == "cover_all" or not counted.any() or not is_open.any():
            return float("nan")
        if question.goal == "min_worst_time":
            return float(minutes[counted].max())
        missing = np.nan if question.unserved is None else question.unserved
        spent = people * np.where(np.isnan(minutes), missing, minutes)
        return float(spent[counted].sum() / people[counted].sum())

    def _covered(self, is_open: npt.NDArray[np.bool_]) -> float:
        question, people = self.question, self.question.people
        if question.capacity is not None:
            trips = self.trips if is_open is self.is_open else self._trips(is_open)
            return float(trips.people[trips.is_served].sum())
        _, minutes = question.nearest(is_open)
        if question.decay is not None:
            return float(people @ question.decay(minutes))
        return float(people[self._is_within(minutes)].sum())

    def unserved(self) -> npt.NDArray[np.float64]:
        """The people of each row whom the open sites do not serve."""
        trips = self.trips
        given = np.where(trips.is_served, trips.people, 0.0)
        served = np.bincount(trips.rows, given, minlength=len(self.inhabited))
        left = self.question.people - served
        return np.where(left > _NOBODY, left, 0.0)

    def left(self, people: npt.NDArray[np.float64], otherwise: str = "") -> Left:
        """The rows that have some of these people, and why each is left."""
        rows = np.flatnonzero(people > 0)
        unreached = self.question.reasons
        reasons = (
            np.full(len(rows), "no_time", dtype=object) if unreached is None else unreached[rows]
        )
        reasons = np.where(np.isnan(self.least[rows]), reasons, "beyond_limit")
        if otherwise:
            reasons = np.where(self.servable[rows], otherwise, reasons)
        return Left(rows, people[rows], reasons)

    def allocation(self) -> pd.DataFrame:
        """The trips, with the ids and names of both ends."""
        trips = self.trips
        ends = self._named(trips.rows, trips.columns)
        figures = {
            "minutes": trips.minutes,
            "people": trips.people,
            "is_served": trips.is_served,
        }
        return pd.DataFrame({**ends, **figures})

    def uncovered(self, left: Left) -> pd.DataFrame:
        """Who is left, the nearest site of all, and how much farther than the limit it is."""
        minutes = self.least[left.rows]
        limit = np.nan if self.question.limit is None else self.question.limit
        figures = {
            "people": left.people,
            "minutes": minutes,
            "minutes_more": np.maximum(minutes - limit, 0.0),
            "reason": left.reasons,
        }
        ends = self._named(left.rows, self.best[left.rows])
        return pd.DataFrame({**ends, **figures})

    def _named(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> dict[str, Any]:
        from desserte.indicators.summary import labels

        table, (origin_names, site_names) = self.question.table, self.question.names
        named: dict[str, Any] = {"origin": table.origins.take(rows)}
        if origin_names is not None:
            named["origin_name"] = [origin_names[row] for row in rows]
        named["site"] = labels(table.destinations, columns)
        if site_names is not None:
            named["site_name"] = [None if at < 0 else site_names[at] for at in columns]
        return named

    def table(self) -> pd.DataFrame:
        """A row an open site: the new ones first."""
        question, trips = self.question, self.trips
        columns = [*self.chosen, *np.flatnonzero(self.existing).tolist()]
        frame: dict[str, Any] = {"site": question.table.destinations[columns]}
        if question.names[1] is not None:
            frame["site_name"] = [question.names[1][column] for column in columns]
        frame["role"] = [_ROLES[int(question.roles[column])] for column in columns]
        # Of whom it is the nearest, within the limit or not; with capacities, whom it serves.
        goes = trips.columns >= 0
        to, gone, minutes = trips.columns[goes], trips.people[goes], trips.minutes[goes]
        size = len(self.is_open)
        people, spent = (np.bincount(to, of, minlength=size) for of in (gone, gone * minutes))
        longest = np.full(size, -np.inf)
        np.maximum.at(longest, to, minutes)
        nobody = people[columns] == 0
        frame["people"] = people[columns]
        with np.errstate(invalid="ignore"):
            frame["mean_minutes"] = spent[columns] / people[columns]
        frame["longest_minutes"] = np.where(nobody, np.nan, longest[columns])
        return pd.DataFrame(frame)


def _pairs(
    question: Question, among: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The rows, columns and minutes of people and some sites within the limit of each other."""
    if isinstance(question.table.cells, tuple):
        starts, of_cells, minutes, _ = question.table.cells
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts.astype("int64")))
        columns = of_cells.astype("int64")
    else:
        cells = question.table.cells
        rows, columns = np.indices(cells.shape).reshape(2, -1)
        minutes = cells.ravel()
    kept = among[columns] & (minutes <= np.float32(question.limit)) & (question.people[rows] > 0)
    return rows[kept], columns[kept], minutes[kept].astype("float64")
