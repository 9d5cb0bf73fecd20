"""Nobody's data gets to the model, or from its answers into a log, a mail or an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from jobmatch.models import Job
from tests.support.bedrock import Response, fenced, judgements, refusal, reply, serving_bedrock
from tests.support.given import a_profile, an_open_job
from tests.support.rows import all_rows, change, job_row
from tests.support.running import matches_of, run_matching, work
from tests.support.trust import Section, found

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import StringIO

    import pytest

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

HIDDEN = "zqhidden"
"""What says who a candidate is; a model may not be told, and an employer neither."""
SHOWN = "zqshown"
"""What may be asked about, and may stand in no log."""
PROFILE: dict[str, Any] = {
    "name": f"Ada {HIDDEN}",
    "email": f"ada@{HIDDEN}.example",
    "location": f"{SHOWN} Town, ada@{HIDDEN}.example",
    "specializations": ["Licensing", f"{HIDDEN} & Partner law"],
    "technicalDomains": ["Software"],
    "barAdmissions": [{"jurisdiction": "EPO", "status": f"active, {HIDDEN}"}],
    "workHistory": [
        {
            "employer": f"{HIDDEN} & Partner LLP",
            "title": f"{SHOWN} associate of {HIDDEN} & Partner",
            "startDate": "2010",
            "description": f"As Ada {HIDDEN} at {HIDDEN.upper()} PARTNER, www.{HIDDEN}.example.",
        }
    ],
}
ECHO = f"Ada {HIDDEN} of {HIDDEN} and Partner, ada@{HIDDEN}.example, {SHOWN}."
ANSWERS: list[Response] = [
    Response(reply({name: {"score": 90, "explanation": ECHO} for name in judgements()})),
    Response(reply({name: {"score": 101, "explanation": ECHO} for name in judgements()})),
    Response(reply({HIDDEN: ECHO})),
    Response(reply(ECHO)),
    Response(ECHO.encode()),
    Response({"message": ECHO}, 400, "ValidationException"),
    Response({"message": ECHO}, 403, "AccessDeniedException"),
    Response({"message": ECHO}, 500, ECHO),
    refusal(429, "ThrottlingException"),
]


def answering(answer: Response) -> Callable[[object], Response]:
    return lambda _: answer


def fail(*_: object) -> NoReturn:
    raise ValueError(ECHO)


def test_prompts_and_answers_tell_nobody_who_it_is(
    api: Api,
    people: People,
    cloud: Cloud,
    log: StringIO,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = a_profile(api, people, **PROFILE)
    jobs = []
    sent = 0
    for answer in ANSWERS:
        with serving_bedrock(monkeypatch, answering(answer), MATCH_MODEL_ATTEMPTS=1) as bedrock:
            job = an_open_job(api, people.employer)
            work(cloud)
        jobs.append(job)
        assert len(bedrock.requests) == 1
        assert HIDDEN not in bedrock.text().lower()
        assert SHOWN in json.dumps(fenced(bedrock.requests[0]))
        sent += 1
    for job in jobs:
        (match,) = matches_of(api, job, people.employer)
        assert match["profileId"] == profile
        assert HIDDEN not in json.dumps(match).lower()
    mails = [mail.as_string().lower() for mail in cloud.mails()]
    assert len(mails) == len(ANSWERS)
    assert not [mail for mail in mails if HIDDEN in mail]
    assert HIDDEN not in str(all_rows()["matching_runs"]).lower()
    printed = capsys.readouterr()
    lines = log.getvalue()
    assert "The model did not score everybody." in lines
    for text in (lines, printed.out, printed.err):
        assert not [word for word in (HIDDEN, SHOWN) if word in text.lower()]
    # A run that fails after the model was asked, by an error that quotes what it was told.
    with serving_bedrock(monkeypatch, answering(ANSWERS[0])), monkeypatch.context() as patch:
        patch.setattr("jobmatch.model_scorer.client.ModelUse", fail)
        change(Job, jobs[1], matching_status="pending")
        run_matching(jobs[1])
    assert "The run failed." in log.getvalue()
    assert HIDDEN not in log.getvalue()
    assert job_row(jobs[1]).last_error == "ValueError"
    found(
        Section.ACCESS,
        "Canaries in profiles whom a language model is asked about, and in what it answers, right"
        " and wrong",
        sent,
        "none in prompts, matches, mails, records and log lines",
    )
