"""Net-SNMP agent: snmpd.conf (snmpd.conf(5))."""

import re

from inventory.configuration import Family, Reading
from inventory.imports.dialects.device import is_default_community
from inventory.imports.dialects.service import ServiceNotes, Setting, settings

KNOWN_WORDS = """
agentaddress agentxsocket agentxperms agentxtimeout agentxretries authtrapenable authcommunity authgroup authuser
access com2sec com2sec6 com2secunix createuser defaultmonitors defvacmusers disk dlmod dontlogtcpwrappersconnects
engineid enginetype exec execfix extend file group ignoredisk includealldisks includealldisk includedir includefile
informsink iquerysecname interface interface_fadeout leave_pidfile linkupdownnotifications load master
maxgetbulkrepeats maxgetbulkresponses monitor notificationevent notify notifyfilter ntpoverride oldengineid override
pass pass_persist perl proc procfix procnamechange proxy rocommunity rocommunity6 rouser rwcommunity rwcommunity6
rwuser setaccess setevent sh skipnfsinhostresources smuxpeer smuxsocket swap sysdescr syscontact syslocation sysname
sysobjectid sysservices targetaddr targetparams trap2sink trapcommunity trapsess trapsink view veto agentuser
agentgroup persistentdir iquerysecname trapstoredb outputoption logtimestamp storage storageusenfs realstorageunits
usmuser backtrap mibs mibdirs strategy dontprintunits ucdavis cachetime agentsecname v1trapaddress
"""
KNOWN = frozenset(KNOWN_WORDS.split())
PORT = 161


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("snmpd", file)
    found = list(settings(text, separator=r"\s+"))
    local = _answers_itself_alone(found)
    for item in found:
        notes.line(item.line, known=item.name in KNOWN)
        words = item.value.split()
        if item.name in ("rocommunity", "rwcommunity", "rocommunity6", "rwcommunity6") and words:
            limited = len(words) > 1 and words[1] not in ("default", "0.0.0.0/0", "::/0")
            _community(notes, words[0], item.line, local, writes=item.name.startswith("rw"), limited=limited)
        elif item.name in ("com2sec", "com2sec6") and len(words) >= 3:
            words = words[2:] if words[0] == "-Cn" else words
            if len(words) >= 3:
                limited = words[1] not in ("default", "0.0.0.0/0", "::/0")
                _community(notes, words[2], item.line, local, writes=False, limited=limited)
        elif item.name == "createuser" and len(words) > 1:
            upper = [word.upper() for word in words]
            notes.worst("snmp", "weak_authentication", "MD5" in upper, item.line, PORT, "udp")
            notes.worst("snmp", "weak_privacy", "DES" in upper, item.line, PORT, "udp")
            notes.put("snmp", "v3", True, item.line, PORT, "udp")
        elif item.name in ("rouser", "rwuser") and words:
            words = words[2:] if words[0] == "-s" else words
            level = words[1].lower() if len(words) > 1 else "auth"
            notes.put("snmp", "v3", True, item.line, PORT, "udp")
            notes.worst("snmp", "unauthenticated_level", level == "noauth", item.line, PORT, "udp")
            notes.worst("snmp", "unencrypted_level", level in ("auth", "noauth"), item.line, PORT, "udp")
        elif item.name == "sysname":
            notes.name = item.value
    users = [item.line for item in found if item.name in ("rouser", "rwuser")]
    elsewhere = ("rocommunity", "rwcommunity", "com2sec", "authcommunity", "include")
    if users and not any(item.name.startswith(elsewhere) for item in found):
        notes.put("snmp", "plain_versions", False, users[0], PORT, "udp")
        notes.put("snmp", "write_community", False, users[0], PORT, "udp")
    return notes.reading()


def _answers_itself_alone(found: list[Setting]) -> bool:
    """Whether every address that the agent is told to listen on is the loopback."""
    addresses = [
        part for item in found if item.name == "agentaddress" for part in item.value.split(",") if part.strip()
    ]
    return bool(addresses) and all(ON_LOOPBACK.fullmatch(part.strip()) for part in addresses)


ON_LOOPBACK = re.compile(
    r"(?:(?:udp6?|tcp6?|dtlsudp6?|tlstcp6?):)?(?:127\.[\d.]+|localhost|\[?::1\]?)(?::\d+)?|unix:.*", re.IGNORECASE
)


def _community(notes: ServiceNotes, text: str, line: int, local: bool, *, writes: bool, limited: bool) -> None:
    default = is_default_community(text)
    notes.interest("snmp_community", line)
    if default:
        notes.interest("snmp_default_string", line)
    if local:  # nobody on the network can use it
        return
    for column, value in (
        ("plain_versions", True),
        ("default_community", default),
        ("write_community", writes),
        ("default_write_community", default and writes),
    ):
        notes.worst("snmp", column, value, line, PORT, "udp")
    row = notes.rows[("snmp", "udp", PORT)]
    if row[0].get("access_limited") is not False:
        notes.put("snmp", "access_limited", limited, line, PORT, "udp")


FAMILY = Family(
    name="snmpd",
    kind="service",
    vendor="net-snmp",
    marks=(
        (r"^\s*#?\s*r[ow]community6?\s", 5),
        (
            r"^\s*(agentAddress|agentaddress|com2sec|createUser|rouser|rwuser|sysLocation|syslocation|sysServices|master\s+agentx)\s*",
            4,
        ),
        (r"(?i)snmpd\.conf", 3),
    ),
    read=read,
    file_names=("snmpd.conf",),
    layer="network",
)
