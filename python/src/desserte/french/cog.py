"""Which commune is this code of, and which is it today?

Communes merge: Miribel and Montrigaud are delegated communes of Valherbasse now,
and files of different years name them differently. The official geographic
code lists what exists, with the commune that each part belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desserte._checks import some
from desserte._lazy import pd
from desserte.errors import IdError
from desserte.french._ledger import Ledger
from desserte.french._tables import TextTable, read_rows, text_tables
from desserte.french._values import by_id, commune_codes, refuse_repeated, texts_of

if TYPE_CHECKING:
    from desserte._checks import Paths

__all__ = ["read_cog"]

_READER = "read_cog"
_COMMUNE = "COM"
# Parts that were communes: what is said of them is said of the commune today.
_FORMER = ("COMD", "COMA")


def read_cog(path: Paths) -> pd.DataFrame:
    """Reads the official geographic code (COG) of INSEE: its file of communes.

    Parameters
    ----------
    path
        ``v_commune_AAAA.csv``, or a ZIP with it.

    Returns
    -------
    pandas.DataFrame
        A row a code, indexed by ``insee_code``, which is a column too:
        ``insee_code``, ``name``, ``type`` ("COM", "ARM" for a municipal
        arrondissement, "COMD" and "COMA" for delegated and associated
        communes), ``current_code`` (of the commune today: its own, or the one it
        is a part of; an arrondissement keeps its own), ``parent`` (missing for a
        commune), ``departement`` and ``region``. Where a delegated commune bears
        the code of its commune, the commune stands for both. ``attrs`` says which
        files, and how many rows were read, kept and dropped, and why.

    Raises
    ------
    FileNotFoundError
        If a file does not exist.
    TableError
        If the columns are not those of the COG.
    IdError
        If a code is of no commune, comes twice, or belongs to none of the file.

    Examples
    --------
    >>> from pathlib import Path
    >>> table = '''TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT
    ... COM,26210,84,26,Valherbasse,
    ... COMD,26204,,,Miribel,26210'''
    >>> _ = Path("v_commune.csv").write_text(table)
    >>> cog = ds.read_cog("v_commune.csv")
    >>> cog.loc["26204", ["current_code", "departement"]].tolist()
    ['26210', '26']
    """
    ledger = Ledger(_READER)
    parts = [_read(table, ledger) for table in text_tables(path, _READER)]
    codes = pd.concat(parts, ignore_index=True)
    is_commune = codes["type"] == _COMMUNE
    shadowed = ~is_commune & codes["insee_code"].isin(codes.loc[is_commune, "insee_code"])
    ledger.drop(int(shadowed.sum()), "a part under the code of its commune")
    codes = codes[~shadowed].reset_index(drop=True)
    refuse_repeated(codes["insee_code"], "commune", "one of the files")
    codes = by_id(codes, "insee_code")
    is_former = codes["type"].isin(_FORMER)
    codes["current_code"] = codes["parent"].where(is_former, codes["insee_code"])
    lost = codes[~codes["current_code"].isin(codes["insee_code"])]
    if len(lost):
        raise IdError(
            f"the COG has parts whose commune (COMPARENT) is not in the file, in "
            f"{some(lost.index.tolist(), 'code')}; take the whole file"
        )
    # Of a delegated commune INSEE leaves département and region empty.
    for name in ("departement", "region"):
        of_today = codes[name].reindex(codes["current_code"]).to_numpy()
        codes[name] = codes[name].where(codes[name].notna(), of_today)
    columns = ["insee_code", "name", "type", "current_code", "parent", "departement", "region"]
    codes = codes[columns]
    codes.attrs = ledger.attrs()
    return codes


def _read(table: TextTable, ledger: Ledger) -> pd.DataFrame:
    fields = table.found.fields
    rows = read_rows(table)
    ledger.rows(len(rows))
    table.opened(ledger, rows=len(rows))
    named = {"typecom": "type", "libelle": "name", "comparent": "parent"}
    named |= {"dep": "departement", "reg": "region"}
    codes = pd.DataFrame({name: texts_of(rows[fields[field]]) for field, name in named.items()})
    codes["insee_code"] = commune_codes(rows[fields["com"]], table.name)
    return codes
