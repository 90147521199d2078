"""Settings for all tests: properties are deterministic, so that a green run stays green. One city for all lab tests."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "chengjian",
    derandomize=True,
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("chengjian")


@pytest.fixture(scope="session")
def city() -> Iterator[None]:
    """The containerised city: brought up once, as it is described, and taken down at the end."""
    folder = Path(__file__).parent.parent

    def lab(*words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "lab", *words], cwd=folder, stdin=subprocess.DEVNULL, check=True, timeout=1200
        )

    lab("up")
    lab("unset", "--all")
    yield
    lab("down")
