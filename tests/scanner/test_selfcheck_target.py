"""A device on the bench: asked over the network within its permit, and never without one."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.loopback import serve
from scanner.cli import main

BENCH = "127.45.78.1"
PERMIT = """\
format: chengjian-permit/1
id: bench
issuer: {organisation: a, authorised_by: b}
contact: c@example.invalid
environment: lab
valid_from: "2020-01-01"
valid_to: "VALID_TO"
networks: [127.45.78.0/29]
exclusions: [127.45.78.5]
zones:
  - {name: bench, networks: [127.45.78.0/29], classes: {server: 2, unknown: 2}}
vantage: bench
pace: {host_packets: 900, host_connections: 900, zone_packets: 20000, total_packets: 20000}
"""


@pytest.fixture
def permit(tmp_path: Path) -> Path:
    path = tmp_path / "bench.yaml"
    path.write_text(PERMIT.replace("VALID_TO", "2099-12-31"), encoding="utf-8")
    return path


@pytest.fixture
def redis() -> Iterator[int]:
    with serve("redis", {}, address=BENCH, port=0) as (_, port):
        yield port


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code = main(["selfcheck", *map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_device_on_the_bench_is_judged_by_what_it_answers(
    capsys: pytest.CaptureFixture[str], permit: Path, redis: int
) -> None:
    code, document = told(capsys, BENCH, "--permit", permit, "--ports", str(redis))
    assert code == 1
    found = {one["rule"]: one for one in document["findings"] if one["verdict"] == "fail"}
    assert "ds-redis-authentication" in found
    assert f"{BENCH}:{redis}" in found["ds-redis-authentication"]["reason"]["en"]


def test_what_the_file_says_and_the_device_does_not_is_a_conflict(
    capsys: pytest.CaptureFixture[str], permit: Path, redis: int, tmp_path: Path
) -> None:
    (tmp_path / "redis.conf").write_text(f"port {redis}\nrequirepass set-by-the-vendor\n", encoding="utf-8")
    _, document = told(capsys, BENCH, "--permit", permit, "--ports", str(redis), "--config", tmp_path / "redis.conf")
    told_differently = {(one["table"], one["column"]): one["said"] for one in document["conflicts"]}
    said = told_differently["redis", "authentication_required"]
    assert sorted(said.values()) == [False, True]
    assert "set-by-the-vendor" not in json.dumps(document)


@pytest.mark.parametrize(
    ("target", "valid_to", "says"),
    [
        ("127.45.79.1", "2099-12-31", "not in a permitted network"),
        ("127.45.78.5", "2099-12-31", "excluded"),
        (BENCH, "2020-01-02", "expired"),
    ],
)
def test_what_the_permit_does_not_allow_is_refused_before_anything_is_sent(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, target: str, valid_to: str, says: str
) -> None:
    (tmp_path / "bench.yaml").write_text(PERMIT.replace("VALID_TO", valid_to), encoding="utf-8")
    with socket.create_server((target, 0)) as listener:
        listener.settimeout(0.2)
        code = main(
            ["selfcheck", target, "--permit", str(tmp_path / "bench.yaml"), "--ports", str(listener.getsockname()[1])]
        )
        with pytest.raises(TimeoutError):
            listener.accept()
    assert code == 4
    assert says in capsys.readouterr().err


def test_without_a_permit_no_target_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selfcheck", BENCH]) == 2
    assert "no permit, no packet" in capsys.readouterr().err
