"""The options of every command that takes packs from outside the product."""

import argparse
from pathlib import Path


def add_pack_options(parser: argparse.ArgumentParser, *, keys: bool = True) -> None:
    """`--pack`, and what decides whether it is accepted. `keys` False: the command has `--operator-keys` already."""
    parser.add_argument(
        "--pack",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a pack folder more, signed by an operator",
    )
    if keys:
        parser.add_argument(
            "--operator-keys", type=Path, metavar="DIR", help="public keys (*.pub) of those who may sign packs"
        )
    parser.add_argument(
        "--allow-unsigned-packs", action="store_true", help="take pack folders that nobody signed, such as your own"
    )
