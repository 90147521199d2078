"""Packs from outside the product stay with the scan that they judged: a later judgement and a replay read the same rules."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from inventory.errors import RuleError
from inventory.store import Store
from rules.load import BUILTIN, RuleSet, gather, load_files

KIND = "scan/pack"  # kind of the kept files; the name is SCAN/PACK/FILE.yaml


def builtin_packs() -> frozenset[str]:
    """The ids of the packs of the product."""
    return frozenset(path.name for path in BUILTIN.iterdir() if (path / "pack.yaml").is_file())


def gather_outside(folders: Iterable[Path]) -> dict[str, bytes]:
    """The files of pack folders. Raises RuleError for a folder that takes the name of a pack of the product."""
    resolved = [folder.resolve() for folder in folders]
    for folder in resolved:
        if folder.name in builtin_packs():
            raise RuleError(f"{folder.name} is a pack of the product", str(folder), hint="name the folder otherwise")
    return gather(resolved)


def with_builtin(files: Mapping[str, bytes], packs: Iterable[str] | None = None) -> RuleSet:
    """The packs of the product and these. `packs` picks by id."""
    return load_files({**gather(sorted(BUILTIN.iterdir())), **files}, None if packs is None else tuple(packs))


def outside_of(ruleset: RuleSet) -> dict[str, bytes]:
    """The files of a rule set that are none of the product's."""
    own = builtin_packs()
    return {name: content for name, content in ruleset.files.items() if name.split("/")[0] not in own}


def keep_packs(store: Store, scan: str, ruleset: RuleSet) -> None:
    """Keep the packs from outside with the scan, those that it had before among them; inside a batch."""
    for name, content in outside_of(ruleset).items():
        store.keep(f"{scan}/{name}", KIND, content)


def ruleset_of(store: Store, scan: str, packs: Iterable[str]) -> RuleSet:
    """The packs of the product and those kept with the scan. Raises RuleError where one is not there."""
    wanted, prefix = tuple(packs), f"{scan}/"
    kept = {
        name.removeprefix(prefix): content
        for name, content in store.kept(KIND).items()
        if name.startswith(prefix) and name.removeprefix(prefix).split("/")[0] in wanted
    }
    return with_builtin(kept, wanted)
