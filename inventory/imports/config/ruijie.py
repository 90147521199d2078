"""Ruijie RGOS: switches, routers and wireless controllers."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

OWN = """
view top
  enable service; install; sysmac; cwmp -> rpl; nfpp -> rpl; rldp; zam; wlan-config -> rpl; ap-config -> rpl
  ap-group -> rpl; ac-controller -> rpl; wlansec -> rpl; webmaster; co-operate; logging server; ip ssh; language
  memory-lack; no; web-server; hash-profile -> rpl; efmp; sysname; anti-arp-spoofing; link-check; device-service
  data-plane; flow-pre-mgr; content-policy; user-policy; flow-audit; flow-control; url-class; url-audit; auth; dlna
  smart; password policy; file; ref; upgrade; fair; http; expert access-list -> acl; mac access-list extended -> acl
  acl; upnp-proxy; show; msf; ip-check; fspf; set; sysrepo; redis; aaa
view control-plane
  acpp; glean-car; anti-arp-spoofing; port-filter
view line
  driver-buffer; accept; exec-timeout; transport input; login local; login authentication; password
view interface
  gateway;   switchport; description; aggregateport; port-group; nfpp; rldp; ip verify; ip arp; anti-arp-spoofing; poe; carrier
  address-bind; eee; medium-type; energy-efficient; fc; lldp; efm; wan; nexthop; reverse-path
"""


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect(OWN)


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "ruijie", "ruijie", dialect())


FAMILY = Family(
    name="ruijie",
    kind="device",
    vendor="ruijie",
    marks=(
        (
            r"^version \S*RGOS|^version .*\(\d+[bB]?\d*\)[bB]?\d*[pP]\d+|^version .*\(\d+B\d+\)|RGOS \d+|^install \d+ RG-",
            12,
        ),
        (r"^(no )?enable service (telnet-server|ssh-server|web-server|snmp-agent)", 14),
        (r"^interface (AggregatePort|Aggregateport|\w*GigabitEthernet \d|FastEthernet \d|VLAN \d|Mgmt \d)", 8),
        (r"^hostname \S", 2),
        (r"^nfpp\s*$|^sysmac |^webmaster |^zam\s*$", 8),
        (r"^rldp |^cwmp\s*$|^wlan-config |^ap-config |^install \d", 5),
        (r"^username \S+ password 7 |^enable secret 5 ", 1),
        (r"^line (vty|console|con) ", 2),
        (r"^co-operate|^switch virtual domain |^errdisable recovery", 2),
        (r"^snmp-server ", 1),
        (r"^ip access-list |^access-list ", 1),
        (r"^logging server ", 3),
    ),
    read=read,
)
