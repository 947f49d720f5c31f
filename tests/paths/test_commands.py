"""No command ends in a fault of the program on the worlds of any maker, whatever file and report it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import apart, here
from tests.paths.cases import AS_OF, draw_case
from tests.paths.mixes import FORMS, mix_rows
from tests.world.written import written, written_as_one

FIRST, WORLDS = 5_000, 6
WRITTEN = ("text", "json", "csv", "md")
ENDS = {0, 1, 3}
CHIP = "H100"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + WORLDS))
def test_every_verb_ends_well_on_a_world(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = draw_case(seed)
    tables = mix_rows(case.tables, case.mix.order)
    form, how = FORMS[seed % len(FORMS)], WRITTEN[seed % len(WRITTEN)]
    if form.startswith("one."):
        place = written_as_one(tables, tmp_path / f"world{Path(form).suffix}")
    else:
        place = written(tables, tmp_path / "world", form)
    orders = tables.get("orders") or [{**row, "id": f"{row['id']} again"} for row in tables["shipments"][:3]]
    order = written_as_one({"orders": [{k: v for k, v in row.items() if k != "replaces"} for row in orders]},
                           tmp_path / "orders.yaml")  # fmt: skip
    alone = {name: rows for name, rows in tables.items() if name != "orders"}
    parted = written(alone, tmp_path / "parted", "csv")
    party = tables["companies"][0]["id"]
    day = ("--as-of", str(AS_OF))
    law = ("--pack", case.packs[0].id, *day)
    test = ("ofac", "bis", "eu", "uk", "parent")[seed % 5]
    for words in (
        ("audit", place, *law, "--format", how),
        ("screen", parted, order, *law, "--format", how),
        ("own", place, "--test", test, *day),
        ("chips", "--world", place, *day),
        ("headroom", place, "--chip", CHIP, "--consignee", party, "--country", "MY", "--authorization", "LPP", *law),
        ("patterns", place, *day),
    ):
        done = here(capsys, *words)

        assert (done.status in ENDS, "Traceback" in done.err) == (True, False), (words, done.err)


def test_a_command_of_its_own_ends_well(tmp_path: Path) -> None:
    case = draw_case(FIRST)

    done = apart("audit", written(case.tables, tmp_path / "w", "parquet"), "--as-of", str(AS_OF), "--format", "json")

    assert (done.returncode in ENDS, done.stderr) == (True, "")
