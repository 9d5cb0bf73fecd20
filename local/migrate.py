"""The migration of the database to the newest schema."""

import hashlib
import json
import os
from pathlib import Path

from local.accounts import ROOT
from local.errors import LocalError, in_words
from local.files import write
from local.postgres import EmbeddedPostgres


def migrate(server: EmbeddedPostgres | None, state: Path) -> None:
    """Upgrade the database that DATABASE_URL names; LocalError when that fails.

    Alembic takes two seconds only to be imported. So for a database of our own, a file names the
    migrations that were applied last: if they and the database's revision are unchanged, nothing
    is to be done.
    """
    marker = state / "schema.json"
    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(path.read_bytes())
    if server and marker.exists():
        known = json.loads(marker.read_text())
        revision = server.query("SELECT version_num FROM alembic_version")
        if known == {"migrations": digest.hexdigest(), "revision": revision}:
            return
    from alembic.util import CommandError  # noqa: PLC0415 - see above
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from jobmatch.errors import ConflictError  # noqa: PLC0415
    from jobmatch.operations.migrations import upgrade  # noqa: PLC0415

    try:
        done = upgrade(ROOT / "migrations", contract=True)
    except (CommandError, ConflictError, SQLAlchemyError) as error:
        which = "the database" if server else f"the database {_name()} of DATABASE_URL"
        way_out = "; start over with FRESH=1" if server else ""
        reason = in_words(error) or str(error).splitlines()[0]
        raise LocalError(f"{which} can't be used: {reason}{way_out}") from error
    write(marker, json.dumps({"migrations": digest.hexdigest(), "revision": done.revision}))


def _name() -> str:
    """Host and name of the database; not the password."""
    from sqlalchemy import make_url  # noqa: PLC0415 - see above

    url = make_url(os.environ["DATABASE_URL"])
    return f"{url.host}:{url.port or 5432}/{url.database or ''}"
