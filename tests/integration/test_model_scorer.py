"""A language model as scorer: through boto3, against a server that speaks Converse."""

from __future__ import annotations

import json
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from jobmatch.model_scorer import client as asking
from jobmatch.model_scorer.prompts import MOST_OUTPUT_TOKENS, PROMPT_VERSION, TOOL
from jobmatch.model_scorer.service import BY_THE_RUBRIC
from jobmatch.models import Job
from jobmatch.postgres import connect, engine
from jobmatch.rules.rubric import VERSION
from tests.support.bedrock import (
    MODEL,
    Bedrock,
    Response,
    fenced,
    judgements,
    message_of,
    obedient,
    refusal,
    reply,
    serving_bedrock,
    system_of,
)
from tests.support.given import DIMENSIONS, a_profile, an_open_job
from tests.support.logs import lines_of
from tests.support.rows import change
from tests.support.running import matches_of, run_matching, runs_of, take_up
from tests.support.source import MODULES, imports, parsed, uses

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import StringIO

    from tests.support.api import Api
    from tests.support.cloud import Cloud
    from tests.support.people import People

FITTING = {"specializations": ["Licensing"], "location": "Bonn, Germany"}
NOTHING = {"asked": 0, "inputTokens": 0, "outputTokens": 0}


def a_job_with(candidates: int, api: Api, people: People) -> str:
    """An open job, and so many who fit it."""
    for _ in range(candidates):
        a_profile(api, people, **FITTING)
    return an_open_job(api, people.employer)


def rerun(job: str) -> None:
    change(Job, job, matching_status="pending")
    run_matching(job)


def always(body: Any, **more: Any) -> Callable[[dict[str, Any]], Response]:
    return lambda _: Response(body, **more)


def scored_at(api: Api, people: People, job: str) -> dict[str, str]:
    return {each["profileId"]: each["scoredAt"] for each in matches_of(api, job, people.employer)}


def last_run(api: Api, people: People, job: str) -> dict[str, Any]:
    return runs_of(api, job, people.employer)[0]


def test_the_model_scores_what_is_asked_for_and_we_compute_the_total(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer, preferredLocation="Paris, France")
    answer = judgements(specializationMatch=81, locationMatch=20, experienceFit=3)
    answer |= {"overallScore": 100, "recommendation": "Strong Match"}
    with serving_bedrock(monkeypatch, always(reply(answer))) as bedrock:
        run_matching(job)
    (match,) = matches_of(api, job, people.employer)
    scores = {name: value["score"] for name, value in match["subscores"].items()}
    # (30 x 81 + 10 x 20) / 40 = 65.75
    assert (match["profileId"], match["overallScore"]) == (profile, 66)
    assert match["recommendation"] == "Good Match"
    assert scores == {
        "specializationMatch": 81,
        "experienceFit": 100,
        "technicalBackground": 100,
        "locationMatch": 20,
        "barAdmissions": 100,
    }
    assert match["subscores"]["locationMatch"]["explanation"] == "Found for locationMatch."
    assert match["subscores"]["experienceFit"]["explanation"] == "Not asked for."
    assert match["summary"] == "Good Match: strong in specialization; weak in location."
    run = last_run(api, people, job)
    assert {
        name: run[name] for name in ("scorer", "modelId", "promptVersion", "rubricVersion")
    } == {
        "scorer": "bedrock",
        "modelId": MODEL,
        "promptVersion": PROMPT_VERSION,
        "rubricVersion": VERSION,
    }
    assert (run["asked"], run["inputTokens"], run["outputTokens"]) == (1, 900, 100)
    assert (run["failed"], run["failures"], run["fallback"]) == (0, {}, None)
    assert bedrock.models == [MODEL]


def test_the_request_forces_one_tool_with_the_schema_of_the_answer(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    with serving_bedrock(monkeypatch) as bedrock:
        run_matching(job)
    (request,) = bedrock.requests
    (tool,) = request["toolConfig"]["tools"]
    schema = tool["toolSpec"]["inputSchema"]["json"]
    assert request["toolConfig"]["toolChoice"] == {"tool": {"name": TOOL}}
    assert set(schema["required"]) == set(schema["properties"]) == set(DIMENSIONS)
    for judgement in schema["properties"].values():
        assert judgement["properties"]["score"] == {
            "maximum": 100,
            "minimum": 0,
            "title": "Score",
            "type": "integer",
        }
    assert request["inferenceConfig"] == {"maxTokens": MOST_OUTPUT_TOKENS, "temperature": 0}


def test_only_the_shortlist_is_asked_about_and_kept(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = {a_profile(api, people, **FITTING) for _ in range(3)}
    for _ in range(3):
        a_profile(api, people, **{**FITTING, "location": "Lyon, France"})
    job = an_open_job(api, people.employer, preferredLocation="Bonn, Germany")
    with serving_bedrock(monkeypatch, MATCH_SHORTLIST=3) as bedrock:
        run_matching(job)
        explained = api.get(
            f"/admin/jobs/{job}/candidates/{next(iter(best))}/explanation", by=people.admin
        ).json
    assert len(bedrock.requests) == 3
    assert {match["profileId"] for match in matches_of(api, job, people.employer)} == best
    run = last_run(api, people, job)
    assert (run["passed"], run["kept"]) == (6, 3)
    assert explained["kept"] == 3


def test_nobody_is_asked_about_twice(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, changes = a_profile(api, people, **FITTING), a_profile(api, people, **FITTING)
    job = an_open_job(api, people.employer)
    with serving_bedrock(monkeypatch) as bedrock:
        run_matching(job)
        told = scored_at(api, people, job)
        rerun(job)
        assert len(bedrock.requests) == 2
        run = last_run(api, people, job)
        assert {name: run[name] for name in NOTHING} == NOTHING
        assert (run["scored"], run["reused"]) == (0, 2)

        a_profile(api, people, changes, **{**FITTING, "technicalDomains": ["Software"]})
        take_up()
        run_matching(job)
        assert len(bedrock.requests) == 3
        assert fenced(bedrock.requests[-1])[1]["technicalDomains"] == ["Software"]
        kept = scored_at(api, people, job)
        assert kept[stays] == told[stays]
        assert kept[changes] != told[changes]


@pytest.mark.parametrize("what", ["model", "prompt", "description"])
def test_another_model_prompt_or_job_is_asked_anew(
    what: str, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    with serving_bedrock(monkeypatch) as bedrock:
        run_matching(job)
        if what == "model":
            monkeypatch.setenv("MATCH_MODEL_ID", "arn:aws:bedrock:eu-west-1:1:inference-profile/x")
        elif what == "prompt":
            monkeypatch.setattr("jobmatch.model_scorer.service.PROMPT_VERSION", PROMPT_VERSION + 1)
        else:
            change(Job, job, description="Another one.")
        rerun(job)
        assert len(bedrock.requests) == 2
    assert len(set(bedrock.models)) == (2 if what == "model" else 1)


def test_what_the_rubric_scored_is_asked_about_and_back(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    run_matching(job)
    (by_rubric,) = matches_of(api, job, people.employer)
    with serving_bedrock(monkeypatch):
        rerun(job)
    (by_model,) = matches_of(api, job, people.employer)
    rerun(job)
    (again,) = matches_of(api, job, people.employer)
    assert (by_rubric["overallScore"], by_model["overallScore"]) == (100, 60)
    assert {**again, "scoredAt": 0} == {**by_rubric, "scoredAt": 0}


MISSING = {name: value for name, value in judgements().items() if name != "barAdmissions"}
WRONG: dict[str, tuple[Response, str]] = {
    "not JSON": (Response(b'{"output": {"mess'), "malformed-answer"),
    "JSON of another form": (Response([]), "malformed-answer"),
    "an empty object": (Response({}), "malformed-answer"),
    "text instead of the tool": (
        Response({"output": {"message": {"content": [{"text": "60"}]}}, "stopReason": "end_turn"}),
        "malformed-answer",
    ),
    "the tool's input as text": (Response(reply('{"score": ')), "malformed-answer"),
    "a score in words": (
        Response(reply(judgements() | {"barAdmissions": {"score": "high", "explanation": "x"}})),
        "malformed-answer",
    ),
    "a blank explanation": (
        Response(reply(judgements() | {"barAdmissions": {"score": 1, "explanation": "\u200b "}})),
        "malformed-answer",
    ),
    "a score above 100": (Response(reply(judgements(barAdmissions=101))), "score-out-of-range"),
    "a score below 0": (Response(reply(judgements(locationMatch=-1))), "score-out-of-range"),
    "a dimension less": (Response(reply(MISSING)), "missing-dimension"),
    "cut off by the ceiling": (Response(reply({}, stop="max_tokens")), "cut-off"),
    "filtered": (Response(reply({}, stop="content_filtered")), "refused"),
    "refused": (refusal(400, "ValidationException"), "refused"),
    "429": (refusal(429, "ThrottlingException"), "throttled"),
    "500": (refusal(500, "InternalServerException"), "unavailable"),
    "503": (refusal(503, "ServiceUnavailableException"), "unavailable"),
    "the model's own time-out": (refusal(408, "ModelTimeoutException"), "timeout"),
    "no permission": (refusal(403, "AccessDeniedException"), "denied"),
    "no such model": (refusal(404, "ResourceNotFoundException"), "denied"),
    "too slow": (Response(reply(judgements()), delay=1.3), "timeout"),
    "an answer that breaks off": (Response(reply(judgements()), sent=0.5), "malformed-answer"),
    "no answer at all": (Response(reply(judgements()), sent=0), "unavailable"),
}


@pytest.mark.parametrize(("response", "reason"), WRONG.values(), ids=WRONG)
def test_one_candidates_failure_is_kept_and_stops_nobody(
    response: Response,
    reason: str,
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fine, failing = (a_profile(api, people, **FITTING, technicalDomains=[x]) for x in "AB")
    job = an_open_job(api, people.employer)

    def behave(request: dict[str, Any]) -> Response:
        unlucky = fenced(request)[1]["technicalDomains"] == ["B"]
        return response if unlucky else Response(reply(judgements()))

    impatient = {"MATCH_MODEL_ATTEMPTS": 1, "MATCH_MODEL_ANSWER_SECONDS": 1}
    with serving_bedrock(monkeypatch, behave, **impatient):
        run_matching(job)
    matches = {each["profileId"]: each for each in matches_of(api, job, people.employer)}
    assert (matches[fine]["overallScore"], matches[failing]["overallScore"]) == (60, 100)
    assert matches[failing]["summary"].endswith(f"specialization. {BY_THE_RUBRIC}")
    assert BY_THE_RUBRIC not in matches[fine]["summary"]
    run = last_run(api, people, job)
    assert (run["outcome"], run["asked"]) == ("completed", 2)
    assert (run["failed"], run["failures"]) == (1, {reason: 1})
    # Only what would have failed for anybody is taken for more than this one's misfortune.
    assert run["fallback"] == ("denied" if reason == "denied" else None)

    with serving_bedrock(monkeypatch) as bedrock:
        rerun(job)
        assert len(bedrock.requests) == 1, "who failed is asked about again"
    (_, score) = sorted(each["overallScore"] for each in matches_of(api, job, people.employer))
    assert score < 100


def test_tokens_of_an_answer_that_is_no_use_are_counted(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    with serving_bedrock(monkeypatch, always(reply(MISSING))):
        run_matching(job)
    run = last_run(api, people, job)
    assert (run["inputTokens"], run["outputTokens"], run["fallback"]) == (900, 100, None)


@pytest.mark.parametrize(
    "misfortune",
    [
        refusal(429, "ThrottlingException"),
        refusal(500, "InternalServerException"),
        Response({}, sent=0),
    ],
    ids=["throttled", "broken", "cut"],
)
def test_what_passes_is_tried_again(
    misfortune: Response, api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    answers = iter([misfortune, Response(reply(judgements()))])
    with serving_bedrock(monkeypatch, lambda _: next(answers)) as bedrock:
        run_matching(job)
    run = last_run(api, people, job)
    assert (run["asked"], run["failed"], len(bedrock.requests)) == (1, 0, 2)


def test_it_is_asked_about_several_at_once_and_no_more(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(9, api, people)
    three = Barrier(3, timeout=10)

    def behave(_: dict[str, Any]) -> Response:
        three.wait()
        return Response(reply(judgements()))

    with serving_bedrock(monkeypatch, behave, MATCH_MODEL_CONCURRENCY=3) as bedrock:
        run_matching(job)
    assert (len(bedrock.requests), bedrock.most_at_once) == (9, 3)


CEILINGS: dict[str, tuple[dict[str, int], dict[str, int], int]] = {
    "candidates": ({"MATCH_MODEL_CANDIDATES": 2}, {"candidate-ceiling": 4}, 2),
    # 1,000 tokens each: the third reaches the ceiling.
    "tokens": ({"MATCH_MODEL_TOKENS": 2_500}, {"token-ceiling": 3}, 3),
}


@pytest.mark.parametrize(("settings", "failures", "asked"), CEILINGS.values(), ids=CEILINGS)
def test_a_run_costs_no_more_than_its_ceilings(
    settings: dict[str, int],
    failures: dict[str, int],
    asked: int,
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = a_job_with(6, api, people)
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    with serving_bedrock(monkeypatch, MATCH_MODEL_CONCURRENCY=1) as bedrock:
        run_matching(job)
        run = last_run(api, people, job)
        assert (len(bedrock.requests), run["asked"], run["failures"]) == (asked, asked, failures)
        assert (run["kept"], run["fallback"]) == (6, None)
        rerun(job)
        assert last_run(api, people, job)["asked"] == min(asked, 6 - asked), "the others' turn"


def test_a_run_asks_nobody_else_when_its_time_is_over(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(3, api, people)
    answers = iter([Response(reply(judgements())), Response(reply(judgements()), delay=2.1)])
    monkeypatch.setenv("MATCH_MODEL_SECONDS", "2")
    with serving_bedrock(monkeypatch, lambda _: next(answers), MATCH_MODEL_CONCURRENCY=1):
        run_matching(job)
    run = last_run(api, people, job)
    assert (run["asked"], run["failures"]) == (2, {"out-of-time": 1})


@pytest.mark.parametrize(
    ("response", "reason", "asked"),
    [
        (refusal(503, "ServiceUnavailableException"), "unavailable", asking.SILENT_IN_A_ROW),
        (refusal(403, "AccessDeniedException"), "denied", 1),
    ],
)
def test_without_bedrock_the_rubric_scores_and_the_run_says_so(
    response: Response,
    reason: str,
    asked: int,
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    log: StringIO,
) -> None:
    job = a_job_with(12, api, people)
    monkeypatch.setenv("MATCH_MODEL_CONCURRENCY", "1")
    with serving_bedrock(monkeypatch, lambda _: response, MATCH_MODEL_ATTEMPTS=1):
        run_matching(job)
    matches = matches_of(api, job, people.employer)
    assert {match["overallScore"] for match in matches} == {100}
    assert all(match["summary"].endswith(BY_THE_RUBRIC) for match in matches)
    run = last_run(api, people, job)
    assert (run["outcome"], run["scorer"], run["fallback"]) == ("completed", "bedrock", reason)
    assert run["failures"] == {reason: asked, "not-asked": 12 - asked}
    (line,) = (each for each in lines_of(log.getvalue()) if "failures" in each)
    assert line["error"] == f"ModelSilentError ({response.code}, Converse)"
    assert api.get(f"/jobs/{job}", by=people.admin).json["matchingStatus"] == "completed"


def test_where_nobody_listens_the_rubric_scores(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    with serving_bedrock(monkeypatch, MATCH_MODEL_ATTEMPTS=1):
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9")
        run_matching(job)
    run = last_run(api, people, job)
    assert (run["fallback"], run["failures"]) == ("unavailable", {"unavailable": 1})


def test_what_is_known_already_needs_no_bedrock(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    with serving_bedrock(monkeypatch):
        run_matching(job)
    with serving_bedrock(monkeypatch, always({}, status=500)) as bedrock:
        rerun(job)
        assert bedrock.requests == []
    run = last_run(api, people, job)
    assert (run["reused"], run["fallback"], run["failed"]) == (1, None, 0)


def test_no_connection_is_held_while_the_model_is_asked(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)
    held: list[int] = []

    def behave(_: dict[str, Any]) -> Response:
        held.append(engine().pool.checkedout())  # type: ignore[attr-defined]
        with connect() as connection:
            idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            held.append(connection.exec_driver_sql(idle).scalar_one())
        return Response(reply(judgements()))

    with serving_bedrock(monkeypatch, behave):
        run_matching(job)
    assert held == [0, 0]


def test_a_run_that_is_overtaken_while_it_asks_stores_nothing_but_its_tokens(
    api: Api, people: People, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(1, api, people)

    def behave(_: dict[str, Any]) -> Response:
        api.patch(f"/jobs/{job}", {"minimumExperience": 3}, by=people.employer)
        return Response(reply(judgements()))

    with serving_bedrock(monkeypatch, behave):
        run_matching(job)
    assert matches_of(api, job, people.employer) == []
    run = last_run(api, people, job)
    assert (run["outcome"], run["inputTokens"]) == ("overtaken", 900)


def test_the_rubric_imports_nothing_of_the_model() -> None:
    rules = ("rules.fingerprint", "rules.ranking", "rules.explanations")
    for module in ("runs.service", *rules):
        at_once = imports(parsed(MODULES[f"jobmatch.{module}"]), lazy=False)
        assert not uses(
            at_once,
            "boto3",
            "jobmatch.model_scorer.client",
            "jobmatch.model_scorer.service",
            "jobmatch.model_scorer.prompts",
            "jobmatch.model_scorer.service",
        )


def test_the_rubric_sends_no_statement_and_nothing_else_that_it_did_not(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_profile(api, people, **FITTING)

    def statements() -> list[str]:
        job = an_open_job(api, people.employer)
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            seen.append(sql)

        event.listen(engine(), "before_cursor_execute", note)
        try:
            run_matching(job)
        finally:
            event.remove(engine(), "before_cursor_execute", note)
        return seen

    by_rubric = statements()
    with serving_bedrock(monkeypatch):
        by_model = statements()
    # The job's words, and the candidates'; but not who is in reserve.
    assert len(by_model) == len(by_rubric) + 2 - 1
    assert not any("work_history" in sql for sql in by_rubric)


def test_the_prompt_tells_facts_in_any_order_alike(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists: dict[str, list[Any]] = {
        "specializations": ["Licensing", "Copyright"],
        "technicalDomains": ["Software", "Optics"],
        "barAdmissions": [{"jurisdiction": "EPO", "year": 2010}, {"jurisdiction": "Japan"}],
        "workHistory": [
            {"employer": "A", "title": "Associate", "startDate": "2010", "endDate": "2015"},
            {"employer": "B", "title": "Partner", "startDate": "2015", "description": "Led."},
        ],
    }
    a_profile(api, people, **lists)
    a_profile(api, people, **{name: values[::-1] for name, values in lists.items()})
    job = an_open_job(api, people.employer)
    with serving_bedrock(monkeypatch) as bedrock:
        run_matching(job)
    first, second = (json.dumps(fenced(request)) for request in bedrock.requests)
    assert first == second
    titles = [each["title"] for each in json.loads(first)[1]["positions"]]
    assert titles == ["Partner", "Associate"]


def test_each_prompt_has_a_number_of_its_own(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job_with(3, api, people)
    with serving_bedrock(monkeypatch, obedient) as bedrock:
        run_matching(job)
    assert len({system_of(each) for each in bedrock.requests}) == 3
    assert len({message_of(each) for each in bedrock.requests}) == 3
    assert isinstance(bedrock, Bedrock)
