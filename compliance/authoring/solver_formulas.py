"""Conditions as formulas of Kleene's strong logic for the solver z3: what could hold of any row at all.

Each condition becomes two formulas, that it holds and that it fails; where neither is true it is not known. An amount
is an interval that may be open above, a text or a truth value is known or not. Membership of lists, and what values a
word may take, are left open unless told: what is proven is then proven for every list.

Needs `z3-solver` (extra `author`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any as Formula
from typing import Literal

import z3

from compliance.rulebook.conditions import All, Any, Condition, Not, Test

Kind = Literal["amount", "date", "text", "flag"]


@dataclass(frozen=True)
class TruthFormulas:
    """The formulas that a condition holds and that it fails; both false: not known."""

    true: Formula
    false: Formula


@dataclass(frozen=True)
class Word:
    """What is known of the values at a path before any row is seen."""

    kind: Kind
    choices: tuple[str, ...] = ()
    always: bool = False
    """Whether a value always stands there."""
    signed: bool = False
    """Whether an amount may be below zero."""


@dataclass
class Logic:
    """The variables and axioms of one proof; `word` tells the kind of a path, `limits` the values of a parameter
    (none: any).

    `members` gives the members of the list that is asked of a path, `None` where a proof is to hold for any.
    """

    word: Callable[[str], Word]
    limits: Callable[[str], Sequence[Fraction | date]]
    members: Callable[[str, str], Sequence[str] | None] = lambda path, name: None
    axioms: list[Formula] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)
    _amounts: dict[str, tuple[Formula, Formula, Formula]] = field(default_factory=dict)
    _known: dict[str, tuple[Formula, Formula, Formula]] = field(default_factory=dict)
    _limits: dict[str, Formula] = field(default_factory=dict)

    def held(self, condition: Condition) -> TruthFormulas:
        """The formulas of a condition."""
        match condition:
            case Test():
                return self._test(condition)
            case Not(item):
                inner = self.held(item)
                return TruthFormulas(inner.false, inner.true)
            case All(items):
                parts = [self.held(item) for item in items]
                return TruthFormulas(z3.And([p.true for p in parts]), z3.Or([p.false for p in parts]))
            case Any(items):
                parts = [self.held(item) for item in items]
                return TruthFormulas(z3.Or([p.true for p in parts]), z3.And([p.false for p in parts]))

    def possible(self, *formulas: Formula) -> z3.ModelRef | None:
        """A row of which all of these are true, or `None` where there is none. Raises `TimeoutError`."""
        solver = z3.Solver()
        solver.set("timeout", 20_000)
        solver.add(*self.axioms, *formulas)
        answer = solver.check()
        if answer == z3.unknown:
            raise TimeoutError("the solver did not decide within 20 seconds")
        return solver.model() if answer == z3.sat else None

    def same(self, one: Condition, other: Condition) -> bool:
        """Whether no row tells the two conditions apart, by holding, failing or not being known."""
        first, second = self.held(one), self.held(other)
        return self.possible(z3.Or(first.true != second.true, first.false != second.false)) is None

    def between(self, path: str, since: date, until: date) -> None:
        """Has the date at a path be known, from the one day to before the other."""
        known, _, at = self._column(path)
        self.axioms += [known, at >= since.toordinal(), at < until.toordinal()]

    def shown(self, model: z3.ModelRef) -> dict[str, str]:
        """What a model says of each path: a value, or `not known`."""
        names = {code: text for text, code in self.texts.items()}
        found: dict[str, str] = {}
        for path, (known, _, value) in sorted(self._known.items()):
            if not z3.is_true(model.eval(known, model_completion=True)):
                found[path] = "not known"
            elif z3.is_bool(value):
                found[path] = str(model.eval(value, model_completion=True)).lower()
            else:
                code = model.eval(value, model_completion=True).as_long()
                dated = self.word(path).kind == "date"
                found[path] = str(date.fromordinal(code)) if dated else names.get(code, "something else")
        for path, (low, high, open_) in sorted(self._amounts.items()):
            least, most = (model.eval(v, model_completion=True) for v in (low, high))
            unbounded = z3.is_true(model.eval(open_, model_completion=True))
            found[path] = f"{least} or more" if unbounded else str(least) if least.eq(most) else f"{least} to {most}"
        return found

    # ---- one question

    def _test(self, test: Test) -> TruthFormulas:
        path, value = test.path, test.value
        if path.startswith("?"):
            return TruthFormulas(z3.BoolVal(False), z3.BoolVal(False))
        kind = self.word(path).kind
        if test.op == "given":
            there = z3.Not(self._amount(path)[2]) if kind == "amount" else self._column(path)[1]
            return TruthFormulas(there, z3.Not(there)) if value else TruthFormulas(z3.Not(there), there)
        if kind == "amount":
            return self._compare(test)
        known, _, at = self._column(path)
        if kind == "date":
            limit = self._limit(str(value), dated=True)
            asked = {"gt": at > limit, "ge": at >= limit, "lt": at < limit, "le": at <= limit}[test.op]
        elif kind == "flag":
            asked = at == bool(value)
        elif test.op == "same":
            other, _, there = self._column(str(value))
            known, asked = z3.And(known, other), at == there
        elif test.op == "in_list":
            asked = self._member(path, str(value), at)
        elif test.op == "mentions":
            words = value if isinstance(value, tuple) else (str(value),)
            asked = z3.Or([_of_texts(f"mentions {word}")(at) for word in words])
        else:
            words = value if isinstance(value, tuple) else (str(value),)
            asked = z3.Or([at == self.code(word) for word in words])
        return TruthFormulas(z3.And(known, asked), z3.And(known, z3.Not(asked)))

    def _compare(self, test: Test) -> TruthFormulas:
        low, high, open_ = self._amount(test.path)
        text = str(test.value)
        if self._is_path(text):
            least, most, unbounded = self._amount(text)
        else:
            least = most = self._limit(text)
            unbounded = z3.BoolVal(False)
        match test.op:
            case "gt":
                return TruthFormulas(z3.And(~unbounded, low > most), z3.And(~open_, high <= least))
            case "ge":
                return TruthFormulas(z3.And(~unbounded, low >= most), z3.And(~open_, high < least))
            case "lt":
                return TruthFormulas(z3.And(~open_, high < least), z3.And(~unbounded, low >= most))
            case _:
                return TruthFormulas(z3.And(~open_, high <= least), z3.And(~unbounded, low > most))

    # ---- variables

    def code(self, text: str) -> int:
        """The number that stands for a text."""
        return self.texts.setdefault(text, len(self.texts))

    def _amount(self, path: str) -> tuple[Formula, Formula, Formula]:
        if path not in self._amounts:
            low, high, open_ = z3.Real(f"{path} low"), z3.Real(f"{path} high"), z3.Bool(f"{path} open")
            self._amounts[path] = low, high, open_
            self.axioms += [low <= high] if self.word(path).signed else [low >= 0, low <= high]
            self._order_totals(path)
        return self._amounts[path]

    def _order_totals(self, path: str) -> None:
        """A total before its last line is no more than the total."""
        for part in (path, *self._amounts):
            whole = _whole_of(part)
            if whole in self._amounts and path in (part, whole):
                (low, high, open_), (most_low, most_high, most_open) = self._amounts[part], self._amounts[whole]
                self.axioms += [low <= most_low, high <= most_high, z3.Implies(open_, most_open)]

    def _column(self, path: str) -> tuple[Formula, Formula, Formula]:
        if path not in self._known:
            word = self.word(path)
            known, there = z3.Bool(f"{path} known"), z3.Bool(f"{path} there")
            value = z3.Bool(f"{path} value") if word.kind == "flag" else z3.Int(f"{path} value")
            self._known[path] = known, there, value
            self.axioms.append(z3.Implies(known, there))
            if word.kind == "date":
                self.axioms += [value >= 1, value <= date.max.toordinal()]
            if word.choices:
                self.axioms.append(z3.Or([value == self.code(choice) for choice in word.choices]))
            if word.always:
                self.axioms.append(known)
        return self._known[path]

    def _limit(self, text: str, dated: bool = False) -> Formula:
        if not text.startswith("$"):
            return date.fromisoformat(text).toordinal() if dated else z3.RealVal(str(Fraction(text)))
        if text not in self._limits:
            value = z3.Int(text) if dated else z3.Real(text)
            options = [o.toordinal() if isinstance(o, date) else z3.RealVal(str(o)) for o in self.limits(text[1:])]
            if options:
                self.axioms.append(z3.Or([value == option for option in options]))
            self._limits[text] = value
        return self._limits[text]

    def _member(self, path: str, name: str, at: Formula) -> Formula:
        members = self.members(path, name)
        if members is None:
            return _of_texts(f"on {name}")(at)
        return z3.Or([at == self.code(member) for member in members])

    @staticmethod
    def _is_path(text: str) -> bool:
        if text.startswith("$"):
            return False
        try:
            Fraction(text)
        except ValueError:
            return True
        return False


def _of_texts(name: str) -> Formula:
    """Something that is true of some texts, it is not said of which."""
    return z3.Function(name, z3.IntSort(), z3.BoolSort())


def _whole_of(path: str) -> str:
    """The path of the total of which this is what stood before the last line; nothing for other paths."""
    base, found, _ = path.partition("before_last")
    return (base.removesuffix(".") or "measure") if found else ""
