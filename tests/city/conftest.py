"""One scan of the unchanged city serves all tests that only look at it."""

import pytest

from tests.city.running import Scanned, lab, scan


@pytest.fixture(scope="session")
def baseline(city: None, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """A scan of the city as it is described."""
    lab("unset", "--all")
    lab("run", "--", "true")
    lab("counters", "--reset")
    return scan(tmp_path_factory.mktemp("baseline"))
