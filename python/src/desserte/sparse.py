"""The pairs that are near enough to each other, and nothing of the others.

From every cell of 200 m to every doctor of a region there are more pairs than
memory holds, and nearly all of them are farther apart than anybody goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from desserte._html import card, count
from desserte._lazy import np, pd
from desserte.errors import InputError
from desserte.times import SnapTables, positions, refuse_joining, side, stacked_snaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = ["SparseTravelTimes"]


@dataclass(frozen=True, eq=False, repr=False)
class SparseTravelTimes:
    """Minutes of the pairs within the cutoff, origin after origin.

    Made by :func:`travel_times` with ``layout="sparse"``. Why another pair has
    no time is not kept.

    Attributes
    ----------
    rows, columns
        Shape (p,), uint32; the positions of the origin and of the destination of each pair,
        each pair once, origin after origin.
    minutes
        Shape (p,), float32; never ``NaN``. Access legs count.
    kilometres
        Shape (p,), float32, along the fastest way; None if not asked for.
    origins, destinations
        All ids asked about, those without any pair too.
    max_minutes
        The cutoff, inclusive; None if there was none.
    direction
        "from", "to" or "both", as in :class:`TravelTimes`.
    snaps
        ``snaps.origins`` and ``snaps.destinations``, as in :class:`TravelTimes`.
    attrs
        The manifest of the network and the parameters of the question.
    """

    rows: npt.NDArray[np.uint32]
    columns: npt.NDArray[np.uint32]
    minutes: npt.NDArray[np.float32]
    kilometres: npt.NDArray[np.float32] | None
    origins: pd.Index
    destinations: pd.Index
    max_minutes: float | None
    direction: str
    snaps: SnapTables
    attrs: dict[str, Any]

    def __post_init__(self) -> None:
        """Makes the arrays read-only."""
        for array in (self.rows, self.columns, self.minutes, self.kilometres):
            if array is not None:
                array.flags.writeable = False

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.minutes)

    def without(self, *, destinations: Iterable[Any]) -> SparseTravelTimes:
        """The times once some destinations have closed.

        Parameters
        ----------
        destinations
            Ids to leave out.

        Returns
        -------
        SparseTravelTimes
            All origins, the other destinations.

        Raises
        ------
        IdError
            If an id is unknown or repeated.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
        >>> times = ds.travel_times(network, [village], [town, village], layout="sparse")
        >>> times.without(destinations=[1]).to_frame()["destination"].tolist()
        [0]
        """
        closed = positions(self.destinations, destinations, "destination")
        is_open = np.ones(len(self.destinations), dtype=bool)
        is_open[closed] = False
        kept, renumbered = is_open[self.columns], np.cumsum(is_open) - 1
        return replace(
            self,
            rows=self.rows[kept],
            columns=renumbered[self.columns[kept]].astype("uint32"),
            minutes=self.minutes[kept],
            kilometres=None if self.kilometres is None else self.kilometres[kept],
            destinations=self.destinations[is_open],
            snaps=SnapTables(
                lambda: self.snaps.origins,
                lambda: self.snaps.destinations[is_open],
            ),
        )

    def join(self, other: SparseTravelTimes) -> SparseTravelTimes:
        """The times with more destinations: existing sites and candidate ones, say.

        Parameters
        ----------
        other
            Times of the same origins to other destinations, as for :meth:`TravelTimes.join`.

        Returns
        -------
        SparseTravelTimes
            The destinations of both, these first. ``kilometres`` if both have them. Origins that
            only ``other`` has are left out and counted in ``attrs["ignored_origins"]``.

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
        >>> existing = ds.travel_times(network, [village], [village], layout="sparse")
        >>> more = ds.travel_times(network, [village], sites, layout="sparse")
        >>> existing.join(more).to_frame()["destination"].tolist()
        [0, 'new']
        """
        if not isinstance(other, SparseTravelTimes):
            raise InputError(f"other is a SparseTravelTimes, got {type(other).__name__}")
        refuse_joining(self, other)
        here = other.origins.get_indexer(self.origins)
        renumbered = np.full(len(other.origins), -1)
        renumbered[here] = np.arange(len(self.origins))
        known = renumbered[other.rows] >= 0
        rows = np.concatenate([self.rows, renumbered[other.rows[known]].astype("uint32")])
        columns = other.columns[known] + np.uint32(len(self.destinations))
        # Stable: of an origin the pairs of these times stay before those of the others.
        order = np.argsort(rows, kind="stable")
        lengths = None
        if self.kilometres is not None and other.kilometres is not None:
            lengths = np.concatenate([self.kilometres, other.kilometres[known]])[order]
        ignored = len(other.origins) - len(self.origins)
        return replace(
            self,
            rows=rows[order],
            columns=np.concatenate([self.columns, columns])[order],
            minutes=np.concatenate([self.minutes, other.minutes[known]])[order],
            kilometres=lengths,
            destinations=self.destinations.append(other.destinations),
            snaps=SnapTables(lambda: self.snaps.origins, lambda: stacked_snaps(self, other)),
            attrs={**self.attrs, **({"ignored_origins": ignored} if ignored else {})},
        )

    def to_frame(self) -> pd.DataFrame:
        """The pairs as a table.

        Returns
        -------
        pandas.DataFrame
            ``origin``, ``destination``, with ``origin_name`` and ``destination_name``
            if the inputs had a ``name``, ``minutes``, and ``kilometres`` if asked for.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> town, sea = (13.2610, 53.5570), (0.0, 0.0)
        >>> ds.travel_times(network, [town, sea], [town], layout="sparse").to_frame()
           origin  destination  minutes
        0       0            0      0.0
        """
        columns = {
            **side("origin", self.origins, self.snaps.origins, self.rows),
            **side("destination", self.destinations, self.snaps.destinations, self.columns),
            "minutes": self.minutes,
        }
        if self.kilometres is not None:
            columns["kilometres"] = self.kilometres
        table = pd.DataFrame(columns)
        table.attrs = dict(self.attrs)
        return table

    def _facts(self) -> tuple[str, str, str]:
        cutoff = "no cutoff" if self.max_minutes is None else f"at most {self.max_minutes:g} min"
        shape = f"{count(len(self.origins))} x {count(len(self.destinations))}"
        return shape, f"{count(len(self))} pairs", cutoff

    def __repr__(self) -> str:
        """The shape, how many pairs there are, the direction and the cutoff, on one line."""
        shape, kept, cutoff = self._facts()
        return f"SparseTravelTimes({shape}, {kept}, {self.direction}, {cutoff})"

    def _repr_html_(self) -> str:
        shape, kept, cutoff = self._facts()
        rows = [
            ("origins x destinations", shape),
            ("pairs with a time", kept),
            ("direction", self.direction),
            ("cutoff", cutoff),
        ]
        return card("Travel times, sparse", rows)
