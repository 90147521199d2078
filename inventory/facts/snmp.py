"""SNMP: which versions answer, to whom, and what the system says of itself."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SnmpFacts(Fact):
    """Versions, communities, security levels and system data of an SNMP agent."""

    v1: Annotated[bool | None, Column("SNMPv1应答", "SNMPv1 answers")] = None
    v2c: Annotated[bool | None, Column("SNMPv2c应答", "SNMPv2c answers")] = None
    v3: Annotated[bool | None, Column("SNMPv3应答", "SNMPv3 engine discovery answers", source="RFC 3414")] = None
    plain_versions: Annotated[bool | None, Column("v1或v2c应答", "SNMPv1 or v2c answers")] = None
    default_community: Annotated[
        bool | None,
        Column("默认团体字", "the community public or private is accepted for reading", sensitivity="important"),
    ] = None
    write_community: Annotated[
        bool | None,
        Column(
            "可写团体字", "a community may write (read from configuration only, never tried)", sensitivity="important"
        ),
    ] = None
    default_write_community: Annotated[
        bool | None, Column("默认可写团体字", "a default community may write (read)", sensitivity="important")
    ] = None
    access_limited: Annotated[bool | None, Column("限制来源", "communities are limited to sources (read)")] = None
    unauthenticated_level: Annotated[
        bool | None, Column("允许noAuthNoPriv", "SNMPv3 without authentication is accepted", sensitivity="important")
    ] = None
    unencrypted_level: Annotated[
        bool | None, Column("允许authNoPriv", "SNMPv3 with authentication but without privacy is accepted")
    ] = None
    weak_authentication: Annotated[
        bool | None, Column("弱认证算法", "MD5 is used for SNMPv3 authentication (read)")
    ] = None
    weak_privacy: Annotated[bool | None, Column("弱加密算法", "DES is used for SNMPv3 privacy (read)")] = None
    engine_id: Annotated[str | None, Column("引擎标识", "SNMP engine id in lower-case hex")] = None
    engine_enterprise: Annotated[
        int | None, Column("引擎企业号", "IANA enterprise number inside the engine id", source="RFC 3411")
    ] = None
    engine_boots: Annotated[
        int | None, Column("引擎重启次数", "restarts since the engine was set up (snmpEngineBoots)")
    ] = None
    engine_seconds: Annotated[
        int | None, Column("引擎运行时间", "seconds since the engine was started (snmpEngineTime)", "s")
    ] = None
    system_description: Annotated[str | None, Column("系统描述", "sysDescr.0, at most 512 characters")] = None
    system_object: Annotated[
        str | None, Column("系统对象标识", "object identifier that the maker gave the model (sysObjectID.0)")
    ] = None
    system_name: Annotated[
        str | None, Column("系统名称", "name that the administrator gave the device (sysName.0)")
    ] = None
    system_location: Annotated[
        str | None, Column("系统位置", "place as the administrator wrote it (sysLocation.0)", sensitivity="important")
    ] = None
    uptime_seconds: Annotated[
        int | None, Column("运行时间", "time since the management part was started (sysUpTime.0)", "s")
    ] = None
    interfaces: Annotated[int | None, Column("接口数", "number of network interfaces (ifNumber.0)")] = None
    serial: Annotated[str | None, Column("序列号", "entPhysicalSerialNum of the chassis")] = None
    model: Annotated[str | None, Column("型号", "entPhysicalModelName of the chassis")] = None
    maker: Annotated[str | None, Column("制造商", "entPhysicalMfgName of the chassis", source="RFC 6933")] = None
    firmware_revision: Annotated[str | None, Column("固件版本", "entPhysicalFirmwareRev of the chassis")] = None
    software_revision: Annotated[str | None, Column("软件版本", "entPhysicalSoftwareRev of the chassis")] = None
    memory_kib: Annotated[int | None, Column("内存容量", "hrMemorySize.0", "KiB", source="RFC 2790")] = None
    ntcip: Annotated[bool | None, Column("NTCIP设备", "objects of the transportation protocols are there")] = None
    ntcip_device: Annotated[
        int | None,
        Column(
            "NTCIP设备类型",
            "node of the device under 1.3.6.1.4.1.1206.4.2",
            codes={
                "1": "signal controller",
                "2": "ramp meter",
                "3": "message sign",
                "4": "traffic sensor",
                "5": "environmental sensor",
                "6": "global objects",
                "7": "camera",
            },
            source="NTCIP 1201-1209",
        ),
    ] = None
    processors: Annotated[str | None, Column("处理器", "hrDeviceDescr of the first processor")] = None


TABLE = FactTable(
    name="snmp",
    model=SnmpFacts,
    title=Text(zh="SNMP服务", en="SNMP service"),
    definition=Text(
        zh="SNMP代理支持的版本、团体字与系统信息",
        en="versions, communities, security levels and system data of an SNMP agent",
    ),
    ports=(("udp", 161),),
    protocols=("snmp",),
    valid_for_days=30,
)
