"""Text from outside is refused where it holds what no one can see: control characters, broken Unicode."""

from __future__ import annotations

import re

from compliance.errors import InputError, Problem

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def unseen(text: str) -> str | None:
    """The first such character as `U+0007`, or `None`; tabs and line ends are fine."""
    found = _UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def seen(text: str) -> str:
    """The text with a blank for each such character: for data of others, which a user cannot mend."""
    return _UNSEEN.sub(" ", text)


def require_printable(text: str, file: str, line: int = 0) -> None:
    """Raise `InputError` with the line of the first such character; `line` is the text's own if known."""
    found = _UNSEEN.search(text)
    if found is None:
        return
    place = line or text.count("\n", 0, found.start()) + 1
    code = f"U+{ord(found[0]):04X}"
    raise InputError([Problem(file, place, f"holds the control character {code}; remove it")])


def decoded(content: bytes, file: str) -> str:
    """The UTF-8 text of a file, without its byte order mark; raises `InputError` with the bad line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError([Problem(file, line, "is not UTF-8 text; save it as UTF-8")]) from None
    require_printable(text, file)
    return text
