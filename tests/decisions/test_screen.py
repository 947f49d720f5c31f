"""Screening: new, worsened, unchanged and eased findings; order books in which one bad line sinks nothing."""

from __future__ import annotations

import pytest

from compliance.answers.answer import DECISIONS, Answer
from compliance.decisions.screen import screen
from compliance.errors import InputError, Problem
from compliance.explain import findings
from compliance.rulebook.packs import load_packs
from compliance.world.schema.tables import Order
from tests.packs import line, on, world

HEADLINE, DIFFUSION = load_packs(["diffusion_headline", "us_ai_diffusion"])
MALAYSIAN = [{"id": "c", "headquarters": "MY"}]


def orders(*rows: dict[str, str]) -> list[Order]:
    return [Order.model_validate(row) for row in rows]


def effects(answer: Answer, rule: str) -> list[tuple[str | None, str | None, str | None]]:
    return [
        (f.effect, f.before and f.before.value, f.after and f.after.value) for f in answer.findings if f.rule == rule
    ]


@pytest.mark.parametrize(
    ("shipped", "ordered", "effect"),
    [
        (1000, 699, []),
        (1000, 700, [("new", None, "26900800")]),
        (1700, 1, [("worsened", "26900800", "26916624")]),
    ],
)
def test_an_order_meets_the_year_s_total(shipped: int, ordered: int, effect: list[tuple[str, str, str]]) -> None:
    tables = world(companies=MALAYSIAN, shipments=[line("s", "c", "MY", shipped, authorization="LPP")])

    answer = screen(
        tables, orders(line("o", "c", "MY", ordered, "2025-12-31", authorization="LPP")), [DIFFUSION], on("2025-12-31")
    )

    assert effects(answer, "lpp_yearly_limit") == effect


def test_findings_that_do_not_rest_on_the_order_are_left_out() -> None:
    tables = world(
        companies=[*MALAYSIAN, {"id": "d", "headquarters": "CN"}],
        shipments=[line("s", "d", "CN", 8, authorization="license")],
    )

    assert (
        screen(tables, orders(line("o", "c", "MY", 8, authorization="license")), [HEADLINE], on("2025-12-31")).findings
        == []
    )


def test_what_is_missing_is_sought_only_where_somebody_reads_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []
    seek = findings.missing
    monkeypatch.setattr(findings, "missing", lambda found, *rest: sought.append(found.rule) or seek(found, *rest))
    tables = world(companies=[*MALAYSIAN, {"id": "d"}], shipments=[])

    answer = screen(tables, orders(line("o", "d", "MY", 8)), [DIFFUSION], on("2025-12-31"))
    assert answer.decision.written in DECISIONS
    assert {one.certainty for one in answer.findings} == {"possible"}
    assert not sought

    assert any("`d`" in step or " d" in step for step in answer.decisions[0].next)
    assert sought


@pytest.mark.parametrize(
    ("day", "written", "enforced"),
    [
        ("1999-11-20", "unknown", "unknown"),
        ("2024-12-01", "unknown", "nothing_found"),
        ("2025-06-01", "license_required", "nothing_found"),
    ],
)
def test_an_order_of_a_day_before_a_pack_applies_is_not_clean(day: str, written: str, enforced: str) -> None:
    """A typing error in the year, or a line long past: what ships now ships under the law of today."""
    packs = load_packs(["us_ai_diffusion", "us_chips_enforced"])
    listed = [{"list": name} for name in ("DPL", "EntityList", "MEU", "SDN", "UVL")]
    tables = world(companies=[{"id": "g", "headquarters": "DE", "jurisdiction": "DE"}], screening_lists=listed)
    told = {"from_country": "US", "end_use_country": "DE", "authorization": "none"}
    parties = dict.fromkeys(("end_user", "purchaser", "exporter"), "g")

    answer = screen(tables, orders(line("o", "g", "DE", 8, day, **told, **parties)), packs, on("2026-11-20"))

    (decision,) = [one for one in answer.decisions if one.id == "o"]
    assert (decision.written, decision.enforced) == (written, enforced)
    early = [one for one in answer.not_evaluated if "from which on" in one.reason]
    assert {one.missing[0].field for one in early} <= {"date"}
    assert any("order line o" in step for step in decision.next) == (written == "unknown")


def test_home_capacity_on_order_eases_and_cures_a_share() -> None:
    tables = {
        "companies": [{"id": "op", "headquarters": "US"}],
        "listings": [{"party": "op", "list": "UVEU"}],
        "sites": [{"id": c, "operator": "op", "owner": "op", "country": c} for c in ("US", "MY")],
        "holdings": [
            {"site": "US", "chip": "H100", "quantity": "90", "owner": "op"},
            {"site": "MY", "chip": "H100", "quantity": "10", "owner": "op"},
        ],
    }

    def with_order(quantity: int) -> list[tuple[str | None, str | None, str | None]]:
        bought = orders(line("o", "op", "US", quantity, "2026-06-30", site="US", operator="op", movement="domestic"))
        return effects(screen(world(**tables), bought, [DIFFUSION], on("2026-06-30")), "uveu_one_country")

    assert with_order(10) == [("eased", "10", "100/11")]
    assert with_order(43) == [("eased", "10", None)]


def test_one_bad_line_is_told_and_the_others_are_screened() -> None:
    book = orders(
        line("o1", "c", "MY", 1701, authorization="LPP"),
        {**line("o2", "c", "MY", 1), "chip": "H10O"},
    )
    unread = [Problem("book.csv", 7, "`date` is missing")]

    answer = screen(world(companies=MALAYSIAN), book, [HEADLINE], on("2025-12-31"), problems=unread)

    assert [f.subject.id for f in answer.findings if f.rule == "small_purchase_exemption"] == ["o1"]
    assert [n.reason for n in answer.not_evaluated] == [
        "<python>: no chip or product is called `H10O`. Did you mean `H100`?",
        "book.csv:7: `date` is missing",
    ]


def test_an_order_may_not_take_the_id_of_a_shipment() -> None:
    tables = world(companies=MALAYSIAN, shipments=[line("s", "c", "MY", 8)])

    with pytest.raises(InputError, match="has the id of a shipment"):
        screen(tables, orders(line("s", "c", "MY", 8)), [HEADLINE], on("2025-12-31"))


def test_an_order_that_is_given_twice_is_refused_and_not_added_up() -> None:
    tables, book = world(companies=MALAYSIAN), orders(line("o", "c", "MY", 8))

    for twice in ([*book, *book], [*book, *orders(line("o", "c", "MY", 9))]):
        with pytest.raises(InputError, match="`o` stands twice in `orders`"):
            screen(tables, twice, [HEADLINE], on("2025-12-31"))
    with pytest.raises(InputError, match="`o` stands twice in `orders`"):
        world(companies=MALAYSIAN, orders=[line("o", "c", "MY", 8)] * 2)


def test_a_used_up_allocation_meets_a_policy_of_denial() -> None:
    tables = world(companies=MALAYSIAN, shipments=[line("s", "c", "MY", 50_000, authorization="license")])

    answer = screen(
        tables, orders(line("o", "c", "MY", 1, "2025-12-31", authorization="license")), [DIFFUSION], on("2025-12-31")
    )

    (determination,) = answer.determinations
    assert determination.review_policy == "policy_of_denial"
    assert effects(answer, "country_allocation") == [("worsened", "791200000", "791215824")]
