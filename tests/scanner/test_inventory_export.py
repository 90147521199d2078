"""What goes out to a spreadsheet calculates nothing there."""

import csv
import io

import pytest

from inventory.asset import Asset
from scanner.inventory_view import write_csv


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "  =1+1", "＝1+1", "\t=1", "\u3000@x"])
def test_no_cell_is_a_formula(name: str) -> None:
    sink = io.StringIO()
    write_csv([Asset("a1", ("address:10.0.0.1",), ("10.0.0.1",), name=name)], sink)
    row = next(csv.DictReader(io.StringIO(sink.getvalue())))
    assert row["name"].startswith("'")
    assert row["id"] == "a1"


def test_plain_and_empty_cells_stay_as_they_are() -> None:
    sink = io.StringIO()
    write_csv([Asset("a1", ("address:10.0.0.1",), ("10.0.0.1",), name="网关 1")], sink)
    row = next(csv.DictReader(io.StringIO(sink.getvalue())))
    assert (row["name"], row["department"]) == ("网关 1", "")
