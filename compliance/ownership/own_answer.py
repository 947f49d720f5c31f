"""The answer of `own`: capture tests, ultimate parents, effective shares, as JSON [contracts 6]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from compliance.errors import UsageError, near
from compliance.ownership import beneficial_owners
from compliance.ownership.capture.verdict import UNDISCLOSED, CaptureAnswer, CaptureTest, Step
from compliance.ownership.effective_share import shares
from compliance.ownership.ownership_graph import Ownership, ParentAnswer
from compliance.units import show
from compliance.versions import SCHEMA_VERSION

PARENT = "parent"
SHARE = "share"
BENEFICIAL = "beneficial"
THRESHOLD = "25"


class InForce(Protocol):
    """The standing in law of a pack on a day."""

    @property
    def applies(self) -> bool | None: ...
    @property
    def flags(self) -> tuple[str, ...]: ...
    def as_json(self) -> Mapping[str, str | None]:
        """The `force` of an answer."""
        ...


class Force(Protocol):
    """The standing in law of a pack by day and posture."""

    def at(self, day: date, posture: str) -> InForce:
        """The standing on the day; raises `UsageError` for an unknown posture."""
        ...


@dataclass(frozen=True, slots=True)
class Regime:
    """A capture test of a pack with the pack's standing in law."""

    test: CaptureTest
    force: Force


def own(
    ownership: Ownership,
    regimes: Mapping[str, Regime],
    parties: Sequence[str] = (),
    *,
    test: str,
    as_of: date,
    undisclosed: str = "closed",
    owner: str | None = None,
    threshold: str = THRESHOLD,
    posture: str = "both",
) -> dict[str, Any]:
    """The answer for the parties, or for every company without any.

    `regimes` are the capture tests by name; `parent`, `share` (which needs `owner`) and
    `beneficial` (owners over `threshold` percent, `25` or `>25`) are the other tests.
    Raises `UsageError` for an unknown test, party, owner, posture or way of reading what nobody disclosed.
    """
    if undisclosed not in UNDISCLOSED:
        raise UsageError(f"unknown `undisclosed` `{undisclosed}`.{near(undisclosed, UNDISCLOSED)}")
    asked = _require_parties(ownership, parties or sorted(ownership.register.companies))
    head: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "test": test,
        "as_of": as_of.isoformat(),
        "undisclosed": undisclosed,
    }
    if test == PARENT:
        found = {p: ownership.parent(p, as_of) for p in asked} if parties else ownership.parents(as_of)
        return {**head, "parties": {party: _parent(found[party]) for party in asked}}
    if test == SHARE:
        if owner is None:
            raise UsageError("the test `share` needs an owner: name one with `--owner`")
        (owner,) = _require_parties(ownership, [owner])
        held = shares(ownership.register.day(as_of), owner, asked, undisclosed)
        return {**head, "owner": owner, "parties": {party: held[party].as_json() for party in asked}}
    if test == BENEFICIAL:
        bar, day = beneficial_owners.threshold(threshold), ownership.register.day(as_of)
        behind = {party: beneficial_owners.beneficial(day, party, bar, undisclosed).as_json() for party in asked}
        return {**head, "threshold": threshold, "parties": behind}
    if test not in regimes:
        names = [*regimes, PARENT, SHARE, BENEFICIAL]
        raise UsageError(f"unknown test `{test}`; there are {', '.join(sorted(names))}.{near(test, names)}")
    regime = regimes[test]
    force = regime.force.at(as_of, posture)
    answers = ownership.captures(regime.test, as_of, list(parties) or None, undisclosed)
    standing = dict(force.as_json())
    links: dict[Step, dict[str, str | None]] = {}
    return {
        **head,
        "posture": posture,
        "parties": {party: _capture(answers[party], force, standing, links) for party in asked},
    }


def _require_parties(ownership: Ownership, parties: Iterable[str]) -> list[str]:
    """The parties in order, each once; raises `UsageError` for one that is not in the world."""
    found = sorted(set(parties))
    register = ownership.register
    for party in found:
        if not register.known(party):
            hint = near(party, [*register.companies, *register.people])
            raise UsageError(f"there is no party `{party}` in this world.{hint}")
    return found


def _capture(
    answer: CaptureAnswer,
    force: InForce,
    standing: dict[str, str | None],
    links: dict[Step, dict[str, str | None]],
) -> dict[str, Any]:
    """The answer about a party; `links` are those told before, for a link is on the paths of many."""
    cut = {"path_left_out": answer.left_out} if answer.left_out else {}
    for step in answer.path:
        if step not in links:
            links[step] = {"owner": step.owner, "owned": step.owned, "percent": step.percent}
    flags = set(answer.flags)
    if answer.verdict != "not_captured":
        flags.update(force.flags)
    return {
        "verdict": answer.verdict,
        "limb": answer.limb,
        "low": show(answer.low.value),
        "high": show(answer.high.value),
        "low_open": answer.low.open,
        "high_open": answer.high.open,
        "applies": applies(answer, force.applies),
        "force": standing,
        "flags": sorted(flags),
        "path": [links[step] for step in answer.path],
        **cut,
        "deciding_unknowns": [
            {"owner": u.owner, "owned": u.owned, "settles": u.settles} for u in answer.deciding_unknowns
        ],
    }


def applies(answer: CaptureAnswer, force: bool | None) -> bool | None:
    """Whether the party is captured by law that applies: the verdict and the force, in Kleene's logic."""
    if answer.verdict == "not_captured" or force is False:
        return False
    return True if answer.verdict == "captured" and force else None


def _parent(answer: ParentAnswer) -> dict[str, Any]:
    return {
        "verdict": answer.verdict,
        "parent": answer.parent,
        "headquarters": answer.headquarters,
        "candidates": list(answer.candidates),
        "flags": list(answer.flags),
    }
