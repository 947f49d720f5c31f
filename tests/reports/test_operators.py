"""The table of operators as text, CSV and Markdown: readable at a glance, in any width, with unknowns as such."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len

from compliance.decisions.world_headroom import headroom
from compliance.reports.text.operator_table import COLUMNS, NO_LIMIT, operators_csv, operators_markdown, operators_text
from compliance.reports.text.terminal import Look
from compliance.rulebook.packs import load_packs
from tests.packs import on, world


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    homes = {"large": "9300", "small": "93", "silent": "", "an-operator-with-a-name-of-more-than-thirty-letters": "1"}
    tables = world(
        companies=[{"id": name, "headquarters": "US"} for name in homes],
        sites=[{"id": f"s-{name}", "operator": name, "country": "US", "it_mw": mw} for name, mw in homes.items()],
    )
    packs = load_packs(["diffusion_headline"])
    return headroom(tables, chip="H100", country="MY", packs=packs, as_of=on("2025-12-31"))


def test_the_text_shows_room_bar_and_rule_with_the_favoured_first(answer: dict[str, Any]) -> None:
    told = operators_text(answer)

    assert re.search(r"large +US +9,300 +0 +0 +70 +████████ +country_cap +-", told)
    assert re.search(r"small +US +93 +0 +0 +7 +█ +capacity_abroad +0\.075", told)
    assert re.search(r"silent +US +\? +0 +0 +0-\? +░░░░░░░░ +capacity_abroad", told)
    assert told.index("large") < told.index("small") < told.index("silent")
    assert "837 MW more at home, and country_cap binds instead: small" in told


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_look_and_no_operator_is_lost(
    answer: dict[str, Any], width: int, unicode: bool
) -> None:
    told = operators_text(answer, Look(width, unicode=unicode))

    assert max(map(cell_len, told.splitlines())) <= width
    assert unicode or told.isascii()
    assert re.search(r"large +US", told)
    assert "70" in told


def test_without_a_limit_it_says_so(answer: dict[str, Any]) -> None:
    free = {
        **answer["operators"][0],
        "units": None,
        "megawatts": None,
        "binding": None,
        "certainty": None,
        "share": None,
        "rooms": [],
    }

    assert NO_LIMIT in operators_text({**answer, "operators": [free]})


def test_the_csv_has_a_row_a_rule_with_exact_values(answer: dict[str, Any]) -> None:
    rows = list(csv.DictReader(StringIO(operators_csv(answer))))

    assert tuple(rows[0]) == COLUMNS
    small = [row for row in rows if row["operator"] == "small"]
    assert [(row["rule"], row["units"], row["opens_each"]) for row in small] == [
        ("capacity_abroad", "5000", "7/93"),
        ("country_cap", "50000", ""),
    ]
    assert (small[0]["opens_until_mw"], small[0]["until_rule"]) == ("837.0012", "country_cap")


def test_the_markdown_is_one_table(answer: dict[str, Any]) -> None:
    told = operators_markdown(answer)

    assert told.count("\n| ") == 2 + 4
    assert "| small | US | 93 | 0 | 0 | 7 | 5,000 |" in told
