"""Aruba AOS-CX and ArubaOS switches and controllers."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

OWN = """
view top
  netservice; netdestination -> rpl; netexthdr -> rpl; user-role -> rpl; ap; https-server; user; profile; rf -> rpl
  wms -> rpl; ids; wlan -> rpl; mgmt-user; mgmt-server; adminstrator; airgroup; firewall; vsx -> rpl
  access-list -> acl; ssh server; ssh; airgroupservice -> rpl; ip access-list session -> rpl; ipv6; vpn-dialer -> rpl
  aaa -> rpl; apply; bridge; voip; valid-network-oui-profile; lcd-menu; ntp server; ntp enable; cli; ip mobile
  localip; syslocation; syscontact; trusted; loginsession; upgrade-profile; license; web-server -> rpl
  guest-access-email; papi-security; activate-service-whitelist; est; file; process; snmp-server
"""


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect(OWN)


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "aoscx", "aruba", dialect())


FAMILY = Family(
    name="aoscx",
    kind="device",
    vendor="aruba",
    marks=(
        (r"^!Version ArubaOS-CX", 12),
        (r"^!export-password", 4),
        (r"^netservice ", 6),
        (r"^ssh server vrf ", 5),
        (r"^interface 1/1/\d+", 3),
        (r"^ip access-list session |^user-role ", 5),
        (r"^https-server ", 5),
        (r"^vsx\s*$", 5),
        (r"^hostname \S", 1),
        (r"^; \S+ Configuration Editor", 8),
    ),
    read=read,
)
