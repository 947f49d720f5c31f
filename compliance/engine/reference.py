"""The oracle: the same rules as plain Python, and the only source of clause-by-clause explanations.

Rules become the source of Python functions that follow Kleene's tables directly, with 2 for holds, 1 for not
known and 0 for does not hold: "and" is the least, "or" the greatest, "not" is 2 minus. Nothing here is shared
with the fence but facts and rules themselves, else the two could be wrong together. Facts are those that the
fence admits; they are not checked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from compliance.engine.facts import LARGEST, Answers, EngineRule, Fact, FactType, by_name, check_rules
from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves

_Values: TypeAlias = Mapping[str, object]
_Matcher: TypeAlias = Callable[[_Values], list[tuple[str, bool]]]
_Tracer: TypeAlias = Callable[[_Values], tuple[int, ...]]

_BOUNDLESS = LARGEST + 1
_WORDS = (False, None, True)

_AMOUNT = {
    "gt": "(2 if {low} > {value} else 1 if {high} > {value} else 0)",
    "ge": "(2 if {low} >= {value} else 1 if {high} >= {value} else 0)",
    "lt": "(2 if {high} < {value} else 1 if {low} < {value} else 0)",
    "le": "(2 if {high} <= {value} else 1 if {low} <= {value} else 0)",
    "is": "(2 if {low} == {value} == {high} else 1 if {low} <= {value} <= {high} else 0)",
}


class Reference:
    """The rules, evaluated by Python. Raises `ValueError` or `TypeError` for rules no fact can answer."""

    def __init__(self, rules: Sequence[EngineRule], types: Iterable[FactType]) -> None:
        known = by_name(types)
        check_rules(rules, known)
        self._rules = {rule.id: rule for rule in rules}
        self._match: dict[str, _Matcher] = {}
        for name, fact_type in known.items():
            source = _Source(fact_type)
            self._match[name] = source.matcher([rule for rule in rules if rule.type == name])
        self._types = known
        self._trace: dict[str, _Tracer] = {}

    def match(self, facts: Sequence[Fact]) -> Answers:
        """What holds of each fact, in the order of facts and rules."""
        return {(fact.id, rule): held for fact in facts for rule, held in self._match[fact.type](fact.values)}

    def explain(self, rule: str, fact: Fact) -> tuple[tuple[str, bool | None], ...]:
        """Every clause of the rule, and whether it holds of the fact; `None` where that is not known."""
        asked = self._rules[rule]
        if asked.type != fact.type:
            raise ValueError(f"rule `{rule}` asks about `{asked.type}`, fact `{fact.id}` is a `{fact.type}`")
        trace = self._trace.get(rule)
        if trace is None:
            trace = self._trace[rule] = _Source(self._types[asked.type]).tracer(asked)
        answers = trace(fact.values)
        names = (clause.id for clause in asked.clauses)
        return tuple((name, _WORDS[answer]) for name, answer in zip(names, answers, strict=True))


class _Source:
    """Python source in the making. Texts and names are constants beside it, never part of it."""

    def __init__(self, fact_type: FactType) -> None:
        self._type = fact_type
        self._columns = {path: place for place, path in enumerate(fact_type.fields)}
        self._constants: dict[str, object] = {}

    def matcher(self, rules: Sequence[EngineRule]) -> _Matcher:
        """A function from the values of a fact to the rules that hold, and whether for certain."""
        lines = [*self._read_lines(rules), "held = []"]
        for rule in rules:
            lines += ["while True:", "    least = 2"]
            for clause in rule.clauses:
                for item in _flat(clause.condition):
                    lines += [f"    answer = {self._answer(item)}", "    if not answer: break"]
                    lines += ["    if answer < least: least = answer"]
            lines += [f"    held.append(({self._constant(rule.id)}, least == 2))", "    break"]
        return cast(_Matcher, self._function([*lines, "return held"]))

    def tracer(self, rule: EngineRule) -> _Tracer:
        """A function from the values of a fact to the answer of each clause."""
        answers = "".join(f"{self._answer(clause.condition)}, " for clause in rule.clauses)
        return cast(_Tracer, self._function([*self._read_lines([rule]), f"return ({answers})"]))

    def _function(self, lines: Sequence[str]) -> object:
        body = "\n".join(f"    {line}" for line in lines)
        space = dict(self._constants)
        exec(compile(f"def function(values):\n{body}\n", "<rules>", "exec"), space)
        return space["function"]

    def _constant(self, value: object) -> str:
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def _read_lines(self, rules: Sequence[EngineRule]) -> list[str]:
        asked = {test.path for rule in rules for clause in rule.clauses for test in leaves(clause.condition)}
        lines = []
        for path, place in self._columns.items():
            if path in asked:
                lines.append(f"v{place} = values[{self._constant(path)}]")
                if self._type.fields[path] == "amount":
                    lines.append(f"low{place} = v{place}.low")
                    lines.append(f"high{place} = {_BOUNDLESS} if v{place}.high is None else v{place}.high")
        return lines

    def _answer(self, condition: Condition) -> str:
        match condition:
            case Test():
                return self._leaf(condition)
            case Not(item):
                return f"(2 - {self._answer(item)})"
            case All(items):
                return self._extreme("min", "2", items)
            case Any(items):
                return self._extreme("max", "0", items)

    def _extreme(self, function: str, empty: str, items: Sequence[Condition]) -> str:
        answers = [self._answer(item) for item in items]
        return f"{function}({', '.join(answers)})" if len(answers) > 1 else answers[0] if answers else empty

    def _leaf(self, test: Test) -> str:
        place = self._columns[test.path]
        if self._type.fields[test.path] == "amount":
            return _AMOUNT[test.op].format(low=f"low{place}", high=f"high{place}", value=f"({test.value})")
        if test.op == "given":
            return f"(2 if (v{place} is not None) is {bool(test.value)} else 0)"
        if test.op == "in":
            assert isinstance(test.value, tuple)
            holds = f"v{place} in {self._constant(frozenset(test.value))}"
        elif isinstance(test.value, str):
            holds = f"v{place} == {self._constant(test.value)}"
        else:
            holds = f"v{place} is {bool(test.value)}"
        return f"(1 if v{place} is None else 2 if {holds} else 0)"


def _flat(condition: Condition) -> list[Condition]:
    if isinstance(condition, All):
        return [each for item in condition.items for each in _flat(item)]
    return [condition]
