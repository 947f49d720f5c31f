"""FollowTheMoney entities, one a line, read into a world; entities inside entities are read each by itself.

Legal entities and people are parties; `Ownership` becomes stakes, `Control` controls, `Directorship` and `Employment`
roles, `Family` ties, `Sanction` listings by the list that its data set or its authority is (`list_words.csv`). Links
that no table holds are kept in `unread`, as is a topic of sanctions that no `Sanction` tells of. What other schemas say
is left out. An end date is the last day [FollowTheMoney, Interval]. An owner of an entity without `percentage` holds an
unknown share.
"""

from __future__ import annotations

from pathlib import Path

from compliance.imports.cleaners import country, join_text, lei
from compliance.imports.date_ranges import When, span, when
from compliance.imports.json_records import read_records
from compliance.imports.lists.list_names import OTHER, list_word, lists_by_dataset
from compliance.imports.open_file import Progress, ignore_progress
from compliance.imports.party_values import PartyValues
from compliance.imports.percentages import percent_of_all, up_to
from compliance.imports.registers.ftm_nested import Entity, entities_of
from compliance.imports.row_buffer import RowBuffer

_PEOPLE = ("Person",)
_COMPANIES = ("Company", "Organization", "LegalEntity", "PublicBody", "Asset")
_MEANS = {"appointment": "board_majority", "voting": "board_majority", "contractual": "agreement", "trust": "agreement"}
"""Means of control by `controlType`; any other is control by wishes."""
_OPEN_LINKS = {
    "UnknownLink": ("subject", "object"), "Associate": ("person", "associate"), "Representation": ("client", "agent"),
    "Membership": ("member", "organization"),
}  # fmt: skip
"""Links of which nobody says whether they are ownership or control: from whom, and to whom."""
_OVER = (
    "inactive",
    "expired",
    "lifted",
    "revoked",
    "delisted",
    "removed",
    "terminated",
    "suspended",
    "ended",
    "closed",
)
_GONE = ("dissolved", "liquidated", "struck", "deregistered", "merged", "ceased", "inactive", "removed", "closed")
_OF_SANCTIONS = ("sanction", "export.control", "debarment")


def import_ftm(path: Path, gathering: RowBuffer, progress: Progress = ignore_progress) -> None:
    """Gathers the world of a file of entities; raises `InputError` where it cannot be read."""
    account, file, base = gathering.account, str(path), gathering.base
    base.execute("CREATE TABLE IF NOT EXISTS topics (party TEXT, told TEXT, line INTEGER)")
    base.execute("CREATE TABLE IF NOT EXISTS addresses (id TEXT PRIMARY KEY, told TEXT, country TEXT)")
    base.execute("CREATE TABLE IF NOT EXISTS housed (party TEXT, address TEXT, line INTEGER)")
    for record in read_records(path, progress=progress):
        account.read["entities"] += 1
        if record.wrong:
            account.skip_entry(file, record.line, "an entity that cannot be read", record.wrong)
            continue
        for number, entity in enumerate(entities_of(record.value)):
            if entity.wrong:
                account.skip(file, record.line, entity.wrong, entity.schema)
                continue
            if number:
                account.note("entities nested in others: read each by itself")
            _Reading(gathering, file, record.line, entity).add()
    _finish(gathering, file)


def _finish(gathering: RowBuffer, file: str) -> None:
    """What is known only when all entities are read: addresses that are entities, and topics without a sanction."""
    base = gathering.base
    housed = (
        "SELECT h.party, h.line, a.told, a.country FROM housed h LEFT JOIN addresses a ON a.id = h.address"
        " ORDER BY 1, 3"
    )
    for party, line, told, code in base.execute(housed).fetchall():
        if not gathering.complete(party, {"address": told or "", "x_address_country": code or ""}):
            reason = "second addresses, or addresses that are not in the file"
            gathering.unread("companies", party, "address", told or "an address entity", file, line, reason)
    topics = (
        "SELECT party, told, line FROM topics WHERE party NOT IN (SELECT party FROM rows WHERE kind = 'listings')"
        " ORDER BY 1"
    )
    for party, told, line in base.execute(topics).fetchall():
        reason = "topics of sanctions without a `Sanction` that names the list"
        gathering.unread("listings", party, "list", f"topics: {told}", file, line, reason)


class _Reading:
    """One entity on its way into tables."""

    def __init__(self, gathering: RowBuffer, file: str, line: int, entity: Entity) -> None:
        self.gathering, self.file, self.line, self.entity = gathering, file, line, entity
        self.name, self.schema, self.all, self.one = entity.id, entity.schema, entity.all, entity.one
        self.source = f"FollowTheMoney {entity.id}"
        self.teller = "; ".join(sorted(entity.datasets)) or "the file"

    def add(self) -> None:
        """Adds it to the table that its schema is for, or says that there is none."""
        links = {
            "Ownership": self._stake, "Control": self._control, "Directorship": self._role, "Employment": self._role,
            "Family": self._tie, "Sanction": self._listing, "Succession": self._succession, "Address": self._address,
        }  # fmt: skip
        if self.schema in _PEOPLE:
            self._person()
        elif self.schema in _COMPANIES:
            self._company()
        elif self.schema in _OPEN_LINKS:
            self._open_link(*_OPEN_LINKS[self.schema])
        elif self.schema in links:
            links[self.schema]()
        else:
            self.gathering.account.skip(
                self.file, self.line, f"a schema that no table of a world holds: {self.schema[:40]}", self.name
            )

    def _put_row(self, table: str, row: dict[str, str]) -> None:
        self.gathering.put(table, row, self.file, self.line)

    def _put_dated(self, table: str, row: dict[str, str], start: When | None = None) -> None:
        """Adds a row with the days of the entity, of which the end is the last one."""
        begun, end = start or when(self.all("startDate") or self.all("date")), when(self.all("endDate"))
        status = self.one("status")
        if end == When() and _says(status, _OVER):
            end = When(unread=f"status: {status}")
        self.gathering.put_dated(
            table, row, span(begun, end, last_day_counts=True), self.file, self.line,
            self.teller if table == "stakes" else "",
        )  # fmt: skip

    def _values(self, table: str) -> PartyValues:
        return PartyValues(self.gathering, table, self.name, self.file, self.line)

    def _of_party(self) -> None:
        """What is noted of any party until all entities are read."""
        told = [topic for topic in self.all("topics") if topic.startswith(_OF_SANCTIONS)]
        if told:
            row = (self.name, "; ".join(told), self.line)
            self.gathering.base.execute("INSERT INTO topics VALUES (?, ?, ?)", row)

    def _person(self) -> None:
        names, values = self.all("name", "alias", "weakAlias", "previousName"), self._values("people")
        born = when(self.all("birthDate"))
        residence = values.country("residence", *self.all("country"))
        self._put_row("people", {
            "id": self.name, "name": next(iter(names), ""), "aliases": join_text(names[1:]),
            "nationality": values.country("nationality", *self.all("nationality", "citizenship")),
            "residence": residence, "born": born.text, "x_born": born.unread, "x_topics": join_text(self.all("topics")),
            "x_addresses": join_text(self.all("address")),
        })  # fmt: skip
        if died := values.day("died", *self.all("deathDate")):
            self.gathering.gone(self.name, died, why=f"died {died}")
        self._of_party()

    def _company(self) -> None:
        names, values = self.all("name", "alias", "weakAlias", "previousName"), self._values("companies")
        numbers = self.all("registrationNumber", "ogrnCode", "uscCode", "idNumber")
        dissolved, status = values.day("dissolved", *self.all("dissolutionDate")), self.one("status")
        if dissolved:
            self.gathering.gone(self.name, dissolved, why=f"dissolved {dissolved}")
        elif _says(status, _GONE):
            values.unread("status", status, "a status that says that it is no more, without a day")
        self._put_row("companies", {
            "id": self.name, "name": next(iter(names), ""), "aliases": join_text(names[1:]),
            "jurisdiction": values.country("jurisdiction", *self.all("jurisdiction")),
            "headquarters": values.country("headquarters", *self.all("mainCountry")),
            "incorporated": values.day("incorporated", *self.all("incorporationDate")), "dissolved": dissolved,
            "address": values.first("address", self.all("address")), "phone": values.first("phone", self.all("phone")),
            "email": values.first("email", self.all("email")), "website": values.first("website", self.all("website")),
            "lei": next(filter(None, map(lei, self.all("leiCode"))), ""),
            "registration": next(iter(numbers), ""), "x_registrations": join_text(numbers[1:]),
            "activity": "government" if self.schema == "PublicBody" else "", "x_status": status,
            "x_countries": join_text([code for code in map(country, self.all("country")) if code]),
            "x_topics": join_text(self.all("topics")),
        })  # fmt: skip
        for word in self.all("country"):
            if not country(word):
                values.unread("x_countries", word, "a country that is not known here")
        for address in self.all("addressEntity"):
            self.gathering.base.execute("INSERT INTO housed VALUES (?, ?, ?)", (self.name, address, self.line))
        for parent in self.all("parent"):
            row = {"owner": parent, "owned": self.name, "percent": "unknown", "source": self.source}
            self.gathering.put("stakes", row, self.file, self.line, self.teller)
        self._of_party()

    def _address(self) -> None:
        parts = [*self.all("street", "street2", "city", "state", "postalCode")]
        told = self.one("full") or ", ".join(parts)
        self.gathering.base.execute(
            "INSERT OR IGNORE INTO addresses VALUES (?, ?, ?)", (self.name, told, country(self.one("country")))
        )

    def _ends(self, one: str, other: str, table: str) -> list[tuple[str, str]]:
        """The parties of a link, each with each, or none with the account told."""
        ones, others = self.all(one), self.all(other)
        if ones and others:
            return [(a, b) for a in ones for b in others]
        reason = f"{self.schema} without `{one}` or `{other}`"
        for party in others:
            self.gathering.unread(table, party, one, self.name, self.file, self.line, reason)
        if not others:
            self.gathering.account.skip(self.file, self.line, reason, self.name, table)
        return []

    def _stake(self) -> None:
        owners, assets, written = self.all("owner"), self.all("asset"), self.all("percentage")
        if not assets:
            self._ends("owner", "asset", "stakes")
            return
        percent = percent_of_all(written)
        if written and not percent:
            told = "a share that is no percentage: it stands as unknown"
            self.gathering.account.keep(self.file, self.line, told, f"`{'; '.join(written)}`", "stakes")
        elif len(written) > 1:
            told = "several shares of one holding: from the least to the most of them"
            self.gathering.account.keep(self.file, self.line, told, f"`{'; '.join(written)}`", "stakes")
        if not owners:
            self.gathering.account.note("holders are not identified: a stake without an owner")
        kind = "; ".join(self.all("role", "ownershipType"))
        percent = percent or "unknown"
        if len(owners) > 1 or len(assets) > 1 or "indirect" in kind.casefold():
            told = "a share of several owners or assets, or an indirect one: up to what is said"
            self.gathering.account.keep(self.file, self.line, told, self.name, "stakes")
            percent = up_to(percent)
        for owner in owners or [""]:
            for owned in assets:
                row = {"owner": owner, "owned": owned, "percent": percent, "source": self.source, "x_role": kind}
                self._put_dated("stakes", row)

    def _control(self) -> None:
        kind = self.one("controlType")
        for controller, company in self._ends("controller", "controlled", "controls"):
            means = _MEANS.get(kind.casefold(), "wishes")
            row = {"controller": controller, "company": company, "means": means, "source": self.source}
            self._put_dated("controls", row | {"x_control_type": join_text(self.all("controlType", "legalBasis"))})

    def _role(self) -> None:
        ends = ("director", "organization") if self.schema == "Directorship" else ("employee", "employer")
        for person, company in self._ends(*ends, "roles"):
            role = "director" if self.schema == "Directorship" else "employee"
            row = {"person": person, "company": company, "role": role, "x_source": self.source}
            self._put_dated("roles", row | {"x_role": self.one("role")})

    def _tie(self) -> None:
        for party, other in self._ends("person", "relative", "ties"):
            row = {"party": party, "other": other, "kind": "family", "source": self.source}
            self._put_dated("ties", row | {"x_relationship": self.one("relationship")})

    def _open_link(self, one: str, other: str) -> None:
        for party, held in self._ends(one, other, "controls"):
            told = " ".join(filter(None, (self.schema, self.one("role", "relationship", "description"))))
            reason = f"a link that may be ownership or control: {self.schema}"
            self.gathering.unread("controls", held, "means", told, self.file, self.line, reason, party)

    def _succession(self) -> None:
        day = when(self.all("startDate") or self.all("date") or self.all("endDate"))
        for old, new in self._ends("predecessor", "successor", "companies"):
            told = f"predecessor of {new}"
            if day.text:
                self.gathering.gone(old, day.text, new, told)
            reason = "a successor: what its predecessor is listed for and owned by may be its own"
            self.gathering.unread("controls", new, "controller", told, self.file, self.line, reason, old)

    def _listing(self) -> None:
        parties = self.all("entity")
        told = [*self.all("authority"), *self.all("program"), *self.all("programId")]
        words = {lists_by_dataset()[name] for name in self.entity.datasets if name in lists_by_dataset()}
        words = words or set(filter(None, map(list_word, told)))
        unknown, known = next(iter(told or [*self.entity.datasets]), ""), bool(words)
        words -= {OTHER}
        if not parties or not (words or unknown):
            reason = "Sanction without `entity`, or of no authority"
            for party in parties:
                self.gathering.unread("listings", party, "list", self.name, self.file, self.line, reason)
            if not parties:
                self.gathering.account.skip(self.file, self.line, reason, self.name, "listings")
            return
        for party in parties:
            if not known:
                reason = "sanctions of lists that have no word here: listed by their authority"
                self.gathering.unread("listings", party, "list", unknown, self.file, self.line, reason)
            for word in sorted(words or {unknown}):
                account = self.gathering.account
                account.lists[word] += 1
                account.list_days[word] = max(account.list_days.get(word, ""), self.entity.last_seen)
                row = {"party": party, "list": word, "program": join_text(self.all("program")), "x_source": self.source}
                row |= {"x_provisions": join_text(self.all("provisions")), "x_status": self.one("status")}
                start = when(self.all("startDate") or self.all("listingDate") or self.all("date"))
                self._put_dated("listings", row, start)


def _says(status: str, words: tuple[str, ...]) -> bool:
    """Whether a status says one of these words and does not deny it."""
    text = status.casefold()
    return any(word in text for word in words) and not text.startswith(("not ", "non"))
