"""The city data dictionary is complete, says the same in every form, and its documents are the newest."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from inventory import dictionary
from inventory.asset import DEVICE_CLASSES, LAYERS, Asset, Component
from inventory.code_names import CLASS_NAMES, LAYER_NAMES, ORIGIN_NAMES
from inventory.dictionary import Element
from inventory.dictionary_forms import json_schema, markdown
from inventory.fact import all_tables
from inventory.facts.ssh import SshFacts
from inventory.register import Entry
from inventory.store_schema import SCHEMA

ROOT = Path(__file__).parent.parent.parent
GROUPS = {group.name: group for group in dictionary.groups()}


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "scanner.cli", "inventory", "dictionary", *map(str, words)]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)


def test_nothing_lacks() -> None:
    assert dictionary.problems() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"definition_zh": ""}, "no definition in zh"),
        ({"definition_en": "Idle seconds."}, "the definition in en repeats the name"),
        ({"definition_zh": "空闲 超时"}, "the definition in zh repeats the name"),
        ({"definition_zh": "idle time"}, "the definition in zh holds no Chinese"),
        ({"unit": ""}, "no unit (s)"),
        ({"source": ""}, "no source"),
        ({"codes": (("never", "永不"),)}, "a code that is no number"),
        ({"codes": (("0", ""),)}, "a code without a name"),
    ],
)
def test_a_gap_is_told(monkeypatch: pytest.MonkeyPatch, change: dict[str, object], said: str) -> None:
    whole = next(one for one in dictionary.elements() if (one.group, one.field) == ("ssh", "idle_seconds"))
    gapped: Element = replace(whole, **change)  # type: ignore[arg-type]
    monkeypatch.setattr(dictionary, "elements", lambda: iter([whole, gapped]))
    assert dictionary.problems()[0] == f"ssh.idle_seconds: {said}"


def test_every_fact_and_every_field_of_assets_components_and_register_is_there() -> None:
    assert set(all_tables()) < set(GROUPS)
    for name, table in all_tables().items():
        assert [one.field for one in GROUPS[name].elements] == list(table.model.model_fields)
    for name, model in (("asset", Asset), ("asset_component", Component), ("register", Entry)):
        assert {one.field for one in GROUPS[name].elements} == {field.name for field in fields(model)}
    columns = {one.field for one in GROUPS["organisation"].elements}
    stored = SCHEMA.partition("CREATE TABLE organisation (")[2].partition("PRIMARY KEY")[0]
    assert columns | {"scan"} == {part.split()[0] for part in stored.split(",") if part.strip()}


def test_code_lists_hold_the_words_that_the_system_uses() -> None:
    assert set(CLASS_NAMES) == set(DEVICE_CLASSES)
    assert set(LAYER_NAMES) == set(LAYERS)
    told = {(one.group, one.field): {code for code, _ in one.codes} for one in dictionary.elements()}
    assert told["asset", "device_class"] == set(DEVICE_CLASSES)
    assert told["asset_component", "layer"] == set(LAYERS)
    assert told["asset_component", "origin"] == set(ORIGIN_NAMES)


def test_personal_data_and_ways_in_without_credentials_are_marked() -> None:
    told = {f"{one.group}.{one.field}": one for one in dictionary.elements()}
    personal = {name for name, one in told.items() if one.personal}
    assert personal >= {"asset.contact", "register.contact", "http_personal_data.sample", "host.mac", "smb.computer"}
    assert "http_personal_data.identity_numbers" not in personal  # a number of numbers is nobody's
    for name in ("snmp.default_community", "redis.authentication_required", "asset.addresses", "http_exposure.backup"):
        assert told[name].sensitivity == "important", name
    assert told["ssh.cipher_count"].sensitivity == "general"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_schema_is_one_and_holds_real_rows(language: str) -> None:
    schema = json_schema("zh" if language == "zh" else "en")
    jsonschema.Draft202012Validator.check_schema(schema)
    ssh = SshFacts(banner="SSH-2.0-x", kex_count=3, kex_weak=False).model_dump()
    asset = {
        "id": "a",
        "keys": ["address:10.0.0.1"],
        "addresses": ["10.0.0.1"],
        "protection_level": 3,
        "registered": None,
    }
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate({"ssh": [ssh], "asset": [asset]})
    bad: tuple[dict[str, list[object]], ...] = (
        {"ssh": [{"kex_count": "3"}]},
        {"asset": [{"nobody": 1}]},
        {"nothing": []},
    )
    for wrong in bad:
        assert list(validator.iter_errors(wrong)), wrong


def test_a_foreign_reader_finds_every_field_in_the_spreadsheet(tmp_path: Path) -> None:
    done = command("--format", "xlsx", "--lang", "en", "--out", tmp_path / "words.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    book = openpyxl.load_workbook(tmp_path / "words.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("group", "field", "name", "definition")
    assert {(row[0], row[1]) for row in rows[1:]} == {(one.group, one.field) for one in dictionary.elements()}
    assert len(book.worksheets) == 2
    with zipfile.ZipFile(io.BytesIO((tmp_path / "words.xlsx").read_bytes())) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_command_checks_and_prints_in_both_languages(tmp_path: Path) -> None:
    checked = command("--check")
    assert checked.returncode == 0
    assert checked.stdout.rstrip().endswith("0 problems")
    assert "## redis · Redis服务" in command().stdout
    assert "## redis · Redis service" in command("--lang", "en").stdout
    assert json.loads(command("--format", "json").stdout) == dictionary.document()
    command("--format", "json-schema", "--lang", "en", "--out", tmp_path / "new" / "schema.json")
    assert json.loads((tmp_path / "new" / "schema.json").read_text()) == json_schema("en")


def test_the_documents_are_the_newest() -> None:
    """`scripts/dictionary` writes them."""
    assert (ROOT / "docs/dictionary.md").read_text(encoding="utf-8") == markdown("en")
    assert (ROOT / "docs/dictionary.zh.md").read_text(encoding="utf-8") == markdown("zh")


def test_names_of_columns_are_read_as_words() -> None:
    assert dictionary.english_name("host_key_rsa_bits") == "host key RSA bits"
