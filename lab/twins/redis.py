"""A Redis-like server (RESP2): PING, INFO, CONFIG GET, AUTH, ACL WHOAMI, with or without a password."""

from dataclasses import dataclass

from lab.twin import Connection, TcpTwin


@dataclass(frozen=True)
class Settings:
    """`password` None: everybody may do everything. `protected`: refuses clients from elsewhere (protected-mode)."""

    version: str = "7.0.15"
    password: str | None = None
    protected: bool = False


class RedisTwin(TcpTwin):
    port = 6379
    Settings = Settings

    def session(self, connection: Connection) -> None:
        if self.settings.protected:
            connection.send(
                b"-DENIED Redis is running in protected mode because protected mode is enabled and no password is set "
                b"for the default user.\r\n"
            )
            return
        allowed = self.settings.password is None
        while True:
            words = read_command(connection)
            if not words:
                continue
            name = words[0].upper()
            if name == b"QUIT":
                connection.send(b"+OK\r\n")
                return
            if name == b"AUTH":
                allowed, reply = self._authenticate(words, allowed)
            elif not allowed:
                reply = b"-NOAUTH Authentication required.\r\n"
            else:
                reply = self._answer(name, words[1:])
            connection.send(reply)

    def _authenticate(self, words: list[bytes], allowed: bool) -> tuple[bool, bytes]:
        if self.settings.password is None:
            return allowed, b"-ERR AUTH <password> called without any password configured for the default user.\r\n"
        if words[-1] == self.settings.password.encode():
            return True, b"+OK\r\n"
        return allowed, b"-WRONGPASS invalid username-password pair or user is disabled.\r\n"

    def _answer(self, name: bytes, arguments: list[bytes]) -> bytes:
        if name == b"PING":
            return b"+PONG\r\n"
        if name == b"INFO":
            text = f"# Server\r\nredis_version:{self.settings.version}\r\nredis_mode:standalone\r\nos:Linux x86_64\r\n"
            return bulk(text.encode())
        if name == b"CONFIG" and [each.lower() for each in arguments] == [b"get", b"requirepass"]:
            return b"*2\r\n" + bulk(b"requirepass") + bulk((self.settings.password or "").encode())
        if name == b"ACL" and arguments and arguments[0].upper() == b"WHOAMI":
            return bulk(b"default")
        if name == b"DBSIZE":
            return b":3\r\n"
        return b"-ERR unknown command '" + name[:32].lower() + b"'\r\n"


def read_command(connection: Connection) -> list[bytes]:
    """One command: an array of bulk strings, or an inline line."""
    line = connection.read_line()
    if not line.startswith(b"*"):
        return line.split()
    words = []
    for _ in range(min(int(line[1:] or b"0"), 64) if line[1:].isdigit() else 0):
        length = connection.read_line()[1:]
        words.append(connection.read_exactly(int(length)) if length.isdigit() else b"")
        connection.read_exactly(2)
    return words


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


TWIN = RedisTwin
