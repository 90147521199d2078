"""PDF and Word: searchable text in embedded fonts, nothing lost without a word, the customer's template filled in."""

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from pdfminer.high_level import extract_text
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from inventory.errors import InputError
from reports import docx_samples
from reports.format import Options, Source, Written, format_named, write
from reports.formats import pdf
from reports.report import Report
from reports.words import LABELS
from tests.reports.documents import clean, many, small, with_findings


def rendered(report: Report, name: str, folder: Path, **more: Any) -> Written:
    """The report in one format."""
    return write(Source.of(report), format_named(name), Options(**more), folder / f"r{format_named(name).suffix}")


def pages(path: Path) -> list[str]:
    """The text of every page of a PDF, without blanks."""
    text: str = extract_text(str(path))
    return ["".join(page.split()) for page in text.split("\f")[:-1]]


def docx_text(path: Path) -> str:
    """The text of a Word document: paragraphs and cells."""
    document: Any = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_text_is_text(tmp_path: Path, language: Any) -> None:
    report = small()
    whole = "".join(pages(rendered(report, "pdf", tmp_path, language=language, view="vendor").files[0]))
    for text in (
        report.title.say(language),
        LABELS["self_check_sentence"].say(language),
        *(item.reason.say(language) for item in report.findings),
        *(rule.title.say(language) for rule in report.rules),
        "63.64",
    ):
        assert "".join(text.split()) in whole.replace("\u200b", "")


def test_every_page_of_a_lab_report_says_that_its_data_are_simulated(tmp_path: Path) -> None:
    found = pages(rendered(small(), "pdf", tmp_path, view="vendor").files[0])
    assert len(found) > 2
    assert all("模拟数据" in page for page in found)
    real = clean().model_copy(update={"simulated": False})
    assert not any("模拟数据" in page for page in pages(rendered(real, "pdf", tmp_path, view="vendor").files[0]))


def test_pdf_fonts_are_embedded(tmp_path: Path) -> None:
    with rendered(small(), "pdf", tmp_path).files[0].open("rb") as file:
        found = {}
        for page in PDFPage.create_pages(PDFDocument(PDFParser(file))):
            for reference in (resolve1(page.resources.get("Font")) or {}).values():
                font = resolve1(reference)
                (descendant,) = resolve1(font["DescendantFonts"])
                descriptor = resolve1(resolve1(descendant)["FontDescriptor"])
                found[str(font["BaseFont"])] = "FontFile3" in descriptor or "FontFile2" in descriptor
    assert any("CJK" in name for name in found)
    assert all(found.values())


def test_the_same_report_gives_the_same_pdf(tmp_path: Path) -> None:
    first = rendered(small(), "pdf", tmp_path).files[0].read_bytes()
    assert rendered(small(), "pdf", tmp_path).files[0].read_bytes() == first


def test_pdf_caps_its_tables_and_says_so(tmp_path: Path) -> None:
    written = rendered(with_findings(small(), many(40)), "pdf", tmp_path, table_cap=20, view="vendor")
    assert (written.findings, written.capped) == (20, True)
    said = "".join(LABELS["capped"].zh.format(shown=20, total=40).split())
    assert said in "".join(pages(written.files[0]))


def test_pdf_without_chinese_fonts_is_refused_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(InputError, match="Noto Sans CJK SC"):
        rendered(small(), "pdf", tmp_path)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_word_document_holds_findings_and_sections(tmp_path: Path, language: Any) -> None:
    report = small()
    path = rendered(report, "docx", tmp_path, language=language).files[0]
    text = docx_text(path)
    for said in (report.title.say(language), *(item.reason.say(language) for item in report.findings)):
        assert said in text
    document: Any = docx.Document(str(path))
    assert document.sections[0].header.paragraphs[0].text == LABELS["simulated"].say(language)


def test_word_document_of_a_mended_city(tmp_path: Path) -> None:
    assert LABELS["no_findings"].zh in docx_text(rendered(clean(), "docx", tmp_path).files[0])


@pytest.mark.parametrize("name", sorted(docx_samples.SAMPLES))
def test_our_sample_templates_are_fresh_and_fill_in(tmp_path: Path, name: str) -> None:
    docx_samples.write(tmp_path / "made")
    shipped = docx_samples.FOLDER / f"{name}.docx"
    for part in ("word/document.xml", "word/styles.xml", "word/header1.xml"):
        with zipfile.ZipFile(shipped) as one, zipfile.ZipFile(tmp_path / "made" / f"{name}.docx") as other:
            assert one.read(part) == other.read(part), "python -m reports.docx_samples"
    written = rendered(small(), "docx", tmp_path, template=shipped)
    text = docx_text(written.files[0])
    assert "{{" not in text
    assert "{%" not in text
    assert LABELS["self_check_sentence"].zh in text
    assert small().rules[0].title.zh in text


def test_an_unknown_placeholder_is_named(tmp_path: Path) -> None:
    document: Any = docx.Document()
    document.add_paragraph("{{ title }} {{ secret_sauce }}")
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(InputError, match="unknown placeholder secret_sauce") as caught:
        rendered(small(), "docx", tmp_path, template=tmp_path / "t.docx")
    assert str(tmp_path / "t.docx") in str(caught.value)
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize(
    "text", ["{{ findings[0].colour }}", "{{ title", "{% for %}", "{{ ''.__class__.__mro__[1].__subclasses__() }}"]
)
def test_a_template_that_asks_for_more_is_refused(tmp_path: Path, text: str) -> None:
    document: Any = docx.Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(InputError) as caught:
        rendered(small(), "docx", tmp_path, template=tmp_path / "t.docx")
    assert "t.docx" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_what_is_no_word_document_is_no_template(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.docx").write_bytes(content)
    with pytest.raises(InputError, match="not a Word document"):
        rendered(small(), "docx", tmp_path, template=tmp_path / "t.docx")
