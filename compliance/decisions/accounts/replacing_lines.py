"""Lines of an order that replace others, as accounts count them: in full where they may be more than what they replace.

A screening counts no line that replaces another, and says where that may be more (`replacements`). A reservation takes
all of it, so that a limit is not oversold by the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from compliance.sources.replacements import find_replacements
from compliance.sources.shipment_lines import line_columns
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Order
from compliance.world.world import World

Line = TypeVar("Line", bound=Row)


def count_replacing_lines(world: World, catalogue: Catalogue, lines: Sequence[Line]) -> list[Line]:
    """The lines, of which those replace no other any more that may be more than what they replace."""
    if all(line.value("replaces") is None for line in lines):
        return list(lines)
    columns = line_columns(world.replace(Order.table, list(lines)), catalogue, date.max, LINE_TABLES)
    more = {one.id for one in find_replacements(columns).open_replacements() if one.table == Order.table}
    return [
        line.model_copy(update={"replaces": None}).at(line.origin) if line.name_of_row in more else line
        for line in lines
    ]
