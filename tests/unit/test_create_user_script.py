"""scripts/create_user.sh: what it asks of AWS, played by a script in front of the real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EMAIL = "eva@halden.example"
SUB = "11111111-1111-4111-8111-111111111111"
AWS = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path
if sys.argv[1] == "--version":
    sys.exit(print(os.environ["VERSION"]))
command = sys.argv[2] if sys.argv[1] != "lambda" else "invoke"
option = lambda name: sys.argv[sys.argv.index(name) + 1]
with Path(os.environ["CALLS"]).open("a") as calls:
    calls.write(command + "\\n")
if command == "describe-stacks":
    print(os.environ["POOL"])
elif command == "describe-stack-resource":
    print("the-function")
elif command == "admin-get-user" and os.environ["KNOWN"] != "yes":
    sys.exit("An error occurred (" + os.environ["KNOWN"] + ") when calling AdminGetUser")
elif command in ("admin-get-user", "admin-create-user"):
    print("{SUB}")
elif command == "invoke":
    Path(os.environ["CALLS"]).with_name("payload").write_text(option("--payload"))
    Path(sys.argv[-1]).write_text(json.dumps({{"role": "x"}}))
    print(os.environ["FAILURE"])
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    aws = tmp_path / "aws"
    aws.write_text(AWS)
    aws.chmod(0o755)
    return tmp_path / "calls"


def run(
    calls: Path,
    *arguments: str,
    known: str = "yes",
    failure: str = "None",
    pool: str = "pool",
    version: str = "aws-cli/2.34.1 Python/3.14.2",
) -> subprocess.CompletedProcess[str]:
    path = f"{calls.parent}{os.pathsep}{os.environ['PATH']}"
    played = {"CALLS": str(calls), "KNOWN": known, "FAILURE": failure, "POOL": pool}
    played["VERSION"] = version
    return subprocess.run(  # noqa: S603 - our own script
        [ROOT / "scripts" / "create_user.sh", *arguments],
        env={**os.environ, **played, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def asked(calls: Path) -> list[str]:
    return calls.read_text().split()[2:]


def payload(calls: Path) -> object:
    return json.loads(calls.with_name("payload").read_text())


def test_a_new_admin_is_created_in_the_pool_and_the_database(calls: Path) -> None:
    done = run(calls, "stack", EMAIL, "admin", known="UserNotFoundException")
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(calls) == [
        "admin-get-user",
        "admin-create-user",
        "invoke",
        "admin-add-user-to-group",
    ]
    assert payload(calls) == {"userId": SUB, "email": EMAIL, "role": "admin"}


def test_an_employers_company_may_have_any_name(calls: Path) -> None:
    company = """Halden "Optik" & Söhne's $HOME"""
    assert run(calls, "stack", EMAIL, "employer", company, "a.example", "b.example").returncode == 0
    assert asked(calls) == ["admin-get-user", "invoke", "admin-add-user-to-group"]
    assert payload(calls) == {
        "userId": SUB,
        "email": EMAIL,
        "role": "employer",
        "companyName": company,
        "corporateDomains": ["a.example", "b.example"],
    }


def test_a_candidate_is_in_no_group(calls: Path) -> None:
    assert run(calls, "stack", EMAIL, "candidate").returncode == 0
    assert asked(calls) == ["admin-get-user", "invoke"]


def test_a_failing_function_is_a_failure_and_gives_no_group(calls: Path) -> None:
    assert run(calls, "stack", EMAIL, "admin", failure="Unhandled").returncode == 1
    assert asked(calls) == ["admin-get-user", "invoke"]


def test_nobody_is_created_because_of_another_error(calls: Path) -> None:
    done = run(calls, "stack", EMAIL, "admin", known="AccessDeniedException")
    assert done.returncode == 1
    assert "AccessDeniedException" in done.stderr
    assert asked(calls) == ["admin-get-user"]


@pytest.mark.parametrize("version", ["aws-cli/1.45.11 Python/3.11.7", "some other program", ""])
def test_without_version_2_of_the_command_line_nobody_is_created(calls: Path, version: str) -> None:
    done = run(calls, "stack", EMAIL, "admin", version=version)
    assert done.returncode == 1
    assert "version 2" in done.stderr
    assert version in done.stderr
    assert not calls.exists(), "nothing was asked of AWS"


def test_a_stack_without_a_pool_is_an_error(calls: Path) -> None:
    done = run(calls, "stack", EMAIL, "admin", pool="")
    assert (done.returncode, asked(calls)) == (1, [])
    assert "UserPoolId" in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("stack", EMAIL), ("stack", EMAIL, "owner"), ("stack", EMAIL, "admin", "Co")]
)
def test_other_arguments_show_the_usage(calls: Path, arguments: tuple[str, ...]) -> None:
    done = run(calls, *arguments)
    assert done.returncode == 2
    assert "Usage:" in done.stderr
    assert not calls.exists()
