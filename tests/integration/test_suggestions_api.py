"""Suggestions while somebody types."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from tests.support.api import Answer, Api
    from tests.support.people import People

PATH = "/vocabulary/suggestions"


def ask(api: Api, people: People, **query: object) -> Answer:
    return api.get(f"{PATH}?{urlencode(query)}", by=people.employer)


def labels(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    assert answer.json.keys() == {"items"}
    return [item["label"] for item in answer.json["items"]]


def test_what_is_typed_is_completed(api: Api, people: People) -> None:
    found = ask(api, people, list="specializations", q="Trademark Pro")
    assert labels(found)[0] == "Trademark Prosecution"
    broader = next(
        list(term.broader)
        for term in vocabulary()[Kind.SPECIALIZATION]
        if term.label == "Trademark Prosecution"
    )
    assert "Trademarks" in broader
    assert found.json["items"][0] == {"label": "Trademark Prosecution", "broader": broader}
    assert len(found.json["items"]) == 5


def test_what_is_misspelled_is_put_right(api: Api, people: People) -> None:
    assert "New York" in labels(ask(api, people, list="bars", q="new yrok"))


@pytest.mark.parametrize("limit", [1, 20])
def test_as_many_are_given_as_are_wanted(api: Api, people: People, limit: int) -> None:
    found = labels(ask(api, people, list="technicalDomains", q="e", limit=limit))
    assert len(found) == len({*found}) == limit


def test_every_label_is_found_by_its_beginning(api: Api, people: People) -> None:
    for kind in Kind:
        for term in vocabulary()[kind][::7]:
            assert term.label in labels(ask(api, people, list=kind, q=term.label[:60]))


@pytest.mark.parametrize("typed", [" ", "?", "\u200b", "\x00", "zzzzzzzzzz", "漢字"])
def test_what_is_like_nothing_gives_nothing(api: Api, people: People, typed: str) -> None:
    assert labels(ask(api, people, list="bars", q=typed)) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"q": "a"}, "/query/list"),
        ({"list": "bars"}, "/query/q"),
        ({"list": "locations", "q": "a"}, "/query/list"),
        ({"list": "bars", "q": ""}, "/query/q"),
        ({"list": "bars", "q": "a" * 101}, "/query/q"),
        ({"list": "bars", "q": "a", "limit": 21}, "/query/limit"),
        ({"list": "bars", "q": "a", "limit": 0}, "/query/limit"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Api, people: People, query: dict[str, object], pointer: str
) -> None:
    answer = ask(api, people, **query)
    assert answer.status == 422
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]


def test_they_are_there_while_somebody_types(api: Api, people: People) -> None:
    ask(api, people, list="specializations", q="warm")
    took = []
    for word in ("patent prosecution", "trademrk litigtion", "licensing and technology"):
        for end in range(1, len(word) + 1):
            start = time.process_time()
            ask(api, people, list="specializations", q=word[:end])
            took.append(time.process_time() - start)
    assert sorted(took)[int(0.95 * len(took))] < 0.030
