"""Where is the nearest care of these places, and how far?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from desserte.command._ask import Scene, minutes_or_none, output_of, placed, told, write
from desserte.command._network import bar
from desserte.command._options import (
    BothDirections,
    BothWays,
    Crs,
    DestinationId,
    DestinationName,
    Destinations,
    Extracts,
    FrenchCsv,
    Id,
    MaxMinutes,
    Name,
    Networks,
    Origins,
    Output,
    ProfileName,
    Quiet,
    RadiusMetres,
    RuralKmh,
)
from desserte.command._say import say
from desserte.command._words import KINDS, count, counted, minutes, print_table
from desserte.command._write import FORMS

__all__ = ["nearest"]

_K = Annotated[int, typer.Option("--k", metavar="N", min=1, help="Combien par origine.")]
_By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="COLONNE",
        show_default=False,
        help="Autant de chaque valeur de cette colonne : --by kind donne le médecin, la pharmacie "
        "et les autres les plus proches.",
    ),
]


def nearest(
    network: Networks,
    origins: Origins,
    destinations: Destinations,
    *,
    k: _K = 1,
    by: _By = None,
    max_minutes: MaxMinutes = None,
    direction: BothDirections = BothWays.from_,
    radius_metres: RadiusMetres = 1000,
    output: Output = None,
    id: Id = None,  # noqa: A002 - the name of the option
    name: Name = None,
    destination_id: DestinationId = None,
    destination_name: DestinationName = None,
    crs: Crs = None,
    extract: Extracts = None,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    french_csv: FrenchCsv = False,
    quiet: Quiet = False,
) -> None:
    """Trouve le plus proche de chaque lieu, en minutes.

    Exemple : desserte nearest ardeche.osm.pbf @villages @care --by kind -o soins.xlsx

    Sans fichier à écrire, le tableau s'affiche, le plus mal desservi d'abord.
    """
    cutoff = minutes_or_none(max_minutes, "--max-minutes")
    path = output_of(output, FORMS, french_csv=french_csv)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    rows = scene.points(origins, "ORIGINES", id=id, name=name)
    columns = scene.points(destinations, "DESTINATIONS", id=destination_id, name=destination_name)
    import desserte as ds

    table = ds.nearest(
        scene.network(),
        rows.points,
        columns.points,
        k=k,
        by=by,
        max_minutes=cutoff,
        direction=direction.value,
        radius_metres=radius_metres,
        progress=bar(quiet=quiet),
    )
    table.attrs["sources"] = told({"ORIGINES": rows, "DESTINATIONS": columns})
    if path is None:
        print_table(table.sort_values("minutes", ascending=False, na_position="first"))
    _summary(table, by)
    if path is not None:
        is_map = path.suffix.lower() in (".geojson", ".gpkg")
        written = placed(table, table["origin"], rows, path) if is_map else table
        write(path, {"nearest": written}, french_csv=french_csv, quiet=quiet)


def _summary(table: Any, by: str | None) -> None:
    """A line a value of ``by``: the median, the farthest, and who has no time."""
    first = table[table["rank"] == 1]
    groups = [("", first)] if by is None else list(first.groupby(by, sort=True))
    for value, rows in groups:
        known = rows.dropna(subset="minutes")
        what = f"{KINDS.get(str(value), value)} : " if by is not None else ""
        if known.empty:
            say(f"{what}aucun lieu n'a de temps.")
            continue
        farthest = known.loc[known["minutes"].idxmax()]
        who = farthest.get("origin_name")
        who = farthest["origin"] if who is None or who != who else who  # noqa: PLR0124 - NaN
        say(
            f"{what}{counted(len(rows), 'lieu')}, la moitié à "
            f"{minutes(float(known['minutes'].median()))} ou moins ; le plus loin, {who}, à "
            f"{minutes(float(farthest['minutes']))} ; {count(len(rows) - len(known))} sans temps."
        )
