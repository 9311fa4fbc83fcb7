"""How long does it take between all these places?

:func:`travel_times` answers for every origin and every destination: as a matrix,
as the pairs that are near enough, or as a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from desserte._blocks import Asked, Growing, pairs, parquet_path, write_parquet
from desserte._checks import check_choice, check_minutes
from desserte._progress import Progress, Watcher, follow
from desserte._snaps import snap_places
from desserte.sparse import SparseTravelTimes
from desserte.times import DIRECTIONS, STATUS, SnapTables, TravelTimes, named_ids

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from desserte._frames import Places
    from desserte.network import RoadNetwork

__all__ = ["travel_times"]


@overload
def travel_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    max_minutes: float | None = ...,
    direction: Literal["from", "to", "both"] = ...,
    radius_metres: float = ...,
    kilometres: bool = ...,
    layout: Literal["dense"] = ...,
    to: None = ...,
    origin_id: str | None = ...,
    destination_id: str | None = ...,
    progress: Progress = ...,
) -> TravelTimes: ...
@overload
def travel_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    max_minutes: float | None = ...,
    direction: Literal["from", "to", "both"] = ...,
    radius_metres: float = ...,
    kilometres: bool = ...,
    layout: Literal["sparse"],
    to: None = ...,
    origin_id: str | None = ...,
    destination_id: str | None = ...,
    progress: Progress = ...,
) -> SparseTravelTimes: ...
@overload
def travel_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    max_minutes: float | None = ...,
    direction: Literal["from", "to", "both"] = ...,
    radius_metres: float = ...,
    kilometres: bool = ...,
    layout: Literal["dense", "sparse"] = ...,
    to: str | os.PathLike[str],
    origin_id: str | None = ...,
    destination_id: str | None = ...,
    progress: Progress = ...,
) -> Path: ...
def travel_times(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    max_minutes: float | None = None,
    direction: Literal["from", "to", "both"] = "from",
    radius_metres: float = 1000,
    kilometres: bool = False,
    layout: Literal["dense", "sparse"] = "dense",
    to: str | os.PathLike[str] | None = None,
    origin_id: str | None = None,
    destination_id: str | None = None,
    progress: Progress = None,
) -> TravelTimes | SparseTravelTimes | Path:
    """Times every trip between some origins and some destinations.

    The time of a trip is that of the drive and of the access legs at both ends,
    on foot, between a place and its street.

    Parameters
    ----------
    network
        The streets to travel on.
    origins, destinations
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude, with ids 0 to n-1.
    max_minutes
        Cutoff in minutes, inclusive; trips beyond it have no time. None: no cutoff.
    direction
        "from": trips leave the origins. "to": they arrive there, as the
        ambulance does. "both": there and back, the sum.
    radius_metres
        How far from a place to look for a street.
    kilometres
        Whether to measure the fastest ways too.
    layout
        "dense": all pairs, as a matrix. "sparse": only the pairs that have a
        time, within ``max_minutes``; for more places than a matrix holds.
    to
        The name of a ``.parquet`` file to write the pairs to, instead of keeping
        them: all of them with their ``status`` for "dense", those that have a
        time for "sparse". It has the columns of ``to_frame()``, and the manifest as
        JSON in the metadata ``desserte`` of its schema. It appears once it is whole.
        Needs pyarrow: ``pip install "desserte[parquet]"``.
    origin_id, destination_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    TravelTimes
        Minutes, shape (n, m), ``NaN`` where there is no time, with the reason.
    SparseTravelTimes
        With ``layout="sparse"``: beside the pairs kept, and an eighth of what they
        take, some 200 MB of memory.
    pathlib.Path
        With ``to``, the file: some 200 MB of memory whatever its size.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.

    Examples
    --------
    Two villages and one pharmacy in town.

    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places = ds.read_places(ds.demo_extract(), progress=False)
    >>> care = ds.read_care(ds.demo_extract(), progress=False)
    >>> villages = places.loc[["node/240055878", "node/240029620"]]
    >>> times = ds.travel_times(network, villages, care.loc[["node/251501778"]])
    >>> times
    TravelTimes(2 x 1, 2 reached, from, no cutoff)
    >>> bool(times.minutes.max() < 30)
    True
    """
    check_choice("direction", direction, DIRECTIONS)
    cutoff = check_minutes("max_minutes", max_minutes)
    rows = snap_places(
        network, origins, "origins", radius_metres=radius_metres, id_column=origin_id
    )
    columns = snap_places(
        network, destinations, "destinations", radius_metres=radius_metres, id_column=destination_id
    )
    check_choice("layout", layout, ("dense", "sparse"))
    path = None if to is None else parquet_path(to)
    attrs = network._attrs(
        max_minutes=cutoff, direction=direction, radius_metres=float(radius_metres)
    )
    asked = Asked(network._handle, rows, columns, cutoff, direction, bool(kilometres))
    with follow(progress) as watcher:
        if path is not None:
            return _written(path, asked, watcher, attrs, reached_only=layout == "sparse")
        if layout == "sparse":
            return _sparse(asked, watcher, attrs)
        minutes, status, lengths = network._handle.travel_times(
            rows.native, columns.native, cutoff, direction, asked.kilometres, watcher
        )
    return TravelTimes(
        minutes=minutes,
        status=status,
        kilometres=lengths,
        **_about(asked),
        attrs=attrs,
    )


def _about(asked: Asked) -> dict[str, Any]:
    """What both layouts say of the question."""
    return {
        "origins": asked.rows.points.ids,
        "destinations": asked.columns.points.ids,
        "max_minutes": asked.cutoff,
        "direction": asked.direction,
        "snaps": SnapTables(asked.rows.table, asked.columns.table),
    }


def _sparse(asked: Asked, watcher: Watcher | None, attrs: dict[str, Any]) -> SparseTravelTimes:
    rows, columns = Growing("uint32"), Growing("uint32")
    minutes, lengths = Growing("float32"), Growing("float32")
    for block in pairs(asked, watcher, reached_only=True):
        rows.add(block.rows)
        columns.add(block.columns)
        minutes.add(block.minutes)
        if block.kilometres is not None:
            lengths.add(block.kilometres)
    return SparseTravelTimes(
        rows=rows.whole(),
        columns=columns.whole(),
        minutes=minutes.whole(),
        kilometres=lengths.whole() if asked.kilometres else None,
        **_about(asked),
        attrs=attrs,
    )


def _written(
    path: Path,
    asked: Asked,
    watcher: Watcher | None,
    attrs: dict[str, Any],
    *,
    reached_only: bool,
) -> Path:
    origins, destinations = (
        named_ids("origin", asked.rows),
        named_ids("destination", asked.columns),
    )
    sides = {
        **{name: ("rows", values) for name, values in origins.items()},
        **{name: ("columns", values) for name, values in destinations.items()},
    }
    blocks = pairs(asked, watcher, reached_only=reached_only)
    write_parquet(path, blocks, sides, None if reached_only else STATUS, attrs)
    return path
