"""Finding candidates by who they are; for admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import TSVECTOR

from jobmatch.directory.schemas import ProfileListItem
from jobmatch.models import Profile, ProfileStatus
from jobmatch.models.marketplace import NAME_SEPARATORS, NAME_WORDS
from jobmatch.wire import columns_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobmatch.web.pages import NewestFirst

_BLANKS = str.maketrans(dict.fromkeys(NAME_SEPARATORS, " "))


def get_profiles(
    connection: Connection,
    *,
    name: str | None = None,
    email: str | None = None,
    status: ProfileStatus | None = None,
    limit: int,
    after: NewestFirst | None = None,
) -> list[ProfileListItem]:
    """Candidates, newest first.

    Args:
        connection: sees the candidates.
        name: of their names, the beginnings of words, in any order and case.
        email: the beginning of their addresses, in any case.
        status: theirs.
        limit: how many at most.
        after: the last one of the page before.
    """
    statement = select(*columns_of(Profile, ProfileListItem))
    if name is not None:
        # Exactly the expression of the index.
        words = literal_column(NAME_WORDS, TSVECTOR)
        sought = func.to_tsquery(literal_column("'simple'"), bindparam("name", _query(name), Text))
        statement = statement.where(words.op("@@")(sought))
    if email is not None:
        beginning = bindparam("email", f"{_escaped(email)}%", Text)
        statement = statement.where(func.lower(Profile.email).like(func.lower(beginning)))
    if status is not None:
        statement = statement.where(Profile.status == status)
    if after is not None:
        place = tuple_(Profile.created_at, Profile.id)
        statement = statement.where(place < tuple_(after.created_at, after.id))
    ordered = statement.order_by(Profile.created_at.desc(), Profile.id.desc()).limit(limit)
    return [ProfileListItem(*row) for row in connection.execute(ordered)]


def _query(name: str) -> str:
    """A text search for names with words that begin so."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in _words(name))
    return " & ".join(f"'{word}':*" for word in quoted)


def _words(name: str) -> list[str]:
    return name.translate(_BLANKS).split()


def _escaped(text: str) -> str:
    """A text that LIKE takes as it is."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
