"""What reindex_profiles is asked for, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from jobmatch.web.wire import CAMEL, Input


class ReindexRequest(Input):
    """Payload of reindex_profiles.

    Args:
        after: go on after this profile: the `after` of the answer before.
        limit: look at so many profiles at most.
        all: also at those that seem to be indexed. For a platform that changes profiles without
            moving their `updated_at`.
    """

    after: Annotated[UUID | None, Field(strict=False)] = None
    limit: Annotated[int | None, Field(ge=1)] = None
    all: bool = False


@dataclass(slots=True)
class Reindexed:
    """What was done.

    Args:
        reindexed: profiles that are indexed now.
        employers: employers whose company was indexed.
        unreadable: profiles that can't be, because we would not accept them as an input.
        unreadable_ids: the first hundred of them.
        remaining: profiles that were not looked at.
        after: where to go on; none at the end.
    """

    __pydantic_config__: ClassVar[Any] = CAMEL

    reindexed: int = 0
    employers: int = 0
    unreadable: int = 0
    unreadable_ids: list[UUID] = field(default_factory=list)
    remaining: int = 0
    after: UUID | None = None
