"""Worlds as the ERP of a chip distributor keeps them, with affiliates in Asia, the Gulf and Europe.

Habits: customers are ten-digit numbers (`0000104711`) and lines are `document-item` (`4500001007-00020`). Partner
roles (sold-to, ship-to, payer, end user) are all filled and all different, or all empty, or written out as one-time
accounts. There are drop shipments, stock transfers between affiliates, partial deliveries under one purchase, credit
notes kept as cancelled copies, replacements that are cancelled and replaced again, quotes, back-orders years ahead,
samples of one chip and lots of 1,699, 1,700 and 1,701. Boards and servers have part numbers of our own, with
controlled and uncontrolled chips in one box in either order. Customers belong to family groups, state funds and
single persons, at 33.33333, 49, 50, 50.1, `25-50`, `>25` and `unknown`; most were founded lately. Forwarders stand as
consignees, certifications run out, payers sit in third countries and change late, and invoices say something else
than the order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import Columns, Market, Sizes, Tables

Row = dict[str, Any]

LPP_THOUSANDTHS: Final = 26_900_000_000
CHIP_THOUSANDTHS: Final = {"H100": 15_824_000, "H200": 15_824_000, "A100": 4_992_000, "B200": 36_000_000}


def list_words(text: str) -> tuple[str, ...]:
    """The words of a text with commas between them."""
    return tuple(text.split(","))


PLACES: Final[dict[str, tuple[str, str, str]]] = {
    "MY": ("Sdn Bhd", "+60 3 ", "Jalan Kerinchi, 59200 Kuala Lumpur"),
    "SG": ("Pte Ltd", "+65 6", "Kaki Bukit Ave 4, Singapore 415875"),
    "HK": ("Limited", "+852 2", "Wang Chiu Road, Kowloon Bay"),
    "TW": ("Co., Ltd.", "+886 2 ", "Ruiguang Road, Neihu, Taipei 114"),
    "IN": ("Private Limited", "+91 80 ", "Outer Ring Road, Bengaluru 560103"),
    "VN": ("JSC", "+84 28 ", "Nguyen Hue, District 1, Ho Chi Minh City"),
    "AE": ("FZE", "+971 4 ", "Jebel Ali Free Zone South, Dubai"),
    "SA": ("LLC", "+966 11 ", "King Fahd Road, Riyadh 12214"),
    "QA": ("W.L.L.", "+974 4", "C Ring Road, Doha"),
    "TR": ("A.S.", "+90 212 ", "Buyukdere Caddesi, 34394 Istanbul"),
    "KZ": ("LLP", "+7 727 ", "Al-Farabi Avenue, Almaty 050059"),
    "CY": ("Ltd", "+357 25 ", "Arch. Makariou III, 3030 Limassol"),
    "DE": ("GmbH", "+49 89 ", "Einsteinring, 85609 Aschheim"),
    "NL": ("B.V.", "+31 20 ", "Schiphol Boulevard, 1118 BH Schiphol"),
    "CN": ("Co., Ltd.", "+86 755 ", "Huaqiang North Road, Futian, Shenzhen"),
    "MO": ("Limitada", "+853 2", "Avenida da Praia Grande, Macau"),
}
MARKETS: Final = list_words("MY,SG,HK,TW,IN,VN,AE,SA,QA,TR,KZ,CY,DE,NL,CN")
STEMS: Final = list_words(
    "Al Noor,Bintang,Cendana,Delta,Eastlink,Falcon,Gemilang,Harbour,Indus,Jade,Karim,Lotus,Orchid,Qasr,Zenith"
)
TRADES: Final = list_words("Computing,Semicon,Data,Electronics,Trading,Cloud,Systems,Micro,AI Infra,Tech")
GIVEN: Final = list_words("Ahmad,Mei Ling,Rashid,Siti,Wei Jie,Fatima,Arjun,Hans,Elif,Thi Lan,Omar,Yu")
FAMILY: Final = list_words("Tan,Al Maktari,Lim,Rahman,Chan,Nair,Schaefer,Yilmaz,Nguyen,Haddad,Wong,Ong")
PERCENTS: Final = list_words("100,33.33333,49,50,50.1,25-50,>25,unknown,51,24.99,>25-50,<50,75,10")
LISTS: Final = tuple(
    list_words(row)
    for row in (
        *(
            "EntityList,,presumption_of_denial",
            "EntityList,,policy_of_denial",
            "EntityList,,case_by_case",
            "UVL,,",
            "DPL,,",
        ),
        *("MEU,,presumption_of_denial", "SDN,RUSSIA-EO14024,", "SDN,,", "EU,833/2014,", "EU,269/2014,", "UK,Russia,"),
    )
)
CATALOGUE: Final = list_words("H100,H200,H20,A100,A30,L4,L40S,B200,MI300X,T4,A10,RTX 4090,H100 PCIe")
OWN_CHIPS: Final[tuple[Row, ...]] = (
    {"name": "DX-900 OAM", "aliases": ["DX900"], "throughput": {"FP16": "620", "INT8": "1240", "INT8_sparse": "2480"},
     "die_area_mm2": "780", "data_center": "true", "power_kw": "1.1", "designer_country": "KR"},
    {"name": "DX-12 Edge", "throughput": {"INT8": "52"}, "die_area_mm2": "96", "data_center": "false"},
    {"name": "DX-40", "throughput": {"FP16": "160", "FP8": "320"}, "die_area_mm2": "610", "designer_country": "TW"},
)  # fmt: skip
PRODUCTS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    ("SYS-821H-8G", (("H100", "8"), ("T4", "1"))),
    ("SYS-821H-8G-R", (("T4", "1"), ("H100", "8"))),
    ("GX2-L4-A10", (("A10", "2"), ("L4", "2"))),
    ("NVR-T4X2", (("T4", "2"),)),
    ("BRD-H20-A100", (("H20", "4"), ("A100", "4"))),
    ("BRD-A100-H20", (("A100", "4"), ("H20", "4"))),
    ("RACK-72", (("A10", "2"), ("B200", "72"), ("T4", "4"))),
)
OWN_PRODUCTS: Final = (
    ("DXBOX-4", (("DX-12 Edge", "16"), ("DX-900 OAM", "4"))),
    ("DXBOX-1", (("DX-40", "1"), ("H20", "1"))),
)
ROUTES: Final = list_words(",,LPP,LPP,license,NAC,ACA,AIA,NVEU,UVEU,none,RPL,TMP")
PAPERS: Final = list_words("LPP,kyc,end_user_statement,report,uvl_statement")
INVOICE_ITEMS: Final = list_words("graphics adapter,GPU accelerator board,server parts,SSD 3.84TB,memory module")


def fill_row(since: date | str | None = None, until: date | str | None = None, **cells: Any) -> Row:
    """A row of what is known: no empty cells, dates as ISO texts, numbers as texts."""
    values = {**cells, "from": since, "to": until}
    return {
        name: value if isinstance(value, (list, dict)) else str(value)
        for name, value in values.items()
        if value not in (None, "", [], {})
    }


def pick_day(rng: Random, first: date, last: date) -> date:
    """A day from the first to the last, both included."""
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def number_party(number: int) -> str:
    """A customer number as the ERP prints it."""
    return f"{number:010d}"


def name_person(rng: Random) -> str:
    """A name, as the keeper of accounts types it."""
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    return f"{given} {family}" if rng.random() < 0.8 else f"{family.upper()}, {given}"


def write_phone(rng: Random, country: str) -> str:
    """A phone number of the country."""
    return f"{PLACES[country][1]}{rng.randrange(2_000_000, 9_999_999)}"


def write_address(rng: Random, country: str) -> str:
    """A street address of its own."""
    return f"Unit {rng.randrange(1, 60)}-{rng.randrange(1, 40):02d}, {rng.randrange(1, 4000)} {PLACES[country][2]}"


@dataclass
class Books:
    """What the ERP holds while a world is made: the tables, and the numbers of parties by role."""

    rng: Random
    tables: Tables = field(default_factory=dict)
    affiliates: list[str] = field(default_factory=list)
    forwarders: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    countries: dict[str, str] = field(default_factory=dict)
    own_chips: bool = False

    def add(self, table: str, row: Row) -> Row:
        """Enter a row."""
        self.tables.setdefault(table, []).append(row)
        return row

    def chance(self, share: float) -> bool:
        """Whether something of this share happens."""
        return self.rng.random() < share

    def open_account(self, country: str, name: str, activity: str = "", recent: float = 0.6) -> str:
        """Enter a company and give its number."""
        rng = self.rng
        number = number_party(104_000 + 37 * len(self.countries) + rng.randrange(37))
        founded = pick_day(rng, date(2024, 3, 1), date(2026, 3, 1)) if self.chance(recent) else date(2009, 4, 15)
        domain = f"{name.split()[0].lower()}-{number[-4:]}.com"
        cells: Row = {
            "name": f"{name} {PLACES[country][0]}",
            "aliases": [name.upper()] if self.chance(0.2) else [],
            "jurisdiction": country if self.chance(0.7) else rng.choice(("VG", "SC", "")),
            "headquarters": country if self.chance(0.9) else "",
            "incorporated": founded if self.chance(0.85) else "",
            "address": write_address(rng, country) if self.chance(0.8) else "",
            "phone": write_phone(rng, country if self.chance(0.9) else "CN") if self.chance(0.7) else "none",
            "email": f"purchasing@{domain}" if self.chance(0.6) else rng.choice(("none", "", "sales8@gmail.com")),
            "website": domain if self.chance(0.6) else rng.choice(("none", "")),
            "registration": f"{country}{rng.randrange(10**8):08d}" if self.chance(0.5) else "",
            "employees": rng.choice(("", 2, 9, 140)),
            "capital_usd": rng.choice(("", 1, 27000, "250000.50")),
        }
        self.add("companies", fill_row(id=number, activity=activity, **cells))
        self.countries[number] = country
        return number

    def name_company(self) -> str:
        """A name that a customer might have."""
        return f"{self.rng.choice(STEMS)} {self.rng.choice(TRADES)}"


def open_house(books: Books) -> None:
    """Our own company with its affiliates (two of them joint ventures), and the forwarders we use."""
    seats = books.rng.sample(("SG", "HK", "TW", "MY", "AE", "NL", "DE", "IN"), books.rng.randrange(3, 6))
    for place, country in enumerate(seats):
        affiliate = books.open_account(country, f"Trident Components {country}", "reseller", recent=0.1)
        if place:
            percent = books.rng.choice(("100", "100", "50.1", "50"))
            books.add(
                "stakes", fill_row(owner=books.affiliates[0], owned=affiliate, percent=percent, source="group chart")
            )
        books.affiliates.append(affiliate)
    for _ in range(books.rng.randrange(1, 4)):
        country = books.rng.choice(("AE", "HK", "SG", "TR"))
        books.forwarders.append(books.open_account(country, f"{books.rng.choice(STEMS)} Freight", "forwarder"))


def open_customers(books: Books, count: int) -> None:
    """Customers, of which some head a group (family conglomerates and state funds), and the persons behind them."""
    for place in range(count):
        country = "CN" if place == 0 else books.rng.choice(MARKETS)
        if place < max(2, count // 6):
            kind = books.rng.choice(("Group Holdings", "Sovereign Fund", "Family Office"))
            activity = "government" if kind == "Sovereign Fund" else "other"
            books.groups.append(books.open_account(country, f"{books.rng.choice(STEMS)} {kind}", activity, recent=0.2))
        else:
            activity = books.rng.choice(("cloud", "reseller", "manufacturer", "other", "", "bank"))
            books.customers.append(books.open_account(country, books.name_company(), activity))
    for place in range(books.rng.randrange(3, 12)):
        person, nation = f"P{7000 + place}", books.rng.choice(MARKETS)
        books.people.append(person)
        books.add("people", fill_row(id=person, name=name_person(books.rng), nationality=nation, residence=nation))


def enter_stakes(books: Books) -> None:
    """Who owns the customers, as credit files tell: groups, persons, holders not named, dated changes."""
    rng = books.rng
    for place, customer in enumerate(books.customers):
        above = books.groups + books.people + books.customers[:place]
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            since = pick_day(rng, date(2022, 1, 1), date(2026, 4, 1)) if books.chance(0.5) else None
            until = since + timedelta(days=rng.randrange(60, 900)) if since and books.chance(0.2) else ""
            interest = rng.choice(("", "", "", "shares", "votes"))
            known = since + timedelta(days=30) if since and books.chance(0.2) else ""
            owner = rng.choice(above) if books.chance(0.93) else ""
            cells = {"percent": rng.choice(PERCENTS), "interest": interest, "known_from": known}
            price = rng.choice(("", 1, 480000)) if since else ""
            books.add(
                "stakes", fill_row(since, until, owner=owner, owned=customer, price_usd=price, source="D&B", **cells)
            )
    first, second = books.customers[:2]
    books.add("stakes", fill_row(owner=books.groups[0], owned=first, percent="25-50", source="registry band"))
    books.add("stakes", fill_row(owner=books.people[0], owned=second, percent=">25", source="registry band"))
    if books.chance(0.3):
        books.add("stakes", fill_row(owner=books.customers[-1], owned=books.groups[-1], percent="33.33333"))


def enter_listings(books: Books) -> None:
    """Hits of several lists on customers, groups, forwarders and persons, each of a day of its own."""
    rng, day = books.rng, date(2022, 1, 12)
    parties = books.groups + books.customers + books.forwarders + books.people
    for party in rng.sample(parties, max(3, len(parties) // 6)):
        name, program, policy = rng.choice(LISTS)
        day += timedelta(days=rng.randrange(3, 160))
        until = day + timedelta(days=rng.randrange(100, 700)) if books.chance(0.15) else ""
        books.add("listings", fill_row(day, until, party=party, list=name, program=program, license_policy=policy))
    if books.chance(0.5):
        for name in rng.sample(("SDN", "EntityList", "MEU", "UVL", "DPL", "EU", "UK"), 5):
            books.add("screening_lists", fill_row(list=name, as_of="2026-05-29", source="nightly feed", rows="1200"))


def enter_influence(books: Books) -> None:
    """Directors, control without shares, ties between parties and seats that moved."""
    rng = books.rng
    for person in books.people if books.chance(0.8) else []:
        for company in rng.sample(books.customers, min(2, len(books.customers))):
            role = rng.choice(("director", "secretary", "signatory", "executive"))
            since = pick_day(rng, date(2020, 1, 1), date(2026, 2, 1))
            until = since + timedelta(days=500) if books.chance(0.2) else ""
            books.add("roles", fill_row(since, until, person=person, company=company, role=role))
    for company in rng.sample(books.customers, 3) if books.chance(0.6) else []:
        means = rng.choice(("board_majority", "board_seat", "agreement", "wishes", "signatory", "accounting_parent"))
        controller = rng.choice(books.groups + books.people)
        books.add("controls", fill_row(controller=controller, company=company, means=means, source="KYC questionnaire"))
    for kind in rng.sample(("family", "nominee", "former_parent", "former_employer", "joint_arrangement"), 2):
        if kind in ("former_parent", "former_employer"):
            party, other = rng.sample(books.customers + books.groups, 2)
        else:
            party, other = rng.sample(books.people, 2)
        books.add("ties", fill_row("2023-02-01", party=party, other=other, kind=kind))
    for company in rng.sample(books.customers, 2) if books.chance(0.5) else []:
        moved = pick_day(rng, date(2025, 1, 1), date(2026, 3, 1))
        books.add("headquarters", fill_row("", moved, company=company, country="CN"))
        books.add("headquarters", fill_row(moved, company=company, country=rng.choice(("SG", "AE"))))


def enter_sites(books: Books) -> None:
    """Halls that customers run, what field service saw there (ranges too) and when power came."""
    rng = books.rng
    cells: Row
    for place in range(rng.randrange(1, 4)):
        site, operator = f"DC{place + 1:02d}", rng.choice(books.customers + books.affiliates)
        owner, megawatts = rng.choice(("", books.groups[0])), rng.choice(("", "4.8", "0.35", "120"))
        cells = {"operator": operator, "owner": owner, "country": books.countries[operator], "it_mw": megawatts}
        books.add(
            "sites", fill_row(rng.choice(("", "2025-02-01")), id=site, facility_mw=rng.choice(("", "160")), **cells)
        )
        books.sites.append(site)
        if books.chance(0.4):
            books.add("site_power", fill_row("2025-06-01", "2026-01-01", site=site, it_mw="2.4"))
            books.add("site_power", fill_row("2026-01-01", site=site, it_mw="9.6"))
        for number in (rng.choice(("64", "1696", "")), "400-650"):
            chip = rng.choice(("H100", "H20", "SYS-821H-8G", "BRD-H20-A100", "L40S"))
            status = rng.choice(("", "installed", "boxed", "planned", "retired", "resold"))
            since = rng.choice(("", "2025-09-01"))
            books.add(
                "holdings",
                fill_row(since, site=site, chip=chip, quantity=number, status=status, source="field service"),
            )
        if books.chance(0.5):
            seen, marks = rng.randrange(300), [f"SN{rng.randrange(40):05d}", f"SN{rng.randrange(40, 80):05d}"]
            cells = {"chip": "H100", "seen": seen + 20, "boxed": 20, "powered": seen, "serials": marks}
            books.add(
                "inspections", fill_row(site=site, date=pick_day(rng, date(2025, 10, 1), date(2026, 5, 1)), **cells)
            )


def enter_articles(books: Books) -> None:
    """Our part numbers: what is in a board or a server, and chips that no catalogue has."""
    books.own_chips = books.chance(0.6)
    for name, content in PRODUCTS + (OWN_PRODUCTS if books.own_chips else ()):
        for chip, count in content:
            books.add("products", fill_row(name=name, chip=chip, count=count))
    if books.own_chips:
        books.tables["chips"] = [dict(row) for row in OWN_CHIPS]


def enter_papers(books: Books) -> None:
    """Licenses and statements on file, of which some have run out; agreements of states; a rented cluster."""
    rng = books.rng
    for place, holder in enumerate(rng.sample(books.customers, 3) if books.chance(0.7) else []):
        state, kind = (
            rng.choice(("granted", "granted", "applied", "suspended")),
            rng.choice(("license", "license", "NVEU")),
        )
        limit, since = rng.choice(("", 30_000_000)), pick_day(rng, date(2025, 1, 20), date(2025, 12, 1))
        cells = {"holder": holder, "kind": kind, "country": books.countries[holder], "state": state, "limit_tpp": limit}
        books.add("authorizations", fill_row(since, since + timedelta(days=730), id=f"D16{place:05d}", **cells))
    for holder in rng.sample(books.customers, 4) if books.chance(0.8) else []:
        kind, day = (rng.choice(PAPERS), pick_day(rng, date(2025, 1, 2), date(2026, 1, 2)))
        certificate = fill_row(until=day + timedelta(days=365), kind=kind, party=holder, date=day)
        books.add("certifications", certificate)
    if books.chance(0.3):
        books.add(
            "arrangements",
            fill_row("2025-11-01", country=rng.choice(("AE", "SA", "IN")), kind="government_to_government"),
        )
    if books.chance(0.3):
        developer, customer = rng.choice(books.customers), rng.choice(books.groups)
        books.add("models", fill_row(id="LM-1", developer=developer, weights="closed", training_ops="6e25"))
        cells = {
            "provider": developer,
            "customer": customer,
            "site": books.sites[0],
            "model": "LM-1",
            "purpose": "training",
        }
        cells |= {"operations": "4.1e25", "chip": "H100", "quantity": "512"}
        books.add("compute_services", fill_row("2025-08-01", "2026-02-01", id="RENT-01", **cells))


def write_out_party(books: Books) -> Row:
    """A one-time account: the party's name and address in the order, perhaps of one that also has a number."""
    rng = books.rng
    known = rng.choice(books.tables["companies"])
    name = known["name"].upper() if books.chance(0.5) else f"{books.name_company()} Est."
    return fill_row(name=name, country=rng.choice(MARKETS), address=known.get("address") if books.chance(0.4) else "")


def assign_partners(books: Books) -> Row:
    """The partner roles of an order: by the way in which it is sold."""
    rng, way = books.rng, books.rng.randrange(7)
    buyer, receiver, user = (rng.choice(books.customers) for _ in range(3))
    house = rng.choice(books.affiliates)
    cells: Row
    country = books.countries[receiver]
    if way == 0:
        return {"to_country": country}
    if way == 1:
        return fill_row(
            exporter=house, purchaser=buyer, consignee=receiver, end_user=user, payer=buyer, to_country=country
        )
    if way == 2:
        return fill_row(purchaser=house, consignee=receiver, from_country="TW", movement="export", to_country=country)
    if way == 3:
        other = rng.choice(books.affiliates)
        move = (
            "domestic"
            if books.countries[house] == books.countries[other]
            else rng.choice(("reexport", "transfer", "export"))
        )
        seat = books.countries[house]
        return fill_row(
            exporter=house, consignee=other, from_country=seat, movement=move, to_country=books.countries[other]
        )
    if way == 4:
        agent = rng.choice(books.forwarders)
        cells = {"consignee": agent, "forwarder": agent, "purchaser": buyer, "end_user": rng.choice(("", user))}
        return fill_row(exporter=house, to_country=books.countries[agent], **cells)
    if way == 5:
        sold_to = write_out_party(books)
        cells = {"purchaser": sold_to, "consignee": rng.choice((sold_to, receiver)), "end_user": write_out_party(books)}
        return fill_row(to_country=sold_to["country"], **cells)
    site = rng.choice(books.sites)
    cells = {
        "intermediate_consignee": rng.choice(books.forwarders),
        "operator": user,
        "site": site,
        "charged_to": buyer,
    }
    return fill_row(exporter=house, consignee=receiver, to_country=country, payer=rng.choice((buyer, user)), **cells)


def choose_quantity(rng: Random) -> int:
    """Samples of one, boards by the dozen, and lots that keep an eye on a limit."""
    lots = (1, 1, rng.randrange(2, 65), 8 * rng.randrange(1, 65), rng.randrange(500, 1700), 1699, 1700, 1701, 850)
    return rng.choice((*lots, rng.randrange(2000, 6000)))


def take_order(books: Books, document: int, items: int) -> list[Row]:
    """A purchase with its partial deliveries: same partners, several days."""
    rng = books.rng
    partners, day = assign_partners(books), pick_day(rng, date(2024, 11, 1), date(2026, 6, 1))
    route, rows = rng.choice(ROUTES), []
    licenses = [row["id"] for row in books.tables.get("authorizations", [])]
    late = books.chance(0.2)
    third = rng.choice(("CY", "HK", "AE", "VG", "")) if books.chance(0.4) else ""
    articles = CATALOGUE + tuple(row["name"] for row in books.tables["products"] + books.tables.get("chips", []))
    for item in range(items):
        chip = rng.choice(articles)
        number = f"{document}-{10 * (item + 1):05d}"
        marks = [f"SN{rng.randrange(90):05d}" for _ in range(rng.randrange(1, 4))] if books.chance(0.15) else []
        cells: Row = {
            "purchase": f"PO{document}" if items > 1 or books.chance(0.4) else "",
            "line": 10 * (item + 1) if books.chance(0.7) else "",
            "quantity": choose_quantity(rng),
            "authorization": route,
            "authorization_id": rng.choice(licenses) if licenses and route == "license" else "",
            "payer_country": third,
            "payer_changed": day - timedelta(days=rng.randrange(1, 6)) if late else "",
            "description": chip if books.chance(0.5) else "",
            "invoice_item": rng.choice(INVOICE_ITEMS) if books.chance(0.4) else "",
            "eccn": rng.choice(("3A090.a", "4A090.a", "5A992.c", "EAR99", "")),
            "certifications": ["end_user_statement"] if books.chance(0.1) else [],
            "end_use": rng.choice(("", "", "LLM training", "for resale", "CCTV analytics")),
            "end_use_country": rng.choice(("", "", partners["to_country"], "CN")),
            "value_usd": rng.choice(("", rng.randrange(900, 9_000_000), "118250.40")),
            "status": rng.choice(("", "", "firm", "shipped", "shipped", "enquiry", "cancelled", "refused")),
        }
        rows.append(fill_row(id=number, date=day, chip=chip, serials=marks, **cells) | partners)
        day += timedelta(days=rng.randrange(0, 60))
    return rows


def add_corrections(rows: list[Row], rng: Random) -> None:
    """What the order desk does afterwards: a credit note, a refusal, replacements upon replacements, a back-order."""
    sold = [dict(rng.choice(rows)) for _ in range(5)]
    credit = sold[0] | {"id": f"9{sold[0]['id'][1:]}", "status": "cancelled", "description": "CREDIT NOTE"}
    refused = sold[1] | {"id": f"8{sold[1]['id'][1:]}", "status": "refused"}
    first = sold[2] | {"id": f"{sold[2]['id']}-R1", "replaces": sold[2]["id"], "status": "shipped"}
    dropped = sold[3] | {"id": f"{sold[3]['id']}-R2", "replaces": sold[3]["id"], "status": "cancelled"}
    again = first | {"id": f"{first['id']}-R3", "replaces": rng.choice((first["id"], dropped["id"])), "quantity": "17"}
    ahead = str(pick_day(rng, date(2027, 1, 4), date(2028, 6, 30)))
    later = sold[4] | {"id": f"7{sold[4]['id'][1:]}", "date": ahead, "status": "firm"}
    rows.extend([credit, refused, first, dropped, again, later])


def make_world(seed: int, lines: int = 40) -> Tables:
    """A world of 20 to 80 companies with `lines` shipments (8 at least), valid by the contracts."""
    books = Books(Random(f"distributors/{seed}"))
    open_house(books)
    open_customers(books, books.rng.randrange(16, 72))
    for enter in (enter_stakes, enter_listings, enter_influence, enter_sites, enter_articles, enter_papers):
        enter(books)
    document, sold = 4_500_001_000, list[Row]()
    while len(sold) < max(lines, 8) - 6:
        document += books.rng.randrange(1, 9)
        left = max(lines, 8) - 6 - len(sold)
        sold.extend(take_order(books, document, min(left, books.rng.choice((1, 1, 1, 2, 3, 4)))))
    add_corrections(sold, books.rng)
    books.rng.shuffle(sold)
    books.tables["shipments"] = sold
    if books.chance(0.4):
        books.tables["orders"] = [row for item in range(3) for row in take_order(books, 4_600_000_000 + item, 1)]
    for row in books.tables.get("certifications", []):
        if books.chance(0.5):
            row["shipment"] = books.rng.choice(sold)["id"]
    return books.tables


@dataclass
class Dealer:
    """A company of a market while it is made: its row, and who stands behind it and beside it."""

    row: Row
    director: str = ""
    owner: str = ""
    forwarder: str = ""
    payer: str = ""


@dataclass
class Bazaar:
    """A market while it is made."""

    rng: Random
    numbers: list[int]
    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {"companies": [], "people": [], "roles": [], "stakes": []}
    )
    forwarders: list[str] = field(default_factory=list)
    nominees: list[str] = field(default_factory=list)
    lines: int = 0

    def add(self, table: str, row: Row) -> None:
        """Enter a row."""
        self.tables.setdefault(table, []).append(row)

    def found(self, country: str, name: str = "", recent: float = 0.4, **cells: Any) -> Dealer:
        """Register a company with a place, phone and domain of its own, unless told otherwise."""
        rng = self.rng
        number = number_party(100_000 + self.numbers.pop())
        name = name or f"{rng.choice(STEMS)} {rng.choice(TRADES)} {number[-5:]}"
        founded = date(2024, 6, 1) if rng.random() < recent else date(2008, 1, 1)
        domain = f"{name.replace(' ', '').lower()}.com" if rng.random() < 0.7 else ""
        row: Row = {
            "id": number,
            "name": f"{name} {PLACES[country][0]}",
            "jurisdiction": country,
            "headquarters": country,
        }
        row |= {
            "incorporated": str(founded + timedelta(days=rng.randrange(600))),
            "address": write_address(rng, country),
        }
        row |= {"phone": write_phone(rng, country), "website": domain, "email": f"info@{domain}" if domain else ""}
        self.add("companies", row | cells)
        return Dealer(self.tables["companies"][-1])

    def meet(self, family: str = "") -> str:
        """Enter a person and give the number."""
        number = f"P{len(self.tables['people']) + 1:07d}"
        name = f"{self.rng.choice(GIVEN)} {family}" if family else name_person(self.rng)
        self.add("people", {"id": number, "name": name, "nationality": self.rng.choice(MARKETS)})
        return number

    def appoint(self, person: str, dealer: Dealer, role: str = "director") -> None:
        """Give a person a role in a company."""
        self.add("roles", {"person": person, "company": dealer.row["id"], "role": role})

    def hold(self, owner: str, dealer: Dealer, percent: str) -> None:
        """Enter a stake."""
        self.add("stakes", {"owner": owner, "owned": dealer.row["id"], "percent": percent})

    def sell(self, dealer: Dealer, day: date, chip: str, quantity: int, route: str = "LPP") -> None:
        """Enter a line, with the forwarder and the payer that the buyer uses."""
        self.lines += 1
        company = dealer.row["id"]
        cells = {"consignee": company, "to_country": dealer.row["headquarters"], "chip": chip, "quantity": quantity}
        cells |= {"movement": "export", "authorization": route, "forwarder": dealer.forwarder, "payer": dealer.payer}
        cells |= {"purchaser": company} if self.rng.random() < 0.5 else {}
        self.add("shipments", fill_row(id=f"45{self.lines:08d}-00010", date=day, status="shipped", **cells))


def trade_honestly(bazaar: Bazaar, dealer: Dealer, *, big: bool) -> None:
    """The purchases of an honest company: none or small; where `big`, now and then near a limit or by license."""
    rng = bazaar.rng
    if rng.random() > 0.35:
        return
    dealer.forwarder = rng.choice(bazaar.forwarders) if rng.random() < 0.5 else ""
    if big and rng.random() < 0.02:
        route = rng.choice(("LPP", "license", "license"))
        quantity = rng.randrange(1400, 1700) if route == "LPP" else rng.randrange(1700, 4000)
        bazaar.sell(dealer, pick_day(rng, date(2025, 1, 15), date(2026, 6, 20)), "H100", quantity, route)
        return
    for _ in range(rng.choice((1, 1, 2, 3))):
        day = pick_day(rng, date(2025, 1, 15), date(2026, 6, 20))
        bazaar.sell(
            dealer,
            day,
            rng.choice(("H100", "H200", "A100", "L40S", "A30", "T4")),
            min(90, int(rng.lognormvariate(2, 1.2)) + 1),
        )


def settle_singly(bazaar: Bazaar, desks: Sequence[Row]) -> None:
    """An honest company by itself: own premises, or a desk (tower, free zone, company secretary) that many share."""
    rng = bazaar.rng
    desk = rng.choice(desks) if rng.random() < 0.75 else {"country": rng.choice(MARKETS)}
    cells: Row = {"registered_agent": desk["agent"]} if "agent" in desk else {}
    if "address" in desk:
        cells["address"] = desk["address"].format(rng.randrange(2, 58), rng.randrange(1, 30))
    dealer = bazaar.found(desk["country"], **cells)
    keeper = desk.get("keeper")
    boss = bazaar.meet()
    bazaar.appoint(boss, dealer)
    if keeper:
        bazaar.appoint(keeper, dealer, rng.choice(("secretary", "secretary", "secretary", "director")))
    if rng.random() < 0.6:
        bazaar.hold(boss, dealer, rng.choice(("100", "100", "60", "50", "33.33333")))
    trade_honestly(bazaar, dealer, big=True)


def settle_family(bazaar: Bazaar, size: int) -> None:
    """A real corporate family: a parent and its subsidiaries under one roof with one board; it buys little."""
    rng, country, name = bazaar.rng, bazaar.rng.choice(MARKETS), bazaar.rng.choice(FAMILY)
    boss, child = bazaar.meet(name), bazaar.meet(name)
    parent = bazaar.found(country, f"{name} Holdings {bazaar.numbers[-1]}", recent=0.1)
    bazaar.hold(boss, parent, rng.choice(("100", "67", "50.1")))
    bazaar.add("ties", {"party": boss, "other": child, "kind": "family"})
    for _ in range(size - 1):
        seat = {key: parent.row[key] for key in ("address", "phone", "website") if rng.random() < 0.6}
        dealer = bazaar.found(country, **seat)
        bazaar.hold(parent.row["id"], dealer, rng.choice(("100", "100", "75", "51", "49")))
        bazaar.appoint(rng.choice((boss, child)), dealer)
        trade_honestly(bazaar, dealer, big=False)


def settle_franchise(bazaar: Bazaar, size: int) -> None:
    """A franchise: one hotline and one site, as many owners and addresses as shops."""
    rng, country = bazaar.rng, bazaar.rng.choice(MARKETS)
    brand = f"{rng.choice(STEMS)} PC Point"
    domain = f"{brand.replace(' ', '').lower()}{bazaar.numbers[-1]}.com"
    hotline = write_phone(rng, country)
    for shop in range(size):
        email = f"shop{shop}@{domain}"
        dealer = bazaar.found(country, f"{brand} {shop + 1}", phone=hotline, website=domain, email=email)
        owner = bazaar.meet()
        bazaar.appoint(owner, dealer)
        bazaar.hold(owner, dealer, "100")
        trade_honestly(bazaar, dealer, big=False)


def list_desks(bazaar: Bazaar, companies: int) -> list[Row]:
    """Places that many honest companies share: towers, flexi-desks and company secretaries with their staff."""
    desks: list[Row] = []
    for place in range(6 + companies // 900):
        country = bazaar.rng.choice(MARKETS)
        street = PLACES[country][2]
        desks.append({"country": country, "address": f"Level {{}}, Suite {{}}, Tower {place + 1}, {street}"})
        if place % 4 == 0:
            desks.append(
                {
                    "country": "AE",
                    "address": f"Flexi Desk, Business Centre {place + 1}, Al Shmookh, UAQ Free Trade Zone",
                }
            )
        if place % 3 == 0:
            agent, keeper = f"{bazaar.rng.choice(STEMS)} Corporate Secretaries {place + 1}", bazaar.meet()
            bazaar.nominees.append(keeper)
            desks.append({"country": country, "address": f"c/o {agent}, {street}", "agent": agent, "keeper": keeper})
    return desks


def share_address(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The same small building, behind another unit number."""
    street = old.row["address"].split(", ", 1)[-1]
    new.row["address"] = f"Unit {bazaar.rng.randrange(1, 60)}-{bazaar.rng.randrange(1, 40):02d}, {street}"


def share_phone(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The same number, perhaps typed in another way."""
    phone = old.row["phone"]
    new.row["phone"] = phone if bazaar.rng.random() < 0.5 else phone.replace(" ", "")


def share_director(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The director of the one sits on the board of the other too."""
    bazaar.appoint(old.director, new, bazaar.rng.choice(("director", "director", "signatory")))


def share_owner(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The owner of the one stands behind the other, through a chain of one or two shells."""
    owner = old.owner
    for country in bazaar.rng.sample(("HK", "CY", "AE"), bazaar.rng.choice((1, 2))):
        shell = bazaar.found(country, recent=0.9, website="none", email="none")
        bazaar.hold(owner, shell, bazaar.rng.choice(("100", "90", "60")))
        owner = shell.row["id"]
    bazaar.hold(owner, new, bazaar.rng.choice(("55", "50", "49", "45")))


def tie_families(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The director of the one is kin to the owner of the other."""
    bazaar.add("ties", {"party": old.director, "other": new.owner, "kind": "family"})


def tie_nominee(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The director of the one acts for the owner of the other."""
    bazaar.add("ties", {"party": new.director, "other": old.owner, "kind": "nominee"})


def share_payer(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """One company in a third country pays for both."""
    if not old.payer:
        old.payer = bazaar.found(bazaar.rng.choice(("CY", "HK")), recent=0.9, website="none", email="none").row["id"]
    new.payer = old.payer


def share_forwarder(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """One small forwarder, whom nobody else uses, carries for both."""
    if not old.forwarder:
        old.forwarder = bazaar.found("AE", recent=0.9, activity="forwarder").row["id"]
    new.forwarder = old.forwarder


def share_agent(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """One registered agent with hardly another client."""
    agent = old.row.setdefault("registered_agent", f"{name_person(bazaar.rng)} & Partners {old.row['id'][-5:]}")
    new.row["registered_agent"] = agent


def share_domain(bazaar: Bazaar, old: Dealer, new: Dealer) -> None:
    """The mail of the one goes to the domain of the other; its site may be its own."""
    domain = old.row["email"].partition("@")[2] or f"mx-{old.row['id'][-5:]}.net"
    old.row["email"] = f"orders@{domain}"
    new.row["email"] = f"{bazaar.rng.choice(('po', 'desk', 'logistics'))}@{domain}"


Share = Callable[[Bazaar, Dealer, Dealer], None]
HARD: Final[tuple[Share, ...]] = (share_director, share_owner, tie_families, tie_nominee, share_payer, share_phone)
SOFT: Final[tuple[Share, ...]] = (share_address, share_agent, share_domain, share_forwarder, share_phone, share_payer)


def buy_just_under(bazaar: Bazaar, dealer: Dealer, opening: date, window: int) -> None:
    """Purchases of a member: one to three lots in the window, 86 to 99.9 percent of the yearly limit."""
    rng = bazaar.rng
    room = int(LPP_THOUSANDTHS * rng.uniform(0.86, 0.999))
    for left in range(rng.choice((1, 1, 2, 3)), 0, -1):
        chip = rng.choice(("H100", "H100", "H100", "H200", "A100", "B200"))
        quantity = room // left // CHIP_THOUSANDTHS[chip]
        room -= quantity * CHIP_THOUSANDTHS[chip]
        bazaar.sell(dealer, opening + timedelta(days=rng.randrange(window)), chip, quantity)


def plant_scheme(bazaar: Bazaar) -> frozenset[str]:
    """Three to twelve buyers under one hidden hand: each tied to one or two before it, by other things each time."""
    rng = bazaar.rng
    window = rng.choice((14, 30, 45, 90))
    opening = pick_day(rng, date(2025, 2, 1), date(2025, 12, 30) - timedelta(days=window))
    seats = rng.sample(("MY", "SG", "HK", "AE", "TR", "IN", "KZ"), 2)
    members: list[Dealer] = []
    for _ in range(rng.randrange(3, 13)):
        dealer = bazaar.found(rng.choice(seats), recent=0.7)
        dealer.director, dealer.owner = bazaar.meet(), bazaar.meet()
        bazaar.appoint(dealer.director, dealer)
        bazaar.hold(dealer.owner, dealer, rng.choice(("30", "40", "45", "25-50")))
        if rng.random() < 0.3:
            bazaar.appoint(rng.choice(bazaar.nominees), dealer)
        if members:
            hard = rng.choice(HARD)
            for share in (hard, *rng.sample([way for way in SOFT if way is not hard], rng.choice((1, 2)))):
                share(bazaar, rng.choice(members[-3:]) if rng.random() < 0.4 else members[-1], dealer)
        members.append(dealer)
    for dealer in members:
        buy_just_under(bazaar, dealer, opening, window)
    return frozenset(dealer.row["id"] for dealer in members)


def make_market(seed: int, companies: int, schemes: int) -> Market:
    """A market of exactly `companies` rows (at least 60 a scheme) with honest trade and `schemes` planted schemes."""
    if companies < 60 * (schemes + 1):
        message = f"{schemes} schemes need {60 * (schemes + 1)} companies"
        raise ValueError(message)
    rng = Random(f"distributors/market/{seed}")
    bazaar = Bazaar(rng, rng.sample(range(4 * companies), companies))
    desks = list_desks(bazaar, companies)
    for _ in range(4 + companies // 2000):
        bazaar.forwarders.append(bazaar.found(rng.choice(MARKETS), activity="forwarder").row["id"])
    planted = [plant_scheme(bazaar) for _ in range(schemes)]
    while left := companies - len(bazaar.tables["companies"]):
        kind = rng.random()
        if kind < 0.08 and left > 8:
            settle_family(bazaar, rng.randrange(3, 8))
        elif kind < 0.1 and left > 30:
            settle_franchise(bazaar, rng.randrange(5, 30))
        else:
            settle_singly(bazaar, desks)
    for rows in bazaar.tables.values():
        rng.shuffle(rows)
    tables: Tables = {name: [fill_row(**row) for row in rows] for name, rows in bazaar.tables.items()}
    return Market(tables, planted)


def number_rows(numbers: np.ndarray[Any, Any], prefix: str = "", width: int = 10) -> pa.Array:
    """Numbers as texts with leading zeros."""
    padded = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), padded, "") if prefix else padded


def take_words(words: Sequence[str], places: np.ndarray[Any, Any]) -> pa.Array:
    """The word at each place; an empty word is a missing value."""
    return pa.array([word or None for word in words], pa.string()).take(pa.array(places))


def blank_cells(values: pa.Array, blank: np.ndarray[Any, Any]) -> pa.Array:
    """The values, missing where `blank`."""
    return pc.if_else(pa.array(~blank), values, pa.scalar(None, pa.string()))


def save_table(folder: Path, name: str, columns: Columns) -> None:
    """Write a table as Parquet."""
    pq.write_table(pa.table(dict(columns)), folder / f"{name}.parquet")


def write_stakes(folder: Path, rng: np.random.Generator, sizes: Sizes, days: Sequence[str]) -> None:
    """Stakes by usual splits of capital; heads of conglomerates hold most, persons and nobody named the rest."""
    splits = (
        ("100",),
        ("51", "49"),
        ("50", "50"),
        ("33.33333",) * 3,
        ("50.1", "25-50"),
        (">25",),
        ("unknown",),
        ("49",),
    )
    lengths = np.array([len(split) for split in splits])
    heads = max(1, sizes.companies // 50)
    kinds = rng.integers(0, len(splits), sizes.stakes)
    ends = np.cumsum(lengths[kinds])
    order = np.repeat(np.arange(sizes.stakes), lengths[kinds])[: sizes.stakes]
    part = np.arange(sizes.stakes) - (ends - lengths[kinds])[order]
    below = max(1, sizes.companies - heads)
    owned = (heads + rng.permutation(below)[order % below]) % sizes.companies
    percent = take_words([(*split, "", "")[n] for split in splits for n in range(3)], kinds[order] * 3 + part)
    near = heads + (rng.random(sizes.stakes) * np.maximum(owned - heads, 1)).astype(np.int64)
    owner = np.where(
        rng.random(sizes.stakes) < 0.7, (owned * 7 + part * 3) % heads, np.minimum(near, owned - 1) % sizes.companies
    )
    people = rng.random(sizes.stakes) < 0.2
    names = pc.if_else(pa.array(people), number_rows(owner % 500, "P", 7), number_rows(100_000 + owner))
    turn = order // below
    era = max(1, len(days) // (1 + turn.max(initial=0)))
    ordinal = np.minimum(turn * era + rng.integers(0, era, sizes.stakes), len(days) - 1)
    until = take_words(days, np.minimum((turn + 1) * era, len(days) - 1))
    later = (turn < turn.max(initial=0)) & (ordinal < len(days) - 1)
    columns = {"owner": blank_cells(names, rng.random(sizes.stakes) < 0.02), "owned": number_rows(100_000 + owned)}
    columns |= {"percent": percent, "from": take_words(days, ordinal), "to": blank_cells(until, ~later)}
    save_table(folder, "stakes", columns)


def write_lines(folder: Path, rng: np.random.Generator, sizes: Sizes) -> None:
    """Lines in purchases of one to a few partial deliveries, with cancelled, refused and replaced ones among them."""
    count, blank = sizes.lines, rng.random((4, sizes.lines)) < np.array([[0.5], [0.4], [0.6], [0.7]])
    purchase = np.cumsum(rng.random(count) < 0.6)
    buyer = rng.integers(0, sizes.companies, count + 1)[purchase]
    starts = rng.integers(0, 850, count + 1)[purchase]
    calendar = [str(date(2024, 6, 1) + timedelta(days=n)) for n in range(1200)]
    articles = (*CATALOGUE, *(name for name, _ in PRODUCTS))
    lots = np.array([1, 1, 2, 4, 8, 8, 16, 24, 64, 128, 512, 1699, 1700, 1701])
    statuses = ("", "firm", "shipped", "shipped", "shipped", "shipped", "enquiry", "cancelled", "refused", "cancelled")
    serial = np.arange(count)
    earlier = np.maximum(serial - 1, 0)
    keep = (rng.random(count) >= 0.03) | (serial == 0)
    columns = {
        "id": number_rows(serial, "45", 9),
        "date": take_words(calendar, starts + rng.integers(0, 60, count)),
        "purchase": number_rows(purchase, "PO", 9),
        "consignee": number_rows(100_000 + buyer),
        "purchaser": blank_cells(number_rows(100_000 + rng.integers(0, sizes.companies, count)), blank[0]),
        "end_user": blank_cells(number_rows(100_000 + rng.integers(0, sizes.companies, count)), blank[1]),
        "payer": blank_cells(number_rows(100_000 + rng.integers(0, sizes.companies, count)), blank[2]),
        "forwarder": blank_cells(
            number_rows(100_000 + rng.integers(0, max(1, sizes.companies // 100), count)), blank[3]
        ),
        "to_country": take_words(MARKETS, buyer % len(MARKETS)),
        "chip": take_words(articles, rng.integers(0, len(articles), count)),
        "quantity": pc.cast(pa.array(lots[rng.integers(0, len(lots), count)]), pa.string()),
        "movement": take_words(("", "export", "reexport", "transfer"), rng.integers(0, 4, count)),
        "authorization": take_words(ROUTES, rng.integers(0, len(ROUTES), count)),
        "invoice_item": take_words(("", "", *INVOICE_ITEMS), rng.integers(0, 2 + len(INVOICE_ITEMS), count)),
        "payer_country": take_words(("", "", "", "CY", "HK", "AE"), rng.integers(0, 6, count)),
        "replaces": blank_cells(number_rows(earlier, "45", 9), keep),
        "status": take_words(statuses, rng.integers(0, len(statuses), count)),
    }
    save_table(folder, "shipments", columns)


def write_large(folder: Path, seed: int, sizes: Sizes) -> None:
    """Write a large world as a folder of Parquet tables, with exactly the rows that `sizes` says."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    span = max(1600, sizes.days)
    chosen = np.sort(rng.choice(span, max(1, sizes.days), replace=False))
    days = [str(date(2026, 6, 30) - timedelta(days=int(span - place))) for place in chosen]
    serial = np.arange(sizes.companies)
    names = pc.binary_join_element_wise(
        take_words(STEMS, serial % len(STEMS)),
        take_words(TRADES, serial // 24 % len(TRADES)),
        number_rows(serial, "", 6),
        " ",
    )
    founded = [str(date(2008, 1, 1) + timedelta(days=29 * n)) for n in range(180)] + [
        f"2025-{n:02d}-11" for n in range(1, 13)
    ] * 20
    save_table(folder, "companies", {
        "id": number_rows(100_000 + serial),
        "name": names,
        "headquarters": take_words(MARKETS, serial % len(MARKETS)),
        "incorporated": take_words(founded, rng.integers(0, len(founded), sizes.companies)),
        "activity": take_words(("", "", "cloud", "reseller", "other"), rng.integers(0, 5, sizes.companies)),
    })  # fmt: skip
    save_table(folder, "people", {
        "id": number_rows(np.arange(500), "P", 7), "name": take_words(FAMILY, rng.integers(0, len(FAMILY), 500)),
    })  # fmt: skip
    write_stakes(folder, rng, sizes, days)
    kinds = rng.integers(0, len(LISTS), sizes.listings)
    parties = rng.permutation(sizes.companies)[np.arange(sizes.listings) % sizes.companies]
    cells = {
        name: take_words([row[place] for row in LISTS], kinds)
        for place, name in enumerate(("list", "program", "license_policy"))
    }
    since = take_words(days, rng.permutation(sizes.listings) % max(1, sizes.days))
    save_table(folder, "listings", {"party": number_rows(100_000 + parties), "from": since} | cells)
    content = [(name, chip, count) for name, parts in PRODUCTS for chip, count in parts]
    save_table(
        folder, "products", {name: [row[n] for row in content] for n, name in enumerate(("name", "chip", "count"))}
    )
    write_lines(folder, rng, sizes)
