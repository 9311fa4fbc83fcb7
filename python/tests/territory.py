"""Sud-Ardèche on the sketch: communes as points and as cells, and two houses of health."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

import desserte as ds

__all__ = ["Territory"]

SOUTH_OF = 44.75
_PLANE = 2154


@dataclass
class Territory:
    """What the pictures show; each part is made when it is first asked for."""

    @cached_property
    def network(self) -> ds.RoadNetwork:
        return ds.RoadNetwork.from_pbf(ds.demo_sketch(), progress=False)

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """The communes, by code, where their villages are."""
        places = ds.read_places(ds.demo_sketch(), progress=False)
        known = places[places["insee_code"].notna()]
        return known.set_index("insee_code", drop=False).rename_axis("code")

    @cached_property
    def cells(self) -> gpd.GeoDataFrame:
        """The same as areas: the ground that is nearest to each village."""
        points = self.points.to_crs(_PLANE)
        hull = points.geometry.union_all().convex_hull.buffer(4000)
        cells = points.geometry.voronoi_polygons()
        areas = gpd.GeoDataFrame(geometry=cells.intersection(hull), crs=points.crs)
        joined = areas.sjoin(points.drop(columns="insee_code"), predicate="contains")
        return joined.set_index("code").loc[points.index].to_crs(4326)

    @cached_property
    def study(self) -> list[str]:
        south = self.points.geometry.y < SOUTH_OF
        return list(self.points.index[self.points.index.str.startswith("07") & south])

    @cached_property
    def houses(self) -> gpd.GeoDataFrame:
        care = ds.read_care(ds.demo_sketch(), progress=False)
        return care[care["kind"] == "msp"]

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """Two villages where a house would open."""
        return self.points[self.points["name"].isin(["Les Assions", "Saint-André-de-Cruzières"])]

    @cached_property
    def before(self) -> pd.DataFrame:
        return ds.nearest(self.network, self.points, self.houses, progress=False)

    @cached_property
    def after(self) -> pd.DataFrame:
        kept = [table[["name", "geometry"]] for table in (self.houses, self.sites)]
        both = gpd.GeoDataFrame(pd.concat(kept), crs=self.points.crs)
        return ds.nearest(self.network, self.points, both, progress=False)

    @cached_property
    def isochrones(self) -> gpd.GeoDataFrame:
        areas = ds.isochrones(
            self.network, self.sites, minutes=[15, 30], origins_are="merged", progress=False
        )
        assert isinstance(areas, gpd.GeoDataFrame)
        return areas
