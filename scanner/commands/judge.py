"""`chengjian judge`: judge and grade what is stored, without the network."""

import argparse
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    from scanner.pack_options import add_pack_options

    parser = subparsers.add_parser("judge", help="judge and grade what is stored, without the network")
    parser.add_argument("scan", nargs="?", help="scan id; default: the newest")
    parser.add_argument("--workspace", type=Path, default=Path("city.db"), help="default: city.db")
    parser.add_argument("--profile", type=Path, help="profile file; default: that of the scan")
    add_pack_options(parser)
    parser.add_argument("--reread", action="store_true", help="read the stored evidence again first, with today's code")
    parser.add_argument("--min-coverage", type=float, metavar="PERCENT", help="exit code 3 below this coverage")
    parser.add_argument("--fail-on", choices=("high", "medium", "low", "none"), default="medium")
    parser.add_argument(
        "--baseline", metavar="SCAN", help="earlier scan, or report document (FILE.json): only what is new since counts"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    from inventory.store import Store
    from scanner.baseline import baseline
    from scanner.judging import conclude, judged, yardstick, yardstick_of
    from scanner.pack_signature import accepted
    from scanner.replay import replay

    packs = accepted(arguments)
    by = yardstick(arguments.profile, packs) if arguments.profile is not None else None
    old = baseline(arguments.baseline, arguments.workspace)
    with Store.open(arguments.workspace) as store:
        name = str(store.scan(arguments.scan)["id"])
        if by is None and packs:
            by = yardstick_of(store, name, packs)
        if arguments.reread:
            replay(store, name)
        return conclude(judged(store, name, by), arguments, old)
