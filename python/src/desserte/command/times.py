"""How long is every trip between these places and those?"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from desserte.command._ask import Scene, minutes_or_none, output_of, told, write
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
    ProfileName,
    Quiet,
    RadiusMetres,
    RuralKmh,
)
from desserte.command._say import say
from desserte.command._words import counted, minutes
from desserte.command._write import TABLES, write_beside
from desserte.errors import InputError

__all__ = ["times"]


class _Layout(str, Enum):
    dense = "dense"
    sparse = "sparse"
    wide = "wide"


_Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FICHIER",
        show_default=False,
        help="Fichier à écrire : .parquet (au fur et à mesure, quelle que soit la taille), .csv, "
        ".xlsx.",
    ),
]
_LayoutOption = Annotated[
    _Layout,
    typer.Option(
        "--layout",
        help="dense : une ligne par couple, avec la raison s'il n'a pas de temps ; sparse : "
        "seulement les couples qui en ont un ; wide : un tableau croisé.",
    ),
]
_Kilometres = Annotated[
    bool, typer.Option("--kilometres", help="Mesure aussi la longueur des trajets.")
]


def times(
    network: Networks,
    origins: Origins,
    destinations: Destinations,
    *,
    output: _Output,
    max_minutes: MaxMinutes = None,
    direction: BothDirections = BothWays.from_,
    layout: _LayoutOption = _Layout.dense,
    kilometres: _Kilometres = False,
    radius_metres: RadiusMetres = 1000,
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
    """Calcule le temps de tous les trajets.

    Exemple : desserte times ardeche.desserte communes.csv finess.csv --max-minutes 60
    --layout sparse -o temps.parquet
    """
    cutoff = minutes_or_none(max_minutes, "--max-minutes")
    path = output_of(output, TABLES, french_csv=french_csv)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    rows = scene.points(origins, "ORIGINES", id=id, name=name)
    columns = scene.points(destinations, "DESTINATIONS", id=destination_id, name=destination_name)
    import desserte as ds

    question: dict[str, Any] = {
        "max_minutes": cutoff,
        "direction": direction.value,
        "radius_metres": radius_metres,
        "kilometres": kilometres,
        "layout": "sparse" if layout is _Layout.sparse else "dense",
        "progress": bar(quiet=quiet),
    }
    sources = told({"ORIGINES": rows, "DESTINATIONS": columns})
    streets = scene.network()
    is_streamed = path is not None and path.suffix.lower() == ".parquet"
    if path is None or (is_streamed and layout is not _Layout.wide):
        ds.travel_times(streets, rows.points, columns.points, to=path, **question)
        attrs = {"manifest": streets.manifest, **question, "sources": sources}
        del attrs["progress"]
        sides = f"{counted(len(rows), 'origine')}, {counted(len(columns), 'destination')}"
        say(f"{sides} : {counted(_lines(output), 'ligne')}.")
        say(f"Écrit : {path}, {write_beside(output, {'times': attrs})}")
        return
    made = ds.travel_times(streets, rows.points, columns.points, **question)
    table = _wide(made) if layout is _Layout.wide else made.to_frame()
    table.attrs["sources"] = sources
    _summary(made, len(rows), len(columns))
    write(path, {"times": table}, french_csv=french_csv, quiet=quiet)


def _lines(path: Path) -> int:
    """How many pairs a file holds."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _wide(made: Any) -> Any:
    """Origins in rows, destinations in columns, the origin in the first."""
    table = made.to_wide()
    if table.columns.isin(["origin"]).any():
        raise InputError("a destination has the id 'origin', the name of the first column")
    attrs = table.attrs
    table.columns = table.columns.map(str)
    table = table.rename_axis("origin").reset_index()
    table.attrs = attrs
    return table


def _summary(made: Any, n: int, m: int) -> None:
    from desserte._lazy import np

    found = made.minutes[np.isfinite(made.minutes)]
    said = f"{counted(n, 'origine')}, {counted(m, 'destination')} : {counted(len(found), 'trajet')}"
    if len(found):
        said += f", de {minutes(float(found.min()))} à {minutes(float(found.max()))}"
    say(f"{said} ; {counted(n * m - len(found), 'couple sans temps')}.")
