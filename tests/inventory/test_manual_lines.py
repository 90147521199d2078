"""Lines that the vendors' manuals show are understood, each in its view; what no manual shows is counted."""

import pytest

from inventory.configuration import read

LINES = {
    "vrp": """
sysname A
interface stack-port 0/1
 port interface XGigabitEthernet0/0/1 enable
interface Eth-Trunk1
 mode lacp-static
 mad detect mode direct
interface GigabitEthernet0/0/1
 combo-port copper
snetconf server enable
""",
    "comware": """
 version 7.1.070, Release 6126P20
 sysname A
 burst-mode enable
 forward-path check enable
 flow-interval 30
 restful https enable
 domain default enable system
interface Vlan-interface10
 local-proxy-arp enable
interface GigabitEthernet1/0/1
 eee enable
""",
    "ruijie": """
hostname A
acl update mode no-interrupt
upnp-proxy enable
""",
    "zte": """
hostname A
user-authorization-type local
radius authentication-group 1
 algorithm first
 server 1 10.1.1.7 master key encrypted abc port 1812
acl standard number 10
 rule 1 permit 10.1.1.0 0.0.0.255
interface gei_1/1
 hybrid-attribute copper
 broadcast-limit percent 5
spantree
 mode rstp
loop-detect
 interface gei-0/1/1/1
""",
    "ios": """
hostname A
device-tracking policy P
 security-level glean
transceiver type all
 monitoring
parser view ops
 commands exec include show
""",
}


@pytest.mark.parametrize("family", sorted(LINES))
def test_lines_of_the_manuals_are_understood(family: str) -> None:
    reading = read(LINES[family], "device.cfg", family)
    lines = LINES[family].split("\n")
    assert [lines[number - 1] for number in reading.not_understood] == []
    assert reading.lines_total == len([line for line in lines if line.strip()])


@pytest.mark.parametrize("family", sorted(LINES))
def test_a_line_of_no_manual_is_counted(family: str) -> None:
    odd = LINES[family] + "quite-unheard-of command\n"
    assert read(odd, "device.cfg", family).not_understood == (odd.count("\n"),)
