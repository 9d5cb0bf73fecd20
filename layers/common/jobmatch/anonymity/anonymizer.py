"""Texts about a candidate without what tells who they are: no name, address, number or employer.

A value that is known is shown as its label and nothing else. Free text can't be made anonymous for
certain: what is known of the candidate is taken out, however it is written, and whatever has the
form of a contact. Fields that are meant to name somebody are never handed on at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from jobmatch.anonymity.contacts import contacts
from jobmatch.anonymity.finding import MIDDLE_DOTS, names_in
from jobmatch.anonymity.known_values import known_date, known_status
from jobmatch.anonymity.own_names import OwnNames
from jobmatch.anonymity.visible import plain
from jobmatch.places.names import known_place_name
from jobmatch.vocabulary.terms import known_labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.vocabulary.kinds import Kind

REMOVED = "[…]"
_BETWEEN = re.compile(rf"[ _.&+'\u2019/(){MIDDLE_DOTS}\u2010-\u2015-]{{0,3}}")
"""What may stand between two parts of one name or contact."""


@dataclass(frozen=True)
class Anonymizer:
    """Takes one candidate's identity out of texts."""

    name: str
    firms: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Of firms."""
    withholds: bool = True
    """Whether all free text is withheld, where there is no name to look for."""

    @classmethod
    def of(cls, name: str, employers: Iterable[str], domains: Iterable[str] = ()) -> Self:
        """For a candidate of this name who works or worked for these employers.

        Args:
            name: of the candidate.
            employers: and other firms that are not to be named.
            domains: of such firms.
        """
        return cls(name, tuple(dict.fromkeys(employers)), tuple(domains))

    @cached_property
    def _names(self) -> OwnNames:
        """Read when the first text needs them: many candidates have only values that are known."""
        names = OwnNames()
        names.add_person(plain(self.name))
        for firm in self.firms:
            names.add_firm(plain(firm))
        for domain in self.domains:
            names.add_domain(plain(domain))
        return names

    def text(self, text: str) -> str:
        """The text as it is seen, with what identifies the candidate replaced by `REMOVED`."""
        seen = plain(text).replace("[...]", REMOVED)
        if not seen or seen == REMOVED:
            return seen
        if self.withholds and not self._names.is_known:
            return REMOVED
        spans = sorted([*names_in(seen, self._names), *contacts(seen)])
        parts: list[str] = []
        after = 0
        for start, end in spans:
            if not parts or not (start <= after or _BETWEEN.fullmatch(seen[after:start])):
                parts += [seen[after:start], REMOVED]
            after = max(after, end)
        return "".join((*parts, seen[after:]))

    def value(self, kind: Kind, value: str) -> str:
        """A value of a list: its labels, or as typed without what identifies the candidate."""
        return known_labels(kind, value) or self.text(value)

    def place(self, location: str | None) -> str | None:
        """A location: the names of its places, or as typed without what identifies."""
        return self._known(known_place_name, location)

    def status(self, status: str | None) -> str | None:
        """The status of a bar admission."""
        return self._known(known_status, status)

    def date(self, date: str | None) -> str | None:
        """A date as a month, a year or "present"."""
        return self._known(known_date, date)

    def _known(self, label: Callable[[str], str | None], value: object) -> str | None:
        # Another system may have stored something else than a text.
        if not isinstance(value, str) or not value.strip():
            return None
        return label(value) or self.text(value)
