"""What does this cell say: a number, nothing, or a secret?

INSEE writes a comma for the decimals, blanks between the thousands, and leaves
secret cells empty or marks them: empty is not zero. Codes of communes and
départements are text, and a code that a spreadsheet took for a number is known
by its missing zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desserte._checks import some
from desserte._lazy import np, pd
from desserte.errors import IdError, InputError, TableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desserte.french._ledger import Ledger

__all__ = [
    "COMMUNE",
    "by_id",
    "check_departements",
    "commune_codes",
    "departement_of",
    "numbers_of",
    "refuse_repeated",
    "texts_of",
    "whole",
]

COMMUNE = r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|9[78]\d{3}"
"""The code of a commune, Corsica and overseas included."""

_DEPARTEMENT = r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|9[78]\d"
_OVERSEAS = ("97", "98")
# INSEE, DREES and FNORS mark what they may not tell.
_SECRET = {"s", "ns", "nd", "n.d.", "n/d", "na", "n/a", "c", "*", "-", "...", "…", "."}


def texts_of(column: pd.Series) -> pd.Series:
    """Text without blanks around it, missing where there is none."""
    stripped = column.astype(object).where(column.notna(), None).map(_stripped)
    return stripped.astype(object)


def numbers_of(column: pd.Series, name: str, file: str, ledger: Ledger | None = None) -> pd.Series:
    """Numbers; NaN where the cell is empty or secret, which are counted, never 0."""
    found = pd.to_numeric(column, errors="coerce")
    odd = found.isna() & column.notna()
    if odd.any():
        written = column[odd].astype(str).str.replace(r"\s", "", regex=True)
        # A narrow no-break space is no \s to every engine.
        written = written.str.replace("\u202f", "").str.replace(",", ".", regex=False)
        secret = written.str.casefold().isin(_SECRET)
        mended = pd.to_numeric(written, errors="coerce")
        bad = mended.isna() & ~secret & (written != "")
        if bad.any():
            raise TableError(
                f"{file} has text that is no number in the column {name!r}, in "
                f"{some(column[odd][bad].tolist())}"
            )
        found = found.astype("float64")
        found[odd] = mended
    if not np.isfinite(found[found.notna()]).all():
        raise TableError(f"{file} has an infinite number in the column {name!r}")
    if ledger is not None:
        ledger.note(int(found.isna().sum()), f"{name}: empty or secret, missing and not 0")
    return found.astype("float64")


def whole(numbers: pd.Series) -> Any:
    """Whole numbers, missing where NaN."""
    return pd.array(np.round(numbers.to_numpy(dtype="float64")), dtype="Int64")


def commune_codes(column: pd.Series, file: str) -> pd.Series:
    """Codes of communes, every one of them sound.

    Raises
    ------
    IdError
        If a code is missing, or is none; where it lost its leading zero, says so.
    """
    codes = texts_of(column)
    sound = codes.astype("string").str.fullmatch(COMMUNE).fillna(value=False).astype(bool)
    if not sound.all():
        bad = codes[~sound]
        short = bad.astype("string").str.fullmatch(r"[1-9]\d{3}(\.0)?").fillna(value=False)
        if short.any():
            raise IdError(
                f"{file} has codes of communes that lost their leading zero, in "
                f"{some(bad[short.astype(bool)].tolist())}; a spreadsheet took them for numbers: "
                "take the file as it was published"
            )
        raise IdError(f"{file} has codes that are of no commune, in {some(bad.tolist())}")
    return codes


def departement_of(codes: Any) -> Any:
    """The département of codes of communes: two characters, three overseas."""
    code = pd.Series(codes).astype(str)
    return code.str[:2].where(~code.str[:2].isin(_OVERSEAS), code.str[:3]).to_numpy(dtype=object)


def by_id(table: Any, column: str) -> Any:
    """A table indexed by its id, which stays a column."""
    # Without a name, or pandas finds the id twice when it sorts or joins by it.
    table.index = pd.Index(table[column].to_numpy(dtype=object), dtype=object)
    return table


def check_departements(departements: Iterable[str] | None) -> list[str] | None:
    """Codes of départements as text, or None for all."""
    if departements is None:
        return None
    given = [departements] if isinstance(departements, str) else list(departements)
    text = [code for code in given if isinstance(code, str)]
    bad = [code for code in given if not isinstance(code, str)]
    bad += [code for code in text if not pd.Series([code]).str.fullmatch(_DEPARTEMENT).all()]
    if bad:
        raise InputError(
            f'departements are codes as text, as in ["07", "2A", "971"], got {some(bad, "other")}'
        )
    if not given:
        raise InputError("departements is empty; give at least one code, or None for all")
    return text


def refuse_repeated(ids: pd.Series, what: str, file: str) -> None:
    """Refuses ids that stand for several things."""
    repeated = ids[ids.duplicated()].unique().tolist()
    if repeated:
        raise IdError(f"{file} has several rows for the same {what}, in {some(repeated, 'id')}")


def _stripped(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    return text or None
