"""Entity tags: which versions an If-Match header admits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.web.routes import etag, versions_in

VERSIONS = st.integers(1, 999_999_999)


def test_a_tag_is_strong() -> None:
    assert etag(12) == '"12"'


@given(st.lists(VERSIONS, min_size=1), st.sampled_from([",", ", ", " ,\t"]))
def test_a_list_admits_each_of_its_versions(versions: list[int], separator: str) -> None:
    assert versions_in(separator.join(map(etag, versions))) == frozenset(versions)


@pytest.mark.parametrize("header", [None, "*", " * "])
def test_without_a_header_or_with_a_star_any_version_will_do(header: str | None) -> None:
    assert versions_in(header) is None


@pytest.mark.parametrize(
    "header",
    [
        *("", " ", ",", "3", "'3'", '"3', '3"', '"a"', '"3a"', '"-3"', '"*"', '" 3"', '"3 "'),
        *('W/"3"', 'w/"3"', ' W/"3" ', 'x"3"', '"3"x', '"3""3"', '"' + "3" * 20 + '"'),
        # A tag is an opaque text: one that only means the same number is another tag.
        *('"03"', '"٣"'),
    ],
)
def test_weak_and_foreign_tags_never_match(header: str) -> None:
    assert versions_in(header) == frozenset()


@pytest.mark.parametrize("header", ['W/"1", "2"', '"2", W/"1"', '"a,b", "2"', '"x" ,"2",'])
def test_a_list_may_mix_tags_that_match_with_others(header: str) -> None:
    assert versions_in(header) == frozenset({2})
