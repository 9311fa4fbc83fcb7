"""The command line: ``desserte demo`` is the first minute, ``--version`` says which one it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code."""
    from desserte.command._app import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
