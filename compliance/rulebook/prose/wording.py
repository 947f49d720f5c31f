"""What a pack's YAML asks, in plain words: paths, conditions, parameters, measures.

Columns are the contract's words; everything else (fields, lists, measures, limits) is told as the pack defines it.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance import units
from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.packs import Pack
from compliance.rulebook.prose import terms
from compliance.rulebook.prose.terms import (
    COMPARED,
    COMPARED_DAYS,
    NOUNS,
    PERIODS,
    TABLES,
    TRUTHS,
    amount,
    format_number,
)
from compliance.rulebook.rule_models import (
    Choice,
    Chosen,
    Days,
    DerivedField,
    Greatest,
    Measure,
    Minus,
    Plus,
    Rule,
    Times,
)

STEP = "  "


class Wording:
    """The words of one pack; `brief` where its own fields are only named, not written out."""

    def __init__(self, pack: Pack, rule: Rule | None = None, brief: bool = False) -> None:
        self.pack = pack
        self.rule = rule
        self.brief = brief
        self.lists: dict[str, None] = {}
        """Lists that were told of, in order."""
        self._told: set[tuple[str, str, bool]] = set()

    # ---- conditions

    def condition(self, asked: Condition, of: str, depth: int = 0, yes: bool = True) -> Iterator[str]:
        """A condition (or with `yes` false its contrary), a question a line, indented where it is nested."""
        match asked:
            case Test():
                yield from self._test(asked, of, depth, yes)
            case Not(item):
                yield from self.condition(item, of, depth, not yes)
            case All(items) | Any(items):
                every = isinstance(asked, All) == yes
                if len(items) > 1:
                    yield f"{STEP * depth}{'all of these:' if every else 'one of these:'}"
                for item in items:
                    yield from self.condition(item, of, depth + (len(items) > 1), yes)

    def _test(self, test: Test, of: str, depth: int, yes: bool) -> Iterator[str]:
        indent = STEP * depth
        if test.path.startswith("?"):
            yield f"{indent}{test.path[1:]}, which no table tells"
            return
        head, _, rest = test.path.partition(".")
        if head == "route" and rest in self.pack.definitions.routes:
            held = yes == (test.value is True)
            yield f"{indent}{self.pack.definitions.routes[rest].title} {'covers it' if held else 'does not cover it'}"
            return
        measure = self.pack.definitions.measures.get(of)
        if measure is not None and test.path in measure.flags:
            lines = list(self.condition(measure.flags[test.path], measure.of or ""))
            yield f"{indent}{'for some row' if yes == test.value else 'for no row'}, {lines[0]}"
            yield from (f"{indent}{line}" for line in lines[1:])
            return
        inner = self._field(test.path, of)
        if inner is None or test.op != "is" or not isinstance(test.value, bool):
            yield indent + self._plain(test, of, yes)
            return
        name, condition, prefix = inner
        held = yes == test.value
        whose = f"{self.path(prefix, of)}: " if prefix else ""
        named = f"{'' if held else 'not '}{name.replace('_', ' ')}"
        if self.brief:
            yield f"{indent}{whose}{named}"
            return
        lines = list(self.condition(condition, "party" if prefix else of, 0, held))
        if len(lines) == 1:
            yield f"{indent}{whose}{lines[0]}"
            return
        told = ("party" if prefix else of, name, held)
        if told in self._told:
            yield f"{indent}{whose}{named}, as above"
            return
        self._told.add(told)
        yield f"{indent}{whose}{named}, that is {lines[0]}"
        yield from (f"{indent}{line}" for line in lines[1:])

    def _field(self, path: str, of: str) -> tuple[str, Condition, str] | None:
        """A field of the pack that stands for a condition: its name, the condition, and whose it is."""
        fields = self.pack.definitions.fields
        own = fields.get(of, {}).get(path)
        if isinstance(own, Test | All | Any | Not):
            return path, own, ""
        prefix, _, last = path.rpartition(".")
        theirs = fields.get("party", {}).get(last)
        if prefix and isinstance(theirs, Test | All | Any | Not):
            return last, theirs, prefix
        return None

    def _plain(self, test: Test, of: str, yes: bool) -> str:
        head, _, rest = test.path.partition(".")
        owner, _, last = test.path.rpartition(".")
        before, _, word = owner.rpartition(".")
        held = yes == (test.value is not False)
        if head == "certified":
            kind, _, role = rest.partition(".")
            whose = f" of {self.path('consignee.parent' if role == 'parent' else role, of)}" if role else ""
            return f"a certification of kind {kind}{whose} is {'' if held else 'not '}on record"
        if head == "stated":
            return f"the line states {'a' if held else 'no'} certification of kind {rest}"
        if head == "noticed":
            kind, _, days = rest.partition(".")
            return f"{'a' if held else 'no'} {kind} certification was given at least {days} days before"
        if head == "followed":
            return f"{'a' if held else 'no'} certification of kind {rest} was given on that day or later"
        word, before = (word, before) if before or word else (owner, "")
        if word in terms.NAMED and isinstance(test.value, bool):
            return self._named_list(word, self.path(before, of) if before else "it", last, yes == test.value)
        if word == "limb":
            return f"by the test `{last}` {self.path(before, of)} {self._predicate(test, of, yes)}"
        if isinstance(test.value, bool) and test.op == "is" and last in TRUTHS:
            told = TRUTHS[last][yes != test.value]
            return f"{self.path(owner, of)} is {told}" if owner else told
        subject = self.path(test.path, of)
        if test.op == "same":
            return f"{subject} is {'' if yes else 'not '}the same as {self.path(str(test.value), of)}"
        return f"{subject} {self._predicate(test, of, yes)}"

    def _named_list(self, word: str, whose: str, name: str, held: bool) -> str:
        match word:
            case "kin":
                place = f"of the family of a party on the list {self._list(name)}"
            case "listed":
                place = f"on the list {self._list(name)}"
            case "restructured":
                place = f"restructured within {name} days"
            case "left_listed":
                place = f"out of the hands of a party within {name} days of that party's listing"
            case "captured":
                place = f"captured by the test `{name}`"
            case "once":
                ends = "on an earlier day and is no longer" if held else "on an earlier day, or still is"
                return f"{whose} was {'' if held else 'not '}on the list {self._list(name)} {ends}"
            case "flagged":
                return f"the test of ownership raises {'the' if held else 'no'} flag `{name}` about {whose}"
            case "shares_address":
                return f"{whose} has {'' if held else 'not '}the address of a party on the list {self._list(name)}"
            case "shares_people":
                who = "somebody" if held else "nobody"
                return f"{who} with a role in {whose} has or had one in a party on the list {self._list(name)}"
            case "takes_over":
                return f"{whose} takes over {'' if held else 'no '}orders of a party on the list {self._list(name)}"
            case "held_from":
                who = "somebody" if held else "nobody"
                return f"{who} of a country on the list {self._list(name)} holds a stake in {whose}"
            case "signed":
                told = f"{whose} is {'' if held else 'not '}found in the pattern `{name}`"
                return told if held else f"{told}, or it was dismissed"
            case "sign_flag":
                return f"{'a' if held else 'no'} sign that a search found of {whose} carries the flag `{name}`"
            case "on_record":
                return f"{'a' if held else 'no'} {name} certification of the ultimate parent of {whose} is on record"
            case "permitted":
                return f"{'a' if held else 'no'} party of {whose} is listed as {name} for its destination"
            case _:
                an = "an" if held else "no"
                return f"{an} arrangement of kind `{name}` holds for {whose}"
        return f"{whose} is {'' if held else 'not '}{place}"

    def _predicate(self, test: Test, of: str, yes: bool) -> str:
        match test.op:
            case "is":
                if isinstance(test.value, bool):
                    return f"is {'true' if yes == test.value else 'false'}"
                return f"is {'' if yes else 'not '}{test.value}"
            case "in":
                assert isinstance(test.value, tuple)
                words = " or ".join(map(str, test.value))
                return f"is {words}" if yes else f"is none of {', '.join(map(str, test.value))}"
            case "mentions":
                assert isinstance(test.value, tuple)
                return f"{'mentions' if yes else 'does not mention'} {' or '.join(map(str, test.value))}"
            case "in_list":
                return f"is {'' if yes else 'not '}on the list {self._list(str(test.value))}"
            case "given":
                return "is named" if yes == test.value else "is not named"
        dated = test.path.split(".")[-1] in ("date", "published")
        verb = (COMPARED_DAYS if dated else COMPARED)[test.op][not yes]
        return f"{verb} {self.limit(str(test.value), of)}"

    # ---- words

    def path(self, path: str, of: str) -> str:
        """Where a path leads: `consignee.parent.headquarters` is the headquarters of the ultimate parent of ..."""
        alias = self.pack.definitions.fields.get(of, {}).get(path.partition(".")[0])
        if isinstance(alias, str):
            _, dot, rest = path.partition(".")
            return self.path(f"{alias}{dot}{rest}", of)
        if isinstance(alias, DerivedField):
            last = alias.first[-1].value
            others = [self.path(case.value, of) for case in alias.first[:-1]]
            return f"{self.path(last, of)} (or {' or '.join(others)}, see `{path}`)" if others else self.path(last, of)
        if isinstance(alias, Plus):
            return " plus ".join(self.path(one, of) for one in alias.plus)
        if isinstance(alias, Greatest):
            return f"the greatest of {' and '.join(self.path(one, of) for one in alias.greatest)}"
        if isinstance(alias, Times):
            return " times ".join(self.limit(o).replace(" times", "") if o[0] == "$" else self.path(o, of)
                                  for o in alias.times)  # fmt: skip
        if isinstance(alias, Minus):
            return " less ".join(self.path(one, of) for one in alias.minus)
        if isinstance(alias, Days):
            first, last = (self.path(one, of) for one in alias.days)
            return f"the number of days from {first} to {last}"
        head, _, rest = path.partition(".")
        if head == "measure" and rest:
            name, _, column = rest.partition(".")
            measure = self.pack.definitions.measures.get(name)
            told = f"“{measure.text}”" if measure else f"`{name}`"
            return f"the {NOUNS.get(column, column)} of {told}" if column else told
        steps = path.split(".")
        if len(steps) > 1 and steps[-2] == "listed_kin":
            whose = self.path(".".join(steps[:-2]), of)
            return f"the party on the list {self._list(steps[-1])} in the family of {whose}"
        if len(steps) > 1 and steps[-2] == "sign_group":
            whose = self.path(".".join(steps[:-2]), of)
            return f"the group with which a search found {whose} in the pattern `{steps[-1]}`"
        measure = self.pack.definitions.measures.get(of)
        if steps == ["measure"] and measure is not None and measure.part is not None:
            return "the share"
        return " of ".join(f"the {NOUNS.get(step, step.replace('_', ' '))}" for step in reversed(steps))

    def limit(self, text: str, of: str = "") -> str:
        """What a comparison is with: a parameter with its value, a number, a day, or a path or field of a table."""
        if text.startswith("$"):
            name = text[1:]
            parameter = self.pack.parameter(name, self.rule)
            if len(parameter.values) == 1 and not parameter.times:
                return f"{amount(parameter, parameter.values[0])} (`{name}`)"
            return f"the `{name}` of its day"
        try:
            return format_number(units.exact(text))
        except ValueError:
            return self.path(text, of) if of and text[0].isalpha() else text

    def chosen(self, choice: Chosen) -> str:
        """The word that a parameter picks, or the word itself."""
        if not isinstance(choice, Choice):
            return choice
        return choice.among.get(self.pack.parameter(choice.choose[1:], self.rule).values[-1].value, "")

    def _list(self, name: str) -> str:
        self.lists[name] = None
        if name in self.pack.lists.names:
            return f"“{self.pack.lists.title(name)}”"
        found = self.pack.party_lists.get(name)
        return f"“{found.title}”" if found else f"`{name}`"

    # ---- measures

    def measure(self, name: str) -> Iterator[str]:
        """What a measure adds up, for whom, and which rows count."""
        measure = self.pack.definitions.measures[name]
        yield f"{measure.text}, in {measure.unit}"
        if measure.part is not None:
            part, whole = self.chosen(measure.part), self.chosen(measure.whole or measure.to or "")
            yield f"{STEP}the first in percent of the second{', of which it is a part' if measure.whole else ''}:"
            for side in (part, whole):
                yield from (f"{STEP * 2}{line}" for line in self.measure(side))
            return
        of = measure.of or ""
        yield f"{STEP}{self._sum_text(measure, of)}"
        yield f"{STEP}of {TABLES.get(of, of)}"
        if measure.where is not None:
            lines = list(self.condition(measure.where, of))
            yield f"{STEP}that count if {lines[0]}"
            yield from (f"{STEP}{line}" for line in lines[1:])

    def _sum_text(self, measure: Measure, of: str) -> str:
        if measure.count == "rows":
            what = "the number of rows"
        elif measure.count is not None:
            what = f"how many different ones there are of {self.path(measure.count, of)}"
        elif measure.max is not None:
            what = f"the greatest of {self.path(measure.max, of)}"
        elif isinstance(measure.sum, tuple):
            what = f"the sum of {' times '.join(self.path(path, of) for path in measure.sum)}"
        else:
            what = f"the sum of {self.path(self.chosen(measure.sum or ''), of)}"
        by = measure.by
        if by is None:
            return what
        keys = [self.path(self.chosen(by.id), of), *([self.path(self.chosen(by.key), of)] if by.key else [])]
        keys = [key.removeprefix("the ") for key in keys]
        keys += [PERIODS[by.period]] if by.period in PERIODS else []
        told = f"{what}, for each {' and each '.join(keys)}"
        if by.period in PERIODS:
            return told
        if by.period:
            start, _, end = by.period.partition("/")
            told += f", from {self.limit(start)} to before {self.limit(end)}"
        return told + (f", in the {measure.rolling_days} days in which it is greatest" if measure.rolling_days else "")
