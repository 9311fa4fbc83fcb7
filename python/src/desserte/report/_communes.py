"""How is each commune served, which pole is its nearest, and who is worst off?

An élu looks for their commune first: one line each, by name. A pole is called by its commune,
never by the name of a practitioner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from desserte._frames import LONLAT
from desserte._lazy import gpd, np, pd
from desserte.indicators import aggregate, time_to_nearest, worst_served
from desserte.indicators._aligned import minutes_of
from desserte.indicators._words import are_communes

if TYPE_CHECKING:
    from desserte.report._asked import Asked, Times
    from desserte.report._say import Say

__all__ = [
    "FACILITIES",
    "Line",
    "Served",
    "Worst",
    "called",
    "index_lines",
    "served",
    "worst_lines",
]

_WORST, _FEWEST = 10, 3
"""Of a small territory half of the places at most: all of them are in the index."""
FACILITIES = (
    "ehpad",
    "emergency",
    "health_centre",
    "hospital",
    "msp",
    "senior_residence",
    "smur",
)
"""Kinds whose name is that of a house. Practices and pharmacies are called after persons."""
_FARTHEST_POLE_METRES = 6000
"""From the chef-lieu: a pole farther from all of them belongs to a commune that is not known."""
_OVERSEAS = ("97", "98")


class Line(NamedTuple):
    """A line of the index."""

    id: str
    name: str
    people: str
    groups: list[str]
    before: str
    after: str | None
    pole: str
    departement: str
    rank: str
    is_far: bool


class Worst(NamedTuple):
    """A line of those who are served worst."""

    rank: str
    place: str
    people: str
    minutes: str
    pole: str
    departement: str


@dataclass(frozen=True)
class Served:
    """The communes of the study: minutes, people, pole."""

    asked: Asked
    table: gpd.GeoDataFrame
    """A row a commune, by name: ``name``, ``geometry``, ``before``, ``after``, ``pole``."""
    people: pd.Series
    """All people, by commune."""
    groups: pd.DataFrame
    """People by commune, a column a group."""
    off: pd.DataFrame
    """By commune and side, whether no street is near: nothing is known of its times."""
    homes: pd.DataFrame
    """Of each destination ``commune``, a name, and ``departement``; missing where unknown."""

    def is_far(self, side: str) -> pd.Series:
        """Whose people are beyond the far limit: without a trip is farther than all."""
        return self._is_inhabited & ~self._within(side, self.asked.far) & ~self.off[side]

    def is_off(self, side: str) -> pd.Series:
        """Whose people are far from any street."""
        return self._is_inhabited & self.off[side]

    def is_near(self, side: str) -> pd.Series:
        """Whose people are within the limit of the key sentence."""
        return self._is_inhabited & self._within(side, self.asked.near)

    def _within(self, side: str, limit: float) -> pd.Series:
        # As the minutes are kept, so that 20.1 is within 20.1.
        return self.table[side] <= float(np.float32(limit))

    @cached_property
    def _is_inhabited(self) -> pd.Series:
        return self.groups[self.asked.key] > 0

    @cached_property
    def names(self) -> dict[Any, str]:
        """The commune of each destination that has one."""
        known: dict[Any, str] = self.homes["commune"].dropna().to_dict()
        return known

    @cached_property
    def now(self) -> str:
        """The last of the two sides."""
        return "before" if self.asked.after is None else "after"


def served(asked: Asked) -> Served:
    """Every commune of the study, by name."""
    of = asked.commune_of
    ids = pd.Index(of.unique())
    table = asked.communes.loc[ids, ["name", asked.communes.geometry.name]].copy()
    table["population"] = pd.to_numeric(asked.communes.loc[ids, "population"], errors="coerce")
    for side, times in (("before", asked.before), ("after", asked.after)):
        table[side] = np.nan if times is None else _minutes(asked, times).reindex(ids).to_numpy()
    table["pole"] = _poles(asked).reindex(ids)
    table = table.iloc[np.argsort([_sorted_as(name) for name in table["name"]], kind="stable")]
    everyone = asked.everyone.groupby(of).sum().reindex(table.index)
    groups = asked.demand.loc[asked.study].groupby(of).sum().reindex(table.index)
    off = pd.DataFrame({"before": _off(asked, asked.before), "after": _off(asked, asked.now)})
    return Served(asked, table, everyone, groups, off.reindex(table.index), _homes(asked))


def _off(asked: Asked, times: Times) -> pd.Series:
    """Which communes have no place near a street."""
    known = minutes_of(times)
    off = pd.Series(known.off_network, index=known.origins).loc[asked.study]
    return off.groupby(asked.commune_of).all()


def index_lines(served: Served, say: Say) -> list[Line]:
    """A line a commune."""
    asked, table = served.asked, served.table
    others = [name for name in asked.demand if name != "population"]
    is_known = ~served.off[served.now]
    ranks = table.loc[is_known, served.now].rank(method="min", ascending=False, na_option="top")
    far = served.is_far(served.now)
    return [
        Line(
            id=str(row.Index),
            name=str(row.name),
            people=say.people(row.population),
            groups=[say.people(served.groups.at[row.Index, name]) for name in others],
            before=say.minutes(row.before),
            after=None if asked.after is None else say.minutes(row.after),
            pole=called(served, row.pole, say)[0],
            departement=called(served, row.pole, say)[1],
            rank=say.people(ranks.get(row.Index, float("nan"))),
            is_far=bool(far[row.Index]),
        )
        for row in table.itertuples()
    ]


def worst_lines(served: Served, say: Say) -> list[Worst]:
    """Those who are served worst, as ``ds.worst_served`` lists them."""
    asked = served.asked
    most = min(_WORST, max(_FEWEST, len(asked.study) // 2))
    table = worst_served(asked.now, demand=asked.demand[asked.key], n=most, study=asked.study)
    return [
        Worst(
            rank=str(row.rank),
            place=_place(asked, row.origin),
            people=say.people(row.people),
            minutes=say("off_network") if row.status == "off_network" else say.minutes(row.minutes),
            pole=called(served, row.destination, say)[0],
            departement=called(served, row.destination, say)[1],
        )
        for row in table.itertuples()
    ]


def _minutes(asked: Asked, times: Times) -> pd.Series:
    """The minutes of each commune; of hamlets and cells their mean, by people."""
    minutes = time_to_nearest(times).astype("float64").loc[asked.study]
    if asked.is_communes:
        return minutes
    return aggregate(minutes, by=asked.commune_of, weights=asked.everyone)


def _poles(asked: Asked) -> pd.Series:
    """The destination that is nearest to most people of each commune."""
    ones = pd.Series(1.0, index=asked.now.origins)
    count = len(asked.study)
    nearest = worst_served(asked.now, demand=ones, n=count, study=asked.study)
    nearest = nearest.set_index("origin")["destination"]
    table = pd.DataFrame(
        {
            "commune": asked.commune_of,
            "pole": nearest.reindex(asked.study).astype(object),
            "people": asked.everyone,
        },
        index=asked.study,
    ).dropna(subset="pole")
    sums = table.groupby(["commune", "pole"], sort=False)["people"].sum().reset_index()
    most = sums.sort_values("people", ascending=False, kind="stable")
    return most.drop_duplicates("commune").set_index("commune")["pole"]


def _place(asked: Asked, origin: Any) -> str:
    commune = str(asked.communes.at[asked.commune_of[origin], "name"])
    snaps = asked.now.snaps.origins
    if asked.is_communes or "name" not in snaps.columns:
        return commune
    name = snaps.at[origin, "name"]
    return commune if pd.isna(name) or str(name) == commune else f"{name} ({commune})"


def called(served: Served, pole: Any, say: Say) -> tuple[str, str]:
    """What a pole is called, and its département."""
    if pd.isna(pole):
        return "—", ""
    home = served.homes.loc[pole]
    departement = "" if pd.isna(home["departement"]) else str(home["departement"])
    if not pd.isna(home["commune"]):
        return str(home["commune"]), departement
    care = served.asked.care
    if care is None or pole not in care.index:
        return str(pole), departement
    kind, name = care.at[pole, "kind"], care["name"].get(pole) if "name" in care else None
    if kind in FACILITIES and isinstance(name, str):
        return name, departement
    return say.words["kind_names"].get(kind, say.words["kind_names"]["other"]), departement


def _homes(asked: Asked) -> pd.DataFrame:
    """The commune and the département of each destination, as well as they are known."""
    ids = asked.before.destinations.append(asked.now.destinations).unique()
    sides = [one.snaps.destinations.geometry for one in (asked.before, asked.now)]
    both = pd.concat([side.to_crs(LONLAT) for side in sides])
    spots = gpd.GeoSeries(both[~both.index.duplicated()].reindex(ids), crs=LONLAT)
    codes = _commune_codes(asked, ids, spots)
    communes = asked.communes
    names = codes.map(communes["name"].to_dict())
    said = _said(asked, ids)
    if are_communes(communes.index):
        said = said.where(said.notna(), codes.map(_departement))
    return pd.DataFrame({"commune": names, "departement": said}, index=ids)


def _commune_codes(asked: Asked, ids: pd.Index, spots: gpd.GeoSeries) -> pd.Series:
    """Where each destination stands: as the care says, or by its position."""
    communes = asked.communes
    own = pd.Series(
        [one if one in communes.index else None for one in ids], index=ids, dtype=object
    )
    if asked.care is not None and "insee_code" in asked.care.columns:
        of_care = asked.care["insee_code"].reindex(ids).astype(object)
        own = own.where(own.notna(), of_care.where(of_care.notna(), None))
    unknown = own.isna() & spots.notna().to_numpy() & ~spots.is_empty.to_numpy()
    if unknown.any():
        found = _around(communes, spots[unknown.to_numpy()])
        own = own.where(own.notna(), found.reindex(ids))
    return own


def _around(communes: gpd.GeoDataFrame, spots: gpd.GeoSeries) -> pd.Series:
    """The commune that a spot lies in; of communes that are points the nearest, if it is near."""
    plane = communes.estimate_utm_crs()
    grounds = communes.geometry.to_crs(plane).array
    places = gpd.GeoDataFrame({"code": communes.index.to_numpy()}, geometry=grounds, crs=plane)
    at = gpd.GeoDataFrame(geometry=spots.to_crs(plane))
    is_points = bool((places.geom_type == "Point").all())
    reach = _FARTHEST_POLE_METRES if is_points else 1.0
    joined = gpd.sjoin_nearest(at, places, max_distance=reach)
    return joined[~joined.index.duplicated()]["code"]


def _said(asked: Asked, ids: pd.Index) -> pd.Series:
    """The département that the care points say."""
    care = asked.care
    if care is None or "departement" not in care.columns:
        return pd.Series(None, index=ids, dtype=object)
    return care["departement"].reindex(ids).astype(object)


def _departement(code: Any) -> str | None:
    if not isinstance(code, str):
        return None
    return code[:3] if code.startswith(_OVERSEAS) else code[:2]


def _sorted_as(name: object) -> str:
    """As a French index sorts: without accents, capitals and the article."""
    import unicodedata

    text = unicodedata.normalize("NFD", str(name))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).casefold()
