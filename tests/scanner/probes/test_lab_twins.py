"""What probes read from twins of the lab that show what no program of today shows."""

import pytest

from lab.loopback import serve
from scanner.probe import Asking
from tests.scanner.asking import facts


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_level_of_protection_of_an_s7_controller_is_read(level: int) -> None:
    with serve("s7", {"protection": level}) as (address, port):
        got = facts("s7", address, port)
    assert (got.identification_readable, got.protection_level) == (True, level)
    assert (got.module, got.serial, got.firmware) == ("6ES7 315-2EH14-0AB0", "SIM45004500", "3.2.6")


@pytest.mark.parametrize(
    ("scheme", "certificate", "opened"), [("digest", False, False), ("certificate", True, False), ("open", False, True)]
)
def test_a_registrar_of_gb28181_is_told_with_its_challenge(scheme: str, certificate: bool, opened: bool) -> None:
    with serve("sip", {"scheme": scheme}) as (address, port):
        got = facts("sip", address, port, Asking(acts=frozenset({"sip-register"})), transport="udp")
    assert (got.gb28181, got.certificate_authentication, got.register_open) == (True, certificate, opened)


def test_tlcp_with_certificates_that_are_not_sm2_is_told() -> None:
    second = {"common_name": "encrypt", "names": ["encrypt.example"]}
    with serve("tls_flight", {"tlcp": True, "second": second}) as (address, port):
        got = facts("tlcp", address, port)
    assert (got.offered, got.double_certificate) == (True, True)
    assert (got.signing_sm2, got.encryption_sm2, got.signed_with_sm3) == (False, False, False)
