"""Made-up markets: labels say what is there, knobs hold, the innocent are innocent, real records can be background."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

import compliance
from compliance.cli.main import run
from compliance.errors import UsageError
from compliance.generate.market.knobs import load
from compliance.generate.market.make import PATTERNS, make_market
from compliance.generate.market.shells import SHELLS
from compliance.generate.write import generate_market
from compliance.world.io.load import load_world

LIMIT = 26_900_000
TPP = {name: chip["tpp"] for name, chip in load("knobs.yaml")["chips"].items()}
REAL = Path(compliance.__file__).parents[2] / "shared" / "data"
REAL = REAL if REAL.exists() else Path("/work/shared/data")

Rows = list[dict[str, Any]]


class Made:
    """A market as rows."""

    def __init__(self, tables: dict[str, pa.Table], labels: dict[str, Any]) -> None:
        self.rows: dict[str, Rows] = {name: table.to_pylist() for name, table in tables.items()}
        self.schemes: Rows = labels["schemes"]
        self.innocent: Rows = labels["innocent"]
        self.company = {row["id"]: row for row in self.rows["companies"]}

    def lines(self, scheme: dict[str, Any]) -> Rows:
        return [self.line[i] for i in scheme["shipments"]]

    @property
    def line(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.rows["shipments"]}


def made(difficulty: str, schemes: int = 40, only: tuple[str, ...] = (), companies: int = 8_000) -> Made:
    return Made(*make_market(companies, companies, 3, schemes, difficulty, only))


@pytest.fixture(scope="module")
def medium() -> Made:
    return made("medium", only=("split_evasion",))


def tpp(row: dict[str, Any]) -> int:
    return int(row["quantity"]) * TPP[row["chip"]]


def by_year(rows: Rows) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["consignee"], row["date"][:4]] += tpp(row)
    return found


def exempt(rows: Rows) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row["authorization"] == "LPP" and row["status"] == "shipped")


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_members_are_under_the_limit_and_together_over_it_in_a_year(difficulty: str) -> None:
    market = made(difficulty, only=("split_evasion",))
    _low, high = load("knobs.yaml")["scheme"]["days"][difficulty]

    assert len(market.schemes) == 40
    for scheme in market.schemes:
        lines = market.lines(scheme)
        days = sorted(np.datetime64(row["date"]) for row in lines)
        assert max(by_year(lines).values()) <= LIMIT
        assert sum(map(tpp, lines)) > LIMIT
        assert (days[-1] - days[0]).astype(int) <= high
        assert {row["consignee"] for row in lines} == set(scheme["members"])


def test_no_innocent_passes_the_limit_under_the_exemption(medium: Made) -> None:
    planted = {line for scheme in medium.schemes for line in scheme["shipments"]}
    lines = [row for row in exempt(medium.rows["shipments"]) if row["id"] not in planted]

    assert len(lines) > 1_000
    assert max(by_year(lines).values()) <= LIMIT


def test_an_honest_group_that_is_over_in_total_is_labelled(medium: Made) -> None:
    bought = by_year(list(exempt(medium.rows["shipments"])))
    kinds = Counter(label["kind"] for label in medium.innocent)

    assert kinds["group_over"] + kinds["campus"] + kinds["distributor"] >= 1
    for label in medium.innocent:
        assert all(bought[m, year] <= LIMIT for m in label["members"] for year in ("2025", "2026", "2027"))


def test_at_medium_difficulty_owners_hold_under_half_of_each_member(medium: Made) -> None:
    owners: dict[str, list[tuple[str, str]]] = {}
    for row in medium.rows["stakes"]:
        owners.setdefault(row["owned"], []).append((row["owner"], row["percent"]))
    chains = [s for s in medium.schemes if "common_owner" in s["channels"]]
    shown = []
    for scheme in chains:
        held = Counter(owner for member in scheme["members"] for owner, _ in owners[member])
        top = {owner for owner, count in held.items() if count > 1} | set(scheme["related"])
        shown += [p for member in scheme["members"] for owner, p in owners[member] if owner in top]

    assert chains
    assert shown
    assert set(shown) <= {"<50", "0-25", ">25-50", "unknown", *map(str, range(20, 50))}
    assert "<50" in shown
    assert any(text.isdigit() for text in shown)


def test_at_medium_difficulty_the_nominee_also_serves_innocents(medium: Made) -> None:
    of: dict[str, set[str]] = {}
    for row in medium.rows["roles"]:
        of.setdefault(row["person"], set()).add(row["company"])
    for scheme in (s for s in medium.schemes if "nominee" in s["channels"]):
        members = set(scheme["members"])
        others = [len(led - members) for led in of.values() if len(led & members) >= 2]
        assert others
        assert all(1 <= count <= 25 for count in others)


def test_nobody_buys_before_it_exists(medium: Made) -> None:
    lines = medium.rows["shipments"]

    assert all(medium.company[row["consignee"]]["incorporated"] < row["date"] for row in lines)


def test_schemes_cross_year_ends_suppliers_and_borders(medium: Made) -> None:
    crossed, suppliers, lands = 0, [], []
    for scheme in medium.schemes:
        lines = medium.lines(scheme)
        crossed += len({row["date"][:4] for row in lines}) > 1
        suppliers.append(len({row["exporter"] for row in lines}))
        lands.append(len({row["to_country"] for row in lines}))

    assert 8 <= crossed <= 32
    assert max(suppliers) > 1
    assert max(lands) == 2


def test_every_pattern_is_planted_with_what_it_is_made_of() -> None:
    market = made("easy", schemes=2 * len(SHELLS))
    of = {scheme["pattern"]: scheme for scheme in market.schemes}

    assert set(of) == set(PATTERNS)
    one = {name: market.company[scheme["members"][0]] for name, scheme in of.items()}
    assert int(one["tiny_company"]["employees"]) <= 1
    assert one["dormant_revived"]["reactivated"] > "2025"
    first = min(row["date"] for row in market.lines(of["young_company"]))
    assert 15 <= (np.datetime64(first) - np.datetime64(one["young_company"]["incorporated"])).astype(int) <= 60
    site = {row["id"]: row for row in market.rows["sites"]}
    assert {market.lines(of["site_without_power"])[0]["site"]} <= set(site)
    assert one["forwarder_consignee"]["business"] == "logistics"
    assert {row["movement"] for row in market.lines(of["pass_through"])} == {"export", "reexport"}
    ring = of["circular_ownership"]
    own = {(row["owner"], row["owned"]) for row in market.rows["stakes"]}
    whole = {*ring["members"], *ring["related"]}
    assert all(any((a, b) in own for a in whole) for b in whole)
    chain = of["deep_chain"]
    assert len(chain["related"]) >= 6


def test_addresses_are_shared_as_in_a_real_register() -> None:
    market = made("medium", schemes=0, companies=30_000)
    texts = (row["address"].upper().replace("NO. ", "") for row in market.rows["companies"])
    houses = Counter(re.sub(r"SUITE \d+,? ", "", text) for text in texts)
    shared = sum(n for n in houses.values() if n > 1) / 30_000
    crowded = sum(n for n in houses.values() if n >= 100) / 30_000

    assert 0.55 < shared < 0.85
    assert 0.08 < crowded < 0.25


def test_a_market_is_a_valid_world_with_labels_beside_it_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in "ab":
        generate_market(2_000, 2_000, 5, tmp_path / name, schemes=15, difficulty="all")
    world = load_world(tmp_path / "a")
    labels = json.loads((tmp_path / "a.labels.json").read_text(encoding="utf-8"))

    assert str(world.as_of) == labels["as_of"] == "2027-03-31"
    assert len(labels["schemes"]) == 15
    known = {row.id for row in world.rows("companies")}
    assert {m for label in [*labels["schemes"], *labels["innocent"]] for m in label["members"]} <= known
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_the_verb_plants_one_pattern_and_shows_its_knobs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", "--companies", "1500", "--shipments", "500", "--schemes", "3", "--only", "pass_through"]

    assert run([*words, "--output", str(tmp_path / "w"), "--labels", str(tmp_path / "l.json")]) == 0
    labels = json.loads((tmp_path / "l.json").read_text(encoding="utf-8"))
    assert [label["pattern"] for label in labels["schemes"]] == ["pass_through"] * 3
    assert run(["generate", "--knobs"]) == 0
    assert "nominee_others" in capsys.readouterr().out
    assert run([*words[:-1], "pass_thru", "--output", str(tmp_path / "v")]) == 2


def test_numbers_out_of_range_are_refused(tmp_path: Path) -> None:
    for companies, schemes in ((999, 0), (1_000, 11), (1_000, -1)):
        with pytest.raises(UsageError, match="--schemes"):
            generate_market(companies, 0, 0, tmp_path / "w", schemes=schemes)


@pytest.mark.skipif(not REAL.exists(), reason="the real register is not here")
def test_real_records_are_taken_as_background() -> None:
    register = REAL / "registry" / "uk_ch_overseas_entities.parquet"
    tables, _ = make_market(5_000, 5_000, 1, 10, background=register, stakes=REAL / "sec13d" / "control_figures.csv")
    real = {" ".join(a.split()) for a in pyarrow.parquet.read_table(register)["reg_address"].to_pylist() if a}
    addresses = tables["companies"]["address"].to_pylist()

    assert sum(address in real for address in addresses) > 4_500
    assert sum("." in percent for percent in tables["stakes"]["percent"].to_pylist()) > 20
    assert len(set(addresses)) < 4_000


def test_a_background_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(UsageError, match="has no column `name`"):
        make_market(1_000, 0, 0, 0, background=tmp_path / "x.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        make_market(1_000, 0, 0, 0, background=tmp_path / "absent.parquet")
