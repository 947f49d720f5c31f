"""Facts on their way into durable_rules: refused if they are not what their type says, then made integers.

The text is made here and nowhere else: ids count up from 0 and every value is an integer of our own. Texts
become the numbers of the rules' constants that they equal, so what is in them (quotes, NUL, half characters)
never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from compliance.engine.durable import Chunk
from compliance.engine.facts import LARGEST, Amount, Fact, FactType, Kind, check_amount
from compliance.engine.questions import Sides, Slot


class Admission:
    """The check of facts of one type. `asked` are the fields that any rule asks about."""

    def __init__(self, fact_type: FactType, asked: set[str]) -> None:
        self._name = fact_type.name
        self._fields: list[tuple[str, Kind, bool]] = [
            (name, kind, name in asked) for name, kind in fact_type.fields.items()
        ]

    def known(self, fact: Fact) -> bool:
        """Whether nothing that a rule asks about is unknown.

        Raises `ValueError` or `TypeError` for a fact that is not complete and exact, naming fact and field.
        """
        values, known = fact.values, True
        if not isinstance(values, Mapping):
            raise TypeError(f"fact `{fact.id}` has a {type(values).__name__} for values")
        if len(values) != len(self._fields):
            raise self._incomplete(fact)
        for name, kind, asked in self._fields:
            if name not in values:
                raise self._incomplete(fact)
            value = values[name]
            if kind == "amount":
                if not _plain(value):
                    amount = check_amount(value, f"`{name}` of fact `{fact.id}`")
                    known = known and (not asked or amount.low == amount.high)
            elif value is None:
                known = known and not asked
            elif kind == "flag":
                if value is not True and value is not False:
                    raise TypeError(f"`{name}` of fact `{fact.id}` is {value!r}, not True, False or None")
            elif not isinstance(value, str):
                raise TypeError(f"`{name}` of fact `{fact.id}` is {value!r}, not a text or None")
        return known

    def _incomplete(self, fact: Fact) -> ValueError:
        fields = [name for name, _, _ in self._fields]
        missing = [name for name in fields if name not in fact.values]
        names = ", ".join(f"`{name}`" for name in missing or [n for n in fact.values if n not in fields])
        problem = "lacks" if missing else "has no field"
        return ValueError(f"fact `{fact.id}` of type `{self._name}` {problem} {names}")


def _plain(value: object) -> bool:
    """The quick way to admit an amount that is one integer."""
    if type(value) is not Amount or type(value.low) is not int or type(value.high) is not int:
        return False
    return value.low == value.high and -LARGEST <= value.low <= LARGEST


class Encoder:
    """Writes facts as the JSON that the rules of one chunk are asked of."""

    def __init__(self, sides: Sides, chunk: Chunk) -> None:
        self._read = [(slot[0], _reader(slot, sides)) for slot in chunk.slots]
        slots = "".join(f',"f{place}":%d' for place in range(len(chunk.slots)))
        self._form = '{"id":%d,"z":1' + slots + "}"

    def text(self, facts: Sequence[Mapping[str, object]]) -> str:
        """The values of facts in order, each with its place for an id."""
        form, read = self._form, self._read
        return "[" + ",".join([form % (i, *[f(v[name]) for name, f in read]) for i, v in enumerate(facts)]) + "]"


class _ValueCodes(dict[object, int]):
    def __missing__(self, value: object) -> int:
        return 0


def _reader(slot: Slot, sides: Sides) -> Callable[[object], int]:
    """The integer that a value shows in a slot; the table is in `questions`."""
    path, part = slot
    if part == "unknown":
        return lambda value: int(value is None)
    if part == "code":
        return _ValueCodes(sides.codes[path].of).__getitem__
    if sides.fields[path] == "flag":
        return _surely if part == "low" else _perhaps
    if part == "low":
        return attrgetter("low")
    return _high if part == "high" else _open


def _surely(value: object) -> int:
    return int(value is True)


def _perhaps(value: object) -> int:
    return int(value is not False)


def _high(value: object) -> int:
    assert isinstance(value, Amount)
    return value.low if value.high is None else value.high


def _open(value: object) -> int:
    assert isinstance(value, Amount)
    return int(value.high is None)
