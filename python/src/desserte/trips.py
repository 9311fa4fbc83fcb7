"""How long each of these trips takes, given row by row.

The face-to-face form of travel times: patients and the doctor each of them
goes to, rather than all villages to all doctors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from desserte._checks import check_choice, check_minutes
from desserte._lazy import pd
from desserte._progress import Progress, follow
from desserte._snaps import snap_places
from desserte.errors import InputError
from desserte.times import DIRECTIONS, named_ids, status_names

if TYPE_CHECKING:
    from desserte._frames import Places
    from desserte.network import RoadNetwork

__all__ = ["trips"]


def trips(
    network: RoadNetwork,
    starts: Places,
    ends: Places,
    *,
    direction: Literal["from", "to", "both"] = "from",
    max_minutes: float | None = None,
    radius_metres: float = 1000,
    origin_id: str | None = None,
    destination_id: str | None = None,
    progress: Progress = None,
) -> pd.DataFrame:
    """Times trips given row by row: the first start to the first end, and so on.

    Parameters
    ----------
    network
        The streets to travel on.
    starts, ends
        As many points, in any CRS, or (n, 2) arrays of longitude and latitude.
        Ids may repeat: a village has several trips.
    direction
        "from": from start to end. "to": from end to start. "both": there and
        back, the sum.
    max_minutes
        Cutoff in minutes, inclusive; trips beyond it have no time. None: no cutoff.
    radius_metres
        How far from a place to look for a street.
    origin_id, destination_id
        A column of ``starts``, of ``ends``, that holds the ids.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    pandas.DataFrame
        A row a trip, in the order given: ``origin``, ``destination``,
        ``minutes`` (``NaN`` without a time) and ``status`` (see ``ds.STATUS``),
        with ``origin_name`` and ``destination_name`` if the inputs had a ``name``.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be, or the two lengths differ.
    SnapError
        If the radius is not a length.

    Examples
    --------
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
    >>> out_and_in = ds.trips(network, [town, village], [village, town])
    >>> out_and_in["status"].tolist()
    ['ok', 'ok']
    """
    check_choice("direction", direction, DIRECTIONS)
    cutoff = check_minutes("max_minutes", max_minutes)
    first = snap_places(
        network,
        starts,
        "starts",
        radius_metres=radius_metres,
        id_column=origin_id,
        unique=False,
    )
    last = snap_places(
        network,
        ends,
        "ends",
        radius_metres=radius_metres,
        id_column=destination_id,
        unique=False,
    )
    if len(first.points) != len(last.points):
        raise InputError(f"{len(first.points)} starts and {len(last.points)} ends do not pair up")
    with follow(progress) as watcher:
        minutes, status = network._handle.trips(
            first.native, last.native, cutoff, direction, watcher
        )
    table = pd.DataFrame(
        {
            **named_ids("origin", first),
            **named_ids("destination", last),
            "minutes": minutes,
            "status": status_names(status),
        },
    )
    table.attrs = network._attrs(
        max_minutes=cutoff, direction=direction, radius_metres=float(radius_metres)
    )
    return table
