"""Answers of a model about an advertisement, of whatever form: none is an error, none invents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobmatch import aws
from jobmatch.drafts.job import job_draft
from jobmatch.extraction.texts import DocumentText
from jobmatch.jobs.schemas import JobCreate
from jobmatch.proposals.advertisement_prompt import LISTS, TOOL, Proposal
from jobmatch.proposals.completing import completed
from jobmatch.proposals.service import draft_job
from tests.support.bedrock import reply
from tests.support.hostile_answers import HERE, HOSTILE, places, with_value

TEXT = """Patent Attorney

Ideal for somebody with 14 years' PQE and admission to the California bar.
We are in Lausanne, Switzerland.
"""
GOOD = reply(
    {
        "requiredBar": [{"value": "California", "quote": "admission to the California bar"}],
        "minimumExperience": {"value": 14, "quote": "14 years' PQE"},
        "preferredLocation": {"value": "Lausanne", "quote": "Lausanne, Switzerland"},
    },
    tool=TOOL.name,
)
ALL = {
    "requiredBar": ["California"],
    "minimumExperience": 14,
    "preferredLocation": "Lausanne, Switzerland",
}
TOO_DEEP_OR_LONG = (RecursionError, ValueError)


def parsed(text: str) -> Any:
    """What botocore would give on, or nothing where it can't."""
    try:
        return json.loads(text)
    except TOO_DEEP_OR_LONG:
        return None


@pytest.mark.parametrize("path", list(places(GOOD))[1:], ids=lambda path: ".".join(map(str, path)))
def test_no_value_of_an_answer_is_an_error_or_invents_anything(
    path: tuple[str | int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"MATCH_SCORER": "bedrock", "MATCH_MODEL_ID": "m"}.items():
        monkeypatch.setenv(name, value)
    document = DocumentText(TEXT)
    by_rule = job_draft(document).draft
    template = json.dumps(with_value(GOOD, path))
    answers = [parsed(template.replace(f'"{HERE}"', hostile)) for hostile in HOSTILE.values()]
    for answer in [GOOD, *filter(None, answers)]:
        monkeypatch.setattr(aws, "converse", lambda _, answer=answer: answer)
        found = draft_job(document, seconds_left=1_000).draft
        assert {name: found[name] for name in by_rule} == by_rule
        assert found.items() <= (by_rule | ALL).items()
        assert answer is not GOOD or found == by_rule | ALL


@pytest.mark.parametrize("unit", ["a ", "5 ", "5 years of experience ", "patent ", "bar, ", "ß'"])
def test_a_hostile_text_with_hostile_proposals_is_read_to_its_end(unit: str) -> None:
    text = "Counsel\n\n" + unit * (20_000 // len(unit))
    quote = unit * (400 // len(unit))
    values = {"minimumExperience": 5, "preferredLocation": "Bonn"}
    proposals = [
        Proposal(field, values.get(field, "Patent Litigation"), quote[at:])
        for field in (*LISTS, *values)
        for at in range(50)
    ]
    document = DocumentText(text)
    draft = completed(job_draft(document), document, proposals)
    JobCreate.model_validate(draft.draft)
