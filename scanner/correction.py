"""The line that should stand in a configuration instead of the one that was found, per family."""

import re
from collections.abc import Sequence

Pairs = Sequence[tuple[str, str]]

VRP: Pairs = (
    (r"telnet (ipv6 )?server enable", "undo telnet server enable"),
    (r"telnet server .*", "undo telnet server enable"),
    (r"http server enable", "undo http server enable"),
    (r"ip http enable", "undo ip http enable"),
    (r"ftp (ipv6 )?server enable", "undo ftp server enable"),
    (r"tftp server enable", "undo tftp server enable"),
    (r"protocol inbound (telnet|all)", "protocol inbound ssh"),
    (r"ssh server compatible-ssh1x enable", "undo ssh server compatible-ssh1x enable"),
    (r"ssh server cipher .*", "ssh server cipher aes256_gcm aes128_gcm aes256_ctr"),
    (r"ssh server hmac .*", "ssh server hmac sha2_512 sha2_256"),
    (r"ssh server (key-exchange|dh-exchange) .*", "ssh server key-exchange dh_group16_sha512 curve25519_sha256"),
    (r"ssh2 algorithm cipher .*", "ssh2 algorithm cipher aes256-gcm aes256-ctr"),
    (r"ssh2 algorithm key-exchange .*", "ssh2 algorithm key-exchange ecdh-sha2-nistp384"),
    (r"ssh2 algorithm mac .*", "ssh2 algorithm mac sha2-512 sha2-256"),
    (r"snmp-agent usm-user v3 (\S+) .*simple .*", r"snmp-agent usm-user v3 \1 …, with cipher in place of simple"),
    (
        r"snmp-agent community .*",
        "undo snmp-agent community NAME; then SNMPv3: snmp-agent group v3 ADMIN privacy acl 2001",
    ),
    (r"snmp-agent sys-info version .*", "snmp-agent sys-info version v3"),
    (r"snmp-agent group v3 (\S+).*", r"snmp-agent group v3 \1 privacy"),
    (
        r"rule (\d+ )?permit ip.*",
        r"rule \1permit tcp source NETWORK WILDCARD destination HOST 0 destination-port eq PORT",
    ),
    (r"default action permit", "default action deny"),
    (r"service-manage (telnet|http) permit", r"undo service-manage \1 permit"),
    (r"web-manager enable", "undo web-manager enable"),
    (r"sysman service telnet enable", "sysman service telnet disable"),
    (
        r"set authentication password simple .*",
        "authentication-mode aaa, with users of their own and no shared password",
    ),
    (r"(.*\S) simple plain \S+", r"\1 md5 cipher NEW-PASSWORD"),
    (r"(.*\S) (?:simple|plain) \S+", r"\1 cipher NEW-PASSWORD"),
    (r"rule (\d+ )?name .*", "below this line: source-address, destination-address and service"),
    (r"action permit", "name source-address, destination-address and service before action permit"),
    (r"address (\d+) .*", r"address \1 NETWORK mask LENGTH"),
    (r"password expire .*", "password expire 90"),
    (r"password alert before-expire .*|undo password alert before-expire", "password alert before-expire 7"),
    (r"undo password alert original", "password alert original"),
    (r"(undo )?password history record.*", "password history record number 5"),
    (r"password-control aging .*|undo password-control aging enable", "password-control aging 90"),
    (r"(undo )?password-control history .*", "password-control history 5"),
    (r"password-control login-attempt .*", "password-control login-attempt 5 exceed lock-time 30"),
    (r"undo info-center enable", "info-center enable"),
    (r"idle-timeout .*", "idle-timeout 10 0"),
    (r"user-interface vty .*|line vty .*", "below this line: acl 2001 inbound"),
    (r"encryption-algorithm .*", "encryption-algorithm sm4-cbc (or aes-cbc-256)"),
    (r"(esp |integrity-|authentication-)?.*md5.*", "sm3 or sha2-256 in place of md5"),
    (r"dh group\d+", "dh group14"),
)
VRP_ONLY: Pairs = (
    (r"authentication-mode (none|password)", "authentication-mode aaa"),
    (r"(local-user \S+ password|super password.*?) (simple|cipher|plain) .*", r"\1 irreversible-cipher NEW-PASSWORD"),
)
COMWARE_ONLY: Pairs = (
    (r"authentication-mode (none|password)", "authentication-mode scheme"),
    (r"password (simple|cipher) .*", "password hash HASH-OF-A-NEW-PASSWORD"),
)
IOS: Pairs = (
    (r"transport input .*", "transport input ssh"),
    (r"ip http server", "no ip http server"),
    (r"http server.*", "no http server"),
    (r"enable service web-server.*", "no enable service web-server http"),
    (r"enable service telnet-server", "no enable service telnet-server"),
    (r"telnet-server enable", "no telnet-server enable"),
    (r"feature telnet", "no feature telnet"),
    (r"telnet .*", "no telnet …, ssh in its place"),
    (r"(ftp|tftp)-server.*", r"no \1-server"),
    (r"ip ssh version 1|no ip ssh version 2", "ip ssh version 2"),
    (r"ip ssh server algorithm encryption .*", "ip ssh server algorithm encryption aes256-gcm aes256-ctr"),
    (r"no login", "login local"),
    (r"login", "login local"),
    (r"exec-timeout .*|no exec-timeout", "exec-timeout 10 0"),
    (r"line vty.*", "below this line: access-class 10 in"),
    (r"nxapi http port .*", "no nxapi http"),
    (r"management telnet", "below this line: shutdown"),
    (r"protocol http", "no protocol http, protocol https in its place"),
    (r"idle-timeout .*", "idle-timeout 10"),
    (r"timeout 0", "timeout 10"),
    (r"access-level rw", "access-level ro"),
    (r"ip ssh server algorithm mac .*", "ip ssh server algorithm mac hmac-sha2-512 hmac-sha2-256"),
    (r"ip ssh server algorithm kex .*", "ip ssh server algorithm kex ecdh-sha2-nistp384"),
    (r"ssh key-exchange .*", "ssh key-exchange group dh-group14-sha256"),
    (r"ssh cipher encryption .*", "ssh cipher encryption high"),
    (r"ssh cipher integrity .*", "ssh cipher integrity high"),
    (r"ssh version .*", "ssh version 2"),
    (r"line telnet server enable", "no line telnet server enable"),
    (r"line telnet idle-timeout .*", "line telnet idle-timeout 10"),
    (r"enable password .*", "enable secret NEW-PASSWORD"),
    (r"username (\S+).*", r"username \1 privilege 10 secret NEW-PASSWORD"),
    (r"password .*", "remove the line password; login local with username NAME secret NEW-PASSWORD"),
    (r"(.*\S) password 7 .*", r"\1 with a new password, in an encrypted form that cannot be turned back"),
    (r"snmp-server community .*", "no snmp-server community NAME; then SNMPv3: snmp-server group ADMIN v3 priv"),
    (r"snmp-server group (\S+) v3.*", r"snmp-server group \1 v3 priv"),
    (r"snmp-server user (\S+) (\S+) v3 .*", r"snmp-server user \1 \2 v3 auth sha NEW priv aes 128 NEW"),
    (r"(\d+ )?permit (ip|any) any any.*", r"\1permit tcp NETWORK WILDCARD host HOST eq PORT"),
    (
        r"access-list (\S+) (?:extended )?permit ip any any.*",
        r"access-list \1 permit tcp NETWORK WILDCARD host HOST eq PORT",
    ),
    (r"no logging on", "logging on"),
    (r"ip source-route", "no ip source-route"),
    (r"vstack", "no vstack"),
    (r"encr(yption)? .*", "encryption aes 256"),
    (r"hash md5", "hash sha256"),
    (r"group [125]", "group 14"),
    (r"aaa authentication login default none", "aaa authentication login default group tacacs+ local"),
)
SERVICES: dict[str, Pairs] = {
    "sshd": (
        (r"permitrootlogin .*", "PermitRootLogin no"),
        (r"permitemptypasswords .*", "PermitEmptyPasswords no"),
        (r"passwordauthentication .*", "PasswordAuthentication no"),
        (r"protocol .*", "Protocol 2"),
        (r"ciphers .*", "Ciphers aes256-gcm@openssh.com,aes256-ctr"),
        (r"macs .*", "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com"),
        (r"kexalgorithms .*", "KexAlgorithms curve25519-sha256,diffie-hellman-group16-sha512"),
        (r"x11forwarding .*", "X11Forwarding no"),
        (r"maxauthtries .*", "MaxAuthTries 4"),
        (r"clientaliveinterval .*", "ClientAliveInterval 300"),
        (r"logingracetime .*", "LoginGraceTime 30"),
    ),
    "redis": (
        (r"protected-mode .*", "protected-mode yes, with requirepass NEW-PASSWORD or an aclfile"),
        (r"bind .*", "bind 127.0.0.1 -::1 (or the address of the application network)"),
        (r"port [1-9].*", "port 0, with tls-port 6379"),
    ),
    "mosquitto": (
        (r"allow_anonymous .*", "allow_anonymous false, with password_file"),
        (r"listener .*", "listener 8883, with certfile, keyfile and cafile"),
    ),
    "vsftpd": (
        (r"anonymous_enable=.*", "anonymous_enable=NO"),
        (r"ssl_enable=.*", "ssl_enable=YES"),
        (r"force_local_logins_ssl=.*", "force_local_logins_ssl=YES"),
        (r"anon_.*=.*", "anon_upload_enable=NO"),
    ),
    "snmpd": (
        (r"r[ow]community6? .*|com2sec6? .*", "remove the line; then SNMPv3: rouser NAME priv"),
        (r"(rouser|rwuser) (\S+).*", r"\1 \2 priv"),
        (r"createuser (?:-e \S+ )?(\S+) .*", r"createUser \1 SHA-256 NEW AES NEW"),
    ),
    "nginx": (
        (r"ssl_protocols .*", "ssl_protocols TLSv1.2 TLSv1.3;"),
        (r"ssl_ciphers .*", "ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384;"),
        (r"autoindex .*", "autoindex off;"),
        (r"server_tokens .*", "server_tokens off;"),
        (r"listen .*", "return 301 https://$host$request_uri; in this server, and listen 443 ssl; in another"),
        (r"user root.*", "user www-data;"),
    ),
    "apache": (
        (r"sslprotocol .*", "SSLProtocol -all +TLSv1.2 +TLSv1.3"),
        (r"options .*", "Options -Indexes"),
        (r"servertokens .*", "ServerTokens Prod"),
        (r"traceenable .*", "TraceEnable Off"),
        (r"user root", "User www-data"),
    ),
    "mysql": (
        (r"bind[-_]address.*", "bind-address = 127.0.0.1 (or the address of the application network)"),
        (r"skip[-_]ssl.*|ssl ?=.*", "ssl_cert = … and ssl_key = …"),
        (r"require_secure_transport.*", "require_secure_transport = ON"),
        (r"default[-_]authentication[-_]plugin.*", "default_authentication_plugin = caching_sha2_password"),
        (r"skip[-_]grant[-_]tables.*", "remove skip-grant-tables"),
    ),
    "postgresql": (
        (r"listen_addresses.*", "listen_addresses = 'localhost' (or the address of the application network)"),
        (r"ssl ?=.*", "ssl = on"),
        (r"password_encryption.*", "password_encryption = scram-sha-256"),
        (r"ssl_min_protocol_version.*", "ssl_min_protocol_version = 'TLSv1.2'"),
    ),
    "pg_hba": ((r"host.*", "hostssl DATABASE USER NETWORK scram-sha-256"),),
    "sysctl": (
        (r"-?(net[./]ipv4[./]conf[./]\S+[./](?:accept_redirects|send_redirects|accept_source_route)).*", r"\1 = 0"),
        (r"net\.ipv4\.tcp_syncookies.*", "net.ipv4.tcp_syncookies = 1"),
        (r"kernel\.randomize_va_space.*", "kernel.randomize_va_space = 2"),
    ),
    "samba": (
        (r"server min protocol.*|min protocol.*", "server min protocol = SMB3"),
        (r"server signing.*", "server signing = mandatory"),
        (r"(guest ok|public|guest only).*", "guest ok = no"),
        (r"map to guest.*", "map to guest = Never"),
    ),
    "dovecot": ((r"ssl ?=.*", "ssl = required"), (r"disable_plaintext_auth.*", "disable_plaintext_auth = yes")),
    "postfix": ((r"mynetworks.*", "mynetworks = 127.0.0.0/8"), (r"smtpd_tls_\S+.*", "smtpd_tls_auth_only = yes")),
    "bind": ((r"allow-transfer.*", "allow-transfer { none; };"), (r"allow-recursion.*", "allow-recursion { localnets; };")),
    "memcached": ((r"-l .*", "-l 127.0.0.1"), (r"-u .*", "-U 0")),
    "proftpd": ((r"<anonymous.*", "remove the block <Anonymous>"), (r"tls(engine|required).*", r"TLSEngine on and TLSRequired on")),
    "tomcat": ((r"<user .*", "remove the account, or give it a password of its own"), (r"<connector .*", "a Connector with SSLEnabled=\"true\"")),
}  # fmt: skip
IOSXR_ONLY: Pairs = ((r"password .*", "secret 10 HASH-OF-A-NEW-PASSWORD"),)
FAMILIES: dict[str, tuple[Pairs, ...]] = {
    "iosxr": (IOSXR_ONLY, IOS),
    "vrp": (VRP_ONLY, VRP),
    "comware": (COMWARE_ONLY, VRP),
    **dict.fromkeys(("ios", "ruijie", "zte", "nxos", "asa", "aoscx", "eos"), (IOS,)),
}


# What is said between commands, longest first, for readers of Chinese; commands stay as they are.
PHRASES: Pairs = (
    ("name source-address, destination-address and service before action permit", "在action permit之前限定source-address、destination-address和service"),
    ("remove the line password; login local with username NAME secret NEW-PASSWORD", "删除线路口令，改为login local，并配置username NAME secret NEW-PASSWORD"),
    (" with a new password, in an encrypted form that cannot be turned back", " 改用新口令，并以不可逆方式保存"),
    (" in this server, and listen 443 ssl; in another", "（本server），另设server监听listen 443 ssl;"),
    ("remove the account, or give it a password of its own", "删除该账户，或为其设置独立口令"),
    (", with requirepass NEW-PASSWORD or an aclfile", "，并配置requirepass NEW-PASSWORD或aclfile"),
    (" (or the address of the application network)", "（或应用网络的地址）"),
    (", with certfile, keyfile and cafile", "，并配置certfile、keyfile和cafile"),
    ("sm3 or sha2-256 in place of md5", "以sm3或sha2-256代替md5"),
    ("ssl_cert = … and ssl_key = …", "ssl_cert = …，ssl_key = …"),
    ("TLSEngine on and TLSRequired on", "TLSEngine on，TLSRequired on"),
    ("remove the block <Anonymous>", "删除<Anonymous>段"),
    ("remove skip-grant-tables", "删除skip-grant-tables"),
    ("a Connector with SSLEnabled", "改用Connector SSLEnabled"),
    ("; then SNMPv3: ", "；再配置SNMPv3："),
    (" (or aes-cbc-256)", "（或aes-cbc-256）"),
    (", and below it: ", "，并在其下配置："),
    ("add: ", "增加："),
    ("below this line: ", "在本行之下增加："),
    ("source-address, destination-address and service", "source-address、destination-address和service"),
    (", ssh in its place", "，改用ssh"),
    (", protocol https in its place", "，改用protocol https"),
    (", with cipher in place of simple", "，以cipher代替simple"),
    (", with users of their own and no shared password", "，使用各自的账户，不用共享口令"),
    ("remove the line", "删除该行"),
    (", with ", "，并配置"),
)  # fmt: skip


def spoken(correction: str, language: str) -> str:
    """A correction for readers of that language."""
    if language == "zh":
        for english, chinese in PHRASES:
            correction = correction.replace(english, chinese)
    return correction


# What a whole configuration lacks, by the rule that says so: the command that adds it.
SERVERS: dict[str, dict[str, str]] = {
    "ds-config-log-server": {
        **dict.fromkeys(("vrp", "comware"), "add: info-center loghost HOST"),
        **dict.fromkeys(("ios", "asa"), "add: logging host HOST"),
        **dict.fromkeys(("ruijie", "nxos"), "add: logging server HOST"),
        **dict.fromkeys(("eos", "aoscx", "iosxr"), "add: logging HOST"),
        "zte": "add: syslog-server host HOST",
    },
    "ds-config-time-server": {
        **dict.fromkeys(("vrp", "comware"), "add: ntp-service unicast-server HOST"),
        **dict.fromkeys(("ios", "asa", "ruijie", "nxos", "eos", "aoscx", "zte"), "add: ntp server HOST"),
        "iosxr": "add: ntp, and below it: server HOST",
    },
    "ds-config-central-login": {
        "vrp": "add: hwtacacs-server template NAME, and below it: hwtacacs-server authentication HOST",
        "comware": "add: hwtacacs scheme NAME, and below it: primary authentication HOST",
        **dict.fromkeys(("ios", "ruijie"), "add: aaa group server tacacs+ NAME, and below it: server HOST"),
        **dict.fromkeys(("iosxr", "nxos", "eos", "aoscx"), "add: tacacs-server host HOST"),
        "asa": "add: aaa-server NAME protocol tacacs+",
    },
}


def corrected(family: str, line: str, rule: str = "") -> str:
    """The line in its corrected form (capital words are to be filled in), or an empty string where none is known. A rule
    about something that is not there is told by what adds it."""
    text = " ".join(line.split())
    if rule in SERVERS:
        return SERVERS[rule].get(family, "")
    for pairs in FAMILIES.get(family, (SERVICES.get(family, ()),)):
        for pattern, replacement in pairs:
            found = re.fullmatch(pattern, text.rstrip(";") if family == "nginx" else text, re.IGNORECASE)
            if found is not None:
                return found.expand(replacement) if "\\" in replacement else replacement
    return ""
