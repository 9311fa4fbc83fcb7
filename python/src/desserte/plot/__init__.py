"""How does it look on a map that one can show at a council meeting?

    result -> picture: colours that everyone can tell apart, the streets behind them,
    and what a map owes its reader: title, legend, scale, north, sources

Each function takes a result and gives a ``matplotlib.figure.Figure``; what a sheet needs
whatever is drawn on it is in ``_sheet.py``. Words are French unless asked otherwise.
"""

from desserte.plot._bands import isochrones
from desserte.plot._choropleth import before_after, communes
from desserte.plot._notebook import show_figures
from desserte.plot._plan import sites
from desserte.plot._siting import frontier, siting_surface

__all__ = ["before_after", "communes", "frontier", "isochrones", "sites", "siting_surface"]

show_figures()
