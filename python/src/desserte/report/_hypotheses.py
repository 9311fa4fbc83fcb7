"""What do the figures rest on, that somebody could sign?

Extracts and files to the last bit, the traveller, the limits, the people and their year, what
decided the speeds, and ten trips that anyone of the meeting can drive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte import _native
from desserte._lazy import np, pd
from desserte.decay import DREES_GP
from desserte.plot import _words as map_words
from desserte.report._communes import FACILITIES, called
from desserte.report._files import Source, source_of

if TYPE_CHECKING:
    from desserte.network import RoadNetwork
    from desserte.report._asked import Asked
    from desserte.report._communes import Served
    from desserte.report._say import Say

__all__ = ["Hypotheses", "Trip", "hypotheses"]

_TRIPS = 10
_SPEEDS = 4


class Trip(NamedTuple):
    """A trip to drive: minutes computed, by another source, and by whoever drove it."""

    start: str
    end: str
    computed: str
    reference: str
    driven: str


class Hypotheses(NamedTuple):
    """The sheet to sign."""

    facts: list[tuple[str, str]]
    sources: list[Source]
    trips: list[Trip]
    are_drawn: bool
    """Whether the trips were drawn from the times, and not given."""


def hypotheses(asked: Asked, served: Served, say: Say) -> Hypotheses:
    """The sheet."""
    trips = _drawn(served, say) if asked.trips is None else _given(asked.trips, say)
    return Hypotheses(_facts(asked, say), _sources(asked, say), trips, asked.trips is None)


def _facts(asked: Asked, say: Say) -> list[tuple[str, str]]:
    facts = [(say("fact_trip"), _trip(asked.before, say))]
    if asked.after is not None and _trip(asked.after, say) != facts[0][1]:
        facts = [
            (say("fact_trip_before"), facts[0][1]),
            (say("fact_trip_after"), _trip(asked.after, say)),
        ]
    # Times that do not know their network say nothing of the trip.
    facts = [fact for fact in facts if fact[1]]
    cutoff = asked.before.max_minutes
    facts += [
        (say("fact_direction"), say(f"direction_{asked.before.direction}")),
        (
            say("fact_limits"),
            say(
                "limits",
                minutes=map_words.listed([say.number(m) for m in asked.limits], say.language),
            ),
        ),
        (
            say("fact_cutoff"),
            say("cutoff_none") if cutoff is None else say("cutoff", minutes=say.number(cutoff)),
        ),
        (say("fact_people"), _people(asked, say)),
        (say("fact_places"), _places(asked, say)),
    ]
    if asked.network is not None:
        facts.append((say("fact_speeds"), _speeds(asked.network, say)))
    if asked.access:
        facts.append((say("fact_apl"), _apl(asked.access[0], say)))
    version = (asked.manifest or {}).get("version")
    if version:
        facts.append((say("fact_version"), f"desserte {version}"))
    return facts


def _trip(times: Any, say: Say) -> str:
    manifest = times.attrs.get("manifest")
    by = map_words.traveller(manifest, say.language)
    assumed = map_words.conditions(manifest, say.language)
    settings = (manifest or {}).get("profile", {}).get("settings", {})
    walk = settings.get("walking_kmh")
    said = [text for text in (by, assumed) if text]
    if walk is not None:
        said.append(say("walk", kmh=say.number(walk)))
    factor = settings.get("speed_factor", 1.0)
    if factor != 1.0:
        said.append(say("factor", factor=say.number(factor)))
    if settings.get("season") == "winter":
        said.append(say("winter"))
    return say.set(" ; ".join(said) if say.is_french else "; ".join(said))


def _people(asked: Asked, say: Say) -> str:
    total = say.people(asked.everyone.sum())
    year = asked.population_year
    return (
        say("people_of_year", people=total, year=year)
        if year
        else say("people_no_year", people=total)
    )


def _places(asked: Asked, say: Say) -> str:
    communes = asked.commune_of.nunique()
    origins = len(asked.study)
    before, now = len(asked.before.destinations), len(asked.now.destinations)
    where = (
        say("places_communes", count=communes)
        if asked.is_communes
        else say("places_cells", count=communes, origins=say.people(origins))
    )
    ends = (
        say("places_to", count=before)
        if asked.after is None
        else say("places_to_both", count=now, before=say.people(before))
    )
    return f"{where} ; {ends}" if not say.is_french else say.set(f"{where} ; {ends}")


def _apl(values: pd.Series, say: Say) -> str:
    """How the APL was computed, as far as it says so itself."""
    decay = values.attrs.get("decay")
    if decay is None:
        return say("apl_given")
    return say("apl_drees") if decay == str(DREES_GP) else say("apl_decay", decay=decay)


def _sources(asked: Asked, say: Say) -> list[Source]:
    """The extracts of the networks, then the other files; the same bytes once."""
    found = []
    for times in (asked.before, asked.after, *asked.scenarios.values()):
        manifest = {} if times is None else times.attrs.get("manifest") or {}
        found += [
            Source(extract["name"], extract["data_date"], extract["sha256"])
            for extract in manifest.get("extracts", ())
        ]
    found += [source_of(path) for path in asked.sources]
    once = {source.sha256: source for source in reversed(found)}
    kept = list(dict.fromkeys(once[one.sha256] for one in found))
    return [source._replace(date=say.date(source.date)) for source in kept]


def _speeds(network: RoadNetwork, say: Say) -> str:
    """What decided the speeds, by the share of the kilometres."""
    words = dict(_native.speed_sources())
    shares = network.speeds().attrs["share_by_source"]
    return ", ".join(
        say("speed", name=words[source] if say.is_french else source, share=say.share(share))
        for source, share in list(shares.items())[:_SPEEDS]
    )


def _given(trips: pd.DataFrame, say: Say) -> list[Trip]:
    columns = {
        name: trips[name] if name in trips else [None] * len(trips)
        for name in ("reference", "driven")
    }
    rows = zip(
        trips["start"],
        trips["end"],
        trips["computed"],
        columns["reference"],
        columns["driven"],
        strict=True,
    )
    return [
        Trip(
            str(start), str(end), _whole(computed, say), _whole(reference, say), _whole(driven, say)
        )
        for start, end, computed, reference, driven in rows
    ]


def _whole(minutes: Any, say: Say) -> str:
    """Whole minutes, or an empty cell to write in."""
    return "" if pd.isna(minutes) else say.minutes(float(minutes))


def _drawn(served: Served, say: Say) -> list[Trip]:
    """Ten trips to the nearest, from the shortest to the longest: the same for the same times."""
    if not served.asked.is_communes:
        return []
    table = served.table.dropna(subset=[served.now])
    # Nobody drives a trip within a village to see whether a map is right.
    at_home = [
        called(served, pole, say)[0] == name
        for pole, name in zip(table["pole"], table["name"], strict=True)
    ]
    away = table[~np.array(at_home, dtype=bool)]
    if away.empty:
        return []
    away = away.iloc[np.argsort(away[served.now].to_numpy(), kind="stable")]
    chosen = np.unique(np.linspace(0, len(away) - 1, _TRIPS).round().astype(int))
    return [
        Trip(
            str(row.name),
            _end(served, row.pole, say),
            say.minutes(getattr(row, served.now)),
            "",
            "",
        )
        for row in away.iloc[chosen].itertuples()
    ]


def _end(served: Served, pole: Any, say: Say) -> str:
    """Where exactly the trip ends: a house by its name, else what it is and in which commune."""
    commune, departement = called(served, pole, say)
    care = served.asked.care
    if care is not None and pole in care.index:
        kind, name = care.at[pole, "kind"], care["name"].get(pole) if "name" in care else None
        words = say.words["kind_names"]
        what = words.get(kind, words["other"])
        what = name if kind in FACILITIES and isinstance(name, str) else what
        commune = what if commune in what else f"{what}, {commune}"
    return f"{commune} ({departement})" if departement else commune
