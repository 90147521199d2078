"""SNMPv3 reading with a user (RFC 3414), by pysnmp, whose datagrams go through the network door like all others.

pysnmp opens no socket here: its transport hands every message to the recorder, so permit and pace hold.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from pysnmp.carrier.asyncio.dgram.udp import UdpAsyncioTransport
from pysnmp.hlapi.v3arch import asyncio as pysnmp
from pysnmp.proto.secmod.rfc3414.localkey import hash_passphrase

from inventory.errors import InputError, NotUnderstood, ProbeError, Silent
from scanner.probe import Recorder

AUTHENTICATION = {
    "md5": pysnmp.USM_AUTH_HMAC96_MD5,
    "sha": pysnmp.USM_AUTH_HMAC96_SHA,
    "sha224": pysnmp.USM_AUTH_HMAC128_SHA224,
    "sha256": pysnmp.USM_AUTH_HMAC192_SHA256,
    "sha384": pysnmp.USM_AUTH_HMAC256_SHA384,
    "sha512": pysnmp.USM_AUTH_HMAC384_SHA512,
}
HASHES = {
    pysnmp.USM_AUTH_HMAC96_MD5: hashlib.md5,
    pysnmp.USM_AUTH_HMAC96_SHA: hashlib.sha1,
    pysnmp.USM_AUTH_HMAC128_SHA224: hashlib.sha224,
    pysnmp.USM_AUTH_HMAC192_SHA256: hashlib.sha256,
    pysnmp.USM_AUTH_HMAC256_SHA384: hashlib.sha384,
    pysnmp.USM_AUTH_HMAC384_SHA512: hashlib.sha512,
}
MOST_USES, MOST_FREE = 100, 16
PRIVACY = {
    "des": pysnmp.USM_PRIV_CBC56_DES,
    "aes": pysnmp.USM_PRIV_CFB128_AES,
    "aes192": pysnmp.USM_PRIV_CFB192_AES,
    "aes256": pysnmp.USM_PRIV_CFB256_AES,
}
FIELDS = frozenset({"user", "authentication", "authentication_password", "privacy", "privacy_password"})
LABEL = (
    "v3:authorised"  # turns with this label are emptied by the reduction: they name the user and hold nothing readable
)


class Seat:
    """An engine of pysnmp, which takes long to make, and the recorder of whoever uses it now."""

    def __init__(self) -> None:
        self.engine = pysnmp.SnmpEngine()
        self.recorder: Recorder | None = None
        self.used = 0


class Seats:
    """Seats that are free, each for some agents only, because engines remember all whom they asked. A seat belongs to the event
    loop in which it was made."""

    def __init__(self) -> None:
        self.free: WeakKeyDictionary[asyncio.AbstractEventLoop, list[Seat]] = WeakKeyDictionary()

    def take(self, recorder: Recorder) -> Seat:
        """A seat that nobody uses now."""
        free = self.free.setdefault(asyncio.get_running_loop(), [])
        seat = free.pop() if free else Seat()
        seat.recorder = recorder
        seat.used += 1
        return seat

    def give_back(self, seat: Seat) -> None:
        """Let others use it."""
        free = self.free.setdefault(asyncio.get_running_loop(), [])
        if seat.used < MOST_USES and len(free) < MOST_FREE:
            free.append(seat)
        else:
            seat.engine.close_dispatcher()


SEATS = Seats()


class DoorTransport(UdpAsyncioTransport):  # type: ignore[misc]
    """pysnmp's UDP transport without a socket."""

    def __init__(self, seat: Seat) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.seat = seat
        self.tasks: set[asyncio.Task[None]] = set()

    def open_client_mode(self, *_: Any, **__: Any) -> "DoorTransport":
        """Nothing to open."""
        return self

    def send_message(self, outgoingMessage: bytes, transportAddress: Any) -> None:  # noqa: N803 - pysnmp's names
        """Hand a message to the door; the answer comes back as if a socket had received it."""

        recorder = self.seat.recorder
        assert recorder is not None

        async def carry() -> None:
            try:
                answers = await recorder.datagram(LABEL, outgoingMessage, limit=8192, timeout=1.5, tries=1)
            except ProbeError:
                return  # silence: pysnmp counts its own time and tries
            self.datagram_received(answers[0], transportAddress)

        task = asyncio.get_running_loop().create_task(carry())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def close_transport(self) -> None:
        """Let go of what is under way."""
        for task in self.tasks:
            task.cancel()


@lru_cache(maxsize=64)
def master_key(algorithm: tuple[int, ...], password: str) -> bytes:
    """The key of a password (RFC 3414 A.2), which takes a megabyte of hashing: once for all agents, which localise it each."""
    return bytes(hash_passphrase(password.encode(), HASHES[algorithm]))


class DoorTarget(pysnmp.UdpTransportTarget):  # type: ignore[misc]
    """One endpoint, reached through the door."""

    seat: Seat

    async def _resolve_address(self, transportAddr: tuple[str, int]) -> tuple[str, int]:  # noqa: N803
        return transportAddr

    def open_client_mode(self) -> DoorTransport:
        """The transport of the engine, asked for by its first target."""
        self.transport = DoorTransport(self.seat)
        return self.transport


def user_data(credential: Mapping[str, str]) -> Any:
    """The user as pysnmp wants it. Raises InputError for an unknown field or algorithm, or a missing password."""
    unknown = sorted(set(credential) - FIELDS)
    if unknown:
        raise InputError(
            f"unknown field {unknown[0]!r}", "credentials", "snmpv3", f"known are {', '.join(sorted(FIELDS))}"
        )
    if not credential.get("user"):
        raise InputError("a user is missing", "credentials", "snmpv3")
    keys: dict[str, Any] = {}
    for part, algorithms, names in (
        ("authentication", AUTHENTICATION, ("authKey", "authProtocol", "authKeyType")),
        ("privacy", PRIVACY, ("privKey", "privProtocol", "privKeyType")),
    ):
        if credential.get(part) is None:
            continue
        if credential[part] not in algorithms:
            raise InputError(
                f"unknown {part} {credential[part]!r}", "credentials", "snmpv3", f"one of {', '.join(algorithms)}"
            )
        if not credential.get(f"{part}_password"):
            raise InputError(f"{part}_password is missing", "credentials", "snmpv3")
        hashing = AUTHENTICATION[credential.get("authentication", "md5")]
        key = master_key(hashing, credential[f"{part}_password"])
        keys |= {
            names[0]: pysnmp.OctetString(key),
            names[1]: algorithms[credential[part]],
            names[2]: pysnmp.USM_KEY_TYPE_MASTER,
        }
    return pysnmp.UsmUserData(credential["user"], **keys)  # noqa: S509 - the owner of the device chose its level


async def read_as_user(recorder: Recorder, credential: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Read scalar objects (name → object identifier) as a user: name → value as text, without those that are not there.

    Raises Silent where no answer came, NotUnderstood where the agent refuses the user, InputError for a bad credential.
    """
    seat = SEATS.take(recorder)
    try:
        where = recorder.endpoint
        target = await DoorTarget.create((where.address, where.port), timeout=2, retries=1)
        target.seat = seat
        asked = [pysnmp.ObjectType(pysnmp.ObjectIdentity(identifier)) for identifier in names.values()]
        trouble, status, _, bindings = await pysnmp.get_cmd(
            seat.engine, user_data(credential), target, pysnmp.ContextData(), *asked, lookupMib=False
        )
    finally:
        SEATS.give_back(seat)
    if trouble:
        if "before timeout" in str(trouble):
            raise Silent("no answer to an authorised SNMPv3 request")
        raise NotUnderstood(f"SNMPv3: {str(trouble)[:100]}")
    if status:
        raise NotUnderstood(f"SNMPv3 error status {int(status)}")
    found = {}
    for name, (_, value) in zip(names, bindings, strict=False):
        if value.__class__.__name__ not in {"NoSuchObject", "NoSuchInstance", "EndOfMibView", "Null"}:
            found[name] = str(value.prettyPrint())
    return found
