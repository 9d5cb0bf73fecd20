"""A preview's counts, taken from indexes, are those of the predicates that a run asks."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import false, func, not_, select, update

from jobmatch.careers.dates import this_month
from jobmatch.careers.employers import Employer
from jobmatch.insights.counts import count_candidates
from jobmatch.models import ProfileFeatures
from jobmatch.postgres import connect, transaction
from jobmatch.rules.requirements import REQUIREMENTS, Filter, Requirements, filters
from jobmatch.rules.suppression import is_indexed, works_for_employer
from tests.support.postings import put_bodies
from tests.support.previewing import COMMON, RARE, some
from tests.support.rows import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection


INDEXED_IN = this_month()
THIS_MONTH = INDEXED_IN + 3
ENDS = [f"{month // 12}-{month % 12 + 1:02}" for month in range(INDEXED_IN - 1, INDEXED_IN + 6)]
"""Some before they are indexed, some between that and the preview, and some later."""
EMPLOYERS = {
    "named": Employer.of("Lindqvist & Marrow LLP", None),
    "with a domain": Employer.of("Lindqvist & Marrow LLP", ["lindqvist.example"]),
    "by the domain alone": Employer.of("Quillon", ["lindqvist.example", "marrow.example"]),
    "of nobody's": Employer.of("Quillon", None),
    "without a company": Employer.of(None, ["lindqvist.example"]),
}


def a_person(random: Random) -> dict[str, Any]:
    """A candidate, a third of whom were with the employer, until then, now or for a while yet."""
    firms = ["Acme Devices", "Marrow", "Lindqvist & Marrow"]
    return {
        "name": "Ada Quill",
        "email": random.choice((None, "ada@post.example", "ada@legal.lindqvist.example")),
        "status": random.choice(("active", "active", "active", "rejected")),
        "specializations": some(random, "specializations"),
        "technicalDomains": some(random, "technicalDomains"),
        "barAdmissions": [{"jurisdiction": bar} for bar in some(random, "bars")],
        "workHistory": [
            {
                "employer": random.choice(firms),
                "title": "Counsel",
                "startDate": "2015-01",
                "endDate": random.choice((*ENDS, None)),
            }
            for _ in range(random.randint(0, 2))
        ],
    }


def a_job(random: Random) -> Requirements:
    lists = {
        "required_specializations": "specializations",
        "required_bar": "bars",
        "required_technical_domains": "technicalDomains",
    }
    asked = {
        name: random.sample(COMMON[kind] + RARE[kind][:1], random.randint(0, 2))
        for name, kind in lists.items()
    }
    return Requirements.of({**dict.fromkeys(REQUIREMENTS), **asked})


def passing(
    connection: Connection, conditions: Iterable[ColumnElement[bool]], employer: Employer
) -> int:
    """How many a run would count by these filters."""
    known = employer.company is not None
    works_there = works_for_employer(employer, THIS_MONTH)
    others = [is_indexed(), not_(works_there)] if known else [false()]
    counted = select(func.count(ProfileFeatures.profile_id)).where(*conditions, *others)
    return connection.scalar(counted) or 0


@pytest.mark.usefixtures("people")
def test_the_indexes_count_who_passes() -> None:
    random = Random(17)
    bodies = {str(UUID(int=number + 1)): a_person(random) for number in range(250)}
    with transaction() as connection:
        put_bodies(connection, bodies)
    # As an older release has left them.
    outdated = [UUID(each) for each in random.sample([*bodies], 25)]
    write(
        update(ProfileFeatures).where(ProfileFeatures.profile_id.in_(outdated)).values(places=None)
    )
    candidates, by_list = set(), set()
    with connect() as connection:
        for number in range(60):
            requirements = a_job(random)
            employer = [*EMPLOYERS.values()][number % len(EMPLOYERS)]
            found = count_candidates(connection, requirements, employer, this_month=THIS_MONTH)
            conditions = filters(requirements)
            active = conditions.pop(Filter.ACTIVE)
            assert found.candidates == passing(connection, [active], employer)
            assert found.lists.keys() == conditions.keys()
            for name, counted in found.lists.items():
                others = [each for other, each in conditions.items() if other is not name]
                alone = passing(connection, [active, conditions[name]], employer)
                without = passing(connection, [active, *others], employer)
                assert counted == (alone, without)
                by_list.add(counted)
            candidates.add(found.candidates)
    # Nobody, for want of a company; and by each other employer some are left out.
    assert len(candidates) == len(EMPLOYERS)
    assert len(by_list) > 50
