"""Every example of the documentation runs: docstrings, the code of the READMEs and the guides."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

MODULES = [
    module.name
    for module in pkgutil.walk_packages(ds.__path__, "desserte.")
    if not module.name.startswith("desserte.__")
]
WRITTEN = ("README.md", "python/README.md", "docs/guide.md", "docs/guide.fr.md")
PAGES = [REPOSITORY / name for name in WRITTEN]
WITH_EXAMPLES = [
    ds.RoadNetwork.from_pbf,
    ds.RoadNetwork.snap,
    ds.Profile.car,
    ds.Profile.from_toml,
    ds.RoadNetwork.streets,
    ds.RoadNetwork.speeds,
    ds.TravelTimes.select,
    ds.TravelTimes.without,
    ds.TravelTimes.join,
    ds.TravelTimes.to_frame,
    ds.TravelTimes.to_wide,
    ds.read_places,
    ds.read_care,
    ds.travel_times,
    ds.trips,
    ds.nearest,
    ds.isochrones,
    ds.catchments,
    ds.reached_streets,
    ds.explain,
    ds.explore,
    ds.plot.communes,
    ds.plot.before_after,
    ds.plot.sites,
    ds.compare_times,
    ds.demo_extract,
    ds.read_communes,
    ds.read_population,
    ds.read_finess,
    ds.read_apl,
    ds.read_cog,
    ds.read_bpe,
    ds.read_rpps,
    ds.read_filosofi,
    ds.place_practitioners,
    ds.spread,
    ds.poles,
    ds.siting_surface,
    ds.score_sites,
    ds.SiteScores.without,
    ds.SiteScores.breaks,
    ds.SiteScores.sheet,
    ds.SparseTravelTimes.join,
    ds.minutes_summary,
    ds.worst_served,
    ds.people_under,
    ds.compare,
    ds.criticality,
    ds.closer_outside,
    ds.equity,
    ds.best_base,
    ds.tour,
    ds.time_to_nearest,
    ds.choices,
    ds.coverage,
    ds.fragility,
    ds.accessibility,
    ds.floating_catchment,
    ds.standardise,
    ds.activity,
    ds.apl,
    ds.aggregate,
    ds.decay.steps,
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    results = doctest.testmod(module, extraglobs={"ds": ds, "gpd": gpd, "pd": pd}, report=True)
    assert results.failed == 0


@pytest.mark.parametrize("function", WITH_EXAMPLES, ids=lambda function: function.__qualname__)
def test_a_public_function_has_an_example_and_says_what_it_raises(function: Any) -> None:
    text = function.__doc__ or ""
    assert ">>> " in text
    assert "Returns\n" in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_the_code_of_a_page_runs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for language, block in re.findall(
        r"^```(python|sh)\n(.*?)^```", text, re.DOTALL | re.MULTILINE
    ):
        if language == "python":
            exec(compile(block, str(path), "exec"), names)
        else:
            run_commands(block)


def run_commands(block: str) -> None:
    """Runs the lines of a block that call the package's own command."""
    for line in block.splitlines():
        if line.startswith("desserte "):
            command = [sys.executable, "-m", *shlex.split(line)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
