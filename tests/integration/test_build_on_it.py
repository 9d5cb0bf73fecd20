"""The receiver of docs/build-on-it.md, run as it is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from local.postgres import free_port
from tests.support.given import a_draft
from tests.support.paths import ROOT
from tests.support.receivers import a_webhook, bring_forward, deliver, events_of
from tests.support.rivals import until
from tests.support.running import dispatch

if TYPE_CHECKING:
    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

PAGE = (ROOT / "docs" / "build-on-it.md").read_text(encoding="utf-8")


def test_the_receiver_of_the_page_prints_what_is_signed_and_refuses_the_rest(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "on")
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    webhook, secret = a_webhook(api, people.employer, url, "job.created")
    other, _ = a_webhook(api, people.employer, url, "job.created")
    job = a_draft(api, people.employer)
    with subprocess.Popen(  # noqa: S603 - the page's own program
        [sys.executable, "-c", program],
        env={**os.environ, "SECRET": secret, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as receiver:

        def delivered() -> bool:
            deliver(cloud)
            bring_forward()
            dispatch()
            return bool(events_of(api, webhook, people.employer)[0]["state"] == "delivered")

        try:
            until(delivered)
            assert receiver.stdout is not None
            line = receiver.stdout.readline()
        finally:
            receiver.kill()
    assert line.startswith("1 job.created {'jobId': ")
    assert job in line
    (refused,) = events_of(api, other, people.employer)
    assert refused["lastStatus"] in (401, None)
    assert refused["state"] != "delivered"
