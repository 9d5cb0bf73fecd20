"""Whether an employer wants mails, and from which score."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import NotFoundError
from jobmatch.models import NotificationSettings, User, UserRole
from jobmatch.notifications.schemas import NotificationPreferences
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.predicates import may_act_for, viewer_values

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from jobmatch.permissions import Viewer


DEFAULT_THRESHOLD = 75


def _is_employer(user_id: UUID, viewer: Viewer) -> ColumnElement[bool]:
    return and_(
        User.id == user_id,
        User.role == UserRole.EMPLOYER,
        may_act_for(User.id, system=viewer is SYSTEM),
    )


def get_notification_settings(
    connection: Connection, employer_user_id: UUID, *, viewer: Viewer
) -> NotificationPreferences:
    """The notification settings of an employer.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    row = connection.execute(
        select(
            func.coalesce(NotificationSettings.enabled, True),
            func.coalesce(NotificationSettings.threshold, DEFAULT_THRESHOLD),
        )
        .select_from(User)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
        .where(_is_employer(employer_user_id, viewer)),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such employer.")
    return NotificationPreferences(enabled=row[0], threshold=row[1])


def put_notification_settings(
    connection: Connection,
    employer_user_id: UUID,
    settings: NotificationPreferences,
    *,
    viewer: Viewer,
) -> None:
    """Replace the notification settings of an employer.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
    """
    employer = select(User.id, literal(settings.enabled), literal(settings.threshold)).where(
        _is_employer(employer_user_id, viewer)
    )
    statement = insert(NotificationSettings).from_select(
        ["user_id", "enabled", "threshold"], employer
    )
    replaced = {name: statement.excluded[name] for name in ("enabled", "threshold")}
    stored = connection.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_=replaced),
        viewer_values(viewer),
    )
    if not stored.rowcount:
        raise NotFoundError("No such employer.")
