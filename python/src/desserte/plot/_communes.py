"""Which communes, which figure of each, and why has one none?

Communes are polygons or points, with their ids as index; figures are put beside them by id,
never by position. What a picture and a page need of them is checked here, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import _geometry, repeated
from desserte._lazy import gpd, np, pd
from desserte.errors import IdError, InputError
from desserte.plot._classes import refuse_strange
from desserte.times import positions

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Communes", "Figures", "communes_of", "figures_of", "why_not"]

_AREAS, _POINTS = frozenset({"Polygon", "MultiPolygon"}), frozenset({"Point"})

_WHY_NOT = {
    "beyond_cutoff": {"fr": "trop loin", "en": "too far"},
    "origin_off_network": {"fr": "hors réseau", "en": "off the network"},
    "destination_off_network": {"fr": "hors réseau", "en": "off the network"},
    "off_network": {"fr": "hors réseau", "en": "off the network"},
    "no_path": {"fr": "sans route", "en": "no road"},
    "": {"fr": "pas de donnée", "en": "no data"},
}


@dataclass(frozen=True)
class Communes:
    """Communes, checked: ids, outlines or points, names, people, and which are studied.

    ``people`` is ``NaN`` where nobody knows; None where nobody knows it of any.
    """

    ids: pd.Index
    shapes: gpd.GeoSeries
    are_points: bool
    names: list[str]
    people: npt.NDArray[np.float64] | None
    studied: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Figures:
    """A figure a commune, in their order; and where known, why there is none and where one goes."""

    numbers: npt.NDArray[np.float64]
    statuses: list[str]
    nearest: list[str]
    attrs: dict[str, Any]
    extra: int = 0


def communes_of(communes: Any, study: Any = None) -> Communes:
    """Checks communes and takes them apart."""
    if not isinstance(communes, gpd.GeoDataFrame):
        kind = type(communes).__name__
        raise InputError(f"communes is a GeoDataFrame of polygons or points, got a {kind}")
    shapes = _geometry(communes, "communes")
    kinds = set(shapes.geom_type)
    if not (kinds <= _AREAS or kinds <= _POINTS):
        raise InputError(
            f"communes holds {', '.join(sorted(kinds))}; give polygons alone, or points alone"
        )
    ids = communes.index
    if isinstance(ids, pd.MultiIndex) or ids.hasnans:
        raise IdError("communes has rows without an id; give it one column of codes as index")
    if not ids.is_unique:
        raise IdError(f"communes repeats {some(repeated(ids), 'id')}")
    studied = np.ones(len(ids), dtype=bool)
    if study is not None:
        wanted = study.index if isinstance(study, pd.DataFrame) else study
        studied = np.zeros(len(ids), dtype=bool)
        studied[positions(ids, wanted, "study commune")] = True
    names = [_name(value, code) for value, code in zip(_column(communes), ids, strict=True)]
    return Communes(ids, shapes, kinds <= _POINTS, names, _people(communes), studied)


def figures_of(values: Any, communes: Communes, name: str, measure: str) -> Figures:
    """The figure of each commune, from a Series by id, an array, or what ``nearest`` gave."""
    attrs = dict(getattr(values, "attrs", {}))
    if isinstance(values, pd.DataFrame):
        return _of_nearest(values, communes, name, attrs, measure)
    found = _numbers(_by_id(values, communes, name), communes, name)
    refuse_strange(found, communes.ids, name, measure)
    nothing = [""] * len(found)
    return Figures(found, nothing, nothing, attrs, _extra(values, communes))


def why_not(status: str, language: str) -> str:
    """What is said in place of a figure."""
    return _WHY_NOT.get(status, _WHY_NOT[""])[language]


def _of_nearest(
    table: pd.DataFrame, communes: Communes, name: str, attrs: dict[str, Any], measure: str
) -> Figures:
    """The first rank of each origin: minutes, status, and the name of the destination."""
    if measure != "minutes" or not {"origin", "minutes", "status"} <= set(table.columns):
        raise InputError(
            f'{name} is a Series by id, or with measure="minutes" what ds.nearest gives; got a '
            f"DataFrame, pick a column of it"
        )
    rows = table[table["rank"] == 1] if "rank" in table else table
    by_id = _by_id(rows.set_index("origin"), communes, name)
    found = _numbers(by_id["minutes"], communes, name)
    refuse_strange(found, communes.ids, name, measure)
    column = "destination_name" if "destination_name" in by_id else "destination"
    nearest = by_id[column] if column in by_id else [None] * len(by_id)
    return Figures(
        found,
        ["" if status == "ok" else str(status) for status in by_id["status"]],
        ["" if pd.isna(place) else str(place) for place in nearest],
        attrs,
        len(rows) - len(by_id),
    )


def _extra(values: Any, communes: Communes) -> int:
    """How many ids there are of no commune."""
    return len(values) - len(communes.ids) if isinstance(values, pd.Series) else 0


def _by_id(values: Any, communes: Communes, name: str) -> Any:
    if not isinstance(values, pd.Series | pd.DataFrame):
        return values
    if not values.index.is_unique:
        raise IdError(f"{name} repeats {some(repeated(values.index), 'commune')}")
    found = values.index.get_indexer(communes.ids)
    if (found < 0).any():
        missing = communes.ids[found < 0].tolist()
        hint = "; give NaN where nothing is known"
        if (found < 0).all():
            hint = "; both are by the same ids, as in communes.set_index('insee_code')"
        raise IdError(f"{name} lacks {some(missing, 'commune')}{hint}")
    return values.iloc[found]


def _numbers(values: Any, communes: Communes, name: str) -> npt.NDArray[np.float64]:
    if isinstance(values, pd.Series):
        numbers = pd.to_numeric(values, errors="coerce")
        strange = numbers.isna() & values.notna()
        if strange.any():
            raise InputError(
                f"{name} is no number in {some(values.index[strange].tolist(), 'commune')}"
            )
        return np.asarray(numbers.to_numpy("float64", na_value=np.nan))
    try:
        found = np.asarray(values, dtype="float64")
    except (TypeError, ValueError):
        found = np.empty(())
    if found.shape != (len(communes.ids),):
        raise InputError(
            f"{name} is a Series by id, or an array of {len(communes.ids)} numbers, one a "
            f"commune; got a {type(values).__name__}"
            + (f" of shape {found.shape}" if found.ndim else "")
        )
    return found


def _column(communes: gpd.GeoDataFrame) -> Any:
    for name in ("name", "nom"):
        if name in communes.columns:
            return communes[name]
    return [None] * len(communes)


def _name(value: Any, code: Any) -> str:
    return str(code) if not isinstance(value, str) or not value else value


def _people(communes: gpd.GeoDataFrame) -> npt.NDArray[np.float64] | None:
    if "population" not in communes.columns:
        return None
    numbers = pd.to_numeric(communes["population"], errors="coerce")
    people = numbers.to_numpy("float64", na_value=np.nan)
    known = np.isfinite(people) & (people >= 0)
    return np.where(known, people, np.nan) if known.any() else None
