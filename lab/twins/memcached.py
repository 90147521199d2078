"""A memcached-like server, text protocol: version, stats, get; everybody may, or nobody before authentication."""

from dataclasses import dataclass

from lab.twin import Connection, TcpTwin


@dataclass(frozen=True)
class Settings:
    """The version that it tells; `authentication`: commands are refused until a client has authenticated (-Y)."""

    version: str = "1.6.18"
    authentication: bool = False


class MemcachedTwin(TcpTwin):
    port = 11211
    Settings = Settings

    def session(self, connection: Connection) -> None:
        version = str(self.settings.version)
        while True:
            word = connection.read_line().split(b" ")[0].lower()
            if word == b"quit":
                return
            if self.settings.authentication:
                connection.send(b"CLIENT_ERROR unauthenticated\r\n")
            elif word == b"version":
                connection.send(f"VERSION {version}\r\n".encode())
            elif word == b"stats":
                stats = {"pid": "45", "uptime": "4500", "version": version, "curr_items": "3"}
                connection.send(
                    "".join(f"STAT {name} {value}\r\n" for name, value in stats.items()).encode() + b"END\r\n"
                )
            elif word in (b"get", b"gets"):
                connection.send(b"END\r\n")
            else:
                connection.send(b"ERROR\r\n")


TWIN = MemcachedTwin
