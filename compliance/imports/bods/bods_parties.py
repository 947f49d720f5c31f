"""Entity and person statements of BODS as rows of companies and people; 0.2, 0.3 and 0.4 differ in names only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.imports.cleaners import country, join_text, lei, place, tidy
from compliance.imports.date_ranges import when
from compliance.imports.party_values import PartyValues

_UNIDENTIFIED = ("unknownEntity", "anonymousEntity", "unknownPerson", "anonymousPerson")
_GOVERNMENT = ("state", "stateBody")
Given = Mapping[str, Any]


def unidentified_reason(details: Given) -> str:
    """Why nobody knows who this is, or nothing."""
    word = _entity_type(details) or tidy(details.get("personType"))
    if word not in _UNIDENTIFIED:
        return ""
    told = details.get("unspecifiedEntityDetails") or details.get("unspecifiedPersonDetails")
    reason = tidy(told.get("reason")) if isinstance(told, dict) else tidy(details.get("missingInfoReason"))
    return reason or word


def company(details: Given, values: PartyValues) -> dict[str, str]:
    """The row of an entity."""
    kind = _entity_type(details)
    identifiers = [item for item in _mappings(details.get("identifiers")) if tidy(item.get("id"))]
    others = [item for item in identifiers if tidy(item.get("scheme")) != "XI-LEI"]
    listing = details.get("publicListing")
    listed = listing.get("hasPublicListing") if isinstance(listing, dict) else None
    seats = [_word(item.get("country")) for item in _addresses(details, "business")]
    return {
        "id": values.id,
        "name": tidy(details.get("name")),
        "aliases": join_text(details.get("alternateNames")),
        "jurisdiction": values.country(
            "jurisdiction", _word(details.get("jurisdiction") or details.get("incorporatedInJurisdiction"))
        ),
        "headquarters": values.country("headquarters", *seats),
        "incorporated": values.day("incorporated", details.get("foundingDate")),
        "dissolved": values.day("dissolved", details.get("dissolutionDate")),
        "address": _address(details, "registered", values),
        "lei": next(filter(None, (lei(item["id"]) for item in identifiers if item not in others)), ""),
        "registration": tidy(others[0]["id"]) if others else "",
        "activity": "government" if kind in _GOVERNMENT else "",
        "exchange_listed": {True: "true", False: "false"}.get(listed, "") if isinstance(listed, bool) else "",
        "x_registration_scheme": tidy(others[0].get("scheme") or others[0].get("schemeName")) if others else "",
        "x_registrations": join_text([f"{tidy(item.get('scheme'))} {tidy(item['id'])}".strip() for item in others[1:]]),
        "x_entity_type": "" if kind == "registeredEntity" else kind,
    }


def person(details: Given, values: PartyValues) -> dict[str, str]:
    """The row of a person; of several nationalities the first, all of them in `x_nationalities`."""
    names = [tidy(item.get("fullName")) or _parts(item) for item in _mappings(details.get("names"))]
    names = [name for name in names if name]
    nations = [code for item in _mappings(details.get("nationalities")) if (code := place(item))]
    homes = [_word(item.get("country")) for item in _addresses(details, "home", "residence")]
    born = when(details.get("birthDate"))
    return {
        "id": values.id,
        "name": names[0] if names else "",
        "aliases": join_text(names[1:]),
        "nationality": values.country("nationality", *map(_word, _mappings(details.get("nationalities")))),
        "residence": values.country("residence", _word(details.get("placeOfResidence")), *homes),
        "born": born.text,
        "x_born": born.unread,
        "x_nationalities": "; ".join(nations) if len(nations) > 1 else "",
    }


def _word(given: object) -> str:
    """The country of `{name, code}`, as its code, or its name where the code is none; a bare word as it is."""
    if not isinstance(given, Mapping):
        return tidy(given)
    code, name = tidy(given.get("code")), tidy(given.get("name"))
    return code if country(code) or not name else name


def _entity_type(details: Given) -> str:
    given = details.get("entityType")
    return tidy(given.get("type")) if isinstance(given, dict) else tidy(given)


def _mappings(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _addresses(details: Given, *kinds: str) -> list[dict[str, Any]]:
    return [item for item in _mappings(details.get("addresses")) if item.get("type") in kinds]


def _address(details: Given, kind: str, values: PartyValues) -> str:
    found = [*_addresses(details, kind), *_mappings(details.get("addresses"))]
    texts = list(dict.fromkeys(filter(None, map(_lines, found))))
    return values.first("address", texts)


def _lines(address: Given) -> str:
    lines, code = tidy(address.get("address")).strip(" ,"), tidy(address.get("postCode"))
    return lines if lines.endswith(code) else ", ".join(filter(None, (lines, code)))


def _parts(name: Given) -> str:
    parts: Iterable[str] = (tidy(name.get(part)) for part in ("givenName", "patronymicName", "familyName"))
    return " ".join(filter(None, parts))
