"""The asset register 资产台账: what the owner declares, from CSV or XLSX, an address or a range a row.

Columns (English or Chinese names): address, name, department, city, district, system, importance, protection_level, zone,
device_class, contact, credit_code, mac. Only the address is required. City and district are GB/T 2260 codes.
"""

import csv
import io
import ipaddress
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import cast

from inventory.asset import DEVICE_CLASSES, Importance
from inventory.canonical import canonical
from inventory.errors import ImportFormatError
from inventory.personal_data import is_credit_code

LARGEST = 256 * 1024 * 1024  # bytes of a file
MOST_ADDRESSES = 4_000_000

NAMES = {
    **{"address": "address", "地址": "address", "ip": "address", "ip地址": "address", "IP地址": "address"},
    **{"name": "name", "名称": "name", "资产名称": "name", "department": "department", "部门": "department"},
    **{"责任单位": "department", "单位": "department", "city": "city", "城市": "city", "设区市": "city"},
    **{"district": "district", "区县": "district", "县区": "district", "system": "system", "系统": "system"},
    **{"业务系统": "system", "importance": "importance", "重要性": "importance", "重要程度": "importance"},
    **{"protection_level": "protection_level", "等级保护级别": "protection_level", "等保级别": "protection_level"},
    **{"zone": "zone", "区域": "zone", "网络区域": "zone", "device_class": "device_class", "设备类别": "device_class"},
    **{"类别": "device_class", "contact": "contact", "联系人": "contact", "credit_code": "credit_code"},
    **{"统一社会信用代码": "credit_code", "mac": "mac", "物理地址": "mac", "mac地址": "mac"},
}
IMPORTANCE = {
    **{"general": "general", "一般": "general", "important": "important", "重要": "important"},
    **{"critical": "critical", "关键": "critical"},
}
LEVELS = {"2": 2, "3": 3, "二级": 2, "三级": 3, "第二级": 2, "第三级": 3}
CLASSES = {
    **{name: name for name in DEVICE_CLASSES},
    **{"服务器": "server", "终端": "terminal", "网络设备": "network", "安全设备": "security", "存储": "storage"},
    **{"打印机": "printer", "物联网": "iot", "摄像机": "camera", "基站": "base_station", "医疗设备": "medical"},
    **{"工控": "ot", "未知": "unknown"},
}


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """One row of a register: one address with what the owner declares of it. Empty means not declared."""

    address: str
    name: str = ""
    department: str = ""
    city: str = ""
    district: str = ""
    system: str = ""
    importance: Importance | None = None
    protection_level: int | None = None
    zone: str = ""
    device_class: str = ""
    contact: str = ""
    credit_code: str = ""
    mac: str = ""


def load_register(path: Path) -> tuple[Entry, ...]:
    """Read a register by its ending, .csv or .xlsx. Raises ImportFormatError with file, line and column."""
    try:
        if path.stat().st_size > LARGEST:
            raise ImportFormatError(f"larger than {LARGEST} bytes", str(path))
        data = path.read_bytes()
    except OSError as error:
        raise ImportFormatError(f"cannot be read: {error.strerror or error}", str(path)) from error
    if path.suffix.lower() == ".xlsx":
        return entries(_xlsx_rows(data, str(path)), str(path))
    return entries(_csv_rows(data, str(path)), str(path))


def _csv_rows(data: bytes, source: str) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")  # what Chinese spreadsheet programs write
        except UnicodeDecodeError as error:
            raise ImportFormatError("neither UTF-8 nor GB 18030 text", source, f"byte {error.start}") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise ImportFormatError(f"not valid CSV: {error}", source, f"line {reader.line_num}") from error


def _xlsx_rows(data: bytes, source: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise ImportFormatError(f"larger than {LARGEST} bytes when unpacked", source)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, OSError, SyntaxError) as error:
        raise ImportFormatError(f"not a spreadsheet: {error}", source) from error
    for row in rows:
        yield ["" if cell is None else str(cell) for cell in row]


def entries(rows: Iterable[Sequence[str]], source: str) -> tuple[Entry, ...]:
    """Entries from rows, the first of which names the columns; sorted. Raises ImportFormatError."""
    numbered = enumerate(rows, 1)
    head = next(((line, row) for line, row in numbered if any(cell.strip() for cell in row)), None)
    if head is None:
        raise ImportFormatError("empty", source, hint="the first line names the columns, among them address")
    columns = _columns(head[1], source, head[0])
    found: dict[str, tuple[int, Entry]] = {}
    for line, row in numbered:
        values = {name: row[place].strip() for place, name in columns.items() if place < len(row)}
        if not any(values.values()):
            continue
        entry = _entry(values, source, line)
        for address in _addresses(entry.address, source, line):
            if address in found:
                raise ImportFormatError(
                    f"{address} is written twice, first in line {found[address][0]}", source, f"line {line}: address"
                )
            found[address] = (line, Entry(**{**asdict(entry), "address": address}))
            if len(found) > MOST_ADDRESSES:
                raise ImportFormatError(f"more than {MOST_ADDRESSES} addresses", source, f"line {line}: address")
    return tuple(entry for _, entry in sorted(found.values(), key=lambda item: item[1]))


def _columns(head: Sequence[str], source: str, line: int) -> dict[int, str]:
    columns: dict[int, str] = {}
    for place, cell in enumerate(head):
        title = cell.strip()
        if not title:
            continue
        name = NAMES.get(title) or NAMES.get(title.lower())
        if name is None:
            known = ", ".join(field.name for field in fields(Entry))
            raise ImportFormatError(f"unknown column {title!r}", source, f"line {line}", hint=f"known are {known}")
        if name in columns.values():
            raise ImportFormatError(f"column {title!r} is written twice", source, f"line {line}")
        columns[place] = name
    if "address" not in columns.values():
        raise ImportFormatError("no column address", source, f"line {line}")
    return columns


def _entry(values: dict[str, str], source: str, line: int) -> Entry:
    def word(column: str, known: dict[str, str]) -> str:
        value = values.get(column, "")
        if value and value not in known:
            raise ImportFormatError(f"{value!r} is none of {', '.join(known)}", source, f"line {line}: {column}")
        return known.get(value, "")

    def code(column: str) -> str:
        value = values.get(column, "")
        if value and not re.fullmatch(r"\d{6}(\d{3}(\d{3})?)?", value):
            raise ImportFormatError(
                f"{value!r} is not an administrative code of six digits (GB/T 2260)", source, f"line {line}: {column}"
            )
        return value

    mac = values.get("mac", "").lower().replace("-", ":")
    if mac and not re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", mac):
        raise ImportFormatError(f"{mac!r} is not a MAC address", source, f"line {line}: mac")
    credit_code = values.get("credit_code", "").upper()
    if credit_code and not is_credit_code(credit_code):
        raise ImportFormatError(
            f"{credit_code!r} is not a unified social credit code (GB 32100-2015)", source, f"line {line}: credit_code"
        )
    level = values.get("protection_level", "")
    if level and level not in LEVELS:
        raise ImportFormatError(f"{level!r} is not 2 or 3", source, f"line {line}: protection_level")
    return Entry(
        address=values.get("address", ""),
        name=values.get("name", ""),
        department=values.get("department", ""),
        city=code("city"),
        district=code("district"),
        system=values.get("system", ""),
        importance=cast(Importance, word("importance", IMPORTANCE)) if values.get("importance") else None,
        protection_level=LEVELS.get(level),
        zone=values.get("zone", ""),
        device_class=word("device_class", CLASSES),
        contact=values.get("contact", ""),
        credit_code=credit_code,
        mac=mac,
    )


def _addresses(text: str, source: str, line: int) -> Iterator[str]:
    """An address, a network (its hosts), or a range FIRST-LAST."""
    try:
        first, dash, last = text.partition("-")
        if dash:
            low, high = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
            if low.version != high.version or int(low) > int(high) or int(high) - int(low) >= MOST_ADDRESSES:
                raise ValueError
            kind = type(low)
            for number in range(int(low), int(high) + 1):
                yield str(kind(number))
            return
        network = ipaddress.ip_network(text)
        if network.num_addresses > MOST_ADDRESSES:
            raise ValueError
        for address in network.hosts():
            yield str(address)
    except ValueError:
        raise ImportFormatError(
            f"{text!r} is not an address, a network or a range", source, f"line {line}: address"
        ) from None


def to_bytes(register: Iterable[Entry]) -> bytes:
    """The register as canonical JSON, for the workspace and the bundle."""
    return canonical([asdict(entry) for entry in sorted(register)])


def from_bytes(data: bytes) -> tuple[Entry, ...]:
    """Read `to_bytes` again. Raises ImportFormatError."""
    try:
        return tuple(Entry(**row) for row in json.loads(data))
    except (ValueError, TypeError) as error:
        raise ImportFormatError(f"not a stored register: {error}") from error
