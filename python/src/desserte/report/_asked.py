"""Is what the report is asked for sound, and do its parts belong together?

Everything is checked and put side by side here, once: people by origin, the commune of each
origin, who is of the study. What comes after only counts and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from desserte._checks import check_choice, check_count, check_limits, some
from desserte._lazy import gpd, np, pd
from desserte._whom import age_of
from desserte.errors import CrsError, IdError, InputError
from desserte.indicators._aligned import amounts, minutes_of
from desserte.network import RoadNetwork
from desserte.plot import _words as map_words
from desserte.siting.plans import Plan
from desserte.sparse import SparseTravelTimes
from desserte.times import TravelTimes

if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["Asked", "Given", "Times", "asked"]

Times = TravelTimes | SparseTravelTimes
"""Times that know their places: an array of minutes makes no page."""

_TRIP = ("start", "end", "computed")


@dataclass(frozen=True)
class Given:
    """The arguments of :func:`desserte.report`, as they came."""

    title: str
    before: Any
    after: Any
    demand: Any
    communes: Any
    by: Any
    study: Any
    minutes: Any
    key_minutes: Any
    far_minutes: Any
    service: Any
    apl_before: Any
    apl_after: Any
    standardised_population: Any
    care: Any
    plan: Any
    frontier: Any
    scenarios: Any
    trips: Any
    network: Any
    isochrones: Any
    sources: Any
    population_year: Any
    notes: Any
    made_on: Any
    language: str


@dataclass(frozen=True)
class Asked:
    """The same, checked and aligned: what every block of the page is made from."""

    title: str
    before: Times
    after: Times | None
    demand: pd.DataFrame
    """People by origin, a column a group."""
    key: str
    """The group of the key sentence."""
    everyone: pd.Series
    """All people by origin, as well as they are known."""
    communes: gpd.GeoDataFrame
    """Those of the study and around it, by id."""
    commune_of: pd.Series
    """The commune of each origin of the study."""
    is_communes: bool
    """Whether origins are communes themselves."""
    study: list[Any]
    limits: list[float]
    near: float
    far: float
    service: str | None
    access: list[pd.Series]
    """The APL by origin of the study: before, and after if there is one; or none."""
    standardised: pd.Series | None
    """People weighted by age, by origin of the study."""
    care: gpd.GeoDataFrame | None
    plan: Plan | None
    frontier: pd.DataFrame | None
    scenarios: Mapping[str, Times]
    trips: pd.DataFrame | None
    network: RoadNetwork | None
    isochrones: gpd.GeoDataFrame | None
    sources: list[Path]
    population_year: int | None
    notes: list[str]
    made_on: str | None
    language: str

    @property
    def now(self) -> Times:
        """The times that the page ends with: after, or before where nothing changes."""
        return self.before if self.after is None else self.after

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What the times were computed on."""
        manifest: dict[str, Any] | None = self.before.attrs.get("manifest")
        return manifest

    @property
    def opened(self) -> list[Any]:
        """Ids of destinations that only come after."""
        return _only(self.now.destinations, self.before.destinations)

    @property
    def closed(self) -> list[Any]:
        """Ids of destinations that were there before."""
        return _only(self.before.destinations, self.now.destinations)


def asked(given: Given) -> Asked:
    """Checks what was given, and puts it side by side."""
    from desserte.report._files import source_files

    check_choice("language", given.language, map_words.LANGUAGES)
    before, after = _sides(given)
    table = minutes_of(before)
    study = table.origins.take(table.rows_of(given.study)).tolist()
    if not study:
        raise InputError("study names no origin; leave it out for all of them")
    demand = _demand(given.demand, table.origins)
    key = next((name for name in demand if age_of(name)), demand.columns[0])
    if not demand.loc[study, key].sum() > 0:
        raise InputError(f"nobody of {key!r} lives in the study: demand is 0 for all its origins")
    communes, access = _communes(given.communes), _access(given, study)
    commune_of = _commune_of(given.by, study, communes)
    return Asked(
        title=_text("title", given.title),
        before=before,
        after=after,
        demand=demand,
        key=key,
        everyone=_everyone(demand, communes, study, is_communes=given.by is None),
        communes=communes,
        commune_of=commune_of,
        is_communes=given.by is None,
        study=study,
        limits=check_limits(given.minutes),
        near=check_limits([given.key_minutes])[0],
        far=check_limits([given.far_minutes])[0],
        service=None if given.service is None else _text("service", given.service),
        access=access,
        standardised=_standardised(given, study) if access else None,
        care=_care(given.care),
        plan=_of_kind("plan", given.plan, Plan, "what ds.site gives"),
        frontier=_of_kind("frontier", given.frontier, pd.DataFrame, "what ds.frontier gives"),
        scenarios=_scenarios(given.scenarios, before),
        trips=_trips(given.trips),
        network=_of_kind("network", given.network, RoadNetwork, "a RoadNetwork"),
        isochrones=given.isochrones,
        sources=source_files(given.sources),
        population_year=_year(given.population_year),
        notes=[_text("notes", note) for note in _several(given.notes)],
        made_on=_day(given.made_on),
        language=given.language,
    )


def _sides(given: Given) -> tuple[Times, Times | None]:
    before = _times("before", given.before)
    after = None if given.after is None else _fitting("after", given.after, before)
    if not len(before.destinations) and (after is None or not len(after.destinations)):
        raise InputError(
            "before has no destination, so that there is no time to report: no care point was "
            "read; check the extract, the kinds that you kept, and how far around you read"
        )
    return before, after


def _times(name: str, value: Any) -> Times:
    if not isinstance(value, TravelTimes | SparseTravelTimes):
        raise InputError(f"{name} is a TravelTimes of ds.travel_times, got {_kind(value)}")
    return value


def _fitting(name: str, value: Any, before: Times) -> Times:
    """Times that can stand beside those before: of the same question, from the same origins."""
    times = _times(name, value)
    for what in ("direction", "max_minutes"):
        mine, theirs = getattr(before, what), getattr(times, what)
        if mine != theirs:
            raise InputError(f"{name} and before differ in {what}: {theirs!r} and {mine!r}")
    for first, second, lacks in ((before, times, name), (times, before, "before")):
        missing = _only(first.origins, second.origins)
        if missing:
            raise IdError(f"{lacks} lacks {some(missing, 'origin')} of the other times")
    return times


def _demand(demand: Any, origins: pd.Index) -> pd.DataFrame:
    if isinstance(demand, pd.Series):
        demand = demand.to_frame("population" if demand.name is None else demand.name)
    if not isinstance(demand, pd.DataFrame):
        raise InputError(f"demand is a Series or a DataFrame by origin, got {_kind(demand)}")
    if demand.shape[1] == 0:
        raise InputError("demand has no column; give people, a column an age band")
    people, _ = amounts(demand, origins, "demand", "origin")
    return pd.DataFrame(people, index=origins, columns=[str(name) for name in demand.columns])


def _communes(communes: Any) -> gpd.GeoDataFrame:
    if not isinstance(communes, gpd.GeoDataFrame):
        raise InputError(f"communes is a GeoDataFrame of areas or points, got {_kind(communes)}")
    if communes.crs is None:
        raise CrsError("communes has no CRS; say which with communes.set_crs(...)")
    if not communes.index.is_unique:
        raise IdError("communes repeats ids; give each its own")
    lacking = [name for name in ("name", "population") if name not in communes.columns]
    if lacking:
        raise InputError(
            f"communes lacks {some(lacking, 'column')}; an élu looks for names and inhabitants"
        )
    return communes


def _commune_of(by: Any, study: list[Any], communes: gpd.GeoDataFrame) -> pd.Series:
    if by is None:
        found = pd.Series(study, index=study, dtype=object)
    elif isinstance(by, pd.Series):
        missing = _only(pd.Index(study), by.index[by.notna()])
        if missing:
            raise IdError(f"by has no commune for {some(missing, 'origin')}")
        found = by.loc[study]
    else:
        raise InputError(f"by is a Series, the commune of each origin, got {_kind(by)}")
    unknown = _only(pd.Index(found.unique()), communes.index)
    if unknown:
        hint = "; if origins are hamlets or cells, say by=their communes" if by is None else ""
        raise IdError(f"the study is in {some(unknown, 'commune')}, which communes lacks{hint}")
    return found


def _everyone(
    demand: pd.DataFrame, communes: gpd.GeoDataFrame, study: list[Any], *, is_communes: bool
) -> pd.Series:
    """All people by origin of the study: a column of the demand, or what the communes say."""
    if "population" in demand:
        return demand.loc[study, "population"]
    if is_communes:
        counts = pd.to_numeric(communes.loc[study, "population"], errors="coerce")
        if counts.notna().all():
            return counts.astype("float64").rename("population")
    return demand.loc[study].iloc[:, 0]


def _access(given: Given, study: list[Any]) -> list[pd.Series]:
    """The APL before, and after where something changes."""
    sides = {"apl_before": given.apl_before, "apl_after": given.apl_after}
    if given.after is None:
        if given.apl_after is not None:
            raise InputError("apl_after is given without after; give both, or apl_before alone")
        del sides["apl_after"]
    if all(values is None for values in sides.values()):
        return []
    for name, values in sides.items():
        if not isinstance(values, pd.Series):
            raise InputError(
                f"{name} is a Series by origin, as ds.apl gives it, got {_kind(values)}"
            )
        missing = _only(pd.Index(study), values.index)
        if missing:
            raise IdError(f"{name} lacks {some(missing, 'origin')} of the study")
    return [values.loc[study] for values in sides.values()]


def _standardised(given: Given, study: list[Any]) -> pd.Series:
    people = given.standardised_population
    if not isinstance(people, pd.Series):
        raise InputError(
            "standardised_population is a Series by origin, by which the mean of an APL is "
            f"weighted, got {_kind(people)}; see ds.standardise"
        )
    weights, _ = amounts(people, pd.Index(study), "standardised_population", "origin")
    return pd.Series(weights, index=study, name="standardised_population")


def _care(care: Any) -> gpd.GeoDataFrame | None:
    if care is None:
        return None
    if not isinstance(care, gpd.GeoDataFrame):
        raise InputError(f"care is a GeoDataFrame of points, got {_kind(care)}")
    if "kind" not in care.columns:
        raise InputError("care has no column 'kind'; see ds.read_care and ds.KINDS")
    if care.crs is None:
        raise CrsError("care has no CRS; say which with care.set_crs(...)")
    if not care.index.is_unique:
        raise IdError("care repeats ids; give each its own")
    return care


def _scenarios(scenarios: Any, before: Times) -> dict[str, Times]:
    if scenarios is None:
        return {}
    if not isinstance(scenarios, Mapping):
        raise InputError(
            'scenarios is times by name, as in {"Joyeuse": times, "Les Vans": others}, '
            f"got {_kind(scenarios)}"
        )
    return {
        str(name): _fitting(f"scenario {name!r}", times, before)
        for name, times in scenarios.items()
    }


def _trips(trips: Any) -> pd.DataFrame | None:
    if trips is None:
        return None
    if not isinstance(trips, pd.DataFrame):
        raise InputError(f"trips is a DataFrame, a row a trip, got {_kind(trips)}")
    lacking = [name for name in _TRIP if name not in trips.columns]
    if lacking:
        raise InputError(
            f"trips lacks {some(lacking, 'column')}; it has start, end and computed (minutes), "
            "and reference and driven where they are known"
        )
    return trips


def _of_kind(name: str, value: Any, kind: type, what: str) -> Any:
    if value is not None and not isinstance(value, kind):
        raise InputError(f"{name} is {what}, got {_kind(value)}")
    return value


def _several(notes: Any) -> list[Any]:
    if isinstance(notes, str) or not isinstance(notes, Iterable):
        raise InputError(f"notes is a list of sentences, got {notes!r}")
    return list(notes)


def _year(value: Any) -> int | None:
    return None if value is None else check_count("population_year", value)


def _day(value: Any) -> str | None:
    """A day as ISO writes it."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise InputError(f'made_on is a day, as in "2026-11-22", got {value!r}') from None


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{name} is a text, got {value!r}")
    return value.strip()


def _only(ids: pd.Index, others: pd.Index) -> list[Any]:
    """The ids that the others have not, in their order."""
    return list(ids[np.asarray(others.get_indexer(ids) < 0)])


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
