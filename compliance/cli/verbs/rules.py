"""The verbs `rules list`, `explain`, `check`, `test` and `coverage`: what is encoded, why, and whether it is right."""

from __future__ import annotations

import argparse
import sys

from compliance.cli import options as shared
from compliance.cli import output
from compliance.cli.parser import Parser
from compliance.cli.progress import working
from compliance.cli.verbs import authoring


def add_rules(verbs: argparse._SubParsersAction[Parser]) -> None:
    """The verb `rules` with its own verbs."""
    parser = verbs.add_parser(
        "rules",
        help="what the packs hold: list, explain, fields, check, test, coverage, new, prove, mutate, handbook, schema",
        description="What the packs hold, why, and whether it is right.",
        examples=("compliance rules list", "compliance rules explain country_cap", "compliance rules test FOLDER"),
    )
    own = parser.add_subparsers(metavar="VERB", required=True, dest="rules_verb", parser_class=Parser)
    _add_list(own)
    _add_explain(own)
    _add_fields(own)
    _add_paths(
        own.add_parser(
            "test",
            help="run case files",
            description="Runs case files and says which do not agree. Exit status 1 if any does not.",
            examples=(
                "compliance rules test rules/us_ai_diffusion/report_due.cases.yaml",
                "compliance rules test FOLDER",
            ),
        ),
        "files or folders of cases, or packs by id (default: the cases of every pack)",
    ).set_defaults(run=test)
    covering = _add_paths(
        own.add_parser(
            "coverage",
            help="which clauses the cases show",
            description="Says which clauses the cases beside the rules show to hold, to fail, and at the edge of their "
            "numbers. Exit status 1 if anything is not shown.",
            examples=("compliance rules coverage FOLDER", "compliance rules coverage FOLDER --format json"),
        ),
        "packs by id or folder (default: every pack that has rules)",
    )
    shared.output(covering, "text", "json")
    covering.set_defaults(run=coverage)
    authoring.add_authoring(own)
    _add_paths(
        own.add_parser(
            "check",
            help="check rule files",
            description="Checks rule files. Problems go to standard error; exit status 2 if there is any.",
            examples=("compliance rules check", "compliance rules check rules/us_ai_diffusion"),
        ),
        "rule files or folders of them (default: every pack)",
    ).set_defaults(run=check)


def _add_paths(parser: Parser, told: str) -> Parser:
    parser.add_argument("paths", metavar="PATH", nargs="*", help=told)
    return parser


def _add_list(own: argparse._SubParsersAction[Parser]) -> None:
    parser = own.add_parser(
        "list",
        help="every rule with its pack, topic and source",
        description="Lists every rule with its pack, topic and source.",
        examples=("compliance rules list", "compliance rules list --pack us_ai_diffusion --format json"),
    )
    parser.add_argument("--pack", metavar="PACK", action="append", default=[], help="only this pack (may be repeated)")
    shared.output(parser, "text", "json")
    parser.set_defaults(run=listing)


def _add_explain(own: argparse._SubParsersAction[Parser]) -> None:
    parser = own.add_parser(
        "explain",
        help="one rule: clauses, parameters, sources, standing",
        description="Explains one rule: its clauses, parameters with dates and sources, and its standing in law.",
        examples=(
            "compliance rules explain country_cap",
            "compliance rules explain lpp_yearly_limit --pack us_ai_diffusion",
        ),
    )
    parser.add_argument("name", metavar="RULE", help="a rule by its id")
    parser.add_argument(
        "--pack", metavar="PACK", action="append", default=[], help="only of this pack (may be repeated)"
    )
    parser.add_argument("--output", metavar="FILE", help="write there instead of to the terminal")
    parser.set_defaults(run=explain)


def _add_fields(own: argparse._SubParsersAction[Parser]) -> None:
    parser = own.add_parser(
        "fields",
        help="every field that a rule or a measure may name",
        description="Lists the fields that a rule, a measure or a filter may name, by table, each with its type, unit\n"
        "and meaning; what stands in capitals is to be filled in (`lists` has the lists). A field whose type is\n"
        "party, site, model, chip or country leads on with a dot: `consignee.headquarters`. With --pack also what\n"
        "the pack defines itself.",
        examples=(
            "compliance rules fields lines",
            "compliance rules fields lists",
            "compliance rules fields country_total --pack diffusion_headline",
            "compliance rules fields --format json",
        ),
    )
    parser.add_argument("table", metavar="TABLE", nargs="?", help="one table, type or measure (default: all)")
    told = "and what this pack defines (may be repeated)"
    parser.add_argument("--pack", metavar="PACK", action="append", default=[], help=told)
    shared.output(parser, "text", "json")
    parser.set_defaults(run=fields)


def listing(options: argparse.Namespace) -> int:
    """Lists the rules."""
    output.check(options.output)
    from compliance.rulebook.packs import load_packs
    from compliance.rulebook.prose import rule_pages as rulebook

    rules = rulebook.listing(load_packs(tuple(options.pack)))
    if options.format == "json":
        said = output.as_json({"rules": rules})
    else:
        from compliance.reports.text.short_text import rules_text

        said = rules_text(rules, output.look(options.output))
    output.emit(said, options.output, data=options.format == "json")
    return 0


def fields(options: argparse.Namespace) -> int:
    """Lists the fields."""
    output.check(options.output)
    from dataclasses import asdict

    from compliance.plan import rule_fields as known
    from compliance.reports.text.short_text import fields_text
    from compliance.rulebook.packs import load_packs

    found = known.fields(load_packs(tuple(options.pack)) if options.pack else (), options.table)
    if options.format == "json":
        said = output.as_json({"tables": [asdict(table) for table in found]})
    else:
        said = fields_text(found, output.look(options.output))
    output.emit(said, options.output, data=options.format == "json")
    return 0


def explain(options: argparse.Namespace) -> int:
    """Explains a rule."""
    output.check(options.output)
    from compliance.rulebook.packs import load_packs
    from compliance.rulebook.prose import rule_pages as rulebook

    said = rulebook.explain(load_packs(tuple(options.pack)), options.name)
    output.emit(said.rstrip("\n") + "\n", options.output, data=False)
    return 0


def check(options: argparse.Namespace) -> int:
    """Checks rule files."""
    from compliance.authoring import pack_check

    with working("Checking the rules"):
        problems = pack_check.check(options.paths)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 2
    output.emit("No problem found in the rules that were read.\n", None, data=False)
    return 0


def test(options: argparse.Namespace) -> int:
    """Runs case files."""
    from compliance.authoring.cases import case_runs

    with working("Running the cases"):
        report = case_runs.test(options.paths)
    lines = [*report.lines, f"{report.passed:,} of {report.passed + report.failed:,} cases agree"]
    output.emit("\n".join(lines) + "\n", None, data=False)
    return 1 if report.failed else 0


def coverage(options: argparse.Namespace) -> int:
    """Says which clauses the cases show."""
    output.check(options.output)
    from compliance.authoring import clause_coverage as covering
    from compliance.reports.text.coverage_text import coverage_said, coverage_text

    with working("Running the cases"):
        found = covering.coverage(options.paths)
    if options.format == "json":
        said = output.as_json(coverage_said(found))
    else:
        said = coverage_text(found, output.look(options.output))
    output.emit(said, options.output, data=options.format == "json")
    return 0 if all(one.complete for one in found) else 1
