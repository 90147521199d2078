"""LDAP: the root entry, StartTLS, and whether entries are readable without a bind (RFC 4511, RFC 4512 5.1). Searching below the
root is done only with the act `anonymous-session`, for one entry and without its values."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.ldap import LdapFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.ber import Value, message_length, pack, pack_integer, read
from scanner.wire.http import any_tls
from scanner.wire.openings import ldap_root
from scanner.wire.reader import Reader, printable

ACT = "anonymous-session"
START_TLS = b"1.3.6.1.4.1.1466.20037"
ENTRY, DONE = 0x64, 0x65


def one_entry(base: bytes) -> bytes:
    """A search below a naming context for one entry, types only."""
    search = (
        pack(4, base) + pack_integer(2, 10) + pack_integer(0, 10) + pack_integer(1) + pack_integer(5) + b"\x01\x01\xff"
    )
    search += pack(0x87, b"objectClass") + pack(0x30, pack(4, b"1.1"))
    return pack(0x30, pack_integer(3) + pack(0x63, search))


def _until_done(data: bytes) -> int | None:
    """All messages up to the one that ends the search."""
    position = 0
    while position < len(data):
        size = message_length(data[position:])
        if size is None or len(data) < position + size:
            return None
        try:
            kinds = [value.tag for value in read(Reader(data[position : position + size])).children()]
        except NotUnderstood:
            return len(data)
        position += size
        if DONE in kinds:
            return position
    return None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: the root entry, and with the act one entry below it."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    async with recorder.connection(tls=inside) as connection:
        heard = await connection.ask_exactly("root", ldap_root(), _until_done, limit=65536, timeout=4.0)
        if ACT in asking.acts:
            base = _contexts(heard)
            if base:
                await connection.ask_exactly("below", one_entry(base[0]), _until_done, limit=65536, timeout=4.0)


def _contexts(data: bytes) -> list[bytes]:
    try:
        return read_search(data)[0].get("namingcontexts", [])
    except NotUnderstood:
        return []


def read_search(data: bytes) -> tuple[dict[str, list[bytes]], int, int | None]:
    """(attributes of the first entry with names in lower case, entries, result code or None). Raises NotUnderstood."""
    attributes: dict[str, list[bytes]] = {}
    entries, result = 0, None
    reader = Reader(data)
    while reader.left and entries < 100:
        parts = read(reader).children()
        if len(parts) < 2 or parts[0].tag != 2:
            raise NotUnderstood("not an LDAP message")
        if parts[1].tag == ENTRY:
            entries += 1
            if entries == 1:
                attributes = _attributes(parts[1])
        elif parts[1].tag == DONE:
            inside = parts[1].children()
            result = inside[0].integer if inside else None
    return attributes, entries, result


def _attributes(entry: Value) -> dict[str, list[bytes]]:
    parts = entry.children()
    if len(parts) < 2:
        raise NotUnderstood("an entry without attributes")
    found = {}
    for attribute in parts[1].children():
        both = attribute.children()
        if len(both) == 2:
            found[printable(both[0].content, 64).lower()] = [value.content for value in both[1].children()]
    return found


def interpret(exchange: Exchange) -> dict[str, list[LdapFacts]]:
    """Pure. Raises NotUnderstood where the answer is not LDAP."""
    turn = exchange.turn("root")
    if turn is None or not turn.received:
        raise NotUnderstood("no answer")
    attributes, entries, result = read_search(turn.received)
    if not entries and result is None:
        raise NotUnderstood("no answer to a search")
    tls = exchange.notes.get("tls") == "yes"
    extensions = attributes.get("supportedextension")
    vendor = attributes.get("vendorname", [b""])[:1]
    readable = entries > 0
    return {
        "ldap": [
            LdapFacts(
                answers=True,
                root_readable=readable,
                start_tls=None if not readable or extensions is None else START_TLS in extensions,
                tls=tls,
                anonymous_entries=_below(exchange.turn("below")),
                vendor=printable(vendor[0], 64) or None if vendor else None,
                naming_contexts=len(attributes.get("namingcontexts", [])) if readable else None,
                active_directory="rootdomainnamingcontext" in attributes if readable else None,
            )
        ]
    }


def _below(turn: Turn | None) -> bool | None:
    """Entries came, or the search was refused; a size limit that was reached means that there are entries."""
    try:
        _, entries, result = read_search(turn.received if turn is not None else b"")
    except NotUnderstood:
        return None
    if entries or result == 4:
        return True
    return None if result is None else False


PROBE = Probe(name="ldap", table="ldap", transport="tcp", collect=collect, interpret=interpret, packets=12)
