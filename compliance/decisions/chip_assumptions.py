"""What an answer takes for granted of the chips that a world names: what a name means, and whose figures count."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from compliance.rulebook.folder import rules_folder
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import show
from compliance.world.reference.chip_catalogue import Catalogue, ChipFacts
from compliance.world.reference.product_matching import OUTSIDE
from compliance.world.schema.tables import Chip, Holding, Order, Shipment


def chip_assumptions(scene: EvaluationContext) -> Iterator[str]:
    """Of each name of a chip in lines and holdings what it is read as, and whose figures count where two differ."""
    catalogue, own = scene.catalogue, scene.world.values(Chip.table, "name")
    shipped = Catalogue.load(rules_folder()) if own else catalogue
    names = {chip for model in (Shipment, Order, Holding) for chip in scene.world.values(model.table, "chip")}
    for name in sorted(names):
        if not catalogue.exact_parts(name):
            yield f"`{name}` is read as {catalogue.trade.match(name).told}"
        for part in catalogue.parts(name):
            facts = catalogue.at(part.chip, scene.day)
            if part.chip.name == OUTSIDE:
                yield f"goods under `{name}` are outside the rules on chips; their own classification is not judged"
            elif facts.basis.startswith("published"):
                yield f"the TPP of {part.chip.name} is its published figure; its throughput is not public"
            known = shipped.find(part.chip.name) if part.chip.name in own else None
            if known is not None and (ours := shipped.at(known, scene.day)).tpp != facts.tpp:
                told = f"{part.chip.name} is as the table `chips` of the world has it, {_performance(facts)}"
                yield f"{told}; the catalogue has {_performance(ours)}"


def _performance(facts: ChipFacts) -> str:
    return "no TPP that is known" if facts.tpp is None else f"{show(Fraction(facts.tpp, 1000))} TPP"
