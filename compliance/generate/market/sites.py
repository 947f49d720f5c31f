"""Sites of the honest: with power for what was shipped to them, or without a figure."""

from __future__ import annotations

import numpy as np

from compliance.generate.market.knobs import load
from compliance.generate.market.rows import Market
from compliance.generate.texts import megawatts


def add_sites(market: Market) -> None:
    """A quarter of the innocent buyers have a site; one in ten of those has no figure of its power."""
    draw = market.draw
    share = load("knobs.yaml")["innocent"]["purchases"]["with_site"]
    if not len(market.lines):
        return
    block = market.lines.blocks[-1]
    buyers = np.unique(block["consignee"])
    some = buyers[draw.random(len(buyers)) < share]
    kw = np.zeros(market.size)
    chips = load("knobs.yaml")["chips"]
    each = np.array([chips[chip]["kw"] for chip in block["chip"]])
    np.add.at(kw, block["consignee"], each * block["quantity"])
    names = np.array([f"site-{n:07d}" for n in range(market.size)], dtype=object)
    has = np.zeros(market.size, bool)
    has[some] = True
    block["site"] = np.where(has[block["consignee"]], names[block["consignee"]], "")
    power = kw[some] / 1_000 * draw.uniform(1.1, 4.0, len(some)) + 0.01
    for buyer, mw, known in zip(some, power, draw.random(len(some)) < 0.9, strict=True):
        land = str(market.text["headquarters"][buyer])
        market.row(
            "sites", id=str(names[buyer]), operator=f"#{buyer}", country=land, it_mw=megawatts(mw) if known else ""
        )
