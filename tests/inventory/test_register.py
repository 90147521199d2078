"""A register is read whole, or one error names file, line and column."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from inventory.errors import ImportFormatError
from inventory.register import Entry, from_bytes, load_register, to_bytes

CHINESE = "地址,资产名称,责任单位,城市,重要程度,等保级别,设备类别\n10.0.0.2,数据库,某局,450100,关键,三级,服务器\n"


def load(tmp_path: Path, content: bytes, name: str = "r.csv") -> tuple[Entry, ...]:
    path = tmp_path / name
    path.write_bytes(content)
    return load_register(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_columns_and_encodings(tmp_path: Path, encoding: str) -> None:
    [entry] = load(tmp_path, CHINESE.encode(encoding))
    assert entry == Entry(
        "10.0.0.2",
        "数据库",
        "某局",
        "450100",
        importance="critical",
        protection_level=3,
        device_class="server",
    )


def test_a_spreadsheet_says_the_same(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in CHINESE.splitlines():
        sheet.append(line.split(","))
    packed = io.BytesIO()
    book.save(packed)
    assert load(tmp_path, packed.getvalue(), "r.xlsx") == load(tmp_path, CHINESE.encode())


def test_ranges_and_networks_are_rows_of_their_own(tmp_path: Path) -> None:
    rows = load(tmp_path, b"address,name\n10.0.0.1-10.0.0.3,a\n10.0.1.0/30,b\n2001:db8::1,c\n")
    assert [row.address for row in rows] == [
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.3",
        "10.0.1.1",
        "10.0.1.2",
        "2001:db8::1",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("name\nx\n", "no column address"),
        ("address,colour\n", "line 1: unknown column 'colour'"),
        ("address,address\n", "written twice"),
        ("address\n10.0.0.300\n", "line 2: address: '10.0.0.300'"),
        ("address\n10.0.0.1\n10.0.0.1\n", "line 3: address: 10.0.0.1 is written twice, first in line 2"),
        ("address,protection_level\n10.0.0.1,5\n", "line 2: protection_level"),
        ("address,importance\n10.0.0.1,huge\n", "line 2: importance"),
        ("address,device_class\n10.0.0.1,toaster\n", "line 2: device_class"),
        ("address,city\n10.0.0.1,Nanning\n", "line 2: city"),
        ("address,mac\n10.0.0.1,02:00\n", "line 2: mac"),
        ("address\n10.0.0.9-10.0.0.1\n", "line 2: address"),
        ('address\n"10.0.0.1\n', "not valid CSV"),
    ],
)
def test_an_error_names_line_and_column(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(ImportFormatError) as caught:
        load(tmp_path, content.encode())
    assert "r.csv" in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_a_broken_file_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportFormatError):
        load(tmp_path, b"PK\x03\x04\xff\xfe\x81", name)
    with pytest.raises(ImportFormatError, match="cannot be read"):
        load_register(tmp_path / "none.csv")


@given(
    st.lists(
        st.builds(Entry, st.integers(1, 99).map(lambda low: f"10.0.0.{low}"), st.text(max_size=5)),
        unique_by=lambda entry: entry.address,
        max_size=5,
    )
)
def test_stored_and_read_again_it_is_the_same(rows: list[Entry]) -> None:
    assert from_bytes(to_bytes(rows)) == tuple(sorted(rows))


def test_a_credit_code_is_checked(tmp_path: Path) -> None:
    [entry] = load(tmp_path, b"address,credit_code\n10.0.0.2,91350100m000100y43\n")
    assert entry.credit_code == "91350100M000100Y43"
    with pytest.raises(ImportFormatError, match="unified social credit code") as caught:
        load(tmp_path, b"address,credit_code\n10.0.0.2,91350100M000100Y44\n")
    assert caught.value.where == "line 2: credit_code"
