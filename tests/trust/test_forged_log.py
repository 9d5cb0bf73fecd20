"""The decision log, changed by who owns the database."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tests.support.cloud import Notary
from tests.support.people import People
from tests.support.rows import empty_tables
from tests.support.tampering import JOB, MODES, TAMPERINGS, begin_chains, tampered
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api


def test_every_tampering_is_found(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    times = 0
    for mode in MODES:
        for tamper in TAMPERINGS[:: scaled(6, 1)]:
            notary, people = Notary.create(), People.create()
            for name, value in notary.environment().items():
                monkeypatch.setenv(name, value)
            begin_chains()
            broken = tampered(api, people, notary, mode, tamper)
            assert broken is not None, (mode, tamper.__name__)
            assert UUID(broken.job_id) == JOB
            empty_tables()
            times += 1
    found(
        Section.DATA,
        f"The decision log changed by who owns the database, in {len(TAMPERINGS)} ways, compared"
        " with heads that were saved and with signed ones",
        times,
        "each found, and the chain named",
    )
