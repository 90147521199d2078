"""Cisco ASA and PIX."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect()


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "asa", "cisco", dialect())


FAMILY = Family(
    name="asa",
    kind="device",
    vendor="cisco",
    marks=(
        (r"^: (Saved|Hardware)|^ASA Version ", 10),
        (r"^nameif |^ nameif ", 5),
        (r"^ security-level \d", 5),
        (r"^same-security-traffic ", 5),
        (r"^access-group \S+ in interface ", 5),
        (r"^asdm ", 5),
        (r"^aaa authentication \S+ console ", 6),
        (r"^aaa-server ", 5),
        (r"^logging (host|asdm) (\w[\w-]* |\w)", 2),
        (r"^hostname \S", 2),
        (r"^object network ", 3),
        (r"^tunnel-group |^group-policy ", 4),
        (r"^class-map inspection_default|^policy-map global_policy", 5),
        (r"^(ssh|telnet|http) \d+\.\d+\.\d+\.\d+ \d+\.\d+", 4),
        (r"^passwd \S+ encrypted|^enable password \S+ (encrypted|pbkdf2)", 4),
    ),
    read=read,
)
