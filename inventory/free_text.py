"""Reads what free texts of devices have in common: raw bytes, names of products after the maker's, versions.

Device texts are written by hundreds of makers without a standard; the forms here are the habits that most of them share.
"""

import re

_VERSION = r"[vV]?[.]?(?P<version>\d[\w.()+~:-]*)"
# From sure to unsure: after the word version (or its relatives), after a V, after a slash, then a bare number with points.
VERSION_FORMS = (
    re.compile(
        r"\b(?:software|sw|s/w|firmware|fw|system|application|release|os)?[ _/-]*"
        r"(?:version|vers|ver|revision|rev|release|firmware|sw|s/w|fw)\b[\s.:=#\"(]*" + _VERSION,
        re.I,
    ),
    re.compile(r"(?<![A-Za-z0-9])[vV][. ]?(?P<version>\d+\.[\w.()+-]+)"),
    re.compile(r"(?<=[A-Za-z])/(?P<version>\d[\w.()+-]*)"),
    re.compile(r"(?<![\w.])(?P<version>\d+(?:\.\d+)+[\w.()+-]*)"),
    re.compile(r"(?<![A-Za-z0-9])(?P<version>V\d{3}R\d{3}\w*)"),  # version and release of one telecom maker's numbering
    re.compile(r"(?<![A-Za-z0-9])[vVrR](?P<version>\d[\w.()+-]*)"),
)
_ONLY_A_VERSION = re.compile(r"[vV]?\d+(?:\.\d+)+\S*")
_OTHER_PART = re.compile(
    r"(?:\bh/?w|hardware|boot\w*|\brom|bios|bootr|hw_rev|linux|kernel|vxworks)\W*(?:ver\w*|rev\w*)?\W*v?$", re.I
)
_STOP = re.compile(
    r"[,;:|\n\r\"<>{}\[\]]|\s[-–/(*]|\s+(?:version|ver\b|vers\b|software|firmware|release|rev\b|revision|model|series\b|s/n|sn\b"
    r"|v\.?\d|r\d|\d+\.\d+|copyright|\(c\)|by\b|for\b|running|with\b|server\b|ready|login|switch\b|printer\b|fw\b|sw\b|hw\b)",
    re.I,
)
_HEX = re.compile(r"^hex:((?:[0-9a-fA-F]{2})+)$")
_WORDS_TEXT = (
    "inc corp corporation co ltd limited the a an and systems networks technologies network login web interface welcome to of "
    "technology communications server configuration manager home page company"
)
_WORDS_WITHOUT_MEANING = frozenset(_WORDS_TEXT.split())


def clean_text(text: str) -> str:
    """A device's text as characters: raw bytes (`hex:…`) read as UTF-8, else GB18030, else Latin-1; NULs and quotes cut off."""
    raw = _HEX.match(text)
    if raw is not None:
        text = decode_bytes(bytes.fromhex(raw[1]))
    text = text.replace("\0", " ").strip()
    return text.strip("\"'\\ ") if text[:1] in "\"'\\" else text


def decode_bytes(raw: bytes) -> str:
    """Bytes of unknown encoding as characters: UTF-8, else GB18030 (GB 18030-2022), else Latin-1."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def version_in(text: str, after: int = 0) -> str | None:
    """The version that a text states behind a place, by the surest form that occurs; None when it states none."""
    for form in VERSION_FORMS:
        for found in form.finditer(text, after):
            if not _OTHER_PART.search(text[max(0, found.start() - 12) : found.start("version")]):
                return _trim(found["version"])
    return None


def _trim(version: str) -> str | None:
    """A version without what clings to it: points, an unopened bracket."""
    version = version.rstrip(".,:-_")
    if version.count("(") < version.count(")"):
        version = version.rstrip(")")
    if version.count("(") > version.count(")"):
        version = version.partition("(")[0] if not version.endswith("(") else version[:-1]
    return version.rstrip(".,:-_") or None


def product_after(text: str, start: int, end: int) -> str | None:
    """The product's name: what stands behind a maker's name up to the next stop; a name inside a word stands for itself."""
    rest = text[end : end + 80]
    if rest[:1].isalnum() or text[start:end].endswith("-"):
        tail = re.match(r"[\w.+/-]*", rest)
        return (text[start:end] + (tail[0] if tail else "")).strip("-/") or None
    stop = _STOP.search(rest)
    name = (rest[: stop.start()] if stop else rest).strip(" -_/.()'\"*")
    words = name.split()
    while words and words[0].strip(".,()").casefold() in _WORDS_WITHOUT_MEANING:
        words = words[1:]
    if not words or len(words) > 8 or (len(words) == 1 and _ONLY_A_VERSION.fullmatch(words[0])):
        return None
    return " ".join(words[:6])
