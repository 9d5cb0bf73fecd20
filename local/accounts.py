"""Users of the local system, made through the project's own data-access layer."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from local.errors import LocalError

ADMIN = "admin@jobmatch.example"
ROOT = Path(__file__).resolve().parent.parent


def use_database(url: str) -> None:
    """Let the project's own code, in this process, use the database at `url`."""
    os.environ["DATABASE_URL"] = url
    layer = str(ROOT / "layers" / "common")
    if layer not in sys.path:
        sys.path.insert(0, layer)


def ensure_user(
    email: str, role: str, company_name: str | None = None, domains: Sequence[str] = ()
) -> UUID:
    """The id of the user with that address, made with the company where they are missing."""
    # Imported here because most starts need none of it, and it takes a second.
    from jobmatch.database import transaction  # noqa: PLC0415
    from jobmatch.errors import ConflictError  # noqa: PLC0415
    from jobmatch.models import UserRole  # noqa: PLC0415
    from jobmatch.queries import users  # noqa: PLC0415

    try:
        with transaction() as connection:
            return users.ensure_user(
                connection,
                email=email,
                role=UserRole(role),
                company_name=company_name,
                corporate_domains=list(domains),
            )
    except ConflictError as error:
        raise LocalError(str(error)) from error
