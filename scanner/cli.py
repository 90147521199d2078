"""`chengjian COMMAND`: finds the command's module by name, imports that one alone, and turns errors into exit codes.

130 interrupted · 70 a bug of ours, with a report file · 4 refused by the permit · 2 wrong usage or bad input ·
3 coverage below what was asked · 1 findings, or a failed verify or replay · 0.
"""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

COMMANDS = Path(__file__).parent / "commands"
INTERRUPTED, BUG, USAGE = 130, 70, 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        from scanner.terminal import safe

        print(f"{self.prog}: {safe(message)} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(USAGE)


def version() -> str:
    """The version of the installed product, or of the sources it runs from."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("chengjian")
    except PackageNotFoundError:
        import tomllib

        with (Path(__file__).parent.parent / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])


def command_names() -> list[str]:
    """The modules of `scanner/commands`, without importing any."""
    return sorted(path.stem for path in COMMANDS.glob("*.py") if not path.stem.startswith("_"))


def build(names: Sequence[str]) -> Parser:
    """A parser that knows the given commands."""
    parser = Parser(prog="chengjian", description="城鉴: security-compliance scanner for city infrastructure")
    parser.add_argument("--version", action="store_true", help="print the version")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name in names:
        importlib.import_module(f"scanner.commands.{name}").add(subparsers)
    return parser


def bug_report(error: BaseException, arguments: Sequence[str]) -> Path:
    """Write what went wrong (a traceback without values) to `out/` and return the path."""
    from datetime import UTC, datetime

    folder = Path("out")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bug-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
    frames = "".join(traceback.format_tb(error.__traceback__))
    command = arguments[0] if arguments else ""
    path.write_text(f"chengjian {version()} {command}\n{frames}{type(error).__name__}: {error}\n", encoding="utf-8")
    return path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["--version"]:
        print(f"chengjian {version()}")
        return 0
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    names = command_names()
    parser = build([given[0]] if given and given[0] in names else names)
    try:
        arguments = parser.parse_args(given)
    except SystemExit as stop:
        return int(stop.code or 0)
    if arguments.version:
        print(f"chengjian {version()}")
        return 0
    if arguments.command is None:
        parser.print_help()
        return USAGE
    return guarded(arguments, given)


def guarded(arguments: argparse.Namespace, given: Sequence[str]) -> int:
    """Run the command that was parsed; errors become one line on stderr and an exit code."""
    from inventory.errors import ChengjianError
    from scanner.terminal import safe

    try:
        run = importlib.import_module(f"scanner.commands.{arguments.command}").run
        return int(run(arguments))
    except KeyboardInterrupt:
        print("interrupted; what was learned is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ChengjianError as error:
        if error.exit_code != BUG:
            print(f"chengjian {arguments.command}: {safe(str(error))}", file=sys.stderr)
            return error.exit_code
        path = bug_report(error, given)
    except Exception as error:  # noqa: BLE001 - the last door: everything else is a bug of ours and is reported as one
        path = bug_report(error, given)
    print(f"chengjian {arguments.command}: a bug of ours, sorry; please send us {path}", file=sys.stderr)
    return BUG


def entry() -> None:
    """The console script."""
    raise SystemExit(main())


if __name__ == "__main__":
    entry()
