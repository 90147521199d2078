"""`chengjian inventory catalogue` lists vendors, shows one with its statements, and checks the tables."""

import json
from dataclasses import replace

import pytest

from inventory.catalogue import load
from scanner.catalogue_view import problems
from scanner.cli import main


def test_vendors_are_listed_by_origin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "catalogue", "--origin", "licensed", "--json"]) == 0
    vendors = json.loads(capsys.readouterr().out)["vendors"]
    assert {vendor["id"] for vendor in vendors} >= {"hygon", "zhaoxin", "inspur-cisco"}
    assert all(vendor["origin"] == "licensed" for vendor in vendors)


def test_one_vendor_is_shown_with_lines_and_announcements(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "catalogue", "gbase"]) == 0
    text = capsys.readouterr().out
    assert "南大通用" in text
    assert "domestic_derived" in text
    assert "2023年第1号" in text
    assert main(["inventory", "catalogue", "Huawei Technologies Co.,Ltd", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["vendor"]["id"] == "huawei"
    assert main(["inventory", "catalogue", "nobody"]) == 2


def test_the_catalogue_passes_its_own_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "catalogue", "--check"]) == 0
    assert "0 problems" in capsys.readouterr().out


def test_a_contradiction_is_a_problem() -> None:
    catalogue = load()
    wrong = replace(catalogue.vendors["cisco"], origin="domestic")
    assert any("cisco" in text for text in problems(replace(catalogue, vendors={"cisco": wrong})))
    wrong = replace(catalogue.vendors["huawei"], origin="foreign", makes=())
    assert len(problems(replace(catalogue, vendors={"huawei": wrong}))) == 2


def test_every_table_is_listed_with_dates_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    for name, size in (("product-lines", 20), ("announcements", 10), ("support", 50)):
        assert main(["inventory", "catalogue", "--table", name, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)[name]
        assert len(rows) > size
        assert all(row["source"] for row in rows)
    assert main(["inventory", "catalogue", "--table", "announcements"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "GBase 8s" in line]
    assert line.split()[1:3] == ["2023-12-26", "2026-12-25"]  # three years


def test_an_announcement_at_odds_is_a_problem() -> None:
    catalogue = load()
    row = catalogue.announcements[0]
    wrong = [
        replace(row, level="IV", product="y"),
        replace(row, vendor="cisco"),
        row,
        row,
        replace(row, source="", product="x"),
    ]
    found = problems(replace(catalogue, announcements=tuple(wrong)))
    assert [text.rpartition(": ")[2] for text in found] == [
        "IV is no level",
        "its vendor is owned in US",
        "listed twice",
        "no source",
    ]
    late = replace(catalogue.support[0], extended=catalogue.support[0].ends.replace(year=1999))
    twice = problems(replace(catalogue, support=(late, catalogue.support[1], catalogue.support[1])))
    assert [text.rpartition(": ")[2] for text in twice] == [
        f"{catalogue.support[1].product.casefold()} {catalogue.support[1].version} is listed twice",
        "extended support ends before support",
    ]
