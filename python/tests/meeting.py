"""A meeting small enough to check by hand: four villages, a doctor, and a site that could open.

minutes to       doctor   site
Amont              8       20
Bourg             18        9
Combe             26       12
Désaigues         32       31
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

import desserte as ds
from desserte.times import SnapTables

if TYPE_CHECKING:
    from collections.abc import Sequence

CODES = ["07001", "07002", "07003", "26004"]
SPOTS = {
    "07001": (4.50, 44.50),
    "07002": (4.60, 44.52),
    "07003": (4.70, 44.55),
    "26004": (4.80, 44.60),
    "doctor": (4.501, 44.501),
    "site": (4.601, 44.521),
    "other": (4.701, 44.551),
}
DOCTOR, SITE = [8.0, 18.0, 26.0, 32.0], [20.0, 9.0, 12.0, 31.0]


def points(ids: Sequence[str]) -> gpd.GeoSeries:
    x, y = zip(*(SPOTS[one] for one in ids), strict=True) if ids else ((), ())
    return gpd.GeoSeries.from_xy(x, y, index=pd.Index(list(ids), dtype=object), crs=4326)


def communes(names: Sequence[str] = ("Amont", "Bourg", "Combe", "Désaigues")) -> gpd.GeoDataFrame:
    people = [1000, 500, 300, 200]
    return gpd.GeoDataFrame(
        {"name": list(names), "population": people},
        geometry=points(CODES).to_numpy(),
        index=CODES,
        crs=4326,
    )


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {"population": [1000.0, 500.0, 300.0, 200.0], "65+": [300.0, 200.0, 80.0, 20.0]},
        index=CODES,
    )


def times(
    *columns: Sequence[float],
    destinations: Sequence[str],
    max_minutes: float | None = None,
    manifest: dict[str, Any] | None = None,
) -> ds.TravelTimes:
    """Times with a column a destination; NaN where there is no road."""
    minutes = np.array(columns, dtype="float32").reshape(len(destinations), len(CODES)).T.copy()
    status = np.where(np.isnan(minutes), ds.STATUS.index("no_path"), 0).astype("uint8")
    origins, ends = points(CODES), points(destinations)
    return ds.TravelTimes(
        minutes=minutes,
        status=status,
        kilometres=None,
        origins=origins.index,
        destinations=ends.index,
        max_minutes=max_minutes,
        direction="from",
        snaps=SnapTables(
            gpd.GeoDataFrame({"outcome": "ok"}, geometry=origins, index=origins.index),
            gpd.GeoDataFrame({"outcome": "ok"}, geometry=ends, index=ends.index),
        ),
        attrs={} if manifest is None else {"manifest": manifest},
    )


def before() -> ds.TravelTimes:
    return times(DOCTOR, destinations=["doctor"])


def after() -> ds.TravelTimes:
    return times(DOCTOR, SITE, destinations=["doctor", "site"])


def care(name: str = "Dr Martin") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"kind": ["gp"], "name": [name]},
        geometry=points(["doctor"]).to_numpy(),
        index=["doctor"],
        crs=4326,
    )


def question(**changes: Any) -> dict[str, Any]:
    """What is asked of the four villages, with some of it changed."""
    return {
        "title": "Un cabinet à Bourg",
        "before": before(),
        "after": after(),
        "demand": people(),
        "communes": communes(),
        "care": care(),
        **changes,
    }


def plain(text: str) -> str:
    """The same without the signs of French typography."""
    return text.replace("\u202f", " ").replace("\u2212", "-")


class _Cells(HTMLParser):
    """The cells of all tables, row by row, by the caption or heading before them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        del attrs
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.tables[-1][-1][-1] += data


def tables_of(html: str) -> list[list[list[str]]]:
    """Every table of a page, as rows of texts."""
    cells = _Cells()
    cells.feed(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    return cells.tables


def words_of(html: str) -> str:
    """What a page says, its pictures, styles and scripts apart."""
    text = re.sub(r"<(style|script).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]+>", " ", text))
