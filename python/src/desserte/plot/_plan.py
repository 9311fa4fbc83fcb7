"""Where does a plan open, and who goes where?

The communes of each new site have its colour and a line to it; those that keep the site they
have are quiet, and those that stay beyond the limit are hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from desserte._checks import check_choice, some
from desserte._frames import unpack
from desserte._lazy import gpd, np, pd
from desserte.errors import IdError, InputError
from desserte.plot import _ground, _sheet, _words
from desserte.plot._classes import NO_DATA
from desserte.plot._communes import communes_of
from desserte.plot._marks import Mark, draw_marks, is_seen, name_marks, on_plane

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

    from desserte.network import RoadNetwork
    from desserte.plot._communes import Communes
    from desserte.siting import Plan

__all__ = ["sites"]

_HUES = (
    ("#f5c66b", "#a86400"),
    ("#9fd3f2", "#0b5f96"),
    ("#7fcfb5", "#00664b"),
    ("#e6b9d1", "#93396a"),
    ("#f3ea90", "#7a7000"),
)
"""Ground and lines of a new site: the colours of Okabe and Ito, pale and dark."""
_QUIET = ("#e3e0d8", "#8a8a8a")
_HATCH = "////"
_NARROW = "\u202f"


class _Group(NamedTuple):
    """Communes that are drawn alike, and what the legend says of them."""

    rows: Any
    colour: str
    hatch: str | None
    label: str


def sites(
    plan: Plan,
    communes: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    existing: gpd.GeoDataFrame | None = None,
    study: gpd.GeoDataFrame | Iterable[Any] | None = None,
    network: RoadNetwork | None = None,
    title: str | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Figure:
    """Draws a plan: the sites it opens, those that are there, and who goes where.

    Parameters
    ----------
    plan
        What :func:`desserte.site` gave.
    communes
        The origins of the times, as polygons or points, with the same ids as index.
    candidates
        Where a site could open: points with the ids of the columns of the times as index.
    existing
        The sites that are there, likewise; None where they are among the candidates.
    study
        Ids of the communes to show; all that the plan counts where None.
    network
        The roads to draw.
    title
        What stands above the map; which sites open where None. The sentence of the plan is below.
    language
        "fr" or "en".

    Returns
    -------
    matplotlib.figure.Figure
        The map. Up to five new sites have a colour each, more share one. With capacities a commune
        has the colour of the site where most of its people go, and a line to each.

    Raises
    ------
    InputError
        If matplotlib is not installed, or ``plan`` is no plan.
    IdError
        If a commune of the plan, or the place of one of its sites, is not there.
    CrsError
        If a table has no CRS.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> villages = places[places["population"] > 0]
    >>> times = ds.travel_times(network, villages, villages, progress=False)
    >>> plan = ds.site(times, goal="min_mean_time", new_sites=1, demand=villages["population"])
    >>> ds.plot.sites(plan, villages, villages).get_suptitle()
    'Où ouvrir\u202f: Neubrandenburg'
    """
    from desserte.siting import Plan

    check_choice("language", language, _words.LANGUAGES)
    if not isinstance(plan, Plan):
        raise InputError(f"plan is what ds.site gives, got a {type(plan).__name__}")
    known = plan.allocation["origin"].unique()
    everyone = communes_of(communes).ids
    _refuse_missing(known, everyone)
    ground = communes_of(communes, everyone[everyone.isin(known)] if study is None else study)
    plane = _sheet.plane_of(ground.shapes[ground.studied])
    shapes = ground.shapes.to_crs(plane)
    sheet = _sheet.blank(_ground.bounds_of(shapes, ground), plane)
    groups = _groups(plan, ground, language)
    fills = [_ground.Fill(group.rows, group.colour, group.hatch) for group in groups]
    _ground.draw(sheet, shapes, ground, fills)
    if network is not None:
        _sheet.draw_streets(sheet, network, lesser=ground.are_points)
    spots = _spots(plan, sheet, candidates, existing)
    _draw_ways(sheet, plan, shapes, ground, spots)
    marks = _marks(plan, spots, sheet, language)
    draw_marks(sheet, marks)
    sheet.axes.set(xlabel="", ylabel="")
    _sheet.scale_and_north(sheet.axes)
    _legend(sheet, plan, groups, marks, language)
    manifest = plan.attrs.get("manifest") or getattr(network, "_manifest", None)
    _sheet.head(sheet, title or _title(plan, language), _below(plan, manifest, language))
    _sheet.foot(sheet, _words.basis(manifest, language))
    _sheet.trim(sheet)
    name_marks(sheet, list(reversed(marks))[:1])
    return sheet.figure


def _groups(plan: Plan, ground: Communes, language: str) -> list[_Group]:
    """The communes of every new site, of the others, and of none; who is too far is hatched."""
    main = plan.allocation.sort_values("people", ascending=False, kind="stable")
    main = main.drop_duplicates("origin").set_index("origin").reindex(ground.ids)
    new = plan.table[plan.table["role"] != "existing"]
    hues = _hues(len(new))
    is_french = language == "fr"
    groups = [
        _group(plan, main["site"] == row["site"], hue, _site_name(row), language)
        for row, (hue, _) in zip(new.to_dict("records"), hues, strict=True)
    ]
    stays = main["site"].notna() & ~main["site"].isin(new["site"])
    words = "vont à un site existant" if is_french else "go to an existing site"
    groups.append(_group(plan, stays, _QUIET[0], words, language))
    far = (main["is_served"] == False).to_numpy() & main["site"].notna().to_numpy()  # noqa: E712 - may be missing
    without = main["site"].isna().to_numpy() & main["people"].notna().to_numpy()
    hatched = []
    for group in groups:
        near, beyond = group.rows[~far[group.rows]], group.rows[far[group.rows]]
        hatched.append(group._replace(rows=near))
        if len(beyond):
            hatched.append(_Group(beyond, group.colour, _HATCH, ""))
    words = "sans aucun site à portée" if is_french else "no site within reach"
    return [*hatched, _Group(np.flatnonzero(without), NO_DATA, _HATCH, words)]


def _group(plan: Plan, chosen: Any, colour: str, name: str, language: str) -> _Group:
    """Les Assions: 12 communes, 7 051 pers., 12 min en moyenne."""
    rows = np.flatnonzero(chosen.to_numpy())
    ids = set(chosen.index[rows])
    going = plan.allocation[plan.allocation["origin"].isin(ids) & plan.allocation["site"].notna()]
    people = float(going["people"].sum())
    count = _words.amount(len(rows), language)
    lines = [f"{count} commune{'' if len(rows) == 1 else 's'}"]
    unit = "pers." if language == "fr" else "people"
    lines[0] += f", {_words.amount(round(people), language)} {unit}"
    if people > 0:
        mean = round(float((going["people"] * going["minutes"]).sum()) / people)
        lines[0] += f", {mean}{_NARROW}min"
    return _Group(rows, colour, None, "\n".join([name, *lines]))


def _spots(
    plan: Plan,
    sheet: _sheet.Sheet,
    candidates: gpd.GeoDataFrame,
    existing: gpd.GeoDataFrame | None,
) -> dict[Any, Any]:
    """Where each site of the plan is, on the plane of the map."""
    known: dict[Any, Any] = {}
    for name, places in (("existing", existing), ("candidates", candidates)):
        if places is not None:
            points = unpack(places, name)
            known |= dict(zip(points.ids, on_plane(points, sheet), strict=True))
    missing = [site for site in plan.table["site"] if site not in known]
    if missing:
        raise IdError(
            f"candidates lacks {some(missing, 'site')} of the plan; index it by the ids of the "
            "columns of the times, and give the sites that are there as existing="
        )
    return {site: known[site] for site in plan.table["site"]}


def _draw_ways(
    sheet: _sheet.Sheet, plan: Plan, shapes: Any, ground: Communes, spots: dict[Any, Any]
) -> None:
    """Draws a line from each commune to where its people go."""
    from matplotlib.collections import LineCollection

    inside = shapes.representative_point()
    starts = dict(zip(ground.ids, zip(inside.x, inside.y, strict=True), strict=True))
    new = plan.table.loc[plan.table["role"] != "existing", "site"].tolist()
    hues = dict(zip(new, _hues(len(new)), strict=True))
    going = plan.allocation[plan.allocation["site"].notna()]
    for site, rows in going.groupby("site", sort=False):
        ways = [(starts[origin], tuple(spots[site])) for origin in rows["origin"]]
        colour, width = (hues[site][1], 1.1) if site in hues else (_QUIET[1], 0.5)
        order = 4.2 if site in hues else 4.1
        lines = LineCollection(ways, colors=colour, linewidths=width, zorder=order)
        sheet.axes.add_collection(lines, autolim=False)


def _marks(plan: Plan, spots: dict[Any, Any], sheet: _sheet.Sheet, language: str) -> list[Mark]:
    """The sites that are there, and the new ones on top."""
    is_french, is_new = language == "fr", plan.table["role"] != "existing"
    marks = []
    there = plan.table[~is_new]
    at = np.array([spots[site] for site in there["site"]]).reshape(-1, 2)
    at = at[is_seen(at, sheet)]
    if len(at):
        words = "site existant" if is_french else "existing site"
        style: dict[str, Any] = {"marker": "s", "color": "black", "edgecolors": "white", "s": 34}
        marks.append(Mark(f"{words} ({len(at)})", style, at, None))
    new = plan.table[is_new]
    if len(new):
        words = "site à ouvrir" if is_french else "site to open"
        style = {"marker": "*", "color": "#d7191c", "edgecolors": "white", "s": 300}
        names = [_site_name(row) for row in new.to_dict("records")]
        at = np.array([spots[site] for site in new["site"]])
        marks.append(Mark(f"{words} ({len(new)})", style, at, names))
    return marks


def _legend(
    sheet: _sheet.Sheet, plan: Plan, groups: list[_Group], marks: list[Mark], language: str
) -> None:
    from matplotlib.patches import Patch

    is_french = language == "fr"
    edge: dict[str, Any] = {"edgecolor": "0.55", "linewidth": 0.4}
    keys: list[Any] = [
        Patch(facecolor=group.colour, hatch=group.hatch, label=group.label, **edge)
        for group in groups
        if group.label and len(group.rows)
    ]
    if any(group.hatch and not group.label for group in groups):
        limit = f"{_words.number(plan.attrs['minutes'], language)}{_NARROW}min"
        words = f"au-delà de {limit}" if is_french else f"beyond {limit}"
        keys.append(Patch(facecolor="white", hatch=_HATCH, label=words, **edge))
    handles, labels = sheet.axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    handles = [*keys, *(by_label[mark.label] for mark in reversed(marks))]
    _sheet.legend(sheet, "Qui va où" if is_french else "Who goes where", handles)


def _title(plan: Plan, language: str) -> str:
    names = [
        _site_name(row) for row in plan.table[plan.table["role"] != "existing"].to_dict("records")
    ]
    if not names:
        return "Aucun site à ouvrir" if language == "fr" else "No site to open"
    lead = f"Où ouvrir{_NARROW}: " if language == "fr" else "Where to open: "
    return lead + _words.listed(names, language)


def _below(plan: Plan, manifest: dict[str, Any] | None, language: Literal["fr", "en"]) -> str:
    said = plan.sentence(language)
    if not _words.is_sketch(manifest):
        return said
    return (
        f"{'CROQUIS, routes inventées' if language == 'fr' else 'SKETCH, invented roads'} – {said}"
    )


def _site_name(row: dict[Any, Any]) -> str:
    name = row.get("site_name")
    return name if isinstance(name, str) else str(row["site"])


def _hues(count: int) -> list[tuple[str, str]]:
    """A colour a site, while one can tell them apart."""
    return list(_HUES[:count]) if count <= len(_HUES) else [_HUES[0]] * count


def _refuse_missing(wanted: Any, ids: pd.Index) -> None:
    missing = [origin for origin in wanted if origin not in ids]
    if missing:
        raise IdError(
            f"communes lacks {some(missing, 'commune')} of the plan; "
            "index it as the origins of the times are"
        )
