"""Whether a candidate is with an employer at present, who then doesn't see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, and_, any_, column, exists, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, SQLColumnExpression

    from jobmatch.careers.employers import Employer


def is_indexed() -> ColumnElement[bool]:
    """Whether a row of `profile_features` can be compared with an employer.

    One that an older release has written can't: it has the names of firms in another form, and
    until it is made anew the candidate is shown to nobody.
    """
    return ProfileFeatures.places.is_not(None)


def is_employed_by(
    company: SQLColumnExpression[str], this_month: ColumnElement[int] | int
) -> ColumnElement[bool]:
    """Whether a candidate of `profile_features` works there in `this_month`, by a position."""
    position = (
        func.unnest(ProfileFeatures.employers, ProfileFeatures.employed_until)
        .table_valued(column("company", Text), column("until", Integer), name="position")
        .render_derived()
    )
    employed = exists(
        select(1)
        .select_from(position)
        .where(position.c.company == company, position.c.until >= this_month)
        # Of the employer who is asked about, whose table may be of the statement around all this.
        .correlate_except(position)
    )
    # The first half alone decides almost always, and looks at no position.
    return and_(company == any_(ProfileFeatures.employers), employed)


def has_address_in(domains: SQLColumnExpression[list[str]]) -> ColumnElement[bool]:
    """Whether their mail address is in one of the domains or below it; without one it is not."""
    shared: ColumnElement[bool] = ProfileFeatures.mail_domains.overlap(domains)
    return shared


def works_for(
    company: SQLColumnExpression[str],
    domains: SQLColumnExpression[list[str]],
    this_month: ColumnElement[int] | int,
) -> ColumnElement[bool]:
    """Whether a candidate of `profile_features` is with an employer at present.

    By a position that goes on in `this_month`, or by a mail address of the employer's.
    """
    return or_(is_employed_by(company, this_month), has_address_in(domains))


def works_for_employer(employer: Employer, this_month: int) -> ColumnElement[bool]:
    """`works_for` with an employer whose canonical values are at hand."""
    company, domains = employer_values(employer)
    # What an employer has none of is not compared: each comparison is one for every candidate.
    named = is_employed_by(company, this_month) if employer.company is not None else false()
    return or_(named, has_address_in(domains) if employer.domains else false())


def employer_values(employer: Employer) -> tuple[ColumnElement[str], ColumnElement[list[str]]]:
    """Company and mail domains of an employer, as the predicates above take them."""
    return literal(employer.company or "", Text), literal(employer.domains, ARRAY(Text))
