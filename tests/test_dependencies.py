"""What the product imports is what the project declares: an import that only works on the writer's machine fails here."""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"inventory", "rules", "reports", "scanner", "lab", "tests", "bench"}
# import name → distribution, where they differ; what comes as a part of another one stands under that one
DISTRIBUTION = {
    "snap7": "python-snap7",
    "yaml": "pyyaml",
    "nmap": "python-nmap",
    "docx": "python-docx",
    "markupsafe": "jinja2",
    "referencing": "jsonschema",
    "pdfminer": "pdfminer.six",
    "argon2": "argon2-cffi",
    "sqlite_utils": "sqlite-utils",
    "cyclonedx": "cyclonedx-python-lib",
    "multipart": "python-multipart",
    "packageurl": "packageurl-python",
}


def plain(name: str) -> str:
    """A distribution's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(*packages: str) -> dict[str, str]:
    """Distribution → one file that needs it."""
    found = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [name.name for name in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [node.module]
                for name in (name.split(".")[0] for name in names):
                    if name not in sys.stdlib_module_names and name not in OURS:
                        found[plain(DISTRIBUTION.get(name, name))] = str(path.relative_to(ROOT))
    return found


def declared(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"], *project["project"].get("optional-dependencies", {}).values()]
    lists += [project["dependency-groups"][group] for group in project["dependency-groups"] if group in groups]
    return {plain(re.split(r"[<>=~!\[; ]", entry)[0]) for part in lists for entry in part if isinstance(entry, str)}


def test_the_product_declares_what_it_imports() -> None:
    needed = imported("inventory", "rules", "reports", "scanner")
    assert {name: needed[name] for name in needed.keys() - declared("agent", "portal")} == {}


def test_the_tests_and_the_lab_declare_what_they_import() -> None:
    """What runs in the lab's image alone stands in the list that the image is built from."""
    inside = {plain(line.strip()) for line in (ROOT / "lab" / "images" / "python.in").read_text().splitlines()}
    needed = imported("tests", "lab")
    assert {name: needed[name] for name in needed.keys() - declared("agent", "portal", "dev") - inside} == {}


def test_the_locks_hold_what_is_declared() -> None:
    locked = {
        plain(line.split("==")[0])
        for line in (ROOT / "requirements-dev.lock").read_text().splitlines()
        if "==" in line and not line.startswith(" ")
    }
    assert declared("agent", "portal", "dev") - locked == set()


def test_every_lock_pins_what_its_readers_need_and_alike() -> None:
    """Users, the container image and developers get the same versions; a declared dependency that no lock has fails here."""

    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.M)
        return {plain(package): version for package, version in found}

    product, service, developers = (pins(f"requirements{kind}.lock") for kind in ("", "-service", "-dev"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {plain(re.split(r"[<>=~!\[; ]", entry)[0]) for entry in project["dependencies"]}
    assert needed <= product.keys()
    assert declared() <= service.keys()
    assert product.items() <= service.items() <= developers.items()
