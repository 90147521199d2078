"""BIND as a name server: recursion for everybody or for nobody, zone transfer likewise."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

ZONE = """\
$TTL 3600
@ IN SOA ns.lab.example. admin.lab.example. (2026010101 3600 600 86400 3600)
@ IN NS ns.lab.example.
ns IN A {address}
www IN A {address}
"""


@dataclass(frozen=True)
class Settings:
    """`version`: version.bind is answered."""

    recursion: bool = False
    transfer: bool = False
    version: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    def who(everybody: bool) -> str:
        return "any" if everybody else "none"

    config = (
        "options {\n"
        f'    directory "/var/cache/bind";\n    listen-on port {place.port} {{ any; }};\n    listen-on-v6 {{ none; }};\n'
        f"    recursion {'yes' if settings.recursion else 'no'};\n    dnssec-validation no;\n"
        + ("    allow-recursion { any; };\n" if settings.recursion else "")
        + f"    allow-query {{ any; }};\n    allow-transfer {{ {who(settings.transfer)}; }};\n"
        + ("" if settings.version else '    version "none";\n')
        + "};\ncontrols { };\n"
        f'zone "lab.example" {{ type primary; file "{place.folder}/lab.zone"; }};\n'
    )
    files = {"named.conf": config, "lab.zone": ZONE.format(address=place.address)}
    return Setup(f"named -g -n 1 -u bind -c {place.folder}/named.conf", files, ("install -d -o bind /run/named",))


SERVER = Server(53, "dns", Settings, setup, "udp")
