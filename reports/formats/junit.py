"""JUnit XML for continuous integration (the schema of Jenkins' xunit plugin, version 10): one suite a rule, one case an asset.

A fail or partial is a failure; what was not assessed is skipped with its reason, never passed; not applicable is left out.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from inventory.text import Text
from reports.format import Format, Options, Source, Written
from reports.printable import one_line, printable
from reports.report import AssetEntry, FindingEntry, Gap
from reports.words import why_told, word

Key = tuple[str, str]  # (rule, asset)


def render(source: Source, options: Options, target: Path) -> Written:
    """Write suite by suite."""
    findings: dict[Key, list[FindingEntry]] = {}
    for finding in source.findings:
        findings.setdefault((finding.rule, finding.asset), []).append(finding)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_lines(source, options, findings))
    return Written((target,), sum(len(found) for found in findings.values()))


def _lines(source: Source, options: Options, findings: Mapping[Key, list[FindingEntry]]) -> Iterator[str]:
    report = source.report
    cases: dict[str, list[tuple[str, str, str]]] = {}  # rule → (owner, name, verdict)
    owners = [*((asset.id, _name(asset), asset.verdicts) for asset in report.assets)]
    owners += [(unit.id, unit.name.say(options.language), unit.verdicts) for unit in report.organisations]
    for owner, name, verdicts in owners:
        for verdict, rules in verdicts.items():
            for rule in rules:
                if verdict != "not_applicable":
                    cases.setdefault(rule, []).append((owner, name, verdict))
    for (rule, owner), found in sorted(findings.items()):
        if not any(owner == known for known, *_ in cases.get(rule, ())):
            cases.setdefault(rule, []).append((owner, owner, found[0].verdict))
    gaps = {(gap.rule, gap.asset): gap for gap in reversed(report.not_assessed)}
    titles = {rule.id: rule.title.say(options.language) for rule in report.rules}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(report.title.say(options.language))}>\n"
    for rule in sorted(cases):
        yield from _suite(rule, titles.get(rule, rule), sorted(cases[rule]), findings, gaps, report.scan.ended, options)
    yield "</testsuites>\n"


def _suite(
    rule: str,
    title: str,
    cases: list[tuple[str, str, str]],
    findings: Mapping[Key, list[FindingEntry]],
    gaps: Mapping[Key, Gap],
    ended: str,
    options: Options,
) -> Iterator[str]:
    failures = sum(1 for _, _, verdict in cases if verdict in ("fail", "partial"))
    skipped = sum(1 for _, _, verdict in cases if verdict == "not_assessed")
    yield (
        f'<testsuite name={_attribute(f"{rule} {title}")} tests="{len(cases)}" failures="{failures}" errors="0" '
        f'skipped="{skipped}" timestamp={_attribute(ended.removesuffix("Z"))}>\n'
    )
    for owner, name, verdict in cases:
        yield f"<testcase classname={_attribute(rule)} name={_attribute(f'{name} ({owner})')}>"
        if verdict in ("fail", "partial"):
            found = findings.get((rule, owner), [])
            said = "\n".join(_say(finding, options) for finding in found)
            first = found[0].reason.say(options.language) if found else word("verdict", verdict, options.language)
            yield f"<failure type={_attribute(verdict)} message={_attribute(first)}>{_text(said)}</failure>"
        elif verdict == "not_assessed":
            gap = gaps.get((rule, owner))
            language = options.language
            why = why_told(gap.why, gap.reason, language) if gap else word("verdict", verdict, language)
            said = "\n".join(_say(finding, options) for finding in findings.get((rule, owner), []))
            yield f"<skipped message={_attribute(why)}>{_text(said)}</skipped>"
        yield "</testcase>\n"
    yield "</testsuite>\n"


def _say(finding: FindingEntry, options: Options) -> str:
    place = finding.address if finding.transport == "none" else f"{finding.address} {finding.port}/{finding.transport}"
    digests = " ".join(f"sha256:{piece.digest}" for piece in finding.evidence)
    return f"{place}: {finding.reason.say(options.language)} [{finding.severity}] {finding.id} {digests}".rstrip()


def _name(asset: AssetEntry) -> str:
    return asset.name or (asset.addresses[0] if asset.addresses else asset.id)


def _attribute(text: str) -> str:
    return quoteattr(one_line(text))


def _text(text: str) -> str:
    return escape(printable(text, 100_000))


FORMAT = Format("junit", ".xml", Text(zh="JUnit测试结果", en="JUnit test results"), render)
