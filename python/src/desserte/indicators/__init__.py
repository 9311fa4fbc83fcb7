"""What do these times mean for people?

    minutes + people + care, put together by id -> counts, shares, access

Times are those of :func:`desserte.travel_times`, or any array of minutes.
"""

from desserte.indicators.catchment import accessibility, floating_catchment
from desserte.indicators.drees import apl, standardise
from desserte.indicators.near import choices, coverage, time_to_nearest
from desserte.indicators.territory import aggregate

__all__ = [
    "accessibility",
    "aggregate",
    "apl",
    "choices",
    "coverage",
    "floating_catchment",
    "standardise",
    "time_to_nearest",
]
