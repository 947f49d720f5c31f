"""Compiles one SELECT of a plan to Python: joins, filter, aggregates, windows and DISTINCT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property, partial

from sqlglot import exp

from compliance.plan.rowwise.group_totals import AGGREGATES, Total
from compliance.plan.rowwise.joins import join
from compliance.plan.rowwise.scalars import Scalars
from compliance.plan.rowwise.source_text import Body, Columns, Unwritten, Value, tuple_of
from compliance.plan.rowwise.windows import asked_of, numbers, window_call
from compliance.plan.rowwise.writing import Consume, Seek, Writing


class Selection:
    """A SELECT while it is written into a body."""

    def __init__(self, writing: Writing, query: exp.Select, body: Body) -> None:
        self.writing = writing
        self.query = query
        self.body = body
        self.bound: dict[str, Columns] = {}
        self.said_before: set[tuple[str, str]] = set()
        self.scalars = Scalars(body, self.column)

    def write(self, consume: Consume, seek: Seek | None) -> bool:
        """Writes the loops of the selection; with `seek` only over rows with these values, if that can be done."""
        if named := self.query.args.get("with_"):
            if seek is not None:
                return False
            for one in named.expressions:
                self.writing.made[one.alias] = self.writing.whole(one.this)
        inner = self._translate_seek(seek) if seek is not None else None
        if seek is not None and inner is None:
            return False
        if self._is_aggregate:
            self._groups(consume)
        elif self._whole:
            self._run_windows(consume)
        else:
            return self._rows(lambda: consume(self._outputs()), inner)
        return True

    # ---- rows

    def _rows(self, then: Callable[[], None], seek: Seek | None = None) -> bool:
        """Loops over the rows that are joined and not filtered out."""
        source = self.query.args["from_"].this

        def bind(columns: Columns) -> None:
            self.bound[source.alias_or_name] = columns
            for one in self.query.args.get("joins") or ():
                join(self, one)
            where = self.query.args.get("where")
            if where is not None:
                for term in where.this.flatten() if isinstance(where.this, exp.And) else (where.this,):
                    self.body.put(f"if not ({self.scalars.true(term)}): continue")
            then()

        return self.writing.source(source, self.body, bind, seek)

    def _translate_seek(self, seek: Seek) -> dict[str, str] | None:
        """The same values by the columns of the first source; `None` where they are not columns of it."""
        if self._is_aggregate or self._whole:
            return None
        source = self.query.args["from_"].this.alias_or_name
        found: dict[str, str] = {}
        for name, value in seek.items():
            column = self._column_behind(name, source)
            if column is None:
                return None
            found[column] = value
        return found

    def _column_behind(self, name: str, source: str) -> str | None:
        for one in self.query.expressions:
            if one.alias_or_name == name:
                inner = one.this if isinstance(one, exp.Alias) else one
                of_source = isinstance(inner, exp.Column) and inner.table in ("", source)
                return inner.name if of_source and not isinstance(inner.this, exp.Star) else None
        stars = [one for one in self.query.expressions if _is_star(one)]
        if len(stars) != 1 or self.query.args.get("joins") or _star_of(stars[0]).args.get("replace"):
            return None
        return name

    # ---- columns

    def column(self, column: exp.Column) -> Value:
        if column.table:
            if column.table in self.bound:
                return self._get(self.bound[column.table], column.name)
            raise Unwritten(f"no `{column.table}` for {column.sql('duckdb')}")
        for columns in self.bound.values():
            if column.name in columns:
                return columns[column.name]()
        raise Unwritten(f"no column {column.sql('duckdb')}")

    def _get(self, columns: Columns, name: str) -> Value:
        if name not in columns:
            raise Unwritten(f"no column `{name}`")
        return columns[name]()

    def _outputs(self) -> Columns:
        """What the selection gives, each worked out when it is asked for."""
        found: dict[str, Callable[[], Value]] = {}
        for at, one in enumerate(self.query.expressions):
            if _is_star(one):
                found |= self._expand_star(one)
            else:
                found[one.alias_or_name or f"col{at}"] = self._lazily(one)
        return found

    def _lazily(self, node: exp.Expression) -> Callable[[], Value]:
        """What the selection gives for a node, written when it is first asked for."""
        inner = node.this if isinstance(node, exp.Alias) else node
        return cache(lambda: self.scalars.named(inner))

    def _expand_star(self, node: exp.Expression) -> Columns:
        star = _star_of(node)
        every = not (isinstance(node, exp.Column) and node.table)
        left_out = {one.name for one in star.args.get("except_") or ()}
        found = {
            name: get
            for alias, columns in self.bound.items()
            if every or alias == node.table
            for name, get in columns.items()
            if name not in left_out and not (every and (alias, name) in self.said_before)
        }
        for one in star.args.get("replace") or ():
            found[one.alias] = self._lazily(one)
        return found

    def asked_of(self, alias: str) -> set[str] | None:
        return None if alias in self._read_whole or "" in self._read_whole else self._columns_read.get(alias, set())

    @cached_property
    def _columns_read(self) -> dict[str, set[str]]:
        """The columns that the selection itself reads, by alias."""
        found: dict[str, set[str]] = {}
        for node in self._own:
            if isinstance(node, exp.Column):
                found.setdefault(node.table, set()).add(node.name)
        return found

    @cached_property
    def _read_whole(self) -> set[str]:
        """The aliases of which all columns may be read; the empty one stands for every alias."""
        stars = {one.table if isinstance(one, exp.Column) else "" for one in self.query.expressions if _is_star(one)}
        using = any(one.args.get("using") for one in self.query.args.get("joins") or ())
        return stars | ({""} if "" in self._columns_read or using else set())

    @cached_property
    def _own(self) -> list[exp.Expression]:
        """Columns, totals and windows that are the selection's, and not those of a query within it."""
        kinds = (exp.Column, exp.Filter, exp.Window, *AGGREGATES)
        nodes = self.query.walk(prune=lambda node: isinstance(node, exp.Subquery))
        return [node for node in nodes if isinstance(node, kinds)]

    # ---- groups

    @cached_property
    def _is_aggregate(self) -> bool:
        return self.query.args.get("group") is not None or bool(self._aggregates)

    @cached_property
    def _aggregates(self) -> list[exp.Expression]:
        """The aggregates of the selection, each with its filter; not those over a window."""
        inside = (exp.Filter, exp.Window, exp.Select)
        totals = (node for node in self._own if isinstance(node, (exp.Filter, *AGGREGATES)))
        return [node for node in totals if node.find_ancestor(*inside) is self.query]

    def _groups(self, consume: Consume) -> None:
        aggregates = self._aggregates
        keys = self._group_keys(aggregates)
        groups, state = self.writing.names.new("g"), self.writing.names.new("a")
        slots = [Total.of(node, f"{state}[{at}]") for at, node in enumerate(aggregates)]
        starts = f"[{', '.join(slot.start for slot in slots)}]"
        body, depth = self.body, self.body.depth
        body.put(f"{groups} = {{}}" if keys else f"{groups} = {{(): {starts}}}")
        kinds: list[tuple[str, bool]] = []

        def add() -> None:
            values = [self.scalars.named(key) for key in keys]
            kinds.extend((value.kind, value.null) for value in values)
            key = self.writing.names.new("k")
            body.put(f"{key} = {tuple_of([value.source for value in values])}")
            body.put(f"{state} = {groups}.get({key})")
            body.put(f"if {state} is None: {state} = {groups}[{key}] = {starts}")
            for slot in slots:
                slot.add(self.scalars)

        self._rows(add)
        body.depth = depth
        key = self.writing.names.new("k")
        body.loop(f"for {key}, {state} in {groups}.items()")
        after = self.scalars = Scalars(body, self.column)
        for slot in slots:
            after.given[id(slot.node)] = body.let(slot.result())
        for at, (node, (kind, null)) in enumerate(zip(keys, kinds, strict=True)):
            after.given[id(node)] = body.let(Value(f"{key}[{at}]", kind, null))
        self.bound = {}
        consume(self._outputs())

    def _group_keys(self, aggregates: Iterable[exp.Expression]) -> list[exp.Expression]:
        group = self.query.args.get("group")
        outputs = [one.this if isinstance(one, exp.Alias) else one for one in self.query.expressions]
        if group is None:
            return []
        if group.args.get("all"):
            totals = {id(node) for node in aggregates}
            return [one for one in outputs if not any(id(node) in totals for node in one.walk())]
        keys = []
        for one in group.expressions:
            if isinstance(one, exp.Literal):
                keys.append(outputs[int(one.this) - 1])
            else:
                keys.append(next((output for output in outputs if output == one), one))
        return keys

    # ---- windows, numbers, distinct rows

    @cached_property
    def _whole(self) -> bool:
        """Whether the rows must all be there before one is given."""
        asked = ("qualify", "distinct", "order")
        return any(self.query.args.get(word) for word in asked) or bool(self._windows)

    @cached_property
    def _windows(self) -> list[exp.Expression]:
        return [node for node in self._own if isinstance(node, exp.Window)]

    def _run_windows(self, consume: Consume) -> None:
        """Keeps what the rows give and what their windows ask, and goes through them again."""
        body, depth, windows = self.body, self.body.depth, self._windows
        kept = self.writing.names.new("w")
        parts: dict[str, exp.Expression] = {}
        for window in windows:
            for node in asked_of(window):
                parts[node.sql()] = node
        plain = [one for one in self.query.expressions if not list(one.find_all(exp.Window))]
        body.put(f"{kept} = []")
        shape: list[tuple[str, str, bool]] = []

        def keep() -> None:
            outputs: dict[str, Callable[[], Value]] = {}
            for one in plain:
                outputs |= self._expand_star(one) if _is_star(one) else {one.alias_or_name: self._lazily(one)}
            values = {name: get() for name, get in outputs.items()}
            asked = {f"?{text}": self.scalars.named(node) for text, node in parts.items()}
            order = self.query.args.get("order")
            asked |= {
                f"?{one.this.sql()}": self._ordering(one.this, values) for one in (order.expressions if order else ())
            }
            every = {name: body.let(value) for name, value in (values | asked).items()}
            shape.extend((name, value.kind, value.null) for name, value in every.items())
            body.put(f"{kept}.append({tuple_of([value.source for value in every.values()])})")

        self._rows(keep)
        body.depth = depth
        places = {name: at for at, (name, _, _) in enumerate(shape)}
        if self.query.args.get("distinct"):
            if windows or self.query.args.get("order"):
                raise Unwritten("DISTINCT with windows or an order")
            body.put(f"{kept} = dict.fromkeys({kept})")
        if order := self.query.args.get("order"):
            by = ", ".join(
                f"(lambda row: row[{places[f'?{o.this.sql()}']}], {bool(o.args.get('desc'))})"
                for o in order.expressions
            )
            body.put(f"{kept} = ordered({kept}, [{by}])")
        row, results = self.writing.names.new("r"), []
        for window in windows:
            name = self.writing.names.new("n")
            body.put(f"{name} = {window_call(window, kept, places)}")
            results.append(name)
        at = self.writing.names.new("i")
        body.loop(f"for {at}, {row} in enumerate({kept})")
        after = self.scalars = Scalars(body, self.column)
        for window, name in zip(windows, results, strict=True):
            after.given[id(window)] = body.let(Value(f"{name}[{at}]", "count" if numbers(window) else "whole"))
        columns = {
            name: cache(partial(body.let, Value(f"{row}[{n}]", kind, null)))
            for n, (name, kind, null) in enumerate(shape)
        }
        given = {name: get for name, get in columns.items() if not name.startswith("?")}
        self.bound = {"": given}
        if qualify := self.query.args.get("qualify"):
            body.put(f"if not ({after.true(qualify.this)}): continue")
        more = [one for one in self.query.expressions if list(one.find_all(exp.Window))]
        consume(given | {one.alias_or_name: self._lazily(one) for one in more})

    def _ordering(self, node: exp.Expression, values: Mapping[str, Value]) -> Value:
        """What an order asks: a column that the selection gives, else of what it reads."""
        if isinstance(node, exp.Column) and not node.table and node.name in values:
            return values[str(node.name)]
        return self.scalars.named(node)


def _is_star(node: exp.Expression) -> bool:
    return isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star))


def _star_of(node: exp.Expression) -> exp.Expression:
    star: exp.Expression = node.this if isinstance(node, exp.Column) else node
    return star


def write_selection(writing: Writing, query: exp.Select, body: Body, consume: Consume, seek: Seek | None) -> bool:
    """Writes a SELECT into a body, as `Writing.produce` does."""
    if query.args.get("having") or query.args.get("limit"):
        raise Unwritten("HAVING or LIMIT")
    return Selection(writing, query, body).write(consume, seek)
