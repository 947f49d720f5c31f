"""What companies have in common: one row for each company and thing, of every kind that the settings name.

A thing is a value that other companies could share: an owner, a director, an address. How it is spelled is brought to
one form; what is known not to be there (`none`) is no thing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance import units
from compliance.detection.groups.purchases import Purchases
from compliance.output_files import scratch_path
from compliance.world import spelling
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

FORTNIGHT = 14
STEPS = 3
"""Through how many owners an ancestor is followed."""
MANY = 100_000
"""Lines from which several threads are worth waiting for."""
WIDE = 1000
"""Owners of more companies than this are not followed: what they own has little in common."""
OF_LINES = ("payer", "forwarder", "purchaser", "intermediate_consignee", "end_user", "operator", "site")
"""What lines say of their consignees."""
Part = tuple[str, pa.Array, pa.Array]
"""Things of one kind: the kind, and side by side the values and the places of the companies that have them."""


@dataclass(frozen=True)
class Standing:
    """What companies have on a day whatever they buy; `place` are their ids, by which their places count."""

    place: pa.Array
    of_owners: Sequence[Part]
    of_companies: Sequence[Part]
    of_people: Sequence[Part]

    @classmethod
    def of(cls, world: World, place: pa.Array, as_of: date) -> Standing:
        """What the companies of a world have."""
        parts = _of_owners(world, place, as_of), _of_companies(world, place), _of_people(world, place, as_of)
        return cls(place, *map(list, parts))

    @cached_property
    def parts(self) -> list[Part]:
        """All of it, open owners first, a kind at a time."""
        return list(_by_kind((*self.of_owners, *self.of_companies, *self.of_people)))

    def with_companies(self, more: World, place: pa.Array) -> Standing:
        """The same with the companies of `more` after those of the world: no row of another table names them."""
        at = pc.index_in(self.place, place)
        owners, own, people = (
            [(kind, values, at.take(who)) for kind, values, who in parts]
            for parts in (self.of_owners, self.of_companies, self.of_people)
        )
        joined = [
            (kind, pa.concat_arrays([values, others]), pa.concat_arrays([who, theirs]))
            for (kind, values, who), (_, others, theirs) in zip(own, _of_companies(more, place), strict=True)
        ]
        return Standing(place, owners, joined, people)


NAMING = (
    ("people", "id"), ("stakes", "owner"), ("stakes", "owned"), ("controls", "controller"), ("controls", "company"),
    ("roles", "person"), ("roles", "company"), ("ties", "party"), ("ties", "other"),
)  # fmt: skip
"""Where rows name those of whom something is told here."""


def is_named(world: World, ids: Collection[str]) -> bool:
    """Whether a row of which something is told here names one of these."""
    return any(not world.values(*column).isdisjoint(ids) for column in NAMING)


def iterate_attributes(stands: Iterable[Part], bought: Purchases, place: pa.Array) -> Iterator[Part]:
    """What companies have with what their lines say of them, a kind at a time: a million companies have millions."""
    yield from stands
    yield from _by_kind(_of_lines(bought, place))


def _by_kind(parts: Iterable[Part]) -> Iterator[Part]:
    for kind, some in groupby(parts, key=itemgetter(0)):
        several = [(texts_of(values), who.cast(pa.int64())) for _, values, who in some]
        yield kind, *(pa.concat_arrays(list(columns)) for columns in zip(*several, strict=True))


def normalize_spelling(column: pa.Array, spell: Callable[[str], str | None]) -> pa.Array:
    """The column in one spelling, each distinct value brought to it once."""
    coded = column.dictionary_encode()
    spelled = [None if v is None or v == spelling.NONE else spell(v) for v in coded.dictionary.to_pylist()]
    return pa.array(spelled, pa.string()).take(coded.indices)


def _of_companies(world: World, place: pa.Array) -> Iterator[Part]:
    table = world.columns("companies")
    who = pc.index_in(texts_of(table.column("id")), place)
    for kind, column, spell in (
        ("address", "address", _address),
        ("email", "email", spelling.domain),
        ("website", "website", spelling.domain),
        ("agent", "registered_agent", spelling.skeleton),
        ("name", "name", spelling.skeleton),
    ):
        yield kind, normalize_spelling(texts_of(table.column(column)), spell), who
        if kind == "website":  # one has its e-mail where another has its website
            yield kind, normalize_spelling(texts_of(table.column("email")), spell), who
    yield "phone", _phones(table), who
    born = texts_of(table.column("incorporated"))
    for shift in (0, FORTNIGHT // 2):  # two grids, so that neighbours fall together in one of them
        yield "born", normalize_spelling(born, partial(_fortnight, shift)), who


def _address(text: str) -> str | None:
    """An address whether or not it says of what its numbers are."""
    found = spelling.address(text)
    return found and " ".join(word for word in found.split() if word not in ("unit", "fl"))


def _phones(companies: pa.Table) -> pa.Array:
    """The telephones, those without the code of a country with that of the seat."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # a large module that few commands need

    codes = {region: str(code) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions}
    given = texts_of(companies.column("phone"))
    seats = pc.coalesce(texts_of(companies.column("headquarters")), texts_of(companies.column("jurisdiction")))
    coded = seats.dictionary_encode()
    lands = [codes.get(seat, "") for seat in coded.dictionary.to_pylist()]
    national = pc.fill_null(pc.match_substring_regex(given, r"^\D*0[^0]"), False)
    found = normalize_spelling(given, spelling.phone)
    at = np.flatnonzero(national.to_numpy(zero_copy_only=False))
    texts, places = given.take(pa.array(at)).to_pylist(), coded.indices.take(pa.array(at)).to_pylist()
    with_code = [spelling.phone(text, "" if n is None else lands[n]) for text, n in zip(texts, places, strict=True)]
    return pc.replace_with_mask(found, national, pa.array(with_code, pa.string()))


def _fortnight(shift: int, day: str) -> str:
    """The fortnight in which a day lies, by its first day."""
    at = date.fromisoformat(day).toordinal()
    begins = date.fromordinal(max(1, at - (at + shift) % FORTNIGHT))
    return f"{begins} to {date.fromordinal(min(begins.toordinal() + FORTNIGHT - 1, date.max.toordinal()))}"


def holds(table: pa.Table, as_of: date) -> pa.Table:
    """The rows that held on the day or before: a tie that ended is still one."""
    begins = texts_of(table.column("from"))
    return table.filter(pc.fill_null(pc.less_equal(begins, as_of.isoformat()), True))


CLOSE = ("nominee", "family")
"""Ties of a person to who is behind it; others are of parties that work together."""


def _of_people(world: World, place: pa.Array, as_of: date) -> Iterator[Part]:
    roles = holds(world.columns("roles"), as_of)
    people, companies = texts_of(roles.column("person")), texts_of(roles.column("company"))
    yield "director", people, pc.index_in(companies, place)
    ids, likeness = _namesakes(world)
    yield "namesake", likeness.take(pc.index_in(people, ids)), pc.index_in(companies, place)
    stakes = holds(world.columns("stakes"), as_of)
    owners, owned = texts_of(stakes.column("owner")), texts_of(stakes.column("owned"))
    of_people = pc.fill_null(pc.invert(pc.is_in(owners, value_set=place)), False)
    acts = pa.table({
        "person": pa.concat_arrays([people, owners.filter(of_people), place]),
        "company": pa.concat_arrays([companies, owned.filter(of_people), place]),
    })  # fmt: skip
    ties = holds(world.columns("ties"), as_of)
    close = pc.is_in(texts_of(ties.column("kind")), value_set=pa.array(CLOSE))
    for kind, some in (("principal", ties.filter(close)), ("ally", ties.filter(pc.invert(close)))):
        one, other = texts_of(some.column("party")), texts_of(some.column("other"))
        behind = pa.table(
            {"person": pa.concat_arrays([one, other, one]), "principal": pa.concat_arrays([other, one, one])}
        )
        joined = (
            acts.join(behind, "person", join_type="inner")
            .combine_chunks()
            .sort_by([("principal", "ascending"), ("company", "ascending")])
        )
        yield kind, texts_of(joined.column("principal")), pc.index_in(texts_of(joined.column("company")), place)


def _namesakes(world: World) -> tuple[pa.Array, pa.Array]:
    """People who are in the register more than once, alike in name and day of birth: their ids, and the likeness."""
    people = world.columns("people")
    names = normalize_spelling(
        texts_of(people.column("name")), lambda name: " ".join(sorted(spelling.words(name))) or None
    )
    told = pc.binary_join_element_wise(names, texts_of(people.column("born")), ", born ")
    coded = told.dictionary_encode()
    several = np.bincount(pc.drop_null(coded.indices).to_numpy(), minlength=len(coded.dictionary)) > 1
    kept = pc.fill_null(pa.array(several).take(coded.indices), False) if len(several) else pc.is_valid(told)
    return texts_of(people.column("id")).filter(kept), told.filter(kept)


def _of_owners(world: World, place: pa.Array, as_of: date) -> Iterator[Part]:
    stakes = holds(world.columns("stakes"), as_of)
    controls = holds(world.columns("controls"), as_of)
    owners = pa.concat_arrays([texts_of(stakes.column("owner")), texts_of(controls.column("controller"))])
    owned = pa.concat_arrays([texts_of(stakes.column("owned")), texts_of(controls.column("company"))])
    sizes = pa.concat_arrays(
        [normalize_spelling(texts_of(stakes.column("percent")), _size), pa.array(["some"] * len(controls), pa.string())]
    )
    known = pc.is_valid(owners)
    owners, owned, sizes = owners.filter(known), owned.filter(known), sizes.filter(known)
    for kind, wanted in (("parent", ("greater",)), ("ancestor", ("greater", "some"))):
        of_kind = pc.is_in(sizes, value_set=pa.array(wanted))
        above, company = _chains(owners.filter(of_kind), owned.filter(of_kind))
        yield kind, above, pc.index_in(company, place)
    for kind, wanted in (("owner", ("greater", "some")), ("holder", ("small",))):
        of_kind = pc.is_in(sizes, value_set=pa.array(wanted))
        yield kind, owners.filter(of_kind), pc.index_in(owned.filter(of_kind), place)


def _chains(owners: pa.Array, owned: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Everyone above each company, through few steps, and each owner above itself: who is above, and the company."""
    database = duckdb.connect(config={"temp_directory": scratch_path()})
    database.execute("SET threads = 1")
    database.register("direct", pa.table({"owner": owners, "owned": owned}))
    chains = database.sql(
        f"""
        WITH RECURSIVE wide AS (SELECT owner FROM direct GROUP BY owner HAVING count(DISTINCT owned) > {WIDE}),
        above AS (
            SELECT DISTINCT d.owner AS ancestor, d.owned AS company, 1 AS steps FROM direct d
            UNION
            SELECT d.owner, a.company, a.steps + 1 FROM above a JOIN direct d ON d.owned = a.ancestor
            WHERE a.steps < {STEPS} AND d.owner <> a.company AND a.ancestor NOT IN (SELECT owner FROM wide)
        )
        SELECT DISTINCT ancestor, company FROM above
        UNION SELECT owner, owner FROM direct ORDER BY 1, 2
        """
    ).to_arrow_table()
    database.close()
    return texts_of(chains.column("ancestor")), texts_of(chains.column("company"))


def _size(percent: str) -> str:
    """How large a stake is whatever it is within its range; owners of a quarter must be known [FATF]."""
    stake = units.interval(percent, top=100)
    if stake.low > 50 or (stake.low == 50 and stake.low_open):
        return "greater"
    return "small" if stake.high is not None and stake.high < 25 else "some"


def _of_lines(bought: Purchases, place: pa.Array) -> Iterator[Part]:
    for kind in OF_LINES:
        for column in (kind, f"{kind}.name"):
            if column in bought.more.column_names:
                values = texts_of(bought.more.column(column))
                if column != kind:
                    values = normalize_spelling(values, spelling.skeleton)
                both = pa.table({"value": values, "who": pa.array(bought.buyer)})
                once = (
                    both.group_by(["value", "who"], use_threads=len(both) > MANY)
                    .aggregate([])
                    .sort_by([("value", "ascending"), ("who", "ascending")])
                )
                values, who = texts_of(once.column("value")), once.column("who").combine_chunks()
                if column == kind and kind != "forwarder":  # who pays for others is one of those that it pays for
                    paid = pc.invert(pc.equal(pc.index_in(values, place), who))
                    itself = pc.unique(values.filter(pc.fill_null(paid, False)))
                    itself = itself.filter(
                        pc.is_in(pc.index_in(itself, place), value_set=pa.array(np.unique(bought.buyer), pa.int32()))
                    )
                    who = pa.concat_arrays([who.cast(pa.int64()), pc.index_in(itself, place).cast(pa.int64())])
                    values = pa.concat_arrays([values, itself])
                yield kind, values, who
