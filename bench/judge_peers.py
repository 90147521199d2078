"""Peers of the judge on a small size, in an environment of their own: Rego through regopy and CEL through
common-expression-language, both with conditions compiled once and, for CEL, one context that is used again.

They judge what we judge: every rule on TLS over the TLS facts of a small region, read beforehand, with dates made numbers for them. A
peer that finds other fails than the judge does is an error. They only decide; they write no finding and count no organisation.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.judged_region import AS_OF, SCAN, write
from bench.peers import environment
from inventory.store import Store
from rules.condition import day_number
from rules.judge import judge
from rules.load import RuleSet, load_packs
from rules.profile import Profile

ASSETS = 2000
PACKAGES = {"rego": "regopy", "cel": "common-expression-language"}
DAY = day_number(AS_OF) or 0
Atom = tuple[str, str, Any]  # column, comparison, value

# Rule → where it applies, what it requires; each a conjunction, with the defaults of the parameters filled in.
CONDITIONS: dict[str, tuple[list[Atom], list[Atom]]] = {
    "da-tls-foreign-authority": (
        [("certificate_self_signed", "==", False)],
        [("certificate_issuer_country", "==", "CN")],
    ),
    "ds-tls-certificate-expired": (
        [],
        [("certificate_not_after", ">=", DAY), ("certificate_not_before", "<=", DAY)],
    ),
    "ds-tls-certificate-expiring": (
        [("certificate_not_after", ">=", DAY)],
        [("certificate_not_after", ">=", DAY + 30)],
    ),
    "ds-tls-certificate-key": ([], [("certificate_key_strong", "==", True)]),
    "ds-tls-certificate-name": ([], [("certificate_name_matches", "==", True)]),
    "ds-tls-certificate-self-signed": (
        [("device_class", "in", ["server", "storage"])],
        [("certificate_self_signed", "==", False)],
    ),
    "ds-tls-certificate-signature": ([], [("certificate_signature_weak", "==", False)]),
    "ds-tls-forward-secrecy": ([], [("forward_secrecy_any", "==", True)]),
    "ds-tls-key-exchange-size": ([("dh_bits", ">", 0)], [("dh_bits", ">=", 2048)]),
    "ds-tls-no-protection": ([], [("suite_null", "==", False), ("suite_anonymous", "==", False)]),
    "ds-tls-renegotiation": ([], [("secure_renegotiation", "==", True), ("compression", "==", False)]),
    "ds-tls-version": ([], [("oldest_version", ">=", 0x0303)]),
    "ds-tls-weak-suites": ([], [("weak_suite_count", "==", 0)]),
}
COLUMNS = sorted({column for both in CONDITIONS.values() for atoms in both for column, _, _ in atoms})

REGO = """
import json, sys, time
from regopy import Interpreter
work = json.load(open(sys.argv[1]))
rego = Interpreter()
rego.add_module("city", work["rego"])
fails = 0
began = time.perf_counter()
for row in work["rows"]:
    rego.set_input_term(json.dumps(row))
    fails += json.loads(str(rego.query("data.city.failed")))["expressions"][0]
print(json.dumps({"fails": fails, "seconds": time.perf_counter() - began}))
"""
CEL = """
import json, sys, time
import cel
work = json.load(open(sys.argv[1]))
rules = [cel.compile(text) for text in work["cel"]]
context = cel.Context()
fails = 0
began = time.perf_counter()
for row in work["rows"]:
    context.update(row)
    fails += sum(rule.execute(context) for rule in rules)
print(json.dumps({"fails": fails, "seconds": time.perf_counter() - began}))
"""


def _cel(applies: list[Atom], requires: list[Atom]) -> str:
    """An expression that is true where the rule fails."""
    parts = [
        " && ".join(f"{column} {word} {json.dumps(value)}" for column, word, value in atoms)
        for atoms in (applies, requires)
    ]
    return f"({parts[0] or 'true'}) && !({parts[1]})"


def _rego() -> str:
    """One module; `failed` is how many rules fail."""
    lines, counts = ["package city"], []
    for number, (applies, requires) in enumerate(CONDITIONS.values()):
        for name, atoms in (("applies", applies), ("requires", requires)):
            lines.append(f"{name}_{number} {{ {'; '.join(map(_rego_atom, atoms)) or 'true'} }}")
        counts.append(f"count([1 | applies_{number}; not requires_{number}])")
    return "\n".join([*lines, f"failed = n {{ n := {' + '.join(counts)} }}", ""])


def _rego_atom(atom: Atom) -> str:
    column, word, value = atom
    if word == "in":
        return f"{json.dumps(value)}[_] == input.{column}"
    return f"input.{column} {word} {json.dumps(value)}"


def _work(folder: Path) -> tuple[Path, int, int]:
    """The file with conditions and rows for the peers, how many evaluations it is, and how many fails the judge finds in it."""
    everything = load_packs()
    rules = tuple(rule for rule in everything.rules if rule.subject == "tls")
    if {rule.id for rule in rules} != set(CONDITIONS):
        raise SystemExit("bench/judge_peers.py does not know the rules on TLS as they are now")
    write(folder / "region.db", everything, ASSETS)
    with Store.open(folder / "region.db") as store:
        ruleset = RuleSet(everything.packs, rules, {}, everything.clauses)
        judgement = judge(store.connection, SCAN, ruleset, Profile(), AS_OF)
        classes = {asset.id: asset.device_class for asset in store.assets(SCAN)}
        asset_of = dict(store.connection.execute("SELECT id, asset FROM question WHERE fact = 'tls'"))
        rows = [
            {name: _value(name, getattr(fact, name, None)) for name in COLUMNS}
            | {"device_class": classes[asset_of[question]]}
            for question, facts in store.facts(SCAN, "tls").items()
            for fact in facts
        ]
    work = {"rows": rows, "rego": _rego(), "cel": [_cel(*both) for both in CONDITIONS.values()]}
    path = folder / "work.json"
    path.write_text(json.dumps(work))
    fails = sum(verdict.word.value == "fail" for verdict in judgement.asset_verdicts)
    return path, len(rows) * len(rules), fails


def _value(name: str, value: object) -> object:
    return day_number(str(value)) if name.startswith("certificate_not_") else value


def peers() -> dict[str, dict[str, float]]:
    """Name → evaluations a second and seconds; a peer that cannot be installed or run is left out."""
    found = {}
    python = environment("judge", *PACKAGES.values())
    if python is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="chengjian-bench-") as folder:
        path, evaluations, fails = _work(Path(folder))
        for name, script in (("rego", REGO), ("cel", CEL)):
            command = [str(python), "-c", script, str(path)]
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
            if done.returncode:
                continue
            said = json.loads(done.stdout.splitlines()[-1])
            if said["fails"] != fails:
                raise SystemExit(f"{name} finds {said['fails']} fails, the judge {fails}")
            rate = evaluations / said["seconds"]
            found[name] = {"evaluations_per_second": round(rate), "seconds": round(said["seconds"], 3)}
    return found
