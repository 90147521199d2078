"""An MQTT broker up to CONNACK (3.1.1 and 5.0), PING and a few retained messages for whoever may subscribe."""

from dataclasses import dataclass, field

from lab.certificates import server_context
from lab.twin import ClientGoneError, Connection, TcpTwin

CONNECT, CONNACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, PUBLISH, DISCONNECT = 1, 2, 8, 9, 12, 13, 3, 14


@dataclass(frozen=True)
class Settings:
    """`anonymous`: a client without a user name is let in. `retained`: topic → text."""

    anonymous: bool = True
    tls: bool = False
    retained: dict[str, str] = field(default_factory=dict)


class MqttTwin(TcpTwin):
    port = 1883
    Settings = Settings

    def session(self, connection: Connection) -> None:
        if self.settings.tls:
            connection.start_tls(server_context())
        kind, body = read_packet(connection)
        if kind != CONNECT or len(body) < 10 or body[2:6] != b"MQTT":
            return
        level, flags = body[6], body[7]
        if not (self.settings.anonymous and not flags & 0x80):
            code = 0x87 if level == 5 else 5
            connection.send(packet(CONNACK << 4, bytes([0, code]) + (b"\0" if level == 5 else b"")))
            return
        connection.send(packet(CONNACK << 4, b"\0\0" + (b"\0" if level == 5 else b"")))
        while True:
            kind, body = read_packet(connection)
            if kind == PINGREQ:
                connection.send(packet(PINGRESP << 4, b""))
            elif kind == SUBSCRIBE:
                connection.send(packet(SUBACK << 4, body[:2] + (b"\0" if level == 5 else b"") + b"\0"))
                for topic, text in self.settings.retained.items():
                    name = topic.encode()
                    head = len(name).to_bytes(2, "big") + name + (b"\0" if level == 5 else b"")
                    connection.send(packet(PUBLISH << 4 | 1, head + text.encode()))
            elif kind == DISCONNECT:
                return


def read_packet(connection: Connection) -> tuple[int, bytes]:
    kind = connection.read_exactly(1)[0] >> 4
    length, shift = 0, 0
    while True:
        byte = connection.read_exactly(1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return kind, connection.read_exactly(length)
        if shift > 21:
            raise ClientGoneError


def packet(first: int, body: bytes) -> bytes:
    length, size = len(body), b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | (0x80 if length else 0)])
        if not length:
            return bytes([first]) + size + body


TWIN = MqttTwin
