"""What would one site more give, wherever it opened, and how many are worth it, as pictures?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice
from desserte._frames import LONLAT, Places, unpack
from desserte._lazy import gpd, np, pd
from desserte._whom import aside, group
from desserte.errors import InputError
from desserte.plot import _sheet, _words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from desserte.network import RoadNetwork

__all__ = ["frontier", "siting_surface"]

_CLASSES = 5
_LETTERS = 118
"""In a line under the curve."""
_BEST = 3
_UNITS = {
    "people": {"fr": "habitants", "en": "people"},
    "minutes": {"fr": "minutes", "en": "minutes"},
    "sites": {"fr": "sites", "en": "sites"},
}


def siting_surface(
    surface: gpd.GeoDataFrame,
    *,
    column: Literal["new_people", "person_minutes_saved"] = "new_people",
    existing: Places | None = None,
    network: RoadNetwork | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Figure:
    """Draws what one site more would give at every junction; the three best are ringed.

    Parameters
    ----------
    surface
        What :func:`desserte.siting_surface` gave, as points.
    column
        What to colour by: people newly covered, or person-minutes saved.
    existing
        The sites that are there, to mark, in any CRS.
    network
        The streets to draw behind.
    language
        "fr" or "en".

    Returns
    -------
    matplotlib.figure.Figure
        The map; ``figure.savefig("carte.png", dpi=150)`` keeps it. Five classes of equally many
        junctions, among those that give anything; the others are not drawn.

    Raises
    ------
    InputError
        If matplotlib is not installed, if ``surface`` is no siting surface as points, or if no
        junction gives anything.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> inhabited = places[places["population"] > 0]
    >>> ground = ds.siting_surface(network, demand=inhabited, minutes=10, progress=False)
    >>> ds.plot.siting_surface(ground, network=network).get_suptitle()
    'Si un site ouvrait là\u202f: habitants de plus à 10 minutes au plus'
    """
    check_choice("language", language, _words.LANGUAGES)
    check_choice("column", column, ("new_people", "person_minutes_saved"))
    gives = _giving(surface, column)
    plane = _sheet.plane_of(gives.geometry)
    on_plane = gives.to_crs(plane)
    sheet = _sheet.blank(on_plane.total_bounds, plane)
    if network is not None:
        _sheet.draw_streets(sheet, network)
    _draw_classes(sheet, on_plane, column, language)
    _ring_the_best(sheet, on_plane, column, language)
    _mark_existing(sheet, existing, language)
    _sheet.scale_and_north(sheet.axes)
    whom = aside(surface.attrs.get("population"), language)
    # On a line of its own: the legend is narrow.
    title = _UNIT_OF_CLASS[column][language] + whom.replace(" ", "\n", 1)
    _sheet.legend(sheet, title)
    manifest = surface.attrs.get("manifest")
    _sheet.head(sheet, *_said(surface, column, language))
    _sheet.foot(sheet, _words.basis(manifest, language))
    return sheet.figure


def frontier(table: pd.DataFrame, *, language: Literal["fr", "en"] = "fr") -> Figure:
    """Draws what the first, the second, the n-th site brings: where the curve flattens.

    Parameters
    ----------
    table
        What :func:`desserte.frontier` gave.
    language
        "fr" or "en".

    Returns
    -------
    matplotlib.figure.Figure
        The figure of each number of sites, the existing ones alone at 0 where they have one,
        with what each adds; a thin line is what no other choice passes, where it is not proven
        that none is better. Below stands what the times rest on, where they are of a network.

    Raises
    ------
    InputError
        If matplotlib is not installed, or ``table`` is no frontier.

    Examples
    --------
    >>> times = [[5, 40, 30], [40, 9, 30], [40, 14, 8]]
    >>> table = ds.frontier(
    ...     times, goal="max_coverage", up_to=2, demand=[100, 300, 200], minutes=15
    ... )
    >>> ds.plot.frontier(table).axes[0].get_xlabel()
    'Nouveaux sites'
    """
    check_choice("language", language, _words.LANGUAGES)
    _refuse_no_frontier(table)
    _sheet.refuse_no_matplotlib()
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    is_french = language == "fr"
    figure = Figure(figsize=(7.0, 4.4), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    before = table.attrs.get("value_before")
    start = [] if before is None or not np.isfinite(before) else [(0.0, float(before))]
    points = [*start, *zip(table["new_sites"], table["objective"], strict=True)]
    x, y = np.array(points, dtype=float).T
    axes.plot(x, y, color="#0072b2", marker="o", linewidth=2, zorder=3)
    if (table["gap"] > 0).any():
        words = "aucun autre choix ne fait mieux" if is_french else "no other choice is better"
        style: dict[str, Any] = {"color": "0.5", "linewidth": 1, "linestyle": "--", "label": words}
        axes.plot(table["new_sites"], table["bound"], **style)
        axes.legend(frameon=False, fontsize=9)
    for number, value, gain in zip(
        table["new_sites"], table["objective"], table["gain"], strict=True
    ):
        if np.isfinite(gain):
            rises = table.attrs.get("objective_unit") == "people"
            text = f"{'+' if rises else '−'}{_words.amount(abs(gain), language)}"
            # Beside the curve, on its outer side.
            spot: dict[str, Any] = {
                "xytext": (6, -12 if rises else 6),
                "textcoords": "offset points",
            }
            axes.annotate(text, (number, value), fontsize=9, color="0.25", **spot)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: _words.amount(value, language))
    axes.set_xlabel("Nouveaux sites" if is_french else "New sites")
    axes.set_ylabel(_measure(table, language))
    axes.set_title(
        "Ce que chaque site fait gagner" if is_french else "What each site brings",
        loc="left",
        fontweight="bold",
    )
    axes.grid(axis="y", color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.08, y=0.12)
    if manifest := table.attrs.get("manifest"):
        _sheet.foot_of(figure, _words.basis(manifest, language), letters=_LETTERS)
    return figure


_UNIT_OF_CLASS = {
    "new_people": {"fr": "Habitants de plus", "en": "More people"},
    "person_minutes_saved": {"fr": "Minutes-habitants épargnées", "en": "Person-minutes saved"},
}


def _giving(surface: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
    """The junctions that give anything, the least first."""
    if not isinstance(surface, gpd.GeoDataFrame) or column not in surface.columns:
        raise InputError(
            f"surface is what ds.siting_surface gives as points, with a column {column!r}, got a "
            f"{type(surface).__name__}"
        )
    gives = surface[surface[column] > 0].sort_values(column, kind="stable")
    if gives.empty:
        raise InputError(
            f"no junction has {column} above 0: all are covered, or nobody can be; "
            "ask with other minutes, or with fewer existing sites"
        )
    return gives


def _draw_classes(sheet: _sheet.Sheet, gives: gpd.GeoDataFrame, column: str, language: str) -> None:
    """The junctions by class, those that give most on top."""
    values = gives[column].to_numpy(dtype=float)
    bounds = np.unique(np.quantile(values, np.linspace(0, 1, _CLASSES + 1)))
    # Far is dark on maps of minutes, much is dark here.
    colours = _sheet.band_colours(max(len(bounds) - 1, 1))
    to = "à" if language == "fr" else "to"
    ranks = np.clip(np.searchsorted(bounds, values, side="right") - 1, 0, len(colours) - 1)
    for rank, colour in enumerate(colours):
        chosen = gives[ranks == rank]
        low, high = bounds[rank], bounds[min(rank + 1, len(bounds) - 1)]
        label = f"{_words.amount(low, language)} {to} {_words.amount(high, language)}"
        style: dict[str, Any] = {
            "s": 12,
            "color": colour,
            "linewidths": 0,
            "zorder": 4 + rank / 100,
        }
        sheet.axes.scatter(chosen.geometry.x, chosen.geometry.y, label=label, **style)


def _ring_the_best(
    sheet: _sheet.Sheet, gives: gpd.GeoDataFrame, column: str, language: str
) -> None:
    """Rings the junctions that give most."""
    best = gives.tail(_BEST)
    most = _words.amount(float(best[column].iloc[-1]), language)
    label = (
        f"les {len(best)} meilleurs, {most} au plus"
        if language == "fr"
        else f"the best {len(best)}, {most} at most"
    )
    style: dict[str, Any] = {
        "s": 110,
        "facecolors": "none",
        "edgecolors": "#d55e00",
        "linewidths": 1.8,
    }
    sheet.axes.scatter(best.geometry.x, best.geometry.y, label=label, zorder=6, **style)


def _mark_existing(sheet: _sheet.Sheet, existing: Places | None, language: str) -> None:
    if existing is None:
        return
    points = unpack(existing, "existing", unique=False)
    at = gpd.points_from_xy(points.lon, points.lat, crs=LONLAT).to_crs(sheet.plane)
    (west, east), (south, north) = sheet.axes.get_xlim(), sheet.axes.get_ylim()
    seen = (at.x > west) & (at.x < east) & (at.y > south) & (at.y < north)
    words = "site existant" if language == "fr" else "existing site"
    style: dict[str, Any] = {
        "marker": "s",
        "s": 40,
        "color": "black",
        "edgecolors": "white",
        "linewidths": 0.9,
    }
    label = f"{words} ({int(seen.sum())})"
    sheet.axes.scatter(at.x[seen], at.y[seen], label=label, zorder=5, **style)


def _said(surface: gpd.GeoDataFrame, column: str, language: str) -> tuple[str, str]:
    """The title, and the line under it."""
    minutes = _words.number(surface.attrs.get("minutes", float("nan")), language)
    whom = aside(surface.attrs.get("population"), language)
    count = surface.attrs.get("existing") or 0
    if language == "fr":
        gain = (
            f"habitants de plus{whom} à {minutes} minutes au plus"
            if column == "new_people"
            else f"minutes-habitants épargnées{whom}"
        )
        known = (
            "sans site existant" if not count else f"sites existants pris en compte\u202f: {count}"
        )
        return f"Si un site ouvrait là\u202f: {gain}", f"Un point par carrefour\u202f; {known}."
    gain = (
        f"more people{whom} within {minutes} minutes"
        if column == "new_people"
        else f"person-minutes saved{whom}"
    )
    known = "no existing site" if not count else f"existing sites considered: {count}"
    return f"If a site opened there: {gain}", f"A dot a junction; {known}."


def _measure(table: pd.DataFrame, language: str) -> str:
    """What the height of the curve is."""
    goal, minutes = table.attrs.get("goal"), table.attrs.get("minutes")
    unit = table.attrs.get("objective_unit", "")
    words = _UNITS.get(unit, {}).get(language, str(unit))
    if unit == "people" and minutes is not None:
        who = group(table.attrs.get("population"), language)
        said = _words.number(minutes, language)
        near = f"à {said} min au plus" if language == "fr" else f"within {said} min"
        twice = {"fr": ", de deux sites", "en": ", of two sites"}[language]
        return f"{who} {near}{twice if goal == 'backup_coverage' else ''}"
    means = {
        ("min_mean_time", "fr"): "minutes en moyenne",
        ("min_mean_time", "en"): "minutes on average",
        ("min_worst_time", "fr"): "minutes du plus long trajet",
        ("min_worst_time", "en"): "minutes of the longest trip",
    }
    return means.get((str(goal), language), words)


def _refuse_no_frontier(table: object) -> None:
    wanted = {"new_sites", "objective", "gain", "bound", "gap"}
    if not isinstance(table, pd.DataFrame) or not wanted <= set(table.columns):
        raise InputError(f"table is what ds.frontier gives, got a {type(table).__name__}")
