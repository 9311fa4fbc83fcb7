"""How does a whole study end? With a report, on the sketched territory.

Two *maisons de santé* for Sud-Ardèche: where people of 65 and over gain most, what they gain, and
what general practitioners there would add to the APL. The communes are real and every road is
invented, so everything written says that it is a sketch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import pd

if TYPE_CHECKING:
    from pathlib import Path

    from desserte._lazy import gpd
    from desserte.network import RoadNetwork
    from desserte.report._plan import Planned
    from desserte.times import TravelTimes

__all__ = ["Meeting", "prepare", "write_report"]

_SOUTH_OF = 44.75
_MINUTES = 15
_NEW_SITES = 2
_OLD = 0.25
"""Of the inhabitants of Sud-Ardèche are 65 or over: one in four (INSEE, 2021)."""
_ACTS, _PRACTITIONERS = 5100, 2
"""Acts a year of a general practitioner (mean of Pays de la Loire, 2012), and how many an MSP has
at least."""
_NOTES = (
    "Territoire dessiné : les communes, leur place et leur population (Insee) sont réelles ; les "
    "routes, les hameaux et les cabinets sont inventés.\n"
    "Chaque commune est un disque à la place de son chef-lieu, aussi grand que sa population : le "
    "croquis n'a pas de limites communales.\n"
    "65 ans et plus : un habitant sur quatre dans chaque commune, moyenne du Sud Ardèche (Insee, "
    "2021), faute d'âges par commune.\n"
    "APL : chaque généraliste compte pour 5 100 actes par an (moyenne des Pays de la Loire, "
    "2012), chaque nouvelle maison de santé pour deux ; la population n'est pas standardisée par "
    "âge."
).splitlines()


class Meeting(NamedTuple):
    """What the report is made from."""

    network: RoadNetwork
    communes: gpd.GeoDataFrame
    study: list[str]
    care: gpd.GeoDataFrame
    demand: pd.DataFrame
    before: TravelTimes
    choice: Planned


def write_report(folder: Path) -> Path:
    """Writes ``rapport.html`` into a folder."""
    from desserte.report import report

    meeting = prepare()
    apl_before, apl_after = _apl(meeting)
    return report(
        folder / "rapport.html",
        title="Deux maisons de santé de plus pour le Sud Ardèche (croquis)",
        apl_before=apl_before,
        apl_after=apl_after,
        standardised_population=meeting.demand["population"],
        isochrones=_isochrones(meeting),
        population_year=2021,
        notes=_NOTES,
        network=meeting.network,
        communes=meeting.communes,
        study=meeting.study,
        care=meeting.care,
        demand=meeting.demand,
        before=meeting.before,
        **meeting.choice._asdict(),
    )


def prepare() -> Meeting:
    """Reads the sketch, times everything, and chooses two sites."""
    from desserte.demo import demo_sketch
    from desserte.network import RoadNetwork
    from desserte.places import read_care, read_places
    from desserte.report._plan import planned
    from desserte.travel_times import travel_times

    sketch = demo_sketch()
    network = RoadNetwork.from_pbf(sketch, progress=False)
    places = read_places(sketch, progress=False)
    communes = places[places["insee_code"].notna() & places["population"].notna()]
    communes = communes.set_index("insee_code", drop=False)
    is_south = communes.index.str.startswith("07") & (communes.geometry.y < _SOUTH_OF)
    south = communes[is_south]
    care = read_care(sketch, progress=False)
    people = communes["population"].astype("float64")
    demand = pd.DataFrame({"population": people, "65+": (people * _OLD).round()})
    houses = care[care["kind"] == "msp"]
    study = south.index.tolist()
    before = travel_times(network, communes, houses, progress=False)
    candidates = travel_times(network, communes, south, progress=False)
    choice = planned(
        before,
        candidates,
        study=study,
        people=demand.loc[study, "65+"],
        new_sites=_NEW_SITES,
        minutes=_MINUTES,
    )
    return Meeting(network, communes, study, care, demand, before, choice)


def _apl(meeting: Meeting) -> tuple[pd.Series, pd.Series]:
    """The APL of the general practitioners there are, and with those of the new houses."""
    from desserte.indicators import apl
    from desserte.travel_times import travel_times

    doctors = meeting.care[meeting.care["kind"] == "gp"]
    times = travel_times(meeting.network, meeting.communes, doctors, progress=False)
    supply, new = pd.Series(float(_ACTS), index=doctors.index), meeting.choice.plan.chosen
    more = times.join(meeting.choice.after.select(destinations=new))
    added = pd.Series(float(_ACTS * _PRACTITIONERS), index=new)
    about: dict[str, Any] = {
        "standardised_population": meeting.demand["population"],
        "study": meeting.study,
    }
    values = (
        apl(times, supply=supply, **about),
        apl(more, supply=pd.concat([supply, added]), **about),
    )
    for side in values:
        side.attrs["age_limit"] = "all ages"
    return values


def _isochrones(meeting: Meeting) -> gpd.GeoDataFrame:
    """The ground within a quarter of an hour of a new house."""
    from desserte.isochrones import isochrones

    new = meeting.communes.loc[meeting.choice.plan.chosen]
    return isochrones(
        meeting.network,
        new,
        minutes=[_MINUTES],
        direction="to",
        origins_are="merged",
        progress=False,
    )
