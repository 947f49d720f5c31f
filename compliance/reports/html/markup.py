"""Pieces of SVG put together by hand: text and attributes are escaped, whole pieces are not escaped again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from compliance.reports.text.terminal import clean


def text(value: object) -> str:
    """Text of a user or a rule inside SVG, also as an attribute."""
    return escape(clean(str(value)))


def attributes(values: Mapping[str, object]) -> str:
    """Attributes of an element, in their order."""
    return " ".join(f'{name}="{text(value)}"' for name, value in values.items())


def join_pieces(pieces: Iterable[str]) -> str:
    """Pieces that are SVG already as one, which templates take as it is."""
    from markupsafe import Markup

    return Markup("".join(pieces))
