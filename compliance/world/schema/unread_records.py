"""The table of what a source held, could decide, and was not read (contracts 9); importers write it."""

from __future__ import annotations

from pydantic import Field

from compliance.world.schema.field_kinds import Day, Id, Text
from compliance.world.schema.row import Row

WHOLE_ROW = "*"
"""Stands for the field where a row as a whole was not read (`world.set_aside`)."""


class Unread(Row):
    """A value that was not read: of which table and field, of which party (`id`), and its own words.

    `id` of a link (`stakes`, `controls`, `ties`) is the company that is held, `other` the party at the other end where
    that is known. `from` and `to` bound the days on which the value could decide; open where nothing bounds them.
    """

    table = "unread"

    table_: Text = Field(alias="table")
    id: Id | None = None
    field: Text
    text: Text | None = None
    other: Id | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
