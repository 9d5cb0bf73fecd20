"""What a client may send: jobs, matches, and what they all share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.jobs.inputs import JobCreate, JobUpdate, MatchingStatusUpdate
from jobmatch.matches.schemas import MatchPut, NotifiedMatches
from jobmatch.models import JobStatus, MatchingStatus
from jobmatch.notifications.schemas import NotificationMessage, NotificationPreferences
from jobmatch.profiles.imports import ProfileImport
from jobmatch.profiles.schemas import Profile
from jobmatch.rules.rubric import Dimension, recommendation
from jobmatch.runs.schemas import MatchingMessage
from tests.support.faults import faults

if TYPE_CHECKING:
    from pydantic import BaseModel

ID = "00000000-0000-4000-8000-000000000001"
SUBSCORES = {str(each): {"score": 80, "explanation": "Fits."} for each in Dimension}
LISTS = (
    *("requiredSpecializations", "preferredSpecializations"),
    *("requiredBar", "requiredTechnicalDomains"),
)
VALID: dict[type[BaseModel], dict[str, Any]] = {
    JobCreate: {"title": "Counsel"},
    JobUpdate: {},
    MatchingStatusUpdate: {"matchingStatus": "pending"},
    MatchPut: {
        "overallScore": 80,
        "subscores": SUBSCORES,
        "summary": "Fits.",
        "recommendation": "Strong Match",
    },
    NotifiedMatches: {"matchIds": [ID]},
    MatchingMessage: {"jobId": ID},
    NotificationMessage: {"notificationId": ID},
    NotificationPreferences: {},
    Profile: {"name": "Ada"},
    ProfileImport: {"profiles": [{"id": ID, "name": "Ada"}]},
}
ONE_OF = {NotificationMessage}
"""They need one of several members."""
JOBS = pytest.mark.parametrize("model", [JobCreate, JobUpdate])


def distinct(count: int) -> list[str]:
    return [f"value {number}" for number in range(count)]


@pytest.mark.parametrize("model", VALID)
def test_the_least_is_enough_and_nothing_unknown_is_taken(model: type[BaseModel]) -> None:
    least = VALID[model]
    assert not faults(model, least)
    assert faults(model, least | {"surprise": 1}) == {"surprise"}
    for name in least:
        missing = {""} if model in ONE_OF else {name}
        assert faults(model, {key: least[key] for key in least.keys() - {name}}) == missing
    assert faults(model, [least]) == {""}
    assert faults(model, None) == {""}


def test_names_are_camel_case_only() -> None:
    assert faults(JobUpdate, {"minimum_experience": 3}) == {"minimum_experience"}
    assert JobUpdate.model_validate({"minimumExperience": 3}).minimum_experience == 3


@JOBS
@pytest.mark.parametrize(
    ("field", "longest"), [("title", 255), ("description", 20_000), ("preferredLocation", 255)]
)
def test_texts_of_jobs_are_bounded_after_trimming(
    model: type[BaseModel], field: str, longest: int
) -> None:
    base = VALID[model]
    longest_text = "é" * longest
    job = model.model_validate(base | {field: f" \t{longest_text}\n "})
    assert job.model_dump(by_alias=True)[field] == longest_text
    assert faults(model, base | {field: f"{longest_text}x"}) == {field}
    assert faults(model, base | {field: "a\0b"}) == {field}
    assert faults(model, base | {field: 5}) == {field}
    assert faults(model, base | {field: "\ud800"}) == {field}


@JOBS
@pytest.mark.parametrize("blank", ["", "  ", "\t\n", None])
def test_blank_optional_text_is_null_but_a_title_is_not_optional(
    model: type[BaseModel], blank: str | None
) -> None:
    job = model.model_validate(
        VALID[model] | dict.fromkeys(("description", "preferredLocation"), blank)
    )
    fields = job.model_dump(by_alias=True, exclude_unset=True)
    assert fields["description"] is None
    assert fields["preferredLocation"] is None
    assert faults(model, {"title": blank}) == {"title"}


@JOBS
@pytest.mark.parametrize("field", LISTS)
def test_lists_of_jobs_are_bounded(model: type[BaseModel], field: str) -> None:
    def found(value: object) -> object:
        return faults(model, VALID[model] | {field: value})

    for accepted in (None, [], distinct(50), ["é" * 100], [f" {'x' * 100} "]):
        assert not found(accepted)
    assert found(distinct(51)) == found("Copyright") == found({"a": 1}) == found(("a",)) == {field}
    for refused in ("x" * 101, "", "  ", "a\0", 5, None, ["a"]):
        assert found(["fine", refused]) == {f"{field}/1"}
    assert found(["fine", "\x1f"]) == {field}, "a separator is blank in canonical form"


@JOBS
@pytest.mark.parametrize("field", LISTS)
@pytest.mark.parametrize("again", ["straße", "STRASSE", " Straße ", "Strasse"])
def test_lists_of_jobs_hold_nothing_twice(model: type[BaseModel], field: str, again: str) -> None:
    assert faults(model, VALID[model] | {field: ["straße", "other", again]}) == {field}


@pytest.mark.parametrize(
    ("field", "alias", "label"),
    [
        ("requiredSpecializations", "copyright LAW", "Copyright"),
        ("preferredSpecializations", "copyright LAW", "Copyright"),
        ("requiredBar", "ny", "New York"),
    ],
)
def test_known_values_become_their_label_and_are_kept_once(
    field: str, alias: str, label: str
) -> None:
    job = JobUpdate.model_validate({field: [alias, "  Own  Writing "]})
    assert job.model_dump(by_alias=True)[field] == [label, "Own  Writing"]
    twice = JobUpdate.model_validate({field: [alias, label]})
    assert twice.model_dump(by_alias=True)[field] == [label]


@JOBS
@pytest.mark.parametrize(
    ("years", "valid"),
    [
        *((years, True) for years in (0, 1, 60, None)),
        *((years, False) for years in (-1, 61, 10**400, 3.0, 3.5, "3", True, False, [3])),
    ],
)
def test_years_of_experience(model: type[BaseModel], years: object, valid: bool) -> None:
    found = faults(model, VALID[model] | {"minimumExperience": years})
    assert found == (set() if valid else {"minimumExperience"})


@pytest.mark.parametrize("status", ["draft", "open"])
def test_a_job_is_posted_as_a_draft_or_open(status: str) -> None:
    assert JobCreate.model_validate({"title": "T"}).status is JobStatus.DRAFT
    assert JobCreate.model_validate({"title": "T", "status": status}).status == status


@pytest.mark.parametrize("status", ["closed", "archived", "OPEN", "", None, 1, True, ["open"]])
def test_a_job_is_posted_in_no_other_status(status: object) -> None:
    assert faults(JobCreate, {"title": "T", "status": status}) == {"status"}


@pytest.mark.parametrize("status", JobStatus)
def test_a_job_may_be_changed_to_any_status_there_is(status: JobStatus) -> None:
    assert JobUpdate.model_validate({"status": str(status)}).status is status


@pytest.mark.parametrize("value", ["", "  ", "gone", 0, False])
def test_title_and_status_cannot_be_cleared(value: object) -> None:
    assert faults(JobUpdate, {"title": None, "status": None}) == {"title", "status"}
    assert faults(JobUpdate, {"status": value}) == {"status"}


def test_a_change_tells_absent_from_null() -> None:
    changes = JobUpdate.model_validate({"description": None, "requiredBar": None})
    assert changes.model_fields_set == {"description", "required_bar"}


@pytest.mark.parametrize("value", ["", "x", ID[:-1], 5, [ID], {"id": ID}, True])
def test_ids_are_uuids_as_text(value: object) -> None:
    assert faults(JobCreate, {"title": "T", "employerUserId": value}) == {"employerUserId"}
    assert faults(NotifiedMatches, {"matchIds": [ID, value]}) == {"matchIds/1"}
    assert faults(MatchingMessage, {"jobId": value}) == {"jobId"}
    assert faults(NotificationMessage, {"notificationId": value}) == {"notificationId"}


def test_ids_in_any_case_are_read() -> None:
    assert JobCreate.model_validate({"title": "T", "employerUserId": None}).employer_user_id is None
    read = JobCreate.model_validate({"title": "T", "employerUserId": f"{UUID(int=0xABC)}".upper()})
    assert read.employer_user_id == UUID(int=0xABC)


@pytest.mark.parametrize(("count", "valid"), [(0, False), (1, True), (500, True), (501, False)])
def test_a_call_marks_1_to_500_matches(count: int, valid: bool) -> None:
    ids = [str(UUID(int=number)) for number in range(count)]
    assert faults(NotifiedMatches, {"matchIds": ids}) == (set() if valid else {"matchIds"})


@pytest.mark.parametrize("status", MatchingStatus)
def test_each_matching_status_can_be_set(status: MatchingStatus) -> None:
    assert not faults(MatchingStatusUpdate, {"matchingStatus": str(status)})
    for wrong in (f"{status}!", str(status).upper(), None, 1):
        assert faults(MatchingStatusUpdate, {"matchingStatus": wrong}) == {"matchingStatus"}


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_match_carries_the_label_of_its_score(score: int, other: int) -> None:
    match = VALID[MatchPut] | {"overallScore": score, "recommendation": recommendation(other)}
    valid = recommendation(score) == recommendation(other)
    assert faults(MatchPut, match) == (set() if valid else {"recommendation"})


@pytest.mark.parametrize("score", [-1, 101, 79.0, "80", None, True])
def test_scores_are_integers_up_to_a_hundred(score: object) -> None:
    assert faults(MatchPut, VALID[MatchPut] | {"overallScore": score}) == {"overallScore"}
    subscores = SUBSCORES | {"locationMatch": {"score": score, "explanation": "Fits."}}
    found = faults(MatchPut, VALID[MatchPut] | {"subscores": subscores})
    assert found == {"subscores/locationMatch/score"}


def test_an_employer_is_told_from_75_unless_they_say_otherwise() -> None:
    default = NotificationPreferences.model_validate({})
    assert (default.enabled, default.threshold) == (True, 75)
    for threshold in (0, 100):
        assert not faults(NotificationPreferences, {"threshold": threshold, "enabled": False})
    for wrong in (-1, 101, 75.0, "75", None, True):
        assert faults(NotificationPreferences, {"threshold": wrong}) == {"threshold"}
    for wrong in ("yes", 1, None):
        assert faults(NotificationPreferences, {"enabled": wrong}) == {"enabled"}


@pytest.mark.parametrize("dimension", Dimension)
def test_a_match_has_all_five_dimensions_and_no_other(dimension: Dimension) -> None:
    def found(subscores: dict[str, Any]) -> object:
        return faults(MatchPut, VALID[MatchPut] | {"subscores": subscores})

    others = {name: each for name, each in SUBSCORES.items() if name != dimension}
    assert found(others) == found(others | {dimension: None}) == {f"subscores/{dimension}"}
    assert found(SUBSCORES | {"luck": SUBSCORES[dimension]}) == {"subscores/luck"}
    without_text = SUBSCORES | {dimension: {"score": 1, "explanation": None}}
    assert found(without_text) == {f"subscores/{dimension}/explanation"}


@pytest.mark.parametrize("value", ["strong match", "Great Match", "", None, 1])
def test_a_recommendation_is_one_of_the_labels(value: object) -> None:
    assert faults(MatchPut, VALID[MatchPut] | {"recommendation": value}) == {"recommendation"}


def test_texts_of_matches_hold_no_nul() -> None:
    assert faults(MatchPut, VALID[MatchPut] | {"summary": "a\0"}) == {"summary"}
    subscores = SUBSCORES | {"locationMatch": {"score": 1, "explanation": "\0"}}
    found = faults(MatchPut, VALID[MatchPut] | {"subscores": subscores})
    assert found == {"subscores/locationMatch/explanation"}
