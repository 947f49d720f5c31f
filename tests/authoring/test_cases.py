"""Case files: every case beside the rules agrees, and one that should fail fails, with its line and the difference."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compliance.authoring.cases import case_runs
from compliance.authoring.cases.case_diff import mismatches
from compliance.authoring.cases.case_match import agrees
from compliance.errors import UsageError
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import load_packs

WORLD = """  as_of: 2026-06-30
  packs: [diffusion_headline]
  world:
    companies: [{id: kuala, headquarters: MY}]
    shipments:
      - {id: s1, date: 2025-03-01, consignee: kuala, to_country: MY, chip: H100, quantity: 50001, movement: export, authorization: license}
  run: audit
"""


def written(folder: Path, text: str, name: str = "own.cases.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path, text: str) -> list[str]:
    """The lines of the report on one file, without the path to the test's folder."""
    report = case_runs.test([written(folder, text)])
    return [line.replace(f"{folder}/", "") for line in report.lines]


class Kept(case_runs.CaseFile):
    """A case file that keeps the findings that its cases gave."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.findings: list[Mapping[str, Any]] = []

    def answer(self, case: case_runs.Case) -> Mapping[str, Any]:
        got = super().answer(case)
        self.findings += got.get("findings", ())
        return got


@pytest.mark.parametrize("path", case_runs.case_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_cases_beside_the_rules_agree_and_say_what_is_missing(path: Path) -> None:
    kept = Kept(path)
    outcomes = list(kept.outcomes())

    assert [told for told in outcomes if told] == []
    assert len(outcomes) >= 3
    for finding in kept.findings:
        open_ = [clause["text"] for clause in finding["clauses"] if clause["holds"] is None]
        if finding["certainty"] == "possible" and open_:  # without, it is possible as the force is not confirmed
            assert finding["missing"], (finding["rule"], finding["subject"], open_)
            assert set(open_) <= {f"unless {gap['settles']}" for gap in finding["missing"]} | {
                gap["settles"] for gap in finding["missing"]
            }, (finding["rule"], finding["subject"])
            assert open_[0].removeprefix("unless ") in finding["message"]


def test_every_rule_has_its_own_case_file_in_which_it_fires_and_in_which_it_does_not() -> None:
    for pack in load_packs():
        for rule in pack.rules:
            node = case_runs.read_rule_file(pack.folder / f"{rule.id}.cases.yaml")
            assert isinstance(node, list)
            expects = [case["expect"] for case in node]
            fired = [f for e in expects for f in e.get("findings", ()) if f.get("topic") == rule.topic]
            assert any(f.get("certainty") == "definite" or f.get("certainty") == "possible" for f in fired), rule.id
            assert any("clauses" in f or rule.id.endswith("_by_installed") for f in fired), rule.id
            assert any(rule.topic in e.get("absent", ()) for e in expects), rule.id


# ---- a case that fails


def test_a_case_that_agrees_gives_no_line(tmp_path: Path) -> None:
    text = f"- name: a\n{WORLD}  expect: {{findings: [{{topic: country_allocation, measure: 50001}}]}}\n"

    assert case_runs.test([written(tmp_path, text)]) == case_runs.CaseReport((), 1, 0)


def test_a_case_that_fails_says_where_it_stands_what_was_expected_and_what_came(tmp_path: Path) -> None:
    text = f"- name: first\n{WORLD}  expect: {{flags: []}}\n- id: X-2\n  name: one more\n{WORLD}"
    text += "  expect:\n    findings: [{topic: country_allocation, measure: 50002, subject: MY}]\n"
    (line,) = told(tmp_path, text)

    about = "country_allocation (country_cap, MY, 2025-01-13/2029-01-13)"
    assert line == f"own.cases.yaml:10: X-2 (one more): measure of the finding {about}: expected 50002, answered 50001"


def test_a_wrong_reason_fails_though_the_outcome_is_right(tmp_path: Path) -> None:
    clause = "{id: more_accelerators_went_to_the_country_than_the_cap, holds: %s}"
    right = "  expect: {findings: [{outcome: violation, clauses: [" + clause + "]}]}\n"

    assert told(tmp_path, f"- name: a\n{WORLD}" + right % "true") == []
    assert len(told(tmp_path, f"- name: a\n{WORLD}" + right % "false")) == 1


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        (
            "{absent: [country_allocation]}",
            "expected no finding like {topic: country_allocation}, answered country_allocation (country_cap, MY, 2025-01-13/2029-01-13), definite violation, 50001 against 50000",
        ),
        ("{flags: [straddles_cap]}", "flags: expected straddles_cap, answered none"),
        (
            "{absent: [country_alocation]}",
            "`absent`: there is no topic `country_alocation`. Did you mean `country_allocation`?",
        ),
        (
            "{absent: [{rule: country_cap}]}",
            "expected no finding like {rule: country_cap}, answered country_allocation (",
        ),
        ("{absent: [{rle: country_cap}]}", "`absent`: a finding has no `rle`. Did you mean `rule`?"),
        ("{groups: []}", "the answer has no `groups`. It has schema_version, as_of, "),
        ("{finding: []}", "the answer has no `finding`. Did you mean `findings`?"),
        (
            "{findings: []}",
            "findings: expected none, answered country_allocation (country_cap, MY, 2025-01-13/2029-01-13), definite violation",
        ),
        ("{as_of: 2026-07-01}", "as_of: expected 2026-07-01, answered 2026-06-30"),
        (
            "{only: [{topic: country_allocation}], flags: []}",
            "expected no finding like {topic: country_allocation}, answered country_allocation (",
        ),
        ("{only: [{tpic: country_allocation}], flags: []}", "`only`: a finding has no `tpic`. Did you mean `topic`?"),
        ("{world: {sha256: none}}", "sha256 of the world: expected none, answered "),
        (
            "{findings: [{topic: small_order}]}",
            "findings: expected one like {topic: small_order}, answered country_allocation (country_cap, ",
        ),
        (
            "{findings: [{rule: country_cap, mesure: 1}]}",
            "expected 1, answered nothing, as there is no `mesure`. Did you mean `measure`?",
        ),
        ("{findings: [{rule: country_cap, flags: [straddles_cap]}]}", "): expected straddles_cap, answered none"),
        (
            "{findings: [{topic: country_allocation}, {rule: country_cap}]}",
            "findings: expected 2, each another one, answered 1: country_allocation (",
        ),
        (
            "{findings: [{outcome: review, clauses: [{holds: false}]}]}",
            "; holds of the clause more_accelerators_went_to_the_country_than_the_cap of the finding country_allocation",
        ),
        ("{determinations: [{id: s9}]}", "determinations: expected one like {id: s9}, answered "),
    ],
)
def test_what_differs_is_said(tmp_path: Path, expect: str, said: str) -> None:
    (line,) = told(tmp_path, f"- name: a\n{WORLD}  expect: {expect}\n")

    assert said in line


# ---- cases that cannot be read or run


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- [", "own.cases.yaml:2: cannot be read as YAML"),
        ("{}\n", "own.cases.yaml:1: a case file is a list of cases"),
        ("- a\n", "own.cases.yaml:1: needs a mapping of names to values"),
        ("- name: x\n  world: {}\n  run: audit\n", "own.cases.yaml:1: `x`: `expect` is missing"),
        ("- name: x\n  world: {}\n  run: audit\n  expect: {}\n", "own.cases.yaml:4: `x`: `expect` is empty"),
        ("- name: x\n  world: {}\n  run: adit\n  expect: {a: b}\n", "own.cases.yaml:3: `x`: `run`: `adit` is none of audit, "),
        ("- name: x\n  wrld: {}\n  run: audit\n  expect: {a: b}\n", "own.cases.yaml:2: `x`: unknown key `wrld`. Did you mean `world`?"),
        ("- name: x\n  as_of: 2025-02-30\n  world: {}\n  run: audit\n  expect: {a: b}\n", "own.cases.yaml:2: `x`: `as_of`: "),
        ("- name: x\n  world: {}\n  run: audit\n  with: {order: []}\n  expect: {a: b}\n", "x: `with`: `audit` has no option `order`"),
        ("- name: x\n  world: {}\n  run: screen\n  expect: {a: b}\n", "x: `with`: `screen` needs `orders`"),
        ("- name: x\n  world: {}\n  run: own\n  with: {parties: a}\n  expect: {a: b}\n", "x: `with`: `parties` takes a list"),
        (f"- name: x\n{WORLD}  with: {{parameters: {{caps: 1}}}}\n  expect: {{a: b}}\n", "has a parameter `caps`. Did you mean `cap`?"),
        (f"- name: x\n{WORLD}  expect: {{a: b}}\n".replace("headline", "headlin"), "unknown pack `diffusion_headlin`"),
        (f"- name: x\n{WORLD}  expect: {{a: b}}\n".replace("id: kuala", "idd: kuala"), "own.cases.yaml:5: `companies` has no `idd`"),
        ("- name: x\n  world: none.yaml\n  run: audit\n  expect: {a: b}\n", "none.yaml: does not exist"),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_run_says_what_is_wrong_at_its_line(tmp_path: Path, text: str, said: str) -> None:
    lines = told(tmp_path, text)

    assert any(said in line for line in lines), lines
    assert all(line.startswith("own.cases.yaml:") for line in lines)


def test_a_bad_case_does_not_hide_the_others(tmp_path: Path) -> None:
    text = f"- name: bad\n- name: good\n{WORLD}  expect: {{flags: []}}\n"
    report = case_runs.test([written(tmp_path, text)])

    assert (report.passed, report.failed) == (1, 1)


# ---- what a case can run


def test_a_case_may_screen_ask_for_headroom_owners_and_chips(tmp_path: Path) -> None:
    head = "  as_of: 2026-06-30\n  packs: [diffusion_headline]\n"
    party = "  world: {companies: [{id: a, headquarters: MY}, {id: b, headquarters: MY}], stakes: [{owner: a, owned: b, percent: 25}]}\n"
    order = (
        "{id: o1, date: 2026-07-01, consignee: a, to_country: MY, chip: H100, quantity: 60000, authorization: license}"
    )
    text = (
        f"- name: screen\n{head}{party}  run: screen\n  with: {{orders: [{order}]}}\n"
        "  expect: {findings: [{topic: country_allocation, effect: new, before: null}]}\n"
        f"- name: headroom\n{head}{party}  run: headroom\n  with: {{chip: H100, consignee: a, authorization: license}}\n"
        "  expect: {routes: [{authorization: license, units: 50000}]}\n"
        f"- name: share\n  as_of: 2026-06-30\n  packs: []\n{party}  run: own\n  with: {{parties: [b], test: share, owner: a}}\n"
        "  expect: {parties: {b: {share: 1/4}}}\n"
        "- name: chip\n  as_of: 2026-06-30\n  world: {}\n  run: chips\n  with: {names: [H100]}\n"
        "  expect: {chips: {H100: {zone: a, tpp: 15824}}}\n"
    )

    assert told(tmp_path, text) == []


def test_a_world_may_lie_beside_the_case_file(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("companies: [{id: kuala, headquarters: MY}]\n", encoding="utf-8")
    text = "- name: a\n  as_of: 2026-06-30\n  packs: [diffusion_headline]\n  world: world.yaml\n  run: audit\n"

    assert told(tmp_path, text + "  expect: {findings: []}\n") == []


def test_a_pack_that_lies_beside_its_cases_is_the_one_that_is_run(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("pack.yaml", "definitions.yaml", "country_cap.yaml", "lists"):
        source = rules_folder() / "diffusion_headline" / name
        target = folder / name
        if source.is_dir():
            target.mkdir()
            for inner in source.iterdir():
                (target / inner.name).write_bytes(inner.read_bytes())
        else:
            target.write_text(source.read_text("utf-8").replace("id: diffusion_headline", "id: mine"), "utf-8")
    (folder / "country_cap.yaml").write_text(
        (folder / "country_cap.yaml").read_text("utf-8").replace('"50000"', '"10"'), "utf-8"
    )
    text = f"- name: a\n{WORLD}  expect: {{findings: [{{topic: country_allocation, limit: 10}}]}}\n"
    written(folder, text.replace("diffusion_headline", "mine"))

    assert case_runs.test([folder]) == case_runs.CaseReport((), 1, 0)


def test_what_is_wrong_with_a_pack_is_told_at_the_first_of_its_cases(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text("id: mine\n", "utf-8")
    case = f"{WORLD}  expect: {{findings: []}}\n".replace("diffusion_headline", "mine")
    first, second = told(tmp_path / "mine", f"- name: a\n{case}- name: b\n{case}")

    assert "pack.yaml:1: `title` is missing" in first
    assert second.endswith(": b: the pack `mine` cannot be read, as told above")


def test_a_parameter_of_a_case_is_said_among_the_assumptions(tmp_path: Path) -> None:
    text = f"- name: a\n{WORLD}  with: {{parameters: {{cap: 60000}}}}\n"

    assumed = "diffusion_headline: the parameter `cap` is set to 60000 for this answer"
    assert told(tmp_path, f"{text}  expect: {{findings: [], assumptions: ['{assumed}']}}\n") == []


# ---- where cases are looked for


def test_cases_are_found_by_file_folder_pack_and_id(tmp_path: Path) -> None:
    pack = rules_folder() / "diffusion_headline"
    (tmp_path / "cases" / "none").mkdir(parents=True)
    inside = written(tmp_path / "cases", "[]\n", "any.yaml")
    written(tmp_path, "[]\n", "world.yaml")

    assert case_runs.case_files([tmp_path]) == [inside]
    assert case_runs.case_files(["diffusion_headline"]) == case_runs.case_files([pack])
    assert pack / "country_cap.cases.yaml" in case_runs.case_files([pack])
    assert set(case_runs.case_files([pack])) < set(case_runs.case_files())
    with pytest.raises(UsageError, match=r"no file, folder or pack\. Did you mean `diffusion_headline`"):
        case_runs.case_files(["diffusion_headlines"])
    with pytest.raises(UsageError, match="holds no case files"):
        case_runs.case_files([tmp_path / "cases" / "none"])


# ---- the comparison


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ("7.005", "1401/200", True),
        ("3e26", 3 * 10**26, True),
        ("1401/200", "7.006", False),
        ("true", True, True),
        ("true", "true", False),
        ("false", None, False),
        ("null", None, True),
        ("null", "null", False),
        ("1", True, False),
        ("NO", "NO", True),
        ("c", {"kind": "company", "id": "c", "key": None}, True),
        ("company", {"kind": "company", "id": "c"}, True),
        ("5", {"value": "5.0", "unit": "TPP"}, True),
        ("stayed", {"state": "stayed", "since": None}, True),
        ("MY", {"key": "MY"}, False),
        ({"id": "c"}, {"id": "c", "key": None}, True),
        ({"id": "c", "key": "MY"}, {"id": "c"}, False),
        ([], [], True),
        ([], ["x"], False),
        (["a", "a"], ["a"], False),
        (["a", "a"], ["a", "b", "a"], True),
        ([{"t": "x"}, {"t": "x", "n": "1"}], [{"t": "x", "n": "1"}, {"t": "x", "n": "2"}], True),
        ([{"t": "x", "n": "1"}, {"t": "x", "n": "1"}], [{"t": "x", "n": "1"}, {"t": "x", "n": "2"}], False),
        (["a"], "a", False),
    ],
)
def test_an_expected_part_agrees_with_a_part_of_the_answer(want: Any, got: Any, same: bool) -> None:
    assert agrees(want, got) is same


def test_empty_flags_say_nothing_and_only_counts_the_findings_that_are_like_it() -> None:
    answer = {"flags": ["a"], "findings": [{"topic": "control", "flags": ["b"]}, {"topic": "control", "flags": []}]}

    assert list(mismatches({"flags": []}, answer)) == []
    assert list(mismatches({"flags": ["a", "b"]}, answer)) == []
    assert len(list(mismatches({"flags": ["c"]}, answer))) == 1
    assert list(mismatches({"findings": [{"flags": []}]}, answer)) == []
    assert (
        list(mismatches({"findings": [{"topic": "control"}, {"topic": "control"}], "only": ["control"]}, answer)) == []
    )
    assert len(list(mismatches({"findings": [{"topic": "control"}], "only": ["control"]}, answer))) == 1
    assert len(list(mismatches({"only": [{"topic": "control", "flags": ["b"]}]}, answer))) == 1
    ruled = {"findings": [{"topic": "control", "rule": "a"}, {"topic": "control", "rule": "b"}]}
    assert (
        len(
            list(
                mismatches(
                    {"findings": [{"topic": "control", "rule": "a"}], "only": [{"topic": "control", "rule": "b"}]},
                    ruled,
                )
            )
        )
        == 1
    )
    assert len(list(mismatches({"only": [{"topic": "control", "rule": "a"}]}, ruled))) == 1
    assert list(mismatches({"only": [{"topic": "control", "rule": "c"}]}, ruled)) == []
    assert list(mismatches({"absent": ["diversion"]}, answer)) == []
    assert len(list(mismatches({"absent": ["control"]}, answer))) == 1
