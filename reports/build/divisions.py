"""Names of administrative divisions (GB/T 2260) that the report knows without being told: the region and its cities."""

from collections.abc import Mapping

from inventory.text import Text

DIVISIONS: Mapping[str, Text] = {
    code: Text(zh=zh, en=en)
    for code, zh, en in (
        ("450000", "广西壮族自治区", "Guangxi"),
        ("450100", "南宁市", "Nanning"),
        ("450200", "柳州市", "Liuzhou"),
        ("450300", "桂林市", "Guilin"),
        ("450400", "梧州市", "Wuzhou"),
        ("450500", "北海市", "Beihai"),
        ("450600", "防城港市", "Fangchenggang"),
        ("450700", "钦州市", "Qinzhou"),
        ("450800", "贵港市", "Guigang"),
        ("450900", "玉林市", "Yulin"),
        ("451000", "百色市", "Baise"),
        ("451100", "贺州市", "Hezhou"),
        ("451200", "河池市", "Hechi"),
        ("451300", "来宾市", "Laibin"),
        ("451400", "崇左市", "Chongzuo"),
    )
}
