"""Remote log-in and remote desktops: nmap's scripts and ssh-keyscan."""

from lab.city import Host, Service
from lab.confirmation import Ask, Confirmation, Words


def nmap(*scripts: str, options: tuple[str, ...] = ()) -> Ask:
    """These scripts on the service's port."""

    def ask(host: Host, service: Service) -> tuple[Words, ...]:
        kind = ("-sU",) if service.transport == "udp" else ()
        words = ("nmap", "-n", "-Pn", *kind, *options, "-p", str(service.port), "--script", ",".join(scripts))
        return ((*words, host.address),)

    return ask


def ssh(host: Host, service: Service) -> tuple[Words, ...]:
    script = 'ssh-keyscan -T 5 -p "$1" "$2" 2>&1 | ssh-keygen -lf - 2>&1'
    keys = ("sh", "-c", script, "ssh-keyscan", str(service.port), host.address)
    return (*nmap("ssh2-enum-algos", "banner")(host, service), keys)


def section(name: str, word: str) -> str:
    """A word within one list of ssh2-enum-algos."""
    return rf"{name}: \(\d+\)\n(?:\|_? {{4,}}[^\n]*\n)*?\|_? {{4,}}({word})"


def without(name: str, word: str) -> str:
    """A list of ssh2-enum-algos that does not hold a word."""
    return rf"({name}: \(\d+\)\n(?:\|_? {{4,}}(?!{word})[^\n]*\n)+)(?!\|_? {{4,}}(?:{word}))"


WEAK_CIPHERS = r"(?:3des-cbc|aes\d+-cbc)"
CONFIRMATIONS = (
    Confirmation(
        "ssh",
        ("openssh", "ssh"),
        ssh,
        {
            "ds-ssh-cipher": {
                "fail": section("encryption_algorithms", WEAK_CIPHERS),
                "pass": without("encryption_algorithms", WEAK_CIPHERS),
            },
            "ds-ssh-key-exchange": {
                "fail": section("kex_algorithms", "diffie-hellman-group1-sha1"),
                "pass": without("kex_algorithms", "diffie-hellman-group1-"),
            },
            "ds-ssh-mac": {
                "fail": section("mac_algorithms", "hmac-md5"),
                "pass": without("mac_algorithms", "hmac-md5"),
            },
            "ds-ssh-host-key": {
                "fail": r"(^(?:1024|768) SHA256:[^\n]*\(RSA\)|ssh-dss)",
                "not_assessed": r"(is not a public key file)",
                "pass": r"(^(?:2048|3072|4096|256) SHA256:[^\n]*\((?:RSA|ED25519|ECDSA)\))",
            },
            "ds-ssh-protocol-1": {"fail": r"(SSH-1\.99-\S+)", "pass": r"(SSH-2\.0-\S+)"},
            "ds-ssh-terrapin": {
                "fail": r"\A(?!.*kex-strict).*?(chacha20-poly1305@openssh\.com)",
                "pass": r"(kex-strict-s-v00@openssh\.com)|\A(?!.*chacha20-poly1305)(?!.*-etm@).*?(mac_algorithms: \(\d+\))",
            },
            "da-ssh-sm-algorithms": {
                "fail": r"\A(?!.*sm[234])(?!.*SM[234]).*?(encryption_algorithms: \(\d+\))",
                "pass": r"(sm4-ctr)",
            },
        },
    ),
    Confirmation(
        "telnet",
        ("telnetd", "telnet", "hostile-telnet"),
        nmap("banner"),
        {"ds-telnet-enabled": {"fail": r"(banner: [^\n]*)"}},
    ),
    Confirmation(
        "rservices",
        ("rshd", "rlogin"),
        nmap("banner"),
        {"ds-rservices-open": {"not_assessed": r"(^51[234]/tcp +open[^\n]*)"}},
    ),
    Confirmation(
        "vnc",
        ("vnc-open", "vnc-closed"),
        nmap("vnc-info"),
        {
            "ds-vnc-none": {"fail": r"(None \(1\))", "pass": r"\A(?!.*None \(1\)).*?(VeNCrypt \(19\))"},
            "ds-vnc-unencrypted": {"fail": r"(None \(1\))", "pass": r"(VeNCrypt \(19\))"},
        },
    ),
    Confirmation(
        "rdp",
        ("rdp",),
        nmap("rdp-enum-encryption"),
        {
            "ds-rdp-nla": {
                "fail": r"(Native RDP: SUCCESS)",
                "pass": r"\A(?!.*Native RDP: SUCCESS).*?(CredSSP \(NLA\): SUCCESS)",
            }
        },
    ),
    Confirmation("x11", ("x11-open",), nmap("x11-access"), {"ds-x11-open": {"fail": r"(X server access is granted)"}}),
    Confirmation(
        "ipmi",
        ("ipmi",),
        nmap("ipmi-version"),
        {
            "ds-ipmi-weak": {
                "fail": r"((?:null_user|anonymous_user|none_auth)[^\n]*)",
                "pass": r"(md5_auth[^\n]*|UserAuth[^\n]*)",
            }
        },
    ),
    Confirmation(
        "nfs",
        ("portmapper",),
        nmap("nfs-showmount", "rpcinfo"),
        {"ds-nfs-exports-open": {"fail": r"(/\S+ (?:\*|\(everyone\))?\s*$)", "pass": r"(/\S+ 10\.45\.\S+)"}},
    ),
    Confirmation(
        "mongodb",
        ("mongodb",),
        nmap("mongodb-databases"),
        {
            "ds-mongodb-authentication": {
                "fail": r"(totalSize[^\n]*|databases[^\n]*)",
                "pass": r"(not authorized[^\n]*|code = 13)",
            }
        },
    ),
    Confirmation(
        "mssql",
        ("mssql",),
        nmap("ms-sql-info", "ms-sql-ntlm-info"),
        {},
    ),
)
