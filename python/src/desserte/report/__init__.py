"""What does the meeting on Thursday get, on paper and on screen?

    times before and after + people + communes -> one HTML file

The file needs no network and nothing beside it. Its first page has the key sentence, the key
figures and two maps at one scale; then whoever is served worst, the scenarios, a sheet of
hypotheses to sign, what the figures do not say, and a line for each commune. Every figure is one
of the public functions, which can be asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Union

from desserte._whole import file_to_write, whole_file

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from desserte._checks import Paths
    from desserte._lazy import gpd, pd
    from desserte.indicators._aligned import Study
    from desserte.network import RoadNetwork
    from desserte.siting import Plan
    from desserte.sparse import SparseTravelTimes
    from desserte.times import TravelTimes

__all__ = ["report"]


def report(
    path: str | os.PathLike[str],
    *,
    title: str,
    before: TravelTimes | SparseTravelTimes,
    after: TravelTimes | SparseTravelTimes | None = None,
    demand: Union[pd.Series, pd.DataFrame],  # noqa: UP007  # pandas is not imported yet
    communes: gpd.GeoDataFrame,
    by: pd.Series | None = None,
    study: Study | None = None,
    minutes: Iterable[float] = (10, 15, 20, 30),
    key_minutes: float = 15,
    far_minutes: float = 20,
    service: str | None = None,
    apl_before: pd.Series | None = None,
    apl_after: pd.Series | None = None,
    standardised_population: pd.Series | None = None,
    care: gpd.GeoDataFrame | None = None,
    plan: Plan | None = None,
    frontier: pd.DataFrame | None = None,
    scenarios: Mapping[str, TravelTimes | SparseTravelTimes] | None = None,
    trips: pd.DataFrame | None = None,
    network: RoadNetwork | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
    sources: Paths | None = None,
    population_year: int | None = None,
    notes: Iterable[str] = (),
    made_on: dt.date | str | None = None,
    language: Literal["fr", "en"] = "fr",
) -> Path:
    r"""Writes the report: one HTML file to open, to mail and to print on A4.

    Parameters
    ----------
    path
        The file, whose name ends in ".html"; what is there is replaced, by a whole file or not.
    title
        What it is about.
    before
        Travel times from communes, hamlets or cells to the care there is.
    after
        The same with what changes: ``times.join(...)``, ``times.without(...)``, or times on
        another network. None: the page says how things are.
    demand
        People by origin: a Series, or a DataFrame with a column a group, as in
        ``[["population", "65+"]]``. The key sentence is about the first age "65+", else about the
        first column.
    communes
        Areas or points in any CRS, indexed as the origins, with ``name`` and ``population``;
        those around the study too, so that the neighbours' poles have a name.
    by
        The commune of each origin, where origins are hamlets or cells; None where they are
        communes.
    study
        The origins that the page counts, as ids or a table indexed by them; all where None.
    minutes
        Limits of the key figures, inclusive.
    key_minutes, far_minutes
        The limit of the key sentence, and the one beyond which a commune is far; fragility is
        counted within the latter.
    service
        What one travels to, with its article ("une maison de santé"); None: by the ``kind`` of
        the destinations in ``care``.
    apl_before, apl_after
        The APL of each origin, as :func:`apl` or :func:`read_apl` gives it. Its practitioners
        need not be the destinations of the times.
    standardised_population
        People by origin weighted by age, as :func:`standardise` gives them: the mean of an APL
        is weighted by them.
    care
        Care points, indexed as the destinations, with ``kind`` and ``name``: the symbols of the
        maps, those of neighbours too. Names of practitioners are not shown.
    plan, frontier
        What :func:`site` and :func:`frontier` gave.
    scenarios
        Other times by name, to compare with ``after``.
    trips
        Trips that can be driven: ``start``, ``end``, ``computed`` minutes, and ``reference`` and
        ``driven`` where they are known. None: ten are drawn from the times, to be filled in.
    network
        The streets behind the maps, and what decided their speeds.
    isochrones
        What :func:`isochrones` gave, to draw on the maps.
    sources
        Files that the figures come from besides the extracts: named with date and SHA-256.
    population_year
        The year of the people.
    notes
        Sentences of your own among what the figures do not say.
    made_on
        The day to print; none is where None, and the same question gives the same bytes.
    language
        "fr" or "en".

    Returns
    -------
    pathlib.Path
        The file. Minutes are whole; people are whole; differences are taken before rounding.

    Raises
    ------
    IdError
        If times, people and communes do not have the same ids, or the study names an unknown one.
    InputError
        If jinja2 or matplotlib is not installed, if times answer different questions, if nobody
        lives in the study or there is no care at all, or if an argument is not what it should be.
    FileNotFoundError
        If there is no folder to write in, or no such source.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
    >>> places, care = ds.read_places(ds.demo_extract()), ds.read_care(ds.demo_extract())
    >>> villages = places[places["population"] > 0]
    >>> doctors = care[care["kind"].isin(["gp", "doctor_unspecified"])]
    >>> times = ds.travel_times(network, villages, doctors)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = ds.report(
    ...         pathlib.Path(folder) / "rapport.html",
    ...         title="Les médecins autour de Neubrandenburg",
    ...         before=times,
    ...         demand=villages["population"],
    ...         communes=villages,
    ...         care=care,
    ...     )
    ...     "à moins de 15 minutes d\u2019un médecin" in page.read_text(encoding="utf-8")
    True
    """
    given = dict(locals())
    from desserte.report._asked import Given, asked
    from desserte.report._page import page, refuse_no_extras

    file = file_to_write("path", given.pop("path"), ".html")
    refuse_no_extras()
    text = page(asked(Given(**given)))
    with whole_file(file) as part:
        part.write_text(text, encoding="utf-8")
    return file
