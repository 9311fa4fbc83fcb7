"""How well a place is served: travel times that can be defended, from OpenStreetMap.

    osm -> profile -> network -> times | isochrones -> what they mean for people

Build a :class:`RoadNetwork` from one or several extracts, read places and care
points from them or bring your own, and ask: :func:`travel_times`,
:func:`nearest`, :func:`isochrones`. :func:`explain` shows where the minutes of
one trip come from, :func:`compare_times` how they differ from those of another
tool. Every result carries, in ``attrs``, the extracts, the profile and the
parameters it was made with.
"""

from desserte._native import __version__
from desserte.calibration import TimesComparison, compare_times
from desserte.demo import demo_extract
from desserte.errors import (
    CrsError,
    DesserteError,
    IdError,
    InputError,
    IsochroneError,
    NetworkError,
    OffNetworkWarning,
    OsmError,
    ProfileError,
    SnapError,
)
from desserte.explain import explain
from desserte.isochrones import isochrones, reached_streets
from desserte.nearest import nearest
from desserte.network import RoadNetwork
from desserte.places import KINDS, read_care, read_places
from desserte.profile import Profile
from desserte.sparse import SparseTravelTimes
from desserte.times import STATUS, TravelTimes
from desserte.travel_times import travel_times
from desserte.trips import trips

__all__ = [
    "KINDS",
    "STATUS",
    "CrsError",
    "DesserteError",
    "IdError",
    "InputError",
    "IsochroneError",
    "NetworkError",
    "OffNetworkWarning",
    "OsmError",
    "Profile",
    "ProfileError",
    "RoadNetwork",
    "SnapError",
    "SparseTravelTimes",
    "TimesComparison",
    "TravelTimes",
    "__version__",
    "compare_times",
    "demo_extract",
    "explain",
    "isochrones",
    "nearest",
    "reached_streets",
    "read_care",
    "read_places",
    "travel_times",
    "trips",
]
