"""What a start does about a run that was cut off."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from local.recovery import FILES, FOLDERS, Left, clear


def full(state: Path) -> None:
    """A folder as a run leaves it."""
    for name in FILES:
        (state / name).write_text("{}")
    for name in FOLDERS:
        (state / name / "data").mkdir(parents=True)
        (state / name / "data" / "file").write_text("x")
    (state / "mine.txt").write_text("not ours")


def test_starting_over_deletes_what_we_wrote_and_nothing_else(tmp_path: Path) -> None:
    full(tmp_path)
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("step", range(len(FILES) + 2 * len(FOLDERS)))
def test_starting_over_can_be_cut_off_at_each_step(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start finds all of the database or none of it, and no word about another one."""
    full(tmp_path)
    left = step

    class CutOffError(Exception):
        pass

    def cut_off() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError

    unlink, rename, rmtree = Path.unlink, Path.rename, shutil.rmtree

    def unlinks(path: Path, **options: bool) -> None:
        cut_off()
        unlink(path, **options)

    def renames(path: Path, to: Path) -> None:
        cut_off()
        rename(path, to)

    def removes(path: Path, **options: Any) -> None:
        if path.exists():
            unlink(path / "data" / "file")  # half of it
            cut_off()
        rmtree(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlinks)
        patch.setattr(Path, "rename", renames)
        patch.setattr(shutil, "rmtree", removes)
        with pytest.raises(CutOffError):
            clear(tmp_path)
    Left.by_last_run(tmp_path, loads=True)
    database = tmp_path / "postgres"
    if database.exists():
        assert (database / "data" / "file").exists()
    else:
        assert not (tmp_path / "sample.json").exists()
        assert not (tmp_path / "schema.json").exists()
    assert not [*tmp_path.glob("*.old")]


@pytest.mark.parametrize(
    ("files", "loads", "left"),
    [
        ([], True, Left(was_up=False, loads=False)),
        (["postgres/data"], True, Left(was_up=False, loads=True)),
        (["postgres/data"], False, Left(was_up=False, loads=False)),
        (["postgres/data", "runtime.json"], False, Left(was_up=True, loads=False)),
    ],
)
def test_what_the_folder_tells(files: list[str], loads: bool, left: Left, tmp_path: Path) -> None:
    for name in files:
        (tmp_path / name).mkdir(parents=True) if "data" in name else (tmp_path / name).touch()
    assert Left.by_last_run(tmp_path, loads=loads) == left
    assert not (tmp_path / "runtime.json").exists(), "nobody may take it for this run's"
