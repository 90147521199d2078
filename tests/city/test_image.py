"""The container image, built and run as its page says, and the services under a real systemd inside it.

One image serves all: systemd stands in its base, and nothing of it runs unless it is called.
"""

import json
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab import agent
from tests.city.running import ROOT, Matrix, differences, lab, run, truth
from tests.portal_certificate import write_certificate

pytestmark = pytest.mark.lab

ZONE, ADDRESSES = "nn-app", "10.45.10."
STORAGE = ROOT / "out" / "image" / "podman"
CONFINED = ("--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop=all", "--security-opt", "no-new-privileges")
NGINX = "server {\n  listen 443 ssl;\n  ssl_protocols TLSv1 TLSv1.2;\n}\n"


@dataclass(frozen=True)
class Podman:
    """Podman with a storage of its own under `out`."""

    name: str

    @property
    def words(self) -> list[str]:
        return ["podman", "--root", str(STORAGE / "storage"), "--runroot", str(STORAGE / "run")]

    def __call__(self, *words: str | Path, allowed: tuple[int, ...] = (0,)) -> str:
        return run(*self.words, *words, allowed=allowed)

    def confined(self, *words: str | Path, options: tuple[str, ...] = ("--network", "none")) -> str:
        """Run the product in a container as the Containerfile's own page says."""
        return self("run", *CONFINED, *options, self.name, *words, allowed=(0, 1))


@pytest.fixture(scope="module")
def podman(city: None) -> Iterator[Podman]:
    """The image, built from this checkout."""
    found = Podman(f"chengjian-{uuid.uuid4().hex[:8]}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(ROOT / "out" / "lab" / "containers.conf"))
        patch.setenv("PODMAN", " ".join(found.words))
        patch.setenv("PYTHON", sys.executable)
        patch.setenv("EXTRA", "systemd-sysv")
        run(ROOT / "scripts" / "build-image", found.name)
        yield found
        found("rm", "--all", "--force", "--time", "0")
        found("rmi", "--force", found.name)


@pytest.fixture(scope="module")
def namespace(city: None) -> str:
    """Where the agent runs in the city, behind the kernel gate."""
    lab("run", "--", "true")
    return f"ns:/run/netns/{agent.namespace('office')}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the permit of one zone, as the image's user owns it."""
    folder = tmp_path / "data"
    folder.mkdir()
    lab("permit", "--zone", ZONE, "-o", folder / "office.permit.yaml")
    own(folder, 10001)
    return folder


def own(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)


def matrix(document: bytes) -> Matrix:
    """The verdicts of a report's JSON."""
    return {
        (address, rule): verdict
        for asset in json.loads(document)["assets"]
        for verdict, rules in asset["verdicts"].items()
        for rule in rules
        for address in asset["addresses"]
    }


def expected() -> Matrix:
    return {key: verdict for key, verdict in truth().items() if key[0].startswith(ADDRESSES)}


def test_the_image_runs_as_a_user_and_can_write_nowhere_but_to_its_data(podman: Podman) -> None:
    version = podman.confined("--version")
    assert version.startswith("chengjian ")
    shell = ("--network", "none", "--cap-add=NET_RAW", "--entrypoint", "/bin/sh")
    told = podman.confined(
        "-c",
        "id -u; grep -h CapEff /proc/self/status; touch /x /opt/x /etc/x; find / -xdev -perm /6000 -type f; "
        "/opt/chengjian/bin/python -c 'import authlib, joserfc, httpx2, apprise, uvicorn'",
        options=shell,
    )
    assert told.split() == ["10001", "CapEff:", "0000000000002000"]  # CAP_NET_RAW, and no program that gains more


def test_a_supplier_checks_a_configuration_without_a_network(podman: Podman, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(NGINX)
    own(tmp_path, 10001)
    told = podman.confined(
        "selfcheck", "--config", "nginx.conf", "--json", options=("--network", "none", "-v", f"{tmp_path}:/data")
    )
    failed = {finding["rule"] for finding in json.loads(told)["findings"] if finding["verdict"] == "fail"}
    assert any("tls" in rule or "nginx" in rule for rule in failed), failed


def test_a_scan_from_the_container_tells_the_truth_about_a_zone(podman: Podman, namespace: str, data: Path) -> None:
    lab("counters", "--reset")
    inside = ("--network", namespace, "--cap-add=NET_RAW", "-v", f"{data}:/data")
    podman.confined("scan", "office.permit.yaml", "--fail-on", "none", options=inside)
    seen = json.loads(lab("counters", "--json"))
    assert seen["other"] == 0
    assert all(address.startswith(ADDRESSES) for address in seen["packets"])
    podman.confined("report", "--format", "json", options=("--network", "none", "-v", f"{data}:/data"))
    (report,) = (data / "out").glob("*.json")
    assert differences(matrix(report.read_bytes()), expected()) == []


AGENT = """\
format: chengjian-agent/1
name: nanning-1
folder: duty
status: published/status.json
jobs:
  - {name: office, permit: office.permit.yaml, workspace: office.db, schedule: "* * * * *", publish: published}
"""


class Machine:
    """A booted systemd with both units of `docs/deploy`, in the city."""

    def __init__(self, podman: Podman, name: str) -> None:
        self._podman, self._name = podman, name

    def __call__(self, script: str) -> str:
        """What a shell script of the machine's own root prints."""
        return self._podman("exec", "--user", "0", self._name, "/bin/sh", "-ec", script)

    def until(self, script: str) -> str:
        """Wait until a script prints something; the limit is for a test that fails."""
        give_up = time.monotonic() + 240
        while not (told := self(script).strip()):
            assert time.monotonic() < give_up, self(
                "journalctl --no-pager | tail -30; cat /var/lib/chengjian/duty/*.log"
            )
            time.sleep(1)
        return told

    def property(self, unit: str, name: str) -> str:
        return self(f"systemctl show -P {name} {unit}").strip()


@pytest.fixture
def machine(podman: Podman, namespace: str, data: Path, tmp_path: Path) -> Iterator[Machine]:
    """Booted, with the units, the users and the data of a real installation; nothing is started yet."""
    name = f"{podman.name}-booted"
    units = tmp_path / "units"
    shutil.copytree(ROOT / "docs" / "deploy", units)
    (data / "agent.yaml").write_text(AGENT)
    portal = tmp_path / "portal"
    portal.mkdir()
    write_certificate(portal)
    # a machine of its own may do what a machine may; the units take it away again
    options = ["--cap-add=SYS_ADMIN,NET_RAW", "--security-opt", "seccomp=unconfined", "--network", namespace]
    for source, target in ((units, "/units"), (data, "/from/agent"), (portal, "/from/portal")):
        options += ["-v", f"{source}:{target}:ro"]
    podman("run", "--detach", "--name", name, "--user", "0", "--systemd=always", *options, "--entrypoint", "/sbin/init", podman.name)  # fmt: skip
    found = Machine(podman, name)
    try:
        found.until("systemctl is-system-running --wait || true")
        found(
            "useradd --system --home-dir /var/lib/chengjian-portal --shell /usr/sbin/nologin chengjian-portal\n"
            "cp /units/*.service /etc/systemd/system/\n"
            "cp -r /from/agent /var/lib/chengjian; cp -r /from/portal /var/lib/chengjian-portal\n"
            "chown -R chengjian:chengjian /var/lib/chengjian\n"
            "chown -R chengjian-portal:chengjian-portal /var/lib/chengjian-portal\n"
            "chmod 600 /var/lib/chengjian-portal/*; systemctl daemon-reload"
        )
        yield found
    finally:
        podman("rm", "--force", "--time", "0", name)


ASK = """/opt/chengjian/bin/python -c "
import ssl, urllib.request as r
print(r.urlopen('https://127.0.0.1:8443/login', context=ssl._create_unverified_context()).status)" || true"""


def test_both_services_run_under_systemd_confined_and_apart(machine: Machine) -> None:
    assert machine("systemd-analyze verify /etc/systemd/system/chengjian-*.service 2>&1") == ""
    for unit in ("agent", "portal"):
        machine(f"systemd-analyze security --offline=true --threshold=25 /units/chengjian-{unit}.service")
    machine("systemctl start chengjian-agent")
    pid = machine.property("chengjian-agent", "MainPID")
    status = dict(line.split(":\t") for line in machine(f"cat /proc/{pid}/status").splitlines() if ":\t" in line)
    assert status["Uid"].split()[0] == "10001"
    assert {status[name] for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0000000000002000"}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")

    # a whole scan within the unit's limits, and the truth
    machine.until("grep -s '\"runs\": [1-9]' /var/lib/chengjian/published/status.json || true")
    assert '"result": "findings"' in machine("cat /var/lib/chengjian/published/status.json")
    machine.until("ls /var/lib/chengjian/published/*/report.json 2>/dev/null || true")
    report = machine("cat $(ls /var/lib/chengjian/published/*/report.json | head -1)")
    assert differences(matrix(report.encode()), expected()) == []

    # the portal reads what is published, and cannot read the workspace
    machine("systemctl start chengjian-portal")
    assert machine.until(ASK) == "200"
    portal = machine.property("chengjian-portal", "MainPID")
    assert machine(f"grep CapEff /proc/{portal}/status").split() == ["CapEff:", "0" * 16]
    may = "setpriv --reuid chengjian-portal --regid chengjian-portal --groups $(id -g chengjian) "
    assert machine(f"{may} cat /var/lib/chengjian/published/*/report.json | head -c 1") == "{"
    assert machine(f"{may} cat /var/lib/chengjian/office.db 2>&1 || true").endswith("Permission denied\n")

    # the agent ends in order
    machine("systemctl stop chengjian-agent chengjian-portal")
    assert machine.property("chengjian-agent", "Result") == "success"
    assert machine.property("chengjian-portal", "Result") == "success"
    assert '"on_duty": false' in machine("cat /var/lib/chengjian/published/status.json")
