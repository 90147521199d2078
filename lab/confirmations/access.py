"""Offices and files: ldapsearch, smbclient, curl for FTP and TFTP, rsync, and curl for mail."""

from lab.city import Host, Service
from lab.confirmation import Ask, Confirmation, Words, typed

SUFFIX = "dc=lab,dc=example"


def ldap(host: Host, service: Service) -> tuple[Words, ...]:
    where = ("-x", "-o", "nettimeout=5", "-H", f"ldap://{host.address}:{service.port}")
    root = ("ldapsearch", *where, "-LLL", "-s", "base", "-b", "", "supportedExtension")
    return ("ldapsearch", *where, "-LLL", "-b", SUFFIX, "dn"), root


def smb(host: Host, service: Service) -> tuple[Words, ...]:
    scripts = "smb-protocols,smb2-security-mode"
    shares = ("smbclient", "-N", "-p", str(service.port), "-L", host.address)
    return shares, ("nmap", "-n", "-Pn", "-p", str(service.port), "--script", scripts, host.address)


def curl(scheme: str, path: str = "/") -> Ask:
    """curl's view of the conversation."""

    def ask(host: Host, service: Service) -> tuple[Words, ...]:
        return (("curl", "-s", "-v", "-S", "--max-time", "8", f"{scheme}://{host.address}:{service.port}{path}"),)

    return ask


def imap(host: Host, service: Service) -> tuple[Words, ...]:
    return (("nmap", "-n", "-Pn", "-p", str(service.port), "--script", "imap-capabilities", host.address),)


def imap_typed(host: Host, service: Service) -> tuple[Words, ...]:
    return (typed(host, service, "a1 CAPABILITY"),)


def rsync(host: Host, service: Service) -> tuple[Words, ...]:
    where = f"rsync://{host.address}:{service.port}/"
    module = ("sh", "-c", 'rsync --timeout=5 --contimeout=5 "$1" </dev/null 2>&1', "rsync", f"{where}backup/")
    return ("rsync", "--timeout=5", "--contimeout=5", where), module


CONFIRMATIONS = (
    Confirmation(
        "ldap",
        ("slapd",),
        ldap,
        {
            "ds-ldap-anonymous": {"fail": r"(dn: ou=people,\S+)", "pass": r"(Insufficient access \(50\))"},
            "ds-ldap-plain-bind": {
                "fail": r"\A(?!.*1\.3\.6\.1\.4\.1\.1466\.20037).*?(supportedExtension: \S+)",
                "pass": r"(supportedExtension: 1\.3\.6\.1\.4\.1\.1466\.20037)",
            },
        },
    ),
    Confirmation(
        "smb",
        ("samba",),
        smb,
        {
            "ds-smb-signing": {
                "fail": r"(signing enabled but not required)",
                "pass": r"(signing enabled and required)",
            },
            "ds-smb-null-session": {
                "fail": r"(IPC\$ +IPC [^\n]*)",
                "pass": r"(NT_STATUS_ACCESS_DENIED|session setup failed[^\n]*)",
            },
            "ds-smb-v1": {"fail": r"(NT LM 0\.12[^\n]*)", "pass": r"\A(?!.*NT LM 0\.12).*?(3:?[.:]?1:?[.:]?1)"},
        },
    ),
    Confirmation(
        "ftp",
        ("vsftpd", "ftp", "endless"),
        curl("ftp"),
        {
            "ds-ftp-anonymous": {
                "fail": r"(^< 230[^\n]*)",
                "pass": r"(^< 5[35]0[^\n]*|Access denied[^\n]*)",
                "not_assessed": r"(220-still greeting)",
            },
            "ds-ftp-plain-login": {
                "fail": r"(^< 331[^\n]*)",
                "pass": r"(^< 530 [^\n]*)",
                "not_assessed": r"(220-still greeting)",
            },
        },
    ),
    Confirmation(
        "tftp",
        ("tftp", "tftpd"),
        curl("tftp", "/none"),
        {"ds-tftp-enabled": {"*": r"(TFTP error: File not found)"}},
    ),
    Confirmation(
        "rsync",
        ("rsyncd", "rsync"),
        rsync,
        {"ds-rsync-open": {"fail": r"(backup\s+[^\n]*)", "pass": r"(auth failed on module \w+|Password:)"}},
    ),
    Confirmation(
        "smtp",
        ("smtp",),
        curl("smtp"),
        {
            "ds-smtp-plain-login": {
                "fail": r"(^< 250[ -]AUTH [^\n]*)",
                "pass": r"\A(?!.*^< 250[ -]AUTH).*?(^< 250[ -]STARTTLS)",
            }
        },
    ),
    Confirmation(
        "imap",
        ("dovecot",),
        imap,
        {
            "ds-imap-plain-login": {
                "fail": r"\A(?!.*LOGINDISABLED).*?(imap-capabilities: [^\n]*AUTH=PLAIN[^\n]*)",
                "pass": r"(imap-capabilities: [^\n]*LOGINDISABLED[^\n]*)",
            }
        },
    ),
    Confirmation(
        "imap",
        ("imap-plain", "imap-upgrade"),
        imap_typed,
        {
            "ds-imap-plain-login": {
                "fail": r"\A(?!.*LOGINDISABLED).*?(\* CAPABILITY [^\n]*)",
                "pass": r"(\* CAPABILITY [^\n]*LOGINDISABLED[^\n]*)",
            }
        },
    ),
    Confirmation(
        "pop3",
        ("pop3",),
        curl("pop3"),
        {
            "ds-pop3-plain-login": {
                "fail": r"(^< USER)",
                "pass": r"\A(?!.*^< USER).*?(^< STLS)",
            }
        },
    ),
)
