"""IKE: how an IPsec gateway agrees on keys."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class IkeFacts(Fact):
    """Versions of IKE that a gateway speaks, and what it chooses from the proposals that it is offered."""

    answers: Annotated[bool | None, Column("应答", "the answer is IKE")] = None
    v1: Annotated[bool | None, Column("支持IKEv1", "IKE version 1 is answered", source="RFC 2409")] = None
    v2: Annotated[bool | None, Column("支持IKEv2", "IKE version 2 is answered", source="RFC 7296")] = None
    v2_encryption: Annotated[
        int | None,
        Column(
            "IKEv2加密算法",
            "encryption transform chosen, IANA code",
            codes={"2": "DES", "3": "3DES", "12": "AES-CBC", "20": "AES-GCM-16"},
        ),
    ] = None
    v2_key_bits: Annotated[int | None, Column("IKEv2密钥长度", "key length of that transform", "bit")] = None
    v2_group: Annotated[
        int | None, Column("IKEv2密钥交换组", "Diffie-Hellman group chosen or asked for, IANA code")
    ] = None
    v1_encryption: Annotated[
        int | None,
        Column("IKEv1加密算法", "cipher chosen, IANA code", codes={"1": "DES", "5": "3DES", "7": "AES-CBC"}),
    ] = None
    v1_hash: Annotated[
        int | None,
        Column("IKEv1散列算法", "hash chosen, IANA code", codes={"1": "MD5", "2": "SHA-1", "4": "SHA-256"}),
    ] = None
    v1_group: Annotated[int | None, Column("IKEv1密钥交换组", "Diffie-Hellman group chosen, IANA code")] = None
    weak_proposal: Annotated[
        bool | None, Column("接受弱算法", "an offer of DES or 3DES with groups of at most 1024 bit alone is accepted")
    ] = None


TABLE = FactTable(
    name="ike",
    model=IkeFacts,
    title=Text(zh="IPsec密钥交换", en="IKE (IPsec key exchange)"),
    definition=Text(
        zh="IPsec网关支持的IKE版本及其选定的算法",
        en="versions of IKE that an IPsec gateway speaks, and what it chooses from the proposals that it is offered",
    ),
    ports=(("udp", 500),),
    protocols=("ike",),
    classes=("security",),
)
