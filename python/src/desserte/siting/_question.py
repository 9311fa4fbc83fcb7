"""Which sites may be opened, for whom, and within what limits?

Whatever is wrong with a question is found here, before anything is solved: the engine is
handed arrays, and the ids stay behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._checks import check_choice, check_count, check_limits, numbers, some
from desserte._lazy import np, pd
from desserte.decay import Decay
from desserte.errors import IdError, InputError
from desserte.indicators._aligned import amounts, minutes_of
from desserte.sparse import SparseTravelTimes
from desserte.times import TravelTimes, positions

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte.indicators._aligned import MinuteTable

__all__ = ["GOALS", "Question", "asked"]

GOALS = ("min_mean_time", "max_coverage", "cover_all", "min_worst_time", "backup_coverage")
CANDIDATE, REQUIRED, EXISTING, FORBIDDEN = range(4)
_NEEDS_MINUTES = {"max_coverage", "cover_all", "backup_coverage"}
_HAS_CAPACITY = {"max_coverage", "cover_all"}


@dataclass(frozen=True)
class Question:
    """A question of sites, checked."""

    goal: str
    table: MinuteTable
    people: npt.NDArray[np.float64]
    roles: npt.NDArray[np.uint8]
    new_sites: int | None
    limit: float | None
    unserved: float | None
    decay: Decay | None
    capacity: npt.NDArray[np.float64] | None
    population: object
    is_counted: bool
    """Whether there is a demand: without, each origin counts once."""
    names: tuple[list[Any] | None, list[Any] | None]
    """Of origins and of sites, where they have names."""
    reasons: npt.NDArray[np.object_] | None
    extra_ids: int

    def words(self) -> dict[str, Any]:
        """As the engine wants it."""
        decay = None if self.decay is None else self.decay._words()
        return {
            "minutes": self.table.cells,
            "demand": self.people,
            "roles": self.roles.tolist(),
            "capacity": self.capacity,
            "goal": (self.goal, self.limit, self.unserved, decay),
            "new_sites": self.new_sites,
        }

    def asking(self, goal: str, **changes: Any) -> Question:
        """Another goal for the same people and sites."""
        return replace(self, goal=goal, decay=None, unserved=None, **changes)

    def among(self, *roles: int) -> npt.NDArray[np.bool_]:
        """Which columns have one of these roles."""
        return np.isin(self.roles, roles)

    def longest(self) -> float:
        """The longest time of all."""
        cells = self.table.cells
        return float(np.nanmax(cells[2] if isinstance(cells, tuple) else cells))

    def nearest(
        self, among: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The nearest of some columns, -1 where there is none, and its minutes."""
        columns, minutes = _native.nearest_among(self.table.cells, among)
        return columns, minutes.astype("float64")

    def within(self, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """How many of some columns each origin has within the limit."""
        limit = np.float32(np.inf if self.limit is None else self.limit)
        if isinstance(self.table.cells, tuple):
            starts, columns, minutes, _ = self.table.cells
            near = np.concatenate([[0], np.cumsum(among[columns] & (minutes <= limit))])
            return np.asarray(near[starts[1:]] - near[starts[:-1]], dtype="int64")
        return np.asarray((self.table.cells[:, among] <= limit).sum(axis=1), dtype="int64")


def asked(
    times: Any,
    *,
    goal: str,
    new_sites: int | None,
    minutes: float | None,
    demand: Any,
    existing: Any,
    required: Any,
    forbidden: Any,
    capacity: Any,
    unserved_minutes: float | None,
    decay: Decay | None,
    called: str = "new_sites",
) -> Question:
    """Checks a question and puts it together; its number of sites is called so."""
    check_choice("goal", goal, GOALS)
    whole, open_ids = _with_existing(times, existing)
    table = minutes_of(whole)
    if not table.destinations.is_unique or not table.origins.is_unique:
        raise IdError("times repeats ids of origins or of sites; each is there once")
    roles = _roles(table.destinations, open_ids, required, forbidden)
    people, extra = _people(demand, table.origins)
    limit = _limit(goal, minutes, decay, table)
    question = Question(
        goal=goal,
        table=table,
        people=people,
        roles=roles,
        new_sites=_number(goal, (called, new_sites), roles),
        limit=limit,
        unserved=_unserved(goal, unserved_minutes, limit, table),
        decay=decay,
        capacity=_capacity(goal, capacity, decay, table.destinations, joined=whole is not times),
        population=getattr(demand, "name", None),
        is_counted=demand is not None,
        names=_names(whole),
        reasons=_reasons(whole),
        extra_ids=extra,
    )
    _refuse_nobody(question)
    _refuse_holes(question)
    return question


def _with_existing(times: Any, existing: Any) -> tuple[Any, Any]:
    """The times with the columns of existing sites, and which columns these are."""
    kinds = (TravelTimes, SparseTravelTimes)
    if not isinstance(existing, kinds):
        return times, [] if existing is None else existing
    if not isinstance(times, type(existing)):
        raise InputError(
            f"existing is a {type(existing).__name__} and times a {type(times).__name__}; "
            "take both with the same layout, or name columns of times as existing"
        )
    joined: Any = times.join(existing)  # type: ignore[arg-type]  # both are of one kind
    return joined, existing.destinations


def _roles(ids: pd.Index, existing: Any, required: Any, forbidden: Any) -> npt.NDArray[np.uint8]:
    roles = np.full(len(ids), CANDIDATE, dtype="uint8")
    given = {"existing": EXISTING, "required": REQUIRED, "forbidden": FORBIDDEN}
    named: dict[int, str] = {}
    for (name, role), wanted in zip(given.items(), (existing, required, forbidden), strict=True):
        columns = positions(ids, wanted, f"{name} site")
        twice = [column for column in columns if column in named]
        if twice:
            also = named[twice[0]]
            raise InputError(
                f"{some(ids[twice].tolist(), 'site')}: both {also} and {name}; "
                "a site is one of them"
            )
        named |= dict.fromkeys(columns.tolist(), name)
        roles[columns] = role
    return roles


def _people(demand: Any, origins: pd.Index) -> tuple[npt.NDArray[np.float64], int]:
    if demand is None:
        return np.ones(len(origins)), 0
    people, extra = amounts(demand, origins, "demand", "origin")
    if people.ndim != 1:
        raise InputError(
            f"demand is one number each, got shape {people.shape}; choose a column, "
            'as in demand=people["65+"]'
        )
    if not people.any():
        raise InputError("demand is 0 for every origin; give the people to be served")
    # A plan looks at them later, when the caller may have changed his.
    return people.copy(), extra


def _limit(
    goal: str, minutes: float | None, decay: Decay | None, table: MinuteTable
) -> float | None:
    if decay is not None:
        if not isinstance(decay, Decay):
            raise InputError(f"decay is one of ds.decay, got a {type(decay).__name__}")
        if goal != "max_coverage" or minutes is not None:
            raise InputError(
                'decay is for goal="max_coverage", in the place of minutes; leave one of them out'
            )
        table.refuse_beyond("decay", decay.reach)
        return None
    if minutes is None:
        if goal in _NEEDS_MINUTES:
            raise InputError(f'goal="{goal}" needs a limit; give minutes=, as in minutes=15')
        return None
    if goal == "min_worst_time":
        raise InputError(
            'goal="min_worst_time" finds the limit itself; leave minutes out, '
            'or ask for goal="cover_all" within them'
        )
    (limit,) = check_limits([minutes])
    table.refuse_beyond("minutes", limit)
    return limit


def _number(goal: str, given: tuple[str, int | None], roles: npt.NDArray[np.uint8]) -> int | None:
    called, new_sites = given
    candidates = int(np.isin(roles, (CANDIDATE, REQUIRED)).sum())
    required = int((roles == REQUIRED).sum())
    if candidates == 0:
        raise InputError("times has no candidate site: all columns are existing or forbidden")
    if new_sites is None:
        if goal == "cover_all":
            return None
        raise InputError(f'goal="{goal}" needs new_sites, the number of sites to open')
    number = check_count(called, new_sites)
    if number > candidates:
        raise InputError(
            f"{called} is {number}, but there are {candidates} candidates; "
            "open fewer, or give more columns"
        )
    if number < required:
        raise InputError(
            f"{called} is {number}, but {required} sites are required, and they count among the "
            "new ones; open more, or require fewer"
        )
    return number


def _unserved(
    goal: str, unserved_minutes: float | None, limit: float | None, table: MinuteTable
) -> float | None:
    if unserved_minutes is None:
        is_mean = goal == "min_mean_time" and limit is None
        return table.max_minutes if is_mean else None
    if goal != "min_mean_time" or limit is not None:
        raise InputError(
            'unserved_minutes is for goal="min_mean_time" without minutes; leave it out'
        )
    (number,) = numbers([unserved_minutes])
    if not (np.isfinite(number) and number > 0):
        raise InputError(f"unserved_minutes is a number above 0, got {unserved_minutes!r}")
    return number


def _capacity(
    goal: str, capacity: Any, decay: Decay | None, sites: pd.Index, *, joined: bool
) -> npt.NDArray[np.float64] | None:
    if capacity is None:
        return None
    if goal not in _HAS_CAPACITY or decay is not None:
        raise InputError(
            f'goal="{goal}"{" with a decay" if decay is not None else ""} has no capacities; '
            'ask for "max_coverage" or "cover_all" within minutes, or leave capacity out'
        )
    if joined and not isinstance(capacity, pd.Series):
        raise InputError("capacity is a Series by site where existing sites have their own times")
    holds, _ = amounts(capacity, sites, "capacity", "site")
    if holds.ndim != 1:
        raise InputError(f"capacity is one number a site, got shape {holds.shape}")
    return holds


def _refuse_nobody(question: Question) -> None:
    """Refuses times by which no site serves anybody."""
    columns, _ = question.nearest(question.among(CANDIDATE, REQUIRED))
    if not (question.people[columns >= 0] > 0).any():
        raise InputError(
            "no candidate has a time to any origin with demand; the times are all NaN, "
            "see their status, or the cutoff is too near"
        )


def _refuse_holes(question: Question) -> None:
    """Refuses places that some candidates leave without a time, where that costs nothing."""
    if question.goal != "min_mean_time" or question.limit is not None:
        return
    new, existing = question.among(CANDIDATE, REQUIRED), question.among(EXISTING)
    has = question.within(new)
    has_one = (has > 0) & (question.within(existing) == 0) & (question.people > 0)
    holes = question.table.origins[has_one & (has < new.sum())]
    if question.unserved is None and len(holes):
        raise InputError(
            f"{some(holes.tolist(), 'origin')}: some candidates have no time to them, and no cost "
            "of not being served is known; give unserved_minutes="
        )


def _names(times: Any) -> tuple[list[Any] | None, list[Any] | None]:
    if not isinstance(times, TravelTimes | SparseTravelTimes):
        return None, None
    tables = (times.snaps.origins, times.snaps.destinations)
    first, second = (list(of["name"]) if "name" in of.columns else None for of in tables)
    return first, second


def _reasons(times: Any) -> npt.NDArray[np.object_] | None:
    """Why each origin has no time to any site: "off_network" or "no_time"."""
    if not isinstance(times, TravelTimes | SparseTravelTimes):
        return None
    is_off = (times.snaps.origins["outcome"] == "off_network").to_numpy()
    reasons: npt.NDArray[np.object_] = np.where(is_off, "off_network", "no_time").astype(object)
    return reasons
