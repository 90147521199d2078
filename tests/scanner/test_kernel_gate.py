"""The kernel's gate says what the permit says, in words that nft takes."""

import json
import subprocess
from pathlib import Path

import pytest

from inventory.errors import InputError
from scanner import cli
from scanner.kernel_gate import script
from tests.scanner.permits import permit_for
from tests.scanner.test_permit import GOOD

PERMIT = permit_for(
    "10.45.99.0/24", "2001:db8:45::/64", exclusions=["10.45.99.9", "2001:db8:45::9"], denied_ports=[8291]
)


def test_the_script_holds_networks_exclusions_ports_and_pace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script(PERMIT, ["eth0", "eth1.5"])
    assert "elements = { 10.45.99.0/24 }" in text
    assert "elements = { 10.45.99.9/32 }" in text
    assert "elements = { 2001:db8:45::9/128 }" in text
    assert "th dport { 8291 }" in text
    assert f"limit pace {{ rate {PERMIT.pace.total_packets}/second" in text
    assert text.count("policy drop") == 2
    (tmp_path / "p.yaml").write_text(GOOD, encoding="utf-8")
    assert cli.main(["permit", "gate", str(tmp_path / "p.yaml"), "--device", "eth0"]) == 0
    assert "10.45.1.99/32" in capsys.readouterr().out


@pytest.mark.parametrize("device", ["", "eth0\n", 'a" b', "x" * 16, "eth0;"])
def test_only_a_device_name_is_one(device: str) -> None:
    with pytest.raises(InputError):
        script(PERMIT, [device])


TRY = """
set -e
ip link set lo up
unshare -n sleep 60 & other=$!
trap 'kill $other' EXIT
sleep 0.5
ip link add here type veth peer name there
ip link set there netns $other
ip addr add 10.45.99.1/24 dev here
ip addr add 10.45.98.1/24 dev here
ip link set here up
nsenter -t $other -n ip link set there up
nsenter -t $other -n ip addr add 10.45.99.7/24 dev there
nsenter -t $other -n ip addr add 10.45.99.9/24 dev there
nsenter -t $other -n ip addr add 10.45.98.7/24 dev there
sleep 1
nft -f gate.nft
for address in 10.45.99.7 10.45.99.9 10.45.98.7; do
  timeout 1 bash -c "echo > /dev/tcp/$address/9" 2>/dev/null || true
done
nft -j list counters table netdev chengjian_gate
nsenter -t $other -n cat /proc/net/dev >/dev/null
"""


@pytest.mark.lab
def test_the_kernel_takes_it_and_drops_what_the_permit_does_not_name(tmp_path: Path) -> None:
    """On a link between two namespaces of our own: one permitted host, one excluded, one outside."""
    (tmp_path / "gate.nft").write_text(script(PERMIT, ["here"]), encoding="utf-8")
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", TRY],
        cwd=tmp_path,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counters = {
        item["counter"]["name"]: item["counter"]["packets"]
        for item in json.loads(done.stdout)["nftables"]
        if "counter" in item
    }
    assert counters["passed"] >= 1
    assert counters["refused"] >= 2
    assert counters["too_fast"] == 0
