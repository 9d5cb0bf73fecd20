"""Which candidates can suit a job at all, and whom its employer must not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, and_, any_, column, exists, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures, ProfileStatus

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, SQLColumnExpression

    from jobmatch.matching.employers import Employer
    from jobmatch.matching.requirements import Requirements


def passes(requirements: Requirements) -> list[ColumnElement[bool]]:
    """The predicates that a candidate must fulfil.

    Active, and at least one shared value with each required list that is not empty.
    Experience and location are scored, never filtered.
    """
    shares = [
        column.overlap(list(wanted))
        for column, wanted in (
            (ProfileFeatures.specializations, requirements.required_specializations),
            (ProfileFeatures.bars, requirements.required_bar),
            (ProfileFeatures.technical_domains, requirements.required_technical_domains),
        )
        if wanted
    ]
    return [ProfileFeatures.status == ProfileStatus.ACTIVE, *shares]


def works_for(
    company: SQLColumnExpression[str],
    domains: SQLColumnExpression[list[str]],
    this_month: ColumnElement[int] | int,
) -> ColumnElement[bool]:
    """Whether a candidate of `profile_features` is with an employer at present.

    By a position that goes on in `this_month`, or by a mail address in one of the employer's
    domains or below it. A missing address says nothing.
    """
    position = (
        func.unnest(ProfileFeatures.employers, ProfileFeatures.employed_until)
        .table_valued(column("company", Text), column("until", Integer), name="position")
        .render_derived()
    )
    employed = exists(
        select(1)
        .select_from(position)
        .where(position.c.company == company, position.c.until >= this_month)
    )
    return or_(
        # The first half alone decides almost always, and looks at no position.
        and_(company == any_(ProfileFeatures.employers), employed),
        ProfileFeatures.mail_domains.overlap(domains),
    )


def works_for_employer(employer: Employer, this_month: int) -> ColumnElement[bool]:
    """`works_for` with an employer whose canonical values are at hand."""
    if employer.company is None and not employer.domains:
        return false()
    company = literal(employer.company or "", Text)
    return works_for(company, literal(employer.domains, ARRAY(Text)), this_month)
