"""What does one bring to the meeting on Thursday? A page to open, to print and to sign."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desserte.command._ask import Scene, ids_named, minutes_or_none, number_column, output_of
from desserte.command._network import bar
from desserte.command._options import (
    Crs,
    Extracts,
    Id,
    Language,
    Name,
    Networks,
    ProfileName,
    Quiet,
    RadiusMetres,
    RuralKmh,
    Tongue,
)
from desserte.command._say import say
from desserte.errors import InputError

if TYPE_CHECKING:
    from desserte._lazy import pd
    from desserte.command._points import Layer
    from desserte.network import RoadNetwork
    from desserte.times import TravelTimes

__all__ = ["report"]

_Communes = Annotated[
    str,
    typer.Argument(
        metavar="COMMUNES",
        show_default=False,
        help="Où vivent les gens : communes avec leur nom et leur population, fichier ou "
        "@communes ; celles d'alentour aussi.",
    ),
]
_Care = Annotated[
    str,
    typer.Argument(
        metavar="SOINS",
        show_default=False,
        help="Où l'on se soigne, voisins compris : fichier, ou @care:gp par exemple.",
    ),
]
_Output = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FICHIER", help="La page à écrire (.html)."),
]
_Title = Annotated[
    str, typer.Option("--title", metavar="TITRE", show_default=False, help="De quoi il s'agit.")
]
_New = Annotated[
    int | None,
    typer.Option(
        "--new",
        metavar="N",
        min=1,
        show_default=False,
        help="Ouvrir les N sites qui rapprochent le plus d'habitants, parmi --sites, ou sinon "
        "parmi les communes étudiées.",
    ),
]
_Sites = Annotated[
    str | None,
    typer.Option(
        "--sites",
        metavar="COUCHE",
        show_default=False,
        help="Sites qui ouvrent ; avec --new, ceux parmi lesquels choisir.",
    ),
]
_Close = Annotated[
    str | None,
    typer.Option(
        "--close", metavar="ID,ID", show_default=False, help="Lieux de SOINS qui ferment."
    ),
]
_Departement = Annotated[
    list[str] | None,
    typer.Option(
        "--departement",
        metavar="CODE",
        show_default=False,
        help="Ne compter que ces communes, par le début de leur code ; répétable. Les autres "
        "restent autour.",
    ),
]
_Population = Annotated[
    str,
    typer.Option("--population", metavar="COLONNE", help="Colonne des habitants de COMMUNES."),
]
_Group = Annotated[
    str | None,
    typer.Option(
        "--demand-column",
        metavar="COLONNE",
        show_default=False,
        help="Colonne de ceux dont parle la phrase clé ; nommée 65+, elle se lit « 65 ans et "
        "plus ».",
    ),
]
_Minutes = Annotated[
    float, typer.Option("--minutes", metavar="MIN", help="Le seuil de la phrase clé, inclus.")
]
_Far = Annotated[
    float, typer.Option("--far", metavar="MIN", help="Au-delà, une commune est éloignée.")
]
_Year = Annotated[
    int | None,
    typer.Option("--year", metavar="ANNÉE", show_default=False, help="Année de la population."),
]


@dataclass(frozen=True)
class _Territory:
    """The communes, who of them is counted, and whom the key sentence is about."""

    communes: Layer
    study: list[Any]
    demand: pd.DataFrame

    @property
    def group(self) -> pd.Series:
        """The people of the study whom the sites are chosen for."""
        return self.demand.loc[self.study].iloc[:, -1]


def report(
    network: Networks,
    communes: _Communes,
    care: _Care,
    *,
    title: _Title,
    output: _Output = Path("rapport.html"),
    new: _New = None,
    sites: _Sites = None,
    close: _Close = None,
    departement: _Departement = None,
    population: _Population = "population",
    demand_column: _Group = None,
    minutes: _Minutes = 15,
    far: _Far = 20,
    year: _Year = None,
    radius_metres: RadiusMetres = 1000,
    id: Id = None,  # noqa: A002 - the name of the option
    name: Name = None,
    crs: Crs = None,
    extract: Extracts = None,
    profile: ProfileName = None,
    rural_kmh: RuralKmh = None,
    language: Language = Tongue.fr,
    quiet: Quiet = False,
) -> None:
    """Écrit le rapport d'une réunion : une page à ouvrir, à imprimer et à signer.

    Exemple : desserte report ardeche.osm.pbf @communes @care:msp --departement 07 --new 2
    --title "Deux maisons de santé" -o rapport.html

    Phrase clé, chiffres avant et après, cartes, une ligne par commune, hypothèses à signer.
    Sans --new, --sites ni --close, la page dit ce qui est.
    """
    near, limit = (
        minutes_or_none(value, option) for value, option in ((minutes, "--minutes"), (far, "--far"))
    )
    path = output_of(output, (".html",), french_csv=False)
    scene = Scene(network, extract, profile, rural_kmh, crs, quiet)
    rows = scene.points(communes, "COMMUNES", id=id, name=name)
    where = _territory(rows, departement, population, demand_column)
    supply = scene.points(care, "SOINS")
    opened = None if sites is None else scene.points(sites, "--sites")
    closed = ids_named(close, supply, "--close")
    import desserte as ds

    streets = scene.network()
    clock = _Clock(streets, where, radius_metres, quiet)
    before = clock.to(supply)
    done = ds.report(
        path or output,
        title=title,
        before=before,
        **_change(before, clock, opened, closed, new=new, minutes=minutes),
        demand=where.demand,
        communes=_named(where.communes, population),
        study=where.study,
        key_minutes=near or minutes,
        far_minutes=limit or far,
        care=_kinds(supply),
        network=streets,
        sources=_files(communes, care, sites),
        population_year=year,
        language="en" if language is Tongue.en else "fr",
    )
    say(f"Écrit : {done}")


@dataclass(frozen=True)
class _Clock:
    """Times from the communes, asked alike each time."""

    network: RoadNetwork
    where: _Territory
    radius_metres: float
    quiet: bool

    def to(self, layer: Layer) -> TravelTimes:
        """The times to the points of a layer."""
        import desserte as ds

        times: TravelTimes = ds.travel_times(
            self.network,
            self.where.communes.points,
            layer.points,
            radius_metres=self.radius_metres,
            progress=bar(quiet=self.quiet),
        )
        return times


def _change(
    before: TravelTimes,
    clock: _Clock,
    sites: Layer | None,
    closed: list[Any],
    *,
    new: int | None,
    minutes: float,
) -> dict[str, Any]:
    """What opens and what closes, as ``ds.report`` takes it; nothing where nothing changes."""
    left = before.without(destinations=closed) if closed else before
    if new is None:
        opened = left if sites is None else left.join(clock.to(sites))
        return {} if opened is before else {"after": opened}
    if sites is None:
        rows = clock.where.communes
        sites = replace(rows, points=rows.points.loc[clock.where.study])
    from desserte.report._plan import planned

    return planned(
        left,
        clock.to(sites),
        study=clock.where.study,
        people=clock.where.group,
        new_sites=new,
        minutes=minutes,
    )._asdict()


def _territory(
    rows: Layer, departements: list[str] | None, population: str, group: str | None
) -> _Territory:
    """The people of each commune, and which communes are counted."""
    from desserte._lazy import pd

    study = _study(rows, departements)
    wanted = {"population": (population, "--population")}
    if group is not None and group != population:
        wanted[group] = (group, "--demand-column")
    known = _known_around(rows, study, [column for column, _ in wanted.values()])
    columns = {
        called: number_column(known, column, "COMMUNES", option)
        for called, (column, option) in wanted.items()
    }
    return _Territory(known, study, pd.DataFrame(columns))


def _study(rows: Layer, departements: list[str] | None) -> list[Any]:
    ids = rows.points.index.tolist()
    study = [one for one in ids if str(one).startswith(tuple(departements or [""]))]
    if not study:
        raise InputError(
            f"COMMUNES has none whose code begins with {' or '.join(departements or [])}; "
            f"they are such as {ids[0]!r}"
        )
    return study


def _known_around(rows: Layer, study: list[Any], columns: list[str]) -> Layer:
    """Without the communes around the study whose people are not known: nobody counts them."""
    from desserte._lazy import pd

    present = [column for column in columns if column in rows.points]
    numbers = rows.points[present].apply(pd.to_numeric, errors="coerce")
    kept = rows.points.index.isin(study) | numbers.notna().all(axis=1).to_numpy()
    return replace(rows, points=rows.points[kept], shapes=rows.shapes[kept])


def _named(rows: Layer, population: str) -> Any:
    """The communes as they were drawn, with the columns that a report wants."""
    table = rows.points.set_geometry(rows.shapes.set_axis(rows.points.index))
    if "name" not in table:
        table = table.assign(name=table.index.astype(str))
    return table.assign(population=table[population])


def _kinds(layer: Layer) -> Any:
    """The care points with a kind: "other" where the file says none."""
    points = layer.points
    return points if "kind" in points else points.assign(kind="other")


def _files(*layers: str | None) -> list[Path]:
    """The files that the points come from; those of the extract are named with it."""
    texts = [text for text in layers if text is not None and not text.startswith("@")]
    return [Path(text.partition("#")[0]) for text in dict.fromkeys(texts)]
