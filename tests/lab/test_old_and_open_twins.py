"""Twins of databases, shares and management controllers, and of servers of old make, against clients that we did not write."""

import pytest

from lab.certificates import Certificate, pem_file
from lab.loopback import serve
from tests.lab.test_twins import ask_udp, run, talk


def nmap(where: tuple[str, int], *words: str) -> str:
    return run("nmap", "-n", "-Pn", "-p", where[1], *words, where[0], timeout=60)


def test_nmap_lists_the_databases_of_an_open_mongodb_and_is_refused_by_a_closed_one() -> None:
    with serve("mongodb") as where:
        told = nmap(where, "--script", "+mongodb-databases,+mongodb-info")
    assert "version = 4.4.29" in told
    assert "name = citizens" in told
    with serve("mongodb", {"authentication": True}) as where:
        told = nmap(where, "--script", "+mongodb-databases")
    assert "citizens" not in told
    assert "requires authentication" in told


@pytest.mark.parametrize(("encryption", "code"), [("off", 0), ("on", 1), ("not_supported", 2), ("required", 3)])
def test_a_tds_server_says_how_the_session_is_encrypted(encryption: str, code: int) -> None:
    request = bytes.fromhex("1201001a000001000000 0b0006 01 0011 0001 ff 0000000000 00 00")
    with serve("mssql", {"encryption": encryption}) as where:
        answer = talk(where, request)
    assert answer[:2] == b"\x04\x01"
    assert answer[8 + int.from_bytes(answer[14:16], "big")] == code


def test_nmap_sees_which_protection_a_remote_desktop_takes() -> None:
    with serve("rdp") as where:
        told = nmap(where, "--script", "+rdp-enum-encryption")
    assert "Native RDP: SUCCESS" in told
    assert "SSL: SUCCESS" in told
    with serve("rdp", {"nla": True}) as where:
        told = nmap(where, "--script", "+rdp-enum-encryption")
    assert "CredSSP (NLA): SUCCESS" in told
    assert "Native RDP" not in told


def test_nmap_sees_programs_and_exports_of_a_port_mapper() -> None:
    with serve("portmapper", {"exports": {"/srv/a": [], "/srv/b": ["10.45.50.0/26"]}}) as where:
        told = nmap(where, "--script", "+rpcinfo")
    assert "mountd" in told
    assert "nfs" in told


def test_exports_are_listed_with_who_may_mount_them() -> None:
    call = bytes.fromhex("80000028 00000045 00000000 00000002 000186a5 00000003 00000005") + bytes(16)
    with serve("portmapper", {"exports": {"/srv/a": [], "/srv/b": ["10.45.50.0/26"]}}) as where:
        answer = talk(where, call)
    assert answer[4:8] == b"\0\0\0\x45"
    assert b"\0\0\0\x06/srv/a\0\0\0\0\0\0" in answer
    assert b"10.45.50.0/26" in answer


def test_a_management_controller_says_which_ways_of_logging_in_it_enables() -> None:
    request = bytes.fromhex("0600ff07 000000000000000000 09 2018c8 8100388e04b5")
    with serve("ipmi", {"none": True, "anonymous": True}) as where:
        answer = ask_udp(where, request)
    assert answer[:4] == bytes.fromhex("0600ff07")
    message = answer[14 : 14 + answer[13]]
    assert sum(message[:3]) & 0xFF == sum(message[3:]) & 0xFF == 0
    assert (message[8] & 1, message[9] & 3) == (1, 1)
    with serve("ipmi") as where:
        message = ask_udp(where, request)[14:]
    assert (message[8] & 1, message[9] & 3) == (0, 0)


def test_nmap_lists_the_modules_of_rsync_and_a_module_asks_for_a_password() -> None:
    with serve("rsync", {"modules": ["backup"]}) as where:
        assert "simulated files" in nmap(where, "--script", "+rsync-list-modules")
        assert b"@RSYNCD: OK" in talk(where, b"@RSYNCD: 31.0\nbackup\n")
        assert b"Unknown module" in talk(where, b"@RSYNCD: 31.0\nnone\n")
    with serve("rsync", {"password": True}) as where:
        assert b"@RSYNCD: AUTHREQD" in talk(where, b"@RSYNCD: 31.0\nbackup\n")


def test_a_memcached_that_wants_a_name_refuses_every_command() -> None:
    with serve("memcached", {"authentication": True}) as where:
        assert talk(where, b"version\r\n") == b"CLIENT_ERROR unauthenticated\r\n"


def test_openssl_will_not_talk_to_a_server_without_renegotiation_information() -> None:
    words = ("-tls1_2", "-cipher", "ALL:@SECLEVEL=0")
    with serve("tls_flight") as (host, port):
        told = run("openssl", "s_client", "-connect", f"{host}:{port}", *words)
    assert "unsafe legacy renegotiation disabled" in told
    with serve("tls_flight", {"renegotiation": True}) as (host, port):
        told = run("openssl", "s_client", "-connect", f"{host}:{port}", *words)
        assert "unsafe legacy" not in told
        assert "handshake failure" in told


def test_openssl_is_shown_a_prime_of_1024_bit_and_a_sha_1_signature() -> None:
    settings = {"maximum": "1.2", "ciphers": "DHE-RSA-AES128-GCM-SHA256", "short_dh": True}
    with serve("tls", settings) as (host, port):
        words = ("-tls1_2", "-cipher", "ALL:@SECLEVEL=0")
        assert "DH, 1024 bits" in run("openssl", "s_client", "-connect", f"{host}:{port}", *words)
    told = run("openssl", "x509", "-noout", "-text", "-in", str(pem_file(Certificate(signature="sha1"))))
    assert "sha1WithRSAEncryption" in told


def test_curl_is_told_the_methods_and_gets_its_request_back_only_where_trace_is_one() -> None:
    with serve("http", {"methods": ["GET", "TRACE"]}) as (host, port):
        assert "Allow: GET, TRACE" in run("curl", "-si", "-X", "OPTIONS", f"http://{host}:{port}/")
        assert "x-lab: 45" in run("curl", "-s", "-X", "TRACE", "-H", "X-Lab: 45", f"http://{host}:{port}/").lower()
    with serve("http", {"methods": ["GET"]}) as (host, port):
        assert "405" in run("curl", "-si", "-X", "TRACE", f"http://{host}:{port}/")


def test_the_openssh_client_will_not_speak_to_a_server_of_1_99_with_old_algorithms() -> None:
    settings = {"banner": "SSH-1.99-OpenSSH_3.9p1", "kex": ["diffie-hellman-group1-sha1"], "host_keys": ["ssh-dss"]}
    with serve("ssh", settings) as (host, port):
        told = run("ssh", "-vv", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-p", port, f"x@{host}")
    assert "remote software version OpenSSH_3.9p1" in told
    assert "ssh-dss" in told


def test_an_s7_controller_connects_sets_up_and_refuses_a_list_that_it_does_not_have() -> None:
    connect = bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")
    setup = bytes.fromhex("0300001902f08032010000000100080000f0000001000101e0")
    unknown = bytes.fromhex("0300002102f080320700000001000800080001120411440100ff09000404240000")
    with serve("s7") as where:
        answer = talk(where, connect, setup, unknown)
    assert answer[:2] + answer[5:6] == b"\x03\x00\xd0"
    assert bytes.fromhex("02f08032030000000100080000") in answer
    assert answer.endswith(b"\x0a\x00\x00\x00")


def test_a_registrar_challenges_by_digest_or_by_certificate_or_lets_everybody_in() -> None:
    request = b"REGISTER sip:45010000002000000001@4501000000 SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=b\r\nCSeq: 1 REGISTER\r\n\r\n"
    expected = {
        "digest": b'401 Unauthorized\r\nVia: SIP/2.0/UDP a;branch=b\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: Digest realm="4501000000"',
        "certificate": b"WWW-Authenticate: Bidirection algorithm=",
        "open": b"SIP/2.0 200 OK",
    }
    for scheme, answer in expected.items():
        with serve("sip", {"scheme": scheme}) as where:
            assert answer in ask_udp(where, request)


def test_tlcp_is_answered_with_two_certificates_and_tls_with_an_alert() -> None:
    hello = b"\x01\x01" + bytes(32) + b"\0" + b"\x00\x02\xe0\x13" + b"\x01\0"
    settings = {"tlcp": True, "certificate": {"common_name": "sign"}, "second": {"common_name": "encrypt"}}
    with serve("tls_flight", settings) as where:
        message = b"\x01" + len(hello).to_bytes(3, "big") + hello
        answer = talk(where, b"\x16\x01\x01" + len(message).to_bytes(2, "big") + message)
        assert answer[:6] == b"\x16\x01\x01" + answer[3:5] + b"\x02"
        assert answer.index(b"sign") < answer.index(b"encrypt")
        assert "wrong version" in run("openssl", "s_client", "-connect", f"{where[0]}:{where[1]}").lower()
