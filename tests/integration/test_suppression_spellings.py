"""However a firm is written, and however "still there": it does not see its own people."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from jobmatch.careers.dates import this_month
from jobmatch.careers.employers import Employer
from jobmatch.models import EmployerProfile, Notification
from jobmatch.notifications.queries import claim_notification
from jobmatch.operations.users import index_employers
from jobmatch.postgres import connect, transaction
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import REQUIREMENTS, Requirements
from tests.support.due import AGE
from tests.support.given import a_profile, an_open_job, imported
from tests.support.open_ends import still_there
from tests.support.rows import job_row, write
from tests.support.running import run_matching
from tests.support.spellings import around_addresses, spellings_of
from tests.support.strategies import in_the_database

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

FIRM = "Harrow & Müller-Lyle"
OTHERS = 9
"""Candidates who work for nobody: a preview names the best of at least five."""


class UndoneError(Exception):
    """The transaction is rolled back."""


def call_company(people: People, name: str) -> None:
    """Let the employer's company be written so."""
    mine = EmployerProfile.user_id == people.employer.id
    write(update(EmployerProfile).where(mine).values(company_name=name))
    with transaction() as connection:
        index_employers(connection, maximum_age=AGE)


def mailed(notification: UUID) -> list[str]:
    """Whom the mail that is due would name."""
    named: list[str] = []
    with suppress(UndoneError), transaction() as connection:
        mail = claim_notification(connection, notification, this_month=this_month())
        assert mail is not None
        named = [*map(str, mail.scores)]
        raise UndoneError
    return named


def ranked(job: str, company: str) -> list[str]:
    """Whom a run would keep."""
    row = job_row(job)._mapping
    with connect() as connection:
        best = best_candidates(
            connection,
            Requirements.of({name: row[name] for name in REQUIREMENTS}),
            Employer.of(company, None),
            job_id=UUID(job),
            limit=500,
            this_month=this_month(),
        )
    return [str(each.profile_id) for each in best.candidates]


def seen(
    api: Api, people: People, job: str, candidate: str, notification: UUID, company: str
) -> dict[str, Any]:
    """Where the employer, and an admin on their behalf, come across the candidate."""

    def get(path: str) -> Any:
        answer = api.get(path, by=people.admin)
        assert answer.status == 200, answer.text
        return answer.json

    def among(items: list[dict[str, Any]]) -> bool:
        return candidate in {item["profileId"] for item in items}

    body = {"title": "Counsel", "requiredSpecializations": ["Licensing"]}
    preview = api.post("/jobs/preview-matches", body, by=people.employer).json
    (listed,) = get(f"/employers/{people.employer.id}/jobs")["items"]
    told = get(f"/admin/jobs/{job}/candidates/{candidate}/explanation")
    one = f"/jobs/{job}/matches/{candidate}"
    return {
        "the ranking": candidate in ranked(job, company),
        "the matches": among(get(f"/jobs/{job}/matches")["items"]),
        "the match": api.get(one, by=people.employer).status == 200,
        "the candidate": api.get(f"{one}/candidate", by=people.employer).status == 200,
        "what is to be told": among(get(f"/admin/jobs/{job}/unnotified-matches")["items"]),
        "the count": listed["matchCount"] > OTHERS,
        "the preview": preview["passed"] > OTHERS or preview["candidates"] > OTHERS,
        "the explanation": told["listed"] or told["qualifies"],
        "the jobs of the candidate": bool(get(f"/admin/profiles/{candidate}/matches")["items"]),
        "the mail": candidate in mailed(notification),
    }


def a_matched_job(api: Api, people: People) -> tuple[str, str, UUID]:
    """A job with its candidate, who is matched and about to be mailed about; the mail."""
    imported(api, people, OTHERS)
    candidate = a_profile(api, people, specializations=["Licensing"])
    job = an_open_job(api, people.employer)
    run_matching(job)
    with connect() as connection:
        return job, candidate, connection.scalars(select(Notification.id)).one()


def test_where_they_are_seen_who_work_for_nobody(api: Api, people: People, cloud: Cloud) -> None:
    job, candidate, notification = a_matched_job(api, people)
    assert all(seen(api, people, job, candidate, notification, FIRM).values())


def test_who_is_still_there_is_hidden_everywhere(api: Api, people: People, cloud: Cloud) -> None:
    job, candidate, notification = a_matched_job(api, people)

    @in_the_database(40)
    @given(company=spellings_of(FIRM), employer=spellings_of(FIRM), end=still_there())
    def hidden(company: str, employer: str, end: str | None) -> None:
        call_company(people, company)
        position = {"employer": employer, "title": "Counsel", "startDate": "2015", "endDate": end}
        fields = {"specializations": ["Licensing"], "workHistory": [position]}
        a_profile(api, people, candidate, **fields)
        found = seen(api, people, job, candidate, notification, company)
        assert not any(found.values()), found

    hidden()


def test_who_has_an_address_of_theirs_is_hidden_whatever_stood_around_it(
    api: Api, people: People, cloud: Cloud
) -> None:
    job, candidate, notification = a_matched_job(api, people)

    @in_the_database(20)
    @given(
        address=around_addresses("ada@eu.lindqvist.example")
        | st.sampled_from(["ada@LINDQVIST.example", "ada@lindqvist.example"])
    )
    def hidden(address: str) -> None:
        resume = {
            "id": candidate,
            "status": "active",
            "basics": {"name": "Ada Quill", "email": address},
            "skills": [{"name": "Licensing"}],
        }
        body = {"format": "jsonresume", "profiles": [resume]}
        answer = api.post("/admin/profiles/import", body, by=people.admin)
        assert answer.status == 200, answer.text
        found = seen(api, people, job, candidate, notification, "Lindqvist & Marrow LLP")
        # The ranking is asked without the domains.
        del found["the ranking"]
        assert not any(found.values()), found

    hidden()
