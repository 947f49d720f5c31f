"""GLEIF's golden copy read into a world: entities (level 1), who consolidates whom, and reporting exceptions (level 2).

- Who consolidates the accounts of a company is its `accounting_parent`, and never an owner of a share.
- A parent that exists and is not told (`NO_LEI`, `NON_PUBLIC`, and reasons of former years) is a stake of unknown
  size without an owner. `NATURAL_PERSONS` and `NO_KNOWN_PERSON` say that no company is the parent;
  `NON_CONSOLIDATING` says nothing about owners.
- An international branch is a part of its head office, which holds all of it. Relationships of funds are no
  ownership, and are kept as not read.
- A duplicate LEI is the one that its record names as successor. What an entity consolidated that was merged is its
  successor's from then on; of one that is no more, nobody's who is known.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from compliance.errors import InputError, Problem
from compliance.imports.cleaners import join_text, lei, tidy
from compliance.imports.date_ranges import When, span, when
from compliance.imports.open_file import Progress, ignore_progress
from compliance.imports.party_values import PartyValues
from compliance.imports.row_buffer import RowBuffer
from compliance.imports.xml_elements import below, children, read_elements, text_at
from compliance.units import FIRST_DAY

_RECORDS = {"LEIRecord": "entities", "RelationshipRecord": "relationships", "Exception": "reporting exceptions"}
_CONSOLIDATES = ("IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY")
_BRANCH = "IS_INTERNATIONAL_BRANCH_OF"
_FUNDS = ("IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO")
_VOID = ("DUPLICATE", "ANNULLED")
_OVER = ("MERGED", "RETIRED")
_ENDING_EVENTS = ("DISSOLUTION", "LIQUIDATION", "INSOLVENCY", "BANKRUPTCY", "MERGERS_AND_ACQUISITIONS", "ABSORPTION")
_NO_CORPORATE_PARENT = ("NATURAL_PERSONS", "NO_KNOWN_PERSON")
_SAYS_NOTHING = "NON_CONSOLIDATING"
_HIDDEN = (
    "NO_LEI", "NON_PUBLIC", "BINDING_LEGAL_COMMITMENTS", "LEGAL_OBSTACLES", "CONSENT_NOT_OBTAINED",
    "DETRIMENT_NOT_EXCLUDED", "DISCLOSURE_DETRIMENTAL",
)  # fmt: skip
_LINES = ("FirstAddressLine", "AdditionalAddressLine", "City", "Region", "PostalCode")


def import_gleif(path: Path, gathering: RowBuffer, progress: Progress = ignore_progress) -> None:
    """Gathers the records of one file of any of the three kinds; `finish` when all files are read.

    Raises `InputError` where the file cannot be read, or holds no record of GLEIF.
    """
    gathering.base.execute("CREATE TABLE IF NOT EXISTS hidden (lei TEXT, told TEXT, UNIQUE (lei, told))")
    gathering.base.execute("CREATE TABLE IF NOT EXISTS consolidates (child TEXT, parent TEXT, kind TEXT, start, end)")
    count = 0
    for tag, element in read_elements(path, frozenset(_RECORDS), progress):
        count += 1
        gathering.account.read[_RECORDS[tag]] += 1
        record = _Record(gathering, str(path), count)
        {"LEIRecord": record.entity, "RelationshipRecord": record.relationship, "Exception": record.exception}[tag](
            element
        )
    if not count:
        told = "holds no record of GLEIF; it reads the golden copy in XML: entities, relationships or exceptions"
        raise InputError([Problem(str(path), 0, told)])


def finish(gathering: RowBuffer) -> None:
    """Gathers what follows from all files together.

    A company whose parent is hidden has a holder who is not identified. The ultimate parent of a company also
    consolidates its direct parent, which is added where that one has no record of its own: the ultimate parent is
    the highest that consolidates, the direct one the lowest [GLEIF level 2].
    """
    gathering.base.execute("CREATE INDEX by_child ON consolidates (child)")
    between = (
        "SELECT DISTINCT u.parent, d.parent, max(u.start, d.start), u.end, min(u.child) FROM consolidates u"
        " JOIN consolidates d ON u.child = d.child WHERE u.kind = ? AND d.kind = ? AND u.parent <> d.parent"
        " AND d.parent NOT IN (SELECT child FROM consolidates) GROUP BY u.parent, d.parent"
    )
    for top, direct, start, end, child in gathering.base.execute(between, _CONSOLIDATES[::-1]).fetchall():
        row = {"controller": top, "company": direct, "means": "accounting_parent", "from": start, "to": end}
        gathering.put("controls", row | {"source": f"GLEIF level 2: both are parents of {child}"}, "", 0)
        gathering.account.note("ultimate parents of a company also consolidate its direct parent: added")
    told = "SELECT lei, group_concat(told, '; ') FROM (SELECT lei, told FROM hidden ORDER BY lei, told) GROUP BY lei"
    for code, reasons in gathering.base.execute(told):
        row = {"owned": code, "percent": "unknown", "source": "GLEIF reporting exception", "x_unidentified": reasons}
        gathering.put("stakes", row, "", 0)
        gathering.account.note("parents exist and are not told: a stake of unknown size without an owner")


class _Record:
    """One record of a file, the `number`th."""

    def __init__(self, gathering: RowBuffer, file: str, number: int) -> None:
        self.gathering, self.file, self.number = gathering, file, number
        self.account = gathering.account

    def entity(self, element: Element) -> None:
        """A company by its LEI."""
        code = self._lei(text_at(element, "LEI"))
        if not code:
            return
        status = text_at(element, "Registration", "RegistrationStatus")
        entity = below(element, "Entity")
        if entity is None:
            self._skip("an LEI without an entity", code, "companies")
            return
        successor = next((c for s in children(entity, "SuccessorEntity") if (c := lei(text_at(s, "SuccessorLEI")))), "")
        if status in _VOID:
            self.gathering.gone(code, "", successor, f"an LEI that is {status.lower()}")
            self._skip(f"an LEI that is {status.lower()}", code, "companies")
            return
        values = PartyValues(self.gathering, "companies", code, self.file, 0)
        seat, expired = below(entity, "HeadquartersAddress"), self._end_date(entity, values)
        names = [
            child.text
            for group in ("OtherEntityNames", "TransliteratedOtherEntityNames")
            for child in children(below(entity, group), group.removesuffix("s"))
        ]
        over = text_at(entity, "EntityStatus") == "INACTIVE" or status in _OVER
        if over:
            why = text_at(entity, "EntityExpirationReason") or text_at(entity, "LegalEntityExpirationReason") or status
            self.gathering.gone(
                code, expired or FIRST_DAY.isoformat(), successor, f"inactive ({why.lower()}) {expired}"
            )
        legal = below(entity, "LegalAddress")
        row = {
            "id": code, "lei": code,
            "name": text_at(entity, "LegalName"),
            "aliases": join_text(names),
            "jurisdiction": values.country("jurisdiction", text_at(entity, "LegalJurisdiction")),
            "headquarters": values.country("headquarters", text_at(entity, "HeadquartersAddress", "Country")),
            "incorporated": values.day("incorporated", text_at(entity, "EntityCreationDate")),
            "dissolved": expired if over else "",
            "address": _address(seat),
            "registration": text_at(entity, "RegistrationAuthority", "RegistrationAuthorityEntityID"),
            "x_registration_scheme": text_at(entity, "RegistrationAuthority", "RegistrationAuthorityID"),
            "x_entity_status": text_at(entity, "EntityStatus"),
            "x_lei_status": status,
            "x_entity_category": text_at(entity, "EntityCategory"),
            "x_legal_form": text_at(entity, "LegalForm", "EntityLegalFormCode"),
            "x_legal_address": ", ".join(filter(None, (_address(legal), text_at(entity, "LegalAddress", "Country")))),
            "x_successor": successor,
        }  # fmt: skip
        self.gathering.put("companies", row, self.file, 0)

    def _end_date(self, entity: Element, values: PartyValues) -> str:
        """The day on which an entity ceased to be, of its own or of the event that ended it."""
        events = children(below(entity, "LegalEntityEvents"), "LegalEntityEvent")
        ended = [
            text_at(event, "LegalEntityEventEffectiveDate")
            for event in events
            if text_at(event, "LegalEntityEventType") in _ENDING_EVENTS
        ]
        own = text_at(entity, "EntityExpirationDate") or text_at(entity, "LegalEntityExpirationDate")
        return values.day("dissolved", own or max(ended, default=""))

    def relationship(self, element: Element) -> None:
        """Who consolidates whom, or which branch is whose."""
        kind = text_at(element, "Relationship", "RelationshipType")
        child, parent = (text_at(element, "Relationship", f"{end}Node", "NodeID") for end in ("Start", "End"))
        if not (child := self._lei(child)) or not (parent := self._lei(parent)):
            return
        if text_at(element, "Registration", "RegistrationStatus") in _VOID:
            self._skip("a relationship that was recorded in error", f"{child} {kind} {parent}", "controls")
            return
        if kind not in (*_CONSOLIDATES, _BRANCH):
            funds = "of funds, which is no ownership" if kind in _FUNDS else "of a kind that is not known here"
            self._skip(f"a relationship {funds}", kind, "controls")
            self.gathering.keep_unread("controls", child, "means", kind, parent)
            return
        source = {
            "source": "GLEIF level 2",
            "x_relationship": kind,
            "x_quantifiers": self._quantifiers(element, child, parent),
        }
        inactive = text_at(element, "Relationship", "RelationshipStatus") == "INACTIVE"
        for start, end in _periods(element):
            ended = when(end) if end or not inactive else When(unread="INACTIVE")
            time = span(when(start), ended)
            if kind == _BRANCH:
                row = {"owner": parent, "owned": child, "percent": "100"}
                self.gathering.put_dated("stakes", row | source, time, self.file, 0)
                self.account.note("international branches: their head office holds all of them")
                continue
            row = {"controller": parent, "company": child, "means": "accounting_parent"}
            if time.certain is not None:
                insert = "INSERT INTO consolidates VALUES (?, ?, ?, ?, ?)"
                self.gathering.base.execute(insert, (child, parent, kind, *time.certain))
            self.gathering.put_dated("controls", row | source, time, self.file, 0)

    def _quantifiers(self, element: Element, child: str, parent: str) -> str:
        """What a relationship measures, such as a percentage, which no table takes."""
        found = []
        for group in children(below(element, "Relationship", "RelationshipQuantifiers"), "RelationshipQuantifier"):
            words = (text_at(group, name) for name in ("MeasurementMethod", "QuantifierAmount", "QuantifierUnits"))
            found.append(" ".join(filter(None, words)))
        if found:
            reason = "a measure of a relationship, which is not taken for a share"
            self.gathering.unread("stakes", child, "percent", "; ".join(found), self.file, 0, reason, parent)
        return "; ".join(found)

    def exception(self, element: Element) -> None:
        """Why a company tells no parent."""
        code = self._lei(text_at(element, "LEI"))
        if not code:
            return
        which = text_at(element, "ExceptionCategory").partition("_")[0].lower()
        for child in children(element, "ExceptionReason"):
            reason = tidy(child.text)
            if reason in _NO_CORPORATE_PARENT:
                self.account.note(f"{reason}: no company is the parent")
            elif reason == _SAYS_NOTHING:
                self.account.note(f"{reason}: says nothing about owners")
            else:
                if reason not in _HIDDEN:
                    self.account.note(f"`{reason[:60]}` is not known here: taken for a parent that is not told")
                self.gathering.base.execute("INSERT OR IGNORE INTO hidden VALUES (?, ?)", (code, f"{which} {reason}"))

    def _lei(self, given: str) -> str:
        code = lei(given)
        if not code:
            self._skip("an LEI whose check digits are wrong", f"`{given[:40]}`")
        return code

    def _skip(self, reason: str, told: str, table: str = "") -> None:
        self.account.skip(self.file, 0, reason, f"record {self.number}: {told}", table)


def _address(seat: Element | None) -> str:
    lines = [tidy(line.text) for name in _LINES for line in children(seat, name)]
    return ", ".join(line for line in lines if line)


def _periods(element: Element) -> list[tuple[str, str]]:
    """The days from and to which the relationship holds, as they are written; one without days where it tells none."""
    found = [
        (text_at(period, "StartDate"), text_at(period, "EndDate"))
        for period in children(below(element, "Relationship", "RelationshipPeriods"), "RelationshipPeriod")
        if text_at(period, "PeriodType") == "RELATIONSHIP_PERIOD"
    ]
    return found or [("", "")]
