"""Golden files: `python -m tests.reports.golden` writes the published schema and the expected reports anew. Text formats are kept as they are; of spreadsheets, Word and PDF the text that a foreign reader finds is kept."""

import io
import json
from pathlib import Path
from typing import Any

import docx
import openpyxl
from pdfminer.high_level import extract_text_to_fp

from reports.canonical_form import json_schema
from reports.compare import compare, trend_point
from reports.format import Options, Source, all_formats, format_named, write
from tests.reports.documents import clean, small

FOLDER = Path(__file__).parent / "data" / "golden"
SCHEMA = Path(__file__).parents[2] / "reports" / "schema" / "chengjian-report-1.json"
BINARY = ("docx", "pdf", "xlsx")


def schema_text() -> str:
    """The published schema as it should stand in the file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def cases() -> list[tuple[str, str]]:
    """Every format with every language that it has."""
    return [
        (form.name, language)
        for form in all_formats().values()
        for language in (["zh"] if form.bilingual else ["zh", "en"])
    ]


def options(name: str, language: str) -> Options:
    """Everything switched on, the mended city as the earlier scan; of the PDF the vendor's view, which is shorter to read."""
    trend = tuple(point for point in (trend_point(clean()), trend_point(small())) if point is not None)
    return Options(
        language="zh" if language == "zh" else "en",
        view="vendor" if name == "pdf" else "full",
        comparison=compare(clean(), small()),
        trend=trend,
    )


def golden_file(name: str, language: str) -> Path:
    """Where the expected report of a format lies."""
    return FOLDER / f"small.{language}{format_named(name).suffix}{'.txt' if name in BINARY else ''}"


def render(name: str, language: str, folder: Path) -> bytes:
    """The small city in one format and language, as the golden file keeps it."""
    form = format_named(name)
    path = write(Source.of(small()), form, options(name, language), folder / f"small.{language}{form.suffix}").files[0]
    if name not in BINARY:
        return path.read_bytes()
    return {"docx": _docx, "pdf": _pdf, "xlsx": _xlsx}[name](path).encode()


def _docx(path: Path) -> str:
    document: Any = docx.Document(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += ["", *(" | ".join(cell.text.replace("\n", " / ") for cell in row.cells) for row in table.rows)]
    return "\n".join(lines) + "\n"


def _pdf(path: Path) -> str:
    """In the order of the file: the reader's layout analysis breaks ties by chance."""
    text = io.StringIO()
    with path.open("rb") as file:
        extract_text_to_fp(file, text, laparams=None)
    return text.getvalue().replace("\u200b", "").replace("\f", "\f\n")


def _xlsx(path: Path) -> str:
    lines = []
    for sheet in openpyxl.load_workbook(path):
        lines.append(f"[{sheet.title}]")
        lines += [
            " | ".join("" if value is None else str(value) for value in row)
            for row in sheet.iter_rows(values_only=True)
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all of them."""
    SCHEMA.write_text(schema_text(), "utf-8")
    scratch = FOLDER / "scratch"
    for name, language in cases():
        golden_file(name, language).write_bytes(render(name, language, scratch))
    for path in scratch.iterdir():
        path.unlink()
    scratch.rmdir()


if __name__ == "__main__":
    main()
