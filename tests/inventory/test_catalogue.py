"""The origin catalogue: closed words, sources and dates everywhere; unknown is never domestic; announcements expire."""

from datetime import date
from pathlib import Path

import pytest

from inventory.catalogue import load
from inventory.catalogue.tables import FOLDER, ORIGINS, company_slug
from inventory.errors import InputError

CATALOGUE = load()


def test_every_vendor_has_an_origin_a_source_and_a_date() -> None:
    assert len(CATALOGUE.vendors) > 1000
    for vendor in CATALOGUE.vendors.values():
        assert vendor.origin in ORIGINS
        assert vendor.source
        assert vendor.as_of <= date(2030, 1, 1)
        assert vendor.zh
        assert vendor.origin != "domestic" or vendor.country == "CN", vendor.id
        assert vendor.country != "CN" or vendor.origin != "foreign", vendor.id


@pytest.mark.parametrize(
    ("vendor", "product", "origin"),
    [
        ("huawei", "VRP", "domestic"),
        ("cisco", "IOS", "foreign"),
        ("nginx", "nginx", "community"),
        ("hpe", "Comware", "foreign"),
        ("kylinsoft", "Kylin Linux Advanced Server", "domestic_derived"),
        ("kingbase", "KingbaseES", "domestic_derived"),
        ("alibaba", "Tengine", "domestic_derived"),
        ("inspur-cisco", None, "licensed"),
        ("tp-link", None, "unknown"),
        ("nobody", "x", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_origins_by_vendor_and_product_line(vendor: str | None, product: str | None, origin: str) -> None:
    assert CATALOGUE.origin_of(vendor, product).origin == origin


def test_an_announcement_certifies_a_product_and_version_until_it_expires() -> None:
    def at(day: date, version: str | None) -> str:
        return CATALOGUE.origin_of("gbase", "GBase 8s", "database", version, day).origin

    assert at(date(2024, 1, 1), "V8.8") == "domestic_certified"
    assert at(date(2026, 12, 25), "V8.8.2") == "domestic_certified"
    assert at(date(2026, 12, 26), "V8.8") == "domestic_derived"
    assert at(date(2023, 12, 25), "V8.8") == "domestic_derived"
    assert at(date(2024, 1, 1), "V8.7") == "domestic_derived"
    assert at(date(2024, 1, 1), None) == "domestic_derived"


def test_end_of_support_is_found_by_the_longest_version_that_fits() -> None:
    tomcat = CATALOGUE.support_end("Apache Tomcat", "8.5.57")
    assert tomcat is not None
    assert tomcat.ends == date(2024, 3, 31)
    mysql = CATALOGUE.support_end("MySQL", "5.7.44")
    assert mysql is not None
    assert mysql.ends == date(2023, 10, 31)
    assert CATALOGUE.support_end("MySQL", "57.1") is None
    assert CATALOGUE.support_end("Apache Tomcat", None) is None
    assert CATALOGUE.support_end("no such product", "1") is None


@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("Huawei Technologies Co.,Ltd", "huawei"),
        ("Cisco Systems India Private Limited", "cisco"),
        ("ZHEJIANG DAHUA TECHNOLOGY CO.,LTD", "dahua"),
        ("zte corporation", "zte"),
        ("Apple Valley School District", None),
        ("Hillstone Products Ltd", None),
        ("", None),
    ],
)
def test_registry_names_are_recognised_only_when_nothing_but_corporate_words_is_left(
    name: str, vendor: str | None
) -> None:
    found = CATALOGUE.vendor_named(name)
    assert (found.id if found else None) == vendor


def test_unknown_companies_become_plain_words() -> None:
    assert company_slug("Inovonics, Inc.") == "inovonics"
    assert company_slug("ONE WORLD SYSTEMS, INC.") == "one-world"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("huawei: {en: Huawei, origin: ours}", "not an origin"),
        ("huawei: {en: Huawei, makes: [magic]}", "not a kind"),
        ("huawei: {en: Huawei, colour: red}", "unknown field"),
        ("huawei: {en: Huawei, heir: nobody}", "nobody is not a vendor"),
        ("a: {en: A, numbers: [7]}\n    b: {en: B, numbers: [7]}", "claimed by"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, change: str, message: str) -> None:
    for name in ("product-lines.yaml", "support.yaml", "announcements.yaml"):
        (tmp_path / name).write_text("source: x\nas_of: 2026-01-01\nrows: []\n", "utf-8")
    head = "- source: {kind: x, as_of: 2026-01-01}\n  country: CN\n  origin: domestic\n  vendors:\n    "
    (tmp_path / "vendors-test.yaml").write_text(head + change + "\n", "utf-8")
    with pytest.raises(InputError, match=message):
        load(tmp_path)


def test_every_row_of_the_tables_refers_to_known_words() -> None:
    assert FOLDER.is_dir()
    for row in CATALOGUE.announcements:
        assert row.vendor in CATALOGUE.vendors
        assert row.expires > row.announced
    for line in CATALOGUE.lines:
        assert line.origin in ORIGINS
    assert {row.product for row in CATALOGUE.support} >= {"CentOS", "MySQL", "Apache Tomcat"}


def test_an_unsure_end_of_support_is_known_and_decides_nothing() -> None:
    """A date on which published texts differ is shown with its reason, and no lookup that decides returns it; a shorter version
    of the same product does not step in for it."""
    unsure = [row for row in CATALOGUE.support if not row.sure]
    assert unsure
    for row in unsure:
        assert row.note
        assert CATALOGUE.support_end(row.product, row.version) is None
        assert CATALOGUE.support_row(row.product, row.version) == row
    assert CATALOGUE.support_end("Spring Boot", "2.6.3") is not None
    assert CATALOGUE.support_end("Spring Boot", "2.7.18") is None
    assert all(row.source for row in CATALOGUE.support)
