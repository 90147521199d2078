"""What the codes of the data dictionary are called: one list for the dictionary, the reasons of findings and the reports."""

from collections.abc import Mapping

from inventory.text import Text

ORIGIN_NAMES: Mapping[str, Text] = {
    "domestic_certified": Text(zh="国产（已公告或认证）", en="domestic, certified"),
    "domestic": Text(zh="国产", en="domestic"),
    "domestic_derived": Text(zh="国产（开源衍生）", en="domestic, derived"),
    "community": Text(zh="开源社区", en="community"),
    "licensed": Text(zh="合资或授权", en="licensed"),
    "foreign": Text(zh="国外", en="foreign"),
    "unknown": Text(zh="来源不明", en="unknown"),
}

LAYER_NAMES: Mapping[str, Text] = {
    "chip": Text(zh="芯片", en="chip"),
    "firmware": Text(zh="固件", en="firmware"),
    "operating_system": Text(zh="操作系统", en="operating system"),
    "database": Text(zh="数据库", en="database"),
    "middleware": Text(zh="中间件", en="middleware"),
    "network": Text(zh="网络设备", en="network"),
    "security": Text(zh="安全产品", en="security"),
    "cryptography": Text(zh="密码产品", en="cryptography"),
    "video": Text(zh="视频", en="video"),
    "iot": Text(zh="物联网", en="IoT"),
    "ics": Text(zh="工业控制", en="industrial control"),
    "cloud": Text(zh="云平台", en="cloud"),
    "application": Text(zh="应用软件", en="application"),
    "time": Text(zh="时间同步", en="time"),
}

CLASS_NAMES: Mapping[str, Text] = {
    "server": Text(zh="服务器", en="server"),
    "terminal": Text(zh="终端", en="terminal"),
    "network": Text(zh="网络设备", en="network device"),
    "security": Text(zh="安全设备", en="security device"),
    "storage": Text(zh="存储", en="storage"),
    "printer": Text(zh="打印机", en="printer"),
    "iot": Text(zh="物联网设备", en="IoT device"),
    "camera": Text(zh="摄像机", en="camera"),
    "base_station": Text(zh="基站", en="base station"),
    "medical": Text(zh="医疗设备", en="medical device"),
    "ot": Text(zh="工控设备", en="industrial controller"),
    "unknown": Text(zh="未知", en="unknown"),
}

TLS_VERSION_CODES: Mapping[str, str] = {
    "2": "SSL 2.0",
    "768": "SSL 3.0",
    "769": "TLS 1.0",
    "770": "TLS 1.1",
    "771": "TLS 1.2",
    "772": "TLS 1.3",
}
"""Versions by their wire code, in decimal digits."""


def as_codes(names: Mapping[str, Text]) -> dict[str, str]:
    """As a fact column lists its codes: value → `zh / en`."""
    return {code: f"{name.zh} / {name.en}" for code, name in names.items()}


def named(names: Mapping[str, Text], code: str) -> Text:
    """The name of a code; a code without one stands for itself."""
    return names.get(code, Text(zh=code, en=code)) if code else Text(zh="未知", en="unknown")
