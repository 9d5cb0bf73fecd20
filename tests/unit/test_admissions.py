"""Admissions are found where a text speaks of them, and nowhere else."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest

from jobmatch.documents.admissions import admissions_in
from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind
from tests.support.paths import ROOT
from tests.support.work import calls_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETS = tuple(sorted(path.stem for path in (ROOT / "tests/data").glob("admission_phrases*.jsonl")))
FEWEST = 60
PRECISION = 0.97
RECALL = 0.85
STATES = sorted(
    term.label for term in graph(Kind.BAR).terms.values() if "Any US State Bar" in term.broader
)
SAYING = (
    "Admitted to practice in {}",
    "Admitted to the {} bar",
    "{} Bar License",
    "Member, State Bar of {} #123456",
    "She has been a member of the {} Bar since 2009.",
    "Bar admissions: {}, 2009",
    "Licensed attorney in {}",
    "licensed to practice law in the State of {}",
    "{}-licensed attorney",
    "Called to the bar of {}",
    "{} Attorney No. 29841, admitted 2009",
    "State Bar No. 123456 ({})",
    "Attorney Registration No. 4455667, {}",
    "{}, admitted in May 2009",
    "{} Supreme Court (admitted 2009)",
    "In 2009 licensed to practise in {}",
)
CITIES = {
    "Lyon": "France",
    "Bordeaux": "France",
    "Bruxelles": "Belgium",
    "Freiburg": "Germany",
    "Celle": "Germany",
    "Wien": "Austria",
    "Torino": "Italy",
    "Valencia": "Spain",
}
BARS_OF_CITIES = {
    "France": "Inscrite au Barreau de {}, 2009",
    "Belgium": "Avocat au Barreau de {} depuis 2009",
    "Germany": "Seit 2009 Mitglied der Rechtsanwaltskammer {}",
    "Austria": "Rechtsanwaltskammer {}, eingetragen 2009",
    "Italy": "Iscritta all'Ordine degli Avvocati di {} dal 2009",
    "Spain": "Colegiado 2009, Ilustre Colegio de Abogados de {}",
}
SAYING_NOTHING = (
    "{}",
    "Professional Engineer, {}",
    "Licensed real estate broker, {}",
    "Not admitted in {}",
    "Formerly admitted in {}",
    "Preparing for the {} bar exam",
    "{} bar exam pending",
    "Pro Bono Award, State Bar of {}",
    "{} Bar, inactive",
    "Our office in {} prosecutes patents",
    "Member of the intellectual property section of the {} Bar",
    "{}, USPTO",
    "Registered trademark in {}, 2009",
    "Patent license, {}, 2009",
    "Registered Professional Geologist, {}",
    "Professional Engineer (P.E.), licensed in {}",
    "Medical sales representative licensed in {}",
    "Admitted pro hac vice in {}",
    "{} Super Lawyers, 2009",
    "Called on clients in {}",
    "Patent agent in {}",
    "Registered candidate, {}",
)


def phrases(name: str) -> list[tuple[str, dict[str, int | None]]]:
    lines = (ROOT / "tests" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["text"], row["admissions"]) for row in map(json.loads, lines)]


PHRASES = [phrase for name in SETS for phrase in phrases(name)]


def found(text: str) -> dict[str, int | None]:
    return {each.jurisdiction: each.year for each in admissions_in(text)}


def precision_and_recall(
    marked: Iterable[tuple[str, Mapping[str, int | None]]],
) -> tuple[float, float]:
    right = answered = wanted = 0
    for text, admissions in marked:
        answer = found(text)
        right += len(answer.items() & admissions.items())
        answered += len(answer)
        wanted += len(admissions)
    return right / answered, right / wanted


@pytest.mark.parametrize("name", SETS)
def test_what_is_found_is_right_and_what_is_there_is_found(name: str) -> None:
    marked = phrases(name)
    none = sum(not admissions for _, admissions in marked)
    assert len(marked) >= FEWEST
    assert none * 2.5 >= len(marked), "about half of the phrases are no admissions"
    precision, recall = precision_and_recall(marked)
    assert precision >= PRECISION
    assert recall >= RECALL


@pytest.mark.parametrize("template", SAYING)
def test_every_state_is_found_in_what_says_admission(template: str) -> None:
    missed = [state for state in STATES if {*found(template.format(state))} != {state}]
    assert missed == []


@pytest.mark.parametrize("city", CITIES)
def test_the_bar_of_a_city_is_its_countrys(city: str) -> None:
    country = CITIES[city]
    assert found(BARS_OF_CITIES[country].format(city)) == {country: 2009}


@pytest.mark.parametrize("template", SAYING_NOTHING)
def test_no_state_is_found_in_what_does_not(template: str) -> None:
    assert [state for state in STATES if found(template.format(state))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Admitted in at least one US state",
        "any US state bar",
        "Licensed in any US jurisdiction",
        "member in good standing of at least one state bar",
        "Active bar membership required",
    ],
)
def test_any_state_is_a_kind_of_its_own(text: str) -> None:
    assert {*found(text)} == {"Any US State Bar"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ADMITTED IN NEW YORK OR NEW JERSEY", {"New York", "New Jersey"}),
        ("Admitted: IN, OH, KY", {"Indiana", "Ohio", "Kentucky"}),
        ("Washington, D.C. and Virginia bars", {"District of Columbia", "Virginia"}),
        ("Admitted in New York 2010-2015", set()),
        ("Admitted in New York (active) and Ohio (inactive)", {"New York"}),
        ("Must be admitted in Illinois (or willing to apply for admission)", {"Illinois"}),
        ("- ability to waive in\n- USPTO registration", {"USPTO"}),
        ("She holds an active Tennessee law license.", {"Tennessee"}),
        ("Bar status: active, Maryland", {"Maryland"}),
        ("Registered with the USPTO electronic filing system", set()),
        ("Admission tickets for California", set()),
        ("European patent attorney team of 20", set()),
        ("Lectures for German patent attorney candidates", set()),
        ("EQE registered candidate", set()),
        ("Oklahoma Bar Association, OBA No. 31234, admitted 2012", {"Oklahoma"}),
        ("Patent agent in Japan and Korea and India", set()),
    ],
)
def test_signs_and_statuses_are_read(text: str, expected: set[str]) -> None:
    assert {*found(text)} == expected


def test_the_quote_is_what_says_it() -> None:
    text = "Robin Field. Admitted to practice in New York (2015) and New Jersey (2016)."
    quotes = [text[each.start : each.end] for each in admissions_in(text)]
    assert quotes == ["Admitted to practice in New York (2015)", "New Jersey (2016)"]


@pytest.mark.parametrize(
    "around",
    [
        "{}\n\nEducation\nUniversity of Texas, 2004",
        "Patent counsel, Boston, Massachusetts.\n\n{}",
        "Worked with the USPTO and the EPO.\n\n{}\n\nSpeaker, State Bar of Georgia",
        "Not for the faint of heart!\n\n{}\n\nPreparing for a marathon",
        "(((\n\n{}\n\n)))",
        "• {}\n• Licensing of patents in Japan",
    ],
)
def test_what_stands_around_changes_nothing(around: str) -> None:
    changed = [text for text, _ in PHRASES if found(around.format(text)) != found(text)]
    assert changed == []


UNITS = (
    "bar ",
    "California ",
    "California, ",
    "California bars ",
    "admitted ",
    "not ",
    "(inactive) ",
    "(",
    ")",
    "State Bar of ",
    "A.",
    "1",
    "2015 ",
    "UK and European Patent Attorney ",
    "course, California bar, ",
    "Rechtsanwaltskammer Freiburg ",
    "patent agent in Japan and Korea and ",
    "\n",
    ";",
)


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_take_linear_work(unit: str) -> None:
    short, long = (
        calls_of(admissions_in, unit * (length // len(unit))) for length in (4_000, 16_000)
    )
    assert long <= 5 * short + 1_000


def test_pairs_of_hostile_units_take_little_work() -> None:
    for first, second in product(UNITS, repeat=2):
        text = (first + second) * (1_000 // len(first + second))
        assert calls_of(admissions_in, text) <= 200 * len(text)
