"""SSH: which protocol, algorithms and keys a server offers, on the wire or in its configuration."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SshFacts(Fact):
    """Protocol, algorithms and keys of an SSH server, from its handshake (RFC 4253) or its configuration."""

    banner: Annotated[
        str | None, Column("标识文本", "identification string, at most 255 characters", source="RFC 4253 4.2")
    ] = None
    software: Annotated[str | None, Column("软件标识", "software version part of the identification string")] = None
    protocol_1: Annotated[bool | None, Column("接受SSH协议1", "protocol 1 is accepted (SSH-1.x, SSH-1.99)")] = None
    protocol_2: Annotated[bool | None, Column("接受SSH协议2", "the protocol of today is accepted")] = None
    kex_count: Annotated[int | None, Column("密钥交换算法数", "number of key exchange methods offered")] = None
    kex_weak: Annotated[
        bool | None,
        Column("弱密钥交换", "offers a key exchange below 112 bit: group1, 1024 bit RSA, or group exchange with SHA-1"),
    ] = None
    kex_sha1: Annotated[bool | None, Column("密钥交换使用SHA-1", "offers a key exchange with SHA-1")] = None
    kex_post_quantum: Annotated[bool | None, Column("抗量子密钥交换", "offers a hybrid post-quantum key exchange")] = (
        None
    )
    kex_sm: Annotated[bool | None, Column("国密密钥交换", "offers SM2 key exchange")] = None
    host_key_count: Annotated[int | None, Column("主机密钥算法数", "number of host key algorithms offered")] = None
    host_key_dss: Annotated[bool | None, Column("DSA主机密钥", "offers ssh-dss")] = None
    host_key_sha1: Annotated[bool | None, Column("SHA-1主机签名", "offers ssh-rsa, a signature with SHA-1")] = None
    host_key_ed25519: Annotated[bool | None, Column("Ed25519主机密钥", "offers ssh-ed25519")] = None
    host_key_sm2: Annotated[bool | None, Column("SM2主机密钥", "offers an SM2 host key")] = None
    host_key_type: Annotated[
        str | None, Column("主机密钥类型", "type of the host key that the key exchange showed")
    ] = None
    host_key_bits: Annotated[
        int | None, Column("主机密钥长度", "size of that host key; 256 for Ed25519 and P-256", "bit")
    ] = None
    host_key_rsa_bits: Annotated[
        int | None,
        Column("RSA主机密钥长度", "size of the RSA host key, where one was shown; 0: none is offered", "bit"),
    ] = None
    host_key_fingerprint: Annotated[
        str | None, Column("主机密钥指纹", "SHA-256 of the host key in lower-case hex, an identity key")
    ] = None
    cipher_count: Annotated[int | None, Column("加密算法数", "number of ciphers offered, server to client")] = None
    cipher_weak: Annotated[
        bool | None, Column("弱加密算法", "offers arcfour, DES, 3DES, Blowfish, CAST-128, IDEA, RC2 or SEED")
    ] = None
    cipher_none: Annotated[bool | None, Column("无加密", "offers the cipher none")] = None
    cipher_cbc: Annotated[bool | None, Column("CBC模式", "offers a cipher in CBC mode")] = None
    cipher_aead: Annotated[bool | None, Column("认证加密", "offers AES-GCM or ChaCha20-Poly1305")] = None
    cipher_sm4: Annotated[bool | None, Column("SM4加密", "offers a cipher with SM4")] = None
    mac_count: Annotated[int | None, Column("完整性算法数", "number of MACs offered, server to client")] = None
    mac_weak: Annotated[bool | None, Column("弱完整性算法", "offers MD5, 96 bit, 64 bit or no MAC")] = None
    mac_sha1: Annotated[bool | None, Column("SHA-1完整性", "offers hmac-sha1")] = None
    mac_sm3: Annotated[bool | None, Column("SM3完整性", "offers the MAC hmac-sm3")] = None
    compression_early: Annotated[bool | None, Column("认证前压缩", "offers zlib before authentication")] = None
    strict_key_exchange: Annotated[
        bool | None, Column("严格密钥交换", "announces the strict key exchange extension")
    ] = None
    terrapin_exposed: Annotated[
        bool | None,
        Column("受Terrapin影响", "ChaCha20-Poly1305, or CBC with encrypt-then-MAC, without strict key exchange"),
    ] = None
    login_methods: Annotated[
        str | None,
        Column("登录方式", "authentication methods that the server names, in its order", source="RFC 4252 5.2"),
    ] = None
    none_login: Annotated[
        bool | None, Column("无凭据登录", "a session opens without any credential (method none)", source="RFC 4252 5.2")
    ] = None
    interactive_login: Annotated[
        bool | None, Column("允许键盘交互登录", "keyboard-interactive authentication is offered", source="RFC 4256")
    ] = None
    password_login: Annotated[bool | None, Column("允许口令登录", "password authentication is offered")] = None
    public_key_login: Annotated[bool | None, Column("允许公钥登录", "public key authentication is offered")] = None
    root_login: Annotated[bool | None, Column("允许root登录", "root may log in, in whatever way (read)")] = None
    root_password_login: Annotated[
        bool | None, Column("允许root口令登录", "root may log in with a password (read)")
    ] = None
    empty_password: Annotated[
        bool | None, Column("允许空口令", "empty passwords are permitted (read)", sensitivity="important")
    ] = None
    max_tries: Annotated[
        int | None, Column("最大认证次数", "MaxAuthTries, authentication attempts a connection (read)")
    ] = None
    idle_seconds: Annotated[
        int | None, Column("空闲超时", "seconds until an idle session ends, 0 for never (read)", "s")
    ] = None
    login_grace_seconds: Annotated[
        int | None, Column("登录宽限时间", "seconds to complete the login, 0 for no limit (read)", "s")
    ] = None
    x11_forwarding: Annotated[bool | None, Column("X11转发", "X11 forwarding is on (read)")] = None
    tcp_forwarding: Annotated[bool | None, Column("TCP转发", "TCP forwarding is on (read)")] = None
    sources_limited: Annotated[bool | None, Column("限制来源", "users or source addresses are limited (read)")] = None
    warning_banner: Annotated[bool | None, Column("登录警示", "a warning is shown before login (read)")] = None


TABLE = FactTable(
    name="ssh",
    model=SshFacts,
    title=Text(zh="SSH服务", en="SSH service"),
    definition=Text(
        zh="SSH服务器在握手或配置中给出的协议、算法与密钥",
        en="protocol, algorithms and keys of an SSH server, from its handshake (RFC 4253) or its configuration",
    ),
    protocols=("ssh",),
    usual_ports=(("tcp", 22),),
)
