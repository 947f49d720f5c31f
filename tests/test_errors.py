"""How a message is made fit for one line, and how a mistake goes from one process to another."""

from __future__ import annotations

import pickle

import pytest

from compliance.errors import About, ComplianceError, InputError, OrderError, Problem, one_line
from compliance.ledger.ledger_problems import LedgerError
from compliance.service.client import ServiceError


@pytest.mark.parametrize("kind", [InputError, OrderError])
def test_a_mistake_can_be_told_by_one_process_to_another(kind: type[InputError]) -> None:
    about = About("o-1", "chip", "unknown_chip", "did you mean `H100`?")
    raised = kind([Problem("<python>", 2, "no chip `H10O`; did you mean `H100`?", about=about)])
    again = pickle.loads(pickle.dumps(raised))

    assert type(again) is kind
    assert again.problems == raised.problems
    assert [type(one) for one in again.problems] == [type(one) for one in raised.problems]
    assert str(again) == str(raised)


@pytest.mark.parametrize(
    "raised",
    [
        LedgerError("no_room", "no room in `a`", account="a", room="1", asked="2", unit="TPP"),
        ServiceError(429, "too_many", "wait", retry_after="3"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_refusal_keeps_what_it_tells_in_another_process(raised: ComplianceError) -> None:
    again = pickle.loads(pickle.dumps(raised))

    assert (type(again), str(again), vars(again)) == (type(raised), str(raised), vars(raised))


def test_a_word_that_fills_pages_is_cut_and_what_stands_between_two_words_is_not() -> None:
    between = ", ".join(f"table_{number}" for number in range(40))

    assert one_line(f"no `{'x' * 300}` here") == f"no `{'x' * 60}...` here"
    assert one_line(f"no `a`; one of {between}. Did you mean `b`?") == f"no `a`; one of {between}. Did you mean `b`?"
