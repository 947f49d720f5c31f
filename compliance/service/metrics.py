"""Metrics for Prometheus, added up over all workers; no label holds the name of a party."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

from compliance.service.scratch_folder import ScratchFolder

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
NEAR = Fraction(9, 10)
"""An account is near its limit from this share of it on."""


def share_between_workers() -> ScratchFolder:
    """Has the workers that are started from now on keep their metrics in one folder, which goes with the result."""
    folder = ScratchFolder("compliance-metrics-")
    os.environ[MULTIPROCESS] = str(folder.path)
    return folder


class Metrics:
    """What a worker counts; `balances` gives the balances of all accounts when somebody looks."""

    def __init__(self, balances: Callable[[], list[Any]], state: Callable[[], tuple[int, int]]) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._balances = balances
        self._state = state
        own = CollectorRegistry()
        self._own = own
        self.screenings = Counter(
            "compliance_screenings", "Answers to orders, by what is enforced of them", ["decision"], registry=own
        )
        self.seconds = Histogram(
            "compliance_screening_seconds",
            "How long an answer to an order took",
            registry=own,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.requests = Counter(
            "compliance_requests", "Requests by route and status", ["route", "method", "status"], registry=own
        )
        self.refused = Counter("compliance_refused", "Requests that were refused, by why", ["code"], registry=own)
        self.reservations = Counter(
            "compliance_reservations", "Reservations, by what came of it", ["state"], registry=own
        )

    def text(self) -> bytes:
        """What Prometheus reads."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        if os.environ.get(MULTIPROCESS):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._own)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Any]:
        """What is looked up when somebody looks: accounts near their limit, the world and the log."""
        from prometheus_client.core import GaugeMetricFamily

        revision, records = self._state()
        yield GaugeMetricFamily("compliance_world_revision", "The revision of the world", value=revision)
        yield GaugeMetricFamily("compliance_records", "Records in the log", value=records)
        near, accounts = 0, 0
        with suppress(Exception):
            for one in self._balances():
                accounts += 1
                near += one.binds and one.capacity - one.room >= NEAR * one.capacity
        yield GaugeMetricFamily("compliance_accounts", "Accounts in the ledger", value=accounts)
        yield GaugeMetricFamily(
            "compliance_accounts_near_limit", "Accounts of which nine tenths or more are taken", value=near
        )
