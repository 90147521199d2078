"""The lab's permit is one that the product accepts, and its register names every registered address."""

import csv
import io
from pathlib import Path

from lab import gate, papers
from lab.city import load_city
from scanner.permit_file import load_permit


def test_the_product_accepts_the_permit_and_it_allows_the_city_alone(tmp_path: Path) -> None:
    city = load_city()
    path = tmp_path / "permit.yaml"
    path.write_text(papers.permit_text(city), encoding="utf-8")
    permit = load_permit(path)
    assert permit.environment == "lab"
    for host in city.hosts:
        for address in host.addresses():
            assert permit.decide(address).allowed == (not host.excluded), host.name
    assert not permit.decide("192.0.2.1").allowed


def test_the_permit_of_one_zone_names_no_other(tmp_path: Path) -> None:
    path = tmp_path / "permit.yaml"
    path.write_text(papers.permit_text(load_city().district(["lz-ot"])), encoding="utf-8")
    permit = load_permit(path)
    assert permit.decide("10.45.60.11").allowed
    assert not permit.decide("10.45.10.11").allowed


def test_the_register_has_one_line_for_each_registered_address() -> None:
    city = load_city()
    lines = list(csv.DictReader(io.StringIO(papers.register_text(city))))
    expected = [address for host in city.hosts if host.registered for address in host.addresses()]
    assert [line["address"] for line in lines] == expected
    assert {line["city"] for line in lines} >= {"450100", "450200"}
    assert all(line["protection_level"] in ("2", "3") for line in lines)


def test_the_gate_names_exactly_the_permits_networks_and_exclusions() -> None:
    text = gate.rules(papers.permit(load_city()), ["z-one"])
    assert "10.45.50.18/32" in text
    assert "10.45.10.0/26" in text
    assert "rate 5000/second" in text
    assert text.count("policy drop") == 1
