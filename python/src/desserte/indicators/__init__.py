"""What do these times mean for people?

    minutes + people + care, put together by id -> counts, shares, access

Times are those of :func:`desserte.travel_times`, or any array of minutes.
"""

from desserte.indicators.catchment import accessibility, floating_catchment
from desserte.indicators.change import Comparison, compare
from desserte.indicators.drees import activity, apl, standardise
from desserte.indicators.fairness import equity
from desserte.indicators.losses import closer_outside, criticality
from desserte.indicators.near import choices, coverage, fragility, time_to_nearest
from desserte.indicators.rounds import best_base, tour
from desserte.indicators.summary import minutes_summary, worst_served
from desserte.indicators.territory import aggregate
from desserte.indicators.thresholds import people_under

__all__ = [
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
]
