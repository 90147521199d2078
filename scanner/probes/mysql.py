"""MySQL protocol: the greeting alone, which the server sends to everybody (protocol 10). Nothing is sent."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.facts.database import DatabaseFacts
from inventory.facts.mysql import MysqlFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.database import mysql_product
from scanner.wire.reader import Reader, printable

CLIENT_SSL, CLIENT_PLUGIN_AUTH = 0x0800, 0x00080000
NOT_ALLOWED = (1130, 1129)  # host not privileged, host blocked
WEAK_PLUGINS = ("mysql_old_password", "mysql_native_password", "")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, one packet read."""
    async with recorder.connection() as connection:
        await connection.ask_exactly("greeting", b"", _packet_length, limit=4096, timeout=5.0)


def _packet_length(data: bytes) -> int | None:
    return None if len(data) < 4 else 4 + int.from_bytes(data[:3], "little")


def interpret(exchange: Exchange) -> dict[str, list[Fact]]:
    """Pure. Raises NotUnderstood where the packet is neither greeting nor error of this protocol."""
    turn = exchange.turn("greeting")
    reader = Reader(turn.received if turn is not None else b"")
    body = Reader(reader.take(4 + _size(reader))[4:])
    protocol = body.number(1)
    if protocol == 0xFF:
        return _refused(body)
    if protocol != 10:
        raise NotUnderstood("not protocol 10")
    version = printable(body.until(b"\0", 255), 128)
    body.take(4 + 8 + 1)
    capabilities = body.number(2, "little")
    collation = None
    plugin = None
    if body.left:
        collation = body.number(1)
        body.take(2)
        capabilities |= body.number(2, "little") << 16
        scramble = body.number(1)
        body.take(10)
        body.take(min(max(13, scramble - 8), body.left))
        if capabilities & CLIENT_PLUGIN_AUTH:
            plugin = printable(body.rest().split(b"\0")[0], 64)
    tls = bool(capabilities & CLIENT_SSL)
    product = mysql_product(version)
    return {
        "mysql": [
            MysqlFacts(
                version=version,
                protocol_version=protocol,
                tls_offered=tls,
                authentication_plugin=plugin,
                weak_authentication=None if plugin is None else plugin in WEAK_PLUGINS,
                client_refused=False,
                collation=collation,
            )
        ],
        "database": [
            DatabaseFacts(
                family="mysql", product=product, decided=product is not None, version=version, tls_offered=tls
            )
        ],
    }


def _size(reader: Reader) -> int:
    if reader.left < 4:
        raise NotUnderstood("no packet")
    return int.from_bytes(reader.data[:3], "little")


def _refused(body: Reader) -> dict[str, list[Fact]]:
    code = body.number(2, "little")
    if not 1000 <= code < 4000:
        raise NotUnderstood("no error of this protocol")
    product = mysql_product(printable(body.rest()))
    return {
        "mysql": [MysqlFacts(client_refused=code in NOT_ALLOWED)],
        "database": [DatabaseFacts(family="mysql", product=product, decided=product is not None)],
    }


PROBE = Probe(
    name="mysql",
    table="mysql",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    packets=6,
    also=("database",),
)
