"""What a device prints about its version is read for maker, system, version, model and serial number, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import NotUnderstood
from inventory.exchange import from_bytes
from inventory.imports.cli_output import begins_as_output, exchange, interpret, is_cli_output, read_output

VRP = """<core-1>display version
Huawei Versatile Routing Platform Software
VRP (R) software, Version 5.170 (S5735 V200R021C00SPC100)
Copyright (C) 2000-2021 HUAWEI TECH CO., LTD
HUAWEI S5735-L24T4X-A1 Routing Switch uptime is 45 weeks, 3 days
"""
COMWARE = """H3C Comware Software, Version 7.1.070, Release 6616P05
Copyright (c) 2004-2021 New H3C Technologies Co., Ltd. All rights reserved.
H3C S5560X-30C-EI uptime is 0 weeks, 1 day, 22 hours
"""
IOS = """edge>show version
Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)
cisco WS-C2960-24TT-L (PowerPC405) processor (revision D0) with 65536K bytes of memory.
Processor board ID FOC1234W5XY
"""


def test_outputs_of_several_makers_are_read() -> None:
    vrp, comware, ios = (read_output(text) for text in (VRP, COMWARE, IOS))
    assert vrp is not None
    assert (vrp.vendor, vrp.product, vrp.version) == ("huawei", "VRP", "5.170 (S5735 V200R021C00SPC100)")
    assert (vrp.model, vrp.serial, vrp.hostname) == ("S5735-L24T4X-A1", None, "core-1")
    assert comware is not None
    assert (comware.vendor, comware.os, comware.version, comware.model) == (
        "h3c",
        "comware",
        "7.1.070",
        "S5560X-30C-EI",
    )
    assert ios is not None
    assert (ios.vendor, ios.model, ios.serial) == ("cisco", "WS-C2960-24TT-L", "FOC1234W5XY")


RUIJIE = """edge-1#show version
System description      : Ruijie 10G Ethernet Switch(S5760C-24GT8XS-X) By Ruijie Networks
System hardware version : 1.00
System software version : S5760C_RGOS 12.5(4)B0101
System serial number    : SIM45R5026
"""


def test_the_version_is_that_of_the_software_and_the_product_is_described() -> None:
    found = read_output(RUIJIE)
    assert found is not None
    assert (found.vendor, found.os, found.product) == ("ruijie", "rgos", "S5760C-24GT8XS-X")
    assert (found.version, found.serial) == ("12.5(4)B0101", "SIM45R5026")


def test_a_text_that_begins_as_an_output_is_one_unless_a_configuration_follows() -> None:
    assert begins_as_output(RUIJIE)
    assert begins_as_output(VRP)
    assert not begins_as_output(RUIJIE + "edge-1#show running-config\nhostname edge-1\n")
    assert not begins_as_output("hostname edge-1\n" + RUIJIE)


@pytest.mark.parametrize("text", ["", "hello", "display version", "uptime is 3 days", "version 1.0 of something"])
def test_what_names_no_known_maker_is_none(text: str) -> None:
    assert not is_cli_output(text)
    with pytest.raises(NotUnderstood):
        interpret(exchange(text, "10.0.0.1", "x.txt"))


def test_the_evidence_gives_the_same_facts_and_holds_no_secret() -> None:
    evidence = exchange(COMWARE + "snmp-agent community read s3cret-word\n", "10.0.0.1", "version.txt")
    assert interpret(from_bytes(evidence.to_bytes())) == interpret(evidence)
    assert b"s3cret-word" not in evidence.to_bytes()


def test_a_cipher_is_no_switch() -> None:
    """`3DES-AES` among the licences of a firewall looks like a model number of another maker."""
    text = (
        "Cisco Adaptive Security Appliance Software Version 9.5(2)204\nuptime is 1 day\nEncryption-3DES-AES : Enabled\n"
    )
    found = read_output(text)
    assert found is not None
    assert (found.vendor, found.version) == ("cisco", "9.5(2)204")


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_output(text)
    is_cli_output(text)
