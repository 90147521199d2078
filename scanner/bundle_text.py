"""What `chengjian bundle` says to people, in both languages."""

from inventory.text import Language, Text

WORDS = {
    "exported": Text(
        zh="{file}：{parts}个部件，{signatures}个签名，清单 sha256:{manifest}",
        en="{file}: {parts} parts, {signatures} signatures, manifest sha256:{manifest}",
    ),
    "refused": Text(zh="拒绝：{why}", en="refused: {why}"),
    "intact": Text(
        zh="{file}：每个字节均未改动；{parts}个部件，清单 sha256:{manifest}",
        en="{file}: every byte is as it was; {parts} parts, manifest sha256:{manifest}",
    ),
    "signed": Text(zh="签名算法 {algorithm}，密钥 sha256:{key}", en="signed with {algorithm}, key sha256:{key}"),
    "not-signed": Text(zh="未签名：不能说明由谁出具", en="not signed: it says nothing of who made it"),
    "whose": Text(
        zh="密钥属于谁需自行核实：用 --key FILE 指定可信的公钥",
        en="whose keys these are is for you to know: --key FILE names the ones that you trust",
    ),
    "stamp": Text(zh="时间戳 {time}，序列号 {serial}，{checked}", en="time stamp {time}, serial {serial}, {checked}"),
    "stamp-verified": Text(zh="由可信机构签发", en="by an authority that you trust"),
    "stamp-not-verified": Text(
        zh="未验证：用 --timestamp-roots FILE 验证", en="not verified: --timestamp-roots FILE does it"
    ),
    "stamped": Text(zh="{file}：时间戳 {time} 已附为 {part}", en="{file}: time stamp {time} attached as {part}"),
    "asked": Text(
        zh="{file}：清单 sha256:{manifest} 的时间戳请求",
        en="{file}: request for a time stamp of manifest sha256:{manifest}",
    ),
    "same": Text(
        zh="{scan}：由证据重算得到逐字节相同的报告；sha256:{now}",
        en="{scan}: the evidence gives the same report, byte for byte; sha256:{now}",
    ),
    "differs": Text(
        zh="{scan}：报告不同：原为 sha256:{before}，现为 sha256:{now}",
        en="{scan}: the report differs: it was sha256:{before}, it is sha256:{now}",
    ),
    "more": Text(zh="…… 另有{number}项：--json 给出全部", en="… and {number} more: --json has them all"),
    "key": Text(
        zh="{algorithm}：{private}（私钥，须保密），{public}，密钥 sha256:{key}",
        en="{algorithm}: {private} (keep it secret), {public}, key sha256:{key}",
    ),
}
HEADS = {"zh": ["类别", "对象", "原值", "现值", "原因"], "en": ["what", "which", "before", "now", "why"]}


def told(language: Language, name: str, **values: object) -> str:
    """One sentence, filled in; what comes from files is not yet escaped."""
    return WORDS[name].say(language).format(**values)
