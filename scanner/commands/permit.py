"""`chengjian permit new|check|sign|gate FILE`: write a permit to fill in; say whether one can be used, and for what; sign it;
make the kernel's gate from it."""

import argparse
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("permit", help="write or check a permit 扫描授权书")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="write a permit to fill in")
    new.add_argument("file", type=Path)
    new.add_argument("--network", default="192.0.2.0/24", help="network to fill in")
    check = actions.add_parser("check", help="read a permit; with --address, say whether that may be scanned")
    check.add_argument("file", type=Path)
    check.add_argument("--address", help="IP address")
    check.add_argument("--port", type=int, default=0)
    check.add_argument("--at", help="date and time, such as 2026-03-01T22:00; default now")
    check.add_argument("--intensity", type=int, choices=(0, 1, 2, 3), default=1)
    check.add_argument("--class", dest="device_class", help="device class; default: unknown host")
    check.add_argument("--act", default="", help="touchy act, such as anonymous-session")
    check.add_argument("--operator-keys", type=Path, metavar="DIR", help="it must be signed by one of these keys")
    check.add_argument("--revocations", type=Path, metavar="FILE", help="it must not be on this list")
    check.add_argument("--json", action="store_true")
    gate = actions.add_parser("gate", help="print the kernel's gate (nft -f) for an agent's own network namespace")
    gate.add_argument("file", type=Path)
    gate.add_argument("--device", action="append", required=True, help="network device that the agent sends on")
    sign = actions.add_parser("sign", help="sign a permit as an operator; the signature lies beside it")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True, help="private key (`chengjian bundle keygen` makes one)")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    return {"new": _new, "check": _check, "sign": _sign, "gate": _gate}[arguments.action](arguments)


def _gate(arguments: argparse.Namespace) -> int:
    from scanner.kernel_gate import script
    from scanner.permit_file import load_permit
    from scanner.terminal import say

    say(script(load_permit(arguments.file), arguments.device).rstrip())
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    from reports.signature import load_private_key
    from scanner.permit_file import load_permit
    from scanner.permit_signature import beside, sign_permit
    from scanner.terminal import say

    load_permit(arguments.file)
    key = sign_permit(arguments.file, load_private_key(arguments.key))
    say(f"{beside(arguments.file)}: signed with key sha256:{key}")
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime, timedelta

    from inventory.errors import InputError
    from scanner.permit_file import EXAMPLE, parse_permit
    from scanner.terminal import say

    today = datetime.now(UTC).date()
    text = EXAMPLE.format(valid_from=today, valid_to=today + timedelta(days=30), network=arguments.network)
    parse_permit(text.encode(), "--network")
    if arguments.file.exists():
        raise InputError("exists already and stays as it is", str(arguments.file))
    arguments.file.parent.mkdir(parents=True, exist_ok=True)
    arguments.file.write_text(text, encoding="utf-8")
    say(f"{arguments.file}: fill in who allows what, then: chengjian permit check {arguments.file}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from inventory.errors import InputError
    from scanner.permit_file import read_permit
    from scanner.permit_signature import authority
    from scanner.terminal import safe, say, say_json

    permit, data = read_permit(arguments.file)
    operator = authority(arguments.operator_keys, arguments.revocations).check(arguments.file, permit.id, data)
    try:
        at = datetime.fromisoformat(arguments.at) if arguments.at else datetime.now(UTC)
    except ValueError:
        raise InputError(f"{arguments.at!r} is not a date and time", "--at", hint="such as 2026-03-01T22:00") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=permit.zone_info)
    if arguments.address is None:
        decision = permit.when(at)
        hosts = sum(network.num_addresses for network in permit.networks)
        facts = {
            "id": permit.id,
            "allowed_now": decision.allowed,
            "why": decision.why,
            "addresses": hosts,
            "signed_by": operator,
        }
        if arguments.json:
            say_json({**facts, "permit": permit.document()})
        else:
            say(f"{safe(permit.id)}: can be used; {hosts} addresses in {len(permit.zones)} zones; now: {decision.why}")
            if operator:
                say(f"signed by {safe(operator)}")
        return 0
    decision = permit.decide(
        arguments.address, arguments.port, at, arguments.intensity, arguments.device_class, arguments.act
    )
    if arguments.json:
        say_json({"address": arguments.address, "at": at.isoformat(), "allowed": decision.allowed, "why": decision.why})
    else:
        say(f"{safe(arguments.address)}: {'allowed' if decision.allowed else 'not allowed: ' + safe(decision.why)}")
    return 0 if decision.allowed else 4
