"""Answers of a model about an advertisement, of whatever form: none is an error, none invents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jobmatch import aws
from jobmatch.advertisements.phrases import phrases_in
from jobmatch.documents.admissions import admissions_in
from jobmatch.drafts.job import job_draft
from jobmatch.extraction.texts import DocumentText
from jobmatch.jobs.inputs import JobCreate
from jobmatch.proposals.advertisement_prompt import LISTS, TOOL, Proposal
from jobmatch.proposals.completing import completed
from jobmatch.proposals.service import draft_job
from jobmatch.vocabulary.kinds import Kind
from tests.support.bedrock import reply
from tests.support.hostile_answers import HERE, HOSTILE, places, with_value
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def all_that_is_known(text: str) -> Iterator[Proposal]:
    """What a model would say that takes every known word of a text for a requirement."""
    for field, kind in LISTS.items():
        if kind is Kind.BAR:
            known = [(each.jurisdiction, each.start, each.end) for each in admissions_in(text)]
        else:
            phrases = phrases_in(kind, text, 0, len(text))
            known = [(each.label, each.start, each.end) for each in phrases]
        for label, start, end in known:
            yield Proposal(field, label, text[start:end])
    for line in text.splitlines():
        for number in range(1, 61):
            yield Proposal("minimumExperience", number, line)


def test_a_model_without_judgement_adds_next_to_nothing_that_is_not_asked_for() -> None:
    """A term in one of seven advertisements with their facts marked by hand; no bar, no years."""
    added = []
    paths = sorted((ROOT / "tests/data/advertisements").glob("**/*.txt"))
    for path in paths:
        text = path.read_text(encoding="utf-8")
        document = DocumentText(text)
        draft = completed(job_draft(document), document, all_that_is_known(text))
        marked = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        for source in draft.sources:
            if source.proposed_by == "model":
                field = source.pointer.split("/")[1]
                value = draft.draft[field]
                entry = value[int(source.pointer.split("/")[2])] if field in LISTS else value
                if entry not in marked.get(field, []):
                    added.append((field, entry))
    assert len(added) * 7 <= len(paths), added
    assert {field for field, _ in added} <= {"requiredSpecializations", "requiredTechnicalDomains"}
