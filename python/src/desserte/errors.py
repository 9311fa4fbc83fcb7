"""What can go wrong, by name.

An outcome is a value: a village that no road reaches has ``NaN`` minutes and a
reason. A failure is one of the errors below. All are :class:`DesserteError`,
and ``ValueError`` too, since it is always a value that is to blame: a file, a
column, a number. A missing file is the builtin ``FileNotFoundError``.

The compiled half raises these same classes.
"""

from __future__ import annotations

__all__ = [
    "CrsError",
    "DesserteError",
    "EdgeWarning",
    "IdError",
    "InputError",
    "IsochroneError",
    "NetworkError",
    "OffNetworkWarning",
    "OsmError",
    "ProfileError",
    "ResolutionWarning",
    "SavedNetworkError",
    "SnapError",
    "TableError",
    "ThresholdWarning",
]


class DesserteError(Exception):
    """Anything this package refuses to do."""


class OsmError(DesserteError, ValueError):
    """A map file cannot be read: not a PBF, cut short, damaged, or of an unknown feature."""


class ProfileError(DesserteError, ValueError):
    """A profile does not exist, is not well formed, or has a setting out of range."""


class NetworkError(DesserteError, ValueError):
    """The extracts, or what is left of them after clipping, do not make a road network."""


class SavedNetworkError(DesserteError, ValueError):
    """A saved network is not one, is damaged, or of another version; or it cannot be written."""


class SnapError(DesserteError, ValueError):
    """Places cannot be put on streets: the radius is no length, or the network another one."""


class IsochroneError(DesserteError, ValueError):
    """An isochrone cannot be drawn at this resolution, or over this distance off the street."""


class InputError(DesserteError, ValueError):
    """An argument is empty, out of range, misspelt, or of another kind than the one asked for."""


class CrsError(InputError):
    """Places come without a coordinate reference system, or with one that cannot be converted."""


class IdError(InputError):
    """Ids are missing, repeated, or name nothing."""


class TableError(InputError):
    """A file of French data is not laid out as any known one, or says what cannot be."""


class OffNetworkWarning(UserWarning):
    """Some origins have no street within the radius, so that nothing can be drawn around them."""


class EdgeWarning(UserWarning):
    """The times end at the edge of the study or of the map; what lies outside is not counted."""


class ResolutionWarning(UserWarning):
    """The cells are coarser than the ground that is asked for; streets may fall between."""


class ThresholdWarning(UserWarning):
    """A threshold is of another figure, population or territory than those it is applied to."""
