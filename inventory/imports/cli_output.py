"""Reads what a device printed when somebody asked for its version (`display version`, `show version`). Pure.

The text has the words of the same device's sysDescr, so the fingerprints of SNMP texts read it; only what a fingerprint or a
maker's name recognises counts. Beside it the model and the serial number, as the common forms of such outputs print them.
"""

import re
from collections.abc import Mapping, Sequence

from inventory.configuration import hide
from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.device_version import DeviceVersionFacts
from inventory.identify import identify_line

KIND = "cli-output"
LONGEST = 8192  # characters of an output that are read
_COMMAND = re.compile(r"^\s*[<\[]?([\w.-]{1,63})[>\]#]{1,2}\s*(?:dis\w*|sh\w*)\s+ver\w*\s*$", re.M | re.I)
_SIGNS = re.compile(
    r"\buptime is\b|\bsystem image file\b|software,? version|\bcopyright \(c\)|^\s*version\s*:", re.I | re.M
)
_MODELS = (
    re.compile(
        r"^(?:HUAWEI|Quidway|H3C|HPE?|ZTE|Ruijie|MAIPU|FiberHome)[ -]+(?!Comware)(\S+)[^\n]*\buptime is\b", re.I | re.M
    ),
    re.compile(
        r"^\s*(?:system description|model(?: name| number)?|product(?: name)?)\s*:\s*(?:[^\n(]*\()?([\w./+-]{3,40})",
        re.I | re.M,
    ),
    re.compile(r"^cisco ([\w./+-]{3,40}) \([^\n]*(?:processor|memory)", re.I | re.M),
)
_BEGINS = re.compile(_COMMAND.pattern + r"|^\s*system description\s*:", re.M | re.I)
_CONFIGURATION = re.compile(
    r"^\s*[<\[]?[\w.-]{1,63}[>\]#]{1,2}\s*(?:dis\w*|sh\w*)\s+(?:cur|run|sav|start)", re.M | re.I
)
_DESCRIPTION = re.compile(r"^\s*system description\s*:\s*(\S[^\n]*)", re.I | re.M)
_SOFTWARE = re.compile(r"^\s*(?:system )?software version\s*:\s*(?:\w*RGOS )?(\S[^\n]{0,60}?)\s*$", re.I | re.M)
_SERIALS = re.compile(
    r"^\s*(?:processor board id|(?:system |chassis )?serial (?:number|num|no\.?)|DEVICE_SERIAL_NUMBER|serialnum|SN)\s*[:#]?\s*"
    r"([A-Za-z0-9-]{6,32})\b",
    re.I | re.M,
)


def is_cli_output(text: str) -> bool:
    """Whether a text is a version output of a device whose maker is recognised."""
    return bool(_COMMAND.search(text) or _SIGNS.search(text)) and read_output(text) is not None


def begins_as_output(text: str) -> bool:
    """Whether a version output, and no configuration after it, is all of a text."""
    return _BEGINS.match(text) is not None and not _CONFIGURATION.search(text) and is_cli_output(text)


def read_output(text: str) -> DeviceVersionFacts | None:
    """What the output says, or None where no maker is recognised in it."""
    command = _COMMAND.search(text)
    body = text[command.end() :] if command else text
    described, software = _DESCRIPTION.search(body[:LONGEST]), _SOFTWARE.search(body[:LONGEST])
    words = [described[1]] if described else []
    lines = ({"kind": "banner", "protocol": "snmp", "banner": one} for one in (*words, body.strip()[:LONGEST]))
    found = next((one for one in map(identify_line, lines) if one["vendor"]), None)
    if found is None:
        return None
    model = next((match[1] for pattern in _MODELS if (match := pattern.search(body[:LONGEST]))), None)
    serial = _SERIALS.search(body[:LONGEST])
    return DeviceVersionFacts(
        vendor=found["vendor"],
        os=found["os"],
        product=found["product"],
        version=software[1] if software else found["version"],
        model=model,
        serial=serial[1] if serial else None,
        hostname=command[1] if command else None,
    )


def exchange(text: str, address: str, file: str) -> Exchange:
    """The output as evidence, without secrets."""
    turn = Turn("version", b"", hide(text[: 4 * LONGEST]).encode())
    return Exchange(KIND, Endpoint(address), (turn,), {"file": file})


def interpret(evidence: Exchange) -> Mapping[str, Sequence[Fact]]:
    """Pure. Raises NotUnderstood where no maker is recognised."""
    text = evidence.turns[0].received.decode("utf-8", "replace") if evidence.turns else ""
    found = read_output(text)
    if found is None:
        raise NotUnderstood("no version output of a known maker")
    return {"device_version": [found]}
