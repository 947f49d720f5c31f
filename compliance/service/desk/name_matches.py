"""Names of a party beside those of listed parties, and what people decided of them: same, different, until, why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from threading import Lock
from typing import Any

from compliance.decisions.setup import ownership_of
from compliance.errors import UsageError
from compliance.names.index import LIKELY, NameIndex, PartyNames
from compliance.service.shared_world import WorldState
from compliance.service.worker import Worker
from compliance.world.world import World

ADJUDICATION = "adjudication"
"""The kind of the records that tell what somebody decided of a match of names."""
VERDICTS = ("different", "same")
_MATCH = "match"
_CODE = "false_match"
_indexes: dict[str, NameIndex] = {}
_making = Lock()
_KEPT = 2


def matches_of(worker: Worker, state: WorldState, party: str) -> list[dict[str, Any]]:
    """The listed parties whose names are like those of a party, each with what was decided of it."""
    world = state.screener.world
    found = []
    for key, own, other, likeness in _alike(state, party):
        facts = _facts(world, party, key)
        subject = _subject(party, key)
        now = datetime.now(UTC)
        stands = worker.operations.workflow.known_good(subject, facts, now)
        past = worker.operations.workflow.entries(subject)
        found.append(
            {
                "id": key, "own": own, "other": other, "likeness": likeness, "lists": facts["lists"],
                "stands": stands, "before": past[-1] if past and stands is None else None,
            }
        )  # fmt: skip
    return found


def adjudicate(
    worker: Worker, party: str, listed: str, verdict: str, until: str, reason: str, by: str, key: str
) -> None:
    """Puts on record whether a party and a listed one are the same.

    `same` adds the listings of the one to the other, and what is open is screened again; `different` stands until a
    day, and as long as the names and the lists are what they were. Raises `UsageError`, `LedgerError`, `InputError`.
    """
    state = worker.operations.world.current()
    world = state.screener.world
    if verdict not in VERDICTS or listed not in {other for other, *_ in _alike(state, party)}:
        raise UsageError("there is no such match of names to decide")
    if not reason:
        raise UsageError("say why: what was compared beside the names")
    ends = _until(until) if verdict == "different" else None
    facts = _facts(world, party, listed)
    now = datetime.now(UTC)
    if ends is not None:
        end = datetime.combine(ends, time(), UTC)
        worker.operations.workflow.trust(
            _subject(party, listed), facts, until=end, code=_CODE, reason=reason, at=now, by=by
        )
    else:
        rows = [
            {name: value for name, value in row.items() if value} | {"party": party}
            for row in (_listing(one) for one in ownership_of(world).register.listings_of.get(listed, ()))
        ]
        worker.operations.change_world({"listings": rows}, {}, by)
    told = {
        "party": party, "listed": listed, "verdict": verdict, "until": ends.isoformat() if ends else "", "by": by,
        "key": key, "reason": reason, "facts": facts,
    }  # fmt: skip
    worker.log.append(now, ADJUDICATION, told)


def _until(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("say until when they are taken to be different: a day such as 2027-06-30") from None


def _alike(state: WorldState, party: str) -> list[tuple[str, str, str, int]]:
    """The listed parties with a like name, the likeliest first; the party itself is none."""
    world = state.screener.world
    row = world.party(party)
    if row is None:
        return []
    asked = PartyNames.of((row.name or "", *row.aliases))
    (found,) = _index(state).matches([asked], LIKELY)
    alike = [(one.key, one.own, one.other, one.likeness.score) for one in found if one.key != party]
    return sorted(alike, key=lambda one: (-one[3], one[0]))[:20]


def _index(state: WorldState) -> NameIndex:
    """The names of all parties that are listed in a world, kept for as long as it is the world of today."""
    with _making:
        found = _indexes.pop(state.sha256, None)
        if found is None:
            world = state.screener.world
            listed = ownership_of(world).register.listings_of
            rows = ((name, world.party(name)) for name in listed)
            found = NameIndex({name: PartyNames.of((row.name or "", *row.aliases)) for name, row in rows if row})
        _indexes[state.sha256] = found
        while len(_indexes) > _KEPT:
            del _indexes[next(iter(_indexes))]
        return found


def _facts(world: World, party: str, listed: str) -> dict[str, str]:
    """What a decision rests on: the names of both, and the lists of the one."""
    one, other = world.party(party), world.party(listed)
    lists = {str(row.value("list")) for row in ownership_of(world).register.listings_of.get(listed, ())}
    told = {"name": (one.name if one else None) or party, "listed_name": (other.name if other else None) or listed}
    return {**told, "lists": ", ".join(sorted(lists))}


def _listing(row: Any) -> Mapping[str, Any]:
    return {name: _plain(row.value(name)) for name in row.columns()}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


def _subject(party: str, listed: str) -> str:
    return f"{_MATCH}/{party}/{listed}"
