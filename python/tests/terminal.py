"""What the tests of the command line share: runs of the real program, and files to give it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

EXTRACT = str(ds.demo_extract())
SKETCH = str(ds.demo_sketch())


@dataclass(frozen=True)
class Run:
    """What a run of the program printed, and how it ended."""

    code: int
    out: str
    err: str


def desserte(*arguments: object, cwd: Path | None = None) -> Run:
    """Runs the program as a user does, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "desserte", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"},
    )
    return Run(ended.returncode, ended.stdout, ended.stderr)


def answer(*arguments: object, cwd: Path | None = None) -> str:
    """What a run that goes well prints."""
    run = desserte(*arguments, cwd=cwd)
    assert run.code == 0, run.err
    assert "Traceback" not in run.err
    return run.out
