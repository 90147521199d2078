"""Network and security devices: what their configuration says, one row a device."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class DeviceConfigFacts(Fact):
    """Security settings read from the configuration of a network or security device."""

    vendor: Annotated[str | None, Column("厂商", "vendor of the dialect: huawei, h3c, ruijie, cisco, zte …")] = None
    os: Annotated[str | None, Column("操作系统", "vrp, comware, rgos, ios …")] = None
    version: Annotated[str | None, Column("版本", "software version stated in the configuration")] = None
    hostname: Annotated[str | None, Column("设备名", "name of the device as configured")] = None
    telnet_enabled: Annotated[
        bool | None, Column("启用Telnet", "the Telnet server is on, or a line accepts Telnet")
    ] = None
    ssh_enabled: Annotated[bool | None, Column("启用SSH", "the SSH server is on")] = None
    ssh_version: Annotated[int | None, Column("SSH版本", "lowest SSH protocol version accepted")] = None
    http_enabled: Annotated[bool | None, Column("启用HTTP管理", "management over plain HTTP is on")] = None
    https_enabled: Annotated[bool | None, Column("启用HTTPS管理", "management over HTTPS is on")] = None
    ftp_enabled: Annotated[bool | None, Column("启用FTP", "the FTP server is on")] = None
    tftp_enabled: Annotated[bool | None, Column("启用TFTP", "the TFTP server is on")] = None
    snmp_enabled: Annotated[bool | None, Column("启用SNMP", "the SNMP agent is on")] = None
    snmp_plain_versions: Annotated[bool | None, Column("启用SNMPv1/v2c", "SNMPv1 or v2c is on")] = None
    snmp_v3: Annotated[bool | None, Column("启用SNMPv3", "SNMPv3 is on")] = None
    snmp_v3_privacy: Annotated[bool | None, Column("SNMPv3加密", "every SNMPv3 group asks for privacy")] = None
    snmp_community_default: Annotated[
        bool | None, Column("默认团体字", "a community is public or private", sensitivity="important")
    ] = None
    snmp_community_write: Annotated[
        bool | None, Column("可写团体字", "a community may write", sensitivity="important")
    ] = None
    snmp_community_unlimited: Annotated[bool | None, Column("团体字未限源", "a community has no access list")] = None
    password_plain: Annotated[
        bool | None, Column("明文口令", "a password is stored in clear text", sensitivity="important")
    ] = None
    password_reversible: Annotated[
        bool | None, Column("可逆口令", "a password is stored in a reversible form", sensitivity="important")
    ] = None
    password_weak_hash: Annotated[bool | None, Column("弱散列口令", "a password is stored as MD5 or an older hash")] = (
        None
    )
    password_minimum_length: Annotated[int | None, Column("口令最短长度", "shortest password accepted")] = None
    password_complexity: Annotated[bool | None, Column("口令复杂度", "complexity of passwords is enforced")] = None
    password_days: Annotated[int | None, Column("口令有效期", "days until a password expires", "d")] = None
    login_tries: Annotated[int | None, Column("登录失败次数", "failures until an account or line is locked")] = None
    login_lock_minutes: Annotated[int | None, Column("锁定时间", "length of the lock", "min")] = None
    idle_minutes: Annotated[
        int | None, Column("空闲超时", "longest idle time of a management line, 0 for never", "min")
    ] = None
    vty_acl: Annotated[bool | None, Column("管理线路限源", "every remote management line has an access list")] = None
    vty_password_only: Annotated[
        bool | None,
        Column("线路口令登录", "a line asks for a shared password without a user name", sensitivity="important"),
    ] = None
    vty_unauthenticated: Annotated[
        bool | None, Column("线路无认证", "a remote line asks for no authentication", sensitivity="important")
    ] = None
    console_authenticated: Annotated[bool | None, Column("控制口认证", "the console asks for authentication")] = None
    aaa: Annotated[bool | None, Column("集中认证", "logins are authenticated by AAA")] = None
    aaa_servers: Annotated[int | None, Column("认证服务器数", "RADIUS, TACACS+ or HWTACACS servers")] = None
    accounting: Annotated[bool | None, Column("操作审计", "commands or sessions are accounted")] = None
    local_users: Annotated[int | None, Column("本地用户数", "number of local users")] = None
    privileged_users: Annotated[int | None, Column("特权用户数", "users of the highest level")] = None
    shared_account: Annotated[
        bool | None, Column("默认账户", "an account has a default name such as admin", sensitivity="important")
    ] = None
    ntp_servers: Annotated[int | None, Column("时间服务器数", "number of time servers")] = None
    ntp_authenticated: Annotated[bool | None, Column("时间认证", "time is authenticated")] = None
    syslog_servers: Annotated[int | None, Column("日志服务器数", "number of log hosts")] = None
    syslog_encrypted: Annotated[bool | None, Column("日志加密", "logs are sent inside TLS")] = None
    log_buffer: Annotated[bool | None, Column("本地日志", "local logging is on")] = None
    acl_count: Annotated[int | None, Column("访问控制列表数", "access lists defined")] = None
    acl_rule_count: Annotated[int | None, Column("访问控制规则数", "rules in access lists")] = None
    acl_permit_any: Annotated[
        bool | None,
        Column("放行任意", "an access list that is in use permits anything to anything", sensitivity="important"),
    ] = None
    default_deny: Annotated[bool | None, Column("默认拒绝", "traffic between zones is denied unless permitted")] = None
    banner_set: Annotated[bool | None, Column("登录警示", "a login banner is set")] = None
    unused_ports_down: Annotated[
        bool | None, Column("关闭空闲端口", "interfaces without a description or use are shut down")
    ] = None
    port_security: Annotated[bool | None, Column("端口准入", "802.1X, MAC binding or port security is on")] = None
    dhcp_snooping: Annotated[bool | None, Column("DHCP侦听", "DHCP snooping is on")] = None
    lldp_enabled: Annotated[bool | None, Column("启用LLDP", "the link layer discovery protocol is on")] = None
    routing_authenticated: Annotated[
        bool | None, Column("路由协议认证", "every routing protocol in use is authenticated")
    ] = None
    source_route: Annotated[bool | None, Column("源路由", "source routing is allowed")] = None
    encryption_sm: Annotated[bool | None, Column("国密算法", "an SM algorithm is configured for VPN or management")] = (
        None
    )
    vpn_weak: Annotated[
        bool | None, Column("弱VPN算法", "a VPN proposal uses DES, 3DES, MD5 or a group below 2048 bit")
    ] = None
    password_default: Annotated[
        bool | None,
        Column("默认口令", "a password equals a published default or the user's own name", sensitivity="important"),
    ] = None
    password_history: Annotated[
        int | None, Column("口令历史记录数", "former passwords that are refused, 0 for none")
    ] = None
    password_warning_days: Annotated[
        int | None, Column("口令到期提醒", "days of warning before a password expires, 0 for none", "d")
    ] = None
    password_change_first_login: Annotated[
        bool | None, Column("首次登录改密", "an initial password must be changed at the first login")
    ] = None
    address_set_any: Annotated[bool | None, Column("地址对象等同任意", "an address object means every address")] = None
    smart_install: Annotated[bool | None, Column("启用Smart Install", "the Smart Install client is on")] = None
    lines: Annotated[int | None, Column("行数", "lines of the file")] = None
    understood: Annotated[int | None, Column("已识别行数", "lines that were understood")] = None


TABLE = FactTable(
    name="device_config",
    model=DeviceConfigFacts,
    title=Text(zh="设备配置", en="Device configuration"),
    definition=Text(
        zh="网络与安全设备配置文件中的安全设置",
        en="security settings read from the configuration of a network or security device",
    ),
)
