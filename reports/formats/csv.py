"""CSV: one finding a row, UTF-8 with a byte order mark so that spreadsheets read Chinese, no cell a formula."""

import csv
from pathlib import Path

from inventory.text import Text
from reports.format import Format, Options, Source, Written
from reports.tabular import finding_header, finding_row, names_of


def render(source: Source, options: Options, target: Path) -> Written:
    """Write all findings, one at a time (RFC 4180)."""
    names = names_of(source, options.language)
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(finding_header(options.language))
        for finding in source.findings:
            writer.writerow(finding_row(finding, names))
            count += 1
    return Written((target,), count)


FORMAT = Format("csv", ".csv", Text(zh="问题清单（CSV）", en="findings as CSV"), render)
