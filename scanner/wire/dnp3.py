"""DNP3 link frames (IEEE 1815-2012 9.2): a request for the status of the link, and what answers it."""

from dataclasses import dataclass

from inventory.errors import NotUnderstood
from scanner.wire.reader import Reader

START = b"\x05\x64"
OUR_ADDRESS = 1  # where masters usually stand
SELF_ADDRESS = 0xFFFC  # a station that has this feature answers with its own address (9.2.5.1)
REQUEST_LINK_STATUS = 0xC9  # from the master, primary, function 9
STATUS, NOT_SUPPORTED, ACKNOWLEDGED, REFUSED = 11, 15, 0, 1


def checksum(data: bytes) -> bytes:
    """The CRC of a block (9.2.6): polynomial 0x3D65, reflected and inverted, low byte first."""
    value = 0
    for octet in data:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA6BC if value & 1 else value >> 1
    return (~value & 0xFFFF).to_bytes(2, "little")


def link_status(address: int) -> bytes:
    """A request for the link status of a station: it reads nothing, sets nothing and resets nothing."""
    head = START + bytes((5, REQUEST_LINK_STATUS)) + address.to_bytes(2, "little") + OUR_ADDRESS.to_bytes(2, "little")
    return head + checksum(head)


@dataclass(frozen=True, slots=True)
class Frame:
    """The head of a frame: function with its flags, and who sent it to whom."""

    control: int
    destination: int
    source: int

    @property
    def is_answer(self) -> bool:
        """A secondary frame of a station that answers a request for its link."""
        return not self.control & 0x40 and self.control & 0x0F in (STATUS, NOT_SUPPORTED, ACKNOWLEDGED, REFUSED)


def read_frame(data: bytes) -> Frame:
    """Read the head of the first frame. Raises NotUnderstood where it is none or its CRC is wrong."""
    reader = Reader(data)
    head = reader.take(8)
    if head[:2] != START or head[2] < 5 or reader.take(2) != checksum(head):
        raise NotUnderstood("not a DNP3 frame")
    return Frame(head[3], int.from_bytes(head[4:6], "little"), int.from_bytes(head[6:8], "little"))
