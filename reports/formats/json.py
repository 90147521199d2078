"""JSON: the canonical document itself (RFC 8785), or its comparable form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inventory.canonical import canonical
from inventory.text import Text
from reports.canonical_form import comparable, to_json
from reports.format import Format, Options, Source, Written


def render(source: Source, options: Options, target: Path) -> Written:
    """Write the canonical bytes; findings are streamed, one at a time."""
    count = 0
    with target.open("wb") as file:
        for piece, findings in pieces(source, options.comparable):
            file.write(piece)
            count += findings
    return Written((target,), count)


def pieces(source: Source, drop_volatile: bool) -> Iterator[tuple[bytes, int]]:
    """The document in pieces, each with the number of findings in it. RFC 8785 sorts keys by UTF-16 code units; the keys
    of the document are ASCII, so that sorting text is the same."""
    whole = comparable(source.report) if drop_volatile else to_json(source.report)
    opening = b"{"
    for key in sorted(whole):
        yield opening + canonical(key) + b":", 0
        opening = b","
        if key != "findings":
            yield canonical(whole[key]), 0
            continue
        yield b"[", 0
        for number, finding in enumerate(source.findings):
            value = comparable(finding) if drop_volatile else finding.model_dump(by_alias=True)
            yield (b"," if number else b"") + finding_bytes(value), 1
        yield b"]", 0
    yield b"}", 0


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def finding_bytes(value: Any) -> bytes:
    """The RFC 8785 form of a finding, by the encoder of Python: the same where keys are ASCII and every number is a small whole
    one, as those of a finding are; a test holds the two together."""
    return _CANONICAL.encode(value).encode()


FORMAT = Format("json", ".json", Text(zh="规范JSON文档", en="canonical JSON document"), render, bilingual=True)
