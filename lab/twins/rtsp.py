"""An RTSP server as cameras have it (RFC 2326): OPTIONS and DESCRIBE, with or without authentication."""

from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

SDP = "v=0\r\no=- 45 1 IN IP4 0.0.0.0\r\ns=模拟数据\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


@dataclass(frozen=True)
class Settings:
    """`authenticate`: the WWW-Authenticate value for DESCRIBE; empty lets everybody see the stream's description."""

    server: str = "Rtsp Server/3.0"
    authenticate: str = ""


class RtspTwin(TcpTwin):
    port = 554
    Settings = Settings

    def session(self, connection: Connection) -> None:
        while True:
            lines = connection.read_until(b"\r\n\r\n").decode("utf-8", "replace").split("\r\n")
            method = lines[0].partition(" ")[0].upper()
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)
            }
            status, more, body = self._answer(method, headers)
            head = [f"RTSP/1.0 {status}", f"CSeq: {headers.get('cseq', '0')}", f"Server: {self.settings.server}", *more]
            if body:
                head += ["Content-Type: application/sdp", f"Content-Length: {len(body.encode())}"]
            connection.send(("\r\n".join(head) + "\r\n\r\n" + body).encode())

    def _answer(self, method: str, headers: dict[str, str]) -> tuple[str, list[str], str]:
        if method == "OPTIONS":
            return "200 OK", ["Public: OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY"], ""
        if self.settings.authenticate and "authorization" not in headers:
            return "401 Unauthorized", [f"WWW-Authenticate: {self.settings.authenticate}"], ""
        if method == "DESCRIBE":
            return "200 OK", [], SDP
        return "405 Method Not Allowed", [], ""


TWIN = RtspTwin
