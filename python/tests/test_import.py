"""Importing does nothing, and is over before anyone notices."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _run(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_importing_loads_no_heavy_module() -> None:
    heavy = (
        "numpy",
        "pandas",
        "geopandas",
        "shapely",
        "pyproj",
        "matplotlib",
        "tqdm",
        "openpyxl",
        "highspy",
    )
    code = f"import desserte, sys; print([m for m in {heavy!r} if m in sys.modules])"
    assert _run(code) == "[]"


def test_importing_takes_less_than_half_a_second() -> None:
    # Processor time, the best of five: a busy machine is no reason to fail; a quiet one takes 0.07.
    code = "import time; t = time.process_time(); import desserte; print(time.process_time() - t)"
    assert min(float(_run(code)) for _ in range(5)) < 0.5


def test_importing_prints_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("import desserte") == ""
    assert list(tmp_path.iterdir()) == []


def test_every_public_name_is_there_and_documented() -> None:
    for name in ds.__all__:
        thing = getattr(ds, name)
        if callable(thing):
            assert thing.__doc__, name
    assert dir(ds)
    assert ds.__version__.count(".") == 2


def test_all_errors_are_desserte_errors_and_value_errors() -> None:
    kinds = [getattr(ds, name) for name in ds.__all__ if name.endswith("Error")]
    for kind in kinds:
        assert issubclass(kind, ds.DesserteError)
        assert kind is ds.DesserteError or issubclass(kind, ValueError)
