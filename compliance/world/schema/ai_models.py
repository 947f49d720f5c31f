"""Tables of models, their weights and the compute that trains them: contracts section 3."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compliance.world.schema.field_kinds import (
    Count,
    Country,
    Day,
    EventDay,
    Id,
    ModelId,
    PartyId,
    Range,
    Share,
    SiteId,
    Text,
    Truth,
)
from compliance.world.schema.row import Row


class Model(Row):
    """A model; `published` is the day on which its weights were: closed until then, open from then on.

    `weights: closed` stands whatever was published.
    """

    table = "models"
    key = ("id",)

    id: Id
    developer: PartyId | None = None
    weights: Literal["open", "closed"] | None = None
    published: Day | None = None
    training_ops: Count | None = None
    base_model: ModelId | None = None
    tuning_ops: Count | None = None


class SyntheticInput(Row):
    """Data made by one model that another trains on; `share` is a fraction of one."""

    table = "synthetic_inputs"

    model: ModelId
    source_model: ModelId
    share: Share | None = None
    operations: Count | None = None
    published: Truth | None = None


class ModelLocation(Row):
    """Where weights are stored."""

    table = "model_locations"

    model: ModelId
    country: Country
    site: SiteId | None = None
    holder: PartyId | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class WeightTransfer(Row):
    """Weights that go from one party to another."""

    table = "weight_transfers"
    key = ("id",)

    id: Id
    model: ModelId
    date: EventDay
    from_party: PartyId | None = None
    to_party: PartyId | None = None
    from_country: Country | None = None
    to_country: Country
    site: SiteId | None = None


class ComputeService(Row):
    """Compute that a provider runs for a customer."""

    table = "compute_services"
    key = ("id",)

    id: Id
    provider: PartyId
    customer: PartyId
    site: SiteId | None = None
    job: Text | None = None
    purpose: Literal["training", "inference", "synthetic_data"] | None = None
    model: ModelId | None = None
    operations: Count | None = None
    chip: Text | None = None
    quantity: Range | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    workload_visibility: Literal["none", "metadata", "full"] | None = None
