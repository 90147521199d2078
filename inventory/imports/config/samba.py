"""Samba: smb.conf (smb.conf(5))."""

import re

from inventory.configuration import Family, Reading
from inventory.imports.dialects.service import ServiceNotes, settings, without_comment, yes

NAME = re.compile(r"[a-z][a-z0-9 :_-]*")
DIALECTS = {"core": 0x0100, "coreplus": 0x0100, "lanman1": 0x0100, "lanman2": 0x0100, "nt1": 0x0100, "smb2": 0x0202, "smb2_02": 0x0202, "smb2_10": 0x0210, "smb3": 0x0300, "smb3_00": 0x0300, "smb3_02": 0x0302, "smb3_11": 0x0311}  # fmt: skip
PORT = 445


def read(text: str, file: str) -> Reading:
    """Pure. `public` and `guest ok` are the same, `writeable` is the contrary of `read only`."""
    notes = ServiceNotes("samba", file)
    mapped = 0
    for item in settings(_with_equal(text), comments="#;", separator=r"\x00", sections=True):
        name = " ".join(item.name.replace("\x01", " ").split())
        value = without_comment(item.value)
        notes.line(item.line, known=bool(NAME.fullmatch(name)) or name.startswith("["))
        if item.section == "global":
            if name in ("server min protocol", "min protocol") and value.lower() in DIALECTS:
                notes.put("smb", "oldest_dialect", DIALECTS[value.lower()], item.line, PORT)
                notes.put("smb", "v1", DIALECTS[value.lower()] == 0x0100, item.line, PORT)
            elif name == "server signing":
                notes.put(
                    "smb",
                    "signing_required",
                    value.lower() in ("mandatory", "required", "force", "forced"),
                    item.line,
                    PORT,
                )
            elif name == "map to guest":
                mapped = item.line if value.lower() != "never" else 0
            elif name in ("server smb encrypt", "smb encrypt"):
                notes.put(
                    "smb",
                    "encryption",
                    value.lower() in ("required", "mandatory", "desired", "if_required"),
                    item.line,
                    PORT,
                )
            elif name == "netbios name":
                notes.name = value
        elif name in ("guest ok", "public") and item.section not in ("print$", "printers"):
            on = yes(value)
            if on is not None:
                notes.worst("smb", "null_session", on, item.line, PORT)
                if on and mapped:
                    notes.rows[("smb", "tcp", PORT)][1]["null_session"].append(mapped)
    return notes.reading()


def _with_equal(text: str) -> str:
    """Names of this family hold spaces: the first `=` parts name and value."""
    return re.sub(
        r"(?m)^([ \t]*)([A-Za-z][^=\n\[#;]*?)[ \t]*=[ \t]*",
        lambda found: found[1] + found[2].replace(" ", "\x01") + "\x00",
        text,
    )


FAMILY = Family(
    name="samba",
    kind="service",
    vendor="samba",
    marks=(
        (r"^\s*\[(global|homes|printers|print\$)\]", 5),
        (
            r"^\s*[#; ]?\s*(workgroup|server string|guest ok|map to guest|passdb backend|writeable|browseable|read only)\s*=",
            4,
        ),
    ),
    read=read,
    file_names=("smb.conf",),
    layer="application",
)
