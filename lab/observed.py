"""What foreign clients saw, because by because: kept in `out/lab/observed.json` with the digest of the city as it was asked;
`lab truth --json` carries it while the city is still the same."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lab import place
from lab.city import City
from lab.truth import Truth

CONFIRMED, CONTRADICTED, WITHOUT_SIGN, NOT_SEEN_FROM_OUTSIDE = (
    "confirmed",
    "contradicted",
    "no sign",
    "not for the network",
)
OFFICE = "office"
STATES = (CONFIRMED, CONTRADICTED, WITHOUT_SIGN, NOT_SEEN_FROM_OUTSIDE)


@dataclass(frozen=True)
class Observed:
    """How a because stands: confirmed with the client's command and words, contradicted, without a sign that a client gave,
    or of a kind that no client can see; then `saw` says what tells it instead (the register, a configuration…)."""

    address: str
    rule: str
    state: str
    client: str = ""
    saw: str = ""
    vantage: str = OFFICE


def digest(city: City) -> str:
    """Of the city as it is described now, changed settings included."""
    return hashlib.sha256(repr((city.hosts, city.truth)).encode()).hexdigest()


def file() -> Path:
    return place.out() / "observed.json"


def keep(city: City, observed: Iterable[Observed]) -> None:
    """Store what was seen of the city or of some of its zones, beside what is kept of this very city's other hosts and vantages."""
    seen = list(observed)
    asked = {(each.address, each.vantage) for each in seen}
    others = [each for each in _all(city) if (each.address, each.vantage) not in asked]
    rows = [asdict(each) for each in (*others, *seen)]
    file().write_text(json.dumps({"city": digest(city), "rows": rows}, ensure_ascii=False), encoding="utf-8")


def _all(city: City) -> list[Observed]:
    """What was seen of this very city; nothing when it has changed since, or was never asked."""
    if not file().is_file():
        return []
    document: dict[str, Any] = json.loads(file().read_text(encoding="utf-8"))
    return [Observed(**row) for row in document["rows"]] if document["city"] == digest(city) else []


def kept(city: City, vantage: str = OFFICE) -> dict[tuple[str, str], Observed]:
    """Address and rule → what was seen from a vantage of this very city."""
    return {(each.address, each.rule): each for each in _all(city) if each.vantage == vantage}


def shown(city: City, vantage: str = OFFICE) -> dict[tuple[str, str], dict[str, str]]:
    """Address and rule → the client's command and its words, of what was confirmed."""
    confirmed = {key: each for key, each in kept(city, vantage).items() if each.state == CONFIRMED}
    return {key: {"client": each.client, "saw": each.saw} for key, each in confirmed.items()}


def summary(rows: Iterable[Truth], observed: Iterable[Observed]) -> Iterator[str]:
    """Counts, what tells the becauses that no client can see, every contradiction, then the verdicts without a sign."""
    pairs = list(zip(rows, observed, strict=True))
    for state in STATES:
        yield f"{state}: {sum(seen.state == state for _, seen in pairs)} of {len(pairs)}"
    elsewhere = Counter(seen.saw for _, seen in pairs if seen.state == NOT_SEEN_FROM_OUTSIDE)
    for what, count in elsewhere.most_common():
        yield f"not for the network, told by {what}: {count}"
    for row, seen in pairs:
        if seen.state == CONTRADICTED:
            yield f"contradicted: {row.host} {row.rule} {row.verdict}: {row.because} ({seen.client[:100]})"
    lacking = Counter(f"{row.rule} {row.verdict}" for row, seen in pairs if seen.state == WITHOUT_SIGN)
    told = ", ".join(f"{name} ({count})" for name, count in lacking.most_common())
    yield f"without a sign: {len(lacking)} verdicts of rules: {told}"
