"""Text from outside is refused where it holds what no one can see: control characters, broken Unicode."""

from __future__ import annotations

import re

from compliance.errors import INVISIBLE, InputError, Problem

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_UNSEEN_IN_NAMES = re.compile(f"[{INVISIBLE}]")
_STARTS = {
    b"\xff\xfe": "is UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "is UTF-16 text; save it as UTF-8",
    b"PK\x03\x04": "is a ZIP archive or a spreadsheet; unpack it, or save a sheet as CSV",
    b"\x1f\x8b": "is compressed by gzip; unpack it",
    b"PAR1": "is a Parquet file; its name must end in .parquet",
}


def unseen(text: str) -> str | None:
    """The first character that no text may hold as `U+0007`, or `None`; tabs and line ends are fine."""
    found = _UNSEEN.search(text)
    return _refusal_text(found[0]) if found else None


def unseen_in_name(text: str) -> str | None:
    """What an id may not hold either: line ends, zero widths, marks of direction."""
    found = _UNSEEN_IN_NAMES.search(text)
    return _refusal_text(found[0]) if found else None


def without_unseen(text: str) -> str:
    """A text without what none may hold, nor an id."""
    return _UNSEEN_IN_NAMES.sub("", _UNSEEN.sub("", text))


def _refusal_text(character: str) -> str:
    code = ord(character)
    kind = "control" if code < 0xA0 or 0xD800 <= code < 0xE000 else "invisible"
    return f"holds the {kind} character U+{code:04X}; remove it"


def blank_unseen(text: str) -> str:
    """The text with a blank for each such character: for data of others, which a user cannot mend."""
    return _UNSEEN.sub(" ", text)


def require_printable(text: str, file: str, line: int = 0) -> None:
    """Raise `InputError` with the line of the first such character; `line` is the text's own if known."""
    found = _UNSEEN.search(text)
    if found is None:
        return
    place = line or text.count("\n", 0, found.start()) + 1
    raise InputError([Problem(file, place, _refusal_text(found[0]))])


def decode_utf8(content: bytes, file: str) -> str:
    """The UTF-8 text of a file, without its byte order mark; raises `InputError` with the bad line."""
    for start, told in _STARTS.items():
        if content.startswith(start):
            raise InputError([Problem(file, 0, told)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start : error.start + 1]
        latin = f", `{byte.decode('latin-1')}` in Latin-1" if byte >= b"\xa1" else ""
        told = f"is not UTF-8 text (byte {byte.hex().upper()}{latin}); save it as UTF-8"
        raise InputError([Problem(file, line, told)]) from None
    require_printable(text, file)
    return text
