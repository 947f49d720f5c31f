"""Runs case files, those beside the rules and those from outside, through the functions of a user (contracts 5).

A case is a small world, a question and what the answer must hold. It fails if any part of that is missing or
is another, a reason as well as an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from compliance.authoring.cases.case_diff import mismatches
from compliance.decisions.audit import audit
from compliance.decisions.chip_questions import chips
from compliance.decisions.ownership_questions import own
from compliance.decisions.screen import screen
from compliance.decisions.setup import day_of, packs_on
from compliance.decisions.world_headroom import headroom
from compliance.detection.detectors import patterns
from compliance.errors import ComplianceError, InputError, Problem, UsageError, near
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import CASES, PACK_FILE, SHARED, Pack, load_pack, load_packs, pack_ids
from compliance.world.io.load import load_world, parse_orders, parse_world
from compliance.world.io.rule_file import OpenDay, RuleDataModel, line_of, parse, read_rule_file
from compliance.world.world import World

CASE_FOLDER = "cases"
Run = Literal["audit", "screen", "headroom", "own", "chips", "patterns"]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """How the cases went: a line for each that failed, with its file and line, and the counts."""

    lines: tuple[str, ...]
    passed: int
    failed: int


class Case(RuleDataModel):
    """One case as written; `id`, `stage`, `why`, `source` and `confidence` are for the reader."""

    id: str = ""
    name: Annotated[str, Field(min_length=1)]
    stage: str = ""
    source: str = ""
    why: str = ""
    confidence: str = ""
    as_of: OpenDay = None
    packs: tuple[str, ...] = ()
    posture: Literal["as-written", "as-enforced", "both"] = "both"
    world: Any
    run: Run
    with_: Annotated[dict[str, Any], Field(alias="with")] = {}
    expect: Annotated[dict[str, Any], Field(min_length=1)]

    @property
    def label(self) -> str:
        """The case as a line of the report names it."""
        return f"{self.id} ({self.name})" if self.id else self.name


def test(paths: Sequence[str | Path]) -> CaseReport:
    """Runs all cases of these files, folders or packs; of every pack where there are none of these.

    Raises `UsageError` for a path at which there are no cases.
    """
    lines: list[str] = []
    passed = failed = 0
    for path in case_files(paths):
        for told in CaseFile(path).outcomes():
            lines += told
            passed, failed = (passed, failed + 1) if told else (passed + 1, failed)
    return CaseReport(tuple(lines), passed, failed)


test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def case_files(paths: Sequence[str | Path] = ()) -> list[Path]:
    """The case files that these paths or names of packs mean; without any, those of every pack."""
    known = pack_ids()
    found: list[Path] = []
    for path in paths or [rules_folder()]:
        place = rules_folder() / path if not Path(path).exists() and str(path) in known else Path(path)
        if place.is_dir():
            inside = sorted(place.rglob("*.yaml"))
            own_cases = [p for p in inside if p.name.endswith(CASES) or p.absolute().parent.name == CASE_FOLDER]
            files = own_cases or ([] if (place / PACK_FILE).is_file() else sorted(place.glob("*.yaml")))
            if not files:
                raise UsageError(f"`{path}` holds no case files, such as `my_rule{CASES}`")
            found += files
        elif place.is_file():
            found.append(place)
        else:
            raise UsageError(f"`{path}` is no file, folder or pack.{near(str(path), known)}")
    return list(dict.fromkeys(found))


class CaseFile:
    """The cases of one file; `packs` stand in for those of the same ids."""

    def __init__(self, path: Path, packs: Mapping[str, Pack] | None = None) -> None:
        self.path = path
        self._packs: dict[str, Pack] = dict(packs or {})
        self._unread: set[str] = set()

    def outcomes(self) -> Iterator[list[str]]:
        """For each case what is wrong, nothing where it passes."""
        for line, case in self.cases():
            if isinstance(case, InputError):
                yield [str(problem) for problem in case.problems]
                continue
            told = "; ".join(self.check_case(case))
            yield [f"{Problem(str(self.path), line, case.label)}: {told}"] if told else []

    def cases(self) -> Iterator[tuple[int, Case | InputError]]:
        """Each case with its line, or what is wrong with it."""
        try:
            node = read_rule_file(self.path)
        except InputError as wrong:
            yield 0, wrong
            return
        if not isinstance(node, list) or not node:
            yield 0, InputError([Problem(str(self.path), line_of(node), "a case file is a list of cases")])
            return
        for item in node:
            try:
                yield line_of(item), parse(Case, item, str(self.path), _case_name(item))
            except InputError as wrong:
                yield line_of(item), wrong

    def check_case(self, case: Case) -> list[str]:
        """What is wrong with the answer to a case, nothing where it agrees."""
        try:
            got = self.answer(case)
        except ComplianceError as wrong:
            return [" | ".join(str(wrong).splitlines())]
        except Exception as fault:  # a fault of ours must not hide the other cases
            return [f"stopped by a fault of this program: {type(fault).__name__}: {fault}"]
        return list(mismatches(case.expect, got))

    def answer(self, case: Case) -> Mapping[str, Any]:
        """What the program says to a case; raises what is wrong with the case or its world."""
        _options(case)
        return _RUNS[case.run](self, case)

    # ---- what a case runs on

    def world(self, case: Case) -> World:
        """The world of a case."""
        if isinstance(case.world, str) and case.world:
            return load_world(self.path.parent / case.world)
        return parse_world(case.world or {}, str(self.path))

    def _asked(self, case: Case, world: World) -> tuple[Pack, ...] | None:
        """The packs of the case with its parameters; `None` stands for those of the day."""
        packs = tuple(self._pack(name) for name in case.packs) or None
        values = case.with_.get("parameters") or {}
        if not values:
            return packs
        packs = packs_on(day_of(world, case.as_of), packs)
        known = {name for pack in packs for name in pack.parameters()}
        for name in values:
            if name not in known:
                raise UsageError(f"no pack of the case has a parameter `{name}`.{near(name, known)}")
        return tuple(pack.with_parameters(values) for pack in packs)

    def _pack(self, name: str) -> Pack:
        """The pack of that name: the one that the file lies in or beside, else one that ships."""
        if name in self._unread:
            raise UsageError(f"the pack `{name}` cannot be read, as told above")
        if name not in self._packs:
            self._unread.add(name)
            folders = [folder / name for folder in self.path.absolute().parents]
            beside = next((folder for folder in folders if (folder / PACK_FILE).is_file()), None)
            if beside is None or beside.parent == rules_folder():
                (self._packs[name],) = load_packs([name])
            else:
                own_shared = beside.parent / SHARED
                shared = own_shared if own_shared.is_dir() else rules_folder() / SHARED
                self._packs[name] = load_pack(beside, shared)
            self._unread.remove(name)
        return self._packs[name]

    # ---- what a case runs

    def audit(self, case: Case) -> Mapping[str, Any]:
        world = self.world(case)
        return audit(world, self._asked(case, world), case.as_of, case.posture).model_dump(mode="json")

    def screen(self, case: Case) -> Mapping[str, Any]:
        world = self.world(case)
        orders, problems = parse_orders(case.with_.get("orders"), str(self.path), world)
        packs = self._asked(case, world)
        return screen(world, orders, packs, case.as_of, case.posture, problems).model_dump(mode="json")

    def headroom(self, case: Case) -> Mapping[str, Any]:
        world = self.world(case)
        options: dict[str, Any] = {k.replace("-", "_"): str(v) for k, v in case.with_.items() if k != "parameters"}
        packs = self._asked(case, world)
        return headroom(world, **options, packs=packs, as_of=case.as_of, posture=case.posture)

    def own(self, case: Case) -> Mapping[str, Any]:
        options = {k: v for k, v in case.with_.items() if k not in ("parameters", "parties")}
        parties = tuple(case.with_.get("parties") or ())
        return own(self.world(case), parties, as_of=case.as_of, posture=case.posture, **options)

    def chips(self, case: Case) -> Mapping[str, Any]:
        return chips(tuple(case.with_.get("names") or ()), self.world(case), case.as_of)

    def patterns(self, case: Case) -> Mapping[str, Any]:
        return patterns(self.world(case), case.as_of, parameters=case.with_.get("parameters"))


_RUNS: dict[str, Callable[[CaseFile, Case], Mapping[str, Any]]] = {
    "audit": CaseFile.audit,
    "screen": CaseFile.screen,
    "headroom": CaseFile.headroom,
    "own": CaseFile.own,
    "chips": CaseFile.chips,
    "patterns": CaseFile.patterns,
}
_OPTIONS: dict[str, tuple[str, ...]] = {
    "audit": (),
    "screen": ("orders",),
    "headroom": (
        "chip", "consignee", "operator", "country", "site", "exporter", "end_user", "end-user", "authorization",
        "fail_on", "fail-on",
    ),
    "own": ("parties", "test", "undisclosed", "owner"),
    "chips": ("names",),
    "patterns": (),
}  # fmt: skip
_NEEDED = {"screen": "orders", "headroom": "chip", "own": "test"}
_LISTS = ("orders", "parties", "names")
_WORDS = ("parties", "names")


def _options(case: Case) -> None:
    """Raises `UsageError` for an option of `with` that its run does not have, or that is missing."""
    known = (*_OPTIONS[case.run], "parameters")
    for name, value in case.with_.items():
        if name not in known:
            raise UsageError(f"`with`: `{case.run}` has no option `{name}`.{near(name, known)}")
        if name == "parameters" and not isinstance(value, Mapping):
            raise UsageError("`with`: `parameters` is a mapping of names to values")
        if (name in _LISTS) != isinstance(value, list) and name != "parameters":
            raise UsageError(f"`with`: `{name}` takes {'a list' if name in _LISTS else 'one value'}")
        words = value if name in _WORDS and isinstance(value, list) else [] if name in _LISTS else [value]
        if name != "parameters" and not all(isinstance(word, str) for word in words):
            raise UsageError(f"`with`: `{name}` takes text, not a list or a mapping")
    needed = _NEEDED.get(case.run)
    if needed is not None and needed not in case.with_:
        raise UsageError(f"`with`: `{case.run}` needs `{needed}`")


def _case_name(item: object) -> str:
    """What a case that cannot be read is called."""
    named = (item.get("id") or item.get("name")) if isinstance(item, Mapping) else None
    return str(named) if isinstance(named, str) else ""
