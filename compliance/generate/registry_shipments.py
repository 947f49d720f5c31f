"""Shipments to the companies of a registry, spread over two years: who ships what to whom is drawn at random."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from compliance.generate.texts import dates, number_ids, words

CHIPS = ("H100", "A100", "H20", "B200", "RTX 4090")
SHARE = (0.4, 0.2, 0.2, 0.1, 0.1)
AUTHORIZATIONS = ("LPP", "license", "none", "")
CLAIMED = (0.5, 0.2, 0.2, 0.1)
MEDIAN = 64
"""Units of a shipment: half are under this; one in a hundred is over thirty times as large."""


def shipments(companies: pa.Table, count: int, seed: int) -> pa.Table:
    """`shipments`, as columns of text by the contract's names."""
    draw = np.random.default_rng([seed, 1])
    ids = companies["id"].to_numpy(zero_copy_only=False)
    seats = companies["headquarters"].to_numpy(zero_copy_only=False)
    consignee = draw.integers(0, len(ids), count)
    units = np.maximum(1, (MEDIAN * np.exp(draw.normal(0, 1.5, count))).astype(np.int64))
    found = {
        "id": number_ids("s", count),
        "date": dates(draw, 2025, 2026, count),
        "exporter": np.full(count, "", dtype=object),
        "consignee": ids[consignee],
        "to_country": seats[consignee],
        "chip": words(draw, CHIPS, SHARE, count),
        "quantity": units.astype(str).astype(object),
        "movement": np.full(count, "export", dtype=object),
        "authorization": words(draw, AUTHORIZATIONS, CLAIMED, count),
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in found.items()})
