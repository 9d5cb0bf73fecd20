"""The local mail service bounces and complains as SES's mailbox simulator does."""

import json
from types import SimpleNamespace

from jobmatch.notifications.feedback import MailFeedback
from local.aws import LocalAws
from local.postgres import free_port
from local.template import Template
from tests.support.paths import ROOT

TEMPLATE = Template(ROOT / "template.yaml")


def mail_to(address: str) -> SimpleNamespace:
    """A mail as moto has it."""
    return SimpleNamespace(raw_data=f"To: {address}\nSubject: s\n\ntext\n", destinations=[])


def test_what_goes_to_the_simulator_is_reported_to_the_queue() -> None:
    queue = TEMPLATE.queue_of("turn_mails_off")
    aws = LocalAws(free_port())
    aws.start(TEMPLATE.queues, TEMPLATE.senders(), queue)
    try:
        for name in ("bounce@simulator.amazonses.com", "a@b.example"):
            aws._outbox.append(mail_to(name))
        aws._outbox.append(mail_to("complaint@simulator.amazonses.com"))
        bodies = [json.loads(each["Body"]) for each in aws.receive(queue, 10, wait=1)]
    finally:
        aws.stop()
    assert [each["detail-type"] for each in bodies] == ["Email Bounced", "Email Complaint Received"]
    problems = [MailFeedback.model_validate(each).detail.problem for each in bodies]
    assert problems == ["bounce", "complaint"]
    assert len(aws.mails()) == 3
