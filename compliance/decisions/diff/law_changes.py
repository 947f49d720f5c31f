"""The law that differs between two days: standing in law, dates that are reached, values and lists that change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from compliance.rulebook.force import ForceHistory
from compliance.rulebook.packs import Pack, value_on
from compliance.rulebook.parameters import Parameter
from compliance.units import show

NOT_YET = "not yet in force"


def law_between(packs: Sequence[Pack], before: date, after: date) -> list[dict[str, Any]]:
    """What of these packs is another on the second day, a row each, sorted; nothing where the days are one.

    `kind` is `force` (of a pack, or of one rule), `parameter` (its value), `date` (a parameter that is a day, reached
    between the two) or `list` (countries that came or went).
    """
    found = [row for pack in packs for row in (*_of_pack(pack, before, after), *_of_lists(pack, before, after))]
    once = {tuple(row.values()): row for row in found}  # lists are shared by packs
    return sorted(once.values(), key=lambda r: (_KINDS.index(r["kind"]), r["pack"] or "", r["rule"] or "", r["name"]))


_KINDS = ("force", "date", "parameter", "list")


def _of_pack(pack: Pack, before: date, after: date) -> Iterator[dict[str, Any]]:
    for rule, title, force in _forces(pack):
        one, two = _standing(force, before), _standing(force, after)
        if _word(one) != _word(two) and (now := two or one) is not None:
            yield _law_change(pack, rule, "force", title, _word(one), _word(two), now)
    for rule, parameters in _parameters(pack):
        for parameter in parameters:
            yield from _of_parameter(pack, rule, parameter, before, after)


def _of_lists(pack: Pack, before: date, after: date) -> Iterator[dict[str, Any]]:
    for name in sorted(pack.lists.names):
        held = [set(pack.lists.countries(name, day)) for day in (before, after)]
        came, went = sorted(held[1] - held[0]), sorted(held[0] - held[1])
        for country in (*came, *went):
            now = {
                "citation": pack.lists.citation(name, country, after if country in came else before),
                "confidence": pack.lists.confidence(name, country, after),
                "note": "",
            }
            was, there = ("off the list", "on the list") if country in came else ("on the list", "off the list")
            yield _law_change(None, None, "list", f"{pack.lists.title(name)}: {country}", was, there, now)


def _forces(pack: Pack) -> Iterator[tuple[str | None, str, ForceHistory]]:
    yield None, pack.file.title, pack.force
    for rule in pack.rules:
        if rule.force:
            yield rule.id, rule.title, pack.force_of(rule)


def _standing(force: ForceHistory, day: date) -> dict[str, Any] | None:
    """The step that stands on the day, `None` before the first."""
    begun = [step for step in force.steps() if step.since is None or step.since <= day]
    return asdict(begun[-1]) if begun else None


def _word(standing: dict[str, Any] | None) -> str:
    if standing is None:
        return NOT_YET
    state, enforced = (standing[name].replace("_", " ") for name in ("state", "enforced"))
    return state if state == enforced else f"{state}; as enforced {enforced}"


def _parameters(pack: Pack) -> Iterator[tuple[str | None, Iterable[Parameter]]]:
    yield None, pack.definitions.parameters.values()
    for rule in pack.rules:
        yield rule.id, rule.parameters.values()


def _of_parameter(
    pack: Pack, rule: str | None, parameter: Parameter, before: date, after: date
) -> Iterator[dict[str, Any]]:
    one, two = value_on(parameter, before), value_on(parameter, after)
    if two is not None and isinstance(two[0], date):
        if before < two[0] <= after:
            yield _law_change(pack, rule, "date", parameter.text, "before it", f"from {two[0]}", _source(two))
    elif two is not None and (one is None or one[0] != two[0]):
        yield _law_change(
            pack, rule, "parameter", parameter.text, _value(one, parameter), _value(two, parameter), _source(two)
        )


def _value(found: Any, parameter: Parameter) -> str:
    if found is None:
        return "no value"
    return str(found[0]) if isinstance(found[0], str) else f"{show(found[0])} {parameter.unit}"


def _source(found: Any) -> dict[str, str]:
    return {"citation": found[1].citation, "confidence": found[1].confidence, "note": found[1].note}


def _law_change(
    pack: Pack | None, rule: str | None, kind: str, name: str, before: str, after: str, now: dict[str, str]
) -> dict[str, Any]:
    source = {key: now[key] for key in ("citation", "confidence", "note")}
    about = {
        "pack": pack.id if pack else None,
        "rule": rule,
        "kind": kind,
        "name": name,
        "before": before,
        "after": after,
    }
    return {**about, **source}
