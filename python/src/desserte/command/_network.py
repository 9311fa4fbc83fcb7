"""Which streets does the question travel on?

Those of a saved network, or of extracts read for the occasion; and by whom they are used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from desserte.command._layers import areas_of
from desserte.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desserte.network import RoadNetwork
    from desserte.profile import Profile

__all__ = ["bar", "extracts_among", "is_extract", "network_of", "present", "profile_of"]

_SUFFIX = ".pbf"


def network_of(
    paths: Sequence[Path], *, profile: str | None, rural_kmh: str | None, quiet: bool
) -> RoadNetwork:
    """The network that the arguments name, opened or built."""
    from desserte.network import RoadNetwork

    present(paths)
    extracts = extracts_among(paths)
    if extracts and len(extracts) == len(paths):
        rules = profile_of(profile, rural_kmh=rural_kmh)
        return RoadNetwork.from_pbf(extracts, profile=rules, progress=bar(quiet=quiet))
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise InputError(f"the network is one saved file, or extracts alone, got {names}")
    if profile is not None or rural_kmh is not None:
        raise InputError(
            f"{paths[0].name} keeps the profile it was built with; "
            "for another, build it again: desserte build --profile ... --rural-kmh ..."
        )
    return RoadNetwork.load(paths[0])


def profile_of(
    name: str | None,
    *,
    rural_kmh: str | None = None,
    departure: str | None = None,
    season: str | None = None,
) -> Profile:
    """The rules that the options describe."""
    from desserte.profile import Profile, profile_text

    given: dict[str, Any] = {"departure": departure, "season": season}
    settings = {option: value for option, value in given.items() if value is not None}
    if rural_kmh is not None:
        settings["rural_kmh"] = _kmh_of(rural_kmh)
    name = "car" if name is None else name
    if name.endswith(".toml"):
        _refuse(settings, f"the profile {name} has its settings in the file")
        return Profile.from_toml(name)
    if name != "car":
        _refuse(settings.keys() & {"rural_kmh"}, f"the profile {name!r} has no rural limit")
    makers: dict[str, Any] = {"car": Profile.car, "foot": Profile.foot, "bicycle": Profile.bicycle}
    # An unknown name is refused with those that there are.
    made: Profile = makers[name](**settings) if name in makers else Profile(profile_text(name))
    return made


def present(paths: Sequence[Path]) -> None:
    """Refuses what is not there, all of it at once."""
    absent = [str(path) for path in paths if not path.exists()]
    if absent:
        raise FileNotFoundError(f"there is no file {', '.join(map(repr, absent))}")
    folders = [str(path) for path in paths if path.is_dir()]
    if folders:
        raise InputError(f"{', '.join(map(repr, folders))} is a folder; give the file")


def extracts_among(paths: Sequence[Path]) -> list[Path]:
    """Those that are extracts, by their names."""
    return [path for path in paths if is_extract(path)]


def is_extract(path: Path) -> bool:
    """Whether a file bears the name of an extract."""
    return path.name.lower().endswith(_SUFFIX)


def bar(*, quiet: bool) -> bool | None:
    """No bar, or one where someone can see it."""
    return False if quiet else None


def _kmh_of(text: str) -> Any:
    """A number, or the areas of a file."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return areas_of(text, "--rural-kmh")


def _refuse(options: Any, why: str) -> None:
    if options:
        named = ", ".join(f"--{option.replace('_', '-')}" for option in sorted(options))
        raise InputError(f"{why}; leave {named} out")
