"""Learning from a good device: parameters are tightened to what it meets, never loosened."""

from pathlib import Path

import pytest

from rules.profile_file import load_profile
from scanner.cli import main
from scanner.learn import learn, profile_text
from scanner.selfcheck import check
from scanner.selfcheck_source import source_of

DATA = Path(__file__).parent.parent / "data" / "config"


def test_the_strictest_values_that_the_device_meets_are_learned_with_their_lines() -> None:
    lesson = learn([DATA / "comware-good.cfg"])
    found = {(one.rule, one.parameter): (one.value, one.place.split(": ", 1)[1]) for one in lesson.learned}
    assert found[("ds-config-idle-timeout", "longest")] == (10, "idle-timeout 10 0")
    assert found[("ds-config-login-lockout", "most")] == (5, "password-control login-attempt 5 exceed lock-time 30")
    assert found[("ds-config-password-history", "least")] == (5, "password-control history 5")
    assert found[("ds-config-password-age", "longest")] == (90, "password-control aging 90")
    assert lesson.unmet == ()


def test_what_a_device_does_not_meet_is_listed_and_never_loosened(tmp_path: Path) -> None:
    lesson = learn([DATA / "comware-bad.cfg"])
    assert "ds-config-idle-timeout" in lesson.unmet
    assert not {one.rule for one in lesson.learned} & set(lesson.unmet)


def test_the_profile_is_read_back_and_holds_the_next_device_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "learned.yaml"
    assert main(["rules", "learn", str(DATA / "comware-good.cfg"), "--out", str(path)]) == 0
    profile, _ = load_profile(path)
    good = source_of((DATA / "comware-good.cfg").read_bytes(), "good.cfg")
    lazy = source_of(
        (DATA / "comware-good.cfg").read_bytes().replace(b"idle-timeout 10 0", b"idle-timeout 12 0"), "lazy.cfg"
    )
    bad = {source.reading.file: {one.rule.id for one in check([source], profile=profile).statements if one.verdict == "fail"} for source in (good, lazy)}  # fmt: skip
    assert bad == {"good.cfg": set(), "lazy.cfg": {"ds-config-idle-timeout"}}


def test_names_of_files_cannot_break_the_profile() -> None:
    lesson = learn([DATA / "comware-good.cfg"])
    odd = type(lesson)(("a\nid: evil",), lesson.learned, ("x",))
    assert "\nid: evil" not in profile_text(odd, ["data-security"])
