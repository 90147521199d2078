"""Names that a conversation asked for, and what is known of some: remote control tools, network disks, services overseas."""

import re

from inventory.overseas import RESOLVERS
from scanner.wire.html import is_overseas

REMOTE_CONTROL = (
    "teamviewer.com", "anydesk.com", "oray.com", "sunlogin.com", "todesk.com", "ngrok.com", "ngrok.io", "ngrok-free.app",
    "logmein.com", "splashtop.com", "parsec.app", "rustdesk.com", "natapp.cn", "cpolar.cn", "zerotier.com", "tailscale.com",
)  # fmt: skip
REMOTE_PORTS = frozenset({5938, 7070, 7000, 21116, 21117, 9993})
NETWORK_DISKS = (
    "pan.baidu.com", "pcs.baidu.com", "alipan.com", "aliyundrive.com", "weiyun.com", "115.com", "quark.cn", "123pan.com",
    "dropbox.com", "dropboxapi.com", "drive.google.com", "onedrive.live.com", "1drv.ms", "mega.nz", "box.com", "icloud.com",
)  # fmt: skip
OVERSEAS = (
    "windowsupdate.com", "update.microsoft.com", "time.windows.com", "pool.ntp.org", "time.apple.com", "time.google.com",
    "dns.google", "one.one.one.one", "cloudflare-dns.com", "quad9.net", "github.com", "docker.io", "docker.com", "gcr.io",
    "quay.io", "ubuntu.com", "centos.org", "fedoraproject.org", "openai.com",
)  # fmt: skip


def _under(name: str, known: tuple[str, ...]) -> bool:
    return any(name == one or name.endswith("." + one) for one in known)


def is_remote_control(name: str, port: int) -> bool:
    """A tool that lets somebody in from outside."""
    return _under(name, REMOTE_CONTROL) or port in REMOTE_PORTS


def is_network_disk(name: str) -> bool:
    """A disk on the Internet."""
    return _under(name, NETWORK_DISKS)


def is_overseas_service(name: str | None, address: str) -> bool:
    """A known service outside the mainland, by name or by the address of a public resolver."""
    return address in RESOLVERS or bool(name and (_under(name, OVERSEAS) or is_overseas(name)))


def server_name(up: bytes, transport: str) -> str | None:
    """The name in a ClientHello, an HTTP Host, or the first question of a DNS query; in lower case."""
    found = _sni(up) if up[:1] == b"\x16" else None
    if found is None and re.match(rb"[A-Z]{3,8} ", up):
        host = re.search(rb"(?im)^host:[ \t]*([A-Za-z0-9.-]{1,253})", up[:4096])
        found = host[1].decode() if host else None
    if found is None and transport == "udp" and len(up) > 17 and up[4:6] == b"\x00\x01":
        found = _question(up)
    return found.lower().rstrip(".") if found else None


def _sni(data: bytes) -> str | None:
    """RFC 6066 3, searched by its form: list length, type 0, name length, name."""
    for match in re.finditer(rb"\x00\x00(..)(..)\x00(..)([A-Za-z0-9.-]{1,253})", data, re.S):
        whole, listed, size = (int.from_bytes(match[number], "big") for number in (1, 2, 3))
        if whole == listed + 2 and listed == size + 3 and size <= len(match[4]):
            return match[4][:size].decode()
    return None


def _question(data: bytes) -> str | None:
    labels: list[str] = []
    at = 12
    while at < len(data) and data[at] and data[at] < 64 and len(labels) < 16:
        label = data[at + 1 : at + 1 + data[at]]
        if not re.fullmatch(rb"[A-Za-z0-9_-]{1,63}", label):
            return None
        labels.append(label.decode())
        at += 1 + data[at]
    return ".".join(labels) if labels and at < len(data) and data[at] == 0 else None
