"""Impact ratios, as the rules for New York City's Local Law 144 define them (6 RCNY 5-300)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobmatch.audit.schemas import GroupCounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobmatch.audit.schemas import Counts


def with_impact(groups: Mapping[str, Counts]) -> list[GroupCounts]:
    """Rates and impact ratios of groups that are compared with one another, by their names."""
    selection = {name: rate(each.shortlisted, each.considered) for name, each in groups.items()}
    scoring = {
        name: rate(each.scored_above_median, each.shortlisted) for name, each in groups.items()
    }
    best_selection, best_scoring = highest(selection), highest(scoring)
    return [
        GroupCounts(
            name,
            each.considered,
            each.passed,
            each.shortlisted,
            each.scored_above_median,
            rounded(selection[name]),
            rounded(rate(selection[name], best_selection)),
            rounded(scoring[name]),
            rounded(rate(scoring[name], best_scoring)),
        )
        for name, each in sorted(groups.items())
    ]


def rate(part: float | None, whole: float | None) -> float | None:
    """A share; none where there is nothing to have a share in."""
    return part / whole if part is not None and whole else None


def highest(rates: Mapping[str, float | None]) -> float | None:
    """The highest of the rates that there are."""
    return max((each for each in rates.values() if each is not None), default=None)


def rounded(value: float | None) -> float | None:
    """To four places: more would only look exact."""
    return None if value is None else round(value, 4)
