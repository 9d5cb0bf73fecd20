"""Whether an employer wants mails, from which score, and whether their address takes them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, false, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import insert

from jobmatch.errors import ConflictError, NotFoundError
from jobmatch.models import NotificationSettings, User, UserRole
from jobmatch.notifications.schemas import MailProblem, NotificationPreferences
from jobmatch.permissions import SYSTEM
from jobmatch.permissions.predicates import is_admin, may_act_for, viewer_values

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, ScalarSelect, SQLColumnExpression

    from jobmatch.permissions import Viewer


DEFAULT_THRESHOLD = 75


def wants_mails() -> ColumnElement[bool]:
    """Whether an employer gets mails: it is their wish, and their present address takes them.

    The statement joins users, and their settings if there are any.
    """
    return and_(func.coalesce(NotificationSettings.enabled, True), takes_mails())


def takes_mails() -> ColumnElement[bool]:
    """Whether a user's present address takes mails, whatever they wish; joined as above."""
    return ~_is_off(User.email)


def _is_off(address: SQLColumnExpression[str] | ScalarSelect[str]) -> ColumnElement[bool]:
    """Whether the mail service reported this very address; another one may be good."""
    return func.coalesce(NotificationSettings.off_address == address, false())


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
            wants_mails(),
            func.coalesce(NotificationSettings.threshold, DEFAULT_THRESHOLD),
            case((_is_off(User.email), NotificationSettings.off_because)),
            case((_is_off(User.email), NotificationSettings.off_since)),
        )
        .select_from(User)
        .outerjoin(NotificationSettings, NotificationSettings.user_id == User.id)
        .where(_is_employer(employer_user_id, viewer)),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        raise NotFoundError("No such employer.")
    return _preferences(*row)


def put_notification_settings(
    connection: Connection,
    employer_user_id: UUID,
    settings: NotificationPreferences,
    *,
    viewer: Viewer,
) -> NotificationPreferences:
    """Replace the notification settings of an employer, and return what counts now.

    Mails that are turned on go to an address that bounced, too: its owner may have repaired it.

    Raises:
        NotFoundError: the employer does not exist for the viewer.
        ConflictError: somebody else would turn mails on for who complained about one.
    """
    employer = select(User.id, literal(settings.enabled), literal(settings.threshold)).where(
        _is_employer(employer_user_id, viewer)
    )
    statement = insert(NotificationSettings).from_select(
        ["user_id", "enabled", "threshold"], employer
    )
    old, new = NotificationSettings, statement.excluded
    address = select(User.email).where(User.id == employer_user_id).scalar_subquery()
    enabled: ColumnElement[bool] = new.enabled
    if settings.off_because:  # an answer that is sent back, where `enabled` is only the address's
        enabled = or_(enabled, and_(old.enabled, _is_off(address)))
    replaced = {
        "enabled": enabled,
        "threshold": new.threshold,
        "on_since": case((and_(new.enabled, _is_off(address)), func.now()), else_=old.on_since),
        **{
            name: case((new.enabled, null()), else_=getattr(old, name))
            for name in ("off_address", "off_because", "off_since")
        },
    }
    # Who complained must want mails again themselves.
    for_others = and_(new.enabled, old.off_because == "complaint", _is_off(address))
    refused = and_(for_others, is_admin(system=viewer is SYSTEM))
    row = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id"], set_=replaced, where=~refused
        ).returning(
            and_(old.enabled, ~_is_off(address)),
            old.threshold,
            case((_is_off(address), old.off_because)),
            case((_is_off(address), old.off_since)),
        ),
        viewer_values(viewer),
    ).one_or_none()
    if row is None:
        get_notification_settings(connection, employer_user_id, viewer=viewer)
        raise ConflictError("The employer complained about a mail; only they turn mails on.")
    return _preferences(*row)


def _preferences(*columns: object) -> NotificationPreferences:
    names = ("enabled", "threshold", "offBecause", "offSince")
    return NotificationPreferences.model_validate(dict(zip(names, columns, strict=True)))


def turn_mails_off(
    connection: Connection, addresses: Collection[str], because: MailProblem, sent_at: datetime
) -> list[UUID]:
    """Turn mails off for employers with one of these addresses.

    What is off stays so, a complaint counting for more than a bounce. A mail that was sent before
    mails were turned on again says nothing about now.

    Returns:
        Whose mails are off since now, or off for another reason.
    """
    employers = (
        select(User.id, User.email, literal(because), func.now())
        .where(User.email.in_(addresses), User.role == UserRole.EMPLOYER)
        .order_by(User.id)
    )
    statement = insert(NotificationSettings).from_select(
        ["user_id", "off_address", "off_because", "off_since"], employers
    )
    old, new = NotificationSettings, statement.excluded
    names = ("off_address", "off_because", "off_since")
    is_news = or_(
        old.off_address.is_distinct_from(new.off_address),
        and_(old.off_because == "bounce", new.off_because == "complaint"),
    )
    changed = statement.on_conflict_do_update(
        index_elements=["user_id"],
        set_={name: new[name] for name in names},
        where=and_(is_news, func.coalesce(old.on_since < sent_at, True)),
    )
    return list(connection.scalars(changed.returning(old.user_id)))
