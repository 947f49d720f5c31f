"""Audit: what holds of a world on a day, under the packs and postures asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import date

from compliance.answers.answer import (
    OUTCOMES,
    Answer,
    DecisionByStanding,
    Finding,
    LegalState,
    NotEncodedClause,
    NotEvaluated,
    PackStatus,
    WorldDigest,
)
from compliance.answers.deferred_parts import DeferredParts
from compliance.decisions.chip_assumptions import chip_assumptions
from compliance.decisions.decision_list import decide_world
from compliance.decisions.determinations import Determinations
from compliance.decisions.not_evaluated import left_open
from compliance.decisions.setup import day_of, packs_on, postures_of, scene_of
from compliance.decisions.split_detection import each_group_once
from compliance.evaluation.described_parties import ResolvedWorld, resolve
from compliance.evaluation.evaluate import Evaluation, each_pack, evaluate, together
from compliance.evaluation.matches import Identity, Match, Matches
from compliance.explain.assumptions import collect_assumptions
from compliance.explain.finding_kinds import RuleKey, flags_in, heads, rules_of
from compliance.explain.finding_list import KEPT, Findings, RuleFindings
from compliance.explain.findings import build_finding
from compliance.explain.not_evaluated.open_lists import lists_taken_for_current
from compliance.explain.not_evaluated.open_points import each_said
from compliance.explain.remedies import remedies
from compliance.gc_pause import gc_paused
from compliance.plan.plan_tables import Tables
from compliance.plan.spark import SparkEngine
from compliance.rulebook.legal_standing import standings_of
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.stages import Stages
from compliance.versions import __version__
from compliance.world.world import World


@gc_paused()
def audit(
    world: World,
    packs: Sequence[Pack] | None = None,
    as_of: date | None = None,
    posture: str = "both",
    rows_behind: Callable[[Matches, Tables], object] | None = None,
    stages: Stages | None = None,
    engine: SparkEngine | None = None,
) -> Answer:
    """Audits a world. Without `packs`: those in force or codified on the day and those that are not law.

    `rows_behind` is called with what each pack found while all rows behind it can be asked for (`evidence_folder`).
    What was finished before is taken from `stages`. With an `engine` totals are added up there.

    Raises `InputError` for chips that nothing is known of, `UsageError` without a day.
    """
    day = day_of(world, as_of)
    asked = postures_of(posture)
    chosen = packs_on(day, packs)
    resolved = resolve(world)
    scene = scene_of(resolved.world, day, day, orders=False)

    def explain(found: Match) -> Finding:
        finding = explain_match(found, scene, asked)
        assert finding is not None, "a match that does not apply is no finding"
        return finding

    def of_pack(pack: Pack) -> tuple[Evaluation, list[RuleFindings]]:
        gathering: list[Future[list[RuleFindings]]] = []
        with ThreadPoolExecutor(max_workers=1) as beside:  # the database works on meanwhile
            part = evaluate(
                scene,
                [pack],
                then=lambda found: gathering.append(beside.submit(gather, found)),
                rows_behind=rows_behind,
                stages=stages,
                engine=engine,
            )
        return part, gathering[0].result()

    def gather(found: Matches) -> list[RuleFindings]:
        """The findings of a pack by rule; where they are few they are explained at once."""
        rules = [RuleFindings(matches, scene, asked, explain) for matches in found.rules]
        if sum(len(rule.places) for rule in rules) <= KEPT:
            for rule in rules:
                for finding in rule.explained(rule.places.tolist()).values():
                    sum(map(len, (finding.path, finding.remedy, finding.missing)))
        return rules

    with ThreadPoolExecutor(max_workers=1) as beside:
        hashing = beside.submit(lambda: resolved.world.sha256)
        scene.rows.present()  # what all packs read is made before them, and once
        parts = each_pack(of_pack, chosen, scene.rows)
        hashing.result()
    evaluation = together(part for part, _ in parts)
    findings = cap_at_review(
        Findings.gather(rule for _, rules in parts for rule in rules), resolved, chosen, scene, asked
    )
    findings = each_group_once(findings, chosen)
    points = left_open(scene, chosen, asked, resolved, evaluation.found)
    decisions = decide_world(findings, points, chosen, standings_of(chosen, [day], asked))
    return build_answer(scene, chosen, posture, evaluation, findings, decisions, each_said(points), resolved.notes)


def identity_of(finding: Finding) -> Identity:
    """Two findings are the same one if pack, rule, subject and period agree."""
    subject = finding.subject
    return finding.pack, finding.rule, subject.id, subject.key, subject.period


def each_once(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once: where several possibilities of one rule meet in a subject, the strictest, certain first."""
    kept: dict[Identity, Finding] = {}
    for finding in sorted(findings, key=lambda f: (f.certainty, *in_order(f))):
        kept.setdefault(identity_of(finding), finding)
    return list(kept.values())


def cap_at_review(
    findings: Sequence[Finding],
    resolved: ResolvedWorld,
    packs: Sequence[Pack],
    scene: EvaluationContext,
    asked: tuple[str, ...],
    apart: tuple[EvaluationContext, Sequence[Match]] | None = None,
) -> Sequence[Finding]:
    """A party known by its name alone never gives more than `review` (contracts 2).

    What the lines give without the match stands as it is; what only the match adds is to be reviewed. `apart` is what
    is found without it, where that is known.
    """
    if resolved.unmatched is None:
        return findings
    if apart is None:
        alone = scene_of(resolved.unmatched, scene.as_of, scene.day, scene.orders)
        apart = alone, evaluate(alone, packs, determine=False).found
    told_apart = (build_finding(one, apart[0], asked, []) for one in apart[1])
    return by_name_alone(findings, (finding for finding in told_apart if finding))


def by_name_alone(findings: Iterable[Finding], without_match: Iterable[Finding]) -> list[Finding]:
    """The findings, those that only a match by name adds to be reviewed."""
    without = {(identity_of(finding), finding.certainty) for finding in without_match}
    found = []
    for finding in findings:
        if (identity_of(finding), finding.certainty) not in without and finding.outcome != "review":
            note = "A party is matched by its name alone; to be reviewed. "
            finding = finding.model_copy(update={"outcome": "review", "message": note + finding.message})
        found.append(finding)
    return found


def explain_match(found: Match, scene: EvaluationContext, asked: tuple[str, ...]) -> Finding | None:
    """A finding with its remedies, where its pack applies."""
    return build_finding(
        found, scene, asked, DeferredParts(lambda: remedies(found, scene)) if found.plan.rule.then.remedy else []
    )


def build_answer(
    scene: EvaluationContext,
    packs: Sequence[Pack],
    posture: str,
    evaluation: Evaluation,
    findings: Sequence[Finding],
    decisions: Sequence[DecisionByStanding],
    not_evaluated: Sequence[NotEvaluated] = (),
    assumptions: Sequence[str] = (),
) -> Answer:
    """The answer around findings: packs with their force, determinations, assumptions, what is not encoded."""
    asked = postures_of(posture)
    ordered = findings if isinstance(findings, Findings) else sorted(findings, key=in_order)
    found = rules_of(heads(ordered))
    return Answer(
        as_of=scene.as_of.isoformat(),
        posture=posture,
        packs=[pack_said(pack, scene.as_of) for pack in packs],
        world=WorldDigest(sha256=scene.world.sha256),
        assumptions=sorted(
            {
                *assumptions,
                *_pack_assumptions(packs),
                *chip_assumptions(scene),
                *_of_rules(packs, found),
                *lists_taken_for_current(scene, packs, asked),
                *collect_assumptions(scene, packs, found),
            }
        ),
        decisions=[*decisions],
        findings=ordered,
        determinations=Determinations(evaluation.determined, asked),
        flags=sorted(flags_in(ordered)),
        not_evaluated=[*not_evaluated],
        not_encoded=[
            NotEncodedClause(pack=pack.id, clause=left.clause) for pack in packs for left in pack.file.not_encoded
        ],
    )


def in_order(finding: Finding) -> tuple[object, ...]:
    """By outcome (the strictest first), rule, subject."""
    subject = finding.subject
    return OUTCOMES.index(finding.outcome), finding.rule, subject.id, subject.key or "", subject.period or ""


def pack_said(pack: Pack, day: date) -> PackStatus:
    """A pack as an answer names it, with its state of force on the day."""
    state = pack.force.at(day, "as-written").state or "not_yet"
    return PackStatus(id=pack.id, version=__version__, sha256=pack.sha256, force=state, history=list(_history(pack)))


def _history(pack: Pack) -> Iterable[LegalState]:
    for step in pack.force.steps():
        since = step.since.isoformat() if step.since else None
        yield LegalState.model_validate({**asdict(step), "since": since})


def _of_rules(packs: Sequence[Pack], found: Set[RuleKey]) -> Iterable[str]:
    """What the rules that were found assume."""
    for pack in packs:
        yield from (f"{pack.id}: {r.assumes}" for r in pack.rules if r.assumes and (pack.id, r.name) in found)


def _pack_assumptions(packs: Sequence[Pack]) -> Iterable[str]:
    for pack in packs:
        yield from pack.file.assumes
        for name, text in pack.overrides:
            yield f"{pack.id}: the parameter `{name}` is set to {text} for this answer"
