"""How does a grid become a file that a GIS opens?

A GeoTIFF of one band a figure, whole or not at all, in the network's own plane, by its name.
rasterio is met in this file alone.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from desserte._lazy import pyproj
from desserte._whole import file_to_write, whole_file
from desserte.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import numpy.typing as npt

    from desserte._lazy import np

__all__ = ["plane_of", "write_geotiff"]

_ENDINGS = (".tif", ".tiff")


def plane_of(projection: str) -> pyproj.CRS:
    """The plane of a network with a name, which a GIS shows: PROJ gives it none."""
    plane = pyproj.CRS.from_user_input(projection)
    words = plane.to_json_dict()
    known = {each["name"]: each["value"] for each in words["conversion"]["parameters"]}
    lat, lon = (known[f"{which} of natural origin"] for which in ("Latitude", "Longitude"))
    words["name"] = f"desserte, oblique stereographic around {lat:g}, {lon:g} (WGS 84)"
    words["base_crs"]["name"] = "WGS 84"
    return pyproj.CRS.from_json_dict(words)


def write_geotiff(
    path: str | os.PathLike[str],
    bands: Mapping[str, npt.NDArray[np.floating[Any]]],
    transform: tuple[float, float, float, float, float, float],
    crs: pyproj.CRS,
) -> Path:
    """Writes figures by name, each a band of its type, with NaN for no data."""
    target = file_to_write("path", path)
    if target.suffix.lower() not in _ENDINGS:
        raise InputError(f"path is a file whose name ends in .tif or .tiff, got {str(target)!r}")
    if importlib.util.find_spec("rasterio") is None:
        raise InputError(
            f'writing {target.name} needs rasterio; install it with pip install "desserte[raster]"'
        )
    import rasterio

    cells = next(iter(bands.values()))
    rows, columns = cells.shape
    with (
        whole_file(target) as part,
        rasterio.open(
            part,
            "w",
            driver="GTiff",
            height=rows,
            width=columns,
            count=len(bands),
            dtype=cells.dtype,
            crs=crs.to_wkt(),
            transform=rasterio.Affine(*transform),
            nodata=float("nan"),
            compress="deflate",
        ) as file,
    ):
        for number, (name, figures) in enumerate(bands.items(), start=1):
            file.write(figures, number)
            file.set_band_description(number, name)
    return target
