"""Canonical JSON (RFC 8785) in which every number is a text, so that none is rounded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compliance.errors import ComplianceError

_PLAIN = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class NotCanonicalError(ComplianceError):
    """A value that no record can hold: a float, or a text that is no Unicode."""


def canonical_json(value: object) -> bytes:
    """The canonical JSON of a value, in UTF-8; whole numbers, decimals, fractions and days are written as text.

    Raises `NotCanonicalError` for a float and for a text with half of a surrogate pair.
    """
    from rfc8785 import CanonicalizationError, dumps

    plain = _as_text(value)
    text = _PLAIN.encode(plain)
    if text.isascii():  # then the order of keys and every escape are those of RFC 8785, ten times as fast
        return text.encode()
    try:
        return dumps(plain)
    except CanonicalizationError as wrong:
        raise NotCanonicalError(f"cannot be put on record: {wrong}") from None


def _as_text(value: object) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {str(name): _as_text(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    if isinstance(value, int | Decimal | Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise NotCanonicalError(f"a value of type {type(value).__name__} cannot be put on record; give it as text")
