"""Finds personal data in text: identity numbers, mobile numbers, bank cards; and the credit codes of organisations.

Every kind has a checksum or a registry behind it, because a false alarm about personal data costs trust: a long
number in a counter, a hash or a version is not a person. What is found leaves this module only as counts, masked
samples and positions.

Sources: GB 11643-1999 (identity number), GB 32100-2015 (unified social credit code), GA 459 and the 2018 measures for
residents of Hong Kong, Macao and Taiwan (prefixes 81 to 83), ISO/IEC 7812-1 (card numbers), MIIT numbering plan
(mobile segments).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MAX_TEXT = 4 * 1024 * 1024


class Kind(StrEnum):
    """What was found.

    A credit code names an organisation and is no personal data; it is found because registers need it.
    """

    IDENTITY_NUMBER = "identity_number"
    MOBILE_NUMBER = "mobile_number"
    BANK_CARD = "bank_card"
    CREDIT_CODE = "credit_code"


PERSONAL = (Kind.IDENTITY_NUMBER, Kind.MOBILE_NUMBER, Kind.BANK_CARD)
# GB/T 2260 provinces, and the residence permits for Hong Kong (81), Macao (82) and Taiwan (71, 83).
PROVINCES = frozenset(
    {
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    }
)
IDENTITY_WEIGHTS = tuple(pow(2, 17 - index, 11) for index in range(17))
IDENTITY_CHECK = "10X98765432"
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))
# Registration department and kind of organisation (GB 32100-2015, table 1).
CREDIT_KINDS = re.compile(r"1[1-59]|2[19]|3[1-59]|4[19]|5[1-39]|6[129]|7[129]|8[19]|9[1-3]|A[19]|N[1-39]|Y1")
MOBILE = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
# Issuer prefixes with the lengths that the schemes give out.
ISSUERS = re.compile(
    r"62\d{14,17}"  # UnionPay
    r"|4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}"  # Discover
)
_SEPARATORS = str.maketrans("", "", " -\u00a0\t")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}

# Boundaries: no letter, digit, point or hexadecimal group may touch a candidate, so that hashes, identifiers of
# devices, object identifiers and decimal numbers are left alone. Chinese characters may.
_BEFORE = r"(?<![0-9A-Za-z_.])(?<![0-9A-Za-z]-)(?<!\d:)"
_AFTER = r"(?![0-9A-Za-z_])(?![.:-][0-9A-Za-z])"
_CANDIDATE = re.compile(
    rf"{_BEFORE}(?:"
    r"(?P<identity>\d{6} ?(?:18|19|20)\d{6} ?\d{3}[0-9Xx]|\d{15})"
    r"|(?P<mobile>(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4}))"
    r"|(?P<card>\d{14,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|3\d{3}[ -]\d{6}[ -]\d{4,5})"
    r"|(?P<credit>[0-9ANY][0-9]\d{6}[0-9A-HJ-NP-RTUWXY]{10})"
    rf"){_AFTER}",
    re.ASCII,
)


_CONTEXT = {
    Kind.IDENTITY_NUMBER: re.compile(r"身份|证件|公民号码|\bid(?:entity)?[ _-]?(?:card|number|no)\b|sfz|idcard", re.I),
    Kind.MOBILE_NUMBER: re.compile(r"手机|电话|联系|移动|mobile|phone|\btel\b|contact|sjh|lxdh", re.I),
    Kind.BANK_CARD: re.compile(
        r"卡号|银行|账号|帐号|(?:bank|credit|debit)[ _-]?card|card[ _-]?(?:no|num)|\bpan\b|visa|yhk", re.I
    ),
}
_COUNTERS = re.compile(
    r"packet|byte|octet|total|\bcount|speed|size|serial|sysuptime|序列|流量|字节|报文|计数|编号\W*$", re.I
)


@dataclass(frozen=True, slots=True)
class Match:
    """One value in a text. `value` is normalised (no separators); never store it, use `masked` and `token`."""

    kind: Kind
    start: int
    end: int
    value: str

    @property
    def masked(self) -> str:
        """The value with its middle hidden: enough to recognise it, too little to use it."""
        head, tail = (3, 4) if self.kind is Kind.MOBILE_NUMBER else (4, 4)
        return self.value[:head] + "*" * (len(self.value) - head - tail) + self.value[-tail:]

    def token(self, key: bytes) -> str:
        """A keyed hash (HMAC-SHA-256, 16 hex digits) that tells equal values apart without telling them."""
        return hmac.new(key, f"{self.kind}:{self.value}".encode(), hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Detection:
    """How often one kind occurs in a text: all occurrences, distinct values, and one masked sample."""

    kind: Kind
    count: int
    distinct: int
    sample: str


def is_identity_number(value: str) -> bool:
    """Whether it is a resident identity number of 18 or (until 1999) 15 places; spaces and hyphens are allowed."""
    number = value.translate(_SEPARATORS).upper()
    if not re.fullmatch(r"\d{17}[0-9X]|\d{15}", number, re.ASCII) or number[:2] not in PROVINCES:
        return False
    if len(number) == 15:
        return _is_birth_date("19" + number[6:12])
    total = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False))
    return _is_birth_date(number[6:14]) and IDENTITY_CHECK[total % 11] == number[17]


def _is_birth_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2100


def is_mobile_number(value: str) -> bool:
    """Whether it is a mobile number of the mainland's plan, with or without the country code 86."""
    number = value.translate(_SEPARATORS)
    number = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", number)
    return number.isascii() and MOBILE.fullmatch(number) is not None


def is_bank_card(value: str) -> bool:
    """Whether it has an issuer's prefix and length and a right check digit (Luhn, ISO/IEC 7812-1).

    Luhn alone is not enough.
    """
    number = value.translate(_SEPARATORS)
    return number.isascii() and ISSUERS.fullmatch(number) is not None and has_luhn_digit(number)


def has_luhn_digit(number: str) -> bool:
    """Whether the last digit of a string of digits is its Luhn check digit."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(doubled[digit] for digit in digits[1::2])) % 10 == 0


def is_credit_code(value: str) -> bool:
    """Whether it is a unified social credit code (GB 32100-2015): kind, province and both check digits are right."""
    code = value.strip().upper()
    if len(code) != 18 or not CREDIT_KINDS.match(code) or any(char not in CREDIT_LETTERS for char in code):
        return False
    if (
        not code[2:8].isdigit()
        or not (code[2:4] in PROVINCES or code[2:4] == "10")
        or not _is_organisation_code(code[8:17])
    ):
        return False
    total = sum(CREDIT_LETTERS.index(char) * weight for char, weight in zip(code, CREDIT_WEIGHTS, strict=False))
    return CREDIT_LETTERS[(31 - total % 31) % 31] == code[17]


def _is_organisation_code(code: str) -> bool:
    """The check digit of GB 11714 over the nine places of an organisation code."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char, 36) * weight for char, weight in zip(code, weights, strict=False))
    return "0X987654321"[total % 11] == code[8]


def matches(text: str) -> Iterator[Match]:
    """Every value in a text, in order and without overlaps. Reads at most MAX_TEXT characters."""
    plain = text[:MAX_TEXT]
    if not plain.isascii():
        plain = plain.translate(_FULL_WIDTH)
    position = 0
    while found := _CANDIDATE.search(plain, position):
        match = _judge(found.group(), found.start(), found.end())
        if match is not None and (_is_strong(found.group(), match) or _speaks_of_people(plain, match)):
            yield match
        position = found.end()


def _is_strong(written: str, match: Match) -> bool:
    """Whether the form alone is enough: identity numbers of 18, credit codes, UnionPay cards, written-out groups."""
    if match.kind is Kind.CREDIT_CODE or len(match.value) == 18:
        return True
    if match.kind is Kind.MOBILE_NUMBER:
        return len(written) > 11
    return match.kind is Kind.BANK_CARD and (match.value.startswith("62") or len(written) > len(match.value))


def _speaks_of_people(text: str, match: Match) -> bool:
    """Whether the surroundings of a weak number (no or a weak checksum) say that it is a person's.

    Accepted: the value alone is the whole text; a word for it stands shortly before, in the column's head or shortly
    after; Chinese text around it; for mobile numbers also a cell of its own beside a cell of letters. Never after a
    counter's word.
    """
    before, after = text[max(0, match.start - 48) : match.start], text[match.end : match.end + 24]
    if not before.strip() and not after.strip() and len(text) < 256:
        return True
    words = _CONTEXT[match.kind]
    told = words.search(before)
    if told or words.search(after):
        return True
    if _COUNTERS.search(before.rpartition("\n")[2]) or _COUNTERS.search(after.partition("\n")[0]):
        return False
    if re.search(r"[\u4e00-\u9fff]", before[-24:] + after):
        return True
    if match.kind is not Kind.MOBILE_NUMBER:
        return False
    if before.endswith(">") and after.startswith("<"):
        return True
    head = text[: text.find("\n", 0, 2048) + 1]
    return bool(words.search(head)) or bool(re.search(r"[a-z]{2}[\w .@-]*[,;\t]$", before, re.I))


def _judge(candidate: str, start: int, end: int) -> Match | None:
    """Which kind a candidate is; an identity number before a credit code before a card, as the checks grow weaker."""
    value = candidate.translate(_SEPARATORS).upper()
    if is_identity_number(value) and not (len(value) == 15 and is_bank_card(value)):
        return Match(Kind.IDENTITY_NUMBER, start, end, value)
    if is_credit_code(value):
        return Match(Kind.CREDIT_CODE, start, end, value)
    if is_mobile_number(value):
        return Match(Kind.MOBILE_NUMBER, start, end, value[-11:])
    if is_bank_card(value):
        return Match(Kind.BANK_CARD, start, end, value)
    return None


def detect(text: str) -> tuple[Detection, ...]:
    """Counts and one masked sample for each kind that occurs in a text, in the order of `Kind`."""
    found: dict[Kind, list[Match]] = {}
    for match in matches(text):
        found.setdefault(match.kind, []).append(match)
    return tuple(
        Detection(kind, len(found[kind]), len({match.value for match in found[kind]}), found[kind][0].masked)
        for kind in Kind
        if kind in found
    )
