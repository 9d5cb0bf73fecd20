"""The runbook on one machine: a backup is a copied folder; a new key ends old tokens."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.system import running

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("system")

JOB = {"title": "Before", "requiredSpecializations": ["Copyright"]}


def test_a_copied_state_brings_everything_back_and_a_deleted_key_ends_old_tokens(
    tmp_path: Path,
) -> None:
    state, backup = tmp_path / "state", tmp_path / "backup"
    with running(state) as system:
        token = system.token("--role", "employer", "--company", "Marlow Devices")
        job = system.call("POST", "/jobs", token, JOB)[1]["id"]
    shutil.copytree(state, backup)
    with running(state) as system:
        assert system.call("PATCH", f"/jobs/{job}", token, {"title": "After"})[0] == 200
    shutil.rmtree(state)
    shutil.copytree(backup, state)
    (state / "issuer.pem").unlink()
    with running(state) as system:
        assert system.call("GET", f"/jobs/{job}", token)[0] == 401
        token = system.token("--role", "employer", "--company", "Marlow Devices")
        status, found = system.call("GET", f"/jobs/{job}", token)
    assert (status, found["title"]) == (200, "Before")
