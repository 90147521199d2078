"""SSH: what a server offers before anybody logs in, and its host keys (RFC 4253, RFC 8709, the Terrapin advisory).

One connection reads the identification and KEXINIT and goes on to the host key; a second shows the RSA key, whose size
matters. Where the permit lists the act `anonymous-session`, a third asks by the method `none` which methods may follow
(RFC 4252 5.2); no key and no password is ever offered.
"""

from collections.abc import Callable

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange
from inventory.facts.ssh import SshFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire import ssh_session as session
from scanner.wire.reader import printable
from scanner.wire.ssh import (
    NEWKEYS,
    OUR_EXCHANGES,
    Greeting,
    HostKey,
    exchange_init,
    greeting_length,
    identification,
    kexinit,
    packet,
    read_greeting,
    read_host_key,
    reply_length,
    split,
)

RSA_NAMES = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
WEAK_EXCHANGES = {"diffie-hellman-group1-sha1", "rsa1024-sha1", "diffie-hellman-group-exchange-sha1"}
WEAK_CIPHERS = ("arcfour", "3des", "des-", "blowfish", "cast128", "idea", "rc2", "seed", "rijndael")
ACT = "anonymous-session"
STRICT = "kex-strict-s-v00@openssh.com"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """At most two connections: the host key that the server prefers, then its RSA key."""
    first = await _show_key(recorder, asking, "first", None)
    names = first.lists["host_keys"] if first is not None and first.lists else ()
    rsa = next((name for name in RSA_NAMES if name in names), None)
    if rsa is not None and names[0] != rsa:
        await _show_key(recorder, asking, "rsa", rsa)
    choice = session.choose(first.lists) if first is not None and first.lists else None
    if ACT in asking.acts and choice is not None:
        recorder.note("act", ACT)
        await _ask_methods(recorder, asking, choice)


async def _ask_methods(recorder: Recorder, asking: Asking, choice: session.Choice) -> None:
    """The exchange once more, then `none` inside it."""
    line, heard = identification(asking.contact), b""
    try:
        async with recorder.connection() as connection:
            heard = await connection.ask_exactly("methods:greeting", line, greeting_length, limit=65536, timeout=5.0)
            greeting = _greeting(heard)
            if greeting is None or greeting.lists is None:
                return
            init = session.begin(greeting.lists, choice)
            heard += await connection.ask_exactly("methods:key", init, _until_new_keys(heard), limit=65536, timeout=5.0)
            keys = session.agree(line + init, heard, choice)
            sealed = packet(bytes((NEWKEYS,))) + session.seal(keys, session.questions(), 3)

            def whole(data: bytes) -> int | None:
                return len(data) if session.read_methods(_opened(keys, heard + data)) is not None else None

            await connection.ask_exactly("methods:answer", sealed, whole, limit=65536, timeout=5.0)
    except (Refused, NotUnderstood):
        return


def _until_new_keys(before: bytes) -> Callable[[bytes], int | None]:
    """Everything up to the packet after which the server's packets are sealed, or a disconnect."""

    def size(data: bytes) -> int | None:
        plain = split(before + data)
        ended = plain.sealed_from is not None or any(payload[:1] == b"\x01" for payload in plain.packets)
        return len(data) if ended else None

    return size


def _opened(keys: session.Keys, heard: bytes) -> list[bytes]:
    """The payloads behind NEWKEYS. Raises NotUnderstood."""
    plain = split(heard)
    if plain.sealed_from is None:
        return []
    return session.opened(keys, heard[plain.sealed_from :], len(plain.packets))


async def _show_key(recorder: Recorder, asking: Asking, label: str, wanted: str | None) -> Greeting | None:
    try:
        async with recorder.connection() as connection:
            heard = await connection.ask_exactly(
                f"{label}:greeting", identification(asking.contact), greeting_length, limit=65536, timeout=5.0
            )
            greeting = _greeting(heard)
            if greeting is None or greeting.lists is None:
                return greeting
            exchange = next((name for name in greeting.lists["kex"] if name in OUR_EXCHANGES), None)
            host_key = wanted or next(iter(greeting.lists["host_keys"]), None)
            if exchange is not None and host_key is not None:
                init = kexinit(greeting.lists, exchange, host_key) + exchange_init(exchange)
                await connection.ask_exactly(f"{label}:key", init, reply_length, limit=65536, timeout=5.0)
            return greeting
    except Refused:
        if label == "first" and recorder.exchange().turn("first:greeting") is None:
            raise
        return None


def _greeting(data: bytes) -> Greeting | None:
    try:
        return read_greeting(data)
    except NotUnderstood:
        return None


def interpret(exchange: Exchange) -> dict[str, list[SshFacts]]:
    """Pure. Raises NotUnderstood where no SSH identification came."""
    turn = exchange.turn("first:greeting")
    if turn is None:
        raise NotUnderstood("nothing was heard")
    greeting = read_greeting(turn.received)
    banner = printable(greeting.banner, 255)
    version, _, software = banner.removeprefix("SSH-").partition("-")
    facts: dict[str, object] = {
        "banner": banner,
        "software": software or None,
        "protocol_1": version.startswith("1."),
        "protocol_2": version in ("2.0", "1.99"),
    }
    if greeting.lists is not None:
        facts |= algorithm_facts(greeting.lists)
    keys = [key for label in ("first:key", "rsa:key") if (key := _key(exchange, label)) is not None]
    if keys:
        facts |= {
            "host_key_type": keys[0].kind,
            "host_key_bits": keys[0].bits,
            "host_key_fingerprint": keys[0].fingerprint,
            "host_key_rsa_bits": _rsa_bits(keys, greeting.lists),
        }
    return {"ssh": [SshFacts(**facts, **_methods(exchange))]}  # type: ignore[arg-type]


def _methods(exchange: Exchange) -> dict[str, object]:
    """What the answer to `none` says; nothing where it was not asked or not understood."""
    turns = [exchange.turn(f"methods:{part}") for part in ("greeting", "key", "answer")]
    if any(turn is None for turn in turns):
        return {}
    told = [turn for turn in turns if turn is not None]
    heard = b"".join(turn.received for turn in told)
    try:
        lists = read_greeting(told[0].received).lists
        choice = session.choose(lists) if lists is not None else None
        if choice is None:
            return {}
        keys = session.agree(told[0].sent + told[1].sent, heard, choice)
        methods = session.read_methods(_opened(keys, heard))
    except NotUnderstood:
        return {}
    if methods is None:
        return {}
    if methods.let_in:
        return {"none_login": True}
    return {
        "none_login": False,
        "login_methods": ",".join(methods.names)[:256],
        "password_login": "password" in methods.names,
        "public_key_login": "publickey" in methods.names,
        "interactive_login": "keyboard-interactive" in methods.names,
    }


def _rsa_bits(keys: list[HostKey], lists: dict[str, tuple[str, ...]] | None) -> int | None:
    """The size of the RSA key; 0 where none is offered, None where it was not shown."""
    shown = next((key.bits for key in keys if key.kind == "ssh-rsa"), None)
    offered = lists is None or any("rsa" in name for name in lists["host_keys"])
    return 0 if shown is None and not offered else shown


def _key(exchange: Exchange, label: str) -> HostKey | None:
    turn = exchange.turn(label)
    try:
        return read_host_key(turn.received) if turn is not None else None
    except NotUnderstood:
        return None


def algorithm_facts(lists: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """What the lists of a KEXINIT say; a configuration gives the same lists. Both directions count."""
    exchanges = [name for name in lists["kex"] if not name.startswith(("ext-info-", "kex-strict-"))]
    ciphers = set(lists["ciphers_in"]) | set(lists["ciphers_out"])
    macs = set(lists["macs_in"]) | set(lists["macs_out"])
    keys = lists["host_keys"]
    cbc = any(name.endswith("-cbc") or "-cbc@" in name for name in ciphers)
    chacha = any(name.startswith("chacha20-poly1305") for name in ciphers)
    strict = STRICT in lists["kex"]
    return {
        "kex_count": len(exchanges),
        "kex_weak": any(name in WEAK_EXCHANGES or name.startswith("gss-group1-sha1") for name in exchanges),
        "kex_sha1": any(name.split("@")[0].endswith("-sha1") or "-sha1-" in name for name in exchanges),
        "kex_post_quantum": any(any(mark in name for mark in ("mlkem", "sntrup", "kyber")) for name in exchanges),
        "kex_sm": any("sm2" in name for name in exchanges),
        "host_key_count": len(keys),
        "host_key_dss": "ssh-dss" in keys,
        "host_key_sha1": "ssh-rsa" in keys,
        "host_key_ed25519": "ssh-ed25519" in keys,
        "host_key_sm2": any("sm2" in name for name in keys),
        "cipher_count": len(ciphers),
        "cipher_weak": any(name.startswith(WEAK_CIPHERS) for name in ciphers),
        "cipher_none": "none" in ciphers,
        "cipher_cbc": cbc,
        "cipher_aead": chacha or any("gcm" in name for name in ciphers),
        "cipher_sm4": any("sm4" in name for name in ciphers),
        "mac_count": len(macs),
        "mac_weak": any("md5" in name or "-96" in name or "-64" in name or name == "none" for name in macs),
        "mac_sha1": any(name.split("@")[0] in ("hmac-sha1", "hmac-sha1-etm") for name in macs),
        "mac_sm3": any("sm3" in name for name in macs),
        "compression_early": "zlib" in (*lists["compressions_in"], *lists["compressions_out"]),
        "strict_key_exchange": strict,
        "terrapin_exposed": not strict and (chacha or (cbc and any("-etm@" in name for name in macs))),
    }


PROBE = Probe(name="ssh", table="ssh", transport="tcp", collect=collect, interpret=interpret, connections=3, packets=45)
