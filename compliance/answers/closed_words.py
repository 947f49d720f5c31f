"""The closed words of an answer, as JSON Schema tells them; the models hold them as text."""

from __future__ import annotations

from typing import Annotated, get_args

from compliance.rulebook.field_types import Confidence, Outcome, ReviewPolicy, Topic
from compliance.rulebook.force import POSTURES, UNCONFIRMED, State
from compliance.world.schema.schema_words import one_of
from compliance.world.schema.tables import TABLES

_STATES = get_args(State)
StateWord = Annotated[str, one_of(*_STATES)]
StateOnDate = Annotated[str, one_of(*_STATES, "not_yet")]
EnforcedWord = Annotated[str, one_of(*_STATES, UNCONFIRMED)]
OutcomeWord = Annotated[str, one_of(*get_args(Outcome))]
PolicyWord = Annotated[str, one_of(*get_args(ReviewPolicy))]
TopicWord = Annotated[str, one_of(*get_args(Topic))]
ConfidenceWord = Annotated[str, one_of(*get_args(Confidence))]
OnePosture = Annotated[str, one_of(*(posture for posture in POSTURES if posture != "both"))]
PostureWord = Annotated[str, one_of(*POSTURES)]
TableWord = Annotated[str, one_of(*TABLES)]
