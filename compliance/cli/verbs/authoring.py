"""The verbs of who writes rules: `rules new`, `prove`, `mutate`, `handbook` and `schema`."""

from __future__ import annotations

import argparse
import json
from importlib.util import find_spec
from pathlib import Path

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.errors import UsageError


def add_authoring(own: argparse._SubParsersAction[Parser]) -> None:
    """The verbs, under `rules`."""
    _add_new(own)
    prove = own.add_parser(
        "prove",
        help="prove that no rule is dead, contradicts another or leaves a line without an answer",
        description="Asks the solver z3 whether a rule or a clause of these packs can never matter, whether rules of "
        "one name contradict each other, and whether a row that needs a license is left without a review policy; "
        "shows a row that does. Exit status 1 if anything is refuted.",
        examples=("compliance rules prove", "compliance rules prove us_ai_diffusion --as-of 2026-11-20"),
    )
    _packs(prove)
    shared.as_of(prove, "lists of countries may hold any; with a day, those of that day")
    prove.set_defaults(run=proving)
    mutate = own.add_parser(
        "mutate",
        help="make small wrongs in a pack and see whether its own cases notice",
        description="Moves limits by one, flips comparisons, leaves out clauses, one at a time, and runs the pack's "
        "cases on each. Prints what no case notices. Takes minutes. Exit status 1 if a wrong survives.",
        examples=(
            "compliance rules mutate diffusion_headline --rule unseen_workload",
            "compliance rules mutate us_ai_diffusion --only 'field `narrowed`'",
            "compliance rules mutate us_ai_diffusion --rule weights_transferred --from 12",
        ),
    )
    _packs(mutate)
    mutate.add_argument("--rule", metavar="RULE", help="only wrongs in this rule")
    mutate.add_argument("--only", metavar="TEXT", default="", help="only wrongs whose line, as printed, holds this")
    mutate.add_argument(
        "--from", dest="since", metavar="NUMBER", type=int, default=1, help="go on with this wrong of one pack"
    )
    mutate.set_defaults(run=mutating)
    handbook = own.add_parser(
        "handbook",
        help="write a page for each rule and pack",
        description="Writes a page for each rule and pack into a new folder, in HTML or Markdown.",
        examples=("compliance rules handbook --output handbook --format html",),
    )
    _packs(handbook)
    handbook.add_argument("--output", metavar="FOLDER", required=True, help="a folder that is not there yet")
    handbook.add_argument("--format", choices=("html", "md"), default="html", help="html (default) or md")
    handbook.set_defaults(run=writing)
    schema = own.add_parser(
        "schema",
        help="the JSON Schema of rule files, for editors",
        description="Prints the JSON Schema of rule files, by which an editor completes and checks them.",
        examples=("compliance rules schema --output rule.schema.json",),
    )
    schema.add_argument("--output", metavar="FILE", help="write there instead of to the terminal")
    schema.set_defaults(run=scheming)


def _packs(parser: Parser) -> None:
    """PACK ..."""
    parser.add_argument("packs", metavar="PACK", nargs="*", help="packs by id or folder (default: all)")


def _add_new(own: argparse._SubParsersAction[Parser]) -> None:
    from compliance.templates import KINDS

    parser = own.add_parser(
        "new",
        help="begin a rule from a template, with its cases",
        description="Writes a rule, what it adds up and its first cases into a pack's folder (a new pack where there "
        f"is none). They pass as they are; change them. Kinds: {'; '.join(f'{k}, {t}' for k, t in KINDS.items())}.",
        examples=("compliance rules new our_quota --pack our_rules --kind limit",),
    )
    parser.add_argument("rule", metavar="RULE", help="the id of the rule, such as our_quota")
    parser.add_argument("--pack", metavar="FOLDER", required=True, help="the folder of the pack")
    parser.add_argument("--kind", metavar="KIND", default="limit", help=f"{', '.join(KINDS)} (default: limit)")
    parser.add_argument("--title", metavar="TEXT", default="", help="what the rule says, in a line")
    parser.set_defaults(run=starting)


def starting(options: argparse.Namespace) -> int:
    """Begins a rule."""
    from compliance.authoring.scaffold import scaffold_rule
    from compliance.output_files import unwritable, write_files

    made = scaffold_rule(Path(options.pack), options.rule, options.kind, options.title)
    try:
        Path(options.pack).mkdir(parents=True, exist_ok=True)
        write_files(made)
    except OSError as wrong:
        raise unwritable(options.pack, wrong) from None
    told = "".join(f"wrote {path}\n" for path in made)
    verbs = ("check", "test", "coverage", "mutate")
    after = "Now change them; then:\n" + "".join(f"  compliance rules {verb} {options.pack}\n" for verb in verbs)
    output.emit(told + after, None, data=False)
    return 0


def _needs_solver() -> None:
    if find_spec("z3") is None:
        raise UsageError("this needs the solver z3: pip install 'compliance[author]'")


def proving(options: argparse.Namespace) -> int:
    """Proves what can be proven of packs."""
    _needs_solver()
    from compliance.authoring.proofs import proofs
    from compliance.reports.text.proof_text import proofs_text
    from compliance.rulebook.packs import load_packs

    packs = load_packs(tuple(options.packs))
    with working("Asking the solver"):
        found = {pack.id: proofs(pack, options.as_of) for pack in packs}
    output.emit(proofs_text(found), None, data=False)
    return 1 if any(found.values()) else 0


def mutating(options: argparse.Namespace) -> int:
    """Runs the cases of packs on their mutants."""
    _needs_solver()
    from compliance.authoring.mutants import Mutant
    from compliance.authoring.mutation import run_mutants
    from compliance.reports.text.proof_text import mutation_line, mutation_summary, wrong
    from compliance.rulebook.packs import load_packs

    packs = load_packs(tuple(options.packs))
    if options.rule and not any(rule.id == options.rule for pack in packs for rule in pack.rules):
        raise UsageError(f"none of these packs has a rule `{options.rule}`")
    if options.since != 1 and len(packs) != 1:
        raise UsageError("`--from` counts the wrongs of one pack; name it")

    def asked(mutant: Mutant) -> bool:
        return options.rule in (None, mutant.rule) and options.only in wrong(mutant)

    survived = 0
    for pack in packs:
        fates, number = {"noticed": 0, "equivalent": 0, "survived": 0}, options.since
        with working(f"Making wrongs in {pack.id}") as shown:
            try:
                for one in run_mutants(pack, asked, options.since):
                    fates[one.fate] += 1
                    number = one.number + 1
                    if one.fate != "noticed":
                        output.emit(f"{mutation_line(one)}\n", None, data=False)
                    shown(f"Making wrongs in {pack.id}: {one.number:,} of {one.of:,}, {fates['survived']:,} survive")
            except KeyboardInterrupt:
                output.emit(f"{pack.id}: stopped; go on with --from {number}\n", None, data=False)
                raise
        survived += fates["survived"]
        output.emit(mutation_summary(pack.id, fates), None, data=False)
    return 1 if survived else 0


def writing(options: argparse.Namespace) -> int:
    """Writes the handbook."""
    from compliance.imports.world_writer import put_files
    from compliance.reports.handbook import files
    from compliance.rulebook.packs import load_packs
    from compliance.rulebook.prose.rule_pages import handbook

    made = files(handbook(load_packs(tuple(options.packs))), options.format)
    put_files(Path(options.output), made)
    output.emit(
        f"wrote {len(made):,} pages; begin at {Path(options.output) / f'index.{options.format}'}\n", None, data=False
    )
    return 0


def scheming(options: argparse.Namespace) -> int:
    """Prints the schema of rule files."""
    output.check(options.output)
    from compliance.authoring.rule_schema import rule_schema

    output.emit(json.dumps(rule_schema(), indent=2, sort_keys=True) + "\n", options.output, data=True)
    return 0
