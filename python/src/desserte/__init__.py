"""How well a place is served: travel times that can be defended, from OpenStreetMap.

    osm -> profile -> network -> times | isochrones -> what they mean for people

Build a :class:`RoadNetwork` from one or several extracts, read places and care
points from them or bring your own, and ask: :func:`travel_times`,
:func:`nearest`, :func:`isochrones`. :func:`explain` shows where the minutes of
one trip come from, :func:`compare_times` how they differ from those of another
tool. The files that French planners hold are read as they are published:
:func:`read_communes`, :func:`read_population`, :func:`read_finess` and the rest
of ``desserte.french``. Every result carries, in ``attrs``, the extracts, the profile and the
parameters it was made with.
"""

from typing import TYPE_CHECKING, Any

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
    SavedNetworkError,
    SnapError,
    TableError,
)
from desserte.explain import explain
from desserte.isochrones import isochrones, reached_streets
from desserte.nearest import nearest
from desserte.network import RoadNetwork
from desserte.places import KINDS, read_care, read_places
from desserte.profile import Profile
from desserte.sparse import SparseTravelTimes
from desserte.spread import spread
from desserte.times import STATUS, TravelTimes
from desserte.travel_times import travel_times
from desserte.trips import trips

if TYPE_CHECKING:
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
    "SavedNetworkError",
    "SnapError",
    "SparseTravelTimes",
    "TableError",
    "TimesComparison",
    "TravelTimes",
    "__version__",
    "compare_times",
    "demo_extract",
    "explain",
    "isochrones",
    "nearest",
    "place_practitioners",
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
    "spread",
    "travel_times",
    "trips",
]

# The readers and their layouts take nearly as long to import as all the rest: at their first use.
_FRENCH = (
    "place_practitioners",
    "read_apl",
    "read_bpe",
    "read_cog",
    "read_communes",
    "read_filosofi",
    "read_finess",
    "read_population",
    "read_rpps",
)


def __getattr__(name: str) -> Any:
    """A reader of French files, imported when it is first asked for."""
    if name not in _FRENCH:
        raise AttributeError(f"module 'desserte' has no attribute {name!r}")
    from desserte import french

    return getattr(french, name)


def __dir__() -> list[str]:
    """The names of the package, the readers included."""
    return sorted({*globals(), *_FRENCH})
