"""The features of profiles, stored for who is at hand as rows of a JSON parameter."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Text, Uuid, bindparam, case, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSON, insert

from jobmatch.models import Profile as ProfileRow
from jobmatch.models import ProfileChange, ProfileFeatures
from jobmatch.profiles.upserts import upsert
from jobmatch.rules.features import compute_features
from jobmatch.rules.versions import profile_version

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnClause, ColumnElement, TableValuedAlias

    from jobmatch.profiles.schemas import Profile
    from jobmatch.rules.features import Features

_STATUS = ProfileRow.__table__.c.status.type
_FEATURES: dict[str, Any] = {
    "specializations": ARRAY(Text),
    "technical_domains": ARRAY(Text),
    "bars": ARRAY(Text),
    "location": Text,
    "region": Text,
    "experience": INT4MULTIRANGE,
    "gap_months": Integer,
    "employers": ARRAY(Text),
    "employed_until": ARRAY(Integer),
    "mail_domains": ARRAY(Text),
}


def recordset(*columns: ColumnClause[Any]) -> TableValuedAlias:
    """The JSON parameter `profiles` as rows: id, status and features, and the columns given."""
    features = (column(f"feature_{name}", kind) for name, kind in _FEATURES.items())
    return (
        func.json_to_recordset(bindparam("profiles", type_=JSON))
        .table_valued(column("id", Uuid), column("status", _STATUS), *columns, *features)
        .render_derived(with_types=True)
    )


def feature_row(profile: Profile, month: int) -> dict[str, Any]:
    """What `recordset` reads of a profile's features; employers of `month` or later."""
    features = asdict(features_of(profile, month))
    return {f"feature_{name}": value for name, value in features.items()}


def features_of(profile: Profile, this_month: int) -> Features:
    """What matching reads of a profile; employers of `this_month` or later."""
    return compute_features(
        email=profile.email,
        location=profile.location,
        specializations=profile.specializations,
        technical_domains=profile.technical_domains,
        admissions=[(each.jurisdiction, each.status) for each in profile.bar_admissions],
        positions=[
            (each.employer, each.start_date, each.end_date) for each in profile.work_history
        ],
        this_month=this_month,
    )


def stored_features(incoming: CTE | TableValuedAlias) -> CTE:
    """Store the features of the incoming rows, and note the profiles whose features changed.

    Returns:
        A part for `add_cte`; the notes are for `jobmatch.jobs.changes`.
    """
    written = upsert(
        ProfileFeatures,
        "profile_id",
        {
            "profile_id": incoming.c.id,
            "status": incoming.c.status,
            **{name: incoming.c[f"feature_{name}"] for name in _FEATURES},
        },
    )
    indexed = written.returning(ProfileFeatures.profile_id).cte("indexed")
    return (
        insert(ProfileChange)
        .from_select(["profile_id"], select(indexed.c.profile_id))
        .returning(ProfileChange.id)
        .cte("noted")
    )


def is_not_indexed() -> ColumnElement[bool]:
    """Whether a profile's features were made from other content, by other rules, or not at all."""
    # As the index has it, so that the few among many are found at once. A plain "is distinct"
    # would use no index.
    made_by = case((ProfileRow.indexed_at == ProfileRow.updated_at, ProfileRow.indexed_version))
    version = profile_version()
    return or_(made_by.is_(None), made_by < version, made_by > version)
