"""What a detector tells of: companies, their orders, the links between them and how strong, what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compliance.detection import log_likelihood
from compliance.units import show


@dataclass(frozen=True)
class Link:
    """Why two members belong together, for they share `value`; or, without it, what leads from one party to another.

    `weight` in thousandths of a bit.
    """

    kind: str
    a: str
    b: str
    weight: int
    detail: str
    value: str | None = None


@dataclass(frozen=True)
class Group:
    """A pattern found; `bits` is its evidence over even odds in thousandths, `total` and `limit` thousandths of TPP."""

    pattern: str
    members: tuple[str, ...]
    orders: tuple[str, ...]
    bits: int
    links: tuple[Link, ...]
    total: int
    limit: int
    period: str
    message: str
    evidence: tuple[tuple[str, int], ...] = ()
    flags: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """As contracts 7 has it; `score` in bits over even odds, `probability` what that comes to."""
        return {
            "pattern": self.pattern,
            "outcome": "review",
            "members": list(self.members),
            "orders": list(self.orders),
            "score": _bits(self.bits),
            "probability": log_likelihood.probability(self.bits),
            "evidence": [{"what": what, "bits": _bits(bits)} for what, bits in self.evidence],
            "links": [
                {
                    "kind": link.kind,
                    "a": link.a,
                    "b": link.b,
                    "weight": _bits(link.weight),
                    "detail": link.detail,
                    "value": link.value,
                }
                for link in self.links
            ],
            "total": {"value": _tpp(self.total), "unit": "TPP"},
            "limit": {"value": _tpp(self.limit), "unit": "TPP"},
            "period": self.period,
            "message": self.message,
            "flags": list(self.flags),
        }


def _bits(thousandths: int) -> str:
    return str(Decimal(thousandths) / 1000)


def _tpp(thousandths: int) -> str:
    return show(Fraction(thousandths, 1000))
