"""`chengjian selfcheck`: a vendor checks configurations, bills of materials and images offline, by the city's own rules."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line starts fast: nothing heavy is imported before it is needed
    from collections.abc import Mapping

    from rules.profile import Profile
    from scanner.selfcheck import Checked
    from scanner.selfcheck_answers import Answer
    from scanner.selfcheck_parts import Parts

FAIL_ON = ("high", "medium", "low", "new")
OWN_FORMATS = ("json", "sarif", "junit")  # the other formats are those of the report


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    from scanner.pack_options import add_pack_options

    parser = subparsers.add_parser(
        "selfcheck", help="check configurations, SBOMs and images offline", description=__doc__
    )
    parser.add_argument(
        "target", nargs="?", default="", metavar="TARGET", help="address of a device on the bench; needs --permit"
    )
    parser.add_argument("--permit", type=Path, metavar="FILE", help="the permit that allows asking TARGET")
    parser.add_argument(
        "--ports", metavar="LIST", help="TCP ports of TARGET to try besides the usual ones, such as 8000-8010"
    )
    parser.add_argument(
        "--config",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="configurations of devices or services",
    )
    parser.add_argument(
        "--family", metavar="NAME", help="kind of the configurations, where their content does not show it"
    )
    parser.add_argument(
        "--complete",
        action="store_true",
        help="the configurations are whole, not excerpts: what is not in them is not set",
    )
    parser.add_argument("--sbom", type=Path, action="append", default=[], metavar="FILE", help="CycloneDX or SPDX JSON")
    parser.add_argument(
        "--image",
        type=Path,
        action="append",
        default=[],
        metavar="DIR|TAR",
        help="a root file system, or an OCI or docker-save archive",
    )
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="answers to the questions that only people can answer"
    )
    parser.add_argument("--name", default="", help="name of the system that the files belong to")
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", help="profile with packs, protection level and parameters"
    )
    add_pack_options(parser)
    parser.add_argument("--level", type=int, choices=(2, 3), help="protection level of the system (等保)")
    parser.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        default="medium",
        help="exit 1 for findings from this severity up, or for new ones (default: medium)",
    )
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="an earlier JSON report; its findings are not new"
    )
    parser.add_argument(
        "--format",
        default="",
        metavar="LIST",
        help="files to write, parted by commas: json, sarif, junit, and the report's html, xlsx, csv …",
    )
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where files go (default: out)")
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE", help="write the vendor passport: a bundle with evidence and report"
    )
    parser.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="sign the bundle with this key"
    )
    parser.add_argument(
        "--annotations", choices=("github", "gitlab"), help="findings in the form of a code host, on stdout"
    )
    parser.add_argument("--not-understood", action="store_true", help="list the lines that were not understood")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of texts (default: zh)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 1 where findings reach `--fail-on`. Raises InputError for bad input, RefusedByPermit for a TARGET
    that the permit does not allow."""
    from tempfile import TemporaryDirectory

    from scanner.selfcheck_document import document

    _must_have_work(arguments)
    known = _baseline(arguments.baseline)
    with TemporaryDirectory() as folder:
        checked = _check(arguments, Path(folder))
        told = document(checked, known)
        _write_files(arguments, checked, told, known)
        checked.store.close()
    _tell(arguments, checked, told)
    return int(_fails(arguments.fail_on, told))


def _check(arguments: argparse.Namespace, folder: Path) -> "Checked":
    """Read everything before anything is asked: bad input sends no packet."""
    from scanner.selfcheck import check
    from scanner.selfcheck_source import load_source

    where = {"address": arguments.target, "name": arguments.name}
    complete = arguments.complete
    sources = [load_source(path, family=arguments.family, complete=complete, **where) for path in arguments.config]
    parts: list[Parts] = []
    if arguments.sbom or arguments.image:
        from scanner.selfcheck_parts import load_image, load_sbom

        parts += [load_sbom(path, **where) for path in arguments.sbom]
        for path in arguments.image:
            image, inside = load_image(path, **where)
            parts.append(image)
            sources += inside
    answers: tuple[Answer, ...] = ()
    if arguments.answers is not None:
        from scanner.selfcheck_answers import load_answers

        answers = load_answers(arguments.answers, address=arguments.target)
    packs: dict[str, bytes] = {}
    if arguments.pack:
        from scanner.pack_signature import accepted

        packs = accepted(arguments)
    profile = _profile(arguments, packs)
    asked = None
    if arguments.permit is not None:
        from scanner.scan import port_list
        from scanner.selfcheck_target import ask

        ports = port_list(arguments.ports, "--ports")
        asked = ask(arguments.target, arguments.permit, profile, folder / "bench.db", ports, packs)
    whole = bool(arguments.bundle or set(_formats(arguments)) - set(OWN_FORMATS))
    return check(sources, parts, answers, profile=profile, asked=asked, whole=whole, packs=packs)


def _must_have_work(arguments: argparse.Namespace) -> None:
    from inventory.errors import InputError

    if not (arguments.config or arguments.sbom or arguments.image or arguments.answers or arguments.target):
        raise InputError("nothing to check", hint="name --config, --sbom, --image, --answers or a TARGET")
    files = arguments.config or arguments.sbom or arguments.image or arguments.answers
    if arguments.target and not files and arguments.permit is None:
        raise InputError("a TARGET needs a permit", "--permit", hint="no permit, no packet")
    if arguments.fail_on == "new" and arguments.baseline is None:
        raise InputError("--fail-on new needs a baseline", "--baseline", hint="the JSON of an earlier self-check")
    if arguments.permit is not None and not arguments.target:
        raise InputError("a permit needs a TARGET", "--permit")
    others = [name for name in _formats(arguments) if name not in OWN_FORMATS]
    if others:
        from reports.format import format_named

        for name in others:
            format_named(name)


def _formats(arguments: argparse.Namespace) -> list[str]:
    return [name.strip() for name in arguments.format.split(",") if name.strip()]


def _profile(arguments: argparse.Namespace, packs: "Mapping[str, bytes]") -> "Profile":
    """The profile of a file, or the default one, with the packs that were handed in."""
    from rules.profile import Profile

    level = {"protection_level": arguments.level} if arguments.level else {}
    if packs:
        from scanner.judging import yardstick

        return yardstick(arguments.profile, packs).profile.model_copy(update=level)
    if arguments.profile is None:
        return Profile.model_validate(level)
    from rules.profile_file import load_profile

    return load_profile(arguments.profile)[0].model_copy(update=level)


def _baseline(path: Path | None) -> set[str] | None:
    """Ids of the findings of an earlier report, ours or the canonical one."""
    if path is None:
        return None
    import json

    from inventory.errors import InputError

    try:
        raw = json.loads(path.read_bytes())
        return {str(one["id"]) for one in raw["findings"] if one.get("verdict") in ("fail", "partial")}
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("not a report in JSON", str(path), hint="write one with --json") from error


def _write_files(
    arguments: argparse.Namespace, checked: "Checked", told: dict[str, Any], known: set[str] | None
) -> None:
    import json

    from scanner.cli import version
    from scanner.selfcheck_document import junit, sarif

    others = []
    for name in _formats(arguments):
        arguments.out.mkdir(parents=True, exist_ok=True)
        if name == "junit":
            (arguments.out / "selfcheck.junit.xml").write_bytes(junit(checked, arguments.lang))
        elif name in OWN_FORMATS:
            value = told if name == "json" else sarif(checked, arguments.lang, version(), known)
            suffix = "json" if name == "json" else "sarif"
            text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
            (arguments.out / f"selfcheck.{suffix}").write_text(text + "\n", encoding="utf-8")
        else:
            others.append(name)
    if others or arguments.bundle:
        _report(arguments, checked, others)


def _report(arguments: argparse.Namespace, checked: "Checked", names: list[str]) -> None:
    """The graded report of the same workspace, in the report's own formats, and the bundle that carries it."""
    from reports.build import make_report
    from reports.format import Options, Source, format_named, write

    report = make_report(checked.store, checked.scan, checked.ruleset, checked.profile)
    for name in names:
        form = format_named(name)
        write(Source.of(report), form, Options(arguments.lang, "vendor"), arguments.out / f"selfcheck{form.suffix}")
    if arguments.bundle is not None:
        from reports.bundle import export
        from reports.signature import load_private_key

        arguments.bundle.parent.mkdir(parents=True, exist_ok=True)
        export(checked.store, checked.scan, arguments.bundle, [load_private_key(path) for path in arguments.key])


def _fails(fail_on: str, told: dict[str, Any]) -> bool:
    bad = [one for one in told["findings"] if one["verdict"] in ("fail", "partial")]
    if fail_on == "new":
        return any(one["new"] for one in bad)
    reached = FAIL_ON[: FAIL_ON.index(fail_on) + 1]
    return any(one["severity"] in reached for one in bad)


def _tell(arguments: argparse.Namespace, checked: "Checked", told: dict[str, Any]) -> None:
    from scanner.selfcheck_text import text, unread
    from scanner.terminal import note, say, say_json

    for line in unread(checked, arguments.lang):
        note(line)
    if arguments.json:
        say_json(told)
    elif arguments.annotations == "github":
        from scanner.selfcheck_document import github

        say(github(checked, arguments.lang))
    elif arguments.annotations == "gitlab":
        from scanner.selfcheck_document import gitlab

        say_json(gitlab(checked, arguments.lang))
    else:
        say(text(checked, told, arguments.lang, list_lines=arguments.not_understood))
