"""Users of the local system, made through the project's own data-access layer."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from local.errors import LocalError, in_words
from local.examples import ADMIN_ID, EMPLOYER_ID
from local.postgres import driver_url

ADMIN = "admin@jobmatch.example"
IDS = {ADMIN: ADMIN_ID, "hr@harrowgate-lyle.example": EMPLOYER_ID}
"""The ids of the users whom events/ name."""
ROOT = Path(__file__).resolve().parent.parent


def given_database() -> str | None:
    """The address of DATABASE_URL for SQLAlchemy, if it is set; LocalError if it is none."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        return None
    from sqlalchemy import make_url  # noqa: PLC0415 - as below
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        if make_url(driver_url(given)).drivername == "postgresql+pg8000":
            return driver_url(given)
    except (ArgumentError, ValueError):
        pass
    raise LocalError("DATABASE_URL is not of the form postgresql://user:password@host:port/name")


def use_database(url: str) -> None:
    """Let the project's own code, in this process, use the database at `url`.

    Before anything of it is called: a process reads its settings once.
    """
    os.environ["DATABASE_URL"] = url
    layer = str(ROOT / "layers" / "common")
    if layer not in sys.path:
        sys.path.insert(0, layer)


def ensure_user(
    email: str, role: str, company_name: str | None = None, domains: Sequence[str] = ()
) -> UUID:
    """The id of the user with that address; user and company are created where missing."""
    # Imported here because it takes a second, and most starts do not need it.
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from jobmatch.config import settings  # noqa: PLC0415
    from jobmatch.errors import ConflictError  # noqa: PLC0415
    from jobmatch.operations.users import (  # noqa: PLC0415
        UserInput,
        find_user,
        put_user,
    )
    from jobmatch.postgres import transaction  # noqa: PLC0415

    try:
        with transaction() as connection:
            known = find_user(connection, email)
            if known and known.role != role:
                raise LocalError(f"{email} is already a user with the role {known.role}.")
            user: dict[str, Any] = {"userId": known.id if known else IDS.get(email) or uuid4()}
            user |= {"email": email, "role": role}
            if company_name is not None and not (known and known.company_name):
                user |= {"companyName": company_name, "corporateDomains": list(domains)}
            valid = UserInput.model_validate(user)
            put_user(connection, valid, maximum_age=settings().matching_maximum_age)
            return valid.user_id
    except (ConflictError, ValueError) as error:
        raise LocalError(str(error)) from error
    except SQLAlchemyError as error:
        raise LocalError(f"the database can't be used: {in_words(error)}") from error
