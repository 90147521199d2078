"""ONVIF device service: what a camera tells without a login (ONVIF Core 5.10: GetSystemDateAndTime is open to all, and
GetDeviceInformation should not be). Requests only read."""

import re

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from inventory.facts.onvif import OnvifFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.http import any_tls, host_header, parse, total_length
from scanner.wire.reader import printable

PATH = "/onvif/device_service"
SERVICE = "http://www.onvif.org/ver10/device/wsdl"
QUESTIONS = ("GetSystemDateAndTime", "GetDeviceInformation")


def envelope(operation: str) -> bytes:
    """A SOAP 1.2 request without a body of its own."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        f'<{operation} xmlns="{SERVICE}"/></s:Body></s:Envelope>'
    ).encode()


def post(operation: str, host: str, contact: str) -> bytes:
    """The request as HTTP: ONVIF knows no GET, and this operation only reads."""
    body = envelope(operation)
    agent = "".join(letter for letter in contact if letter.isprintable()) or "no contact stated"
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: chengjian/0.1 (security self-check; {agent})\r\n"
        f'Content-Type: application/soap+xml; charset=utf-8; action="{SERVICE}/{operation}"\r\n'
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


async def collect(recorder: Recorder, asking: Asking) -> None:
    """Two operations on a connection each."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    host = host_header(recorder.endpoint.address, recorder.endpoint.port, tls=inside is not None)
    for number, operation in enumerate(QUESTIONS):
        try:
            async with recorder.connection(tls=inside) as connection:
                payload = post(operation, host, asking.contact)
                await connection.ask_exactly(operation, payload, total_length, limit=65536, timeout=4.0)
        except Refused:
            if number == 0:
                raise


def _body(turn: Turn | None) -> tuple[int, bytes]:
    if turn is None or not turn.received:
        return 0, b""
    try:
        answer = parse(turn.received)
    except NotUnderstood:
        return 0, b""
    return answer.status, answer.body


def _text(body: bytes, name: str) -> str | None:
    found = re.search(rb"<(?:[\w-]{1,32}:)?" + name.encode() + rb">([^<]{1,256})</", body)
    return printable(found[1], 128) or None if found else None


def interpret(exchange: Exchange) -> dict[str, list[OnvifFacts]]:
    """Pure. Raises NotUnderstood where no answer is of an ONVIF device service."""
    time_status, time_body = _body(exchange.turn(QUESTIONS[0]))
    status, body = _body(exchange.turn(QUESTIONS[1]))
    told = b"onvif.org" in time_body or b"onvif.org" in body
    if not told or (b"Envelope" not in time_body and b"Envelope" not in body):
        raise NotUnderstood("not an ONVIF device service")
    readable = status == 200 and b"GetDeviceInformationResponse" in body
    denied = status in (400, 401, 403, 500) and (
        status == 401 or re.search(rb"(?i)NotAuthorized|not authorized|Sender", body)
    )
    return {
        "onvif": [
            OnvifFacts(
                answers=True,
                information_readable=True if readable else False if denied else None,
                manufacturer=_text(body, "Manufacturer") if readable else None,
                model=_text(body, "Model") if readable else None,
                firmware=_text(body, "FirmwareVersion") if readable else None,
                serial=_text(body, "SerialNumber") if readable else None,
                device_time=_time(time_body) if time_status == 200 else None,
                tls=exchange.notes.get("tls") == "yes",
            )
        ]
    }


def _time(body: bytes) -> str | None:
    found = re.search(rb"UTCDateTime>(.{1,600})</(?:[\w-]{1,32}:)?UTCDateTime", body, re.S)
    if not found:
        return None
    parts = [_text(found[1], name) for name in ("Year", "Month", "Day", "Hour", "Minute", "Second")]
    numbers = [int(part) for part in parts if part is not None and re.fullmatch(r"\d{1,4}", part)]
    return "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*numbers) if len(numbers) == 6 else None


PROBE = Probe(
    name="onvif", table="onvif", transport="tcp", collect=collect, interpret=interpret, connections=2, packets=24
)
