"""Small files as French producers lay them out. The columns are real, the figures invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

BANDS = ("0014", "1529", "3044", "4559", "6074", "7589", "90P")


def write(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def joined(cells: list[Any] | tuple[Any, ...], separator: str = ";") -> str:
    return separator.join("" if cell is None else str(cell) for cell in cells)


def base_cc_header(years: tuple[int, ...] = (22, 16)) -> list[str]:
    columns = ["CODGEO"]
    for year in years:
        columns += [f"P{year}_POP", *(f"P{year}_POP{band}" for band in BANDS)]
        for sex in "HF":
            columns += [
                f"P{year}_POP{sex}",
                *(f"P{year}_{sex}{b}" for b in ("0019", "2064", "65P")),
            ]
    return columns


def base_cc_row(code: str, people: list[float], old: float = 1.0) -> list[Any]:
    """A row whose women and men are a half each; the old are those of the last two bands."""
    total = sum(people)
    half = [people[0] / 2, sum(people[1:5]) / 2, sum(people[5:]) / 2]
    latest = [total, *people, total / 2, *half, total / 2, *half]
    return [code, *latest, *(number * old for number in latest)]


def structure(
    number: str, commune: str, departement: str, category: str, name: str = "PHARMACIE DU PONT"
) -> str:
    """A row of FINESS etalab: 32 fields."""
    cells: list[str] = [""] * 32
    cells[0:4] = ["structureet", number, "070009999", name]
    cells[12:14] = [commune, departement]
    cells[14:16] = ["ARDECHE", "07000 PRIVAS"]
    cells[18:20] = [category, f"Libellé de {category}"]
    cells[20:22] = ["3201", "Pharmacies"]
    return ";".join(cells)


def position(number: str, x: float, y: float, crs: str = "L93_METROPOLE") -> str:
    return f"geolocalisation;{number};{x};{y};1,ATLASANTE,96,BAN,{crs};2025-09-04"
