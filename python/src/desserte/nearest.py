"""Where is the nearest care, and the one after that?

The travel times are made in blocks of origins, and of each only the nearest are
kept: it takes the time of all travel times, and the memory of a block and of the
answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from desserte._checks import check_choice, check_count, check_minutes, some
from desserte._lazy import gpd, np, pd
from desserte._progress import Progress, follow
from desserte._snaps import Snapped, snap_places
from desserte.errors import InputError
from desserte.times import DIRECTIONS, named_ids, status_names

if TYPE_CHECKING:
    import numpy.typing as npt

    from desserte._frames import Places
    from desserte.network import RoadNetwork

__all__ = ["nearest"]

_RESERVED = (
    "origin",
    "origin_name",
    "rank",
    "destination",
    "destination_name",
    "minutes",
    "status",
)


def nearest(
    network: RoadNetwork,
    origins: Places,
    destinations: Places,
    *,
    k: int = 1,
    by: str | None = None,
    max_minutes: float | None = None,
    direction: Literal["from", "to", "both"] = "from",
    radius_metres: float = 1000,
    origin_id: str | None = None,
    destination_id: str | None = None,
    progress: Progress = None,
) -> pd.DataFrame:
    """Finds the nearest destinations of every origin, in minutes.

    Parameters
    ----------
    network
        The streets to travel on.
    origins, destinations
        Points in any CRS, with unique ids in their index; or an (n, 2) array of
        longitude and latitude, with ids 0 to n-1.
    k
        How many destinations an origin.
    by
        A column of ``destinations``: ``k`` of every value it has, such as
        ``by="kind"`` for the nearest doctor and the nearest pharmacy.
    max_minutes
        Cutoff in minutes, inclusive. None: no cutoff.
    direction
        "from": trips leave the origins. "to": they arrive there, as the
        ambulance does. "both": there and back, the sum.
    radius_metres
        How far from a place to look for a street.
    origin_id, destination_id
        A column that holds the ids, instead of the index.
    progress
        A bar: True, False, or None for a bar on a terminal or in a notebook.
        Or a function of phase, done and total.

    Returns
    -------
    pandas.DataFrame
        ``origin``, the value of ``by`` under its own name, ``rank`` (from 1),
        ``destination``, ``minutes`` and ``status`` (see ``ds.STATUS``), with
        ``origin_name`` and ``destination_name`` if the inputs had a ``name``.
        An origin has min(k, m) rows of the m destinations of each value of
        ``by``, in sorted order; equally near ones come in the order of
        ``destinations``. Where fewer are reached, the rest of the ranks have
        no destination, ``NaN`` minutes and the reason. Whole-number ids of
        destinations are ``Int64``, which can be missing.

    Raises
    ------
    InputError, CrsError, IdError
        If an argument is not what it should be; the message names the rows.
    SnapError
        If the radius is not a length.

    Examples
    --------
    Two towns on the plain: the nearest of two care points is the one at the door.

    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> town, village = (13.2610, 53.5570), (13.1708, 53.5270)
    >>> ds.nearest(network, [village], [town, village])
       origin  rank  destination  minutes status
    0       0     1            1      0.0     ok
    """
    check_choice("direction", direction, DIRECTIONS)
    asked, cutoff = check_count("k", k), check_minutes("max_minutes", max_minutes)
    rows = snap_places(
        network, origins, "origins", radius_metres=radius_metres, id_column=origin_id
    )
    columns = snap_places(
        network, destinations, "destinations", radius_metres=radius_metres, id_column=destination_id
    )
    at_most = min(asked, len(columns.points) + 1)
    blocks = []
    with follow(progress) as watcher:
        for value, part in _categories(network, destinations, columns, by, float(radius_metres)):
            found = network._handle.nearest(
                rows.native, part.native, at_most, cutoff, direction, watcher
            )
            blocks.append(_block(rows, part, found, {} if by is None else {by: value}))
    # Stable, so that within an origin the categories keep their order, and the ranks theirs.
    table = pd.concat(blocks).sort_index(kind="stable").reset_index(drop=True)
    table.attrs = network._attrs(
        k=asked,
        by=by,
        max_minutes=cutoff,
        direction=direction,
        radius_metres=float(radius_metres),
    )
    return table


def _categories(
    network: RoadNetwork,
    destinations: Places,
    snapped: Snapped,
    by: str | None,
    radius: float,
) -> list[tuple[Any, Snapped]]:
    """The destinations of each value of ``by``, in sorted order."""
    if by is None:
        return [(None, snapped)]
    values = _values(destinations, by)
    absent = values.isna().to_numpy()
    if absent.any():
        raise InputError(f"destinations has no {by!r} in {some(snapped.points.ids[absent])}")
    return [
        (value, snapped.subset(network, (values == value).to_numpy(), radius))
        for value in sorted(values.unique())
    ]


def _values(destinations: Places, by: str) -> pd.Series:
    if by in _RESERVED:
        raise InputError(f"by={by!r} is the name of a column of the result; rename it first")
    if not isinstance(destinations, gpd.GeoDataFrame):
        raise InputError(f"destinations has no column {by!r}: it is not a GeoDataFrame")
    if by not in destinations.columns:
        columns = ", ".join(map(repr, destinations.columns))
        raise InputError(f"destinations has no column {by!r}; it has {columns}")
    return destinations[by]


def _block(
    origins: Snapped,
    destinations: Snapped,
    found: tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.uint8]],
    category: dict[str, Any],
) -> pd.DataFrame:
    """The rows of one category, indexed by the position of the origin."""
    columns, minutes, status = found
    n, k = columns.shape
    row, column = np.repeat(np.arange(n), k), columns.ravel()
    sides = {
        name: pd.Series(values).take(row) for name, values in named_ids("origin", origins).items()
    }
    table = pd.DataFrame({name: values.array for name, values in sides.items()}, index=row)
    for name, value in category.items():
        table[name] = value
    table["rank"] = np.tile(np.arange(1, k + 1), n)
    for name, values in named_ids("destination", destinations).items():
        table[name] = _taken(values, column)
    table["minutes"] = minutes.ravel()
    table["status"] = status_names(status.ravel())
    return table


def _taken(values: Any, column: npt.NDArray[np.int64]) -> Any:
    """The values at some positions, missing where the position is -1."""
    array = pd.Series(values).array
    if pd.api.types.is_integer_dtype(array.dtype):
        array = array.astype("Int64")
    return pd.Series(array).array.take(column, allow_fill=True)
