"""DNS messages (RFC 1035, RFC 6891): one question out, an answer read within bounds."""

from dataclasses import dataclass

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

NAME_SERVER, START_OF_ZONE, PTR, TXT, SRV, OPT, TRANSFER = 2, 6, 12, 16, 33, 41, 252
INTERNET, CHAOS = 1, 3
RECURSE = 0x0100
MARK = 0x636A
MOST_RECORDS = 64
MOST_JUMPS = 16


def query(
    name: str, kind: int, kingdom: int = INTERNET, *, recurse: bool = False, dnssec: bool = False, mark: int = MARK
) -> bytes:
    """One question; with `dnssec` an OPT record that asks for signatures (RFC 6891). The name is of ASCII labels."""
    flags = RECURSE if recurse else 0
    head = b"".join(number.to_bytes(2, "big") for number in (mark, flags, 1, 0, 0, 1 if dnssec else 0))
    labels = b"".join(
        bytes((len(part),)) + part for part in name.encode("ascii", "replace").split(b".") if 0 < len(part) < 64
    )
    question = labels + b"\0" + kind.to_bytes(2, "big") + kingdom.to_bytes(2, "big")
    return head + question + (b"\0\0\x29\x04\xd0\0\0\x80\0\0\0" if dnssec else b"")


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `position` is where its content begins in the message, for names inside it."""

    section: int  # 0 answer, 1 authority, 2 addition
    name: str
    kind: int
    lifetime: int
    content: bytes
    position: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says: code, authoritative, recursion available, how many records its head promises, and those that are
    there."""

    code: int
    authoritative: bool
    recursion: bool
    answers: int
    records: tuple[Record, ...]
    data: bytes

    @property
    def texts(self) -> tuple[bytes, ...]:
        """The first string of each text record that answers."""
        found = [record.content for record in self.records if record.kind == TXT and record.section == 0]
        return tuple(content[1 : 1 + content[0]] for content in found if content)

    @property
    def dnssec(self) -> bool:
        """Was the wish for signatures kept?"""
        return any(record.kind == OPT and record.lifetime & 0x8000 for record in self.records)

    def name_in(self, record: Record) -> str:
        """The name that a record's content begins with. Raises NotUnderstood."""
        return read_name(self.data, record.position)[0]


def read_answer(data: bytes, mark: int = MARK) -> Answer:
    """Read it; records that are cut off are left out. Raises NotUnderstood where it is no answer to our question."""
    reader = Reader(data)
    if reader.number(2) != mark:
        raise NotUnderstood("another identifier")
    flags = reader.number(2)
    if not flags & 0x8000 or flags >> 11 & 15:
        raise NotUnderstood("not an answer")
    questions, *counts = (reader.number(2) for _ in range(4))
    for _ in range(min(questions, 4)):
        _, reader.position = read_name(data, reader.position)
        reader.take(4)
    records: list[Record] = []
    sections = [section for section, count in enumerate(counts) for _ in range(min(count, MOST_RECORDS))]
    try:
        for section in sections[:MOST_RECORDS]:
            records.append(_record(reader, section))
    except NotUnderstood:
        pass  # cut off: what came before counts
    return Answer(flags & 15, bool(flags & 0x0400), bool(flags & 0x0080), counts[0], tuple(records), data)


def _record(reader: Reader, section: int) -> Record:
    name, reader.position = read_name(reader.data, reader.position)
    kind, _, lifetime = reader.number(2), reader.number(2), reader.number(4)
    position = reader.position + 2
    return Record(section, name, kind, lifetime, reader.block(2), position)


def read_name(data: bytes, position: int) -> tuple[str, int]:
    """(a name in lower case without its last dot, where it ends). One that points into a circle ends there. Raises
    NotUnderstood where it has no end."""
    labels: list[str] = []
    end, jumps = None, 0
    reader = Reader(data)
    while len(labels) < 128:
        reader.position = position
        size = reader.number(1)
        if size == 0:
            return ".".join(labels).lower(), position + 1 if end is None else end
        if size & 0xC0 == 0xC0:
            target = (size & 0x3F) << 8 | reader.number(1)
            end, jumps = position + 2 if end is None else end, jumps + 1
            if target >= position or jumps > MOST_JUMPS:
                return ".".join(labels).lower(), end
            position = target
        elif size > 63:
            raise NotUnderstood("a label of an unknown kind")
        else:
            labels.append(reader.take(size).decode("utf-8", "replace"))
            position += 1 + size
    raise NotUnderstood("a name without an end")
