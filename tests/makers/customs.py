"""Worlds as a customs agency and a national company register would hand them over.

Habits: declarations have long ids (`2025/MY/000123-A`, corrections end in B, C, ... and stand anywhere in a file, some
dated before what they correct); many small declarants, forwarders and intermediate consignees; goods go on through
Singapore, Dubai and Hong Kong. Nothing is tidy: lines are cancelled or refused before and after others, some are
years ahead, authorizations are empty, quantities on site and percents are ranges, stakes are thirds, owners stand in
long thin chains and rings, seats moved, listings come and go on many days, ids look like numbers, dates or countries
(`NO`, `1e5`), names come in several scripts, servers hold controlled and uncontrolled chips in either order.

In a market the same firms share service addresses, nominee directors, financiers and forwarders' phones for honest
reasons. A scheme is a tree of private ties, another one at each step: an address spelled in two ways, a phone, a person
on record once or twice, an owner behind shells, a family, a third firm that pays, a mail domain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import Market, Sizes, Tables

Row = dict[str, Any]


def split_words(text: str) -> tuple[str, ...]:
    """Splits a text at its spaces."""
    return tuple(text.split())


HUBS = ("SG", "AE", "HK")
COMMON = ("MY", "SG", "AE", "TH", "VN", "IN", "KZ", "TR", "ID")
PLACES = {
    "MY": ("Kuala Lumpur", "60", "Jalan Ampang"), "SG": ("Singapore", "65", "Cecil Street"),
    "AE": ("Dubai", "971", "Sheikh Zayed Road"), "HK": ("Hong Kong", "852", "Des Voeux Road"),
    "TH": ("Bangkok", "66", "Sukhumvit Road"), "VN": ("Hanoi", "84", "Tran Duy Hung Street"),
    "IN": ("Chennai", "91", "Anna Salai Road"), "KZ": ("Almaty", "7", "Abay Street"),
    "TR": ("Istanbul", "90", "Büyükdere Street"), "CN": ("深圳", "86", "Shennan Road"),
    "ID": ("Jakarta", "62", "Jalan Sudirman"), "NO": ("Oslo", "47", "Storgata Street"),
    "US": ("San Jose", "1", "Zanker Road"), "VG": ("Road Town", "1284", "Waterfront Street"),
}  # fmt: skip
STEMS = (*split_words("Harimau Perdana Nusantara Lotus Straits Vostok Orchid Cempaka Merlion Falcon Steppe Selat"),
         "Bosphorus", "Golden Bay", "Al Noor", "Silk Gate", "Dragon Well", "Kirana", "Meridian")  # fmt: skip
TRADES = ("Compute", "Trading", "Data", "Cloud", "Micro", "Systems", "Logistics", "Digital", "Semicon", "Import Export")
FORMS = {"MY": "Sdn Bhd", "SG": "Pte Ltd", "AE": "FZCO", "HK": "Limited", "TR": "A.Ş.", "US": "Inc", "NO": "AS"}
SCRIPTS = ("深圳市远航科技有限公司", "شركة النور للحوسبة", "ТОО «Степь Дата»", "บริษัท ช้างทอง จำกัด", "தமிழ் கணினி",
           "주식회사 한빛데이터", "Ελλάς Υπολογιστική", "Công ty Sao Mai", "株式会社海路")  # fmt: skip
GIVEN = ("Aisha", "Wei", "Nurul", "Omar", "Svetlana", "Kumar", "Minh", "Elif", "Jun", "Farid", "Siti", "Dmitri", "Lina")
SURNAMES = split_words("Tan Rahman Nguyen Al-Farsi Ivanov Subramaniam Yılmaz Chan Lim Hassan Ospanov")
ODD_IDS = (
    *split_words("NO 1e5 007 MY 0x1F 1.10 true null 2025-03-01 12:30:00 1_000 ON NaN +65 00 深圳-7 1E400 y"),
    "SG/2019/1-K",
)
PERCENTS = (*split_words("100 51 50 50.01 49.99999 >50 >25-50 25-50 50-75 75-100 >25 <50 unknown 10 80 95.5"),
            *split_words("33.33333 33.33334 66.66667 16.66667"))  # fmt: skip
LISTS = ("EntityList", "MEU", "SDN", "UVL", "DPL", "EU", "UK", "UVEU", "NVEU", "Supp8-740", "TrustedCloud")
POLICIES = ("presumption_of_approval", "case_by_case", "presumption_of_denial", "policy_of_denial")
PERMITS = ("LPP", "LPP", "LPP", "license", "AIA", "NAC", "ACA", "NVEU", "UVEU", "RPL", "GOV", "none", "", "")
CHIPS = ("H100", "H200", "A100", "B200", "MI300X", "L40S", "H20", "L4", "RTX 4090")
LIMIT = 26_900_000_000  # of License Exception LPP a year, in thousandths of a TPP
PERFORMANCE = {"H100": 15_824_000, "H200": 15_824_000, "B200": 36_000_000, "MI300X": 20_919_200}


class Books:
    """The agency's books while they are written: the source of chance, and the rows by table."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.tables: Tables = {}
        self.goods: list[str] = [*CHIPS]

    def ids(self, table: str) -> list[str]:
        """Gives the ids of a table in the order of entry."""
        return [str(row["id"]) for row in self.tables[table]]

    def firm(self, chance: float = 1.0) -> str:
        """Picks a company, with this chance, else nothing."""
        return str(self.rng.choice(self.tables["companies"])["id"]) if self.toss(chance) else ""

    def place(self, chance: float = 1.0) -> str:
        """Picks a country, with this chance, else nothing."""
        return self.pick(tuple(PLACES)) if self.toss(chance) else ""

    def enter(self, table: str, row: Mapping[str, object]) -> Row:
        """Enters a row: every value becomes a text, a field that is empty stays out."""
        kept = {
            name: value if isinstance(value, (list, dict)) else str(value)
            for name, value in row.items()
            if value not in ("", None, [])
        }
        self.tables.setdefault(table, []).append(kept)
        return kept

    def toss(self, chance: float) -> bool:
        """Tells heads with this chance."""
        return self.rng.random() < chance

    def pick(self, values: Sequence[str]) -> str:
        """Picks one of the values."""
        return values[int(self.rng.random() * len(values))]

    def day(self, first: str = "2024-06-01", last: str = "2026-06-29") -> str:
        """Picks a day between two."""
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        return (start + dt.timedelta(days=int(self.rng.random() * ((end - start).days + 1)))).isoformat()

    def span(self) -> Row:
        """Picks a period, open at either end or at both as often as not."""
        first = self.day("2019-01-01", "2026-03-31")
        last = (dt.date.fromisoformat(first) + dt.timedelta(days=self.rng.randint(1, 1500))).isoformat()
        return {"from": first if self.toss(0.6) else "", "to": last if self.toss(0.35) else ""}


# ---- a world ----


def make_world(seed: int, lines: int = 40) -> Tables:
    """Makes a world of 20 to 80 companies with so many declared lines."""
    books = Books(seed)
    register_companies(books, books.rng.randint(20, 80))
    register_people(books, books.rng.randint(6, 20))
    draw_owners(books)
    list_parties(books)
    define_hardware(books)
    grant_permits(books)
    build_sites(books)
    declare_lines(books, "shipments", max(lines, 12))
    declare_lines(books, "orders", max(lines // 4, 6))
    for record in (record_controls, record_moves, record_models, record_services, record_certifications):
        if books.toss(0.65):
            record(books)
    for rows in books.tables.values():
        books.rng.shuffle(rows)
    return books.tables


def register_companies(books: Books, count: int) -> None:
    """Enters the companies, some with an id that looks like something else or a name in another script."""
    odd = books.rng.sample(ODD_IDS, books.rng.randint(6, 12))
    for number in range(count):
        country = books.place()
        born = books.day("1998-01-01", "2025-12-31")
        books.enter("companies", {
            "id": odd[number] if number < len(odd) else f"{country}-{born[:4]}{number:05d}{books.pick('HKTX')}",
            "name": books.pick(SCRIPTS) if books.toss(0.2) else name_firm(books, country),
            "aliases": [books.pick(SCRIPTS), name_firm(books, country).upper()] if books.toss(0.15) else [],
            "jurisdiction": "VG" if books.toss(0.1) else country,
            "headquarters": country if books.toss(0.85) else "",
            "incorporated": born,
            "last_filing": books.day("2025-01-01", "2026-06-01") if books.toss(0.4) else "",
            "dissolved": "2026-02-28" if books.toss(0.04) else "",
            "address": write_address(books, country) if books.toss(0.8) else "",
            "phone": write_phone(books, country) if books.toss(0.7) else "none",
            "email": "none" if books.toss(0.2) else f"ops{number}@{books.pick(('gmail.com', 'selat.example'))}",
            "website": books.pick(("none", "", f"https://firm{number}.example")),
            "registration": f"{books.rng.randrange(10**7):07d}" if books.toss(0.5) else "",
            "employees": books.rng.randint(0, 400) if books.toss(0.4) else "",
            "capital_usd": books.rng.choice((1, 2, 100, 50_000, 2_500_000)) if books.toss(0.4) else "",
            "registered_agent": "Straits Corporate Services" if books.toss(0.2) else "",
            "activity": books.pick(("cloud", "reseller", "forwarder", "manufacturer", "other", "government", "")),
            "exchange_listed": books.pick(("true", "false")) if books.toss(0.2) else "",
        })  # fmt: skip


def name_firm(books: Books, country: str) -> str:
    """Makes up a firm's name."""
    return f"{books.pick(STEMS)} {books.pick(TRADES)} {FORMS.get(country, 'LLC')}"


def write_address(books: Books, country: str) -> str:
    """Makes up an address of one firm alone."""
    city, _, street = PLACES[country]
    return f"{books.rng.randint(1, 48)}-{books.rng.randint(1, 30)}, {books.rng.randint(1, 990)} {street}, {city}"


def write_phone(books: Books, country: str) -> str:
    """Makes up a phone number."""
    return f"+{PLACES[country][1]} {books.rng.randint(20, 99)} {books.rng.randint(10**6, 10**7 - 1)}"


def register_people(books: Books, count: int) -> None:
    """Enters people and the one to four offices that each holds or held."""
    for number in range(count):
        name = f"{books.pick(GIVEN)} {books.pick(SURNAMES)}"
        person = books.enter("people", {
            "id": f"P{number}" if number else "1e3", "name": name, "aliases": [name.upper()] if books.toss(0.2) else [],
            "nationality": books.place(), "residence": books.place(0.6),
            "born": books.day("1945-01-01", "2001-12-31") if books.toss(0.7) else "",
        })["id"]  # fmt: skip
        for company in books.rng.sample(books.ids("companies"), books.rng.randint(1, 4)):
            role = books.pick(("director", "secretary", "signatory", "executive"))
            books.enter("roles", {"person": person, "company": company, "role": role, **books.span()})


def draw_owners(books: Books) -> None:
    """Enters long thin chains, now and then closed to a ring, then thirds, and holders whom nobody knows."""
    companies, people = books.ids("companies"), books.ids("people")
    queue = books.rng.sample(companies, len(companies))
    while len(queue) > 5:
        chain = [queue.pop() for _ in range(min(len(queue), books.rng.randint(3, 9)))]
        head = chain[0] if books.toss(0.15) else books.pick(people) if books.toss(0.5) else ""
        for owned, owner in pairwise([*chain, head] if head else chain):
            books.enter("stakes", {"owner": owner, "owned": owned, "percent": books.pick(PERCENTS),
                                   "interest": books.pick(("shares", "votes", "", "")), **books.span()})  # fmt: skip
    for owned in queue[:2]:
        for owner, percent in zip(books.rng.sample(people, 3), ("33.33333", "33.33333", "33.33334"), strict=True):
            books.enter("stakes", {"owner": owner, "owned": owned, "percent": percent, "source": "register extract"})
    for owned in books.rng.sample(companies, 3):
        books.enter("stakes", {"owned": owned, "percent": books.pick(("unknown", "<25", "10", ">0-25")),
                               "known_from": books.day()})  # fmt: skip


def list_parties(books: Books) -> None:
    """Enters listings, each of a day of its own, and which lists were read."""
    parties = books.ids("companies") + books.ids("people")
    for party in books.rng.sample(parties, max(4, len(parties) // 6)):
        name = books.pick(LISTS)
        books.enter("listings", {
            "party": party, "list": name,
            "program": books.pick(("RUSSIA-EO14024", "CMIC", "")) if name == "SDN" else "",
            "license_policy": books.pick(POLICIES) if name in ("EntityList", "MEU") and books.toss(0.5) else "",
            "country": books.place() if name in ("NVEU", "UVEU") else "", **books.span(),
        })  # fmt: skip
    for name in books.rng.sample(LISTS, books.rng.randint(0, len(LISTS))):
        books.enter("screening_lists", {"list": name, "as_of": books.day("2026-01-01"), "source": "extract",
                                        "rows": books.rng.randint(0, 4000)})  # fmt: skip


def define_hardware(books: Books) -> None:
    """Enters two chips, one controlled and one not, and servers that mix them in both orders."""
    speed = books.rng.randint(400, 1200)
    books.enter("chips", {"name": "Kestrel X9", "aliases": ["KX9"],
                          "throughput": {"FP16": str(speed), "INT8": str(speed)},
                          "die_area_mm2": "760.5", "memory_bandwidth_gbs": "2400", "power_kw": "0.9",
                          "data_center": "true", "designer_country": "US"})  # fmt: skip
    books.enter("chips", {"name": "Kestrel C2", "throughput": {"FP16": "61.5", "FP16_sparse": "123"},
                          "die_area_mm2": "610", "data_center": books.pick(("false", "true")),
                          "from": "2023-01-01"})  # fmt: skip
    servers = {
        "KX Server 8": ("Kestrel X9", "Kestrel C2"), "Edge Box Mix": ("Kestrel C2", "H100"),
        "Triple Node": ("H20", books.pick(("A100", "B200")), "Kestrel C2"), "Twin 4090": ("RTX 4090",),
    }  # fmt: skip
    for name, chips in servers.items():
        for chip in chips:
            books.enter("products", {"name": name, "chip": chip, "count": books.rng.choice((1, 2, 4, 8, 16))})
    books.goods += ["Kestrel X9", "Kestrel C2", *servers, *list(servers)[:3]]


def grant_permits(books: Books) -> None:
    """Enters authorizations in every state."""
    states = ("granted", "granted", "applied", "denied", "suspended", "revoked", "")
    for number in range(books.rng.randint(3, 9)):
        books.enter("authorizations", {
            "id": f"D{1_100_000 + number}" if number else "1e6", "holder": books.firm(),
            "kind": books.pick(("license", "license", "NVEU", "UVEU", "AIA")), "state": books.pick(states),
            "country": books.pick(("", *PLACES)), **books.span(),
            "limit_tpp": books.rng.choice(("", "26900000", "790000000", "1e8", "2394.4")),
        })  # fmt: skip


def build_sites(books: Books) -> None:
    """Enters sites, their build-out, what stands in them as somebody counted it, and inspections."""
    for number in range(books.rng.randint(2, 7)):
        power = books.rng.randint(1, 300)
        site = f"{books.place()}-ZONE-{number}"
        books.enter("sites", {
            "id": site, "name": f"Free zone {number}", "operator": books.firm(0.8),
            "owner": books.firm(0.6), "country": site[:2] if books.toss(0.9) else "",
            "it_mw": power if books.toss(0.7) else "", "facility_mw": f"{power * 1.25:.2f}" if books.toss(0.5) else "",
            "veu_security": books.pick(("true", "false", "")), **books.span(),
        })  # fmt: skip
        if books.toss(0.4):
            books.enter("site_power", {"site": site, "it_mw": power, "from": "2024-01-01", "to": "2025-09-01"})
            books.enter("site_power", {"site": site, "it_mw": power * 3, "from": "2025-09-01"})
        for amount in (*books.rng.sample(("", ">5", "10-20", "<50", "1200", ">100-400", "1"), 3), ">5", "10-20"):
            books.enter("holdings", {
                "site": site, "chip": books.pick(books.goods[:-3]), "quantity": amount, "source": "site visit",
                "owner": books.firm(0.5), **books.span(),
                "status": books.pick(("installed", "boxed", "planned", "retired", "lost", "resold", "")),
            })  # fmt: skip
        if books.toss(0.3):
            books.enter("inspections", {"site": site, "date": books.day(), "chip": "H100", "seen": 12, "boxed": 3,
                                        "powered": 8, "serials": [f"SN{number}-{k}" for k in range(3)]})  # fmt: skip


def declare_lines(books: Books, table: str, count: int) -> None:
    """Enters so many lines: a fourth are corrections, the first is cancelled, the last refused, some are ahead."""
    rows: list[Row] = []
    for number in range(count - count // 4):
        date = books.day("2027-01-01", "2029-12-31") if number in (1, 2) or books.toss(0.05) else books.day()
        rows.append(declare_line(books, table, number, date))
    rows.sort(key=lambda row: str(row["date"]))
    rows[0]["status"], rows[-1]["status"] = "cancelled", "refused"
    rows[len(rows) // 2]["status"] = books.pick(("cancelled", "refused"))
    former = books.pick([row["id"] for row in rows[1:-1]])
    for _ in range(count // 4):
        if books.toss(0.45):
            former = books.pick([row["id"] for row in rows])
        former = correct_line(books, table, former)["id"]


def declare_line(books: Books, table: str, number: int, date: str) -> Row:
    """Enters one line, with what its declarant cared to fill in."""
    permit, target, hub = books.pick(PERMITS), books.place(), books.pick(HUBS)
    onward, licensed = books.toss(0.35), permit in ("license", "NVEU", "UVEU")
    return books.enter(table, {
        "id": f"{date[:4]}/{target}/{number + (500_000 if table == 'orders' else 100):06d}-A", "date": date,
        "purchase": f"PO-{books.rng.randint(1, 9)}" if books.toss(0.3) else "", "line": books.rng.randint(1, 12),
        "exporter": books.firm(0.6), "from_country": hub if onward else "US",
        "purchaser": books.firm(0.4), "consignee": books.firm(),
        "intermediate_consignee": books.firm() if onward or books.toss(0.2) else "",
        "end_user": books.firm(0.4), "to_country": target, "chip": books.pick(books.goods),
        "operator": books.firm(0.15), "site": books.pick(books.ids("sites")) if books.toss(0.15) else "",
        "quantity": books.rng.choice((1, 2, 8, 16, 64, 200, 850, 1699, 1700, 1701, 5000)),
        "movement": "reexport" if onward else books.pick(("export", "export", "", "transfer", "domestic")),
        "authorization": permit, "authorization_id": books.pick(books.ids("authorizations")) if licensed else "",
        "charged_to": books.firm() if permit == "LPP" and books.toss(0.1) else "",
        "forwarder": books.firm(0.4), "payer": books.firm(0.2),
        "payer_country": books.pick(("", "", "", *HUBS)), "payer_changed": date if books.toss(0.05) else "",
        "description": books.pick(("", "GPU server, used", "图形处理器", "parts of computers", "video cards 8471.80")),
        "eccn": books.pick(("", "3A090.a", "4A090.a", "5A992.c", "EAR99")),
        "end_use_country": target if books.toss(0.1) else "",
        "value_usd": f"{books.rng.randint(10**4, 10**8)}.50" if books.toss(0.4) else "",
        "serials": [f"{number:04d}{k}" for k in range(2)] if books.toss(0.1) else [],
        "status": books.pick(("firm", "shipped", "", "", "shipped", "firm", "enquiry", "cancelled")),
    })  # fmt: skip


def correct_line(books: Books, table: str, former: str) -> Row:
    """Enters a correction of a line, with the next free letter; it may be dated before what it corrects."""
    rows = {row["id"]: row for row in books.tables[table]}
    stem = former[:-1]
    letter = next(letter for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ" + SCRIPTS[0] if stem + letter not in rows)
    date = dt.date.fromisoformat(rows[former]["date"]) + dt.timedelta(days=books.rng.randint(-20, 60))
    change = {"id": stem + letter, "date": date, "replaces": former, "status": books.pick(("shipped", "", "cancelled")),
              "quantity": max(1, int(rows[former]["quantity"]) + books.rng.randint(-50, 50))}  # fmt: skip
    return books.enter(table, {**rows[former], **change})


def record_controls(books: Books) -> None:
    """Enters control without ownership, and ties."""
    means = ("board_majority", "board_seat", "agreement", "wishes", "signatory", "accounting_parent")
    kinds = ("family", "nominee", "joint_arrangement", "former_parent", "former_employer", "takes_over_orders")
    for _number in range(books.rng.randint(1, 6)):
        controller, company = books.rng.sample(books.ids("companies"), 2)
        books.enter(
            "controls", {"controller": controller, "company": company, "means": books.pick(means), **books.span()}
        )
        kind = books.pick(kinds)
        party, other = books.rng.sample(books.ids("people" if kind == "family" else "companies"), 2)
        books.enter("ties", {"party": party, "other": other, "kind": kind, **books.span()})


def record_moves(books: Books) -> None:
    """Enters seats that moved, and agreements between governments."""
    for company in books.rng.sample(books.ids("companies"), 3):
        moved = books.day("2024-01-01", "2026-06-01")
        for country, bound in zip(books.rng.sample(tuple(PLACES), 2), ("to", "from"), strict=True):
            books.enter("headquarters", {"company": company, "country": country, bound: moved})
    books.enter("arrangements", {"country": books.place(), "kind": "government_to_government", **books.span()})


def record_models(books: Books) -> None:
    """Enters models, what they were made from, where they are kept and where they were sent."""
    names, sites = [f"model-{number}" for number in range(3)], ["", "", *books.ids("sites")]
    for name, operations in zip(
        names, ("1e26", "3.0e+26", books.pick(("", "99999999999999999999999999"))), strict=True
    ):
        books.enter("models", {"id": name, "developer": books.firm(), "weights": books.pick(("open", "closed", "")),
                               "published": books.day() if books.toss(0.4) else "", "training_ops": operations,
                               })  # fmt: skip
        books.enter("model_locations", {"model": name, "country": books.place(),
                                        "site": books.pick(sites), "holder": books.firm(), **books.span()})  # fmt: skip
        source, target = books.rng.sample(tuple(PLACES), 2)
        books.enter("weight_transfers", {
            "id": f"{books.pick(('W', '00'))}{name}", "model": name, "date": books.day(), "from_country": source,
            "from_party": books.firm(), "to_party": books.firm(0.7),
            "to_country": target, "site": books.pick(sites),
        })  # fmt: skip
    books.enter("models", {"id": "1e2", "base_model": names[0], "tuning_ops": "5e24", "weights": "closed"})
    books.enter(
        "synthetic_inputs", {"model": names[1], "source_model": names[0], "share": "0.125", "operations": "2e24"}
    )


def record_services(books: Books) -> None:
    """Enters compute that is rented out."""
    for number in range(books.rng.randint(1, 6)):
        provider, customer = books.rng.sample(books.ids("companies"), 2)
        books.enter("compute_services", {
            "id": f"svc/{number}", "provider": provider, "customer": customer,
            "site": books.pick(["", *books.ids("sites")]),
            "job": f"job-{number % 2}" if books.toss(0.6) else "", "chip": books.pick(("", *CHIPS)), **books.span(),
            "purpose": books.pick(("training", "inference", "synthetic_data", "")),
            "operations": books.rng.choice(("", "6e25", "1.0e26")), "quantity": books.rng.choice(("", 8, 4096)),
            "workload_visibility": books.pick(("none", "metadata", "full", "")),
        })  # fmt: skip


def record_certifications(books: Books) -> None:
    """Enters papers of some lines, and papers of a party alone."""
    for row in books.rng.sample(books.tables["shipments"], 5):
        kind = books.pick(("LPP", "NAC", "end_user_statement", "uvl_statement", "kyc", "report", "notice"))
        books.enter("certifications", {"kind": kind, "party": row["consignee"], "date": row["date"],
                                       "shipment": row["id"] if books.toss(0.7) else ""})  # fmt: skip
    books.enter("certifications", {"kind": "report", "party": books.firm(), "date": "2026-01-14"})


# ---- a market ----


class Fair:
    """A market while it is set up: its firms in the order they are called up, and who serves whom."""

    def __init__(self, seed: int, companies: int) -> None:
        self.books = Books(seed)
        count = max(2, companies // 1500)
        numbers = self.books.rng.sample(range(10**6, 10**6 + 9 * companies), companies)
        self.services = [write_address(self.books, self.books.pick(HUBS)) for _ in range(count)]
        self.firms = [self._register(number) for number in numbers]
        trades = ("forwarder", "bank", "reseller")
        self.trade = {trade: [self.firms.pop() for _ in range(count)] for trade in trades}
        for trade, firms in self.trade.items():
            for firm in firms:
                firm.update(activity=trade, phone=write_phone(self.books, firm["headquarters"]))
        self.nominees = [self.admit_person() for _ in range(2 * count)]
        self.owned: set[str] = set()
        self.habits: dict[str, Row] = {}
        self.sent = 0

    def _register(self, number: int) -> Row:
        """Enters one firm; one in seven sits at a service address, one in four has free mail."""
        books = self.books
        country = books.pick(COMMON)
        mail = books.pick(("gmail.com", "proton.me")) if books.toss(0.25) else f"firm{number}.example"
        return books.enter("companies", {
            "id": f"{country}{number:08d}" if books.toss(0.7) else f"{number:08d}", "name": name_firm(books, country),
            "jurisdiction": country, "headquarters": country, "incorporated": books.day("2001-01-01", "2025-05-31"),
            "address": books.pick(self.services) if books.toss(0.15) else write_address(books, country),
            "phone": write_phone(books, country), "email": f"sales{number % 97}@{mail}",
            "website": f"https://firm{number}.example" if mail.startswith("firm") and books.toss(0.7) else "",
            "registered_agent": books.pick((f"Agent House {number % 9}", "", f"Agent House {number % 300 + 100}")),
            "activity": books.pick(("reseller", "cloud", "other", "")),
        })  # fmt: skip

    def admit_person(self, surname: str = "", born: str = "", given: str = "") -> str:
        """Enters a person and gives the id."""
        books = self.books
        name = (given or books.pick(GIVEN)) + " " + (surname or books.pick(SURNAMES))
        number = len(books.tables.get("people", ()))
        born = born or books.day("1950-01-01", "2000-12-31")
        return str(books.enter("people", {"id": f"IC{number:07d}", "name": name, "born": born})["id"])

    def appoint(self, person: str, firm: Row, role: str = "director") -> None:
        """Gives a person an office in a firm."""
        self.books.enter("roles", {"person": person, "company": firm["id"], "role": role, "from": firm["incorporated"]})

    def hold(self, owner: str, owned: str, percent: str) -> None:
        """Enters a stake."""
        self.owned.add(owned)
        self.books.enter("stakes", {"owner": owner, "owned": owned, "percent": percent, "source": "register"})

    def sell(self, firm: Row, chip: str, units: int, date: dt.date, kind: str = "LPP", permit: str = "") -> None:
        """Enters the declaration of a sale to a firm, through its forwarder and payer if it has its own."""
        books, habits = self.books, self.habits.get(firm["id"], {})
        onward = books.toss(0.3)
        self.sent += 1
        row = books.enter("shipments", {
            "id": f"{date.year}/{firm['headquarters']}/{self.sent:06d}-A", "date": date,
            "exporter": books.rng.choice(self.trade["reseller"])["id"],
            "from_country": books.pick(HUBS) if onward else "US", "consignee": firm["id"],
            "to_country": firm["headquarters"], "chip": chip, "quantity": units,
            "movement": "reexport" if onward else "export", "authorization": kind, "authorization_id": permit,
            "forwarder": habits.get("forwarder") or books.rng.choice(self.trade["forwarder"])["id"],
            "payer": habits.get("payer") or (books.rng.choice(self.trade["bank"])["id"] if books.toss(0.2) else ""),
            "status": "shipped",
        })  # fmt: skip
        if books.toss(0.03):
            books.enter(
                "shipments", {**row, "id": f"{row['id'][:-1]}B", "status": books.pick(("cancelled", "refused"))}
            )


def make_market(seed: int, companies: int, schemes: int) -> Market:
    """Makes a market of so many firms; each scheme takes three to twelve of them, and what shells it needs."""
    if companies < 24 * schemes + 30:
        raise ValueError(f"{companies} companies are too few for {schemes} schemes")
    fair = Fair(seed, companies)
    planted = [plant_scheme(fair) for _ in range(schemes)]
    members = frozenset().union(*planted)
    raise_families(fair, len(fair.firms) // 40)
    trade_honestly(fair)
    staff_firms(fair, members)
    for rows in fair.books.tables.values():
        fair.books.rng.shuffle(rows)
    return Market(fair.books.tables, planted)


def plant_scheme(fair: Fair) -> frozenset[str]:
    """Ties three to twelve firms in a tree, by another means at each step, and has each buy just under the limit."""
    books = fair.books
    members = [fair.firms.pop() for _ in range(books.rng.randint(3, 12))]
    hand, means = fair.admit_person(), list(MEANS)
    books.rng.shuffle(means)
    for number, member in enumerate(members[1:], 1):
        MEANS[means[number % len(means)]](fair, hand, members[books.rng.randrange(number)], member)
    for _ in range(len(members) // 4):
        books.rng.choice((share_person, share_family, share_owner))(fair, hand, *books.rng.sample(members, 2))
    carrier, agent = books.rng.choice(fair.trade["forwarder"])["id"], f"Agent House {books.rng.randrange(100, 400)}"
    start, window = dt.date.fromisoformat(books.day("2025-03-01", "2025-07-31")), books.rng.choice((6, 20, 45, 300))
    for member in members:
        if books.toss(0.5):
            fair.habits.setdefault(member["id"], {})["forwarder"] = carrier
        if books.toss(0.4):
            member["registered_agent"] = agent
        fill_limit(fair, member, books.rng.uniform(0.6, 0.995), start, window)
    return frozenset(str(member["id"]) for member in members)


def fill_limit(fair: Fair, firm: Row, share: float, start: dt.date, window: int) -> None:
    """Sells a firm this share of the yearly limit, in one to three lines within a window of days."""
    books = fair.books
    chip = books.pick(tuple(PERFORMANCE))
    units, parts = int(share * LIMIT) // PERFORMANCE[chip], books.rng.randint(1, 3)
    for part in range(parts):
        date = start + dt.timedelta(days=books.rng.randint(0, window))
        fair.sell(firm, chip, units // parts + (part < units % parts), date)


def share_address(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Gives two firms one private address, spelled in two ways."""
    if first["address"] in fair.services:
        first["address"] = write_address(fair.books, first["headquarters"])
    other = str(first["address"])
    for long, short in (("Jalan", "Jln"), ("Street", "St."), ("Road", "Rd")):
        other = other.replace(long, short)
    second["address"] = fair.books.pick((other, other.upper(), f"Unit {other}", str(first["address"])))


def share_phone(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Gives two firms one phone, written in two ways."""
    digits = str(first["phone"]).replace(" ", "").removeprefix("+")
    second["phone"] = fair.books.pick((f"00{digits}", f"+{digits[:4]}-{digits[4:8]}-{digits[8:]}", str(first["phone"])))


def share_domain(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Gives two firms one mail domain of their own, with other names before it."""
    domain = str(first["email"]).split("@")[1]
    if not domain.endswith(".example"):
        domain = f"desk{fair.books.rng.randrange(10**6, 10**7)}.example"
        first["email"] = f"hello@{domain}"
    second["email"] = f"{fair.books.pick(('accounts', 'import', 'li'))}@{domain}"


def share_person(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Seats one person in two firms, in one of three cases on record twice with the same birthday."""
    given, surname, born = fair.books.pick(GIVEN), fair.books.pick(SURNAMES), fair.books.day("1960-01-01", "1999-12-31")
    person = fair.admit_person(surname, born, given)
    double = fair.admit_person(given, born, surname) if fair.books.toss(0.33) else person
    fair.appoint(person, first)
    fair.appoint(double, second, fair.books.pick(("director", "secretary", "signatory")))


def share_family(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Seats two relatives in two firms."""
    surname = fair.books.pick(SURNAMES)
    party, other = fair.admit_person(surname), fair.admit_person(surname if fair.books.toss(0.6) else "")
    fair.appoint(party, first)
    fair.appoint(other, second)
    fair.books.enter("ties", {"party": party, "other": other, "kind": "family", "source": "civil register"})


def share_owner(fair: Fair, hand: str, first: Row, second: Row) -> None:
    """Puts two firms under the hidden hand, each through shells of its own."""
    for firm in (first, second):
        owned = str(firm["id"])
        if owned in fair.owned:
            continue
        for _ in range(fair.books.rng.randint(0, 2)):
            shell = fair.firms.pop()
            shell["jurisdiction"] = fair.books.pick(("VG", "HK", "AE"))
            fair.hold(shell["id"], owned, fair.books.pick(("100", "75", ">50", "66.66667", "50.01")))
            owned = str(shell["id"])
        fair.hold(hand, owned, fair.books.pick(("100", "51", "75-100", "60")))


def share_payer(fair: Fair, _: str, first: Row, second: Row) -> None:
    """Has one firm that buys nothing pay for two others."""
    ids = (first["id"], second["id"])
    payer = next((fair.habits[name]["payer"] for name in ids if "payer" in fair.habits.get(name, {})), "")
    payer = payer or fair.firms.pop()["id"]
    for name in ids:
        fair.habits.setdefault(name, {})["payer"] = payer


MEANS = {"address": share_address, "phone": share_phone, "domain": share_domain, "person": share_person,
         "family": share_family, "owner": share_owner, "payer": share_payer}  # fmt: skip


def raise_families(fair: Fair, count: int) -> None:
    """Makes open corporate families that share nearly all and buy within the limit together."""
    books = fair.books
    for _ in range(count):
        if len(fair.firms) < 40:
            return
        parent, *rest = (fair.firms.pop() for _ in range(books.rng.randint(3, 9)))
        chief = fair.admit_person()
        fair.appoint(chief, parent)
        start = dt.date.fromisoformat(books.day("2025-03-01", "2025-12-31"))
        for firm in rest:
            fair.hold(parent["id"], firm["id"], books.pick(("100", "100", "75", "60", ">50")))
            fair.appoint(chief, firm)
            firm.update(email=f"info@{str(parent['email']).split('@')[1]}")
            if books.toss(0.5):
                firm.update(address=parent["address"], phone=parent["phone"])
            fill_limit(fair, firm, books.rng.uniform(0.3, 0.95) / len(rest), start, 60)


def trade_honestly(fair: Fair) -> None:
    """Has the other firms trade: most a little, some near the limit alone, some far above it under a license."""
    books = fair.books
    first = dt.date(2025, 2, 1)
    for number, firm in enumerate(fair.firms):
        if books.toss(0.04):
            firm["phone"] = books.rng.choice(fair.trade["forwarder"])["phone"]
        chance = books.rng.random()
        if chance < 0.01:
            fill_limit(fair, firm, books.rng.uniform(0.6, 0.995), first, 400)
        elif chance < 0.015:
            permit = books.enter("authorizations", {"id": f"D{number:07d}", "holder": firm["id"], "kind": "license",
                                                    "state": "granted", "from": "2025-01-01"})["id"]  # fmt: skip
            fair.sell(
                firm, "H100", books.rng.randint(1800, 6000), first + dt.timedelta(days=number % 450), "license", permit
            )
        elif chance < 0.75:
            for _ in range(books.rng.choice((1, 1, 1, 2, 3))):
                units = min(140, int(books.rng.lognormvariate(2.2, 1.2)) + 1)
                date = first + dt.timedelta(days=int(books.rng.random() * 450))
                fair.sell(firm, books.pick(CHIPS), units, date, books.pick(("LPP", "LPP", "LPP", "")))


def staff_firms(fair: Fair, members: frozenset[str]) -> None:
    """Gives each firm a director (nominees sit on hundreds of boards), a few a second board, and most an owner."""
    books, person, fresh = fair.books, fair.admit_person(), False
    for firm in books.tables["companies"]:
        nominee, again = books.toss(0.1), books.toss(0.06) and fresh and firm["id"] not in members
        person = person if again else fair.admit_person()
        fresh = firm["id"] not in members
        fair.appoint(books.pick(fair.nominees) if nominee else person, firm)
        if firm["id"] not in fair.owned and books.toss(0.6):
            fair.hold(person, firm["id"], books.pick(("100", "100", "90", "51", "unknown")))


# ---- a large world ----


def write_large(folder: Path, seed: int, sizes: Sizes) -> None:
    """Writes a large world as Parquet, a table a file, with exactly these numbers of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    ids = join_texts("UEN", number_texts(np.arange(sizes.companies) * 7 + 1_000_000, 9), "K")
    back = rng.choice(max(3000, sizes.days), size=sizes.days, replace=False)
    days = pa.array(sorted(str(day) for day in np.datetime64("2026-06-29") - back))
    tables = {
        "companies": tabulate_companies(rng, ids),
        "stakes": tabulate_stakes(rng, ids, days, sizes),
        "listings": {"party": ids.take(pa.array(rng.integers(0, len(ids), sizes.listings))),
                     "list": pick_texts(rng, ["EntityList"] * 2 + ["MEU", "SDN", "UVL", "EU", "UK"], sizes.listings),
                     **pick_period(rng, days, sizes.listings, 0)},
        "shipments": tabulate_shipments(rng, ids, sizes.lines),
        "products": {"name": ["Mixed Node", "Mixed Node", "Node Mixed", "Node Mixed"],
                     "chip": ["H20", "H100", "H200", "L4"], "count": ["2", "8", "4", "1"]},
        "authorizations": {"id": [f"D{n}" for n in range(50)],
                           "holder": ids.take(pa.array(np.arange(50) % sizes.companies)),
                           "kind": ["license"] * 50,
                           "state": ["granted", "granted", "applied", "denied", "granted"] * 10},
    }  # fmt: skip
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")


def join_texts(*parts: Any) -> Any:
    """Joins columns and texts to one column of texts."""
    return pc.binary_join_element_wise(*parts, "")


def number_texts(numbers: Any, width: int = 1) -> Any:
    """Writes numbers with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")


def pick_texts(rng: Any, values: Sequence[str | None], count: int) -> Any:
    """Picks a column from a few texts; none is an empty field."""
    return pa.array(values, pa.string()).take(pa.array(rng.integers(0, len(values), count)))


def leave_out(rng: Any, column: Any, chance: float) -> Any:
    """Leaves a part of a column empty."""
    return pc.if_else(pa.array(rng.random(len(column)) < chance), pa.scalar(None, pa.string()), column)


def tabulate_companies(rng: Any, ids: Any) -> dict[str, Any]:
    """Makes the columns of companies."""
    count = len(ids)
    country = pick_texts(rng, [*PLACES, *COMMON, *COMMON, *COMMON], count)
    ways = [f" {street}, {city}" for city, _, street in PLACES.values()]
    name = join_texts(
        pick_texts(rng, STEMS, count), " ", pick_texts(rng, TRADES, count), number_texts(np.arange(count), 7)
    )
    address = join_texts(number_texts(rng.integers(1, 999, count)), pick_texts(rng, ways, count))
    return {"id": ids, "name": name, "jurisdiction": country, "headquarters": leave_out(rng, country, 0.03),
            "address": leave_out(rng, address, 0.2),
            "activity": pick_texts(rng, ["reseller", "cloud", "forwarder", None], count)}  # fmt: skip


def tabulate_stakes(rng: Any, ids: Any, days: Any, sizes: Sizes) -> dict[str, Any]:
    """Makes the columns of stakes: chains of a dozen, every fifth a ring, then small holders; some ended."""
    companies, count = sizes.companies, sizes.stakes
    row = np.arange(count)
    owned = row % companies
    step = owned - owned % 12
    last = (owned % 12 == 11) | (owned == companies - 1)
    owner = np.where(last, np.where(step % 60 == 0, step, rng.integers(0, companies, count)), owned + 1)
    owner = np.where(row < companies, owner, rng.integers(0, companies, count))
    owner = np.where(owner == owned, (owned + 1) % companies, owner)
    large = pick_texts(rng, ["100", "51", "50", "75", "66.66667", ">50", "25-50", "33.33333", "unknown"], count)
    small = pick_texts(rng, ["5", "10", "0.5", "16.66667", "<25", "12.5"], count)
    return {"owner": leave_out(rng, ids.take(pa.array(owner)), 0.01), "owned": ids.take(pa.array(owned)),
            "percent": pc.if_else(pa.array(row < companies), large, small),
            **pick_period(rng, days, count, sizes.listings)}  # fmt: skip


def pick_period(rng: Any, days: Any, count: int, offset: int) -> dict[str, Any]:
    """Picks periods that begin and end on the given days; the first rows begin on each of them in turn."""
    first = (np.arange(count) + offset) % len(days) if len(days) else np.zeros(count, int)
    last = first + 1 + rng.integers(0, len(days) + 1, count)
    ends = pa.array(np.minimum(last, len(days) - 1))
    to = pc.if_else(pa.array(last < len(days)), days.take(ends), pa.scalar(None, pa.string()))
    return {"from": days.take(pa.array(first)), "to": leave_out(rng, to, 0.5)}


def tabulate_shipments(rng: Any, ids: Any, count: int) -> dict[str, Any]:
    """Makes the columns of shipments: few firms declare much, some lines correct the one before, in chains."""

    def pick_firms(skew: float) -> Any:
        return ids.take(pa.array((rng.random(count) ** skew * len(ids)).astype(np.int64)))

    row, none = np.arange(count), pa.scalar(None, pa.string())
    batch = pa.array(row // 3)
    year, country = (pick_texts(rng, texts, count).take(batch) for texts in (["2025", "2026"], [*COMMON, "HK", "CN"]))
    date = np.datetime64("2025-01-01") + rng.integers(0, 545, count)
    letter = pa.array(["A", "B", "C"]).take(pa.array(row % 3))
    number = join_texts(year, "/", country, "/", number_texts(row // 3, 6), "-", letter)
    corrects = (row % 3 > 0) & ((row // 3) % 37 == 5)
    kind = pick_texts(rng, ["LPP", "LPP", "license", "NAC", "none", None], count)
    licensed = pc.fill_null(pc.equal(kind, "license"), False)
    onward = pa.array(rng.random(count) < 0.3)
    goods = ["H100", "H200", "B200", "A100", "L40S", "H20", "Mixed Node", "Node Mixed"]
    states = ["shipped"] * 20 + ["firm"] * 6 + [None] * 6 + ["cancelled", "refused", "enquiry"]
    return {
        "id": number, "date": pc.cast(pa.array(date), pa.string()), "exporter": leave_out(rng, pick_firms(6), 0.4),
        "from_country": pc.if_else(onward, pick_texts(rng, HUBS, count), "US"), "consignee": pick_firms(1.6),
        "intermediate_consignee": leave_out(rng, pick_firms(4), 0.75), "end_user": leave_out(rng, pick_firms(1.2), 0.7),
        "to_country": country, "chip": pick_texts(rng, goods, count),
        "quantity": number_texts(np.minimum(1699, rng.lognormal(2.5, 1.3, count).astype(np.int64) + 1)),
        "movement": pc.if_else(onward, "reexport", "export"), "authorization": kind,
        "authorization_id": pc.if_else(licensed, join_texts("D", number_texts(rng.integers(0, 50, count))), none),
        "forwarder": leave_out(rng, pick_firms(8), 0.6),
        "value_usd": leave_out(rng, number_texts(rng.integers(9_000, 10**7, count)), 0.5),
        "replaces": pc.if_else(pa.array(corrects), number.take(pa.array(np.maximum(row - 1, 0))), none),
        "status": pick_texts(rng, states, count),
    }  # fmt: skip
