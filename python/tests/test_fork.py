"""Does a process that was forked, as a pool of workers is on Linux, answer as its parent does?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

# Every child is ended by an alarm, so that one that waits for ever fails the test.
SCENE = """
import multiprocessing, os, signal, sys
import numpy as np
import desserte as ds

def minutes(network):
    return ds.travel_times(network, places, places, progress=False).minutes.tolist()

def all_stages(network):
    saved = f"{folder}/child.desserte"
    network.save(saved)
    times = ds.travel_times(ds.RoadNetwork.load(saved), places, places, progress=False)
    return [
        minutes(network),
        times.minutes.tolist(),
        ds.time_to_nearest(times).tolist(),
        ds.site(times, goal="min_mean_time", new_sites=1, demand=np.ones(2)).chosen,
        ds.nearest(network, places, places, progress=False)["minutes"].tolist(),
        ds.isochrones(network, places, minutes=[10], progress=False).geometry.area.tolist(),
        minutes(ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False).prepare(progress=False)),
    ]

folder = sys.argv[1]
places = np.array([(13.2610, 53.5570), (13.1708, 53.5270)])
network = ds.RoadNetwork.from_pbf(ds.demo_extract(), progress=False)
"""
FORKED = """
expected = all_stages(network)
child = os.fork()
if child == 0:
    signal.alarm(100)
    os._exit(0 if all_stages(network) == expected else 1)
print(os.waitpid(child, 0)[1] == 0)
"""
POOL = """
def ask(_):
    return minutes(network)

expected = minutes(network)
with multiprocessing.get_context("fork").Pool(2, signal.alarm, (100,)) as pool:
    print(pool.map_async(ask, range(4)).get(timeout=100) == 4 * [expected])
"""
GRANDCHILD = """
child = os.fork()
if child == 0:
    signal.alarm(100)
    minutes(network)
    grandchild = os.fork()
    if grandchild == 0:
        signal.alarm(100)
        os._exit(0 if np.isfinite(minutes(network)).all() else 1)
    os._exit(os.waitpid(grandchild, 0)[1] != 0)
print(os.waitpid(child, 0)[1] == 0)
"""


def told(code: str, folder: Path, **environment: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", SCENE + code, str(folder)]
    environment = {**os.environ, **environment}
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=300, env=environment
    )
    return done.stdout.strip()


@pytest.mark.parametrize("threads", ["1", "3"])
def test_a_forked_process_builds_saves_opens_and_answers(tmp_path: Path, threads: str) -> None:
    assert told(FORKED, tmp_path, RAYON_NUM_THREADS=threads) == "True"


def test_a_pool_of_forked_workers_answers_as_its_parent(tmp_path: Path) -> None:
    assert told(POOL, tmp_path) == "True"


def test_the_child_of_a_child_answers(tmp_path: Path) -> None:
    assert told(GRANDCHILD, tmp_path) == "True"
