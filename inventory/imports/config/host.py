"""A host in one text: files and the output of commands one after the other, each below a line `==> NAME <==`.

`tail -n +1 FILE…` writes files in this form, and a loop of `echo "==> $command <=="; $command` the commands. Every section is
read by its own reader, and what they say of the host is one row, so that rules may hold several settings together.
"""

import re
from collections.abc import Callable, Iterator

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.config.login_defs import FAMILY as ACCOUNTS
from inventory.imports.config.rsyslog import FAMILY as LOGGING
from inventory.imports.config.sysctl import FAMILY as KERNEL
from inventory.imports.dialects.service import ServiceNotes, unquote
from inventory.overseas import is_source

HEADING = re.compile(r"==> (\S.{0,200}?) <==\s*")
TABLE = "host_config"
DAYS = {"daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
Lines = list[tuple[int, str]]


def sections(text: str) -> Iterator[tuple[str, Lines]]:
    """Name and numbered lines of each section; what stands before the first heading is left out."""
    name, lines = "", Lines()
    for number, raw in enumerate(split_lines(text), 1):
        heading = HEADING.fullmatch(raw.strip())
        if heading is None:
            lines.append((number, raw.strip()))
            continue
        if name:
            yield name, lines
        name, lines = heading[1], []
    if name:
        yield name, lines


def pairs(lines: Lines, mark: str = "=") -> Iterator[tuple[int, str, str]]:
    """(line, name in lower case, value without quotes) of `name = value` lines."""
    for number, line in lines:
        if line and not line.startswith(("#", ";")):
            name, found, value = line.partition(mark)
            if found:
                yield number, name.strip().lower(), unquote(value.strip())


def release(notes: ServiceNotes, lines: Lines) -> None:
    """os-release(5)."""
    columns = {"id": "os_id", "pretty_name": "os_name", "version_id": "os_version", "id_like": "os_like"}
    said = list(pairs(lines))
    for number, name, value in said:
        if name in columns:
            notes.put(TABLE, columns[name], value[:128], number)
    if said and "id_like" not in {name for _, name, _ in said}:
        notes.put(TABLE, "os_like", "", said[0][0])  # it is whole, and names no system that it is like


def kernel(notes: ServiceNotes, lines: Lines) -> None:
    """`uname -a`: the third word is the release."""
    for number, line in lines[:1]:
        words = line.split()
        notes.put(TABLE, "kernel", words[2][:64] if len(words) > 3 else None, number)
        machine = next(
            (
                word
                for word in words[3:]
                if re.fullmatch(r"x86_64|i686|aarch64|\w*64el|loongarch64|sw_64|riscv64", word)
            ),
            None,
        )
        notes.put(TABLE, "architecture", machine, number)


def processor(notes: ServiceNotes, lines: Lines) -> None:
    """/proc/cpuinfo or lscpu: the first model name."""
    named = [(number, value) for number, name, value in pairs(lines, ":") if name == "model name" and value]
    for number, value in named[:1]:
        notes.put(TABLE, "processor", value[:128], number)


def lockout(notes: ServiceNotes, lines: Lines) -> None:
    """faillock.conf(5)."""
    for number, name, value in pairs(lines):
        if value.isdecimal() and name == "deny":
            notes.put(TABLE, "login_tries", int(value[:6]), number)
        elif value.isdecimal() and name == "unlock_time":
            notes.put(TABLE, "lock_minutes", int(value[:8]) // 60, number)


def accounts(notes: ServiceNotes, lines: Lines) -> None:
    """passwd(5): accounts with user id 0 besides root, and those whose field of the password is empty."""
    rows = [(number, line.split(":")) for number, line in lines if line.count(":") >= 6]
    roots = [number for number, fields in rows if fields[2] == "0" and fields[0] != "root"]
    for number, _ in rows[:1]:
        notes.put(TABLE, "extra_root", len(roots), roots[0] if roots else number)
    for number, fields in rows:
        if not fields[1]:
            notes.put(TABLE, "empty_passwords", 1, number)


def passwords(notes: ServiceNotes, lines: Lines) -> None:
    """`passwd -S -a`: NP is an account without a password."""
    rows = [(number, line.split()) for number, line in lines if len(line.split()) >= 2]
    empty = [number for number, words in rows if words[1] == "NP"]
    for number, _ in rows[:1]:
        notes.put(TABLE, "empty_passwords", len(empty), empty[0] if empty else number)


def auditing(notes: ServiceNotes, lines: Lines) -> None:
    """`systemctl is-enabled auditd`."""
    for number, line in lines[:1]:
        notes.put(TABLE, "audit_enabled", {"enabled": True, "disabled": False, "masked": False}.get(line), number)


def rotation(notes: ServiceNotes, lines: Lines) -> None:
    """logrotate.conf(5): what its own part, before the first block, says."""
    days, number = 0, 0
    for line_number, line in lines:
        words = line.split()
        if "{" in line:
            break
        if words[:1] and words[0] in DAYS:
            days = DAYS[words[0]]
        elif len(words) == 2 and words[0] == "rotate" and words[1].isdecimal():
            number = line_number
            count = int(words[1][:5])
    if days and number:
        notes.put(TABLE, "log_days", days * count, number)


def ruleset(notes: ServiceNotes, lines: Lines) -> None:
    """`nft list ruleset`, nftables.conf: a base chain on input, and its policy."""
    text = [(number, line) for number, line in lines if line and not line.startswith("#")]
    hooks = [(number, line) for number, line in text if "hook input" in line]
    for number, line in hooks[:1]:
        notes.put(TABLE, "firewall_enabled", True, number)
        notes.put(TABLE, "default_deny", "policy drop" in line, number)
    if not text and lines:
        notes.put(TABLE, "firewall_enabled", False, lines[0][0])
        notes.put(TABLE, "default_deny", False, lines[0][0])


def packet_filter(notes: ServiceNotes, lines: Lines) -> None:
    """`iptables -S`."""
    policies = [(number, line.split()[2]) for number, line in lines if re.match(r"-P INPUT \S+", line)]
    for number, policy in policies[:1]:
        ruled = any(line.startswith("-A INPUT") for _, line in lines)
        notes.put(TABLE, "firewall_enabled", ruled or policy == "DROP", number)
        notes.put(TABLE, "default_deny", policy == "DROP", number)


def sources(notes: ServiceNotes, lines: Lines) -> None:
    """sources.list(5), *.sources, *.repo: package sources outside the mainland, as far as all of them are known."""
    urls = [
        (number, url)
        for number, line in lines
        if not line.startswith("#")
        for url in re.findall(r"[a-z+]+://[^\s,;]+|(?<=\s)file:\S+", " " + line)
    ]
    abroad = [(number, is_source(url)) for number, url in urls]
    known = sum(one is True for _, one in abroad)
    row = notes.rows.get((TABLE, "none", 0))
    before = int(row[0].get("repositories_overseas", 0)) if row is not None else 0
    if abroad and (known or all(one is False for _, one in abroad)):
        number = next((number for number, one in abroad if one), abroad[0][0])
        notes.put(TABLE, "repositories_overseas", before + known, number)


SECTIONS: tuple[tuple[re.Pattern[str], Callable[[ServiceNotes, Lines], None]], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r".*/os-release", release),
        (r"uname( -\w+)*", kernel),
        (r"/proc/cpuinfo|lscpu", processor),
        (r".*/faillock\.conf", lockout),
        (r"/etc/passwd", accounts),
        (r"passwd -S -a|passwd -Sa", passwords),
        (r"systemctl is-enabled auditd(\.service)?", auditing),
        (r".*/logrotate\.conf", rotation),
        (r"nft list ruleset|.*/nftables\.conf", ruleset),
        (r"iptables -S", packet_filter),
        (r".*/sources\.list|.*/(sources\.list|yum\.repos)\.d/.*", sources),
    )
)
OTHERS = (
    (re.compile(r".*/(login\.defs|pwquality\.conf)"), ACCOUNTS),
    (re.compile(r".*/(rsyslog\.conf|rsyslog\.d/.*)"), LOGGING),
    (re.compile(r".*/(sysctl\.conf|sysctl\.d/.*)"), KERNEL),
)


def read(text: str, file: str) -> Reading:
    """Pure. Lines of a section that nobody reads are not understood; an address of a package source is never kept apart from
    its line."""
    notes = ServiceNotes("host", file)
    for name, lines in sections(text):
        reader = next((one for pattern, one in SECTIONS if pattern.fullmatch(name)), None)
        other = next((family for pattern, family in OTHERS if pattern.fullmatch(name)), None)
        if other is not None:
            _take(notes, other, lines)
            continue
        for number, line in lines:
            if line:
                notes.line(number, known=reader is not None)
        if reader is not None:
            reader(notes, lines)
    return notes.reading()


def _take(notes: ServiceNotes, family: Family, lines: Lines) -> None:
    """What another family reads from a section, on the lines of the whole text."""
    if not lines:
        return
    first = lines[0][0] - 1
    reading = family.read("\n".join(line for _, line in lines), notes.file)
    for row in reading.rows:
        for column, value in row.values.items():
            notes.put(row.table, column, value, first + row.lines[column][0], row.port, row.transport)
    missed = set(reading.not_understood)
    for number, line in enumerate((line for _, line in lines), 1):
        if line and not line.startswith(("#", ";")):
            notes.line(first + number, known=number not in missed)


FAMILY = Family(
    name="host",
    kind="service",
    vendor="linux",
    marks=((r"^==> (/etc/\S+|/proc/cpuinfo|uname.*|passwd -S.*|systemctl .*|nft .*|iptables -S) <==", 30),),
    read=read,
    layer="operating_system",
)
