"""Which places and care points does the map itself know?

``@places`` are all settlements of the extract, ``@villages`` its villages and hamlets,
``@communes`` those with a code of INSEE and, where the map knows any, a population, ``@care``
its care points, ``@care:gp,pharmacy`` those of some kinds.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from desserte._checks import SHOWN, some
from desserte.command._say import remark
from desserte.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from desserte._lazy import gpd

__all__ = ["KEYWORDS", "from_extract", "of_kinds"]

KEYWORDS = ("@places", "@villages", "@communes", "@care")
_VILLAGES = ("village", "hamlet")


def from_extract(
    text: str, role: str, extracts: Sequence[Path], *, quiet: bool
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """The points that a keyword stands for, and where they come from."""
    word, _, detail = text.partition(":")
    _refuse_unknown(word, detail, text)
    if not extracts:
        raise InputError(
            f"{text} is read from the extract, which a saved network does not hold; "
            "name it with --extract ardeche.osm.pbf"
        )
    from desserte.command._network import bar
    from desserte.places import read_care, read_places

    if word == "@care":
        table = _of_kinds(read_care(extracts, progress=bar(quiet=quiet)), detail, extracts)
    else:
        table = _settlements(read_places(extracts, progress=bar(quiet=quiet)), word, quiet=quiet)
    names = ", ".join(path.name for path in extracts)
    if len(table) == 0:
        raise InputError(f"{names} has nothing for {role} {text}; give a file of points")
    return table, {"file": names, "what": text}


def _refuse_unknown(word: str, detail: str, text: str) -> None:
    if word not in KEYWORDS or (detail and word != "@care"):
        near = difflib.get_close_matches(word, KEYWORDS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise InputError(f"{text!r} is none of {', '.join(KEYWORDS)}, @care:gp,pharmacy{hint}")


def _of_kinds(care: gpd.GeoDataFrame, detail: str, extracts: Sequence[Path]) -> gpd.GeoDataFrame:
    from desserte.places import KINDS

    names = ", ".join(path.name for path in extracts)
    if len(care) == 0:
        raise InputError(
            f"{names} has no care point at all; give a file of them, FINESS for instance"
        )
    wanted = [kind.strip() for kind in detail.split(",") if kind.strip()]
    unknown = [kind for kind in wanted if kind not in KINDS]
    if unknown:
        raise InputError(f"@care: does not know {some(unknown, 'kind')}; there are {_all_kinds()}")
    return of_kinds(care, wanted, names)


def of_kinds(care: gpd.GeoDataFrame, wanted: Sequence[str], names: str) -> gpd.GeoDataFrame:
    """The care points of some kinds; all of them where none is named."""
    kept = care[care["kind"].isin(wanted)] if wanted else care
    if len(kept) == 0:
        found = ", ".join(f"{kind} ({n})" for kind, n in care["kind"].value_counts().items())
        raise InputError(f"{names} has no care point of {', '.join(wanted)}; it has {found}")
    return kept


def _all_kinds() -> str:
    from desserte.places import KINDS

    return ", ".join(KINDS)


def _settlements(places: gpd.GeoDataFrame, word: str, *, quiet: bool) -> gpd.GeoDataFrame:
    if word == "@villages":
        from desserte.demo import _once

        return _once(places[places["place"].isin(_VILLAGES)])
    if word == "@places":
        return places
    communes = places[places["insee_code"].notna()]
    # A commune is drawn as a point and as an outline at times; the point comes first.
    communes = communes.drop_duplicates("insee_code")
    communes = communes.set_index(communes["insee_code"].to_numpy())
    return _populated(communes, quiet=quiet)


def _populated(communes: gpd.GeoDataFrame, *, quiet: bool) -> gpd.GeoDataFrame:
    """Those whose inhabitants are known; all of them where nobody's are.

    A commune that has become part of another keeps its code on the map, and has no people.
    """
    is_known = communes["population"].notna()
    if is_known.all() or not is_known.any():
        return communes
    names = communes.loc[~is_known, "name"].fillna("sans nom").tolist()
    shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    remark(f"@communes laisse de côté {len(names)} sans population\u202f: {shown}", quiet=quiet)
    return communes[is_known]
