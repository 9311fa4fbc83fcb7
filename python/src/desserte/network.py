"""The streets someone may use, and where a place lies on them.

A :class:`RoadNetwork` is built from OpenStreetMap extracts for one
:class:`~desserte.Profile`. It holds the compiled streets and graph, never
changes, and may be asked from several threads at once.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from desserte import _native
from desserte._checks import Paths, check_length, file_name, file_names
from desserte._frames import LONLAT, Areas, Places, clip_wkb
from desserte._html import card, count
from desserte._lazy import gpd, pd, shapely
from desserte._progress import Progress, follow
from desserte._snaps import snap_places
from desserte.profile import Profile, profile_text

if TYPE_CHECKING:
    import os

__all__ = ["RoadNetwork"]


class RoadNetwork:
    """The streets of one or several extracts, as one traveller may use them.

    Made by :meth:`from_pbf`, kept by :meth:`save` and opened again by :meth:`load`.
    """

    __slots__ = ("_handle", "_manifest")

    def __init__(self, handle: _native.Network) -> None:
        """Wraps a compiled network; see :meth:`from_pbf` and :meth:`load`."""
        self._handle = handle
        self._manifest: dict[str, Any] = json.loads(handle.manifest())

    @classmethod
    def from_pbf(
        cls,
        paths: Paths,
        *,
        profile: Profile | str = "car",
        within: Areas | None = None,
        buffer_km: float = 30,
        progress: Progress = None,
    ) -> RoadNetwork:
        """Builds the network of one or several OpenStreetMap extracts.

        Extracts may overlap: an element that is in several of them counts once.

        Parameters
        ----------
        paths
            One ``.osm.pbf`` file, or several.
        profile
            Who travels: the name of a built-in profile, or one with settings of
            one's own.
        within
            Areas to keep, in any CRS; everything where None.
        buffer_km
            How far around ``within`` streets are kept, in kilometres: the best
            road to a neighbour may leave the département.
        progress
            A bar: True, False, or None for a bar on a terminal or in a
            notebook. Or a function of phase, done and total.

        Returns
        -------
        RoadNetwork
            Streets and graph, ready to be asked.

        Raises
        ------
        FileNotFoundError
            If a file does not exist.
        OsmError
            If a file is not a PBF, or is damaged.
        NetworkError
            If there is no street in the files, or none is left by ``within``.
        ProfileError
            If there is no such profile.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> network.manifest["profile"]["name"]
        'car'
        """
        names, text, clip = file_names(paths), profile_text(profile), clip_wkb(within)
        buffer_metres = check_length("buffer_km", buffer_km) * 1000.0
        with follow(progress) as watcher:
            return cls(_native.Network.from_pbf(names, text, clip, buffer_metres, watcher))

    def prepare(self, *, progress: Progress = None) -> RoadNetwork:
        """Makes large questions quick: the hierarchy, once for the network.

        :func:`travel_times` and :func:`nearest` do it by themselves where a
        question is large enough to pay for it (about ten seconds for a million
        nodes). Call it before many small questions, and before
        :meth:`save`, which keeps it. No time changes by it.

        Parameters
        ----------
        progress
            A bar: True, False, or None for a bar on a terminal or in a
            notebook. Or a function of phase, done and total.

        Returns
        -------
        RoadNetwork
            This network.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> network.prepare().is_prepared
        True
        """
        with follow(progress) as watcher:
            self._handle.prepare(watcher)
        return self

    @property
    def is_prepared(self) -> bool:
        """Whether the hierarchy is there, made or opened with the network."""
        return self._handle.is_prepared()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> RoadNetwork:
        """Opens a network that :meth:`save` wrote, in a few milliseconds.

        It answers as the one that was saved, to the millisecond, and knows its
        extracts, its profile and its version. The file is mapped, not copied:
        several processes that open it share its memory. Do not change it while
        it is in use; saving over it is safe.

        Parameters
        ----------
        path
            The file.

        Returns
        -------
        RoadNetwork
            The network, ready to be asked.

        Raises
        ------
        FileNotFoundError
            If the file does not exist.
        SavedNetworkError
            If it is not a saved network, or not to the last bit what was saved:
            cut short, damaged, of another version or another kind of machine.
            The message says what to do.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network.save(pathlib.Path(folder) / "rural.desserte")
        ...     opened = ds.RoadNetwork.load(pathlib.Path(folder) / "rural.desserte")
        >>> opened.manifest == network.manifest
        True
        """
        return cls(_native.Network.load(file_name(path)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves the network to one file, for :meth:`load`.

        The file is written beside the name and put under it when it is whole. A
        full disk or an interruption leaves what was there before. The same
        network gives the same bytes; one that was prepared is saved so. The file
        opens on machines of the same kind and with versions that know its format;
        it is quick to make again from the extracts, so it is no archive.

        Parameters
        ----------
        path
            The file; what is there is replaced. Any name will do, for instance
            ``ardeche.desserte``.

        Raises
        ------
        SavedNetworkError
            If the file cannot be written there; what was under the name is
            unchanged.
        """
        self._handle.save(file_name(path))

    @property
    def manifest(self) -> dict[str, Any]:
        """What the network was made from and what it holds.

        Keys ``version``, ``profile`` (settings, and ``rural_areas`` where the
        profile has some), ``extracts`` (name, bytes,
        sha256 and data_date of each file), ``oddities`` (what was odd in the
        files, counted), ``counts``, ``bounds`` (west, south, east, north in
        degrees) and ``projection``. A copy: changing it changes nothing.
        """
        return copy.deepcopy(self._manifest)

    def snap(self, points: Places, *, radius_metres: float = 1000) -> gpd.GeoDataFrame:
        """Finds the spot of the nearest street for every point.

        The nearest street wins whatever the other points are. Motorways,
        tunnels, bridges and ferries are no streets to arrive on, nor are small
        bits of road cut off from everything.

        Parameters
        ----------
        points
            Points in any CRS, or an (n, 2) array of longitude and latitude.
        radius_metres
            How far to look for a street.

        Returns
        -------
        geopandas.GeoDataFrame
            A row a point, with the index and the CRS of ``points``:
            ``distance_metres`` and ``access_minutes`` of the access leg, on
            foot (``NaN`` off the network), ``street`` (a number, missing off
            the network), ``outcome`` ("ok" or "off_network"),
            ``crosses_barrier`` (whether the leg crosses water or a motorway),
            and the spot itself as geometry (None off the network).

        Raises
        ------
        InputError, CrsError, IdError
            If points are not what they should be; the message names the rows.
        SnapError
            If the radius is not a length.

        Examples
        --------
        A village, and a place without any street around.

        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> snaps = network.snap([(13.2610, 53.5570), (0.0, 0.0)])
        >>> snaps["outcome"].tolist()
        ['ok', 'off_network']
        """
        snapped = snap_places(self, points, "points", radius_metres=radius_metres)
        table = snapped.table().drop(columns="name", errors="ignore")
        table.attrs = self._attrs(radius_metres=float(radius_metres))
        return table

    def streets(self) -> gpd.GeoDataFrame:
        """Every street of the network: the background of a map.

        Returns
        -------
        geopandas.GeoDataFrame
            ``highway`` (the class of the road in OpenStreetMap) and the line,
            in EPSG:4326.

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> len(network.streets()) == network.manifest["counts"]["streets"]
        True
        """
        highway, lines = self._handle.streets()
        table = gpd.GeoDataFrame({"highway": highway}, geometry=shapely.from_wkb(lines), crs=LONLAT)
        table.attrs = self._attrs()
        return table

    def speeds(self) -> pd.DataFrame:
        """Kilometres by class of road and by what decided the speed: how good the map is.

        A street counts once, whoever may pass. Where both of its directions are
        open each has half of it, since a sign may stand on one side only.

        Returns
        -------
        pandas.DataFrame
            The longest first: ``highway`` (the class of the road), ``speed_source``
            (what set the speed, in the words of :func:`~desserte.explain`),
            ``kilometres``, ``share`` (of all kilometres), ``kmh`` (mean speed as
            driven, length over time, with bends, braking and accelerating and
            without the delays of junctions), ``lane_kmh`` (the same without
            bends). A bend is no source: it is the difference between the two.

            In ``attrs``: ``kilometres`` in all; ``share_by_source``, the largest
            first; ``share_with_limit`` and ``share_with_surface``, where the map
            has a number of ``maxspeed``, and a ``surface``, whether or not they
            decide; ``share_restricted``, where only those pass who begin or end
            there; and ``cut_off``, what no road joins to the longest part of the
            network: ``inhabited`` (of each part ``kilometres``, ``settlements``
            within 1000 m and the ``names`` of up to five), ``uninhabited``, and
            ``fragments`` too small to snap to (``count``, ``kilometres``).

        Examples
        --------
        >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
        >>> sheet = network.speeds()
        >>> bool(abs(sheet["share"].sum() - 1) < 1e-9)
        True
        >>> list(sheet.attrs["share_by_source"])[:2]
        ['class default', 'posted limit']
        """
        highway, source, kilometres, kmh, lane_kmh, text = self._handle.speeds()
        totals = json.loads(text)
        everything = totals["kilometres"]
        columns = {
            "highway": pd.Series(highway, dtype=object),
            "speed_source": pd.Series(source, dtype=object),
            "kilometres": kilometres,
            "share": kilometres / everything,
            "kmh": kmh,
            "lane_kmh": lane_kmh,
        }
        table = pd.DataFrame(columns)
        by_source = table.groupby("speed_source")["share"].sum().sort_values(ascending=False)
        table.attrs = self._attrs(
            kilometres=everything,
            share_by_source=by_source.to_dict(),
            share_with_limit=totals["with_limit"] / everything,
            share_with_surface=totals["with_surface"] / everything,
            share_restricted=totals["restricted"] / everything,
            cut_off=totals["cut_off"],
        )
        return table

    def _attrs(self, **parameters: Any) -> dict[str, Any]:
        """What every result carries: the manifest and the parameters of the question."""
        return {"manifest": self.manifest, **parameters}

    def __repr__(self) -> str:
        """The profile, the size, the extracts and their dates, on one line."""
        counts = self._manifest["counts"]
        size = f"{count(counts['nodes'])} nodes, {count(counts['arcs'])} arcs"
        return (
            f"RoadNetwork({self._manifest['profile']['name']}, {size}, {_extracts(self._manifest)})"
        )

    def _repr_html_(self) -> str:
        counts = self._manifest["counts"]
        rows = [
            ("profile", self._manifest["profile"]["name"]),
            ("extracts", _extracts(self._manifest)),
            ("streets", f"{count(counts['streets'])} ({count(counts['street_km'])} km)"),
            ("junctions", count(counts["junctions"])),
            ("arcs", count(counts["arcs"])),
            ("turn restrictions", count(self._manifest["restrictions"]["applied"])),
            ("version", self._manifest["version"]),
        ]
        return card("Road network", rows)


def _extracts(manifest: dict[str, Any]) -> str:
    """The files with the dates of their data: ``limousin.osm.pbf, 2026-11-01``."""
    return "; ".join(
        f"{extract['name']}, {(extract['data_date'] or '')[:10] or 'date unknown'}"
        for extract in manifest["extracts"]
    )
