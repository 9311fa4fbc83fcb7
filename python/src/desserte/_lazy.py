"""The table and geometry packages, imported at their first use.

``import desserte`` is to be felt by nobody: pandas, GeoPandas and even NumPy
take longer to import than a small question takes to answer. The other files
take their modules from here; a module is imported when one of its names is
first asked for.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyproj
    import shapely

__all__ = ["gpd", "np", "pa", "pd", "pyproj", "shapely"]


class _Lazy(ModuleType):
    """A module that is imported when one of its names is first asked for."""

    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(self.__name__)
        value = getattr(module, name)
        setattr(self, name, value)
        return value


if not TYPE_CHECKING:
    gpd = _Lazy("geopandas")
    np = _Lazy("numpy")
    pa = _Lazy("pyarrow")
    pd = _Lazy("pandas")
    pyproj = _Lazy("pyproj")
    shapely = _Lazy("shapely")
