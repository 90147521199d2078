"""What a self-check says of the parts of software: given up, licences, who made them; unknown is never domestic."""

import json
from pathlib import Path

import pytest

from inventory.supply_chain import name_space
from scanner.cli import main


def part(name: str, version: str, purl: str, licence: str = "") -> dict[str, object]:
    licences = [{"license": {"id": licence}}] if licence else []
    return {"type": "library", "name": name, "version": version, "purl": purl, "licenses": licences}


@pytest.fixture
def sbom(tmp_path: Path) -> Path:
    parts = [
        part("log4j", "1.2.17", "pkg:maven/log4j/log4j@1.2.17", "Apache-2.0"),
        part("spring-core", "6.2.1", "pkg:maven/org.springframework/spring-core@6.2.1", "Apache-2.0"),
        part("fastjson", "1.2.83", "pkg:maven/com.alibaba/fastjson@1.2.83"),
        part("readline", "8.2", "pkg:generic/readline@8.2", "GPL-3.0-only"),
    ]
    path = tmp_path / "sbom.json"
    path.write_text(
        json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts}), "utf-8"
    )
    return path


def test_parts_that_were_given_up_and_licences_are_listed(sbom: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selfcheck", "--sbom", str(sbom), "--json"]) == 1
    chain = json.loads(capsys.readouterr().out)["supply_chain"]
    assert chain["unmaintained"] == [{"name": "log4j", "version": "1.2.17", "since": "2015-08-05T00:00:00Z"}]
    assert [one["name"] for one in chain["copyleft"]] == ["readline"]
    assert chain["without_licence"] == 1
    share = chain["domestic_share"]
    assert (share["lowest"], share["highest"]) == (25.0, 100.0)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", ("其中已停止维护1个", "要求公开源码1个，未声明1个", "国产占比")),
        ("en", ("no longer maintained: 1", "1 ask for publication of the source, 1 not stated", "% domestic")),
    ],
)
def test_the_same_is_said_in_words(
    sbom: Path, capsys: pytest.CaptureFixture[str], language: str, says: tuple[str, ...]
) -> None:
    main(["selfcheck", "--sbom", str(sbom), "--lang", language])
    told = capsys.readouterr().out
    assert [one for one in says if one not in told] == []


def test_an_ended_system_is_told_of_the_image_and_not_of_a_configuration_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "etc" / "ssh").mkdir(parents=True)
    (tmp_path / "etc" / "os-release").write_text('ID=centos\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7"\n', "utf-8")
    (tmp_path / "etc" / "ssh" / "sshd_config").write_text("PermitRootLogin yes\n", "utf-8")
    assert main(["selfcheck", "--image", str(tmp_path), "--json"]) == 1
    found = {one["rule"]: one for one in json.loads(capsys.readouterr().out)["findings"]}
    assert found["da-system-support"]["file"] == str(tmp_path)
    assert found["da-system-support"]["quote"] == "CentOS Linux 7"


@pytest.mark.parametrize(
    ("purl", "space"),
    [
        ("pkg:maven/com.alibaba/fastjson@1.2.83", "com.alibaba"),
        ("pkg:npm/%40antv/g2@5.0.0", "antv"),
        ("pkg:golang/github.com/apache/thrift@v0.20.0", "apache"),
        ("pkg:golang/gitee.com/openeuler/isula@v1", "openeuler"),
        ("pkg:generic/readline@8.2", ""),
        ("not a package url", ""),
        ("pkg:", ""),
        ("", ""),
    ],
)
def test_who_stands_in_a_package_url(purl: str, space: str) -> None:
    assert name_space(purl) == space


def test_an_end_of_support_on_which_texts_differ_fails_nothing_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [part("spring-boot", "2.7.18", "pkg:maven/org.springframework.boot/spring-boot@2.7.18", "Apache-2.0")]
    path = tmp_path / "sbom.json"
    path.write_text(
        json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts}), "utf-8"
    )
    main(["selfcheck", "--sbom", str(path), "--json"])
    document = json.loads(capsys.readouterr().out)
    chain = document["supply_chain"]
    assert (chain["with_end_of_support"], chain["unmaintained"]) == ([], [])
    assert [(one["name"], one["end_of_support"]) for one in chain["unsure_end_of_support"]] == [
        ("spring-boot", "2023-11-24")
    ]
    assert "da-software-support" in {one["rule"] for one in document["not_assessed"]}
    assert "da-software-support" not in {one["rule"] for one in document["findings"] if one["verdict"] == "fail"}
    main(["selfcheck", "--sbom", str(path), "--lang", "en"])
    assert "spring-boot 2.7.18 (2023-11-24: 2023-06-30 in the later list" in capsys.readouterr().out


def test_a_tool_of_a_maker_of_clouds_is_no_cloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = part("findbugs-project", "3.0.0", "pkg:maven/com.google.code.findbugs/findbugs-project@3.0.0") | {
        "type": "application"
    }
    path = tmp_path / "sbom.json"
    path.write_text(
        json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [one]}), "utf-8"
    )
    main(["selfcheck", "--sbom", str(path), "--json"])
    layers = {component["layer"] for component in json.loads(capsys.readouterr().out)["components"]}
    assert layers == {"application"}
