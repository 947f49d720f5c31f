"""What is wrong with a text that is no YAML, in words for people who write YAML by hand."""

from __future__ import annotations

import yaml

from compliance.errors import Problem

_LIBYAML = (
    ("found a tab character", "a tab stands where only spaces may; indent with spaces"),
    ("unexpected end of stream", "the quote that opens on line {opened} is never closed"),
    ("or '}'", "`{{` opens on line {opened}, and before {here} its `}}` or a `,` is missing"),
    ("or ']'", "`[` opens on line {opened}, and before {here} its `]` or a `,` is missing"),
    ("mapping values are not allowed", "this `:` stands where no key can be; indent the line, or quote the text"),
    ("block sequence entries", "this `-` stands where no list can begin; put the list on lines of its own"),
    ("expected ':'", "a `:` is missing after the key on line {opened}"),
    ("expected key", "no key of the mapping that begins on line {opened} is here, but {here}; check the indentation"),
    ("expected '-'", "no `-` of the list that begins on line {opened} is here, but {here}; check the indentation"),
    ("<document start>", "the text should end before {here}"),
    ("unknown escape character", "`\\` before {here} stands for nothing; double it, or use single quotes"),
    ("hexdecimal number", "`\\x`, `\\u` and `\\U` take 2, 4 and 8 hexadecimal digits"),
    ("alphabetic or numeric", "`*` and `&` take a name; quote a text that begins with one"),
    ("tag", "a tag (`!`) is not read; quote a text that begins with `!`"),
    ("expected node content", "a value is missing before {here}"),
    ("comment or line break", "nothing but a comment may follow `|` or `>` on its line"),
)
"""By a part of libyaml's own words, the first that fits."""


def syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The problem that stopped the parser, with the line where it stopped."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(file, 0, f"cannot be read as YAML: {error.problem}")
    opened = error.context_mark or mark
    stop = text[mark.index : mark.index + 1]
    here = "the end of the line" if stop == "\n" else f"`{stop}`" if stop else "the end of the file"
    said = f"{error.context or ''} {error.problem}"
    if "cannot start any token" in said:
        reason = f"no text begins with {here}; quote it"
        if stop == "\t":
            reason = "a tab stands where only spaces may; indent with spaces"
    else:
        words = next((words for part, words in _LIBYAML if part in said), " ".join(said.split()))
        reason = words.format(opened=opened.line + 1, here=here)
    return Problem(file, mark.line + 1, f"cannot be read as YAML: {reason}")
