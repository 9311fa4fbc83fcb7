"""Where do these practitioners practise?

The RPPS has no positions. A site that has a FINESS number is where FINESS puts
it; the others are in their commune, at its point. Which of the two it was is a
column: a doctor at a chef-lieu may well practise at the other end of it.
"""

from __future__ import annotations

from typing import Any

from desserte._checks import some
from desserte._frames import LONLAT, repeated
from desserte._lazy import gpd, np, pd
from desserte.errors import CrsError, IdError, InputError

__all__ = ["place_practitioners"]


def place_practitioners(
    rpps: pd.DataFrame, *, finess: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Places practitioners by the FINESS number of their site, else by commune.

    Parameters
    ----------
    rpps
        Practitioners, as :func:`read_rpps` gives them: ``finess`` and ``insee_code``.
    finess
        Establishments, as :func:`read_finess` gives them, in any CRS.
    communes
        Points of communes, as :func:`read_communes` gives them, in any CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        The practitioners, all of them and in their order, in EPSG:4326, with
        ``placed_by`` ("finess", "commune", "none") and ``geometry``, which is
        empty for "none". ``attrs["placed"]`` counts them.

    Raises
    ------
    InputError
        If a table lacks a column, or the communes are outlines.
    IdError
        If an id of FINESS or a code of a commune comes twice.
    CrsError
        If a table has no CRS.

    Examples
    --------
    >>> point = gpd.points_from_xy([4.53], [45.12], crs="EPSG:4326")
    >>> communes = gpd.GeoDataFrame({"insee_code": ["07132"]}, geometry=point)
    >>> finess = gpd.GeoDataFrame({"finess": ["070000013"]}, geometry=point)
    >>> sites, codes = ["070000013", None, None], ["07132", "07132", None]
    >>> rpps = pd.DataFrame({"finess": sites, "insee_code": codes})
    >>> placed = ds.place_practitioners(rpps, finess=finess, communes=communes)
    >>> placed["placed_by"].tolist()
    ['finess', 'commune', 'none']
    """
    _refuse_lacking(rpps, "rpps", ("finess", "insee_code"))
    by_site = _points(finess, "finess", "finess").reindex(rpps["finess"]).to_numpy()
    by_commune = _points(communes, "communes", "insee_code").reindex(rpps["insee_code"]).to_numpy()
    has_site, has_commune = pd.notna(by_site), pd.notna(by_commune)
    how = np.where(has_site, "finess", np.where(has_commune, "commune", "none"))
    geometry = np.where(has_site, by_site, np.where(has_commune, by_commune, None))
    placed = gpd.GeoDataFrame(rpps.assign(placed_by=how), geometry=geometry, crs=LONLAT)
    counts = pd.Series(how).value_counts()
    placed.attrs = {
        **rpps.attrs,
        "placed": {name: int(counts.get(name, 0)) for name in ("finess", "commune", "none")},
    }
    return placed


def _points(table: Any, role: str, column: str) -> Any:
    """Positions by id, in degrees; those without one left out."""
    if not isinstance(table, gpd.GeoDataFrame):
        raise InputError(f"{role} is a GeoDataFrame of points, got a {type(table).__name__}")
    _refuse_lacking(table, role, (column,))
    if table.crs is None:
        raise CrsError(f"{role} has no CRS; say which it is with .set_crs()")
    there = table[~(table.geometry.isna() | table.geometry.is_empty)]
    strangers = there[there.geom_type != "Point"]
    if len(strangers):
        raise InputError(
            f"{role} holds no points in {some(strangers[column].tolist())}; "
            "take .representative_point() of the outlines first"
        )
    points = there.to_crs(LONLAT).set_index(column).geometry
    if not points.index.is_unique:
        raise IdError(f"{role} repeats {some(repeated(points.index), 'id')}")
    return points


def _refuse_lacking(table: Any, role: str, columns: tuple[str, ...]) -> None:
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{role} is a table, got a {type(table).__name__}")
    absent = [name for name in columns if name not in table.columns]
    if absent:
        found = ", ".join(map(repr, table.columns))
        raise InputError(f"{role} has no column {', '.join(absent)}; it has {found}")
