"""Where does this table come from, and what was left out of it?

Every reader keeps a :class:`Ledger`: a row that is read is kept, or dropped for
a reason that is named and counted. It becomes the ``attrs`` of the result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desserte.errors import TableError

if TYPE_CHECKING:
    from desserte.french._files import Source
    from desserte.french._layouts import Layout

__all__ = ["Ledger"]


@dataclass
class Ledger:
    """What a reader has read, source by source, and what became of the rows."""

    reader: str
    sources: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def opened(self, source: Source, layout: Layout, **facts: Any) -> None:
        """Notes a source whose layout is known."""
        self.sources.append(
            {
                "file": source.name,
                "sha256": source.sha256,
                "layout": layout.name,
                "producer": layout.producer,
                **{name: fact for name, fact in facts.items() if fact not in (None, 0)},
            }
        )

    def rows(self, count: int) -> None:
        """Counts rows as read."""
        self.read += count

    def drop(self, count: int, reason: str) -> None:
        """Counts rows as left out, and says why."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + int(count)

    def note(self, count: int, fact: str) -> None:
        """Counts rows that are kept, and are not what one would expect."""
        if count:
            self.notes[fact] = self.notes.get(fact, 0) + int(count)

    def attrs(self, **facts: Any) -> dict[str, Any]:
        """What the result says of its origin."""
        kept = self.read - sum(self.dropped.values())
        if kept < 0:
            raise TableError(f"ds.{self.reader} counted more rows dropped than read; report this")
        return {
            "reader": self.reader,
            "sources": self.sources,
            "rows": {"read": self.read, "kept": kept, "dropped": dict(self.dropped)},
            "notes": dict(self.notes),
            **{name: fact for name, fact in facts.items() if fact is not None},
        }
