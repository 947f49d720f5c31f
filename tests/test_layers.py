"""Layers (design 7): each package imports only from those above it, and only one module imports each engine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import compliance

ROOT = Path(compliance.__file__).parent
ORDER = (
    "errors",
    "units",
    "gc_pause",
    "output_files",
    "resources",
    "progress",
    "stages",
    "names",
    "world",
    "imports",
    "spreadsheets",
    "generate",
    "ownership",
    "rulebook",
    "sources",
    "plan",
    "engine",
    "detection",
    "answers",
    "evaluation",
    "explain",
    "decisions",
    "authoring",
    "ledger",
    "records",
    "reports",
    "service",
    "cli",
)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "compliance" and len(parts) > 1 else None


def modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem in ORDER)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_layers_above_it(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    below = [
        module
        for module in imports(path)
        if (other := layer(module)) is not None
        and other in ORDER
        and ORDER.index(other) > ORDER.index(own)
        and not (module == "compliance.rulebook.folder" and own in ("world", "imports"))
    ]

    assert below == []


@pytest.mark.parametrize(
    ("library", "where"),
    [
        ("durable_rules_engine", "engine"),
        ("durable", "engine"),
        ("sqlglot", "plan"),
        ("rich", "reports"),
        ("defusedxml", "imports"),
        ("jinja2", "reports"),
        ("xlsxwriter", "reports"),
        ("python_calamine", "spreadsheets"),
        ("babel", "spreadsheets"),
        ("anyascii", "names"),
        ("rfc8785", "records"),
        ("cryptography", "records"),
        ("fastapi", "service"),
        ("uvicorn", "service"),
        ("httpx", "service"),
        ("prometheus_client", "service"),
        ("alembic", "ledger"),
        ("psycopg", "ledger"),
        ("sqlalchemy", "ledger"),
    ],
)
def test_a_library_stays_in_its_layer(library: str, where: str) -> None:
    users = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if any(module.split(".")[0] == library for module in imports(path))
    }

    also = {"rich": {"cli"}, "jinja2": {"service"}, "defusedxml": {"spreadsheets"}}.get(library, set())
    assert users <= {where, *also}


def test_the_architecture_page_names_places_that_are_there() -> None:
    text = (ROOT / "pages" / "architecture.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"`([a-z_]+/[a-z_/]*(?:\.[a-z]+)?)`", text) if not name.startswith("tests/")}

    assert len(named) > 20
    assert [name for name in sorted(named) if not any((top / name).exists() for top in (ROOT, ROOT.parent))] == []


def test_duckdb_stays_where_tables_are_joined() -> None:
    users = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if any(module.split(".")[0] == "duckdb" for module in imports(path))
    }

    assert users == {"plan", "detection"}


def test_only_one_module_imports_durable_rules() -> None:
    loads = ('import_module("durable_rules_engine")', "import durable_rules_engine", "from durable")
    users = [
        path.name for path in ROOT.rglob("*.py") if any(load in path.read_text(encoding="utf-8") for load in loads)
    ]

    assert users == ["fence.py"]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_holds_one_thing(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in {"utils", "util", "helpers", "manager", "common", "misc", "data"}


def test_no_python_names_a_rule_a_pack_or_a_limit() -> None:
    """Rules are data: no id of a shipped rule, pack or measure, and none of their numbers, stands in Python."""
    from compliance.rulebook.packs import load_packs

    packs = load_packs()
    names = (
        {p.id for p in packs}
        | {r.id for p in packs for r in p.rules}
        | {m for p in packs for m in p.definitions.measures}
    )
    numbers = {
        value.value
        for pack in packs
        for parameter in pack.parameters().values()
        for value in parameter.values
        if parameter.unit not in ("date", "word") and len(value.value) > 4
    }
    words = {n for n in names if "_" in n} | numbers
    guilty = [
        (path.name, word)
        for path in ROOT.rglob("*.py")
        if "cli" not in path.parts  # the examples of `--help` name packs that are there
        for word in words
        if word in path.read_text(encoding="utf-8").replace("best_open_model_operations", "")
    ]

    assert guilty == []
