"""Counterfactual pairs: who differs in nothing that the job asks for has the same scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from jobmatch.careers.dates import this_month
from jobmatch.careers.employers import Employer
from jobmatch.jobs.inputs import JobCreate
from jobmatch.profiles.schemas import Profile
from jobmatch.profiles.service import put_profiles
from jobmatch.rules.explanations import assess
from jobmatch.rules.ranking import best_candidates
from jobmatch.rules.requirements import Requirements
from tests.integration.test_oracle import EXAMPLES, THIS_MONTH
from tests.support.strategies import in_the_database, jobs, pools

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy import Connection

NAMES = ["Mary O'Neill", "Muhammad Al-Amin", "Jürgen Groß", "李娜", "Ngozi Adeyemi", "Sam"]
WORDS = ["chairwoman", "he", "Ms.", "mother of two", "fraternity", "Waitress", "veteran", "Mrs"]


def twin(body: dict[str, Any], random: Random) -> dict[str, Any]:
    """The same candidate under another name and address, in other words and another order."""
    stored = Profile.model_validate(body)
    other = {
        **body,
        # Of entries with the same terms the first is kept, as it is worded.
        "specializations": stored.specializations,
        "technicalDomains": stored.technical_domains,
        "name": random.choice(NAMES),
        "email": f"{random.choice(['anna', 'omar', 'x'])}.{random.random()}@post.example",
    }
    for name in ("specializations", "technicalDomains", "barAdmissions", "workHistory"):
        if other.get(name):
            other[name] = random.sample(other[name], len(other[name]))
    other["workHistory"] = [
        {
            **position,
            "title": f"{random.choice(WORDS)} {position['title']}"[:255],
            "employer": f"{random.choice(WORDS)} & Sisters",
            "description": random.choice(WORDS),
        }
        for position in other.get("workHistory") or []
    ]
    return other


@in_the_database(EXAMPLES // 3)
@given(job=jobs(), profiles=pools(), random=st.randoms(use_true_random=False))
def test_a_score_knows_no_name_no_address_no_gender_and_no_order(
    connection: Connection, job: dict[str, Any], profiles: dict[str, Any], random: Random
) -> None:
    pairs = {(UUID(key), uuid4()): (body, twin(body, random)) for key, body in profiles.items()}
    shuffled = {
        name: random.sample(value, len(value)) if isinstance(value, list) else value
        for name, value in job.items()
    }
    with connection.begin_nested() as savepoint:
        bodies = {
            each: Profile.model_validate(body)
            for ids, both in pairs.items()
            for each, body in zip(ids, both, strict=True)
        }
        put_profiles(connection, bodies, this_month=this_month(), aliases=None)
        found = []
        for form in (job, shuffled):
            wanted = Requirements.of(JobCreate.model_validate(form).model_dump())
            best = best_candidates(
                connection,
                wanted,
                Employer.of("Overbrook Vane LLP", None),
                job_id=UUID(int=0),
                limit=10_000,
                this_month=THIS_MONTH,
            )
            found.append({each.profile_id: assess(wanted, each) for each in best.candidates})
        savepoint.rollback()
    ours, reordered = found
    assert ours.keys() == reordered.keys()
    for one, other in pairs:
        assert (one in ours) == (other in ours)
        if one in ours:
            # To the last word: neither a sentence tells the two apart.
            assert ours[one] == ours[other]
            scores = [
                {name: each["score"] for name, each in assessed.subscores.items()}
                for assessed in (ours[one], reordered[other])
            ]
            assert scores[0] == scores[1]
            assert ours[one].overall_score == reordered[other].overall_score
