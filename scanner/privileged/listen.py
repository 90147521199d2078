"""Listening on one interface: frames as a pcap stream on standard output, within bounds of time, frames and octets.

`python -m scanner.privileged.listen DEVICE SECONDS FRAMES OCTETS` opens one socket, gives up the right to open more, sends nothing and
parses nothing: whoever reads the stream does that, without any rights. Ends by itself or at SIGTERM, then says on
standard error, as one JSON object, how many frames it passed on and how many the kernel dropped.
"""

import json
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from scanner.messages import Messages
from scanner.privileged.rights import give_up_raw_sockets

ETH_P_ALL = 0x0003
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_STATISTICS, PACKET_MR_PROMISC = 263, 1, 6, 1
SO_RCVBUFFORCE = 33
LINK_ADDRESS, PACKET_TYPE, PACKET_OUTGOING = 20, 10, 4  # struct sockaddr_ll: its size, the place of the type, one type
BUFFER = 64 * 1024 * 1024
LARGEST_FRAME = 65_535
LOOPBACK = "lo"
LONGEST = 24 * 3600.0  # seconds
AT_ONCE = 64  # frames in one system call
LOOK = 0.2  # seconds between two looks at the clock
ETHERNET = 1  # link type of a capture
_ARPHRD = {1: ETHERNET, 772: ETHERNET, 65534: 101}  # Ethernet, loopback, a tunnel without link layer


def capture_head(link: int) -> bytes:
    """The head of a capture file with times in microseconds."""
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LARGEST_FRAME, link)


def record(at: float, frame: bytes) -> bytes:
    """A frame as a capture file keeps it."""
    return struct.pack("<IIII", int(at), int(at % 1 * 1_000_000), len(frame), len(frame)) + frame


def open_on(device: str) -> socket.socket:
    """A socket that hears everything on the device, what is meant for others too. Raises OSError."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    with suppress(PermissionError):
        raw.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    raw.bind((device, ETH_P_ALL))
    member = struct.pack("=iHH8s", socket.if_nametoindex(device), PACKET_MR_PROMISC, 0, b"")
    raw.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member)
    raw.setblocking(False)
    return raw


def link_type(device: str) -> int:
    """The link type of a capture on the device."""
    return _ARPHRD.get(int(Path(f"/sys/class/net/{device}/type").read_text()), ETHERNET)


def pass_on(
    raw: socket.socket,
    sink: BinaryIO,
    seconds: float,
    most_frames: int,
    most_octets: int,
    ended: Callable[[], bool],
    *,
    leaving: bool = True,
) -> int:
    """Pass on what is heard until a bound is reached or it is told to end; the number of frames. On loopback, where every frame
    comes as it leaves and once more as it arrives, only arriving ones are (`leaving` False)."""
    incoming = Messages(
        bytearray(LARGEST_FRAME * AT_ONCE), LARGEST_FRAME, bytearray(LINK_ADDRESS * AT_ONCE), LINK_ADDRESS
    )
    data, ends, frames, octets = memoryview(incoming.data), time.monotonic() + seconds, 0, 0
    while (left := ends - time.monotonic()) > 0 and frames < most_frames and octets < most_octets and not ended():
        if not select.select([raw], [], [], min(left, LOOK))[0]:
            continue
        count = incoming.receive(raw.fileno())
        for number, size in enumerate(incoming.lengths(max(0, count))):
            if frames >= most_frames or octets >= most_octets:
                break
            if not leaving and incoming.names[number * LINK_ADDRESS + PACKET_TYPE] == PACKET_OUTGOING:
                continue
            at = number * LARGEST_FRAME
            sink.write(record(time.time(), bytes(data[at : at + size])))
            frames, octets = frames + 1, octets + size
        sink.flush()
    return frames


def main(words: list[str]) -> int:
    """See the module; exit code 2 where the device cannot be listened on."""
    device, (seconds, frames, octets) = words[0], (float(word) for word in words[1:4])
    try:
        raw = open_on(device)
        head = capture_head(link_type(device))
    except OSError as error:
        sys.stderr.write(json.dumps({"error": f"{device}: {error.strerror or error}"}) + "\n")
        return 2
    give_up_raw_sockets()
    told: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's; whoever started us says when to end
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    with raw:
        sys.stdout.buffer.write(head)
        sys.stdout.buffer.flush()
        bounds = min(seconds, LONGEST), int(frames), int(octets)
        passed = pass_on(raw, sys.stdout.buffer, *bounds, lambda: bool(told), leaving=device != LOOPBACK)
        dropped = struct.unpack("=II", raw.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    sys.stderr.write(json.dumps({"passed": passed, "dropped": dropped}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
