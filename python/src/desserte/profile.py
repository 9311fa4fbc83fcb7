"""Who travels, and how fast: the rules of the road as the engine applies them.

A profile is a text of rules and settings (TOML) that ships with the engine. A
:class:`Profile` is that text with a few settings changed. It is applied when a
network is built and is written in the manifest of everything that follows.
"""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from desserte import _native
from desserte._frames import rural_areas
from desserte._html import card
from desserte.errors import ProfileError

if TYPE_CHECKING:
    import os

    from desserte._lazy import gpd

__all__ = ["Profile", "profile_text"]


_SEASONS = ("normal", "winter")


@dataclass(frozen=True)
class Profile:
    """The rules by which someone travels.

    Made by :meth:`car`, :meth:`foot`, :meth:`bicycle` or :meth:`from_toml`, and given to
    :meth:`RoadNetwork.from_pbf`.

    Attributes
    ----------
    toml
        The rules and settings, as the engine reads them.
    """

    toml: str

    @classmethod
    def car(
        cls,
        *,
        rural_kmh: float | gpd.GeoDataFrame = 80,
        departure: str | None = None,
        season: Literal["normal", "winter"] = "normal",
        ferries: bool = False,
        speed_factor: float = 1.0,
        walking_kmh: float = 4.0,
    ) -> Profile:
        """A car on French roads, off-peak.

        Parameters
        ----------
        rural_kmh
            Speed limit outside built-up areas where no sign says otherwise, in
            km/h, from 20 to 130: 80, or 90 where the département decided so. Or a GeoDataFrame
            of areas in any CRS with a column ``kmh``, where the
            banks of a river differ. Of areas that overlap the first decides;
            outside all of them the limit is 80. National roads (``ref`` N 102)
            stay at 80 in any case. A road is cut at the point of the map
            nearest the border.
        departure
            When one leaves, "2025-10-07T10:00", for tags that hold at certain
            hours, days or dates; None is that Tuesday of school term, at ten.
        season
            "winter" closes passes and what is not cleared of snow.
        ferries
            Whether a trip may take a ferry or a shuttle train. Before each crossing
            one waits 20 minutes, ``ferry_wait_minutes`` in the text of the profile.
        speed_factor
            Multiplies every driving speed, for a calibration on known trips:
            0.9 makes every drive a ninth longer. From 0.1 to 3.
        walking_kmh
            Speed of the access leg, between a place and its street, in km/h.

        Returns
        -------
        Profile
            The rules of the car with these settings.

        Raises
        ------
        ProfileError
            If a setting is not a number, or out of range.
        InputError, CrsError
            If areas have no ``kmh``, one that is no limit, no CRS, or no ground;
            the message names the rows.

        Examples
        --------
        The Ardèche drives at 90 km/h on its départementales.

        >>> ds.Profile.car(rural_kmh=90).settings["rural_kmh"]
        90.0

        The Drôme, on the other bank of the Rhône, at 80.

        >>> from shapely.geometry import box
        >>> banks = gpd.GeoDataFrame(
        ...     {"kmh": [90, 80]},
        ...     geometry=[box(3.9, 44.3, 4.8, 45.4), box(4.8, 44.3, 5.8, 45.4)],
        ...     crs="EPSG:4326",
        ... )
        >>> ds.Profile.car(rural_kmh=banks).settings["rural_areas"]["kmh"]
        [80.0, 90.0]
        """
        if not isinstance(ferries, bool):
            message = f"ferries is True or False, got {ferries!r}"
            raise ProfileError(message)
        # A table is known by its columns, so that a number does not load GeoPandas.
        is_table = hasattr(rural_kmh, "columns") or hasattr(rural_kmh, "geometry")
        areas = rural_areas(rural_kmh) if is_table else []
        settings = {
            **({} if is_table else {"rural_kmh": _in_range("rural_kmh", rural_kmh)}),
            "ferries": ferries,
            "speed_factor": _in_range("speed_factor", speed_factor),
            "walking_kmh": _in_range("walking_kmh", walking_kmh),
            **_moment(departure, season),
        }
        return cls(_native.profile_toml("car", json.dumps(settings), areas))

    @classmethod
    def foot(
        cls,
        *,
        walking_kmh: float = 4.0,
        departure: str | None = None,
        season: Literal["normal", "winter"] = "normal",
    ) -> Profile:
        """Someone on foot.

        Parameters
        ----------
        walking_kmh
            Speed on level streets, in km/h: 4 for a slow adult, 3 for someone old.
        departure, season
            As for :meth:`car`.

        Returns
        -------
        Profile
            The rules of a walker with these settings.

        Raises
        ------
        ProfileError
            If a setting is not one that a traveller could have.

        Examples
        --------
        >>> ds.Profile.foot(walking_kmh=3).settings["walking_kmh"]
        3.0
        """
        settings = {
            "walking_kmh": _in_range("walking_kmh", walking_kmh),
            **_moment(departure, season),
        }
        return cls(_native.profile_toml("foot", json.dumps(settings), []))

    @classmethod
    def bicycle(
        cls,
        *,
        speed_factor: float = 1.0,
        departure: str | None = None,
        season: Literal["normal", "winter"] = "normal",
    ) -> Profile:
        """An ordinary bicycle, at about 15 km/h.

        Parameters
        ----------
        speed_factor
            Multiplies every speed: 1.3 for an electric bicycle, 0.8 where it is hilly.
        departure, season
            As for :meth:`car`.

        Returns
        -------
        Profile
            The rules of a bicycle with these settings.

        Raises
        ------
        ProfileError
            If a setting is not one that a traveller could have.

        Examples
        --------
        >>> ds.Profile.bicycle().name
        'bicycle'
        """
        settings = {
            "speed_factor": _in_range("speed_factor", speed_factor),
            **_moment(departure, season),
        }
        return cls(_native.profile_toml("bicycle", json.dumps(settings), []))

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str]) -> Profile:
        """Reads rules of one's own.

        Start from the text of a built-in profile: ``ds.Profile.car().toml``.

        Parameters
        ----------
        path
            A text file in UTF-8.

        Returns
        -------
        Profile
            The rules of the file.

        Raises
        ------
        ProfileError
            If the text is not a profile; the message names the file and the line.
        FileNotFoundError
            If there is no such file.

        Examples
        --------
        >>> from pathlib import Path
        >>> path = Path("mine.toml")
        >>> path.write_text(ds.Profile.car(rural_kmh=90).toml, encoding="utf-8") > 0
        True
        >>> ds.Profile.from_toml(path).settings["rural_kmh"]
        90.0
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, IsADirectoryError) as error:
            message = f"{path} is not a text file in UTF-8: {error}"
            raise ProfileError(message) from error
        try:
            _native.profile_summary(text)
        except ProfileError as error:
            message = f"{path}: {error}"
            raise ProfileError(message) from error
        return cls(text)

    @property
    def name(self) -> str:
        """The name of the profile, such as "car"."""
        return str(self._summary()["name"])

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by name, in km/h where they are speeds.

        ``rural_areas``, where there are some: their count, their limits, each
        once (kmh), and a fingerprint of their outlines (sha256).
        """
        summary = self._summary()
        return {name: value for name, value in summary.items() if name != "name"}

    def _summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads(_native.profile_summary(self.toml))
        return summary

    def __repr__(self) -> str:
        """The name and the settings, on one line."""
        # What everyone has is not worth the room.
        settings = {
            name: value
            for name, value in self.settings.items()
            if not (name in {"bends", "delays"} and value)
        }
        order = [*(name for name in _ORDER if name in settings), *sorted(settings.keys() - _ORDER)]
        words = [f"{name}={_plain(settings[name])}" for name in order]
        return f"Profile({', '.join([self.name, *words])})"

    def _repr_html_(self) -> str:
        rows = [(name.replace("_", " "), _plain(value)) for name, value in self.settings.items()]
        return card(f"Profile {self.name}", rows)


_ORDER = (
    "rural_kmh",
    "rural_areas",
    "departure",
    "season",
    "ferries",
    "ferry_wait_minutes",
    "speed_factor",
    "walking_kmh",
)


def profile_text(profile: Profile | str) -> str:
    """The TOML of a profile, or of the built-in one of that name."""
    if isinstance(profile, Profile):
        return profile.toml
    names = _native.profile_names()
    if profile not in names:
        message = f"there is no profile {profile!r}; there are: {', '.join(names)}"
        raise ProfileError(message)
    return _native.profile_toml(profile, "{}", [])


def _moment(departure: str | None, season: str) -> dict[str, str]:
    """The settings of the hour and the season; the engine refuses what is none."""
    said = {} if departure is None else {"departure": str(departure)}
    if season not in _SEASONS:
        near = difflib.get_close_matches(str(season), _SEASONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        message = f"season is one of {', '.join(map(repr, _SEASONS))}, got {season!r}{hint}"
        raise ProfileError(message)
    return {**said, "season": season}


def _in_range(name: str, value: float) -> float:
    low, high = _native.setting_range(name)
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not low <= number <= high:
        message = f"{name} is a number from {low:g} to {high:g}, got {value!r}"
        raise ProfileError(message)
    return number


def _plain(value: object) -> str:
    if isinstance(value, dict):
        limits = ", ".join(f"{kmh:g}" for kmh in value["kmh"])
        return f"{value['count']} ({limits})"
    return f"{value:g}" if isinstance(value, float) else str(value)
