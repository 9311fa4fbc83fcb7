#!/usr/bin/env python3
"""Are the files and functions short enough to be read, and is no task left without its issue?

A file has at most 600 lines, a function at most 60 that are neither blank nor
comment nor docstring. A Rust file opens with its question. Rust is read as
rustfmt writes it: a function ends where a brace stands at its own indentation.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("crates", "python", "benches", "fixtures", ".ci")
NOT_OURS = {"target", "__pycache__", ".hypothesis", ".venv"}
FILE_LINES = 600
FUNCTION_LINES = 60
PAGES = {"ARCHITECTURE.md": 120, "CONTRIBUTING.md": 80}

RUST_FUNCTION = re.compile(r"^( *)(?:pub(?:\([a-z:]+\))? )?(?:const |unsafe |async )*fn (\w+)")
UNOWNED_TASK = re.compile(r'(?<!")\b[T]ODO\b(?!\(#\d+\))')


def main() -> int:
    """Report every breach; return the exit status."""
    breaches = [breach for path in sources() for breach in breaches_of(path)]
    for name, limit in PAGES.items():
        breaches += too_long(Path(name), (ROOT / name).read_text(encoding="utf-8"), limit)
    sys.stdout.write("".join(f"{breach}\n" for breach in breaches) or "all sizes as agreed\n")
    return 1 if breaches else 0


def sources() -> Iterator[Path]:
    """Every Rust and Python file of ours, relative to the root."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            if path.suffix in {".rs", ".py", ".pyi"} and not NOT_OURS & set(relative.parts):
                yield relative


def breaches_of(path: Path) -> Iterator[str]:
    """What one file does wrong."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    yield from too_long(path, text, FILE_LINES)
    if path.suffix == ".rs" and not text.startswith("//!"):
        yield f"{path}: does not open with the question it answers"
    for number, line in enumerate(lines, 1):
        if UNOWNED_TASK.search(line):
            yield f"{path}:{number}: a task without the number of its issue"
    functions = rust_functions(lines) if path.suffix == ".rs" else python_functions(text)
    for name, start, body in functions:
        if (length := code_lines(body)) > FUNCTION_LINES:
            yield f"{path}:{start}: {name} has {length} lines of code, {FUNCTION_LINES} allowed"


def too_long(path: Path, text: str, limit: int) -> Iterator[str]:
    """Say so where a file has more lines than it may."""
    if (length := len(text.splitlines())) > limit:
        yield f"{path}: {length} lines, {limit} allowed"


def rust_functions(lines: list[str]) -> Iterator[tuple[str, int, list[str]]]:
    """Name, first line and text of each function."""
    for index, line in enumerate(lines):
        if match := RUST_FUNCTION.match(line):
            indent, name = match.groups()
            closing, bodiless = indent + "}", (";", "}")
            end = index
            while lines[end] != closing and not (end == index and line.endswith(bodiless)):
                end += 1
                if end == len(lines):
                    break
            yield name, index + 1, lines[index:end]


def python_functions(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Name, first line and text of each function, docstring apart."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_documented = ast.get_docstring(node) is not None
            body_start = first.end_lineno if is_documented else first.lineno - 1
            signature = lines[node.lineno - 1 : first.lineno - 1]
            yield node.name, node.lineno, signature + lines[body_start : node.end_lineno]


def code_lines(lines: list[str]) -> int:
    """How many lines are neither blank nor comment."""
    return sum(bool(line.strip()) and not line.lstrip().startswith(("//", "#")) for line in lines)


if __name__ == "__main__":
    sys.exit(main())
