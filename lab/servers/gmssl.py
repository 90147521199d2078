"""GmSSL's own servers: TLCP with two SM2 certificates (GB/T 38636), or TLS 1.3 with SM4 and SM3 (RFC 8998).

Keys and certificates are made by GmSSL itself when the host starts for the first time. Its servers end with a failed
handshake, so every conversation gets one of its own (`lab.relay`).
"""

from dataclasses import dataclass

from lab.server import STATE, Place, Server, Setup

PASSWORD = "lab-Gmssl-4500"  # protects a key that is made for the simulation
USAGE = {"sign": "digitalSignature", "encrypt": "keyEncipherment"}


@dataclass(frozen=True)
class Settings:
    """`protocol` is tlcp or tls13. `certificates` is two (signature and encryption, as TLCP wants) or one for both uses;
    TLS 1.3 has one. `days` until they end (negative: expired)."""

    protocol: str = "tlcp"
    certificates: str = "two"
    days: int = 365


def setup(settings: Settings, place: Place) -> Setup:
    keys = f"{STATE}/sm2"
    secret = f"-pass {PASSWORD}"
    about = "-C CN -O simulated"
    before = [
        f"mkdir -p {keys}",
        f"[ -f {keys}/root.pem ] || gmssl sm2keygen {secret} -out {keys}/root.key -pubout {keys}/root.pub",
        f"[ -f {keys}/root.pem ] || gmssl certgen {about} -CN 'Lab SM2 Authority' -serial_len 16 -days 3650 "
        f"-key {keys}/root.key {secret} -ca -key_usage keyCertSign -key_usage cRLSign -out {keys}/root.pem",
    ]
    for use in ("sign", "encrypt"):
        stem = f"{keys}/{use}"
        clock = f"faketime -f {settings.days - 365}d " if settings.days < 0 else ""
        days = 365 if settings.days < 0 else settings.days
        before += [
            f"[ -f {stem}.key ] || gmssl sm2keygen {secret} -out {stem}.key -pubout {stem}.pub",
            f"gmssl reqgen {about} -CN {place.host}.lab.example -key {stem}.key {secret} -out {stem}.req",
            f"{clock}gmssl reqsign -in {stem}.req -serial_len 16 -days {days} -key_usage {USAGE[use]} "
            f"-subject_dns_name {place.host}.lab.example -cacert {keys}/root.pem -key {keys}/root.key {secret} -out {stem}.pem",
        ]
    second = "encrypt" if settings.certificates == "two" else "sign"
    before.append(f"cat {keys}/sign.pem {keys}/{second}.pem >{keys}/two.pem")
    serve = "gmssl tls13_server -port {port} " + f"-cert {keys}/sign.pem -key {keys}/sign.key {secret}"
    if settings.protocol == "tlcp":
        serve = "gmssl tlcp_server -port {port} " + f"-cert {keys}/two.pem -key {keys}/sign.key {secret}"
        serve += f" -ex_key {keys}/{second}.key -ex_pass {PASSWORD}"
    return Setup(f"python3 -m lab.relay {place.port} -- {serve}", {}, tuple(before))


SERVER = Server(443, "tlcp", Settings, setup)
