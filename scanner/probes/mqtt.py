"""MQTT: does the broker take a connection without credentials? (MQTT 3.1.1 and 5.0; no topic is touched)

Without the act `anonymous-session` only a CONNECT with a protocol level that no broker speaks is sent: the refusal tells that
it is MQTT, and no session begins.
"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.mqtt import MqttFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.http import any_tls

CLIENT = b"chengjian0"
DISCONNECT = b"\xe0\x00"
WRONG_VERSION = (1, 0x84)  # says nothing about who may connect


def connect(level: int) -> bytes:
    """A CONNECT packet with a clean session and no credentials (MQTT 3.1.1, 3.1; MQTT 5.0 adds empty properties)."""
    properties = b"\x00" if level == 5 else b""
    body = b"\x00\x04MQTT" + bytes([level]) + b"\x02\x00\x0f" + properties + len(CLIENT).to_bytes(2, "big") + CLIENT
    return b"\x10" + bytes([len(body)]) + body


def _connack(data: bytes) -> int | None:
    return 2 + data[1] if len(data) >= 2 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection for each question asked: unknown level, 3.1.1, 5."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    questions = [("unknown-level", 0x7F)]
    if "anonymous-session" in asking.acts:
        recorder.note("act", "anonymous-session")
        questions += [("connect-4", 4), ("connect-5", 5)]
    for label, level in questions:
        async with recorder.connection(tls=inside) as connection:
            answer = await connection.ask_exactly(label, connect(level), _connack, limit=1024, timeout=4.0)
            if len(answer) >= 4 and answer[0] == 0x20 and answer[3] == 0:
                await connection.ask(label + "-bye", DISCONNECT, limit=16, timeout=0.2)


def interpret(exchange: Exchange) -> dict[str, list[MqttFacts]]:
    """Pure. Raises NotUnderstood where no CONNACK came and the broker did not close as the standard allows."""
    unknown, four, five = (exchange.turn(label) for label in ("unknown-level", "connect-4", "connect-5"))
    codes = {label: _code(turn) for label, turn in (("unknown", unknown), ("4", four), ("5", five))}
    if all(code is None for code in codes.values()):
        raise NotUnderstood("no CONNACK")
    tls = exchange.notes.get("tls") == "yes"
    code = codes["4"]
    told = [one == 0 for one in (code, codes["5"]) if one is not None and one not in WRONG_VERSION]
    return {
        "mqtt": [
            MqttFacts(
                answers=True,
                anonymous=any(told) if told else None,
                return_code=code,
                tls=tls,
                version_5=None if codes["5"] is None else codes["5"] not in WRONG_VERSION,
                plain_listener=None if tls else True,
            )
        ]
    }


def _code(turn: Turn | None) -> int | None:
    data = turn.received if turn is not None else b""
    return data[3] if len(data) >= 4 and data[0] == 0x20 and data[2] < 2 else None


PROBE = Probe(
    name="mqtt", table="mqtt", transport="tcp", collect=collect, interpret=interpret, connections=3, packets=30
)
