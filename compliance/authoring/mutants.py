"""Small wrongs in a pack, one at a time: what its own cases must notice.

A limit moved by one, a comparison flipped at its edge or turned round, a question denied, a clause or a part of a
condition left out. The idea is DeMillo, Lipton and Sayward's (1978); a rule whose cases stay content with such a
wrong is not yet held by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any as Value

from compliance import units
from compliance.authoring.rule_reach import POLICIES, Reach
from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.packs import Pack
from compliance.rulebook.parameters import Parameter
from compliance.rulebook.rule_models import Definitions, Rule

_EDGE = {"gt": "ge", "ge": "gt", "lt": "le", "le": "lt"}
_ROUND = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}


@dataclass(frozen=True)
class Mutant:
    """A pack with one wrong in it: where it is, what was done, and the rule it is in (`None`: shared by rules).

    `reaches` are the rules that can answer otherwise; `determines`: whether determinations can, too.
    """

    where: str
    change: str
    pack: Pack
    rule: str | None
    reaches: frozenset[str]
    determines: bool


def mutants(pack: Pack) -> Iterator[Mutant]:
    """Every mutant of a pack's rules and of what they share, in the order of the pack."""
    for rule in pack.rules:
        for change in _of_rule(rule):
            rules = tuple(change.model if other.id == rule.id else other for other in pack.rules)
            where, reaches = f"rule {rule.id}, {change.where}", frozenset({rule.id})
            yield _mutant(replace(pack, rules=rules), where, change, rule.id, reaches, False)
    reach = Reach(pack)
    for change in _of_definitions(pack.definitions):
        reaches, determines = reach.of(change.name)
        yield _mutant(replace(pack, definitions=change.model), change.where, change, None, reaches, determines)


@dataclass(frozen=True)
class _Change:
    where: str
    told: str
    model: Value
    name: str = ""
    """Of what the rules share, the name by which they ask for it."""


def _mutant(
    pack: Pack, where: str, change: _Change, rule: str | None, reaches: frozenset[str], determines: bool
) -> Mutant:
    # INVARIANT: no two packs of one hash differ, for plans are kept by it; a place may hold two wrongs of one wording
    name = sha256(f"{pack.sha256} {where} {change.told} {change.model!r}".encode()).hexdigest()
    return Mutant(where, change.told, replace(pack, sha256=name), rule, reaches, determines)


_OTHER_PERIOD = {"year": "quarter", "quarter": "half", "half": "year", "day": "year"}


# ---- where wrongs are made


def _of_rule(rule: Rule) -> Iterator[_Change]:
    for part in ("when", "unless"):
        clauses: dict[str, Condition] = getattr(rule, part)
        for text, condition in clauses.items():
            where = f"clause `{text}`"
            without = {other: asked for other, asked in clauses.items() if other != text} or {text: All(())}
            yield _Change(where, "is left out", rule.model_copy(update={part: without}))
            for told, changed in wrongs(condition):
                model = rule.model_copy(update={part: {**clauses, text: changed}})
                yield _Change(where, told, model)
    for flag, condition in rule.then.flags_where.items():
        for told, changed in wrongs(condition):
            then = rule.then.model_copy(update={"flags_where": {**rule.then.flags_where, flag: changed}})
            yield _Change(f"flag `{flag}`", told, rule.model_copy(update={"then": then}))
    for change in _of_parameters(rule.parameters):
        yield replace(change, model=rule.model_copy(update={"parameters": change.model}))


def _of_definitions(shared: Definitions) -> Iterator[_Change]:
    for change in _of_parameters(shared.parameters):
        yield replace(change, model=shared.model_copy(update={"parameters": change.model}))
    for table, fields in shared.fields.items():
        for name, field in fields.items():
            if isinstance(field, Test | All | Any | Not):
                for told, changed in wrongs(field):
                    whole = {**shared.fields, table: {**fields, name: changed}}
                    model = shared.model_copy(update={"fields": whole})
                    yield _Change(f"field `{name}` of `{table}`", told, model, name)
    for name, measure in shared.measures.items():
        asked = {"where": measure.where} if measure.where is not None else {}
        for part, condition in (*asked.items(), *measure.flags.items()):
            for told, changed in wrongs(condition):
                update = {"where": changed} if part == "where" else {"flags": {**measure.flags, part: changed}}
                model = _with(shared, "measures", name, measure.model_copy(update=update))
                yield _Change(f"measure `{name}`, `{part}`", told, model, name)
        if measure.by is not None and measure.by.period in _OTHER_PERIOD:
            other = _OTHER_PERIOD[measure.by.period]
            by = measure.by.model_copy(update={"period": other})
            model = _with(shared, "measures", name, measure.model_copy(update={"by": by}))
            yield _Change(f"measure `{name}`, `by`", f"the {measure.by.period} becomes a {other}", model, name)
    for name, requirement in shared.requirements.items():
        for told, changed in wrongs(requirement.when):
            model = _with(shared, "requirements", name, requirement.model_copy(update={"when": changed}))
            yield _Change(f"requirement `{name}`", told, model, name)
    for name, route in shared.routes.items():
        for text, condition in route.conditions.items():
            for told, changed in (("is left out", All(())), *wrongs(condition)):
                conditions = {**route.conditions, text: changed}
                model = _with(shared, "routes", name, route.model_copy(update={"conditions": conditions}))
                yield _Change(f"route `{name}`, `{text}`", told, model, name)
    for number, policy in enumerate(shared.review_policies):
        for told, changed in wrongs(policy.when) if policy.when is not None else ():
            policies = list(shared.review_policies)
            policies[number] = policy.model_copy(update={"when": changed})
            model = shared.model_copy(update={"review_policies": tuple(policies)})
            yield _Change(f"review policy {number + 1} (`{policy.policy}`)", told, model, POLICIES)


def _with(shared: Definitions, part: str, name: str, model: Value) -> Definitions:
    return shared.model_copy(update={part: {**getattr(shared, part), name: model}})


def _of_parameters(parameters: dict[str, Parameter]) -> Iterator[_Change]:
    for name, parameter in parameters.items():
        for number, dated in enumerate(parameter.values):
            for moved in _shift_parameter(parameter, dated.value):
                values = list(parameter.values)
                values[number] = dated.model_copy(update={"value": moved})
                model = {**parameters, name: parameter.model_copy(update={"values": tuple(values)})}
                yield _Change(f"parameter `{name}`", f"`{dated.value}` becomes `{moved}`", model, name)
        for number, factor in enumerate(parameter.times):
            for told, changed in wrongs(factor.when):
                factors = list(parameter.times)
                factors[number] = factor.model_copy(update={"when": changed})
                model = {**parameters, name: parameter.model_copy(update={"times": tuple(factors)})}
                yield _Change(f"parameter `{name}`, factor {factor.factor}", told, model, name)


def _shift_parameter(parameter: Parameter, text: str) -> Iterator[str]:
    """The value one step down and one up: a day, or a whole unit; another word for a word."""
    value = parameter.number(text)
    if isinstance(value, date):
        yield from (str(value - timedelta(days=1)), str(value + timedelta(days=1)))
    elif isinstance(value, Fraction):
        yield from (units.show(value - 1), units.show(value + 1))
    else:
        yield from (word for word in parameter.one_of if word != text)


# ---- wrongs of a condition


def wrongs(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Every condition that is this one with one wrong in it, with what was done."""
    match condition:
        case Test(path, op, value):
            if op in _EDGE:
                yield f"`{path}` {op} becomes {_EDGE[op]}", Test(path, _EDGE[op], value)  # type: ignore[arg-type]
                yield f"`{path}` {op} becomes {_ROUND[op]}", Test(path, _ROUND[op], value)  # type: ignore[arg-type]
                if isinstance(value, str) and (moved := _number(value)) is not None:
                    for near in (moved - 1, moved + 1):
                        told = f"`{path}` {op} {value} becomes {units.show(near)}"
                        yield told, Test(path, op, units.show(near))
            elif not path.startswith("?"):
                yield f"`{path}` {op} `{_value_text(value)}` is denied", Not(condition)
                if op in ("in", "mentions") and isinstance(value, tuple) and len(value) > 1:
                    for word in value:
                        fewer = tuple(other for other in value if other != word)
                        yield f"`{word}` is left out of `{path}`", Test(path, op, fewer)
        case Not(item):
            for told, changed in wrongs(item):
                yield told, Not(changed)
        case All(items) | Any(items):
            kind = type(condition)
            for number, item in enumerate(items):
                fewer_items = items[:number] + items[number + 1 :]
                if fewer_items:
                    yield f"part {number + 1} of {len(items)}{_part_label(item)} is left out", kind(fewer_items)
                for told, changed in wrongs(item):
                    yield told, kind((*items[:number], changed, *items[number + 1 :]))


def _number(text: str) -> Fraction | None:
    try:
        return units.exact(text)
    except ValueError:
        return None


def _part_label(part: Condition) -> str:
    """A part that is one question, or that denies one, in brackets."""
    match part:
        case Test(path, op, value):
            return f" (`{path}` {op} `{_value_text(value)}`)"
        case Not(Test(path, op, value)):
            return f" (not `{path}` {op} `{_value_text(value)}`)"
    return ""


def _value_text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
