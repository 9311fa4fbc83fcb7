"""Where should the next site go, and how good is that answer?

times to candidate sites + people -> a plan, with the proof of how much better any other can be
"""

from desserte.siting.frontiers import frontier
from desserte.siting.plans import Plan
from desserte.siting.scenarios import robustness
from desserte.siting.sites import site

__all__ = ["Plan", "frontier", "robustness", "site"]
