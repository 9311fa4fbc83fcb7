#!/usr/bin/env python3
"""What does this commit cost on this machine, in the figures that the project promises?

Runs `figures`, each input in a process of its own so that its memory is its
own, and appends a line a figure to `recorded/<date>-<machine>.csv`. A number
quoted anywhere has such a line to point to.

    record.py EXTRACT...      the extracts to measure, besides the synthetic grid
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).resolve().parent
FIGURES = HERE.parent / "target" / "release" / "figures"
GRID = ("--grid", "1000")
COLUMNS = ("date", "commit", "cpu", "threads", "input", "figure", "unit", "value")


def main() -> int:
    """Measure, append and show the figures; return the exit status."""
    inputs = [*((extract,) for extract in sys.argv[1:]), GRID]
    lines = [line for arguments in inputs for line in figures(*arguments)]
    path = append(map(columns, lines))
    sys.stdout.write("\n".join([*lines, f"recorded in {path}", ""]))
    return 0


def figures(*arguments: str) -> list[str]:
    """The figures of one input: its name, what is measured, the unit and the value."""
    return output(str(FIGURES), *arguments).splitlines()


def columns(line: str) -> list[str]:
    """Input, figure, unit and value; the figure may have commas of its own."""
    name, rest = line.split(",", 1)
    return [name, *rest.rsplit(",", 2)]


def append(
    rows: Iterable[Iterable[object]], folder: Path = HERE / "recorded", threads: int | None = None
) -> Path:
    """Add rows of input, figure, unit and value to the lines of the day; return their file."""
    about = (today(), commit(), cpu(), threads or os.cpu_count())
    path = folder / f"{today()}-{machine()}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS] if is_new else [])
        writer.writerows([*about, *row] for row in rows)
    return path


def machine() -> str:
    """The processor as files are named by it."""
    return re.sub(r"[^a-z0-9]+", "-", cpu().lower()).strip("-")


def today() -> str:
    """The date, as files are named by it."""
    return dt.datetime.now(tz=dt.timezone.utc).date().isoformat()


def commit() -> str:
    """The commit that is measured, with a mark where files differ from it."""
    return output("git", "-C", str(HERE), "describe", "--always", "--dirty").strip()


def cpu() -> str:
    """The name of the processor, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.is_file() else []
    return names[0] if names else platform.processor() or platform.machine()


def output(*command: str) -> str:
    """What a command prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
