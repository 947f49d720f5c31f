"""The closed words of an answer, as JSON Schema tells them; the models hold them as text."""

from __future__ import annotations

from typing import Annotated, get_args

from compliance.rulebook.field_types import Confidence, Outcome, ReviewPolicy, Topic
from compliance.rulebook.force import POSTURES, UNCONFIRMED, State
from compliance.world.schema.schema_words import one_of
from compliance.world.schema.tables import TABLES

_STATES = get_args(State)
StateSaid = Annotated[str, one_of(*_STATES)]
OnDay = Annotated[str, one_of(*_STATES, "not_yet")]
EnforcedSaid = Annotated[str, one_of(*_STATES, UNCONFIRMED)]
OutcomeSaid = Annotated[str, one_of(*get_args(Outcome))]
PolicySaid = Annotated[str, one_of(*get_args(ReviewPolicy))]
TopicSaid = Annotated[str, one_of(*get_args(Topic))]
ConfidenceSaid = Annotated[str, one_of(*get_args(Confidence))]
OnePosture = Annotated[str, one_of(*(posture for posture in POSTURES if posture != "both"))]
PostureSaid = Annotated[str, one_of(*POSTURES)]
TableSaid = Annotated[str, one_of(*TABLES)]
