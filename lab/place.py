"""Where the lab keeps its things, and how it calls other programs."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CACHE_VARIABLE = "CHENGJIAN_LAB_CACHE"


class LabError(RuntimeError):
    """The lab cannot do what was asked; one line says why."""


def out() -> Path:
    """`out/lab` of the checkout: configuration, state and containers of the running city."""
    return CHECKOUT / "out" / "lab"


def images() -> Path:
    """Base images by the digest of their recipe; the variable names a folder that several checkouts share."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else CHECKOUT / "out" / "lab-images"


def certificates() -> Path:
    return out() / "certificates"


def mark() -> str:
    """A short word that belongs to this checkout, so that two checkouts do not touch each other's containers."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:6]


def need(*programs: str) -> None:
    """Raises LabError naming the first program that is not installed."""
    for program in programs:
        if shutil.which(program, path=search_path()) is None:
            raise LabError(f"{program} is not installed (scripts/setup --lab installs what the lab needs)")


def search_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def run(
    *words: str,
    check: bool = True,
    stdin: str | None = None,
    timeout: float = 120,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program and give its output. Raises LabError with its last line of complaint when it fails."""
    given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=timeout,
            env={**os.environ, "PATH": search_path(), "LC_ALL": "C.UTF-8", **(env or {})},
            **given,
        )
    except FileNotFoundError:
        raise LabError(f"{words[0]} is not installed (scripts/setup --lab installs what the lab needs)") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(words[:4])} took longer than {timeout:.0f} s") from None
    if check and done.returncode != 0:
        complaint = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise LabError(f"{' '.join(words[:6])}: {complaint[0]}")
    return str(done.stdout)


def remove_tree(path: Path) -> None:
    """Delete a folder, but never through a mount: what is mounted below it is unmounted first, or nothing is deleted."""
    for point in mounts_below(path):
        run("umount", point, check=False)
    left = mounts_below(path)
    if left:
        raise LabError(f"{left[0]} is still mounted; nothing was deleted")
    if path.exists():
        run("rm", "-rf", "--one-file-system", str(path), timeout=300)


def mounts_below(path: Path) -> list[str]:
    """Mount points at or below a folder, deepest first."""
    prefix = str(path.resolve())
    points = []
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        point = line.split()[4].encode().decode("unicode_escape")
        if point == prefix or point.startswith(prefix + "/"):
            points.append(point)
    return sorted(points, key=len, reverse=True)
