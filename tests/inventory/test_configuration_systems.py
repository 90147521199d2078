"""A command means what it means in its own system, and no system's default is read into a file that does not say it."""

import pytest

from inventory.configuration import all_families, detect, read
from tests.inventory.test_configuration import value


@pytest.mark.parametrize(
    ("line", "tries"),
    [
        (" local-aaa-user wrong-password retry-interval 5 retry-time 3 block-time 5", 3),
        (" undo local-aaa-user wrong-password", 0),
        (" user-block failed-times 5 period 5", 5),
        (" lock-authentication failed-count 3", 3),
        (" undo lock-authentication enable", 0),
        (" undo lock-authentication failed-count", None),
        (" local-user op state block fail-times 3 interval 5", 3),
    ],
)
def test_every_way_of_vrp_to_lock_accounts_is_read(line: str, tries: int | None) -> None:
    found = read(f"sysname A\n#\naaa\n{line}\n#\n", "a.cfg", "vrp")
    assert found.not_understood == ()
    assert value(found, "device_config", "login_tries")[0] == tries


def flags(text: str, family: str) -> dict[str, object]:
    found = read(text, "a.cfg", family)
    return {name: one for row in found.rows for name, one in row.values.items()}


@pytest.mark.parametrize(
    ("family", "text", "column", "expected"),
    [
        # the same words mean different things, and a default of one system says nothing in another
        ("asa", "hostname A\nhttp server enable\n", "http_enabled", None),
        ("asa", "hostname A\nhttp server enable\n", "https_enabled", True),
        ("iosxr", "hostname A\nhttp server\n", "http_enabled", True),
        ("iosxr", "hostname A\nhttp server ssl\n", "http_enabled", None),
        ("ios", "hostname A\nline vty 0 4\n login\n", "vty_password_only", True),
        ("nxos", "hostname A\nline vty\n exec-timeout 5\n", "vty_password_only", None),
        ("zte", "hostname A\nline vty 0 4\n login\n", "vty_password_only", None),
        ("zte", "hostname A\nline vty 0 4\n no login\n", "vty_unauthenticated", None),
        ("ios", "hostname A\nno ip ssh version\n", "protocol_1", None),
        ("ios", "hostname A\nip ssh version 1\n", "protocol_1", True),
        ("asa", "hostname A\nsnmp-server community x9\n", "snmp_community_unlimited", None),
        ("ios", "hostname A\nsnmp-server community x9 ro\n", "snmp_community_unlimited", True),
        ("iosxr", "hostname A\nsnmp-server community x9 RO SystemOwner\n", "snmp_community_unlimited", True),
        ("nxos", "hostname A\nsnmp-server community x9 group network-operator\nsnmp-server community x9 use-acl L\n", "access_limited", True),
        ("zte", "hostname A\nsnmp-server access-list ipv4 L\nsnmp-server community x9 view V ro\n", "access_limited", True),
        ("vrp", "sysname A\n#\nsnmp-agent acl 2001\nsnmp-agent community read x9\n", "access_limited", True),
        ("eos", "hostname A\nmanagement telnet\n   no shutdown\n", "telnet_enabled", True),
        ("eos", "hostname A\nmanagement api http-commands\n   protocol http\n", "http_enabled", True),
        ("nxos", "hostname A\nnxapi http port 80\n", "http_enabled", True),
        ("nxos", "hostname A\nusername op password 5 $5$ab$cd role network-operator\n", "password_weak_hash", False),
        ("asa", "hostname A\nusername op password x9 pbkdf2 privilege 15\n", "password_plain", False),
        ("asa", "hostname A\nssh version 1 2\n", "protocol_1", True),
        ("zte", "hostname A\nline telnet server enable\n", "telnet_enabled", True),
        ("zte", "hostname A\nline telnet idle-timeout 0\n", "idle_minutes", 0),
        ("zte", "hostname A\nipv4-access-list M\n  rule 10 permit ip any any\n$\nline telnet access-class ipv4 M\n", "acl_permit_any", True),
        ("comware", "sysname A\n#\n undo password-control aging enable\n", "password_days", 0),
        ("eos", "hostname A\nmanagement ssh\n   idle-timeout 0\n", "idle_minutes", 0),
        ("eos", "hostname A\nmanagement ssh\n   ip access-group M in\n", "vty_acl", True),
        ("aoscx", "hostname A\ncli-session\n    timeout 0\n", "idle_minutes", 0),
        ("aoscx", "hostname A\nsnmp-server community x9\n    access-level rw\n", "write_community", True),
        ("vrp", "sysname A\n#\n sysman service telnet enable\n", "telnet_enabled", True),
        # a rule between two zones, or of the firewall's own traffic, does not let everything through
        ("vrp", "sysname A\n#\nsecurity-policy\n rule name a\n  action permit\n#\n", "acl_permit_any", True),
        ("vrp", "sysname A\n#\nsecurity-policy\n rule name a\n  source-zone local\n  action permit\n#\n", "acl_permit_any", False),
        ("vrp", "sysname A\n#\nsecurity-policy\n rule name a\n  source-zone trust\n  destination-zone untrust\n  action permit\n#\n", "acl_permit_any", False),
        ("vrp", "sysname A\n#\nsecurity-policy\n rule name a\n  source-zone any\n  destination-zone untrust\n  action permit\n#\n", "acl_permit_any", True),
        # an empty block of lines says nothing; a server that answers some sources only needs no list on its lines
        ("vrp", "sysname A\n#\nuser-interface vty 16 20\n#\nreturn\n", "vty_acl", None),
        ("vrp", "sysname A\n#\nuser-interface vty 0 4\n protocol inbound ssh\n#\n", "vty_acl", False),
        ("comware", "sysname A\n#\n ssh server acl 2000\n#\nline vty 0 4\n protocol inbound ssh\n#\n", "vty_acl", True),
        ("comware", "sysname A\n#\n ssh server acl 2000\n#\nline vty 0 4\n protocol inbound all\n#\n", "vty_acl", False),
        ("comware", "sysname A\n#\n telnet server enable\n telnet server acl 2000\n#\nline vty 0 4\n authentication-mode scheme\n#\n", "vty_acl", None),
        # lines of a template count where a pool of lines uses it
        ("iosxr", "hostname A\nline template T\n transport input telnet\n", "telnet_enabled", None),
        ("iosxr", "hostname A\nline template T\n transport input telnet\nvty-pool default 0 4 line-template T\n", "telnet_enabled", True),
        ("iosxr", "hostname A\nline default\n transport input telnet\n", "telnet_enabled", True),
    ],
)  # fmt: skip
def test_a_command_means_what_it_means_in_its_own_system(family: str, text: str, column: str, expected: object) -> None:
    assert flags(text, family).get(column) == expected


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Building configuration...\nCurrent configuration : 99 bytes\n\nversion 11.0(4)B2P1\nhostname R\n!\naaa new-model\nnfpp\n!\n"
         "service password-encryption\ninterface GigabitEthernet 0/1\nsnmp-server community x ro\nline vty 0 4\n login local\nend\n", "ruijie"),
        ("hostname SW\n!\nservice timestamps log datetime msec\ninterface GigabitEthernet1/0/1\n ip address dhcp\nline vty 0 4\n login local\nend\n", "ios"),
        ('hostname "SG"\nadmin user "ops"\n  access telnet\nexit\nzone "trust"\nsnmp-server manager\nntp server 10.0.0.7\n', "otherswitch"),
        ("! version 2_1_10\nhostname OS904\nline vty\n exec-timeout global 90\nport media-select copper 1-2\nport flood-limiting rate 10m 1\n", "otherswitch"),
        ("hostname MLX\nlag \"L\" dynamic id 1\n ports ethernet 2/8\n primary-port 2/8\n!\nno dual-mode-default-vlan\nlogging host 10.0.0.1\nsnmp-server\n", "otherswitch"),
    ],
)  # fmt: skip
def test_kin_are_told_apart(text: str, family: str) -> None:
    assert detect(text, "a.cfg") == family


def test_what_the_terminal_says_around_a_configuration_is_no_line_of_it() -> None:
    text = "SW1#show running-config\nBuilding configuration...\n\nCurrent configuration : 99 bytes\n!\nhostname SW1\nend\nSW1#\n"
    found = read(text, "a.cfg", "ios")
    assert (found.lines_total, found.not_understood) == (2, ())


QUIET = "hostname QUIET-01\ninterface GigabitEthernet 0/1\n description x\n"
JUDGED = ("telnet_enabled", "http_enabled", "ftp_enabled", "ssh_enabled", "vty_unauthenticated", "vty_password_only", "acl_permit_any",
          "snmp_enabled", "snmp_plain_versions", "password_plain", "ntp_servers", "syslog_servers", "aaa_servers", "smart_install",
          "source_route", "idle_minutes", "login_tries", "default_deny")  # fmt: skip


@pytest.mark.parametrize("family", [name for name, one in all_families().items() if one.kind == "device"])
def test_a_device_that_says_nothing_of_a_setting_is_given_no_default(family: str) -> None:
    """No family fills in what its own or another system does by default."""
    for text in (QUIET, QUIET.replace("hostname", "sysname") + "return\n", QUIET + "end\n"):
        found = read(text, "a.cfg", family)
        assert {row.table for row in found.rows} <= {"device_config"}
        assert [name for row in found.rows for name in row.values if name in JUDGED] == []
        assert found.interest == ()


@pytest.mark.parametrize("name", [name for name, one in all_families().items() if one.kind == "service"])
def test_a_service_whose_file_says_nothing_is_given_no_default(name: str) -> None:
    for text in ("", "# a comment\n"):
        assert read(text, "a.conf", name).rows == ()
