"""What a command did, written into the audit log of its workspace as it is done."""

from datetime import UTC, datetime

from inventory.audit import Act, record
from inventory.store import Store


def write_down(store: Store, act: Act, **what: str) -> None:
    """Append one entry, by whoever runs this, now."""
    record(store, act, what, at=datetime.now(UTC))
