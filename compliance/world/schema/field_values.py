"""One value of a field read from text, exactly.

Every reader also takes the value itself (`Fraction`, `int`, `date`, `Interval`, `bool`), so that a world can
be made in Python. A `ValueError` carries the sentence that a user sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from compliance import units
from compliance.errors import near
from compliance.units import Interval
from compliance.world.io.text_safety import unseen, unseen_in_name
from compliance.world.io.thousands_separators import COUNT, MEASURE, PERCENT, SHARE, SUM, Takes
from compliance.world.reference.countries import country

Number = TypeVar("Number", int, Fraction)
MOST_UNITS = 10**12
LONGEST_ID = 500
"""Characters of an id."""
WHOLE = "*"
"""The id of an order, or a world, as a whole, in answers."""
_FORMAT = re.compile(r"[A-Za-z]+[0-9]+(_[A-Za-z0-9]+)*")
PARTY_FIELDS = ("name", "country", "lei", "registration", "address")


def text(value: object) -> str:
    """The text of one value, without blanks around it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        raise ValueError(f'`{value!r}` is not exact; give it as text, such as "33.33333"')
    raise ValueError("takes one value, not a list or a mapping")


LEAVE_EMPTY = "; leave it empty where it is not known"


def number(read: Callable[[str], Any], kinds: type | tuple[type, ...]) -> Callable[[object], Any]:
    """A reader that remembers what it has read and lets through what is a number already."""
    remembered = lru_cache(maxsize=65_536)(read)

    def parse(value: object) -> Any:
        if isinstance(value, str):
            return remembered(str(value).strip())
        if isinstance(value, kinds) and not isinstance(value, bool):
            return remembered(value if isinstance(value, Interval) else str(value))
        return remembered(text(value))

    return parse


def _read_with_hint(word: str, read: Callable[[str], Any], takes: Takes) -> Any:
    """What `read` makes of a word, or its complaint with what to write instead."""
    takes.require_one_reading(word)
    try:
        return read(word)
    except ValueError as error:
        if word.casefold() in ("unknown", "n/a", "na", "tbd", "?", "-"):
            raise ValueError(f"`{word}` is not a number{LEAVE_EMPTY}") from None
        if (hint := takes.hint(word)) is not None:
            raise ValueError(hint) from None
        if word.endswith("%"):
            raise ValueError(f"`{word}` is not a number; write it without `%`") from None
        raise error


def exact(word: str) -> Fraction:
    """An exact number."""
    found: Fraction = _read_with_hint(word, units.exact, MEASURE)
    return found


def amount(word: str, takes: Takes = MEASURE) -> Fraction:
    """An exact number of at least zero."""
    value: Fraction = _read_with_hint(word, units.exact, takes)
    return _not_negative(value, word)


def _large_amount(word: str) -> Fraction:
    return amount(word, SUM)


large_amount = number(_large_amount, (int, Fraction))
"""Money or TPP: an amount whose point may as well part thousands."""


def count(word: str) -> int:
    """A whole number of at least zero."""
    value: int = _read_with_hint(word, units.whole, COUNT)
    return _not_negative(value, word)


def _not_negative(value: Number, word: str) -> Number:
    if value < 0:
        raise ValueError(f"`{word}` is under zero")
    return value


def unit_count(word: str) -> int:
    """A count of chips, at most `MOST_UNITS`."""
    value = count(word)
    if value > MOST_UNITS:
        raise ValueError(f"`{word}` is more than {MOST_UNITS:,} units")
    return value


def positive_count(word: str) -> int:
    """A count of at least one."""
    value = unit_count(word)
    if value == 0:
        raise ValueError(f"`{word}` must be at least 1")
    return value


def decimals(places: int) -> Callable[[str], Fraction]:
    """A reader of amounts with at most so many decimals."""

    def read(word: str) -> Fraction:
        value = amount(word)
        if (value * 10**places).denominator != 1:
            raise ValueError(f"`{word}` has more than {places} decimals")
        return value

    return read


def share(word: str) -> Fraction:
    """A fraction of one."""
    value = amount(word, SHARE)
    if value > 1:
        raise ValueError(f"`{word}` is over 1; write a fraction of one, such as 0.25")
    return value


def _of_hundred(word: str) -> Interval:
    return units.interval(word, top=100)


def percent(word: str | Interval) -> Interval:
    """A percentage or a range of percentages."""
    found = word if isinstance(word, Interval) else _read_with_hint(word, _of_hundred, PERCENT)
    if found.high is None or found.high > 100 or found.low < 0:
        raise ValueError(f"`{word}` is not between 0 and 100 percent")
    return found


def quantity_range(word: str | Interval) -> Interval:
    """A count of chips or a range of counts; `unknown` is any."""
    if isinstance(word, Interval):
        found = word
    elif word == "unknown":
        return Interval(Fraction(0), None)
    else:
        found = _read_with_hint(word, units.interval, COUNT)
    ends = [found.low] if found.high is None else [found.low, found.high]
    if any(end.denominator != 1 for end in ends):
        raise ValueError(f"`{word}` is not a whole number of units")
    if max(ends) > MOST_UNITS:
        raise ValueError(f"`{word}` is more than {MOST_UNITS:,} units")
    return found


_day = lru_cache(maxsize=65_536)(units.day)


def day(value: object) -> date:
    """An ISO date."""
    if isinstance(value, str):
        return _day(str(value).strip())
    return value if type(value) is date else _day(text(value))


def event_day(value: object) -> date:
    """An ISO date on which something happens."""
    return units.within_reach(day(value))


def order_id(value: str) -> str:
    """The id of an order line; in answers the asterisk is the id of the order as a whole."""
    if value == WHOLE:
        raise ValueError(f"`{WHOLE}` stands for the order as a whole; give the line another id")
    return value


_WORDS = {"true": True, "yes": True, "false": False, "no": False}


def truth(value: object) -> bool:
    """`true`, `yes`, `false` or `no`."""
    if isinstance(value, bool):
        return value
    word = text(value)
    found = _WORDS.get(word.casefold())
    if found is None:
        raise ValueError(f"`{word}` is neither `true` nor `false`")
    return found


def several(value: object) -> tuple[str, ...]:
    """A list of texts, or one text with `;` between them, as a CSV cell has it."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(";")]
    elif isinstance(value, list | tuple):
        parts = [printable_text(text(item)) for item in value]
    else:
        raise ValueError("takes a list of texts")
    return tuple(printable_text(part) for part in parts if part)


def printable_text(word: str) -> str:
    """The text, refused if it holds a control character."""
    wrong = unseen(word)
    if wrong is not None:
        raise ValueError(wrong)
    return word


_figure = number(amount, (int, Fraction))


def throughput(value: object) -> dict[str, Fraction]:
    """Operations per second, in TOPS or TFLOPS, by format; in a CSV cell `FP8=1979; FP16=989`."""
    pairs: list[tuple[object, object]] = []
    if isinstance(value, str):
        for part in filter(None, (part.strip() for part in value.split(";"))):
            name, mark, figure = part.partition("=")
            if not mark:
                raise ValueError(f"`{part}` is not a throughput; write it as `FP16=989`")
            pairs.append((name.strip(), figure.strip()))
    elif isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        raise ValueError("takes formats with their throughput, such as {FP16: 989}")
    found: dict[str, Fraction] = {}
    for kind, given in pairs:
        word = text(kind)
        if not _FORMAT.fullmatch(word):
            raise ValueError(f"`{word}` is not a format; write its kind and bits, such as `FP16`")
        if word in found:
            raise ValueError(f"`{word}` stands twice")
        if given not in ("", None):
            found[word] = _figure(given)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class PartyDescription:
    """A party of a line that is described and not named by id; a name alone only gives reason to look."""

    name: str | None = None
    country: str | None = None
    lei: str | None = None
    registration: str | None = None
    address: str | None = None


def party(value: object) -> str | PartyDescription:
    """A party's id, or its description."""
    if isinstance(value, PartyDescription):
        return value
    if not isinstance(value, Mapping):
        word = text(value)
        if "\n" in word:
            raise ValueError("must stand on one line")
        wrong = unseen_in_name(word)
        if wrong is not None:
            raise ValueError(wrong)
        if len(word) > LONGEST_ID:
            raise ValueError(f"`{word}` has {len(word):,} characters; an id has at most {LONGEST_ID}")
        return word
    told: dict[str, str] = {}
    for key, item in value.items():
        if key not in PARTY_FIELDS:
            raise ValueError(f"a party has no `{key}`; it has {', '.join(PARTY_FIELDS)}.{near(str(key), PARTY_FIELDS)}")
        word = "" if item is None else printable_text(text(item))
        if word:
            told[key] = country(word) if key == "country" else word
    if not {"name", "lei", "registration"} & set(told):
        raise ValueError("needs an id, or a description with a `name`, a `lei` or a `registration`")
    return PartyDescription(**told)
