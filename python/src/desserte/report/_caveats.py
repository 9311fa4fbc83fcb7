"""What do the figures not say?

What holds of every such page, and what this one had to do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desserte.report._asked import Asked
    from desserte.report._figures import Figures
    from desserte.report._say import Say

__all__ = ["caveats"]


def caveats(asked: Asked, figures: Figures, say: Say) -> list[str]:
    """The sentences, those of every page first."""
    said = say.all("caveats")
    if asked.access:
        said.append(say("caveat_apl", age=figures.age))
        if figures.is_at_edge:
            said.append(say("caveat_edge"))
    if not asked.is_communes:
        said.append(say("caveat_cells"))
    if not len(asked.before.destinations):
        said.append(say("caveat_nothing_before"))
    return [*said, *_without(asked, say), *(say.set(note) for note in asked.notes)]


def _without(asked: Asked, say: Say) -> list[str]:
    """What was not asked for, and is therefore not there."""
    lacking = {
        "without_after": asked.after is None,
        "without_scenarios": asked.after is not None and not asked.scenarios,
        "without_frontier": asked.plan is not None and asked.frontier is None,
        "without_apl": not asked.access,
        "without_speeds": asked.network is None,
        "without_year": asked.population_year is None,
    }
    return [say(key) for key, is_lacking in lacking.items() if is_lacking]
