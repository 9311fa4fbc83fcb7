"""How does the program speak: answers on one stream, remarks on the other?

Answers go to the standard output and may be kept in a file; remarks, warnings and refusals
to the standard error, one line each.
"""

from __future__ import annotations

import sys
from typing import TextIO

__all__ = ["complain", "remark", "say"]


def say(text: str = "") -> None:
    """Prints an answer."""
    _print(text, sys.stdout)


def remark(text: str, *, quiet: bool = False) -> None:
    """Prints what is worth knowing of the way, unless nobody wants to."""
    if not quiet:
        _print(text, sys.stderr)


def complain(text: str) -> None:
    """Prints what is wrong, under the name of the program."""
    _print(f"desserte: {text}", sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Prints, with a question mark for a letter that the terminal does not know."""
    encoding = stream.encoding or "utf-8"
    # The narrow space of French is in few of the older encodings, the wide one in most.
    if not encoding.lower().startswith("utf"):
        text = text.replace("\u202f", "\u00a0")
    print(text.encode(encoding, errors="replace").decode(encoding), file=stream, flush=True)
