"""`audit` and `screen` from the command line to the answer."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len

import compliance.cli.verb_context as settings
from compliance.answers import answer
from compliance.cli import options
from compliance.decisions import setup
from compliance.ownership.capture import verdict
from compliance.reports.renderers import RENDERERS

from .commands import QUIET, SMALL, here, written

ORDERS = """\
id,date,consignee.name,consignee.country,to_country,chip,quantity,authorization
o1,2026-12-01,Kedah Data Sdn Bhd,MY,MY,H100,100,
o2,2026-12-02,Kedah Data Sdn Bhd,MY,MY,H1OO,100,LPP
o3,2026-12-02,Kedah Data Sdn Bhd,MY,MY,H100,lots,LPP
o4,2026-12-03,Stahl GmbH,DE,DE,L4,8,
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path, SMALL)


def test_the_options_know_the_words_of_the_answer() -> None:
    assert options.OUTCOMES == answer.OUTCOMES
    assert set(options.POSTURES) == {*setup.POSTURES, "both"}
    assert set(options.UNDISCLOSED) == set(verdict.UNDISCLOSED)


def test_a_definite_finding_gives_one_and_every_format_tells_it(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {form: here(capsys, "audit", small, "--format", form) for form, one in RENDERERS.items() if not one.binary}
    assert {done.status for done in said.values()} == {1}
    assert {done.err for done in said.values()} == {""}
    found = json.loads(said["json"].out)["findings"]
    assert {finding["topic"] for finding in found} >= {"embargoed_parent"}
    assert f"Audit of {small}, as of 2026-11-20" in " ".join(said["text"].out.split())
    rows = csv.DictReader(StringIO(said["csv"].out))
    assert len([row for row in rows if row["outcome"] not in ("", "not_evaluated")]) == len(found)
    assert said["md"].out.startswith("# Audit of ")
    assert all(done.out.endswith("\n") for done in said.values())


def test_the_same_audit_gives_the_same_bytes(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (here(capsys, "audit", small, "--format", "json").out for _ in range(2))
    assert first == second


def test_no_finding_gives_zero_and_is_not_called_clear(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "audit", written(tmp_path, QUIET))
    assert done.status == 0
    assert "No finding in what was checked." in done.out


def test_a_possible_finding_gives_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = SMALL.replace("percent: 100", "percent: 50")
    done = here(capsys, "audit", written(tmp_path, half), "--pack", "diffusion_headline")
    assert done.status == 3
    assert "possible violation" in done.out


def test_fail_on_sets_what_counts(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("audit", small, "--pack", "us_ai_diffusion", "--posture", "as-written")
    assert here(capsys, *asked).status == 1
    assert here(capsys, *asked, "--fail-on", "violation").status == 0


def test_what_is_only_written_and_not_enforced_does_not_count_in_both(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "audit", small, "--pack", "us_ai_diffusion", "--format", "json")
    assert json.loads(done.out)["findings"]
    assert done.status == 0


def test_the_day_is_the_option_then_the_worlds_then_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "today", lambda: date(2026, 2, 3))
    dated, undated = written(tmp_path, QUIET), written(tmp_path, QUIET.partition("\n")[2], "undated.yaml")

    def day(*words: str | Path) -> str:
        return str(json.loads(here(capsys, "audit", *words, "--format", "json").out)["as_of"])

    assert day(dated, "--as-of", "2025-06-30") == "2025-06-30"
    assert day(dated) == "2026-11-20"
    assert day(undated) == "2026-02-03"


def test_a_set_parameter_changes_the_answer_and_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("audit", small, "--pack", "us_ai_diffusion", "--format", "json")
    done = json.loads(here(capsys, *asked, "--set", "lpp_limit=5").out)
    assert any("lpp_limit" in assumed for assumed in done["assumptions"])
    assert not any("lpp_limit" in assumed for assumed in json.loads(here(capsys, *asked).out)["assumptions"])


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        (["lpp_limt=3"], "no pack asked about has a parameter `lpp_limt`. Did you mean `lpp_limit`?"),
        (["lpp_limit"], "--set `lpp_limit` is not of the form NAME=VALUE"),
        (["lpp_limit="], "is not of the form NAME=VALUE"),
        (["lpp_limit=abc"], "`abc` is not a number"),
        (["lpp_limit=1", "lpp_limit=2"], "`lpp_limit` is given twice"),
    ],
)
def test_a_parameter_that_cannot_be_set_is_told(
    sets: list[str], told: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "audit", small, *(word for given in sets for word in ("--set", given)))
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_an_unknown_pack_is_told_with_a_near_name(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "audit", small, "--pack", "us_ai_difusion")
    assert done.status == 2
    assert "Did you mean `us_ai_diffusion`?" in done.err


def test_the_order_and_the_number_of_packs_given_change_nothing(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = ("--pack", "us_ai_diffusion", "diffusion_headline")
    other = ("--pack", "diffusion_headline", "--pack", "us_ai_diffusion", "--pack", "us_ai_diffusion")
    first, second = (here(capsys, "audit", small, *packs, "--format", "json").out for packs in (one, other))
    assert first == second


def test_an_answer_into_a_file_leaves_standard_output_alone(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "audit", small, "--format", "json", "--output", tmp_path / "a.json")
    assert (done.status, done.out, done.err) == (1, "", "")
    assert json.loads((tmp_path / "a.json").read_text())["as_of"] == "2026-11-20"


def test_one_bad_line_does_not_sink_an_order_book(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = written(tmp_path, ORDERS, "book.csv")
    done = here(capsys, "screen", small, book, "--format", "csv")
    whole, *rows = csv.DictReader(StringIO(done.out))
    assert whole["order"] == "*"
    assert [row["read_at"] for row in rows] == [f"{book}:{line}" for line in (2, 3, 4, 5)]
    assert [row["outcome"] == "not_evaluated" for row in rows] == [False, True, True, False]
    assert "`H1OO`" in rows[1]["problem"]
    assert "`lots` is not a number" in rows[2]["problem"]
    assert sorted(line.partition(": ")[0] for line in done.err.splitlines()) == [f"{book}:3", f"{book}:4"]
    assert done.status in (1, 3)


def test_an_order_book_with_no_good_line_is_an_error(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = written(tmp_path, "\n".join(ORDERS.splitlines()[i] for i in (0, 3)) + "\n", "book.csv")
    done = here(capsys, "screen", small, book)
    assert (done.status, done.out) == (2, "")
    assert "`lots` is not a number" in done.err


@pytest.mark.parametrize("verb", [("screen",), ("diff", "--from", "ofac_50", "--to", "eu_ownership")])
@pytest.mark.parametrize(("name", "text"), [("b.yaml", "orders: []\n"), ("b.csv", ORDERS.splitlines()[0] + "\n")])
def test_an_order_without_a_line_is_an_error_to_every_verb(
    verb: tuple[str, ...], name: str, text: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = written(tmp_path, text, name)
    done = here(capsys, *verb, small, book)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"{book}: holds no order line; `orders` needs at least one\n"


def test_a_screening_as_text_has_a_result_for_every_line(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "screen", small, written(tmp_path, ORDERS, "book.csv"))
    for told in (r"o1 +unknown", r"o2 +unknown", r"o3 +unknown +not read"):
        assert re.search(told, done.out), told
    assert max(map(cell_len, done.out.splitlines())) <= 100


LONG = "a-company-whose-name-is-one-unbroken-word-" * 3 + "end"
CHINESE = "馬來西亞數據中心服務有限公司" * 3
DIRTY = f"""\
as_of: 2026-11-20
companies:
  - {{id: {CHINESE}, headquarters: CN}}
  - {{id: {LONG}, headquarters: US}}
sites:
  - {{id: "🏭🏭🏭 Johor קמפוס e\u0301e\u0301", country: MY, it_mw: 99, operator: {LONG}}}
shipments:
  - {{id: ｓ１ｓ１ｓ１, date: 2025-06-01, to_country: MY, chip: H100, quantity: 51700, consignee: {CHINESE}}}
"""


def test_a_dirty_world_fits_a_hundred_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "audit", written(tmp_path, DIRTY))
    assert done.status == 3, done.err  # the summary is certain, and no law
    assert "馬來西亞" in done.out
    assert max(map(cell_len, done.out.splitlines())) <= 100


def test_patterns_take_the_options_of_an_audit_and_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    world = "fixtures/twelve_shells_at_1699.yaml"
    plain = here(capsys, "patterns", world, "--format", "json")
    asked = here(capsys, "patterns", world, "--pack", "us_ai_diffusion", "--posture", "as-written", "--format", "json")
    assert (asked.status, asked.out) == (0, plain.out)
    assert json.loads(plain.out)["groups"]
    wrong = here(capsys, "patterns", world, "--pack", "us_ai_difusion")
    assert (wrong.status, "Did you mean `us_ai_diffusion`" in wrong.err) == (2, True)


def test_what_patterns_found_is_read_beside_the_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = tmp_path / "world"
    world.mkdir()
    (world / "world.yaml").write_bytes(Path("fixtures/twelve_shells_at_1699.yaml").read_bytes())
    found = here(capsys, "patterns", str(world), "--format", "yaml", "--output", str(world / "signs.yaml"))
    audited = here(capsys, "audit", str(world), "--pack", "diversion_red_flags", "--format", "json")

    assert found.status == 0
    rules = {finding["rule"]: finding["subject"]["id"] for finding in json.loads(audited.out)["findings"]}
    assert rules["found_splitting"] == "shell-01"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "shipments: [{id: s, date: 2026-01-01, to_country: MY, chip: H100, quantity: unknown}]",
            "`quantity` of `shipments`: `unknown` is not a number; `shipments` needs a whole number here, such as 8",
        ),
        (
            "companies: [{id: a, capital_usd: unknown}]",
            "`capital_usd` of `companies`: `unknown` is not a number; leave it empty where it is not known",
        ),
    ],
)
def test_a_number_that_is_not_known_is_left_empty_only_where_it_may_be(
    row: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, row + "\n", "numbers.yaml")
    assert here(capsys, "audit", path).err == f"{path}:1: {told}\n"
