"""Identification: the strongest evidence wins, traps are handled by rule, nothing is guessed, bad input is one clear error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InputError
from inventory.identify import identify_line, identify_lines


def snmp(**fields: Any) -> dict[str, Any]:
    return identify_line({"id": "1", "kind": "snmp", **fields})


def test_the_contract_of_an_answer() -> None:
    answer = snmp(
        sysDescr="Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170 (S5735 V200R021C00SPC100)",
        sysObjectID="1.3.6.1.4.1.2011.2.23.1001",
        sysName="core",
    )
    assert answer == {
        "id": "1",
        "vendor": "huawei",
        "product": "VRP",
        "version": "5.170 (S5735 V200R021C00SPC100)",
        "os": "vrp",
        "layer": "network",
        "origin": "domestic",
        "strength": "inferred",
        "registrant": None,
        "why": answer["why"],
    }
    assert any("2011" in reason for reason in answer["why"])


def test_net_snmp_tells_the_system_but_no_maker() -> None:
    answer = snmp(sysDescr="Linux host 5.10.0-26-generic #1 SMP x86_64", sysObjectID="1.3.6.1.4.1.8072.3.2.10")
    assert (answer["vendor"], answer["os"], answer["origin"]) == (None, "linux", "unknown")
    assert answer["version"] == "5.10.0-26-generic"


def test_a_maker_is_known_by_the_private_subtree_that_a_net_snmp_agent_serves() -> None:
    answer = snmp(
        sysDescr="Linux nas 4.4.180+ #42962 SMP x86_64",
        sysObjectID="1.3.6.1.4.1.8072.3.2.10",
        oids={"1.3.6.1.4.1.6574.1.5.3.0": "DSM 7.1-42962"},
    )
    assert (answer["vendor"], answer["version"]) == ("synology", "DSM 7.1-42962")


@pytest.mark.parametrize(
    ("description", "vendor", "origin"),
    [
        ("H3C Comware Platform Software, Software Version 7.1.070, Release 6710 H3C S5560X", "h3c", "domestic"),
        ("HPE Comware Platform Software, Software Version 7.1.070, Release 3507 HPE 5510", "hpe", "foreign"),
        ("Something that nobody configured", "h3c", "domestic"),
    ],
)
def test_comware_under_one_number_is_told_apart_by_brand(description: str, vendor: str, origin: str) -> None:
    answer = snmp(sysDescr=description, sysObjectID="1.3.6.1.4.1.25506.11.1.99")
    assert (answer["vendor"], answer["origin"]) == (vendor, origin)


def test_the_text_beats_a_borrowed_number_and_the_conflict_is_kept() -> None:
    answer = snmp(sysDescr="Ruijie Gigabit Switch(S2910-24) By Ruijie Networks", sysObjectID="1.3.6.1.4.1.9.1.1")
    assert answer["vendor"] == "ruijie"
    assert "against it: cisco" in answer["why"]


def test_reference_software_numbers_name_nobody() -> None:
    assert snmp(sysDescr="24-port switch", sysObjectID="1.3.6.1.4.1.4413.1.2")["vendor"] is None


def test_a_registered_number_names_its_holder_when_nothing_else_is_known() -> None:
    answer = snmp(sysDescr="Device", sysObjectID="1.3.6.1.4.1.48739.1")
    assert answer["registrant"].startswith("杭州")
    assert answer["vendor"]
    assert answer["origin"] == "unknown"


def test_raw_bytes_and_gb18030_are_read() -> None:
    raw = "hex:" + "迈普 MyPower S4320 version 7.5.1".encode("gb18030").hex()
    assert snmp(sysDescr=raw)["vendor"] == "maipu"
    raw = "hex:" + (b"DCRS-5650-28T Device, Compiled Jan 1\xda SoftWare Version 7.0.3").hex()
    assert snmp(sysDescr=raw, sysObjectID="1.3.6.1.4.1.6339.1.1")["vendor"] == "dcn"


def test_a_number_written_twice_and_a_text_in_the_wrong_place_are_read() -> None:
    assert snmp(sysDescr="Switch", sysObjectID="1.3.6.1.4.1.89.1.1.1.3.6.1.4.1.4526.100.4.1")["vendor"] == "netgear"
    assert snmp(sysDescr=None, sysObjectID="Connectrix DS-5100B")["vendor"] == "emc"


@pytest.mark.parametrize(
    ("protocol", "banner", "vendor", "product", "origin"),
    [
        ("ssh", "SSH-2.0-OpenSSH_8.4p1 Debian-5", "openbsd", "OpenSSH", "community"),
        ("http.server", "TongWeb Server", "tongtech", "TongWeb", "domestic"),
        ("http", "Microsoft-IIS/10.0", "microsoft", "Internet Information Services (IIS)", "foreign"),
        ("mysql", "5.7.25-TiDB-v6.5.3", "pingcap", "TiDB", "domestic"),
        ("mysql", "5.7.25-OceanBase-v4.2.1", "oceanbase", "OceanBase", "domestic"),
        ("postgresql", "KingbaseES V008R006C008B0014", "kingbase", "KingbaseES", "domestic_derived"),
        ("mysql", "8.0.36", "oracle", "MySQL (compatible)", "unknown"),
        ("ssh", "SSH-2.0-nobody_knows", None, None, "unknown"),
        ("made-up-protocol", "nginx", "nginx", None, "community"),
    ],
)
def test_banners(protocol: str, banner: str, vendor: str | None, product: str | None, origin: str) -> None:
    answer = identify_line({"id": "b", "kind": "banner", "protocol": protocol, "banner": banner})
    assert (answer["vendor"], answer["product"], answer["origin"]) == (vendor, product, origin)
    assert answer["strength"] == ("inferred" if vendor else "unknown")


def test_addresses_and_numbers_name_their_registered_holder() -> None:
    mac = identify_line({"id": "m", "kind": "mac", "mac": "00-E0-FC-12-34-56"})
    assert (mac["vendor"], mac["origin"]) == ("huawei", "domestic")
    assert mac["registrant"].casefold().startswith("huawei")
    assert identify_line({"id": "m", "kind": "mac", "mac": "02:42:ac:11:00:02"})["vendor"] is None
    number = identify_line({"id": "n", "kind": "enterprise", "number": 35047})
    assert (number["vendor"], number["origin"]) == ("sangfor", "domestic")


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"kind": "telepathy"}, "kind"),
        ({}, "kind"),
        ({"kind": "banner", "protocol": "ssh"}, "banner"),
        ({"kind": "banner", "banner": "x", "protocol": 7}, "protocol"),
        ({"kind": "mac"}, "mac"),
        ({"kind": "enterprise", "number": "9"}, "number"),
        ({"kind": "enterprise", "number": True}, "number"),
        ({"kind": "snmp", "sysDescr": 5}, "sysDescr"),
        ({"kind": "snmp", "oids": []}, None),
        ({"kind": "snmp", "oids": ["a"]}, "oids"),
    ],
)
def test_bad_lines_are_refused_with_the_field(line: dict[str, Any], where: str | None) -> None:
    if where is None:
        assert identify_line(line)["vendor"] is None
        return
    with pytest.raises(InputError) as caught:
        identify_line(line)
    assert caught.value.where == where


def test_lines_are_streamed_and_bad_ones_named_by_number() -> None:
    good = json.dumps({"id": "1", "kind": "banner", "protocol": "ftp", "banner": "ProFTPD 1.3.6 Server"})
    answers = identify_lines([good, "", good])
    assert [json.loads(answer)["vendor"] for answer in answers] == ["proftpd", "proftpd"]
    stream = identify_lines([good, "{broken"])
    next(stream)
    with pytest.raises(InputError) as caught:
        next(stream)
    assert caught.value.where == "2"
    for bad in ("[]", "[" * 100_000, '{"kind": "mac"}', " " + "x" * 300_000):
        with pytest.raises(InputError):
            list(identify_lines([bad]))


@given(st.text(max_size=200), st.sampled_from(["ssh", "http.server", "snmp", "mysql", "telnet", "x", "ntp", "ftp"]))
def test_any_text_gives_an_answer_of_the_same_shape_and_twice_the_same(banner: str, protocol: str) -> None:
    line = {"id": 1, "kind": "banner", "protocol": protocol, "banner": banner}
    answer = identify_line(line)
    assert set(answer) >= {"id", "vendor", "product", "version", "os", "layer", "origin", "strength", "why"}
    assert answer == identify_line(line)
    assert (answer["vendor"] is None) == (answer["strength"] == "unknown")
    if answer["vendor"] is None:
        assert answer["origin"] == "unknown"


@given(
    st.dictionaries(st.from_regex(r"1\.3\.6\.1\.4\.1\.\d{1,5}\.1", fullmatch=True), st.text(max_size=40), max_size=5)
)
def test_the_order_of_values_does_not_matter(values: dict[str, str]) -> None:
    line = {"kind": "snmp", "sysDescr": "Linux x 5.1.0", "sysObjectID": "1.3.6.1.4.1.8072.3.2.10"}
    forward = identify_line({**line, "oids": values})
    backward = identify_line({**line, "oids": dict(reversed(values.items()))})
    assert (forward["vendor"], forward["version"]) == (backward["vendor"], backward["version"])
