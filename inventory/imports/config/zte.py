"""ZTE ROS (ZXR10 switches and routers)."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

OWN = """
view top
  $; nvram; system-user -> role; switchvlan-configuration -> rpl; if-intf; ipv4-access-list -> acl
  ipv6-access-list -> acl; aaa-authentication-template -> rpl; aaa-authorization-template -> rpl
  aaa-accounting-template -> rpl; tacacs-client; syslog-server; syslog; ssh server; telnet-server; ftp-server
  ipv4-access-group; line telnet -> line; line console -> line; line; load-balance; smartgroup -> rpl; lacp -> rpl
  stp -> rpl; user-group; user-default; performance; pm; vrf; ntp server; ntp enable; ntp -> ntp; ntp poll-interval
  snmp-server; alarm; logging; mim; dot1x; multicast; pwe3; oam; tm; qos; hqos; mpls; ospf; pim-sm; igmp; ip-vrf
  management; cps; control-plane-security -> rpl; cpu; urpf; sntp; clock; banner; zdp; ztp; lldp -> rpl; set; port
  create; config; interface; vlan; user-authentication-type; strong-password; login; web; http; username; multi-user
  who; terminal; prompt; show; ext-proxy; samgr -> rpl; bfd -> rpl; nqa; mac -> rpl; arp -> rpl; dhcp -> rpl
  user-authorization-type; radius authentication-group|accounting-group -> rpl; tacplus group-server -> rpl
  acl standard|extended|link|hybrid|user-define -> acl; ipv4-acl|ipv6-acl -> acl; spantree -> rpl; loop-detect -> rpl
  log-on; priority-user; file-transfer; load-sharing; qos -> rpl; time-range -> rpl; performance -> rpl
  performance-management -> rpl; lsp; vpws; pseudo-wire; mim-config; default
view interface
  $; hybrid-attribute; broadcast-limit|multicast-limit|unknowcast-limit; smartgroup; switchport
view acl
  $
view ospf
  $
view ntp
  $
view vlan
  $; switchport
view role
  authorization-template; user-name; user-group; default-privilege-level; bind; local-privilege-level; password; login
  privilege; strong-password; once-password; user-authen-restriction; account-switch; $
view line
  idle-timeout; absolute-timeout; access-class; login; max-link; users; $; server
"""


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect(OWN)


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "zte", "zte", dialect())


FAMILY = Family(
    name="zte",
    kind="device",
    vendor="zte",
    marks=(
        (r"^!<[\w-]+>", 10),
        (r"^!</[\w-]+>", 10),
        (r"^\$\s*$", 5),
        (r"ZXR10|ZXCTN|ZXUN|ZXROS", 6),
        (r"^system-user\s*$", 6),
        (r"^aaa-authentication-template ", 6),
        (r"^switchvlan-configuration", 6),
        (r"^if-intf", 5),
        (r"^hostname \S|^ *hostname \S", 1),
        (r"^interface (gei|xgei|fei|smartgroup|vlan|mgmt_eth|qx_)[-_]?\d", 6),
        (r"^nvram |^version-load", 4),
        (r"^syslog-server host |^snmp-server (view|community|host|enable)", 2),
        (r"^line telnet |^ssh server ", 3),
        (r"^ipv4-access-list ", 5),
    ),
    read=read,
)
