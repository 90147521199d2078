"""The field of base stations: each address is a station of its own, answered from that address by one process."""

import ipaddress
import socket

from lab.check import snmp_request
from lab.field import COUNT, Field, FieldServer
from tests.lab.test_twins import OID_NAME, run


def test_snmpget_finds_the_first_a_middle_and_the_last_station_and_nothing_beyond() -> None:
    server = FieldServer(Field())
    server.start()
    try:
        first = ipaddress.IPv4Address("127.46.0.1")
        for number in (1, 25_000, COUNT):
            where = f"{first + number - 1}:{server.port}"
            assert f"GX-5G-{number:05d}" in run("snmpget", "-v2c", "-c", "public", "-r0", where, OID_NAME)
        beyond = f"{first + COUNT}:{server.port}"
        assert "Timeout" in run("snmpget", "-v2c", "-c", "public", "-r0", "-t1", beyond, OID_NAME)
    finally:
        server.stop()


def test_a_thousand_stations_answer_one_sender_each_from_its_own_address() -> None:
    field = Field(count=1000, silent_every=10)
    server = FieldServer(field)
    server.start()
    heard = set()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(2)
            for batch in range(10):
                wanted = [str(ipaddress.IPv4Address("127.46.0.1") + batch * 100 + each) for each in range(100)]
                for address in wanted:
                    sock.sendto(snmp_request("public"), (address, server.port))
                heard |= {sock.recvfrom(2048)[1][0] for _ in range(90)}
    finally:
        server.stop()
    assert len(heard) == 900
    assert "127.46.0.10" not in heard
