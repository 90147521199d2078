"""`chengjian rules list|show|test|lint|coverage|new|sign|learn`: the rule packs, their examples and what they cover."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.coverage import ClauseRules
    from rules.load import RuleSet
    from rules.profile import Profile
    from rules.rule import Rule

EXIT_FOUND = 1


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    from scanner.pack_options import add_pack_options

    parser = subparsers.add_parser("rules", help="list, show, test and lint rule packs 规则")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("list", "all rules, or those that a profile picks with its parameters"),
        ("show", "one rule with all its texts"),
        ("test", "run the examples of all rules"),
        ("lint", "say everything that is wrong with packs"),
        ("coverage", "clause by clause: rules, or why a scanner cannot tell"),
        ("new", "write a commented rule to fill in"),
        ("sign", "sign a pack of your own with an operator's key"),
        ("learn", "a profile with the strictest parameters that a good device meets, for review"),
    ):
        action = actions.add_parser(name, help=text)
        if name not in ("new", "learn", "sign"):
            action.add_argument("--json", action="store_true")
        if name == "lint":
            action.add_argument(
                "--pack", type=Path, action="append", default=[], metavar="DIR", help="a pack folder more"
            )
        elif name not in ("new", "learn", "sign"):
            add_pack_options(action)
        if name == "sign":
            action.add_argument("pack", type=Path, metavar="DIR", help="pack folder")
            action.add_argument("--key", type=Path, required=True, help="private key (`chengjian bundle keygen`)")
        if name == "list":
            action.add_argument("--profile", type=Path, help="profile file: the effective rules and parameters")
        if name == "show":
            action.add_argument("rule", help="rule id")
            action.add_argument("--lang", choices=("zh", "en"), default="zh")
        if name == "coverage":
            action.add_argument(
                "--scope", choices=("2", "3", "law", "cii"), help="level 2 or 3, law, cii; default: all"
            )
            action.add_argument("--standard", help="such as 'GB/T 22239-2019'")
            action.add_argument("--format", choices=("table", "xlsx"), default="table")
            action.add_argument("--out", type=Path, default=Path("out/coverage.xlsx"), help="file for xlsx")
        if name == "learn":
            action.add_argument(
                "config", type=Path, nargs="+", metavar="FILE", help="configurations of the good device"
            )
            action.add_argument("--out", type=Path, metavar="FILE", help="profile file to write; default: stdout")
            action.add_argument("--force", action="store_true", help="replace a profile that is there already")
        if name == "new":
            action.add_argument("rule", help="id of the new rule, such as cy-camera-login")
            action.add_argument("--subject", required=True, help="fact table")
            action.add_argument("--pack", type=Path, required=True, metavar="DIR", help="pack folder, made if needed")


def run(arguments: argparse.Namespace) -> int:
    """See the module."""
    action = {
        "list": _list,
        "show": _show,
        "test": _test,
        "lint": _lint,
        "coverage": _coverage,
        "new": _new,
        "learn": _learn,
        "sign": _sign,
    }
    return action[arguments.action](arguments)


def _learn(arguments: argparse.Namespace) -> int:
    from inventory.errors import InputError
    from rules.profile import Profile
    from scanner.learn import learn, profile_text
    from scanner.terminal import note, say

    lesson = learn(arguments.config)
    text = profile_text(lesson, Profile().packs)
    if arguments.out is None:
        say(text.rstrip())
    else:
        if arguments.out.exists() and not arguments.force:
            raise InputError(
                "exists already, and may have been reviewed", str(arguments.out), hint="--force replaces it"
            )
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, encoding="utf-8")
        note(f"{arguments.out}: {len(lesson.learned)} parameters, {len(lesson.unmet)} rules not met; review it")
    return 0


def _load(arguments: argparse.Namespace) -> "RuleSet":
    from rules.kept_packs import with_builtin
    from scanner.pack_signature import accepted

    return with_builtin(accepted(arguments))


def _sign(arguments: argparse.Namespace) -> int:
    from reports.signature import load_private_key
    from rules.load import load_packs
    from scanner.pack_signature import sign_pack, signature_file
    from scanner.terminal import say

    load_packs([arguments.pack])  # what does not load is not worth a signature
    key = sign_pack(arguments.pack, load_private_key(arguments.key))
    say(f"{signature_file(arguments.pack)}: signed with key sha256:{key}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from rules.profile import Profile, values_for
    from rules.profile_file import load_profile
    from scanner.terminal import say, say_json, table

    ruleset, profile = _load(arguments), Profile()
    if arguments.profile is not None:
        profile, ruleset = load_profile(arguments.profile, ruleset)
    values = values_for(ruleset.rules, profile, ())
    if arguments.json:
        rules = [
            {**_facts(rule), "parameters": {n: values[rule.id, n] for n in rule.parameters}} for rule in ruleset.rules
        ]
        overlays = [overlay.model_dump(mode="json") for overlay in profile.overlays]
        say_json({"rules": rules, "profile": profile.id, "overlays": overlays, "digest": ruleset.digest})
        return 0
    rows = [
        [
            rule.id,
            rule.severity,
            rule.weight,
            rule.subject,
            rule.title.zh,
            " ".join(f"{name}={values[rule.id, name]}" for name in rule.parameters),
        ]
        for rule in ruleset.rules
    ]
    say(table(["rule", "severity", "weight", "subject", "标题", "parameters"], rows))
    say(f"{len(rows)} rules in {len(ruleset.packs)} packs; digest {ruleset.digest}")
    if profile.overlays:
        say("")
        say(table(["organisation", "rule", "parameter", "inherited", "holds"], _overlay_rows(ruleset, profile)))
    return 0


def _overlay_rows(ruleset: "RuleSet", profile: "Profile") -> list[list[object]]:
    """What holds for each organisation with parameters of its own, beside what it inherits."""
    from rules.profile import values_for, wider_than

    rows: list[list[object]] = []
    for overlay in profile.overlays:
        wider = wider_than(overlay.organisation)
        inherited = values_for(ruleset.rules, profile, wider)
        held = values_for(ruleset.rules, profile, (*wider, overlay.organisation))
        for rule, changed in sorted(overlay.parameters.items()):
            rows += [[overlay.organisation, rule, name, inherited[rule, name], held[rule, name]] for name in changed]
    return rows


def _facts(rule: "Rule") -> dict[str, Any]:
    return {
        "id": rule.id,
        "pack": rule.pack,
        "subject": rule.subject,
        "severity": rule.severity,
        "weight": rule.weight,
        "evidence": rule.evidence.value,
        "title": rule.title.model_dump(),
        "clauses": {scope: list(listed) for scope, listed in rule.clauses.items()},
        "high_risk": rule.high_risk,
        "applies": rule.applies,
        "requires": rule.requires,
        "partial": rule.partial,
    }


def _show(arguments: argparse.Namespace) -> int:
    from inventory.errors import InputError
    from rules.high_risk import said_of
    from scanner.terminal import say, say_json

    rule = _load(arguments).rule(arguments.rule)
    if rule is None:
        raise InputError(f"no rule {arguments.rule}", hint="see chengjian rules list")
    if arguments.json:
        say_json(rule.model_dump(mode="json"))
        return 0
    language = arguments.lang
    say(f"{rule.id}  {rule.title.say(language)}")
    say(f"  {rule.pack} · {rule.subject} · {rule.severity} · weight {rule.weight} · {rule.evidence.value}")
    for name in ("applies", "requires", "partial"):
        if getattr(rule, name) is not None:
            say(f"  {name}: {getattr(rule, name)}")
    for name, parameter in rule.parameters.items():
        said = parameter.zh if language == "zh" else parameter.en
        say(f"  :{name} = {parameter.default}{parameter.unit} ({said})")
    for scope, listed in rule.clauses.items():
        say(f"  {scope}: {'; '.join(listed)}")
    if rule.high_risk:
        say(f"  high-risk case {said_of(rule.high_risk).say(language)}; a candidate until a person confirms it")
    for reader in ("officer", "auditor", "vendor"):
        say(f"  {reader}: {getattr(rule.remediation, reader).say(language)}")
    return 0


def _test(arguments: argparse.Namespace) -> int:
    from rules.testing import run_examples
    from scanner.terminal import say, say_json

    ruleset = _load(arguments)
    results = run_examples(ruleset)
    bad = [result for result in results if not result.ok]
    if arguments.json:
        failed = [
            {"rule": r.rule, "example": r.number, "expected": r.expected, "got": r.got, "why": r.why} for r in bad
        ]
        say_json({"rules": len(ruleset.rules), "examples": len(results), "failed": failed})
    else:
        for result in bad:
            say(str(result))
        say(f"{len(ruleset.rules)} rules, {len(results)} examples, {len(bad)} failed")
    return EXIT_FOUND if bad else 0


def _lint(arguments: argparse.Namespace) -> int:
    from rules.load import BUILTIN, gather, problems
    from scanner.terminal import safe, say, say_json

    found = problems(gather([*sorted(BUILTIN.iterdir()), *arguments.pack]))
    if arguments.json:
        listed = [{"file": e.source, "line": e.where, "message": e.message, "hint": e.hint} for e in found]
        say_json({"problems": listed})
    else:
        for error in found:
            say(safe(str(error)))
        say(f"{len(found)} problems")
    return EXIT_FOUND if found else 0


def _coverage(arguments: argparse.Namespace) -> int:
    from rules.coverage import clause_coverage
    from scanner.terminal import say, say_json, table

    ruleset = _load(arguments)
    found = clause_coverage(ruleset, arguments.scope, arguments.standard)
    if arguments.format == "xlsx":
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        _write_matrix(arguments.out, [_matrix_row(one, ruleset) for one in found])
        say(f"{arguments.out}: {len(found)} clauses")
        return 0
    if arguments.json:
        say_json(
            {
                "clauses": [
                    {
                        "clause": one.clause.id,
                        "standard": one.clause.standard,
                        "scope": one.clause.scope,
                        "title": one.clause.point.model_dump(),
                        "text": one.clause.text.model_dump(),
                        "coverage": one.clause.coverage,
                        "why": one.clause.why.model_dump() if one.clause.why else None,
                        "sure": one.clause.sure,
                        "state": one.state,
                        "rules": list(one.rules),
                    }
                    for one in found
                ]
            }
        )
        return 0
    rows = [
        [
            one.clause.id + ("" if one.clause.sure else " ?"),
            one.clause.text.zh,
            one.clause.coverage,
            len(one.rules) or ("" if one.state != NO_RULE else NO_RULE),
            _few(one.rules) or (one.clause.why.zh if one.clause.why else ""),
        ]
        for one in found
    ]
    say(table(["clause", "要求", "class", "rules", ""], rows))
    covered = sum(1 for one in found if one.rules)
    say(f"{covered} of {len(found)} clauses have rules; ? marks a number that was not read in the standard itself")
    say(
        "automated, partly: rules decide; manual: a person has to answer, even where rules find breaches; impossible: not from the network"
    )
    return 0


NO_RULE = "no rule yet"
MATRIX = (
    "标准 standard",
    "条款 clause",
    "要求",
    "requirement",
    "核查方式 class",
    "覆盖 coverage",
    "规则 rules",
    "规则名称 titles",
    "需人工的原因 why",
    "编号待核 unverified",
)


def _matrix_row(one: "ClauseRules", ruleset: "RuleSet") -> list[str]:
    from rules.clause import COVERAGE_TEXT

    clause = one.clause
    titles = [rule.title.zh for name in one.rules if (rule := ruleset.rule(name)) is not None]
    return [
        clause.standard,
        clause.id,
        f"{clause.point.zh}：{clause.text.zh}",
        f"{clause.point.en}: {clause.text.en}",
        f"{COVERAGE_TEXT[clause.coverage].zh} {COVERAGE_TEXT[clause.coverage].en}",
        COVERAGE_WORDS[one.state],
        "\n".join(one.rules),
        "\n".join(titles),
        f"{clause.why.zh}\n{clause.why.en}" if clause.why else "",
        "" if clause.sure else "待核",
    ]


COVERAGE_WORDS = {
    "rules": "自动核查 by rules",
    "manual": "需人工核查 manual",
    "impossible": "网络侧无法判定 impossible from the network",
    NO_RULE: "暂无规则 no rule yet",
}


def _write_matrix(path: Path, rows: list[list[str]]) -> None:
    """One sheet, frozen head, wrapped text; every cell is text, never a formula."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("条款覆盖 coverage")
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        head = workbook.add_format({"bold": True, "bottom": 1})
        for column, (title, size) in enumerate(zip(MATRIX, (24, 26, 36, 36, 18, 22, 30, 36, 36, 10), strict=True)):
            sheet.set_column(column, column, size)
            sheet.write_string(0, column, title, head)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, wrapped)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(rows), len(MATRIX) - 1)


def _few(rules: tuple[str, ...]) -> str:
    return ", ".join(rules[:3]) + (", …" if len(rules) > 3 else "")


def _new(arguments: argparse.Namespace) -> int:
    from inventory.errors import InputError
    from inventory.fact import all_tables
    from rules.load import gather, problems
    from rules.template import rule_template
    from scanner.terminal import say

    table = all_tables().get(arguments.subject)
    if table is None:
        raise InputError(f"no fact table {arguments.subject}", "--subject", hint=f"one of {', '.join(all_tables())}")
    folder: Path = arguments.pack
    path = folder / f"{arguments.rule}.yaml"
    if path.exists():
        raise InputError("exists already and stays as it is", str(path))
    pack = folder / "pack.yaml"
    text = rule_template(arguments.rule, table)
    head = f"id: {folder.name}\ntitle: {{zh: 请填写, en: name it}}\nversion: '1'\ndescription: {{zh: 请填写, en: say what for}}\n"
    files = {f"{folder.name}/pack.yaml": head.encode(), f"{folder.name}/{path.name}": text.encode()}
    wrong = problems(files)
    if wrong:
        raise InputError(wrong[0].message, "rule", hint=wrong[0].hint)
    folder.mkdir(parents=True, exist_ok=True)
    if not pack.exists():
        pack.write_text(head, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    gather([folder])
    say(f"{path}: fill it in, then: chengjian rules lint --pack {folder} and chengjian rules test --pack {folder}")
    return 0
