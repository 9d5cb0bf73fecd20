"""What runs on this machine: where it answers, and tokens that it accepts."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from local.accounts import ADMIN, ensure_user, use_database
from local.errors import LocalError
from local.files import write
from local.locks import FolderLock

PUBLISHED = "runtime.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A runtime that is up.

    Args:
        state: its folder.
        port: of its HTTP API.
        database_url: its database, for SQLAlchemy.
        aws_port: of its simulated AWS.
    """

    state: Path
    port: int
    database_url: str
    aws_port: int

    @classmethod
    def find(cls, state: Path) -> Self:
        """The runtime whose state is in that folder; LocalError when it is not up."""
        published = state / PUBLISHED
        # The file of a runtime that was killed stays, but nobody holds its lock.
        if not FolderLock(state).held() or not published.exists():
            raise LocalError("jobmatch is not running here; start it first: make run")
        known = json.loads(published.read_text())
        return cls(state, known["port"], known["databaseUrl"], known["awsPort"])

    def publish(self) -> Path:
        """Write the file by which `find` finds this runtime; remove it at the end."""
        path = self.state / PUBLISHED
        known = {"databaseUrl": self.database_url, "awsPort": self.aws_port}
        write(path, json.dumps({"port": self.port} | known))
        return path

    def token(
        self, role: str, company: str | None, email: str | None, domains: Sequence[str]
    ) -> str:
        """A bearer token of a user, who is created when missing.

        Args:
            role: "admin" or "employer".
            company: required for an employer, and ignored for an admin.
            email: by default made from the company.
            domains: the company's mail domains.
        """
        company = (company or "").strip() if role == "employer" else None
        if company == "":
            raise LocalError('an employer needs a company: make -s token ROLE=employer COMPANY="…"')
        from local.issuer import Issuer  # noqa: PLC0415 - it takes long to import

        use_database(self.database_url)
        slug = "-".join(re.findall(r"[a-z0-9]+", (company or "").lower())) or "company"
        email = email or (f"hiring@{slug}.example" if company else ADMIN)
        user = ensure_user(email, role, company, domains)
        return Issuer(self.state / "issuer.pem").issue(user, [role])
