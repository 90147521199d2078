"""Published files: another service of the same group may read them, however private everything else is kept."""

import stat
from pathlib import Path


def readable_to_group(path: Path) -> None:
    """Add what the group needs to read a file, or to look into a folder; nothing is taken away."""
    mode = path.stat().st_mode
    path.chmod(stat.S_IMODE(mode) | (0o050 if stat.S_ISDIR(mode) else 0o040))


def make_shared_folder(path: Path) -> None:
    """Make a folder that the group may look into; one that is there stays as it is."""
    if not path.is_dir():
        path.mkdir(parents=True)
        readable_to_group(path)
