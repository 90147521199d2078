"""X.509 certificates as typed records, with the SM2 and SM3 of GM/T 0015 beside everything else.

Own reader over `inventory.der`: general libraries refuse what city networks hold (SM2 keys under an own algorithm
number, explicit curve parameters, broken names), and an unreadable certificate would be a fact lost.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from inventory import der
from inventory.der import DerError, Value
from inventory.errors import ImportFormatError

MAX_BYTES = 256 * 1024

# Names by object identifier: RFC 3279, 4055, 5480, 8410; GM/T 0006 (1.2.156.10197). What is not here stays a number.
ALGORITHMS = {
    "1.2.840.113549.1.1.1": "rsaEncryption",
    "1.2.840.113549.1.1.2": "md2WithRSAEncryption",
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.7": "rsaesOaep",
    "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
    "1.3.14.3.2.29": "sha1WithRSA",
    "1.2.840.10040.4.1": "dsaEncryption",
    "1.2.840.10040.4.3": "dsaWithSHA1",
    "2.16.840.1.101.3.4.3.1": "dsa_with_SHA224",
    "2.16.840.1.101.3.4.3.2": "dsa_with_SHA256",
    "1.2.840.10046.2.1": "dhpublicnumber",
    "1.2.840.113549.1.3.1": "dhKeyAgreement",
    "1.2.840.10045.2.1": "id-ecPublicKey",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "ED25519",
    "1.3.101.113": "ED448",
    "1.2.156.10197.1.301": "sm2",
    "1.2.156.10197.1.501": "SM2-with-SM3",
    "1.2.156.10197.1.504": "RSA-SM3",
    "1.2.643.2.2.3": "GOST R 34.11-94 with GOST R 34.10-2001",
    "1.2.643.2.2.19": "GOST R 34.10-2001",
    "1.2.643.7.1.1.1.1": "GOST R 34.10-2012 with 256 bit modulus",
    "1.2.643.7.1.1.1.2": "GOST R 34.10-2012 with 512 bit modulus",
    "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)",
}
CURVES = {
    "1.2.840.10045.3.1.1": ("prime192v1", 192),
    "1.2.840.10045.3.1.7": ("prime256v1", 256),
    "1.2.156.10197.1.301": ("SM2", 256),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
}
SM2 = "1.2.156.10197.1.301"
# Attribute names: RFC 4519 and PKCS #9.
ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
    "1.2.643.3.131.1.1": "INN",
    "1.2.643.100.1": "OGRN",
    "1.2.643.100.3": "SNILS",
}
KEY_USES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
SRV_NAME = "1.3.6.1.5.5.7.8.7"
OTHER_NAMES = {
    "1.3.6.1.5.5.7.8.9": "SmtpUTF8Mailbox",
    "1.3.6.1.5.5.7.8.5": "XmppAddr",
    SRV_NAME: "SRVName",
    "1.3.6.1.4.1.311.20.2.3": "UPN",
    "1.3.6.1.5.5.7.8.8": "NAIRealm",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certificate says.

    Names are in the order of RFC 4514 (last attribute first) with unknown attributes as numbers. `curve` is None for
    keys without a curve and for explicit parameters; `key_bits` is None where the number says nothing (Ed25519,
    unknown numbers). `alternative_names` are texts with their kind before a colon (DNS, email, IP Address, URI,
    othername, DirName, Registered ID); None when the extension is missing. `self_issued` compares names; it proves no
    signature. `is_sm2` means an SM2 key.
    """

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    serial_number: str
    signature_algorithm: str
    public_key_algorithm: str
    key_bits: int | None
    curve: str | None
    alternative_names: tuple[str, ...] | None
    self_issued: bool
    is_sm2: bool
    is_authority: bool | None
    key_usage: tuple[str, ...] | None
    sha256: str
    public_key_sha256: str


def read_certificate(data: bytes, source: str = "certificate") -> Certificate:
    """Read one DER certificate. Raises ImportFormatError when it is none; unknown algorithms are no error."""
    if len(data) > MAX_BYTES:
        raise ImportFormatError(f"a certificate of {len(data)} bytes is larger than {MAX_BYTES}", source)
    try:
        return _read(data)
    except (DerError, IndexError) as error:
        raise ImportFormatError(f"not a readable X.509 certificate: {error}", source) from error


def read_pem(text: str, source: str = "certificate") -> list[Certificate]:
    """Read every certificate of a PEM text, in order. Raises ImportFormatError when there is none or one is damaged."""
    pattern = r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END (?:X509 |TRUSTED )?CERTIFICATE-----"
    bodies = re.findall(pattern, text, re.DOTALL)
    if not bodies:
        raise ImportFormatError("no certificate between BEGIN and END lines", source)
    found = []
    for body in bodies:
        try:
            data = base64.b64decode("".join(body.split()), validate=True)
        except binascii.Error as error:
            raise ImportFormatError(f"the certificate is not base64: {error}", source) from error
        found.append(read_certificate(data, source))
    return found


def _read(data: bytes) -> Certificate:
    outer, _ = der.read_value(data)  # a trusted certificate carries more behind the first value
    if outer.tag != der.SEQUENCE:
        raise DerError("a SEQUENCE was expected")
    body, signature, *_ = outer.children()
    fields = body.children()
    if fields[0].tag == 0xA0:
        fields = fields[1:]
    serial, _, issuer, validity, subject, key, *rest = fields
    not_before, not_after = validity.children()
    algorithm, bits, curve, is_sm2 = _public_key(key)
    extensions = _extensions(rest)
    return Certificate(
        subject=distinguished_name(subject),
        issuer=distinguished_name(issuer),
        not_before=der.moment(not_before),
        not_after=der.moment(not_after),
        serial_number=serial.content.hex(),
        signature_algorithm=_algorithm(signature)[0],
        public_key_algorithm=algorithm,
        key_bits=bits,
        curve=curve,
        alternative_names=_alternative_names(extensions.get("2.5.29.17")),
        self_issued=subject.raw == issuer.raw or distinguished_name(subject) == distinguished_name(issuer),
        is_sm2=is_sm2,
        is_authority=_is_authority(extensions.get("2.5.29.19")),
        key_usage=_key_usage(extensions.get("2.5.29.15")),
        sha256=hashlib.sha256(outer.raw).hexdigest(),
        public_key_sha256=hashlib.sha256(key.raw).hexdigest(),
    )


def _algorithm(value: Value) -> tuple[str, str, Value | None]:
    """Name, dotted number and parameters of an AlgorithmIdentifier."""
    parts = value.children()
    number = der.object_identifier(parts[0])
    return ALGORITHMS.get(number, number), number, parts[1] if len(parts) > 1 else None


def _public_key(value: Value) -> tuple[str, int | None, str | None, bool]:
    """Algorithm, size in bits, curve and whether it is SM2, of a SubjectPublicKeyInfo."""
    head, key = value.children()
    name, number, parameters = _algorithm(head)
    if name in ("rsaEncryption", "rsassaPss", "rsaesOaep"):
        modulus = der.integer(der.read_value(key.content, 1)[0].children()[0])
        return name, abs(modulus).bit_length(), None, False
    if name in ("dsaEncryption", "dhpublicnumber", "dhKeyAgreement"):
        prime = (
            der.integer(parameters.children()[0]).bit_length()
            if parameters and parameters.tag == der.SEQUENCE
            else None
        )
        return name, prime, None, False
    if number in ("1.2.840.10045.2.1", SM2):
        curve, bits = _curve(number, parameters)
        return name, bits, curve, curve == "SM2"
    return name, None, None, False


def _curve(algorithm: str, parameters: Value | None) -> tuple[str | None, int | None]:
    if parameters is not None and parameters.tag == der.OBJECT_IDENTIFIER:
        number = der.object_identifier(parameters)
        return CURVES.get(number, (number, None))
    if algorithm == SM2:
        return CURVES[SM2]
    if parameters is None or parameters.tag != der.SEQUENCE:
        return None, None
    # explicit parameters (X9.62): version, field, curve, base, order, …: the order gives the size
    parts = parameters.children()
    return None, der.integer(parts[4]).bit_length()


def distinguished_name(value: Value) -> str:
    """A Name in the string form of RFC 4514; characters beyond ASCII stay readable. Raises DerError."""
    parts = []
    for group in value.children():
        attributes = []
        for attribute in group.children():
            kind, content = attribute.children()
            number = der.object_identifier(kind)
            if number in ATTRIBUTES:
                attributes.append(f"{ATTRIBUTES[number]}={_escape(der.text(content))}")
            else:
                attributes.append(f"{number}=#{content.raw.hex().upper()}")
        parts.append("+".join(reversed(attributes)))
    return ",".join(reversed(parts))


def _escape(text: str) -> str:
    escaped = "".join(
        f"\\{ord(char):02X}" if ord(char) < 32 or ord(char) == 127 else ("\\" + char if char in ',+"\\<>;' else char)
        for char in text
    )
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and not escaped.endswith("\\ "):
        escaped = escaped[:-1] + "\\ "
    return escaped


def _extensions(fields: list[Value]) -> dict[str, bytes]:
    """Contents by number; the first of a kind wins, as a second one is not allowed (RFC 5280 §4.2)."""
    found: dict[str, bytes] = {}
    for field in fields:
        if field.tag != 0xA3:
            continue
        for extension in field.children()[0].children():
            parts = extension.children()
            found.setdefault(der.object_identifier(parts[0]), parts[-1].content)
    return found


def _is_authority(content: bytes | None) -> bool | None:
    if content is None:
        return None
    try:
        parts = der.read_value(content)[0].children()
    except DerError:
        return None
    return bool(parts) and parts[0].tag == der.BOOLEAN and parts[0].content != b"\0"


def _key_usage(content: bytes | None) -> tuple[str, ...] | None:
    if content is None:
        return None
    try:
        bits = der.read_value(content)[0].content[1:]
    except DerError:
        return None
    number = int.from_bytes(bits[:2].ljust(2, b"\0"), "big")
    return tuple(name for index, name in enumerate(KEY_USES) if number >> (15 - index) & 1)


def _alternative_names(content: bytes | None) -> tuple[str, ...] | None:
    if content is None:
        return None
    try:
        return tuple(_general_name(value) for value in der.read_value(content)[0].children())
    except (DerError, ValueError, IndexError):
        # kept visible, never dropped: a name that cannot be read is a reason to look
        return ("".join(chr(octet) if 32 <= octet < 127 else "." for octet in content),)


def _general_name(value: Value) -> str:
    number = value.tag & 0x1F
    if value.tag & 0xC0 != 0x80 or number > 8:
        raise DerError("a general name was expected")
    content = value.content
    if number in (1, 2, 6):
        return {1: "email:", 2: "DNS:", 6: "URI:"}[number] + content.decode("latin-1")
    if number == 0:
        return _other_name(value)
    if number == 3:
        return "X400Name:<unsupported>"
    if number == 4:
        name = distinguished_name(value.children()[0])
        return (
            "DirName:" + "".join("/" + part for part in reversed(re.split(r"(?<!\\),", name))) if name else "DirName:"
        )
    if number == 5:
        return "EdiPartyName:<unsupported>"
    if number == 7:
        return "IP Address:" + _address(content)
    return "Registered ID:" + der.dotted(content)


def _other_name(value: Value) -> str:
    kind, wrapped = value.children()
    number = der.object_identifier(kind)
    content = wrapped.children()[0]
    wanted = der.IA5_STRING if number == SRV_NAME else der.UTF8_STRING
    if number in OTHER_NAMES and content.tag != wanted:
        raise DerError("an other name has the wrong kind of string")
    text = der.text(content) if content.tag in (der.UTF8_STRING, der.IA5_STRING) else "<unsupported>"
    return f"othername: {OTHER_NAMES.get(number, number)}::{text}"


def _address(content: bytes) -> str:
    if len(content) == 4:
        return ".".join(str(octet) for octet in content)
    if len(content) == 16:
        return ":".join(f"{int.from_bytes(content[index : index + 2], 'big'):X}" for index in range(0, 16, 2))
    return f"<invalid length={len(content)}>"
