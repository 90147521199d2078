"""The commands of Cisco IOS and its kin (Ruijie RGOS, ZTE ROS, NX-OS, IOS-XR, ASA …) that we know, by view.

Written from the vendors' public command references. What only one system has does no harm in another. `no` is understood
before every command.
"""

SHARED = """
view interface
  description; shutdown; mtu; speed; duplex; full-duplex; half-duplex; bandwidth; delay; negotiation; mdix; media-type
  load-interval; carrier-delay; keepalive; hold-queue; encapsulation; logging; snmp; cdp; lldp; udld; loopback
  mac-address; name; nameif; security-level; standby; vrrp; glbp; backup; crypto; tunnel; bridge-group; port-channel
  channel-group; channel-protocol; lacp; storm-control; macsec; switchport; spanning-tree; qos; mls; auto
  service-policy; service instance -> service-instance; service; traffic-shape; rate-limit; random-detect; fair-queue
  priority-queue; custom-queue-list; max-reserved-bandwidth; tx-ring-limit; tx-queue-limit; rx-queue-limit; queue-set
  srr-queue; wrr-queue; rcv-queue; priority-flow-control; flowcontrol; arp; vrf; ipv4; l2transport; l2protocol
  l2protocol-tunnel; xconnect; mpls; isis; clns; bfd; dampening; power; powerof; dot1x; authentication; mab
  access-session; device-tracking; ipv6-snooping; source; ppp; dialer; dialer-group; pppoe; pppoe-client; peer; async
  physical-layer; clock; clockrate; dce-terminal-timing-enable; framing; linecode; cablelength; invert
  frame-relay -> frame-relay; atm; pvc -> pvc; dsl; bundle; bundle-enable; isdn; compress; voice-port; nat; ntp
  ethernet; dot1q; trust; alias; vlan; vlan-id; pim; igmp; hsrp; vpc; fabricpath; link; medium; rewrite; dfs
  station-role; ssid -> ssid; channel; power; rts; fragment-threshold; broadcast-key; encryption; antenna; beacon
  world-mode; rssi; payload-encapsulation; dot11; infrastructure-client; parent; packet; wpa; guest-mode; nonegotiate
  monitor; transmit-interface; default-interface; hssi; mop; ipx; appletalk; decnet; bridge; vtp; timeout; flow
  sampler; zone-member; ospfv3; rip; eigrp; cts; evpn; nve; member; fex; ip|ipv6; poe; rldp; switchport; port-security
  security; medium-type; errdisable; loopback-detect; arp-check; anti-arp-spoofing; dhcp; igmp-snooping; mode
  priority; exit; tos; analysis-module; ima-group; ima; pri-group; dsu; yellow; fdl; service-module; txspeed; rxspeed
  multilink; virtual-template; fras; llc2; sdlc; smrp; cgmp; rmon; reliable-link; performance; cell-packing
  management; management-only; allocate-interface; port; nsf; gre; dual-homing; redundancy; hardware; transceiver
  beacon; ptp; out-of-band; ip-mtu; vlan-range; l2; set; access-group; private-vlan; auto-route; lag; fec; squelch
  mpls-te; enable; disable; no-shutdown; forwarding; tag; untagged; tagged; port-name; trunk; stp; lisp; isolate; mka
  mvrp; source-route; access; link-state; remote; mac; switch; voice; link-flap; link-up-delay; route-cache
  medium-sharing
view interface-hidden
  ppp
view service-instance
  encapsulation; rewrite; bridge-domain; description; xconnect; ethernet; service-policy; l2protocol; mac; shutdown
  storm-control; cfm; member; snmp; ip; group; errdisable
view ssid
  authentication; vlan; guest-mode; max-associations; accounting; wpa-psk; infrastructure-ssid; mobility; mbssid
  information-element; dtim-period; ip; dot1x; admit-traffic; wids; l2-filter; station; web-auth
view pvc
  vbr-nrt; vbr-rt; ubr; cbr; abr; dialer; protocol; encapsulation; oam-pvc; oam; oam-range; tx-ring-limit
  service-policy; pppoe-client; inarp; broadcast; ip; class-vc; create; queue-depth; exit
view frame-relay
  class; interface-dlci; ip; frame-relay
view line
  login; password; transport; exec-timeout; access-class; ipv6 access-class; logging; privilege; session-timeout
  absolute-timeout; exec; exec prompt; authorization; accounting; stopbits; databits; parity; speed; flowcontrol
  modem; autoselect; history; length; width; location; logout-warning; rotary; escape-character; notify; motd-banner
  exec-banner; refuse-message; vacant-message; session-limit; terminal-type; autohangup; autocommand; callback; script
  timeout; transport-preferred; session-disconnect-warning; domain-lookup; international; padding
  start-character|stop-character; special-character-bits; data-character-bits; activation-character
  disconnect-character; hold-character; dispatch-character; dispatch-timeout; full-help; editing; monitor; lockable
  ip tcp; ip netmask-format; ip; vrf; rxspeed; txspeed; buffer-length; telnet; transport; secret; users; cli
  secondary; default-value; online-help; x25; ppp; mode; idle-timeout; time-out; device; enable; prompt; max-sessions
  authentication; lpass
view bgp
  router-id; bgp; neighbor -> bgp; network; aggregate-address; redistribute; address-family -> bgp
  exit-address-family; maximum-paths; timers; auto-summary; synchronization; distance; default-information
  default-metric; table-map; distribute-list; template -> bgp; exit-peer-policy; exit-peer-session; scope; vrf -> bgp
  rd; remote-as; update-source; description; ebgp-multihop; send-community; route-policy; route-map; next-hop-self
  password; keychain; use; session-group -> bgp; neighbor-group -> bgp; af-group -> bgp; log-neighbor-changes
  send-community-ebgp; send-extended-community-ebgp; origin-as; prefix-sid; graceful-restart; cluster-id; dampening
  soft-reconfiguration; inherit; activate; default-originate; prefix-list; filter-list; weight; allowas-in
  as-override; advertise; advertise-map; maximum-prefix; export; import; additional-paths; nsr; ibgp; local; retain
  label; allocate-label; mpls; rpki; segment-routing; route-target; exit; bestpath; nexthop; peer; peer-group
  local-as; shutdown; capability; bfd; fall-over; route-reflector-client; remove-private-as; disable-connected-check
  ttl-security; transport; dont-capability-negotiate; low-memory; log; confederation; l2vpn; suppress-inactive
  always-compare-med; deterministic-med; as-format; client-to-client; cluster; peer-policy; peer-session; snmp
  traffic-index; unsuppress-map; aigp; site-of-origin; multipath; ebgp; egress-engineering; bmp; evpn; summary-address
  exit-vrf; passive-interface
view ospf
  router-id; network; area; passive-interface; redistribute; default-information; log-adjacency-changes; log
  auto-cost; timers; spf; distribute-list; summary-address; distance; neighbor; max-metric; maximum-paths; nsf; nsr
  bfd; mpls; capability; domain-id; default-metric; ispf; limit; prefix-suppression; discard-route; ignore; max-lsa
  queue; traffic-share; ttl-security; address-family -> ospf; exit-address-family; interface -> ospf; cost
  authentication; message-digest-key; dead-interval; hello-interval; priority; passive; bfd; vrf -> ospf; snmp
  cost-fallback; nsf; segment-routing; fast-reroute; hello; graceful-restart; compatible; stub; nssa; range
  authentication-key; shutdown; prefix-priority; spf; flood-reduction; demand-circuit; router; exit; microloop
  mtu-ignore; retransmit-interval; transmit-delay; virtual-link; default; process-min-time; rfc1583compatibility
  protocol; redistribute-internal; maximum; metric; overflow; host; event-log; interface-id; local-rib-criteria
  name-lookup; dead; point-to-multipoint; weight; security; loopback; flood
view eigrp
  network; redistribute; passive-interface; auto-summary; eigrp; address-family -> eigrp; exit-address-family
  topology -> eigrp; exit-af-topology; af-interface -> eigrp; exit-af-interface; distribute-list; default-information
  default-metric; distance; neighbor; offset-list; metric; variance; maximum-paths; timers; traffic-share
  summary-address; summary-metric; hello-interval; hold-time; authentication; bandwidth-percent; next-hop-self
  split-horizon; stub; router-id; log-neighbor-changes; shutdown; nsf; add-paths; dampening-change; dampening-interval
  vrf -> eigrp; autonomous-system; interface -> eigrp; exit; bfd; remote-neighbors; fast-reroute
  service-family -> eigrp; sf-interface -> eigrp; exit-service-family; exit-sf-interface; exit-sf-topology
view isis
  net; is-type; metric-style; log-adjacency-changes; passive-interface; redistribute; default-information
  authentication; area-password; domain-password; set-overload-bit; spf-interval; prc-interval; lsp-gen-interval
  lsp-refresh-interval; max-lsp-lifetime; address-family -> isis; exit-address-family; interface -> isis; circuit-type
  metric; point-to-point; hello; hello-interval; hello-padding; hello-password; nsf; nsr; mpls; bfd; fast-reroute
  ispf; maximum-paths; summary-address; summary-prefix; distance; hostname; advertise; protocol; multi-topology
  lsp-password; lsp-mtu; log; segment-routing; single-topology; nsr; priority; tag; passive; retransmit-interval
  csnp-interval; distribute-list; skeptical; is; vrf -> isis; external; traffic-share; use; ignore-lsp-errors
  update-queue-depth; partition; attached-bit; microloop; affinity-map; suppressed; lsp-full; reference-bandwidth
  adjacency-check; default; shutdown; snmp-server; purge-transmit; min-lsp-arrivaltime; disabled
view rip
  version; network; passive-interface; redistribute; auto-summary; default-information; default-metric; distance
  distribute-list; neighbor; offset-list; timers; validate-update-source; maximum-paths; output-delay
  address-family -> rip; exit-address-family; flash-update-threshold; input-queue; interface -> rip; poison-reverse
  vrf -> rip; split-horizon; traffic-share; metric-zero-accept; receive; graceful-restart; nsf; bfd
view acl
  permit; deny; remark; dynamic; evaluate; sequence; ? permit|deny|remark|dynamic|evaluate|comment|rule|seq; seq
  statistics; per-user-override; hardware; fragments; exit; description; list-remark; rule; access-list
  match-local-traffic; ignore; expert; include; ipv4; ipv6
view vlan
  name; state; mode; mtu; shutdown; remote-span; private-vlan; media; ring; parent; bridge; stp; said; backupcrf; ste
  are; tb-vlan1|tb-vlan2; exit; vn-segment; fabricpath; service-policy; ip; ipv6; description; tagged; untagged
  router-interface; spanning-tree; management; multicast; igmp; add; range; voice; subvlan; supervlan
  subvlan-address-range; protocol-vlan; igmp-snooping; proxy-arp; interface; voice-vlan
view vrf
  rd; route-target; description; address-family -> vrf; exit-address-family; import; export; vnet; maximum; bgp; ip
  ipv6; vpn; mdt; vni; address; route-replicate; ?; dhcp; mode; reoriginate; shutdown; inter-as-hybrid; domain-name
  name-server
view dhcp-pool
  network; default-router; dns-server; domain-name; lease; host; client-identifier; hardware-address
  netbios-name-server; netbios-node-type; option; bootfile; next-server; import; class -> dhcp-pool; address; relay
  vrf; utilization; origin; subnet; accounting; update; reserved-only; client-name; override; remember; range
  address-range; information; prefix-delegation; link-address; sip; exit; lease-time; renew; trust-option82; server
  secondary-server; lease-threshold; next; ip; bind; gateway; arp; default-router-list
view policy
  class -> policy; description; match; set; police -> policy; bandwidth; priority; queue-limit; random-detect; shape
  service-policy; fair-queue; drop; pass; inspect; netflow; compression; conform-action|exceed-action|violate-action
  conform-color; account; trust; dbl; queue-buffers
  ? class|do-all|do-until-failure|authenticate|activate|terminate|permit|deny; parameters -> policy; exit; tcp
  fragment; ip; type; protocol; log; end-policy-map; end-class-map; child; reset; message-length; permit-unknown
  random; reserved-bits; encapsulated-traffic-statistics; event; authenticate; activate; terminate; resume; authorize
  unauthorize; map; restart; replace; clear-session; err-disable; restrict; protect; input|output; header-compression
  netflow-sampler; estimate; mls; tx-queue; if-match; redirect; mark; rate-limit; allow|deny|permit; id; dns-guard
  max-attack; apply; default-inspection-traffic; http; mask; drop-connection; call; rtp; content; deny-url; mail
  banner; sip; state-checking; max-forwards-validation; software-version; strict-header; uri; traffic-non-sip; im
  mask-banner; command; im-protocol; ftp
view route-map
  match; set; description; continue; exit; sequence; on-match; call
view aaa-group
  server; server-private; ip; deadtime; authorization; accounting; attribute; load-balance; cache; vrf
  source-interface; backoff; throttle; mac-delimiter; subscriber; domain-stripping; use-vrf; ipv6; key; use; domain
  timeout; exit; load; radius; tacacs; server-group
view server
  address; key; timeout; retransmit; single-connection; port; automate-tester; pac; backoff; non-standard; dtls; tls
  aaa; auth-port; acct-port; alias; description; connection; ipv4; ipv6; idle-timeout; server; delimiter
  send-nat-address; retry; stats; trust; group; client; idle; username; deadtime; policy; reactivation-mode
  max-failed-attempts; server-port; ldap-base-dn; ldap-scope; ldap-naming-attribute; ldap-login-dn
  ldap-login-password; server-type; authentication-port; accounting-port; accounting-mode; sdi-version
  interim-accounting-update; dynamic-authorization; authorize-only; merge-dacl; kerberos-realm; ldap-over-ssl
  ldap-attribute-map; map-name; map-value; realm-id; nt-auth-domain-controller; bind; base-dn; search-filter
  load-balance; secure; transport
view archive
  path; maximum; write-memory; time-period; log config -> archive; log -> archive; logging; notify; hidekeys; record
  exit; rollback; default
view crypto
  encr|encryption; hash; authentication; group; lifetime; set; match; description; mode; reverse-route; enrollment
  subject-name; revocation-check; rsakeypair; fqdn; serial-number; certificate -> certificate; ca -> crypto; crl
  usage; auto-enroll; password; source; vrf; subject-alt-name; eku; storage; pre-shared-key; keyring; peer -> crypto
  address; hostname; identity; proposal; integrity; prf; policy; self-identity; client; isakmp; virtual-template
  local-address; accounting; initiate; keepalive; tunnel; esp-null; key; acl; pool; dns; wins; domain; netmask
  save-password; include-local-lan; split-dns; max-users; max-logins; firewall; banner; backup-gateway
  access-restrict; configuration; connect; username; xauth; protocol; profile; ikev1; ikev2; aaa; dpd; nat
  config-exchange; local; remote; responder-only; interface; ip; ipsec; transform-set; security-association; pfs
  ike-version; qos; dialer; server; rekey; sa; address-pool; replay; grant; database; issuer-name; redundancy; cdp-url
  ocsp; trustpoint; chain; enroll; exit; id-cert-issuer; validation-policy; validation-usage; proxy-ldc-issuer
  keypair; email; policy-map; lifetime-seconds; crypto; no-xauth; group-policy; default-group-policy; ciphersuite
  rsa-pubkey; named-key; addressed-key; key-string; quit; regenerate; dh
view certificate
  ?
view key-chain
  key -> key-chain; key-string; accept-lifetime|send-lifetime; cryptographic-algorithm; tcp; send-id|recv-id
  include-tcp-options; macsec; description; timezone; exit; accept-tolerance; accept-ao-mismatch; lifetime; id
  address; destination-pattern
view sla
  icmp-echo|icmp-jitter; type; timeout; frequency; threshold; tos; tag; owner; request-data-size; udp-jitter; udp-echo
  tcp-connect; http; dns; history; hops-of-statistics-kept; distributions-of-statistics-kept; path-echo; verify-data
  vrf; source-ip; source-interface; operation-packet-priority; precision; exit; operation -> sla; statistics; schedule
  start-time; destination; interval; packet; source; life; data-pattern; ftp; dhcp; ethernet; samples-of-history-kept
  buckets-of-history-kept; lives-of-history-kept; filter-for-history; enhanced-history; aggregate; advantage-factor
  num-packets; response-data-size; dlsw; mpls; path-jitter; video; voip; ttl; expect; ageout; recurring; reaction
  probe
view track
  delay; object; ip; threshold; default; resolution; type; line-protocol; route; rtr; boolean; exit; description
  rising|falling; action; comment; carrier-delay; threshold-up; tag
view dial-peer
  destination-pattern; port; session; codec; dtmf-relay; preference; incoming; service; voice-class; description
  huntstop; translation-profile; forward-digits; prefix; max-conn; corlist; fax; fax-relay; modem; progress_ind
  direct-inward-dial; answer-address; digit_collect; playout-delay; ip; vad; req-qos; tech-prefix
  supplementary-service; signaling; authentication; registration; retry; sip-server; sip-ua; number; name; connection
  timing; timeouts; station-id; impedance; cptone; signal; echo-cancel; input; output; operation; type; call
  caller-id; translation-rule; rule; translate; allow-connections; h323; sip -> dial-peer; bind; registrar; redirect
  early-offer; mode; media; asserted-id; max-ephones; max-dn; max-redirect; load; create; cnf-file; voicemail; moh
  multicast; max-conferences; transfer-system; transfer-pattern; time-format; date-format; dn-webedit; time-webedit
  web; secondary-dialtone; number; label; mac-address; button; username; device-security-mode; auto-line; pickup-group
  speed-dial; keyphone; ephone; system; network-locale; user-locale; dialplan-pattern; after-hours; keepalive
  softkeys; template; source-address; url; shutdown; translation; list; shared-line; trunk; secondary; cor; member
  conference; dsp; dspfarm; associate; maximum; units; sccp; sdspfarm; controller; tls-profile; access-list; mtp
  max-forwards; trust; fallback; alias; incoming; destination; uri; security; dynamic; peer; trunk-group; hunt-scheme
  carrier-id; service-type; digit; rtp; response-timeout; error-correction; pots; ds0-group; pri-group; framing; clock
  linecode; cablelength; bootup; limit-dn; message-waiting; olsontimezone; extension; hunt; night-service; pin
  paging-dn; auto-register; ata; emergency; elin; location; callback; final; statistics; present-call; logout-profile
  phone; caller; srst; cnf; conn; bulk; calling; voice; register; dialout; e911; video; nte-end-digit-delay; g711
  transport; hairpin; history-info
view zone
  description; service-policy; source; destination; protocol; zone; member; exit
view parameter-map
  alert; audit-trail; max-incomplete; one-minute; tcp; udp; icmp; dns-timeout; sessions; pattern; server; log; exit
  message; url; cache; urlf-server-log; block-page; allow-mode; redirect; banner; timeout; type; virtual-ip; consent
  parameter; title; cws-profile; user-group; license; on-failure; source; domain; zone-mismatch; custom; watch-list
  rewrite; set; port; persistence-rebalance; buffer; queue-limit; exceed-mss; nagle; secondary-color; logo; lisp
view flow
  match; collect; destination; source; transport; export-protocol; template; option; record; exporter; cache; options
  dscp; ttl; statistics; description; mode; version; exit; sampler; output-features; random; timeout; collector
  monitor; netflow; interface; ipfix; input|output
view applet
  event; action; description; trigger -> applet; exit; set; correlate; attribute
view object
  host; subnet; range; network-object; service-object; port-object; group-object; protocol-object; icmp-object
  description; fqdn; nat; service; network; user; user-group; security-group; exit; ?; eq; tcp; udp; icmp; lt; gt; pos
  ip; tcp-udp; any
view group-policy
  ?
view isakmp = crypto
view redundancy
  mode; main-cpu; auto-sync; keepalive-enable; linecard-group; protocol; application -> redundancy; name; data
  control; asynchronous-routing; preempt; track; priority; failover; group; peer; maintenance-mode; policy; exit
  timers; authentication; bfd; inter-device; scheme; member; class; switchover; standalone; redundant; configuration
  host-standby
view spanning-tree
  name; revision; instance; exit; show; abort; private-vlan; vlan; pathcost; priority; mode; bpdu-guard|bpduguard
  digest; region
view role
  rule; description; vlan; interface; vrf; permit; deny; feature; policy; commands; inherit; group; taskgroup; task
  secret; privilege; password; view; exit; superview; users; usergroup; ssh; secret; level; allowed; ip; alias
  guest-account; creation-time; lifetime; email; wildcard; access-class; role; attribute; service-type
  vpn-group-policy; memberof; user-maxlinks; nopassword; public-key; login; autocommand; address; access; key-hash
  key-string
view subscription
  ?
view vpdn
  accept-dialin|request-dialin|accept-dialout|request-dialout -> vpdn; protocol; virtual-template; terminate-from
  local; l2tp; initiate-to; domain; source-ip; description; session-limit; rotary-group; lcp; pool-member
  authentication; ip; force-local-chap; default; relay; request; dsl-line-info-forwarding; session; sessions; service
  max-pado; ac; vrf; bind; nas-port-id; control; pado; virtual; tag; pppoe; encapsulation; vendor-tag; exit; dialer
  multihop; source; backup
view call-home
  contact-email-addr; contact; profile -> call-home; destination; active; subscribe-to-alert-group; service
  street-address; site-id; customer-id; mail-server; sender; source-interface; source-ip-address; http-proxy
  rate-limit; phone-number; reporting; alert-group; alert-group-config; anonymous-reporting-only; reporting; transport
  data-privacy; aaa-authorization; vrf; syslog-throttling; email-contact; phone-contact; streetaddress; enable; exit
  email; periodic-inventory; duplicate-message; switch-priority; contract-id; index; contract; http; contact-name
view control-plane
  management-plane -> rpl; service-policy; management-interface; exit; host; transit; cef-exception; inspect; ipv6; ip
  netflow; scale-factor; police; security; protection; cpu-protect; acl-trap; glean; attack
view controller
  framing; clock; linecode; cablelength; channel-group; ds0-group; pri-group; description; shutdown; fdl; line-term
  operating; mode; tdm-group; t1; e1; modem; firmware; sfp; cem-group; bert; overhead; loopback; dsl-mode
  ignore-error-duration; dsl-group; line-mode; line-rate; equipment-type; national; yellow; alarm-delay; controller
  ports; snmp; au-3|au-4; vtg; tug-2|tug-3; k1; sts-1; threshold; report; ais-shut; g709; wavelength; port-mode
  optics; breakout; rx-los-threshold; proactive; otu; fec; perf-mon; log; secondary-admin-state
view ntp
  ?
view monitor
  source; destination; description; filter; erspan-id; origin; ip; shutdown; mtu; vrf; header-type; rx; tx; limit
  capture; interface; buffer; exit; access-list; clear; control-plane; buf; class-map; type; mode; rate-limit
  ethertype; session
view macro
  ?
view bridge
  bridge; interface -> bridge; bridge-domain -> bridge; pw-class -> bridge; p2p -> bridge; group -> bridge
  xconnect -> bridge; neighbor -> bridge; routed; mac; mtu; vfi -> bridge; description; encapsulation; transport-mode
  control-word; load-balancing; flooding; storm-control; split-horizon; evi; pw-id; igmp; dhcp; logging; redundancy
  mpls; protocol; mode; advertise-mac; evpn; bgp; rd; route-target; autodiscovery; signaling-protocol; vpn-id; ve-id
  ve-range; backup; router-id; vni; l2vpn; service-instance; member; interworking; preferred-path; exit
  ethernet-segment; static-mac-address; shutdown; learning; static-address; nv; coupled-mode; source; import; export
  pseudowire; flow-label; l2tp; pw; vlan; ip; limit; aging
view mpls
  router-id; mldp; session; session-protection; log; nsr; interface -> mpls; address-family -> mpls; label; neighbor
  discovery; igp; graceful-restart; signalling; ldp; explicit-null; targeted-hello; tunnel; traffic-eng; rsvp
  bandwidth; path-option; auto-tunnel; attribute-set; affinity; reoptimize; logging; fast-reroute; oam; description
  admin-weight; backup; bfd; path-selection; enable; srlg; pce; transport-address; vrf -> mpls; ipv4; ipv6; password
  entropy-label; capabilities; default-vrf; statistics; local; advertise; allocate; redistribute; next-address; static
  index; exclude-address; bidirectional; sync
view rpl
  ?
view xr-set
  ?
view context
  ?
"""

TOP = """
view top
  nxapi; asa; mac-address; service-policy; dns server-group -> rpl
  version; hostname; service; boot; boot-start-marker; boot-end-marker; enable; username -> role; user -> role
  user-name -> role; aaa group server -> aaa-group; aaa-group -> aaa-group; aaa-server -> server; aaa server -> server
  aaa session-id; aaa; clock; logging; security; login; banner; archive -> archive; alias; alias-name; memory
  device-tracking policy -> rpl; transceiver type -> rpl; parser view -> rpl; memory-size; processor; platform; license; wlccp; management-plane; hw-module; module; stack-mac; switch
  switch virtual; system; stack; diagnostic; errdisable; exception; file; scheduler; process; parser; privilege
  prompt; end; exit; config-register; buffers; default-value; do; downward-compatible-config; warm-reboot; upgrade
  power; fan; environment; facility-alarm; snmp-server; snmp; rmon; sntp; ntp server; ntp -> ntp; ptp
  call-home -> call-home; event manager applet -> applet; event; kron; cns; netconf; netconf-yang; restconf; gnmi
  telemetry -> subscription; grpc -> subscription; transport; setup; spd; multilink
  network-clock|network-clock-participate|network-clock-select; mls; tftp-server; tftp; ftp-server; ftp; http; https
  web; web-server; ssh; telnet; crypto key; crypto isakmp policy -> crypto; crypto isakmp -> crypto
  crypto ikev1 policy -> crypto; crypto ikev1 -> crypto; crypto ikev2 -> crypto; crypto ipsec -> crypto
  crypto map -> crypto; crypto dynamic-map -> crypto; crypto pki certificate chain -> crypto; crypto pki -> crypto
  crypto ca certificate chain -> crypto; crypto ca -> crypto; crypto keyring -> crypto; crypto gdoi -> crypto
  crypto engine; crypto logging; crypto vpn; crypto; isakmp; key chain -> key-chain; key config-key; key; password
  password-policy; password-storage; passwd; ppp; pppoe; l2tp-class -> vpdn; l2tp; pseudowire-class -> bridge
  vpdn-group -> vpdn; vpdn; bba-group -> vpdn; dialer; dialer-list; dialer-list ?; chat-script; modemcap; async-bootp
  isdn; vty-async; translate; x25; x29; frame-relay; map-class -> policy; map-list; atm; dot11 ssid -> ssid; dot11
  wlan; ap; wireless; radius server -> server; radius-server; radius; tacacs server -> server; tacacs-server -> server
  tacacs; ldap; dot1x; authentication; identity; access-session; device-sensor; device-tracking; mab
  ip dhcp pool -> dhcp-pool; ip dhcp class -> dhcp-pool; ip dhcp; ip access-list -> acl; ip inspect; ip ips
  ip sla monitor -> sla; ip sla -> sla; ip vrf -> vrf; ip nat; ip http; ip ssh; ip scp; ip ftp; ip tftp; ip telnet
  ip route
  ip routing; ip prefix-list; ip as-path; ip community-list; ip extcommunity-list; ip domain; ip domain-name
  ip domain-list; ip domain-lookup; ip name-server; ip host; ip default-gateway; ip default-network; ip classless
  ip subnet-zero; ip cef; ip forward-protocol; ip finger; ip bootp; ip source-route; ip gratuitous-arps; ip tcp
  ip udp; ip icmp; ip arp; ip igmp; ip pim; ip multicast; ip multicast-routing; ip mroute; ip msdp; ip rsvp; ip local
  ip radius; ip tacacs; ip flow-export; ip flow-cache; ip flow-capture; ip flow-top-talkers -> flow; ip flow
  ip accounting; ip accounting-threshold; ip accounting-list; ip bgp-community; ip ospf; ip wccp; ip port-map
  ip options; ip rcmd; ip address; ip admission; ip auth-proxy; ip identd; ip spd; ip mtu; ip dns; ip verify; ip nbar
  ip explicit-path -> sla; ip policy; ip device; ip device-tracking; ip source; ip load-sharing; ip redirects
  ip alias; ip bootp; ip urlfilter; ip virtual-reassembly; ip audit; ip kerberos; ip security; ip drp
  ip traffic-export; ip cef; ip vrf-forwarding; ip rtcp; ip mobile; ip nhrp; ip router; ip router-id; ip multipath
  ip dampening; ip ddns; ip server; ip service; ip switching; ip unreachables; ip zone; ip ip-sec; ip as; ip rip
  ip fast; ip ref; ip anti; ip session; ip proxy; ip irdp; ip gateway; ip ttl; ip tunnel; ip bgp; ip community
  ip object-group -> object; ip slb -> object; ip ips; ip rate; ip sticky-arp; ip fpm; ip vpn; ip lookup; ip pool
  ip adjacency; ip extcommunity; ip large-community-list; ip icmp-errors; ip arp-proxy; ip header; ip web; ip hold
  ip hsrp; ip ping; ip reflexive-list; ip rpf; ip scp; ip sdee; ip nat-pool; ip load
  ipv6 access-list -> acl; ipv6 router ospf -> ospf; ipv6 router eigrp -> eigrp; ipv6 router rip -> rip
  ipv6 router isis -> isis; ipv6 router -> ospf; ipv6 dhcp pool -> dhcp-pool; ipv6; ipv4 access-list -> acl; ipv4
  mac access-list -> acl; mac; mac-address-table; arp access-list -> acl; arp; arp-check; expert access-list -> acl
  access-list; access-list-alias; access-group; time-range -> track; prefix-list; end-set; end-policy
  prefix-set -> rpl; as-path-set -> rpl; community-set -> rpl; extcommunity-set -> rpl; rd-set -> rpl
  route-policy -> rpl; route-map -> route-map; route; route-tag; router bgp -> bgp; router ospf -> ospf
  router ospfv3 -> ospf; router eigrp -> eigrp; router isis -> isis; router rip -> rip; router static -> rpl
  router hsrp -> rpl; router vrrp -> rpl; router igmp -> rpl; router pim -> rpl; router msdp -> rpl
  router lisp -> rpl; router igrp -> rip; router odr -> rip; router mobile; router; bgp; vrf definition -> vrf
  vrf context -> vrf; vrf -> vrf; mpls ldp -> mpls; mpls traffic-eng -> mpls; mpls; rsvp -> mpls
  segment-routing -> rpl; l2vpn -> bridge; l2 vfi -> bridge; evpn -> bridge; bridge-domain -> bridge; bridge
  multicast-routing -> rpl; multicast; interface -> interface; controller -> controller; cem; vlan -> vlan; vlan-range
  vtp; spanning-tree mst configuration -> spanning-tree; spanning-tree; udld; cdp; lldp; lacp; port-channel
  port-security; storm-control; monitor session -> monitor; monitor -> monitor; mirror; rspan; sflow; netflow
  flow record -> flow; flow exporter -> flow; flow exporter-map -> flow; flow monitor -> flow
  flow monitor-map -> flow; flow-sampler-map -> flow; flow; sampler -> flow; sampler-map -> flow; class-map -> policy
  policy-map -> policy; class -> policy; policy-manager; priority-list; queue-list; qos; auto; wrr-queue
  table-map -> policy; parameter-map -> parameter-map; zone security -> zone; zone-pair security -> zone; zone -> zone
  zone-pair -> zone; object-group -> object; object -> object; object-network; regex; track -> track; fhrp; standby
  vrrp; redundancy -> redundancy; control-plane -> control-plane; control -> control-plane; nfvis
  dial-peer -> dial-peer; dial-control-mib; voice -> dial-peer; voice-port -> dial-peer; voice-card -> dial-peer
  voice-gateway; num-exp; gateway -> dial-peer; gatekeeper -> dial-peer; sip-ua -> dial-peer; sccp -> dial-peer; sccp
  telephony-service -> dial-peer; ephone-dn -> dial-peer; ephone -> dial-peer; ephone-template -> dial-peer
  ephone-hunt -> dial-peer; call-manager-fallback -> dial-peer; ccm-manager; mgcp profile -> dial-peer; mgcp
  credentials -> dial-peer; dspfarm profile -> dial-peer; dspfarm; translation-rule -> dial-peer
  application -> dial-peer; call; line -> line; macro name -> macro; macro; define; template -> interface; partition
  subscriber; service-template -> policy; webvpn -> group-policy; webui; lisp; nat; nat64; nhrp; performance; pnp
  crypto; dns; domain; domain-name; cef; decnet; clns; ipx; appletalk; dlsw; source-bridge; netbios; rtr; sgbp; stun
  tdm; resource; resource-policy; rif; rcv-queue; tclsh; tacacs; scripting; epm; fabric; coap; avc; iox; app-hosting
  remote; beep; cisp; cts; cwmp; ethernet; energywise; esmc; vstack; profile; l3vpn; lane; mobility; mobile; ppp; oer
  pfr; onep; shell; software; test; trunk; xconnect -> bridge; xdr; wccp; wrr; redistribute; hidekeys; default
  ntp-service
  feature; feature-set; vpc -> rpl; vdc -> rpl; role -> role; fex -> interface; install; hardware; copp; cfs
  fabricpath; nv; nve; poap; callhome -> call-home; switchname; tacacs+; radius; icam; slot; rate-limit; ssl; fips
  terminal; logging; line; hostname-prefix; zone; scheduler; bfd; hsrp; password; xml; dhcp ipv4 -> rpl
  dhcp ipv6 -> rpl; dhcp; pool -> rpl; cinetd; tcp; udp; icmp; lpts -> rpl; taskgroup -> role; usergroup -> role
  group -> rpl; apply-group; commit; domain; ssh; call-home; fpd; mibs; performance-mgmt -> rpl; cdp; frequency -> rpl
  ethernet -> rpl; cfm -> rpl; nsr; object-group -> rpl; explicit-path -> rpl; hw-module; vty-pool; rp; mgmt
  tpa -> rpl; linux -> rpl; appmgr -> rpl; dynamic-access-policy-record -> group-policy; group-policy -> group-policy
  tunnel-group -> group-policy; group-object; nameif; names; name; pager; mtu; failover; asdm; threat-detection
  timeout; sysopt; dhcpd; dhcprelay; same-security-traffic; global; static; conduit; url-list; vpn-group
  vpn-sessiondb; vpn-addr-assign; vpn; vpnsetup; smtp-server; checkheaps; console; ftp-map; http-map; imap4s; pop3s
  smtps; management-access; policy; priority-queue; prefix; quota; user-identity; sla monitor -> sla; sla; established
  fixup; fragment; filter; url-server; url-block; url-cache; virtual; auth-prompt; terminal; firewall
  context -> context; admin-context; mode; changeto; allocate-acl-partition; access-list; arp; asp; cluster
  compression; configure; coredump; ctl-file; ctl-provider; eject; ldap attribute-map -> server; ldap; mroute
  multicast-routing; pim; igmp; object; pak; pat; rest-api; scansafe; shun; snmp-map; tls-proxy; wccp; xlate
  zonelabs-integrity; jumbo-frame; ip-local-pool; tcp-map -> policy; class-map-type; user-authentication
  Cryptochecksum; cryptochecksum
  install-mode; rldp; errdisable; aggregateport; anti-arp-spoofing; cpu-protect; nfpp -> rpl; sntp; web-server; enable
  vsl-aggregateport; switch; port-group; gvrp; igmp; mld; ipfix; syslog; info-center; syslogd; log; logging; ads
  hostname; sysname; wlan-config -> rpl; ap-config -> rpl; ap-group -> rpl; ac-controller -> rpl; wlansec -> rpl
  wids -> rpl; dhcp-server; control-plane; cwmp; rerp; reup; erps; memory-lack; sysmac; co-operate; webmaster; session
  user-maxlinks; url; security-zone; smart; link; zam; mng; web-auth; web; portal; identity-policy; ias; ids; urpf
  ztp; bridge-mode; device-name; !; mstp; errdisable; global-protect; system-max; management-vrf
  overlay-gateway -> rpl; lag -> interface; stp; igmp-snooping; ssh-server; aaa-authentication-template -> rpl
  aaa-authorization-template -> rpl; aaa-accounting-template -> rpl; system-user -> rpl; user-authentication-template
  nvram; version-load; load-balance; vrrp; tacplus-server; tacacs-client; bandwidth; netconf-server; telnet-server
  switchvlan-configuration -> rpl; vlan-configuration -> vlan; if-intf; ipv4-access-list -> acl
  ipv6-access-list -> acl; alarm; fan-speed; cpu-threshold; remote-id; mib; set; add; ftp-server; line
"""
