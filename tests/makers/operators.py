"""Worlds as the asset databases of cloud operators and data-centre landlords hold them.

Habits of this maker: a few big families with a subsidiary in every country, regional holdings and site companies below
them; joint ventures at exactly 50/50; rings of cross-holdings; trusts, holders not identified, votes beside shares,
control by agreement. Sites are often let by a landlord to an operator, and their power grows by dated steps. Holdings
stand by site and chip in every status, some as a range, some not counted yet. Purchases have lines 10, 20, 30 of one
order; lines are cancelled, refused, replaced and dated ahead. Servers hold several kinds of chip, the controlled one
first or last. Rented compute comes with every purpose and visibility, training with several providers. A market is of
tenants and resellers; those in a scheme are tied pair by pair, each pair differently. Large tables are trees some
thirty owners deep, with rings and joint ventures, in blocks of ids by family.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from . import Market, Sizes, Tables

Row = dict[str, Any]
Tie = Callable[["Street", str, str], None]
Numbers = np.ndarray[Any, Any]

TARGETS = ["MY", "SG", "AE", "IN", "BR", "SA", "ID", "TH", "KZ", "PL", "CH", "IL", "MX", "ZA", "VN", "QA", "CL"]
COUNTRIES = ["US", "GB", "DE", "JP", "CN", "HK", "MO", "IE", "KR", "US", *TARGETS]
SEATS = {"Halden": "US", "Corvane": "US", "Meridia": "CN", "Brightwater": "SG", "Ostrava": "DE", "Kestrel": "AE"}
SEATS |= {"Lumen9": "JP", "Tianhe": "MO", "Sundara": "IN", "Alkhat": "HK", "Norrland": "GB", "Pacifica": "US"}
BRANDS = list(SEATS)
CHIPS = ["H100", "H200", "B200", "A100", "A800", "L4", "A30", "A10", "Talos T1", "Talos T0", "Talos TX"]
RACKS = ["HGX-mixed", "OX Rack B", "Edge Pod", "OX Rack C"]
PARTS = [["H100", "8", "L4", "2"], ["Talos T0", "4", "H200", "8"], ["L4", "1", "A10", "4"], ["A100", "4", "B200", "4"]]
ROUTES = ["LPP", "license", "UVEU", "NVEU", "none", "", "AIA", "NAC", "LPP", "license"]
SHARES = ["100", "100", "100", "75", "66.66667", "51", "50.01", "50", "49.99", "33.33333", ">50", "50-75", "25-50"]
FREE_MAIL = ["gmail.com", "outlook.com", "proton.me", "qq.com"]
UNITS = {"H100": 15824, "H200": 15824, "B200": 36000, "A100": 4992}
LIMIT = 26_900_000


class Book:
    """The tables of one world while they fill, and what the next rows need to know of the last."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.tables: Tables = {}
        self.room: dict[str, Decimal] = {}
        self.families: list[list[str]] = []
        self.sites: list[tuple[str, str, str]] = []

    def add(self, table: str, text: str = "", /, **fields: Any) -> Row:
        """Add a row. Text is of words `field=one|two|-`, of which one is drawn (`-` is empty); `from_` is `from`."""
        row: Row = {}
        for word in text.split():
            key, _, choices = word.partition("=")
            row[key] = self.rng.choice(choices.split("|"))
        for key, value in fields.items():
            row[key.rstrip("_")] = value if isinstance(value, list | dict) else str(value)
        row = {key: value for key, value in row.items() if value and value != "-"}
        self.tables.setdefault(table, []).append(row)
        return row

    def hold(self, owner: str, owned: str, percent: str, **fields: Any) -> None:
        """Add a stake if the company still has that much to be held."""
        most = Decimal(100) if percent == "unknown" else Decimal(percent.lstrip("<>").split("-")[-1])
        if owner != owned and self.room[owned] >= most:
            self.room[owned] -= most
            self.add("stakes", owner=owner, owned=owned, percent=percent, **fields)

    def draw(self, *choices: Any) -> Any:
        """Draw one of the choices."""
        return self.rng.choice(choices)

    def day(self, first: str = "2024-07-01", last: str = "2026-06-15") -> date:
        """Draw a day of the range."""
        start = date.fromisoformat(first)
        return start + timedelta(days=self.rng.randint(0, (date.fromisoformat(last) - start).days))

    def party(self) -> str:
        """Draw any company."""
        return self.rng.choice(list(self.room))


def found_company(book: Book, key: str, name: str, land: str, text: str = "") -> str:
    """Found a company with the usual record."""
    book.room[key] = Decimal(100)
    usual = f"headquarters={land}|{land}|{land}|- incorporated=-|{book.day('2008-01-01')} employees=-|0|12|1e4"
    usual += f" registration=-|{land}{book.rng.randint(10**6, 10**7)} website=-|none|{key.lower()}.example phone=-|none"
    book.add("companies", f"{usual} activity=cloud|cloud|other|- {text}", id=key, name=name, jurisdiction=land)
    return key


def found_families(book: Book, count: int) -> None:
    """Found families, a parent and companies by country below it, until there are so many; and landlords."""
    for brand, seat in book.rng.sample(list(SEATS.items()), len(SEATS)):
        code, size = brand[:4].upper(), min(book.rng.randint(5, 16), count - len(book.room))
        if size < 2:
            break
        members = [found_company(book, f"{code}-GRP", f"{brand} Group", seat, f"headquarters={seat}")]
        for number in range(1, size):
            land, owner = book.rng.choice(COUNTRIES), book.rng.choice(members[-3:] + members[:2])
            name = f"{brand} {book.draw('Cloud', 'Data Centers', 'Infrastructure')} {land} {number}"
            key = found_company(book, f"{code}-{land}-{number:02d}", name, land)
            book.hold(owner, key, book.rng.choice(SHARES), from_=book.draw("", "", book.day("2019-01-01")))
            members.append(key)
        book.families.append(members)
    for number in range(1, book.rng.randint(2, 4)):
        found_company(book, f"LANDLORD-{number}", f"Plot {number} Property Trust", book.rng.choice(TARGETS))


def cross_holdings(book: Book) -> None:
    """Cross the families with joint ventures at 50/50, rings, trusts, holders without a name, votes and agreements."""
    rng = book.rng
    for number in range(1, rng.randint(2, 5)):
        (one, two), land = (rng.choice(members) for members in rng.sample(book.families * 2, 2)), rng.choice(TARGETS)
        venture = found_company(book, f"JV-{land}-{number}", f"Twin Peaks {land} JV {number}", land)
        book.hold(one, venture, "50")
        book.hold(two, venture, "50", to=book.draw("", "", book.day("2026-01-01")))
        book.add("controls", f"controller={one}|{two} company={venture} means=agreement|board_majority|board_seat")
    for _ in range(rng.randint(1, 3)):
        ring = rng.sample(list(book.room), rng.randint(3, 5))
        for owner, owned in zip(ring, ring[1:] + ring[:1], strict=True):
            book.hold(owner, owned, book.draw("10", "24.5", "33.4", "50", "15-20"))
    for key in rng.sample(list(book.room), len(book.room) // 4):
        book.hold("", key, book.draw("5", "10", "25", ">25-50", "unknown"), source=book.draw("trust deed", ""))
    for owner, key in zip(*(rng.sample(list(book.room), len(book.room) // 6) for _ in range(2)), strict=True):
        if owner != key:
            book.add("stakes", f"owner={owner}|{owner}|- owned={key} percent=10|50|51|80 interest=votes")
            means = "means=agreement|board_seat|wishes|accounting_parent|signatory"
            book.add("controls", f"controller={owner} company={key} {means} from=-|{book.day()} to=-|-|2026-12-31")


def appoint_officers(book: Book) -> None:
    """Appoint people to boards, with their ties, and move the seats of companies."""
    for number in range(1, book.rng.randint(4, 12)):
        land, name = book.rng.choice(COUNTRIES), f"{book.draw('Wei', 'Jo')} Tan {number}"
        book.add("people", f"id=P-{number} nationality={land} residence=-|{land}", name=name)
        for company in book.rng.sample(list(book.room), 2):
            what = f"role=director|secretary|signatory to=-|-|{book.day()}"
            book.add("roles", f"person=P-{number} company={company} {what}")
        if number > 1:
            book.add("ties", f"party=P-{number} other=P-{number - 1} kind=family|nominee")
    for one, two in zip(book.rng.sample(list(book.room), 2), book.rng.sample(BRANDS, 2), strict=True):
        moved = book.day()
        book.add("headquarters", f"company={one} country={SEATS[two]} to={moved}")
        book.add("headquarters", f"company={one} country=CN|SG|US|AE from={moved}")
    one, other = book.rng.sample(list(book.room), 2)
    book.add("ties", f"party={one} other={other} kind=former_parent|joint_arrangement|takes_over_orders")


def list_parties(book: Book) -> None:
    """List some companies, and say which lists were loaded and of which day."""
    lists = ["EntityList", "SDN", "MEU", "UVL", "UVEU", "NVEU", "Supp8-740", "TrustedCloud", "EU", "UK"]
    extra = {"SDN": "program=-|UKRAINE-EO13662", "EntityList": "license_policy=-|presumption_of_denial|case_by_case"}
    for name in book.rng.sample(lists, book.rng.randint(3, 9)):
        dates = f"from=-|{book.day('2019-01-01', '2025-12-01')} to=-|-|{book.day('2025-12-02', '2027-06-01')}"
        book.add("listings", f"party={book.party()} list={name} {dates} {extra.get(name, '')}")
    for name in book.rng.sample(lists, book.rng.randint(1, 8)):
        book.add("screening_lists", f"list={name} as_of={book.day('2026-01-01')} source=vendor rows=-|0|12")


def build_sites(book: Book) -> None:
    """Build sites, their power by steps, and what stands on each."""
    landlords = "|".join(key for key in book.room if key.startswith("LANDLORD"))
    for number in range(1, book.draw(12, 20, 35, 60, 200) + 1):
        operator, land = book.rng.choice(book.rng.choice(book.families)), book.rng.choice(COUNTRIES)
        key, megawatts, stage = f"{land}-DC{number:03d}", book.rng.randint(2, 400), book.day("2020-01-01", "2026-09-01")
        power = f"it_mw={megawatts}|{megawatts}.5|- facility_mw=-|{megawatts * 3 // 2}"
        power += " veu_security=-|true|false"
        ends = f"operator={operator} owner=-|{operator}|{landlords}"
        book.add("sites", f"id={key} {ends} country={land} from={stage} {power}")
        book.sites.append((key, operator, land))
        for step in range(book.draw(0, 0, 2, 3)):
            stage, before = stage + timedelta(days=book.rng.randint(60, 300)), stage
            book.add("site_power", f"site={key} it_mw={megawatts * (step + 1) // 3} from={before} to={stage}")
        for chip in book.rng.sample(CHIPS, book.draw(0, 1, 1, 2, 3) if number > 1 else 3):
            most, start = book.draw(64, 500, 4000, 26000), book.day("2023-01-01", "2027-01-01")
            counted = f"quantity={most}|{most}|{most // 2}-{most}|- owner=-|{operator}|{landlords}|{book.party()}"
            dates = f"from=-|{start} to=-|-|{start + timedelta(days=book.rng.randint(30, 900))}"
            state = "status=-|installed|installed|boxed|planned|retired|lost|resold"
            book.add("holdings", f"site={key} {counted} {dates} {state}", chip=chip)
    book.tables["holdings"][0] |= {"quantity": "100-400"}


def define_hardware(book: Book) -> None:
    """Define chips of a house brand and servers that hold several kinds, in both orders."""
    speeds = [{"fp16": "700", "fp8": "1400", "fp8_sparse": "2800"}, {"fp16": "21.5"}, {"int8": "260"}]
    texts = ["die_area_mm2=795 power_kw=1.1 data_center=true", "die_area_mm2=160 data_center=false"]
    texts.append("die_area_mm2=-|300 data_center=-|true published_tpp=-|2080 designer_country=-|CN")
    for name, speed, text in zip(CHIPS[-3:], speeds, texts, strict=True):
        book.add("chips", text, name=name, throughput=speed)
    for name, parts in zip(RACKS, PARTS, strict=True):
        parts = parts + book.draw([], [], ["Talos TX", "2"])
        for chip, count in zip(parts[::2], parts[1::2], strict=True):
            book.add("products", name=name, chip=chip, count=count)


def write_purchase(book: Book, table: str, number: int, count: int) -> None:
    """Write one purchase order of some lines, to one buyer and one or more sites."""
    rng, key = book.rng, f"{'PO' if table == 'shipments' else 'Q'}-{number:05d}"
    site, buyer, land = rng.choice(book.sites)
    route, when, user = rng.choice(ROUTES), book.day(), book.draw("-", buyer, book.party())
    move, origin = book.draw(("export", "US"), ("-", "US"), ("reexport", "SG"), ("transfer", land), ("domestic", land))
    sender = rng.choice(next(members for members in book.families if buyer in members)) if move == "transfer" else "-"
    granted = "|".join(row["id"] for row in book.tables.get("authorizations", [])) if route == "license" else ""
    charged = f"-|{book.families[0][0]}" if route == "LPP" else "-"
    for line in range(1, count + 1):
        chip = RACKS[number % 4] if line == 1 else rng.choice(CHIPS + RACKS)
        quantity = rng.choice([8, 64, 240, 1699, 1700, 1701, 2048, 12000]) // (8 if chip in RACKS else 1)
        text = (
            f"id={key}/{line * 10} purchase={key}{'' if count > 1 else '|-'} line={line * 10} from_country={origin} "
            f"to_country={land} exporter={sender} purchaser=-|{buyer} consignee={buyer}|{buyer}|- end_user={user} "
            f"operator=-|-|{buyer} site=-|{site} movement={move} authorization={route} authorization_id={granted} "
            f"charged_to={charged} certifications={'-|LPP' if route == 'LPP' else '-'} "
            f"intermediate_consignee=-|-|-|{book.party()} payer=-|-|{buyer} payer_country=-|-|HK value_usd=-|2.5e6 "
            f"status={'shipped' if table == 'shipments' else 'enquiry'}|firm|-"
        )
        serials = [f"SN{number}{line}{i}" for i in range(book.draw(0, 0, 3))] + book.draw([], [], ["SN-AGAIN-1"])
        date_ = when + timedelta(days=book.draw(0, 0, 30) * (line - 1))
        book.add(table, text, date=date_, chip=chip, quantity=quantity, serials=serials)


def write_purchases(book: Book, table: str, lines: int) -> None:
    """Write exactly so many lines, then cancel, refuse, put off and replace some of them."""
    rows, number = book.tables.setdefault(table, []), 1
    while len(rows) < lines:
        write_purchase(book, table, number, min(book.rng.randint(1, 6), lines - len(rows)))
        number += 1
    for turn, index in enumerate(book.rng.sample(range(lines), min(lines, max(5, lines // 4)))):
        other = rows[(index + 1) % lines]
        alike: Row = {
            field: other[field] for field in ("chip", "to_country", "purchase", "consignee") if field in other
        }
        later = str(book.day("2026-08-01", "2028-06-01"))
        alike["replaces"] = other["id"]
        changes: list[Row] = [{"status": "cancelled"}, {"status": "refused"}, {"date": later}, alike]
        rows[index] |= changes[turn % 4]


def grant_authorizations(book: Book) -> None:
    """Grant licenses with limits and validated end-user status, and file certifications."""
    words = "LPP|end_user_statement|kyc|report|NAC|UVEU|notice|uvl_statement"
    for number in range(1, book.rng.randint(4, 9)):
        key, limit = f"id=D{number:06d} holder={book.party()}", book.rng.randint(1, 400) * 10**6
        kind = book.draw(f"kind=license limit_tpp={limit}", "kind=license", "kind=UVEU", "kind=NVEU")
        state = "state=granted|granted|granted|applied|denied|suspended|revoked"
        dates = f"from={book.day('2025-01-20')} to=-|-|2027-01-01"
        book.add("authorizations", f"{key} {kind} country=-|{'|'.join(TARGETS)} {state} {dates}")
        book.add("certifications", f"kind={words} party={book.party()} date={book.day('2025-01-20')} to=-|-|2027-02-01")
    book.add("arrangements", f"country={'|'.join(TARGETS)} kind=government_to_government from=2025-06-01|2025-09-15")


def publish_models(book: Book) -> None:
    """Publish models, what they learn from, where their weights lie and go, and who trains them on whose machines."""
    last = book.rng.randint(2, 5)
    for number in range(1, last + 1):
        base = number > 1 and book.rng.random() < 0.5
        size = f"base_model=M{number - 1} tuning_ops=4e24|-" if base else "training_ops=3.8e25|1e26|2.1e26|-"
        out = f"weights=open|closed|closed|- published=-|{book.day()}"
        book.add("models", f"id=M{number} developer={book.party()} {out} {size}")
        if number > 1:
            book.add("synthetic_inputs", f"model=M{number} source_model=M{number - 1} share=0.1|0.25|1 operations=5e24")
        (site, holder, land), (place, taker, there) = book.rng.sample(book.sites, 2)
        book.add("model_locations", f"model=M{number} country={land} site=-|{site} holder={holder} from={book.day()}")
        ends = f"from_party={book.party()} to_party={taker}|- from_country=US to_country={there} site=-|{place}"
        book.add("weight_transfers", f"id=WT-{number} model=M{number} date={book.day()} {ends}")
    kinds = product(["training", "inference", "synthetic_data"], ["none", "metadata", "full", "-"])
    for number, (purpose, seen) in enumerate([*kinds, ("training", "full"), ("training", "none")]):
        (site, provider, _), start = book.rng.choice(book.sites), book.day()
        what = f"model=M{last}" if number % 3 else f"job=job-{number}"
        what += f" purpose={purpose} workload_visibility={seen} chip=H100|B200|- quantity=512|-"
        what += " operations=4e25|1e26|6.1e25|-"
        ends = f"provider={provider} customer={book.party()} from={start} to=-|{start + timedelta(days=90)}"
        book.add("compute_services", f"id=RENT-{number:03d} site={site} {what} {ends}")


def inspect_sites(book: Book) -> None:
    """Inspect some sites and note what is seen, boxed and powered, with serials."""
    for site, _, _ in book.rng.sample(book.sites, 5):
        seen, serials = book.rng.randint(0, 600), book.draw([], ["SN-AGAIN-1", "SN110"])
        found = f"chip=H100|H200|- seen={seen} boxed=-|{seen // 5} powered=-|{seen * 3 // 4}"
        book.add("inspections", f"site={site} date={book.day()} {found}", serials=serials)


def make_world(seed: int, lines: int = 40) -> Tables:
    """Make a world of an operator's own data, with exactly so many shipment lines (five or more hold every kind)."""
    book = Book(seed)
    found_families(book, book.rng.randint(20, 70))
    cross_holdings(book)
    define_hardware(book)
    build_sites(book)
    for write in (appoint_officers, list_parties, grant_authorizations, publish_models, inspect_sites):
        if book.rng.random() < 0.75:
            write(book)
    write_purchases(book, "shipments", lines)
    if book.rng.random() < 0.5:
        write_purchases(book, "orders", max(5, lines // 5))
    return book.tables


class Street(Book):
    """A market while it fills: companies by id, spare numbers in random order, and how each member trades."""

    def __init__(self, seed: int, companies: int) -> None:
        super().__init__(seed)
        self.numbers = self.rng.sample(range(companies), companies)
        self.firms: dict[str, Row] = {}
        self.trade: dict[str, Row] = {}
        self.people = self.lines = 0
        self.forwarders = [open_firm(self, activity="forwarder") for _ in range(3 + companies // 500)]
        self.agents = [open_firm(self, activity="other") for _ in range(2 + companies // 900)]
        self.nominees = [appoint(self, agent, "secretary") for agent in self.agents]
        self.parks = [write_address(self) for _ in range(2 + companies // 60)]
        landlords = [open_firm(self, activity="other") for _ in range(2 + companies // 700)]
        for number, owner in enumerate(landlords * 3):
            row = self.add("sites", id=f"DC-{number:04d}", owner=owner, country=self.firms[owner]["jurisdiction"])
            self.sites.append((row["id"], owner, row["country"]))


def write_address(street: Street) -> str:
    """Write an address of a building of its own."""
    rng = street.rng
    return f"{rng.randint(1, 999)} {rng.choice(BRANDS)} {street.draw('Road', 'Lane')}, {rng.randint(10**4, 10**5)}"


def open_firm(street: Street, **fields: Any) -> str:
    """Open a company under the next spare number, with a face of its own unless told otherwise."""
    rng, number = street.rng, street.numbers.pop()
    key, land = f"T{number:06d}", rng.choice(TARGETS)
    stem = (
        f"{rng.choice(BRANDS).lower()}{street.draw('net', 'data', 'cloud', 'host', 'grid')}{rng.randint(1000, 99999)}"
    )
    domain = rng.choice(FREE_MAIL) if rng.random() < 0.12 else f"{stem}.example"
    face = {"name": f"{stem.title()} {street.draw('Ltd', 'Sdn Bhd', 'Pte Ltd', 'FZ-LLC')}", "jurisdiction": land}
    born = f"{rng.randint(2004, 2025)}-0{rng.randint(1, 9)}-{rng.randint(10, 28)}"
    face |= {"headquarters": land, "incorporated": born}
    face |= {"address": write_address(street), "phone": f"+{rng.randint(30, 99)} {rng.randint(10**8, 10**9 - 1)}"}
    face |= {"email": f"info@{domain}", "activity": street.draw("cloud", "reseller", "other")}
    face["website"] = street.draw("none", "") if domain in FREE_MAIL else domain
    street.firms[key] = street.add("companies", id=key, **(face | fields))
    street.room[key] = Decimal(100)
    return key


def appoint(street: Street, company: str, role: str = "director", person: str = "") -> str:
    """Give a seat to a person, a new one unless named."""
    if not person:
        street.people += 1
        person, rng = f"H{street.people:06d}", street.rng
        name = f"{street.draw('Wei', 'Anna', 'Omar', 'Lina', 'Raj')} {street.draw('Tan', 'Lim', 'Haddad', 'Silva')}"
        street.add("people", id=person, name=name, born=f"{rng.randint(1950, 2000)}-0{rng.randint(1, 9)}-11")
    street.add("roles", person=person, company=company, role=role)
    return person


def buy(street: Street, buyer: str, chip: str, quantity: int, when: date, **fields: Any) -> None:
    """Write the purchase of one buyer, in one line or two."""
    street.lines += 1
    ways = {"forwarder": street.rng.choice(street.forwarders), "payer": buyer, "authorization": "LPP"}
    if street.rng.random() < 0.3:
        ways["site"] = street.rng.choice(street.sites)[0]
    ways |= (
        {"consignee": buyer, "to_country": street.firms[buyer]["jurisdiction"]} | street.trade.get(buyer, {}) | fields
    )
    parts = [quantity // 3, quantity - quantity // 3] if street.rng.random() < 0.3 and quantity > 3 else [quantity]
    for line, part in enumerate(parts, 1):
        key = {"id": f"S{street.lines:07d}-{line}", "purchase": f"B{street.lines:07d}", "line": line, "date": when}
        street.add("shipments", **key, chip=chip, quantity=part, movement="export", **ways)


def near_limit(street: Street, low: float = 0.82) -> tuple[str, int]:
    """Draw a chip and how many of it come just under the yearly limit."""
    chip = street.draw("H100", "H100", "H200", "B200")
    return chip, int(LIMIT * street.rng.uniform(low, 0.999)) // UNITS[chip]


def respell(street: Street, text: str) -> str:
    """Write an address or a phone as another clerk would."""
    if text.startswith("+"):
        return str(street.draw(text, text.replace(" ", "-"), text.replace(" ", " (0) ")))
    short = text.replace("Road", "Rd.").replace("Lane", "Ln")
    return str(street.draw(text, short, text.upper(), f"Unit {street.rng.randint(1, 40)}, {text}"))


def share_owner(street: Street, one: str, two: str) -> None:
    """Put one hand behind both: through another company behind the second, itself or by agreement behind the first."""
    top, middle = (open_firm(street, activity="other", website="none") for _ in range(2))
    street.hold(top, middle, street.draw("100", "80", "60"))
    street.hold(middle, two, street.draw("100", "70", "51", "45"))
    if street.room[one] >= 75:
        street.hold(top, one, street.draw("75", "51", "49", "40"))
    else:
        street.add("controls", controller=top, company=one, means="agreement")


def share_family(street: Street, one: str, two: str) -> None:
    """Put relatives on the two boards."""
    street.add("ties", party=appoint(street, one), other=appoint(street, two), kind="family")


def share_director(street: Street, one: str, two: str) -> None:
    """Put one person on both boards."""
    appoint(street, two, "director", appoint(street, one))


def share_orders(street: Street, one: str, two: str) -> None:
    """Say that one takes over the orders of the other, or that its director used to work there."""
    party, kind = street.draw((two, "takes_over_orders"), ("", "former_employer"))
    street.add("ties", party=party or appoint(street, two), other=one, kind=kind)


def share_domain(street: Street, one: str, two: str) -> None:
    """Let the second write from the domain of the first; who has a free mailbox gets a domain for both."""
    domain = street.firms[one]["email"].split("@")[1]
    if domain in FREE_MAIL:
        domain = f"{one.lower()}-ops.example"
        street.firms[one]["email"] = f"buy@{domain}"
    street.firms[two]["email"] = f"sales@{domain}"


def share_face(field: str) -> Tie:
    """Make the tie that gives the second company a field of the first, spelt another way where that is natural."""

    def share(street: Street, one: str, two: str) -> None:
        value = street.firms[one][field]
        street.firms[two][field] = value if field == "registered_agent" else respell(street, value)

    return share


def share_trade(field: str) -> Tie:
    """Make the tie of a payer, forwarder or site that both use and hardly anybody else does."""

    def share(street: Street, one: str, two: str) -> None:
        if field not in street.trade[one]:
            fresh = street.rng.choice(street.sites)[0] if field == "site" else one
            street.trade[one][field] = open_firm(street, activity=field) if field == "forwarder" else fresh
        street.trade[two][field] = street.trade[one][field]

    return share


STRONG: list[Tie] = [share_director, share_owner, share_family, share_orders, share_domain]
STRONG += [share_face("phone"), share_trade("payer")]
WEAK: list[Tie] = [share_face("address"), share_face("registered_agent"), share_trade("forwarder"), share_trade("site")]


def plant_scheme(street: Street) -> frozenset[str]:
    """Plant companies of one hidden hand, tied pair by pair in different ways, that together pass the limit."""
    rng, start = street.rng, street.day("2025-02-01", "2026-01-10")
    members = [open_firm(street, registered_agent=rng.choice(street.agents)) for _ in range(rng.randint(3, 12))]
    street.trade |= {key: {} for key in members}
    kinds = rng.sample(STRONG, len(STRONG))
    for place, key in enumerate(members[1:], 1):
        other, more = members[rng.randrange(place)], rng.sample(STRONG, rng.randint(0, 1))
        for tie in dict.fromkeys([kinds[place % len(kinds)], *more, *rng.sample(WEAK, rng.randint(1, 2))]):
            tie(street, other, key)
    for key in members:
        when, (chip, quantity) = start + timedelta(days=street.draw(0, 1, 3, 8, 15, 40, 70)), near_limit(street)
        if rng.random() < 0.6:
            appoint(street, key)
        buy(street, key, chip, quantity, when)
        if rng.random() < 0.3:
            buy(street, key, "A10", rng.randint(4, 60), when - timedelta(days=90), authorization="none")
        if rng.random() < 0.1:
            buy(street, key, chip, rng.randint(50, 400), when, status="cancelled")
    return frozenset(members)


def open_group(street: Street, size: int) -> None:
    """Open an honest group that buys together and says so: charged to its parent under the limit, licensed over it."""
    rng, parent = street.rng, open_firm(street, activity="cloud")
    face = {field: text for field, text in street.firms[parent].items() if field in ("phone", "email", "website")}
    director, when, chip, large = appoint(street, parent), street.day(), rng.choice(list(UNITS)), rng.random() < 0.3
    buyers, ways = [parent], {"authorization": "LPP", "charged_to": parent, "payer": parent}
    if large:
        permit = street.add("authorizations", id=f"L-{parent}", holder=parent, kind="license", state="granted")["id"]
        ways = {"authorization": "license", "authorization_id": permit, "payer": parent}
    for _ in range(size - 1):
        buyers.append(open_firm(street, **face, address=respell(street, street.firms[parent]["address"])))
        street.hold(parent, buyers[-1], street.draw("100", "100", "75", "51"))
        appoint(street, buyers[-1], "director", street.draw(director, ""))
    for key in buyers:
        buy(street, key, chip, rng.randint(1, LIMIT // UNITS[chip] // (1 if large else size)), when, **ways)


def open_tenant(street: Street) -> None:
    """Open an honest company: in a park, an incubator, at a company-service provider's or in a house of its own."""
    rng, place = street.rng, street.rng.random()
    number, park = rng.randrange(len(street.agents)), rng.randrange(1 + len(street.parks) // 8)
    fields: dict[str, str] = {}
    if place < 0.35:
        fields = {"address": respell(street, rng.choice(street.parks))}
    elif place < 0.42:
        fields = {"address": street.parks[park], "phone": f"+60 3{park:04d}5500"}
    elif place < 0.54:
        agent = street.firms[street.agents[number]]
        fields = {"address": agent["address"], "registered_agent": agent["id"]}
        fields |= street.draw({}, {"phone": agent["phone"]})
    key = open_firm(street, **fields)
    founder = appoint(street, key, "secretary" if fields.get("registered_agent") else "director")
    if fields.get("registered_agent"):
        appoint(street, key, street.draw("director", "secretary"), street.nominees[number])
    if rng.random() < 0.5:
        street.hold(founder, key, street.draw("100", "60", "50", "33.33333"))
    for _ in range(street.draw(0, 0, 1, 1, 2)):
        chip = rng.choice(list(UNITS))
        small = 1 + int(LIMIT // UNITS[chip] // 5 * rng.random() ** 3), street.day()
        buy(street, key, chip, *small, status=street.draw("", "", "shipped"))
    if rng.random() < 0.02:
        buy(street, key, *near_limit(street, 0.6), street.day())


def make_market(seed: int, companies: int, schemes: int) -> Market:
    """Make a market of exactly so many companies, with so many schemes of split purchases among honest trade."""
    if companies < 80 + 40 * schemes:
        raise ValueError(f"{schemes} schemes want at least {80 + 40 * schemes} companies")
    street = Street(seed, companies)
    planted = [plant_scheme(street) for _ in range(schemes)]
    while street.numbers:
        size = street.rng.randint(2, 9)
        if street.rng.random() < 0.06 and size <= len(street.numbers):
            open_group(street, size)
        else:
            open_tenant(street)
    for rows in street.tables.values():
        street.rng.shuffle(rows)
    return Market(street.tables, planted)


def choose(rng: np.random.Generator, words: Sequence[str], count: int) -> pa.Array:
    """Draw words for a column; an empty word is a null."""
    return pa.array([word or None for word in words]).take(pa.array(rng.integers(0, len(words), count)))


def name_rows(prefix: str, numbers: Numbers) -> pa.Array:
    """Write ids of numbers; below zero there is none."""
    return pa.array([f"{prefix}{number:07d}" if number >= 0 else None for number in numbers.tolist()], pa.string())


def name_days(days: Numbers) -> pa.Array:
    """Write days since 2019-01-01 as ISO dates."""
    dates = np.datetime64("2019-01-01") + days.astype("timedelta64[D]")
    return pa.array(np.datetime_as_string(dates).tolist(), pa.string())


def write_parquet(folder: Path, table: str, **columns: Any) -> None:
    """Write one table."""
    pq.write_table(pa.table({key.rstrip("_"): column for key, column in columns.items()}), folder / f"{table}.parquet")


def grow_trees(rng: np.random.Generator, companies: int) -> Numbers:
    """Give each company its owner: below zero for the first of a family."""
    starts = np.concatenate([[0], np.cumsum(rng.choice([3, 8, 20, 60, 300], companies // 3 + 1))])
    index = np.arange(companies)
    first = starts[np.searchsorted(starts, index, side="right") - 1]
    deep = np.maximum(index - np.minimum(rng.geometric(0.25, companies), 12), first)
    wide = rng.integers(0, np.maximum(index - first, 1)) // 3 + first
    owner = np.where((index - first < 60) & (rng.random(companies) < 0.7), deep, wide)
    return np.where(index == first, -1, owner)


def write_stakes(rng: np.random.Generator, sizes: Sizes, days: Numbers, folder: Path) -> None:
    """Write the stakes: trees, joint ventures at 50/50, rings back to ancestors, votes and holders without a name."""
    count = sizes.companies
    owner = grow_trees(rng, count)
    edges = np.sort(rng.permutation(np.flatnonzero(owner >= 0))[: int(sizes.stakes * 0.8)])
    rest = sizes.stakes - len(edges)
    pairs = rng.permutation(edges)[: min(rest // 4, len(edges) // 12)]
    main = rng.choice([10000, 9000, 7500, 6667, 5100, 5001, 4900, 3333], count)
    main[pairs] = 5000
    partner = (pairs + rng.integers(1, count, len(pairs))) % count
    more = rng.choice(np.setdiff1d(np.arange(count), pairs), rest - len(pairs))
    ring = np.where(rng.random(len(more)) < 0.06, -1, np.minimum(more + rng.integers(1, 6, len(more)), count - 1))
    ring = np.where(ring == more, more - 1, ring)
    free = np.where(owner[more] >= 0, 10000 - main[more], 10000) // np.bincount(more, minlength=count)[more]
    small = (free * rng.random(len(more))).astype(np.int64)
    percent = np.concatenate([main[edges], np.full(len(pairs), 5000), small]).tolist()
    votes = np.concatenate([np.zeros(sizes.stakes - len(more)), rng.random(len(more)) < 0.15]).tolist()
    write_parquet(
        folder,
        "stakes",
        owner=name_rows("N", np.concatenate([owner[edges], partner, ring])),
        owned=name_rows("N", np.concatenate([edges, pairs, more])),
        percent=pa.array([f"{value // 100}.{value % 100:02d}" for value in percent]),
        interest=pa.array(["votes" if vote else None for vote in votes], pa.string()),
        from_=name_days(days),
    )


def write_lines(rng: np.random.Generator, sizes: Sizes, land: pa.Array, folder: Path) -> None:
    """Write shipment lines: purchases of some lines, to companies that buy often and companies that buy once."""
    count = sizes.lines
    index, purchase = np.arange(count), np.cumsum(rng.random(count) < 0.4)
    consignee = (sizes.companies * rng.random(count + 1) ** 2).astype(np.int64)[purchase]
    replaced = np.where((rng.random(count) < 0.02) & (index > 8), index - rng.integers(1, 9, count), -1)
    others = np.where(rng.random((2, count)) < 0.25, rng.integers(0, sizes.companies, (2, count)), -1)
    write_parquet(
        folder,
        "shipments",
        id=name_rows("S", index),
        date=name_days(rng.integers(2000, 2900, count + 1)[purchase]),
        purchase=name_rows("PO", purchase),
        exporter=name_rows("N", others[0]),
        consignee=name_rows("N", consignee),
        end_user=name_rows("N", others[1]),
        to_country=land.take(pa.array(consignee)),
        chip=choose(rng, ["H100", "H200", "B200", "A100", "L4", "A10", *RACKS], count),
        quantity=pa.array(map(str, (1 + 2000 * rng.random(count) ** 4).astype(int).tolist()), pa.string()),
        movement=choose(rng, ["export", "export", "export", "", "reexport", "transfer"], count),
        authorization=choose(rng, ROUTES, count + 1).take(pa.array(purchase)),
        replaces=name_rows("S", replaced),
        status=choose(rng, [*[""] * 18, "shipped", "cancelled", "refused", "firm"], count),
    )


def write_large(folder: Path, seed: int, sizes: Sizes) -> None:
    """Write a large world as Parquet tables of exactly these sizes, with servers that hold two kinds of chip."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    every, land = np.arange(sizes.companies), choose(rng, COUNTRIES, sizes.companies)
    names = name_rows("Node ", every)
    write_parquet(folder, "companies", id=name_rows("N", every), name=names, jurisdiction=land, headquarters=land)
    total = sizes.listings + sizes.stakes
    pool = rng.choice(max(2700, sizes.days), sizes.days, replace=False)
    days = np.concatenate([pool, rng.choice(pool, max(total - sizes.days, 0))])[:total]
    lists = choose(rng, ["EntityList", "EntityList", "SDN", "MEU", "UVL", "EU", "UK", "UVEU", "NVEU"], sizes.listings)
    party = name_rows("N", rng.integers(0, sizes.companies, sizes.listings))
    write_parquet(folder, "listings", party=party, list=lists, from_=name_days(days[: sizes.listings]))
    write_stakes(rng, sizes, days[sizes.listings :], folder)
    write_lines(rng, sizes, land, folder)
    rows = [(name, *parts[i : i + 2]) for name, parts in zip(RACKS, PARTS, strict=True) for i in (0, 2)]
    rows = [(name, chip.replace("Talos T0", "A10"), count) for name, chip, count in rows]
    write_parquet(folder, "products", **dict(zip(("name", "chip", "count"), zip(*rows, strict=True), strict=True)))
