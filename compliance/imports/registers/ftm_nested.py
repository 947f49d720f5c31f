"""An entity of FollowTheMoney and those nested in its properties, each by itself, with ids in their place.

A link that stands inside a party is one of it: `ownershipAsset` of a company holds an `Ownership` whose `asset` it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from compliance.imports.cleaners import day, tidy

_ENDS = {
    "ownershipAsset": "asset", "ownershipOwner": "owner", "controlController": "controller",
    "controlControlled": "controlled", "directorshipDirector": "director", "directorshipOrganization": "organization",
    "employers": "employee", "employees": "employer", "sanctions": "entity", "sanctionEntity": "entity",
    "familyPerson": "person", "familyRelative": "relative", "associates": "person", "associations": "associate",
    "unknownLinkFrom": "subject", "unknownLinkTo": "object", "membershipMember": "member",
    "membershipOrganization": "organization", "agencyClient": "agent", "agentRepresentation": "client",
    "predecessors": "successor", "successors": "predecessor",
}  # fmt: skip
"""The property of a nested link that names the entity in which it stands, by the property that holds the link."""
NO_ENTITY = "no entity of FollowTheMoney: it has no `id` or no `properties`"


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with the texts of its properties; `wrong` where it is none.

    `last_seen` is the day on which its publisher last found it on its list, where that is told.
    """

    id: str
    schema: str
    properties: Mapping[str, list[str]] = field(default_factory=dict)
    datasets: tuple[str, ...] = ()
    wrong: str = ""
    last_seen: str = ""

    def all(self, *names: str) -> list[str]:
        """The texts of properties."""
        return [text for name in names for text in self.properties.get(name, ())]

    def one(self, *names: str) -> str:
        """The first text of properties, or nothing."""
        return next(iter(self.all(*names)), "")


def entities_of(
    value: Mapping[str, Any], above: str = "", by: str = "", sets: tuple[str, ...] = (), last_seen: str = ""
) -> Iterator[Entity]:
    """The entity of a record and then those nested in it; `by` is the property of `above` in which it stands."""
    given, name, schema = value.get("properties"), tidy(value.get("id")), tidy(value.get("schema"))
    if not name or not isinstance(given, Mapping):
        yield Entity(name, schema, wrong=NO_ENTITY)
        return
    own = value.get("datasets")
    datasets = tuple(map(tidy, own)) if isinstance(own, list) else sets
    last_seen = day(value.get("last_seen")) or last_seen
    texts: dict[str, list[str]] = {}
    nested: list[tuple[str, Mapping[str, Any]]] = []
    for key, held in given.items():
        found = texts.setdefault(str(key), [])
        for item in held if isinstance(held, list) else [held]:
            if isinstance(item, Mapping):
                if "properties" in item:
                    nested.append((str(key), item))
                found.append(tidy(item.get("id")))
            else:
                found.append(tidy(item))
    if above and by in _ENDS:
        end = texts.setdefault(_ENDS[by], [])
        if above not in end:
            end.append(above)
    kept = {key: list(dict.fromkeys(filter(None, found))) for key, found in texts.items()}
    yield Entity(name, schema, kept, datasets, last_seen=last_seen)
    for key, item in nested:
        yield from entities_of(item, name, key, datasets, last_seen)
