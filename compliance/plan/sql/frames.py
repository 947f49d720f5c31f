"""Frames: a source with the dated joins that its paths need, compiled to one SQL tree.

A frame first collects requests, each of which may add a join, and is built once at the end. A column is therefore a
function of the finished table. Truth values are SQL's, which are Kleene's: null is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any as Expression

from compliance.errors import UsageError, near
from compliance.plan.sql import expressions, relations
from compliance.plan.sql.interval_join import Get, IntervalJoin
from compliance.sources.column_types import SEPARATOR, Column, Kind, stored_types
from compliance.sources.entities import PARENT, SIGNERS
from compliance.sources.parties import pattern_signs
from compliance.sources.parties.party_columns import PARTY, PARTY_NAMED, party_column
from compliance.sources.parties.restructured_parties import window
from compliance.sources.source_catalogue import DATED_ENTITIES, ENTITIES, SOURCES

PAPERS = ("certified", "stated", "noticed", "followed", "permitted")
"""The words for what stands on record for a row, with a name behind them."""
PLACE = "(place)"
"""Where a row stands in its source; no path leads to it."""


@dataclass(frozen=True)
class ColumnExpr:
    """A column that a path leads to: `get` for most kinds, `low` and `high` (null: unbounded) for amounts.

    A total also has `maybe`: what it is if every row counts that may. A column of a dated join names it (`joined`).
    """

    kind: Kind
    get: Get = lambda t: t
    low: Get = lambda t: t
    high: Get = lambda t: t
    scale: int = 1
    maybe: Get | None = None
    joined: str | None = None

    @property
    def shown(self) -> Get:
        """What is known of an amount that is not certain: rows that may count, at the least that they add."""
        return self.maybe or self.low


@dataclass(frozen=True)
class Ratio:
    """A part in percent, both sides as intervals in one scale.

    `other` is the whole without the part, or with `of_other` an amount of its own with which the part is compared.
    """

    part: ColumnExpr
    other: ColumnExpr
    of_other: bool


def stored_column(name: str, column: Column, prefix: str = "") -> ColumnExpr:
    """The column as it stands in a built table, under a prefix."""
    if column.kind == "amount":
        low, high = f"{prefix}{name}.low", f"{prefix}{name}.high"
        return ColumnExpr("amount", low=lambda t: t[low], high=lambda t: t[high], scale=column.scale)
    at = f"{prefix}{name}"
    return ColumnExpr(column.kind, lambda t: t[at])


def view(name: str) -> str:
    """The name of a built table, fit for any database."""
    return name.replace(".", "__").lower()


class Requirements:
    """What the joins of a pack's plans ask of the world: attributes of parties, lists, certifications."""

    def __init__(self) -> None:
        self.party: set[str] = set()
        self.lists: set[str] = set()
        self.arranged: set[str] = set()
        self.papers: dict[str, set[str]] = {word: set() for word in PAPERS}
        self.sources: set[str] = set()
        self.entities: set[str] = set()


class Frame:
    """One source (or the totals of a measure) and the joins that its paths need."""

    def __init__(self, table: Expression | None, columns: dict[str, Column], needs: Requirements, title: str) -> None:
        self.columns = columns
        self.needs = needs
        self.title = title
        self._table = table
        self._joins: dict[str, Callable[[Expression], Expression]] = {}
        self._dated: dict[str, IntervalJoin] = {}

    @classmethod
    def of(cls, source: str, needs: Requirements) -> Frame:
        if source not in SOURCES:
            raise UsageError(f"unknown table `{source}`; one of {', '.join(SOURCES)}.{near(source, SOURCES)}")
        needs.sources.add(source)
        return cls(None, SOURCES[source], needs, source)

    def table(self) -> Expression:
        """The source with all the joins asked for."""
        given = {**stored_types(self.columns), PLACE: "int64"}
        table = self._table if self._table is not None else relations.table(given, name=self.title)
        for join in self._joins.values():
            table = join(table)
        return table

    def join(self, name: str, join: Callable[[Expression], Expression]) -> None:
        """Adds a join once, under a name."""
        self._joins.setdefault(name, join)

    def left(self, name: str, right: Expression, on: Callable[[Expression, Expression], list[Expression]]) -> str:
        """A left join whose columns stand under a prefix; gives the prefix."""
        prefix = f"{name}@"
        renamed = right.rename({f"{prefix}{column}": column for column in right.columns})
        self.join(name, lambda t: t.left_join(renamed, on(t, renamed)))
        return prefix

    def ratio(self, path: str) -> Ratio | None:
        """The two sides of a ratio to which a row belongs; frames without measures have none."""
        del path
        return None

    def column(self, path: str) -> ColumnExpr:
        """The column at a path such as `consignee.parent.headquarters`; `UsageError` where there is none."""
        head, _, rest = path.partition(".")
        if head in PAPERS and rest:
            self._ask_paper(head, rest)
            return self._paper(path)
        if head not in self.columns:
            hint = near(head, self.columns, f".{rest}" if rest else "") or self._further(path)
            raise UsageError(f"`{self.title}` has no `{head}`.{hint}")
        found = stored_column(head, self.columns[head])
        return self._follow(found, head, rest) if rest else found

    def _ask_paper(self, word: str, name: str) -> None:
        """Notes a paper that is asked for, and what it rests on: who is the parent, where that one's paper is asked."""
        self.needs.papers[word].add(name)
        _, _, role = name.partition(".")
        if word != "certified" or not role:
            return
        if role not in SIGNERS:
            raise UsageError(f"nobody signs as `{role}`; one of {', '.join(SIGNERS)}.{near(role, SIGNERS)}")
        if role == PARENT:
            self.needs.party.add("parent")

    def _further(self, path: str) -> str:
        """A hint at what a column leads on to under that name, such as `chip.tpp`; else where names are listed."""
        for name, column in self.columns.items():
            leads = {**PARTY, **PARTY_NAMED} if column.kind == "party" else ENTITIES.get(column.kind, {})
            if path.partition(".")[0] in leads:
                return f" Did you mean `{name}.{path}`?"
        return f" `compliance rules fields {self.title}` lists what it has."

    def _follow(self, found: ColumnExpr, at: str, rest: str) -> ColumnExpr:
        match found.kind:
            case "party":
                return self._party(found, at, rest)
            case "chip" | "site" | "model":
                return self._entity(found, at, rest)
            case "place":
                return self._place(found, at, rest)
            case _:
                raise UsageError(f"`{at}` of `{self.title}` has no `{rest}`")

    def _at(self, name: str, table: str, key: str, found: ColumnExpr, column: str, kind: str) -> str:
        """One dated join for all that is asked of one column: the row that holds on the row's date."""
        if name not in self._dated:
            self._dated[name] = dated = IntervalJoin(f"{name}@", table, key, found.get)
            if found.joined is not None:
                self._dated[found.joined].further.append(dated)
            else:
                self.join(name, dated.join)
        self._dated[name].asked[column] = kind
        return self._dated[name].prefix

    def _party(self, found: ColumnExpr, at: str, rest: str) -> ColumnExpr:
        word, _, name = rest.partition(".")
        column = party_column(rest)
        if column is not None:
            window(rest)
            pattern_signs.check(rest)
        elif word in PARTY and PARTY[word].kind == "place":
            return self._follow(self._party(found, at, word), f"{at}.{word}", name)
        else:
            hint = near(rest, PARTY) or near(word, (*PARTY, *PARTY_NAMED), f".{name}" if name else "")
            hint = hint or " `compliance rules fields party` lists what it has."
            raise UsageError(f"a party has no `{rest}`.{hint}")
        self.needs.party.add(rest)
        for stored_as, type_ in stored_types({rest: column}).items():
            prefix = self._at(at, "party_at", "party", found, stored_as, type_)
        return replace(stored_column(rest, column, prefix), joined=at)

    def _entity(self, found: ColumnExpr, at: str, rest: str) -> ColumnExpr:
        kind = found.kind
        word, _, more = rest.partition(".")
        columns = ENTITIES[kind]
        if word not in columns:
            raise UsageError(f"a {kind} has no `{word}`.{near(word, columns, f'.{more}' if more else '')}")
        self.needs.entities.add(kind)
        if kind in DATED_ENTITIES:
            for name, type_ in stored_types({word: columns[word]}).items():
                prefix = self._at(at, f"{kind}_at", kind, found, name, type_)
        else:
            right = relations.table({kind: "string", **stored_types(columns)}, name=f"{kind}_at")
            prefix = self.left(at, right, lambda t, r: [found.get(t) == r[f"{at}@{kind}"]])
        inner = replace(stored_column(word, columns[word], prefix), joined=at if kind in DATED_ENTITIES else None)
        return self._follow(inner, f"{at}.{word}", more) if more else inner

    def _place(self, found: ColumnExpr, at: str, rest: str) -> ColumnExpr:
        word, _, kind = rest.partition(".")
        if word != "arranged" or not kind:
            raise UsageError(f"a place has no `{rest}`; `arranged.KIND` asks whether an arrangement holds there")
        self.needs.arranged.add(kind)
        prefix = self._at(f"{at} as a place", "place_at", "place", found, rest, "boolean")
        return ColumnExpr("flag", lambda t: t[f"{prefix}{rest}"])

    def in_list(self, path: str, found: ColumnExpr, name: str) -> Get:
        """Whether the place at a path is on a list on the row's date; null where several places give two answers."""
        self.needs.lists.add(name)
        prefix = self._at(f"{path} as a place", "place_at", "place", found, name, "boolean")
        return lambda t: t[f"{prefix}{name}"]

    def _paper(self, path: str) -> ColumnExpr:
        """Whether a row has a paper (the words of `PAPERS`), or is `permitted.LIST`.

        A paper that is not there is not known; one that the line does not state or that did not follow, and a listing
        that is not there, are not.
        """
        right = relations.table(
            {"paper": "string", "table": "string", "row": "string", "holds": "boolean"}, name="papers"
        )
        right = right.filter(right.paper == path).select("table", "row", "holds")
        prefix = self.left(path, right, lambda t, r: [t["table"] == r[f"{path}@table"], t["id"] == r[f"{path}@row"]])
        if path.startswith(("certified.", "noticed.")):
            return ColumnExpr("flag", lambda t: t[f"{prefix}holds"])
        return ColumnExpr("flag", lambda t: t[f"{prefix}row"].notnull() & t[f"{prefix}holds"])


def equals(found: ColumnExpr, text: str) -> Get:
    """Whether the value is that text, three-valued where it may be one of several."""
    if found.kind in ("place", "names"):
        piece = f"{SEPARATOR}{text}{SEPARATOR}"

        def get(t: Expression) -> Expression:
            value = found.get(t)
            wrapped = expressions.literal(SEPARATOR) + value + SEPARATOR
            several = wrapped.contains(piece) | wrapped.contains(f"{SEPARATOR}?{SEPARATOR}")
            return expressions.cases(
                (value == text, True), (value.isnull() | several, expressions.null("boolean")), else_=False
            )

        return get
    return lambda t: found.get(t) == text
