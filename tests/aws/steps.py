"""What an operator does with each kind of installation."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from tests.aws.guide import commands, script
from tests.aws.report import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.aws.checkout import Checkout
    from tests.aws.stack import Stack

MAIL = {"MailSender": "matches@example.com", "MailIdentity": "example.com"}
PASSWORD = "correct horse battery staple"
PATIENCE = 60.0


def follow_the_guide(stack: Stack, checkout: Checkout) -> None:
    """Do what sections 3 and 4 of docs/deploy.md say, and see what they promise."""
    said = 'echo "said: $ADMIN $EMPLOYER $JOB"'
    words = script(*commands(3), commands(4)[0], said, stack=stack.name)
    with REPORT.timed(f"{stack.name}: sections 3 and 4 of the guide"):
        done = stack.emulator.run("bash", "-c", words, cwd=checkout.folder, given=f"{PASSWORD}\n")
    admin, employer, job = done.stdout.rpartition("said: ")[2].split()
    matches = until(lambda: stack.call("GET", f"/jobs/{job}/matches", bearer(employer))[2]["items"])
    assert len(matches) == 4
    assert min(match["overallScore"] for match in matches) > 75
    assert until(lambda: stack.emulator.mails_from(MAIL["MailSender"]))
    assert stack.call("GET", "/admin/jobs", bearer(admin))[0] == 200
    assert stack.call("GET", "/admin/jobs", bearer(employer))[0] == 403
    assert stack.call("GET", "/admin/jobs", bearer(forged(admin)))[0] == 401
    assert stack.call("GET", "/admin/jobs")[0] == 401


def tear_down(stack: Stack, checkout: Checkout) -> None:
    """Delete a stack as section 8 of docs/deploy.md says; the anchors stay.

    The SAM command line looks for the nested templates at addresses of AWS alone, so CloudFormation
    is asked directly.
    """
    anchors = stack.output("AnchorBucket")
    functions = commands(3)[0].split("export API")[0]
    *before, ours = commands(8)[-1].strip().splitlines()
    assert " delete " in ours
    words = script(functions, *before, stack=stack.name)
    stack.emulator.run("bash", "-c", words, cwd=checkout.folder)
    with REPORT.timed(f"{stack.name}: delete"):
        stack.delete()
    buckets = stack.emulator.client("s3").list_buckets()["Buckets"]
    assert anchors in [bucket["Name"] for bucket in buckets]


def bearer(token: str) -> dict[str, str]:
    """The header of a request with a token."""
    return {"Authorization": f"Bearer {token}"}


def forged(token: str) -> str:
    """A token with other claims and the signature of this one."""
    head, claims, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed = json.dumps(known | {"username": "somebody"}).encode()
    return ".".join((head, base64.urlsafe_b64encode(changed).rstrip(b"=").decode(), signature))


def until(ask: Callable[[], Any]) -> Any:
    """The first answer that is not empty, or the last one when the time is over."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return answer
