"""Window functions in generated Python: row numbers, and sums over a range of days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from compliance.plan.rowwise.source_text import Unwritten


def numbers(window: exp.Window) -> bool:
    """Whether a window numbers rows; else it adds them up."""
    return isinstance(window.this, exp.RowNumber)


def asked_of(window: exp.Window) -> Iterator[exp.Expression]:
    """What a window asks of each row."""
    yield from window.args.get("partition_by") or ()
    order = window.args.get("order")
    yield from (one.this for one in (order.expressions if order else ()))
    if isinstance(window.this, exp.Sum):
        yield window.this.this
    elif not numbers(window):
        raise Unwritten(window.sql("duckdb"))


def window_call(window: exp.Window, rows: str, places: Mapping[str, int]) -> str:
    """The call that works a window out, for the rows in order."""
    key = [places[f"?{one.sql()}"] for one in window.args.get("partition_by") or ()]
    order = window.args["order"].expressions
    if numbers(window):
        by = [(places[f"?{one.this.sql()}"], bool(one.args.get("desc"))) for one in order]
        return f"numbered({rows}, {key!r}, {by!r})"
    spec = window.args["spec"]
    ends = []
    for end, side in (("start", "preceding"), ("end", "following")):
        bound = spec.args[end]
        if not isinstance(bound, exp.Interval) or str(spec.args[f"{end}_side"]).lower() != side or len(order) != 1:
            raise Unwritten(window.sql("duckdb"))
        ends.append(int(bound.this.this))
    day, value = places[f"?{order[0].this.sql()}"], places[f"?{window.this.this.sql()}"]
    return f"rolling({rows}, {key!r}, {day}, {value}, {ends[0]}, {ends[1]})"
