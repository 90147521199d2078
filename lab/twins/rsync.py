"""An rsync daemon up to the choice of a module: its list, and whether a module asks for a password (rsync protocol 30)."""

from dataclasses import dataclass

from lab.twin import Connection, TcpTwin


@dataclass(frozen=True)
class Settings:
    """`modules` are listed; `password`: each of them asks for one."""

    modules: tuple[str, ...] = ("backup",)
    password: bool = False


class RsyncTwin(TcpTwin):
    port = 873
    Settings = Settings

    def session(self, connection: Connection) -> None:
        ours = self.settings
        connection.send(b"@RSYNCD: 31.0\n")
        connection.read_line()
        wanted = connection.read_line().decode("utf-8", "replace")
        if wanted in ("", "#list"):
            listed = "".join(f"{name:15}\tsimulated files\n" for name in ours.modules)
            connection.send(f"{listed}@RSYNCD: EXIT\n".encode())
        elif wanted not in ours.modules:
            connection.send(f"@ERROR: Unknown module '{wanted[:64]}'\n".encode())
        elif ours.password:
            connection.send(b"@RSYNCD: AUTHREQD c2ltdWxhdGVkNDUwMA\n")
            connection.read_line()
            connection.send(f"@ERROR: auth failed on module {wanted}\n".encode())
        else:
            connection.send(b"@RSYNCD: OK\n")
            connection.read()


TWIN = RsyncTwin
