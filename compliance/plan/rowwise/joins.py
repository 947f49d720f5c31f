"""Joins in generated Python: lookups by key, each key computed once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlglot import exp

from compliance.plan.rowwise.scalars import Scalars
from compliance.plan.rowwise.source_text import Body, Columns, Shape, Unwritten, Value, columns_of, key_of
from compliance.plan.rowwise.writing import Writing


class JoinTarget(Protocol):
    """A selection into whose loop a join is written: what is bound by alias grows with it."""

    writing: Writing
    query: exp.Select
    body: Body
    scalars: Scalars
    bound: dict[str, Columns]
    said_before: set[tuple[str, str]]
    """Columns of a join that `*` leaves out: those by which it was joined (USING)."""

    def column(self, column: exp.Column) -> Value:
        """A column of what is bound so far."""
        ...

    def asked_of(self, alias: str) -> set[str] | None:
        """The columns that the selection reads of what has this alias; `None` where it may read all."""
        ...


def join(selection: JoinTarget, node: exp.Join) -> None:
    """Writes one join into the loop of a selection."""
    side, kind, method = (str(node.args.get(word) or "").upper() for word in ("side", "kind", "method"))
    if isinstance(node.this, exp.Unnest):
        _write_unnest(selection, node.this)
    elif method == "ASOF":
        _latest(selection, node)
    elif kind == "CROSS":
        _bind_loop(selection, node.this.alias_or_name, *selection.writing.whole(_query(node.this)))
    elif kind in ("SEMI", "ANTI"):
        _filter(selection, node, kind == "SEMI")
    elif side in ("", "LEFT") and not method:
        _looked_up(selection, node, side == "LEFT")
    else:
        raise Unwritten(node.sql("duckdb")[:200])


def _query(source: exp.Expression) -> exp.Expression:
    """What is joined, as a query."""
    if isinstance(source, exp.Subquery):
        inner: exp.Expression = source.this
        return inner
    plain = source.copy()
    plain.set("alias", None)
    return exp.select("*").from_(plain)


def _write_unnest(selection: JoinTarget, node: exp.Unnest) -> None:
    values = selection.scalars.named(node.expressions[0])
    one = selection.writing.names.new("u")
    selection.body.loop(f"for {one} in {values.source} or ()")
    column = node.args["alias"].args["columns"][0].name
    selection.bound[node.alias] = {column: lambda: Value(one, "text")}


def _bind_loop(selection: JoinTarget, alias: str, rows: str, shape: Shape) -> None:
    row = selection.writing.names.new("r")
    selection.body.loop(f"for {row} in {rows}")
    selection.bound[alias] = columns_of(row, shape, selection.body)


def _conditions(selection: JoinTarget, node: exp.Join) -> tuple[dict[str, exp.Expression], list[exp.Expression]]:
    """What is asked of a join: by column of the other side what equals it, and the rest."""
    alias = node.this.alias_or_name
    if using := node.args.get("using"):
        return {one.name: exp.column(one.name) for one in using}, []
    equal: dict[str, exp.Expression] = {}
    rest: list[exp.Expression] = []
    on = node.args.get("on")
    for term in (on.flatten() if isinstance(on, exp.And) else (on,)) if on is not None else ():
        sides = (term.this, term.expression) if isinstance(term, exp.EQ) else ()
        for one, other in (sides, sides[::-1]) if sides else ():
            theirs = isinstance(one, exp.Column) and one.table == alias
            if theirs and one.name not in equal and not any(c.table == alias for c in other.find_all(exp.Column)):
                equal[one.name] = other
                break
        else:
            rest.append(term)
    return equal, rest


def _looked_up(selection: JoinTarget, node: exp.Join, left: bool) -> None:
    equal, rest = _conditions(selection, node)
    body, names = selection.body, selection.writing.names
    keys = [selection.scalars.named(value) for value in equal.values()]
    lookup, shape = _lookup(selection, node, list(equal))
    alias, found = node.this.alias_or_name, names.new("f")
    known = " and ".join(f"{key.source} is not None" for key in keys if key.null)
    call = lookup.format(key_of([key.source for key in keys]))
    body.put(f"{found} = {call} if {known} else ()" if known else f"{found} = {call}")
    if rest:
        kept, row = names.new("f"), names.new("r")
        depth = body.depth
        for term in rest:  # INVARIANT: what is named in the loop below is not known after it
            for column in term.find_all(exp.Column):
                if column.table != alias:
                    selection.scalars.named(column)
        body.put(f"{kept} = []")
        body.loop(f"for {row} in {found}")
        columns = columns_of(row, shape, body)
        outer = Scalars(body, lambda c: columns[c.name]() if c.table == alias else selection.column(c))
        body.put(f"if {' and '.join(outer.true(term) for term in rest)}: {kept}.append({row})")
        body.depth = depth
        found = kept
    nothing = f"(({'None, ' * len(shape[0])}),)"
    row = names.new("r")
    body.loop(f"for {row} in {found} or {nothing}" if left else f"for {row} in {found}")
    selection.bound[alias] = columns_of(row, shape, body)
    selection.said_before |= {(alias, one.name) for one in node.args.get("using") or ()}


def _lookup(selection: JoinTarget, node: exp.Join, keys: list[str]) -> tuple[str, Shape]:
    """A call with a place for the key that gives the rows of the other side with it; and their shape."""
    writing, names = selection.writing, selection.writing.names
    query, asked = _query(node.this), selection.asked_of(node.this.alias_or_name)
    name, memo = names.new("j"), writing.store()
    body = Body(names)
    arguments = [names.new("x") for _ in keys]
    body.lines.append(f"def {name}(key):")
    body.put(f"if key in {memo}: return {memo}[key]")
    body.put(f"{', '.join(arguments)} = key" if len(keys) > 1 else f"{arguments[0]} = key" if keys else "pass")
    body.put("out = []")
    shapes: list[Shape] = []

    def consume(columns: Columns) -> None:
        kept = {name: get for name, get in columns.items() if asked is None or name in asked}
        shapes.append(writing.append(kept, body))

    place = len(writing.functions)
    if keys and writing.produce(query, body, consume, dict(zip(keys, arguments, strict=True))):
        body.depth = 1
        body.put(f"{memo}[key] = out")
        body.put("return out")
        writing.functions.append(body)
        return f"{name}({{}})", shapes[0]
    del writing.functions[place:]
    call, shape = writing.whole(query)
    if not keys:
        return call, shape
    return f"{_index(selection, call, shape, keys)}.get({{}}, ())", shape


def _index(selection: JoinTarget, rows: str, shape: Shape, keys: Iterable[str]) -> str:
    """A call that gives rows by their keys, worked out once."""
    name, function = selection.writing.names.new("j"), Body(selection.writing.names)
    function.lines.append(f"def {name}():")
    function.put(f"if '{name}' not in memo: memo['{name}'] = by_key({rows}, {[shape[0].index(key) for key in keys]!r})")
    function.put(f"return memo['{name}']")
    selection.writing.functions.append(function)
    return f"{name}()"


def _filter(selection: JoinTarget, node: exp.Join, wanted: bool) -> None:
    """Rows of which there is one on the other side, or none."""
    equal, rest = _conditions(selection, node)
    if rest or not equal:
        raise Unwritten(node.sql("duckdb")[:200])
    keys = [selection.scalars.named(value) for value in equal.values()]
    index = _index(selection, *selection.writing.whole(_query(node.this)), equal)
    found = f"({key_of([key.source for key in keys])} in {index})"  # no row stands under what is not known
    selection.body.put(f"if not {found}: continue" if wanted else f"if {found}: continue")


def _latest(selection: JoinTarget, node: exp.Join) -> None:
    """The last row of the other side that is not later (ASOF), among those with the same key."""
    equal, rest = _conditions(selection, node)
    alias = node.this.alias_or_name
    if len(rest) != 1 or not isinstance(rest[0], exp.GTE) or rest[0].expression.table != alias:
        raise Unwritten(node.sql("duckdb")[:200])
    day = selection.scalars.named(rest[0].this)
    lookup, shape = _lookup(selection, node, list(equal))
    keys = [selection.scalars.named(value) for value in equal.values()]
    at = shape[0].index(rest[0].expression.name)
    rows = lookup.format(key_of([key.source for key in keys])) if keys else lookup
    found = selection.writing.names.new("f")
    early = f"[row for row in {rows} if row[{at}] is not None and row[{at}] <= {day.source}]"
    known = f" if {day.source} is not None else ()" if day.null else ""
    selection.body.put(f"{found} = {early}{known}")
    _bind_loop(selection, alias, f"({found} and (max({found}, key=lambda row: row[{at}]),))", shape)
