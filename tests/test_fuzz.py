"""Mutated worlds, orders, rules and cases: each is read, or refused in words; nothing else, and nothing slow.

A mutation changes bytes, or the tree that they stand for. A seed gives the same mutations in every run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from compliance.authoring.cases.case_runs import test as run_cases
from compliance.authoring.pack_check import check
from compliance.decisions.audit import audit
from compliance.decisions.ownership_questions import own
from compliance.decisions.screen import screen
from compliance.errors import ComplianceError
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_orders, load_world

SECONDS = 10.0
"""What one mutation may take of the processor, an audit included."""

WORLD = """\
as_of: 2026-06-30
companies:
  - {id: x, name: X Holding, headquarters: CN, aliases: [XH, "X; Y"]}
  - {id: a, name: A Sdn Bhd, headquarters: MY, incorporated: 2020-02-29, exchange_listed: true, x_note: {b: [1]}}
people: [{id: p, nationality: CN}]
roles: [{person: p, company: a, role: director, from: 2024-01-01}]
stakes:
  - &s {owner: x, owned: a, percent: 50, from: 2024-01-01, to: 2027-01-01}
  - *s
  - {owner: p, owned: x, percent: 33.33333}
controls: [{controller: x, company: a, means: board_majority}]
listings: [{party: x, list: EntityList, license_policy: presumption of denial}]
sites: [{id: j, operator: a, country: MY, it_mw: 20.5}]
holdings: [{site: j, chip: H100, quantity: 100-200}]
shipments:
  - {id: s1, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: 1700, authorization: LPP}
  - {id: s2, date: 2025-07-01, consignee: {name: A, country: MY}, to_country: MY, chip: Box, quantity: 3, serials: [1]}
authorizations: [{id: l, holder: a, kind: UVEU, country: MY, limit_tpp: 1e9}]
models: [{id: m, developer: a, weights: closed, training_ops: 1.5e26}]
compute_services: [{id: c, provider: a, customer: x, purpose: training, model: m, operations: 1e26, from: 2025-05-01}]
chips: [{name: Tiny, throughput: {FP16: 989, FP8: 1979}, die_area_mm2: 814}]
products: [{name: Box, chip: Tiny, count: 8}]
"""
ORDERS = """\
id,date,consignee,to_country,chip,quantity,authorization,consignee.name
o1,2026-05-01,a,MY,H100,1700,LPP,
o2,2026-05-02,,SG,Tiny,8,,"A, Sdn Bhd"
"""
RULE = """\
id: cap
title: A ceiling for each country
topic: country_allocation
citation: our own policy 9
confidence: design
of: totals
subject: {kind: country}
measure: measure
parameters:
  ceiling:
    unit: accelerators
    text: the ceiling
    values: [{from: 2025-01-13, value: 50000, citation: ours, confidence: design}]
when:
  the total is over the ceiling: {measure: {gt: $ceiling}}
  it is somewhere: {any: [{measure: {ge: 1}}, {not: {measure: {lt: 5}}}]}
then: {outcome: violation, message: "{subject} has {measure}.", remedy: [{action: remove, text: "take {quantity}"}]}
"""
DEFINITIONS = """\
fields:
  lines: {near: {to_country: [MY, SG]}, sent: {date: {ge: 2025-01-13, lt: $end}}}
parameters:
  end: {unit: date, text: the end, values: [{value: 2029-01-13, citation: ours, confidence: design}]}
measures:
  totals:
    {of: lines, unit: accelerators, text: all, where: {near: true, sent: true}, sum: quantity, by: {id: to_country}}
"""
PACK = """\
id: fuzzed
title: A pack
basis: ours
confidence: design
force: [{from: 2025-01-01, state: in_force, citation: ours, confidence: design}]
not_encoded: [{clause: the rest}]
"""
CASES = """\
- name: nothing
  as_of: 2026-06-30
  packs: [diffusion_headline]
  world: {companies: [{id: a, headquarters: MY}], chips: [{name: T, throughput: {FP16: 9}}]}
  run: chips
  with: {names: [H100, T]}
  expect: {chips: {H100: {zone: a}}}
- name: whose
  as_of: 2026-06-30
  world: {companies: [{id: a}, {id: b}], stakes: [{owner: a, owned: b, percent: 60}]}
  run: own
  with: {parties: [b], test: parent}
  expect: {parties: {b: {parent: a}}}
"""
_NASTY = """
null ~ true - -0 1e309 1e999999999 -1 101 50-25 >100 <0 NaN 1/0 0000-00-00 2025-02-30 XX *s &s << !!int !x { } [ ] , : ?
- | > % @ ` ' # = ; .. $end $nobody {measure} given missing measure parent a.b.c.d parent.parent lines totals route. id
from name all any not not_known first plus times party İ ß é 🏴
"""
_LIKELY = """
0001-01-01 9999-12-31 2025-06-01 2020-02-29 0 1 7 1700 1/3 unknown >25-50 <50 100 0.5 1e12 1e60 CN MY US AX a x p s1
H100 Box Tiny closed open firm cancelled planned votes export transfer LPP none SDN
"""
LIKELY = _LIKELY.split()
NASTY = _NASTY.split()
NASTY += [
    "",
    " ",
    '"',
    "\\",
    "9" * 90,
    "0" * 200,
    "x" * 600,
    "\t",
    "\n",
    "\r",
    "\u200b",
    "\u202e",
    "\x00",
    "\ud800",
    "\u2028",
]
Tree = Any


def bytes_changed(text: str, random: Random) -> bytes:
    """The text after a few changes of its bytes."""
    made = bytearray(text.encode())
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(made) + 1)
        end = min(len(made), at + random.choice([1, 1, 2, 8, 40]))
        match random.randrange(6):
            case 0:
                made[at:end] = b""
            case 1:
                made[at:at] = random.choice(NASTY).encode("utf-8", "surrogatepass")
            case 2:
                made[at:end] = random.choice(NASTY).encode("utf-8", "surrogatepass")
            case 3:
                made[at:at] = made[at:end] * random.choice([1, 2, 50])
            case 4:
                made[at:end] = random.randbytes(end - at)
            case _:
                other = random.randrange(len(made) + 1)
                made[other:other] = made[at:end]
    return bytes(made)


def tree_changed(tree: Tree, random: Random) -> Tree:
    """A tree of which one or a few nodes are others."""
    for _ in range(random.randint(1, 3)):
        holders = [node for node in nodes(tree) if isinstance(node, dict | list) and node]
        if not holders:
            break
        holder = random.choice(holders)
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        match random.randrange(10):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[random.choice(NASTY)] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]]
            case 3:
                holder[key] = {random.choice(NASTY): holder[key]}
            case 4:
                holder[key] = json.loads(json.dumps(random.choice(list(nodes(tree)))))
            case 5 | 6 | 7 | 8 if not isinstance(holder[key], dict | list):
                holder[key] = random.choice(LIKELY)
            case 5 if isinstance(holder, list):
                holder.extend(json.loads(json.dumps(holder)) * random.choice([1, 30]))
            case _:
                holder[key] = random.choice([*NASTY, [], {}, [[]], {"": ""}])
    return tree


def nodes(tree: Tree) -> list[Tree]:
    """Every node of a tree, itself first."""
    inner = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return [tree, *(found for node in inner for found in nodes(node))]


def mutated(text: str, random: Random, suffix: str = ".yaml") -> bytes:
    """A mutation of a text: of its bytes, or of its tree written as YAML or JSON."""
    if suffix == ".csv" or (suffix == ".yaml" and random.random() < 0.4):
        return bytes_changed(text, random)
    tree = tree_changed(yaml.load(text, yaml.BaseLoader), random)
    if suffix == ".json" or random.random() < 0.5:
        written = json.dumps(tree)
        return bytes_changed(written, random) if suffix == ".json" and random.random() < 0.4 else written.encode()
    return yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass")


def a_world(folder: Path, random: Random) -> None:
    path = folder / f"w{random.choice(['.yaml', '.json'])}"
    path.write_bytes(mutated(WORLD, random, path.suffix))
    world = load_world(path)
    deep = random.random()
    if deep < 0.3:
        own(world, (), test=random.choice(["parent", "ofac", "bis", "share"]))
    if deep < 0.1:
        audit(world)


def orders(folder: Path, random: Random) -> None:
    path = folder / "orders.csv"
    path.write_bytes(mutated(ORDERS, random, ".csv"))
    (folder / "w.yaml").write_text(WORLD)
    world = load_world(folder / "w.yaml")
    rows, problems = load_orders(path, world)
    if rows and random.random() < 0.1:
        screen(world, rows, load_packs(["diffusion_headline"]), problems=problems)


def rules(folder: Path, random: Random) -> None:
    files = {"cap.yaml": RULE, "definitions.yaml": DEFINITIONS, "pack.yaml": PACK}
    pack = folder / "fuzzed"
    pack.mkdir(exist_ok=True)
    chosen = random.choice(["cap.yaml", "cap.yaml", "definitions.yaml", "definitions.yaml", "pack.yaml"])
    for name, text in files.items():
        (pack / name).write_bytes(mutated(text, random) if name == chosen else text.encode())
    check([pack])
    packs = load_packs([str(pack)])
    audit(load_world_once(folder), packs)


def load_world_once(folder: Path) -> Any:
    (folder / "w.yaml").write_text(WORLD)
    return load_world(folder / "w.yaml")


def case_files(folder: Path, random: Random) -> None:
    path = folder / "some.cases.yaml"
    path.write_bytes(mutated(CASES, random))
    report = run_cases([path])
    assert not [line for line in report.lines if "fault of this program" in line], report.lines


KINDS: dict[str, Callable[[Path, Random], None]] = {
    "world": a_world,
    "orders": orders,
    "rules": rules,
    "cases": case_files,
}


def judge(kind: str, seed: int, folder: Path) -> None:
    """Runs one mutation; fails, with the seed and the files left in the folder, where it is not taken well."""
    begun = time.process_time()
    try:
        KINDS[kind](folder, Random(f"{kind} {seed}"))
    except ComplianceError as refused:
        told = str(refused)
    except Exception as fault:
        raise AssertionError(f"{kind} {seed}: {type(fault).__name__}: {fault}") from fault
    else:
        told = "nothing"
    assert 0 < len(told) < 500_000
    spent = time.process_time() - begun
    assert spent < SECONDS, f"{kind} {seed} took {spent:.1f} seconds"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_mutated_is_read_or_refused_in_words(kind: str, tmp_path: Path) -> None:
    judge(kind, 0, tmp_path)  # what is loaded once is loaded
    for seed in range(1, 40):
        judge(kind, seed, tmp_path)


@pytest.mark.night
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_mutations_are_read_or_refused_in_words(kind: str, tmp_path: Path) -> None:
    faults = []
    for seed in range(1, 4_000):
        try:
            judge(kind, seed, tmp_path)
        except AssertionError as fault:
            faults.append(str(fault).splitlines()[0][:300])
    assert faults == []
