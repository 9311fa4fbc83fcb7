"""The notebooks are run as a planner runs them, and say what a notebook owes its reader."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from scene import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("matplotlib")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted((REPOSITORY / "python" / "notebooks").glob("*.ipynb"))
FIRST = "premiers_pas"
OWN_FILES = "votre_departement"
# What a planner is told, and the notebook explains; anything else on stderr is a fault.
EXPECTED = "EdgeWarning"
SHOWN = {"ds.plot.": "image/png", "ds.explore(": "text/html"}

pytestmark = pytest.mark.skipif(
    not NOTEBOOKS, reason=f"no notebooks in {REPOSITORY / 'python' / 'notebooks'}"
)
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def run(notebook: Any, folder: Path) -> Any:
    """Runs the cells in a folder of their own, with the interpreter of the tests."""
    here = f"import os, sys\nassert os.path.samefile(sys.prefix, {sys.prefix!r}), sys.prefix"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(here))
    where = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=300, resources=where).execute()
    return notebook


def printed(cell: Any, name: str) -> str:
    outputs = (one for one in cell.outputs if one.output_type == "stream" and one.name == name)
    return "".join(output.text for output in outputs)


def words(path: Path) -> str:
    return "".join("".join(cell["source"]) + "\n" for cell in json.loads(path.read_text())["cells"])


def check_run(notebook: Any) -> None:
    """Every map is a picture, every warning is one that the notebook explains."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        # On a slow machine a bar shows, and goes: of a line what was written last stays.
        lines = printed(cell, "stderr").split("\n")
        warned = "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in lines).strip()
        kinds = set(re.findall(r"\b\w*Warning\b", warned))
        assert kinds <= {EXPECTED}, warned
        assert bool(warned) == bool(kinds), warned
        for call, shown in SHOWN.items():
            if call in cell.source:
                kept = [output.get("data", {}) for output in cell.outputs]
                assert any(shown in data for data in kept), f"{call} shows as text"
    said = printed(code[-1], "stdout")
    assert re.search(r"[\w%]\.\n", said), "the last cell says a sentence"
    if any("demo_sketch" in cell.source for cell in code):
        assert said.startswith("CROQUIS")


@each
def test_a_notebook_runs_and_ends_with_a_sentence(path: Path, tmp_path: Path) -> None:
    check_run(run(read(path), tmp_path))


@each
def test_a_notebook_opens_with_its_question_and_what_it_assumes(path: Path) -> None:
    opening = read(path).cells[0]
    assert opening.cell_type == "markdown"
    assert opening.source.startswith("# ")
    assert "**La question\u202f: " in opening.source
    assert "**Ce qui est supposé\u202f:**" in opening.source
    assert ("demo_sketch" not in words(path)) or "**CROQUIS" in opening.source


@each
def test_a_notebook_is_short_and_keeps_no_output(path: Path) -> None:
    cells = read(path).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert 6 <= len(code) <= 15
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert path.stat().st_size < 30_000


@each
def test_a_notebook_names_no_folder_of_a_machine(path: Path) -> None:
    named = re.findall(r"""["' (](?:/|~/|\.\./|[A-Z]:\\)\w[^"' )]*""", words(path))
    assert named == []


@each
def test_a_notebook_is_written_in_french_signs(path: Path) -> None:
    prose = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    for text in prose:
        plain = re.sub(r"`[^`]*`|\]\([^)]*\)|\|[ :-]+\|", "", text)
        assert not re.search(r"\w [;:!?»]|« ", plain), plain


def test_a_figure_is_a_picture_although_nobody_imported_pyplot() -> None:
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import desserte as ds
assert "matplotlib" not in sys.modules
ds.plot
from matplotlib.figure import Figure
shown, _ = shell.display_formatter.format(Figure())
print("matplotlib.pyplot" in sys.modules, shown["image/png"][1:4])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False b'PNG'\n"


def test_the_first_notebook_needs_nothing_but_the_package() -> None:
    text = words(REPOSITORY / "python" / "notebooks" / f"{FIRST}.ipynb")
    assert 'pip install "desserte[maps]"' in text
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported == {"desserte", "pandas"}, "what comes with it"
    assert "read_csv" not in text
    assert "read_file" not in text


def test_the_notebook_of_a_departement_takes_the_files_of_a_planner(
    shared_data: Path, tmp_path: Path
) -> None:
    notebook = read(REPOSITORY / "python" / "notebooks" / f"{OWN_FILES}.ipynb")
    french = shared_data / "fr"
    roads = REPOSITORY / "python" / "src" / "desserte" / "data" / "sud-ardeche-sketch.osm.pbf"
    files = {
        "roads": [str(roads)],
        "communes": str(french / "communes" / "communes_2024.csv"),
        "population": str(french / "communes" / "population_65plus_2016.csv"),
        "care": str(french / "finess" / "finess_07.csv"),
    }
    to_change = notebook.cells[1]
    source = to_change.source.replace("DEMO = True", "DEMO = False")
    assert source != to_change.source
    to_change.source = f"{source}\nFILES = {files!r}"
    code = [cell for cell in run(notebook, tmp_path).cells if cell.cell_type == "code"]
    assert "personnes (65+) sont à plus de" in printed(code[-1], "stdout")
