"""Devices in the field, names and time: the clients of net-snmp, mosquitto, BIND, libcoap, sipsak, and of PyPI's industrial servers."""

from lab.city import Host, Service
from lab.confirmation import Confirmation, Words, typed
from lab.confirmations.login import nmap

# chronyd asks without touching the clock, chronyc tells what was answered
CHRONY = """\
work=$(mktemp -d)
printf 'server %s iburst maxsamples 4 minpoll 0 maxpoll 1\\nbindcmdaddress %s/told\\ncmdport 0\\npidfile %s/pid\\n' "$1" "$work" "$work" >"$work/conf"
chronyd -x -d -u root -f "$work/conf" >/dev/null 2>&1 & asking=$!
sleep 6; chronyc -h "$work/told" ntpdata "$1"; kill $asking
"""
PYTHON = ("env", "PYTHONPATH=/opt/python", "timeout", "20", "python3", "-c")
# its library wants an authority: the one that the server itself shows
MQTT_INSIDE = """\
where=$1; shift; shown=$(mktemp)
openssl s_client -connect "$where" -showcerts </dev/null 2>/dev/null | sed -n '/BEGIN CERT/,/END CERT/p' >"$shown"
[ -s "$shown" ] && mosquitto_sub "$@" --cafile "$shown" 2>&1
"""
OPCUA = """\
import asyncio, sys
from asyncua import Client
for one in asyncio.run(Client(sys.argv[1]).connect_and_get_server_endpoints()):
    print(one.SecurityMode.name, one.SecurityPolicyUri.rpartition('#')[2], [each.TokenType.name for each in one.UserIdentityTokens])
"""
IEC104 = """\
import sys, time, c104
seen = []
def on_state(connection: c104.Connection, state: c104.ConnectionState) -> None:
    seen.append(str(state))
client = c104.Client()
link = client.add_connection(sys.argv[1], int(sys.argv[2]))
link.on_state_change(callable=on_state)
client.start(); time.sleep(3); print('states', *dict.fromkeys([*seen, str(link.state)]))
"""
MODBUS = """\
import sys
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient(sys.argv[1], port=int(sys.argv[2]))
client.connect(); print('registers', client.read_holding_registers(0, count=1).registers); client.close()
"""
S7 = """\
import sys, snap7
client = snap7.Client(); client.connect(sys.argv[1], 0, 1, int(sys.argv[2])); print('connected', client.get_connected(), flush=True)
print('level of protection', client.get_protection().bart_sch)  # it reads the list from two words too early
"""


def snmp(host: Host, service: Service) -> tuple[Words, ...]:
    asked = ("-r", "1", "-t", "2", f"{host.address}:{service.port}", "1.3.6.1.2.1.1.5.0")
    third = ("snmpget", "-v3", "-l", "noAuthNoPriv", "-u", "nobody", *asked)
    return ("snmpget", "-v2c", "-c", "public", *asked), third


def unreadable(host: Host, service: Service) -> tuple[Words, ...]:
    """Broken BER: net-snmp shows that it got an answer to the community, and drops it."""
    where = ("-r", "0", "-t", "2", f"{host.address}:{service.port}", "1.3.6.1.2.1.1.5.0")
    return (
        ("snmpget", "-d", "-v2c", "-c", "public", *where),
        ("snmpget", "-v3", "-l", "noAuthNoPriv", "-u", "nobody", *where),
    )


def mqtt(host: Host, service: Service) -> tuple[Words, ...]:
    common = ("mosquitto_sub", "-h", host.address, "-p", str(service.port), "-t", "#", "-W", "3", "-d")
    inside = ("sh", "-c", MQTT_INSIDE, "mosquitto_sub", f"{host.address}:{service.port}", *common[1:], "--insecure")
    return common, inside


def dns(host: Host, service: Service) -> tuple[Words, ...]:
    asked = ("dig", "+time=3", "+tries=1", "-p", str(service.port), f"@{host.address}")
    return (*asked, "www.lab.example"), (*asked, "chaos", "txt", "version.bind")


def coap(host: Host, service: Service) -> tuple[Words, ...]:
    where = f"coap://{host.address}:{service.port}/.well-known/core"
    return (("timeout", "8", "coap-client-notls", "-v", "7", "-B", "5", "-m", "get", where),)


def sip(host: Host, service: Service) -> tuple[Words, ...]:
    where = f"sip:lab@{host.address}:{service.port}"
    return (("timeout", "8", "sipsak", "-v", "-v", "-v", "-i", "-U", "-H", "10.45.255.1", "-s", where),)


def opcua(host: Host, service: Service) -> tuple[Words, ...]:
    return ((*PYTHON, OPCUA, f"opc.tcp://{host.address}:{service.port}"),)


def iec104(host: Host, service: Service) -> tuple[Words, ...]:
    where = f"{host.address}:{service.port}"
    inside = ("sh", "-c", 'openssl s_client -connect "$1" </dev/null 2>&1', "openssl", where)
    return (*PYTHON, IEC104, host.address, str(service.port)), inside


def ntp(host: Host, service: Service) -> tuple[Words, ...]:
    return ("sh", "-c", CHRONY, "chronyd", host.address), *nmap("ntp-info")(host, service)


def rtsp(host: Host, service: Service) -> tuple[Words, ...]:
    return (typed(host, service, f"DESCRIBE rtsp://{host.address}/ RTSP/1.0\\r\\nCSeq: 1\\r\\n"),)


def s7(host: Host, service: Service) -> tuple[Words, ...]:
    return ((*PYTHON, S7, host.address, str(service.port)),)


def words(host: Host, service: Service) -> tuple[Words, ...]:
    script = 'for word in srvr envi; do printf $word | timeout 4 curl -s --max-time 3 "telnet://$1"; echo; done'
    return (("sh", "-c", script, "curl", f"{host.address}:{service.port}"),)


ANSWERED = r"(Received \d+ byte packet from UDP[^\n]*)"
CONFIRMATIONS = (
    Confirmation(
        "snmp",
        ("broken-snmp",),
        unreadable,
        {
            "ds-snmp-default-community": {"fail": ANSWERED},
            "ds-snmp-plain-versions": {"fail": ANSWERED},
            "ds-snmp-v3-algorithms": {"not_assessed": r"(Timeout: No Response[^\n]*)"},
            "ds-snmp-v3-level": {"not_assessed": r"(Timeout: No Response[^\n]*)"},
        },
    ),
    Confirmation(
        "snmp",
        ("snmp",),
        snmp,
        {
            "ds-snmp-default-community": {
                "fail": r"(1\.3\.6\.1\.2\.1\.1\.5\.0 = [^\n]*|iso\.3\.6\.1\.2\.1\.1\.5\.0 = [^\n]*|SNMPv2-MIB::\S+ = [^\n]*)",
                "pass": r"(Timeout: No Response from [^\n]*)",
                "not_assessed": r"(Timeout: No Response from [^\n]*)",
            },
            "ds-snmp-plain-versions": {
                "fail": r"(1\.3\.6\.1\.2\.1\.1\.5\.0 = [^\n]*|iso\.3\.6\.1\.2\.1\.1\.5\.0 = [^\n]*|SNMPv2-MIB::\S+ = [^\n]*)",
                "not_assessed": r"(Timeout: No Response from [^\n]*)",
            },
            "ds-snmp-v3-algorithms": {
                "not_assessed": r"(Unknown user name|snmpget: Timeout|Timeout: No Response[^\n]*)"
            },
            "ds-snmp-v3-level": {"not_assessed": r"(Unknown user name|snmpget: Timeout|Timeout: No Response[^\n]*)"},
        },
    ),
    Confirmation(
        "mqtt",
        ("mosquitto",),
        mqtt,
        {
            "ds-mqtt-anonymous": {
                "fail": r"(received CONNACK \(0\))",
                "pass": r"(received CONNACK \(5\)|Connection Refused: not authori[sz]ed[^\n]*)",
            },
            "ds-mqtt-plain": {
                "fail": r"(received CONNACK \(0\))",
                "pass": r"(Error: The connection was lost\.|certificate verify failed)",
            },
        },
    ),
    Confirmation("dns", ("dns",), dns, {}),
    Confirmation(
        "ntp",
        ("ntp",),
        ntp,
        {
            "da-time-satellite": {
                "fail": r"(Reference ID +: \w+ \(GPS\))",
                "pass": r"(Reference ID +: \w+ \(BDS\))",
                "not_assessed": r"(Reference ID +: \w+ \(\))",
            },
            "ds-ntp-unsynchronised": {"fail": r"(Stratum +: 16)", "pass": r"(Stratum +: (?:[1-9]|1[0-5])$)"},
            "ds-ntp-control-open": {"pass": r"\A(?!.*refid:).*?(receive time stamp: [^\n]*)"},
        },
    ),
    Confirmation(
        "coap",
        ("coap",),
        coap,
        {"ds-coap-readable": {"fail": r"(</[^\n]*)", "pass": r"(4\.0[14][^\n]*)"}},
    ),
    Confirmation(
        "sip",
        ("sip",),
        sip,
        {
            "ds-sip-register-open": {"fail": r"(SIP/2\.0 200 OK)", "pass": r"(SIP/2\.0 401 [^\n]*)"},
            "da-video-gb35114": {
                "fail": r"(WWW-Authenticate: Digest [^\n]*)",
                "pass": r"(WWW-Authenticate: Bidirection [^\n]*)",
                "not_assessed": r"(SIP/2\.0 200 OK)",
            },
        },
    ),
    Confirmation(
        "opcua",
        ("asyncua",),
        opcua,
        {"ds-opcua-unprotected": {"fail": r"(None_ None [^\n]*)", "pass": r"\A(?!.*None_ )(SignAndEncrypt [^\n]*)"}},
    ),
    Confirmation(
        "iec104",
        ("iec104",),
        iec104,
        {
            "ds-iec104-plain": {
                "fail": r"(ConnectionState\.OPEN\w*)",
                "pass": r"(Protocol *: TLS\S+|New, TLS[^\n]*)",
                "not_assessed": r"(^Requested Signature Algorithms: [^\n]*)",  # a certificate is asked for
            }
        },
    ),
    Confirmation(
        "s7",
        ("s7",),
        s7,
        {
            "ds-s7-protection": {
                "fail": r"(level of protection 1)$",
                "pass": r"(level of protection [23])$",
                "not_assessed": r"(connected True)",
            }
        },
    ),
    Confirmation(
        "rtsp",
        ("rtsp",),
        rtsp,
        {
            "ds-rtsp-open": {"fail": r"(^RTSP/1\.0 200 OK)", "pass": r"(^RTSP/1\.0 401 [^\n]*)"},
            "ds-rtsp-basic": {
                "fail": r"(^WWW-Authenticate: Basic [^\n]*)",
                "pass": r"(^WWW-Authenticate: Digest [^\n]*)",
                "not_applicable": r"(^RTSP/1\.0 200 OK)",
            },
        },
    ),
    Confirmation(
        "zookeeper",
        ("zookeeper",),
        words,
        {
            "ds-zookeeper-open": {
                "fail": r"(Environment:)",
                "partial": r"(Zookeeper version: [^\n]*)",
                "pass": r"(srvr is not executed[^\n]*)",
            }
        },
    ),
)
