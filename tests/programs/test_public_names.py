"""What is exported is there, typed, and loaded when it is asked for; schemas keep what contracts section 10 says."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import compliance
from compliance.errors import UsageError

ROOT = Path(__file__).parents[2]
PACKAGE = Path(compliance.__file__).parent
NAMES = (
    "Screener", "World", "Order", "Answer", "Finding", "Headroom", "OrderError", "InputError", "ComplianceError",
    "load_world", "load_packs", "audit", "screen", "headroom", "own", "chips", "patterns", "diff", "exit_status",
    "__version__",
)  # fmt: skip
PROGRAM = '''
"""A program of a sales desk."""

from datetime import date
from decimal import Decimal

from compliance import (
    Answer, ComplianceError, Finding, Headroom, InputError, Order, OrderError, Screener, World, __version__, audit,
    chips, diff, exit_status, headroom, load_packs, load_world, own, patterns, screen,
)

DAY = date(2026, 11, 20)


def decide(path: str) -> dict[str, str]:
    """The decision of each order."""
    screener = Screener.open(path, packs=["us_chips_enforced"], as_of=DAY)
    order = {"id": "po-1", "date": DAY, "consignee": "acme", "to_country": "MY", "chip": "H100", "quantity": 8}
    typed = Order(id="po-2", date=DAY, consignee="acme", to_country="MY", chip="H100", quantity=8)
    try:
        answer: Answer = screener.screen(order)
        both = screener.screen_each({"po-1": order, "po-2": [typed, {**order, "value_usd": Decimal("1.5")}]})
    except OrderError as error:
        return {problem.order: f"{problem.code}: {problem.message} {problem.hint}" for problem in error.problems}
    except InputError as error:
        return {str(problem.line): problem.message for problem in error.problems}
    except ComplianceError as error:
        return {"": str(error)}
    first: list[Finding] = list(answer.findings)
    room: Headroom = screener.headroom(chip="H100", consignee="acme", authorization="LPP")
    left: int | None = room.units
    screener.apply({"shipments": [order]}, remove={"listings": [{"party": "acme", "list": "UVL"}]})
    print(len(first), left, room.why, exit_status(answer), __version__)
    return {name: one.decision.enforced for name, one in both.items()}


def ask(world: World) -> list[str]:
    """The other questions."""
    packs = load_packs(["us_ai_diffusion"])
    said = audit(world, packs, DAY), screen(world, {"id": "o"}, packs, DAY)
    room = headroom(world, chip="H100", operator="acme", country="MY", packs=packs, as_of=DAY)
    table = headroom(world, chip="H100", country="MY", packs=["us_ai_diffusion"], as_of=DAY)
    versions = [room.schema_version, table.schema_version, chips(["H100"], as_of=DAY).schema_version]
    versions += [own(world, test="parent").schema_version, patterns(world).schema_version]
    versions += [diff(world, "default", "us_ai_diffusion").schema_version, *(one.schema_version for one in said)]
    return [*versions, *(row.operator for row in table.operators), load_world("x").sha256]
'''


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_what_is_exported_is_there() -> None:
    assert set(compliance.__all__) == set(NAMES)
    assert all(getattr(compliance, name) is not None for name in NAMES)


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == compliance.__version__


def test_a_small_program_is_typed(tmp_path: Path) -> None:
    assert (PACKAGE / "py.typed").is_file()
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    setting = tmp_path / "mypy.ini"
    setting.write_text(f"[mypy]\nstrict = True\nmypy_path = {ROOT}\nfollow_imports_for_stubs = True\n")

    done = run("-m", "mypy", "--config-file", str(setting), "--cache-dir", str(ROOT / ".mypy_cache"),
               "--follow-imports", "silent", str(tmp_path / "program.py"))  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def walk(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [one for item in node for one in walk(item)]
    return [node, *(one for item in node.values() for one in walk(item))] if isinstance(node, dict) else []


@pytest.mark.parametrize("path", sorted((PACKAGE / "schemas").glob("*.json")), ids=lambda path: path.name)
def test_schemas_have_names_and_say_how_days_are_written(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    name = path.name.partition(".")[0]

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:compliance:schema:{name}:1"
    assert [node for node in walk(schema) if node.get("format") == "date" and "pattern" not in node] == []


def test_closed_words_of_an_answer_are_enumerated() -> None:
    found = json.loads((PACKAGE / "schemas" / "answer.schema.json").read_text(encoding="utf-8"))["$defs"]["Finding"]
    closed = found["properties"]

    assert closed["outcome"]["enum"] == ["violation", "license_required", "review"]
    assert {"certainty", "confidence", "standing", "topic"} <= {name for name, told in closed.items() if "enum" in told}
    assert closed["posture"]["items"]["enum"] == ["as-written", "as-enforced"]


@pytest.mark.parametrize("shape", ["answer", "chips", "diff", "headroom", "own", "patterns"])
def test_every_answer_has_a_version(shape: str) -> None:
    schema = json.loads((PACKAGE / "schemas" / f"{shape}.schema.json").read_text(encoding="utf-8"))
    wholes = [schema, *schema["$defs"].values()] if "$ref" in schema or "anyOf" in schema else [schema]

    assert any("schema_version" in one.get("properties", {}) for one in wholes)


ASKED_OF_NOTHING: list[Callable[[Any], object]] = [
    lambda given: compliance.screen(given, []),
    lambda given: compliance.audit(given),
    lambda given: compliance.headroom(given, chip="H100", consignee="acme"),
    lambda given: compliance.own(given, test="bis"),
    lambda given: compliance.patterns(given),
    lambda given: compliance.diff(given, "us_ai_diffusion", "us_ai_diffusion"),
    lambda given: compliance.load_world(given),
    lambda given: compliance.load_packs(given),
    lambda given: compliance.Screener.open(given),
    lambda given: compliance.Screener(given),
]


@pytest.mark.parametrize("ask", ASKED_OF_NOTHING)
@pytest.mark.parametrize("given", [None, 5])
def test_what_is_no_world_is_said_with_what_to_pass(ask: Callable[[Any], object], given: object) -> None:
    with pytest.raises(UsageError, match=r"pass|reads a file"):
        ask(given)
