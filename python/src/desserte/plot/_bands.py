"""Which ground is within so many minutes, as a picture?

Bands from near to far over the streets that make them, with the place they are
measured from and the care points that lie there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._frames import LONLAT, Places, Points
from desserte._lazy import gpd, np, shapely
from desserte.errors import CrsError, InputError
from desserte.plot import _sheet, _words
from desserte.plot._marks import Mark, care_marks, draw_marks, name_marks, on_plane

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desserte.network import RoadNetwork

__all__ = ["isochrones"]


def isochrones(
    iso: gpd.GeoDataFrame,
    *,
    care: Places | None = None,
    network: RoadNetwork | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Figure:
    """Draws isochrones as a map to show: bands of minutes, streets, care points, scale, sources.

    Several origins share one map: the ground within a limit of any of them has its
    colour. Near is bright and far is dark, on a scale that everyone can tell apart.

    Parameters
    ----------
    iso
        What :func:`desserte.isochrones` gave, discs or rings, in any CRS.
    care
        Care points to mark, in any CRS: with a ``kind`` (of ``ds.KINDS``) each kind has its
        symbol, and a ``name`` is written where there is room.
    network
        The streets to draw behind, and the water that one does not walk across.
    language
        "fr" or "en".

    Returns
    -------
    matplotlib.figure.Figure
        The map; ``figure.savefig("carte.png", dpi=150)`` keeps it. Shapes are true: the map has
        its own equal-area plane.

    Raises
    ------
    InputError
        If matplotlib is not installed, if ``iso`` is not a table of isochrones, or if there is
        no ground in it to draw.
    CrsError
        If a table has no CRS.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> areas = ds.isochrones(network, [(13.1708, 53.5270)], minutes=[5, 10])
    >>> ds.plot.isochrones(areas, network=network).axes[0].get_title(loc="left")[:17]
    'Trajets depuis le'
    """
    check_choice("language", language, _words.LANGUAGES)
    _refuse_no_isochrones(iso)
    limits, bands = _bands(iso)
    plane = _sheet.plane_of(bands)
    bands = bands.to_crs(plane)
    sheet = _sheet.blank(bands.total_bounds, plane)
    colours = _sheet.band_colours(len(limits))
    # The largest first: what is within less lies on it, for discs and for rings.
    for area, colour in reversed(list(zip(bands, colours, strict=True))):
        style = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.8, "zorder": 1}
        gpd.GeoSeries([area]).plot(ax=sheet.axes, aspect=None, autolim=False, **style)
    sheet.axes.set(xlabel="", ylabel="")
    if network is not None:
        _sheet.draw_streets(sheet, network)
    marks = [*_origin_marks(iso, sheet, language), *care_marks(care, sheet, language)]
    draw_marks(sheet, marks)
    _sheet.scale_and_north(sheet.axes)
    _legend(
        sheet,
        limits,
        colours,
        has_water=network is not None and _sheet.has_shores(network),
        language=language,
    )
    manifest = iso.attrs.get("manifest") or getattr(network, "_manifest", None)
    _sheet.head(sheet, _title(iso, limits, manifest, language), _below(iso, network, language))
    _sheet.foot(sheet, _foot(iso, manifest, language))
    sheet.figure.draw_without_rendering()  # Settles where things are, so that names keep apart.
    name_marks(sheet, [*marks[:1], *reversed(marks[1:])])
    return sheet.figure


def _bands(iso: gpd.GeoDataFrame) -> tuple[list[float], gpd.GeoSeries]:
    """The limits, shortest first, and the ground of each, whatever the origin."""
    limits = sorted(set(iso["minutes"].tolist()))
    ground = [shapely.union_all(iso.geometry[iso["minutes"] == limit]) for limit in limits]
    bands = gpd.GeoSeries(ground, crs=iso.crs)
    if bands.is_empty.all():
        raise InputError(
            "there is no ground in these isochrones: no origin has a street near enough, or none "
            "that is walked to within the limits"
        )
    return limits, bands


def _origin_marks(iso: gpd.GeoDataFrame, sheet: _sheet.Sheet, language: str) -> list[Mark]:
    """The places that the minutes are measured from, if the result still knows."""
    positions = iso.attrs.get("origin_positions")
    if not positions:
        return []
    is_from = iso.attrs.get("direction", "from") == "from"
    words = ("départ", "arrivée") if language == "fr" else ("start", "destination")
    lon, lat = np.array(positions).T
    at = on_plane(Points(iso.index, lon, lat, LONLAT, None), sheet)
    names = _names(iso)
    known = names if names is not None and len(names) == len(at) else None
    # A circle around what may stand there: origins are often care points too.
    style = {"marker": "o", "color": "white", "edgecolors": "black", "s": 120}
    return [Mark(words[0] if is_from else words[1], style, at, known)]


def _legend(
    sheet: _sheet.Sheet, limits: list[float], colours: Any, *, has_water: bool, language: str
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    is_french = language == "fr"
    said = [_words.number(limit, language) for limit in limits]
    before = ["0", *said]
    to = "à" if is_french else "to"
    keys: list[Any] = [
        Patch(facecolor=colour, label=f"{low} {to} {high} min")
        for colour, low, high in zip(colours, before, said, strict=False)
    ]
    further = f"au-delà de {said[-1]} min" if is_french else f"beyond {said[-1]} min"
    keys.append(Patch(facecolor=_sheet.PAPER, edgecolor="0.7", label=further))
    if has_water:
        words = "rive, non franchie à pied" if is_french else "shore, not crossed on foot"
        keys.append(Line2D([], [], color=_sheet.WATER, linewidth=1.6, label=words))
    marks, _ = sheet.axes.get_legend_handles_labels()
    handles = [*keys, *marks[:1], *reversed(marks[1:])]
    _sheet.legend(sheet, "Temps de trajet" if is_french else "Travel time", handles)


def _names(iso: gpd.GeoDataFrame) -> list[Any] | None:
    """The name of each origin, in order."""
    if "origin_name" not in iso.columns or "origin" not in iso.columns:
        return None
    return list(iso.drop_duplicates("origin")["origin_name"])


def _title(iso: gpd.GeoDataFrame, limits: list[float], manifest: Any, language: str) -> str:
    """À moins de 10 et 20 minutes de Privas, en voiture."""
    is_french = language == "fr"
    minutes = _words.listed([_words.number(limit, language) for limit in limits], language)
    places = [name for name in _names(iso) or [] if isinstance(name, str)]
    count = len(iso) // max(len(limits), 1)
    if len(places) == 1 == count:
        whence = _words.of_place(places[0], language)
    elif count == 1 and "all" not in set(iso.get("origin", ())):
        whence = "du point marqué" if is_french else "of the place marked"
    else:
        whence = "d'un des lieux marqués" if is_french else "of any of the places marked"
    how = _words.traveller(manifest, language)
    lead = f"À {minutes} minutes au plus" if is_french else f"Within {minutes} minutes"
    return f"{lead} {whence}{', ' + how if how else ''}"


def _below(iso: gpd.GeoDataFrame, network: RoadNetwork | None, language: str) -> str:
    """Which way the trips go, and what becomes of the last metres."""
    is_french = language == "fr"
    is_from = iso.attrs.get("direction", "from") == "from"
    place = _place(iso, len(set(iso["minutes"])), language)
    if is_french:
        way = f"Trajets {'depuis' if is_from else 'vers'} {place}"
    else:
        way = f"Trips {'from' if is_from else 'to'} {place}"
    metres = iso.attrs.get("offroad_metres")
    if metres is None:
        return f"{way}."
    far = _words.number(metres, language)
    if is_french:
        walked = f"{far} m de marche au plus hors de la route"
        return f"{way}\u202f; {walked}, {_not_crossed(network, language)}."
    return f"{way}; at most {far} m on foot off the road, {_not_crossed(network, language)}."


def _not_crossed(network: RoadNetwork | None, language: str) -> str:
    """What one does not walk across, and that there is no water where the extract has none."""
    is_french = language == "fr"
    if network is None or _sheet.has_shores(network):
        if is_french:
            return "sans franchir d'eau ni d'autoroute"
        return "across no water and no motorway"
    if is_french:
        return "sans franchir d'autoroute\u202f; l'extrait ne contient aucun plan ni cours d'eau"
    return "across no motorway; the extract holds no water"


def _place(iso: gpd.GeoDataFrame, limits: int, language: str) -> str:
    """Le lieu marqué, les lieux marqués; étudié where the result does not know where it is."""
    positions = iso.attrs.get("origin_positions")
    is_merged = "all" in set(iso.get("origin", ()))
    count = len(positions or ()) or (2 if is_merged else len(iso) // max(limits, 1))
    if language == "fr":
        said = "marqué" if positions else "étudié"
        return f"le lieu {said}" if count == 1 else f"les lieux {said}s"
    return f"the place{'' if count == 1 else 's'} {'marked' if positions else 'asked about'}"


def _foot(iso: gpd.GeoDataFrame, manifest: Any, language: str) -> str:
    """Hypotheses, sources, and who is left out."""
    lines = []
    lost = len(iso.attrs.get("off_network", ()))
    if lost:
        lines.append(
            f"Hors réseau\u202f: {lost} lieu(x) sans route à proximité, non dessiné(s)."
            if language == "fr"
            else f"Off the network: {lost} place(s) without a street near by, not drawn."
        )
    return "\n".join([*lines, _words.basis(manifest, language, isochrones=iso)])


def _refuse_no_isochrones(iso: object) -> None:
    if isinstance(iso, gpd.GeoDataFrame) and {"site", "max_minutes"} <= set(iso.columns):
        raise InputError(
            "iso is a table of isochrones, and these are catchments, which have one limit and no "
            'bands: iso.plot(column="site", categorical=True, legend=True) of geopandas draws them'
        )
    if not isinstance(iso, gpd.GeoDataFrame) or "minutes" not in iso.columns:
        raise InputError(
            f"iso is a table of isochrones, as ds.isochrones gives it, got a {type(iso).__name__}"
            + (" without a column 'minutes'" if isinstance(iso, gpd.GeoDataFrame) else "")
        )
    if iso.crs is None:
        raise CrsError("iso has no CRS; say which with iso.set_crs(...)")
