"""Samba's smbd as a file share: SMB 1 and a share for anybody, or SMB 3 with signing demanded and accounts only."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`oldest` is the oldest dialect by Samba's name (NT1, SMB2_10, SMB3). `null_session`: IPC$ opens without an account.

    `signing` is mandatory or default (offered)."""

    oldest: str = "SMB3"
    signing: str = "mandatory"
    null_session: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    lines = [
        "[global]",
        "server role = standalone server",
        "workgroup = LAB",
        f"netbios name = {place.host[:15]}",
        f"smb ports = {place.port}",
        "disable netbios = yes",
        "bind interfaces only = no",
        f"server min protocol = {settings.oldest}",
        f"server signing = {settings.signing}",
        f"restrict anonymous = {0 if settings.null_session else 2}",
        f"server smb encrypt = {'default' if settings.null_session else 'required'}",
        f"map to guest = {'Bad User' if settings.null_session else 'Never'}",
        "guest account = nobody",
        "load printers = no",
        "printing = bsd",
        "log level = 0",
        "[public]",
        "path = /srv/ftp",
        f"guest ok = {'yes' if settings.null_session else 'no'}",
        "read only = yes",
    ]
    before = ("mkdir -p /run/samba /var/lib/samba/private /var/cache/samba /var/log/samba",)
    return Setup(
        f"smbd --foreground --no-process-group --debug-stdout --configfile={place.folder}/smb.conf",
        {"smb.conf": "\n".join(lines) + "\n"},
        before,
    )


SERVER = Server(445, "smb", Settings, setup)
