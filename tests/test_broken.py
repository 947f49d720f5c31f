"""Broken worlds, orders and rules, each with the exact words that its author is told.

The table `fixtures/broken/expected.yaml` has every message as it is printed, by file (for rules) or by what was read.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from compliance.authoring.lint import shared_folder
from compliance.authoring.pack_check import check
from compliance.decisions.audit import audit
from compliance.errors import ComplianceError, InputError
from compliance.rulebook.packs import load_pack
from compliance.world.io.load import load_orders, load_world

BROKEN = Path(__file__).resolve().parent.parent / "fixtures" / "broken"
EXPECTED: dict[str, list[str]] = yaml.load((BROKEN / "expected.yaml").read_text("utf-8"), yaml.BaseLoader)
ORDERS_WORLD = "orders/world.yaml"
PACKS = sorted(p.parent.name for p in BROKEN.glob("rules/*/pack.yaml"))


@pytest.fixture(autouse=True)
def _in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named as a user in the folder would name them."""
    monkeypatch.chdir(BROKEN)


def expected_in(folder: str) -> list[str]:
    return [name for name in EXPECTED if name.startswith(f"{folder}/")]


def printed(error: ComplianceError) -> list[str]:
    return str(error).splitlines()


@pytest.mark.parametrize("name", expected_in("worlds"))
def test_a_broken_world_is_refused_in_these_words(name: str) -> None:
    with pytest.raises(InputError) as refused:
        load_world(name)

    assert printed(refused.value) == EXPECTED[name]


@pytest.mark.parametrize("name", expected_in("orders"))
def test_the_bad_lines_of_an_order_file_are_told_in_these_words(name: str) -> None:
    world = load_world(ORDERS_WORLD)
    rows, problems = load_orders(name, world)

    assert [str(problem) for problem in problems] == EXPECTED[name]
    assert all(row.origin.line not in {problem.line for problem in problems} for row in rows)


@pytest.mark.parametrize("name", expected_in("audits"))
def test_a_world_that_cannot_be_judged_is_refused_in_these_words(name: str) -> None:
    with pytest.raises(InputError) as refused:
        audit(load_world(name))

    assert printed(refused.value) == EXPECTED[name]


@pytest.mark.parametrize("pack", PACKS)
def test_a_broken_pack_is_told_in_these_words(pack: str) -> None:
    told = defaultdict(list)
    for problem in check([f"rules/{pack}"]):
        told[problem.file].append(str(problem))

    assert told == {name: EXPECTED[name] for name in expected_in(f"rules/{pack}")}


@pytest.mark.parametrize("pack", [pack for pack in PACKS if pack not in ("names", "leftovers")])
def test_a_pack_that_cannot_be_read_is_refused_with_all_its_problems(pack: str) -> None:
    folder = Path("rules") / pack
    with pytest.raises(InputError) as refused:
        load_pack(folder, shared_folder(folder))

    assert printed(refused.value) == [line for name in expected_in(f"rules/{pack}") for line in EXPECTED[name]]


def test_every_fixture_is_in_the_table_and_every_entry_is_a_fixture() -> None:
    read = {f"{kind}/{p.name}" for kind in ("worlds", "orders", "audits") for p in BROKEN.glob(f"{kind}/*")}

    assert read - {ORDERS_WORLD} == {n for n in EXPECTED if not n.startswith("rules/")}
    assert all((BROKEN / name).exists() for name in EXPECTED)
    assert {name.split("/")[1] for name in expected_in("rules")} == set(PACKS)
    assert len(EXPECTED) >= 35


@pytest.mark.parametrize("line", sorted(line for lines in EXPECTED.values() for line in lines))
def test_no_message_speaks_of_python(line: str) -> None:
    for jargon in ("Traceback", "NoneType", "pydantic", "validation error", "Input should", "dict", "tuple", "float"):
        assert jargon not in line
