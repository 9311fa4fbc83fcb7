"""The first minute: every village of a rural area to its nearest care, without any file."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from desserte.command._output import try_folder
from desserte.command._say import say

__all__ = ["demo"]

_YOUR_OWN = """\
Et chez vous ? Téléchargez l'extrait de votre région ou de votre département, par exemple :
  https://download.geofabrik.de/europe/france/rhone-alpes.html
  https://download.openstreetmap.fr/extracts/europe/france/rhone_alpes/ardeche.osm.pbf
puis, au terminal :

  desserte nearest ardeche.osm.pbf @villages @care --by kind -o soins.xlsx

ou en Python :

  import desserte as ds
  network = ds.RoadNetwork.from_pbf("ardeche.osm.pbf", profile=ds.Profile.car(rural_kmh=90))
  places = ds.read_places("ardeche.osm.pbf")
  care = ds.read_care("ardeche.osm.pbf")
  table = ds.nearest(network, places, care[care["kind"] == "pharmacy"])
  print(table[["origin_name", "destination_name", "minutes"]].sort_values("minutes"))
"""


def demo(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DOSSIER", help="Dossier où écrire, créé au besoin."
        ),
    ] = Path("demo-output"),
) -> None:
    """Montre, sans aucun fichier, ce que fait le logiciel.

    Chaque village et hameau d'un territoire rural, livré avec le logiciel, avec le médecin, la
    pharmacie et l'hôpital les plus proches. Le tableau s'affiche ; les couches (GeoJSON),
    la carte, le tableau et le rapport d'une réunion sont écrits dans un dossier.
    """
    from desserte import demo as first_minute

    try_folder(output, make=True)
    done = first_minute.run(first_minute.demo_extract())
    written = first_minute.write(done, output)
    pictures = _pictures(done, output)
    say(first_minute.table_text(done))
    say("\nFichiers écrits :")
    for path in [*written, *pictures]:
        say(f"  {path.resolve()}")
    if pictures:
        say(
            "Le rapport est celui d'une réunion, à ouvrir et à imprimer : deux maisons de santé "
            "pour le Sud Ardèche.\nCROQUIS : ses communes sont réelles, ses routes et ses cabinets "
            "sont inventés."
        )
    else:
        say('  (pour avoir aussi la carte et un rapport : pip install "desserte[maps]")')
    say(f"\n{_YOUR_OWN}")


def _pictures(done: object, folder: Path) -> list[Path]:
    """The map and the report, where what draws them is installed."""
    if any(importlib.util.find_spec(name) is None for name in ("matplotlib", "jinja2")):
        return []
    from desserte._demo_report import write_report
    from desserte._map import draw

    path = folder / "carte.png"
    draw(done, path)  # type: ignore[arg-type]  # a Demo, imported late
    return [path, write_report(folder)]
