"""Well-known services outside the mainland: public resolvers by address, and package sources by the end of their names."""

import ipaddress
import re

RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"})
SOURCES = ("debian.org", "ubuntu.com", "centos.org", "fedoraproject.org", "redhat.com", "docker.com", "microsoft.com", "mysql.com",
    "postgresql.org", "mongodb.org", "elastic.co", "kubernetes.io", "k8s.io", "rpmfusion.org", "nginx.org", "grafana.com", "launchpad.net",
)  # fmt: skip


def is_resolver(address: str) -> bool:
    """Whether an address is that of a public resolver outside the mainland."""
    return address in RESOLVERS


def is_source(url: str) -> bool | None:
    """Whether a package source lies outside the mainland: by a known name; a private address or a name under .cn does not.
    None where nothing tells."""
    found = re.match(r"[a-z+]+://(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)", url.strip().lower())
    if found is None:
        return False if url.startswith(("/", "cdrom:", "file:")) else None
    host = found[1].strip("[]")
    try:
        return False if ipaddress.ip_address(host).is_private else None
    except ValueError:
        pass
    if host.endswith((".cn", ".local", ".lan", ".internal")) or "." not in host:
        return False
    return True if any(host == name or host.endswith("." + name) for name in SOURCES) else None
