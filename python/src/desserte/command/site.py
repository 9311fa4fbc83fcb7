"""Where should the next sites open?"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desserte._checks import some
from desserte.command._ask import (
    Scene,
    ids_named,
    minutes_or_none,
    number_column,
    output_of,
    placed,
    told,
    write,
)
from desserte.command._network import bar
from desserte.command._options import (
    Crs,
    Extracts,
    FrenchCsv,
    Id,
    Name,
    Networks,
    Output,
    ProfileName,
    Quiet,
    RadiusMetres,
    RuralKmh,
)
from desserte.command._say import say
from desserte.command._words import count, counted, print_table
from desserte.command._write import FORMS
from desserte.errors import IdError

if TYPE_CHECKING:
    from pathlib import Path

    from desserte.command._points import Layer
    from desserte.siting import Plan

__all__ = ["site"]


class _Goal(str, Enum):
    max_coverage = "max_coverage"
    min_mean_time = "min_mean_time"
    min_worst_time = "min_worst_time"
    cover_all = "cover_all"
    backup_coverage = "backup_coverage"


_WITH_LIMIT = {_Goal.max_coverage, _Goal.cover_all, _Goal.backup_coverage}

_Demand = Annotated[
    str,
    typer.Argument(
        metavar="DEMANDE", show_default=False, help="Où vivent les gens : fichier, ou @communes."
    ),
]
_Candidates = Annotated[
    str,
    typer.Argument(
        metavar="CANDIDATS", show_default=False, help="Où l'on peut ouvrir : fichier, ou @mot."
    ),
]
_Existing = Annotated[
    str | None,
    typer.Option(
        "--existing",
        metavar="COUCHE",
        show_default=False,
        help="Sites ouverts, qui le restent : fichier, ou @care:msp par exemple.",
    ),
]
_GoalOption = Annotated[
    _Goal,
    typer.Option(
        "--goal",
        metavar="OBJECTIF",
        help="max_coverage : le plus d'habitants à moins de --minutes ; min_mean_time : le trajet "
        "moyen le plus court ; min_worst_time : le plus long trajet le plus court ; cover_all : "
        "tous à moins de --minutes, avec le moins de sites ; backup_coverage : deux sites.",
    ),
]
_New = Annotated[
    int | None,
    typer.Option(
        "--new", metavar="N", min=1, show_default=False, help="Combien de sites à ouvrir."
    ),
]
_Minutes = Annotated[
    float | None,
    typer.Option("--minutes", metavar="MIN", show_default=False, help="Le seuil, inclus."),
]
_DemandColumn = Annotated[
    str | None,
    typer.Option(
        "--demand-column",
        metavar="COLONNE",
        show_default=False,
        help="Colonne des habitants de DEMANDE (nommée 65+, elle se lit « 65 ans et plus ») ; "
        "chaque lieu compte pour un si rien n'est dit.",
    ),
]
_Required = Annotated[
    str | None,
    typer.Option(
        "--required", metavar="ID,ID", show_default=False, help="Candidats qui doivent ouvrir."
    ),
]
_Forbidden = Annotated[
    str | None,
    typer.Option(
        "--forbidden", metavar="ID,ID", show_default=False, help="Candidats qui ne peuvent ouvrir."
    ),
]
_Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Graine du hasard.")]
_Seconds = Annotated[
    float | None,
    typer.Option(
        "--seconds",
        metavar="S",
        show_default=False,
        help="Le meilleur choix trouvé d'ici là ; Ctrl-C donne aussi le meilleur connu.",
    ),
]
_CandidateId = Annotated[
    str | None,
    typer.Option(
        "--candidate-id", metavar="COLONNE", show_default=False, help="Identifiants de CANDIDATS."
    ),
]
_CandidateName = Annotated[
    str | None,
    typer.Option(
        "--candidate-name", metavar="COLONNE", show_default=False, help="Noms de CANDIDATS."
    ),
]


def site(
    network: Networks,
    demand: _Demand,
    candidates: _Candidates,
    *,
    existing: _Existing = None,
    goal: _GoalOption = _Goal.max_coverage,
    new: _New = None,
    minutes: _Minutes = None,
    demand_column: _DemandColumn = None,
    required: _Required = None,
    forbidden: _Forbidden = None,
    seed: _Seed = 0,
    seconds: _Seconds = None,
    radius_metres: RadiusMetres = 1000,
    output: Output = None,
    id: Id = None,  # noqa: A002 - the name of the option
    name: Name = None,
    candidate_id: _CandidateId = None,
    candidate_name: _CandidateName = None,
    crs: Crs = None,
    extract: Extracts = None,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    french_csv: FrenchCsv = False,
    quiet: Quiet = False,
) -> None:
    """Choisit où ouvrir les prochains sites.

    Exemple : desserte site ardeche.osm.pbf communes.csv @communes --existing @care:msp
    --new 2 --minutes 15 --demand-column plus_65 -o plan.xlsx

    La phrase dit ce qui change, pour combien d'habitants, et si un autre choix ferait mieux.
    """
    _refuse_incomplete(goal, new, minutes)
    limit = minutes_or_none(minutes, "--minutes")
    path = output_of(output, FORMS, french_csv=french_csv)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    layers = {
        "DEMANDE": scene.points(demand, "DEMANDE", id=id, name=name),
        "CANDIDATS": scene.points(candidates, "CANDIDATS", id=candidate_id, name=candidate_name),
    }
    if existing is not None:
        layers["--existing"] = _apart(scene.points(existing, "--existing"), layers["CANDIDATS"])
    question: dict[str, Any] = {
        "goal": goal.value,
        "new_sites": new,
        "minutes": limit,
        "demand": _people(layers["DEMANDE"], demand_column),
        "required": ids_named(required, layers["CANDIDATS"], "--required"),
        "forbidden": ids_named(forbidden, layers["CANDIDATS"], "--forbidden"),
        "seed": seed,
        "seconds": seconds,
    }
    plan = _plan(scene, layers, question, radius_metres)
    _tell(plan)
    if path is not None:
        write(path, _tables(plan, layers, path), french_csv=french_csv, quiet=quiet)


def _people(layer: Layer, column: str | None) -> Any:
    return None if column is None else number_column(layer, column, "DEMANDE", "--demand-column")


def _plan(
    scene: Scene, layers: dict[str, Layer], question: dict[str, Any], radius_metres: float
) -> Plan:
    """The plan, once the trips to the candidates and to the open sites are timed."""
    import desserte as ds

    streets = scene.network()
    times = {
        role: ds.travel_times(
            streets,
            layers["DEMANDE"].points,
            layer.points,
            radius_metres=radius_metres,
            progress=bar(quiet=scene.quiet),
        )
        for role, layer in layers.items()
        if role != "DEMANDE"
    }
    return ds.site(times["CANDIDATS"], existing=times.get("--existing"), **question)


def _refuse_incomplete(goal: _Goal, new: int | None, minutes: float | None) -> None:
    """Refuses a question without its figures."""
    if new is None and goal is not _Goal.cover_all:
        raise typer.BadParameter("how many sites are to open?", param_hint="--new")
    if minutes is None and goal in _WITH_LIMIT:
        raise typer.BadParameter(f"{goal.value} needs its limit", param_hint="--minutes")


def _apart(existing: Layer, candidates: Layer) -> Layer:
    """Existing sites under ids of their own: where rows were only counted, both begin at 1."""
    from desserte._lazy import pd

    ids = existing.points.index
    if isinstance(ids, pd.RangeIndex):
        points = existing.points.set_index("existant " + ids.astype(str))
        return replace(existing, points=points)
    both = ids.intersection(candidates.points.index)
    if len(both):
        raise IdError(
            f"--existing and CANDIDATS share {some(both, 'id')}; a site that is open is no "
            "candidate: leave it out of one of both"
        )
    return existing


def _tell(plan: Plan) -> None:
    """The sentence, the sites, and who cannot be served."""
    say(plan.sentence())
    say()
    idle = (plan.table["role"] == "existing") & (plan.table["people"] == 0)
    print_table(plan.table[~idle])
    if idle.any():
        say(f"Sites existants qui ne sont les plus proches de personne : {count(idle.sum())}.")
    left = plan.uncovered
    if len(left):
        people = float(left["people"].sum())
        who = f"{counted(len(left), 'lieu')} ({counted(people, 'habitant')})"
        say(f"Qu'aucun candidat ne peut servir : {who}.")


def _tables(plan: Plan, layers: dict[str, Layer], path: Path) -> dict[str, Any]:
    """The sites, who goes where, and who cannot be served; on a map, each at its place."""
    from desserte._lazy import gpd, pd

    plan.table.attrs = {**plan.attrs, "status": plan.status, "sources": told(layers)}
    of_sites = layers["CANDIDATS"]
    if "--existing" in layers:
        existing, crs = layers["--existing"], of_sites.points.crs
        points = pd.concat([of_sites.points, existing.points.to_crs(crs)])
        shapes = pd.concat([of_sites.shapes, existing.shapes.to_crs(crs)])
        of_sites = replace(of_sites, points=gpd.GeoDataFrame(points), shapes=gpd.GeoSeries(shapes))
    tables = {"sites": placed(plan.table, plan.table["site"], of_sites, path)}
    others = {"allocation": plan.allocation, "uncovered": plan.uncovered}
    for name, table in others.items():
        if len(table):
            is_map = path.suffix.lower() in (".geojson", ".gpkg")
            origins = layers["DEMANDE"]
            tables[name] = placed(table, table["origin"], origins, path) if is_map else table
    return tables
