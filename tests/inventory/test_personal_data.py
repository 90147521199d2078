"""Personal data is found where it is, and nowhere else; values never leave in the clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.personal_data import (
    CREDIT_LETTERS,
    CREDIT_WEIGHTS,
    IDENTITY_CHECK,
    IDENTITY_WEIGHTS,
    Detection,
    Kind,
    detect,
    has_luhn_digit,
    is_bank_card,
    is_credit_code,
    is_identity_number,
    is_mobile_number,
    matches,
)


def identity(head: str) -> str:
    """A synthetic identity number: 17 places and the check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(head, IDENTITY_WEIGHTS, strict=True))
    return head + IDENTITY_CHECK[total % 11]


def card(head: str) -> str:
    """A synthetic card number: the digits and their Luhn digit."""
    return next(head + str(digit) for digit in range(10) if has_luhn_digit(head + str(digit)))


def credit_code(head: str) -> str:
    """A synthetic credit code: eight places, an organisation code of eight, and both check digits."""
    organisation = head[8:]
    total = sum(int(char, 36) * weight for char, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    body = head + "0X987654321"[total % 11]
    total = sum(CREDIT_LETTERS.index(char) * weight for char, weight in zip(body, CREDIT_WEIGHTS, strict=True))
    return body + CREDIT_LETTERS[(31 - total % 31) % 31]


NANNING = identity("45010319900307001")
CARD = card("622202123456789")


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        (NANNING, True),
        (NANNING.lower(), True),
        (f"{NANNING[:6]} {NANNING[6:14]} {NANNING[14:]}", True),
        (identity("81000019940823002"), True),  # resident of Hong Kong
        (identity("45010319900230001"), False),  # 30 February
        (identity("99010319900307001"), False),  # no such province
        (NANNING[:17] + ("0" if NANNING[17] != "0" else "1"), False),
        ("450103900307001", True),  # 15 places
        ("450103901307001", False),
        ("", False),
        ("４５０１０３", False),
    ],
)
def test_identity_numbers_need_province_date_and_check_digit(value: str, valid: bool) -> None:
    assert is_identity_number(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("13800000000", True),
        ("+86 138 0000 0000", True),
        ("86-138-0000-0000", True),
        ("008613800000000", True),
        ("19200000000", True),
        ("12800000000", False),
        ("15400000000", False),  # 154 is not given out
        ("1380000000", False),
        ("4001234567", False),
    ],
)
def test_mobile_numbers_follow_the_numbering_plan(value: str, valid: bool) -> None:
    assert is_mobile_number(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        (CARD, True),
        (card("62220212345678901"), True),
        (card("400000000000000"), True),
        (card("222100000000000"), True),
        (card("3400000000000000"[:14]), True),
        (card("40000000000000"), False),  # right Luhn digit, but no issuer gives out 15 places under 4
        (card("100000000000000"), False),  # right Luhn digit, no issuer
        (CARD[:-1] + str((int(CARD[-1]) + 1) % 10), False),
    ],
)
def test_bank_cards_need_issuer_length_and_check_digit(value: str, valid: bool) -> None:
    assert is_bank_card(value) is valid


def test_credit_codes_need_kind_region_and_both_check_digits() -> None:
    code = credit_code("91450100MA5K0000")
    assert is_credit_code(code)
    assert is_credit_code(code.lower())
    assert not is_credit_code(code[:17] + ("0" if code[17] != "0" else "1"))
    assert not is_credit_code(credit_code("91010519MA5K0000"))  # no such region
    assert not is_credit_code("91450100MA5KIOSVZ0")


def test_a_page_with_people_gives_counts_and_masked_samples_only() -> None:
    other = identity("45020219851212002")
    text = f"姓名：甲，身份证号{NANNING}，手机13800000000。\n乙 {NANNING} {other} 卡号：{CARD}"
    assert detect(text) == (
        Detection(Kind.IDENTITY_NUMBER, 3, 2, NANNING[:4] + "*" * 10 + NANNING[-4:]),
        Detection(Kind.MOBILE_NUMBER, 1, 1, "138****0000"),
        Detection(Kind.BANK_CARD, 1, 1, CARD[:4] + "*" * 8 + CARD[-4:]),
    )


@pytest.mark.parametrize(
    "text",
    [
        "name,mobile\nzhang,13800000000\n",
        "<td>13800000000</td>",
        '{"phone": "13800000000"}',
        "13800000000",
        "１３８００００００００",
        "call +86 13800000000 now",
    ],
)
def test_mobile_numbers_are_found_in_forms_tables_and_pages(text: str) -> None:
    assert [match.value for match in matches(text)] == ["13800000000"]


@pytest.mark.parametrize(
    "text",
    [
        "XGE1/0/1   86584   0   13800000000   12706052",
        '{"packets_total": "13800000000"}',
        "1.3.6.1.2.1.31.1.1.1.6.11|70|13800000000|1.3.6.1",
        "3.13800000000",
        f"sha256:{NANNING}0a",
        f"urn:uuid:12345678-{CARD}",
        f"serial {card('400637983210000')}",
        "输入 13800000000 字节",
        "330215571113706|1.3.6.1",
        "SN 4500000000000000",
        "",
    ],
)
def test_counters_hashes_serials_and_object_identifiers_are_no_people(text: str) -> None:
    assert detect(text) == ()


def test_tokens_tell_values_apart_without_telling_them() -> None:
    first, second = list(matches(f"{NANNING} {identity('45020219851212002')}"))
    assert first.token(b"k") != second.token(b"k")
    assert first.token(b"k") != first.token(b"other key")
    assert NANNING not in first.token(b"k")
    assert NANNING not in first.masked


@given(st.text(alphabet=st.sampled_from("0123456789Xx -+86身份证手机,.:|\n<>ANY"), max_size=200))
def test_any_text_gives_ordered_matches_without_overlap_and_valid_values(text: str) -> None:
    checks = {
        Kind.IDENTITY_NUMBER: is_identity_number,
        Kind.MOBILE_NUMBER: is_mobile_number,
        Kind.BANK_CARD: is_bank_card,
        Kind.CREDIT_CODE: is_credit_code,
    }
    position = 0
    for match in matches(text):
        assert position <= match.start < match.end <= len(text)
        assert checks[match.kind](match.value)
        position = match.end


@given(st.integers(0, 10**17 - 1).map(lambda number: f"{number:017d}"), st.integers(0, 17))
def test_one_wrong_digit_is_always_noticed(head: str, place: int) -> None:
    number = identity(head)
    digit = number[place]
    wrong = number[:place] + ("7" if digit == "X" else str((int(digit) + 1) % 10)) + number[place + 1 :]
    assert not (is_identity_number(number) and is_identity_number(wrong))
