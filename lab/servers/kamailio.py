"""Kamailio as the SIP server of a video platform: it registers whoever comes, or asks for a digest first."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

CONFIGURATION = """\
#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
listen=udp:{address}:{port}
server_header="Server: {name}"
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
request_route {{
    if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
    if (!is_method("REGISTER")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
{guard}    save("location");
    exit;
}}
"""
GUARD = """\
    if (!pv_auth_check("{realm}", "lab-Sip-4500", "0", "0")) {{ auth_challenge("{realm}", "0"); exit; }}
"""


@dataclass(frozen=True)
class Settings:
    """`auth`: REGISTER is challenged; `realm` is the code of the centre (GB/T 28181 annex E)."""

    auth: bool = True
    realm: str = "4508000000"
    name: str = "kamailio"


def setup(settings: Settings, place: Place) -> Setup:
    config = CONFIGURATION.format(
        address=place.address,
        port=place.port,
        name=settings.name,
        guard=GUARD.format(realm=settings.realm) if settings.auth else "",
    )
    command = f"kamailio -DD -E -m 16 -M 4 -u kamailio -g kamailio -f {place.folder}/kamailio.cfg -Y /run/kamailio"
    return Setup(command, {"kamailio.cfg": config}, ("install -d -o kamailio /run/kamailio",))


SERVER = Server(5060, "sip", Settings, setup, "udp")
