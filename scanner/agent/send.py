"""The door through which messages leave: Apprise for people, syslog (RFC 5424) for the city's log platform.

Addresses carry secrets: they are read from a file of mode 600, and no error repeats them.
"""

import hashlib
import os
import socket
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from inventory.errors import InputError

Severity = Literal["notice", "warning", "error"]
_LEVEL: Mapping[Severity, int] = {"error": 3, "warning": 4, "notice": 5}  # RFC 5424 6.2.1
_LARGEST_DATAGRAM = 2048  # bytes that every receiver SHOULD take (RFC 5424 6.1)
_TIMEOUT = 4.0  # seconds
ENTERPRISE = 32473  # RFC 5612: the number for those who have none of their own


class Channel(Protocol):
    """A way to tell somebody. `deliver` is True where the other side took it."""

    name: str

    def takes(self, kind: str) -> bool:
        """Is this kind of message for this channel?"""
        ...

    def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
        """Send one message; never raises for a network that does not answer."""
        ...


class AppriseChannel:
    """Mail, webhooks, DingTalk, WeCom, Feishu …: whatever Apprise has an address for. One address a channel, so that
    one that fails is tried again alone."""

    def __init__(self, url: str) -> None:
        from apprise import Apprise

        self.name = f"apprise-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
        self._apprise = Apprise()
        if not self._apprise.add(url):
            raise ValueError("is not an address that Apprise knows")

    def takes(self, kind: str) -> bool:
        """People are not told that all went well."""
        return kind != "scan-completed"

    def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
        """See Channel."""
        del kind, at
        from apprise import NotifyType

        level = {"error": NotifyType.FAILURE, "warning": NotifyType.WARNING, "notice": NotifyType.INFO}[severity]
        return bool(self._apprise.notify(body=body, title=title, notify_type=level))


class SyslogChannel:
    """RFC 5424 messages over UDP (RFC 5426) or TCP with octet counting (RFC 6587 3.4.1)."""

    def __init__(self, host: str, port: int, transport: Literal["udp", "tcp"], facility: int, agent: str) -> None:
        self.name = "syslog"
        self._to = (host, port)
        self._transport = transport
        self._facility = facility
        self._agent = agent

    def takes(self, kind: str) -> bool:
        """The log platform keeps everything."""
        return bool(kind)

    def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
        """See Channel."""
        message = syslog_message(
            kind,
            severity,
            f"{title}: {body}",
            at,
            facility=self._facility,
            host=socket.gethostname(),
            agent=self._agent,
        )
        try:
            if self._transport == "tcp":
                with socket.create_connection(self._to, timeout=_TIMEOUT) as connection:
                    connection.sendall(b"%d %s" % (len(message), message))
            else:
                family, _, _, _, where = socket.getaddrinfo(*self._to, type=socket.SOCK_DGRAM)[0]
                with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                    datagram.sendto(_whole(message), where)
        except OSError:
            return False
        return True


def syslog_message(
    kind: str, severity: Severity, text: str, at: datetime, *, facility: int, host: str, agent: str
) -> bytes:
    """One RFC 5424 message: `<PRI>1 TIME HOST chengjian PID MSGID [SD] BOM text`, in one line."""
    data = f'[chengjian@{ENTERPRISE} agent="{_value(agent)}" event="{_value(kind)}"]'
    head = (
        f"<{facility * 8 + _LEVEL[severity]}>1 {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {_name(host, 255)} chengjian "
        f"{os.getpid()} {_name(kind, 32)} {data} "
    )
    return head.encode("ascii", "replace") + b"\xef\xbb\xbf" + " ".join(text.split()).encode()


def _name(text: str, longest: int) -> str:
    """PRINTUSASCII without spaces, or the nil value."""
    return "".join(character for character in text if "!" <= character <= "~")[:longest] or "-"


def _value(text: str) -> str:
    """A parameter value: quote, backslash and closing bracket are escaped (RFC 5424 6.3.3)."""
    return "".join(
        "\\" + character if character in '"\\]' else character for character in text if character.isprintable()
    )


def _whole(message: bytes) -> bytes:
    """At most one datagram, cut between characters."""
    if len(message) <= _LARGEST_DATAGRAM:
        return message
    return message[:_LARGEST_DATAGRAM].decode("utf-8", "ignore").encode()


def apprise_channels(path: Path) -> list[Channel]:
    """The Apprise addresses of a file, one a line; `#` starts a comment. Raises InputError with the line, never with the
    address, and if others may read the file."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text", str(path)) from error
    if stat.S_IMODE(mode) & 0o077:
        raise InputError("holds secrets, and others may read it", str(path), hint="chmod 600")
    found: list[Channel] = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                found.append(AppriseChannel(line.strip()))
            except ValueError as error:
                raise InputError(str(error), str(path), f"line {number}") from None
    return found
