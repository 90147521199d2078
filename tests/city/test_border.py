"""The same city from beyond the border between zones: what should not be reachable from there is told, and what is not, is not."""

import json

import pytest

from tests.city.running import CHENGJIAN, Matrix, finished, lab

pytestmark = pytest.mark.lab

ZONES = ("nn-app", "gg-center", "qz-cloud", "lz-ot")


def border_truth() -> Matrix:
    words = [word for zone in ZONES for word in ("--zone", zone)]
    told = json.loads(lab("truth", "--from", "border", "--json", *words))
    return {(host["address"], each["rule"]): each["verdict"] for host in told["hosts"] for each in host["verdicts"]}


def test_exposure_between_zones_is_judged_from_beyond_the_border(
    city: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("border")
    permit = folder / "permit.yaml"
    lab("unset", "--all")
    lab("permit", "--from", "border", "-o", permit, *[word for zone in ZONES for word in ("--zone", zone)])
    scan = (*CHENGJIAN, "scan", str(permit), "--workspace", str(folder / "city.db"))
    lab("run", "--from", "border", "--permit", permit, "--", *scan, allowed=(0, 1, 3))
    matrix, expected = finished(folder).matrix, border_truth()
    assert set(expected.values()) >= {"fail", "pass"}
    assert {key: matrix.get(key) for key in expected} == expected
    rules = {rule for _, rule in expected}
    told = {key for key, verdict in matrix.items() if key[1] in rules and verdict in ("fail", "partial", "pass")}
    assert told - expected.keys() == set()
