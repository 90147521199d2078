"""Time keeping: chrony.conf and ntp.conf."""

from inventory.configuration import Family
from inventory.imports.dialects.service import ServiceNotes, Setting, simple_reader

KNOWN_WORDS = """
server pool peer refclock driftfile makestep rtcsync hwtimestamp minsources allow deny local keyfile authselectmode
ntsdumpdir ntstrustedcerts leapsectz logdir log maxupdateskew rtcfile rtcdevice bindaddress bindcmdaddress cmdallow
cmddeny cmdport port acquisitionport confdir sourcedir dumpdir dumponexit user sched_priority lock_all mailonchange
logchange clientloglimit noclientlog ratelimit smoothtime initstepslew maxdistance maxsamples minsamples
stratumweight generatecommandkey commandkey corrtimeratio fallbackdrift maxclockerror nocerttimecheck ntsserverkey
ntsservercert include hwclockfile manual maxchange restrict interface statsdir statistics filegen tos tinker fudge
keys trustedkey requestkey controlkey disable enable broadcast broadcastclient crypto includefile leapfile logfile
leapsecmode ntpsigndsocket ptpport
"""
KNOWN = frozenset(KNOWN_WORDS.split())


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """Time servers, whether status queries are answered, and whether mode 7 monitoring is left on."""
    servers = [
        item for item in found if item.name in ("server", "pool", "peer") and not item.value.startswith("127.127.")
    ]
    for item in servers:
        notes.put("host_config", "time_servers", len(servers), item.line)
        notes.interest("ntp_server", item.line)
    if servers:
        notes.rows[("host_config", "none", 0)][1]["time_servers"] = [item.line for item in servers]
        secured = [item for item in servers if " nts" in f" {item.value}" or " key " in f" {item.value} "]
        notes.put("ntp", "authentication", len(secured) == len(servers), (secured or servers)[0].line, 123, "udp")
    for item in found:
        if item.name == "restrict" and "default" in item.value.split():
            notes.put("ntp", "control_open", "noquery" not in item.value.split(), item.line, 123, "udp")
        if item.name in ("disable", "enable") and "monitor" in item.value.split():
            notes.put("ntp", "monitor_open", item.name == "enable", item.line, 123, "udp")


FAMILY = Family(
    name="chrony",
    kind="service",
    vendor="chrony",
    marks=(
        (r"^\s*(pool|server) \S+.* (iburst|nts|prefer)", 4),
        (r"^\s*(driftfile|makestep|rtcsync|leapsectz|keyfile|statsdir|restrict default)\b", 4),
    ),
    read=simple_reader("chrony", KNOWN, look, comments="#!;%", separator=r"\s+"),
    file_names=("chrony.conf", "ntp.conf"),
    layer="time",
)
