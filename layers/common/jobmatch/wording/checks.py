"""Warnings: what of an input was stored as it was sent, but not understood or of little use.

Each check reads the JSON that was sent, which is valid by then: what is stored of a list leaves
entries out, and a pointer must name the place in the input.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from jobmatch.careers.bar_status import Status, status_of
from jobmatch.careers.dates import unread
from jobmatch.careers.employers import Employer
from jobmatch.models import EmployerProfile
from jobmatch.places.keys import alternatives
from jobmatch.places.suggestions import suggest_places
from jobmatch.text import canonical_text
from jobmatch.vocabulary.graph import graph
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestions import suggest
from jobmatch.vocabulary.terms import label_of_key, resolve
from jobmatch.wording.queries import FEW, get_aliases, terms_of_few
from jobmatch.wording.schemas import MOST, InputWarning, Told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from jobmatch.vocabulary.terms import Aliases
    from jobmatch.wording.queries import Entry

_PATIENCE, _PATIENCE_OF_IMPORTS = 200, 60
"""What the suggestions of one answer may cost: half a millisecond is 1. Other texts get none."""
_OF_VALUE, _OF_PLACE = 1, 10
"""What the suggestions for one text cost."""
_MOST_IDS = 10
"""Profiles with one mail address that a warning names."""
_NAMES = {
    Kind.SPECIALIZATION: "specialization",
    Kind.TECHNICAL_DOMAIN: "technical domain",
    Kind.BAR: "bar",
}
_OF_JOBS = (
    ("requiredSpecializations", Kind.SPECIALIZATION),
    ("preferredSpecializations", Kind.SPECIALIZATION),
    ("requiredBar", Kind.BAR),
    ("requiredTechnicalDomains", Kind.TECHNICAL_DOMAIN),
)
_OF_PROFILES = (
    ("specializations", Kind.SPECIALIZATION),
    ("technicalDomains", Kind.TECHNICAL_DOMAIN),
)


class _Entry(NamedTuple):
    """A known entry of a job: its place, how it was typed, its list and the keys of its terms."""

    pointer: str
    value: str
    kind: Kind
    terms: tuple[str, ...]


def employer_warnings(employer: Employer) -> list[InputWarning]:
    """What to tell of who a job is for; the pointer is to the whole input."""
    if employer.company is not None:
        return []
    message = "The employer has no company profile: until there is one, nobody is shown."
    return [InputWarning("", message, [])]


def job_warnings(connection: Connection, employer_user_id: UUID, sent: Mapping[str, Any]) -> Told:
    """What to tell of a job's body: of its employer first, then of the requirements it names."""
    names = [EmployerProfile.company_name, EmployerProfile.corporate_domains]
    company = select(*names).where(EmployerProfile.user_id == employer_user_id)
    employer = Employer.of(*(connection.execute(company).one_or_none() or (None, None)))
    has_lists = any(sent.get(name) for name, _ in _OF_JOBS)
    told = requirement_warnings(connection, sent, get_aliases(connection) if has_lists else None)
    warnings = employer_warnings(employer) + told.warnings
    return Told(warnings[:MOST], told.warnings_omitted + len(warnings[MOST:]))


def requirement_warnings(
    connection: Connection,
    sent: Mapping[str, Any],
    aliases: Aliases | None,
    rare: Collection[Entry] | None = None,
) -> Told:
    """What to tell of the requirements.

    Args:
        connection: asked who has the entries, and what is broader than those of hardly anybody.
        sent: the job.
        aliases: the operator's own.
        rare: those of the job's entries that hardly anybody meets, where that is known already.
    """
    place = sent.get("preferredLocation")
    lists = [(name, kind, sent[name]) for name, kind in _OF_JOBS if sent.get(name)]
    if not lists and not place:
        return Told([], 0)
    checks = _Checks(aliases, _PATIENCE)
    checks.place("/preferredLocation", place)
    known: list[_Entry] = []
    for name, kind, values in lists:
        known += checks.entries_of_job(kind, f"/{name}", values)
    checks.few(connection, known, rare)
    # Which entries few candidates meet was found last, for all lists together.
    names = [name for name, _ in _OF_JOBS]
    told = checks.told()
    told.warnings.sort(key=lambda warning: _place_in_job(warning.pointer, names))
    return told


def profile_warnings(
    profiles: Mapping[str, Mapping[str, Any]],
    aliases: Aliases | None,
    *,
    unpacked: Mapping[str, str] | None = None,
    same_addresses: Mapping[str, Sequence[UUID]] | None = None,
) -> Told:
    """What to tell of profiles.

    Args:
        profiles: as sent, each by the pointer to it in the input.
        aliases: the operator's own.
        unpacked: mail addresses that were taken out of what stood around them, as sent, by the
            pointer to the profile.
        same_addresses: where profiles have the same mail address, their ids, by the pointer to one.
    """
    checks = _Checks(aliases, _PATIENCE if len(profiles) == 1 else _PATIENCE_OF_IMPORTS)
    for pointer, sent in profiles.items():
        if unpacked and pointer in unpacked:
            checks.address(f"{pointer}/email", unpacked[pointer], sent["email"])
        if same_addresses and pointer in same_addresses:
            checks.same_address(f"{pointer}/email", same_addresses[pointer])
        checks.place(f"{pointer}/location", sent.get("location"))
        for name, kind in _OF_PROFILES:
            for number, value in enumerate(sent.get(name) or ()):
                checks.value(kind, f"{pointer}/{name}/{number}", value)
        for number, admission in enumerate(sent.get("barAdmissions") or ()):
            checks.admission(f"{pointer}/barAdmissions/{number}", admission)
        for number, position in enumerate(sent.get("workHistory") or ()):
            checks.position(f"{pointer}/workHistory/{number}", position)
    return checks.told()


class _Checks:
    """The warnings so far."""

    def __init__(self, aliases: Aliases | None, patience: int) -> None:
        self._aliases = aliases
        self._patience = patience
        self._warnings: list[InputWarning] = []
        self._omitted = 0
        self._suggested: dict[tuple[Any, ...], list[str]] = {}

    def told(self) -> Told:
        """All of them, in the order of the input."""
        return Told(self._warnings, self._omitted)

    def entries_of_job(self, kind: Kind, pointer: str, values: Iterable[str]) -> list[_Entry]:
        """Check a job's list; gives the entries that are known and not said before."""
        known = []
        said: dict[frozenset[str], str] = {}
        for number, value in enumerate(map(str.strip, values)):
            terms = tuple(term.key for term in resolve(kind, value, self._aliases))
            first = said.setdefault(frozenset(terms), value)
            if first != value:
                same = f"{_quoted(value)} says the same as {_quoted(first)}, which counts alone."
                self._add(f"{pointer}/{number}", same)
            elif self.value(kind, f"{pointer}/{number}", value):
                known.append(_Entry(f"{pointer}/{number}", value, kind, terms))
        return known

    def value(self, kind: Kind, pointer: str, value: str) -> bool:
        """Check one value; gives whether all of it is known."""
        found = resolve(kind, value, self._aliases)
        for term in found:
            if not term.known:
                text = value.strip() if len(found) == 1 else term.words
                of = "" if len(found) == 1 else f" in {_quoted(value.strip())}"
                self._add(
                    pointer,
                    f"{_quoted(text)}{of} is not a known {_NAMES[kind]}: it meets only what is"
                    " worded the same.",
                    self._like_value(kind, text) or self._like_value(kind, value),
                )
        return all(term.known for term in found)

    def few(
        self, connection: Connection, entries: Sequence[_Entry], rare: Collection[Entry] | None
    ) -> None:
        """Warn of the entries that hardly any candidate meets."""
        if rare is None:
            rare = terms_of_few(connection, {(entry.kind, entry.terms) for entry in entries})
        broader = [(e, _broader(e)) for e in entries if (e.kind, e.terms) in rare]
        # Asked only where it is needed: most jobs have no such entry.
        rarer = terms_of_few(connection, {(e.kind, (key,)) for e, keys in broader for key in keys})
        for entry, keys in broader:
            common = (key for key in keys if (entry.kind, (key,)) not in rarer)
            labels = [label for key in common if (label := label_of_key(entry.kind, key))]
            fewer = f"Fewer than {FEW} active candidates have {_quoted(entry.value)}."
            self._add(entry.pointer, fewer, labels)

    def place(self, pointer: str, text: str | None) -> None:
        """Check a location.

        A city that is not known, in a region that is, is small or misspelled: only where a known
        name is like it is there something to say.
        """
        said = alternatives(text) if text else ()
        for each in said:
            shown = (text or "").strip() if len(said) == 1 else each.text
            if not each.is_resolved:
                self._add(
                    pointer,
                    f"{_quoted(shown)} could not be resolved to a place: it is compared as text.",
                    self._like_place(shown),
                )
            elif any(place.unknown for place in each.places) and (like := self._like_place(shown)):
                self._add(
                    pointer,
                    f"{_quoted(shown)} names a city that is not known: it is compared by its name.",
                    like,
                )

    def admission(self, pointer: str, sent: Mapping[str, Any]) -> None:
        """Check a bar admission."""
        self.value(Kind.BAR, f"{pointer}/jurisdiction", sent["jurisdiction"])
        status = sent.get("status") or ""
        if status_of(status) is Status.UNKNOWN:
            self._add(
                f"{pointer}/status",
                f"{_quoted(status.strip())} is not a known status: the admission does not count.",
                [Status.ACTIVE.value, Status.INACTIVE.value],
            )

    def position(self, pointer: str, sent: Mapping[str, Any]) -> None:
        """Check the dates of a position."""
        for field, reason in unread(sent.get("startDate"), sent.get("endDate")):
            self._add(f"{pointer}/{field}", f"{field} {reason}.")

    def address(self, pointer: str, sent: str, kept: str) -> None:
        """Say that something stood around a mail address."""
        self._add(pointer, f"{_quoted(sent)} is more than a mail address: {kept} is kept.")

    def same_address(self, pointer: str, profile_ids: Sequence[UUID]) -> None:
        """Say that several profiles have one mail address."""
        ids = ", ".join(map(str, profile_ids[:_MOST_IDS]))
        self._add(pointer, f"These profiles have the same mail address: {ids}.")

    def _add(self, pointer: str, message: str, suggestions: Sequence[str] = ()) -> None:
        if len(self._warnings) < MOST:
            self._warnings.append(InputWarning(pointer, message, list(suggestions)))
        else:
            self._omitted += 1

    def _like_value(self, kind: Kind, text: str) -> list[str]:
        return self._like((kind, canonical_text(text)), _OF_VALUE)

    def _like_place(self, text: str) -> list[str]:
        return self._like((canonical_text(text),), _OF_PLACE)

    def _like(self, key: tuple[Any, ...], cost: int) -> list[str]:
        """The suggestions for a text; none where that would take too long."""
        if key not in self._suggested and len(self._warnings) < MOST:
            self._patience -= cost
            self._suggested[key] = [*_suggestions(*key)] if self._patience >= 0 else []
        return self._suggested.get(key, [])


@lru_cache(maxsize=4096)
def _suggestions(*key: Any) -> tuple[str, ...]:
    """The suggestions for a value, by its list and text, or for a place, by its text alone."""
    return tuple(suggest(*key) if len(key) > 1 else suggest_places(*key))


def _place_in_job(pointer: str, names: Sequence[str]) -> tuple[int, int]:
    """Where a pointer comes in the order of a job's lists and entries; other fields come last."""
    name, _, number = pointer[1:].partition("/")
    return (names.index(name), int(number)) if number else (len(names), 0)


def _broader(entry: _Entry) -> list[str]:
    """The keys of what is broader than the entry's terms, nearest first."""
    known = graph(entry.kind)
    keys: dict[str, None] = {}
    for term in entry.terms:
        above = known.closure[term] - {*entry.terms}
        keys.update(dict.fromkeys(sorted(above, key=lambda key: (-len(known.closure[key]), key))))
    return list(keys)


def _quoted(text: str) -> str:
    return f"“{text}”"
