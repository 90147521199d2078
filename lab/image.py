"""The base image: one root file system with every server of the city, made by one mmdebstrap run from the host's apt sources.

Beside Debian's packages it holds servers in Python and GmSSL (see `pinned.py`); GmSSL is compiled inside, and the compiler
leaves again. It is a folder, cached by the digest of its recipe; containers see it through an overlay, so nothing is imported or copied.
The run happens in a mount namespace of its own, so whatever it mounts goes away with it, also after a crash.
"""

import hashlib
import os
import platform
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from lab import pinned, place
from lab.place import LabError

SERVERS = (
    "openssh-server",
    "nginx-light",
    "haproxy",
    "tomcat10",
    "redis-server",
    "memcached",
    "mariadb-server",
    "postgresql-15",
    "influxdb",
    "etcd-server",
    "libzookeeper-java",
    "prometheus",
    "mosquitto",
    "snmpd",
    "telnetd",
    "openbsd-inetd",
    "rsh-redone-server",
    "tftpd-hpa",
    "vsftpd",
    "rsync",
    "samba",
    "slapd",
    "postfix",
    "dovecot-imapd",
    "dovecot-pop3d",
    "kamailio",
    "bind9",
    "dnsmasq-base",
    "chrony",
)
CLIENTS = (
    "bind9-dnsutils",
    "curl",
    "faketime",
    "ipmitool",
    "ldap-utils",
    "libcoap3-bin",
    "mosquitto-clients",
    "nmap",
    "openssl",
    "redis-tools",
    "sipsak",
    "smbclient",
    "snmp",
)
REST = ("openjdk-17-jre-headless", "python3", "iproute2", "procps", "netbase")
PACKAGES = (*SERVERS, *CLIENTS, *REST)
COMPILERS = ("gcc", "libc6-dev", "make", "cmake")
LEAVE_OUT = (
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "/usr/share/info/*",
    "/usr/share/perl/*/pod/*",
    "/usr/share/javascript/*",  # pages of Prometheus' own console
    "/usr/share/nodejs/*",
    "/usr/bin/promtool",
    "/usr/share/i18n/*",
    "/usr/share/icons/*",
    "/usr/share/maven-repo/*",
    "/usr/lib/*/libLLVM*",  # PostgreSQL compiles queries with it, which is switched off
    "/usr/lib/*/libz3*",
    "/usr/lib/postgresql/*/lib/bitcode/*",
    "/usr/bin/aria_*",
    "/usr/bin/mariadb-*check*",
    "/usr/bin/mariadb-binlog",
    "/usr/bin/mysql*slap",
    "/usr/bin/mariadb-slap",
    "/usr/bin/myrocks*",
    "/usr/bin/myisam*",
)
GMSSL = "-DBUILD_SHARED_LIBS=OFF -DCMAKE_BUILD_TYPE=Release"
# the databases' folders are made anew with small logs; keys that the packages made would be shared by all hosts
FINISH = (
    'mkdir -p "$1"/opt/gmssl && cp -a "$SOURCES"/gmssl/source "$1"/opt/gmssl/ && cp -a "$SOURCES"/python "$1"/opt/python',
    f'chroot "$1" cmake -S /opt/gmssl/source -B /opt/gmssl/build {GMSSL}',
    'chroot "$1" make -s -j2 -C /opt/gmssl/build gmssl-bin',
    'install -m 755 "$1"/opt/gmssl/build/bin/gmssl "$1"/usr/local/bin/gmssl && rm -rf "$1"/opt/gmssl',
    f'chroot "$1" apt-get purge -qq -y --autoremove {" ".join(COMPILERS)}',
    'rm -rf "$1"/var/lib/mysql/* "$1"/etc/ssh/ssh_host_*',
    'chroot "$1" mariadb-install-db --user=mysql --skip-test-db --innodb-log-file-size=4M >/dev/null',
    'rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*',
    'mkdir -p "$1"/lab/host "$1"/lab/code "$1"/lab/state "$1"/lab/certificates "$1"/srv/ftp',
)
SUITE = "bookworm"
TOOK = "seconds"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def recipe() -> str:
    """Everything that decides what the image contains."""
    return "\n".join((SUITE, *PACKAGES, *COMPILERS, *LEAVE_OUT, *FINISH, pinned.pins()))


def root() -> Path:
    """The folder of the image, whether it exists or not."""
    digest = hashlib.sha256(recipe().encode()).hexdigest()[:12]
    return place.images() / digest / "root"


def ensure(say: Callable[[str], None]) -> Path:
    """Build the image when it is missing; gives its folder. Raises LabError with the log's last lines."""
    target = root()
    if target.is_dir():
        return target
    place.need("mmdebstrap", "unshare")
    folder = target.parent
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "building"
    with lock.open("w") as held:
        _lock(held.fileno())
        if target.is_dir():
            return target
        _build(folder, target, say)
    return target


def _lock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _build(folder: Path, target: Path, say: Callable[[str], None]) -> None:
    began = time.monotonic()
    half, sources = folder / "half", folder / "sources"
    place.remove_tree(half)
    say("fetching servers in Python and the source of GmSSL")
    pinned.fetch(sources, platform.machine())
    debian = folder / "debian.sources"
    debian.write_text(apt_sources(), encoding="utf-8")
    words = ["unshare", "--mount", "--propagation", "private", "mmdebstrap", "--mode=root", "--variant=apt"]
    words += [
        '--aptopt=Apt::Install-Recommends "false"',
        f"--include={','.join((*PACKAGES, *COMPILERS))}",
        "--skip=check/empty",
    ]
    words += ["--dpkgopt=force-unsafe-io", *(f"--dpkgopt=path-exclude={each}" for each in LEAVE_OUT)]
    words += [f"--customize-hook={each}" for each in FINISH]
    words += [SUITE, str(half), str(debian)]
    say(f"building the base image ({len(PACKAGES)} packages and what they need)")
    log = folder / "build.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **ENVIRONMENT, "PATH": place.search_path(), "SOURCES": str(sources)},
        )
        while process.poll() is None:
            time.sleep(0.5)
            if int(time.monotonic() - began) % 20 == 19:
                say(f"building the base image: {time.monotonic() - began:.0f} s, {_last_line(log)}")
                time.sleep(1)
    if process.returncode != 0:
        raise LabError(f"the base image could not be built: {_last_line(log)} (all of it in {log})")
    place.remove_tree(sources)
    half.rename(target)
    took = time.monotonic() - began
    (folder / TOOK).write_text(f"{took:.0f}", encoding="ascii")
    say(f"base image ready after {took:.0f} s")


def seconds() -> int | None:
    """How long the image took when it was made; None where it was made elsewhere or not yet."""
    record = root().parent / TOOK
    return int(record.read_text(encoding="ascii")) if record.is_file() else None


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    wrong = [line for line in lines if line.startswith("E:")]
    return (wrong or lines or [""])[-1][:100]


def apt_sources() -> str:
    """The host's own apt sources of this Debian release, in deb822 form. Raises LabError when it has none."""
    stanzas: list[str] = []
    base = Path("/etc/apt")
    for path in sorted(base.glob("sources.list.d/*.sources")):
        stanzas += re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    for path in (base / "sources.list", *sorted(base.glob("sources.list.d/*.list"))):
        if path.is_file():
            stanzas += [_stanza(line) for line in path.read_text(encoding="utf-8").splitlines()]
    ours = [each for each in (_useful(stanza) for stanza in stanzas) if each]
    if not ours:
        raise LabError(f"the apt sources of this machine name no {SUITE}: the base image cannot be built here")
    return "\n\n".join(ours) + "\n"


def _useful(stanza: str) -> str:
    """A stanza when it is one of this Debian release, without comments; else nothing."""
    lines = [line for line in stanza.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    text = "\n".join(lines)
    wanted = re.search(rf"(?m)^Suites:.*\b{SUITE}", text) and re.search(r"(?m)^Types:.*\bdeb\b", text)
    return text if wanted and "enabled: no" not in text.lower() else ""


def _stanza(line: str) -> str:
    """One line of the older format as a stanza."""
    found = re.match(r"deb\s+(\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.+?)\s*(#.*)?$", line.strip())
    if found is None:
        return ""
    keys = re.search(r"signed-by=([^\s\]]+)", found[1] or "")
    signed = keys[1] if keys else "/usr/share/keyrings/debian-archive-keyring.gpg"
    return f"Types: deb\nURIs: {found[2]}\nSuites: {found[3]}\nComponents: {found[4]}\nSigned-By: {signed}"
