"""Where the tests take place: three positions, and the folder of the repository."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# The town in the middle of the shipped extract, a village beside it, and nowhere.
TOWN = (13.2610, 53.5570)
WULKENZIN = (13.1708, 53.5270)
OCEAN = (0.0, 0.0)
