import json
import re
from typing import Any

import pytest

from jobmatch.careers.dates import end_month, is_present, months_covered
from jobmatch.jobs.inputs import JobCreate
from jobmatch.profiles.schemas import ProfileWithId
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import label_of, terms_of
from scripts.generate_sample_data import OUTPUT, generate

FILES = ("employers.jsonl", "jobs.jsonl", "profiles.jsonl")
NOVEMBER_2026 = 2026 * 12 + 10


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (OUTPUT / name).read_text("utf-8").splitlines()]


EMPLOYERS, JOBS, PROFILES = map(_read, FILES)
ADMISSIONS = [admission for profile in PROFILES for admission in profile["barAdmissions"]]
POSITIONS = [position for profile in PROFILES for position in profile["workHistory"]]


def test_the_files_are_what_the_generator_writes() -> None:
    files = generate()
    assert tuple(files) == FILES
    for name, content in files.items():
        # Not `==` on the texts alone: a difference of megabytes would take minutes to print.
        same = (OUTPUT / name).read_bytes() == content.encode()
        assert same, f"{name} is outdated: run scripts/generate_sample_data.py"


def test_there_are_as_many_as_promised() -> None:
    assert (len(EMPLOYERS), len(JOBS), len(PROFILES)) == (6, 24, 2000)
    assert len({profile["id"] for profile in PROFILES}) == 2000
    emails = [profile["email"] for profile in PROFILES if profile["email"]]
    assert len(set(emails)) == len(emails) < 2000
    assert 0.85 < sum(profile["status"] == "active" for profile in PROFILES) / 2000 < 0.91
    for employer in EMPLOYERS:
        assert sum(job["employerEmail"] == employer["email"] for job in JOBS) == 4
    assert sum(job["job"]["status"] == "open" for job in JOBS) == 20


@pytest.mark.parametrize("name", FILES)
def test_only_domains_reserved_for_examples_occur(name: str) -> None:
    text = (OUTPUT / name).read_text("utf-8")
    assert all(host.endswith(".example") for host in re.findall(r'@([^"\s]*)', text))
    assert not re.search(r"https?:|www\.|\.(com|org|net|de|fr|eu)\b", text)


def test_employers_have_domains_of_their_own() -> None:
    domains = [domain for employer in EMPLOYERS for domain in employer["corporateDomains"]]
    assert len(set(domains)) == len(domains)
    for employer in EMPLOYERS:
        assert employer["email"].partition("@")[2] in employer["corporateDomains"]
    assert all(domain.endswith(".example") for domain in domains)


@pytest.mark.parametrize("job", [line["job"] for line in JOBS], ids=lambda job: job["title"])
def test_jobs_can_be_posted_and_read_like_jobs(job: dict[str, Any]) -> None:
    posted = JobCreate.model_validate(job)
    assert posted.status in {"draft", "open"}
    assert posted.required_specializations
    assert 60 <= len(job["description"].split()) <= 150


def test_profiles_can_be_imported() -> None:
    for profile in PROFILES:
        ProfileWithId.model_validate(profile)
    assert all(1 <= len(profile["specializations"]) <= 6 for profile in PROFILES)
    assert all(len(profile["barAdmissions"]) <= 4 for profile in PROFILES)
    assert all(len(profile["workHistory"]) <= 8 for profile in PROFILES)


def test_no_position_ends_before_it_starts_or_long_after_now() -> None:
    readable = [months_covered(p["startDate"], p["endDate"]) for p in POSITIONS]
    assert all(last is None or first <= last for first, last in filter(None, readable))
    ends = [end_month(position["endDate"]) or 0 for position in POSITIONS]
    assert max(ends) <= NOVEMBER_2026 + 1
    future = [first for first, _ in filter(None, readable) if first > NOVEMBER_2026]
    assert 0 < len(future) < 20


def test_the_odd_cases_of_the_contract_occur() -> None:
    assert {p["endDate"] for p in POSITIONS} >= {None, "present", "Present", "2026-12"}
    unreadable = [p for p in POSITIONS if not months_covered(p["startDate"], p["endDate"])]
    assert any(p["startDate"] is None for p in unreadable)
    assert any(p["startDate"] is not None for p in unreadable)
    assert any(not is_present(p["endDate"]) and not end_month(p["endDate"]) for p in POSITIONS)
    assert any(not profile["workHistory"] for profile in PROFILES)
    assert {a["status"] for a in ADMISSIONS} == {None, "active", "Active", "inactive", "retired"}
    for missing in ("email", "location", "technicalDomains", "barAdmissions"):
        assert any(not profile[missing] for profile in PROFILES)
    typed = {value for profile in PROFILES for value in profile["specializations"]}
    assert any(label_of(Kind.SPECIALIZATION, value) == value.strip() != value for value in typed)
    assert "Cannabis branding" in typed


def test_every_open_job_has_candidates_and_leaves_some_out() -> None:
    lists = [
        (Kind.SPECIALIZATION, "requiredSpecializations", "specializations"),
        (Kind.TECHNICAL_DOMAIN, "requiredTechnicalDomains", "technicalDomains"),
        (Kind.BAR, "requiredBar", "barAdmissions"),
    ]
    candidates = [
        profile | {"barAdmissions": [a["jurisdiction"] for a in profile["barAdmissions"]]}
        for profile in PROFILES
    ]
    forms = [
        {field: {terms_of(kind, v) for v in candidate[field]} for kind, _, field in lists}
        for candidate in candidates
    ]
    for job in (line["job"] for line in JOBS if line["job"]["status"] == "open"):
        required = {
            field: {terms_of(kind, v) for v in job[name]}
            for kind, name, field in lists
            if job[name]
        }
        found = sum(all(form[f] & values for f, values in required.items()) for form in forms)
        assert 5 <= found <= 600, job["title"]
