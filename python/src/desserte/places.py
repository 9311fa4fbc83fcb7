"""The villages and the care points of an extract.

OpenStreetMap knows both well enough to begin with: hamlets and villages by
``place``, doctors, pharmacies, hospitals and nursing homes by ``amenity`` and
``healthcare``. What a point is called here (:data:`KINDS`) is the same whatever
file it comes from. Where the map is thin on doctors, so is what is read here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._checks import Paths, check_length, file_names
from desserte._frames import LONLAT, Areas, clip_wkb
from desserte._lazy import gpd, np, pd
from desserte._progress import Progress, follow

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["KINDS", "read_care", "read_places"]

KINDS: tuple[str, ...] = tuple(_native.care_kinds())
"""The kinds of care point, whatever the file they come from."""

_EMERGENCY = (False, True)


def read_places(
    paths: Paths,
    *,
    within: Areas | None = None,
    buffer_km: float = 30,
    progress: Progress = None,
) -> gpd.GeoDataFrame:
    """Reads cities, towns, villages, hamlets and isolated dwellings.

    Parameters
    ----------
    paths
        One ``.osm.pbf`` file, or several that may overlap.
    within
        Areas to keep, in any CRS; everything where None.
    buffer_km
        How far around ``within`` places are kept, in kilometres.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, a row a place, indexed by ``place_id``
        ("node/123"), which is a column too: ``place_id``, ``name``, ``place``
        ("village"), ``population`` (missing where the map has none) and
        ``insee_code``. ``attrs["manifest"]`` says which files they come from.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    OsmError
        If a file is not a PBF, or is damaged.

    Examples
    --------
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> places.loc["node/240055878", ["name", "place"]].tolist()
    ['Wulkenzin', 'village']
    """
    names, clip = file_names(paths), clip_wkb(within)
    buffer_metres = check_length("buffer_km", buffer_km) * 1000.0
    with follow(progress) as watcher:
        columns = _native.read_places(names, clip, buffer_metres, watcher)
    ids, lon, lat, name, place, population, insee_code, manifest = columns
    return _table(
        {
            "place_id": ids,
            "name": name,
            "place": place,
            "population": _whole(population),
            "insee_code": insee_code,
        },
        lon,
        lat,
        manifest,
    )


def read_care(
    paths: Paths,
    *,
    within: Areas | None = None,
    buffer_km: float = 30,
    progress: Progress = None,
) -> gpd.GeoDataFrame:
    """Reads doctors, pharmacies, hospitals, nursing homes and other care points.

    Parameters
    ----------
    paths
        One ``.osm.pbf`` file, or several that may overlap.
    within
        Areas to keep, in any CRS; everything where None.
    buffer_km
        How far around ``within`` care points are kept, in kilometres: the
        nearest doctor may practise across the border.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    geopandas.GeoDataFrame
        Points in EPSG:4326, a row a care point, indexed by ``care_id``
        ("way/456"), which is a column too: ``care_id``, ``name``, ``kind`` (one
        of ``ds.KINDS``), ``finess``, ``capacity`` (beds or places, missing
        where the map has none) and ``emergency`` (missing where the map does
        not say). A building is a point on its surface.
        ``attrs["manifest"]`` says which files they come from.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    OsmError
        If a file is not a PBF, or is damaged.

    Examples
    --------
    >>> care = ds.read_care(ds.demo_extract(), progress=False)
    >>> care.loc["node/251501778", ["name", "kind"]].tolist()
    ['Marien-Apotheke', 'pharmacy']
    """
    names, clip = file_names(paths), clip_wkb(within)
    buffer_metres = check_length("buffer_km", buffer_km) * 1000.0
    with follow(progress) as watcher:
        columns = _native.read_care(names, clip, buffer_metres, watcher)
    ids, lon, lat, name, kind, finess, capacity, emergency, manifest = columns
    return _table(
        {
            "care_id": ids,
            "name": name,
            "kind": kind,
            "finess": finess,
            "capacity": _whole(capacity),
            "emergency": _yes_no(emergency),
        },
        lon,
        lat,
        manifest,
    )


def _table(
    columns: dict[str, Any],
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    manifest: str,
) -> gpd.GeoDataFrame:
    """Points with their id, the first column, as the index too."""
    table = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=LONLAT)
    # Without a name, or pandas finds "place_id" twice when it sorts or joins by it.
    table.index = pd.Index(next(iter(columns.values())), dtype=object).infer_objects()
    table.attrs = {"manifest": json.loads(manifest)}
    return table


def _whole(numbers: npt.NDArray[np.float64]) -> Any:
    """Whole numbers, missing where NaN."""
    return pd.array(np.round(numbers), dtype="Int64")


def _yes_no(codes: npt.NDArray[np.uint8]) -> Any:
    """True and False, missing where the map does not say."""
    answers = [_EMERGENCY[code] if code < len(_EMERGENCY) else None for code in codes]
    return pd.array(answers, dtype="boolean")
