"""Storing a match by hand, and being told once about a candidate for a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from jobmatch.models import JobMatch
from tests.support.given import DIMENSIONS, a_match, a_profile, an_open_job, match_body
from tests.support.rows import change, count, nothing_written
from tests.support.running import matches_of, run_matching, work
from tests.support.sentences import sentences

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

HOUR = timedelta(hours=1)


@pytest.fixture
def job(api: Api, people: People) -> str:
    return an_open_job(api, people.employer)


@pytest.fixture
def profile(api: Api, people: People) -> str:
    return a_profile(api, people)


@pytest.fixture
def path(job: str, profile: str) -> str:
    return f"/admin/jobs/{job}/matches/{profile}"


def mark(api: Api, people: People, *match_ids: str) -> Answer:
    return api.post("/admin/matches/notified", {"matchIds": list(match_ids)}, by=people.admin)


def test_a_match_is_new_once_and_then_replaced(api: Api, people: People, path: str) -> None:
    first = api.put(path, match_body(80), by=people.admin)
    assert first.status == 201
    change(JobMatch, first.json["id"], scored_at=datetime.now(UTC) - HOUR)
    second = api.put(path, match_body(30, summary="Fits less."), by=people.admin)
    assert second.status == 200
    changed = {
        "overallScore": 30,
        "subscores": match_body(30)["subscores"],
        "summary": "Fits less.",
        "recommendation": "Partial Match",
        "scoredAt": second.json["scoredAt"],
    }
    assert second.json == first.json | changed
    assert datetime.now(UTC) - datetime.fromisoformat(second.json["scoredAt"]) < HOUR / 2
    assert count(JobMatch) == 1


LABELS = {
    **dict.fromkeys((100, 75), "Strong Match"),
    **dict.fromkeys((74, 50), "Good Match"),
    **dict.fromkeys((49, 25), "Partial Match"),
    **dict.fromkeys((24, 0), "Weak Match"),
}


def test_the_recommendation_is_the_label_of_the_score(api: Api, people: People, path: str) -> None:
    got = {
        (score, label): api.put(path, match_body(score, recommendation=label), by=people.admin)
        for score in LABELS
        for label in (*LABELS.values(), "strong match", "")
    }
    fits = {key for key, answer in got.items() if answer.status in (200, 201)}
    assert fits == set(LABELS.items())
    for key in got.keys() - fits:
        assert [error["pointer"] for error in got[key].json["errors"]] == ["/recommendation"]


def test_a_match_needs_its_job_and_its_profile(
    api: Api, people: People, job: str, profile: str
) -> None:
    with nothing_written():
        for pair in ((job, uuid4()), (uuid4(), profile), (uuid4(), uuid4()), (profile, job)):
            path = "/admin/jobs/{}/matches/{}".format(*pair)
            assert api.put(path, match_body(), by=people.admin).status == 404


def _body_with(subscores: dict[str, Any]) -> dict[str, Any]:
    return match_body(subscores={**match_body()["subscores"], **subscores})


def test_a_match_has_five_scored_and_explained_dimensions(
    api: Api, people: People, path: str
) -> None:
    good = {"score": 80, "explanation": "Good."}
    missing = match_body()
    del missing["subscores"]["locationMatch"]
    faulty = {
        "/subscores": match_body(subscores=[good] * len(DIMENSIONS)),
        "/subscores/locationMatch": missing,
        "/subscores/other": _body_with({"other": good}),
        "/subscores/experienceFit": _body_with({"experienceFit": 80}),
        "/subscores/experienceFit/score": _body_with({"experienceFit": good | {"score": 101}}),
        "/subscores/barAdmissions/score": _body_with({"barAdmissions": good | {"score": True}}),
        "/subscores/barAdmissions/explanation": _body_with({"barAdmissions": {"score": 1}}),
        "/subscores/barAdmissions/weight": _body_with({"barAdmissions": good | {"weight": 1}}),
    }
    for pointer, body in faulty.items():
        answer = api.put(path, body, by=people.admin)
        assert answer.status == 422, pointer
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert count(JobMatch) == 0


def test_marking_notes_the_time_once(api: Api, people: People, job: str, path: str) -> None:
    stored = [api.put(path, match_body(), by=people.admin).json, a_match(api, people, job)]
    first, second = (match["id"] for match in stored)
    assert mark(api, people, first, first, str(uuid4())).json == {"marked": 1}
    (noted,) = (
        match
        for match in api.get(f"/jobs/{job}/matches", by=people.employer).json["items"]
        if match["notifiedAt"]
    )
    assert noted["id"] == first
    age = datetime.now(UTC) - datetime.fromisoformat(noted["notifiedAt"])
    assert abs(age) < timedelta(minutes=1)
    unnotified = f"/admin/jobs/{job}/unnotified-matches"
    assert [item["id"] for item in api.get(unnotified, by=people.admin).json["items"]] == [second]
    with nothing_written():
        assert mark(api, people, first, str(uuid4())).json == {"marked": 0}
    assert mark(api, people, first, second.upper()).json == {"marked": 1}
    assert api.get(unnotified, by=people.admin).json["items"] == []


def test_1_to_500_ids_are_marked(api: Api, people: People, path: str) -> None:
    match = api.put(path, match_body(), by=people.admin).json["id"]
    wrong: list[object] = [[], [match] * 501, None, match, [match, "x"], [match, None], [[match]]]
    with nothing_written():
        for ids in wrong:
            body = {"matchIds": ids}
            assert api.post("/admin/matches/notified", body, by=people.admin).status == 422
    assert mark(api, people, *(str(uuid4()) for _ in range(499)), match).json == {"marked": 1}


def test_nobody_is_told_twice(api: Api, people: People, job: str, path: str) -> None:
    first = api.put(path, match_body(), by=people.admin).json
    assert mark(api, people, first["id"]).json == {"marked": 1}
    told = api.put(path, match_body(90), by=people.admin).json
    assert told["notifiedAt"] is not None
    assert api.delete(f"/admin/jobs/{job}/matches", by=people.admin).json == {"deleted": 1}
    again = api.put(path, match_body(70), by=people.admin)
    assert again.status == 201
    assert again.json["notifiedAt"] == told["notifiedAt"]
    assert api.get(f"/admin/jobs/{job}/unnotified-matches", by=people.admin).json["items"] == []
    assert mark(api, people, again.json["id"]).json == {"marked": 0}


def test_what_was_told_of_one_job_says_nothing_of_another(
    api: Api, people: People, profile: str, path: str
) -> None:
    assert mark(api, people, api.put(path, match_body(), by=people.admin).json["id"]).status == 200
    other = an_open_job(api, people.employer)
    assert a_match(api, people, other, profile)["notifiedAt"] is None


def test_what_the_marketplace_noted_itself_is_kept(api: Api, people: People, path: str) -> None:
    match = api.put(path, match_body(), by=people.admin).json
    change(JobMatch, match["id"], notified_at=datetime(2026, 1, 1, tzinfo=UTC))
    again = api.put(path, match_body(60), by=people.admin).json
    assert again["notifiedAt"] == "2026-01-01T00:00:00Z"


def texts_of(match: dict[str, Any]) -> list[str]:
    """The explanations in the order of the dimensions, then the summary."""
    explanations = [match["subscores"][name]["explanation"] for name in DIMENSIONS]
    return [*explanations, match["summary"]]


def match_with(*texts: str) -> dict[str, Any]:
    explanations = dict(zip(DIMENSIONS, texts, strict=False))
    subscores = {name: {"score": 80, "explanation": explanations[name]} for name in DIMENSIONS}
    return match_body(subscores=subscores, summary=texts[len(DIMENSIONS)])


def test_whom_the_texts_name_no_employer_reads(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    """Each of the 400 sentences as an explanation or as the summary of its person's match."""
    told: list[str] = []
    lost = facts = 0
    written = [*sentences("tuning.txt"), *sentences("held_back.txt")]
    size = len(DIMENSIONS) + 1
    for (name, employers), own in groupby(written, key=attrgetter("name", "employers")):
        positions = [{"employer": each, "title": "Counsel"} for each in employers]
        profile = a_profile(api, people, name=name, workHistory=positions)
        named = [*own]
        for first in range(0, len(named), size):
            some = named[first : first + size]
            padded = [each.text for each in some] + ["Fits."] * (size - len(some))
            path = f"/admin/jobs/{job}/matches/{profile}"
            put = api.put(path, match_with(*padded), by=people.admin)
            read = api.get(f"/jobs/{job}/matches/{profile}", by=people.employer)
            assert read.json == put.json
            for sentence, left in zip(some, texts_of(read.json), strict=False):
                leaks, words, count = sentence.judge_what_is_left(left)
                told += leaks
                lost += len(words)
                facts += count
    assert told == []
    assert 0 < lost / facts < 0.02


def test_a_mail_does_not_name_whom_the_summary_names(
    api: Api, people: People, cloud: Cloud, job: str
) -> None:
    profile = a_profile(api, people, name="Zephyrine Quill", specializations=["Licensing"])
    run_matching(*cloud.matching.take())
    path = f"/admin/jobs/{job}/matches/{profile}"
    api.put(path, match_body(90, summary="ZEPHYRINE leads."), by=people.admin)
    work(cloud)
    (mail,) = cloud.mails()
    text = mail.get_body(("plain",))
    assert text is not None
    assert "[…] leads." in text.get_content()
    assert "zephyrine" not in mail.as_string().lower()


@pytest.mark.parametrize("name", ["A", "Bo", "\ufdfa", ""])
def test_texts_that_grow_while_they_are_cleaned_are_shortened(
    api: Api, people: People, job: str, name: str
) -> None:
    """Two letters of a name become three characters, and one may stand for eighteen letters."""
    profile = a_profile(api, people, name=name or " \u2800")
    unit = f"{name or 'x'}, "
    longest = {"explanation": 2_000, "summary": 5_000}
    texts = [(unit * most)[:most] for most in [longest["explanation"]] * 5 + [longest["summary"]]]
    put = api.put(f"/admin/jobs/{job}/matches/{profile}", match_with(*texts), by=people.admin)
    assert put.status == 201, put.text
    read = matches_of(api, job, people.employer)
    assert [match["id"] for match in read] == [put.json["id"]]
    left = "".join(texts_of(read[0]))
    assert "[…]" in left
    assert name == "" or name not in left
