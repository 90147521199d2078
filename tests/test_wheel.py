"""What a user installs: the wheel, in an empty environment outside the checkout, does its work there."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(*command: str | Path, cwd: Path, feed: str = "") -> str:
    done = subprocess.run(
        command, cwd=cwd, input=feed, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=600
    )
    assert done.returncode == 0, (
        f"{command} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    )
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
        cwd=folder,
    )
    return next(folder.glob("chengjian-*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_product_and_its_data_but_neither_tests_nor_lab(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"inventory", "rules", "reports", "scanner"}
    assert any(name.startswith("rules/packs/data-security/") and name.endswith(".yaml") for name in names)
    assert any(name.startswith("inventory/fingerprints/") and name.endswith(".yaml") for name in names)


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    chengjian = tmp_path / "venv/bin/chengjian"
    run(chengjian, "rules", "test", cwd=tmp_path)
    line = json.dumps({"id": "1", "kind": "banner", "protocol": "ssh", "banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2"})
    answer = json.loads(run(chengjian, "identify", cwd=tmp_path, feed=line + "\n"))
    assert answer["id"] == "1"
    assert answer["vendor"] == "openbsd"
