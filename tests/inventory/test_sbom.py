"""Bills of materials: counts, the schema's verdict, parts, and what hostile documents cannot do."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError
from inventory.imports.sbom import Bom, Part, is_copyleft, read
from inventory.supply_chain import facts, layer_of, share, sourced

DATA = Path(__file__).parent.parent / "data" / "sbom"


def own(name: str) -> Bom:
    return read((DATA / name).read_bytes(), name)


def changed(name: str, **values: Any) -> Bom:
    return read(json.dumps({**json.loads((DATA / name).read_text(encoding="utf-8")), **values}).encode(), name)


def test_a_cyclonedx_document_is_valid_and_counted() -> None:
    found = own("own.cdx.json")
    assert (found.format, found.spec, found.valid, found.errors) == ("CycloneDX", "1.5", True, ())
    assert found.counts["components"] == 3
    assert (found.counts["with_purl"], found.counts["with_licence"], found.counts["dependencies"]) == (1, 2, 1)
    assert [(part.name, part.direct, part.copyleft, part.integrity) for part in found.parts] == [
        ("fastjson", True, False, True),
        ("mysql", True, True, False),
        ("home-made", False, None, False),
    ]


def test_an_spdx_document_is_valid_and_counted() -> None:
    found = own("own.spdx.json")
    assert (found.format, found.spec, found.valid) == ("SPDX", "SPDX-2.3", True)
    assert found.counts == {"packages": 2, "files": 0, "relationships": 1}
    assert [(part.name, part.supplier, part.direct, part.purl) for part in found.parts] == [
        ("redis", "Redis Ltd.", True, "pkg:generic/redis@5.0.14")
    ]


@pytest.mark.parametrize(
    ("name", "values", "place"),
    [
        ("own.cdx.json", {"bomFormat": "Another"}, "bomFormat"),
        ("own.cdx.json", {"components": [{"type": "library"}]}, "components/0"),
        ("own.cdx.json", {"components": [{"type": "foo", "name": "a"}]}, "components/0/type"),
        ("own.cdx.json", {"serialNumber": "urn:uuid:short"}, "serialNumber"),
        ("own.cdx.json", {"components": [{"type": "library", "name": "a", "version": "1", "bom-ref": "x"}, {"type": "library", "name": "b", "version": "1", "bom-ref": "x"}]}, "bom-ref"),
        ("own.spdx.json", {"creationInfo": {"created": "x", "creators": [{"Person": "A"}]}}, "creationInfo/creators/0"),
        ("own.spdx.json", {"dataLicense": None}, "dataLicense"),
        ("own.spdx.json", {"packages": [{"SPDXID": "no-ref", "name": "a", "downloadLocation": "b"}]}, "packages/0/SPDXID"),
    ],
)  # fmt: skip
def test_an_invalid_document_says_where_and_still_gives_its_parts(
    name: str, values: dict[str, Any], place: str
) -> None:
    found = changed(name, **values)
    assert found.valid is False
    assert place in found.errors[0]


def test_a_version_without_a_schema_at_hand_has_no_verdict() -> None:
    assert changed("own.cdx.json", specVersion="9.9").valid is None


def test_signatures_do_not_spoil_the_verdict() -> None:
    assert changed("own.cdx.json", signature={"algorithm": "ES256", "value": "x"}).valid is True


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"{", b"\xff\xfe", b'{"a": ' * 100_000, b'{"components": []}'])
def test_what_is_no_bill_of_materials_is_refused_with_the_file_name(data: bytes) -> None:
    with pytest.raises(ImportFormatError, match=r"odd\.json"):
        read(data, "odd.json")


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [
        ("", None),
        ("NOASSERTION", None),
        ("MIT", False),
        ("AGPL-3.0-only", True),
        ("GPL-2.0-or-later OR MIT", False),
        ("GPL-2.0-only OR AGPL-3.0-only", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("GPL v2; MIT", None),
        ("LGPL-2.1-only", False),
    ],
)
def test_a_licence_is_copyleft_only_where_no_choice_leads_around_it(licence: str, verdict: bool | None) -> None:
    assert is_copyleft(licence) is verdict


def test_origin_and_end_of_support_come_from_the_dated_catalogue_and_unknown_stays_unknown() -> None:
    rows = {row.name: row for row in facts(sourced(own("own.cdx.json").parts))}
    assert (rows["fastjson"].origin, rows["fastjson"].domestic) == ("domestic", True)
    assert (rows["mysql"].origin, rows["mysql"].end_of_support) == ("foreign", "2023-10-31T00:00:00Z")
    assert (rows["home-made"].origin, rows["home-made"].domestic) == (None, None)
    counted = share(sourced(own("own.cdx.json").parts))
    assert (counted.lowest, counted.highest) == (33.33, 66.67)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "components", "packages", "licenses", "dependencies", "ref", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.sampled_from(["bomFormat", "spdxVersion", "@graph"]))
def test_no_json_makes_the_reader_fail(value: Any, mark: str) -> None:
    raw = {**value, mark: value} if isinstance(value, dict) else {mark: value, "components": value, "packages": value}
    for version in ("1.4", 3):
        found = read(json.dumps({**raw, "specVersion": version}).encode(), "random.json")
        facts(sourced(found.parts))


@pytest.mark.parametrize(
    ("name", "supplier", "layer"),
    [
        ("SQL Server", "Microsoft", "database"),
        ("Microsoft SQL Server", "Microsoft", "database"),
        ("PolarDB", "Alibaba", "database"),
        ("Office", "Microsoft", "application"),
        ("DM Database", "Dameng", "database"),
        ("TongWeb", "TongTech", "middleware"),
        ("iSecure Center", "Hikvision", "application"),
    ],
)
def test_a_database_of_a_maker_of_many_things_is_one_by_its_name(name: str, supplier: str, layer: str) -> None:
    assert layer_of(Part(name, supplier=supplier, kind="application")) == layer
