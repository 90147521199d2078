"""While the gate is sealed, sockets and processes open through the doors only; tried in a process of its own."""

import subprocess
import sys

PROGRAM = """
import asyncio, os, socket, subprocess, sys
from scanner.gate import GateClosed, opening, sealed

def refused(work):
    try:
        work()
    except GateClosed:
        return True
    except OSError:
        return False
    return False

def connect():
    with socket.socket() as s:
        s.settimeout(1)
        s.connect(("127.0.0.1", 9))

def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("127.0.0.1", 9))

with sealed():
    assert refused(connect), "connect"
    assert refused(udp), "sendto"
    assert refused(lambda: subprocess.run([sys.executable, "-c", ""])), "process"
    assert refused(lambda: os.system("true")), "system"
    with opening():
        assert not refused(connect)
    async def inside():
        with opening():
            other = asyncio.create_task(other_task())
        return refused(connect), await other
    async def other_task():
        return refused(connect)
    assert asyncio.run(inside())[0], "a task that left the opening"
assert not refused(connect), "not sealed any more"
print("ok")
"""


def test_only_the_doors_open_sockets_and_processes() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "ok\n", done.stderr


CAPABILITIES = """
import subprocess
from scanner.privileged.rights import CAP_NET_RAW, give_up_raw_sockets

def effective(text):
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("CapEff")), 16)

give_up_raw_sockets()
here = effective(open("/proc/self/status").read())
child = effective(subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout)
print((here >> CAP_NET_RAW) & 1, (child >> CAP_NET_RAW) & 1)
"""


def test_this_process_and_its_children_keep_no_right_to_raw_sockets() -> None:
    done = subprocess.run([sys.executable, "-c", CAPABILITIES], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "0 0\n", done.stderr
