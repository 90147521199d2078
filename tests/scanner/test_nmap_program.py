"""nmap is asked with literals only, within the permit, never about fragile hosts, and its guesses from ports do not count."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.endpoint import Endpoint
from inventory.errors import ImportFormatError, NotUnderstood, RefusedByPermit
from inventory.exchange import Exchange, Turn
from inventory.store import Store
from scanner import nmap_program
from scanner.derive import derive
from scanner.door import Door, Guest
from scanner.import_files import kind_of
from scanner.net import SocketWire
from scanner.nmap_import import Taken, fill_nmap
from scanner.nmap_program import Recogniser, command, interpret, to_exchanges
from scanner.pace import Pace
from scanner.replay import replay
from tests.scanner.permits import permit_for

XML = """<?xml version="1.0"?><nmaprun scanner="nmap"><host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="119"><state state="open" reason="syn-ack"/>
<service name="nntp" product="InterNetNews" version="2.6.3" method="probed" conf="10"/></port>
<port protocol="tcp" portid="8443"><state state="open" reason="syn-ack"/>
<service name="http" product="Zope" tunnel="ssl" method="probed" conf="10"/></port>
<port protocol="tcp" portid="9"><state state="open" reason="syn-ack"/><service name="discard" method="table" conf="3"/></port>
<port protocol="tcp" portid="10"><state state="closed" reason="reset"/></port></ports></host>
<runstats><finished time="1" timestr="x" elapsed="1"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>"""


def test_the_command_line_holds_literals_and_parsed_numbers_only() -> None:
    words = command("/usr/bin/nmap", "10.0.0.1", [80, 22, 70000, 0], 40)
    assert words[-1] == "10.0.0.1"
    assert words[words.index("-p") + 1] == "22,80"
    assert {"-n", "-Pn", "-sT", "--unprivileged"} <= set(words)
    assert not {"-O", "-A", "-sC", "--script"} & set(words)
    assert command("nmap", "2001:db8::1", [80], 1)[-2:] == ["-6", "2001:db8::1"]
    for hostile in ("10.0.0.1 -oN /etc/passwd", "--script=x", "10.0.0.0/8", "office"):
        with pytest.raises(ValueError, match="does not appear to be"):
            command("nmap", hostile, [80], 40)


def test_its_version_is_told_by_itself(tmp_path: Path) -> None:
    for name, says, known in (
        ("as-it-is", "echo 'Nmap version 7.93 ( https://nmap.org )'", "7.93"),
        ("other", "echo something else", ""),
        ("broken", "exit 3", ""),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
        assert nmap_program.version_of(str(tmp_path / name)) == known
    assert nmap_program.version_of(str(tmp_path / "missing")) == ""


def test_its_xml_becomes_evidence_and_only_answers_are_facts() -> None:
    found = to_exchanges("10.0.0.1", XML)
    assert set(found) == {119, 8443, 9}
    [news] = interpret(found[119])["service"]
    assert (news.protocol, news.tls, news.product) == ("nntp", False, "InterNetNews")
    [web] = interpret(found[8443])["service"]
    assert (web.protocol, web.tls) == ("http", True)
    with pytest.raises(NotUnderstood, match="not recognised"):
        interpret(found[9])
    assert found[119].to_bytes() == to_exchanges("10.0.0.1", XML)[119].to_bytes()


@pytest.mark.parametrize(
    "xml", ["", "<", "<nmaprun/>", "not xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><nmaprun>&a;</nmaprun>"]
)
def test_an_output_that_cannot_be_read_gives_nothing(xml: str) -> None:
    assert to_exchanges("10.0.0.1", xml) == {}


@pytest.mark.parametrize("received", [b"", b"{}", b"[]", b'{"name": "x", "conf": "y"}', b"\xff"])
def test_evidence_that_is_none_is_not_understood(received: bytes) -> None:
    with pytest.raises(NotUnderstood):
        interpret(Exchange("nmap", Endpoint("10.0.0.1", "tcp", 1), (Turn("service", b"", received),)))


def door_for(*networks: str, classes: dict[str, int]) -> Door:
    permit = permit_for(*networks, classes=classes)
    return Door(permit, SocketWire(), Pace(permit.pace, time.monotonic))


@pytest.mark.parametrize(
    ("address", "guest"),
    [
        ("127.0.0.1", Guest("camera", 1)),
        ("127.0.0.1", Guest(None, 2)),  # unknown: treated as the camera
        ("127.0.0.2", Guest("server", 2)),  # outside
        ("127.0.0.1", Guest("server", 3)),
    ],
)
def test_it_is_not_started_where_the_permit_does_not_allow_it(address: str, guest: Guest) -> None:
    door = door_for("127.0.0.1/32", classes={"camera": 1, "server": 2})
    with pytest.raises(RefusedByPermit):
        asyncio.run(Recogniser(door, "/bin/false")(address, [80], guest))


@pytest.fixture
def news() -> Iterator[int]:
    """A news server's greeting, to anybody, for as long as the test runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        over = threading.Event()

        def greet() -> None:
            while not over.is_set():
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                with client, contextlib.suppress(OSError):  # a connect scan hangs up at once
                    client.sendall(b"200 InterNetNews server INN 2.6.3 ready (posting ok)\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join()


@pytest.mark.slow
def test_the_program_recognises_what_we_do_not(news: int) -> None:
    program = nmap_program.available()
    assert program is not None, "nmap is one of the packages that the set-up installs"
    door = door_for("127.0.0.1/32", classes={"server": 2})
    found = asyncio.run(Recogniser(door, program)("127.0.0.1", [news], Guest("server", 2)))
    [row] = interpret(found[news])["service"]
    assert row.protocol == "nntp"


def test_a_cancelled_run_leaves_no_process_behind(tmp_path: object) -> None:
    async def cancelled() -> float:
        began = time.monotonic()
        task = asyncio.create_task(nmap_program.run(["/bin/sleep", "30"]))
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 20


REPORT = """<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sV" start="1" version="7.93" xmloutputversion="1.05">
<host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/><address addr="00:E0:FC:01:02:03" addrtype="mac"/>
<ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="9.2p1" method="probed" conf="10"/></port>
<port protocol="tcp" portid="9"><state state="open"/><service name="discard" method="table" conf="3"/></port>
<port protocol="tcp" portid="23"><state state="closed"/></port></ports></host>
<host><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="22"><state state="open"/></port></ports></host>
<runstats><finished time="2" timestr="x" elapsed="1"/><hosts up="2" down="0" total="2"/></runstats></nmaprun>
"""


def test_a_report_of_another_run_joins_a_scan_within_the_permit(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT, encoding="utf-8")
    permit = permit_for("10.0.0.0/24")
    store = Store.memory()
    store.begin_scan("s", started="2026-06-01T00:00:00Z", permit=permit.document(), profile={}, versions={})
    store.end_scan("s", state="finished", ended="2026-06-01T00:00:09Z", counters={})
    assert kind_of(tmp_path / "report.xml") == "nmap"
    assert fill_nmap(store, "s", tmp_path / "report.xml", "2026-06-01T00:00:05Z") == Taken(1, 1, 1, True)
    derive(store, "s")
    [asset] = store.assets("s")
    assert (asset.addresses, asset.device_class) == (("10.0.0.1",), "network")
    assert "mac:00:e0:fc:01:02:03" in asset.keys
    before = store.facts("s", "service"), store.facts("s", "host"), store.assets("s"), store.components("s")
    [[service]] = before[0].values()
    assert service.model_dump()["product"] == "OpenSSH"
    replay(store, "s")
    assert (store.facts("s", "service"), store.facts("s", "host"), store.assets("s"), store.components("s")) == before


def test_a_file_that_is_no_report_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text("<html/>", encoding="utf-8")
    store = Store.memory()
    store.begin_scan(
        "s", started="2026-06-01T00:00:00Z", permit=permit_for("10.0.0.0/24").document(), profile={}, versions={}
    )
    with pytest.raises(ImportFormatError):
        fill_nmap(store, "s", tmp_path / "report.xml", "2026-06-01T00:00:05Z")
    assert store.questions("s") == []
