"""What migrate_database is asked for by hand."""

from __future__ import annotations

from jobmatch.web.wire import Input


class MigrationRequest(Input):
    """Payload of migrate_database; `contract` runs contract steps as well."""

    contract: bool = False
