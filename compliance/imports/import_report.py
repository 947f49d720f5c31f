"""What an import read, left out and assumed, counted by reason, with the first of each to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compliance.errors import Problem

_SHOWN = 3


@dataclass
class ImportReport:
    """Counts by reason; of each reason only the first few rows are kept, however many there are.

    `skipped` is what is not in the world at all; `kept` what is in it with something unread or unknown; `notes`
    what was assumed, or found and needed no row. `left` and `doubted` count the same by table, `lists` rows by list.
    """

    source: str
    read: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Problem]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    doubted: Counter[str] = field(default_factory=Counter)
    lists: Counter[str] = field(default_factory=Counter)

    def lists_loaded(self) -> Iterator[dict[str, str]]:
        """The lists that were read, each with how many rows it had, as rows of `screening_lists`."""
        for name, count in sorted(self.lists.items()):
            yield {"list": name, "source": Path(self.source).name, "rows": str(count)}

    def skip(self, file: str, line: int, reason: str, told: str = "", table: str = "") -> None:
        """A row that is left out, of `table` where that is known."""
        self.skipped[reason] += 1
        self.left[table] += 1
        self._show(file, line, reason, told)

    def keep(self, file: str, line: int, reason: str, told: str = "", table: str = "") -> None:
        """A row that goes in without a part of it, of `table` where that is known."""
        self.kept[reason] += 1
        self.doubted[table] += 1
        self._show(file, line, reason, told)

    def note(self, reason: str, count: int = 1) -> None:
        """Something that was assumed or found."""
        self.notes[reason] += count

    def _show(self, file: str, line: int, reason: str, told: str) -> None:
        shown = self.first.setdefault(reason, [])
        if len(shown) < _SHOWN:
            shown.append(Problem(file, line, told if len(told) <= 160 else told[:160] + "..."))

    def text(self, made: Mapping[str, int]) -> str:
        """All of it, for a user to read; `made` is the number of rows by table."""
        read = ", ".join(f"{what} {count:,}" for what, count in sorted(self.read.items())) or "nothing"
        rows = ", ".join(f"{table} {count:,}" for table, count in made.items()) or "nothing"
        lines = [f"Read from {self.source}: {read}.", f"Rows made: {rows}."]
        if self.lists:
            lists = ", ".join(f"{name} {count:,}" for name, count in _by_size(self.lists))
            lines.append(f"Lists: {lists}; no other list was in it.")
        for title, counts in (("Left out", self.left), ("In doubt", self.doubted)):
            if tables := {table: count for table, count in sorted(counts.items()) if table}:
                lines.append(f"{title} by table: " + ", ".join(f"{table} {n:,}" for table, n in tables.items()) + ".")
        for title, counts in (("Left out", self.skipped), ("In, but not whole", self.kept)):
            lines += self._count_lines(title, counts)
        if self.notes:
            lines += ["", "Assumed and found"]
            lines += [f"  {count:>7,}  {reason}" for reason, count in _by_size(self.notes)]
        return "\n".join(lines) + "\n"

    def _count_lines(self, title: str, counts: Counter[str]) -> Iterator[str]:
        if not counts:
            return
        yield ""
        yield f"{title}: {counts.total():,}"
        for reason, count in _by_size(counts):
            yield f"  {count:>7,}  {reason}"
            for problem in self.first.get(reason, ()):
                yield f"           {problem}" if problem.message else f"           {problem.file}:{problem.line}"
            if count > _SHOWN:
                yield f"           and {count - _SHOWN:,} more"


def _by_size(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
