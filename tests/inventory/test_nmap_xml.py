"""nmap reports: read whole, kept where they break off, refused where they are hostile."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError
from inventory.imports.nmap_xml import Report, Service, read_stream

HEAD = (
    '<?xml version="1.0"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" args="nmap -sV 192.0.2.0/30" version="7.93">\n'
)
HINT = '<hosthint><status state="up"/><address addr="192.0.2.9" addrtype="ipv4"/><hostnames/></hosthint>\n'
HOST = """<host><status state="up" reason="syn-ack"/><address addr="192.0.2.{n}" addrtype="ipv4"/>
<address addr="00:E0:FC:00:00:0{n}" addrtype="mac" vendor="Huawei"/><hostnames><hostname name="h{n}.example" type="PTR"/></hostnames>
<ports><extraports state="closed" count="998"/><port protocol="tcp" portid="22"><state state="open"/><service name="ssh"
product="OpenSSH" version="9.2p1" extrainfo="protocol 2.0" ostype="Linux" method="probed" conf="10"><cpe>cpe:/a:openbsd:openssh:9.2p1</cpe>
</service><script id="ssh-hostkey" output="x"/></port><port protocol="udp" portid="161"><state state="open|filtered"/></port></ports>
<os><osmatch name="Linux 5.X" accuracy="98"/></os></host>
"""
TAIL = '<runstats><finished time="1" exit="success"/><hosts up="2" down="0" total="2"/></runstats></nmaprun>\n'
WHOLE = HEAD + HINT + HOST.format(n=1) + HOST.format(n=2) + TAIL


def read(text: str | bytes) -> Report:
    return read_stream(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def test_a_whole_report_is_read() -> None:
    report = read(WHOLE)
    assert report.complete
    assert (report.arguments, report.nmap_version, report.finished) == ("nmap -sV 192.0.2.0/30", "7.93", "success")
    first, second = report.hosts
    assert first.addresses == (("192.0.2.1", "ipv4"), ("00:E0:FC:00:00:01", "mac"))
    assert (first.status, first.hostnames) == ("up", ("h1.example",))
    assert first.services == (
        Service(
            "tcp", 22, "open", "ssh", "OpenSSH", "9.2p1", "protocol 2.0", "Linux", None, None, "probed", "10",
            ("cpe:/a:openbsd:openssh:9.2p1",), ("ssh-hostkey",),
        ),
        Service("udp", 161, "open|filtered"),
    )  # fmt: skip
    assert second.os_matches[0].accuracy == 98


@given(st.integers(0, len(WHOLE.rstrip().encode()) - 1))
def test_a_report_cut_off_anywhere_keeps_every_complete_host(end: int) -> None:
    cut = WHOLE.encode()[:end]
    try:
        report = read(cut)
    except ImportFormatError:
        assert b"<nmaprun " not in cut or b">" not in cut[cut.index(b"<nmaprun ") :]
        return
    assert not report.complete
    assert report.problem
    assert len(report.hosts) == cut.count(b"</host>")


def test_control_characters_and_bad_bytes_are_replaced_and_told() -> None:
    broken = WHOLE.replace("h1.example", "h1\x05.example").encode().replace(b"h2.example", b"h2\xff.example")
    report = read(broken)
    assert len(report.hosts) == 2
    assert not report.complete
    assert report.hosts[0].hostnames == ("h1\ufffd.example",)


def test_another_declared_encoding_is_honoured() -> None:
    text = WHOLE.replace('version="1.0"', 'version="1.0" encoding="iso-8859-1"', 1).replace("h1.example", "hé.example")
    assert read(text.encode("latin-1")).hosts[0].hostnames == ("hé.example",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<root/>",
        "<!DOCTYPE html><html/>",
        '<!DOCTYPE nmaprun [<!ENTITY a "b">]><nmaprun>&a;</nmaprun>',
        '<!DOCTYPE nmaprun [<!ENTITY a SYSTEM "file:///etc/passwd">]><nmaprun>&a;</nmaprun>',
        "<nmaprun>" + "<a>" * 100,
        '<nmaprun args="' + "x" * 300_000 + '"/>',
        '<nmaprun><host><ports><port protocol="tcp" portid="99999"/></ports></host></nmaprun>',
        '<nmaprun><host><ports><port protocol="tcp" portid="٣"/></ports></host></nmaprun>',
    ],
)
def test_what_is_no_report_or_hostile_is_refused(text: str) -> None:
    with pytest.raises(ImportFormatError):
        read(text)


def test_a_bomb_is_refused_before_it_grows() -> None:
    bomb = '<!DOCTYPE nmaprun [<!ENTITY a "' + "B" * 50_000 + '">]><nmaprun>' + "&a;" * 50_000 + "</nmaprun>"
    tracemalloc.start()
    with pytest.raises(ImportFormatError):
        read(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_one_error(data: bytes) -> None:
    try:
        report = read(b"<nmaprun>" + data)
    except ImportFormatError:
        return
    assert not report.complete or report.hosts == ()
