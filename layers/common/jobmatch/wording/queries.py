"""The words that are known: the project's own vocabulary, and the operator's aliases."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pydantic_core import to_json
from sqlalchemy import Text, case, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from jobmatch.models import ProfileFeatures, ProfileStatus, VocabularyAlias
from jobmatch.rules.rubric import VERSION
from jobmatch.rules.versions import profile_version
from jobmatch.vocabulary.graph import vocabulary
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestions import complete
from jobmatch.vocabulary.terms import Aliases, terms_of
from jobmatch.wording.schemas import KnownTerm, Suggestion, Suggestions, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select

    Rows = tuple[tuple[str, str, str], ...]
    Entry = tuple[Kind, tuple[str, ...]]


FEW = 5
"""A value that fewer active candidates have is worth a warning to who requires it."""
_SAMPLE, _INDEXED = 1_000, 500
"""Candidates among whom a common value is looked for, and most who are counted by the index."""
_COLUMNS = {
    Kind.SPECIALIZATION: ProfileFeatures.specializations,
    Kind.TECHNICAL_DOMAIN: ProfileFeatures.technical_domains,
    Kind.BAR: ProfileFeatures.bars,
}


def get_vocabulary() -> Vocabulary:
    """The project's vocabulary."""
    return Vocabulary(
        *(
            [
                KnownTerm(term.label, [*term.aliases, *term.other_languages], list(term.broader))
                for term in terms
            ]
            for terms in vocabulary().values()
        )
    )


def get_suggestions(kind: Kind, typed: str, limit: int) -> Suggestions:
    """The known values that somebody may be typing, best first; then what else is like the text."""
    known = {term.label: term for term in vocabulary()[kind]}
    labels = complete(kind, typed, limit)
    return Suggestions([Suggestion(label, list(known[label].broader)) for label in labels])


def get_aliases(connection: Connection) -> Aliases | None:
    """The operator's aliases, or `None` where there are none.

    The same rows give the same object, so that what was resolved with it is remembered.
    """
    return aliases_of(tuple(tuple(row) for row in connection.execute(_aliases())))


@cache
def _aliases() -> Select[str, str, str]:
    return (
        select(VocabularyAlias.list, VocabularyAlias.form, VocabularyAlias.term)
        .where(VocabularyAlias.deleted_at.is_(None))
        .order_by(VocabularyAlias.list, VocabularyAlias.form)
    )


@lru_cache(maxsize=8)
def aliases_of(rows: Rows) -> Aliases | None:
    """The aliases of these rows: list, normal form of the value, label of the term."""
    forms: dict[Kind, dict[str, tuple[str, ...]]] = {}
    for name, form, term in rows:
        kind = Kind(name)
        forms.setdefault(kind, {})[form] = terms_of(kind, term)
    return Aliases(forms) if forms else None


def terms_of_few(connection: Connection, entries: Collection[Entry]) -> set[Entry]:
    """Those of the entries that fewer than `FEW` active candidates meet.

    Args:
        entries: each a list and keys of terms, any of which meets it.
    """
    if not entries:
        return set()
    asked = sorted(entries)
    active = ProfileFeatures.status == ProfileStatus.ACTIVE
    columns = {kind: column.label(kind.name) for kind, column in _COLUMNS.items()}
    some = select(*columns.values()).where(active).limit(_SAMPLE).cte("some")
    some = some.prefix_with("MATERIALIZED", dialect="postgresql")
    statements = []
    for number, (kind, terms) in enumerate(asked):
        values = literal(list(terms), ARRAY(Text))
        in_sample = _up_to(FEW, some.c[kind.name].overlap(values))
        in_all = _up_to(_INDEXED, active, _COLUMNS[kind].overlap(values))
        # What many have is soon met among a few rows. Only what is not met there is counted by the
        # index, which would list all who have a common term before it gave the first of them.
        count = case((in_sample >= FEW, FEW), else_=in_all)
        statements.append(select(literal(number).label("number")).where(count < FEW))
    counted = union_all(*statements).execution_options(prepares=False)
    return {asked[number] for number in connection.scalars(counted)}


def _up_to(most: int, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many rows fulfil these; no more than `most` are looked for."""
    rows = select(literal(1)).where(*conditions).limit(most).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def vocabulary_version(aliases: Aliases | None) -> str:
    """What values and places are read by, as a short text: other versions, other terms."""
    if aliases is None:
        return profile_version()
    digest = hashlib.sha256(to_json(aliases.forms)).hexdigest()[:8]
    return f"{profile_version()}-{digest}"


def matching_version() -> str:
    """What a job is matched by apart from the operator's aliases; by another version it is due."""
    return f"{VERSION}-{profile_version()}"
