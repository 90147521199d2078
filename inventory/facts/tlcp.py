"""TLCP (GB/T 38636): SM suites and the double certificate."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.facts.service import UPGRADED
from inventory.text import Text


class TlcpFacts(Fact):
    """Whether a server accepts TLCP, with which suites, and its two certificates."""

    offered: Annotated[
        bool | None,
        Column("支持TLCP", "a hello of version 0x0101 is answered with a TLCP server hello", source="GB/T 38636-2020"),
    ] = None
    ecc_sm4_cbc_sm3: Annotated[bool | None, Column("套件ECC_SM4_CBC_SM3", "suite 0xE013 is accepted")] = None
    ecc_sm4_gcm_sm3: Annotated[bool | None, Column("套件ECC_SM4_GCM_SM3", "suite 0xE053 is accepted")] = None
    ecdhe_sm4_cbc_sm3: Annotated[bool | None, Column("套件ECDHE_SM4_CBC_SM3", "suite 0xE011 is accepted")] = None
    ecdhe_sm4_gcm_sm3: Annotated[bool | None, Column("套件ECDHE_SM4_GCM_SM3", "suite 0xE051 is accepted")] = None
    suite_count: Annotated[int | None, Column("套件数", "number of TLCP suites accepted")] = None
    double_certificate: Annotated[bool | None, Column("双证书", "a signing and an encryption certificate are sent")] = (
        None
    )
    signing_sm2: Annotated[bool | None, Column("签名证书为SM2", "the signing certificate holds an SM2 key")] = None
    encryption_sm2: Annotated[bool | None, Column("加密证书为SM2", "the encryption certificate holds an SM2 key")] = (
        None
    )
    signed_with_sm3: Annotated[bool | None, Column("SM2/SM3签名", "both certificates are signed with SM2 and SM3")] = (
        None
    )
    signing_usage_right: Annotated[
        bool | None, Column("签名证书用途正确", "key usage of the signing certificate is for signatures")
    ] = None
    encryption_usage_right: Annotated[
        bool | None, Column("加密证书用途正确", "key usage of the encryption certificate is for encryption")
    ] = None
    signing_not_after: Annotated[str | None, Column("签名证书到期时间", "end of validity, YYYY-MM-DDTHH:MM:SSZ")] = None
    encryption_not_after: Annotated[str | None, Column("加密证书到期时间", "end of validity, YYYY-MM-DDTHH:MM:SSZ")] = (
        None
    )
    signing_subject: Annotated[
        str | None, Column("签名证书主体", "subject of the signing certificate", personal=True)
    ] = None
    signing_issuer: Annotated[str | None, Column("签名证书签发者", "issuer of the signing certificate")] = None
    client_certificate_requested: Annotated[
        bool | None, Column("请求客户端证书", "a client certificate is asked for")
    ] = None
    tls13_sm: Annotated[
        bool | None, Column("TLS 1.3国密套件", "TLS 1.3 with SM4-GCM-SM3 or SM4-CCM-SM3 is accepted", source="RFC 8998")
    ] = None


TABLE = FactTable(
    name="tlcp",
    model=TlcpFacts,
    title=Text(zh="国密传输层协议", en="TLCP (GB/T 38636)"),
    definition=Text(
        zh="服务器是否支持国密传输层密码协议及其双证书",
        en="whether a server accepts TLCP, with which suites, and its two certificates",
    ),
    protocols=("tls", "tlcp", *UPGRADED),
    valid_for_days=30,
)
