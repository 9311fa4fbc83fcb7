"""How well is each commune served, on a map that one moves, and that needs no network?

A page with everything in it: the streets are the background, communes have their classes, a
switch shows before and after. It opens from a file, in a notebook, and as a part of a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._whole import file_to_write, whole_file
from desserte.errors import InputError
from desserte.interactive import _page, _payload, _told
from desserte.plot._choropleth import refuse_no_bands
from desserte.plot._classes import classes_of
from desserte.plot._communes import communes_of, figures_of
from desserte.plot._words import LANGUAGES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from desserte._frames import Places
    from desserte._lazy import gpd
    from desserte.network import RoadNetwork

__all__ = ["InteractiveMap", "explore"]

_HEIGHT = 760
"""Of the map in a notebook, in pixels."""


@dataclass(frozen=True, eq=False, repr=False)
class InteractiveMap:
    """A map that one moves, and all that it needs. Made by :func:`explore`.

    Attributes
    ----------
    fragment
        A part of a page: one ``<div>`` with its style, data and script. A page holds several.
    html
        A whole page, which opens without any network.
    title
        What stands above it.
    attrs
        ``bytes`` of the page, ``communes`` (how many), ``extra_ids`` of ``values`` and ``after``,
        ``care_left_out`` (care points beyond the map), and ``streets_left_out``: the sorts of
        streets ("middle", "lesser", "least") that would have weighed too much.
    """

    fragment: str
    html: str
    title: str
    attrs: dict[str, Any]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the page, whole or not at all.

        Parameters
        ----------
        path
            A file; its name ends in ".html".

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InputError
            If the name is none of such a file.
        FileNotFoundError
            If its folder does not exist.
        OSError
            If it cannot be written; what bore the name is unchanged.
        """
        target = file_to_write("path", path, ".html")
        with whole_file(target) as part:
            part.write_text(self.html, encoding="utf-8")
        return target

    def __repr__(self) -> str:
        """The title, the communes and the weight, on one line."""
        weight = f"{self.attrs['bytes'] / 1e6:.1f} MB"
        count = self.attrs["communes"]
        many = "" if count == 1 else "s"
        return f"InteractiveMap({self.title!r}, {count} commune{many}, {weight})"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that nothing of a notebook touches it."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" width="100%" '
            f'height="{_HEIGHT}" style="border:0" loading="lazy"></iframe>'
        )


def explore(
    communes: gpd.GeoDataFrame | None = None,
    *,
    values: Any = None,
    after: Any = None,
    measure: Literal["minutes", "apl", "share", "choices", "change"] = "minutes",
    classes: Sequence[float] | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
    care: Places | None = None,
    sites: Places | None = None,
    study: gpd.GeoDataFrame | Iterable[Any] | None = None,
    network: RoadNetwork | None = None,
    title: str | None = None,
    language: Literal["fr", "en"] = "fr",
) -> InteractiveMap:
    """Makes a map to move about on: a commune says its figures, a switch shows before and after.

    Everything is in the page: it opens in Jupyter and from a file without any network, and asks
    for nothing. The streets of the network are the background.

    Parameters
    ----------
    communes
        Polygons, or points, in any CRS, with their ids as index. ``name`` and ``population`` are
        used where there are such columns.
    values, after
        The figure of each commune, and what it would be: as :func:`desserte.plot.communes` takes
        them. What :func:`desserte.nearest` gave also says which care is the nearest.
    measure, classes, isochrones, care, sites, study, title, language
        See :func:`desserte.plot.communes`. With ``after``, isochrones are shown there, and
        new sites are hollow before.
    network
        The streets. The small ones are left out where they are too many for a page; its
        credits, and ``attrs``, say so.

    Returns
    -------
    InteractiveMap
        Shown by a notebook as it is; ``.save("carte.html")`` keeps it.

    Raises
    ------
    InputError
        If jinja2 is not installed, if there is nothing to show, or values without communes.
    IdError, CrsError
        As :func:`desserte.plot.communes` does.

    Examples
    --------
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> villages = places[places["population"] > 0]
    >>> ds.explore(villages, values=[12.0] * len(villages), title="Accès au médecin")
    InteractiveMap('Accès au médecin', 15 communes, 0.2 MB)
    """
    check_choice("language", language, LANGUAGES)
    _page.refuse_no_jinja()
    _refuse_nothing(communes, values, after, (isochrones, care, sites, network))
    ground = None if communes is None else communes_of(communes, study)
    found = classes_of(measure, classes)
    sides = [
        figures_of(given, ground, name, measure)
        for name, given in (("values", values), ("after", after))
        if ground is not None and given is not None
    ]
    asked = _payload.Asked(
        communes=ground,
        classes=found,
        sides=sides,
        isochrones=refuse_no_bands(isochrones),
        care=care,
        sites=sites,
        network=network,
        title=title or "",
        language=language,
    )
    return _made(asked, communes)


def _made(asked: _payload.Asked, communes: Any) -> InteractiveMap:
    told = _told.told_of(asked, communes)
    data, left_out = _payload.data_of(asked, told["words"])
    if left_out:
        told["credits"].append(_told.left_out(left_out, asked.language))
    told |= {"layers": _payload.layers_of(data, asked), "language": asked.language}
    part = _page.fragment(data, **told, heading="h2")
    html = _page.page(_page.fragment(data, **told, heading="h1"), told["title"], asked.language)
    count = 0 if asked.communes is None else len(asked.communes.ids)
    about = {
        "bytes": len(html.encode()),
        "communes": count,
        "extra_ids": {
            name: side.extra for name, side in zip(("values", "after"), asked.sides, strict=False)
        },
        "care_left_out": _payload.care_left_out(data, asked),
        "streets_left_out": left_out,
    }
    return InteractiveMap(fragment=part, html=html, title=told["title"], attrs=about)


def _refuse_nothing(communes: Any, values: Any, after: Any, others: tuple[Any, ...]) -> None:
    if communes is None and (values is not None or after is not None):
        raise InputError("values are of communes; give these first, as ds.explore(communes, ...)")
    if after is not None and values is None:
        raise InputError("after is beside values, which are missing; give the figures before too")
    if communes is None and all(other is None for other in others):
        raise InputError(
            "there is nothing to show; give communes, isochrones, care, sites or a network"
        )
