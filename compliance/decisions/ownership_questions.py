"""Questions about owners alone: capture under each regime of the packs, ultimate parent, effective share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from compliance.decisions.setup import day_of, ownership_of
from compliance.errors import UsageError
from compliance.explain.not_evaluated.unread_sources import Worst
from compliance.ownership.neighbourhood import around
from compliance.ownership.own_answer import PARENT, THRESHOLD, Regime
from compliance.ownership.own_answer import own as answer
from compliance.ownership.ownership_graph import Ownership
from compliance.rulebook.packs import Pack, load_packs
from compliance.world.schema.tables import Company, Unread
from compliance.world.world import World

MOST_DRAWN = 80
"""Parties of a picture; more than that is no picture."""


def own(
    world: World,
    parties: Sequence[str] = (),
    *,
    test: str,
    as_of: date | None = None,
    undisclosed: str = "closed",
    owner: str | None = None,
    threshold: str = THRESHOLD,
    posture: str = "both",
    packs: Sequence[Pack] | None = None,
) -> dict[str, Any]:
    """Who is captured, whose parent is whom, or who holds how much (contracts 6, ownership).

    `packs` are all packs, where they were read already.
    Raises `UsageError` for an unknown test, party or owner.
    """
    ownership, regimes, day = ownership_of(world), _regimes(packs), day_of(world, as_of)
    said = answer(
        ownership, regimes, parties,
        test=test, as_of=day, undisclosed=undisclosed, owner=owner, threshold=threshold, posture=posture,
    )  # fmt: skip
    if test in regimes or test == PARENT:
        worst = Worst(world, ownership.register, regimes[test].test if test in regimes else None, day)
        open_ = sorted(p for p in worst.parties if said["parties"].get(p, {}).get("verdict") in _CLOSED)
        if open_:
            other = answer(
                ownership_of(worst.world(open_)), regimes, open_,
                test=test, as_of=day, undisclosed=undisclosed, posture=posture,
            )["parties"]  # fmt: skip
            for party in open_:
                _leave_open(said["parties"][party], other[party], worst.rows_above([party]))
    return said


_CLOSED = ("not_captured", "determined")
"""Verdicts that what was not read may leave open."""


def _leave_open(entry: dict[str, Any], worst: dict[str, Any], rows: Sequence[Unread]) -> None:
    """Makes a verdict undetermined where it is another if what was not read is the worst that it may be."""
    if worst["verdict"] == entry["verdict"] and worst.get("parent") == entry.get("parent"):
        return
    entry["verdict"] = "undetermined"
    if "parent" in entry:
        parents = [entry["parent"], worst["parent"], *worst["candidates"]]
        candidates = sorted({parent for parent in parents if parent})
        entry |= {"parent": None, "headquarters": None, "candidates": candidates}
        return
    facts = {(row.id if row.table_ == "listings" else row.other or "", row.id or "") for row in rows}
    entry |= {"high": worst["high"], "high_open": worst["high_open"], "applies": worst["applies"] and None}
    entry["deciding_unknowns"] = [
        {"owner": owner, "owned": owned, "settles": 1} for owner, owned in sorted(facts, key=lambda one: one[::-1])
    ]


def ownership_tests(packs: Sequence[Pack] | None = None) -> tuple[str, ...]:
    """The names of the capture tests that the packs know."""
    return tuple(_regimes(packs))


def _regimes(packs: Sequence[Pack] | None = None) -> dict[str, Regime]:
    every = load_packs() if packs is None else packs
    return {name: Regime(capture, pack.force) for pack in every for name, capture in pack.file.capture.items()}


def own_under(ownership: Ownership, pack: Pack, test: str, day: date, posture: str) -> dict[str, Any]:
    """The verdicts on every company of one capture test of a pack."""
    regime = Regime(pack.file.capture[test], pack.force)
    answered = answer(ownership, {test: regime}, test=test, as_of=day, posture=posture)["parties"]
    return dict(answered)


def picture(
    world: World,
    parties: Sequence[str],
    *,
    test: str,
    as_of: date | None = None,
    undisclosed: str = "closed",
    posture: str = "both",
    packs: Sequence[Pack] | None = None,
) -> dict[str, Any]:
    """What to draw around the parties: everybody above them, and what is one step below, with verdicts.

    Raises `UsageError` for an unknown test or party, and without a party.
    """
    if not parties:
        raise UsageError("a picture needs a party: name one or several after the world")
    day, ownership = day_of(world, as_of), ownership_of(world)
    found = around(ownership.register, parties, day, MOST_DRAWN)
    there = [party for party in found.parties if ownership.register.known(party)]
    said = answer(
        ownership, _regimes(packs), sorted({*there, *parties}),
        test=test, as_of=day, undisclosed=undisclosed, posture=posture,
    )["parties"]  # fmt: skip
    told = {step["owner"] + "/" + step["owned"] for p in parties for step in said[p].get("path", ())}
    nodes = []
    for party in found.parties:
        row = world.party(party)
        verdict = said.get(party, {})
        nodes.append(
            {
                "id": party,
                "name": (row.name if row else None) or (party if row else "Somebody"),
                "country": ownership.seat(party, day) if row else None,
                "kind": "unidentified" if row is None else "company" if isinstance(row, Company) else "person",
                "verdict": verdict.get("verdict"),
                "listed": verdict.get("limb") == "listed",
                "asked": party in parties,
            }
        )
    links = [
        {
            "owner": link.owner,
            "owned": link.owned,
            "told": link.told,
            "control": link.control,
            "witness": f"{link.owner.removeprefix('?' + link.owned)}/{link.owned}" in told,
        }
        for link in found.links
    ]
    title = f"Who holds {', '.join(sorted(set(parties)))}: test {test}, as of {day.isoformat()}"
    return {"title": title, "nodes": nodes, "links": links, "left_out": found.left_out}
