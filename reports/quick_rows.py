"""Rows of findings as ready HTML: what `reports.sections.findings.finding_cells` lays out and `reports.markup` writes, in one
step and with what comes again remembered. A region's report has hundreds of thousands of such rows; a test holds both ways
to the same bytes.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from reports.markup import Ready, cell_html, text_html, unique_html
from reports.naming import asset_lines, owner_of, place
from reports.printable import one_line
from reports.report import FindingEntry
from reports.section import Cell, Context
from reports.sections.findings import EXCERPT, PIECES, verdict_chips

Key = TypeVar("Key")
Value = TypeVar("Value")
KEPT = 20_000  # parts that are remembered of one kind; a report has few owners, assets, and verdicts


def quick_rows(context: Context) -> Callable[[list[FindingEntry]], Iterator[tuple[Cell, ...]]]:
    """A function from findings to the rows of their table. What it remembers lives as long as it does."""
    assets: dict[str, str] = {}
    verdicts: dict[tuple[str, bool, str], Ready] = {}
    owners: dict[tuple[str, str], Ready] = {}
    words: dict[str, str] = {}
    language = context.options.language

    def rows(findings: list[FindingEntry]) -> Iterator[tuple[Cell, ...]]:
        for finding in findings:
            asset = assets.get(finding.asset)
            if asset is None:
                asset = remember(assets, finding.asset, cell_html(asset_lines(context, finding.asset)))
            about = (finding.verdict, finding.candidate, finding.waiver)
            verdict = verdicts.get(about)
            if verdict is None:
                verdict = remember(verdicts, about, Ready(cell_html(verdict_chips(context, finding))))
            responsible = (finding.owner, finding.due)
            owner = owners.get(responsible)
            if owner is None:
                lines = (owner_of(finding), finding.due) if finding.due else (owner_of(finding),)
                owner = remember(owners, responsible, Ready(cell_html(lines)))
            confidence = words.get(finding.confidence)
            if confidence is None:
                said = cell_html((context.word("confidence", finding.confidence),))
                confidence = remember(words, finding.confidence, said)
            yield (
                Ready(f'{asset}<span class="line"><span class="mono">{unique_html(place(finding))}</span></span>'),
                verdict,
                Ready(unique_html(finding.reason.say(language))),
                Ready(confidence + _pieces(finding)) if finding.evidence else Ready(confidence),
                owner,
            )

    return rows


def remember(known: dict[Key, Value], key: Key, value: Value) -> Value:
    """Keep a value; start anew where too many are kept."""
    if len(known) >= KEPT:
        known.clear()
    known[key] = value
    return value


def _pieces(finding: FindingEntry) -> str:
    made = ""
    for piece in finding.evidence[:PIECES]:
        if piece.excerpt:
            excerpt = text_html(one_line(piece.excerpt, EXCERPT))
            made += f'<span class="line"><span class="mono">{excerpt}</span></span>'
        where = unique_html(f"{piece.label} +{piece.offset} sha256:{piece.digest[:16]}…")
        made += f'<span class="line"><span class="mono">{where}</span></span>'
    more = len(finding.evidence) - PIECES
    return f'{made}<span class="line">(+{more})</span>' if more > 0 else made
