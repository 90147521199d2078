"""`python -m lab`: the command line of the simulated city."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from lab import (
    agent,
    beyond,
    border,
    changes,
    confirm,
    containers,
    documents,
    field,
    gate,
    image,
    loopback_city,
    mutations,
    network,
    observed,
    operate,
    papers,
    picture,
    shown,
    truth,
)
from lab.city import City, CityError, load_city
from lab.identities import unidentified
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
    command = commands.add_parser("mutate", help="changes of settings chosen by a seed, in the form of set --file")
    command.add_argument("--seed", type=int, default=45)
    command.add_argument("--count", type=int, default=12, help="hosts (default: %(default)s)")
    command.add_argument("-o", "--out", help="file for the changes; else they go to standard output")
    command = commands.add_parser("unset", help="back to city.yaml: HOST [key …], or --all")
    command.add_argument("host", nargs="?")
    command.add_argument("keys", nargs="*")
    command.add_argument("--all", action="store_true")
    command = commands.add_parser("permit", help="write the lab's permit (YAML) and register")
    command.add_argument("-o", "--out", help="file instead of standard output; the register goes beside it")
    command.add_argument("--from", dest="vantage", choices=sorted(network.VANTAGES), default="office")
    command = commands.add_parser("register", help="write the owner's register (CSV)")
    command.add_argument("-o", "--out", help="file instead of standard output")
    command = commands.add_parser("documents", help="write what owners hand in: bills of materials, version outputs")
    command.add_argument("-o", "--out", required=True, help="folder")
    for command in (commands.choices["permit"], commands.choices["register"], commands.choices["documents"]):
        command.add_argument("--zone", action="append", help="only this zone (may be repeated)")
    command = commands.add_parser("run", help="run a command where the agent runs: behind the kernel gate")
    command.add_argument("--from", dest="vantage", choices=sorted(network.VANTAGES), default="office")
    command.add_argument("--permit", help="the gate's permit (default: the lab's own)")
    command.add_argument("words", nargs="+", metavar="COMMAND")
    command = commands.add_parser("counters", help="packets that left the agent, counted on the far side of its links")
    command.add_argument("--from", dest="vantage", choices=sorted(network.VANTAGES), default="office")
    command.add_argument("--reset", action="store_true")
    command.add_argument("--json", action="store_true")
    command = commands.add_parser("loopback", help="the same city as twins on 127.45.x.y, without containers")
    command.add_argument("action", choices=("up", "down", "run", "permit"))
    command.add_argument("-o", "--out", help="permit: file; the register goes beside it")
    command.add_argument("words", nargs="*", metavar="COMMAND", help="run: the command, after --")
    _tell(commands)
    command = commands.add_parser("tool", help="run a program of the base image, without any network")
    command.add_argument("--folder", default=".", help="where it works (default: here)")
    command.add_argument("words", nargs="+", metavar="PROGRAM")
    commands.add_parser("picture", help="write lab/city.svg anew from city.yaml")
    command = commands.add_parser("field", help="a field of 5G base stations on loopback, until interrupted")
    command.add_argument("--count", type=int, default=field.COUNT)
    command.add_argument("--first", default=field.FIRST, help="first address (default: %(default)s)")
    command.add_argument("--port", type=int, default=161)
    command.add_argument("--silent-every", type=int, default=0, metavar="N", help="every N-th station says nothing")
    return top


def _tell(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands that tell what a correct scan must say."""
    command = commands.add_parser("truth", help="the verdicts that a correct scan must give")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--from", dest="vantage", choices=sorted(network.VANTAGES), default="office")
    where.add_argument(
        "--documents",
        dest="vantage",
        action="store_const",
        const=truth.DOCUMENTS,
        help="after the owners' documents joined the scan",
    )
    command.add_argument("--zone", action="append", help="only this zone (may be repeated)")
    command.add_argument("--json", action="store_true")
    command = commands.add_parser(
        "rules", help="for every rule of the packs: how many hosts fail and pass it, or which files do"
    )
    command.add_argument("--json", action="store_true")
    command = commands.add_parser(
        "confirm", help="ask the running city with foreign clients; what they see confirms the truth"
    )
    command.add_argument("--zone", action="append", help="only this zone (may be repeated)")


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
            where = f"{each.host:24} {each.address:15} {each.port:>5}/{each.transport} {each.service:20}"
            print(f"{where} {told:8} {mark:6} {each.client}")
        for name in absent:
            print(f"{name:24} is not running")
        print(
            f"{len(city.hosts) - len(absent)} of {len(city.hosts)} hosts run; {len(wrong)} services are not as they should"
        )
        seen = observed.shown(city)
        print(f"becauses that foreign clients have confirmed in this very city: {len(seen)} (python -m lab confirm)")
        missing, unknown = truth.uncovered(city, truth.pack_rules())
        print(f"rules that the truth names and no pack has: {len(missing)} {' '.join(missing)}".rstrip())
        print(f"rules of the packs that only files can decide: {len(unknown)} {' '.join(unknown[:8])}".rstrip())
        lacking = [each.rule for each in shown.shown(city) if each.lacking]
        print(f"rules without a failing or a passing host or file: {len(lacking)} {' '.join(lacking[:8])}".rstrip())
        nameless = unidentified(city)
        print(f"services without an entry under identities: {len(nameless)} {' '.join(nameless)}".rstrip())
    return 1 if wrong or absent else 0


def show_truth(given: argparse.Namespace) -> int:
    city = changes.current_city().district(given.zone)
    if given.json:
        seen = observed.shown(changes.current_city(), given.vantage)
        print(json.dumps(truth.document(city, seen, given.vantage), ensure_ascii=False, indent=1))
    else:
        told = truth.with_documents(city) if given.vantage == truth.DOCUMENTS else truth.truths(city, given.vantage)
        for each in told:
            print(f"{each.host:20} {each.address:15} {each.rule:32} {each.verdict:15} {each.because}")
    return 0


def show_rules(given: argparse.Namespace) -> int:
    """Every rule of the packs with what shows it; exit code 1 when a rule lacks a verdict."""
    found = shown.shown(load_city())
    if given.json:
        rows = [
            {
                "rule": each.rule,
                **each.verdicts,
                "documents": sorted(each.documents),
                "files": sorted(each.files),
                "lacking": each.lacking,
            }
            for each in found
        ]
        print(json.dumps(rows, indent=1))
    else:
        print("\n".join([shown.HEADING, *(each.line() for each in found)]))
        print(f"{len(found)} rules; {sum(bool(each.lacking) for each in found)} lack a verdict")
    return 1 if any(each.lacking for each in found) else 0


def confirm_truth(given: argparse.Namespace) -> int:
    whole = changes.current_city()
    city = whole.district(given.zone)
    seen, beyond_border = confirm.observe(city), beyond.observe(city)
    observed.keep(whole, [*seen, *beyond_border])
    for line in observed.summary(truth.truths(city), seen):
        print(line)
    for line in observed.summary(truth.truths(city, border.VANTAGE), beyond_border):
        print(f"from beyond the border, {line}")
    return 1 if any(each.state == observed.CONTRADICTED for each in (*seen, *beyond_border)) else 0


def tool(given: argparse.Namespace) -> int:
    image.ensure(say)
    return containers.inside(given.words, Path(given.folder).resolve())


def draw(_: argparse.Namespace) -> int:
    picture_file().write_text(picture.svg(load_city()), encoding="utf-8")
    say(f"wrote {picture_file()}")
    return 0


def picture_file() -> Path:
    return Path(__file__).with_name("city.svg")


def run_field(given: argparse.Namespace) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    server = field.FieldServer(field.Field(given.first, given.count, given.silent_every), given.port)
    server.start()
    say(f"{given.count} stations from {given.first} answer on UDP {server.port}")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop()
    return 0


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


def mutate(given: argparse.Namespace) -> int:
    chosen = mutations.mutations(load_city(), given.seed, given.count)
    say(f"seed {given.seed}: {len(chosen)} hosts, {sum(len(each.moved) for each in chosen)} verdicts move")
    for each in chosen:
        moves = ", ".join(f"{rule} {before} → {after}" for (_, rule), (before, after) in each.moved.items())
        say(f"{each.host} {each.key}={each.value!r}: {moves}")
    text = json.dumps(mutations.as_changes(chosen), ensure_ascii=False, indent=1)
    if given.out:
        Path(given.out).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
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


def permit(given: argparse.Namespace) -> int:
    city = changes.current_city().district(given.zone)
    return write_permit(city, given.out, 0, given.vantage)


def write_permit(city: City, out: str | None, shift: int, vantage: str = "office") -> int:
    if not out:
        print(papers.permit_text(city, shift=shift, vantage=vantage), end="")
        return 0
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    register_path = path.with_name(path.stem + "-register.csv")
    register_path.write_text(papers.register_text(city, shift=shift), encoding="utf-8")
    path.write_text(papers.permit_text(city, register_path.name, shift=shift, vantage=vantage), encoding="utf-8")
    say(f"wrote {path} and {register_path}")
    return 0


def loopback(given: argparse.Namespace) -> int:
    if given.action == "up":
        say(f"{loopback_city.up()} twins run on loopback")
    elif given.action == "down":
        loopback_city.down()
    elif given.action == "permit":
        return write_permit(changes.current_city(), given.out, loopback_city.SHIFT)
    else:
        words = loopback_city.enter(given.words)
        os.execvp(words[0], words)
    return 0


def register(given: argparse.Namespace) -> int:
    text = papers.register_text(changes.current_city().district(given.zone))
    if given.out:
        Path(given.out).parent.mkdir(parents=True, exist_ok=True)
        Path(given.out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def write_documents(given: argparse.Namespace) -> int:
    say(f"wrote {documents.write(load_city().district(given.zone), Path(given.out))} documents to {given.out}")
    return 0


def run(given: argparse.Namespace) -> int:
    agent.execute(changes.current_city(), given.vantage, Path(given.permit) if given.permit else None, given.words)
    return 0


def counters(given: argparse.Namespace) -> int:
    city = changes.current_city()
    if given.reset:
        agent.reset(given.vantage, agent.present_zones(city, given.vantage))
        return 0
    found = gate.counters(given.vantage, agent.namespace(given.vantage))
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        print(f"{sum(found['packets'].values())} packets to {len(found['packets'])} addresses; gate {found['gate']}")
    return 0


COMMANDS = {"up": up, "down": down, "status": status, "set": set_settings, "mutate": mutate, "unset": unset}
COMMANDS |= {
    "permit": permit,
    "register": register,
    "documents": write_documents,
    "run": run,
    "counters": counters,
    "loopback": loopback,
    "truth": show_truth,
    "rules": show_rules,
    "picture": draw,
    "tool": tool,
    "confirm": confirm_truth,
    "field": run_field,
}

if __name__ == "__main__":
    sys.exit(main())
