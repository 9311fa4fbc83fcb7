"""How does a grid become a file that a GIS opens?

A GeoTIFF of one band a figure, whole or not at all. rasterio is met in this file alone.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from desserte._whole import file_to_write, whole_file
from desserte.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import numpy.typing as npt

    from desserte._lazy import np, pyproj

__all__ = ["write_geotiff"]


def write_geotiff(
    path: str | os.PathLike[str],
    bands: Mapping[str, npt.NDArray[np.floating[Any]]],
    transform: tuple[float, float, float, float, float, float],
    crs: pyproj.CRS,
) -> Path:
    """Writes figures by name, each a band of its type, with NaN for no data."""
    target = file_to_write("path", path)
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
