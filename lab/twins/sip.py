"""A SIP registrar of a video platform (RFC 3261, GB/T 28181): OPTIONS, and how it challenges a REGISTER."""

from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

SCHEMES = {
    "digest": 'Digest realm="{realm}", nonce="45004500450045004500", algorithm={algorithm}',
    "certificate": 'Bidirection algorithm="A:SM2;H:SM3;S:SM4/OFB/PKCS5;SI:SM3-SM2"',
}
COPIED = ("via", "from", "to", "call-id", "cseq")


@dataclass(frozen=True)
class Settings:
    """`scheme`: digest, certificate (GB 35114-2017, annex C) or open. `realm`: a centre code of ten digits says GB/T 28181."""

    scheme: str = "digest"
    realm: str = "4501000000"
    algorithm: str = "SM3"
    server: str = "GB28181 platform (simulated)"


class SipTwin(UdpTwin):
    port = 5060
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        ours = self.settings
        lines = datagram.decode("utf-8", "replace").split("\r\n")
        method = lines[0].partition(" ")[0]
        if not lines[0].endswith(" SIP/2.0"):
            return []
        kept = [line for line in lines[1:] if line.partition(":")[0].strip().lower() in COPIED]
        if method == "REGISTER" and ours.scheme in SCHEMES:
            challenge = SCHEMES[ours.scheme].format(realm=ours.realm, algorithm=ours.algorithm)
            head = ["SIP/2.0 401 Unauthorized", *kept, f"WWW-Authenticate: {challenge}"]
        elif method in ("REGISTER", "OPTIONS"):
            head = ["SIP/2.0 200 OK", *kept, "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, REGISTER"]
        else:
            head = ["SIP/2.0 405 Method Not Allowed", *kept]
        return ["\r\n".join([*head, f"Server: {ours.server}", "Content-Length: 0", "", ""]).encode()]


TWIN = SipTwin
