"""How well a place is served: travel times that can be defended, from OpenStreetMap.

    osm -> profile -> network -> times | isochrones -> what they mean for people

Build a :class:`RoadNetwork` from one or several extracts, read places and care
points from them or bring your own, and ask: :func:`travel_times`,
:func:`nearest`, :func:`isochrones`, :func:`catchments`. :func:`explain` shows where the minutes of
one trip come from, :func:`compare_times` how they differ from those of another
tool. What times mean for people is in ``desserte.indicators``: :func:`coverage`,
:func:`accessibility`, :func:`floating_catchment`, :func:`apl` and the rest. The files
that French planners hold are read as they are published: :func:`read_communes`,
:func:`read_population`, :func:`read_finess` and the rest of ``desserte.french``. Every
result carries, in ``attrs``, the extracts, the profile and the parameters it was made with.
"""

from typing import TYPE_CHECKING, Any

from desserte._native import __version__
from desserte.calibration import TimesComparison, compare_times
from desserte.catchments import catchments
from desserte.demo import demo_extract, demo_sketch
from desserte.errors import (
    CrsError,
    DesserteError,
    EdgeWarning,
    IdError,
    InputError,
    IsochroneError,
    NetworkError,
    OffNetworkWarning,
    OsmError,
    ProfileError,
    ResolutionWarning,
    SavedNetworkError,
    SnapError,
    TableError,
    ThresholdWarning,
)
from desserte.explain import explain
from desserte.isochrones import isochrones, reached_streets
from desserte.nearest import nearest
from desserte.network import RoadNetwork
from desserte.places import KINDS, read_care, read_places
from desserte.poles import poles
from desserte.profile import Profile
from desserte.report import report
from desserte.site_scores import Criterion, SiteScores, score_sites
from desserte.siting_surface import SitingGrid, siting_surface
from desserte.sparse import SparseTravelTimes
from desserte.spread import spread
from desserte.time_surface import TimeSurface, time_surface
from desserte.times import STATUS, TravelTimes
from desserte.travel_times import travel_times
from desserte.trips import trips
from desserte.within import within

if TYPE_CHECKING:
    from desserte import decay, plot, weights
    from desserte.excel import to_excel
    from desserte.french import (
        place_practitioners,
        read_apl,
        read_bpe,
        read_cog,
        read_communes,
        read_filosofi,
        read_finess,
        read_population,
        read_rpps,
    )
    from desserte.indicators import (
        Comparison,
        accessibility,
        activity,
        aggregate,
        apl,
        best_base,
        choices,
        closer_outside,
        compare,
        coverage,
        criticality,
        equity,
        floating_catchment,
        fragility,
        minutes_summary,
        people_under,
        standardise,
        time_to_nearest,
        tour,
        worst_served,
    )
    from desserte.interactive import InteractiveMap, explore
    from desserte.siting import Plan, frontier, robustness, site

__all__ = [
    "KINDS",
    "STATUS",
    "Comparison",
    "Criterion",
    "CrsError",
    "DesserteError",
    "EdgeWarning",
    "IdError",
    "InputError",
    "InteractiveMap",
    "IsochroneError",
    "NetworkError",
    "OffNetworkWarning",
    "OsmError",
    "Plan",
    "Profile",
    "ProfileError",
    "ResolutionWarning",
    "RoadNetwork",
    "SavedNetworkError",
    "SiteScores",
    "SitingGrid",
    "SnapError",
    "SparseTravelTimes",
    "TableError",
    "ThresholdWarning",
    "TimeSurface",
    "TimesComparison",
    "TravelTimes",
    "__version__",
    "accessibility",
    "activity",
    "aggregate",
    "apl",
    "best_base",
    "catchments",
    "choices",
    "closer_outside",
    "compare",
    "compare_times",
    "coverage",
    "criticality",
    "decay",
    "demo_extract",
    "demo_sketch",
    "equity",
    "explain",
    "explore",
    "floating_catchment",
    "fragility",
    "frontier",
    "isochrones",
    "minutes_summary",
    "nearest",
    "people_under",
    "place_practitioners",
    "plot",
    "poles",
    "reached_streets",
    "read_apl",
    "read_bpe",
    "read_care",
    "read_cog",
    "read_communes",
    "read_filosofi",
    "read_finess",
    "read_places",
    "read_population",
    "read_rpps",
    "report",
    "robustness",
    "score_sites",
    "site",
    "siting_surface",
    "spread",
    "standardise",
    "time_surface",
    "time_to_nearest",
    "to_excel",
    "tour",
    "travel_times",
    "trips",
    "weights",
    "within",
    "worst_served",
]

# Readers and indicators take longer to import than all the rest: at their first use.
_AT_FIRST_USE = {
    **dict.fromkeys(
        (
            "place_practitioners",
            "read_apl",
            "read_bpe",
            "read_cog",
            "read_communes",
            "read_filosofi",
            "read_finess",
            "read_population",
            "read_rpps",
        ),
        "desserte.french",
    ),
    **dict.fromkeys(
        (
            "Comparison",
            "accessibility",
            "activity",
            "aggregate",
            "apl",
            "best_base",
            "choices",
            "closer_outside",
            "compare",
            "coverage",
            "criticality",
            "equity",
            "floating_catchment",
            "fragility",
            "minutes_summary",
            "people_under",
            "standardise",
            "time_to_nearest",
            "tour",
            "worst_served",
        ),
        "desserte.indicators",
    ),
    **dict.fromkeys(("Plan", "frontier", "robustness", "site"), "desserte.siting"),
    **dict.fromkeys(("InteractiveMap", "explore"), "desserte.interactive"),
    "to_excel": "desserte.excel",
    "decay": "desserte",
    "plot": "desserte",
    "weights": "desserte",
}


def __getattr__(name: str) -> Any:
    """A reader of French files, an indicator or a map, imported when it is first asked for."""
    from importlib import import_module

    if name not in _AT_FIRST_USE:
        raise AttributeError(f"module 'desserte' has no attribute {name!r}")
    home = _AT_FIRST_USE[name]
    if home == "desserte":
        return import_module(f"desserte.{name}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    """The names of the package, those that are not imported yet included."""
    return sorted({*globals(), *_AT_FIRST_USE})
