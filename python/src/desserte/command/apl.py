"""How much care does each commune reach, as DREES counts it?"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desserte.command._ask import Scene, number_column, output_of, placed, told, write
from desserte.command._network import bar, present
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
from desserte.command._words import count, counted, decimals, print_table
from desserte.command._write import FORMS
from desserte.errors import IdError, InputError

if TYPE_CHECKING:
    from desserte.command._points import Layer

__all__ = ["apl"]

_PER_PEOPLE = 100_000
# Under it a commune is one whose people are said to lack doctors.
_FEW_CONSULTATIONS = 2.5


class _Decay(str, Enum):
    drees = "drees"
    drees_2012 = "drees-2012"


_Communes = Annotated[
    str,
    typer.Argument(
        metavar="COMMUNES",
        show_default=False,
        help="Où vivent les gens : communes ou carreaux, fichier ou @communes. Ceux d'alentour "
        "comptent : allez jusqu'à 40 minutes au-delà du territoire.",
    ),
]
_Supply = Annotated[
    str,
    typer.Argument(
        metavar="OFFRE", show_default=False, help="Les cabinets : fichier, ou @care:gp par exemple."
    ),
]
_Population = Annotated[
    str | None,
    typer.Option(
        "--population",
        metavar="COLONNE",
        show_default=False,
        help="Colonne des habitants de COMMUNES, comptés tous pareil. Sans elle : les colonnes "
        "d'âge (0-14, 15-29... 90+), pondérées comme la DREES, sinon la colonne population.",
    ),
]
_Ages = Annotated[
    Path | None,
    typer.Option(
        "--ages",
        metavar="FICHIER",
        show_default=False,
        help="Fichier de l'Insee de la population par âge (base-cc...), par code de commune.",
    ),
]
_SupplyColumn = Annotated[
    str | None,
    typer.Option(
        "--supply",
        metavar="COLONNE",
        show_default=False,
        help="Colonne d'OFFRE : médecins (ou ETP) de chaque ligne ; un par ligne si rien n'est "
        "dit.",
    ),
]
_Acts = Annotated[
    str | None,
    typer.Option(
        "--acts",
        metavar="COLONNE",
        show_default=False,
        help="Colonne d'OFFRE : actes par an, un médecin par ligne, comptés selon les règles de "
        "la DREES (très faibles et très fortes activités ramenées à des bornes).",
    ),
]
_ActsPerGp = Annotated[
    float | None,
    typer.Option(
        "--acts-per-gp",
        metavar="N",
        show_default=False,
        help="Actes par an d'un médecin à temps plein. Avec --supply, l'APL est en consultations "
        "par an et par habitant ; avec --acts, en ETP pour 100 000 habitants.",
    ),
]
_DecayOption = Annotated[
    _Decay, typer.Option("--decay", help="Seuils de temps : 10, 15, 20 minutes, ou ceux de 2012.")
]
_WithinCommune = Annotated[
    float | None,
    typer.Option(
        "--within-commune-minutes",
        metavar="MIN",
        min=0,
        show_default=False,
        help="Durée d'un trajet dans la commune, là où l'offre porte le code de la commune ; 0 "
        "est la convention de la DREES.",
    ),
]
_SupplyId = Annotated[
    str | None,
    typer.Option(
        "--supply-id", metavar="COLONNE", show_default=False, help="Identifiants d'OFFRE."
    ),
]


def apl(
    network: Networks,
    communes: _Communes,
    offer: _Supply,
    *,
    population: _Population = None,
    ages: _Ages = None,
    supply: _SupplyColumn = None,
    acts: _Acts = None,
    acts_per_gp: _ActsPerGp = None,
    decay: _DecayOption = _Decay.drees,
    within_commune_minutes: _WithinCommune = None,
    radius_metres: RadiusMetres = 1000,
    output: Output = None,
    id: Id = None,  # noqa: A002 - the name of the option
    name: Name = None,
    supply_id: _SupplyId = None,
    crs: Crs = None,
    extract: Extracts = None,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    french_csv: FrenchCsv = False,
    quiet: Quiet = False,
) -> None:
    """Calcule l'accessibilité potentielle localisée (APL).

    Exemple : desserte apl ardeche.desserte communes.csv cabinets.csv --population pop_2022
    --supply etp --acts-per-gp 5400 -o apl.csv

    Consultations par an et par habitant, ou ETP pour 100 000 habitants si l'on ne sait pas les
    actes. L'offre d'un cabinet est partagée entre tous ceux qui l'atteignent.
    """
    if supply is not None and acts is not None:
        raise typer.BadParameter("--supply or --acts, not both", param_hint="--acts")
    path = output_of(output, FORMS, french_csv=french_csv)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    rows = scene.points(communes, "COMMUNES", id=id, name=name)
    columns = scene.points(offer, "OFFRE", id=supply_id)
    people, how = _people(rows, population, ages)
    amount, unit = _amount(columns, supply, acts, acts_per_gp)
    import desserte as ds

    steps = ds.decay.DREES_GP if decay is _Decay.drees else ds.decay.DREES_GP_2012
    times = ds.travel_times(
        scene.network(),
        rows.points,
        columns.points,
        max_minutes=steps.reach,
        layout="sparse",
        radius_metres=radius_metres,
        progress=bar(quiet=quiet),
    )
    found = ds.apl(
        times,
        standardised_population=people,
        supply=amount,
        decay=steps,
        per=_PER_PEOPLE if unit.startswith("ETP") else 1,
        within_commune_minutes=within_commune_minutes,
    )
    sources = told({"COMMUNES": rows, "OFFRE": columns})
    table = _table(found, people, rows, {"unit": unit, "population": how, "sources": sources})
    if path is None:
        print_table(table.sort_values("apl", na_position="first"))
    _summary(table, unit)
    if path is not None:
        written = placed(table, table["id"], rows, path)
        write(path, {"apl": written}, french_csv=french_csv, quiet=quiet)


def _people(layer: Layer, column: str | None, ages: Path | None) -> tuple[Any, str]:
    """People by the care that their age needs, or all alike; and which of both."""
    from desserte._checks import some
    from desserte.french import read_population
    from desserte.french._ages import partition
    from desserte.indicators import standardise

    if ages is not None:
        present([ages])
        weighed = standardise(read_population(ages))
        absent = layer.points.index[~layer.points.index.isin(weighed.index)].tolist()
        if absent:
            raise IdError(
                f"{ages.name} lacks {some(absent, 'commune')} of COMMUNES; their ids are codes of "
                "INSEE as text, as in '07132'"
            )
        return weighed, f"{ages.name}, pondérée par âge"
    bands = partition([str(name) for name in layer.points.columns])
    if column is None and bands:
        for band in bands:
            number_column(layer, band, "COMMUNES", "--population")
        return standardise(layer.points[bands]), "colonnes d'âge, pondérée par âge"
    if column is None and "population" not in layer.points.columns:
        raise typer.BadParameter(
            f"COMMUNES has no column 'population' and no ages; name one of "
            f"{', '.join(map(repr, layer.points.columns.drop('geometry', errors='ignore')))}",
            param_hint="--population",
        )
    column = column or "population"
    people = number_column(layer, column, "COMMUNES", "--population")
    return people, f"colonne {column}, totale, sans poids par âge"


def _amount(
    layer: Layer, column: str | None, acts: str | None, acts_per_gp: float | None
) -> tuple[Any, str]:
    """What each row of the supply offers, and in which unit the APL is then."""
    from desserte._lazy import pd
    from desserte.indicators import activity

    if acts is not None:
        done = number_column(layer, acts, "OFFRE", "--acts")
        unit = _UNITS["acts"] if acts_per_gp is None else _UNITS["full_time"]
        return activity(done, acts_per_gp=acts_per_gp), unit
    if acts_per_gp is not None and not acts_per_gp > 0:
        raise typer.BadParameter("it is a number above 0", param_hint="--acts-per-gp")
    amount = pd.Series(1.0, index=layer.points.index)
    if column is not None:
        amount = number_column(layer, column, "OFFRE", "--supply")
    if not amount.sum() > 0:
        raise InputError("OFFRE offers nothing: its amounts are all 0")
    if acts_per_gp is None:
        return amount, _UNITS["full_time"]
    amount = amount * acts_per_gp
    amount.attrs = {"acts_per_gp": acts_per_gp}
    return amount, _UNITS["acts"]


_UNITS = {
    "acts": "consultations par an et par habitant",
    "full_time": "ETP pour 100 000 habitants",
}


def _table(found: Any, people: Any, layer: Layer, facts: dict[str, Any]) -> Any:
    """A row a commune, with the people who were counted."""
    from desserte._lazy import pd

    columns = {"id": layer.points.index}
    if "name" in layer.points:
        columns["name"] = layer.points["name"].to_numpy()
    known = people.reindex(layer.points.index).to_numpy()
    is_weighed = "pondérée" in facts["population"]
    columns["standardised_population" if is_weighed else "population"] = known
    table = pd.DataFrame({**columns, "apl": found.reindex(layer.points.index).to_numpy()})
    table.attrs = {**found.attrs, **facts}
    return table


def _summary(table: Any, unit: str) -> None:
    """The mean of the people, and how many have little."""
    people = table[
        "standardised_population" if "standardised_population" in table else "population"
    ]
    known = table["apl"].notna()
    total = float(people[known].sum())
    mean = float((table["apl"] * people)[known].sum() / total) if total > 0 else float("nan")
    facts = [counted(len(table), "lieu"), f"APL moyenne {decimals(mean, 2)} {unit}"]
    if unit == _UNITS["acts"]:
        few = table["apl"] < _FEW_CONSULTATIONS
        facts.append(
            f"{counted(few.sum(), 'lieu')} sous {decimals(_FEW_CONSULTATIONS, 1)} "
            f"({counted(people[few].sum(), 'habitant')})"
        )
    if not known.all():
        facts.append(f"{count((~known).sum())} loin de toute rue")
    say(" ; ".join(facts) + ".")
