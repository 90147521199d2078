"""Every format writes what its golden file says; after a wanted change: `python -m tests.reports.golden`."""

from pathlib import Path

import pytest

from reports.format import all_formats
from tests.reports import golden


@pytest.mark.parametrize(("name", "language"), golden.cases())
def test_the_report_is_the_golden_one(tmp_path: Path, name: str, language: str) -> None:
    made = golden.render(name, language, tmp_path)
    assert made == golden.golden_file(name, language).read_bytes(), "python -m tests.reports.golden"


def test_there_is_a_golden_file_for_every_format_and_no_other() -> None:
    expected = {golden.golden_file(name, language).name for name, language in golden.cases()}
    assert {path.name for path in golden.FOLDER.iterdir()} == expected
    assert {name for name, _ in golden.cases()} == set(all_formats())
