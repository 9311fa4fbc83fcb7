"""What has each commune, and what would it have?

One map, or two at one scale and with one legend. Classes are those of the field, the care of
the neighbours is shown, and so is who has no figure and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._lazy import gpd, np
from desserte.errors import CrsError, InputError
from desserte.plot import _ground, _key, _sheet, _words
from desserte.plot._classes import classes_of
from desserte.plot._communes import communes_of, figures_of
from desserte.plot._marks import Mark, care_marks, draw_marks, name_marks, site_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from desserte._frames import Places
    from desserte.network import RoadNetwork

__all__ = [
    "before_after",
    "below",
    "communes",
    "manifest_of",
    "refuse_no_bands",
    "title_of",
    "year_of",
]

_EDGE = "0.1"
"""Of care points: on colours, a dark one tells them from the ground."""


def communes(
    values: Any,
    communes: gpd.GeoDataFrame,
    *,
    measure: Literal["minutes", "apl", "share", "choices", "change"] = "minutes",
    classes: Sequence[float] | None = None,
    care: Places | None = None,
    sites: Places | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
    study: gpd.GeoDataFrame | Iterable[Any] | None = None,
    network: RoadNetwork | None = None,
    title: str | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Figure:
    """Draws a figure by commune: classes that never change, people counted, care points, sources.

    Parameters
    ----------
    values
        The figure of each commune: a Series by id (a commune without one is refused, give
        ``NaN``), an array in the order of the communes, or what :func:`desserte.nearest` gave,
        which knows why there is no time.
    communes
        Polygons, or points, in any CRS, with their ids as index. ``name`` and ``population`` are
        used where there are such columns: points are discs as large as their people.
    measure
        "minutes" (0-5-10-15-20-30-45 and more), "apl" (1.5, 2.5, 4, 6), "share" (a part from 0
        to 1, by fifths), "choices" (none, one, two or more) or "change" (minutes more or less).
    classes
        Other bounds between classes, rising.
    care
        Care points to mark, the neighbours' too, in any CRS: each ``kind`` has its symbol.
    sites
        Sites that would open: starred, and named where there is a ``name``.
    isochrones
        What :func:`desserte.isochrones` gave, drawn as lines.
    study
        Ids of the communes that are asked about: the map shows and counts them, the others are
        paler. All where None.
    network
        The roads to draw over the communes: all of them around points, the great ones over areas.
    title
        What stands above the map; what is measured where None.
    language
        "fr" or "en".

    Returns
    -------
    matplotlib.figure.Figure
        The map; ``figure.savefig("carte.png", dpi=150)`` keeps it. Dark is badly served. Extra ids
        of ``values`` are not drawn.

    Raises
    ------
    InputError
        If matplotlib is not installed, if the communes are of mixed kinds, or a value is none that
        the measure can have.
    IdError
        If a commune has no value, or the study names an unknown one.
    CrsError
        If a table has no CRS.

    Examples
    --------
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> villages = places[places["population"] > 0]
    >>> figure = ds.plot.communes([12.0] * len(villages), villages, title="Accès au médecin")
    >>> figure.axes[0].get_legend().get_texts()[2].get_text().splitlines()[0]
    '10 à 15\u202fmin'
    """
    check_choice("language", language, _words.LANGUAGES)
    ground, found = communes_of(communes, study), classes_of(measure, classes)
    figures = figures_of(values, ground, "values", measure)
    plane = _sheet.plane_of(ground.shapes[ground.studied])
    shapes = ground.shapes.to_crs(plane)
    sheet = _sheet.blank(_ground.bounds_of(shapes, ground), plane)
    ranks = found.ranks(figures.numbers)
    bands = refuse_no_bands(isochrones)
    _draw_ground(sheet, shapes, ground, _ground.fills_of(found, ranks, ground), network)
    limits = _draw_bands(sheet, bands)
    cares, starred = (
        care_marks(care, sheet, language, size=34, edge=_EDGE),
        site_marks(sites, sheet, language),
    )
    draw_marks(sheet, [*cares, *starred])
    sheet.axes.set(xlabel="", ylabel="")
    _sheet.scale_and_north(sheet.axes)
    key = _key.Key(found, ground, [ranks], [figures.statuses], language)
    _key.beside(sheet, key, limits, [*starred, *reversed(cares)])
    manifest = manifest_of(figures.attrs, network)
    above = title or title_of(measure, manifest, language)
    _sheet.head(sheet, above, below(ground, manifest, language))
    year = year_of(communes, language)
    _sheet.foot(sheet, _words.basis(manifest, language, year, isochrones=bands))
    _sheet.trim(sheet)
    name_marks(sheet, [*starred, *reversed(cares)])
    return sheet.figure


def before_after(
    before: Any,
    after: Any,
    communes: gpd.GeoDataFrame,
    *,
    measure: Literal["minutes", "apl", "share", "choices"] = "minutes",
    classes: Sequence[float] | None = None,
    care: Places | None = None,
    sites: Places | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
    study: gpd.GeoDataFrame | Iterable[Any] | None = None,
    network: RoadNetwork | None = None,
    title: str | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Figure:
    """Draws two maps at one scale: before, after, and the communes that change class outlined.

    Parameters
    ----------
    before, after
        One figure of each commune, in the two situations; see :func:`communes`.
    communes, measure, classes, care, study, network, title, language
        See :func:`communes`. The care points are on both maps.
    sites
        Sites that would open: on the second map.
    isochrones
        Of the second map, drawn as lines.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as the text of an upright A4 sheet. Below the maps, a line a class: communes and
        people before and after, and the difference.

    Raises
    ------
    InputError, IdError, CrsError
        As :func:`communes` does.

    Examples
    --------
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> villages = places[places["population"] > 0]
    >>> before = pd.Series(22.0, index=villages.index, name="minutes")
    >>> figure = ds.plot.before_after(before, before - 9, villages)
    >>> [axes.get_title(loc="left") for axes in figure.axes[:2]]
    ['Avant', 'Après']
    """
    check_choice("language", language, _words.LANGUAGES)
    if str(measure) == "change":
        raise InputError('measure="change" is of one map; draw it with ds.plot.communes')
    ground, found = communes_of(communes, study), classes_of(measure, classes)
    sides = [
        figures_of(values, ground, name, measure)
        for name, values in (("before", before), ("after", after))
    ]
    ranks = [found.ranks(side.numbers) for side in sides]
    plane = _sheet.plane_of(ground.shapes[ground.studied])
    shapes = ground.shapes.to_crs(plane)
    bands = refuse_no_bands(isochrones)
    lines = _key.lines_below(found, care, bands)
    pair = _sheet.pair(_ground.bounds_of(shapes, ground), plane, lines)
    marked: list[Mark] = []
    for sheet, rank, is_after in zip(pair, ranks, (False, True), strict=True):
        _draw_ground(sheet, shapes, ground, _ground.fills_of(found, rank, ground), network)
        if is_after:
            changed = np.flatnonzero((ranks[0] != ranks[1]) & ground.studied)
            _ground.outline(sheet, shapes, ground, changed)
        limits = _draw_bands(sheet, bands if is_after else None)
        cares = care_marks(care, sheet, language, size=19, edge=_EDGE)
        starred = site_marks(sites if is_after else None, sheet, language, size=150)
        draw_marks(sheet, [*cares, *starred])
        sheet.axes.set(xlabel="", ylabel="")
        _sheet.scale_and_north(sheet.axes, size=7.5)
        sheet.axes.set_title(_key.SIDES[language][is_after], loc="left", fontsize=10, pad=3)
        marked = [*starred, *reversed(cares)]
        name_marks(sheet, starred, size=7.5)
    key = _key.Key(found, ground, ranks, [side.statuses for side in sides], language)
    _key.below(pair, key, limits, marked)
    manifest = manifest_of({**sides[1].attrs, **sides[0].attrs}, network)
    above = title or title_of(measure, manifest, language)
    _sheet.pair_words(
        pair,
        above,
        below(ground, manifest, language),
        _words.basis(manifest, language, year_of(communes, language), isochrones=bands),
    )
    return pair[0].figure


def _draw_ground(
    sheet: _sheet.Sheet, shapes: Any, ground: Any, fills: Any, network: RoadNetwork | None
) -> None:
    _ground.draw(sheet, shapes, ground, fills)
    _ground.outline_study(sheet, shapes, ground)
    if network is not None:
        _sheet.draw_streets(sheet, network, lesser=ground.are_points)


def refuse_no_bands(isochrones: Any) -> gpd.GeoDataFrame | None:
    if isochrones is None:
        return None
    if not isinstance(isochrones, gpd.GeoDataFrame) or "minutes" not in isochrones.columns:
        kind = type(isochrones).__name__
        raise InputError(f"isochrones is a table as ds.isochrones gives it, got a {kind}")
    if isochrones.crs is None:
        raise CrsError("isochrones has no CRS; say which with isochrones.set_crs(...)")
    return isochrones


def _draw_bands(sheet: _sheet.Sheet, bands: gpd.GeoDataFrame | None) -> list[float]:
    """Draws the edge of every limit, and gives the limits, shortest first."""
    if bands is None:
        return []
    limits = sorted(set(bands["minutes"].tolist()))
    for rank, limit in enumerate(limits):
        edge = gpd.GeoSeries([bands.geometry[bands["minutes"] == limit].union_all()], crs=bands.crs)
        style = {
            "color": _key.BAND,
            "linewidth": 1.0,
            "linestyle": _key.dashes(rank),
            "zorder": 3.8,
        }
        line = edge.to_crs(sheet.plane).boundary
        line.plot(ax=sheet.axes, aspect=None, autolim=False, **style)
    return limits


def manifest_of(attrs: dict[str, Any], network: RoadNetwork | None) -> dict[str, Any] | None:
    """What the figures were made with, if they still know; else the network beside them."""
    known = attrs.get("manifest")
    return known if known is not None else getattr(network, "_manifest", None)


def title_of(measure: str, manifest: dict[str, Any] | None, language: str) -> str:
    words = {
        "minutes": {"fr": "Temps d'accès par commune", "en": "Travel time by commune"},
        "apl": {
            "fr": "Accessibilité potentielle localisée (APL) par commune",
            "en": "Local potential accessibility (APL) by commune",
        },
        "share": {
            "fr": "Part de la population couverte, par commune",
            "en": "Share of the people covered, by commune",
        },
        "choices": {"fr": "Fragilité de l'offre, par commune", "en": "Choices by commune"},
        "change": {
            "fr": "Évolution du temps d'accès, par commune",
            "en": "Change of travel time by commune",
        },
    }[measure][language]
    how = _words.traveller(manifest, language)
    return f"{words}, {how}" if how else words


def below(ground: Any, manifest: dict[str, Any] | None, language: str) -> str:
    """Who is on the map; and that it is none, if it is a sketch."""
    count = int(ground.studied.sum())
    many = "" if count == 1 else "s"
    said = f"{_words.amount(count, language)} commune{many}"
    if ground.people is not None:
        of_study = ground.people[ground.studied]
        people = _words.amount(round(float(np.nansum(of_study))), language)
        said += f", {people} {'habitants' if language == 'fr' else 'inhabitants'}"
        lost = int(np.isnan(of_study).sum())
        if lost:
            words = "sans population connue" if language == "fr" else "of unknown population"
            said += f" ({lost} {words})"
    if _words.is_sketch(manifest):
        lead = "CROQUIS, routes inventées" if language == "fr" else "SKETCH, invented roads"
        return f"{lead} – {said}."
    return f"{said}."


def year_of(table: Any, language: str) -> str:
    year = getattr(table, "attrs", {}).get("population_year")
    return "" if not year else f"population {'de' if language == 'fr' else 'of'} {year}"
