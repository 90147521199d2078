"""SNMP answers of real devices: vendor precision and recall, Chinese makers apart, versions, origin."""

import json
from pathlib import Path
from typing import Any

from bench.scoring.figure import Figure, read_lines
from bench.scoring.names import meaning, same_maker, same_version
from inventory.identify import identify_line

# Systems that run on anybody's machine: the maker of the device is not known from them.
GENERIC = frozenset(("linux", "freebsd", "openbsd", "netbsd", "dragonfly", "generic", "coreos", "beagleboard"))


def expected_names(expected: dict[str, Any]) -> list[str]:
    """The names under which a record's maker may be given: the maker's logo, the system's name, the number's holder."""
    names = [expected.get("icon") or "", expected.get("os_text") or "", (expected.get("os_text") or "").split(" ")[0]]
    names.append(expected["os"])
    if expected.get("enterprise") not in (None, 8072, 2021, 4413, 10002):
        names.append(expected.get("enterprise_name") or "")
    return [name for name in names if name]


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    countries = {}
    labels = folder / "snmp" / "country_labels.json"
    if labels.exists():
        countries = {os: row["maker_country"] for os, row in json.loads(labels.read_text("utf-8")).items()}
    named = right = wanted = chinese = chinese_right = versions = versions_right = origin_wrong = origin_known = 0
    shown = 0
    for record in read_lines(folder / "snmp" / "records.jsonl"):
        expected = record["expected"]
        answer = identify_line({**record, "kind": "snmp"})
        vendor, country = answer["vendor"], countries.get(expected["os"])
        generic = expected["os"] in GENERIC or expected.get("icon") == "generic"
        good = vendor is not None and any(same_maker(vendor, name) for name in expected_names(expected))
        if vendor is not None and not generic:
            named, right = named + 1, right + good
        if not generic:
            wanted += 1
        if country == "CN":
            chinese, chinese_right = chinese + 1, chinese_right + good
        if country is not None and answer["origin"] != "unknown":
            origin_known += 1
            origin_wrong += (country == "CN") != answer["origin"].startswith("domestic")
        version = expected.get("version")
        told = ""
        if version and expected.get("version_in_text"):
            versions += 1
            hit = answer["version"] is not None and same_version(answer["version"], version)
            versions_right += hit
            told = "" if hit else f" VERSION {answer['version']!r} for {version!r}"
        if ((not good and not generic) or told) and shown < misses:
            shown += 1
            text = (record.get("sysDescr") or "")[:90].replace("\n", " ")
            print(
                f"  {record['id']}: {vendor} for {expected.get('icon')}/{expected['os']} | {record.get('sysObjectID')} | {text}{told} {'' if good else answer['why'][:3]}"
            )
    return [
        Figure("snmp", "vendor precision", right, named, 0.99),
        Figure("snmp", "vendor recall", right, wanted, 0.90),
        Figure("snmp", "vendor recall, Chinese makers", chinese_right, chinese, 0.97),
        Figure("snmp", "version where the text states it", versions_right, versions, 0.70),
        Figure("snmp", "origin never on the wrong side", origin_known - origin_wrong, origin_known, 1.0),
    ]


__all__ = ["expected_names", "meaning", "score"]
