"""vsftpd: anonymous in the clear, or accounts inside TLS only."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`tls`: demanded for log-in and data."""

    anonymous: bool = False
    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()

    def word(value: bool) -> str:
        return "YES" if value else "NO"

    lines = [
        "listen=YES",
        "background=NO",
        f"listen_port={place.port}",
        f"anonymous_enable={word(settings.anonymous)}",
        "local_enable=YES",
        "anon_root=/srv/ftp",
        "secure_chroot_dir=/var/run/vsftpd/empty",
        "seccomp_sandbox=NO",
        f"ssl_enable={word(settings.tls)}",
    ]
    if settings.tls:
        pem = place.pem(certificate)
        lines += [
            f"rsa_cert_file={pem}",
            f"rsa_private_key_file={pem}",
            "force_local_logins_ssl=YES",
            "ssl_ciphers=HIGH",
        ]
        lines += [
            "force_local_data_ssl=YES",
            "allow_anon_ssl=YES",
            "force_anon_logins_ssl=YES",
            "ssl_tlsv1=NO",
            "ssl_sslv2=NO",
            "ssl_sslv3=NO",
        ]
    return Setup(
        f"vsftpd {place.folder}/vsftpd.conf",
        {"vsftpd.conf": "\n".join(lines) + "\n"},
        ("mkdir -p /var/run/vsftpd/empty /srv/ftp",),
        (certificate,) if settings.tls else (),
    )


SERVER = Server(21, "ftp", Settings, setup)
