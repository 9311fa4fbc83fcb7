"""Do catchments equal those of PySAL's `access`, where both define them alike?

`access` (Saxon et al. 2022) writes the same sums over tables of pairs. Alike are
the weighted sum of supply, the two-step shares and the three-step ones whose weight
of choice is the decay itself. There, as here, a pair that is missing counts for
nothing; demand and supply are random, with zeros, and a third of the pairs is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

import desserte as ds

if TYPE_CHECKING:
    from collections.abc import Callable

fca: Any = pytest.importorskip("access.fca", reason="PySAL's access is not installed")
# It calls pandas in a way that pandas is giving up.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

ROWS, COLUMNS = 157, 41
DECAYS = [ds.decay.binary(30), ds.decay.steps({10: 1, 20: 0.6, 30: 0.3}), ds.decay.linear(30)]


def scene(seed: int, zeros: float = 0.2) -> tuple[npt.NDArray[np.float32], pd.Series, pd.Series]:
    """Minutes with holes, people by origin, care by destination."""
    chance = np.random.default_rng(seed)
    minutes = (chance.random((ROWS, COLUMNS)) * 45).astype("float32")
    minutes[chance.random((ROWS, COLUMNS)) < 1 / 3] = np.nan
    minutes[3], minutes[:, 5] = np.nan, np.nan
    people = chance.integers(0, 3000, ROWS) * (chance.random(ROWS) > 0.1)
    care = chance.random(COLUMNS) * (chance.random(COLUMNS) > zeros)
    return minutes, pd.Series(people.astype(float)), pd.Series(care)


def tables(
    minutes: npt.NDArray[np.float32], people: pd.Series, care: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The same as `access` wants it: demand, supply, and a row a pair that has a time."""
    origin, dest = np.nonzero(~np.isnan(minutes))
    pairs = {"origin": origin, "dest": dest, "cost": minutes[origin, dest].astype(float)}
    return people.to_frame("demand"), care.to_frame("supply"), pd.DataFrame(pairs)


def assert_alike(ours: pd.Series, theirs: pd.Series) -> None:
    """Equal, where theirs has a value; where it has none, ours is 0, or nothing off the network."""
    theirs = theirs.reindex(range(ROWS)).fillna(0)
    assert ours.index[ours.isna()].tolist() == [3]
    ours = ours.fillna(0)
    assert (theirs > 0).sum() > ROWS / 2, "the scene is not empty"
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("decay", DECAYS, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_weighted_sums_are_those_of_pysal(decay: Any, seed: int) -> None:
    minutes, people, care = scene(seed)
    _, supply, pairs = tables(minutes, people, care)
    ends = {"cost_source": "dest", "cost_dest": "origin", "loc_index": True}
    weight = weights_of(decay, pairs)
    theirs = fca.weighted_catchment(supply, pairs, loc_value="supply", weight_fn=weight, **ends)
    assert_alike(ds.accessibility(minutes, supply=care, decay=decay), theirs)


@pytest.mark.parametrize("decay", DECAYS, ids=str)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("variant", ["two_step", "three_step"])
def test_two_steps_and_three_are_those_of_pysal(decay: Any, seed: int, variant: Any) -> None:
    minutes, people, care = scene(seed, zeros=0.2 if variant == "two_step" else 0)
    demand, supply, pairs = tables(minutes, people, care)
    weight = weights_of(decay, pairs)
    asked = {"demand": people, "supply": care, "decay": decay, "variant": variant}
    tables_ = (demand, supply, pairs)
    how: dict[str, Any] = {"demand_index": True, "weight_fn": weight}
    if variant == "two_step":
        theirs = fca.two_stage_fca(*tables_, **how)
    else:
        theirs = fca.three_stage_fca(*tables_, 1e9, **how)
    assert_alike(ds.floating_catchment(minutes, **asked), theirs)


def weights_of(decay: Any, pairs: pd.DataFrame) -> Callable[[float], float]:
    """The decay as `access` wants it: a function of one number."""
    return dict(zip(pairs["cost"], decay(pairs["cost"]).tolist(), strict=True)).__getitem__
