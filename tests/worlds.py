"""Small worlds for property tests: every table that the shipped rules ask about, with gaps and undetermined parents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tables = dict[str, list[dict[str, str]]]

SEATS = ["US", "DE", "MY", "SG", "CN", "MO", "VN", "IL", ""]
PLACES = ["US", "DE", "MY", "SG", "CN", "VN"]
CHIPS = ["H100", "A100", "L4", "H20", "RTX 4090"]
DAYS = ["2025-01-12", "2025-01-13", "2025-06-01", "2025-12-31", "2026-01-01", "2026-06-01"]
AS_OF = "2026-06-30"


def _drop_empty(row: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in row.items() if value != ""}


def companies(count: int) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.sampled_from(SEATS), min_size=count, max_size=count).map(
        lambda seats: [_drop_empty({"id": f"c{n}", "headquarters": seat}) for n, seat in enumerate(seats)]
    )


def stakes(count: int) -> st.SearchStrategy[list[dict[str, str]]]:
    party = st.integers(0, count - 1).map(lambda n: f"c{n}")
    percent = st.sampled_from(["100", "75", "51", "50", "40", "25", ">25-50", "unknown"])
    rows = st.lists(
        st.fixed_dictionaries({"owner": party, "owned": party, "percent": percent}),
        max_size=4,
        unique_by=lambda s: s["owned"],
    )
    return rows.map(lambda found: [row for row in found if row["owner"] < row["owned"]])


def lines(count: int, prefix: str, most: int = 5) -> st.SearchStrategy[list[dict[str, str]]]:
    party = st.integers(0, count - 1).map(lambda n: f"c{n}")
    row = st.fixed_dictionaries(
        {
            "date": st.sampled_from(DAYS),
            "consignee": party,
            "end_user": st.one_of(st.just(""), party),
            "to_country": st.sampled_from(PLACES),
            "chip": st.sampled_from(CHIPS),
            "quantity": st.sampled_from(["1", "8", "800", "1699", "1700", "1701", "30000", "50001"]),
            "movement": st.sampled_from(["export", "reexport", "transfer"]),
            "authorization": st.sampled_from(["license", "LPP", "none", "UVEU", "AIA", ""]),
            "purchase": st.sampled_from(["", "", "p1", "p2"]),
        }
    )
    return st.lists(row, max_size=most).map(
        lambda rows: [_drop_empty({"id": f"{prefix}{n}", **row}) for n, row in enumerate(rows)]
    )


@st.composite
def worlds(draw: Any, parties: int = 4) -> Tables:
    """A world of a few companies with shipments, sites, holdings, services and weights."""
    party = st.integers(0, parties - 1).map(lambda n: f"c{n}")
    sites = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "operator": party,
                    "country": st.sampled_from(PLACES),
                    "it_mw": st.sampled_from(["", "5", "93", "7", "100"]),
                }
            ),
            max_size=3,
        )
    )
    site_rows = [_drop_empty({"id": f"site{n}", **row}) for n, row in enumerate(sites)]
    holdings = []
    if site_rows:
        holdings = draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "site": st.sampled_from([row["id"] for row in site_rows]),
                        "chip": st.sampled_from(CHIPS),
                        "quantity": st.sampled_from(["", "7000", "93000", "100-200"]),
                    }
                ),
                max_size=3,
            )
        )
    tables: Tables = {
        "companies": draw(companies(parties)),
        "stakes": draw(stakes(parties)),
        "shipments": draw(lines(parties, "s")),
        "sites": site_rows,
        "holdings": [_drop_empty(row) for row in holdings],
        "listings": draw(
            st.sampled_from([[], [{"party": "c0", "list": "UVEU"}], [{"party": "c1", "list": "NVEU", "country": "MY"}]])
        ),
    }
    return {name: rows for name, rows in tables.items() if rows}
