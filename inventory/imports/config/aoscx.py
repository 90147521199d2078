"""Aruba AOS-CX and ArubaOS switches and controllers."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

# AOS-CX first, then what the controllers of ArubaOS say: there most of a configuration stands in profiles, whose kinds are named
# here and whose settings are each profile's own (`rpl` takes any word).
OWN = """
view top
  access-list ip|ipv6|mac -> acl; apply; bridge; vsx -> rpl; ssh server; ssh; snmpv3; snmp-server; https-server; ntp server
  ntp enable; cli; user; loginsession; logging; radius-server; tacacs-server; aaa -> rpl; vlan; client -> rpl; evpn -> rpl
  port-access -> rpl; mirror -> rpl; checkpoint; activate; aruba-central -> rpl; usb; class -> acl; pim; loop-protect
  dhcpv4-snooping; dhcpv6-snooping; nd-snooping; keychain -> rpl; crypto -> rpl; copp-policy -> rpl; qos; job -> rpl
  schedule -> rpl; rest; led; container -> rpl; allow-unsupported-transceiver; session-timeout
  netservice; netdestination|netdestination6 -> rpl; netexthdr -> rpl; user-role -> rpl; ap -> rpl; profile -> rpl
  rf -> rpl; wms -> rpl; ids -> rpl; wlan -> rpl; mgmt-user; mgmt-server -> rpl; adminstrator; airgroup; firewall -> rpl
  airgroupservice -> rpl; airgroupprofile -> rpl; ip access-list session|eth|extended|standard -> rpl; ipv6; voip
  vpn-dialer -> rpl; valid-network-oui-profile; lcd-menu; ip mobile; ip probe -> rpl; localip; syslocation; syscontact; trusted
  upgrade-profile -> rpl; license; web-server -> rpl; guest-access-email; papi-security; activate-service-whitelist
  est -> rpl; file; process; time-range -> rpl; controller-ip; vlan-name; uplink; crypto-local -> rpl; adp
  cp-bandwidth-contract; scheduler-profile -> rpl; control-plane-security -> rpl; ucc -> rpl; lc-cluster -> rpl
  ifmap -> rpl; pan -> rpl; pan-options; websocket -> rpl; openflow-profile -> rpl; dump-collection-profile -> rpl
  gps -> rpl; ap-lacp-striping-ip -> rpl; airslice-profile -> rpl; firewall-visibility; country; tunnel-group
  master-redundancy -> rpl; ha -> rpl; amon; database; mobility-manager
view interface
  routing; apply access-list; apply; active-gateway; trusted; vlan; vrf; ip; lag; loop-protect; persona; system; flow-control; aaa; port-access
  client; optimize-dad-frames; attack-rate; preempt; advertise; lldp; keepalive; track; flap
view acl
  statistics; resequence
view crypto
  version; encryption; authentication; group; hash; prf; lifetime
"""


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect(first=OWN)


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
