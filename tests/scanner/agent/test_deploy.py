"""The agent as a service has the one capability that raw sockets need, and can write nowhere but to its data."""

import configparser
import re
from pathlib import Path

from scanner.agent.config import AgentConfig, load_agent
from scanner.cli import build

ROOT = Path(__file__).parent.parent.parent.parent


def unit(name: str = "chengjian-agent") -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(ROOT / "docs" / "deploy" / f"{name}.service")
    return parser["Service"]


def test_the_unit_runs_as_a_user_of_its_own_with_one_capability() -> None:
    service = unit()
    assert service["User"] == "chengjian"
    assert service["AmbientCapabilities"] == service["CapabilityBoundingSet"] == "CAP_NET_RAW"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert "ReadWritePaths" not in service
    assert int(service["TimeoutStopSec"]) > 5


def test_the_portal_runs_as_another_user_without_any_capability() -> None:
    service = unit("chengjian-portal")
    assert service["User"] == "chengjian-portal"
    assert service["AmbientCapabilities"] == service["CapabilityBoundingSet"] == ""
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    words = service["ExecStart"].split()
    read = build(["serve"]).parse_args(words[1:])
    assert read.certificate
    assert read.key


def test_the_container_runs_as_a_user_of_its_own_and_its_recipe_drops_the_rest() -> None:
    text = (ROOT / "Containerfile").read_text()
    assert re.search(r"^USER 10001:10001$", text, re.M)
    assert re.search(r'^ENTRYPOINT \["/opt/chengjian/bin/chengjian"\]$', text, re.M)
    for words in ("--read-only", "--cap-drop=all", "--cap-add=NET_RAW", "no-new-privileges"):
        assert words in text
    assert text.index("USER ") > text.rindex("RUN ")


def test_the_example_of_the_page_is_a_valid_agent_file(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "agent.md").read_text(), re.S)
    assert block is not None
    (tmp_path / "agent.yaml").write_text(block[1])
    found = load_agent(tmp_path / "agent.yaml")
    assert set(AgentConfig.model_fields) - {"base"} <= found.model_fields_set
    assert set(type(found.jobs[0]).model_fields) <= found.jobs[0].model_fields_set
