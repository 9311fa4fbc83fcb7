"""The command line: ``desserte demo`` is the first minute, ``--version`` says which one it is."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from desserte import _native
from desserte.errors import DesserteError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_REFUSED = 2
_INTERRUPTED = 130

_YOUR_OWN = """\
Et chez vous ? Téléchargez l'extrait de votre région ou de votre département, par exemple :
  https://download.geofabrik.de/europe/france/rhone-alpes.html
  https://download.openstreetmap.fr/extracts/europe/france/rhone_alpes/ardeche.osm.pbf
puis, en Python :

  import desserte as ds
  network = ds.RoadNetwork.from_pbf("ardeche.osm.pbf", profile=ds.Profile.car(rural_kmh=90))
  places = ds.read_places("ardeche.osm.pbf")
  care = ds.read_care("ardeche.osm.pbf")
  table = ds.nearest(network, places, care[care["kind"] == "pharmacy"])
  print(table[["origin_name", "destination_name", "minutes"]].sort_values("minutes"))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives the exit code, 2 where a request is refused."""
    options = _parser().parse_args(arguments)
    try:
        return _demo(options.output)
    except (DesserteError, OSError) as error:
        print(f"desserte: {error}", file=sys.stderr)
        return _REFUSED
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="desserte", description="How well a place is served.")
    parser.add_argument("--version", action="version", version=f"desserte {_native.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    demo = commands.add_parser("demo", help="every village of a rural area to its nearest care")
    demo.add_argument(
        "--output",
        type=Path,
        default=Path("demo-output"),
        metavar="DIR",
        help="folder to write in, made if need be (default: %(default)s)",
    )
    return parser


def _demo(folder: Path) -> int:
    from desserte import demo

    _make_writable(folder)
    done = demo.run(demo.demo_extract())
    written = demo.write(done, folder)
    picture = _picture(done, folder)
    _say(demo.table_text(done))
    _say("\nFichiers écrits :")
    for path in [*written, *([picture] if picture else [])]:
        _say(f"  {path.resolve()}")
    if picture is None:
        _say('  (pour avoir aussi la carte : pip install "desserte[maps]")')
    _say(f"\n{_YOUR_OWN}")
    return 0


def _picture(done: object, folder: Path) -> Path | None:
    """The map, where matplotlib is installed."""
    if importlib.util.find_spec("matplotlib") is None:
        return None
    from desserte._map import draw

    path = folder / "carte.png"
    draw(done, path)  # type: ignore[arg-type]  # a Demo, imported late
    return path


def _make_writable(folder: Path) -> None:
    """Makes the folder and tries it, before anything long is begun."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            f"cannot write in {folder}: {reason}; choose another folder with --output"
        ) from None


def _say(text: str) -> None:
    """Prints, with a question mark for a letter that the terminal does not know."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="replace").decode(encoding))


if __name__ == "__main__":
    sys.exit(main())
