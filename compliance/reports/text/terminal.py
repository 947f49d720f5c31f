"""The sheet a text report is written on: its width, whether it has colour, and the few shapes it is made of.

INVARIANT: no line is wider than the look says, counted in the cells of a terminal (a Chinese character takes two).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDEST = 100
NARROWEST = 60
LABEL = 10
INDENT = 2
KEPT = 11
"""A column no wider than this is not folded: dates, countries, numbers."""
STYLES = {
    "violation": "bold white on red",
    "license_required": "bold black on yellow",
    "review": "bold white on blue",
    "not_evaluated": "bold white on magenta",
    "no_finding": "",
    "possible violation": "bold red",
    "possible license_required": "bold yellow",
    "possible review": "bold blue",
}
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that would move the cursor or turn the text around."""


@dataclass(frozen=True)
class Look:
    """How wide a report is, whether it has colour, and whether the output takes more than ASCII."""

    width: int = WIDEST
    colour: bool = False
    unicode: bool = True

    @property
    def columns(self) -> int:
        return max(NARROWEST, min(WIDEST, self.width))


def clean(text: str) -> str:
    """The text without what a terminal would act on."""
    return _UNSEEN.sub("\ufffd", text)


def as_text(text: str, style: str = "") -> Text:
    """Text of a user or a rule, shown as it is."""
    return Text(clean(text), style=style, overflow="fold")


class Paper:
    """Gathers lines, blocks and tables, and gives them as one text."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._sheet = StringIO()
        self._console = Console(
            file=self._sheet,
            width=look.columns,
            force_terminal=look.colour,
            color_system="standard" if look.colour else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            _environ={},
        )

    def put(self, *things: RenderableType) -> None:
        """Adds lines or tables."""
        for thing in things:
            self._console.print(thing)

    def gap(self) -> None:
        """Adds an empty line."""
        self._sheet.write("\n")

    def heading(self, title: str, beside: str = "") -> None:
        """Adds a heading followed by a rule to the right margin."""
        self.gap()
        said = Text.assemble((clean(title), "bold"), (f"  {clean(beside)}" if beside else "", "dim"))
        left = self.look.columns - said.cell_len - 1
        if left > 3:
            said.append(" " + ("─" if self.look.unicode else "-") * left, "dim")
        self.put(said)

    def text(self) -> str:
        """All of it, without blanks at the ends of lines."""
        lines = (line.rstrip() for line in self._sheet.getvalue().splitlines())
        said = "\n".join(lines).strip("\n") + "\n"
        return said if self.look.unicode else ascii_marks(said)


def label_rows(rows: Iterable[tuple[str, RenderableType]], indent: int = INDENT) -> RenderableType:
    """Labels on the left, what they label beside them, hanging under itself where it is long."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=LABEL, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    for label, body in rows:
        grid.add_row(label, body)
    return Padding(grid, (0, 0, 0, indent))


def bullet_list(items: Iterable[str | Text], mark: str = "•", indent: int = INDENT) -> RenderableType:
    """Items with a mark before each."""
    return marked_list(
        ((Text(mark, "dim"), as_text(item) if isinstance(item, str) else item) for item in items), indent
    )


def marked_list(items: Iterable[tuple[Text, Text]], indent: int = 0) -> RenderableType:
    """Items, each with a mark of its own before it."""
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1, overflow="fold")
    for mark, item in items:
        grid.add_row(mark, item)
    return Padding(grid, (0, 0, 0, indent))


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    right: Sequence[bool] = (),
    indent: int = 0,
    kept: int = KEPT,
) -> RenderableType:
    """A table without frames; `right` marks the columns of numbers.

    Where it is too wide, columns fold that are wider than `kept`.
    """
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False)
    cells = [[as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    for place, head in enumerate(heads):
        number = place < len(right) and right[place]
        widest = max((row[place].cell_len for row in cells), default=0)
        made.add_column(
            head, justify="right" if number else "left", overflow="fold", no_wrap=max(widest, len(head)) <= kept
        )
    for row in cells:
        made.add_row(*row)
    return Padding(made, (0, 0, 0, indent))


def stack_blocks(*things: RenderableType) -> RenderableType:
    """Things under one another."""
    return Group(*things)


def ascii_marks(text: str) -> str:
    """The report's own marks for an output that has only ASCII; a user's words stay as they are."""
    for mark, word in {"✓": "+", "✗": "-", "•": "*", "─": "-", "·": "|", "→": "->", "█": "#", "░": "."}.items():
        text = text.replace(mark, word)
    return text
