"""The settings that rules advise: each stands in the text for the vendor, and a file that holds it is read as complying. A line
that a system does not know, or that we would not recognise when the file comes back, is worse than none."""

from typing import Any

import pytest

from inventory.configuration import read
from rules.load import RuleSet, load_packs
from rules.rule import Example
from rules.testing import run_examples
from rules.verdict import Word

VRP_LINES = "user-interface vty 0 4\n"
COMWARE_LINES = "line vty 0 63\n user-role network-operator\n"
IOS_LINES = "line vty 0 4\n"
VRP_POLICY = "aaa\n local-aaa-user password policy administrator\n  "
HASH = "$1$abcdefgh$ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$"

# rule, family, what the text says, the file that holds it
ADVICE = [
    (
        "ds-config-central-login",
        "vrp",
        "hwtacacs-server authentication 10.45.1.11",
        "hwtacacs-server template A\n {}\n",
    ),
    ("ds-config-central-login", "comware", "primary authentication 10.45.1.11", "hwtacacs scheme A\n {}\n"),
    ("ds-config-central-login", "ruijie", "tacacs-server host 10.45.1.11", "{}\n"),
    ("ds-config-central-login", "ios", "tacacs-server host 10.45.1.11", "{}\n"),
    ("ds-config-default-permit", "vrp", "default action deny", "security-policy\n {}\n"),
    ("ds-config-default-permit", "vrp", "firewall packet-filter default deny all", "{}\n"),
    ("ds-config-idle-timeout", "vrp", "idle-timeout 10 0", VRP_LINES + " {}\n"),
    ("ds-config-idle-timeout", "comware", "idle-timeout 10 0", COMWARE_LINES + " {}\n"),
    ("ds-config-idle-timeout", "ruijie", "exec-timeout 10 0", IOS_LINES + " {}\n"),
    ("ds-config-idle-timeout", "ios", "exec-timeout 10 0", IOS_LINES + " {}\n"),
    ("ds-config-log-off", "vrp", "info-center enable", "{}\n"),
    ("ds-config-log-off", "comware", "info-center enable", "{}\n"),
    ("ds-config-log-off", "ruijie", "logging on", "{}\n"),
    ("ds-config-log-off", "ios", "logging buffered 65536", "{}\n"),
    ("ds-config-log-server", "vrp", "info-center loghost 10.45.1.20", "{}\n"),
    ("ds-config-log-server", "comware", "info-center loghost 10.45.1.20", "{}\n"),
    ("ds-config-log-server", "ruijie", "logging server 10.45.1.20", "{}\n"),
    ("ds-config-log-server", "ios", "logging host 10.45.1.20", "{}\n"),
    ("ds-config-log-server", "zte", "syslog-server host 10.45.1.20", "{}\n"),
    (
        "ds-config-login-lockout",
        "vrp",
        "local-aaa-user wrong-password retry-interval 5 retry-time 5 block-time 15",
        "aaa\n {}\n",
    ),
    ("ds-config-login-lockout", "comware", "password-control login-attempt 5 exceed lock-time 30", "{}\n"),
    ("ds-config-login-lockout", "ruijie", "aaa local authentication attempts 5", "{}\n"),
    ("ds-config-login-lockout", "ios", "login block-for 300 attempts 5 within 60", "{}\n"),
    ("ds-config-login-open", "vrp", "authentication-mode aaa", VRP_LINES + " {}\n"),
    ("ds-config-login-open", "comware", "authentication-mode scheme", COMWARE_LINES + " {}\n"),
    ("ds-config-login-open", "ruijie", "login local", IOS_LINES + " {}\n"),
    ("ds-config-login-open", "ios", "login local", IOS_LINES + " {}\n"),
    ("ds-config-login-shared", "vrp", "authentication-mode aaa", VRP_LINES + " {}\n"),
    ("ds-config-login-shared", "comware", "authentication-mode scheme", COMWARE_LINES + " {}\n"),
    ("ds-config-login-shared", "ios", "login local", IOS_LINES + " {}\n"),
    ("ds-config-login-sources", "vrp", "acl 2001 inbound", VRP_LINES + " {}\n"),
    ("ds-config-login-sources", "comware", "acl 2001 inbound", "user-interface vty 0 15\n {}\n"),
    ("ds-config-login-sources", "comware", "ssh server acl 2001", "undo telnet server enable\n{}\n" + COMWARE_LINES),
    (
        "ds-config-login-sources",
        "comware",
        "telnet server acl 2001",
        "telnet server enable\n{}\nssh server acl 2001\n" + COMWARE_LINES,
    ),
    ("ds-config-login-sources", "ruijie", "access-class 10 in", IOS_LINES + " {}\n"),
    ("ds-config-login-sources", "ios", "access-class 10 in", IOS_LINES + " {}\n"),
    ("ds-config-password-age", "vrp", "password expire 90", VRP_POLICY + "{}\n"),
    ("ds-config-password-age", "comware", "password-control aging 90", "{}\n"),
    ("ds-config-password-age", "ruijie", "password policy life-cycle 90", "{}\n"),
    ("ds-config-password-first-login", "vrp", "password alert original", VRP_POLICY + "{}\n"),
    ("ds-config-password-first-login", "comware", "password-control change-password first-login enable", "{}\n"),
    ("ds-config-password-history", "vrp", "password history record number 5", VRP_POLICY + "{}\n"),
    ("ds-config-password-history", "comware", "password-control history 5", "{}\n"),
    ("ds-config-password-history", "ruijie", "password policy no-repeat-times 5", "{}\n"),
    ("ds-config-password-plain", "vrp", "password irreversible-cipher", "aaa\n local-user bob {} " + HASH + "\n"),
    ("ds-config-password-plain", "comware", "password hash", "local-user bob class manage\n {} $h$6$abcdefgh==\n"),
    ("ds-config-password-reversible", "vrp", "irreversible-cipher", "aaa\n local-user bob password {} " + HASH + "\n"),
    ("ds-config-password-warning", "vrp", "password alert before-expire 7", VRP_POLICY + "{}\n"),
    ("ds-config-password-warning", "comware", "password-control alert-before-expire 7", "{}\n"),
    ("ds-config-smart-install", "ios", "no vstack", "{}\n"),
    ("ds-config-snmp-sources", "vrp", "snmp-agent community read cipher NAME acl 2001", "{}\n"),
    ("ds-config-snmp-sources", "comware", "snmp-agent community read cipher NAME acl 2001", "{}\n"),
    ("ds-config-snmp-sources", "ruijie", "snmp-server community NAME ro 10", "{}\n"),
    ("ds-config-snmp-sources", "ios", "snmp-server community NAME ro 10", "{}\n"),
    ("ds-config-source-route", "ruijie", "no ip source-route", "{}\n"),
    ("ds-config-source-route", "ios", "no ip source-route", "{}\n"),
    ("ds-config-time-server", "vrp", "ntp-service unicast-server 10.45.1.30", "{}\n"),
    ("ds-config-time-server", "comware", "ntp-service unicast-server 10.45.1.30", "{}\n"),
    ("ds-config-time-server", "ruijie", "ntp server 10.45.1.30", "{}\n"),
    ("ds-config-time-server", "ios", "ntp server 10.45.1.30", "{}\n"),
    ("ds-config-time-server", "zte", "ntp server 10.45.1.30", "{}\n"),
    ("ds-config-web-plain", "vrp", "undo http server enable", "{}\n"),
    ("ds-config-web-plain", "comware", "undo ip http enable", "{}\n"),
    ("ds-config-web-plain", "ruijie", "no enable service web-server http", "{}\n"),
    ("ds-config-web-plain", "ios", "no ip http server", "{}\n"),
    ("ds-ssh-cipher", "vrp", "ssh server cipher aes256_ctr aes128_ctr", "{}\n"),
    ("ds-ssh-cipher", "comware", "ssh2 algorithm cipher aes256-ctr aes128-ctr", "{}\n"),
    ("ds-ssh-key-exchange", "vrp", "ssh server key-exchange dh_group16_sha512 curve25519_sha256", "{}\n"),
    (
        "ds-ssh-key-exchange",
        "comware",
        "ssh2 algorithm key-exchange ecdh-sha2-nistp256 ecdh-sha2-nistp384",
        "{}\n",
    ),
    ("ds-ssh-mac", "vrp", "ssh server hmac sha2_256 sha2_512", "{}\n"),
    ("ds-ssh-mac", "comware", "ssh2 algorithm mac sha2-256 sha2-512", "{}\n"),
    ("ds-ssh-protocol-1", "vrp", "undo ssh server compatible-ssh1x enable", "{}\n"),
    ("ds-ssh-protocol-1", "comware", "undo ssh server compatible-ssh1x enable", "{}\n"),
    ("ds-ssh-protocol-1", "ios", "ip ssh version 2", "{}\n"),
    ("ds-telnet-enabled", "vrp", "undo telnet server enable", "{}\n"),
    ("ds-telnet-enabled", "comware", "undo telnet server enable", "{}\n"),
]
HEADS = {
    "vrp": "!Software Version V200R021C00SPC100\n#\nsysname A\n#\n",
    "comware": " version 7.1.070, Release 6635P07\n#\n sysname A\n#\n",
    "ruijie": "version RGOS 11.4(1)B70P1\nhostname A\n!\n",
    "ios": "version 15.2\n!\nhostname A\n!\n",
    "zte": "!<system>\nhostname A\n!</system>\n",
}
RULES = load_packs()


def rows_of(family: str, text: str, table: str) -> list[dict[str, Any]]:
    found = read(HEADS[family] + text, "device.cfg", family)
    return [dict(row.values) for row in found.rows if row.table == table]


@pytest.mark.parametrize(("rule", "family", "said", "file"), ADVICE, ids=lambda value: str(value).strip()[:60])
def test_what_a_rule_advises_is_read_as_complying(rule: str, family: str, said: str, file: str) -> None:
    told = RULES.rule(rule)
    assert told is not None
    assert said in told.remediation.vendor.zh
    rows = rows_of(family, file.format(said), told.subject)
    assert rows, "the file says nothing of it"
    example = Example(facts=tuple(rows), verdict=Word.PASS)
    alone = RuleSet(RULES.packs, (told.model_copy(update={"examples": (example,)}),), {}, RULES.clauses)
    assert [str(result) for result in run_examples(alone) if not result.ok] == []


def test_every_rule_about_a_configured_device_has_its_advice_tried() -> None:
    tried = {rule for rule, *_ in ADVICE}
    judged_by_hand = {  # what is advised is to take something away, to write what only the city knows, or shows as a hash
        "ds-config-address-any",
        "ds-config-password-default",
        "ds-config-permit-any",
        "ds-config-vpn-weak",
        "da-vpn-sm",
    }
    about = {rule.id for rule in RULES.rules if rule.subject == "device_config"}
    assert about - tried == judged_by_hand


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("telnet server enable\nssh server acl 2001\n" + COMWARE_LINES, False),
        ("ssh server acl 2001\n" + COMWARE_LINES, None),
        ("ssh server enable\ntelnet server acl 2001\n" + COMWARE_LINES, False),
        ("undo ssh server enable\ntelnet server enable\ntelnet server acl 2001\n" + COMWARE_LINES, True),
        ("undo telnet server enable\n" + COMWARE_LINES, False),
        ("undo telnet server enable\nundo ssh server acl\n" + COMWARE_LINES, False),
    ],
    ids=["telnet-open", "telnet-not-said", "ssh-open", "ssh-off", "no-list", "list-taken-away"],
)
def test_a_list_on_one_server_does_not_speak_for_the_other(file: str, expected: bool | None) -> None:
    (row,) = rows_of("comware", file, "device_config")
    assert row.get("vty_acl") is expected
