"""Peers of the judge on a small size, in an environment of their own: Rego through regopy and CEL through
common-expression-language, both with conditions compiled once and, for CEL, one context that is used again.

The same three conditions on TLS facts; a row in fifty fails the first. A peer that counts other fails than there are is an error.
"""

import json
import subprocess

from bench.peers import environment

ROWS, RULES, FAILS = 2000, 3, 40
PACKAGES = {"rego": "regopy", "cel": "common-expression-language"}

COMMON = f"""
import json, time
ROWS = {ROWS}
rows = [
    {{"oldest": 0x0301 if n % 50 == 0 else 0x0303, "null": False, "anonymous": False, "dh": 0}} for n in range(ROWS)
]
"""
REGO = (
    COMMON
    + """
from regopy import Interpreter
rego = Interpreter()
rego.add_module("city", '''package city
old { input.oldest >= 771 }
cipher { input["null"] == false; input.anonymous == false }
group { input.dh == 0 }
group { input.dh >= 2048 }
passed = n { n := count([1 | old]) + count([1 | cipher]) + count([1 | group]) }
''')
fails = 0
began = time.perf_counter()
for row in rows:
    rego.set_input_term(json.dumps(row))
    fails += 3 - json.loads(str(rego.query("data.city.passed")))["expressions"][0]
print(json.dumps({"fails": fails, "seconds": time.perf_counter() - began}))
"""
)
CEL = (
    COMMON
    + """
import cel
rules = [cel.compile(text) for text in (
    "oldest >= 771", "none == false && anonymous == false", "dh == 0 || dh >= 2048")]
context = cel.Context()
fails = 0
began = time.perf_counter()
for row in rows:
    context.update({"oldest": row["oldest"], "none": row["null"], "anonymous": row["anonymous"], "dh": row["dh"]})
    fails += sum(not rule.execute(context) for rule in rules)
print(json.dumps({"fails": fails, "seconds": time.perf_counter() - began}))
"""
)


def peers() -> dict[str, dict[str, float]]:
    """Name → evaluations a second and seconds; a peer that cannot be installed or run is left out."""
    found = {}
    python = environment("judge", *PACKAGES.values())
    if python is None:
        return {}
    for name, script in (("rego", REGO), ("cel", CEL)):
        done = subprocess.run([str(python), "-c", script], check=False, capture_output=True, text=True, timeout=120)
        if done.returncode:
            continue
        said = json.loads(done.stdout.splitlines()[-1])
        if said["fails"] != FAILS:
            raise SystemExit(f"{name} finds {said['fails']} fails, not {FAILS}")
        rate = ROWS * RULES / said["seconds"]
        found[name] = {"evaluations_per_second": round(rate), "seconds": round(said["seconds"], 3)}
    return found
