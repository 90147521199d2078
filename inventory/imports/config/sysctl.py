"""Linux kernel settings: sysctl.conf and sysctl.d."""

import re

from inventory.configuration import Family, Reading
from inventory.imports.dialects.service import ServiceNotes, settings

NAME = re.compile(r"-?(net|kernel|fs|vm|dev|user|abi|debug|sunrpc|crypto)([./][\w*:-]+)+")
SWITCHES = {
    "net.ipv4.ip_forward": "ip_forward",
    "net.ipv4.conf.all.forwarding": "ip_forward",
    "net.ipv4.conf.all.accept_redirects": "accept_redirects",
    "net.ipv4.conf.default.accept_redirects": "accept_redirects",
    "net.ipv4.conf.all.send_redirects": "send_redirects",
    "net.ipv4.conf.default.send_redirects": "send_redirects",
    "net.ipv4.conf.all.accept_source_route": "accept_source_route",
    "net.ipv4.conf.default.accept_source_route": "accept_source_route",
}
NUMBERS = {
    "net.ipv4.conf.all.rp_filter": "reverse_path_filter",
    "net.ipv4.tcp_syncookies": "syn_cookies",
    "kernel.randomize_va_space": "address_space_randomisation",
    "kernel.kptr_restrict": "kernel_pointers_hidden",
    "fs.suid_dumpable": "core_dumps_of_setuid",
}


def read(text: str, file: str) -> Reading:
    """Pure. A later line replaces an earlier one, except that one risky switch of `all` and `default` counts."""
    notes = ServiceNotes("sysctl", file)
    for item in settings(text, comments="#;", separator=r"\s*=\s*"):
        notes.line(item.line, known=bool(NAME.fullmatch(item.name)))
        name = item.name.lstrip("-").replace("/", ".")
        value = item.value.split()[0] if item.value.split() else ""
        if not value.isdecimal() or len(value) > 6:
            continue
        if name in SWITCHES:
            notes.worst("sysctl", SWITCHES[name], value != "0", item.line)
        elif name in NUMBERS:
            notes.put("sysctl", NUMBERS[name], int(value), item.line)
        elif name == "net.ipv4.conf.all.log_martians":
            notes.put("sysctl", "log_martians", value != "0", item.line)
    return notes.reading()


FAMILY = Family(
    name="sysctl",
    kind="service",
    vendor="linux",
    marks=((r"^\s*#?\s*-?(net\.ipv[46]|kernel|fs|vm)\.[\w.-]+\s*=", 5), (r"^\s*-?net\.ipv4\.(conf|tcp_)\S*\s*=", 3)),
    read=read,
    file_names=("sysctl.conf",),
    layer="operating_system",
)
