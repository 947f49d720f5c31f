"""One service with keys of persons for all tests of the pages, and visitors who signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from compliance.service.keys import make_key
from tests.service.running import Running, line, running

from .visiting import Visitor

DESK_WORLD = """\
as_of: 2026-11-20
companies:
  - {id: x, name: X Holding, headquarters: CN}
  - {id: x-de, name: X Holdings GmbH, headquarters: DE}
  - {id: a, name: A Sdn Bhd, headquarters: MY}
  - {id: b, name: B GmbH, headquarters: DE}
  - {id: "o'neil & <b>", name: "<script>alert(1)</script>", headquarters: FI}
people:
  - {id: p, name: Pat Doe, nationality: DE}
roles:
  - {person: p, company: b, role: director}
stakes:
  - {owner: x, owned: a, percent: 50}
  - {owner: p, owned: b, percent: 100}
listings:
  - {party: x, list: EntityList, program: test}
screening_lists: [{list: EntityList, as_of: 2026-11-15}, {list: MEU}, {list: SDN}]
"""
PERSONS = {"rahman": ("A. Rahman", "decide"), "okafor": ("N. Okafor", "decide"), "vera": ("V. Mohr", "screen")}


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="session")
def keys(keys_folder: Path) -> dict[str, str]:
    file = keys_folder / "keys.json"
    made = {
        name: make_key(file, name, [scope], date(2026, 11, 20), person=person)
        for name, (person, scope) in PERSONS.items()
    }
    made["erp"] = make_key(file, "erp", ["admin"], date(2026, 11, 20))
    made["shop"] = make_key(file, "shop", ["reserve"], date(2026, 11, 20))
    return made


@pytest.fixture(scope="session")
def desk(keys_folder: Path, keys: dict[str, str]) -> Iterator[Running]:
    options = ("--keys", "keys.json", "--two-persons", "license_required")
    with running(keys_folder, *options, world=DESK_WORLD) as made:
        yield made


@pytest.fixture
def visit(desk: Running, keys: dict[str, str]) -> Iterator[Callable[[str], Visitor]]:
    made: list[Visitor] = []

    def come(name: str) -> Visitor:
        made.append(Visitor(desk, keys.get(name, "")))
        return made[-1]

    yield come
    for one in made:
        one.http.close()


@pytest.fixture
def screened(desk: Running, keys: dict[str, str]) -> Callable[..., int]:
    """Puts a decision on record, as a program does; gives its number."""

    def ask(number: object, **fields: object) -> int:
        with desk.client(keys["erp"]) as client:
            given = client.post("/v1/screen", json={"orders": [line(number, **fields)]})
            assert given.is_success, given.text
            return int(given.headers["Compliance-Decision"])

    return ask
