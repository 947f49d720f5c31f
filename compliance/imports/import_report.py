"""What an import read, left out and assumed, counted by reason, with the first of each to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compliance.errors import Problem

_SHOWN = 3
_LONGEST_TOLD = 160


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
    list_days: dict[str, str] = field(default_factory=dict)
    """The day of each list where its source tells one."""
    list_day: str = ""
    """The day of all lists of which the source tells none, where the user states it."""
    unread_entries: list[tuple[str, str]] = field(default_factory=list)
    """Rows of lists that cannot be read: the list, empty where it is not known, and what is known of the row."""

    def lists_loaded(self) -> Iterator[dict[str, str]]:
        """The lists that were read, each with its day and how many rows it had, as rows of `screening_lists`."""
        for name, count in sorted(self.lists.items()):
            row = {"list": name, "as_of": self.list_days.get(name) or self.list_day}
            yield row | {"source": Path(self.source).name, "rows": str(count)}

    def lists_not_whole(self) -> Iterator[dict[str, str]]:
        """What is missing of the lists that were read, as rows of `unread`; a file of no list lacks nothing of one."""
        for name, text in self.unread_entries if self.lists else ():
            yield {"table": "screening_lists", "id": name, "field": "row", "text": text}

    def skip_entry(self, file: str, line: int, reason: str, wrong: str, told: str = "", name: str = "") -> None:
        """A row that cannot be read and may be of a list: who is on it is not known, and the list is not whole.

        `told` is what the row says as far as it is read, `name` its list; without one any list of the file may lack it.
        """
        self.skip(file, line, reason, wrong, "listings")
        row = f" (`{told[:_LONGEST_TOLD]}`)" if told else ""
        self.unread_entries.append((name, f"{Path(file).name}:{line}{row} {wrong}"))

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
            shown.append(Problem(file, line, told if len(told) <= _LONGEST_TOLD else told[:_LONGEST_TOLD] + "..."))

    def text(self, made: Mapping[str, int]) -> str:
        """All of it, for a user to read; `made` is the number of rows by table."""
        read = ", ".join(f"{what} {count:,}" for what, count in sorted(self.read.items())) or "nothing"
        rows = ", ".join(f"{table} {count:,}" for table, count in made.items()) or "nothing"
        lines = [f"Read from {self.source}: {read}.", f"Rows made: {rows}."]
        if self.lists:
            lists = ", ".join(f"{name} {count:,}" for name, count in _by_size(self.lists))
            lines.append(f"Lists: {lists}; no other list was in it.")
            if not_whole := sorted({name or "one of these" for name, _ in self.unread_entries}):
                lines.append(f"Not read whole: {', '.join(not_whole)}; a party may be on what is missing.")
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
