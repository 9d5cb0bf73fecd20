"""Employers in canonical form, for the suppression of their own people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.models import EmployerFeatures, EmployerProfile
from jobmatch.permissions.predicates import is_current
from jobmatch.rules.employers import Employer
from jobmatch.rules.versions import employer_version

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection


def index_employers(connection: Connection, *user_ids: UUID) -> int:
    """Compute the features of employers who have none, or whose company or our rules changed.

    Args:
        user_ids: only these; all when there are none.

    Returns:
        How many were computed.
    """
    profile = EmployerProfile
    outdated = (
        select(profile.user_id, profile.company_name, profile.corporate_domains)
        .outerjoin(EmployerFeatures, is_current())
        .where(EmployerFeatures.user_id.is_(None))
        .order_by(profile.user_id)
    )
    if user_ids:
        outdated = outdated.where(profile.user_id.in_(user_ids))
    rows = []
    for user_id, company_name, corporate_domains in connection.execute(outdated):
        employer = Employer.of(company_name, corporate_domains)
        rows.append(
            {
                "user_id": user_id,
                "company_name": company_name,
                "corporate_domains": corporate_domains,
                "company": employer.company or "",
                "domains": employer.domains,
                "version": employer_version(),
            }
        )
    if rows:
        statement = insert(EmployerFeatures)
        replaced = {name: statement.excluded[name] for name in rows[0] if name != "user_id"}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["user_id"], set_=replaced), rows
        )
    return len(rows)
