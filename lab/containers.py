"""Containers by podman: a private configuration and storage under `out/lab`, nothing of the machine's own is touched.

A container is the base image under an overlay, joined to the network namespace that `lab.network` made for its host.
"""

import json
import os
import subprocess
from pathlib import Path

from lab import image, place
from lab.city import Host
from lab.place import run

CONFIGURATION = """\
[engine]
runtime = "{runtime}"
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
default_ulimits = [{ulimits}]
log_driver = "k8s-file"
log_size_max = 1000000
"""


def configure() -> None:
    """Write the private containers.conf: the runtime that suits the machine's cgroups, and limits that it may set."""
    hybrid = Path("/sys/fs/cgroup/unified").is_dir() or not Path("/sys/fs/cgroup/cgroup.controllers").is_file()
    ulimits = "" if _may_raise_limits() else '"nofile=20000:20000", "nproc=30000:30000"'
    place.out().mkdir(parents=True, exist_ok=True)
    runtime = "runc" if hybrid else "crun"
    (place.out() / "containers.conf").write_text(
        CONFIGURATION.format(runtime=runtime, ulimits=ulimits), encoding="utf-8"
    )


def _may_raise_limits() -> bool:
    """Is CAP_SYS_RESOURCE (bit 24) in our effective set?"""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> 24 & 1)


def podman(*words: str, check: bool = True, timeout: float = 120) -> str:
    """Call podman with our own storage. Raises LabError when it fails."""
    own = ("--root", str(place.out() / "storage"), "--runroot", str(place.out() / "run"))
    environment = {
        "CONTAINERS_CONF": str(place.out() / "containers.conf"),
        "TMPDIR": os.environ.get("TMPDIR", "/var/tmp"),
    }
    return run("podman", *own, *words, check=check, timeout=timeout, env=environment)


def container(host: Host) -> str:
    return f"cj-{place.mark()}-{host.name}"


def start(host: Host, namespace: str, folder: Path, state: Path) -> None:
    """Start a host's container; `folder` holds its configuration and `start.sh`, `state` is its writable folder."""
    podman(
        "run",
        "--detach",
        "--name",
        container(host),
        "--hostname",
        host.name,
        "--network",
        f"ns:{namespace}",
        "--cgroup-parent",
        f"/chengjian-lab-{place.mark()}",
        "--cap-add",
        "NET_ADMIN,SYS_NICE",
        "--volume",
        f"{folder}:/lab/host:ro",
        "--volume",
        f"{state}:/lab/state",
        "--volume",
        f"{place.certificates()}:/lab/certificates:ro",
        "--volume",
        f"{place.CHECKOUT / 'lab'}:/lab/code/lab:ro",
        "--rootfs",
        f"{image.root()}:O",
        "/bin/bash",
        "/lab/host/start.sh",
    )


def clients(folder: Path, namespace: str, purpose: str, at_once: int) -> str:
    """Run the commands of `folder`/commands.json, so many at once, in a container in the city's own namespace; gives what was
    printed."""
    name = f"cj-{place.mark()}-{purpose}"
    podman("rm", "--force", "--time", "0", "--ignore", name, check=False)
    words = ["run", "--rm", "--name", name, "--network", f"ns:{namespace}", "--cgroup-parent"]
    words += [f"/chengjian-lab-{place.mark()}", "--cap-add", "NET_RAW,NET_ADMIN", "--env", "PYTHONPATH=/lab/code"]
    words += ["--volume", f"{folder}:/lab/host:ro", "--volume", f"{place.CHECKOUT / 'lab'}:/lab/code/lab:ro"]
    words += ["--rootfs", f"{image.root()}:O", "python3", "-m", "lab.clients", "/lab/host/commands.json", str(at_once)]
    return podman(*words, timeout=1800)


INSIDE = """\
set -e
mount -t tmpfs lab /mnt && mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay lab -o lowerdir="$1",upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mkdir /mnt/root/work && mount --bind "$2" /mnt/root/work && mount --bind /dev /mnt/root/dev
shift 2
exec chroot /mnt/root sh -c 'cd /work && exec "$@"' sh "$@"
"""


def inside(words: list[str], folder: Path) -> int:
    """Run a program of the image in this folder, with no network and nothing else of the machine; gives its exit code.

    Needs root. Mounts and namespaces end with the program.
    """
    isolated = ("unshare", "--mount", "--net", "--propagation", "private")
    command = [*isolated, "sh", "-c", INSIDE, "sh", str(image.root()), str(folder), *words]
    return subprocess.run(command, check=False, env={**os.environ, "PATH": place.search_path()}).returncode


def stop(host: Host) -> None:
    podman("rm", "--force", "--time", "0", "--ignore", container(host), check=False)


def running() -> list[str]:
    """Names of the containers that run."""
    if not (place.out() / "storage").is_dir():
        return []
    listed = json.loads(podman("ps", "--format", "json") or "[]")
    return [each["Names"][0] for each in listed]


def log(host: Host) -> str:
    """What a host's programs have written."""
    return podman("logs", "--tail", "20", container(host), check=False)


def remove_all() -> None:
    """Remove every container and the storage of this checkout; also what a crash left behind."""
    _end_programs("podman")
    if (place.out() / "storage").is_dir():
        podman("rm", "--all", "--force", "--time", "0", check=False, timeout=300)
    _end_left_overs()
    _end_programs("podman", "conmon")
    for name in ("storage", "run"):
        place.remove_tree(place.out() / name)
    for path in Path("/sys/fs/cgroup").glob(f"*/chengjian-lab-{place.mark()}"):
        _remove_cgroup(path)
    _remove_cgroup(Path("/sys/fs/cgroup") / f"chengjian-lab-{place.mark()}")


def _end_programs(*names: str) -> None:
    """End what a killed `up` has left running on our storage (its path is in their words), each by its own number."""
    storage = str(place.out() / "storage")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if Path(words[0]).name in names and storage in words:
            run("kill", "-9", entry.name, check=False)


def _end_left_overs() -> None:
    """End processes that still run inside one of our namespaces, each by its own number."""
    from lab.network import city_namespace, own_namespaces

    prefix = city_namespace()
    for name in own_namespaces():
        if name.startswith(prefix):
            for pid in run("ip", "netns", "pids", name, check=False).split():
                if int(pid) != os.getpid():
                    run("kill", "-9", pid, check=False)


def _remove_cgroup(path: Path) -> None:
    """Control groups are removed leaves first; files in them are not ours to delete."""
    if path.is_dir():
        for inner in [each for each in path.iterdir() if each.is_dir()]:
            _remove_cgroup(inner)
        run("rmdir", str(path), check=False)
