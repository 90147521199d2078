"""Golden files: `python -m tests.reports.golden` writes the published schema and the expected reports anew."""

import json
from pathlib import Path

from reports.canonical_form import json_schema
from reports.compare import compare, trend_point
from reports.format import Options, Source, format_named, write
from tests.reports.documents import clean, small

FOLDER = Path(__file__).parent / "data" / "golden"
SCHEMA = Path(__file__).parents[2] / "reports" / "schema" / "chengjian-report-1.json"
GOLDEN = ("html", "json", "csv", "markdown")


def schema_text() -> str:
    """The published schema as it should stand in the file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def options(language: str) -> Options:
    """Everything switched on: comparison and trend with the mended city as the earlier scan."""
    trend = tuple(point for point in (trend_point(clean()), trend_point(small())) if point is not None)
    return Options(language="zh" if language == "zh" else "en", comparison=compare(clean(), small()), trend=trend)


def render(name: str, language: str, folder: Path) -> Path:
    """The small city in one format and language."""
    form = format_named(name)
    return write(Source.of(small()), form, options(language), folder / f"small.{language}{form.suffix}").files[0]


def main() -> None:
    """Write all of them."""
    SCHEMA.write_text(schema_text(), "utf-8")
    for name in GOLDEN:
        for language in ("zh", "en"):
            render(name, language, FOLDER)


if __name__ == "__main__":
    main()
