"""Rules begun from templates: each passes its checks, its cases, its coverage and its mutants as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.authoring.cases.case_runs import test as run_cases
from compliance.authoring.clause_coverage import coverage
from compliance.authoring.pack_check import check
from compliance.authoring.scaffold import KINDS, scaffold_rule
from compliance.errors import UsageError


def begun(folder: Path, kind: str) -> Path:
    for path, text in scaffold_rule(folder / "ours", f"our_{kind}", kind).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "ours"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_is_right_as_it_is(tmp_path: Path, kind: str) -> None:
    pack = begun(tmp_path, kind)

    assert check([pack]) == []
    report = run_cases([pack])
    assert report.lines == ()
    assert report.passed >= 3
    assert all(one.complete for one in coverage([pack]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_cases_of_a_new_rule_notice_every_small_wrong(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("z3")
    from compliance.authoring.mutation import run_mutants
    from compliance.rulebook.packs import load_packs

    (pack,) = load_packs([str(begun(tmp_path, kind))])
    fates = [(one.mutant.where, one.mutant.change, one.fate) for one in run_mutants(pack)]

    assert len(fates) >= 5
    assert [fate for fate in fates if fate[2] == "survived"] == []


def test_a_second_rule_joins_the_pack_and_nothing_is_written_over(tmp_path: Path) -> None:
    begun(tmp_path, "ban")

    names = {path.name for path in scaffold_rule(tmp_path / "ours", "another", "limit")}
    assert names == {"another.yaml", "another.measures.yaml", "another.cases.yaml"}
    with pytest.raises(UsageError, match=r"our_ban\.yaml` is there already"):
        scaffold_rule(tmp_path / "ours", "our_ban", "limit")


@pytest.mark.parametrize(
    ("rule", "kind", "told"),
    [
        ("Our-Rule", "ban", "`Our-Rule` cannot be the id of a rule"),
        ("ours", "bans", "`bans` is no kind of rule; one of limit, share, ban, exemption. Did you mean `ban`?"),
    ],
)
def test_what_cannot_be_begun_is_said(tmp_path: Path, rule: str, kind: str, told: str) -> None:
    with pytest.raises(UsageError) as wrong:
        scaffold_rule(tmp_path / "ours", rule, kind)
    assert told in str(wrong.value)
