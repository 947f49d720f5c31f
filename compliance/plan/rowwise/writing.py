"""Collects the functions of one generated program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from compliance.plan.rowwise.runtime import CALLED
from compliance.plan.rowwise.source_text import Body, Columns, Names, Shape, Unwritten, columns_of, key_of, tuple_of

Consume = Callable[[Columns], None]
"""Writes what is done with a row, given its columns."""
Seek = Mapping[str, str]
"""By column the value that rows must have in it."""


class Writing:
    """The functions of one program; `select` writes a SELECT into a body of it."""

    def __init__(self, shapes: Mapping[str, Shape], select: Callable[..., bool]) -> None:
        self.shapes = shapes
        self.names = Names()
        self.functions: list[Body] = []
        self.held_once: dict[str, str] = {"{}": "memo"}
        self.made: dict[str, tuple[str, Shape]] = {}
        """Named queries (CTE): the call that gives their rows, and their shape."""
        self._select = select

    def function(self, tree: exp.Expression) -> tuple[Callable[[Mapping[str, Any]], Any], Shape]:
        """The function from relations to the rows of a query, and their shape."""
        body = Body(self.names)
        shape = self._gather(tree, body)
        lines = ["def run(R):", *(f" {name} = {source}" for source, name in self.held_once.items())]
        for function in self.functions:
            lines += [f" {line}" for line in function.lines]
        # INVARIANT: of what a user wrote only literals stand in a program, by their `repr`
        space: dict[str, Any] = {**self.names.constants, **CALLED}
        try:
            exec(compile("\n".join([*lines, *body.lines, " return out", ""]), "<plan>", "exec"), space)
        except SyntaxError as deep:  # deeper than Python allows
            raise Unwritten(str(deep)) from None
        run: Callable[[Mapping[str, Any]], Any] = space["run"]
        return run, shape

    # ---- whole lists

    def _gather(self, query: exp.Expression, body: Body) -> Shape:
        """Puts all rows of a query into the list `out` of the body; gives their shape."""
        body.put("out = []")
        shapes: list[Shape] = []

        def consume(columns: Columns) -> None:
            shapes.append(self.append(columns, body))

        depth = body.depth
        self.produce(query, body, consume)
        body.depth = depth
        return shapes[0]

    def append(self, columns: Columns, body: Body) -> Shape:
        """Puts a row into the list `out`; gives its shape."""
        values = {name: body.let(get()) for name, get in columns.items()}
        body.put(f"out.append({tuple_of([value.source for value in values.values()])})")
        return tuple(values), tuple(value.kind for value in values.values())

    def whole(self, query: exp.Expression) -> tuple[str, Shape]:
        """A call that gives all rows of a query, worked out once."""
        name, body = self.names.new("m"), Body(self.names)
        body.lines.append(f"def {name}():")
        body.put(f"if '{name}' in memo: return memo['{name}']")
        shape = self._gather(query, body)
        body.put(f"memo['{name}'] = out")
        body.put("return out")
        self.functions.append(body)
        return f"{name}()", shape

    def held(self, source: str) -> str:
        """The name of what is worked out once before a program runs."""
        if source not in self.held_once:
            self.held_once[source] = self.names.new("h")
        return self.held_once[source]

    def store(self) -> str:
        """The name of a new place for what is found by key."""
        name = self.names.new("s")
        self.held_once[f"{{}}  # {name}"] = name
        return name

    # ---- producing rows

    def produce(self, query: exp.Expression, body: Body, consume: Consume, seek: Seek | None = None) -> bool:
        """Writes loops over the rows of a query, in which `consume` writes what is done with one.

        With `seek` only the rows with these values in these columns; gives whether that could be written.
        """
        while isinstance(query, exp.Subquery) and not query.args.get("joins"):
            query = query.this
        if isinstance(query, exp.Select):
            return self._select(self, query, body, consume, seek)
        if not isinstance(query, exp.Union):
            raise Unwritten(type(query).__name__)
        if seek is None:
            call, shape = self._write_union(query)
            self.loop(f"dict.fromkeys({call})" if query.args.get("distinct") else call, shape, body, consume)
        return seek is None

    def _write_union(self, query: exp.Union) -> tuple[str, Shape]:
        if query.args.get("with_") or query.args.get("order"):
            raise Unwritten("a UNION with names or an order of its own")
        left, right = (
            self._write_union(side)
            if isinstance(side, exp.Union) and not side.args.get("distinct")
            else self.whole(side)
            for side in (query.this, query.expression)
        )
        kinds = tuple(a if a != "none" else b for a, b in zip(left[1][1], right[1][1], strict=True))
        return f"({left[0]} + {right[0]})", (left[1][0], kinds)

    def loop(self, rows: str, shape: Shape, body: Body, consume: Consume) -> None:
        """Writes a loop over rows that are tuples."""
        row = self.names.new("r")
        body.loop(f"for {row} in {rows}")
        consume(columns_of(row, shape, body))

    def source(self, source: exp.Expression, body: Body, consume: Consume, seek: Seek | None) -> bool:
        """Loops over what stands in FROM, as `produce` does."""
        if isinstance(source, exp.Subquery):
            return self.produce(source, body, consume, seek)
        if not isinstance(source, exp.Table):
            raise Unwritten(f"FROM {type(source).__name__}")
        if source.name in self.made:
            if seek is None:
                self.loop(*self.made[source.name], body, consume)
            return seek is None
        if source.name not in self.shapes:
            raise Unwritten(f"no relation `{source.name}`")
        shape = self.shapes[source.name]
        relation = self.held(f"R[{source.name!r}]")
        if seek is None:
            self.loop(f"{relation}.rows", shape, body, consume)
            return True
        if any(name not in shape[0] for name in seek):
            return False
        index = self.held(f"{relation}.index({tuple(shape[0].index(name) for name in seek)!r})")
        self.loop(f"{index}.get({key_of(list(seek.values()))}, ())", shape, body, consume)
        return True
