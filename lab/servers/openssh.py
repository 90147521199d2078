"""OpenSSH's sshd, with today's algorithms or with those of fifteen years ago."""

from dataclasses import dataclass

from lab.server import STATE, Place, Server, Setup

GOOD = """\
KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr
MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256
HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256
"""
WEAK = """\
KexAlgorithms curve25519-sha256,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1
Ciphers aes128-ctr,aes128-cbc,3des-cbc
MACs hmac-sha2-256,hmac-sha1,hmac-md5
HostKeyAlgorithms rsa-sha2-256,ssh-rsa
"""


@dataclass(frozen=True)
class Settings:
    """`algorithms` good or weak; `passwords`: log-in by password is offered. `rsa_bits`: the size of the RSA host key."""

    algorithms: str = "good"
    passwords: bool = False
    rsa_bits: int = 2048


def setup(settings: Settings, place: Place) -> Setup:
    keys = f"{STATE}/ssh-{settings.rsa_bits}"
    kinds = ("rsa",) if settings.algorithms == "weak" else ("ed25519", "rsa")
    config = "\n".join(
        [
            f"Port {place.port}",
            "ListenAddress 0.0.0.0",
            *(f"HostKey {keys}/{kind}" for kind in kinds),
            {"good": GOOD, "weak": WEAK}[settings.algorithms].rstrip(),
            f"PasswordAuthentication {'yes' if settings.passwords else 'no'}",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin no",
            "UsePAM no",
            "UseDNS no",
            "PidFile none",
            "MaxStartups 200",
        ]
    )
    before = ["mkdir -p /run/sshd " + keys]
    for kind in kinds:
        bits = f"-b {settings.rsa_bits} " if kind == "rsa" else ""
        before.append(f"[ -f {keys}/{kind} ] || ssh-keygen -q -t {kind} {bits}-N '' -C lab -f {keys}/{kind}")
    return Setup(f"/usr/sbin/sshd -D -e -f {place.folder}/sshd_config", {"sshd_config": config + "\n"}, tuple(before))


SERVER = Server(22, "ssh", Settings, setup)
