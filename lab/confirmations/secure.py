"""TLS and TLCP: nmap's ssl-enum-ciphers and ssl-cert, openssl s_client, and GmSSL's own clients."""

from lab.city import Host, Service
from lab.confirmation import Confirmation, Words

UPGRADES = {
    "smtp": "smtp",
    "imap": "imap",
    "pop3": "pop3",
    "ftp": "ftp",
    "ldap": "ldap",
    "postgresql": "postgres",
    "mysql": "mysql",
    "kingbase": "postgres",
}
SCRIPT = """\
address=$1; shift
told=$(openssl s_client "$@" </dev/null 2>&1); echo "$told"
for check in "-checkend 0" "-checkend 2592000" "-checkip $address"; do
  echo "$check: $(echo "$told" | openssl x509 -noout $check 2>&1)"
done
"""
ONE_BY_ONE = """\
try() { echo "$1: $(openssl s_client -connect "$where" $2 </dev/null 2>&1 | grep -E 'excessive message size|Cipher is')"; }
where=$1
for version in tls1 tls1_1 tls1_2 tls1_3; do try $version "-$version -cipher ALL:@SECLEVEL=0"; done
try finite "-tls1_2 -cipher kDHE:@SECLEVEL=0"
try unprotected "-tls1_2 -cipher eNULL:aNULL:@SECLEVEL=0"
"""
WEAK = r"TLS_\S*(?:RC4|_DES_|3DES|NULL|EXPORT|anon|_MD5)\S*"
ENUMERATED = r"\A(?=.*TLSv1\.[23]:)(?!.*(?:{})).*?(TLSv1\.[23]:[^\n]*)"


def openssl(host: Host, service: Service) -> Words:
    kind = "mysql" if service.kind in ("mariadb", "mysql") else service.protocol
    upgrade = ("-starttls", UPGRADES[kind]) if kind in UPGRADES else ()
    where = f"{host.address}:{service.port}"
    return ("sh", "-c", SCRIPT, "openssl", host.address, *upgrade, "-connect", where, "-cipher", "ALL:@SECLEVEL=0")


def tls(host: Host, service: Service) -> tuple[Words, ...]:
    scripts = "ssl-enum-ciphers,ssl-cert"
    known = () if service.protocol == "kingbase" else ("--version-light",)
    words = ("nmap", "-n", "-Pn", "-sV", *known, "-p", str(service.port), "--script", scripts, host.address)
    return words, openssl(host, service)


def refused(host: Host, service: Service) -> tuple[Words, ...]:
    """openssl with one version or kind of suite at a time, for a server whose certificate is too long for nmap."""
    where = f"{host.address}:{service.port}"
    return (("sh", "-c", ONE_BY_ONE, "openssl", where),)


def tlcp(host: Host, service: Service) -> tuple[Words, ...]:
    """GmSSL's client, behind an upgrade where the protocol has one."""
    client = "tls13_client" if service.settings.get("protocol") == "tls13" else "tlcp_client"
    protocol = "mysql" if service.kind in ("mariadb", "mysql") else service.protocol
    behind = protocol in UPGRADES or protocol == "tlcp"
    words: Words = ("gmssl", client, "-host", host.address, "-port", str(service.port))
    if behind:
        between = ("python3", "-m", "lab.upgrade", protocol, host.address, str(service.port), "--")
        words = (*between, "gmssl", client, "-host", "127.0.0.1", "-port", "{port}")
    said = 'echo simulated | timeout 15 "$@" 2>&1'
    return (("sh", "-c", said, "gmssl", *words),)


def clear(pattern: str) -> str:
    return ENUMERATED.format(pattern)


# GmSSL's client takes two certificates signed with SM2 and SM3, and nothing else.
NO_TLCP = r"(\w+_client: error|tls_record_do_recv: Connection reset by peer)"
NO_TLS = r"(\(no end within two minutes\))|\A(?!.*TLSv1\.\d:)(?!.*BEGIN CERTIFICATE).*?(^\d+/tcp +open[^\n]*|wrong version number)"
UNTOLD = {"not_applicable": NO_TLCP, "not_assessed": NO_TLCP}
CHECKED = {"pass": r"(Certificate will not expire)", "fail": r"(Certificate will expire)"}
SHARED = {"not_applicable": NO_TLS, "not_assessed": NO_TLS}
CERTIFICATE = ("expired", "expiring", "key", "name", "self-signed", "signature")
TOO_LONG = r"(excessive message size)"
NOTHING = r"New, \(NONE\), Cipher is \(NONE\)"
CONFIRMATIONS = (
    Confirmation(
        "tls",
        ("heavy-certificate",),
        refused,
        {
            "ds-tls-version": {"pass": rf"^tls1: {NOTHING}\ntls1_1: {NOTHING}\n(tls1_2: [^\n]*excessive message size)"},
            "ds-tls-forward-secrecy": {"pass": r"(New, TLSv1\.3, Cipher is [^\n]*)"},
            "ds-tls-key-exchange-size": {"not_applicable": rf"^(finite: {NOTHING})"},
            "ds-tls-no-protection": {"pass": rf"^(unprotected: {NOTHING})"},
            "ds-tls-renegotiation": {"pass": r"(New, TLSv1\.3, [^\n]*)"},
            **{f"ds-tls-certificate-{what}": {"not_assessed": TOO_LONG} for what in CERTIFICATE},
            "da-tls-foreign-authority": {"not_assessed": TOO_LONG},
        },
    ),
    Confirmation(
        "tls",
        ("tcp",),
        tls,
        {
            "ds-tls-version": {**SHARED, "fail": r"(TLSv1\.[01]:)", "pass": clear(r"SSLv3:|TLSv1\.[01]:")},
            "ds-tls-certificate-expired": {
                **SHARED,
                "fail": r"(-checkend 0: Certificate will expire)",
                "pass": r"(-checkend 0: Certificate will not expire)",
            },
            "ds-tls-certificate-expiring": {
                "not_assessed": NO_TLS,
                "fail": r"(-checkend 2592000: Certificate will expire)",
                "pass": r"(-checkend 2592000: Certificate will not expire)",
                "not_applicable": rf"(-checkend 0: Certificate will expire)|{NO_TLS}",
            },
            "ds-tls-certificate-key": {
                **SHARED,
                "fail": r"(Public Key bits: 1024|Server public key is 1024 bit)",
                "pass": r"(Public Key bits: (?:2048|3072|4096|256|384)|Server public key is (?:2048|3072|4096) bit)",
            },
            "ds-tls-certificate-name": {
                **SHARED,
                "fail": r"(IP \S+ does NOT match certificate)",
                "pass": r"(IP \S+ does match certificate)",
                "not_assessed": rf"(IP \S+ does NOT match certificate)|{NO_TLS}",
            },
            "ds-tls-certificate-self-signed": {
                **SHARED,
                "fail": r"(verify error:num=18:self-signed certificate)",
                "pass": r"(Issuer: commonName=Lab Authority[^\n]*)",
                "not_applicable": r"(Issuer: commonName=[^\n]*|^\d+/tcp +open[^\n]*)",
            },
            "ds-tls-certificate-signature": {
                **SHARED,
                "fail": r"(Signature Algorithm: sha1\w*|sigalg: RSA-SHA1)",
                "pass": r"(Signature Algorithm: (?!sha1|md5)[^\n]*|sigalg: (?:RSA|ecdsa-with)-SHA(?:256|384|512))",
            },
            "ds-tls-forward-secrecy": {
                **SHARED,
                "fail": r"\A(?=.*TLS_RSA_WITH)(?!.*(?:_DHE_|_ECDHE_)).*?(TLS_RSA_WITH\S+)",
                "pass": r"(TLS_(?:EC)?DHE_\S+|TLS_AKE_\S+|TLSv1\.3, Cipher is [^\n]*)",
            },
            "ds-tls-key-exchange-size": {
                "fail": r"(TLS_DHE_\S+ \(dh 1024\))",
                "pass": r"(TLS_DHE_\S+ \(dh (?:2048|3072|4096)\))",
                "not_applicable": r"\A(?!.*TLS_DHE_).*?(^\d+/tcp +open[^\n]*)",
                "not_assessed": NO_TLS,
            },
            "ds-tls-no-protection": {
                **SHARED,
                "fail": r"(TLS_RSA_WITH_NULL_\S+)",
                "pass": clear(r"TLS_\S*(?:NULL|anon)"),
            },
            "ds-tls-weak-suites": {**SHARED, "fail": rf"({WEAK})", "pass": clear(WEAK)},
            "ds-tls-renegotiation": {
                **SHARED,
                "fail": r"(Secure Renegotiation IS NOT supported)",
                "pass": r"(Secure Renegotiation IS supported|New, TLSv1\.3[^\n]*)",
            },
            "da-tls-foreign-authority": {
                **SHARED,
                "fail": r"(Issuer: commonName=[^\n]*countryName=US)",
                "pass": r"(Issuer: commonName=[^\n]*countryName=CN)",
                "not_applicable": r"(Issuer: commonName=[^\n]*|^\d+/tcp +open[^\n]*)",
            },
        },
    ),
    Confirmation(
        "tlcp",
        ("tlcp-foreign",),
        tlcp,
        {  # GmSSL leaves before it has read such certificates, but they have passed by
            "da-tlcp-certificate-expired": CHECKED,
            "da-tlcp-double-certificate": {"fail": r"(Public Key Algorithm: rsaEncryption)"},
            "da-tlcp-signature": {"fail": r"(Signature Algorithm: (?!SM2)[^\n]*SHA256[^\n]*)"},
        },
    ),
    Confirmation(
        "tlcp",
        ("tcp",),
        tlcp,
        {
            "da-tlcp-offered": {
                **UNTOLD,
                "pass": r"(Connection established!|recv \{EncryptedExtensions\})",
                "fail": NO_TLCP,
            },
            "da-tlcp-certificate-expired": {**UNTOLD, **CHECKED},
            "da-tlcp-double-certificate": {
                **UNTOLD,
                "pass": r"(serial=(\w+)(?!.*serial=\2.*Connection).*?\nserial=(?!\2\b)\w+)",
                "partial": r"(serial=(\w+)\b.*?\nserial=\2\b)",
            },
            "da-tlcp-signature": {**UNTOLD, "pass": r"(Signature Algorithm: SM2-with-SM3)"},
        },
    ),
)
