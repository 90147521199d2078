"""OpenLDAP's slapd as the directory of a government office: readable by anybody in the clear, or behind StartTLS and a bind."""

from dataclasses import dataclass

from lab.server import STATE, Place, Server, Setup

SUFFIX = "dc=lab,dc=example"
PRIORITY = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"  # Debian's slapd speaks TLS by GnuTLS
ENTRIES = f"""\
dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
o: simulated
dc: lab

dn: ou=people,{SUFFIX}
objectClass: organizationalUnit
ou: people

dn: cn=simulated clerk,ou=people,{SUFFIX}
objectClass: person
cn: simulated clerk
sn: clerk
"""


@dataclass(frozen=True)
class Settings:
    """`anonymous`: entries are read without a bind. `tls`: StartTLS is offered, and demanded for a simple bind."""

    anonymous: bool = False
    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    pem, data = "/run/slapd/server.pem", f"{STATE}/ldap"
    lines = [
        *(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine")),
        "pidfile /run/slapd/slapd.pid",
        "modulepath /usr/lib/ldap",
        "moduleload back_mdb",
    ]
    before = ["install -d -o openldap /run/slapd", f"install -d -o openldap {data}"]
    if settings.tls:
        before.append(f"install -o openldap -m 600 {place.pem(certificate)} {pem}")
        lines += [f"TLSCertificateFile {pem}", f"TLSCertificateKeyFile {pem}", f"TLSCipherSuite {PRIORITY}"]
        lines.append("security simple_bind=128")
    lines += [
        'access to dn.base="" by * read',
        "access to * by * read" if settings.anonymous else "access to * by users read by anonymous auth",
        "database mdb",
        "maxsize 16777216",
        f'suffix "{SUFFIX}"',
        f'rootdn "cn=admin,{SUFFIX}"',
        "rootpw lab-Ldap-4500",
        f"directory {data}",
    ]
    config = f"{place.folder}/slapd.conf"
    before.append(
        f"[ -f {data}/data.mdb ] || {{ slapadd -f {config} -l {place.folder}/entries.ldif && chown -R openldap {data}; }}"
    )
    return Setup(
        f"slapd -h ldap://0.0.0.0:{place.port}/ -u openldap -g openldap -f {config} -d 0",
        {"slapd.conf": "\n".join(lines) + "\n", "entries.ldif": ENTRIES},
        tuple(before),
        (certificate,) if settings.tls else (),
    )


SERVER = Server(389, "ldap", Settings, setup)
