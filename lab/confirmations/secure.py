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
}
SCRIPT = """\
address=$1; shift
told=$(openssl s_client "$@" </dev/null 2>&1); echo "$told"
for check in "-checkend 0" "-checkend 2592000" "-checkip $address"; do
  echo "$check: $(echo "$told" | openssl x509 -noout $check 2>&1)"
done
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
    if service.protocol == "kingbase":
        return ()  # neither client knows its upgrade to TLS by this name
    words = ("nmap", "-n", "-Pn", "-sV", "--version-light", "-p", str(service.port), "--script", scripts, host.address)
    return words, openssl(host, service)


def tlcp(host: Host, service: Service) -> tuple[Words, ...]:
    client = "tls13_client" if service.settings.get("protocol") == "tls13" else "tlcp_client"
    where = ("-host", host.address, "-port", str(service.port))
    return (("sh", "-c", 'echo simulated | timeout 15 gmssl "$@" 2>&1', "gmssl", client, *where),)


def clear(pattern: str) -> str:
    return ENUMERATED.format(pattern)


# GmSSL's client takes two certificates signed with SM2 and SM3, and nothing else.
NO_TLCP = r"(\w+_client: error|tls_record_do_recv: Connection reset by peer)"
NO_TLS = r"(\(no end within a minute\))|\A(?!.*TLSv1\.\d:)(?!.*BEGIN CERTIFICATE).*?(^\d+/tcp +open[^\n]*)"
SHARED = {"not_applicable": NO_TLS, "not_assessed": NO_TLS}
CONFIRMATIONS = (
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
        ("gmssl", "https"),
        tlcp,
        {
            "da-tlcp-offered": {"pass": r"(Connection established!|recv \{EncryptedExtensions\})", "fail": NO_TLCP},
            "da-tlcp-certificate-expired": {"not_applicable": NO_TLCP},
            "da-tlcp-double-certificate": {"pass": r"(Connection established!)", "not_applicable": NO_TLCP},
            "da-tlcp-signature": {"pass": r"(Connection established!)", "not_applicable": NO_TLCP},
        },
    ),
)
