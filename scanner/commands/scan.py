"""`chengjian scan PERMIT`: discover, probe, judge, grade, report, within the permit and never past it."""

import argparse
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    from scanner.pack_options import add_pack_options

    parser = subparsers.add_parser("scan", help="scan what a permit allows, then judge, grade and report")
    parser.add_argument("permit", type=Path, help="permit file (YAML)")
    parser.add_argument("--workspace", type=Path, default=Path("city.db"), help="default: city.db")
    parser.add_argument("--register", type=Path, help="asset register (CSV or XLSX); default: that of the permit")
    parser.add_argument("--profile", type=Path, help="profile file; default: the default profile")
    parser.add_argument("--resume", action="store_true", help="go on with the interrupted scan: ask what has no answer")
    parser.add_argument(
        "--finding", metavar="ID", help="test one finding of the newest report again; nothing is stored"
    )
    parser.add_argument("--dry-run", action="store_true", help="print the plan and the packet budget; send nothing")
    parser.add_argument("--ports", help="TCP ports to try instead of the list, such as 22,80,8000-8010")
    parser.add_argument("--extra-ports", help="TCP ports to try besides the list")
    parser.add_argument("--credentials", type=Path, help="credentials file (YAML, mode 600)")
    parser.add_argument(
        "--trust-store", type=Path, metavar="FILE", help="certificates (PEM) that a TLS server's chain should end at"
    )
    parser.add_argument(
        "--operator-keys",
        type=Path,
        metavar="DIR",
        help="accept only permits signed by one of these public keys (*.pub)",
    )
    add_pack_options(parser, keys=False)
    parser.add_argument(
        "--revocations", type=Path, metavar="FILE", help="list of revoked permits, watched while scanning"
    )
    parser.add_argument("--hosts-at-once", type=int, default=64, metavar="N")
    parser.add_argument("--host-deadline", type=float, default=900.0, metavar="SECONDS")
    parser.add_argument("--no-nmap", action="store_true", help="do not ask nmap about unrecognised services")
    parser.add_argument("--no-judge", action="store_true", help="collect only; judge later with `chengjian judge`")
    parser.add_argument(
        "--listen", metavar="DEVICE", help="send nothing: hear what passes by on this interface, as a scan of its own"
    )
    parser.add_argument("--listen-seconds", type=_positive, default=60.0, metavar="SECONDS", help="default: 60")
    parser.add_argument("--listen-frames", type=int, default=1_000_000, metavar="N", help="default: 1000000")
    parser.add_argument("--listen-megabytes", type=int, default=1024, metavar="N", help="of frames; default: 1024")
    parser.add_argument("--min-coverage", type=float, metavar="PERCENT", help="exit code 3 below this coverage")
    parser.add_argument("--fail-on", choices=("high", "medium", "low", "none"), default="medium")
    parser.add_argument(
        "--baseline", metavar="SCAN", help="earlier scan, or report document (FILE.json): only what is new since counts"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError(text)
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    from scanner.scan import scan

    return scan(arguments)
