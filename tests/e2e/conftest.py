"""One running system for all tests that only use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.system import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.system import System


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system on one machine."""
    with running(tmp_path_factory.mktemp("state")) as system:
        yield system
