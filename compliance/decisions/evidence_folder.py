"""All findings, all rows behind them and all determinations of an audit, written as Parquet into a folder.

An answer about millions of lines lists the first of each; here stand all of them, by column and without being made one
by one. `findings.parquet` numbers the findings as the answer orders them; `evidence/PACK.RULE.parquet` has the rows
behind the findings of a rule, by subject, key and period; `determinations.parquet` says of each line which of
`determination_kinds.parquet` is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from compliance.answers.answer import Answer, Finding
from compliance.decisions.determinations import Determinations
from compliance.evaluation import lineage_query
from compliance.evaluation.matches import Matches
from compliance.explain.finding_list import Findings, RuleFindings
from compliance.plan.plan_tables import Tables
from compliance.units import show
from compliance.world.schema.column_table import Table
from compliance.world.world import World

FIRST = 1_000
"""So many findings, and so many determinations, are listed in an answer whose evidence is in a folder."""
_TEXT = pa.string()
FINDING = pa.schema(
    [("number", pa.int64()), *((name, _TEXT) for name in (
        "pack", "rule", "outcome", "certainty", "standing", "subject", "key", "period", "date", "value", "limit"))]
)  # fmt: skip
ROW = pa.schema(
    [*((name, _TEXT) for name in ("subject", "key", "period", "table", "id", "date")), ("counts_at_least", _TEXT),
     ("counts_at_most", _TEXT), ("certain", pa.bool_()), ("file", _TEXT), ("line", pa.int64())]
)  # fmt: skip


class EvidenceFolder:
    """A folder that is being filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "evidence").mkdir(parents=True)

    def write_rows(self, found: Matches, tables: Tables) -> None:
        """Writes the rows behind what a pack found, a file a rule; while its tables are still there."""
        world = tables.scene.world
        for matches in found.rules:
            place = self.folder / "evidence" / f"{matches.pack.id}.{matches.plan.rule.id}.parquet"
            with pq.ParquetWriter(place, ROW, compression="zstd") as file:
                for batch in lineage_query.every_row(matches, tables):
                    file.write_table(_with_origins(batch, world))

    def write_answer(self, answer: Answer) -> None:
        """Writes the findings and determinations of an answer."""
        with pq.ParquetWriter(self.folder / "findings.parquet", FINDING, compression="zstd") as file:
            for batch in _findings(answer.findings):
                file.write_table(batch)
        if isinstance(answer.determinations, Determinations):
            each, kinds = answer.determinations.as_columns()
            pq.write_table(each, self.folder / "determinations.parquet", compression="zstd")
            pq.write_table(kinds, self.folder / "determination_kinds.parquet", compression="zstd")


def first_of(answer: Answer, most: int = FIRST) -> Answer:
    """The answer with the first of many findings and determinations, and how many there are."""
    counts = len(answer.findings), len(answer.determinations)
    if max(counts) <= most:
        return answer
    told = f"of {counts[0]:,} findings and {counts[1]:,} determinations the first {most:,} of each are listed here; "
    told += "all of them are among the evidence"
    findings: Sequence[Finding] = answer.findings
    findings = findings.select(np.arange(most)) if isinstance(findings, Findings) else findings[:most]
    few = {"findings": findings, "determinations": answer.determinations[:most]}
    return answer.model_copy(update={**few, "assumptions": sorted({*answer.assumptions, told})})


def _with_origins(batch: pa.Table, world: World) -> pa.Table:
    """The rows with the file and the line of each."""
    files = np.full(len(batch), "", dtype=object)
    lines = np.zeros(len(batch), np.int64)
    of = batch.column("table").combine_chunks().dictionary_encode()
    for number, table in enumerate(of.dictionary.to_pylist()):
        mine = np.flatnonzero(of.indices.to_numpy() == number)
        rows = world.rows(table)
        names = batch.column("id").combine_chunks().take(pa.array(mine))
        if isinstance(rows, Table):
            places = rows.places(names)
            there = places >= 0
            which, own = rows.origins(places[there])
            files[mine[there]] = np.array(rows.files, dtype=object)[which]
            lines[mine[there]] = own
        else:
            by_id = world.by_id(table)
            origins = [by_id[name].origin if name in by_id else None for name in names.to_pylist()]
            files[mine] = [origin.file if origin else "" for origin in origins]
            lines[mine] = [origin.line if origin else 0 for origin in origins]
    return pa.table({**dict(zip(batch.column_names, batch.columns, strict=True)),
                     "file": pa.array(files, _TEXT), "line": pa.array(lines)}, schema=ROW)  # fmt: skip


def _findings(findings: Sequence[Finding]) -> Iterator[pa.Table]:
    if isinstance(findings, Findings):
        # of each rule the columns once, then the rows in the order of the answer
        parts = [_of_rule(rule, findings.at[findings.of == number]) for number, rule in enumerate(findings.rules)]
        numbers = [np.flatnonzero(findings.of == number) for number in range(len(findings.rules))]
        if parts:
            whole = pa.concat_tables(parts)
            order = np.argsort(np.concatenate(numbers), kind="stable")
            ordered = whole.take(pa.array(order))
            yield ordered.add_column(0, "number", pa.array(np.arange(1, len(ordered) + 1))).cast(FINDING)
        return
    rows = [{
        "number": number, "pack": one.pack, "rule": one.rule, "outcome": one.outcome, "certainty": one.certainty,
        "standing": one.standing, "subject": one.subject.id, "key": one.subject.key, "period": one.subject.period,
        "value": one.measure.value if one.measure else None, "limit": one.limit.value if one.limit else None,
    } for number, one in enumerate(findings, 1)]  # fmt: skip
    yield pa.Table.from_pylist(rows, FINDING)


def _of_rule(rule: RuleFindings, at: np.ndarray[Any, Any]) -> pa.Table:
    """The findings of a rule at these places among its matches."""
    matches, taken = rule.matches, pa.array(at)
    days, day_of = rule.days, rule.day_of[at]
    kinds, kind_of = np.unique(day_of * 2 + rule.definite[at].astype(np.int64), return_inverse=True)
    heads = [rule.head(kind // 2, bool(kind % 2)) for kind in kinds.tolist()]
    measured = [pattern.measured for pattern in matches.patterns]
    which = pa.array(matches.which[at])
    subjects = rule.subjects().take(pa.array(np.searchsorted(rule.places, at)))
    count = len(at)

    def always(text: str) -> pa.Array:
        return pa.repeat(pa.scalar(text, _TEXT), count)

    return pa.table({
        "pack": always(rule.pack.id), "rule": always(rule.rule.name), "outcome": always(rule.rule.then.outcome),
        "certainty": pa.array([head.certainty for head in heads], _TEXT).take(pa.array(kind_of)),
        "standing": pa.array([head.standing for head in heads], _TEXT).take(pa.array(kind_of)),
        "subject": subjects, "key": matches.texts("s.key").take(taken), "period": matches.texts("s.period").take(taken),
        "date": pa.array([day.isoformat() for day in days], _TEXT).take(pa.array(day_of)),
        "value": pa.array([None if m is None else show(m.low) for m in measured], _TEXT).take(which),
        "limit": pa.array([None if m is None else show(m.limit) for m in measured], _TEXT).take(which),
    })  # fmt: skip
