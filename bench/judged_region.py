"""A made-up region for the benchmark of judging: assets, five services an asset, what stands on them, and what was seen.

Every asset answers SSH, HTTP, TLS and SNMP; its fifth question goes round all other subjects of the rules, so that every rule of
both packs has rows. What a well-run service shows, and a badly run one, comes from the examples of the rules themselves. Ids are
hashes and evidence has digests, as in a real workspace.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inventory.asset import Asset, Component
from inventory.canonical import sha256, short_id
from inventory.endpoint import Endpoint
from inventory.fact import all_tables, column_types
from inventory.observation import EvidenceClass
from inventory.question import Question
from inventory.store import Store
from rules.derived import DERIVED
from rules.load import RuleSet
from rules.rule import Rule
from rules.verdict import Word

AS_OF = "2026-06-01T00:00:00Z"
SCAN = "2026-06-01-region"
EVERYWHERE = {"ssh": 22, "http": 80, "tls": 443, "snmp": 161}  # table → port
SERVICES = len(EVERYWHERE) + 1
LAYER_OF = {"server": "operating_system", "network": "network", "iot": "iot", "camera": "video"}
DEVICES = tuple(LAYER_OF)
BATCH = 20_000
FAILS_EVERY = 50  # one service in this many shows a fail
CLOSED_EVERY = 4  # so many services of the fifth kind are closed
FOREIGN_EVERY = 100

Row = tuple[Any, ...]


def asset(number: int) -> Asset:
    """One of a region of 14 cities with 20 departments each."""
    city = f"45{1 + number % 14:02d}00"
    address = f"10.{45 + number // 65025 % 200}.{number // 255 % 255}.{number % 255}"
    return Asset(
        short_id("asset", address),
        (f"address:{address}",),
        (address,),
        zone="office",
        department=f"{city}-{number % 20}",
        city=city,
        system=f"s{number % 40}",
        importance=("general", "important", "critical")[number % 3],
        protection_level=2 + number // 4 % 2,
        device_class=DEVICES[number % len(DEVICES)],
        registered=True,
        contact="x",
    )


def component(number: int, owner: Asset) -> Component:
    """What the device is: proven, and domestic but for a few."""
    origin = "foreign" if number % FOREIGN_EVERY == 7 else "domestic_certified"
    layer = LAYER_OF[owner.device_class]
    return Component(
        owner.id,
        layer,
        f"maker-{number % 30}",
        "device",
        "3.1",
        origin,
        "proven",
        EvidenceClass.HANDSHAKE,
        "2030-01-01",
    )  # type: ignore[arg-type]


class Shown:
    """What services of one fact table show: the facts of a good one, and those of several bad ones."""

    def __init__(self, table: str, rules: Sequence[Rule]) -> None:
        self.table = table
        self.columns = list(column_types(all_tables()[table]))
        strongest = max((rule.evidence for rule in rules), key=lambda one: one.rank)
        self.strength = EvidenceClass.HANDSHAKE if table in EVERYWHERE else strongest  # as the probes of these give it
        good: dict[str, object] = {}
        for facts in _examples(rules, Word.PASS):
            good = {**facts, **good}
        self.good = self._row(good)
        self.bad = [self._row({**good, **facts}) for facts in _examples(rules, Word.FAIL)] or [self.good]

    def _row(self, facts: Mapping[str, object]) -> Row:
        return tuple(facts.get(name) for name in self.columns)

    def facts(self, number: int, place: int) -> Row:
        """The facts of the service at a place of an asset."""
        turn, rest = divmod(number + place, FAILS_EVERY)
        return self.bad[turn % len(self.bad)] if rest == 0 else self.good


def _examples(rules: Sequence[Rule], word: Word) -> Iterator[Mapping[str, object]]:
    for rule in rules:
        found = (example.facts for example in rule.examples if example.verdict is word and example.facts)
        yield from (facts[0] for facts in list(found)[:1])


def write(path: Path, ruleset: RuleSet, assets: int) -> None:
    """The region, in batches."""
    subjects = sorted({rule.subject for rule in ruleset.rules} - set(DERIVED))
    shown = {name: Shown(name, [rule for rule in ruleset.rules if rule.subject == name]) for name in subjects}
    others = [shown[name] for name in subjects if name not in EVERYWHERE]
    usual = [shown[name] for name in EVERYWHERE]
    with Store.create(path) as store:
        store.begin_scan(SCAN, started=AS_OF, permit={}, profile={}, versions={})
        store.connection.execute("PRAGMA synchronous = OFF")
        with store.batch():
            store.put_assets(SCAN, (asset(number) for number in range(assets)))
            store.put_components(SCAN, (component(number, asset(number)) for number in range(assets)))
        for start in range(0, assets, BATCH):
            numbers = range(start, min(start + BATCH, assets))
            made = [asset(number) for number in numbers]
            with store.batch():
                for place, services in enumerate(usual):
                    _put(store, services, [(n, place, one) for n, one in zip(numbers, made, strict=True)])
                for turn, services in enumerate(others):
                    chosen = [(n, 4, one) for n, one in zip(numbers, made, strict=True) if n % len(others) == turn]
                    _put(store, services, chosen)


def _put(store: Store, shown: Shown, chosen: Sequence[tuple[int, int, Asset]]) -> None:
    """Questions, observations and facts of one table."""
    port = EVERYWHERE.get(shown.table, 9)
    ids = [Question(Endpoint(one.addresses[0], "tcp", port), shown.table, "office").id for _, _, one in chosen]
    closed = [place == 4 and number // 7 % CLOSED_EVERY == 0 for number, place, _ in chosen]
    store.connection.executemany(
        "INSERT INTO question VALUES (?, ?, ?, ?, 'tcp', ?, 'office', ?)",
        (
            (SCAN, key, shown.table, one.addresses[0], port, one.id)
            for key, (_, _, one) in zip(ids, chosen, strict=True)
        ),
    )
    store.connection.executemany(
        "INSERT INTO observation VALUES (?, ?, ?, '', ?, ?, ?)",
        (
            (SCAN, key, "closed" if shut else "answered", AS_OF, shown.strength.value, f'["{sha256(key.encode())}"]')
            for key, shut in zip(ids, closed, strict=True)
        ),
    )
    marks = ", ".join("?" * (len(shown.columns) + 3))
    store.connection.executemany(
        f'INSERT INTO "fact_{shown.table}" VALUES ({marks})',
        (
            (SCAN, key, 0, *shown.facts(number, place))
            for key, shut, (number, place, _) in zip(ids, closed, chosen, strict=True)
            if not shut
        ),
    )
