"""The commands of Huawei VRP and H3C Comware that we know, by view.

Written from the vendors' public command references. Both systems share an ancestor; what only one of them has does no
harm in the other. `undo` is understood before every command.
"""

SHARED = """
view interface
  arp-proxy; local-proxy-arp; eee; mad; combo-port; port interface; ip check; manage; dhcp snooping; ntdp; ndp; cluster; mvrp; energy; isolate-user-vlan; ipsec; nat; webauth
  pppoe; adsl; vlan; dialer; user; firewall; isis; l2protocol; bpdu-tunnel; sync; lldp; port trunk|access|hybrid; rmon
  user-profile; redirect; url; loadbalance; connection-limit; aspf; attack-defense; context; failover; channel; cwmp
  smtp; service-chain; dns
  description; shutdown; mtu; speed; duplex; negotiation auto; auto speed|duplex; flow-control; jumboframe; loopback
  bandwidth
  ip address|binding|unnumbered|mtu|urpf|policy-based-route|forward-broadcast|netstream|verify|source|redirects|unreachables|icmp
  ipv6 enable|address|nd|mtu|policy-based-route|dhcp|urpf|netstream|binding|unreachables
  mac-address; arp; nat; dhcp; dhcpv6; dns; ppp; pppoe-server|pppoe-client; link-protocol; fr; hdlc; tcp; tcp-mss
  service-manage; gateway
  undo; eth-trunk; port-isolate; port-security; port-group; group-member; device transceiver; qos-profile; dcn
  port link-type|default|trunk|hybrid|access|link-mode|link-aggregation|isolate|isolate-mode|bridge|auto-power-down|protected|vlan-mapping|vlan-stacking|crc-statistics|service-type|pvid|mac-vlan|monitor|ndd|link-flap|negotiation|voice-vlan|lag|up-mode|media|split|fec|connection-mode|type|qinq|security
  voice-vlan; voice; lldp; stp; loopback-detect|loopback-detection; loop-protection
  broadcast-suppression|multicast-suppression|unicast-suppression; storm-control|storm-constrain
  qos
  traffic-policy|traffic-filter|traffic-limit|traffic-statistic|traffic-mirror|traffic-remark|traffic-secure|traffic-shaping
  trust; car; statistic; sflow; netstream; ntp-service|ntp; ospf; ospfv3; isis; rip; ripng; bfd; vrrp; vrrp6; hsb
  mpls; pim; igmp; mld; igmp-snooping; mld-snooping; l2 binding; l2vpn; xconnect; service-instance -> service-instance
  encapsulation; rewrite; evpn; vxlan; nve; vni; source ?; vrf; tunnel-protocol; tunnel; destination; keepalive; gre
  ipsec; ike; pki
  mac-limit|mac-authentication; mac-learning; mac-vlan; dot1x; authentication; authentication-profile; access-user
  web-auth; portal; ip-mac; user-bind; ipv4 source; combo; undo-flow; carrier; am; set; display; undo description
  lacp; mode lacp|lacp-static|lacp-dynamic|manual|balance; load-balance; least; max; link-aggregation; trunkport
  m-lag; dfs-group; peer-link; stack-port; irf; irf-port; port group; trunkmember; undo portswitch; portswitch; enable
  ftp; http; https; telnet; poe; lldp; ecmp; gmrp; gvrp; garp; smart-link; monitor-link; rrpp; erps; sep; fid; as
  alias; crc; alarm; log-threshold; snmp; snmp-agent; trap; hgmp; oam; efm; cfm; eth-oam; clock; ptp
  priority-flow-control; dcb; fcoe; rmon; anti-attack; attack-defense|attack-source; firewall; packet-filter; zone
  apply; alias; dialer; dialer-group; pim6; urpf; timer; controller; apn; modem; profile; cellular; bas; ccc; ethernet
  uplink; downlink; undo-enable; management; bandwidth-limit; reverse-route; healthcheck; redirect-reverse
  service-slice; wlan; radio; vap; option82; nqa; track; capwap; ipv4-family; rate-limit; default; buffer; error-down
  transceiver; optical-module; set flow; sub-interface; vlan-type; dot1q; qinq; user-vlan; control-vid; termination
  statistics; mirror-to; observe-port; mirroring-group; mirroring-port; port-mirroring; dldp; udld; device-type
  link-delay; link-up-delay; pbb; undo-trap

view vlan
  description; name; port; management-vlan; igmp-snooping; mld-snooping; dhcp; arp; ip; ipv6; mac-address; mac-limit
  multicast-vlan; subvlan; aggregate-vlan; access-vlan; mux-vlan; subordinate; principal; isolate
  traffic-policy|traffic-filter; vlan-name; protocol-vlan; mac-vlan; ip-subnet-vlan; policy-vlan; statistic
  statistics; private-vlan; supervlan; l2vpn; qos; stp; vxlan; evpn; flooding; service-vlan; nd; unknown-unicast
  broadcast-suppression|multicast-suppression|unicast-suppression; loop-detect; undo; user-bind; shutdown; bpdu-tunnel
  vni; bind

view line
  authentication; command; set; user-interface; accounting; modem; stop; alarm; wake-up; login-timeout
  authentication-mode; user privilege; user-role; protocol inbound; idle-timeout; acl; set authentication
  history-command; screen-length; screen-width; shell; command; auto-execute; terminal; parity; databits; stopbits
  speed; flow-control; modem; escape-key; activation-key; auto-detect; lock-key; redirect; user-interface; undo
  protocol; login; authentication; idle-timeout; screen; ipv6; line; priority; undo-shell; idle-cut; ssh; phy; async
  telnet; disconnect; set; hashed; privilege

view aaa
  authentication-scheme -> aaa-scheme; authorization-scheme -> aaa-scheme; accounting-scheme -> aaa-scheme
  recording-scheme -> aaa-scheme; service-scheme -> aaa-scheme; domain -> domain
  local-user; local-aaa-user password -> password-policy; local-aaa-user; manager-user -> manager-user
  manager-user-group; role -> role; bind manager-user; bind; user-block; lock-authentication; user-name; user-password; password; task-group
  user-group -> manager-user; access-user; default-domain; default; cut; hwtacacs-server; radius-server; recording
  cmd; outbound; system; aaa-author; aaa-authen; remote-aaa-user; administrator; security-name; dot1x; l2tp
  accounting; local-user-group; user-security-policy; domain-name; local-user-change-password; web-auth-server
  session; aaa; admin; quota; idle-cut; aging-time; undo
view password-policy
  password expire|alert|history|complexity-check|min-length|length|policy|update|force-change; undo password; quit
  aging; history; complexity; level
view aaa-scheme
  authentication-mode; authorization-mode; accounting-mode|accounting; recording-mode; authentication-super
  authorization-cmd; server; radius-server; hwtacacs-server; dns; wins; admin-user; idle-cut; redirect-acl; ip-pool
  user-priority; acl; acl-id; undo; authentication-type; local-user; access-limit; dhcp-server; priority; ap-username
  service; qos-profile; user-vlan; tcp
view domain
  group-attribute; state; portal; login; authorization-attribute; accounting; web; user
  authentication-scheme|authorization-scheme|accounting-scheme|service-scheme; radius-server; hwtacacs-server
  authentication; authorization; accounting; access-limit; ip; ipv6; state; idle-cut; authorization-attribute
  service-type; internet-access; reference; new-user; quota-out; user-group; block; statistic; dns; self-service-url
  undo; domain-separator; vpn-instance; dhcp; ldap-server; ad-server; web-server; adminuser-priority; access-mode
  user-address; nas-id; login; session-time; accounting-start-fail; super; permit-domain; force-push; portal; quota
view manager-user
  password; service-type; level; ftp-directory; ssh; access-limit; trusted; description; undo; state; user-limit
  authentication; role; group; expire; task-group; acl
view role
  description; dashboard; monitor; network; object; policy; system; rule; feature; vlan; interface; vpn-instance; role
  quit; undo; access; deny; permit; panorama; device; virtual
view user-class
  group-attribute; work-directory; undo; authorization; state
  password; service-type; authorization-attribute; level; access-limit; bind-attribute; expiration-date; group; state
  validity-datetime; ftp-directory; description; full-name; email; phone; undo; manage; password-control
  identity-group; attribute

view acl
  rule; description; step; hardware-count; undo; remark; ipv6; comment; packet-filter; match-order; number; acl
  increment; permit|deny; statistics; counting
view bgp
  synchronization
  router-id; peer; group; network; import-route; aggregate; ipv4-family -> bgp; ipv6-family -> bgp
  address-family -> bgp; l2vpn-family -> bgp; vpn-instance -> bgp; ip vpn-instance -> bgp; ip|ipv6; timer
  graceful-restart; undo; default; default-route; default-information; preference; maximum; balance; load-balancing
  dampening; reflect; reflector; confederation; bestroute; compare-different-as-med; deterministic-med
  log-peer-change; log; route-select; nexthop; policy; policy-target; route-policy; filter-policy; summary; advertise
  advertise-l2vpn; apply-label; label; mask; rr-filter; fast-reroute; auto-frr; advertise-rib-active; check-first-as
  ebgp-interface-sensitive; as-notation; rd-filter; tnl-policy; tunnel-policy; vpls; l2vpn-ad; evpn; flow
  additional-paths; pic; bfd; bmp; route-refresh; supernet; community; shutdown; domain; active-route-advertise
  ignore; as-path; as-path-limit; non-stop-routing; update-first; auto-summary; import-rib; vpnv4; session
  segment-routing; redistribute; update; route; route-distinguisher; vpn-target; ext-community; med; upe; bgp
  graceful; prefix-sid; slow-peer; routing-table
view ospf
  router-id; area -> ospf-area; default-route-advertise; import-route; silent-interface; spf; spf-schedule-interval
  lsa; bandwidth-reference; graceful-restart; opaque-capability; preference; filter-policy; maximum; log; peer
  stub-router; undo; vpn-instance; bfd; asbr-summary; default; description; enable; frr; loop-detect; mpls
  non-stop-routing; ispf; rfc1583; retransmission-flood; flooding-control; route-tag; domain-id; dn-bit-set
  dn-bit-check; vpn-instance-capability; timer; sham-hello; traffic-adjustment; lsdb-overflow-limit; prefix-priority
  ospf; prefix-suppression; lsdb; segment-routing; snmp; snmp-agent; nexthop; area-summary; event-log; dscp
  intra-process; originate; suppress-reachability; transmit-pacing; fast-reroute; advertise; discard-route
  host-advertise; set
view ospf-area
  network; authentication-mode; stub; nssa; abr-summary; filter; undo; vlink-peer; description; default-cost
  authentication; mpls-te; mpls; virtual-system; sham-link; stub-router; enable; spf; bfd; range; area; keychain
view isis
  network-entity; is-level; is-name; cost-style; import-route; log-peer-change; default-route-advertise; timer
  graceful-restart; auto-cost; bandwidth-reference; bfd; ipv6; preference; undo; domain-authentication-mode
  area-authentication-mode; summary; set-overload; circuit-cost; traffic-eng; segment-routing; frr; filter-policy
  maximum; flash-flood; lsp-length; virtual-cluster; advertise; description; address-family -> isis
  lsp-fragments-extend; optional-checksum; mpls; hostname; fast-reroute; import; non-stop-routing; domain
  is-snmp-traps; microloop-avoidance; tilfa; te; loop-free-alternate; purge-originator; snmp-agent; vpn-instance
  metric; cost; nexthop; ecmp-priority
view rip
  network; version; import-route; silent-interface; undo; timers; summary; default-route; default-cost; preference
  peer; filter-policy; maximum; verify-source; host-route; checkzero; bfd; description; default; output-delay
  validate-source-address; vpn-instance
view vpn-instance
  route-distinguisher; vpn-target; description; ipv4-family -> vpn-instance; ipv6-family -> vpn-instance
  address-family -> vpn-instance; undo; export; import; apply-label; routing-table; tnl-policy; prefix; ip; ipv6
  label; vpn-id; limit; evpn; l3vpn; vxlan; route-replicate; import-route; ttl-mode; arp; service-id; transit-vpn
  segment-routing; vpn
view route-policy
  if-match; apply; description; undo; goto; continue
view route-filter
  if; else; elseif; endif; apply; approve; refuse; finish; end
view dhcp-pool
  gateway-list|gateway; network; dns-list|dns-server; lease; excluded-ip-address; domain-name; option; static-bind
  netbios-type; nbns-list; vpn-instance; undo; server; address; section; expired; conflict; next-server; sname
  bootfile-name; import; forbidden-ip; description; force; class; tftp-server; voice-config; valid; lock; logging; ip
  address-list; range; prefix; sub-pool; alarm; relay; warning; recycle; refresh; route; binding; static; user
view traffic
  if-match; description; undo; match; permit|deny; car; remark; redirect; statistic; queue; mirroring; traffic-policy
  classifier -> traffic; behavior; nest; filter; gts; wred; accounting; primap; flow; service-policy; share-mode; rule
  link-layer; import; dscp; action; trust; qos; af|ef|be; cos; user-queue; hierarchical; add; swap; vlan-mapping; stat
  ip-precedence; urpf; aggregate; service-class; mac-address; drop-profile; schedule; shaping; packet-filter; lr
  traffic; bandwidth; count; ar; inner; outer; set; sampling
view radius
  radius-server; primary; secondary; key; user-name-format; undo; server; state; timer; retry; nas-ip; source
  vpn-instance; accounting-on; security-policy-server; data-flow-format; stop-accounting-buffer; retransmit; nas-ipv6
  nas-port; server-type; test-aaa; attribute; description; called-station-id; calling-station-id; response-pause-time
  dead; algorithm; include; accounting; port; login; exclude; reauthentication; semantic; extended; username-format
  nas-id
view hwtacacs
  hwtacacs-server; primary; secondary; key; user-name-format; undo; vpn-instance; nas-ip; timer; source
  data-flow-format; stop-accounting-buffer; retry; nas-ipv6; description; retransmit; response-timeout; quiet
view ldap
  ldap-server; ip; login-dn; login-password; search-base-dn; user-parameters; authentication-server; server; undo
  attribute; protocol-version; server-timeout; port; server-user; ldap
view snmp
  snmp-agent; undo
view security-policy
  default action; default packet-filter; rule name -> security-rule; rule ? name -> security-rule
  rule -> security-rule; undo; group; description; move; session; policy; accelerate; statistic
view security-rule
  source-zone|destination-zone; source-address|destination-address; source-ip|destination-ip
  source-ip-host|destination-ip-host|source-ip-subnet|destination-ip-subnet|source-ip-range|destination-ip-range
  service; service-port; application; action; session; profile; description; user; url; time-range; long-link
  counting; logging; policy; disable; enable; vrf; parent-group; ip; undo; tag; device-type; schedule; nat-type
  egress-interface; ingress-interface; traffic-statistic; vlan-id; location; access-way; type; target-zone
  authentication; app; terminal; ssl; risk; add; quit; global; rule; label; track; long; intrazone; source-mac
  url-category; ip-proto; source; destination; dscp; bandwidth; packet-length; protocol; move; policy-type; trans
  static
view zone
  priority
  packet-filter; object-policy; aspf; zone; inspect; session; ip; ipv6; apply; rule
  set priority; add interface; import; description; undo; name; attach; tcp-mss; statistic; set; attack-defense
  policy; policy-path; detect; import interface; traffic
view object
  ? network|service|address|range|subnet|host|group-object|ip|user|fqdn; counting; search
  address; range; description; undo; group; service; port; member; ip; network; domain-set; group-object; protocol
  fqdn; mask; host; subnet; app; category; object-group; name; exclude; security-zone; instance; url; rule
  pre-defined
view nat
  section; mode; rule name -> security-rule; rule -> security-rule; address; undo; description; route; status-detect
  exclude-ip; exclude-port; srv; group; global; smart-nonat; port-block-size; blackhole; health-check; nat-mode
  no-reverse; reverse-mapping; vrrp; import; server; inside; outside; limit; nat; port-range; traffic-match
view stp-region
  region-name; instance; revision-level; active; vlan-mapping; undo; check; format
view pki
  country; common-name; entity; undo; ca; certificate; crl; fingerprint; public-key; subject; usage; organization
  organization-unit; locality; state; email; fqdn; ip; ip-address; revocation-check; url; domain; attribute; rsa; ocsp
  key-usage; source; vpn-instance; auto-enroll; certificate-check; rule; enrollment; serial-number; sm2; ecdsa; root
  challenge; auto-regenerate; pki
view ssl
  ciphersuite; version; pki-domain; pki-realm; undo; client-verify; session; certificate; server-verify; prefer-cipher
  close-mode; handshake; ssl; pki; ecdh; binding; trusted-ca; signature-algorithm-list; cipher-suite; dtls
  diffie-hellman; certificate-chain
view ipsec
  transform-set|transform; proposal; encapsulation-mode; esp; ah; protocol; undo; security; remote-address
  ike-profile; ike-peer; ike; local-address; proposal; match; keychain; pre-shared-key; exchange-mode; dh; dpd
  encryption-algorithm; authentication-algorithm; integrity-algorithm; prf; authentication-method; sa; pfs
  local-identity; remote-identity; local-id; local-id-type; remote-id; remote-id-type; ike-proposal; version
  description; tfc; anti-replay; qos; route; speed-limit; policy; alias; scenario; respond-only; tunnel; vpn-instance
  reverse-route; nat; certificate; psk; exchange; keepalive; priority; peer; rsa; re-authentication; config-exchange
  lifetime; resource; service-scheme; transform; tunnel; inside-vpn; aaa; client; fragmentation; responder-only
  smart-link; ipsec; sim; duration
view nqa
  test-type; destination-address|destination; source-address|source; frequency; interval; timeout; probe; start; undo
  vpn-instance; records; description; destination-port; tos; type; reaction; route-option; statistics; history-record
  type -> nqa; probe-count; operation; next-hop; fail-percent; threshold; send-trap; agetime; datasize
  source-interface; ttl; jitter-packetnum; operator; timestamp-unit; data-size; out; raw-request; url; resolve-target
  source-port; expect; operation; hop; codec; lifetime
view irf-port
  port group; port; undo; description
view eth-trunk
  mode; undo
view bfd
  discriminator; commit; min-tx-interval; min-rx-interval; detect-multiplier; wtr; process-interface-status; undo
  description; process-pst; oam; tos-exp; multi-hop; default-ip-address; peer-ip; delay-up; dampening; one-arm-echo
  min-echo-rx-interval; track-interface; authentication; local-discriminator; remote-discriminator; bfd; mpls-passive
  unaffiliated; demand; detect
view mpls
  ipv4-family|ipv6-family; mpls; lsp-trigger; label; lsr-id; undo; ttl; graceful-restart; remote-ip; remote-peer -> mpls; vpn-instance
  interface; session; targeted-session; accept; md5-password; propagate; igp; path; rsvp; te; static; statistic
  remote; peer; mtu-signalling; outbound; inbound; import; pseudo-wire; transport-address; backup; non-stop-routing
  authentication; bfd; fast; longest-match; l2vpn; diffserv-mode; cspf; tunnel; auto-frr; proxy-egress; auto-bandwidth
  import-bgp-routes; keychain; ldp; ldp-sync; vpn
view vsi
  description; pwsignal -> vsi; vsi-id; peer; mtu; encapsulation; undo; tnl-policy; admin-vsi-set; shutdown
  vxlan -> vsi; evpn -> vsi; route-distinguisher; vpn-target; gateway; arp; nd; flooding; statistics; ldp; bgp
  mac-limit|mac-learning|mac-withdraw; mac-table; tunnel; service-instance; ignore-ac-state; qos; site; pw-signaling
  igmp-snooping; dhcp; statistic; restrain; trust; bandwidth; selective-flooding; l2vpn; isolate-mode; vni
  policy-target; bind; bridge-domain; export; import
view bridge-domain = vsi
  vxlan; evpn; binding; split-horizon; l2; split-horizon-mode; interface; bd; rd
view nve
  source; vni; undo; mac-address; head-end; vxlan; pip-source; mode; bind
view wlan
  wds-profile -> wlan; provision-ap; radio-profile -> wlan; channel; sta-ip; spectrum-profile -> wlan
  ble-profile -> wlan; location -> wlan; iot-profile -> wlan; ap-auth; ap-mode; ap-update; capwap; dot1x
  mac-authentication; portal; service-template; vlan-pool; sac-profile -> wlan; wips -> wlan; model
  ssid; ssid-profile -> wlan; security-profile -> wlan; vap-profile -> wlan; ap-group -> wlan; ap-id -> wlan
  ap-profile; wlan; undo; security; regulatory-domain-profile -> wlan; traffic-profile -> wlan; radio -> wlan
  air-scan-profile -> wlan; rrm-profile -> wlan; radio-2g-profile -> wlan; radio-5g-profile -> wlan
  wids-spoof-profile -> wlan; wids-profile -> wlan; ap-system-profile -> wlan; port-link-profile -> wlan
  wired-port-profile -> wlan; serial-profile -> wlan; mesh-profile -> wlan; mesh-handover-profile -> wlan
  service-vlan; vap; ap; ap-name; ap-auth-mode; provision-ap; channel; eirp; calibrate; forward-mode
  authentication-profile; dca-channel; country-code; hotspot2-profile -> wlan; location-profile -> wlan
  uplink-profile; user-isolate; max-sta-number; beacon; description; ap-sn; ap-mac; service-template; akm
  cipher-suite; preshared-key; vlan; client-security; wpa; gtk-rekey; pmf; security-ie; hide-ssid; client
  station-black-list; sta-blacklist-profile -> wlan; sta-whitelist-profile -> wlan; wmi-server -> wlan
  temporary-management; power; smart-roam; interference; sta; spectrum; band-steer; profile; ip; type; serial-id
  gateway; wired; lldp; led; management-vlan; antenna; rate; roam; service; bss; key; authen; dot1x; beamforming
  mu-mimo; ampdu; airtime
view manual
  voip-address; media; number; trunk; route; callroute
  dot1x-access-profile; mac-access-profile; portal-access-profile; authentication; free-rule-template; access-domain
  web-auth-server; undo; enable; interface; name; mode; timer; port; vlan; priority; address; ip; allow; tunnel; group
  member; description; permit; deny; rule; filter; apply; source; destination; protocol; domain; state; type; url
  server; server-ip; version; service; status; action; profile; track; link; bind; cost; metric; timeout; binding
  active; node; path; group-attribute; packet-filter; firewall; detect; policy; nat; dialer-rule; voip-address; load
  statistic; binary; report; measure; encoding; subscription; sensor-group; destination-group; ipv4-family|ipv6-family
  import; export; sample
  description; undo; quit
view keychain
  key-id -> keychain; algorithm; key-string; send-time|receive-time; receive-tolerance; default; undo; mode
  key -> keychain; authentication-algorithm; accept-lifetime|send-lifetime; accept-tolerance; tcp-kind
  tcp-algorithm-id; digest-length; tcp; default-send-key
view cwmp
  cwmp; undo
view cpu-defend
  car; deny; auto-defend; blacklist; filter; linkup-car; description; undo; port-type; priority; user-defined-flow
  queue; application-apperceive; cpu-port; whitelist; auto-port-defend; host-car; penalty
view cluster
  build; administrator-address; ip-pool; ftp-server; undo; nbns; holdtime; timer; management-vlan; auto-build
  add-member; logging-host; snmp-host; tftp-server
view track
  delay; undo; object; threshold; description; bfd; nqa; interface; ip
view license
  active
view time-range
  absolute; periodic; period-range; absolute-range
view job
  command; job; time; user-role; undo; schedule; frequency; size; repeat; at
view stack
  stack; undo; priority; slot; port; domain; authentication; mac-address
view m-lag
  system; keepalive; priority; source; restore; undo; authentication-mode; m-lag; consistency-check; dual-active
  peer-link; mad; standalone; bind; peer; pseudo
view ike
  version; resource; vpn-instance
  encryption-algorithm; dh; authentication-algorithm; authentication-method; integrity-algorithm; prf; sa; undo
  pre-shared-key; match; keychain; certificate; dpd; exchange-mode; local-identity; proposal; remote-address; peer
  ike-proposal; priority; inside-vpn; description
"""

TOP = """
view top
  autelan; dcn -> manual; license -> license; local-aaa-server -> aaa; dataflow; banner; api -> manual; sms; multi-linkif -> manual; pcp-policy -> manual; dns-transparent-policy -> manual
  rightm-policy -> manual; device-classification -> manual; sysman
  nms; load; webui; user-profile -> manual; loadbalance -> manual; failover -> manual; drop; board; nap; password
  user-group -> domain; nat global-policy -> nat; redundancy -> manual; object-group ip -> object
  object-group service -> object; domain-name; terminal-monitor; dhcp relay; voice-vlan; set; http-redirect; connect
  device-sensor; tcp; udp-helper; ipc; ifmonitor; info; undo; lswitch; pppoe-server; ip-subnet; mac-accounting
  virtual-cluster; netmanager; display-mode; easy-operation -> manual; smart-upgrade; ecc; link-delay; stack-member
  user-isolation; dual-stack; portal-server; dpi; anti-spam; dlp; dns-snooping; hwping; hwping-agent; nqa-jitter
  trace; mac-block; ip-car; ike-dpd; flow-mirror; dlsw; x25; fr; bridge; stac; hqos; cbs; acsei -> manual; oap
  wlan-ac; web-redirect; rpr; gratuitous-arp|gratuitous-arp-learning|gratuitous-arp-sending; ops; remote-unit; netconf ssh|soap|log; http-method; rtm; undo-ecmp; rmt; sysname-length
  assign; standby; snmp-server
  sysname; version; undo; clock; super; header; info-center; return; sysid; device; vlan -> vlan; vlan batch
  interface -> interface; controller -> interface
  telnet; ssh2; ssh; stelnet; sftp; scp; ftp; tftp; http; https; web; web-manager; netconf -> manual; restconf; rsa
  dsa; ecdsa; public-key; pki realm -> pki; pki entity -> pki; pki domain -> pki; pki; ssl policy -> ssl
  ssl server-policy -> ssl; ssl client-policy -> ssl; ssl; local-server
  aaa -> aaa; authentication-profile -> manual; authentication; local-user ? class -> user-class
  local-user -> user-class; local-aaa-user password -> password-policy; password-control; password-recovery
  password-policy -> password-policy; user-group -> user-class; role name -> role; role default-role; role -> role
  domain default|default-domain; domain -> domain; radius scheme -> radius; radius-server template -> radius
  radius-server; radius -> radius; radius-client; radius-attribute; hwtacacs scheme -> hwtacacs
  hwtacacs-server template -> hwtacacs; hwtacacs-server; hwtacacs -> hwtacacs; ldap scheme -> ldap
  ldap server -> ldap; ldap-server -> ldap; ad-server -> ldap; tacacs; dot1x; dot1x-access-profile -> manual
  mac-access-profile -> manual; mac-authentication; portal; portal-access-profile -> manual; free-rule-template -> acl
  access-user; web-auth-server -> manual; user-manage; user-bind; acl-template
  user-interface -> line; line class -> line; line -> line; protocol; command-privilege; command-alias; command; alias
  hotkey; screen-length; screen-width; lock; configuration; archive; save; set; board; board-type
  irf-port -> irf-port; irf; stack -> stack; slot; chassis; switch; switch-mode; system; system-working-mode
  system-view; startup; bootrom; boot-loader; patch; license; fan; temperature; temperature-alarm; power; powerof
  cpu-usage|cpu; memory; memory-usage|memory-threshold; xbar; monitor; hardware-resource; hardware; resource; job
  scheduler job -> job; scheduler schedule -> job; scheduler; timer; undo-all; assign; language-mode; max-ecmp-num
  reset; display; cwmp -> cwmp; loopback-detect|loopback-detection; copyright-info; dying-gasp; usb; usb-key
  energy-saving; sleep; transceiver; energy; watchdog; crash; diag-logfile; security-logfile; userlog; customlog
  logging; log; trap; performance-management -> manual; pm -> manual; telemetry -> manual; sensor-group -> manual
  destination-group -> manual; subscription -> manual; grpc -> manual; snmp-agent; snmp; rmon; sflow; netstream
  ip netstream; netanalysis; mirroring-group; observe-port; observing-port; monitor-link; port-group -> interface
  port-isolate; port; lacp; link-aggregation; load-balance; eth-trunk; jumboframe; mac-address; mac-flapping
  snetconf; restful; burst-mode; forward-path; flow-interval; domain default; mac-forced-forwarding; mac; mac-vlan; mac-move; dldp; lldp; ndp; ntdp; cluster -> cluster; cdp; poe
  stp region-configuration -> stp-region; stp; rrpp -> manual; erps -> manual; sep -> manual; smart-link -> manual
  gvrp; garp; mvrp; vcmp; qinq; voice-vlan; voice; vlan-group; vlan-switch; ethernet; oam; efm; cfd; cfm -> manual
  y1731; loop-protection; loop-detection; storm-control; storm-constrain; error-down; errdisable; shutdown-interval
  port-security; icmp; arp; arp-miss; nd; dhcp server ip-pool -> dhcp-pool; dhcp; dhcpv6; dhcp-snooping; ipv6 dhcp
  ip pool -> dhcp-pool; ipv6 pool -> dhcp-pool; dns; domain-set -> object; ntp-service; ntp; ptp; sntp; clock-source
  ip vpn-instance -> vpn-instance; ip address-set -> object; ip service-set -> object; ip group -> object
  ip route-static; ip ip-prefix; ip prefix-list; ip ipv6-prefix; ip ipv6-address-set; ip as-path-filter; ip as-path
  ip community-filter; ip community-list; ip extcommunity-filter; ip extcommunity-list; ip host; ip source; ip urpf
  ip ttl-expires; ip unreachables; ip redirects; ip load-sharing; ip forward-broadcast; ip frr; ip local
  ip policy-based-route; ip http; ip https; ip tcp; ip fast-forwarding; ip irdp; ip relay; ip subnet-vlan; ip verify
  ip dscp-mapping; ip icmp; ip rd-filter; ip soft-forward; ip large-community-filter; ip domain-set; ip dns; ip ftp
  ip ssh; ip icmp-extensions; ip site; ip mtu; ip route; ip prefix; ip import-rib; ip extcommunity; ip ipsec
  ip host-route; ip virtual-reassembly; ip stack; ip fib
  ipv6 route-static; ipv6 prefix-list; ipv6; vpn-instance; address-set -> object; service-set -> object
  object-group -> object; application-group -> object; app-group -> object; acl name -> acl; acl number -> acl
  acl ipv6 -> acl; acl basic -> acl; acl advanced -> acl; acl mac -> acl; acl user-defined -> acl; acl logging
  acl trap; acl ? match-order -> acl; acl config; acl threshold-alarm; acl ip-pool; acl -> acl; packet-filter
  time-range -> time-range; traffic classifier -> traffic; traffic behavior -> traffic; traffic policy -> traffic
  traffic -> traffic; traffic-policy; traffic-filter; traffic-limit; traffic-statistic; traffic-redirect
  traffic-secure; qos map-table -> traffic; qos policy -> traffic; qos car; qos; qos-profile -> traffic
  diffserv domain -> traffic; drop-profile -> traffic; flow-queue; flow-wred-profile -> traffic
  flow-mapping -> traffic; schedule-profile -> traffic; policy-based-route -> route-policy; car
  port-queue-template -> traffic
  bgp -> bgp; ospf -> ospf; ospfv3 -> ospf; isis -> isis; rip -> rip; ripng -> rip; router id; router
  route-policy -> route-policy; xpl -> route-filter; route; route-policy-change; routing; router-id; preference
  filter-policy; multicast; pim -> manual; igmp -> manual; mld -> manual; msdp -> manual; igmp-snooping -> manual
  mld-snooping -> manual; l2-multicast; mpls lsr-id; mpls ldp -> mpls; mpls te; mpls l2vpn -> mpls; mpls -> mpls
  l2vpn; l2tp; l2tp-group -> manual; vsi -> vsi; xconnect-group -> manual; bridge-domain -> bridge-domain
  evpn -> bridge-domain; evpn-overlay; vxlan; vxlan-tunnel; tunnel-policy -> manual; tunnel-selector -> route-policy
  segment-routing -> manual; bfd -> bfd; nqa entry -> nqa; nqa test-instance -> nqa; nqa; track -> track; vrrp; vrrp6
  hsb-group -> manual; hsb-service -> manual; hrp; nsr; dfs-group -> m-lag; m-lag; rpki; keychain -> keychain
  explicit-path -> manual; service-chain
  firewall zone -> zone; firewall interzone -> manual; firewall; security-zone -> zone
  security-policy ip -> security-policy; security-policy ipv6 -> security-policy; security-policy -> security-policy
  policy interzone -> manual; policy zone -> manual; policy; zone-pair -> zone; interzone
  object-policy -> security-policy; auth-policy -> security-policy; traffic-profile -> manual
  audit-policy -> security-policy; proxy-policy -> security-policy; quota-policy -> security-policy; nat-policy -> nat
  nat address-group -> nat; nat server; nat; nat-policy; slb -> manual; session; connlimit; connection-limit; ips; av
  url-filter; url-filtering; anti-ddos; anti-attack; anti-virus; attack-defense policy -> manual; attack-defense
  blacklist; whitelist; cpu-defend policy -> cpu-defend; cpu-defend-policy; cpu-defend; cpu-protect; urpf; aspf
  detect; profile type -> manual; profile -> manual; app-profile -> manual; inspect; inspect-profile
  decryption-policy; sandbox; data-filter; file-blocking; content-filter; waf; dpi; update; sa; isp
  healthcheck -> manual; link-group; multi-interface -> manual; multi-link; ipsec proposal -> ipsec
  ipsec transform-set -> ipsec; ipsec policy -> ipsec; ipsec policy-template -> ipsec; ipsec profile -> ipsec
  ipsec sa; ipsec; ike proposal -> ike; ike peer -> ike; ike profile -> ike; ike keychain -> ike; ike; ikev2; sslvpn
  v-gateway -> manual; v-gateway; dynamic; right-manager; user; vsys -> manual; context -> manual; mdc -> manual
  assign; ddns; wlan ac -> wlan; wlan global; wlan -> wlan; wlan ap -> wlan; wlan service-template -> wlan; capwap
  ap-group -> wlan
  dialer-rule -> manual; dialer; apn; cellular; adsl; pppoe; ppp; local; gre; nhrp; dsvpn; smart; undo-smart
  plug-and-play; ztp; auto-config; ndb; openflow; opentelemetry; vds; efz; ecc; lldp-mdn; nvo3; nve; service-template
  process; kernel; parity-error; port-mirroring; cut; collect; mtrace; ping; tracert; user-security-policy; security
  security-enhanced; feature; ecm; info; http-server; ssh-server; fib; mad; forwarding; tcp; udp; tcp-proxy; tcp-mss
  fingerprint; anti; bulk-stat; transmission; cloud; cloud-management; rest; vpn; multicast-vlan; global; statistic
  ccc; mux; service; xmpp; local-proxy; agile; as-access; uni-mng -> manual; as-auth; edsg; graceful-restart; ndd; svf
  config; dual-active; set save-configuration; mirror; vsm; ethernet-arp; trill; fcoe; dcb; ifnet; link-flap; reboot
  factory-configuration; netmanager; remote-access; rule; gateway; dot1q; digit; app; terminal; pool; location
  management; user-defined; diffserv; isolate; sys; device-classification
"""
