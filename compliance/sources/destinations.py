"""Where lines end: the stated destination beside the countries of their sites and of their end use.

The country of ultimate destination is where the item is used, not where it is sent first (15 CFR 748.5(e) and (f), 15
CFR part 772). Where rows name several countries, which of them it is is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from compliance.sources.column_types import SEPARATOR

if TYPE_CHECKING:
    from compliance.sources.shipment_lines import LineColumns

OTHERS = ("site", "end_use_country")
"""What names a country beside the stated destination."""


def find_destinations(lines: LineColumns, sites: Mapping[str, Any]) -> tuple[pa.Array, pa.Array | None]:
    """Of each line every country at which it may end, and those among them that are not the stated one.

    `sites` are the sites of the world by id. The second is `None` where every line ends where it is sent.
    """
    stated = lines.coded("to_country")
    given = [lines.coded(name) for name in OTHERS]
    if all(column is None for column in given) or stated is None:
        return stated, None
    names = [stated.dictionary.to_pylist()]
    codes = [stated.indices.to_numpy().astype(np.int64)]
    for name, column in zip(OTHERS, given, strict=True):
        if column is not None:
            told = column.dictionary.to_pylist()
            names.append([getattr(sites.get(one), "country", None) for one in told] if name == "site" else told)
            codes.append(column.indices.fill_null(len(told)).to_numpy().astype(np.int64))
            names[-1].append(None)
    countries = {name: place for place, name in enumerate(dict.fromkeys(name for own in names for name in own))}
    count = len(countries)
    mixed = np.zeros(lines.count, np.int64)
    for own, code in zip(names, codes, strict=True):
        mixed = mixed * count + np.array([countries[name] for name in own], np.int64)[code]
    kinds, which = np.unique(mixed, return_inverse=True)
    found = [_countries(int(kind), list(countries), len(names)) for kind in kinds]
    every = [SEPARATOR.join(sorted({first, *others})) for first, others in found]
    elsewhere = [SEPARATOR.join(others) or None for _, others in found]
    at = which.astype(np.int32)
    return _codes_of(every, at), _codes_of(elsewhere, at) if any(elsewhere) else None


def _countries(kind: int, countries: list[str | None], several: int) -> tuple[str, list[str]]:
    """The stated country of a kind of line, and the other countries that it names."""
    found: list[str | None] = []
    for _ in range(several):
        kind, place = divmod(kind, len(countries))
        found.append(countries[place])
    stated = found[-1] or ""
    return stated, sorted({name for name in found[:-1] if name is not None and name != stated})


def _codes_of(texts: Sequence[str | None], which: Any) -> pa.DictionaryArray:
    """The texts by place, each once in the dictionary, and none where there is none."""
    values = list(dict.fromkeys(text for text in texts if text is not None))
    places = {text: place for place, text in enumerate(values)}
    codes = np.array([-1 if text is None else places[text] for text in texts], np.int32)[which]
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(values, pa.string()))
