"""The types that a caller's checker sees. mypy reads this file; running it only imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import desserte as ds

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from typing_extensions import assert_type


def test_the_package_says_that_it_is_typed() -> None:
    assert ds.__file__ is not None
    from importlib import resources

    assert (resources.files("desserte") / "py.typed").is_file()


if TYPE_CHECKING:

    def expected_types() -> None:
        network = ds.RoadNetwork.from_pbf("a.osm.pbf", profile=ds.Profile.car(rural_kmh=90))
        assert_type(network, ds.RoadNetwork)
        assert_type(network.manifest, dict[str, Any])
        assert_type(ds.demo_extract(), Path)
        times = ds.travel_times(network, [(0.0, 0.0)], [(0.0, 0.0)], direction="both")
        assert_type(times, ds.TravelTimes)
        assert_type(times.minutes, npt.NDArray[np.float32])
        assert_type(times.status, npt.NDArray[np.uint8])
        assert_type(times.select(origins=[0]), ds.TravelTimes)
        assert_type(ds.compare_times(times, [[1.0]]), ds.TimesComparison)
        assert_type(ds.STATUS, tuple[str, ...])
        ds.travel_times(network, [(0, 0)], [(0, 0)], direction="too")  # type: ignore[call-overload]
        ds.isochrones(network, [(0, 0)], minutes=[10, 20], direction="both")  # type: ignore[call-overload]
        ds.nearest(network, [(0, 0)], [(0, 0)], 3)  # type: ignore[call-arg]
