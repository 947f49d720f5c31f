"""The fence around durable_rules: the one module that imports it, and what it can do wrong ends here.

It is used through its C functions, without its host, so without threads, timers or actions in Python. What it
was seen to do, and what stops it:

- it compares texts with numbers, misreads `1e26`, saturates over 63 bits, passes over missing fields: facts
  are checked against their type and reach it as integers only (`encoding`, `questions`);
- it loses the facts after one that no rule sees, drops what it cannot parse and returns success, calls two
  facts the same if a short hash says so: ids are dense, every fact matches the rule `all`, and what it saw is
  counted;
- it fails, crashes or never returns with too many rules or questions at once: they are asked in chunks
  (`durable`);
- it crashes when a state is deleted that no action ran in: `_Ruleset` puts that memory in order first;
- it holds 1,024 states: there is one at a time, under a lock, deleted whatever happens;
- it takes a name once: rulesets are named by their content and shared.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from threading import Lock, RLock
from typing import Protocol, cast
from weakref import WeakValueDictionary, finalize

from compliance.engine.durable import AT_ONCE, Shape
from compliance.engine.encoding import Admission, Encoder
from compliance.engine.facts import Answers, EngineRule, Fact, FactType, by_name, check_rules
from compliance.errors import ComplianceError
from compliance.rulebook.conditions import leaves

_ID = re.compile(r'"id":(\d+)')
_SID = "0"
_HOW = (
    "durable_rules cannot be loaded ({error}); type\n"
    "    CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject "
    "pip install --force-reinstall --no-cache-dir --no-binary durable-rules durable-rules==2.0.28"
)


class FenceError(RuntimeError):
    """durable_rules did not do what it was asked to: our own bug or its, never a user's mistake."""


class _Native(Protocol):
    error: type[Exception]

    def create_ruleset(self, name: str, rules: str) -> int: ...
    def delete_ruleset(self, handle: int) -> None: ...
    def assert_facts(self, handle: int, facts: str) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int) -> str | None: ...
    def get_state(self, handle: int, sid: str) -> str: ...
    def delete_state(self, handle: int, sid: str) -> None: ...


_lock = RLock()
_rulesets: WeakValueDictionary[str, _Ruleset] = WeakValueDictionary()
_native: _Native | None = None


def native() -> _Native:
    """The C module of durable_rules. Raises `ComplianceError`, with what to type, where it cannot be loaded.

    CPython 3.13 has no `PyEval_CallObject`, which the module names but which is never called from here; so
    its symbols are bound lazily.
    """
    global _native
    with _lock:
        if _native is None:
            getflags: Callable[[], int] | None = getattr(sys, "getdlopenflags", None)
            before = getflags() if getflags else None
            try:
                if before is not None:
                    sys.setdlopenflags(os.RTLD_LAZY)
                _native = cast(_Native, import_module("durable_rules_engine"))
            except ImportError as error:
                raise ComplianceError(_HOW.format(error=error)) from error
            finally:
                if before is not None:
                    sys.setdlopenflags(before)
        return _native


class Durable:
    """The rules, matched by durable_rules. Safe from any thread; those of a type are made for its first fact.

    Raises `ValueError` or `TypeError` for rules that ask what their facts do not have.
    """

    def __init__(self, rules: Sequence[EngineRule], types: Iterable[FactType]) -> None:
        native()  # what cannot be loaded is said before anything is asked
        self._types = by_name(types)
        check_rules(rules, self._types)
        self._sides = {
            name: _Side(fact_type, [rule for rule in rules if rule.type == name])
            for name, fact_type in self._types.items()
        }

    def match(self, facts: Sequence[Fact]) -> Answers:
        """What holds of each fact, in the order of facts and rules.

        Raises `ValueError` or `TypeError` for facts that are not complete and exact, naming the fact, and
        `FenceError` where durable_rules fails.
        """
        facts = tuple(facts)
        found: dict[str, dict[int, bool]] = {}
        groups: dict[tuple[str, bool], list[Fact]] = {}
        for fact in facts:
            if not isinstance(fact, Fact) or not isinstance(fact.id, str) or not isinstance(fact.type, str):
                raise TypeError(f"{fact!r} is no fact with a name and a type")
            if fact.id in found:
                raise ValueError(f"fact `{fact.id}` is given twice")
            if fact.type not in self._sides:
                raise ValueError(f"fact `{fact.id}` has the type `{fact.type}`, which is none")
            found[fact.id] = {}
            groups.setdefault((fact.type, self._sides[fact.type].admission.known(fact)), []).append(fact)
        for (name, known), group in groups.items():
            side = self._sides[name].known if known else self._sides[name].unknown
            for start in range(0, len(group), AT_ONCE):
                batch = group[start : start + AT_ONCE]
                side.match(batch, [found[fact.id] for fact in batch])
        return {
            (fact.id, rule): held[place]
            for fact in facts
            if (held := found[fact.id])
            for place, rule in self._sides[fact.type].order(held)
        }


class _Side:
    """One fact type: its check, and its rules for facts with nothing unknown and with something."""

    def __init__(self, fact_type: FactType, rules: Sequence[EngineRule]) -> None:
        asked = {test.path for rule in rules for clause in rule.clauses for test in leaves(clause.condition)}
        self.names = [rule.id for rule in rules]
        self.admission = Admission(fact_type, asked)
        self._of = fact_type, rules

    @cached_property
    def known(self) -> _Matcher:
        """The rules for facts of which all is known; made when the first such fact is there."""
        return _Matcher(Shape(*self._of, known=True))

    @cached_property
    def unknown(self) -> _Matcher:
        """The rules for facts of which something is not."""
        return _Matcher(Shape(*self._of, known=False))

    def order(self, held: Mapping[int, bool]) -> Iterator[tuple[int, str]]:
        """The rules that hold, in their own order."""
        return ((place, self.names[place]) for place in sorted(held))


class _Matcher:
    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._asked = [(Encoder(shape.sides, chunk), _ruleset(chunk.text())) for chunk in shape.chunks]

    def match(self, batch: Sequence[Fact], found: Sequence[dict[int, bool]]) -> None:
        """Put into `found`, by fact of the batch, the places of rules that hold and whether for certain."""
        shape = self._shape
        values = [fact.values for fact in batch]
        matched: list[set[int]] = [set() for _ in batch] if shape.plans else []
        for encoder, ruleset in self._asked:
            for number, places in ruleset.match(encoder.text(values), len(batch)):
                for rule, certain in shape.direct.get(number, ()):
                    for place in places:
                        found[place][rule] = certain or found[place].get(rule, False)
                if matched:
                    for place in places:
                        matched[place].add(number)
        for place, numbers in enumerate(matched):
            for rule, certain, plan in shape.plans:
                if plan.holds(numbers):
                    found[place][rule] = certain or found[place].get(rule, False)


class _Ruleset:
    """Rules that durable_rules holds: one state at a time, made and deleted inside `match`."""

    def __init__(self, name: str, rules: str) -> None:
        self._native = native()
        self._lock = Lock()
        self._ordered = False
        try:
            self._handle = self._native.create_ruleset(name, rules)
        except self._native.error as error:
            raise FenceError(f"durable_rules refused our rules: {error}") from error
        finalize(self, self._native.delete_ruleset, self._handle).atexit = False
        # INVARIANT: one state at a time is always the same piece of memory. Making a state does not set what
        # deleting it frees; an action does. So an action runs here before anything can fail in a state.
        self.match('[{"id":0,"z":1}]', 1)

    def match(self, facts: str, count: int) -> list[tuple[int, list[int]]]:
        """The numbers of the durable rules that fired, each with the places of its facts."""
        with self._lock:
            try:
                fired = list(self._run_rules(facts))
            finally:
                if self._ordered:
                    with suppress(self._native.error):
                        self._native.delete_state(self._handle, _SID)
        seen = [place for name, places in fired if name == "all" for place in places]
        if sorted(seen) != list(range(count)):
            raise FenceError(f"durable_rules was given {count} facts and saw {len(seen)}")
        return [(int(name[1:]), places) for name, places in fired if name != "all"]

    def _run_rules(self, facts: str) -> Iterator[tuple[str, list[int]]]:
        code, state = self._native.assert_facts(self._handle, facts)
        if code:
            raise FenceError(f"durable_rules answered {code} to our facts: 1 is not handled, 2 seen before")
        # A list in which it can parse nothing is a success for it, with a number for a state that crashes it.
        try:
            self._native.get_state(self._handle, _SID)
        except self._native.error as error:
            raise FenceError("durable_rules saw none of our facts") from error
        started = self._native.start_action_for_state(self._handle, state)
        self._ordered = self._ordered or started is not None
        answer = started[1] if started else None
        while answer is not None:
            yield answer[2 : answer.index('"', 2)], list(map(int, _ID.findall(answer)))
            answer = self._native.complete_and_start_action(self._handle, state)


def _ruleset(rules: str) -> _Ruleset:
    name = sha256(rules.encode()).hexdigest()
    with _lock:
        held = _rulesets.get(name)
        if held is None:
            held = _rulesets[name] = _Ruleset(name, rules)
        return held
