"""Reading pcap and pcapng files as a stream of frames: bounded, and as far as a damaged file goes.

Formats: the libpcap file format (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). Our own reader, because a
general one makes an object of every layer: a hundredth of its speed would do for a lab, not for a city.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inventory.errors import ImportFormatError

LARGEST_FRAME = 256 * 1024
ENDINGS = (".pcap", ".pcapng", ".cap")
_LITTLE = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
_BIG = (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d")
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6


@dataclass(slots=True)
class Capture:
    """An open capture. `complete` is False once the file proved to be damaged or cut off; `frames` counts."""

    path: Path
    complete: bool = True
    frames: int = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """(link type, frame) in the order of the file. Raises ImportFormatError where it is no capture at all."""
        with self.path.open("rb") as file:
            magic = file.read(4)
            if magic in _LITTLE or magic in _BIG:
                yield from self._classic(file, "<" if magic in _LITTLE else ">")
            elif magic == b"\x0a\x0d\x0d\x0a":
                yield from self._blocks(file)
            else:
                raise ImportFormatError("not a capture", str(self.path), hint="pcap and pcapng are read")

    def _classic(self, file: BinaryIO, order: str) -> Iterator[tuple[int, bytes]]:
        head = file.read(20)
        if len(head) < 20:
            self.complete = False
            return
        link = struct.unpack(order + "I", head[16:20])[0] & 0xFFFF
        unpack = struct.Struct(order + "8xII").unpack
        while record := file.read(16):
            if len(record) < 16:
                self.complete = False
                return
            kept, _ = unpack(record)
            frame = file.read(kept) if kept <= LARGEST_FRAME else b""
            if len(frame) < kept:
                self.complete = False
                return
            self.frames += 1
            yield link, frame

    def _blocks(self, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
        order, links = "<", list[int]()
        file.seek(0)
        while head := file.read(8):
            if head[:4] == b"\x0a\x0d\x0d\x0a":
                mark = file.read(4)
                order = "<" if mark == b"\x4d\x3c\x2b\x1a" else ">"
                file.seek(-4, 1)
                links = []
            if len(head) < 8:
                self.complete = False
                return
            kind, size = struct.unpack(order + "II", head)
            if size < 12 or size > LARGEST_FRAME + 4096 or size % 4:
                self.complete = False
                return
            body = file.read(size - 8)
            if len(body) < size - 8:
                self.complete = False
                return
            found = self._block(order, kind, body[:-4], links)
            if found is not None:
                self.frames += 1
                yield found

    def _block(self, order: str, kind: int, body: bytes, links: list[int]) -> tuple[int, bytes] | None:
        if kind == _INTERFACE and len(body) >= 8:
            links.append(struct.unpack(order + "H", body[:2])[0])
        elif kind == _ENHANCED and len(body) >= 20:
            interface, _, _, kept, _ = struct.unpack(order + "IIIII", body[:20])
            if interface < len(links) and kept <= len(body) - 20:
                return links[interface], body[20 : 20 + kept]
        elif kind == _OLD_PACKET and len(body) >= 20:
            interface, _, _, _, kept, _ = struct.unpack(order + "HHIIII", body[:20])
            if interface < len(links) and kept <= len(body) - 20:
                return links[interface], body[20 : 20 + kept]
        elif kind == _SIMPLE and len(body) >= 4 and links:
            size = struct.unpack(order + "I", body[:4])[0]
            return links[0], body[4 : 4 + size]
        return None
