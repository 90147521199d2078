"""Nothing secret or personal is kept: canaries go in, none comes out, and what is around them stays readable."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn, from_bytes
from inventory.reduction import reduce, reduce_bytes, token, tokens

KEY = b"key of one workspace"
WHERE = Endpoint("10.0.0.1", "tcp", 80)
IDENTITY, OTHER = "11010519491231002X", "450103199003070012"
CANARIES = (
    IDENTITY,
    OTHER,
    "13800000000",
    "6222020000000000000",
    "zhang.san@example.cn",
    "S3cret-canary",
    "YWRtaW46Y2FuYXJ5",
    "sess-canary-1",
    "桂A12345",
)
PAGE = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nSet-Cookie: JSESSIONID=sess-canary-1; Path=/\r\n"
    "Content-Length: 999\r\n\r\n<p>身份证 11010519491231002X、450103199003070012，手机 13800000000</p>"
    "<p>银行卡 6222020000000000000 车牌 桂A12345 邮箱 zhang.san@example.cn</p>"
    '{"spring.datasource.password": {"value": "S3cret-canary"}} DB_PASSWORD=S3cret-canary\n'
    "jdbc:mysql://root:S3cret-canary@db/x"
).encode()


def page(data: bytes = PAGE) -> Exchange:
    sent = b"GET / HTTP/1.1\r\nAuthorization: Basic YWRtaW46Y2FuYXJ5\r\nCookie: a=sess-canary-1\r\n\r\n"
    return Exchange("http", WHERE, (Turn("page", sent, data),), {"file": "export for zhang.san@example.cn"})


def test_no_canary_survives_in_any_part() -> None:
    kept = reduce(page(), KEY)
    everything = kept.to_bytes() + b"".join(turn.sent + turn.received for turn in kept.turns)
    everything += repr(kept.notes).encode()
    for canary in CANARIES:
        assert canary.encode() not in everything, canary


def test_no_canary_survives_in_a_page_of_gb18030() -> None:
    data = PAGE.decode().replace("utf-8", "gb18030").encode("gb18030")
    kept = reduce(page(data), KEY).turns[0].received
    assert len(kept) == len(data)
    for canary in CANARIES:
        assert canary.encode("gb18030") not in kept, canary


def test_lengths_and_everything_else_stay() -> None:
    kept = reduce(page(), KEY).turns[0].received
    assert len(kept) == len(PAGE)
    assert kept.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nSet-Cookie: JSESSIONID=~k")
    assert "身份证 1101~i" in kept.decode()
    assert b"; Path=/\r\n" in kept
    assert b"@example.cn" in kept


def test_tokens_count_distinct_values_and_show_a_masked_sample() -> None:
    data = f"身份证 {IDENTITY} 又 {IDENTITY} 和 {OTHER} 手机 13800000000".encode()
    found = list(tokens(reduce_bytes(data, KEY)))
    people = [one for one in found if one.kind == "identity_number"]
    assert len(people) == 3
    assert len({one.identity for one in people}) == 2
    assert people[0].masked == "1101" + "*" * 10 + "002X"
    assert [one.masked for one in found if one.kind == "mobile_number"] == ["138" + "*" * 6 + "00"]


def test_another_key_gives_other_tokens_and_the_same_key_the_same() -> None:
    assert reduce_bytes(PAGE, KEY) == reduce_bytes(PAGE, KEY)
    assert reduce_bytes(PAGE, KEY) != reduce_bytes(PAGE, b"another key")


def test_reducing_twice_changes_nothing() -> None:
    once = reduce(page(), KEY)
    assert reduce(once, KEY) == once
    assert reduce(from_bytes(once.to_bytes()), b"another key") == from_bytes(once.to_bytes())


def test_a_device_cannot_plant_tokens() -> None:
    fake = b"HTTP/1.1 200 OK\r\n\r\n4501~iabcdefgh0012 and 138~mabcd00"
    assert list(tokens(reduce_bytes(fake, KEY))) == []


def test_communities_leave_both_ways_and_the_message_keeps_its_form() -> None:
    inside = bytes.fromhex("02010104066d79736e6d70a00b0204000000010201000201003000")
    message = b"\x30" + bytes((len(inside),)) + inside
    kept = reduce_bytes(message, KEY)
    assert b"mysnmp" not in kept
    assert len(kept) == len(message)
    assert kept[:7] == message[:7]
    assert kept[13:] == message[13:]


def test_private_keys_and_login_commands_leave() -> None:
    pem = b"-----BEGIN RSA PRIVATE KEY-----\nMIIcanary\n-----END RSA PRIVATE KEY-----"
    assert b"MIIcanary" not in reduce_bytes(pem, KEY)
    assert b"canary" not in reduce_bytes(b"USER a\r\nPASS canary\r\n", KEY)


def test_short_secrets_become_stars() -> None:
    assert token("secret", b"ab", KEY) == b"**"
    assert len(token("secret", b"abc", KEY)) == 3


def test_binary_answers_are_left_alone() -> None:
    """Names of algorithms behind length bytes look like mail addresses; a certificate may hold any bytes."""
    data = b"\x00\x00\x00\x1ccurve25519-sha256@libssh.org\x00password=abcdef"
    assert reduce_bytes(data, KEY) == data


@given(st.binary(max_size=300), st.sampled_from(CANARIES), st.booleans())
def test_any_bytes_keep_their_length(data: bytes, canary: str, http: bool) -> None:
    whole = (b"HTTP/1.1 200 OK\r\n\r\n" if http else b"") + data + b" " + canary.encode() + b" " + data
    assert len(reduce_bytes(whole, KEY)) == len(whole)


def test_a_value_cannot_hide_across_two_chunks() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = "身份证 110105194912".encode()
    data = head + f"{len(body):x}\r\n".encode() + body + b"\r\n9\r\n31002X ok\r\n0\r\n\r\n"
    kept = reduce_bytes(data, KEY)
    assert len(kept) == len(data)
    assert b"194912" not in kept
    assert kept.endswith(b" ok\r\n0\r\n\r\n")
