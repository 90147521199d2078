"""TLS: what a server accepts, from SSL 2.0 to TLS 1.3, and the certificate that it shows."""

from typing import Annotated

from inventory.code_names import TLS_VERSION_CODES
from inventory.fact import Column, Fact, FactTable
from inventory.facts.service import UPGRADED
from inventory.text import Text


class TlsFacts(Fact):
    """Versions, suites, key exchange and certificate that a TLS server accepts and shows."""

    offered: Annotated[bool | None, Column("提供加密", "TLS or SSL is spoken at all")] = None
    starttls: Annotated[bool | None, Column("协商升级", "reached by an upgrade of a plain protocol (STARTTLS)")] = None
    oldest_version: Annotated[
        int | None,
        Column(
            "最低版本",
            "oldest version accepted, wire code: 0x0002 SSL 2.0, 0x0300 SSL 3.0, 0x0301 TLS 1.0 … 0x0304 TLS 1.3",
            codes=TLS_VERSION_CODES,
        ),
    ] = None
    newest_version: Annotated[
        int | None,
        Column(
            "最高版本",
            "newest version accepted, wire code",
            codes=TLS_VERSION_CODES,
        ),
    ] = None
    ssl2: Annotated[bool | None, Column("接受SSL 2.0", "SSL 2.0 is accepted", source="RFC 6176")] = None
    ssl3: Annotated[bool | None, Column("接受SSL 3.0", "SSL 3.0 is accepted", source="RFC 7568")] = None
    tls10: Annotated[bool | None, Column("接受TLS 1.0", "TLS 1.0 is accepted", source="RFC 8996")] = None
    tls11: Annotated[bool | None, Column("接受TLS 1.1", "TLS 1.1 is accepted", source="RFC 8996")] = None
    tls12: Annotated[bool | None, Column("接受TLS 1.2", "TLS 1.2 is accepted", source="RFC 5246")] = None
    tls13: Annotated[bool | None, Column("接受TLS 1.3", "TLS 1.3 is accepted", source="RFC 8446")] = None
    suite_count: Annotated[int | None, Column("套件数", "number of distinct suites accepted over all versions")] = None
    suites: Annotated[
        str | None, Column("套件列表", "accepted suites as hexadecimal codes by version, for the dossier")
    ] = None
    weak_suite_count: Annotated[
        int | None,
        Column("弱套件数", "number of accepted suites with NULL, anonymous, export, DES, 3DES, RC2, RC4, IDEA or MD5"),
    ] = None
    suite_null: Annotated[bool | None, Column("空加密套件", "a suite without encryption is accepted")] = None
    suite_anonymous: Annotated[bool | None, Column("匿名套件", "a suite without server authentication is accepted")] = (
        None
    )
    suite_export: Annotated[bool | None, Column("出口级套件", "an export suite is accepted")] = None
    suite_des: Annotated[bool | None, Column("DES套件", "a suite with single DES is accepted")] = None
    suite_triple_des: Annotated[bool | None, Column("3DES套件", "a suite with 3DES is accepted")] = None
    suite_rc4: Annotated[bool | None, Column("RC4套件", "a suite with RC4 is accepted", source="RFC 7465")] = None
    suite_rc2: Annotated[bool | None, Column("RC2套件", "a suite with RC2 is accepted")] = None
    suite_idea: Annotated[bool | None, Column("IDEA套件", "a suite with IDEA is accepted")] = None
    suite_md5: Annotated[bool | None, Column("MD5套件", "a suite with an MD5 MAC is accepted")] = None
    suite_cbc: Annotated[bool | None, Column("CBC套件", "a suite in CBC mode is accepted")] = None
    suite_static_rsa: Annotated[
        bool | None, Column("静态RSA套件", "a suite with RSA key transport, without forward secrecy, is accepted")
    ] = None
    suite_aead: Annotated[bool | None, Column("认证加密套件", "a suite with authenticated encryption is accepted")] = (
        None
    )
    suite_sm4: Annotated[bool | None, Column("SM4套件", "a TLS 1.3 suite with SM4 is accepted", source="RFC 8998")] = (
        None
    )
    cbc_only: Annotated[bool | None, Column("仅CBC", "no suite with authenticated encryption is accepted")] = None
    forward_secrecy_any: Annotated[
        bool | None, Column("支持前向保密", "at least one accepted suite has forward secrecy")
    ] = None
    forward_secrecy_only: Annotated[bool | None, Column("仅前向保密", "every accepted suite has forward secrecy")] = (
        None
    )
    server_preference: Annotated[bool | None, Column("服务器优先", "the server follows its own order of suites")] = None
    dh_bits: Annotated[
        int | None,
        Column(
            "DH参数长度",
            "size of the smallest finite-field Diffie-Hellman prime seen; 0: no such suite is accepted",
            "bit",
        ),
    ] = None
    ecdh_group: Annotated[int | None, Column("椭圆曲线组", "named group that the server chose, IANA code")] = None
    groups: Annotated[
        str | None, Column("密钥交换组", "named groups accepted, IANA codes in hexadecimal, for the dossier")
    ] = None
    group_count: Annotated[int | None, Column("密钥交换组数", "number of named groups accepted")] = None
    group_weak: Annotated[
        bool | None, Column("弱椭圆曲线", "a curve below 200 bit is accepted", source="RFC 8422 5.1.1")
    ] = None
    signature_algorithms: Annotated[
        str | None, Column("签名算法", "signature algorithms that the server signs with, IANA codes in hexadecimal")
    ] = None
    signature_sha1: Annotated[
        bool | None, Column("SHA-1握手签名", "the server signs a handshake with SHA-1", source="RFC 9155")
    ] = None
    group_post_quantum: Annotated[
        bool | None, Column("抗量子密钥交换", "a hybrid post-quantum group (X25519MLKEM768) is accepted")
    ] = None
    compression: Annotated[bool | None, Column("TLS压缩", "TLS compression is accepted")] = None
    secure_renegotiation: Annotated[
        bool | None, Column("安全重协商", "secure renegotiation is announced", source="RFC 5746")
    ] = None
    fallback_protection: Annotated[
        bool | None, Column("降级保护", "TLS_FALLBACK_SCSV is honoured", source="RFC 7507")
    ] = None
    extended_master_secret: Annotated[
        bool | None, Column("扩展主密钥", "extended master secret is announced", source="RFC 7627")
    ] = None
    ocsp_stapled: Annotated[bool | None, Column("证书状态装订", "an OCSP response is stapled")] = None
    alpn_h2: Annotated[bool | None, Column("支持HTTP/2", "HTTP/2 is chosen through ALPN")] = None
    client_certificate_requested: Annotated[
        bool | None, Column("请求客户端证书", "a client certificate is asked for")
    ] = None
    client_certificate_required: Annotated[
        bool | None, Column("必须客户端证书", "a client without a certificate is sent away during the handshake")
    ] = None
    unknown_name_refused: Annotated[
        bool | None, Column("拒绝未知域名", "a hello for a name that cannot exist is refused", source="RFC 6066 3")
    ] = None
    name_changes_certificate: Annotated[
        bool | None,
        Column(
            "证书随域名变化", "asked by a name of its certificate, the server shows another one than without a name"
        ),
    ] = None
    certificate_subject: Annotated[
        str | None, Column("证书主体", "subject of the server certificate", personal=True)
    ] = None
    certificate_issuer: Annotated[str | None, Column("证书签发者", "issuer of the server certificate")] = None
    certificate_issuer_country: Annotated[
        str | None, Column("签发者国家", "country in the issuer's name, two letters", source="GB/T 2659")
    ] = None
    certificate_not_before: Annotated[str | None, Column("证书生效时间", "start of validity, YYYY-MM-DDTHH:MM:SSZ")] = (
        None
    )
    certificate_not_after: Annotated[str | None, Column("证书到期时间", "end of validity, YYYY-MM-DDTHH:MM:SSZ")] = None
    certificate_validity_days: Annotated[int | None, Column("证书有效期", "length of the validity period", "d")] = None
    certificate_self_signed: Annotated[bool | None, Column("自签名证书", "subject and issuer are the same")] = None
    certificate_key_type: Annotated[
        str | None, Column("证书密钥类型", "rsa, ec, sm2, ed25519, ed448, dsa or the object identifier")
    ] = None
    certificate_key_bits: Annotated[int | None, Column("证书密钥长度", "size of the public key", "bit")] = None
    certificate_key_strong: Annotated[
        bool | None, Column("证书密钥强度足够", "RSA and DSA at least 2048 bit, elliptic curves at least 224 bit")
    ] = None
    certificate_signature_hash: Annotated[
        str | None, Column("证书签名散列", "md5, sha1, sha256, sha384, sha512, sm3 … of the signature")
    ] = None
    certificate_signature_weak: Annotated[bool | None, Column("证书弱签名", "signed with MD2, MD5 or SHA-1")] = None
    certificate_names: Annotated[int | None, Column("证书名称数", "number of names in the certificate")] = None
    certificate_name_matches: Annotated[
        bool | None, Column("证书名称匹配", "the certificate holds the name or address that it was asked for by")
    ] = None
    certificate_fingerprint: Annotated[
        str | None, Column("证书指纹", "SHA-256 of the certificate in lower-case hex")
    ] = None
    chain_length: Annotated[int | None, Column("证书链长度", "number of certificates sent")] = None
    chain_trusted: Annotated[
        bool | None,
        Column(
            "证书链可信",
            "the signatures lead to a certificate of the trust store that was handed in",
            source="RFC 5280 6",
        ),
    ] = None
    chain_ordered: Annotated[bool | None, Column("证书链有序", "every certificate is followed by its issuer")] = None


TABLE = FactTable(
    name="tls",
    model=TlsFacts,
    title=Text(zh="传输层加密", en="Transport encryption (TLS)"),
    definition=Text(
        zh="服务器接受的协议版本、套件及其证书",
        en="versions, suites, key exchange and certificate that a TLS server accepts and shows",
    ),
    protocols=("tls", *UPGRADED),
    usual_ports=(("tcp", 443),),
    valid_for_days=30,
)
