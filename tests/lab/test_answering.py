"""Every service is asked by a client that we did not write, and only its own words count as an answer."""

import pytest

from lab import answering
from lab.city import Host, Service, load_city

CITY = load_city()
PAIRS = [(host, service) for host in CITY.hosts for service in host.services]


def pair(name: str) -> tuple[Host, Service]:
    return next((host, service) for host, service in PAIRS if service.name == name)


def test_every_service_of_the_city_has_a_client_of_others() -> None:
    for host, service in PAIRS:
        words = answering.client(service).ask(host, service)
        assert answering.program(words), service.name
        assert any(host.address in word for word in words), service.name


def test_only_what_no_client_speaks_is_asked_by_a_knock_alone() -> None:
    knocked = {service.kind for _, service in PAIRS if answering.client(service) is answering.OPEN}
    assert knocked <= {"dameng", "greeting", "modbus", "rshd", "dialogue", "snmp"}
    names = {service.name for _, service in PAIRS if answering.client(service) is answering.OPEN}
    assert not names & {"plc", "vnc-open", "imap-plain", "cisco-snmp"}


def test_the_fragile_controller_hears_one_half_open_knock() -> None:
    host, service = pair("plc-fragile")
    words = answering.client(service).ask(host, service)
    assert words[0] == "nmap"
    assert "-sS" in words
    assert "--script" not in words
    assert "-sV" not in words


@pytest.mark.parametrize(
    ("name", "said", "heard"),
    [
        ("redis-auth", "NOAUTH Authentication required.\n", "NOAUTH"),
        ("redis-auth", "Could not connect to Redis at 10.45.10.14:6379: Connection refused\n", ""),
        ("postgresql-tls", "10.45.10.16:5432 - accepting connections\n", "accepting connections"),
        ("postgresql-tls", "10.45.10.16:5432 - no response\n", ""),
        ("snmp-public", "Timeout: No Response from 10.45.50.16:161.\n", ""),
        ("snmp-v3", "snmpget: Unknown user name\n", "Unknown user name"),
        ("web-good", "curl: (7) Failed to connect\n", ""),
        ("web-good", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200"),
        ("plc-fragile", "502/tcp open  mbap\n", "502/tcp open mbap"),
        ("plc-fragile", "502/tcp filtered mbap\n", ""),
        ("broken-snmp", "161/udp open|filtered snmp\n", ""),
        ("heavy-certificate", "SSL handshake has read 0 bytes and written 293 bytes\n", ""),
        ("dns-open", ";; connection timed out; no servers could be reached\n", ""),
        ("ssh-good", "# 10.45.10.11:22 SSH-2.0-OpenSSH_9.2p1\n", "SSH-2.0-OpenSSH_9.2p1"),
    ],
)
def test_only_the_words_of_an_answer_are_an_answer(name: str, said: str, heard: str) -> None:
    assert answering.client(pair(name)[1]).heard(said) == heard


def test_the_client_is_named_as_people_know_it() -> None:
    named = {name: answering.program(answering.client(pair(name)[1]).ask(*pair(name))) for name in (
        "opcua-open", "redis-auth", "coap-open", "web-good", "ntp", "tlcp-two", "plc-s7-open", "mqtt-tls")}  # fmt: skip
    assert named == {
        "opcua-open": "asyncua",
        "redis-auth": "redis-cli",
        "coap-open": "coap-client-notls",
        "web-good": "curl",
        "ntp": "chronyd",
        "tlcp-two": "gmssl",
        "plc-s7-open": "snap7",
        "mqtt-tls": "mosquitto_sub",
    }
