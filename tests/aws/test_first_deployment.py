"""Each row of docs/first-deployment.md: what goes wrong, provoked, and what one sees of it.

What the page quotes must be in what the deployment printed, in the stack's events, or in the
functions' log.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from local.postgres import free_port
from tests.aws.guide import commands, script
from tests.aws.stack import Stack
from tests.aws.steps import MAIL, PASSWORD, until
from tests.support.paths import ROOT
from tests.support.trust import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.aws.checkout import Checkout
    from tests.aws.emulator import Emulator

pytestmark = pytest.mark.skipif(not FULL, reason="make trust has the time")

PAGE = (ROOT / "docs" / "first-deployment.md").read_text(encoding="utf-8")
ROWS = {
    name: re.findall(r"`([^`]+)`", seen)
    for seen, name in re.findall(r"(?m)^\| (.+?) \| .+ \| .+ <!-- (\w+) --> \|$", PAGE)
}
"""What one sees of each failure that is provoked."""
CERTIFICATE = "CommonLayer/python/jobmatch/postgres/certificates/us-east-1.pem"
DOMAIN = "jobs.example.com"
READING = {
    "Effect": "Allow",
    "Action": ["cloudformation:Describe*", "cloudformation:Get*", "s3:*"],
    "Resource": "*",
}


class Failing:
    """First deployments of `Database=own` that go wrong, each with one thing changed."""

    def __init__(self, emulator: Emulator, checkout: Checkout, good: dict[str, str]) -> None:
        self.emulator = emulator
        self.checkout = checkout
        self.good = good
        self.stack = Stack(emulator, "jobmatch-failing")
        self._config = checkout.folder / "samconfig.toml"
        self._before = self._config.read_text(encoding="utf-8")

    def of(self, provoke: Callable[[Failing], str]) -> str:
        """What one sees of a failure; nothing is left of it."""
        if self.stack.status():
            self.stack.delete()
        before = len(self.emulator.log())
        said = provoke(self)
        events = self.stack.failures() if self.stack.status() else {}
        log = self.emulator.log()[before:]
        return "\n".join([" ".join(said.split()), *map(" ".join, events.items()), log])

    def deploy(
        self, *, fails: bool = True, keys: dict[str, str] | None = None, **changed: str
    ) -> str:
        """Deploy with other parameters, or with other keys."""
        self._config.write_text(self._before, encoding="utf-8")
        self.checkout.configure("failing", self.good | changed)
        return self.checkout.deploy("failing", fails=fails, variables=keys)

    def with_secret(self, login: str) -> str:
        """Deploy with another secret of the user who migrates."""
        secrets = self.emulator.client("secretsmanager")
        made = secrets.create_secret(Name=f"jobmatch/{len(login)}", SecretString=login)
        return self.deploy(DatabaseMigratorSecretArn=made["ARN"])

    def with_taken_domain(self) -> str:
        """Deploy with a domain that is another API's."""
        acm, gateway = self.emulator.client("acm"), self.emulator.client("apigatewayv2")
        arn = acm.request_certificate(DomainName=DOMAIN)["CertificateArn"]
        gateway.create_domain_name(
            DomainName=DOMAIN, DomainNameConfigurations=[{"CertificateArn": arn}]
        )
        return self.deploy(DomainName=DOMAIN, CertificateArn=arn)

    def as_a_reader(self) -> str:
        """Deploy as a user who may look at stacks and write to S3."""
        iam = self.emulator.client("iam")
        iam.create_user(UserName="reader")
        policy = {"Version": "2012-10-17", "Statement": [READING]}
        document = json.dumps(policy)
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=document)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        return self.deploy(
            keys={
                "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            }
        )

    def without_certificate(self) -> str:
        """Deploy to a region of which there is no certificate."""
        with self._without(CERTIFICATE):
            return self.deploy(DatabaseTls="verify-full", DatabaseCa="rds")

    @contextmanager
    def _without(self, path: str) -> Iterator[None]:
        file = self.checkout.build / path
        content = file.read_bytes()
        file.unlink()
        yield
        file.write_bytes(content)

    def with_failing_migration(self) -> str:
        """Deploy a migration that fails."""
        with self.checkout.failing_migration():
            return self.deploy()

    def without_identity(self) -> str:
        """Deploy, and follow the guide until a mail is sent."""
        self.deploy(fails=False, MailIdentity="example.org", MailSender="matches@example.org")
        words = script(*commands(3), commands(4)[0], stack=self.stack.name)
        folder = self.checkout.folder
        self.emulator.run("bash", "-c", words, cwd=folder, given=f"{PASSWORD}\n")
        until(lambda: "MessageRejected" in self.emulator.log())
        return ""


PROVOKE: dict[str, Callable[[Failing], str]] = {
    "credentials": lambda it: it.deploy(keys={"AWS_ACCESS_KEY_ID": "", "HOME": "/nonexistent"}),
    "right": Failing.as_a_reader,
    "value": lambda it: it.deploy(Console="yes"),
    "database": lambda it: it.deploy(DatabaseHost=""),
    "subnets": lambda it: it.deploy(DatabaseSecurityGroupId="sg-0123456789abcdef0"),
    "certificate": lambda it: it.deploy(DomainName=DOMAIN),
    "name": Failing.with_taken_domain,
    "no_secret": lambda it: it.deploy(
        DatabaseMigratorSecretArn=f"{it.good['DatabaseMigratorSecretArn'][:-6]}000000"
    ),
    "no_json": lambda it: it.with_secret("correct horse"),
    "password": lambda it: it.with_secret('{"username": "jobmatch_migrator", "password": "wrong"}'),
    "address": lambda it: it.deploy(DatabasePort=str(free_port())),
    "tls": lambda it: it.deploy(DatabaseTls="verify-full"),
    "region": Failing.without_certificate,
    "rights": lambda it: it.deploy(DatabaseMigratorSecretArn=it.good["DatabaseReaderSecretArn"]),
    "migration": Failing.with_failing_migration,
    "identity": Failing.without_identity,
}


@pytest.fixture(scope="module")
def failing(emulator: Emulator, checkout: Checkout, own_database: dict[str, str]) -> Failing:
    """Deployments of this account, one after the other."""
    return Failing(emulator, checkout, own_database | MAIL | {"AnchorRetentionDays": "1"})


def test_every_failure_has_a_row_and_every_row_a_failure() -> None:
    assert ROWS.keys() == PROVOKE.keys()


@pytest.mark.parametrize("name", ROWS)
def test_a_failure_looks_as_the_page_says(name: str, failing: Failing) -> None:
    seen = failing.of(PROVOKE[name])
    assert [quoted for quoted in ROWS[name] if quoted not in seen] == [], seen[-6000:]
