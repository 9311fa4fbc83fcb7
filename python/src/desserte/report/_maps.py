"""How does it look: two maps at one scale, one to explore, and the curve?

Pictures are drawn by ``ds.plot`` and ``ds.explore``, and kept within the page. Each has words
that say what it shows to those who do not see it.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._lazy import gpd
from desserte.indicators import time_to_nearest
from desserte.report._communes import FACILITIES
from desserte.report._sentence import kinds_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desserte._lazy import pd
    from desserte.report._asked import Asked
    from desserte.report._communes import Served
    from desserte.report._say import Say

__all__ = ["Maps", "Picture", "maps"]

_DOTS_PER_INCH = 130


class Picture(NamedTuple):
    """A picture within the page, and what it shows in words."""

    source: str
    words: str
    width: int
    height: int


class Maps(NamedTuple):
    """The pictures of the page."""

    still: Picture
    note: str
    """What the maps leave out."""
    living: str
    """The map to explore, as HTML."""
    curve: Picture | None


def maps(asked: Asked, served: Served, say: Say) -> Maps:
    """Draws them all."""
    from desserte import plot
    from desserte.interactive import explore

    about: dict[str, Any] = {
        "care": _care(asked, say),
        "sites": _sites(asked, served),
        "isochrones": asked.isochrones,
        "network": asked.network,
        "language": asked.language,
    }
    ground, sides, study = _ground(asked, served)
    if len(sides) == 1:
        figure = plot.communes(sides[0], ground, study=study, **about)
        words = say("alt_map", **_counted(asked, served, say))
    else:
        figure = plot.before_after(sides[0], sides[1], ground, study=study, **about)
        words = say("alt_maps", **_counted(asked, served, say))
    own = [side.reindex(served.table.index) for side in sides]
    living = explore(
        served.table,
        values=own[0],
        after=own[1] if len(own) > 1 else None,
        title=say("explore_title"),
        **about,
    )
    curve = None
    if asked.frontier is not None:
        language: Any = asked.language
        curve = _picture(plot.frontier(asked.frontier, language=language), say("alt_curve"))
    closed = len(asked.closed)
    note = say("maps_closed", count=closed) if closed and asked.care is not None else ""
    return Maps(_picture(figure, words), note, living.fragment, curve)


def _ground(
    asked: Asked, served: Served
) -> tuple[gpd.GeoDataFrame, list[pd.Series], list[Any] | None]:
    """The communes to draw, those around the study too; their minutes; and the study."""
    times = [asked.before] if asked.after is None else [asked.before, asked.after]
    if asked.is_communes:
        ids = asked.communes.index.intersection(asked.before.origins, sort=False)
        ground = asked.communes.loc[ids]
        sides = [time_to_nearest(one).astype("float64").reindex(ids) for one in times]
        study: list[Any] | None = asked.study
    else:
        ground, study = served.table, None
        sides = [ground[side] for side in ("before", "after")[: len(times)]]
    if asked.population_year:
        ground = ground.copy()
        ground.attrs = {**ground.attrs, "population_year": asked.population_year}
    for side, one in zip(sides, times, strict=True):
        side.attrs = dict(one.attrs)
    return ground, sides, study


def _counted(asked: Asked, served: Served, say: Say) -> dict[str, str]:
    sides = {
        f"count_{side}": say.people(int(served.is_far(side).sum())) for side in ("before", "after")
    }
    return {**sides, "far": say.number(asked.far)}


def _care(asked: Asked, say: Say) -> gpd.GeoDataFrame | None:
    """The care of the kinds that one travels to, that of persons without their names."""
    care = asked.care
    if care is None:
        return None
    kinds = kinds_of(asked)
    shown = care[care["kind"].isin(kinds)] if kinds else care
    # One legend serves both maps: what closes is left out of both, and that is said.
    shown = shown[~shown.index.isin(asked.closed)]
    if shown.empty:
        return None
    words = say.words["kind_names"]
    own = shown["name"] if "name" in shown.columns else [None] * len(shown)
    names = [
        name if kind in FACILITIES and isinstance(name, str) else words.get(kind, words["other"])
        for kind, name in zip(shown["kind"], own, strict=True)
    ]
    return shown.assign(name=names)


def _sites(asked: Asked, served: Served) -> gpd.GeoDataFrame | None:
    """The sites that open, by the name of their commune."""
    if not asked.opened:
        return None
    spots = asked.now.snaps.destinations.loc[asked.opened]
    spots = spots[spots.geometry.notna()]
    names = [str(served.names.get(one, one)) for one in spots.index]
    return gpd.GeoDataFrame(
        {"name": names}, geometry=spots.geometry.array, index=spots.index, crs=spots.crs
    )


def _picture(figure: Figure, words: str) -> Picture:
    """A figure as a PNG within the page, the same bytes every time."""
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    width, height = (round(inches * _DOTS_PER_INCH) for inches in figure.get_size_inches())
    coded = base64.b64encode(held.getvalue()).decode("ascii")
    return Picture(f"data:image/png;base64,{coded}", words, width, height)
