"""Each twin against a client that we did not write, or against the bytes that the protocol's text demands."""

import shutil
import socket
import ssl
import struct
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.city import load_city
from lab.loopback import serve
from lab.twin import TwinError
from lab.twins import make, names


def talk(where: tuple[str, int], *requests: bytes, size: int = 65536, patience: float = 0.3) -> bytes:
    """Send each request after something has come, then read until the server ends or two seconds are over."""
    answer = b""
    with socket.create_connection(where, timeout=2) as sock:
        for request in requests:
            sock.sendall(request)
            answer += sock.recv(size)
        sock.settimeout(patience)
        try:
            while piece := sock.recv(size):
                answer += piece
        except TimeoutError:
            pass
    return answer


def run(*words: str | int, timeout: int = 20, stdin: str = "") -> str:
    """A foreign client's output (both streams). Its absence is an error: the set-up installs it."""
    program = shutil.which(str(words[0]))
    assert program is not None, f"{words[0]} is not installed"
    done = subprocess.run(
        [program, *map(str, words[1:])],
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        timeout=timeout,
        errors="replace",
    )
    return done.stdout + done.stderr


def test_every_twin_can_be_made_and_refuses_an_unknown_setting() -> None:
    for name in names():
        assert make(name).port > 0
        with pytest.raises(TwinError, match="no_such_setting"):
            make(name, {"no_such_setting": 1})


def test_an_unknown_twin_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(TwinError, match="redis"):
        make("nothing")


def test_redis_cli_sees_an_open_server_and_a_protected_one() -> None:
    with serve("redis") as (host, port):
        assert "redis_version:7.0.15" in run("redis-cli", "-h", host, "-p", port, "info", "server")
    with serve("redis", {"password": "x1"}) as (host, port):
        assert "NOAUTH" in run("redis-cli", "-h", host, "-p", port, "ping")
        assert "PONG" in run("redis-cli", "-h", host, "-p", port, "--no-auth-warning", "-a", "x1", "ping")


def test_snmpget_reads_the_system_group_and_snmpwalk_ends() -> None:
    settings = {"descr": "Huawei Versatile Routing Platform", "object_id": "1.3.6.1.4.1.2011.2.23.339"}
    with serve("snmp", settings) as (host, port):
        told = run("snmpwalk", "-v2c", "-c", "public", "-On", f"{host}:{port}", "1.3.6.1.2.1.1")
        assert "Versatile Routing Platform" in told
        assert ".1.3.6.1.4.1.2011.2.23.339" in told
        first = run("snmpget", "-v1", "-c", "public", "-On", f"{host}:{port}", "1.3.6.1.2.1.1.5.0")
        assert "lab" in first
        assert "Timeout" in run("snmpget", "-v2c", "-c", "wrong", "-r0", "-t1", f"{host}:{port}", "1.3.6.1.2.1.1.5.0")


def test_a_broken_snmp_agent_is_not_understood_by_snmpget() -> None:
    with serve("snmp", {"broken": True}) as (host, port):
        told = run("snmpget", "-v2c", "-c", "public", "-r0", "-t1", f"{host}:{port}", "1.3.6.1.2.1.1.1.0")
    assert "Linux lab" not in told


def test_openssl_negotiates_tls_1_0_with_an_old_server_and_not_with_a_new_one() -> None:
    old = ("-tls1", "-cipher", "ALL:@SECLEVEL=0")
    with serve("tls", {"minimum": "1.0", "maximum": "1.1", "certificate": {"days": -30}}) as (host, port):
        told = run("openssl", "s_client", "-connect", f"{host}:{port}", *old)
        assert "TLSv1\n" in told
        assert "certificate has expired" in told
    with serve("tls") as (host, port):
        assert "TLSv1.3" in run("openssl", "s_client", "-connect", f"{host}:{port}")
        assert "Cipher    : 0000" in run("openssl", "s_client", "-connect", f"{host}:{port}", *old)


def test_curl_gets_a_page_in_the_clear_and_inside_tls() -> None:
    pages = {"/.git/HEAD": "ref: refs/heads/main\n", "/api": {"json": {"name": "张三"}}}
    with serve("http", {"pages": pages, "server": "Lab/1"}) as (host, port):
        assert run("curl", "-s", f"http://{host}:{port}/.git/HEAD") == "ref: refs/heads/main\n"
        assert "张三" in run("curl", "-s", f"http://{host}:{port}/api")
        assert "404" in run("curl", "-si", f"http://{host}:{port}/none")
        assert "Server: Lab/1" in run("curl", "-sI", f"http://{host}:{port}/")
    with serve("http", {"tls": {"minimum": "1.2"}, "authenticate": 'Basic realm="x"'}) as (host, port):
        assert "401" in run("curl", "-ski", f"https://{host}:{port}/")


def test_nmap_recognises_the_twins_by_their_answers() -> None:
    for name, expected in (("ssh", "OpenSSH 9.2p1"), ("mysql", "MySQL 8.0.36"), ("ftp", "vsftpd 3.0.3")):
        with serve(name) as (host, port):
            told = run("nmap", "-n", "-Pn", "-sV", "-p", port, host, timeout=60)
        assert expected in told, (name, told)


def test_openssh_client_reads_the_offered_algorithms() -> None:
    settings = {"kex": ["diffie-hellman-group1-sha1"], "ciphers": ["3des-cbc"], "macs": ["hmac-md5"]}
    with serve("ssh", settings) as (host, port):
        told = run("ssh", "-vv", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-p", port, f"x@{host}")
    assert "peer server KEXINIT proposal" in told
    assert "diffie-hellman-group1-sha1" in told


def test_mosquitto_sub_gets_a_retained_message_only_without_accounts() -> None:
    words = ("-t", "#", "-C", "1", "-W", "3")
    with serve("mqtt", {"retained": {"gate/1": "36.5"}}) as (host, port):
        assert "36.5" in run("mosquitto_sub", "-h", host, "-p", port, *words)
        assert "36.5" in run("mosquitto_sub", "-V", "5", "-h", host, "-p", port, *words)
    with serve("mqtt", {"anonymous": False}) as (host, port):
        assert "not authori" in run("mosquitto_sub", "-h", host, "-p", port, *words).lower()


def test_curl_logs_in_to_ftp_only_where_anonymous_is_allowed() -> None:
    with serve("ftp", {"anonymous": True}) as (host, port):
        assert "230 Login successful" in run("curl", "-sv", "--max-time", "3", f"ftp://{host}:{port}/")
    with serve("ftp", {"tls": True, "require_tls": True}) as (host, port):
        assert "530 Non-anonymous" in run("curl", "-sv", "--max-time", "3", f"ftp://{host}:{port}/")
        assert "SSL connection using" in run("curl", "-skv", "--ssl-reqd", "--max-time", "3", f"ftp://{host}:{port}/")


def test_telnet_negotiates_then_prompts() -> None:
    with serve("telnet", {"banner": "Warning\n"}) as where:
        answer = talk(where, b"root\r\n", b"x\r\n")
    assert answer.startswith(b"\xff\xfb\x01")
    assert b"Warning\r\nlogin: Password: " in answer


def test_postgresql_answers_ssl_request_as_it_is_set() -> None:
    request = struct.pack(">II", 8, 80877103)
    with serve("postgresql") as where:
        assert talk(where, request) == b"N"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    startup = struct.pack(">II", 23, 196608) + b"user\0postgres\0\0"
    with serve("postgresql", {"tls": True, "require_tls": True}) as where:
        assert b"no encryption" in talk(where, startup)
        with socket.create_connection(where, timeout=2) as sock:
            sock.sendall(request)
            assert sock.recv(1) == b"S"
            with context.wrap_socket(sock) as inner:
                inner.sendall(startup)
                assert inner.recv(100)[:1] == b"R"


def modbus(body: bytes, protocol: int = 0) -> bytes:
    return struct.pack(">HHHB", 1, protocol, len(body) + 1, 1) + body


OID_NAME = "1.3.6.1.2.1.1.5.0"
IDENTIFY = modbus(b"\x2b\x0e\x01\x00")


def test_modbus_identifies_itself_and_nmap_reads_it() -> None:
    with serve("modbus", {"vendor": "城市", "product": "P1"}) as where:
        answer = talk(where, IDENTIFY)
    assert "城市".encode() in answer
    assert answer[7:9] == b"\x2b\x0e"


@pytest.mark.parametrize(
    ("misuse", "reason"),
    [
        (lambda where: talk(where, IDENTIFY), "alive"),
        (lambda where: talk(where, modbus(b"\x2b\x0e\x01\x00", protocol=9)), "malformed request"),
        (lambda where: talk(where, b"GET / HTTP/1.0\r\n\r\n"), "malformed request"),
        (lambda where: talk(where, modbus(b"\x63")), "function 99"),
        (lambda where: [talk(where, patience=0.01) for _ in range(9)], "connections"),
    ],
)
def test_a_fragile_controller_dies_of_misuse_and_says_of_what(
    tmp_path: Path, misuse: Callable[[tuple[str, int]], object], reason: str
) -> None:
    state = tmp_path / "state"
    with serve("modbus", {"fragile": True, "state_file": str(state)}) as where:
        try:
            misuse(where)
        except TimeoutError:
            assert reason != "alive"
    assert reason in state.read_text()


def test_a_tarpit_is_slow_an_endless_banner_does_not_end_and_a_reset_is_a_reset() -> None:
    with serve("greeting", {"text": "abc", "pace": 30}) as where:
        assert talk(where) == b"a"
    with (
        serve("greeting", {"text": "x" * 1000, "endless": True}) as where,
        socket.create_connection(where, timeout=2) as sock,
    ):
        assert sum(len(sock.recv(65536)) for _ in range(50)) > 10_000
    with serve("greeting", {"reset": True}) as where, pytest.raises(ConnectionResetError):
        talk(where, b"hello")


def test_hostile_banners_arrive_byte_for_byte() -> None:
    text = "220 <script>alert(1)</script>\x1b[2J=cmd|' /C calc'!A0 城"
    with serve("greeting", {"text": text, "encoding": "gb18030"}) as where:
        assert talk(where) == text.encode("gb18030")


def test_python_reads_json_over_http_keep_alive() -> None:
    with (
        serve("http", {"pages": {"/a": {"json": {"b": 1}}}}) as (host, port),
        urllib.request.urlopen(f"http://{host}:{port}/a", timeout=2) as reply,
    ):
        assert reply.read() == b'{"b": 1}'


def test_snmpget_learns_the_engine_of_a_v3_agent_and_that_its_user_is_unknown() -> None:
    with serve("snmp", {"communities": [], "versions": [3]}) as (host, port):
        told = run("snmpget", "-v3", "-u", "nobody", "-l", "noAuthNoPriv", "-r0", "-t1", f"{host}:{port}", OID_NAME)
        assert "Unknown user name" in told
        silent = run("snmpget", "-v2c", "-c", "public", "-r0", "-t1", f"{host}:{port}", "1.3.6.1.2.1.1.5.0")
        assert "Timeout" in silent


def ask_udp(where: tuple[str, int], request: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.sendto(request, where)
        return sock.recv(4096)


def dns_question(name: str, kind: int, group: int = 1) -> bytes:
    parts = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    return struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + parts + struct.pack(">HH", kind, group)


def test_a_name_server_says_whether_it_recurses_and_answers_for_its_zone() -> None:
    with serve("dns", {"address": "127.45.1.1"}) as where:
        own = ask_udp(where, dns_question("www.lab.example", 1))
        assert own[:2] == b"\0\x07"
        assert own[2] & 0x84 == 0x84  # an answer, with authority
        assert own.endswith(bytes((127, 45, 1, 1)))
        strange = ask_udp(where, dns_question("example.net", 1))
        assert (strange[3] & 0x80, strange[3] & 15) == (0, 5)
        assert ask_udp(where, dns_question("version.bind", 16, 3))[3] & 15 == 5
    with serve("dns", {"recursion": True, "version": "9.18"}) as where:
        assert ask_udp(where, dns_question("example.net", 1))[3] & 0x80
        assert b"9.18" in ask_udp(where, dns_question("version.bind", 16, 3))


def test_a_time_server_tells_its_reference_and_echoes_the_clients_stamp() -> None:
    with serve("ntp", {"reference": "BDS"}) as where:
        answer = ask_udp(where, b"\x23" + bytes(39) + b"12345678")
    assert answer[0] == 0x24
    assert (answer[1], answer[12:16], answer[24:32]) == (1, b"BDS\0", b"12345678")


def test_a_time_server_answers_a_status_query_only_where_it_is_set_so() -> None:
    query = b"\x16\x01\x00\x07" + bytes(8)
    with serve("ntp", {"control": True}) as where:
        assert ask_udp(where, query)[:4] == b"\x16\x81\x00\x07"
    with serve("ntp") as where, pytest.raises(TimeoutError):
        ask_udp(where, query)


def test_memcached_tells_its_version_and_an_rtsp_camera_asks_for_a_password() -> None:
    with serve("memcached") as where:
        assert b"VERSION 1.6.18" in talk(where, b"version\r\n")
    request = b"DESCRIBE rtsp://x/ RTSP/1.0\r\nCSeq: 2\r\n\r\n"
    with serve("rtsp", {"authenticate": 'Digest realm="camera"'}) as (host, port):
        assert b"401 Unauthorized" in talk((host, port), request)
        told = run("curl", "-sv", "--max-time", "3", f"rtsp://{host}:{port}/")
        assert "200 OK" in told
    with serve("rtsp") as where:
        assert b"m=video" in talk(where, request)


def test_a_database_that_nobody_knows_says_nothing() -> None:
    with serve("dameng") as where:
        assert talk(where) == b""


def dialogue(name: str) -> dict[str, object]:
    """The settings of a service of the city that a fixed dialogue speaks."""
    return next(dict(each.settings) for host in load_city().hosts for each in host.services if each.name == name)


@pytest.mark.parametrize(
    ("service", "script", "expected"),
    [
        ("vnc-open", "vnc-info", "None (1)"),
        ("vnc-closed", "vnc-info", "VeNCrypt (19)"),
        ("x11-open", "x11-access", "X server access is granted"),
        ("smtp-plain", "smtp-commands", "AUTH PLAIN LOGIN"),
        ("smtp-upgrade", "smtp-commands", "STARTTLS"),
        ("pop3-plain", "pop3-capabilities", "USER"),
    ],
)
def test_nmap_reads_a_fixed_dialogue_as_the_protocol_that_it_stands_for(
    service: str, script: str, expected: str
) -> None:
    with serve("dialogue", dialogue(service)) as (host, port):
        told = run("nmap", "-n", "-Pn", "-p", port, "--script", f"+{script}", host, timeout=60)
    assert expected in told, told


def test_zookeeper_words_and_a_link_test_are_answered_byte_for_byte() -> None:
    with serve("dialogue", dialogue("zookeeper-open")) as where:
        assert talk(where, b"ruok") == b"imok"
        assert talk(where, b"envi").startswith(b"Environment:\n")
    with serve("dialogue", dialogue("zookeeper-closed")) as where:
        assert b"not in the whitelist" in talk(where, b"srvr")
    with serve("dialogue", dialogue("iec104-plain")) as where:
        assert talk(where, b"\x68\x04\x43\0\0\0") == b"\x68\x04\x83\0\0\0"


def test_a_coap_device_lists_its_resources_or_wants_a_secured_session() -> None:
    request = b"\x41\x01\x00\x2d\x07\xbb.well-known\x04core"
    with serve("coap") as where:
        answer = ask_udp(where, request)
    assert answer[:5] == b"\x61\x45\x00\x2d\x07"
    assert b"\xff</3/0>" in answer
    with serve("coap", {"readable": False}) as where:
        assert ask_udp(where, request) == b"\x61\x81\x00\x2d\x07"


def test_curl_is_told_by_a_tftp_server_that_there_is_no_such_file() -> None:
    with serve("tftp") as (host, port):
        assert "File not found" in run("curl", "-sv", "--max-time", "3", f"tftp://{host}:{port}/none")


def test_curl_gets_a_soap_answer_for_each_operation() -> None:
    operations = {"GetTime": {"body": "<time/>"}, "GetInfo": {"status": 400, "body": "<fault/>"}}
    with serve("http", {"operations": operations}) as (host, port):
        for name, expected in (("GetTime", "<time/>"), ("GetInfo", "400")):
            kind = f'Content-Type: application/soap+xml; action="http://lab.example/{name}"'
            assert expected in run("curl", "-si", "-H", kind, "-d", "<x/>", f"http://{host}:{port}/device")


def rdp_request(protocols: int) -> bytes:
    """X.224 connection request with an RDP negotiation request and no cookie (MS-RDPBCGR 2.2.1.1)."""
    return bytes.fromhex("030000130ee00000000000") + b"\x01\0\x08\0" + struct.pack("<I", protocols)


def test_a_remote_desktop_accepts_standard_security_or_demands_network_level_authentication() -> None:
    with serve("rdp") as where:
        assert talk(where, rdp_request(0))[11:] == b"\x02\0\x08\0\0\0\0\0"
    with serve("rdp", {"nla": True}) as where:
        assert talk(where, rdp_request(1))[11:] == b"\x03\0\x08\0\x05\0\0\0"
        assert talk(where, rdp_request(3))[11:] == b"\x02\0\x08\0\x02\0\0\0"


def test_an_imap_server_says_before_the_log_in_whether_one_is_allowed_in_the_clear() -> None:
    for name, expected in (("imap-plain", b"AUTH=PLAIN"), ("imap-upgrade", b"STARTTLS LOGINDISABLED")):
        with (
            serve("dialogue", dialogue(name)) as (host, port),
            socket.create_connection((host, port), timeout=2) as sock,
        ):
            assert sock.recv(1024).startswith(b"* OK")
            sock.sendall(b"a1 CAPABILITY\r\n")
            assert expected in sock.recv(1024)
