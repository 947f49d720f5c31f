"""The products of the trade as they are written in rule data (`shared/products.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from compliance.world.io.rule_file import Cited, Confidence, Count, OpenDay, RuleDataModel


class Product(RuleDataModel):
    """Something that is sold under a name or number, and what is in it; `source` is a key of `sources`."""

    name: str
    aliases: tuple[str, ...] = ()
    chip: str
    count: Count
    source: str
    confidence: Confidence

    @property
    def names(self) -> tuple[str, ...]:
        """Every name."""
        return (self.name, *self.aliases)


class Holding(RuleDataModel):
    """What a server may hold."""

    chip: str
    count: Count
    source: str
    confidence: Confidence


class ServerModel(RuleDataModel):
    """A server that is sold with several kinds of chips."""

    name: str
    maker: str
    aliases: tuple[str, ...] = ()
    holds: Annotated[tuple[Holding, ...], Field(min_length=1)]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name."""
        return (self.name, *self.aliases)

    def sold(self) -> Iterator[Product]:
        """The server with each kind of chips, as a product of its own."""
        for held in self.holds:
            name = f"{self.name} {held.count}x {held.chip}"
            yield Product(name=name, chip=held.chip, count=held.count, source=held.source, confidence=held.confidence)


class Variant(RuleDataModel):
    """A chip of a family, by the words for its form and the gigabytes of its memory."""

    chip: str
    forms: tuple[str, ...] = ()
    memory: tuple[Count, ...] = ()


class Family(RuleDataModel):
    """Chips that share a word; the first stands for words that tell no form."""

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    variants: Annotated[tuple[Variant, ...], Field(min_length=1)]


class UnratedProduct(RuleDataModel):
    """Words for a product that has no figures here, or that may be two: why it is asked, and what it may be taken for.

    With `beside` they mean it only where one of these words stands there too.
    """

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    beside: tuple[str, ...] = ()
    why: str
    holds: tuple[str, ...] = ()


class Brand(RuleDataModel):
    """Words of a maker or make, and the chips or products that are asked about where words tell no more."""

    words: tuple[str, ...] = ()
    holds: Annotated[tuple[str, ...], Field(min_length=1)]


class ProductShelf(RuleDataModel):
    """The file as a whole."""

    seen: OpenDay = None
    sources: dict[str, Cited]
    products: tuple[Product, ...]
    servers: tuple[ServerModel, ...] = ()
    families: tuple[Family, ...] = ()
    unrated: tuple[UnratedProduct, ...] = ()
    outside: tuple[str, ...] = ()
    outside_numbers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    weak_hints: tuple[str, ...] = ()
    brands: tuple[Brand, ...] = ()

    @model_validator(mode="after")
    def _check_sources(self) -> ProductShelf:
        for sold in self.sold():
            if sold.source not in self.sources:
                raise ValueError(f"`{sold.name}`: there is no source `{sold.source}`")
        return self

    def sold(self) -> Iterator[Product]:
        """Everything under its name, servers with each kind of chips."""
        yield from self.products
        for server in self.servers:
            yield from server.sold()
