"""Number format and attention are settled once a study, whoever asks first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from realign_core.encoder.kernel import Kernel
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.provenance.arithmetic import store_kernel, stored_kernel
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic

AUTO = {"recipe.compute.precision": "auto", "recipe.compute.attention": "auto"}
SLOW = Kernel("float32", "sdpa")


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    return StudyFolder(tmp_path / "runs" / "toy")


def test_what_is_chosen_first_stays(toy_file: Path, folder: StudyFolder, tmp_path: Path) -> None:
    study = load_study(toy_file, AUTO)
    assert stored_kernel(study, folder) is None
    assert not folder.path.exists()
    chosen = with_fixed_arithmetic(study, folder)
    assert chosen.recipe.compute.kernel == stored_kernel(study, folder)
    assert chosen.fingerprint() == study.fingerprint()
    for file in (tmp_path / "cache" / "kernels").iterdir():
        file.unlink()  # a machine that would time anew
    assert with_fixed_arithmetic(study, folder) == chosen
    assert not list((tmp_path / "cache" / "kernels").glob("*.json"))


def test_a_study_file_may_fix_it_but_not_change_it(
    toy_study: StudyConfig, toy_file: Path, folder: StudyFolder
) -> None:
    assert with_fixed_arithmetic(toy_study, folder) == toy_study  # float32 and eager
    auto = with_fixed_arithmetic(load_study(toy_file, AUTO), folder)
    assert auto.recipe.compute.kernel == Kernel("float32", "eager")
    other = load_study(toy_file, {"recipe.compute.precision": "bfloat16"})
    for ask in (stored_kernel, with_fixed_arithmetic):
        with pytest.raises(StudyError, match="computes with float32, not bfloat16"):
            ask(other, folder)


def test_of_several_workers_the_first_one_chooses(toy_file: Path, folder: StudyFolder) -> None:
    study = load_study(toy_file, AUTO)
    kernels = [Kernel.parse(f"{p}/{a}") for p in ("float32", "bfloat16") for a in ("eager", "sdpa")] * 2
    barrier = threading.Barrier(len(kernels))

    def store(kernel: Kernel) -> Kernel:
        barrier.wait()
        return store_kernel(study, folder, kernel)

    with ThreadPoolExecutor(len(kernels)) as workers:
        assert set(workers.map(store, kernels)) == {stored_kernel(study, folder)}


def test_studies_that_share_a_database_choose_apart(
    toy_file: Path, folder: StudyFolder, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    study, other = load_study(toy_file, AUTO), load_study(toy_file, {**AUTO, "recipe.realignment.steps": 9})
    assert store_kernel(study, StudyFolder(folder.path, url), SLOW) == SLOW
    assert stored_kernel(other, StudyFolder(folder.path, url)) is None
    assert stored_kernel(study, StudyFolder(tmp_path / "elsewhere", url)) == SLOW
