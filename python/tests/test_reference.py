"""The reference is built without a warning, and every public name is in it."""

from __future__ import annotations

import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from scene import REPOSITORY

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")

DOCS = REPOSITORY / "docs"
MODULES = {"decay", "plot", "weights"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the reference describes, by the inventory that other documentations link to."""
    if not DOCS.is_dir():
        pytest.skip(f"{DOCS} is absent")
    built: Path = tmp_path_factory.mktemp("docs")
    options = ["-W", "-E", "-q", "-b", "html", "-c", str(DOCS / "reference")]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(built)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    header, inventory = (built / "objects.inv").read_bytes().split(b"zlib.\n", 1)
    assert b"Project: desserte" in header
    lines = zlib.decompress(inventory).decode().splitlines()
    return {line.split()[0] for line in lines if " py:" in line}


def test_every_public_name_is_in_the_reference(names: set[str]) -> None:
    assert {f"desserte.{name}" for name in ds.__all__} <= names


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_name_of_a_public_module_is_in_the_reference(names: set[str], module: str) -> None:
    public: Any = getattr(ds, module).__all__
    assert {f"desserte.{module}.{name}" for name in public} <= names


def test_the_methods_of_a_class_are_in_the_reference(names: set[str]) -> None:
    for kind in (ds.RoadNetwork, ds.Profile, ds.TravelTimes, ds.Plan, ds.SiteScores):
        methods = {name for name in vars(kind) if not name.startswith("_")}
        assert {f"desserte.{kind.__name__}.{name}" for name in methods} <= names
