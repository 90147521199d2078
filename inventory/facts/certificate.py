"""Certificates: every one that a server sent, one row each."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.facts.service import UPGRADED
from inventory.text import Text


class CertificateFacts(Fact):
    """Every certificate that a server sent in its handshake, in the order sent."""

    place: Annotated[int | None, Column("序号", "position in the chain, 0 for the server's own")] = None
    subject: Annotated[
        str | None, Column("主体", "distinguished name of whom the certificate is for", personal=True)
    ] = None
    issuer: Annotated[str | None, Column("签发者", "distinguished name of who signed the certificate")] = None
    issuer_country: Annotated[
        str | None, Column("签发者国家", "country in the issuer's name, two letters", source="GB/T 2659")
    ] = None
    serial: Annotated[str | None, Column("序列号", "serial number in lower-case hex")] = None
    not_before: Annotated[str | None, Column("生效时间", "start of validity, YYYY-MM-DDTHH:MM:SSZ")] = None
    not_after: Annotated[str | None, Column("到期时间", "end of validity, YYYY-MM-DDTHH:MM:SSZ")] = None
    validity_days: Annotated[int | None, Column("有效期", "length of the validity period", "d")] = None
    self_signed: Annotated[bool | None, Column("自签名", "subject and issuer are the same")] = None
    authority: Annotated[bool | None, Column("签发机构证书", "basic constraints say that it is an authority")] = None
    key_type: Annotated[
        str | None, Column("密钥类型", "rsa, ec, sm2, ed25519, ed448, dsa or the object identifier")
    ] = None
    key_bits: Annotated[int | None, Column("密钥长度", "size of the public key", "bit")] = None
    signature_hash: Annotated[str | None, Column("签名散列", "md5, sha1, sha256, sm3 … of the signature")] = None
    signature_weak: Annotated[bool | None, Column("弱签名", "signed with MD2, MD5 or SHA-1")] = None
    names: Annotated[int | None, Column("名称数", "number of subject alternative names")] = None
    may_sign: Annotated[bool | None, Column("可用于签名", "key usage has digitalSignature")] = None
    may_encrypt: Annotated[
        bool | None, Column("可用于加密", "key usage has keyEncipherment, dataEncipherment or keyAgreement")
    ] = None
    fingerprint: Annotated[str | None, Column("指纹", "SHA-256 of the certificate in lower-case hex")] = None


TABLE = FactTable(
    name="certificate",
    model=CertificateFacts,
    title=Text(zh="数字证书", en="Certificate"),
    definition=Text(
        zh="服务器在握手中给出的每一张证书",
        en="every certificate that a server sent in its handshake, in the order sent",
    ),
    protocols=("tls", "tlcp", *UPGRADED),
    many=True,
    valid_for_days=30,
)
