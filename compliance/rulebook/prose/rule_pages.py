"""A rule, a test of ownership or a pack as a page of text, for people who never open YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from compliance.errors import InputError, UsageError, near
from compliance.ownership.capture.capture_test import CaptureTest, FlagRule
from compliance.rulebook.packs import CASES, Pack
from compliance.rulebook.parameters import Parameter
from compliance.rulebook.prose.page import Item, as_text
from compliance.rulebook.prose.terms import SITUATIONS, TABLES, amount
from compliance.rulebook.prose.wording import STEP, Wording
from compliance.rulebook.rule_models import Rule
from compliance.units import show
from compliance.world.io import rule_file

SURE = {
    "verified": "verified: read in the law",
    "secondary": "secondary: read in what others write of the law",
    "memory": "memory: recalled, not read",
    "design": "design: a choice of this pack",
}


def listing(packs: Iterable[Pack]) -> list[dict[str, str]]:
    """Every rule of the packs, and the tests of ownership of those that have some; `force` is the last that began."""
    found = []
    for pack in packs:
        said = {"pack": pack.id, "force": pack.file.force[-1].state if pack.file.force else ""}
        for rule in pack.rules:
            found.append(
                {
                    **said,
                    "rule": rule.id,
                    "in_answers": rule.name,
                    "topic": rule.topic,
                    "title": rule.title,
                    "outcome": rule.then.outcome,
                    "citation": rule.citation,
                    "confidence": rule.confidence,
                }
            )
        for name, test in pack.file.capture.items():
            found.append(
                {
                    **said,
                    "rule": name,
                    "in_answers": name,
                    "topic": "ownership",
                    "title": test.title,
                    "outcome": "captured or not",
                    "citation": _cited_bar(test) or pack.file.basis,
                    "confidence": pack.file.confidence,
                }
            )
    return found


def explain(packs: Sequence[Pack], name: str) -> str:
    """The page about the rule, test or pack of that name (`pack/rule` where several packs have it).

    Raises `UsageError` for a name that none of the packs has.
    """
    in_pack, _, last = name.rpartition("/")
    asked = [pack for pack in packs if in_pack in ("", pack.id)]
    pages = [page for pack in asked for page in _pages(pack, last)]
    if not pages:
        known = {word for p in packs for word in (p.id, *(w for r in p.rules for w in (r.id, r.name)), *p.file.capture)}
        raise UsageError(f"no rule, test or pack is called `{name}`.{near(last, known)}")
    return "\n\n".join("\n".join(as_text(page)) for page in pages) + "\n"


def handbook(packs: Iterable[Pack]) -> dict[str, list[Item]]:
    """Every page of these packs: of each pack, under its id, and of its rules and tests, under `pack/name`."""
    found: dict[str, list[Item]] = {}
    for pack in packs:
        for name in (pack.id, *(rule.id for rule in pack.rules), *pack.file.capture):
            page = _page(pack, name)
            if page is not None:
                found[name if name == pack.id else f"{pack.id}/{name}"] = page
    return found


def _pages(pack: Pack, name: str) -> list[list[Item]]:
    """The page of that name; of a name that answers give to several rules, the page of each of these."""
    page = _page(pack, name)
    if page is not None:
        return [page]
    return [list(_of_rule(pack, rule)) for rule in pack.rules if rule.name == name]


def _page(pack: Pack, name: str) -> list[Item] | None:
    if name == pack.id:
        return list(_of_pack(pack))
    rule = next((rule for rule in pack.rules if rule.id == name), None)
    if rule is not None:
        return list(_of_rule(pack, rule))
    test = pack.file.capture.get(name)
    return None if test is None else list(_of_test(pack, name, test))


# ---- pages


def _of_rule(pack: Pack, rule: Rule) -> Iterator[Item]:
    words = Wording(pack, rule)
    of = words.chosen(rule.of)
    yield from _head(rule.id, pack, rule.title)
    yield from _pairs(
        {
            "topic": rule.topic.replace("_", " "),
            "outcome": rule.then.outcome.replace("_", " ") + _policy(rule),
            "source": rule.citation,
            "seen": SURE[rule.confidence],
            "part of": rule.part_of or "",
            "assumes": rule.assumes,
            "note": rule.note,
        }
    )
    measure = pack.definitions.measures.get(of)
    looked = f"each total of “{measure.text}”" if measure else f"{TABLES.get(of, of)}, one by one"
    yield from _section("What it asks", [f"It looks at {looked}. All of these must hold:"])
    yield from _clause_items(words, rule, of)
    if measure is not None:
        yield from _section("What is added up", words.measure(of))
    yield from _section("Limits and choices", _parameters(pack, rule, words))
    yield from _section("What it says, its braces filled in", [f"“{rule.then.message}”"])
    cures = [remedy.text.replace("{quantity}", "so much") for remedy in rule.then.remedy]
    yield from _section("What would cure it", cures)
    yield from _section("Flags", (*rule.then.flags, *rule.then.flags_where))
    yield from _section("Lists", _lists(words, pack))
    yield from _tail(pack, rule)


def _of_test(pack: Pack, name: str, test: CaptureTest) -> Iterator[Item]:
    yield from _head(name, pack, test.title)
    yield from _pairs({"topic": "ownership", "outcome": "captured, not captured or undetermined"})
    lists = [
        f"{entry.list}{' under ' + ', '.join(entry.programs) if entry.programs else ''}"
        + _source(entry.citation, entry.confidence)
        for entry in test.lists
    ]
    yield from _section("Whose owners count: parties listed on", lists)
    bars = [
        f"{'from ' + bar.from_.isoformat() if bar.from_ else 'always'}: {show(bar.percent)} percent"
        f"{' or more' if bar.inclusive else ', and more than that'}{_source(bar.citation, bar.confidence)}"
        for bar in test.threshold
    ]
    yield from _section("How much captures", bars)
    together, of = "the stakes of all of them add up" if test.aggregate else "each of them alone", test.interests
    limbs = [f"stakes in {' or in '.join(of.capture)} count{_source(of.citation, of.confidence)}", together]
    limbs += [f"parties tied by {kind.replace('_', ' ')} are one" for kind in test.joint]
    limbs += [f"control by {word.replace('_', ' ')} captures too" for word in sorted(test.capturing)]
    limbs += [f"only companies outside {test.home}; those pass ownership on"] if test.foreign_only else []
    yield from _section("How they are counted", limbs)
    flags = [
        f"{flag}: {'; or '.join(_situations(raised))}" + _source(raised.citation, raised.confidence)
        for flag, raised in test.flags.items()
    ]
    yield from _section("Flags", flags)
    yield from _tail(pack, None)


WORDS_OF_FLAGS = ("means", "roles", "ties", "proxy_ties")


def _situations(flag: FlagRule) -> Iterator[str]:
    """When a flag is raised, with what the situations look for."""
    named = {name: ", ".join(getattr(flag, name)).replace("_", " ") for name in WORDS_OF_FLAGS}
    for situation in flag.when:
        figures = {"days": flag.days, "token_usd": show(flag.token_usd), "percent": show(flag.percent)}
        told = SITUATIONS.get(situation, situation).format(**named, **figures)
        yield told.replace("the lists", f"{', '.join(flag.lists)}") if flag.lists else told


def _of_pack(pack: Pack) -> Iterator[Item]:
    yield from _head(pack.id, pack, pack.file.title)
    seen = f"{SURE[pack.file.confidence]}{f'; as of {pack.file.seen}' if pack.file.seen else ''}"
    yield from _pairs({"basis": pack.file.basis, "seen": seen, "source": pack.file.source})
    yield from _section("Rules", (f"{rule.id}: {rule.title}" for rule in pack.rules))
    yield from _section("Tests of ownership", (f"{name}: {t.title}" for name, t in pack.file.capture.items()))
    needs = pack.definitions.requirements.values()
    yield from _section(
        "License requirements", (f"{need.text}{_source(need.citation, need.confidence)}" for need in needs)
    )
    routes = pack.definitions.routes.items()
    yield from _section("Routes", (line for name, route in routes for line in _route(pack, name)))
    yield from _section("Assumed", pack.file.assumes)
    yield from _tail(pack, None)


# ---- parts of pages


def _head(name: str, pack: Pack, title: str) -> Iterator[Item]:
    yield Item("head", title, f"{name} · {pack.id} · {pack.file.title}" if name != pack.id else name)


def _pairs(told: Mapping[str, str]) -> Iterator[Item]:
    yield from (Item("fact", text, name) for name, text in told.items() if text)


def _section(title: str, lines: Iterable[str]) -> Iterator[Item]:
    """A heading and its lines, each as deep as it is indented; nothing where there are no lines."""
    kept = list(lines)
    if kept:
        yield Item("section", title)
        yield from (_line(line) for line in kept)


def _line(text: str, under: int = 0, name: str = "") -> Item:
    return Item("line", text.strip(), name, under + (len(text) - len(text.lstrip())) // len(STEP))


def _clause_items(words: Wording, rule: Rule, of: str) -> Iterator[Item]:
    clauses = [("", *clause) for clause in rule.when.items()] + [("unless ", *clause) for clause in rule.unless.items()]
    for number, (unless, text, condition) in enumerate(clauses, 1):
        yield _line(f"{unless}{text}", name=f"{number}.")
        yield from (_line(line, under=1) for line in words.condition(condition, of))


def _parameters(pack: Pack, rule: Rule, words: Wording) -> Iterator[str]:
    for name, parameter in _named_parameters(pack, rule).items():
        yield f"{name}: {parameter.text}"
        for value in sorted(parameter.values, key=lambda v: v.from_.isoformat() if v.from_ else ""):
            since = f"from {value.from_}: " if value.from_ else ""
            yield f"{STEP}{since}{amount(parameter, value)}{_source(value.citation, value.confidence)}"
            yield from ([f"{STEP * 2}{value.note}"] if value.note else [])
        for factor in parameter.times:
            for line in words.condition(factor.when, words.chosen(rule.of)):
                yield f"{STEP}times {show(factor.factor)} if {line}{_source(factor.citation, factor.confidence)}"
        if parameter.one_of:
            yield f"{STEP}one of {', '.join(parameter.one_of)}"


def _named_parameters(pack: Pack, rule: Rule) -> dict[str, Parameter]:
    """The parameters that a rule, its measure and their fields name, as the page tells of them."""
    told = Wording(pack, rule)
    of = told.chosen(rule.of)
    asked = [*rule.when.values(), *rule.unless.values()]
    text = "\n".join(line for condition in asked for line in told.condition(condition, of))
    if of in pack.definitions.measures:
        text += "\n".join(told.measure(of))
    known = {**pack.definitions.parameters, **rule.parameters}
    choices = [] if isinstance(rule.of, str) else [rule.of.choose[1:]]
    choices += [rule.then.due.days[1:]] if rule.then.due else []
    return {name: p for name, p in known.items() if f"`{name}`" in text or name in choices}


def _route(pack: Pack, name: str) -> Iterator[str]:
    route = pack.definitions.routes[name]
    yield f"{name}: {route.title}{_source(route.citation, route.confidence)}"
    yield from (f"{STEP}{text}" for text in route.conditions)


def _lists(words: Wording, pack: Pack) -> Iterator[str]:
    """The lists that were told of: what each is, where it is written, who is on it."""
    for name in sorted(words.lists):
        if name in pack.lists.names:
            yield f"{name}: {pack.lists.title(name)} [{pack.lists.citation(name)}]"
        elif name in pack.party_lists:
            entry = pack.party_lists[name]
            yield f"{name}: {entry.title}{_source(entry.citation, entry.confidence)}"
            yield from (f"{STEP}{party.name}" for party in entry.parties)
        else:
            yield f"{name}: as the `listings` of the world say"


def _tail(pack: Pack, rule: Rule | None) -> Iterator[Item]:
    history = []
    for entry in (rule.force if rule else ()) or pack.file.force:
        since = f"from {entry.from_}" if entry.from_ else "always"
        history.append(f"{since}: {entry.state.replace('_', ' ')}{_source(entry.citation, entry.confidence)}")
        history += [f"{STEP}{entry.note}"] if entry.note else []
        if entry.enforced is not None:
            other = entry.enforced.state.replace("_", " ") if entry.enforced.state else "not known"
            note = f" ({entry.enforced.note})" if entry.enforced.note else ""
            history.append(f"{STEP}as enforced: {other}{note}")
    yield from _section("Standing in law", history)
    yield from _section("Cases", _cases(pack, rule))
    left = pack.file.not_encoded
    yield from _section(
        "What the pack leaves out",
        (f"{n.clause}{_source(n.citation, '')}{': ' + n.why if n.why else ''}" for n in left),
    )


def _cases(pack: Pack, rule: Rule | None) -> Iterator[str]:
    """The case files of the pack that name the rule's topic, with how many of their cases do."""
    for path in sorted(pack.folder.rglob(f"*{CASES}")):
        try:
            node = rule_file.read_rule_file(path)
        except InputError:
            continue
        cases = [case for case in node if isinstance(case, Mapping)] if isinstance(node, list) else []
        if rule is None or path.name == f"{rule.id}{CASES}":
            yield f"{pack.folder.name}/{path.relative_to(pack.folder)}: {len(cases)} cases"
            yield from (f"{STEP}{case.get('name', '')}" for case in cases if rule is not None)


def _policy(rule: Rule) -> str:
    policy = rule.then.review_policy
    return f", applications under a {policy.replace('_', ' ')}" if policy else ""


def _cited_bar(test: CaptureTest) -> str | None:
    return next((bar.citation for bar in test.threshold if bar.citation), None)


def _source(*words: str | None) -> str:
    told = ", ".join(filter(None, words))
    return f" [{told}]" if told else ""
