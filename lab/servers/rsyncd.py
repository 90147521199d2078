"""rsync as a daemon: its modules are listed to everybody, or none is and one needs a password."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`listed`: the module is in the list, and open."""

    listed: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    lines = ["use chroot = no", f"port = {place.port}", "[backup]", "path = /srv/ftp", "comment = simulated backups"]
    if not settings.listed:
        lines += ["list = no", "auth users = keeper", "secrets file = /run/rsyncd.secrets"]
    before = ("install -m 600 /dev/null /run/rsyncd.secrets && echo keeper:lab-Rsync-4500 >/run/rsyncd.secrets",)
    command = f"rsync --daemon --no-detach --config={place.folder}/rsyncd.conf"
    return Setup(command, {"rsyncd.conf": "\n".join(lines) + "\n"}, () if settings.listed else before)


SERVER = Server(873, "rsync", Settings, setup)
