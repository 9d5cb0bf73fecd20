"""`jobmatch export` and `jobmatch import --as employer`, on the database that is named to them."""

from __future__ import annotations

import json
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, make_url

from cli.__main__ import main
from jobmatch.models import Decision, ExpiredDecision, Profile, User
from jobmatch.postgres import engine
from tests.support.employers import Employers
from tests.support.roles import MIGRATOR, READER, WRITER, users_with
from tests.support.rows import as_owner, nothing_written, write
from tests.support.transfers import using

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

PASSWORD = "secret"
FAILED, WRONG_OPTION, NOT_REACHED = 1, 2, 3


def call(*arguments: object) -> int:
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(str(end.code))


@pytest.fixture
def employer(database: str) -> UUID:
    made = Employers(11)
    return made.employer(made.candidates(8), jobs=3)


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def leave(employer: UUID) -> None:
    """Delete an employer with all that is theirs; the candidates and the log stay."""
    write(delete(User).where(User.id == employer))


def test_an_employer_leaves_and_comes_back(
    employer: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert call("export", "--employer", employer, "--complete", first) == 0
    said = capsys.readouterr().out
    lines = lines_of(first)
    assert f"{len(lines)} lines are written" in said
    assert "never give them the file" in said
    assert stat.S_IMODE(first.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert [path.name for path in tmp_path.iterdir()] == ["first"], "nothing else is left"
    leave(employer)
    assert call("import", "--as", "employer", first) == 0
    said = capsys.readouterr().out
    assert "Imported: 1 of employer, 1 of company" in said
    assert "3 of job" in said
    assert call("export", "--employer", employer, "--complete", second) == 0
    assert lines_of(second)[1:] == lines[1:]
    with nothing_written():
        assert call("import", "--as", "employer", first) == FAILED
    assert capsys.readouterr().err == "error: The employer is here already, and has jobs.\n"


@contextmanager
def signed_in(database: str, user: str) -> Iterator[None]:
    """Use the database as one of its users, who has a password now."""
    url = make_url(database).set(username=user, password=PASSWORD)
    with using(url.render_as_string(hide_password=False)):
        yield
        engine().dispose()


def test_a_reader_exports_and_the_owner_of_the_tables_imports(
    database: str, employer: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    with users_with(PASSWORD):
        with signed_in(database, READER):
            assert call("export", "--employer", employer, "--complete", path) == 0
        leave(employer)
        with as_owner() as connection:  # elsewhere there is no log of theirs
            connection.execute(delete(Decision))
            connection.execute(delete(ExpiredDecision))
        with nothing_written(), signed_in(database, WRITER):
            assert call("import", "--as", "employer", path) == FAILED
        assert "connect as jobmatch_migrator" in capsys.readouterr().err
        with signed_in(database, MIGRATOR):
            assert call("import", "--as", "employer", path) == 0


def test_the_own_file_does_not_say_how_much_it_leaves_out(
    employer: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    assert call("export", "--employer", employer, path) == 0
    lines = lines_of(path)
    assert capsys.readouterr().out == f"{len(lines)} lines are written to {path}.\n"
    assert json.loads(lines[0])["complete"] is False


def test_candidates_who_are_not_here_are_named_by_line(
    employer: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    assert call("export", "--employer", employer, "--complete", path) == 0
    leave(employer)
    with as_owner() as connection:
        connection.execute(delete(Profile))
    with nothing_written():
        assert call("import", "--as", "employer", path) == FAILED
    said = capsys.readouterr().err
    assert said.startswith("error: candidates are not here: ")
    assert said.endswith(" and more); nothing was imported.\n")
    assert call("import", "--as", "employer", "--skip-unknown-candidates", path) == 0
    said = capsys.readouterr().out
    assert "Left out, because candidates are not here: " in said
    assert "of match" not in said.partition("Left out")[0]


def test_what_is_wrong_is_said_in_one_line(
    database: str, employer: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, faulty = tmp_path / "file", tmp_path / "faulty"
    faulty.write_text('{"format": "jobmatch-employer", "version": 7}\n')
    nobody = "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708"
    for arguments, code, said in (
        (("export", "--employer", "me", path), WRONG_OPTION, "'me' is not an id, such as"),
        (("export", path), WRONG_OPTION, "--employer"),
        (("export", "--employer", nobody, path), FAILED, "There is no such employer."),
        (("import", "--as", "employer", faulty), FAILED, "line 1: is of version 7 of the format"),
        (("import", "--as", "employer", "--each", faulty), WRONG_OPTION, "do not go with"),
        (("import", "--skip-unknown-candidates", faulty), WRONG_OPTION, "goes with --as employer"),
    ):
        with nothing_written():
            assert call(*arguments) == code
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert not path.exists()


def test_without_a_connection_it_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    here = ("export", "--employer", "0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708", tmp_path / "file")
    assert call(*here, "--stack", "jobmatch-prod") == WRONG_OPTION
    assert "set DATABASE_URL" in capsys.readouterr().err
    assert call(*here, "--state", tmp_path) == NOT_REACHED
    assert "is not running here" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:9/nothing")
    monkeypatch.setenv("DATABASE_CONNECT_SECONDS", "1")
    assert call(*here) == NOT_REACHED
    said = capsys.readouterr().err
    assert "the database was not reached" in said
    assert "secret" not in said
