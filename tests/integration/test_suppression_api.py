"""Candidates are not shown to their own employer, whenever a match was stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobmatch.web import routes
from tests.support.given import a_match, a_profile, an_open_job

if TYPE_CHECKING:
    from tests.support.api import Api
    from tests.support.people import People


def position(employer: str, end: str | None = None) -> dict[str, Any]:
    return {
        "workHistory": [
            {"employer": employer, "title": "Counsel", "startDate": "2015", "endDate": end}
        ]
    }


# The employer is "Lindqvist & Marrow LLP", whose mail domain is lindqvist.example.
SUPPRESSED: dict[str, dict[str, Any]] = {
    "works there": position("Lindqvist & Marrow LLP"),
    "works there at present": position("lindqvist & marrow", "Present"),
    "leaves later": position("LINDQVIST & MARROW, L.L.P.", "2999-01"),
    "has a company address": {"email": "ada@Lindqvist.example"},
    "has an address in a subdomain": {"email": "ada@eu.lindqvist.example"},
}
SHOWN: dict[str, dict[str, Any]] = {
    "has left": position("Lindqvist & Marrow LLP", "2020-01"),
    "works for a namesake": position("Lindqvist & Marrow Partners LLP"),
    "works for the rival": position("Orsolo Instruments"),
    "has no address": {"email": None},
    "has a similar address": {"email": "ada@notlindqvist.example"},
    "has an address above the domain": {"email": "ada@example"},
    "has the domain as a name": {"email": "lindqvist.example@mail.example"},
}


@pytest.mark.parametrize("when", ["before the match", "after the match"])
def test_who_works_for_the_employer_is_in_no_read(api: Api, people: People, when: str) -> None:
    job = an_open_job(api, people.employer)
    profiles = {}
    for name, facts in (SUPPRESSED | SHOWN).items():
        known = facts if when == "before the match" else {}
        profiles[name] = a_profile(api, people, **known)
        a_match(api, people, job, profiles[name])
        a_profile(api, people, profiles[name], **facts)
    expected = sorted(SHOWN)

    def names(path: str) -> list[str]:
        items = api.get(path, by=people.admin).json["items"]
        ids = {item["profileId"] for item in items}
        return sorted(name for name in profiles if profiles[name] in ids)

    assert names(f"/jobs/{job}/matches") == expected
    assert names(f"/admin/jobs/{job}/unnotified-matches") == expected
    singles = {n: api.get(f"/jobs/{job}/matches/{p}", by=people.admin) for n, p in profiles.items()}
    assert sorted(name for name, answer in singles.items() if answer.status == 200) == expected
    for path in ("/admin/jobs", f"/employers/{people.employer.id}/jobs"):
        (item,) = api.get(path, by=people.admin).json["items"]
        assert item["matchCount"] == len(SHOWN)


def test_who_works_for_the_employer_is_shown_to_others(api: Api, people: People) -> None:
    job = an_open_job(api, people.rival)
    for facts in SUPPRESSED.values():
        a_match(api, people, job, a_profile(api, people, **facts))
    shown = api.get(f"/jobs/{job}/matches", by=people.rival).json["items"]
    assert len(shown) == len(SUPPRESSED)


def test_whoever_leaves_is_shown_from_that_month_whoever_else_they_work_for(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_open_job(api, people.employer)
    positions = [position("Lindqvist & Marrow LLP", "2999-01"), position("Orsolo Instruments")]
    history = {"workHistory": [each["workHistory"][0] for each in positions]}
    profile = a_profile(api, people, **history)
    a_match(api, people, job, profile)
    path = f"/jobs/{job}/matches/{profile}"
    assert api.get(path, by=people.employer).status == 404
    monkeypatch.setattr(routes, "this_month", lambda: 3000 * 12)
    assert api.get(path, by=people.employer).status == 200
