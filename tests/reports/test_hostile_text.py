"""Whatever a device says is shown in every format and does nothing in any of them; what was reduced is nowhere."""

import csv
import io
import itertools
import json
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import docx
import html5lib
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pdfminer.high_level import extract_text

from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.reduction import reduce
from inventory.store import Store
from inventory.text import Text
from reports.build import make_report
from reports.bundle import export
from reports.canonical_form import canonical_report, read_report
from reports.format import Options, Source, all_formats, write
from reports.printable import one_line, printable
from reports.report import AssetEntry, Report
from reports.view import View
from tests.reports.city import RULES, asset_id
from tests.reports.documents import finding, small, with_findings
from tests.reports.test_build import OPEN, REDIS, scanned

EXAMPLES = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "=cmd|'/C calc'!A0",
    "\x1b]0;owned\x07\x1b[2J",
    "\u202etxt.exe\u2066",
    "nul\x00inside",
    "]]><!--&xxe;--><?php ?>",
    "{{ 7*7 }} {% raw %} #set page(fill: red) $x^2$ @ref <label> \\u{41}",
    "`code` **bold** [link](javascript:alert(1)) |cell|\n# heading",
    "\ufeff\ufffe\uffff\U0001f600\u0000",
    "w" * 1_000_000,
)


def poisoned(*texts: str) -> Report:
    """The small city with these texts everywhere where a device or a register may have a say: one finding for each, and
    one asset, a component and a gap for each as far as there are."""
    bad = [
        finding(
            RULES[number % len(RULES)],
            asset_id(number % 6),
            f"10.45.9.{number}",
            6379,
            Text(zh=text, en=text),
            excerpt=text,
            owner=text,
            waiver=text,
            vantage=text,
        )
        for number, text in enumerate(texts)
    ]
    base = with_findings(small(), bad)
    turn = itertools.cycle(texts)
    assets = tuple(_poisoned_asset(item, next(turn)) for item in base.assets)
    gaps = tuple(gap.model_copy(update={"reason": (text := next(turn)), "vantage": text}) for gap in base.not_assessed)
    title = Text(zh=texts[0], en=texts[0])
    return base.model_copy(update={"assets": assets, "not_assessed": gaps, "title": title})


def _poisoned_asset(asset: AssetEntry, text: str) -> AssetEntry:
    part = {"vendor": text, "product": text, "version": text}
    parts = tuple(item.model_copy(update=part) for item in asset.components)
    names = dict.fromkeys(("name", "zone", "department", "system", "contact"), text)
    return asset.model_copy(update={**names, "components": parts})


def readable(text: str, name: str) -> str:
    """What a reader must find: the beginning of the printable form, without blanks; tables keep a cell on one line."""
    shown = one_line(text) if name in ("csv", "xlsx", "markdown", "junit") else printable(text)
    return "".join(shown[:60].split())


def read_back(name: str, path: Path) -> str:
    """All text that a foreign reader finds, and nothing but text."""
    match name:
        case "html":
            tree = html5lib.HTMLParser(strict=True).parse(path.read_text("utf-8"))
            tags = {str(item.tag).rpartition("}")[2] for item in tree.iter()}
            assert not tags & {"script", "img", "iframe", "object", "link", "form"}
            return "".join(tree.itertext())
        case "csv":
            rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
            assert len({len(row) for row in rows}) == 1
            return "\n".join(cell for row in rows for cell in row)
        case "xlsx":
            book = openpyxl.load_workbook(path)
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert {cell.data_type for cell in cells} <= {"s", "n"}
            return "\n".join(str(cell.value) for cell in cells)
        case "docx":
            document: Any = docx.Document(str(path))
            parts = [paragraph.text for paragraph in document.paragraphs]
            return "\n".join(
                parts + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            )
        case "pdf":
            return str(extract_text(str(path))).replace("\u200b", "")
        case "junit":
            return "\n".join(
                text for item in etree.parse(str(path)).iter() for text in (*item.attrib.values(), item.text or "")
            )
        case "json" | "sarif" | "oscal":
            return "\n".join(_strings(json.loads(path.read_bytes())))
        case _:
            return path.read_text("utf-8")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", sorted(all_formats()))
def test_hostile_text_is_shown_and_does_nothing(tmp_path: Path, name: str) -> None:
    form = all_formats()[name]
    view: View = "vendor" if name == "pdf" else "full"  # its foreign reader needs a second for five pages
    path = write(Source.of(poisoned(*EXAMPLES)), form, Options(view=view), tmp_path / f"r{form.suffix}").files[0]
    seen = read_back(name, path)
    if name == "json":
        assert all(text in seen for text in EXAMPLES)
        return
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", seen)
    if name == "markdown":
        assert not re.search(r"(?<!\\)(<script|<img|\[link\])", seen)
        seen = re.sub(r"\\([\\`*_{}\[\]<>()#+\-.!|~&$^:=@])", r"\1", seen)
    squeezed = "".join(seen.split())
    for text in EXAMPLES:
        if name != "pdf" or _in_fonts(readable(text, name)):
            assert readable(text, name) in squeezed
    assert path.stat().st_size < 3_000_000


def _in_fonts(text: str) -> bool:
    """Printable text of the basic plane that the embedded fonts surely have: ASCII and CJK."""
    return all(0x20 < ord(char) < 0x7F or 0x4E00 <= ord(char) < 0x9FA6 for char in text)


@settings(max_examples=5)
@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_survives_json_and_html(tmp_path: Path, text: str) -> None:
    report = poisoned(text)
    assert read_report(canonical_report(report)) == report
    for name in ("html", "csv", "junit"):
        form = all_formats()[name]
        path = write(Source.of(report), form, Options(), tmp_path / f"r{form.suffix}").files[0]
        seen = "".join(read_back(name, path).split())
        assert "".join(printable(unicodedata.normalize("NFC", text)).split())[:1] in unicodedata.normalize("NFC", seen)


CANARIES = ("Tr0ub4dor-Canary", "13800138000", "45010319900307401X", "canary@example.com")


@pytest.mark.slow
def test_no_canary_reaches_any_format_or_the_bundle(tmp_path: Path) -> None:
    """Secrets and personal data planted on the wire are reduced before they are stored, and so in no format at all."""
    heard = (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: session=Tr0ub4dor-Canary\r\n\r\npassword=Tr0ub4dor-Canary&phone=13800138000"
        b"&id=45010319900307401X&mail=canary@example.com"
    )
    with Store.create(tmp_path / "city.db") as store:
        scanned(store, "s1", "2026-03-02T02:10:00Z", OPEN)
        exchange = reduce(
            Exchange("redis", Endpoint("127.45.1.1", "tcp", 6379), (Turn("ping", b"", heard),)), b"k" * 32
        )
        with store.batch():
            digest = store.put_evidence(exchange)
            seen = Observation(
                REDIS.id, Outcome.ANSWERED, "", "2026-03-02T02:10:00Z", EvidenceClass.HANDSHAKE, (digest,)
            )
            store.add_observation("s1", seen, {"redis": [OPEN]})
        report = make_report(store, "s1")
        export(store, "s1", tmp_path / "out" / "s1.bundle.zip")
    assert any(piece.digest == digest for item in report.findings for piece in item.evidence)
    for form in all_formats().values():
        view: View = "vendor" if form.name == "pdf" else "full"
        write(Source.of(report), form, Options(view=view), tmp_path / "out" / f"r{form.suffix}")
    for path in (tmp_path / "out").iterdir():
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                content = b"\n".join(package.read(member) for member in package.namelist())
        if path.suffix == ".pdf":
            content = read_back("pdf", path).encode()
        for canary in CANARIES:
            assert canary.encode() not in content, f"{canary} in {path.name}"
