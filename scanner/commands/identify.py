"""`chengjian identify [FILE]`: JSON lines in, JSON lines out: who made it, what is it, and where does it come from."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "identify",
        help="name vendor, product, version and origin from SNMP answers, banners, MAC addresses",
        description="Reads one JSON object a line (kind snmp, banner, mac or enterprise) and writes one for each.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="file; default: standard input")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    from inventory.identify import identify_lines

    for answer in identify_lines(_lines(arguments.file)):
        sys.stdout.write(answer + "\n")
    return 0


def _lines(file: Path | None) -> Iterator[str]:
    """Lines of a file or of standard input; bytes that are no UTF-8 are replaced, so that one bad line loses no other."""
    from inventory.errors import InputError

    if file is None:
        yield from (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
        return
    try:
        with file.open("rb") as lines:
            yield from (raw.decode("utf-8", "replace") for raw in lines)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(file)) from error
