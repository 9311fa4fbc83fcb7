"""How does a map show itself in a notebook?

IPython draws figures once somebody has imported ``matplotlib.pyplot``, and those of
this package are made without it. IPython is therefore told how, by the name of the class,
so that nothing is loaded before there is a figure; whoever imports pyplot has its ways instead.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["show_figures"]


def show_figures() -> None:
    """Has the IPython around us, if there is one, show figures as pictures."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        pictures = shell.display_formatter.formatters["image/png"]
        pictures.for_type_by_name("matplotlib.figure", "Figure", _png)


def _png(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
