"""How far a long call has got.

The compiled half calls a function about ten times a second with the phase, what
is done and what there is to do. This file makes that function: a tqdm bar, the
caller's own, or none. A bar that nobody asked for shows on a terminal or in a
notebook only, and only once the call has lasted a second.
"""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from desserte.errors import InputError

__all__ = ["Progress", "Watcher", "follow"]

Watcher: TypeAlias = Callable[[str, int, int], None]
"""What is told the phase, what is done and what there is to do."""

Progress: TypeAlias = Callable[[str, int, int], None] | bool | None
"""True, False, None for a bar where someone can see it, or a function of phase, done and total."""

_SECONDS_BEFORE_A_BAR = 1.0
_UNITS = {
    "reading": ("B", True),
    "building": ("step", False),
    "preparing": ("node", True),
    "searching": ("place", False),
}


class _Bar:
    """One tqdm bar per phase, each replacing the one before."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._phase = ""
        self._bar: Any = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase != self._phase:
            self._open(phase, total)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _open(self, phase: str, total: int) -> None:
        with warnings.catch_warnings():
            # In a notebook without ipywidgets it says how to install them, and draws a bar of text.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm

        self.close()
        unit, scaled = _UNITS.get(phase, ("", False))
        self._phase = phase
        self._bar = tqdm(
            desc=phase,
            total=total,
            unit=unit,
            unit_scale=scaled,
            delay=self._delay,
            leave=False,
        )

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


@contextlib.contextmanager
def follow(progress: Progress) -> Iterator[Watcher | None]:
    """Gives the function that the compiled half is to call, and closes its bar at the end."""
    if callable(progress):
        yield progress
        return
    if progress not in (True, False, None):
        message = f"progress is True, False, None or a function, got {progress!r}"
        raise InputError(message)
    if progress is False or (progress is None and not _someone_watches()):
        yield None
        return
    bar = _Bar(0.0 if progress else _SECONDS_BEFORE_A_BAR)
    try:
        yield bar
    finally:
        bar.close()


def _someone_watches() -> bool:
    in_a_notebook = "ipykernel" in sys.modules
    return in_a_notebook or bool(sys.stderr and sys.stderr.isatty())
