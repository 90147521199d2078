"""A Telnet log-in (RFC 854): option offers, a banner, a prompt, and the refusal of every log-in."""

from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

IAC, WILL, DO = 255, 251, 253
ECHO, SUPPRESS_GO_AHEAD, NAWS = 1, 3, 31


@dataclass(frozen=True)
class Settings:
    """`banner` goes out before the prompts; `options`: negotiate first, as most servers do."""

    banner: str = ""
    prompt: str = "login: "
    password_prompt: str = "Password: "
    refusal: str = "Login incorrect"
    options: bool = True


class TelnetTwin(TcpTwin):
    port = 23
    Settings = Settings

    def session(self, connection: Connection) -> None:
        ours = self.settings
        if ours.options:
            offers = ((WILL, ECHO), (WILL, SUPPRESS_GO_AHEAD), (DO, NAWS))
            connection.send(b"".join(bytes((IAC, verb, option)) for verb, option in offers))
        connection.send(ours.banner.replace("\n", "\r\n").encode("utf-8", "surrogateescape"))
        for _ in range(3):
            connection.send(ours.prompt.encode())
            connection.read_line()
            connection.send(ours.password_prompt.encode())
            connection.read_line()
            connection.send(f"\r\n{ours.refusal}\r\n".encode())


TWIN = TelnetTwin
