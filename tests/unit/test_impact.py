"""Impact ratios, by hand and by what must hold of any."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobmatch.audit.schemas import Counts, GroupCounts
from jobmatch.rankings.service import with_impact

counts = st.tuples(*[st.integers(0, 10_000)] * 3).map(
    lambda each: Counts(sum(each), sum(each), each[0] + each[1], each[0])
)
groups = st.dictionaries(st.sampled_from("abcdef"), counts, max_size=6)


def test_a_group_is_compared_with_the_one_that_does_best() -> None:
    assert with_impact(
        {
            "women": Counts(1_000, 900, 500, 240),
            "men": Counts(2_000, 1_500, 800, 480),
            "few": Counts(4, 0, 0, 0),
            "nobody": Counts(),
        }
    ) == [
        GroupCounts("few", 4, 0, 0, 0, 0.0, 0.0, None, None),
        GroupCounts("men", 2_000, 1_500, 800, 480, 0.4, 0.8, 0.6, 1.0),
        GroupCounts("nobody", 0, 0, 0, 0, None, None, None, None),
        GroupCounts("women", 1_000, 900, 500, 240, 0.5, 1.0, 0.48, 0.8),
    ]


def test_where_nobody_is_chosen_there_is_nothing_to_compare() -> None:
    (one,) = with_impact({"a": Counts(10, 5)})
    assert (one.selection_rate, one.selection_impact_ratio) == (0.0, None)
    assert with_impact({}) == []


@given(groups)
def test_ratios_lie_between_0_and_1_and_the_best_has_1(named: dict[str, Counts]) -> None:
    found = with_impact(named)
    assert [each.group for each in found] == sorted(named)
    for ratios in (
        [each.selection_impact_ratio for each in found],
        [each.scoring_impact_ratio for each in found],
    ):
        known = [ratio for ratio in ratios if ratio is not None]
        assert all(0 <= ratio <= 1 for ratio in known)
        assert not known or max(known) == 1


@given(groups, st.integers(2, 9))
def test_only_shares_count(named: dict[str, Counts], times: int) -> None:
    more = {
        name: Counts(
            each.considered * times,
            each.passed * times,
            each.shortlisted * times,
            each.scored_above_median * times,
        )
        for name, each in named.items()
    }
    for one, many in zip(with_impact(named), with_impact(more), strict=True):
        assert one.selection_impact_ratio == many.selection_impact_ratio
        assert one.scoring_impact_ratio == many.scoring_impact_ratio
