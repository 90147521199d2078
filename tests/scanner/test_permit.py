"""No permit, no packet: what the permit does not say is refused, and a permit with an error is not used at all."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import PermitError
from scanner.permit import ACTS, Permit
from scanner.permit_file import load_permit, parse_permit

GOOD = """\
format: chengjian-permit/1
id: T-1
issuer: {organisation: 测试局, authorised_by: 甲}
contact: 0771-0000000
environment: lab
valid_from: 2026-03-01T00:00
valid_to: 2026-03-31
hours:
  - {days: [mon, tue, wed, thu, fri], from: "22:00", to: "06:00"}
networks: [10.45.1.0/24, 10.45.2.0/24]
exclusions: [10.45.1.99]
zones:
  - {name: office, networks: [10.45.1.0/24], classes: {server: 2, camera: 1}}
  - {name: plant, networks: [10.45.2.0/25], classes: {ot: 1, printer: 0}}
acts: [listed-community]
denied_ports: [8291]
"""
NIGHT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # Wednesday 23:00 in Shanghai


def permit(text: str = GOOD) -> Permit:
    return parse_permit(text.encode(), "p.yaml")


@pytest.mark.parametrize(
    ("question", "allowed", "word"),
    [
        (("10.45.1.7", 80, NIGHT, 2, "server"), True, "allowed"),
        (("10.45.1.7", 80, NIGHT, 3, "server"), False, "intensity"),
        (("10.45.1.7", 80, NIGHT, 2, None), False, "intensity"),  # unknown: as the camera
        (("10.45.1.7", 80, NIGHT, 2, "medical"), False, "intensity"),  # unlisted: as the camera
        (("10.45.1.7", 80, NIGHT, 1, None), True, "allowed"),
        (("10.45.1.99", 80, NIGHT, 1, "server"), False, "excluded"),
        (("10.45.3.1", 80, NIGHT, 1, "server"), False, "outside"),
        (("10.45.2.200", 80, NIGHT, 1, "ot"), False, "outside"),  # permitted network, but in no zone
        (("10.45.2.5", 502, NIGHT, 1, "ot"), True, "allowed"),
        (("10.45.1.7", 502, NIGHT, 1, "server"), False, "port"),
        (("10.45.1.7", 9100, NIGHT, 1, "server"), False, "port"),
        (("10.45.1.7", 8291, NIGHT, 1, "server"), False, "port"),
        (("10.45.2.5", 80, NIGHT, 1, "printer"), False, "intensity"),
        (("10.45.1.7", 80, NIGHT + timedelta(hours=8), 1, "server"), False, "hours"),
        (("10.45.1.7", 80, NIGHT + timedelta(days=60), 1, "server"), False, "expired"),
        (("10.45.1.7", 80, NIGHT - timedelta(days=60), 1, "server"), False, "not yet valid"),
        (("10.45.1.7", 161, NIGHT, 1, "server", "listed-community"), True, "allowed"),
        (("10.45.1.7", 21, NIGHT, 1, "server", "anonymous-session"), False, "act"),
        (("::ffff:10.45.1.7", 80, NIGHT, 1, "server"), False, "address"),
        (("224.0.0.1", 80, NIGHT, 1, "server"), False, "address"),
        (("office.example", 80, NIGHT, 1, "server"), False, "address"),
    ],
)
def test_decides_and_says_why(question: tuple[object, ...], allowed: bool, word: str) -> None:
    decision = permit().decide(*question)  # type: ignore[arg-type]
    assert decision.allowed is allowed
    assert decision.why.startswith(word)


@pytest.mark.parametrize(
    ("hour", "day", "inside"),
    [(22, 4, True), (21, 4, False), (5, 5, True), (6, 5, False), (5, 7, True), (23, 7, False), (5, 9, False)],
)
def test_a_window_over_midnight_belongs_to_the_day_it_starts_on(hour: int, day: int, inside: bool) -> None:
    local = datetime(2026, 3, day, hour, 0, tzinfo=permit().zone_info)
    assert permit().when(local).allowed is inside


def test_a_bare_last_day_is_allowed_to_its_end() -> None:
    last = datetime(2026, 3, 31, 23, 30, tzinfo=permit().zone_info)
    assert permit().when(last).allowed
    assert not permit().when(last + timedelta(hours=1)).allowed


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        ("valid_from: 2026-03-01T00:00", "valid_from: 2026-13-01", 6, "valid_from", "not a date"),
        ("valid_to: 2026-03-31", "valid_to: 2025-03-31", 7, "valid_to", "later than"),
        ("acts:", "akts:", 15, "akts", "unknown key"),
        ("networks: [10.45.1.0/24, 10.45.2.0/24]\n", "networks: []\n", 10, "networks", "empty"),
        ("networks: [10.45.1.0/24, 10.45.2.0/24]\n", "networks:\n", 10, "networks", "must be a list"),
        ("10.45.1.0/24, 10.45.2.0/24", "10.45.1.0/24, 10.45.1.0/24", 10, "networks", "written twice"),
        ("10.45.1.0/24, 10.45.2.0/24", "10.45.0.0/16, 10.45.1.0/24", 10, "networks", "overlaps"),
        ("10.45.1.0/24, 10.45.2.0/24", "10.45.1.0/24, 10.45.2.9/24", 10, "networks.1", "10.45.2.0/24"),
        ("networks: [10.45.2.0/25]", "networks: [10.45.1.128/25]", 12, "zones", "overlaps"),
        ("networks: [10.45.2.0/25]", "networks: [10.46.2.0/25]", 12, "zones", "not within"),
        ("name: plant", "name: office", 12, "zones", "written twice"),
        ("contact: 0771-0000000\n", "", 1, "contact", "missing"),
        ("id: T-1\n", "id: T-1\nid: T-2\n", 3, "id", "written twice"),
        ("camera: 1", "camera: 4", 13, "zones.0.classes.camera", "less than or equal to 3"),
        ("camera: 1", "kamera: 1", 13, "zones.0.classes", "not a device class"),
        ("[listed-community]", "[guess-passwords]", 15, "acts.0", "not an act"),
        ('from: "22:00"', 'from: "25:00"', 9, "hours.0.from", "time of day"),
        ("environment: lab", "environment: test", 5, "environment", "lab"),
        ("environment: lab", "timezone: Asia/Nanning", 5, "timezone", "time zone"),
        ("denied_ports: [8291]", "denied_ports: [0]", 16, "denied_ports.0", "greater than or equal"),
        ("denied_ports: [8291]", "denied_ports: [8291", 17, "", "not valid YAML"),
        ("format: chengjian-permit/1", "format: chengjian-permit/9", 1, "format", "chengjian-permit/1"),
    ],
)
def test_an_error_names_file_line_and_field(old: str, new: str, line: int, field: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(PermitError) as caught:
        permit(GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith(f"p.yaml:line {line}")
    assert field in message
    assert says in message
    assert "\n" not in message


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(PermitError, match="cannot be read"):
        load_permit(tmp_path / "none.yaml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_permit_or_one_clear_error(data: bytes) -> None:
    with pytest.raises(PermitError):
        parse_permit(data, "p.yaml")


addresses = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address) | st.integers(0, 2**10 - 1).map(
    lambda low: ipaddress.IPv4Address((10 << 24) + low)
)


@st.composite
def permits(draw: st.DrawFn) -> Permit:
    """Random permits on 10.0.0.0/22 and far away, so that targets fall inside, outside, and on the edges."""
    parts = [ipaddress.ip_network((10 << 24) + (position << 6)).supernet(new_prefix=26) for position in range(16)]
    chosen = draw(st.lists(st.sampled_from(parts), min_size=1, max_size=6, unique=True))
    zones = [
        {
            "name": f"z{position}",
            "networks": [str(network)],
            "classes": draw(
                st.dictionaries(
                    st.sampled_from(["server", "ot", "camera", "printer"]), st.integers(0, 3), min_size=1, max_size=3
                )
            ),
        }
        for position, network in enumerate(chosen)
        if position == 0 or draw(st.booleans())
    ]
    scope = [str(network) for network in chosen if any(str(network) in zone["networks"] for zone in zones)]
    return Permit.model_validate(
        {
            "format": "chengjian-permit/1",
            "id": "r",
            "issuer": {"organisation": "o", "authorised_by": "a"},
            "contact": "c",
            "valid_from": "2026-03-01T00:00",
            "valid_to": "2026-03-31",
            "networks": scope,
            "exclusions": [str(draw(addresses)) for _ in range(draw(st.integers(0, 5)))],
            "zones": zones,
            "acts": draw(st.lists(st.sampled_from(ACTS), unique=True)),
            "denied_ports": draw(st.lists(st.integers(1, 65535), max_size=3, unique=True)),
        }
    )


@given(
    permits(),
    st.lists(addresses, min_size=1, max_size=40),
    st.integers(1, 65535),
    st.integers(1, 3),
    st.sampled_from([None, "server", "ot", "camera", "medical", "printer"]),
    st.sampled_from(["", *ACTS]),
    st.datetimes(datetime(2026, 2, 1), datetime(2026, 5, 1)),  # noqa: DTZ001
)
def test_nothing_outside_passes(
    given_permit: Permit,
    targets: list[ipaddress.IPv4Address],
    port: int,
    intensity: int,
    device_class: str | None,
    act: str,
    moment: datetime,
) -> None:
    """The gate against an independent statement of what is inside, in integers."""
    at = moment.replace(tzinfo=UTC)
    scope = [(int(n.network_address), int(n.broadcast_address)) for n in given_permit.networks]
    excluded = {int(n.network_address) for n in given_permit.exclusions}
    for target in targets:
        if not given_permit.decide(str(target), port, at, intensity, device_class, act).allowed:
            continue
        number = int(target)
        assert any(low <= number <= high for low, high in scope)
        assert number not in excluded
        assert port not in given_permit.denied_ports
        assert not act or act in given_permit.acts
        zone = next(z for z in given_permit.zones if any(target in n for n in z.networks))
        assert intensity <= zone.classes.get(device_class or "", min(zone.classes.values()))
        assert datetime(2026, 2, 28, 16, tzinfo=UTC) <= at <= datetime(2026, 3, 31, 16, tzinfo=UTC)
