"""`chengjian scan PERMIT --listen DEVICE`: hear what passes by on an interface, within bounds, and send nothing.

The permit says whose networks count and how long one may listen; conversations of others leave no trace but their number.
"""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

from inventory.register import Entry
from inventory.store import Store
from scanner.asking import stamp
from scanner.capture.intake import keep
from scanner.capture.talk import Heard
from scanner.derive import derive
from scanner.door import Door
from scanner.gate import sealed
from scanner.helper_client import Listener
from scanner.judging import Yardstick
from scanner.permit import Permit
from scanner.privileged.rights import give_up_raw_sockets
from scanner.scan import begin, beside, door_for, reducer
from scanner.terminal import note, say, say_json

WATCH_INTERVAL = 0.2  # seconds between looks at the stop file and the permit
AT_ONCE = 256  # frames that are taken together


async def hear(listener: Listener, door: Door, stop_file: Path | None, heard: Heard, link: int) -> tuple[int, str]:
    """Take frames until the listener ends, or is told to: (number of frames, why it was told to or "")."""
    ended: list[str] = []
    loop = asyncio.get_running_loop()

    def end(why: str) -> None:
        ended.append(why)
        listener.stop()

    async def watch() -> None:
        while not ended:
            await asyncio.sleep(WATCH_INTERVAL)
            over = "stop file" if stop_file is not None and stop_file.exists() else door.over()
            if over:
                end(over)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end, f"signal {signal.Signals(number).name}")
    watching = asyncio.ensure_future(watch())
    frames, some = 0, list[tuple[int, bytes]]()
    try:
        async for frame in listener.frames():
            some.append((link, frame))
            frames += 1
            if len(some) >= AT_ONCE:
                heard.take(some)
                some.clear()
                await asyncio.sleep(0)
        heard.take(some)
    finally:
        watching.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return frames, "; ".join(ended[:1])


def listen(
    arguments: argparse.Namespace, permit: Permit, data: bytes, register: tuple[Entry, ...], by: Yardstick
) -> int:
    """Listen, keep what was heard as a scan of its own, and say it. Raises InputError where the device is none."""
    door = door_for(permit, data, arguments)
    stop_file = beside(arguments.permit, permit.stop_file)
    heard = Heard()

    async def everything() -> tuple[int, str, int]:
        listener = await Listener.start(
            arguments.listen, arguments.listen_seconds, arguments.listen_frames, arguments.listen_megabytes << 20
        )
        give_up_raw_sockets()
        link = await listener.link_type()
        note(f"listening on {arguments.listen}: at most {arguments.listen_seconds:g} s")
        frames, why = await hear(listener, door, stop_file, heard, link)
        return frames, why, await listener.dropped()

    started = datetime.now(UTC)
    with sealed():
        frames, why, dropped = asyncio.run(everything())
    with Store.create(arguments.workspace) as store:
        name = begin(store, permit, register, by)
        counts = {"frames": frames, "dropped": dropped, "left_out": heard.left_out}
        counts |= keep(
            store, name, heard, permit, reducer(arguments.workspace), f"capture:{arguments.listen}", stamp(started)
        )
        with store.batch():
            store.end_scan(name, state="finished", ended=stamp(datetime.now(UTC)), counters=counts)
        derive(store, name)
    if arguments.json:
        say_json({"scan": name, "ended": why, **counts})
        return 0
    lost = f", {dropped} more were lost on the way" if dropped > 0 else ""
    say(
        f"scan {name}: {frames} frames{lost}, {counts['hosts']} hosts and {counts['endpoints']} services of the permit's networks "
        f"heard{f' ({why})' if why else ''}; nothing was sent. Judge it with `chengjian judge`."
    )
    return 0
