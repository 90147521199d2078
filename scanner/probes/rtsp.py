"""RTSP: does a stream ask who wants to see it? OPTIONS and DESCRIBE only; nothing is set up or played (RFC 2326)."""

import re

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.rtsp import RtspFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import printable

# Addresses under which makers of cameras publish their first stream; `/` alone is answered by most with a challenge.
STREAMS = ("/", "/Streaming/Channels/101", "/cam/realmonitor?channel=1&subtype=0", "/h264/ch1/main/av_stream", "/live")


def ask_for(method: str, url: str, number: int, contact: str) -> bytes:
    """One request."""
    who = "".join(letter for letter in contact if letter.isprintable()) or "no contact stated"
    accept = "Accept: application/sdp\r\n" if method == "DESCRIBE" else ""
    return f"{method} {url} RTSP/1.0\r\nCSeq: {number}\r\n{accept}User-Agent: chengjian/0.1 ({who})\r\n\r\n".encode()


def whole(data: bytes) -> int | None:
    """Head and body of an answer."""
    head, mark, _ = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    found = re.search(rb"(?i)\r\ncontent-length:[ \t]*(\d{1,6})", head)
    return len(head) + 4 + (int(found[1]) if found else 0)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: OPTIONS, then DESCRIBE of a few addresses until one exists or asks for a login."""
    where = recorder.endpoint
    host = f"[{where.address}]" if ":" in where.address else where.address
    async with recorder.connection() as connection:
        payload = ask_for("OPTIONS", f"rtsp://{host}:{where.port}/", 1, asking.contact)
        answer = await connection.ask_exactly("options", payload, whole, limit=16384, timeout=4.0)
        if not answer.startswith(b"RTSP/"):
            return
        for number, path in enumerate(STREAMS):
            payload = ask_for("DESCRIBE", f"rtsp://{host}:{where.port}{path}", number + 2, asking.contact)
            answer = await connection.ask_exactly(f"describe:{number}", payload, whole, limit=16384, timeout=4.0)
            if _status(answer) not in (400, 404, 451, 454):
                return


def _status(data: bytes) -> int | None:
    found = re.match(rb"RTSP/1\.0 (\d{3})", data)
    return int(found[1]) if found else None


def _headers(turn: Turn, name: bytes) -> list[str]:
    head = turn.received.partition(b"\r\n\r\n")[0]
    return [printable(found[1], 512) for found in re.finditer(rb"(?im)^" + name + rb":[ \t]*([^\r\n]{0,1024})", head)]


def interpret(exchange: Exchange) -> dict[str, list[RtspFacts]]:
    """Pure. Raises NotUnderstood where no answer is RTSP."""
    answers = [turn for turn in exchange.turns if _status(turn.received) is not None]
    if not answers:
        raise NotUnderstood("not RTSP")
    described = [turn for turn in answers if turn.label.startswith("describe")]
    status = _status(described[-1].received) if described else None
    challenges = [value for turn in described for value in _headers(turn, b"www-authenticate")]
    basic = any(value.lower().startswith("basic") for value in challenges)
    digest = any(value.lower().startswith("digest") for value in challenges)
    opened = status == 200 and any(b"v=0" in turn.received for turn in described[-1:])
    realm = re.search(r'realm="([^"]{0,128})"', " ".join(challenges))
    methods = sorted(
        {word.strip() for turn in answers for line in _headers(turn, b"public") for word in line.split(",")}
    )
    server = [value for turn in answers for value in _headers(turn, b"server")]
    decided = opened or bool(challenges)
    return {
        "rtsp": [
            RtspFacts(
                answers=True,
                status=status,
                server=server[0] if server else None,
                authentication=("digest" if digest else "basic" if basic else "") if decided else None,
                open_stream=opened if decided else None,
                basic=basic if decided else None,
                digest=digest if decided else None,
                realm=realm[1] if realm else None,
                methods=",".join(word for word in methods if word)[:256] or None,
            )
        ]
    }


PROBE = Probe(name="rtsp", table="rtsp", transport="tcp", collect=collect, interpret=interpret, packets=24)
