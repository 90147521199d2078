"""Lists of masscan: every whole entry counts, nothing else does, and a broken end is told."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError
from inventory.imports.masscan import is_masscan, read_list

OPEN = '{   "ip": "10.0.0.1",   "timestamp": "1", "ports": [ {"port": 6379, "proto": "tcp", "status": "open", "reason": "syn-ack", "ttl": 64} ] }'
BANNER = '{   "ip": "10.0.0.1",   "timestamp": "2", "ports": [ {"port": 22, "proto": "tcp", "service": {"name": "ssh", "banner": "SSH-2.0-OpenSSH_9.2p1"} } ] }'
CLOSED = '{   "ip": "10.0.0.2",   "timestamp": "3", "ports": [ {"port": 23, "proto": "tcp", "status": "closed", "reason": "rst", "ttl": 64} ] }'


def written(folder: Path, text: str) -> Path:
    path = folder / "list.json"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["[\n{}\n]\n", "[\n{},\n{{finished: 1}}\n]\n", "{}\n", "[\n{},\n]\n"])
def test_all_ways_in_which_versions_end_their_lists_are_read(form: str, tmp_path: Path) -> None:
    path = written(tmp_path, form.format(",\n".join((OPEN, BANNER, CLOSED))))
    assert is_masscan(path.read_bytes())
    found = read_list(path)
    assert found.complete
    one, other = found.hosts
    assert (one.address, one.ports, one.banners) == (
        "10.0.0.1",
        {6379: "open", 22: "open"},
        {22: "SSH-2.0-OpenSSH_9.2p1"},
    )
    assert (other.address, other.ports, other.banners) == ("10.0.0.2", {23: "closed"}, {})


def test_a_list_that_breaks_off_keeps_what_is_whole_and_says_where(tmp_path: Path) -> None:
    found = read_list(written(tmp_path, f"[\n{OPEN},\n{CLOSED[:60]}"))
    assert ([host.address for host in found.hosts], found.complete, found.problem) == (["10.0.0.1"], False, "line 3")


@pytest.mark.parametrize("text", ["{", "[1, {", "<nmaprun/>", "[" * 100000])
def test_what_is_no_list_is_refused(text: str, tmp_path: Path) -> None:
    assert not is_masscan(text.encode())
    if text.startswith("[["):
        assert read_list(written(tmp_path, text)).hosts == ()
    else:
        with pytest.raises(ImportFormatError, match="is no list of masscan"):
            read_list(written(tmp_path, text))


def test_other_json_is_not_taken_for_a_list() -> None:
    assert not is_masscan(b'{"bomFormat": "CycloneDX"}')
    assert not is_masscan(b'{"answers": []}')
    assert not is_masscan(b'[{"ip": "10.0.0.1"}]')


ENTRIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["port", "proto", "service", "x"]), inner)
    ),
    max_leaves=8,
)


@given(st.lists(st.fixed_dictionaries({"ip": st.text(max_size=12) | ENTRIES, "ports": ENTRIES}), max_size=4))
def test_no_entry_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, entries: list[object]) -> None:
    found = read_list(written(tmp_path_factory.mktemp("list"), json.dumps(entries)))
    assert all(0 < port < 65536 for host in found.hosts for port in host.ports)
