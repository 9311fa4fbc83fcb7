#!/usr/bin/env python3
"""What did the last run of the benches measure, on which machine and at which commit?

Criterion leaves one folder a bench in `target/criterion`. The newest figures of
each are appended to `recorded/<date>-<machine>.csv`, one line a bench, so that a
number quoted anywhere has a dated line to point to.
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEASURED = HERE.parent / "target" / "criterion"
COLUMNS = ("date", "commit", "cpu", "threads", "bench", "nanoseconds", "low", "high", "per")


def main() -> int:
    """Append the figures; return the exit status."""
    rows = [row(path) for path in sorted(MEASURED.rglob("new/estimates.json"))]
    if not rows:
        sys.stderr.write(f"nothing measured in {MEASURED}: run `make bench` first\n")
        return 1
    machine = re.sub(r"[^a-z0-9]+", "-", cpu().lower()).strip("-")
    path = HERE / "recorded" / f"{today()}-{machine}.csv"
    path.parent.mkdir(exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if is_new:
            writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{len(rows)} figures recorded in {path}\n")
    return 0


def row(estimates: Path) -> dict[str, object]:
    """One bench: its mean in nanoseconds, the bounds of it, and what one iteration handles."""
    mean = json.loads(estimates.read_text(encoding="utf-8"))["mean"]
    bench = json.loads(estimates.with_name("benchmark.json").read_text(encoding="utf-8"))
    bounds = mean["confidence_interval"]
    return {
        "date": today(),
        "commit": commit(),
        "cpu": cpu(),
        "threads": os.cpu_count(),
        "bench": bench["full_id"],
        "nanoseconds": round(mean["point_estimate"]),
        "low": round(bounds["lower_bound"]),
        "high": round(bounds["upper_bound"]),
        "per": json.dumps(bench["throughput"]),
    }


def today() -> str:
    """The date, as files are named by it."""
    return datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()


def commit() -> str:
    """The commit that was measured, with a mark where files differ from it."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


def cpu() -> str:
    """The name of the processor, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.is_file() else []
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
