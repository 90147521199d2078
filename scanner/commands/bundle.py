"""`chengjian bundle export|verify|replay|timestamp|keygen`: one file with everything a report rests on, checked and made again offline."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line starts fast: nothing heavy is imported before it is needed
    from reports.differences import Difference
    from reports.report import Report

SHOWN = 40  # differences told to a person; --json has them all


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command and its own commands."""
    parser = subparsers.add_parser("bundle", help="export, verify and replay a bundle 证据包", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write the bundle of a scan")
    export.add_argument("scan", nargs="?", help="id of the scan; default: the newest")
    export.add_argument("--workspace", type=Path, default=Path("city.db"), metavar="FILE", help="default: city.db")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: out/<scan>.bundle.zip")
    export.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="private key to sign with"
    )
    export.add_argument("--json", action="store_true")
    verify = actions.add_parser("verify", help="check every byte, offline; exit 1 where one was changed")
    verify.add_argument("file", type=Path)
    verify.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="public key that you trust"
    )
    verify.add_argument("--timestamp-roots", type=Path, metavar="FILE", help="PEM: roots of the authorities you trust")
    verify.add_argument("--json", action="store_true")
    replay = actions.add_parser("replay", help="read the evidence again, judge again, compare; exit 1 where it differs")
    replay.add_argument("file", type=Path)
    replay.add_argument("--json", action="store_true")
    stamp = actions.add_parser("timestamp", help="ask for a time stamp (RFC 3161), and put the answer into the bundle")
    stamp.add_argument("file", type=Path)
    stamp.add_argument(
        "--request", type=Path, metavar="FILE", help="request to write; with --attach: the one that was sent"
    )
    stamp.add_argument("--attach", type=Path, metavar="FILE", help="answer of the authority")
    stamp.add_argument("--json", action="store_true")
    keygen = actions.add_parser("keygen", help="make a key pair to sign bundles with")
    keygen.add_argument("--algorithm", choices=("sm2", "ed25519", "both"), default="both")
    keygen.add_argument("--out", type=Path, default=Path("keys"), metavar="DIR", help="default: keys")
    keygen.add_argument("--json", action="store_true")
    for action in (export, verify, replay, stamp, keygen):
        action.add_argument("--lang", choices=("zh", "en"), default="en", help="language of what is said (default: en)")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    actions = {"export": _export, "verify": _verify, "replay": _replay, "timestamp": _timestamp, "keygen": _keygen}
    return actions[arguments.action](arguments)


def _export(arguments: argparse.Namespace) -> int:
    from inventory.canonical import canonical, sha256
    from inventory.store import Store
    from reports.bundle import export
    from reports.signature import load_private_key
    from scanner.bundle_text import told
    from scanner.logbook import write_down
    from scanner.terminal import safe, say, say_json

    keys = [load_private_key(path) for path in arguments.key]
    with Store.open(arguments.workspace) as store:
        scan = str(store.scan(arguments.scan)["id"])
        target = arguments.out or Path("out") / f"{scan}.bundle.zip"
        write_down(store, "export", scan=scan, format="bundle", to=str(target))
        manifest = export(store, scan, target, keys)
    digest = sha256(canonical(manifest.model_dump(mode="json")))
    if arguments.json:
        say_json({"file": str(target), "scan": scan, "manifest": digest, "parts": len(manifest.members)})
    else:
        counts = {"parts": len(manifest.members), "signatures": len(keys)}
        say(safe(told(arguments.lang, "exported", file=target, manifest=digest, **counts)))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from inventory.errors import InputError, WorkspaceError
    from reports.bundle import check
    from reports.signature import load_public_key
    from reports.timestamp import load_roots
    from scanner.bundle_text import told
    from scanner.terminal import safe, say, say_json

    trusted = [load_public_key(path) for path in arguments.key]
    roots = load_roots(arguments.timestamp_roots) if arguments.timestamp_roots else ()
    if not arguments.file.is_file():
        raise InputError("no such file", str(arguments.file))
    try:
        seen = check(arguments.file, trusted, roots)
    except WorkspaceError as error:
        if arguments.json:
            say_json({"file": str(arguments.file), "good": False, "part": error.where, "reason": error.message})
        else:
            say(safe(told(arguments.lang, "refused", why=error)))
        return 1
    signatures = [{"algorithm": item.algorithm, "key": item.key_id} for item in seen.signatures]
    if arguments.json:
        say_json(
            {
                "file": str(arguments.file),
                "good": True,
                "scan": seen.report.scan.id,
                "manifest": seen.manifest_sha256,
                "parts": seen.members,
                "signatures": signatures,
                "trusted": bool(trusted),
                "timestamps": [asdict(item) for item in seen.timestamps],
            }
        )
        return 0
    language = arguments.lang
    say(safe(told(language, "intact", file=arguments.file, parts=seen.members, manifest=seen.manifest_sha256)))
    for item in signatures:
        say(safe(told(language, "signed", **item)))
    if not signatures:
        say(told(language, "not-signed"))
    elif not trusted:
        say(told(language, "whose"))
    for stamp in seen.timestamps:
        checked = told(language, "stamp-verified" if stamp.verified else "stamp-not-verified")
        say(safe(told(language, "stamp", time=stamp.time, serial=stamp.serial, checked=checked)))
    return 0


def _timestamp(arguments: argparse.Namespace) -> int:
    from inventory.errors import InputError
    from reports.bundle import MANIFEST, attach, check_open
    from reports.container import Container
    from reports.timestamp import check_nonce, read_file, request
    from scanner.bundle_text import told
    from scanner.terminal import safe, say, say_json

    if not arguments.file.is_file():
        raise InputError("no such file", str(arguments.file))
    if arguments.attach:
        answer = read_file(arguments.attach)
        if arguments.request:
            check_nonce(answer, read_file(arguments.request), str(arguments.attach))
        stamped = attach(arguments.file, answer)
        if arguments.json:
            say_json(
                {"file": str(arguments.file), "part": stamped.part, "time": stamped.time, "serial": stamped.serial}
            )
        else:
            say(safe(told(arguments.lang, "stamped", file=arguments.file, time=stamped.time, part=stamped.part)))
        return 0
    if not arguments.request:
        raise InputError("give --request FILE to ask for a time stamp, or --attach FILE to put one in", "command line")
    with Container(arguments.file) as container:
        digest = check_open(container).manifest_sha256
        wanted = request(container.read(MANIFEST))
    try:
        with arguments.request.open("xb") as target:
            target.write(wanted)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", str(arguments.request)) from error
    if arguments.json:
        say_json({"file": str(arguments.file), "request": str(arguments.request), "manifest": digest})
    else:
        say(safe(told(arguments.lang, "asked", file=arguments.request, manifest=digest)))
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from inventory.canonical import sha256
    from inventory.errors import InputError, WorkspaceError
    from reports.build import make_report
    from reports.bundle import REPORT, check_open
    from reports.canonical_form import canonical_report
    from reports.container import Container
    from reports.differences import differences
    from reports.inputs import restore
    from scanner.bundle_text import told
    from scanner.replay import replay
    from scanner.terminal import safe, say

    if not arguments.file.is_file():
        raise InputError("no such file", str(arguments.file))
    try:
        container = Container(arguments.file)
        with container:
            old = check_open(container).report
            store, scan = restore(container)
            with store:
                replay(store, scan)
                new = make_report(store, scan)
                before, now = container.read(REPORT), canonical_report(new)
                found = [] if before == now else differences(container, store, scan, old, new)
    except WorkspaceError as error:
        say(safe(told(arguments.lang, "refused", why=error)))
        return 1
    _tell(arguments, old, found, sha256(before), sha256(now))
    return 0 if before == now else 1


def _tell(arguments: argparse.Namespace, old: "Report", found: "list[Difference]", before: str, now: str) -> None:
    from dataclasses import asdict

    from scanner.bundle_text import HEADS, told
    from scanner.terminal import safe, say, say_json, table

    language = arguments.lang
    if arguments.json:
        say_json(
            {
                "file": str(arguments.file),
                "scan": old.scan.id,
                "same": before == now,
                "before": before,
                "now": now,
                "differences": [asdict(item) for item in found],
            }
        )
    elif before == now:
        say(safe(told(language, "same", scan=old.scan.id, now=now)))
    else:
        say(safe(told(language, "differs", scan=old.scan.id, before=before, now=now)))
        rows = [(item.kind, item.what, item.before[:60], item.now[:60], item.why) for item in found[:SHOWN]]
        say(table(HEADS[language], rows))
        if len(found) > SHOWN:
            say(told(language, "more", number=len(found) - SHOWN))


def _keygen(arguments: argparse.Namespace) -> int:
    from reports.signature import ALGORITHMS, load_public_key, new_key, save_key
    from scanner.bundle_text import told
    from scanner.terminal import safe, say, say_json

    wanted = [name for name in ALGORITHMS if arguments.algorithm in (name, "both")]
    made = []
    for algorithm in wanted:
        private, public = save_key(new_key(algorithm), arguments.out)
        made.append(
            {"algorithm": algorithm, "private": str(private), "public": str(public), "key": load_public_key(public)}
        )
    if arguments.json:
        say_json({"keys": made})
        return 0
    for item in made:
        say(safe(told(arguments.lang, "key", **item)))
    return 0
