"""A made-up fleet of shipments at size, as a folder of Parquet: the same seed gives the same files.

Several hundred consignees in families, sixty countries, twenty chips and five products, four years; small purchases,
some large ones, every kind of authorization; a few companies whose parent or seat is not known.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST, DAYS = date(2025, 1, 1), 1461
AS_OF = date(2028, 12, 31)
_CODES = (
    "MYSGAESAINBRMXIDTHVNPHILCHATPLCZPTGRHUROBGHRSISKLTLVEELUMTCYTREGZANGKEMATN"
    "CLPECOARUYPACRKZUZGEAMAZQAKWOMBHJOLKBDJPDENLKR"
)
COUNTRIES = tuple(_CODES[n : n + 2] for n in range(0, len(_CODES), 2))
CHIPS = (
    "H100", "H200", "H20", "H800", "A100", "A800", "L4", "L40", "L40S", "L20", "L2", "B200", "B100", "T4", "V100",
    "A10", "A30", "A40", "MI300X", "RTX 4090",
)  # fmt: skip
PRODUCTS = (("box-8", "H100", 8), ("box-8-l2", "L2", 8), ("rack-72", "B200", 72), ("pair", "L40S", 2))
SOLD = (*(name for name, _, _ in PRODUCTS), *CHIPS)
UNCONTROLLED = frozenset(("H20", "L20", "L2", "T4", "V100", "A10", "box-8-l2"))
CONSIGNEES = 600
COMPANY = 4
"""So many consignees to a family."""
BARRED = 149
"""The family whose parent is in Beijing."""
CLOSED = frozenset(["SA", "AE", "VN", "EG", "KZ", "UZ", "GE", "AM", "AZ", "QA", "KW", "OM", "BH", "JO"])
"""Countries to which License Exception LPP does not reach (D:1, D:4), and some more."""


def write(folder: Path, count: int, seed: int = 7) -> Path:
    """Writes the tables and gives the folder."""
    chance = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    families = CONSIGNEES // COMPANY
    ids = [f"company-{n:04d}" for n in range(CONSIGNEES)]
    parents = [f"parent-{n:03d}" for n in range(families)]
    seats = [COUNTRIES[n % len(COUNTRIES)] for n in range(CONSIGNEES)]
    seats += ["CN" if n == BARRED else COUNTRIES[7 * n % len(COUNTRIES)] for n in range(families)]
    percents = ["100" if n % 4 else "60" if n % 5 else ">25-49" for n in range(CONSIGNEES)]
    tables = {
        "companies": {"id": [*ids, *parents, "cloud"], "headquarters": [*seats, "US"]},
        "stakes": {"owner": [parents[n // COMPANY] for n in range(CONSIGNEES)], "owned": ids, "percent": percents},
        "listings": {"party": ["cloud"], "list": ["UVEU"]},
        "arrangements": {"country": ["AE"], "kind": ["government_to_government"]},
        "products": dict(zip(("name", "chip", "count"), map(list, zip(*PRODUCTS, strict=True)), strict=True)),
        "authorizations": {
            "id": [f"license-{n:04d}" for n in range(CONSIGNEES)],
            "holder": ids,
            "kind": ["license"] * CONSIGNEES,
            "state": ["granted"] * CONSIGNEES,
            "limit_tpp": ["2000000000" if n % 10 == 5 else None for n in range(CONSIGNEES)],
        },
        "sites": {"id": [f"site-{n:03d}" for n in range(100)], "operator": ids[:100], "country": seats[:100]},
        "holdings": {
            "site": [f"site-{n % 100:03d}" for n in range(2000)],
            "chip": [CHIPS[n % len(CHIPS)] for n in range(2000)],
            "quantity": [("100-200", None, "64", ">8-16")[n % 4] for n in range(2000)],
        },
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    pq.write_table(_shipments(chance, count, ids), folder / "shipments.parquet")
    return folder


def _shipments(chance: np.random.Generator, count: int, ids: list[str]) -> pa.Table:
    weights = np.ones(CONSIGNEES)
    weights[:5] = 20
    weights[BARRED * COMPANY : (BARRED + 1) * COMPANY] = 0.003
    consignee = chance.choice(CONSIGNEES, size=count, p=weights / weights.sum())
    country = chance.integers(0, len(COUNTRIES), count)
    chip = chance.choice(len(SOLD), size=count, p=_shares(len(SOLD)))
    small = chance.choice(np.array([1, 2, 4, 8, 16]), size=count, p=[0.3, 0.25, 0.25, 0.15, 0.05])
    large = chance.random(count) < 0.0005
    quantity = np.where(large, chance.integers(1701, 4000, count), small)
    open_to_lpp = np.array([name not in CLOSED for name in COUNTRIES])[country]
    free = np.array([name in UNCONTROLLED for name in SOLD])[chip]
    claim = chance.random(count)
    unsaid = chance.random(count) < 0.0001
    none = free & (claim < 0.6)
    nac = ~none & (chip == SOLD.index("RTX 4090")) & (claim < 0.5)
    uveu = ~none & ~nac & (claim > 0.985)
    moved = chance.choice(3, size=count, p=[0.9, 0.07, 0.03])
    lpp = (
        ~none
        & ~nac
        & ~uveu
        & open_to_lpp
        & (small < 4)
        & ~large
        & (moved < 2)
        & (chip >= len(PRODUCTS))
        & (claim < 0.5)
    )
    licensed = ~none & ~nac & ~uveu & ~lpp
    words = ["license", "NAC", "UVEU", "LPP", "none"]
    code = np.where(unsaid, -1, np.select([licensed, nac, uveu, lpp, none], range(5)))
    days = chance.integers(0, DAYS, count).astype(np.int32) + (FIRST - date(1970, 1, 1)).days
    claimed = licensed & ~unsaid & (chance.random(count) < 0.9998)
    lead = chance.random(count) < 0.2
    return pa.table(
        {
            "id": pa.array([f"S{n:08d}" for n in range(count)]),
            "date": pa.array(days, pa.int32()).cast(pa.date32()),
            "purchase": pa.array([f"P{n // 2:08d}" if n % 3 else None for n in range(count)]),
            "consignee": _coded(consignee, ids),
            "end_user": _some(_coded((consignee + 1) % CONSIGNEES, ids), chance.random(count) < 0.1),
            "operator": _some(_coded(np.where(uveu, 0, consignee + 1), ["cloud", *ids]), uveu | lead),
            "to_country": _coded(country, list(COUNTRIES)),
            "chip": _coded(chip, list(SOLD)),
            "quantity": pa.array(quantity, pa.int64()),
            "movement": _coded(moved, ["export", "reexport", "transfer"]),
            "authorization": _some(_coded(np.maximum(code, 0), words), code >= 0),
            "authorization_id": _some(_coded(consignee, [f"license-{n:04d}" for n in range(CONSIGNEES)]), claimed),
        }
    )


def _coded(places: np.ndarray, words: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(words, pa.string()))


def _some(column: pa.Array, kept: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(column.indices.to_numpy(), mask=~kept, type=pa.int32()), column.dictionary
    )


def _shares(count: int) -> np.ndarray:
    shares = 1 / np.arange(3, count + 3)[::-1]
    return shares / shares.sum()
