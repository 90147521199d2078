"""`chengjian report [SCAN]`: write the report of a scan in any of its formats and languages, for any of its readers."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line starts fast: nothing heavy is imported before it is needed
    from inventory.text import Language
    from reports.compare import Comparison, TrendPoint
    from reports.format import Format, Source, Written
    from reports.report import Report


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("report", help="write the report of a scan", description=__doc__)
    parser.add_argument("scan", nargs="?", help="id of the scan; default: the newest")
    parser.add_argument("--workspace", type=Path, default=Path("city.db"), metavar="FILE", help="default: city.db")
    parser.add_argument("--from", dest="document", type=Path, metavar="FILE.json", help="a report document instead")
    parser.add_argument("--format", default="html", metavar="A,B", help="html, pdf, docx, xlsx, json, csv, markdown, …")
    parser.add_argument("--lang", default="zh", metavar="zh,en", help="languages; default: zh")
    parser.add_argument("--view", default="full", choices=("officer", "auditor", "vendor", "full"))
    parser.add_argument("--compare", metavar="SCAN", help="id of an earlier scan, or a report document (FILE.json)")
    parser.add_argument("--new", action="store_true", help="with --compare: list only the findings that are new since")
    parser.add_argument("--template", type=Path, metavar="FILE.docx", help="your own template, for --format docx")
    parser.add_argument("--comparable", action="store_true", help="JSON without times, counters, scan ids and evidence")
    parser.add_argument(
        "--out", type=Path, default=Path("out"), metavar="DIR", help="default: out; - for JSON on stdout"
    )
    parser.add_argument("--json", action="store_true", help="say what was written as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Write the files and name them."""
    from reports.format import Options, format_named, write
    from scanner.terminal import note, safe, say, say_json

    report, comparison, trend = _documents(arguments)
    forms = (
        [format_named("json")] if arguments.comparable else [format_named(name) for name in _words(arguments.format)]
    )
    languages = _languages(arguments.lang)
    if str(arguments.out) == "-":
        return _to_stdout(report, forms, comparable=arguments.comparable)
    source = _source(report, comparison, forms, only_new=arguments.new)
    written: list[tuple[Format, Written]] = []
    for form in forms:
        for language in languages[:1] if form.bilingual else languages:
            options = Options(language, arguments.view, comparison, trend, arguments.template, arguments.comparable)
            written.append(
                (form, write(source, form, options, arguments.out / _name(report, form, language, arguments)))
            )
    if arguments.json:
        say_json(
            {
                "scan": report.scan.id,
                "files": [
                    {"format": form.name, "file": str(path), "findings": made.findings, "capped": made.capped}
                    for form, made in written
                    for path in made.files
                ],
            }
        )
        return 0
    for form, made in written:
        say(safe(str(made.files[0])))
        if made.capped:
            note(f"{form.name}: {made.findings} of {len(source.findings)} findings; json, csv and xlsx hold them all")
        if len(made.files) > 1:
            note(f"{form.name}: {len(made.files)} files")
    return 0


def _source(report: "Report", comparison: "Comparison | None", forms: "list[Format]", *, only_new: bool) -> "Source":
    from inventory.errors import InputError
    from reports.format import Source
    from scanner.baseline import new_in

    if not only_new:
        return Source.of(report)
    if comparison is None:
        raise InputError("needs a scan to compare with", "--new", hint="--compare SCAN")
    if any(form.name == "json" for form in forms):
        raise InputError("json is the whole document", "--format", hint="sarif, junit, csv or a report with --new")
    kept = {finding.id for finding in new_in(comparison)}
    return Source(report, tuple(finding for finding in report.findings if finding.id in kept))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _languages(text: str) -> "list[Language]":
    from inventory.errors import InputError

    found: list[Language] = []
    for word in _words(text):
        if word == "zh":
            found.append("zh")
        elif word == "en":
            found.append("en")
        else:
            raise InputError(f"unknown language {word!r}", "--lang", hint="zh or en, or both: zh,en")
    if not found:
        raise InputError("names no language", "--lang", hint="zh or en, or both: zh,en")
    return found


def _name(report: "Report", form: "Format", language: str, arguments: argparse.Namespace) -> str:
    parts = ["report", report.scan.id]
    if arguments.view != "full":
        parts.append(arguments.view)
    if arguments.new:
        parts.append("new")
    stem = "-".join(parts)
    if arguments.comparable:
        return f"{stem}.comparable{form.suffix}"
    return f"{stem}{form.suffix}" if form.bilingual else f"{stem}.{language}{form.suffix}"


def _documents(arguments: argparse.Namespace) -> "tuple[Report, Comparison | None, tuple[TrendPoint, ...]]":
    """The report, what it is compared with, and the grades of earlier scans."""
    from inventory.store import Store
    from reports.compare import compare, trend_point
    from scanner.baseline import kept_report, report_from, report_of
    from scanner.logbook import write_down

    if arguments.document is not None:
        report = report_from(arguments.document)
        earlier = report_from(Path(arguments.compare)) if arguments.compare else None
        return report, compare(earlier, report) if earlier else None, ()
    with Store.open(arguments.workspace) as store:
        scan = str(store.scan(arguments.scan)["id"])
        report = report_of(store, scan)
        write_down(store, "export", scan=scan, format=arguments.format, view=arguments.view, to=str(arguments.out))
        earlier = None
        if arguments.compare:
            file = arguments.compare.endswith(".json")
            earlier = report_from(Path(arguments.compare)) if file else report_of(store, arguments.compare)
        before = [row["id"] for row in store.scans() if row["ended"] and row["ended"] <= report.scan.ended]
        points = [trend_point(kept) for name in before if (kept := kept_report(store, name)) is not None]
    trend = tuple(point for point in points if point is not None)
    return report, compare(earlier, report) if earlier else None, trend if len(trend) > 1 else ()


def _to_stdout(report: "Report", forms: "list[Format]", *, comparable: bool) -> int:
    import sys

    from inventory.canonical import canonical
    from inventory.errors import InputError
    from reports.canonical_form import canonical_report
    from reports.canonical_form import comparable as without_volatile

    if [form.name for form in forms] != ["json"]:
        raise InputError("only json goes to stdout", "--out", hint="--format json --out -")
    sys.stdout.buffer.write(canonical(without_volatile(report)) if comparable else canonical_report(report))
    sys.stdout.buffer.flush()
    return 0
