"""M21: edits are noticed wherever the sources lie, and from the first moment on."""

from pathlib import Path

import pytest

from chassis import watch
from chassis.watch import Edits, tells

MOUNTS = r"""
overlay / overlay rw 0 0
tmpfs /dev tmpfs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
/dev/sdc /mnt/c/linux ext4 rw 0 0
mac0 /srv/app virtiofs rw 0 0
/dev/sdd /srv/with\040space ext4 rw 0 0
fs /srv/with\040space fuse.grpcfuse rw 0 0
""".lstrip()


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("/srv/other", True),
        ("/mnt/c/Users/ana/fleet/services/leads", False),
        ("/mnt/c/linux/fleet", True),
        ("/mnt/cc", True),
        ("/srv/app", False),
        ("/srv/with space/app", False),
    ],
)
def test_m21_a_folder_is_polled_where_another_kernel_may_edit(
    tmp_path: Path, folder: str, told: bool
) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert tells(Path(folder), mounts=tmp_path / "mounts") == told


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"/nowhere:{tmp_path}")
    return tmp_path


@pytest.mark.parametrize("told", [True, False], ids=["told", "polled"])
def test_m21_edits_of_sources_are_noticed_and_no_others(
    sources: Path, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(watch, "tells", lambda folder: told)
    edits = Edits()
    for other in ("notes.txt", "tests/test_it.py", ".hidden.py"):
        (sources / other).write_text("x")
    for source in ("made.py", "page.html"):
        (sources / source).write_text("x")
        assert edits.wait() == str(sources / source)
    (sources / "made.py").unlink()
    assert edits.wait() == str(sources / "made.py")


def test_where_watches_are_used_up_files_are_polled(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles._rust_notify as rust

    real = rust.RustNotify

    def with_none_left(folders: list[str], debug: bool, polls: bool, *rest: object) -> object:
        if not polls:
            raise OSError("OS file watch limit reached")
        return real(folders, debug, polls, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(rust, "RustNotify", with_none_left)
    edits = Edits()
    (sources / "made.py").write_text("x")
    assert edits.wait() == str(sources / "made.py")


def test_an_image_without_watchfiles_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    watch.require_watchfiles("HOT_RELOAD")
    monkeypatch.setattr(watch, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"HOT_RELOAD needs watchfiles.*lock\.sh"):
        watch.require_watchfiles("HOT_RELOAD")
