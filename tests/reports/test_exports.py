"""What goes out of the inventory is read back whole by foreign readers, and calculates nothing in a spreadsheet."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import Asset, Component
from inventory.endpoint import Endpoint
from inventory.observation import EvidenceClass
from reports.export import Holding, Inventory, Listener, all_exports
from reports.exports.cyclonedx import document
from reports.exports.netbox import slug

FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "  =1+1", "＝1+1", "\t=1", "\u3000@x"]
CAMERA = Component("c", "video", "hikvision", "DS-2CD", "V5.6", "domestic", "proven", EvidenceClass.HANDSHAKE)
SYSTEM = Component("a", "operating_system", "debian", "Debian", None, "community", "inferred", EvidenceClass.HANDSHAKE)


def holding(name: str = "网关 1", *addresses: str, identifier: str = "a", component: Component = SYSTEM) -> Holding:
    here = addresses or ("10.0.0.1",)
    keys = ("serial:SN-1", "mac:00:e0:fc:00:00:01", f"address:{here[0]}")
    asset = Asset(
        identifier, keys, here, zone="办公区", name=name, city="450100", device_class="server", registered=True
    )
    listeners = (
        Listener(Endpoint(here[0], "tcp", 22), "ssh", tls=False),
        Listener(Endpoint(here[0], "tcp", 6379), "redis", tls=False, authenticated=False),
        Listener(Endpoint(here[0], "udp", 161), "snmp"),
    )
    return Holding(asset, (component,), listeners, "11450000007565261X")


def inventory(*holdings: Holding) -> Inventory:
    return Inventory("s1", "2026-06-01T00:00:00Z", True, holdings)


def as_text(name: str, known: Inventory) -> str:
    sink, write = io.StringIO(), all_exports()[name].text
    assert write is not None
    write(known, sink)
    return sink.getvalue()


def as_files(name: str, known: Inventory, path: Path) -> tuple[Path, ...]:
    write = all_exports()[name].files
    assert write is not None
    return write(known, path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_the_folder_is_the_list() -> None:
    assert list(all_exports()) == ["csv", "cyclonedx", "netbox", "xlsx"]
    for one in all_exports().values():
        assert (one.text is None) != (one.files is None)


def test_a_line_of_csv_holds_the_asset_with_its_products_and_services() -> None:
    [row] = csv.DictReader(io.StringIO(as_text("csv", inventory(holding()))))
    assert (row["name"], row["department"], row["credit_code"]) == ("网关 1", "", "11450000007565261X")
    assert (row["serial"], row["mac"], row["protection_level"]) == ("SN-1", "00:e0:fc:00:00:01", "")
    assert row["products"] == "debian Debian (operating_system, community)"
    assert row["services"] == "ssh:22/tcp redis:6379/tcp snmp:161/udp"


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula(name: str, tmp_path: Path) -> None:
    known = inventory(holding(name))
    [row] = csv.DictReader(io.StringIO(as_text("csv", known)))
    assert row["name"].startswith("'")
    assert row["id"] == "a"
    as_files("xlsx", known, tmp_path / "x.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets:
        assert all(cell.data_type in ("s", "n") for line in sheet.iter_rows() for cell in line)
    assert openpyxl.load_workbook(tmp_path / "x.xlsx")["assets"]["B2"].value == row["name"]
    [device] = rows(as_files("netbox", known, tmp_path / "n")[4])
    assert device["name"] == row["name"]


def test_a_foreign_reader_finds_all_sheets_of_the_workbook(tmp_path: Path) -> None:
    [path] = as_files(
        "xlsx", inventory(holding(), holding("b", "10.0.0.2", identifier="b")), tmp_path / "new" / "x.xlsx"
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["assets", "components", "services", "about"]
    assert [row[0] for row in book["assets"].iter_rows(min_row=2, values_only=True)] == ["a", "b"]
    services = list(book["services"].iter_rows(min_row=2, values_only=True))
    assert services[:3] == [
        ("a", "10.0.0.1", "22", "tcp", "ssh", "no"),
        ("a", "10.0.0.1", "6379", "tcp", "redis", "no"),
        ("a", "10.0.0.1", "161", "udp", "snmp", ""),
    ]
    assert ("模拟数据", "simulated data") in list(book["about"].iter_rows(values_only=True))


def test_cyclonedx_is_valid_and_its_own_library_reads_hardware_and_services_back() -> None:
    known = inventory(holding(), holding("cam", "10.0.0.9", "fd00::9", identifier="c", component=CAMERA))
    text = as_text("cyclonedx", known)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = Bom.from_json(json.loads(text))  # type: ignore[attr-defined]
    assert {(one.type.value, one.name) for one in bom.components} == {("device", "网关 1"), ("device", "cam")}
    camera = next(one for one in bom.components if one.name == "cam")
    assert camera.manufacturer.name == "hikvision"
    assert {(one.name, one.version) for one in camera.components} == {("DS-2CD", "V5.6")}
    told = {one.name: one.value for one in camera.properties}
    assert (told["chengjian:address.2"], told["chengjian:serial.1"]) == ("fd00::9", "SN-1")
    services = {(one.name, str(next(iter(one.endpoints))), one.authenticated) for one in bom.services}
    assert ("redis", "tcp://10.0.0.1:6379", False) in services
    assert ("snmp", "udp://10.0.0.9:161", None) in services
    assert as_text("cyclonedx", known) == text  # the same scan is the same document


@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_a_device_calls_itself_the_document_stays_valid(name: str, version: str) -> None:
    part = Component("a", "application", "x", name, version, "unknown", "inferred", EvidenceClass.HANDSHAKE)
    text = json.dumps(document(inventory(holding(name, component=part))))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_netbox_gets_files_that_refer_to_each_other(tmp_path: Path) -> None:
    twins = [holding("同名", "10.0.0.1", identifier="a"), holding("同名", "10.0.0.2", identifier="b")]
    camera = holding("x" * 80, "10.0.0.9", "10.0.0.10", "fd00::9", identifier="c", component=CAMERA)
    paths = as_files("netbox", inventory(*twins, camera), tmp_path)
    assert [path.name.partition("-")[0] for path in paths] == list("12345678")
    sites, makers, roles, types, devices, interfaces, addresses, services = (rows(path) for path in paths)
    names = [one["name"] for one in devices]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 64
    assert {one["site"] for one in devices} <= {one["name"] for one in sites}
    assert {one["role"] for one in devices} <= {one["name"] for one in roles}
    assert {one["manufacturer"] for one in devices} <= {one["name"] for one in makers}
    assert {(one["manufacturer"], one["device_type"]) for one in devices} <= {
        (one["manufacturer"], one["model"]) for one in types
    }
    assert {(one["device"], one["name"]) for one in interfaces} >= {
        (one["device"], one["interface"]) for one in addresses
    }
    primary = [one["address"] for one in addresses if one["device"] == names[2] and one["is_primary"] == "true"]
    assert primary == ["10.0.0.9/32", "fd00::9/128"]
    assert {(one["protocol"], one["ports"]) for one in services} == {("tcp", "22"), ("tcp", "6379"), ("udp", "161")}
    for table in (sites, makers, roles, types):
        slugs = [one["slug"] for one in table]
        assert len(set(slugs)) == len(slugs)


@given(st.text(min_size=1, max_size=200))
def test_a_slug_is_one_whatever_the_name(text: str) -> None:
    made = slug(text)
    assert 0 < len(made) <= 117
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
