"""The documents are right where they can be checked: examples, links, limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from jobmatch.careers.domains import mail_domains
from jobmatch.careers.employers import Employer, present_employers
from jobmatch.model_scorer.client import Failure
from jobmatch.places.keys import candidate_keys, location_score, wanted_place
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import terms_of, why_met
from tests.support.oracle import ranked
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

THIS_MONTH = 2026 * 12 + 10


def table_after(document: str, marker: str) -> list[list[str]]:
    """The cells of the first table after a marker, without its head."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    lines = text[text.index(marker) :].splitlines()
    start = next(number for number, line in enumerate(lines) if " | " in line)
    rows = []
    for line in lines[start + 2 :]:
        if " | " not in line:
            break
        rows.append([cell.strip().strip("*") for cell in line.split("|")])
    return rows


def test_the_example_of_the_rubric_comes_out_as_it_says() -> None:
    job = {
        "requiredSpecializations": ["Trademark", "Licensing"],
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
    "row", table_after("rules.md", "<!-- example of terms"), ids=lambda row: f"{row[1]}, {row[2]}"
)
def test_the_examples_of_terms_come_out_as_they_say(row: list[str]) -> None:
    name, wanted, has, met = row
    kind = Kind(name)
    found = why_met(kind, terms_of(kind, wanted), [has])
    assert ("yes" if found else "no") == met


@pytest.mark.parametrize(
    "row", table_after("rules.md", "<!-- example of places"), ids=lambda row: f"{row[0]}, {row[1]}"
)
def test_the_examples_of_places_come_out_as_they_say(row: list[str]) -> None:
    wanted, lives_in, said = row
    candidate = {"status": "active", "location": lives_in}
    (match,) = ranked({"preferredLocation": wanted}, {"a": candidate}, today=(2026, 11))
    assert match.subscores["locationMatch"] == int(said)
    place = wanted_place(wanted)
    assert place is not None
    assert location_score(candidate_keys(lives_in), place) == int(said)


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


HAND_WRITTEN = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES = sorted((ROOT / "docs").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
MOST_WORDS = 23_850
"""Written by hand, in all pages but the decisions and the changelog."""
WRITTEN_BY_MAKE = re.compile(
    r"<!-- What (?:follows is written|`make [a-z-]+` writes begins here)"
    r".*?(?:<!-- What `make [a-z-]+` writes ends here\. -->|\Z)",
    re.DOTALL,
)
"""Tables of figures, whose length is that of the experiments."""
MOST_LINES_OF_README = 120
MOST_LINES_OF_CORE = 4_600


def links(document: Path) -> list[tuple[str, str]]:
    """Path and anchor of the links that lead to something of ours."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", text)
    return [(path, anchor) for path, anchor in found if not path.startswith("http")]


def anchors(document: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "document",
    [*HAND_WRITTEN, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_between_the_documents_lead_somewhere(document: Path) -> None:
    for path, anchor in links(document):
        target = document.parent / path if path else document
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor}"


def test_the_documents_are_short() -> None:
    words = {
        str(page.relative_to(ROOT)): len(WRITTEN_BY_MAKE.sub("", page.read_text("utf-8")).split())
        for page in (*HAND_WRITTEN, *PAGES)
    }
    assert sum(words.values()) <= MOST_WORDS, words
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(readme) <= MOST_LINES_OF_README


def test_each_page_is_in_the_index() -> None:
    listed = {path for path, _ in links(ROOT / "docs" / "README.md")}
    assert {page.name for page in PAGES} - {"README.md"} <= listed
    decisions = [path for path, _ in links(ROOT / "docs" / "adr" / "README.md")]
    assert decisions == [page.name for page in DECISIONS]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem[:4])
def test_a_decision_is_dated_and_says_what_and_why(page: Path) -> None:
    text = page.read_text("utf-8")
    heading, date = re.findall(r"\A# (\d{4}: .+)\n\nDate: (\d{4}-\d\d-\d\d)\n", text)[0]
    assert heading.startswith(page.stem[:4])
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    title = heading.partition(": ")[2]
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    assert f"{title} ({date})" in " ".join(index.split())


def test_the_core_can_be_read() -> None:
    files = [path for path, _ in links(ROOT / "docs" / "reading.md") if "/layers/" in path]
    packages = list(dict.fromkeys(path.split("/")[-2] for path in files))
    assert packages == ["models", "rules", "permissions", "web", "jobs", "matches", "runs"]
    lines = [len((ROOT / "docs" / path).read_text("utf-8").splitlines()) for path in files]
    assert sum(lines) <= MOST_LINES_OF_CORE


def test_the_glossary_defines_a_term_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    terms = re.findall(r"\*\*(.+?)\*\*(?=:| \()", text)
    assert len(terms) > 50
    assert sorted(terms) == sorted(set(terms))


def test_each_failure_of_a_model_is_explained() -> None:
    cells = [row[0] for row in table_after("scorer.md", "The reasons:")]
    assert sorted(re.findall(r"`([\w-]+)`", " ".join(cells))) == sorted(Failure)
