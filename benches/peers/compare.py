#!/usr/bin/env python3
"""What do the same questions cost desserte and its peers, in one run on one machine?

    compare.py [EXTRACT] [--peers desserte,scipy] [--patience 120] [--output FOLDER]

Each peer runs in a process of its own (`one.py`), on one thread where it can be
told to; one that is not installed, or fails, is skipped with its reason. CPU
seconds, not elapsed ones, so that another program on the machine changes
little; still, measure on a quiet one. Writes a Markdown table, with the cases
we lose, and appends its figures to the lines of the day, both in `recorded/`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tools

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import record  # noqa: E402  The recorder of the other benches stands one folder up.

PORTO = HERE.parents[1] / ".." / "shared" / "data" / "osm" / "porto.osm.pbf"
OURS, PLACES = "desserte", 2_000
ASKED = {
    "build": "build",
    "prepare": "prepare",
    "load": "load",
    "20 x 20": "20 × 20",
    "200 x 200": "200 × 200",
    "1000 x 1000": "1000 × 1000",
    "nearest 3": "nearest 3 of 50, for 300",
    "one to 1000": "one to 1000, within 30 min",
    "nodes": "minutes of nodes within 30 min",
    "field": "streets within 30 min",
    "isochrone": "isochrones of 10, 20, 30 min",
}
ROUNDS = (
    "*build* and *prepare* as done once, all else the best of five rounds or of as many as had "
    "begun within four seconds"
)
LEGEND = f"""
CPU seconds of the process and of those it started, {ROUNDS};
graphways, the best of three, built once. In brackets how many times ours. Places are given in
degrees, so that finding them on the network is part of every answer. `-`: it has no such question,
or needs no such step.

- **scipy**, **pandana** search a graph that `reading.py` reads with osmium, in Python: no bends,
  delays, restrictions or barriers. pandana contracts it, which stands under *prepare*; its
  *nearest* answers for every node.
- **routx** has no times and no matrix: a route a pair, on weighed kilometres.
- **OSRM** hands out a table of its own; turning it into an array is left out, but in *nearest*.
- **Valhalla**'s and **graphways**' searches are their own, on what they read. graphways is asked
  from Rust.
- *minutes of nodes* is asked of desserte from Rust, with finding the place; in Python it gives
  *streets*, cut where time runs out, with their shapes.
"""
# Less than the clock tells is no figure to divide by; beyond ten times, digits say nothing.
TICK, MANY = 1e-5, 10


def main() -> int:
    """Measure, write and show the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extract", nargs="?", type=Path, default=PORTO)
    parser.add_argument("--peers", default=",".join([*tools.PEERS, "graphways"]))
    parser.add_argument("--patience", type=float, default=120.0, help="CPU seconds a question")
    parser.add_argument("--graphways", type=Path, help="what `cargo build` made of graphways/")
    parser.add_argument("--output", type=Path, default=HERE.parent / "recorded")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = Path(folder) / "places"
        drawn = record.output(
            sys.executable, str(HERE / "places.py"), str(asked.extract), str(PLACES)
        )
        places.write_text(drawn)
        found = {}
        for name in asked.peers.split(","):
            found[name] = told(name, asked, places)
            say(f"{name}: {summary(found[name])}\n")
    text = page(asked.extract, found)
    write(asked.output, asked.extract, found, text)
    say(text)
    return 0


def told(name: str, asked: argparse.Namespace, places: Path) -> list[dict]:
    """Return what one peer's process said, a line a figure."""
    if name == "graphways":
        return graphways(asked, places)
    command = [sys.executable, HERE / "one.py", name, asked.extract, places, str(asked.patience)]
    done = subprocess.run(command, capture_output=True, text=True, env=tools.threads(), check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"what"')]
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        lines.append({"what": "peer", "failed": last[:200]})
    return lines


def graphways(asked: argparse.Namespace, places: Path) -> list[dict]:
    """Ask the crate, by the program beside this one."""
    program = asked.graphways
    if program is None and shutil.which("cargo"):
        target = HERE.parents[1] / "target" / "peers"
        manifest = HERE / "graphways" / "Cargo.toml"
        build = ["cargo", "build", "--release", "--quiet", "--manifest-path", manifest]
        made = subprocess.run([*build, "--target-dir", target], check=False)
        program = target / "release" / "graphways-peer" if made.returncode == 0 else None
    if program is None:
        return [{"what": "peer", "missing": "no cargo here to build it, or it does not build"}]
    command = [program, asked.extract, places]
    done = subprocess.run(command, capture_output=True, text=True, env=tools.threads(), check=False)
    lines: list[dict] = [{"what": "peer", "release": "0.4.0"}]
    for line in done.stdout.splitlines():
        what, seconds, answer, megabytes = line.split(",")
        is_matrix = " x " in what
        about = {"answer": float(answer)} if is_matrix else {}
        lines.append(
            {"what": what, "seconds": float(seconds), "megabytes": float(megabytes)} | about
        )
    if done.returncode != 0:
        lines.append({"what": "peer", "failed": (done.stderr.strip() or "it stopped")[-200:]})
    return lines


def summary(lines: list[dict]) -> str:
    """Return in a few words how it went."""
    reasons = [
        line.get("missing") or line.get("failed") for line in lines if line["what"] == "peer"
    ]
    reasons = [reason for reason in reasons if reason]
    count = sum("seconds" in line for line in lines)
    return (
        f"skipped, {reasons[0]}"
        if reasons and not count
        else "; ".join([f"{count} figures", *reasons])
    )


def page(extract: Path, found: dict[str, list[dict]]) -> str:
    """Return the tables as Markdown."""
    measured = {name: lines for name, lines in found.items() if any("seconds" in x for x in lines)}
    cells = {name: {x["what"]: x for x in lines} for name, lines in measured.items()}
    ours = cells.get(OURS, {})
    head = ["", *(f"{name} {release(found[name])}" for name in measured)]
    rows = [
        [
            title,
            *(cell(of.get(what), None if of is ours else ours.get(what)) for of in cells.values()),
        ]
        for what, title in ASKED.items()
    ]
    peaks = {name: max(x.get("megabytes", 0.0) for x in lines) for name, lines in measured.items()}
    built = {name: of.get("build", {}).get("megabytes", 0.0) for name, of in cells.items()}
    rows.append(["peak memory while building, MB", *(f"{built[name]:,.0f}" for name in measured)])
    rows.append(["peak memory in all, MB", *(f"{peaks[name]:,.0f}" for name in measured)])
    rows.append(
        ["median of 20 × 20, min", *(judged(of.get("20 x 20", {})) for of in cells.values())]
    )
    absent = [f"- {name}: {summary(of)}" for name, of in found.items() if name not in measured]
    broken = [f"- {name}: {summary(of)}" for name, of in measured.items() if ";" in summary(of)]
    about = (
        f"# desserte {record.commit()} beside its peers, {extract.name}\n\n"
        f"{record.today()}, {record.cpu()}, {os.cpu_count()} threads, one used. "
        f"Made by `benches/peers/compare.py`.\n\n"
    )
    skipped = "\nSkipped:\n\n" + "\n".join(absent + broken) + "\n" if absent + broken else ""
    return about + table(head, rows) + LEGEND + skipped


def release(lines: list[dict]) -> str:
    """Return the release that a peer said it is."""
    return next((line["release"] for line in lines if "release" in line), "")


def cell(line: dict | None, ours: dict | None) -> str:
    """Return a figure and how many times ours it is."""
    if line is None:
        return "-"
    if "skipped" in line:
        return f"not asked, {line['skipped']}"
    text = seconds(line["seconds"])
    if ours is None or ours.get("seconds", 0.0) < TICK:
        return text
    ratio = line["seconds"] / ours["seconds"]
    return f"{text} ({ratio:,.0f}×)" if ratio >= MANY else f"{text} ({ratio:.2g}×)"


def seconds(value: float) -> str:
    """Return seconds, or milliseconds of little."""
    return f"{value:,.2f} s" if value >= 1 else f"{1000 * value:.3g} ms"


def judged(line: dict) -> str:
    """Return what a matrix said, so that one can see that it is an answer."""
    if line.get("answer") is None:
        return "-"
    share = f", {line['share']:.1%} reached" if "share" in line else ""
    return f"{line['answer']:.1f}{share}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "".join("| " + " | ".join(row) + " |\n" for row in [head, ruler, *rows])


def write(folder: Path, extract: Path, found: dict[str, list[dict]], text: str) -> None:
    """Write the page, if there is one, and append the figures to the lines of the day."""
    folder.mkdir(parents=True, exist_ok=True)
    if text:
        name = extract.name.removesuffix(".pbf").removesuffix(".osm")
        (folder / page_name(f"peers-{name}")).write_text(text, encoding="utf-8")
    rows = (
        (
            extract.name,
            f"{name} {release(lines)}: {line['what']}",
            "CPU s",
            f"{line['seconds']:.6f}",
        )
        for name, lines in found.items()
        for line in lines
        if "seconds" in line
    )
    record.append(rows, folder, threads=1)


def page_name(what: str) -> str:
    """Return the name of a page of today."""
    return f"{record.today()}-{record.machine()}-{what}.md"


def say(text: str) -> None:
    """Write to the terminal."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
