"""The worked examples of the documents are right."""

from __future__ import annotations

import re

import pytest

from jobmatch.careers.domains import mail_domains
from jobmatch.careers.employers import Employer, present_employers
from jobmatch.model_scorer.client import Failure
from jobmatch.places.keys import candidate_keys, location_score, wanted_place
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import closure, terms_of
from tests.support.oracle import ranked
from tests.support.paths import ROOT

THIS_MONTH = 2026 * 12 + 10


def table_after(document: str, marker: str) -> list[list[str]]:
    """The cells of the first table after a marker, without its head."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    lines = text[text.index(marker) :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("*") for cell in line.strip("|").split("|")])
    return rows


def test_the_example_of_the_rubric_comes_out_as_it_says() -> None:
    job = {
        "requiredSpecializations": ["Trademarks", "Licensing"],
        "preferredSpecializations": ["Trade Secrets"],
        "minimumExperience": 8,
        "preferredLocation": "Munich, Germany",
    }
    candidate = {
        "status": "active",
        "specializations": ["Trademark Prosecution", "Trade Secrets"],
        "location": "Nürnberg",
        "workHistory": [
            {"employer": "X", "title": "Y", "startDate": "2010-01", "endDate": "2014-12"}
        ],
    }
    (match,) = ranked(job, {"a": candidate}, today=(2026, 11))
    scores = [int(row[-1]) for row in table_after("rules.md", "<!-- example of scoring")]
    names = (
        "specializationMatch",
        "experienceFit",
        "technicalBackground",
        "barAdmissions",
        "locationMatch",
    )
    assert scores == [*(match.subscores[name] for name in names), match.overall_score]
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"The label is {match.recommendation}." in text


@pytest.mark.parametrize(
    "row", table_after("rules.md", "<!-- example of suppression"), ids=lambda row: row[0]
)
def test_the_example_of_suppression_comes_out_as_it_says(row: list[str]) -> None:
    _, works_at, until, mail, shown = row
    employer = Employer.of("Harrowgate & Lyle LLP", ["harrowgate-lyle.example"])
    end = None if until == "no end" else until
    present = dict(present_employers([(works_at, None, end)], THIS_MONTH))
    domains = mail_domains(None if mail == "none" else mail)
    suppressed = employer.company in present or not set(domains).isdisjoint(employer.domains)
    assert ("no" if suppressed else "yes") == shown


@pytest.mark.parametrize(
    "row", table_after("rules.md", "<!-- example of terms"), ids=lambda row: " / ".join(row[1:3])
)
def test_the_examples_of_terms_come_out_as_they_say(row: list[str]) -> None:
    kind, entry, value, met = Kind(row[0]), *row[1:]
    found = closure(kind, terms_of(kind, value)).isdisjoint(terms_of(kind, entry))
    assert ("no" if found else "yes") == met


@pytest.mark.parametrize(
    "row", table_after("rules.md", "<!-- example of places"), ids=lambda row: " / ".join(row[:2])
)
def test_the_examples_of_places_come_out_as_they_say(row: list[str]) -> None:
    preferred, lives_in, score = row
    wanted = wanted_place(preferred)
    assert wanted is not None
    assert location_score(candidate_keys(lives_in), wanted) == int(score)


def test_links_between_the_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_each_failure_of_a_model_is_explained() -> None:
    cells = [row[0] for row in table_after("scorer.md", "The reasons:")]
    assert sorted(re.findall(r"`([\w-]+)`", " ".join(cells))) == sorted(Failure)
