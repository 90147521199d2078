"""Text from devices is hostile: what cannot be printed, or would change the page around it, is made visible instead."""

import re

# C0 and C1 controls except tab and newline, DEL, bidirectional controls, line and paragraph separators, zero-width
# characters and BOM, interlinear annotations, lone surrogates, noncharacters of every plane, private use stays (fonts).
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17))
    + "\U000e0000-\U000e007f]"
)
LONGEST = 4000  # characters of one text on paper


def printable(text: str, limit: int = LONGEST) -> str:
    r"""The text with unprintable characters written as `\x1b` or `\u202e`, cut after `limit` characters with a count of
    what was left off."""
    if len(text) <= limit and text.isprintable():  # the common case, at the speed of C; a test holds the two together
        return text
    kept = text if len(text) <= limit else text[:limit]
    shown = _UNPRINTABLE.sub(_visible, kept)
    left = len(text) - len(kept)
    return f"{shown}…(+{left})" if left else shown


def one_line(text: str, limit: int = LONGEST) -> str:
    r"""As `printable`, with tabs and newlines made visible too."""
    if len(text) <= limit and text.isprintable():
        return text
    return printable(text, limit).replace("\n", "\\n").replace("\t", "\\t")


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> float:
    """Approximate width in em of a line: East Asian characters are 1, others 0.56."""
    return sum(1.0 if ord(character) >= 0x2E80 else 0.56 for character in text)


def elide(text: str, ems: float) -> str:
    """The text cut to a width, with an ellipsis where something was cut."""
    line = one_line(text, 400)
    if width(line) <= ems:
        return line
    while line and width(line) > ems - 1:
        line = line[:-1]
    return line + "…"


def bytes_excerpt(data: bytes, limit: int = 96) -> str:
    r"""The first bytes as printable ASCII, others as `\xNN`."""
    shown = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f"\\x{byte:02x}" for byte in data[:limit])
    return shown + ("…" if len(data) > limit else "")
