"""Real records as background: a register of overseas entities, and stakes from filings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet

from compliance.errors import UsageError
from compliance.generate.market.rows import NOBODY, Array, Market

CODES = {
    "VIRGIN ISLANDS, BRITISH": "VG", "JERSEY": "JE", "ISLE OF MAN": "IM", "GUERNSEY": "GG", "LUXEMBOURG": "LU",
    "GIBRALTAR": "GI", "SEYCHELLES": "SC", "HONG KONG": "HK", "PANAMA": "PA", "UNITED STATES": "US", "CYPRUS": "CY",
    "BAHAMAS": "BS", "CAYMAN ISLANDS": "KY", "IRELAND": "IE", "NETHERLANDS": "NL", "AUSTRALIA": "AU",
    "MAURITIUS": "MU", "SINGAPORE": "SG", "ITALY": "IT", "LIBERIA": "LR", "DENMARK": "DK", "JAPAN": "JP",
    "UNITED ARAB EMIRATES": "AE", "LIECHTENSTEIN": "LI", "SWITZERLAND": "CH", "GERMANY": "DE", "FRANCE": "FR",
    "BELIZE": "BZ", "SPAIN": "ES", "BERMUDA": "BM", "MARSHALL ISLANDS": "MH", "MALAYSIA": "MY", "CANADA": "CA",
    "ISRAEL": "IL", "NIGERIA": "NG", "NEW ZEALAND": "NZ", "BELGIUM": "BE", "MALTA": "MT", "SAMOA": "WS",
    "MONACO": "MC", "PORTUGAL": "PT", "AUSTRIA": "AT", "CHINA": "CN", "INDIA": "IN", "TURKEY": "TR", "BAHRAIN": "BH",
    "NORWAY": "NO", "SWEDEN": "SE", "KUWAIT": "KW", "SOUTH AFRICA": "ZA", "SAUDI ARABIA": "SA", "BARBADOS": "BB",
}  # fmt: skip


def _read_background(path: Path) -> dict[str, Array]:
    if not path.is_file():  # a pipe would wait for a writer
        raise UsageError(f"`{path}` cannot be read as background: there is no such file")
    try:
        table = pyarrow.parquet.read_table(path) if path.suffix == ".parquet" else pyarrow.csv.read_csv(path)
        return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    except (OSError, pyarrow.ArrowInvalid) as wrong:
        raise UsageError(f"`{path}` cannot be read as background: {wrong}") from None


def put_register(market: Market, path: Path, names: bool = False) -> None:
    """Puts real entities in the place of made-up ones: name, country, day of incorporation and address.

    As many as the register has, whole addresses at a time, the first companies of the market; further ones stay
    made up. What the register does not show (telephones, directors, owners, purchases) stays made up too. Done
    twice: addresses before contacts are drawn, `names` after, since groups name their members.
    """
    known = _read_background(path)
    for need in ("name", "country_of_origin", "incorporation_date", "reg_address"):
        if need not in known:
            raise UsageError(
                f"`{path}` has no column `{need}`; a background has name, country_of_origin, "
                "incorporation_date, reg_address"
            )
    text = np.array([" ".join(str(a or "").split()) for a in known["reg_address"]], dtype=object)
    house, place, size = np.unique(text.astype(str), return_inverse=True, return_counts=True)
    order = np.random.default_rng(market.size).permutation(len(house))
    rank = np.empty(len(house), np.int64)
    rank[order] = np.arange(len(house))
    rows = np.argsort(rank[place], kind="stable")[: market.size]
    at = np.arange(len(rows))
    if names:
        market.text["name"][at] = [str(name) for name in known["name"][rows]]
        market.text["address"][at] = text[rows]
        return
    start = len(market.house)
    market.house = np.concatenate([market.house, house.astype(object)])
    market.place[at] = start + place[rows]
    market.crowd[at] = size[place[rows]]
    market.text["jurisdiction"][at] = [CODES.get(str(c), "") for c in known["country_of_origin"][rows]]
    market.days["incorporated"][at] = [_day(str(d)) for d in known["incorporation_date"][rows]]


def _day(text: str) -> np.datetime64:
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    return np.datetime64(f"{year}-{month}-{day}") if year.isdigit() else np.datetime64("NaT")


def put_stakes(market: Market, path: Path) -> None:
    """Adds real stakes: each issuer and each owner of the filings becomes one free company, at most a third of them."""
    known = _read_background(path)
    for need in ("company_cik", "owner_key", "percent_of_class"):
        if need not in known:
            raise UsageError(f"`{path}` has no column `{need}`; stakes have company_cik, owner_key, percent_of_class")
    percent = known["percent_of_class"].astype(float)
    good = ~np.isnan(percent)
    good &= known.get("pct_verified", np.ones(len(percent), bool)).astype(bool)
    issuer, owned = np.unique(known["company_cik"][good].astype(str), return_inverse=True)
    holder, owner = np.unique(known["owner_key"][good].astype(str), return_inverse=True)
    parties = len(issuer) + len(holder)
    if parties > len(market.free) // 3:
        kept = len(market.free) / parties / 3
        some = (owned < kept * len(issuer)) & (owner < kept * len(holder))
        owned, owner, good_percent = owned[some], owner[some], percent[good][some]
    else:
        good_percent = percent[good]
    spare = np.array(market.free[: int(owned.max(initial=0)) + int(owner.max(initial=0)) + 2])
    first = int(owned.max(initial=0)) + 1
    said = np.array([f"{value:.2f}".rstrip("0").rstrip(".") for value in good_percent], dtype=object)
    issued = np.zeros(market.size, bool)
    issued[spare[owned]] = True
    for block in market.stakes.blocks:
        block["owned"] = np.where(issued[block["owned"]], NOBODY, block["owned"])
    market.stakes.add(len(said), owner=spare[first + owner], owned=spare[owned], percent=said)
    used = {int(n) for n in spare}
    market.free = [n for n in market.free if n not in used]
