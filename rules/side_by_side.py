"""Judging a large scan by two processes, each of which takes about half of the tables."""

import multiprocessing
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from inventory.errors import WorkspaceError
from inventory.store import Store
from rules.judge import Emit, Judgement, Share, join, judge, share_of
from rules.load import RuleSet
from rules.profile import Profile

LARGE = 200_000  # questions from which a second process is worth its start
AT_ONCE = 500  # findings handed over together


def judge_side_by_side(
    store: Store,
    scan: str,
    ruleset: RuleSet,
    profile: Profile,
    as_of: str,
    *,
    emit: Emit | None = None,
    large: int = LARGE,
) -> Judgement:
    """As `judge`; with a second process where the scan is large and its workspace is a file that others can read. Raises
    WorkspaceError where that process ends before it has handed over its share."""
    if store.path is None or store.connection.in_transaction or _questions(store, scan) < large:
        return judge(store.connection, scan, ruleset, profile, as_of, emit=emit)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    other = context.Process(target=_other, args=(theirs, store.path, scan, ruleset, profile, as_of))
    other.start()
    theirs.close()
    try:
        mine = judge(store.connection, scan, ruleset, profile, as_of, emit=emit, part=(0, 2))
        whole = _taken(ours, mine, emit)
        other.join()
    except EOFError as error:
        raise WorkspaceError("the second process that judges ended early", str(store.path)) from error
    finally:
        other.terminate()
        ours.close()
    return whole


def _questions(store: Store, scan: str) -> int:
    ((number,),) = store.connection.execute("SELECT count(*) FROM question WHERE scan = ?", (scan,))
    return int(number)


def _taken(ours: Pipe, mine: Judgement, emit: Emit | None) -> Judgement:
    """Findings first, in lists, and the share of the other process at last."""
    kept = []
    while not isinstance(received := ours.recv(), Share):
        if emit is None:
            kept += received
        else:
            for finding in received:
                emit(finding)
    return join(mine, received, kept)


def _other(theirs: Pipe, path: Path, scan: str, ruleset: RuleSet, profile: Profile, as_of: str) -> None:
    """The second process: its findings wait until the first has time for them."""
    with Store.reader(path) as store:
        found = judge(store.connection, scan, ruleset, profile, as_of, part=(1, 2))
    for start in range(0, len(found.findings), AT_ONCE):
        theirs.send(found.findings[start : start + AT_ONCE])
    theirs.send(share_of(found))
    theirs.close()
