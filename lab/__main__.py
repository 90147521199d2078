"""`python -m lab`: the command line of the simulated city."""

import argparse
import json
import sys

from lab import changes, operate
from lab.city import CityError, load_city
from lab.place import LabError
from lab.twin import TwinError


def say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m lab", description="The simulated city 模拟城市 (模拟数据).")
    commands = top.add_subparsers(dest="command", required=True)
    for name, text in (("up", "start the city, or some zones"), ("status", "what runs and what answers")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--zone", action="append", help="only this zone (may be repeated)")
        if name == "status":
            command.add_argument("--json", action="store_true")
    commands.add_parser("down", help="take everything away")
    command = commands.add_parser("set", help="change settings of a running host: HOST key=value …")
    command.add_argument("host", nargs="?")
    command.add_argument("settings", nargs="*", metavar="key=value")
    command.add_argument("--file", help="JSON: {host: {key: value}}")
    command = commands.add_parser("unset", help="back to city.yaml: HOST [key …], or --all")
    command.add_argument("host", nargs="?")
    command.add_argument("keys", nargs="*")
    command.add_argument("--all", action="store_true")
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; exit code 0, 1 when something does not answer, 2 for wrong usage or a lab that cannot run."""
    given = parser().parse_args(words)
    try:
        return COMMANDS[given.command](given)
    except (LabError, CityError, TwinError) as error:
        say(f"error: {error}")
        return 2


def up(given: argparse.Namespace) -> int:
    operate.up(given.zone, say)
    return 0


def down(_: argparse.Namespace) -> int:
    operate.down(say)
    return 0


def status(given: argparse.Namespace) -> int:
    city, answers, absent = operate.status(given.zone)
    wrong = [each for each in answers if each.answers != each.expected]
    if given.json:
        document = {"hosts": len(city.hosts), "absent": absent, "services": [vars(each) for each in answers]}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for each in answers:
            mark = "ok" if each.answers == each.expected else "WRONG"
            told = "answers" if each.answers else "silent"
            print(f"{each.host:24} {each.address:15} {each.port:>5}/{each.transport} {each.service:20} {told:8} {mark}")
        for name in absent:
            print(f"{name:24} is not running")
        print(
            f"{len(city.hosts) - len(absent)} of {len(city.hosts)} hosts run; {len(wrong)} services are not as they should"
        )
    return 1 if wrong or absent else 0


def set_settings(given: argparse.Namespace) -> int:
    wanted: changes.Changes = {}
    if given.file:
        with open(given.file, encoding="utf-8") as source:  # noqa: PTH123
            wanted = json.load(source)
    if given.host:
        wanted.setdefault(given.host, {}).update(changes.parse(given.settings))
    if not any(wanted.values()):
        raise CityError("nothing to set: name a host and key=value, or --file")
    operate.change(wanted, say)
    return 0


def unset(given: argparse.Namespace) -> int:
    if not given.host and not given.all:
        raise CityError("name a host, or --all")
    wanted = {name: dict.fromkeys(keys) for name, keys in changes.read().items()} if given.all else {}
    if given.host:
        load_city().host(given.host)
        wanted[given.host] = dict.fromkeys(given.keys)
    operate.change(wanted, say, undo=True)
    return 0


COMMANDS = {"up": up, "down": down, "status": status, "set": set_settings, "unset": unset}

if __name__ == "__main__":
    sys.exit(main())
