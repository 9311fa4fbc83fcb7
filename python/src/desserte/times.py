"""How long it takes between all these places, and if it cannot be done, why not.

What :func:`travel_times` gives: a matrix of minutes. A pair without a time has
``NaN`` minutes and a reason; it is never given a large number instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._frames import repeated
from desserte._html import card, count
from desserte._lazy import gpd, np, pd
from desserte.errors import IdError, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte._snaps import Snapped


__all__ = ["DIRECTIONS", "STATUS", "SnapTables", "TravelTimes"]

STATUS: tuple[str, ...] = (
    "ok",
    "beyond_cutoff",
    "origin_off_network",
    "destination_off_network",
    "no_path",
)
"""The reasons, by their code in ``TravelTimes.status``. Only 0, "ok", has a time."""

DIRECTIONS = ("from", "to", "both")


class SnapTables:
    """Where the origins and the destinations of some travel times lie on the streets.

    The tables are made when they are first looked at: they take longer than the
    times of a small question.
    """

    def __init__(
        self,
        origins: gpd.GeoDataFrame | Callable[[], gpd.GeoDataFrame],
        destinations: gpd.GeoDataFrame | Callable[[], gpd.GeoDataFrame],
    ) -> None:
        """Keeps two tables, or how to make them."""
        self._made: dict[str, Any] = {"origins": origins, "destinations": destinations}

    @property
    def origins(self) -> gpd.GeoDataFrame:
        """A row an origin, as :meth:`RoadNetwork.snap` gives it."""
        return self._table("origins")

    @property
    def destinations(self) -> gpd.GeoDataFrame:
        """A row a destination."""
        return self._table("destinations")

    def _table(self, side: str) -> gpd.GeoDataFrame:
        table = self._made[side]
        if callable(table):
            table = self._made[side] = table()
        return table

    def __iter__(self) -> Iterator[gpd.GeoDataFrame]:
        """The origins, then the destinations."""
        return iter((self.origins, self.destinations))

    def __reduce__(self) -> tuple[Any, ...]:
        """Tables travel to another process, how to make them does not."""
        return SnapTables, (self.origins, self.destinations)


@dataclass(frozen=True, eq=False, repr=False)
class TravelTimes:
    """Minutes between all origins and all destinations, and the reason where there are none.

    Made by :func:`travel_times`. It does not change; its methods give another
    one, or a table.

    Attributes
    ----------
    minutes
        Shape (n, m), float32; ``NaN`` where there is no time. Access legs count.
    status
        Shape (n, m), uint8; the position of the reason in ``ds.STATUS``.
    kilometres
        Shape (n, m), float32, along the fastest way; None if not asked for.
    origins
        The n ids of the rows.
    destinations
        The m ids of the columns.
    max_minutes
        The cutoff, inclusive; None if there was none.
    direction
        "from" (the trip leaves the origin), "to" (it arrives there) or "both".
    snaps
        ``snaps.origins`` and ``snaps.destinations``, tables as
        :meth:`RoadNetwork.snap` gives them, with the ``name`` if there was one.
    attrs
        The manifest of the network and the parameters of the question.
    """

    minutes: npt.NDArray[np.float32]
    status: npt.NDArray[np.uint8]
    kilometres: npt.NDArray[np.float32] | None
    origins: pd.Index
    destinations: pd.Index
    max_minutes: float | None
    direction: str
    snaps: SnapTables
    attrs: dict[str, Any]

    def __post_init__(self) -> None:
        """Makes the arrays read-only."""
        for array in (self.minutes, self.status, self.kilometres):
            if array is not None:
                array.flags.writeable = False

    def select(
        self,
        *,
        origins: Iterable[Any] | None = None,
        destinations: Iterable[Any] | None = None,
    ) -> TravelTimes:
        """The times of some origins and some destinations, in the order asked for.

        Parameters
        ----------
        origins, destinations
            Ids to keep; all of them where None.

        Returns
        -------
        TravelTimes
            The part asked for.

        Raises
        ------
        IdError
            If an id is unknown or repeated.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> care = ds.read_care(ds.demo_extract(), progress=False)
        >>> times = ds.travel_times(network, [(13.2610, 53.5570)], care)
        >>> pharmacies = care.index[care["kind"] == "pharmacy"]
        >>> times.select(destinations=pharmacies).minutes.shape == (1, len(pharmacies))
        True
        """
        return self._part(
            positions(self.origins, origins, "origin"),
            positions(self.destinations, destinations, "destination"),
        )

    def without(self, *, destinations: Iterable[Any]) -> TravelTimes:
        """The times once some destinations have closed.

        Parameters
        ----------
        destinations
            Ids to leave out.

        Returns
        -------
        TravelTimes
            All origins, the other destinations.

        Raises
        ------
        IdError
            If an id is unknown or repeated.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
        >>> times = ds.travel_times(network, [village], [town, village])
        >>> times.without(destinations=[1]).destinations.tolist()
        [0]
        """
        closed = positions(self.destinations, destinations, "destination")
        kept = np.delete(np.arange(len(self.destinations)), closed)
        lengths = self.kilometres
        # A few columns are quicker cut out than all others picked.
        return replace(
            self,
            minutes=np.delete(self.minutes, closed, axis=1),
            status=np.delete(self.status, closed, axis=1),
            kilometres=None if lengths is None else np.delete(lengths, closed, axis=1),
            destinations=self.destinations.take(kept),
            snaps=SnapTables(
                lambda: self.snaps.origins,
                lambda: self.snaps.destinations.iloc[kept],
            ),
        )

    def join(self, other: TravelTimes) -> TravelTimes:
        """The times with more destinations: existing sites and candidate ones, say.

        Origins are matched by id, not by position; those that only ``other``
        has are left out and counted in ``attrs["ignored_origins"]``.

        Parameters
        ----------
        other
            Times of the same origins to other destinations, asked in the same
            direction with the same cutoff.

        Returns
        -------
        TravelTimes
            The destinations of both, these first. ``kilometres`` if both have them.

        Raises
        ------
        IdError
            If an origin is missing in ``other``, or a destination is in both.
        InputError
            If direction, cutoff or network differ.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
        >>> sites = gpd.GeoSeries.from_xy([town[0]], [town[1]], index=["new"], crs=4326)
        >>> existing = ds.travel_times(network, [village], [village])
        >>> existing.join(ds.travel_times(network, [village], sites)).destinations.tolist()
        [0, 'new']
        """
        if not isinstance(other, TravelTimes):
            raise InputError(f"other is a TravelTimes, got {type(other).__name__}")
        refuse_joining(self, other)
        more = other.select(origins=self.origins)
        ignored = len(other.origins) - len(self.origins)
        return replace(
            self,
            minutes=np.hstack([self.minutes, more.minutes]),
            status=np.hstack([self.status, more.status]),
            kilometres=_beside(self.kilometres, more.kilometres),
            destinations=self.destinations.append(more.destinations),
            snaps=SnapTables(self.snaps.origins, lambda: stacked_snaps(self, more)),
            attrs={**self.attrs, **({"ignored_origins": ignored} if ignored else {})},
        )

    def to_frame(self) -> pd.DataFrame:
        """The times in long form: a row a pair, row after row.

        Returns
        -------
        pandas.DataFrame
            ``origin``, ``origin_name`` and ``destination_name`` if the inputs
            had a ``name``, ``destination``, ``minutes`` (``NaN`` without a
            time), ``status`` (its name in ``ds.STATUS``), and ``kilometres`` if
            asked for. All pairs are there, reached or not.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> times = ds.travel_times(network, [(13.2610, 53.5570)], [(13.2610, 53.5570), (0.0, 0.0)])
        >>> times.to_frame()
           origin  destination  minutes                   status
        0       0            0      0.0                       ok
        1       0            1      NaN  destination_off_network
        """
        n, m = self.minutes.shape
        rows, columns = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
        table = pd.DataFrame(
            {
                **side("origin", self.origins, self.snaps.origins, rows),
                **side("destination", self.destinations, self.snaps.destinations, columns),
                "minutes": self.minutes.ravel(),
                "status": status_names(self.status.ravel()),
            },
        )
        if self.kilometres is not None:
            table["kilometres"] = self.kilometres.ravel()
        table.attrs = dict(self.attrs)
        return table

    def to_wide(self) -> pd.DataFrame:
        """The minutes as a table: origins in rows, destinations in columns.

        Returns
        -------
        pandas.DataFrame
            float32 minutes, ``NaN`` where there is no time.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town = (13.2610, 53.5570)
        >>> ds.travel_times(network, [town], [town, (0.0, 0.0)]).to_wide()
             0   1
        0  0.0 NaN
        """
        table = pd.DataFrame(self.minutes.copy(), index=self.origins, columns=self.destinations)
        table.attrs = dict(self.attrs)
        return table

    def _part(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> TravelTimes:
        cells = np.ix_(rows, columns)
        return replace(
            self,
            minutes=self.minutes[cells],
            status=self.status[cells],
            kilometres=None if self.kilometres is None else self.kilometres[cells],
            origins=self.origins.take(rows),
            destinations=self.destinations.take(columns),
            snaps=SnapTables(
                lambda: self.snaps.origins.iloc[rows],
                lambda: self.snaps.destinations.iloc[columns],
            ),
        )

    def _facts(self) -> tuple[str, str, str]:
        n, m = self.minutes.shape
        reached = int(np.count_nonzero(self.status == 0))
        cutoff = "no cutoff" if self.max_minutes is None else f"at most {self.max_minutes:g} min"
        return f"{count(n)} x {count(m)}", f"{count(reached)} reached", cutoff

    def __repr__(self) -> str:
        """The shape, how many pairs have a time, the direction and the cutoff, on one line."""
        shape, reached, cutoff = self._facts()
        return f"TravelTimes({shape}, {reached}, {self.direction}, {cutoff})"

    def _repr_html_(self) -> str:
        shape, reached, cutoff = self._facts()
        minutes = self.minutes[self.status == 0]
        median = f"{float(np.median(minutes)):.1f} min" if minutes.size else "none"
        rows = [
            ("origins x destinations", shape),
            ("pairs with a time", reached),
            ("median", median),
            ("direction", self.direction),
            ("cutoff", cutoff),
        ]
        return card("Travel times", rows)


def status_names(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.object_]:
    """The reasons by name."""
    return np.array(STATUS, dtype=object)[codes]


def named_ids(side: str, snapped: Snapped) -> dict[str, Any]:
    """The columns of a side: its ids, and its names if it has them."""
    ids = {side: np.asarray(snapped.points.ids)}
    names = snapped.points.names
    return ids if names is None else {**ids, f"{side}_name": names}


def side(
    side: str, ids: pd.Index, snaps: gpd.GeoDataFrame, taken: npt.NDArray[np.integer[Any]]
) -> dict[str, Any]:
    columns = {side: ids.take(taken)}
    if "name" in snaps.columns:
        columns[f"{side}_name"] = snaps["name"].array.take(taken)
    return columns


def stacked_snaps(first: Any, second: Any) -> gpd.GeoDataFrame:
    """The snaps of two sets of destinations, in the CRS of the first."""
    above, below = first.snaps.destinations, second.snaps.destinations
    stacked = pd.concat([above, below.to_crs(above.crs)])
    return (
        stacked
        if "name" in above and "name" in below
        else stacked.drop(columns="name", errors="ignore")
    )


def _beside(
    first: npt.NDArray[np.float32] | None, second: npt.NDArray[np.float32] | None
) -> npt.NDArray[np.float32] | None:
    return None if first is None or second is None else np.hstack([first, second])


def refuse_joining(first: Any, second: Any) -> None:
    """Refuses times of another question, or without the origins of the first."""
    for name in ("direction", "max_minutes"):
        mine, theirs = getattr(first, name), getattr(second, name)
        if mine != theirs:
            raise InputError(f"the times differ in {name}: {mine!r} and {theirs!r}")
    if first.attrs.get("manifest") != second.attrs.get("manifest"):
        raise InputError("the times were taken on different networks")
    both = first.destinations.intersection(second.destinations)
    if len(both):
        raise IdError(f"destinations of both times: {some(both, 'id')}")
    positions(second.origins, first.origins, "origin")


def positions(ids: pd.Index, wanted: Iterable[Any] | None, what: str) -> npt.NDArray[np.int64]:
    if wanted is None:
        return np.arange(len(ids))
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        raise InputError(f"{what}s is a list of ids, got {wanted!r}")
    asked = pd.Index(list(wanted))
    if asked.dtype == bool:
        # True would find the id 1.
        raise InputError(f"{what}s is a list of ids, got True and False; index the ids with them")
    if not asked.is_unique:
        raise IdError(f"{what}s repeats {some(repeated(asked), 'id')}")
    positions: npt.NDArray[np.int64] = ids.get_indexer(asked)
    if (positions < 0).any():
        raise IdError(f"unknown {what}s, {some(asked[positions < 0], 'id')}")
    return positions
