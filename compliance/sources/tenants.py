"""Tenants of a site: customers of its services, who may stand for it in place of its operator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from compliance.sources.column_types import SEPARATOR
from compliance.sources.entities import holds_on
from compliance.world.schema.ai_models import ComputeService
from compliance.world.schema.tables import Site
from compliance.world.world import World


def services_by_site(world: World) -> Mapping[str, Sequence[ComputeService]]:
    """The services that run at each site, on whatever day."""
    found: dict[str, list[ComputeService]] = defaultdict(list)
    for service in world.each(ComputeService):
        if service.site is not None:
            found[service.site].append(service)
    return dict(found)


def tenants(world: World, day: date) -> Mapping[str, str | None]:
    """Of each site its customers on the day, parted by `SEPARATOR`, or its operator where nobody rents.

    How much of a site each of several customers rents is not asked: it is one of theirs.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for service in world.each(ComputeService):
        if service.site is not None and holds_on(service, day):
            found[service.site].add(service.customer)
    return {
        site.id: SEPARATOR.join(sorted(found[site.id])) if site.id in found else site.operator or site.owner
        for site in world.each(Site)
    }
