"""SQLite on a network file system is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.errors import StudyError
from subsetsearch.results.database import network_drives
from subsetsearch.results.database.network_drives import file_system, refuse_network


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the tests' folder be on NFS, as Linux would say it."""
    number = tmp_path.stat().st_dev
    lines = (
        f"21 1 254:77 / / rw - ext4 /dev/root rw\n"
        f"36 21 {os.major(number)}:{os.minor(number)} /home /mnt rw,noatime shared:1 master:2 - nfs4 host:/home rw\n"
    )
    place = tmp_path / "mountinfo"
    place.write_text(lines, encoding="utf-8")
    monkeypatch.setattr(network_drives, "MOUNTS", place)
    return tmp_path


def test_a_file_on_a_network_is_refused(mounted: Path) -> None:
    with pytest.raises(
        StudyError, match=r"network file system \(nfs4\).* on this machine's own disk by --dir"
    ):
        refuse_network(f"sqlite:///{mounted / 'not' / 'there' / 'study.db'}")
    refuse_network("postgresql://host/db")
    refuse_network("sqlite:///:memory:")


def test_a_study_on_a_network_is_refused_before_anything_is_read(mounted: Path, toy_file: Path) -> None:
    with pytest.raises(StudyError, match="nfs4"):
        ss.load(toy_file, runs=mounted / "runs").run()
    assert not (mounted / "runs").exists()


def test_other_file_systems_are_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_network(f"sqlite:///{tmp_path / 'study.db'}")
    assert file_system(Path("/proc/self/status")) in ("proc", "")
    monkeypatch.setattr(network_drives, "MOUNTS", tmp_path / "none")
    assert file_system(tmp_path) == ""
