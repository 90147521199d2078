"""The self-check for people: findings with file and line, the corrected line, and what could not be understood."""

from typing import Any

from inventory.text import Text
from scanner.correction import SERVERS, spoken
from scanner.selfcheck import Checked, Statement
from scanner.selfcheck_document import is_bad
from scanner.terminal import coloured, safe

COLOURS = {"high": "red", "medium": "yellow", "low": "blue"}
SEVERITY = {"high": Text(zh="高", en="high"), "medium": Text(zh="中", en="medium"), "low": Text(zh="低", en="low")}
SHOULD_BE = Text(zh="应改为", en="should be")
EXCERPT = Text(
    zh="未写明日志、时间或集中认证服务器。若为完整配置，请加--complete，未写明即按未配置判定",
    en="no server of logs, time or central login is named: if the configuration is whole, say --complete, and none is there",
)
PARSED = Text(
    zh="{file}（{family}）：共{lines}行，读懂{understood}行",
    en="{file} ({family}): parsed {understood} of {lines} lines",
)
NOT_RECOGNISED = Text(
    zh="{file}：识别不出种类，未检查任何内容；可用--family指明",
    en="{file}: the kind was not recognised and nothing was checked; --family names it",
)
NOT_UNDERSTOOD = Text(zh="未读懂的行", en="lines not understood")
TOTAL = Text(
    zh="不符合：高{high}、中{medium}、低{low}；无法判定{not_assessed}项；冲突{conflicts}处",
    en="findings: {high} high, {medium} medium, {low} low; {not_assessed} not assessed; {conflicts} conflicts",
)
VALID = {
    True: Text(zh="符合规范", en="valid"),
    False: Text(zh="不符合规范", en="not valid"),
    None: Text(zh="无法按规范校验", en="not validated: no schema of this version at hand"),
}
IMAGE = Text(zh="{file}：系统{system}，软件包{packages}个", en="{file}: system {system}, {packages} packages")
SHARE = Text(
    zh="软件成分{parts}个，国产占比{lowest}%至{highest}%（未知来源不计入国产）",
    en="{parts} parts of software, {lowest} % to {highest} % domestic (unknown is not domestic)",
)
ENDS = Text(zh="停止支持日期", en="end of support")
UNSURE = Text(
    zh="停止支持日期有出入，不据此判定",
    en="end of support on which published texts differ, so nothing is decided",
)
UNMAINTAINED = Text(zh="其中已停止维护{ended}个", en="no longer maintained: {ended}")
LICENCES = Text(
    zh="许可证：要求公开源码{copyleft}个，未声明{without}个",
    en="licences: {copyleft} ask for publication of the source, {without} not stated",
)
NEW = Text(zh="新增", en="new")
NEW_TOTAL = Text(zh="与基线相比新增{number}项", en="new since the baseline: {number}")
CANDIDATE = Text(zh="需人工确认", en="to be confirmed by a person")
CONFLICT = Text(zh="配置与实测不一致", en="told differently")


def text(checked: Checked, told: dict[str, Any], language: str, *, list_lines: bool = False) -> str:
    """Everything as lines; what comes from files is escaped."""
    lines: list[str] = []
    fresh = {one["id"] for one in told["findings"] if one.get("new")}
    for statement in sorted(filter(is_bad, checked.statements), key=_order):
        lines += _finding(statement, language, new=statement.id in fresh)
    for one in told["conflicts"]:
        where = f"{one['address']}:{one['port']}" if one["port"] else one["address"]
        said = "; ".join(f"{vantage} = {value}" for vantage, value in one["said"].items())
        lines.append(safe(f"{_say(CONFLICT, language)}: {where} {one['table']}.{one['column']}: {said}"))
    for file, how in told["parsed"].items():
        lines.append(
            safe(
                _say(PARSED, language).format(
                    file=file, family=how["family"], lines=how["lines"], understood=how["understood"]
                )
            )
        )
    if _may_be_whole(checked):
        lines.append(_say(EXCERPT, language))
    lines += _supply_chain(told, language)
    if list_lines:
        lines += _not_understood(checked, language)
    summary = told["summary"]
    lines.append(
        _say(TOTAL, language).format(
            **summary["findings"], not_assessed=summary["not_assessed"], conflicts=summary["conflicts"]
        )
    )
    if any("new" in one for one in told["findings"]):
        lines.append(_say(NEW_TOTAL, language).format(number=len(fresh)))
    return "\n".join(lines)


def _may_be_whole(checked: Checked) -> bool:
    """Whether `--complete` would decide what now stays not assessed."""
    devices = [one.reading for one in checked.sources if one.reading.kind == "device" and not one.reading.complete]
    silent = {rule for rule, *_ in checked.not_assessed}
    return bool(devices) and not silent.isdisjoint(SERVERS)


def unread(checked: Checked, language: str) -> list[str]:
    """What must not pass for checked: files of which nobody knows what they are."""
    unknown = [one.reading.file for one in checked.sources if one.reading.family == "unknown"]
    return [_say(NOT_RECOGNISED, language).format(file=file) for file in unknown]


def _say(words: Text, language: str) -> str:
    return words.zh if language == "zh" else words.en


def _order(statement: Statement) -> tuple[str, int, str]:
    return (statement.file, statement.line, statement.rule.id)


def _finding(statement: Statement, language: str, *, new: bool) -> list[str]:
    severity = statement.rule.severity
    place = f"{statement.file}:{statement.line}" if statement.line else statement.file or statement.address
    mark = coloured(_say(SEVERITY[severity], language), COLOURS[severity])
    later = f" [{_say(CANDIDATE, language)}]" if statement.candidate else ""
    later += f" [{_say(NEW, language)}]" if new else ""
    lines = [f"{safe(place)}: {mark} {statement.rule.id}: {safe(statement.reason[language])}{later}"]
    if statement.quote:
        lines.append(f"    {safe(statement.quote)}")
    if statement.correction:
        lines.append(f"    {_say(SHOULD_BE, language)}: {safe(spoken(statement.correction, language))}")
    return lines


def _supply_chain(told: dict[str, Any], language: str) -> list[str]:
    """Documents and images, their parts, and the share of domestic ones as an interval."""
    lines = []
    for file, about in told["documents"].items():
        if about["kind"] == "sbom":
            verdict = VALID[about["valid"]]
            lines.append(safe(f"{file} ({about['format']} {about['spec']}): {_say(verdict, language)}"))
            lines += [safe(f"    {error}") for error in about["errors"]]
        else:
            system = about["system"].get("PRETTY_NAME") or about["system"].get("NAME") or "?"
            lines.append(safe(_say(IMAGE, language).format(file=file, system=system, packages=about["packages"])))
            lines += [safe(f"    {note}") for note in about["notes"]]
    chain = told["supply_chain"]
    if chain["parts"]:
        share = chain["domestic_share"]
        lines.append(
            _say(SHARE, language).format(parts=chain["parts"], lowest=share["lowest"], highest=share["highest"])
        )
        ended = ", ".join(
            f"{one['name']} {one['version']} ({one['end_of_support'][:10]})"
            for one in chain["with_end_of_support"][:20]
        )
        if ended:
            number = _say(UNMAINTAINED, language).format(ended=len(chain["unmaintained"]))
            lines.append(safe(f"{_say(ENDS, language)}: {ended}; {number}"))
        unsure = "; ".join(
            f"{one['name']} {one['version']} ({one['end_of_support']}: {one['why'].get(language, '')})"
            for one in chain["unsure_end_of_support"][:20]
        )
        if unsure:
            lines.append(safe(f"{_say(UNSURE, language)}: {unsure}"))
        copyleft, without = len(chain["copyleft"]), chain["without_licence"]
        lines.append(_say(LICENCES, language).format(copyleft=copyleft, without=without))
    return lines


def _not_understood(checked: Checked, language: str) -> list[str]:
    lines = []
    for source in checked.sources:
        if source.reading.not_understood:
            lines.append(safe(f"{_say(NOT_UNDERSTOOD, language)}: {source.reading.file}"))
            lines += [safe(f"    {number}: {source.line(number)}") for number in source.reading.not_understood]
    return lines
