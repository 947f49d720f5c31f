"""What is known only when all is gathered: who is gone, what is told twice, shares that may be fractions, and who is
named and not described.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from compliance.imports.cleaners import HUNDRED, percent_text
from compliance.imports.duplicate_holdings import counted_once
from compliance.units import Interval, interval

if TYPE_CHECKING:
    from compliance.imports.row_buffer import RowBuffer

_FURTHEST = 1_000
"""Successors of successors that are followed."""
_INTEREST = "coalesce(json_extract(content, '$.interest'), 'shares')"
_ENDS = {"stakes": ("owner", "owned"), "controls": ("controller", "company")}


def settle(gathering: RowBuffer) -> None:
    """Makes of the rows that were gathered those that a world has."""
    gathering.base.execute("CREATE INDEX by_kind ON rows (kind, company, party)")
    _let_go(gathering)
    _count_once(gathering)
    _doubt_fractions(gathering)
    _drop_owned_people(gathering)
    _describe_everybody(gathering)


def _let_go(gathering: RowBuffer) -> None:
    """What a party holds that is no more goes to its successor, else to somebody who is not identified."""
    base, account = gathering.base, gathering.account
    for (old,) in base.execute("SELECT party FROM gone WHERE day = '' AND successor <> ''").fetchall():
        _rename(gathering, old, _heir(gathering, old)[0])
    told = (
        "SELECT r.rowid, r.kind, r.content, r.teller, r.party, g.day, g.why FROM rows r JOIN gone g"
        " ON r.party = g.party WHERE r.kind IN ('stakes', 'controls') ORDER BY r.company, r.party, r.content"
    )
    for rowid, kind, content, teller, party, day, why in base.execute(told).fetchall():
        row = json.loads(content)
        if row.get("to", "9999") <= day:
            continue
        base.execute("DELETE FROM rows WHERE rowid = ?", (rowid,))
        holder, held = _ENDS[kind]
        if row.get("from", "") < day:
            gathering.put(kind, row | {"to": day}, "", 0, teller)
        later = {name: value for name, value in row.items() if name != holder}
        later |= {"from": max(row.get("from", ""), day), "x_former": f"{party} {why}".strip()}
        heir, _ = _heir(gathering, party)
        if heir and heir != row[held]:
            gathering.put(kind, later | {holder: heir}, "", 0, teller)
            account.note("holdings of parties that are gone: those of their successor from then on")
            continue
        reason = "a holder that is gone (dissolved, closed, no longer there): who holds since is not known"
        gathering.unread(kind, row[held], holder, f"{party} {why}".strip(), "", 0, reason, start=later["from"])
        if kind == "stakes":
            gathering.put(kind, later, "", 0, teller)
        elif row.get("means") == "accounting_parent":
            unknown = {"owned": row[held], "percent": "unknown", "from": later["from"], "to": row.get("to", "")}
            gathering.put("stakes", unknown | {"source": row.get("source", ""), "x_former": later["x_former"]}, "", 0)


def _heir(gathering: RowBuffer, party: str) -> tuple[str, str]:
    """The last of the successors of a party, and nothing where one of them is gone without one."""
    found, day = party, ""
    for _ in range(_FURTHEST):
        next_ = gathering.base.execute("SELECT successor, day FROM gone WHERE party = ?", (found,)).fetchone()
        if next_ is None:
            return (found if found != party else ""), day
        if not next_[0] or next_[0] == party:
            return "", ""
        found, day = next_
    return "", ""


def _rename(gathering: RowBuffer, old: str, new: str) -> None:
    """Another id of the same party: every row that names it names the other."""
    base = gathering.base
    if not new:
        return
    gathering.account.note("parties that stand under two ids: told as one")
    found = base.execute("SELECT rowid, content FROM rows WHERE party = ? OR company = ?", (old, old)).fetchall()
    for rowid, told in found:
        row = {name: new if value == old else value for name, value in json.loads(told).items()}
        content = json.dumps(row, ensure_ascii=False, sort_keys=True)
        base.execute("UPDATE rows SET content = ? WHERE rowid = ?", (content, rowid))
    base.execute("UPDATE rows SET party = ? WHERE party = ?", (new, old))
    base.execute("UPDATE rows SET company = ? WHERE company = ?", (new, old))
    base.execute("DELETE FROM rows WHERE party = ? AND company = ?", (new, new))
    base.execute("DELETE FROM parties WHERE id = ?", (old,))


def _count_once(gathering: RowBuffer) -> None:
    base = gathering.base
    base.execute(
        f"CREATE TEMP TABLE several AS SELECT company, party, {_INTEREST} AS i"
        " FROM rows WHERE kind = 'stakes' AND party <> '' GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    told = (
        "SELECT r.rowid, s.company, s.party, s.i, r.teller, r.content FROM several s JOIN rows r"
        f" ON r.kind = 'stakes' AND r.company = s.company AND r.party = s.party AND {_INTEREST} = s.i"
        " ORDER BY s.company, s.party, s.i, r.teller, r.content"
    )
    for (company, party, _), group in groupby(base.execute(told).fetchall(), key=lambda row: row[1:4]):
        rows = list(group)
        given = [(teller, json.loads(content)) for *_, teller, content in rows]
        made, found = counted_once(given)
        if not found:
            continue
        gathering.account.keep("", 0, found, f"`{party}` in `{company}`", "stakes")
        base.executemany("DELETE FROM rows WHERE rowid = ?", [(row[0],) for row in rows])
        for row in made:
            gathering.put("stakes", row, "", 0)


def _doubt_fractions(gathering: RowBuffer) -> None:
    """Shares in one company that are all at or below 1 and together 1 may be fractions: they count as either."""
    base = gathering.base
    share = "CAST(json_extract(content, '$.percent') AS REAL)"
    suspected = (
        f"SELECT company FROM rows WHERE kind = 'stakes' GROUP BY company HAVING max({share}) <= 1 AND min({share}) > 0"
        f" AND min({share}) < 1 AND sum({share}) BETWEEN 0.99 AND 1.01 AND count(*) > 1"
    )
    for (company,) in base.execute(suspected).fetchall():
        rows = base.execute(
            "SELECT rowid, content, teller FROM rows WHERE kind = 'stakes' AND company = ? ORDER BY content", (company,)
        ).fetchall()
        stakes = [(rowid, json.loads(content), teller) for rowid, content, teller in rows]
        sizes = [interval(row["percent"], top=100) for _, row, _ in stakes]
        if any(not size.known for size in sizes):
            continue
        told = ", ".join(f"{row['percent']}" for _, row, _ in stakes)
        reason = "shares at or below 1 that add up to 1: percent, or fractions of one; in doubt between"
        gathering.unread("stakes", company, "percent", told, "", 0, reason)
        for (rowid, row, teller), size in zip(stakes, sizes, strict=True):
            base.execute("DELETE FROM rows WHERE rowid = ?", (rowid,))
            wide = percent_text(Interval(size.low, size.low * HUNDRED))
            gathering.put("stakes", row | {"percent": wide, "x_told": row["percent"]}, "", 0, teller)


def _drop_owned_people(gathering: RowBuffer) -> None:
    """Drops what is owned of a natural person."""
    base, account = gathering.base, gathering.account
    is_person = "IN (SELECT id FROM parties WHERE kind = 'people')"
    for kind, company in base.execute(f"SELECT kind, company FROM rows WHERE kind <> 'ties' AND company {is_person}"):
        account.skip("", 0, "a row about a natural person as if it were a company", f"`{company}` in `{kind}`", kind)
    base.execute(f"DELETE FROM rows WHERE kind <> 'ties' AND company {is_person}")


def _describe_everybody(gathering: RowBuffer) -> None:
    """Gives everybody who is named a row."""
    for party in _parties_without_row(gathering):
        gathering.base.execute("INSERT INTO parties VALUES (?, 'companies', ?)", (party, json.dumps({"id": party})))
        gathering.column("companies", "id")
        gathering.account.note("parties are named and not described: each stands as a company by its id alone")


def _parties_without_row(gathering: RowBuffer) -> Iterator[str]:
    missing = (
        "SELECT id FROM (SELECT party AS id FROM rows UNION SELECT company FROM rows)"
        " WHERE id <> '' AND id NOT IN (SELECT id FROM parties)"
    )
    yield from (party for (party,) in gathering.base.execute(missing).fetchall())
