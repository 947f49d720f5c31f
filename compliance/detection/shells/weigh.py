"""Buyers that look like shells: what the detectors find, weighed against how common it is, one group for one buyer.

A sign counts for what it is worth: how many shells show it, over how many large buyers of the world do [naive Bayes;
weights as in record linkage]. Signs of one family speak of the same fact: the strongest counts in full, the rest by
half. A buyer is told under its strongest sign, with the others beside it; buyers that one thing joins (a director, a
circle) are one group, if one of them is told under it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from compliance.detection import log_likelihood
from compliance.detection.groups.group import Group, Link
from compliance.detection.pattern_context import View
from compliance.detection.shells import (
    circular_ownership,
    deep_chain,
    dormant_revived,
    forwarder_consignee,
    mass_registration_address,
    missing_beneficial_owner,
    nominee_director,
    pass_through,
    restructuring,
    site_without_power,
    sudden_buyer,
    tiny_company,
    young_company,
)
from compliance.detection.shells.sign import Sign

Signs = Callable[[View], Iterator[Sign]]
SIGNS: Mapping[str, Signs] = {
    module.SIGN: module.signs
    for module in (
        young_company, dormant_revived, tiny_company, nominee_director, mass_registration_address, circular_ownership,
        deep_chain, missing_beneficial_owner, restructuring, pass_through, site_without_power, forwarder_consignee,
        sudden_buyer,
    )
}  # fmt: skip


@dataclass(frozen=True)
class WeighedSign:
    """A sign with its evidence in thousandths of a bit."""

    name: str
    sign: Sign
    bits: int


def weigh_signs(view: View) -> Mapping[int, list[WeighedSign]]:
    """The signs of each buyer that shows any, the strongest first; of each kind its strongest."""
    found: dict[int, list[WeighedSign]] = defaultdict(list)
    few = view.settings.number("few_buyers")
    for name, detect in SIGNS.items():
        shown = list(detect(view))
        kind = view.settings.signs[name]
        common = (len({sign.who for sign in shown}) + few * kind.at_large / 100) / (len(view.large) + few)
        best: dict[int, WeighedSign] = {}
        for sign in shown:
            one = WeighedSign(name, sign, log_likelihood.millibits(kind.of_one_hand / 100 / (sign.chance or common)))
            if sign.who not in best or one.bits > best[sign.who].bits:
                best[sign.who] = one
        for who, one in best.items():
            found[who].append(one)
    for some in found.values():
        some.sort(key=lambda one: (-one.bits, one.name))
    return found


def score(view: View, signs: list[WeighedSign]) -> int:
    """The evidence of all signs of a buyer over the odds against a shell."""
    families: dict[str, list[int]] = defaultdict(list)
    for one in signs:
        families[view.settings.signs[one.name].family].append(one.bits)
    odds = log_likelihood.millibits(view.settings.number("shells_per_buyer") / 100)
    return odds + sum(bits[0] + sum(bits[1:]) // 2 for bits in families.values())


def detect(view: View) -> Iterator[Group]:
    """Every buyer, or buyers that one thing joins, with evidence enough; not those told of as splitting already."""
    least = int(view.settings.number("shell_score") * 1000)
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    signs = weigh_signs(view)
    told = {who for split in view.splits if view.is_evasive(split) for who in split.members}
    enough = {who for who, some in sorted(signs.items()) if who not in told and score(view, some) >= least}
    joins = {(signs[who][0].name, signs[who][0].sign.key) for who in enough if signs[who][0].sign.key}
    for who in sorted(signs):
        by = next(((one.name, one.sign.key) for one in signs[who] if (one.name, one.sign.key) in joins), None)
        if by is not None and who not in told:
            together[by].append(who)
        elif who in enough:
            together[signs[who][0].name, f"\0{who}"].append(who)
    for (name, _), buyers in sorted(together.items()):
        yield _group(view, name, buyers, signs)


def _group(view: View, name: str, buyers: list[int], signs: Mapping[int, list[WeighedSign]]) -> Group:
    strongest = max(buyers, key=lambda who: (score(view, signs[who]), -who))
    lines = [line for who in buyers for line in view.lines[who]]
    tpp, year = max(view.fullest[who] for who in buyers)
    links: dict[Link, None] = {}
    for who in buyers:
        for one in signs[who]:
            links.update(dict.fromkeys(one.sign.links))
    told = "; ".join(f"{view.told(who)} {one.sign.told}" for who in buyers[:5] for one in signs[who][:3])
    more = f"; and {len(buyers) - 5} more buyers" if len(buyers) > 5 else ""
    kinds = {one.name for who in buyers for one in signs[who]}
    flags = {flag for kind in kinds if (flag := view.settings.signs[kind].flag)}
    odds = log_likelihood.millibits(view.settings.number("shells_per_buyer") / 100)
    shown = [(view.settings.signs[one.name].text, one.bits) for one in signs[strongest]]
    return Group(
        pattern=name,
        members=tuple(sorted(view.name(who) for who in buyers)),
        orders=tuple(sorted(view.bought.line[line].as_py() for line in lines)),
        bits=score(view, signs[strongest]),
        links=tuple(links),
        total=tpp,
        limit=view.limit,
        period=str(year),
        message=f"{told}{more}.",
        evidence=(*shown, ("the odds against a shell", odds)),
        flags=tuple(sorted(flags)),
    )
