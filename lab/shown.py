"""Which rules are shown at work: for every rule of the packs the hosts that fail it and pass it, or files that do.

A rule that the network can decide has a host of the truth for both verdicts; one about products may be decided by what owners
hand in. A rule about what only files tell (a configuration, a bill of materials, a capture, a register) has files instead, which
the tests import and judge; they are listed in `tests/data/decided/index.yaml`. A rule content with an open port never fails
anything: its candidate counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from lab import border, place
from lab.city import City
from lab.truth import CANDIDATE, DOCUMENTS, pack_rules, truths, with_documents

INDEX = place.CHECKOUT / "tests" / "data" / "decided" / "index.yaml"


@dataclass(frozen=True)
class Shown:
    """How often the truth gives each verdict of a rule (hosts), and which verdicts documents of the city and files show."""

    rule: str
    verdicts: Mapping[str, int]
    documents: frozenset[str]
    files: frozenset[str]

    @property
    def lacking(self) -> tuple[str, ...]:
        """`fail` and `pass`, as far as no host, document or file shows them."""
        there = self.files | self.documents | {word for word, count in self.verdicts.items() if count}
        fails = bool(there & {"fail", CANDIDATE})
        return tuple(word for word, shown in (("fail", fails), ("pass", "pass" in there)) if not shown)

    def line(self) -> str:
        """One row of the table that `lab rules` prints."""
        counts = "".join(f"{self.verdicts.get(word, 0):6}" for word in ("fail", "pass", "not_assessed"))
        documents, files = (",".join(sorted(words)) or "-" for words in (self.documents, self.files))
        lacks = "lacks " + " and ".join(self.lacking) if self.lacking else ""
        return f"{self.rule:34}{counts}  {documents:18} {files:10} {lacks}".rstrip()


HEADING = f"{'rule':34}{'fail':>6}{'pass':>6}{'n.a.d':>6}  {'by documents':18} {'by files':10}"


def shown(city: City, rules: Iterable[str] | None = None) -> list[Shown]:
    """Every rule of the packs (or the given ones), in the order of their names."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in [*truths(city), *truths(city, border.VANTAGE)]:
        counts[each.rule][CANDIDATE if each.candidate else each.verdict] += 1
    documents, files = by_documents(city), by_files()
    return [
        Shown(rule, dict(counts[rule]), documents.get(rule, frozenset()), files.get(rule, frozenset()))
        for rule in (pack_rules() if rules is None else rules)
    ]


def by_documents(city: City) -> dict[str, frozenset[str]]:
    """Rule → verdicts that owners' documents decide."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in with_documents(city):
        if each.source == DOCUMENTS and each.verdict in ("fail", "partial", "pass"):
            found[each.rule].add(each.verdict)
    return {rule: frozenset(verdicts) for rule, verdicts in found.items()}


def by_files() -> dict[str, frozenset[str]]:
    """Rule → verdicts that an imported file shows; nothing where this checkout has no such files. For the few rules that never
    give anything worse, a partial stands for a fail."""
    if not INDEX.is_file():
        return {}
    listed = yaml.safe_load(INDEX.read_text(encoding="utf-8"))
    found: dict[str, set[str]] = defaultdict(set)
    for entry in listed["shown"]:
        for verdict in ("fail", "partial", "pass"):
            for rule in entry.get(verdict, ()):
                found[rule].add("fail" if verdict == "partial" and rule in listed["never_fails"] else verdict)
    return {rule: frozenset(verdicts) for rule, verdicts in found.items()}
