"""Aruba AOS-CX and ArubaOS switches and controllers."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect

# AOS-CX first, then what the controllers of ArubaOS say: there most of a configuration stands in profiles.
OWN = """
view profile
  essid; wpa-passphrase; wpa-hexkey; opmode; hide-ssid; a-basic-rates|a-tx-rates|g-basic-rates|g-tx-rates; max-clients-threshold
  max-retries; dtim-period; mcast-rate-opt; local-probe-req-thresh; edca-parameters-profile; ht-ssid-profile|he-ssid-profile
  advertise-ap-name; dot11r-profile; mfp-capable; mfp-required; ssid-enable; virtual-ap; ssid-profile; aaa-profile; vlan
  band-steering; broadcast-filter; deny-inter-user-traffic; dynamic-mcast-optimization; forward-mode; allowed-band
  steering-mode; drop-broadcast-unknown; dot11k-profile|hotspot-profile|wmm-traffic-management-profile; cellular-handoff-assist
  initial-role|mac-default-role|dot1x-default-role|default-role; authentication-dot1x|authentication-mac; server-group
  dot1x-server-group|mac-server-group; auth-server; allow-fail-through; user-derivation-rules; radius-accounting
  radius-interim-accounting; l2-auth-fail-through; enforce-dhcp; wired-to-wireless-roam; devtype-classification
  rfc-3576-server; max-authentication-failures; session-timeout; session-authorization; host; key; enable; mode; retransmit
  timeout; nas-identifier; nas-ip; source-interface; admin-dn|admin-passwd|allow-cleartext|base-dn|authport|acctport
  country-code|country; valid-11g-channel|valid-11a-channel|valid-6ghz-channel
  valid-11g-40mhz-channel-pair|valid-11a-40mhz-channel-pair; valid-11a-80mhz-channel-group|valid-11a-160mhz-channel-group
  wired-ap-enable; switchport; trusted; led-mode; lms-ip|bkup-lms-ip|lms-ipv6|bkup-lms-ipv6; lms-preemption
  ap-console-password|bkup-passwords; telnet; ssh-enable; bootstrap-threshold; heartbeat-dscp; syscontact|syslocation
  mesh-ht-ssid-profile|mesh-radio-profile; shutdown; bridge-role; wired-ap-profile; rap-backup; speed; duplex; channel
  channel-inc-time|channel-threshold|node-time-interval|node-threshold; frame-type; signature; signature-profile
  ap-authorization-group; stats-enable|tag-enable|sessions-enable|monitored-info-enable|monitored-info-del-enable
  monitored-info-snapshot-enable|wids-event-info-enable|misc-enable|location-enable|uccmonitoring-enable|airgroupinfo-enable
  user-visibility-enable|generic-amon-enable|inline-dhcp-stats|inline-ap-stats|inline-auth-stats|inline-dns-stats|wan-state
  ap-stats; weekday|weekend|daily|monday|tuesday|wednesday|thursday|friday|saturday|sunday|absolute|periodic
  network; invert; name; range; position; queue-weights; priority-map; auto-cert-prov|auto-cert-allow-all|cpsec-enable
  controller; controller-ip; bind-vlan; id; service; description; disallow-role|disallow-vlan; port; protocol
  tx-power|eirp|max-eirp|min-eirp; radio-enable; spectrum-monitoring; dot11h; beacon-period; csa; arm-profile
  scanning; assignment; 40mhz-allowed-bands|80mhz-support|160mhz-support; max-tx-power|min-tx-power; client-aware
  learn-ap; poll-interval|poll-retries; log-on; login-page; welcome-page; redirect-url; logon
  reauth-period; termination; machine-authentication; wpa-key-period; timer; cert-cn-lookup; eapol-logoff; framed-mtu
  max-requests; opp-key-caching; use-session-key; ap-group|ap-name; regulatory-domain-profile; dot11a-radio-profile
  dot11g-radio-profile; enet0-port-profile|enet1-port-profile|enet2-port-profile|enet3-port-profile; ids-profile
  ap-system-profile; provisioning-profile; policer-profile; session-acl|access-list; max-sessions; bandwidth-contract
  captive-portal; reauthentication-interval; user; any; alias; ipv6; ip; permit|deny; no; server; enforce; traceoptions
view top
  cli-session -> rpl; snmp-server community -> rpl; access-list ip|ipv6|mac -> acl; apply; bridge; vsx -> rpl; ssh server; ssh; snmpv3; snmp-server; https-server; ntp server
  ntp enable; cli; user; loginsession; logging; radius-server; tacacs-server; vlan; client; evpn -> rpl; port-access -> rpl
  mirror -> rpl; checkpoint; usb; class -> acl; pim; loop-protect; dhcpv4-snooping; dhcpv6-snooping; nd-snooping
  copp-policy -> rpl; qos; job -> rpl; schedule -> rpl; rest; led; allow-unsupported-transceiver; session-timeout
  netservice; netdestination|netdestination6 -> profile; netexthdr -> rpl; user-role -> profile; ap -> profile
  aaa -> profile; rf -> profile; wms -> rpl; ids -> profile; wlan -> profile; mgmt-user; mgmt-server -> profile
  adminstrator; airgroup; firewall -> rpl; airgroupservice -> profile; airgroupprofile -> profile
  ip access-list session|eth|extended|standard -> rpl; ipv6; voip; vpn-dialer -> rpl; valid-network-oui-profile; lcd-menu
  ip mobile; ip probe; localip; syslocation; syscontact; trusted; upgrade-profile -> profile; license; web-server -> rpl
  guest-access-email; papi-security; activate-service-whitelist; est; file; process; time-range -> profile
  controller-ip; vlan-name; uplink; crypto-local; adp; cp-bandwidth-contract; scheduler-profile -> profile
  control-plane-security -> profile; ucc; lc-cluster -> profile; ifmap; pan; pan-options; websocket; aruba-central; activate
  openflow-profile -> profile; dump-collection-profile; gps; ap-lacp-striping-ip; airslice-profile; firewall-visibility
  profile -> profile; country; tunnel-group; master-redundancy; ha -> profile; database; mobility-manager
view interface
  routing; default-gateway; nameserver; apply access-list; apply; active-gateway; trusted; vlan; vrf; ip; lag; loop-protect; persona; system
  flow-control; aaa; port-access; client; preempt; advertise; lldp; keepalive; track; flap
view acl
  statistics; resequence
view crypto
  version; encryption; authentication; group; hash; prf; lifetime
view vlan
  apply access-list
view dial-peer
  amsdu; optimize-dad-frames; session-idle-timeout; dpi; attack-rate
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
