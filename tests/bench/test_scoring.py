"""Alerts are scored by the rule that the figures state, and the plain ways find what they say they find."""

from __future__ import annotations

from typing import Any

from compliance.world.world import World
from tests.bench.baselines import common_owner, connected, shared_address
from tests.bench.scoring import Whole, cause, score, score_whole

SCHEMES: list[dict[str, Any]] = [
    {"pattern": "p", "members": ["a", "b", "c", "d"], "related": ["h"]},
    {"pattern": "p", "members": ["e", "f"], "related": []},
]
INNOCENT = [{"kind": "group_over", "members": ["x", "y"]}]


def test_a_group_finds_a_scheme_by_half_of_each() -> None:
    alerts = [["a", "b"], ["c", "d", "h", "z"], ["a"], ["e", "p", "q"], ["x", "y", "z"]]
    found, missed, wrong = score(alerts, range(2), SCHEMES, INNOCENT)

    assert (found.alerts, found.right, found.found, found.early, found.innocent_over) == (5, 2, 1, 1, 1)
    assert (found.precision, found.kindly, found.recall, found.first) == (0.4, 0.6, 0.5, 0.5)
    assert missed == [SCHEMES[1]]
    assert wrong == [2, 3, 4]


def test_a_scheme_found_late_is_not_found_early() -> None:
    assert score([["z"], ["e", "f"]], [0], SCHEMES, [])[0].early == 0


def test_a_false_alert_has_a_cause() -> None:
    labels = {"schemes": SCHEMES, "innocent": INNOCENT}

    assert cause(["x", "y", "z"], labels) == "innocent: group_over"
    assert cause(["a", "e", "z", "w", "v"], labels) == "several schemes merged"
    assert cause(["a", "z", "w"], labels) == "part of a p with innocents"
    assert cause(["z"], labels) == "background alone"


def test_each_plain_way_alerts_on_what_it_looks_at() -> None:
    line = {"to_country": "MY", "chip": "H100", "quantity": 1_000, "authorization": "LPP"}
    world = World.of(
        companies=[
            {"id": "a", "address": "1 X Street"},
            {"id": "b", "address": "1 x street"},
            {"id": "c", "phone": "1"},
            {"id": "d", "phone": "1"},
        ],
        people=[{"id": "o"}],
        stakes=[{"owner": "o", "owned": "b", "percent": 5}, {"owner": "o", "owned": "c", "percent": 5}],
        shipments=[
            {"id": "s1", "date": "2026-01-01", "consignee": "a", **line},
            {"id": "s2", "date": "2026-12-31", "consignee": "b", **line},
            {"id": "s3", "date": "2027-01-05", "consignee": "c", **line},
            {"id": "s4", "date": "2027-01-05", "consignee": "d", **line, "status": "cancelled"},
        ],
    )

    assert shared_address(world) == [["a", "b"]]
    assert common_owner(world) == [["b", "c"]]
    assert connected(world) == [["a", "b", "c"]]


def test_a_group_is_whole_by_four_fifths_of_each() -> None:
    schemes = [frozenset("abcde"), frozenset("fghij"), frozenset("kl")]
    groups = [list("abcd"), list("fghijx"), list("fghi"), list("k"), list("abcklz")]

    assert score_whole(groups, schemes) == Whole(schemes=3, found=2, groups=5, right=3)
    assert score_whole([list("fghijxy")], schemes).right == 0
    assert (score_whole([], schemes).recall, score_whole([], []).precision) == (0.0, 1.0)
