#!/usr/bin/env python3
"""How do time and memory grow with the network, from a canton to several départements?

    growth.py [--folder FOLDER] [NODES...]     50,000 and on to 2,000,000 of the sketch by default

Draws the sketch at each size, unless the folder has it already, and asks each
the questions of `peers/one.py`, of desserte alone, on one thread. Sizes below
that of the whole country are cut out of its middle. The instructions of the
kernels are counted as `instructions.py` does, on the network as saved, so that
only opening it is repeated. Writes a Markdown table and the figures of the day
to `recorded/`. Needs desserte, osmium, scipy and shapely in the Python that
runs it, the program `figures`, and valgrind; without it the counts are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import instructions
import record

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
SKETCH = HERE.parent / "python/src/desserte/data/sud-ardeche-sketch.osm.pbf"
sys.path[:0] = [str(HERE / "peers"), str(FIXTURES)]

import compare  # noqa: E402  It stands in the folder of the peers.
import tools  # noqa: E402  It stands in the folder of the peers.

SIZES = (50_000, 200_000, 700_000, 2_000_000)
ASKED = ("build", "prepare", "load", "200 x 200", "1000 x 1000", "nearest 3", "one to 1000")
LAST = ("field", "isochrone")
# The whole country has no fewer nodes; its middle, where the Rhône meets the Drôme.
WHOLE, MIDDLE = 190_000, (4.86, 44.78)
PATIENCE = 600
# Those whose rounds stay few where the network is large.
COUNTED = tuple(kernel for kernel in instructions.KERNELS if kernel[0] != "surface")


def main() -> int:
    """Draw, measure, write and show the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="NODES")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "target" / "sketches")
    parser.add_argument("--output", type=Path, default=HERE / "recorded")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    found, counted = {}, {}
    for size in asked.sizes:
        extract = asked.folder / f"sketch-{size}.osm.pbf"
        if not extract.is_file():
            compare.say(f"drawing {extract}\n")
            drawn(size, extract)
        found[size] = figures(extract)
        compare.write(asked.output, extract, {"desserte": found[size]}, "")
        counted[size] = counts(extract)
    text = page(found, counted)
    (asked.output / compare.page_name("growth")).write_text(text, encoding="utf-8")
    compare.say(text)
    return 0


def drawn(size: int, extract: Path) -> None:
    """Draw the sketch at a size, under its name only when it is whole."""
    part = extract.with_name(f"part-{extract.name}")
    if size >= WHOLE:
        nodes = ["--nodes", str(size)]
        subprocess.run([sys.executable, FIXTURES / "draw_sketch.py", *nodes, part], check=True)
    else:
        cut(size, part)
    part.replace(extract)


def cut(size: int, part: Path) -> None:
    """Cut a square with so many nodes out of the sketch of the tests."""
    import numpy as np
    import osmium
    import pbf

    whole = pbf.read(SKETCH)
    at = {e.id: e.position for e in whole.elements if e.kind == "n"}
    far = np.abs((np.array(list(at.values())) - MIDDLE) * [0.71, 1.0]).max(axis=1)
    reach = float(np.partition(far, size)[size])
    kept = {node for node, gap in zip(at, far.tolist(), strict=True) if gap < reach}
    elements = [e for e in whole.elements if (e.id in kept if e.kind == "n" else e.kind == "w")]
    elements = [e for e in elements if e.kind == "n" or kept.intersection(e.nodes)]
    (x, y), (west, north) = MIDDLE, (reach / 0.71, reach)
    box = osmium.osm.Box(x - west, y - north, x + west, y + north)
    pbf.write(part, elements, box, None)


def figures(extract: Path) -> list[dict]:
    """Return the figures of one extract."""
    with tempfile.TemporaryDirectory() as folder:
        places = Path(folder) / "places"
        places.write_text(
            record.output(sys.executable, str(HERE / "peers" / "places.py"), str(extract), "2000")
        )
        command = [sys.executable, HERE / "peers" / "one.py", "desserte", extract, places]
        done = subprocess.run(
            [*command, str(PATIENCE)],
            stdout=subprocess.PIPE,
            text=True,
            env=tools.threads(),
            check=True,
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


def counts(extract: Path) -> dict[str, float]:
    """Return the instructions of each kernel on one extract, by what is counted."""
    if not instructions.can_count():
        compare.say("no instructions counted, valgrind is not installed\n")
        return {}
    import desserte as ds

    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "network.desserte"
        network = ds.RoadNetwork.from_pbf(extract, progress=False)
        network.prepare(progress=False).save(saved)
        del network
        return instructions.each(saved, COUNTED)


def page(found: dict[int, list[dict]], counted: dict[int, dict[str, float]]) -> str:
    """Return the table as Markdown."""
    cells = {size: {line["what"]: line for line in lines} for size, lines in found.items()}
    rows = [
        [compare.ASKED[what], *(compare.cell(of.get(what), None) for of in cells.values())]
        for what in (*ASKED, *LAST)
    ]
    for what, title in (("build", "while building"), ("isochrone", "in all")):
        peaks = [f"{of.get(what, {}).get('megabytes', 0):,.0f}" for of in cells.values()]
        rows.append([f"peak memory {title}, MB", *peaks])
    for _, unit, *_ in COUNTED:
        each = [of.get(unit) for of in counted.values()]
        cell = ["-" if count is None else f"{count:,.1f}" for count in each]
        rows.append([f"instructions {unit}", *cell])
    about = (
        f"# desserte {record.commit()} as the network grows\n\n"
        f"{record.today()}, {record.cpu()}, {os.cpu_count()} threads, one used. CPU seconds, "
        f"{compare.ROUNDS}; on the sketch of `fixtures/` at sizes of so many nodes. Made by "
        "`benches/growth.py`.\n\n"
    )
    return about + compare.table(["", *(f"{size:,}" for size in found)], rows)


if __name__ == "__main__":
    sys.exit(main())
