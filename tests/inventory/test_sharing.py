"""What is published can be read by the group, whatever the umask; what is not stays private."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.sharing import make_shared_folder, readable_to_group
from reports.portal.publish import publish
from tests.reports.documents import small


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_group_may_read_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o604)
    readable_to_group(file)
    assert mode(file) == 0o644
    make_shared_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o750
    (tmp_path / "own").mkdir()
    make_shared_folder(tmp_path / "own")
    assert mode(tmp_path / "own") == 0o700


def test_what_is_published_can_be_read_by_the_portals_user(tmp_path: Path) -> None:
    done = publish(small(), tmp_path / "published", formats=("csv",))
    assert {mode(tmp_path / "published"), mode(done.folder)} == {0o750}
    assert {mode(path) for path in done.folder.iterdir()} == {0o640}
