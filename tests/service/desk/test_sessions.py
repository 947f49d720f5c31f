"""Sessions: they end by themselves, by signing out and by the key, in every worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from compliance.ledger.ledger import Ledger
from compliance.service.desk.sessions import IDLE, LONGEST, Sessions, fits, form_token
from tests.ledger.conftest import ledger, postgres, url

__all__ = ["ledger", "postgres", "url"]  # both kinds of stores

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
KEY = "0" * 64


def test_a_session_is_known_to_every_worker(ledger: Ledger, url: str) -> None:
    token = Sessions(ledger.store).begin(KEY, NOW)
    found = Sessions(Ledger.open(url).store).find(token, NOW)

    assert found is not None
    assert found.key_sha256 == KEY


def test_the_store_holds_no_token(ledger: Ledger) -> None:
    token = Sessions(ledger.store).begin(KEY, NOW)

    assert token not in str(ledger.store.read(lambda rows: rows.run("SELECT * FROM desk_sessions")))


def test_a_session_ends_when_nobody_asks(ledger: Ledger) -> None:
    sessions = Sessions(ledger.store)
    token = sessions.begin(KEY, NOW)

    assert sessions.find(token, NOW + IDLE - timedelta(seconds=1)) is not None
    assert sessions.find(token, NOW + 2 * IDLE - timedelta(seconds=2)) is not None
    assert sessions.find(token, NOW + 3 * IDLE) is None
    assert sessions.find(token, NOW) is None  # it is gone for good


def test_a_session_ends_however_busy_it_is(ledger: Ledger) -> None:
    sessions = Sessions(ledger.store)
    token, at = sessions.begin(KEY, NOW), NOW
    while at < NOW + LONGEST - IDLE / 2:
        at += IDLE / 2
        assert sessions.find(token, at) is not None

    assert sessions.find(token, NOW + LONGEST) is None


def test_signing_in_again_ends_the_session_before(ledger: Ledger) -> None:
    sessions = Sessions(ledger.store)
    first = sessions.begin(KEY, NOW)
    second = sessions.begin(KEY, NOW, instead_of=first)

    assert sessions.find(first, NOW) is None
    assert sessions.find(second, NOW) is not None


def test_sessions_that_are_over_leave_the_store(ledger: Ledger) -> None:
    sessions = Sessions(ledger.store)
    sessions.begin(KEY, NOW)
    sessions.begin(KEY, NOW + IDLE)

    assert ledger.store.read(lambda rows: rows.run("SELECT count(*) FROM desk_sessions")) == [(1,)]


@pytest.mark.parametrize("given", ["", "x", form_token("another"), "é" * 64])
def test_a_form_of_another_session_does_not_fit(given: str) -> None:
    assert fits("token", form_token("token"))
    assert not fits("token", given)
    assert not fits("", form_token(""))
