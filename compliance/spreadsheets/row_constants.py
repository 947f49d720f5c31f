"""What every line of an order needs and no column of its sheet tells: asked once for all rows."""

from __future__ import annotations

from collections.abc import Collection

from compliance.spreadsheets.map_file import ASK, SheetMap
from compliance.spreadsheets.values.trade_words import Vocabulary


def ask_constants(about: SheetMap, vocabulary: Vocabulary) -> None:
    """Asks for what every line needs and no column has, all at once."""
    if not vocabulary.takes_parties(about.table):
        return
    fields = {column.field for column in about.columns}
    if ASK not in fields:
        _ask_of_parties_untold(about, fields, vocabulary)
    asked = " ".join(column.comments.get("field", "") for column in about.columns if column.field == ASK)
    parts = [field.partition(".") for field in (*fields, *about.constants)]
    parties = {party for party, _, part in parts if part in ("", "name", "id")}
    parties |= {name for name in ("purchaser", "consignee", "end_user") if f"`{name}" in asked}
    told = {
        "date": "no column is `date`; write one for all rows, or name the column above",
        "to_country": "no column is `to_country`; write one for all rows, or name the column above",
    }
    fields |= {"date" for column in about.columns if "day" in column.options}
    told = {name: why for name, why in told.items() if name not in fields and f"`{name}`" not in asked}
    if parties.isdisjoint({"purchaser", "consignee", "end_user"}):
        why = "no column says who buys or receives the goods: name the column above, else write `-`"
        told["consignee"] = why
    elif "purchaser" in parties and "consignee" not in parties:
        why = "no column says who receives the goods: write `purchaser` if the customer does, else `-`"
        told["consignee"] = why
    for name, why in told.items():
        if name not in about.constants:
            about.constants[name] = ASK
            about.comments[f"set.{name}"] = why


def _ask_of_parties_untold(about: SheetMap, fields: Collection[str], vocabulary: Vocabulary) -> None:
    """Asks again where a party is said to be another one of whom the sheet tells nothing."""
    told = {field.partition(".")[0] for field in (*fields, *about.constants)}
    for name, value in about.constants.items():
        if value in vocabulary.party_fields and value not in told:
            about.constants[name] = ASK
            about.comments[f"set.{name}"] = (
                f"`{value}` was written, and no column tells of a `{value}`: name that column above, else write `-`"
            )
