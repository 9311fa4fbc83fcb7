"""What is it called here, whatever the file calls it?

Each source has a list of codes of its own; the tables in ``kinds/`` bring them
to ``ds.KINDS``. They are data with their origin at their head, to be read and
corrected without reading code.
"""

from __future__ import annotations

from importlib import resources

from desserte._lazy import pd

__all__ = ["kind_table"]


def kind_table(name: str) -> pd.DataFrame:
    """A table of codes as text, missing where a cell is empty."""
    path = resources.files("desserte.french") / "kinds" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype=str, keep_default_na=False, na_values=[""])
